"""Templates laid out: the changes of a form, each of which sounds until the next one.

A composer draws the changes: a chord that is held is one chord, as in songs that are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, product

from shinko.errors import FieldError, ShinkoError
from shinko.planning.constraints import Tie
from shinko.songwriting.brief import Chords, Limit
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.forms import HELD, TEMPLATES, Template
from shinko.songwriting.plans import Layout
from shinko.theory import Key, RomanChord


@dataclass(frozen=True)
class Changes:
    """The chords of a template one after another, and where each begins and how long it is held.

    Attributes:
      name: of the template.
      chords: numerals that each may be, as written; none for one that is an earlier one again.
      begins: the slot of each, from 0, rising.
      slots: of all together.
      again: which change each is again; −1 for none.
      per_bar: slots of a bar.
      sections: names of the parts, as long as each other, if it falls into any.
    """

    name: str
    chords: tuple[tuple[str, ...], ...]
    begins: tuple[int, ...]
    slots: int
    again: tuple[int, ...]
    per_bar: int
    sections: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Changes."""
        return len(self.begins)

    def at(self, slot: int) -> int:
        """The change that sounds in a slot."""
        return sum(begin <= slot for begin in self.begins) - 1

    def strokes(self, chords: Sequence[RomanChord]) -> Iterator[tuple[RomanChord, int]]:
        """Chords with the slots that each sounds in, cut at bar lines.

        Args:
          chords: one for each change; one that comes again at once is held.
        """
        begins = [
            begin
            for place, begin in enumerate(self.begins)
            if not place or chords[place] != chords[place - 1]
        ]
        for begin, end in zip(begins, (*begins[1:], self.slots), strict=True):
            chord = chords[self.at(begin)]
            while begin < end:
                cut = min(end, (begin // self.per_bar + 1) * self.per_bar)
                yield chord, cut - begin
                begin = cut

    def parts(self, strokes: Sequence[tuple[RomanChord, int]]) -> Iterator[tuple[str, int]]:
        """The sections that the template falls into, and how many strokes each has."""
        ends = list(accumulate(slots for _, slots in strokes))
        size = self.slots // max(len(self.sections), 1)
        for place, name in enumerate(self.sections):
            yield name, sum(place * size < end <= (place + 1) * size for end in ends)

    def layout(self) -> Layout:
        """Which changes share their chord."""
        ties = tuple(Tie(late, early) for late, early in enumerate(self.again) if early >= 0)
        return Layout(self.name, ties, (), wish="template")

    def limits(self, book: ChordBook) -> Iterator[Limit]:
        """What each change may be, of what is known.

        Raises:
          FieldError: nothing of what stands at a change is known.
        """
        for place, texts in enumerate(self.chords):
            if texts:
                known = _known(texts, book)
                if not known:
                    raise FieldError(
                        "template",
                        self.name,
                        f"a table that knows {' or '.join(texts)}",
                        "such as `table` jazz",
                    )
                yield Limit("template", f"`template` {self.name}", known, range(place, place + 1))


def find_template(name: str, key: Key) -> Template:
    """The template of a name, for a key.

    Raises:
      FieldError: it is of another mode.
    """
    template = TEMPLATES[name]
    if key.mode != template.mode:
        tonic = str(key.tonic)
        raise FieldError(
            "template",
            name,
            f"a key in {template.mode}, not {key}",
            f"take `key` '{tonic} {template.mode}'",
        )
    return template


def laid_out(name: str, length: int | None, key: Key) -> list[Changes]:
    """A template with each choice of what it holds, as often over as fills a length.

    Raises:
      FieldError: it doesn't fill the length, or isn't for keys of this mode.
    """
    template = find_template(name, key)
    length = template.length if length is None else length
    rounds, left = divmod(length, template.length)
    if left or not rounds:
        several = "" if template.length == 1 else f", {2 * template.length} for two rounds …"
        raise FieldError(
            "length",
            length,
            f"{template.length} chords, those of `template` {name}{several}",
            "leave out `length`",
        )
    words = template.slots.split()
    choices = [(True, False) if word.startswith(f"{HELD}|") else (False,) for word in words]
    return [_changes(name, template, words, held, rounds) for held in product(*choices)]


def _changes(
    name: str, template: Template, words: Sequence[str], held: Sequence[bool], rounds: int
) -> Changes:
    chords: list[tuple[str, ...]] = []
    begins: list[int] = []
    again: list[int] = []
    for begin in range(0, rounds * len(words), len(words)):
        sounding: list[int] = []  # by slot
        for slot, (word, holds) in enumerate(zip(words, held, strict=True)):
            if word != HELD and not holds:
                back = word.startswith("=")
                chords.append(() if back else tuple(t for t in word.split("|") if t != HELD))
                again.append(sounding[int(word[1:]) - 1] if back else -1)
                begins.append(begin + slot)
            sounding.append(len(begins) - 1)
    return Changes(
        name,
        tuple(chords),
        tuple(begins),
        rounds * len(words),
        tuple(again),
        template.per_bar,
        template.sections * rounds,
    )


def _known(texts: Sequence[str], book: ChordBook) -> Chords:
    found: Chords = frozenset()
    for text in texts:
        try:
            found |= book.find(text, "template")
        except ShinkoError:
            continue
    return found
