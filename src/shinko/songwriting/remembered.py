"""Styles with their memories: whose voices play in which mode, and what looks ahead for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from shinko.planning.ground import Ground
from shinko.planning.kept import KEPT
from shinko.planning.particles import Player
from shinko.songwriting.roles import Role, freely
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

    def at(self, heat: float, pull: float) -> Remembered:
        """The same at a place of the dials; see `tables.voices`."""
        voices = {close: one.heated(heat).pulled(pull) for close, one in self.voices.items()}
        return replace(self, voices=voices)

    def role(self, temperature: float) -> Role:
        """The chain itself plays; each step's chances are sharpened or blurred by a temperature."""

        def player(length: int, close: str) -> Player:
            chain = chains[close]
            return Player(chain, chain.start, chain.initial_state(1, length=length), temperature)

        chains = {close: SongChain([voice]) for close, voice in self.voices.items()}
        return Role(
            self.name,
            self.share,
            lambda: ground_of((self,)),
            player,
            freely(player, _AT_ONCE),
            goes_on=False,
        )


def ground_of(styles: tuple[Remembered, ...]) -> Ground:
    """What styles, all together, are looked ahead in."""
    voices = [one.voices["piece"] for one in styles]
    _, process, closing = KEPT.get(
        ("look-ahead", *((id(voice.innovations), voice.heat) for voice in voices)),
        # With the voices, so that no other table takes their places while this is kept.
        lambda: (voices, *look_ahead(voices, styles[0].vocabulary)),
        lambda found: 3 * found[1].rewards.nbytes,
    )
    return Ground(", ".join(one.name for one in styles), process, 1.0, closing)


def remembered(
    style: Style, mode: str, chords: tuple[str, ...] | None = None
) -> tuple[Remembered, ...]:
    """The styles of a table or a mixture, over the chords of all, or those that are given.

    Raises:
      ShinkoError: a table or its memory can't be read, or isn't of chords.
    """
    stamps = tuple(stamp(name) for name, _ in style.parts)

    def kept(over: tuple[str, ...] | None) -> tuple[Remembered, ...]:
        return KEPT.get(
            ("remembered", style, mode, stamps, over),
            partial(_read, style, mode, over),
            lambda found: sum(2 * one.voices["piece"].innovations.nbytes for one in found),
        )

    own = kept(None)
    return own if chords in (None, own[0].vocabulary) else kept(chords)


def _read(style: Style, mode: str, chords: tuple[str, ...] | None) -> tuple[Remembered, ...]:
    read: list[tuple[float, dict[str, Voices]]] = [
        (share, {close: voices_of(name, mode, close) for close in CLOSES})
        for name, share in style.parts
    ]
    vocabulary = chords or tuple(
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
