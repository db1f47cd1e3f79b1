"""Word models: texts scored, sentences told word by word, text sampled."""

import json
import math

import pytest
from small_words import DAMAGE, SMALL, write_text

from shinko.experiments.words import scores
from shinko.experiments.words.comparison import compare, write_comparison
from shinko.experiments.words.text import sample
from shinko.experiments.words.training import begin_run, train
from shinko.lm.corpus import CorpusError
from shinko.lm.settings import TextSettings
from shinko.request import change
from shinko.runs.errors import RunError


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


@pytest.mark.parametrize(
    "figures",
    [
        *({"nats": "1"}, {"nats": 1e7}, {"nats": -1}, {"nats": float("nan")}, {"nats": 10**400}),
        *({"words": 0}, {"words": 7.5}, {"words": True}, {"unknown": 2}, {"unknown": None}),
        *({"epoch": 99}, {"epoch": [1]}, {"of": [[]]}),
    ],
    ids=str,
)
def test_a_damaged_score_is_measured_anew(trained, figures):
    first, path = scores.score_test_text(trained), trained.folder.path / "test.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **figures}))
    assert scores.score_test_text(trained) == first


def test_a_score_that_is_no_json_is_measured_anew(trained):
    first, path = scores.score_test_text(trained), trained.folder.path / "test.json"
    path.write_text("[" * 9999)
    assert scores.score_test_text(trained) == first


def test_a_corpus_without_test_text_gives_no_score(tmp_path, book):
    other = write_text(tmp_path / "other.txt", seed=3)
    run = train(begin_run(tmp_path / "run", SMALL, [book, other])).run
    with pytest.raises(
        CorpusError, match=r"run: its corpus has no test text; give one with `corpus`$"
    ):
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


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("use", [scores.evaluate, lambda run: sample(run, TextSettings())])
def test_a_damaged_checkpoint_is_told(trained, damage, use):
    DAMAGE[damage](trained.folder.checkpoint_path(trained.best_epoch()))
    told = r"epoch-00000\d.safetensors: damaged .*; expected a checkpoint .*; train again$"
    with pytest.raises(RunError, match=told):
        use(trained)
