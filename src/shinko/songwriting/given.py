"""Chords that somebody has, as all commands take them: typed, or in any file that can be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from shinko.errors import FieldError, ShinkoError, UnreadableError
from shinko.files.requests import Reading
from shinko.score.progression import Progression, Section
from shinko.songwriting.brief import GIVEN_CHORDS, Limit, Sounds
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.usual import MOST_COMPOSED, TEMPO_BPM
from shinko.theory import Key, RomanChord

Slots = list[frozenset[int] | None]
_AS_FILE = re.compile(r"\s*(?:\[\s*)?\{")
_LONGEST = 60  # characters of a text in a message


@dataclass(frozen=True)
class Given:
    """What somebody has, played out: repeats stand in it as often as they are played.

    Attributes:
      text: chords, or the name of a file.
      piece: the chords, a tonic in slots that are free; no sections, no melody.
      free: slots whose chord is open, from 0.
      name: of the file without its ending; "" for typed chords.
      told: what the reader left out or changed, in one line; may be empty.
      left_out: what else there was that no piece made of these chords has: sections, melody.
      timed: whether it says how long its chords last: in bars, by numbers, or as a file.
    """

    text: str
    piece: Progression
    free: frozenset[int] = frozenset()
    name: str = ""
    told: str = ""
    left_out: tuple[str, ...] = ()
    timed: bool = False

    @property
    def key(self) -> Key:
        """That the chords are read in: as it was told, or found from them."""
        return self.piece.key

    @property
    def chords(self) -> tuple[RomanChord | None, ...]:
        """None where a slot is free."""
        every = enumerate(self.piece.chords)
        return tuple(None if slot in self.free else chord for slot, chord in every)

    @property
    def label(self) -> str:
        """What it is called in a message: the text, or its beginning."""
        return _shortened(self.text)

    @property
    def usual_beats(self) -> float:
        """How long most of them last, quarter notes; of as many the longest."""
        counts = Counter(self.piece.beats)
        return max(counts, key=lambda beats: (counts[beats], beats))

    def sounds(self, heard: Slots) -> dict[int, Sounds]:
        """How the chords sound that slots are heard as, by slot."""
        every = enumerate(zip(self.chords, heard, strict=True))
        return {slot: dict.fromkeys(own, (chord,)) for slot, (chord, own) in every if chord and own}

    def limits(self, heard: Slots, section: str) -> Iterator[Limit]:
        """What each slot that isn't free may have in a section."""
        for slot, chords in enumerate(heard):
            if chords is not None:
                name = self.piece.chords[slot].name(self.key)
                told = f"`{GIVEN_CHORDS}` {slot + 1}={name}"
                sounds = self.sounds(heard)[slot]
                yield Limit(GIVEN_CHORDS, told, chords, range(slot, slot + 1), section, sounds)


def read_given(
    text: str,
    key: Key | None = None,
    *,
    bars: tuple[int, int] | None = None,
    meter: tuple[int, int] | None = None,
    tempo_bpm: float | None = None,
) -> Given:
    """Chords as somebody types them, "I vi _ V" or "| Am F | C _ |", or those of a file.

    Args:
      text: the chords, or the name of the file.
      key: to read them in; by default the file's, or the one found from them.
      bars: first and last bar to take, from 1.
      meter: that counts more than what the chords say.
      tempo_bpm: likewise.

    Raises:
      FieldError: they can't be read, or there are none or too many.
    """
    from shinko.files.read import read  # composing from nothing needs no reader

    try:
        reading = Reading(key=key, meter=meter, tempo_bpm=tempo_bpm, bars=bars)
        found = read(text, reading, open_slots=True)
    except FieldError:
        raise
    except ShinkoError as error:
        raise UnreadableError(GIVEN_CHORDS, text, error) from None
    told = [found.told] if found.told else []
    if len(found.progressions) > 1:
        told.append(f"the first of {len(found.progressions)} progressions is taken")
    piece, free = found.progressions[0], frozenset(found.free)
    if not found.name and not _tells_tempo(text):
        piece = replace(piece, tempo_bpm=tempo_bpm or TEMPO_BPM)
    places = _played(piece)
    if len(places) > MOST_COMPOSED:
        way_out = "take some of its bars with `from_bars`"
        expected = f"1 to {MOST_COMPOSED} chords, not {len(places)}"
        raise FieldError(GIVEN_CHORDS, _shortened(text), expected, way_out)
    named = any(section.name for section in piece.sections)
    left_out = ("sections",) * named + ("melody",) * bool(piece.melody)
    piece = replace(
        piece,
        chords=tuple(piece.chords[place] for place in places),
        beats=tuple(piece.beats[place] for place in places),
        sections=(),
        melody=(),
    )
    free = frozenset(slot for slot, place in enumerate(places) if place in free)
    timed = bool(found.name) or any(sign in text for sign in "|*")
    return Given(text, piece, free, found.name, "; ".join(told), left_out, timed)


def _shortened(text: str) -> str:
    """In one line, and no longer than a person reads."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _tells_tempo(text: str) -> bool:
    """Whether typed chords, or JSON and ChordPro that are typed, may say how fast they are."""
    from shinko.intake.chart_head import head_fields

    heads = (head_fields(line) for line in text.splitlines())
    as_file = _AS_FILE.match(text) is not None
    return as_file or any(name == "tempo" for head in heads for name, _ in head)


def _played(piece: Progression) -> list[int]:
    """The places of its chords in the order in which they are played."""
    places, first = list[int](), 0
    for section in piece.sections or (Section("", len(piece.chords)),):
        places += [*range(first, first + section.length)] * section.times
        first += section.length
    return places


def settled_length(given: Given, length: int | None, more: int | None = None) -> int:
    """Chords of what is made of those that are given.

    Args:
      given: the chords.
      length: that is asked for, if any; beyond the chords that are given slots are free.
      more: how many free slots follow them.

    Raises:
      FieldError: that is too few, or too many.
    """
    there = len(given.piece.chords)
    if there + (more or 0) > MOST_COMPOSED:
        expected = f"{MOST_COMPOSED} chords at most in all, and {there} are given"
        raise FieldError("continue", more, expected, "take some of its bars with `from_bars`")
    count = there + (more or 0)
    if length is not None and length < count:
        counted = f"{there} given and {more} to continue" if more else "as many as are given"
        raise FieldError("length", length, f"{count} or more, {counted}", "or leave it out")
    return length or count


def completed(given: Given, chords: Sequence[RomanChord], **told: Any) -> Progression:
    """A progression that begins as what is given does, in its key and time.

    Args:
      given: what it begins as.
      chords: of all slots, and maybe of more, which last as most of those given do.
      told: other attributes of the progression.
    """
    there = given.piece.chords
    beats = [*given.piece.beats, *[given.usual_beats] * (len(chords) - len(there))]
    return replace(given.piece, chords=tuple(chords), beats=tuple(beats), **told)


def hear(given: Given, book: ChordBook) -> Slots:
    """What each slot is heard as among the chords of a book; None for one that is free.

    Raises:
      FieldError: the mode hasn't a chord.
    """
    return [
        None if chord is None else book.heard(chord, chord.name(given.key), GIVEN_CHORDS)
        for chord in given.chords
    ]


def heard_as(given: Given, heard: Slots, book: ChordBook) -> dict[str, str]:
    """The chords that are heard as others, by name: C7sus4 as C7."""
    found = {}
    for chord, chords in zip(given.chords, heard, strict=True):
        if chord is not None and chords is not None:
            other = book.chords[min(chords)]
            if _sound(chord, book.key) != _sound(other, book.key):
                found[chord.name(book.key)] = other.name(book.key)
    return found


def remarks(given: Given, heard: Slots, book: ChordBook, *, writing: bool = False) -> str:
    """What was left out, changed or is heard as something else, in one line; may be empty.

    Args:
      given: the chords.
      heard: what they are heard as.
      book: the chords that are known.
      writing: whether pieces are made of them, which lack more than an answer does.
    """
    names = heard_as(given, heard, book)
    others = ", ".join(f"{name} as {other}" for name, other in names.items())
    told = f"not known here, so heard as the nearest: {others}" if others else ""
    lacking = f"without its {' and '.join(given.left_out)}" if writing and given.left_out else ""
    return "; ".join(filter(None, [given.told, lacking, told]))


def _sound(chord: RomanChord, key: Key) -> tuple[int, ...]:
    return (chord.bass(key), *chord.pitch_classes(key))
