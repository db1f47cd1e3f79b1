"""JSON as no program writes it: odd values, names that are missing, strange or there twice."""

from __future__ import annotations

import random
from typing import Any

from fuzzing.mutations import TOKENS, few, mutated


def mutated_tree(rng: random.Random, tree: Any) -> Any:
    """JSON, with one to some of its values or names changed; the tree itself is changed, too."""
    held = [tree]
    for _ in range(few(rng)):
        _change_within(rng, held)
    return held[0]


class Doubled(dict[str, Any]):
    """An object that stands in JSON with one of its names twice."""

    def __init__(self, values: dict[str, Any], name: str, other: Any) -> None:
        super().__init__(values)
        self._again = (name, other)

    def items(self) -> Any:
        return [*super().items(), self._again]


def odd_value(rng: random.Random) -> Any:
    """A value of JSON that was hardly expected where it stands."""
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice(TOKENS)
    if kind == 1:
        nested: Any = 1
        for _ in range(rng.choice((1, 2, 60))):
            nested = [nested] if rng.random() < 0.7 else {"a": nested}
        return nested
    return rng.choice(_ODD)


_ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2, 0.5, -0.0, 1e-300, 1e308, 1e17, 2**31, 2**63, 2**64),
    *(-(2**63), 10**400, float("nan"), float("inf"), -float("inf"), "", " ", "\0"),
    *("\ud800", "a\nb", "1", "C"),
    *([], {}, [[]], [None], [1, 2], ["1", "4"], [1] * 300, "x" * 1_000, "1979-05-27", "4/4"),
)  # fmt: skip


def _change_within(rng: random.Random, held: Any) -> None:
    """Change something at or below one of the members of a list or an object."""
    place: Any = rng.choice(list(held)) if isinstance(held, dict) else rng.randrange(len(held))
    value = held[place]
    if isinstance(value, (dict, list)) and value and rng.random() < 0.75:
        return _change_within(rng, value)
    kind = rng.randrange(8)
    if kind < 3:
        held[place] = odd_value(rng)
    elif kind == 3 and isinstance(value, str) and value:
        held[place] = mutated(rng, [value])
    elif kind == 3 and isinstance(value, (int, float)) and not isinstance(value, bool):
        held[place] = rng.choice((-value, value + 1, value * 1000, str(value), [value]))
    elif isinstance(held, dict):
        _change_names(rng, held, place)
    elif kind == 4 and len(held) > 1:
        del held[place]
    elif kind == 5:
        held.insert(place, value)
    else:
        held.extend([value] * rng.choice((1, 1, 12)))
    return None


def _change_names(rng: random.Random, held: dict[str, Any], name: str) -> None:
    kind, value = rng.randrange(4), held[name]
    if kind == 0:
        del held[name]
    elif kind == 1:
        held[rng.choice(TOKENS)] = value
    elif kind == 2:
        held[mutated(rng, [name])] = held.pop(name)
    elif isinstance(value, dict) and value:
        held[name] = Doubled(value, rng.choice(list(value)), odd_value(rng))
    else:
        held[name] = {name: value}
    if not held:
        held["a"] = value
