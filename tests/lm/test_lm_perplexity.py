import math

import numpy as np
import pytest
import torch
from torch import nn

from shinko.lm.perplexity import matrix_precision, perplexity, side_by_side, surprisals
from shinko.nets.model import SequenceModel
from shinko.nets.shapes import ModelConfig

V = 50


def model_of(cell="lstm", seed=0):
    config = ModelConfig(V, V, cell, 2, 16, 16, 0.5)
    chance = torch.Generator().manual_seed(seed)
    model = SequenceModel(config, generator=chance)
    nn.init.normal_(model.output.weight, generator=chance)
    return model.train()


def text(steps=203):
    return np.random.default_rng(1).integers(V, size=steps)


def test_a_uniform_model_scores_exactly_the_vocabulary_size():
    model = SequenceModel(ModelConfig(V, V, "lstm", 1, 8, 8))  # its output layer starts at zero
    assert perplexity(surprisals(model, text(), before=0)) == pytest.approx(V, rel=1e-14)


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
@pytest.mark.parametrize("window", [1, 7, 100, 1000])
def test_the_surprisals_do_not_depend_on_the_window(cell, window):
    model, ids = model_of(cell), text()
    whole = surprisals(model, ids, before=0, window=len(ids))
    np.testing.assert_allclose(surprisals(model, ids, before=0, window=window), whole, atol=1e-5)


def test_the_surprisals_are_those_of_the_equations_step_by_step():
    model, ids = model_of().double(), text(20)
    found = surprisals(model, ids, before=3)
    state, fed = model.initial_state(1), 3
    model.eval()
    for word, nats in zip(ids, found, strict=True):
        logits, state = model(torch.tensor([[fed]]), state, fused=False)
        assert nats == pytest.approx(-logits.log_softmax(-1)[0, 0, word].item(), abs=1e-9)
        fed = int(word)


def test_reading_leaves_training_mode_and_precision_as_they_were():
    model = model_of()
    with matrix_precision("medium"):
        surprisals(model, text(), before=0)
        assert torch.get_float32_matmul_precision() == "medium"
    assert torch.get_float32_matmul_precision() == "highest"
    assert model.training
    surprisals(model.eval(), text(), before=0)
    assert not model.training


def test_texts_side_by_side_are_read_as_each_by_itself():
    model, ids = model_of(), text(60).reshape(20, 3)
    found = surprisals(model, ids, before=0)
    assert found.shape == (20, 3)
    for column in range(3):
        alone = surprisals(model, ids[:, column], before=0)
        np.testing.assert_allclose(found[:, column], alone, atol=1e-5)


def test_a_text_is_cut_into_streams_that_go_on_from_each_other():
    assert side_by_side(np.arange(11), 3).tolist() == [[0, 3, 6], [1, 4, 7], [2, 5, 8]]


def test_the_reader_is_told_how_far_it_is():
    told = []
    surprisals(model_of(), text(), before=0, window=100, on_window=told.append)
    assert told == [100, 200, 203]


def test_a_perplexity_out_of_range_is_infinite():
    assert perplexity(np.array([1e4])) == math.inf
