"""The songs that palettes are counted from, chord by chord as they sound.

Each corpus tells that in its own way: Billboard in Harte's syntax, the others by chord symbols, by
Roman numerals, or by the colour in `ext`.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from shinko.tables.colour_songs import HeardChord, HeardSong
from shinko.tables.songs import read_songs
from shinko.theory import QUALITIES, interval_number, interval_semitones, parse_note, parse_roman
from shinko.theory.colour import colour_of
from shinko.theory.kinds import Degree, heard_kind
from shinko.theory.qualities import WRITTEN, find_quality

sys.path.insert(0, str(Path(__file__).parent))
from style_songs import STYLES, style_songs

# Harte's shorthands as MusicXML's kinds; 1 and 5 are Billboard's, for a root alone and a fifth.
# Source: Harte et al. (2005), Symbolic representation of musical chords.
SHORTHANDS = {
    "maj": "major",
    "min": "minor",
    "dim": "diminished",
    "aug": "augmented",
    "maj7": "major-seventh",
    "min7": "minor-seventh",
    "7": "dominant",
    "dim7": "diminished-seventh",
    "hdim7": "half-diminished",
    "minmaj7": "major-minor",
    "maj6": "major-sixth",
    "min6": "minor-sixth",
    "9": "dominant-ninth",
    "maj9": "major-ninth",
    "min9": "minor-ninth",
    "11": "dominant-11th",
    "min11": "minor-11th",
    "13": "dominant-13th",
    "maj13": "major-13th",
    "min13": "minor-13th",
    "sus2": "suspended-second",
    "sus4": "suspended-fourth",
    "5": "power",
    "1": "power",
}
# Palettes have what is found in notes, too; of rarer chords the nearest.
USUAL = [quality for quality in QUALITIES if quality not in WRITTEN]
WITH_A_NINTH = {"m7add11": "m11", "7add13": "13"}
_HARTE = re.compile(r"[A-G][b#]*(?::([a-z0-9]*)(?:\(([^)]*)\))?)?(?:/([b#]*\d+))?")
_BASS = re.compile(r"/([A-Ga-g])([b#+]*)$")
# How the nearest quality of what QUALITIES hasn't is found: the last alteration goes.
_LAST = re.compile(r"(?:add)?[b#]?\d+$")


def harte(text: str) -> HeardChord:
    """A chord in Harte's syntax: "A:min7/b3", "G:sus4(b7,9)".

    A root alone leaves open what sounds, and so does a fifth with a seventh. A chord richer than
    any quality is the one that has one note more, no seventh, or loses what is added last.
    """
    match = _HARTE.fullmatch(text)
    if match is None:
        raise ValueError(f"chord {text!r}: not in Harte's syntax")
    shorthand, added = match[1] or "maj", [one for one in (match[2] or "").split(",") if one]
    bass = _semitones(match[3]) if match[3] else 0
    if shorthand == "1" and not added:
        return HeardChord(None, bass)
    degrees = [Degree(*_degree(one), "add") for one in added]
    found = heard_kind(SHORTHANDS[shorthand], degrees, usual=True)
    if found.complete:
        return HeardChord(found.quality, bass)
    notes = {_semitones(one) for one in added} | {0, 7}
    if shorthand in ("1", "5") and notes == {0, 7, 10}:
        return HeardChord(None, bass)
    told = set(map(_above, QUALITIES[_quality(shorthand)])) | {_semitones(one) for one in added}
    return HeardChord(_one_note_more(told) or found.quality, bass, exact=False)


def _quality(shorthand: str) -> str:
    quality = heard_kind(SHORTHANDS[shorthand]).quality
    assert quality is not None
    return quality


def _one_note_more(notes: set[int]) -> str | None:
    for quality in USUAL:
        intervals = QUALITIES[quality]
        more = [interval for interval in intervals if _above(interval) not in notes]
        if len(more) == 1 and interval_number(more[0]) != 7 and len(intervals) == len(notes) + 1:
            return quality
    return None


def _degree(text: str) -> tuple[int, int]:
    """Number and semitones up or down, as MusicXML counts them: a 7 from the minor seventh."""
    number = int(text.lstrip("b#"))
    return number, text.count("#") - text.count("b") + (number == 7)


def _semitones(degree: str) -> int:
    """Above the root, an octave left out."""
    return (_above(degree.lstrip("b#")) + degree.count("#") - degree.count("b")) % 12


def _above(interval: str) -> int:
    return interval_semitones(interval) % 12


def told_by_symbol(chord: dict[str, Any]) -> HeardChord:
    """A chord that tells its colour in `ext` and its bass in `src`."""
    ending, bass = chord["ext"], 0
    if ending is None:
        return HeardChord(None)
    if (match := _BASS.search(chord["src"])) is not None:
        root = re.match(r"[A-G][b#]*", chord["src"])
        assert root is not None
        sharps = match[2].replace("+", "#")  # as Nottingham writes them
        note = parse_note(match[1].upper() + sharps)
        bass = (note.pitch_class - parse_note(root[0]).pitch_class) % 12
    ending = ending.replace("mb13", "m#5")
    quality, exact = _usual(ending), True
    while quality is None:
        shorter, exact = _LAST.sub("", ending), False
        if shorter == ending:
            return HeardChord(None, bass, exact=False)
        ending, quality = shorter, _usual(shorter)
    return HeardChord(quality, bass, exact)


def _usual(ending: str) -> str | None:
    quality = find_quality(ending)
    return quality if quality in USUAL else WITH_A_NINTH.get(quality or "")


def told_by_numeral(chord: dict[str, Any]) -> HeardChord:
    """A chord whose Roman numeral tells how it sounds."""
    colour = colour_of(parse_roman(chord["roman"]))
    return HeardChord(colour.quality, colour.bass)


def told_by_harte(chord: dict[str, Any]) -> HeardChord:
    """A chord in Harte's syntax in `src`."""
    return harte(chord["src"])


_READERS: dict[str, Callable[[dict[str, Any]], HeardChord]] = {
    "billboard": told_by_harte,
    "pop909": told_by_numeral,
}
NAMES = ("billboard", "pop909", *STYLES)


def heard_songs(folder: Path, name: str) -> Iterator[HeardSong]:
    """The songs of a style, chord by chord as they sound."""
    corpus = STYLES[name].corpus if name in STYLES else name
    path, read = folder / f"{corpus}.jsonl.gz", _READERS.get(corpus, told_by_symbol)
    songs = style_songs(folder, name) if name in STYLES else read_songs(path).songs
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = {row["id"]: row for row in map(json.loads, lines)}
    for song in songs:
        sections = rows[song.id]["sections"]
        chords = [chord for section in sections for chord in section["chords"]]
        tokens = tuple(chain.from_iterable(song.chords))
        assert len(tokens) == len(chords), song.id
        yield HeardSong(
            song.id,
            tokens,
            tuple(map(read, chords)),
            tuple(float(chord["beats"]) for chord in chords),
            tuple(len(section["chords"]) for section in sections),
        )
