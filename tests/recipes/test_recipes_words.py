"""Word models end to end: a run begun, interrupted, gone on with, scored, compared."""

import json
import math
import shutil
import signal

import numpy as np
import pytest

from shinko.errors import ShinkoError
from shinko.lm.corpus import CorpusError
from shinko.lm.settings import TextSettings, WordSettings
from shinko.recipes.words import data, scores
from shinko.recipes.words.comparison import FILES, compare, prepare, write_comparison
from shinko.recipes.words.runs import open_run
from shinko.recipes.words.text import sample
from shinko.recipes.words.training import begin_run, train
from shinko.runs.folder import RunError
from shinko.runs.settings import change

SMALL = WordSettings(
    hidden=6, layers=1, epochs=3, batch=4, window=8, device="cpu", precision="float32"
)


def write_text(path, lines=120, seed=0):
    chance = np.random.default_rng(seed)
    nouns, verbs = ["cat", "dog", "house", "tree"], ["sees", "likes"]
    path.write_text(
        "".join(
            f"The {chance.choice(nouns)} {chance.choice(verbs)} a {chance.choice(nouns)}.\n"
            for _ in range(lines)
        )
    )
    return path


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return write_text(tmp_path_factory.mktemp("texts") / "book.txt")


@pytest.fixture(scope="module")
def trained_once(tmp_path_factory, book):
    return train(begin_run(tmp_path_factory.mktemp("runs") / "run", SMALL, [book])).run


@pytest.fixture
def trained(tmp_path, trained_once):
    """A copy of a finished run, to damage."""
    return open_run(shutil.copytree(trained_once.folder.path, tmp_path / "run"))


def figures(rows):
    times = ("seconds", "tokens_per_second")
    return [{n: v for n, v in row.to_dict().items() if n not in times} for row in rows]


def test_a_run_knows_its_settings_words_and_corpus(trained, book):
    assert trained.settings == SMALL
    assert {"cat", "the", "<unk>", "<eos>"} < set(trained.vocabulary.words)
    assert trained.files == (book.resolve(),)
    assert not trained.prepared
    assert trained.network == "LSTM 1×6"
    weights = trained.weights()
    assert trained.parameters == sum(weight.size for weight in weights.values())
    assert len(trained.rows()) == 3


@pytest.mark.parametrize("windows", [1, 20, 21, 30])
def test_ctrl_c_keeps_all_and_the_run_goes_on_to_the_same_result(
    tmp_path, book, trained_once, windows
):
    run = begin_run(tmp_path / "run", SMALL, [book])
    read = 0

    def press(training):
        nonlocal read
        read += 1
        if read == windows:
            signal.raise_signal(signal.SIGINT)

    begun = train(run, on_window=press)
    assert not begun.finished
    resumed = train(open_run(run.folder.path))
    assert resumed.finished
    assert figures(resumed.rows) == figures(trained_once.rows())
    for name, weight in trained_once.weights().items():
        np.testing.assert_array_equal(run.weights()[name], weight)


def test_a_state_is_saved_within_an_epoch_too(tmp_path, book, monkeypatch):
    monkeypatch.setattr("shinko.recipes.words.training.SAVE_SECONDS", 0.0)
    run = begin_run(tmp_path / "run", SMALL, [book])

    def die(training):
        if training.epoch == 1 and training.window == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(run, on_window=die)
    windows = []
    train(run, on_window=lambda training: windows.append((training.epoch, training.window)))
    assert windows[0] == (1, 3)


def test_presets_of_a_comparison_have_one_precision(tmp_path, book, monkeypatch):
    times = iter([3.0, 1.0, 2.0])  # float32, medium, bfloat16: timed for the first preset only
    monkeypatch.setattr("shinko.lm.precision._time", lambda name: next(times))
    auto = change(SMALL, {"precision": "auto"})
    runs = prepare(tmp_path, {"one": auto, "two": change(auto, {"cell": "rnn"})}, [book])
    assert [run.settings.precision for run in runs] == ["medium", "medium"]


def test_auto_takes_what_is_fastest_and_writes_it_down(tmp_path, book):
    run = begin_run(tmp_path / "run", change(SMALL, {"precision": "auto"}), [book])
    assert run.settings.precision in ("float32", "medium", "bfloat16")
    assert train(run).finished


def test_bfloat16_and_float32_learn_alike(tmp_path, book):
    rows = [
        train(begin_run(tmp_path / precision, change(SMALL, {"precision": precision}), [book])).rows
        for precision in ("float32", "medium", "bfloat16")
    ]
    ends = [row[-1].valid_perplexity for row in rows]
    assert ends == pytest.approx([ends[0]] * 3, rel=0.02)


def test_wrong_settings_leave_no_folder(tmp_path, book):
    with pytest.raises(CorpusError, match="words to train on: expected 2000 or more for --batch"):
        begin_run(tmp_path / "run", change(SMALL, {"batch": 1000}), [book])
    assert not (tmp_path / "run").exists()


def test_another_corpus_is_refused_and_a_moved_one_taken(tmp_path, trained, book):
    other = write_text(tmp_path / "other.txt", seed=1)
    more = unfinished(trained)
    told = r"corpus .*other.txt: not what .*run was begun with: its"
    with pytest.raises(CorpusError, match=told):
        train(more, files=[other])
    moved = shutil.copy(book, tmp_path / "moved.txt")
    assert train(more, files=[moved]).finished


def test_a_diverged_training_keeps_its_best_checkpoint(trained):
    wild, kept = unfinished(trained), trained.best_epoch()

    def spoil(training):
        training.weights.data.fill_(math.nan)

    told = rf"turned nan in epoch 4; train again .*run keeps the checkpoint of epoch {kept}\)"
    with pytest.raises(ShinkoError, match=told):
        train(wild, on_window=spoil)
    assert trained.best_epoch() == kept
    assert len(trained.rows()) == 3


def test_the_score_is_of_the_test_text_read_as_one(trained, book):
    told = []
    score = scores.evaluate(trained, on_words=lambda read, of: told.append((read, of)))
    assert score.words == len(trained.corpus().test) == told[-1][0] == told[-1][1]
    assert score.epoch == trained.best_epoch()
    assert 2 < score.perplexity < len(trained.vocabulary)
    assert score.bits == pytest.approx(math.log2(score.perplexity))
    whole = scores.evaluate(trained, book)
    assert whole.words == 120 * 7
    assert whole.unknown == 0


@pytest.mark.parametrize("change", [{"epoch": 99, "corpus": "x"}, {}])
def test_a_score_is_kept_until_the_run_changes(trained, monkeypatch, change):
    first = scores.score_test_text(trained)
    with monkeypatch.context() as patch:
        patch.setattr(scores, "surprisals", None)  # reading again would fail
        assert scores.score_test_text(trained) == first
    path = trained.folder.path / "test.json"
    kept = json.loads(path.read_text())
    path.write_text(json.dumps({**kept, "nats": 0.5, "of": {**kept["of"], **change}}))
    assert (scores.score_test_text(trained) == first) == bool(change)
    path.write_text("{")
    assert scores.score_test_text(trained) == first


def test_a_corpus_without_test_text_gives_no_score(tmp_path, book):
    other = write_text(tmp_path / "other.txt", seed=3)
    run = train(begin_run(tmp_path / "run", SMALL, [book, other])).run
    with pytest.raises(CorpusError, match="run: its corpus has no test text; give one with --corp"):
        scores.evaluate(run)
    entries = compare([run])
    assert entries[0].score is None
    table, figure = (path.read_text() for path in write_comparison(tmp_path, entries)[1:3])
    assert f"| {entries[0].best.valid_perplexity:.2f} | – |" in table
    assert f"valid {entries[0].best.valid_perplexity:.1f}" in figure


def test_a_text_of_rare_words_is_scored_where_it_is_the_run_s_own(tmp_path, book):
    run = train(begin_run(tmp_path / "run", change(SMALL, {"vocabulary": 4}), [book])).run
    assert scores.evaluate(run).unknown > 0.5


def test_a_text_of_unknown_words_is_refused(trained, tmp_path):
    (tmp_path / "other.txt").write_text("quite other words stand here in this text\n")
    with pytest.raises(CorpusError, match=r"89% of its words are none of the 11 that .*run knows"):
        scores.evaluate(trained, tmp_path / "other.txt")


def test_a_sentence_is_told_word_by_word(trained):
    words = scores.sentence_surprisals(trained, "The cat sees a zebra.")
    assert [word.word for word in words] == ["the", "cat", "sees", "a", "zebra", ".", "<eos>"]
    assert [word.known for word in words].index(False) == 4
    assert all(word.nats > 0 for word in words)
    with pytest.raises(CorpusError, match="sentence ' ': no words"):
        scores.sentence_surprisals(trained, " ")


def test_sampled_text_begins_with_its_prompt_and_has_no_unk(trained):
    texts = sample(trained, TextSettings(prompt="The cat", words=200, count=3))
    assert len(set(texts)) == 3
    for text in texts:
        assert text.startswith("the cat")
        assert "<" not in text
    assert texts == sample(trained, TextSettings(prompt="the cat", words=200, count=3))


DAMAGE = {
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("no weights"),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("use", [scores.evaluate, lambda run: sample(run, TextSettings())])
def test_a_damaged_checkpoint_is_told(trained, damage, use):
    DAMAGE[damage](trained.folder.checkpoint_path(trained.best_epoch()))
    told = r"epoch-00000\d.safetensors: damaged .*; expected a checkpoint .*; train again$"
    with pytest.raises(RunError, match=told):
        use(trained)


def unfinished(run):
    """The same run, asked for more epochs."""
    path = run.folder.settings_path
    path.write_text(path.read_text().replace("epochs = 3", "epochs = 6"))
    return open_run(run.folder.path)


def test_a_damaged_state_is_told(trained):
    DAMAGE["truncated"](trained.folder.state_path)
    with pytest.raises(RunError, match=r"state.safetensors: damaged"):
        train(unfinished(trained))


def test_a_state_that_is_gone_is_told_and_nothing_is_dropped(trained):
    trained.folder.state_path.unlink()
    with pytest.raises(RunError, match=r"state.safetensors: no such file, but 3 epochs are record"):
        train(unfinished(trained))
    assert len(trained.rows()) == 3
    assert trained.folder.checkpoints()


def test_a_finished_run_needs_no_state_and_stays_as_it_is(trained):
    trained.folder.state_path.unlink()
    before = sorted(trained.folder.path.rglob("*"))
    done = train(trained)
    assert done.finished
    assert done.rows == trained.rows()
    assert sorted(trained.folder.path.rglob("*")) == before


def test_rows_that_lack_the_checkpoint_s_are_told(trained):
    trained.folder.metrics_path.unlink()
    with pytest.raises(RunError, match=r"metrics.jsonl: 0 rows, but the checkpoint is of epoch \d"):
        compare([trained])


def test_ctrl_c_in_the_last_window_is_not_forgotten(tmp_path, book):
    run = begin_run(tmp_path / "run", change(SMALL, {"epochs": 1}), [book])

    def press(training):
        if training.epoch == 1:
            signal.raise_signal(signal.SIGINT)

    ended = train(run, on_window=press)
    assert ended.finished
    assert ended.interrupted


def test_weights_of_another_network_are_told(trained):
    path = trained.folder.settings_path
    path.write_text(path.read_text().replace("hidden = 6", "hidden = 7"))
    with pytest.raises(RunError, match="not the weights of this run's network"):
        scores.evaluate(open_run(trained.folder.path))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("[lm]", "[ml]", "no [lm] settings; expected a run of 'shinko lm train'"),
        ("hidden = 6", "hidden = 0", "--hidden 0: expected at least 1; put it back"),
        ("hidden = 6", "hiden = 6", "setting 'hiden': unknown; known: batch"),
        ('sha256 = "', 'sha = "', "[corpus] or [vocabulary] can't be read; train again"),
        ('"cat",', "3,", "[corpus] or [vocabulary] can't be read; train again"),
        ('"cat",', '"dog",', "[corpus] or [vocabulary] can't be read; train again"),
        ("prepared = false", "prepared = 0", "[corpus] or [vocabulary] can't be read"),
    ],
)
def test_damaged_settings_are_told(trained, before, after, told):
    path = trained.folder.settings_path
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    with pytest.raises(RunError) as caught:
        open_run(trained.folder.path)
    assert told in str(caught.value)


def test_a_folder_without_a_run_is_told(tmp_path):
    with pytest.raises(RunError, match=r"no run there .*expected a folder that 'shinko lm train"):
        open_run(tmp_path)


def test_a_run_without_checkpoint_says_how_to_go_on(tmp_path, book):
    run = begin_run(tmp_path / "run", SMALL, [book])
    with pytest.raises(RunError, match="no checkpoint yet; go on with: shinko lm train --out"):
        scores.evaluate(run)


def test_a_comparison_is_a_table_and_a_figure(tmp_path, book):
    presets = {"small": SMALL, "rnn": change(SMALL, {"cell": "rnn", "dropout": 0.25})}
    runs = prepare(tmp_path / "out", presets, [book])
    for run in runs:
        train(run)
    entries = compare(prepare(tmp_path / "out", presets, [book]))
    assert [entry.run.name for entry in entries] == ["small", "rnn"]
    assert all(entry.finished for entry in entries)
    paths = write_comparison(tmp_path / "out", entries)
    assert tuple(path.name for path in paths) == FILES
    numbers = json.loads(paths[0].read_text())
    assert numbers[1]["network"] == "Simple RNN 1×6, dropout 0.25"
    assert numbers[0]["test_perplexity"] == entries[0].score.perplexity
    table = paths[1].read_text()
    assert table.count("\n") == 4
    assert f"| {entries[0].score.perplexity:.2f} |" in table
    svg = paths[2].read_text()
    assert f"small: LSTM 1×6; test {entries[0].score.perplexity:.1f}" in svg
    assert paths[3].read_bytes().startswith(b"\x89PNG")
    again = write_comparison(tmp_path / "out", entries)
    assert again[2].read_text() == svg


def test_a_comparison_says_what_is_unfinished(trained, tmp_path):
    entries = compare([unfinished(trained)])
    assert not entries[0].finished
    paths = write_comparison(tmp_path, entries)
    assert "| 3 (unfinished) |" in paths[1].read_text()
    assert "(unfinished)" in paths[2].read_text()


def test_what_is_there_with_other_settings_is_not_taken_for_the_preset(tmp_path, book):
    prepare(tmp_path, {"small": SMALL}, [book])
    with pytest.raises(RunError, match=r"small: was trained with --epochs 3, not 4; take another"):
        prepare(tmp_path, {"small": change(SMALL, {"epochs": 4})}, [book])


def test_runs_on_other_texts_are_not_compared(trained, tmp_path, book):
    more = change(SMALL, {"vocabulary": 9})
    fewer = begin_run(tmp_path / "fewer", more, [book])
    with pytest.raises(
        RunError, match=r"fewer: its vocabulary is another than that of .*run; perp"
    ):
        compare([trained, fewer])
    other = begin_run(tmp_path / "other", SMALL, [write_text(tmp_path / "o.txt", lines=119)])
    with pytest.raises(RunError, match=r"other: its (vocabulary|corpus) is another than that of"):
        compare([trained, other])


def test_ptb_is_found_where_it_was_fetched(tmp_path, monkeypatch):
    monkeypatch.setenv("SHINKO_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    from pathlib import Path

    with pytest.raises(CorpusError, match=r"corpus 'ptb': not there whole; get it with: shinko lm"):
        data.find_corpus([Path("ptb")])
    assert data.find_corpus([Path("a"), Path("ptb")]) == (Path("a"), Path("ptb"))
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("SHINKO_DATA", str(tmp_path / "data"))
    (tmp_path / "data" / "ptb").mkdir()
    for name in data.PTB_CHECKSUMS:
        with pytest.raises(CorpusError, match="not there whole"):
            data.find_corpus([Path("ptb")])
        (tmp_path / "data" / "ptb" / name).write_text("")
    assert data.find_corpus([Path("ptb")]) == (tmp_path / "data" / "ptb",)
    (tmp_path / "ptb").mkdir()
    assert data.find_corpus([Path("ptb")]) == (Path("ptb"),)
