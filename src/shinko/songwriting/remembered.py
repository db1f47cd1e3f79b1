"""Styles with their memories: whose voices play, in which mode, and how they are looked ahead in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from shinko.planning.ground import Ground
from shinko.planning.kept import KEPT
from shinko.planning.particles import Player, play
from shinko.planning.process import Floats, Ints
from shinko.songwriting.roles import Free, Role
from shinko.songwriting.styles import Style
from shinko.tables.builtin import stamp
from shinko.tables.chain import SongChain
from shinko.tables.look_ahead import look_ahead
from shinko.tables.memories import Voices, over, voices_of
from shinko.tables.memory import CLOSES
from shinko.tables.voices import Voice

# Sequences that a chain plays at once.
_AT_ONCE = 2000


@dataclass(frozen=True, eq=False)
class Remembered:
    """A style with its memory in a mode.

    Attributes:
      name: for people.
      share: of a mixture, 0 to 1.
      vocabulary: the chords.
      voices: by how a section closes; see `CLOSES`.
      counted: where the mode's statistics are from.
    """

    name: str
    share: float
    vocabulary: tuple[str, ...]
    voices: Mapping[str, Voice]
    counted: str

    def chain(self, close: str = "piece", pull: float = 0.0) -> SongChain:
        """What plays its sections."""
        return SongChain([self.voices[close].pulled(pull)])

    def role(self, temperature: float, pull: float) -> Role:
        """The chain itself plays, at a temperature of whole sequences.

        At 1 that is drawing chord by chord; else, and under constraints, particles do.
        """

        def player(length: int, close: str) -> Player:
            chain = chains[close]
            state = chain.initial_state(1, length=length)
            return Player(chain, chain.start, state, temperature, whole=temperature != 1.0)

        chains = {close: self.chain(close, pull) for close in CLOSES}
        free = _freely(player) if temperature == 1.0 else None
        ground = ground_of((self,), temperature)
        return Role(self.name, self.share, lambda: ground, player, free, goes_on=False)


def ground_of(styles: tuple[Remembered, ...], temperature: float = 1.0) -> Ground:
    """What styles, all together, are looked ahead in at a temperature."""
    found = KEPT.get(
        ("look-ahead", *map(id, styles)),
        lambda: (
            styles,
            *look_ahead([one.voices["piece"] for one in styles], styles[0].vocabulary),
        ),
        lambda found: 3 * found[1].rewards.nbytes,
    )
    _, process, closing = found
    return Ground(", ".join(one.name for one in styles), process, temperature, closing)


def _freely(player: Callable[[int, str], Player]) -> Free:
    def free(
        steps: int, count: int, rng: np.random.Generator, first: int | None
    ) -> tuple[Ints, Floats]:
        own = player(steps, "piece")
        sizes = [min(_AT_ONCE, count - begin) for begin in range(0, count, _AT_ONCE)]
        parts = [play(own, steps, size, rng, first) for size in sizes]
        return np.concatenate([part[0] for part in parts], 1), np.concatenate([p[1] for p in parts])

    return free


def remembered(style: Style, mode: str) -> tuple[Remembered, ...]:
    """The styles of a table or a mixture, over the chords of all.

    Raises:
      ShinkoError: a table or its memory can't be read, or isn't of chords.
    """
    stamps = tuple(stamp(name) for name, _ in style.parts)
    return KEPT.get(
        ("remembered", style, mode, stamps),
        partial(_read, style, mode),
        lambda found: sum(2 * one.voices["piece"].innovations.nbytes for one in found),
    )


def _read(style: Style, mode: str) -> tuple[Remembered, ...]:
    read: list[tuple[float, dict[str, Voices]]] = [
        (share, {close: voices_of(name, mode, close) for close in CLOSES})
        for name, share in style.parts
    ]
    vocabulary = tuple(
        dict.fromkeys(chord for _, each in read for chord in each["piece"].vocabulary)
    )
    return tuple(
        Remembered(
            name,
            share / len(each["piece"].voices),
            vocabulary,
            {close: over(each[close], vocabulary).voices[name] for close in CLOSES},
            each["piece"].counted,
        )
        for share, each in read
        for name in each["piece"].voices
    )
