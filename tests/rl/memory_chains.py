"""Small chains with memory: networks with large weights, whose chords depend on all before."""

import itertools

import numpy as np
import torch

from shinko.nets.light import LightModel
from shinko.nets.model import SequenceModel
from shinko.nets.shapes import ModelConfig, weight_shapes

V, T = 3, 3
EVERY = np.array(list(itertools.product(range(V), repeat=T))).T  # (T, V^T)


def small_chain(seed, chords=V):
    rng = np.random.default_rng(seed)
    shapes = weight_shapes(ModelConfig(chords + 1, chords, hidden=5, embedding=3))
    return LightModel({name: rng.normal(0, 1.0, shape) for name, shape in shapes.items()})


def small_policy(chords=V, **options):
    """A network in double precision, with weights that all do something."""
    config = ModelConfig(chords + 1, chords, hidden=4, embedding=3, **options)
    model = SequenceModel(config).double()
    for number, weight in enumerate(model.parameters()):
        torch.nn.init.normal_(weight, std=0.5, generator=torch.Generator().manual_seed(number))
    return model
