"""The sections of a piece, as one writes them.

AABA                             letters; those of one name share their chords
A A' B A                         A' begins as A does and ends anew
verse:8 chorus:4 verse chorus    with so many chords each; verse:8b has so many bars
verse chorus verse chorus+2      the last chorus two semitones higher
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from shinko.errors import FieldError
from shinko.score.progression import MOST_CHORDS
from shinko.songwriting.usual import MOST_BARS, MOST_COMPOSED

USUAL_DIFFERENCE = 4
PRIMES = "'′’"
MOST_STEPS = 12
"""Semitones that a section is moved by."""

_WORD = re.compile(
    rf"(?P<name>[^\s:=.,+{PRIMES}][^\s:=.,+{PRIMES}]*?)(?P<primes>[{PRIMES}]*)"
    r"(?::(?P<count>\d{1,3})(?P<bars>b|bars?)?)?(?P<steps>[+-]\d{1,2})?"
)
_LETTERS = re.compile(rf"(?:[^\W\d_][{PRIMES}]*)+")
_LETTER = re.compile(rf"[^\W\d_][{PRIMES}]*")


@dataclass(frozen=True)
class Form:
    """Sections in the order in which they are played: those of one name share their chords.

    Attributes:
      lengths: chords of each name, in the order in which the names come first.
      sections: names, such as A, A, B, A.
      differ: in how many slots sections of different names differ at the least, of those that both
        have.
      differs_loosely: whether they may differ in fewer, where locks ask for that.
      steps: semitones that each section is moved by; none where nothing is.
      bars: of names whose chords are as many as so many bars have.
      text: as it was written.
    """

    lengths: tuple[int, ...]
    sections: tuple[str, ...] = ("",)
    differ: int = 0
    differs_loosely: bool = False
    steps: tuple[int, ...] = ()
    bars: Mapping[str, int] = field(default_factory=dict)
    text: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Each of them once."""
        return tuple(dict.fromkeys(self.sections))

    @property
    def total(self) -> int:
        """Chords of the piece."""
        return sum(self.length(name) for name in self.sections)

    def length(self, name: str) -> int:
        """Chords of a section."""
        return self.lengths[self.names.index(name)]

    def spans(self) -> Iterator[tuple[str, range]]:
        """The sections in order, with the slots of the piece that each has."""
        begin = 0
        for name in self.sections:
            end = begin + self.length(name)
            yield name, range(begin, end)
            begin = end

    def base(self, name: str) -> str | None:
        """The section that another one begins as: A of A'; None for one that begins anew."""
        base = name.rstrip("'")
        return base if base != name else None

    def kept(self, name: str) -> int:
        """How many chords it begins with that its base has."""
        base = self.base(name)
        if base is None:
            return 0
        return (min(self.length(name), self.length(base)) + 1) // 2

    def alike(self, name: str) -> dict[str, int]:
        """The sections that it shares a beginning with, and how many chords that is."""
        base = name.rstrip("'")
        family = [one for one in self.names if one.rstrip("'") == base and one != name]
        own = self.kept(name)
        return {
            one: min(filter(None, (own, self.kept(one)))) for one in family if own or self.kept(one)
        }

    def before(self, name: str) -> set[str]:
        """The sections that a section comes after somewhere."""
        return {a for a, b in pairwise(self.sections) if b == name}

    def after(self, name: str) -> set[str]:
        """The sections that come after a section somewhere."""
        return {b for a, b in pairwise(self.sections) if a == name}

    def of_lengths(self, lengths: Mapping[str, int]) -> Form:
        """The same with other numbers of chords.

        Raises:
          FieldError: the piece is too long then, or A' of one chord.
        """
        found = replace(self, lengths=tuple(lengths.get(n, self.length(n)) for n in self.names))
        if found.total > MOST_CHORDS:
            raise FieldError(
                "form",
                self.text,
                f"at most {MOST_CHORDS} chords; these {len(self.sections)} sections have "
                f"{found.total}",
                "lower `length`, or leave out some of them",
            )
        for name in found.names:
            if found.kept(name) == found.length(name):
                base = found.base(name)
                expected = f"two chords or more where {name} begins as {base} and ends anew"
                raise FieldError("form", self.text, expected, "raise `length`")
        return found


class FormWord(NamedTuple):
    """A section as it is written: its name, how many chords or bars it says to have, semitones."""

    name: str
    size: int | None = None
    in_bars: bool = False
    steps: int = 0

    def __str__(self) -> str:
        size = "" if self.size is None else f":{self.size}" + "b" * self.in_bars
        return self.name + size + (f"{self.steps:+d}" if self.steps else "")


def form_words(text: str) -> list[FormWord]:
    """The sections of a form as they are written, in order.

    Raises:
      FieldError: it can't be read.
    """
    words = text.replace(",", " ").split()
    if len(words) == 1 and _LETTERS.fullmatch(words[0]) and words[0].isupper():
        words = _LETTER.findall(words[0])
    elif len(words) == 1 and ":" not in words[0]:
        raise FieldError(
            "form", text, "several sections: letters, such as AABA, or words with spaces between"
        )
    return [_word(text, word) for word in words]


def told_lengths(words: Sequence[FormWord], text: str = "") -> dict[str, FormWord]:
    """By name the word that says how long a section is, or else its first one.

    Raises:
      FieldError: two of them say so, and not the same.
    """
    found = dict[str, FormWord]()
    for word in words:
        other = found.setdefault(word.name, word)
        if other.size is None:
            found[word.name] = word
        elif word.size is not None and word[1:3] != other[1:3]:
            raise FieldError(
                "form",
                text,
                f"one length of {word.name}, not {other.size} and {word.size}",
                f"name one of them {word.name}2",
            )
    return found


def read_form(
    text: str,
    differ: int | None,
    length: int,
    bars: int | None = None,
    *,
    opening: int | None = None,
) -> Form:
    """A form as one writes it; see above.

    Args:
      text: the form; "" for one section.
      differ: in how many chords sections of different names differ at the least; None for the
        usual 4, or all if there are fewer.
      length: chords of each section that doesn't say how many it has.
      bars: of each such section, where its chords follow from them.
      opening: chords of the first section, whatever it says, where they are given.

    Raises:
      FieldError: it can't be read, is too long, or sections can't differ so much.
    """
    words = form_words(text)
    if not words:
        return Form((opening or length,), bars={} if bars is None else {"": bars})
    sections, told = tuple(word.name for word in words), told_lengths(words, text)
    for name in sections:
        base = name.rstrip("'")
        if base != name and base not in sections[: sections.index(name)]:
            raise FieldError("form", text, f"{base} before {name}, which begins as it does")
    lengths, own_bars = dict[str, int](), dict[str, int]()
    for name, word in told.items():
        if word.size is None:
            word = told.get(name.rstrip("'"), word)  # A' is as long as A
        count = word.size
        if count is not None and bars is not None:
            raise FieldError(
                "form",
                text,
                f"no number beside `bars` {bars}",
                f"leave one of them out, or write {name}:{count}b for bars",
            )
        lengths[name] = length if count is None or word.in_bars else count
        if word.in_bars or bars is not None:
            own_bars[name] = bars or count or 0
    if opening is not None:
        if sections[0] in own_bars:
            raise FieldError(
                "form",
                text,
                f"no bars of {sections[0]}, whose chords are given",
                "tell how many chords it has, or leave it out",
            )
        lengths[sections[0]] = opening
    most = max(lengths.values())
    if differ is not None and not 0 <= differ <= most:
        raise FieldError("differ", differ, f"0 to {most}, the `length`")
    steps = tuple(word.steps for word in words)
    form = Form(
        tuple(lengths.values()),
        sections,
        min(USUAL_DIFFERENCE, most) if differ is None else differ,
        differ is None,
        steps if any(steps) else (),
        own_bars,
        text,
    )
    return form.of_lengths({})


def _word(text: str, word: str) -> FormWord:
    match = _WORD.fullmatch(word)
    if match is None:
        raise FieldError(
            "form",
            text,
            f"sections such as verse, A', verse:8, verse:8b or verse+2, not {word!r}",
        )
    name = match["name"] + "'" * len(match["primes"])
    steps = int(match["steps"] or 0)
    if abs(steps) > MOST_STEPS:
        raise FieldError("form", text, f"{word} moved by {MOST_STEPS} semitones at most")
    if match["count"] is None:
        return FormWord(name, steps=steps)
    count, in_bars = int(match["count"]), match["bars"] is not None
    most, what = (MOST_BARS, "bars") if in_bars else (MOST_COMPOSED, "chords")
    if not 1 <= count <= most:
        raise FieldError("form", text, f"{name} of 1 to {most} {what}, not {count}")
    return FormWord(name, count, in_bars, steps)
