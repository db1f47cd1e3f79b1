"""What is written of how pieces sound: chords that are kept or come as somebody wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shinko.planning.process import Ints
from shinko.songwriting.brief import Brief, Sounds
from shinko.tables.modes import NEAREST
from shinko.theory import RomanChord
from shinko.theory.colour import Colour, colour_of


@dataclass(frozen=True, eq=False)
class Written:
    """The same of pieces of one brief.

    Attributes:
      brief: of all of them.
      given: of the first section, by slot, how chords sound that somebody has, where they stay.
    """

    brief: Brief
    given: Mapping[int, Sounds]

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """The chords of all sections."""
        every = (self.brief.books[name].tokens for name in self.brief.form.names)
        return tuple(dict.fromkeys(token for tokens in every for token in tokens))

    @cached_property
    def numbers(self) -> dict[str, Ints]:
        """Of each section's chords their numbers in the vocabulary."""
        number = {token: index for index, token in enumerate(self.vocabulary)}
        return {
            name: np.array([number[token] for token in self.brief.books[name].tokens])
            for name in self.brief.form.names
        }

    @cached_property
    def modal(self) -> dict[str, str]:
        """The modes of sections that are held to the chords of one beside major and minor."""
        books = {name: self.brief.books[name] for name in self.brief.form.names}
        return {
            name: book.key.mode
            for name, book in books.items()
            if book.held and book.key.mode in NEAREST
        }

    @cached_property
    def sounds(self) -> tuple[dict[int, tuple[RomanChord, ...]], ...]:
        """Of each slot how its functions sound, where that is written."""
        form, found = self.brief.form, list[dict[int, tuple[RomanChord, ...]]]()
        for name, slots in form.spans():
            own = list(self.brief.sounds(name))
            if name == form.sections[0]:
                for slot, sounds in self.given.items():
                    own[slot] = {**sounds, **own[slot]}
            numbers = self.numbers[name].tolist()
            found += ({numbers[n]: told for n, told in one.items()} for one in own[: len(slots)])
        return tuple(found)

    @cached_property
    def same(self) -> Ints:
        """Of each slot the first one that sounds the same, itself for none."""
        form = self.brief.form
        same, begins = np.arange(form.total), dict[str, int]()
        for name, slots in form.spans():
            if name in begins:
                same[slots.start : slots.stop] = same[begins[name] : begins[name] + len(slots)]
                continue
            for other, kept in form.alike(name).items():
                if other in begins and self.brief.comparable(name, other):
                    begun = begins[other]
                    same[slots.start : slots.start + kept] = same[begun : begun + kept]
            layout = self.brief.layouts.get(name)
            for tie in layout.ties if layout else ():
                same[slots.start + tie.slot] = same[slots.start + tie.to]
            begins[name] = slots.start
        return same

    @cached_property
    def colours(self) -> tuple[Colour, ...]:
        """All that is written."""
        slots = (sound for sounds in self.sounds for own in sounds.values() for sound in own)
        required = (one.sound for one in self.brief.required if one.sound is not None)
        return tuple(dict.fromkeys(map(colour_of, (*slots, *required))))

    def written(self, functions: Ints) -> dict[int, tuple[RomanChord, ...]]:
        """By slot how the chords of a piece, (T,), were written; of tied ones as any of them."""
        own = dict[int, tuple[RomanChord, ...]]()
        for slot, sounds in enumerate(self.sounds):
            if sounds and (told := sounds.get(int(functions[slot]))) is not None:
                own.setdefault(int(self.same[slot]), told)
        if not own:
            return own
        firsts = enumerate(self.same.tolist())
        return {slot: own[first] for slot, first in firsts if first in own}

    def chords(self, functions: Ints) -> tuple[RomanChord, ...]:
        """The chords of a piece of one section as they were written, all others as they are.

        What has to come in some way does so at its first place.
        """
        (book,) = self.brief.books.values()
        own = {slot: told[0] for slot, told in self.written(functions).items()}
        for one in self.brief.required:
            slots = [slot for slot, number in enumerate(functions) if int(number) in one.chords]
            free = [slot for slot in slots if slot not in own]
            if one.sound is not None and free and one.sound not in own.values():
                own[free[0]] = one.sound
        every = enumerate(functions.tolist())
        return tuple(own.get(slot, book.chords[number]) for slot, number in every)
