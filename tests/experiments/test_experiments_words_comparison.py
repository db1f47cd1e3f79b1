"""Word models compared: presets, table, figure; and where their corpus is found."""

import json

import pytest
from small_words import SMALL, unfinished, write_text

from shinko.experiments.words import data
from shinko.experiments.words.comparison import FILES, compare, prepare, write_comparison
from shinko.experiments.words.text import sample
from shinko.experiments.words.training import begin_run, train
from shinko.lm.corpus import CorpusError
from shinko.lm.settings import TextSettings
from shinko.request import change
from shinko.runs.errors import RunError


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
    table, texts = paths[1].read_text().split("\n\nText of ", 1)
    assert table.count("\n") == 3
    assert f"| {entries[0].score.perplexity:.2f} |" in table
    best, worst = sorted(entries, key=lambda entry: entry.best.valid_perplexity)
    assert texts.startswith(f"{best.run.name}:\n\n    {best.text.splitlines()[0]}")
    assert f"\nText of {worst.run.name}:\n\n    {worst.text.splitlines()[0]}" in texts
    for entry, told in zip(entries, numbers, strict=True):
        assert told["text"] == entry.text == sample(entry.run, TextSettings())[0]
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
    with pytest.raises(RunError, match=r"small: was trained with `epochs` 3, not 4; take another"):
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
