"""How the chords of pieces sound: drawn for their functions, but for those that were written.

What a player plays are functions. What was written, to be kept or to come, sounds as it was
written; a six-four that was not stands where it sounds right, or in another position. All else is
drawn given that, over a whole piece: sections of one name sound the same, and so do units of a plan
that share their chords.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.planning.process import Ints
from shinko.songwriting.brief import Sounds
from shinko.songwriting.colouring import as_nearest, colouring_of
from shinko.songwriting.pieces import DrawnPiece
from shinko.songwriting.written import Written
from shinko.tables.colour_draws import draw_with
from shinko.tables.colour_tree import Known, SilentError
from shinko.tables.colour_ways import Colouring
from shinko.tables.six_fours import settled
from shinko.theory import RomanChord, parse_token
from shinko.theory.colour import colour_of, coloured
from shinko.theory.degrees import root_fifths

_Bools = NDArray[np.bool_]
# Pieces that are drawn at once.
_AT_ONCE = 2048


def sounding(
    pieces: Sequence[DrawnPiece],
    *,
    table: str,
    colour: str,
    seed: int,
    given: Mapping[int, Sounds] | None = None,
    likeliest: bool = False,
) -> list[DrawnPiece]:
    """The pieces with how they sound.

    Args:
      pieces: as they were drawn.
      table: whose they are.
      colour: the way, one of `theory.colour.WAYS`.
      seed: each piece has chance of its own by it, so that it doesn't matter how many are drawn.
      given: of the first section, by slot, how chords sound that somebody has, where they stay.
      likeliest: whether nothing is left to chance: functions sound as they are, where songs tell.

    Raises:
      ShinkoError: nothing sounds as is asked.
    """
    found = list(pieces)
    groups = dict[tuple[int, str], list[int]]()
    for place, piece in enumerate(pieces):
        groups.setdefault((id(piece.way), piece.style), []).append(place)
    for (_, style), places in groups.items():
        way = pieces[places[0]].way
        written = Written(way.brief, given or {})
        colouring = colouring_of(table, written.vocabulary, colour, written.colours, style)
        # A template's chords are written, too; another way to sound is asked for.
        plain = (likeliest or way.changes is not None) and colour == "counted"
        sound = _Sounding(written, colouring, plain=plain)
        for begin in range(0, len(places), _AT_ONCE):
            own = places[begin : begin + _AT_ONCE]
            rngs = [np.random.default_rng((seed, 3, place)) for place in own]
            every = sound.drawn([pieces[place].row for place in own], rngs)
            for place, sounds in zip(own, every, strict=True):
                found[place] = replace(pieces[place], sounds=sounds)
    return found


class _Sounding:
    """What pieces of one brief sound as."""

    def __init__(self, asked: Written, colouring: Colouring, *, plain: bool = False) -> None:
        """Args:
        asked: of them.
        colouring: what they are drawn by.
        plain: whether functions sound as they are, where nothing else is asked.
        """
        self._asked, self._colouring, self._plain = asked, colouring, plain
        self._chords = [parse_token(token) for token in colouring.vocabulary]
        self._roots = [root_fifths(chord.parts) * 7 % 12 for chord in self._chords]
        self._made = dict[tuple[int, int], RomanChord]()
        form = asked.brief.form
        self._keys = [asked.brief.books[name].key for name, own in form.spans() for _ in own]

    def drawn(
        self, rows: Sequence[Sequence[int]], rngs: Sequence[np.random.Generator]
    ) -> Iterator[tuple[RomanChord, ...]]:
        """The chords of each piece, as they sound.

        Args:
          rows: of the pieces, by number in each section's book.
          rngs: the source of chance of each.

        Raises:
          ShinkoError: nothing sounds as is asked.
        """
        spans = self._asked.brief.form.spans()
        parts = [self._asked.numbers[n][np.array(rows)[:, s.start : s.stop]] for n, s in spans]
        functions = np.concatenate(parts, axis=1)
        written = [self._asked.written(row) for row in functions]
        if not self._plain:
            functions = self._in_place(functions, written)
        to_come = [
            self._to_come(row, own, rng)
            for row, own, rng in zip(functions, written, rngs, strict=True)
        ]
        known = self._known(functions, written)
        try:
            drawn = draw_with(self._colouring, self._nearest(functions), rngs, known, to_come)
        except ShinkoError as error:
            raise self._collision(error) from None
        for row, numbers, own in zip(functions.tolist(), drawn.tolist(), written, strict=True):
            yield tuple(
                self._chord(slot, function, number, own.get(slot, ()))
                for slot, (function, number) in enumerate(zip(row, numbers, strict=True))
            )

    def _nearest(self, functions: Ints) -> Ints:
        """The functions that sound for those of modes: what stands so in major or minor."""
        found, vocabulary = functions.copy(), self._colouring.vocabulary
        for name, slots in self._asked.brief.form.spans():
            if (mode := self._asked.modal.get(name)) is not None:
                moved = as_nearest(vocabulary, mode)
                found[:, slots.start : slots.stop] = moved[functions[:, slots.start : slots.stop]]
        return found

    def _in_place(self, functions: Ints, written: Sequence[Mapping[int, object]]) -> Ints:
        """The functions, with six-fours where they sound right, but for what is asked for."""
        asked, same = self._asked, self._asked.same
        fixed = np.array([[slot in own for slot in range(len(same))] for own in written])
        for name, slots in asked.brief.form.spans():
            needed = [one.chords for one in asked.brief.required if one.section == name]
            for chords in needed:
                own = functions[:, slots.start : slots.stop]
                fixed[:, slots.start : slots.stop] |= np.isin(own, asked.numbers[name][[*chords]])
        return settled(self._colouring.vocabulary, functions, fixed=fixed, same=same)

    def _known(
        self, functions: Ints, written: Sequence[Mapping[int, tuple[RomanChord, ...]]]
    ) -> Known:
        """What is written, and what no chord sounds as."""
        same, silent = self._asked.same, self._asked.brief.silent
        tied = same if (same != np.arange(len(same))).any() else None
        asked = self._plain or any(written) or any(silent.values())
        if not asked and not self._asked.modal:
            return Known(same=tied)
        without = np.zeros((*functions.shape, len(self._colouring.colours)), bool)
        for name, slots in self._asked.brief.form.spans():
            for sound in silent.get(name, ()):
                self._silence(functions, without, slots, sound)
            if name in self._asked.modal:
                own = functions[:, slots.start : slots.stop]
                without[:, slots.start : slots.stop] |= self._colouring.out_of_scale[own]
        sounds = np.full(functions.shape, -1)
        if self._plain:
            own = np.array([self._colouring.number(each) for each in self._colouring.own])
            sounds = own[functions]
        for place, each in enumerate(written):
            for slot, told in each.items():
                numbers = self._numbers(int(functions[place, slot]), told, slot)
                sounds[place, slot] = numbers[0] if len(numbers) == 1 else -1
                if len(numbers) > 1:
                    without[place, slot] = True
                    without[place, slot, numbers] = False
        return Known(sounds, without, tied)

    def _silence(self, functions: Ints, without: _Bools, slots: range, sound: RomanChord) -> None:
        """Let no chord of some slots sound so."""
        own = functions[:, slots.start : slots.stop]
        number = self._colouring.known(colour_of(sound))
        if number is not None:
            root = self._root(sound, slots.start)
            there = np.array(self._roots)[own] == root
            without[:, slots.start : slots.stop, number] |= there

    def _to_come(
        self, row: Ints, own: dict[int, tuple[RomanChord, ...]], rng: np.random.Generator
    ) -> list[tuple[list[int], int]]:
        """Of each chord that has to sound in some way the slots where it may, and its colour.

        One that is heard as a chord with another root is written into a slot.
        """
        found = []
        for one in self._asked.brief.required:
            if one.sound is None:
                continue
            first = next(s for n, s in self._asked.brief.form.spans() if n == one.section)
            heard = {int(self._asked.numbers[one.section][n]) for n in one.chords}
            slots = [slot for slot in first if int(row[slot]) in heard]
            slots = list(dict.fromkeys(self._asked.same[slots].tolist()))
            if any(own.get(slot) == (one.sound,) for slot in slots):
                continue
            root = self._root(one.sound, first.start)
            there = [slot for slot in slots if self._roots[int(row[slot])] == root]
            if there:
                found.append((there, self._colouring.number(colour_of(one.sound))))
                continue
            free = [slot for slot in slots if slot not in own]
            if not free:
                raise self._collision(SilentError())
            chosen = free[int(rng.integers(len(free)))]
            for slot in np.flatnonzero(self._asked.same == chosen).tolist():
                own[slot] = (one.sound,)
        return found

    def _numbers(self, function: int, told: Sequence[RomanChord], slot: int) -> list[int]:
        """The colours of chords with the root of a function."""
        root = self._roots[function]
        same = (sound for sound in told if self._root(sound, slot) == root)
        return [self._colouring.number(colour_of(sound)) for sound in same]

    def _root(self, sound: RomanChord, slot: int) -> int:
        """Semitones above the relative major's tonic."""
        parts = sound.in_relative_frame(self._keys[slot]).parts
        return root_fifths(parts) * 7 % 12

    def _chord(
        self, slot: int, function: int, number: int, told: Sequence[RomanChord]
    ) -> RomanChord:
        """As it was written, or as it was drawn."""
        if told:
            colour = self._colouring.colours[number]
            return next((sound for sound in told if colour_of(sound) == colour), told[0])
        if (function, number) not in self._made:
            own = self._chords[function], self._colouring.colours[number]
            self._made[function, number] = coloured(*own)
        return self._made[function, number]

    def _collision(self, error: ShinkoError) -> ShinkoError:
        told = [*self._asked.brief.told]
        if self._colouring.way != "counted":
            told.append(f"`colour` {self._colouring.way}")
        return ShinkoError(f"{error}: {', '.join(told)}") if told else error
