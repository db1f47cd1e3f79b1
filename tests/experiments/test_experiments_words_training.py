"""Word models: a run begun, interrupted, gone on with, damaged."""

import math
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from safetensors.numpy import load_file
from small_words import DAMAGE, SMALL, unfinished, write_text

from shinko.errors import ShinkoError
from shinko.experiments.words import scores
from shinko.experiments.words.comparison import compare, prepare
from shinko.experiments.words.runs import open_run
from shinko.experiments.words.training import begin_run, train
from shinko.lm.corpus import CorpusError
from shinko.request import change
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.runs.lock import HeldError, hold
from stopping import stopped_from_outside


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


def test_a_word_model_that_is_trained_is_trained_by_nobody_else(tmp_path, book):
    run = begin_run(tmp_path / "run", SMALL, [book])
    with hold(run.folder.path), ThreadPoolExecutor(1) as thread:
        assert isinstance(thread.submit(train, run).exception(), HeldError)
    assert run.rows() == []


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


@pytest.mark.parametrize("windows", [1, 7, 20, 40])
def test_a_stop_from_another_thread_costs_nothing(tmp_path, book, trained_once, windows):
    run = begin_run(tmp_path / "run", SMALL, [book])
    begun = stopped_from_outside(
        lambda stop, count: train(run, should_stop=stop, on_window=count), windows
    )
    assert begun.interrupted
    assert not begun.finished
    resumed = train(run)
    assert not resumed.interrupted
    assert figures(resumed.rows) == figures(trained_once.rows())
    whole, parts = (load_file(one.folder.state_path) for one in (trained_once, run))
    clocks = ("more.seconds", "more.sums")  # the last sum is one of seconds
    for name in whole.keys() - set(clocks):
        np.testing.assert_array_equal(parts[name], whole[name])
    for name, weight in trained_once.weights().items():
        np.testing.assert_array_equal(run.weights()[name], weight)


def test_a_state_is_saved_within_an_epoch_too(tmp_path, book, monkeypatch):
    monkeypatch.setattr("shinko.runs.loop.SAVE_SECONDS", 0.0)
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
    with pytest.raises(CorpusError, match="words to train on: expected 2000 or more for `batch`"):
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


@pytest.mark.parametrize("step", ["save_weights", "save_state", "keep_weights"])
def test_a_kill_in_the_last_save_costs_no_epoch(tmp_path, book, trained_once, monkeypatch, step):
    run, does = begin_run(tmp_path / "run", SMALL, [book]), getattr(RunFolder, step)

    def die_at_the_end(folder, *told):
        if len(folder.rows()) == 3:
            raise KeyboardInterrupt
        does(folder, *told)

    with monkeypatch.context() as patched:
        patched.setattr(RunFolder, step, die_at_the_end)
        with pytest.raises(KeyboardInterrupt):
            train(run)
    assert trained_once.best_epoch() == 3
    assert train(run).finished
    assert figures(run.rows()) == figures(trained_once.rows())
    assert run.folder.checkpoints() == [3]
    assert load_file(run.folder.state_path)["epoch"] == 3
    for name, weight in trained_once.weights().items():
        np.testing.assert_array_equal(run.weights()[name], weight)


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
        ("[lm]", "[ml]", "no [lm]; expected a run of 'shinko lm train'"),
        ("hidden = 6", "hidden = 0", "`hidden` 0: expected 1 to 4,096; put it back"),
        ("hidden = 6", "hiden = 6", "field 'hiden': unknown; did you mean `hidden`?; put it back"),
        ('sha256 = "', 'sha = "', "[corpus] sha: unknown; expected files, sha256, prepared; put"),
        ('"cat",', "3,", "[vocabulary] words 3: expected a text; put it back"),
        ('"cat",', '"dog",', "[vocabulary] vocabulary: expected each word once, among them"),
        ("prepared = false", "prepared = 0", "[corpus] prepared 0: expected true or false"),
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
    with pytest.raises(
        RunError, match=r"no checkpoint yet; go on with: shinko lm train --out .*run --resume$"
    ):
        scores.evaluate(run)
