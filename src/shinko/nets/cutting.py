"""A network cut to some of its tokens: the same network, where the others are never met.

Its vectors of tokens, and what it gives to each of them, are the only weights that know which token
is which, so that a network over all chords is one over some of them, too, and costs no more.

Conventions: V tokens, the start token is V; E embedding, H hidden units.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from numpy.typing import NDArray

# Of numpy or torch.
Weight = TypeVar("Weight", bound=Any)


def cut_weights(weights: Mapping[str, Weight], kept: NDArray[Any]) -> dict[str, Weight]:
    """The weights over some of the tokens, by the names of `SequenceModel.state_dict()`.

    Args:
      weights: of a network whose tokens in are its V tokens out and the start; those of an
        embedding (V + 1, E) and an output layer (V, H), (V,) are cut, others stay as they are.
      kept: the numbers of the tokens that stay, in their new order, (v,).
    """
    start = len(weights["output.bias"])
    return {
        **weights,
        "embedding.weight": weights["embedding.weight"][[*kept, start]],
        "output.weight": weights["output.weight"][list(kept)],
        "output.bias": weights["output.bias"][list(kept)],
    }
