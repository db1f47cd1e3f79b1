import math

import numpy as np
import pytest
import torch

from shinko.lm.corpus import EOS, UNK, Corpus, CorpusError, Vocabulary
from shinko.lm.settings import WordSettings
from shinko.lm.training import WordTraining
from shinko.request import change
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.runs.loop import DivergedError
from shinko.runs.metrics import row_line
from shinko.runs.state import resume_training, save_training

SMALL = WordSettings(
    hidden=8,
    dropout=0.3,
    epochs=3,
    batch=4,
    window=6,
    columns=5,
    precision="float32",
    device="cpu",
    learning_rate=0.02,
)


def corpus_of(train=200, valid=60):
    """Words that follow each other by a rule, with chance in it."""
    chance = np.random.default_rng(0)
    words = [0]
    for _ in range(train + valid):
        words.append(int((words[-1] * 3 + 1 + chance.integers(2)) % 12))
    ids = np.array(words)
    vocabulary = Vocabulary((EOS, UNK, *"abcdefghij"))
    return Corpus(vocabulary, ids[:train], ids[train : train + valid], None, True)


def training_of(corpus=None, **settings):
    return WordTraining(change(SMALL, settings), corpus or corpus_of())


def run_on(training, folder=None, stop=None):
    """Train to the end, or until so many windows were read; the rows."""
    rows, read = [], 0
    while training.epoch < training.settings.epochs and read != stop:
        row = training.step()
        read += 1
        if row:
            rows.append(row)
            if folder:
                with folder.metrics_path.open("a") as file:
                    file.write(row_line(row.to_dict()))
                save_training(training, folder)
    return rows


@pytest.fixture
def folder(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.create({})
    return folder


def figures(row):
    """All of a row but what the clock says."""
    times = ("seconds", "tokens_per_second")
    return {name: value for name, value in row.to_dict().items() if name not in times}


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_training_learns(cell):
    settings = {"cell": cell, "epochs": 12, "dropout": 0.0, "learning_rate": 0.05, "columns": 0}
    rows = run_on(training_of(corpus_of(train=400), **settings))
    # Of twelve words two may follow each.
    assert rows[0].train_perplexity > 4.0
    assert rows[-1].train_perplexity < 2.2
    assert rows[-1].valid_perplexity < 3.0
    assert [row.epoch for row in rows] == list(range(1, 13))
    assert rows[-1].learning_rate < rows[0].learning_rate


@pytest.mark.parametrize("masks", ["unit", "element"])
@pytest.mark.parametrize("stop", [1, 8, 9, 17])
def test_an_interrupted_training_goes_on_to_the_same_weights(folder, masks, stop):
    stopped_and_whole(folder, masks, stop)


def test_so_it_does_on_two_threads(folder):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        stopped_and_whole(folder, "unit", 9)
    finally:
        torch.set_num_threads(before)


def stopped_and_whole(folder, masks, stop):
    """A training that is stopped comes to the figures and weights of one that isn't."""
    whole = training_of(masks=masks)
    rows = run_on(whole)
    assert whole.windows == 9
    first = training_of(masks=masks)
    run_on(first, folder, stop)
    save_training(first, folder)
    second = training_of(masks=masks, seed=0)
    done = resume_training(second, folder)
    done += run_on(second)
    assert list(map(figures, done)) == list(map(figures, rows))
    assert torch.equal(second.weights, whole.weights)
    assert second.best_epoch == whole.best_epoch


def test_only_the_best_checkpoint_is_kept(folder):
    training = training_of(epochs=6)
    rows = run_on(training, folder)
    best = min(rows, key=lambda row: row.valid_perplexity)
    assert folder.checkpoints() == [best.epoch] == [training.best_epoch]


def test_the_loss_is_that_of_the_whole_text_read_in_streams():
    """Without learning, the first epoch's perplexity is that of the streams read one by one."""
    training = training_of(dropout=0.0, learning_rate=1e-30)
    row = run_on(training, stop=training.windows)[0]
    ids = np.roll(corpus_of().train, -np.random.default_rng((0, 0)).integers(200))
    streams = ids.reshape(4, 50).T
    model = training.model.eval()
    with torch.no_grad():
        logits, _ = model(torch.from_numpy(streams[:-1].copy()))
    targets = torch.from_numpy(streams[1:].copy())
    loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
    assert row.train_perplexity == pytest.approx(math.exp(loss.item()), rel=1e-5)


def test_a_kill_while_saving_leaves_the_last_state_and_its_best_weights(folder, monkeypatch):
    training = training_of()
    run_on(training, folder, training.windows)
    kept = folder.checkpoints()

    def fail(self, arrays):
        raise OSError("no space")

    for _ in range(training.windows):
        training.step()
    training.best_epoch = 2  # as if it were the best
    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "save_state", fail)
        with pytest.raises(OSError, match="no space"):
            save_training(training, folder)
    assert folder.checkpoints() == [*kept, 2]
    resumed = training_of()
    assert [row.epoch for row in resume_training(resumed, folder)] == [1]
    assert folder.checkpoints() == kept


def test_the_first_window_learns_too():
    training = training_of(epochs=1, window=100)
    assert training.windows == 1
    before = training.weights.detach().clone()
    training.step()
    assert not torch.equal(before, training.weights)


def test_weight_decay_shrinks_weights_and_no_biases():
    decayed, plain = (
        training_of(weight_decay=decay, dropout=0.0, warmup=0.0) for decay in (0.5, 0.0)
    )
    kept = 1 - decayed.learning_rate * 0.5
    before = decayed.model.embedding.weight.detach().clone()
    for training in (decayed, plain):
        training.step()
    moved = plain.model.embedding.weight - before
    torch.testing.assert_close(decayed.model.embedding.weight, kept * before + moved)
    torch.testing.assert_close(decayed.model.output.bias, plain.model.output.bias)


def test_epochs_begin_at_different_words():
    training = training_of()
    first = training.text.clone()
    run_on(training, stop=training.windows)
    assert not torch.equal(training.text, first)


def test_at_the_beginning_words_are_as_likely_as_they_are_frequent():
    training = training_of()
    frequency = np.bincount(corpus_of().train, minlength=12) + 1.0
    shares = training.model.output.bias.softmax(0).detach().numpy()
    np.testing.assert_allclose(shares, frequency / frequency.sum(), rtol=1e-5)


def test_a_loss_that_is_no_number_is_told_before_anything_is_saved(folder):
    training = training_of()
    run_on(training, folder, training.windows)
    before = folder.state_path.read_bytes()
    with torch.no_grad():
        training.weights.fill_(math.nan)
    with pytest.raises(DivergedError, match=r"the loss turned nan in epoch 2; train again with a"):
        training.step()
    assert folder.state_path.read_bytes() == before


@pytest.mark.parametrize("words", [1, 4, 7])
def test_a_corpus_shorter_than_a_batch_is_told(words):
    with pytest.raises(
        CorpusError, match=rf"{words} words to train on: expected 8 or more for `batch` 4"
    ):
        training_of(corpus_of(train=words))


@pytest.mark.parametrize("window", [-1, 9])
def test_a_state_at_a_window_that_is_none_is_told(folder, window):
    training = training_of()
    training.step()
    training.window = window
    save_training(training, folder)
    with pytest.raises(RunError, match=rf"window {window}: expected 0 to 8; train again"):
        resume_training(training_of(), folder)


def test_a_state_of_another_network_is_told(folder):
    training = training_of()
    training.step()
    save_training(training, folder)
    with pytest.raises(RunError, match=r"state.safetensors: .* is it of another run\?"):
        resume_training(training_of(layers=1), folder)


def test_a_large_epsilon_damps_words_that_seldom_come():
    """With it, Adam's step shrinks with the gradient; without, it is near the step size."""
    moves = []
    for epsilon in (1e-12, 1e-2):
        training = training_of(epsilon=epsilon, dropout=0.0, warmup=0.0, columns=0)
        before = training.model.output.bias.detach().clone()
        training.step()
        moves.append((training.model.output.bias - before).abs().min() / training.learning_rate)
    assert moves[0] > 0.9
    assert moves[1] < 0.5
