"""shinko lm: train, evaluate, sample, compare, fetch, as a user types them."""

import hashlib
import json
import shutil
import signal
from contextlib import nullcontext

import pytest
from faulty_server import FaultyServer, Reply
from safetensors.numpy import load

from shinko.cli import progress
from shinko.experiments.words import data, training
from shinko.lm.settings import WordSettings

TEXT = (
    "\n".join(["The cat sees a dog.", "A dog likes the cat!", "The tree is a house."] * 30) + "\n"
)
SMALL = (
    *("--hidden", "4", "--layers", "1", "--epochs", "2", "--batch", "3", "--window", "5"),
    *("--precision", "float32"),
)


@pytest.fixture
def lm(shinko, tmp_path):
    """Runs `shinko lm …` in a folder with a small text."""
    (tmp_path / "book.txt").write_text(TEXT)
    return lambda *arguments: shinko("lm", *arguments)


@pytest.fixture
def train(lm):
    return lambda *more: lm("train", "--corpus", "book.txt", *SMALL, *more)


@pytest.fixture(scope="session")
def word_run_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    (folder / "book.txt").write_text(TEXT)
    settings = WordSettings(
        hidden=4, layers=1, epochs=2, batch=3, window=5, precision="float32", device="cpu"
    )
    run = training.begin_run(folder / "run", settings, [folder / "book.txt"])
    return training.train(run).run.folder.path


@pytest.fixture
def word_run(lm, tmp_path, word_run_once):
    return shutil.copytree(word_run_once, tmp_path / "run")


def test_training_tells_each_epoch_and_what_to_do_next(train):
    ended = train("--out", "run")
    assert ended.succeeded().startswith("kept epoch ")
    assert "perplexity of the test text: shinko lm evaluate run" in ended.out
    lines = ended.err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("run  epoch 1/2  perplexity train ")
    assert lines[1].endswith(" words/s")


def test_a_preset_is_a_start_and_options_change_it(train, tmp_path):
    train("--preset", "rnn-deep", "--dropout", "0.1", "--tied", "--out", "run").succeeded()
    settings = (tmp_path / "run" / "settings.toml").read_text()
    for told in ('cell = "rnn"', "dropout = 0.1", "tied = true", "hidden = 4"):
        assert told in settings


def test_ctrl_c_and_resume_end_as_an_uninterrupted_run(train, lm, tmp_path, monkeypatch):
    train("--out", "whole").succeeded()

    def press(training):
        if training.epoch == 1 and training.window == 2:
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        quiet = progress.WordProgress(window=press, epoch=lambda row: None)
        patch.setattr(progress, "word_progress", lambda name, epochs: nullcontext(quiet))
        ended = train("--out", "parts")
    assert ended.code == 130
    assert "interrupted after 1 of 2 epochs; all is kept in parts" in ended.out
    assert "go on with: shinko lm train --out parts --resume" in ended.out
    lm("train", "--out", "parts", "--resume").succeeded()
    found = [(tmp_path / name / "state.safetensors").read_bytes() for name in ("whole", "parts")]
    whole, parts = map(load, found)
    assert all((whole[n] == parts[n]).all() for n in whole if n.startswith(("model", "optimizer")))


def test_evaluate_tells_perplexity_and_json(lm, word_run):
    told = lm("evaluate", "run").succeeded()
    score = json.loads(lm("evaluate", "run", "--json").succeeded())
    assert told.startswith(f"perplexity {score['perplexity']:.2f}, {score['bits']:.3f} bits a word")
    assert f"{score['words']} words, 0.0% of them <unk>; epoch {score['epoch']} of run" in told
    other = json.loads(lm("evaluate", "run", "--corpus", "book.txt", "--json").succeeded())
    assert other["words"] == 90 * 7


def test_evaluate_tells_the_surprisal_of_each_word(lm, word_run):
    told = lm("evaluate", "run", "--sentence", "The cat sees a zebra.").succeeded()
    lines = told.splitlines()
    words = ["the", "cat", "sees", "a", "zebra", ".", "<eos>"]
    assert [line.split()[0] for line in lines[:7]] == words
    assert "(unknown: read as <unk>)" in lines[4]
    assert lines[-1].startswith("7 words, perplexity ")
    words = json.loads(lm("evaluate", "run", "-s", "the cat", "--json").succeeded())
    assert [word["word"] for word in words] == ["the", "cat", "<eos>"]


def test_sample_is_the_same_for_the_same_seed(lm, word_run):
    drawn = lm("sample", "run", "--prompt", "The cat", "--words", "20", "--seed", "3").succeeded()
    assert drawn.startswith("the cat")
    assert "<unk>" not in drawn
    again = lm("sample", "run", "--prompt", "The cat", "--words", "20", "--seed", "3", "--json")
    assert json.loads(again.succeeded()) == [drawn.removesuffix("\n")]


def test_compare_trains_presets_then_takes_them_as_they_are(lm, tmp_path):
    arguments = ("compare", "--corpus", "book.txt", "--presets", "rnn-small,lstm-small")
    first = lm(*arguments, "--epochs", "1", "--out", "cmp")
    table = first.succeeded().splitlines()
    assert table[0].split()[:3] == ["model", "network", "weights"]
    assert table[1].startswith("rnn-small   Simple RNN 1×100")
    assert first.err.count("epoch 1/1") == 2
    again = lm(*arguments, "--epochs", "1", "--out", "cmp")
    assert again.err == ""
    assert again.out == first.out
    named = lm("compare", "cmp/rnn-small", "cmp/lstm-small", "--out", "other").succeeded()
    assert named.splitlines()[:3] == table[:3]
    assert (tmp_path / "other" / "perplexity.png").stat().st_size > 10_000


BAD = {
    "no corpus": (("train",), "corpus 'ptb': not there whole; get it with: shinko lm fetch ptb"),
    "missing": (("train", "-c", "no.txt"), "no.txt: no such file; expected plain text in UTF-8"),
    "empty": (("train", "-c", "empty.txt"), "empty.txt: empty; expected plain text in UTF-8"),
    "binary": (("train", "-c", "b.txt"), "b.txt: looks like a binary file; expected plain text"),
    "short": (("train", "-c", "s.txt"), "s.txt: 3 lines with words; expected 20 or more, or 2 fi"),
    "batch": (
        ("train", "-c", "book.txt", "--batch", "999"),
        "574 words to train on: expected 1998 or more for --batch 999; lower it",
    ),
    "preset": (("train", "--preset", "big"), "--preset 'big': expected one of rnn-small, rnn-"),
    "cell": (("train", "--cell", "gru"), "--cell 'gru': expected one of lstm, rnn"),
    "dropout": (("train", "--dropout", "1"), "--dropout 1.0: expected 0 to 0.95"),
    "limit": (
        ("train", "-c", "book.txt", "--vocabulary", "2"),
        "--vocabulary 2: expected 3 to 1,000,000",
    ),
    "resume": (("train", "--resume"), "--resume true: expected --out, too"),
    "resume and preset": (
        ("train", "--out", "run", "--resume", "--preset", "rnn-small"),
        "--preset: can't change within a run; leave out all but --corpus, --out, --resume",
    ),
    "no run": (("evaluate", "nothing"), "nothing: no run there (no settings.toml); expected a fol"),
    "both": (
        ("evaluate", "run", "-c", "book.txt", "-s", "a"),
        "--sentence 'a': expected no --corpus beside it; leave one of them out",
    ),
    "prompt": (
        ("sample", "run", "--prompt", "the caat"),
        "word 'caat': not among the vocabulary's 13 words; close to it: cat",
    ),
    "top-p": (("sample", "run", "--top-p", "0"), "--top-p 0.0: expected above 0, at most 1"),
    "temperature": (
        ("sample", "run", "--temperature", "-1"),
        "--temperature -1.0: expected 0 to 100",
    ),
    "presets": (("compare", "--presets", "rnn-small,x"), "--presets 'x': expected one of rnn-"),
    "named and presets": (
        ("compare", "run", "--presets", "rnn-small", "--epochs", "3"),
        "--presets 'rnn-small': expected no [RUN...] beside it; leave one of them out",
    ),
    "named and epochs": (
        ("compare", "run", "--epochs", "3"),
        "--epochs 3: expected no [RUN...] beside it; leave one of them out",
    ),
    "fetch": (("fetch", "wikitext"), "NAME 'wikitext': expected one of ptb"),
    "taken": (("train", "-c", "book.txt", "--out", "run"), "run: holds a run already; continue it"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_ends_in_one_line(lm, word_run, tmp_path, name):
    (tmp_path / "empty.txt").write_text("\n\n")
    (tmp_path / "b.txt").write_bytes(b"\x00\x01\xff" * 50)
    (tmp_path / "s.txt").write_text("a\nb\nc\n")
    before = sorted(tmp_path.rglob("*"))
    arguments, told = BAD[name]
    assert lm(*arguments).failed().startswith(told)
    assert sorted(tmp_path.rglob("*")) == before


def test_resuming_with_another_text_is_refused(lm, word_run, tmp_path):
    (tmp_path / "other.txt").write_text(TEXT.replace("cat", "cow"))
    path = tmp_path / "run" / "settings.toml"
    path.write_text(path.read_text().replace("epochs = 2", "epochs = 3"))
    told = lm("train", "--out", "run", "--resume", "--corpus", "other.txt").failed()
    assert told.startswith("corpus other.txt: not what run was begun with: its words differ; name")


def test_fetch_downloads_once_and_training_finds_it(lm, tmp_path, monkeypatch):
    parts = {f"ptb.{part}.txt": TEXT.encode() for part in ("train", "valid", "test")}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    with FaultyServer() as server:
        for name, content in parts.items():
            server.replies[f"/{name}"] = [Reply(content)]
        monkeypatch.setattr(
            data.fetch_ptb, "__kwdefaults__", {"base_url": server.url, "checksums": sums}
        )
        told = lm("fetch", "ptb").succeeded()
        assert told.startswith(f"in {tmp_path / 'data' / 'ptb'}; use it with: shinko lm train")
        lm("fetch", "ptb").succeeded()
        assert len(server.paths) == 3
    lm("train", *SMALL, "--epochs", "1", "--out", "run").succeeded()


def test_the_checksums_are_those_of_the_files_at_hand(ptb_folder):
    for name, checksum in data.PTB_CHECKSUMS.items():
        assert hashlib.sha256((ptb_folder / name).read_bytes()).hexdigest() == checksum
