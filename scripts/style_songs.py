"""The songs of the tables of styles, and what may be counted from them.

A tune that comes in several versions counts once, and a song whose key was inferred with little
certainty not at all. What comes from sources under a copyleft licence is counted where two songs
or more have it. Diminished sevenths count as such: Hooktheory's ids have none, and those given
beside the numerals say half-diminished ones.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from shinko.tables.fitting import choose_vocabulary, fit_songs
from shinko.tables.song import Song
from shinko.tables.songs import read_songs

# Inferred keys below this margin are often wrong.
LEAST_MARGIN = 0.1
# Each vocabulary holds this share of the chords of its songs as they are.
STYLE_COVERAGE = 0.98
# Titles that tell no tune.
_UNTITLED = "untitled"
_DIMINISHED = "°7"
_VERSION = re.compile(r"\(.*?\)|[\W\d_]")


@dataclass(frozen=True)
class StyleSource:
    """Where a style's songs are from.

    Attributes:
      corpus: its file is CORPUS.jsonl.gz.
      source: for the table's notes.
      min_songs: how many songs must have what is counted.
      blues: only songs that are flagged as twelve-bar blues, or only others; None for all.
    """

    corpus: str
    source: str
    min_songs: int = 1
    blues: bool | None = None


_IMPROVISOR = (
    "Impro-Visor's Imaginary Book (R. Keller, Harvey Mudd College), GPL-2.0-or-later; "
    "only transitions that two songs or more have"
)
STYLES = {
    "jazz": StyleSource("improvisor", _IMPROVISOR, min_songs=2, blues=False),
    "blues": StyleSource("improvisor", _IMPROVISOR, min_songs=2, blues=True),
    "songbook": StyleSource("openewld", "OpenEWLD (Simonetta 2018), MIT"),
    "folk": StyleSource(
        "nottingham",
        "Nottingham Music Database (E. Foxley), Jukedeck's edition, GPL-3.0; only transitions "
        "that two songs or more have",
        min_songs=2,
    ),
    "hymns": StyleSource("openhymnal", "Open Hymnal, public domain; chords found by analysis"),
}


def style_songs(folder: Path, name: str) -> tuple[Song, ...]:
    """The songs that a style is counted from."""
    style = STYLES[name]
    path = folder / f"{style.corpus}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        told = {row["id"]: row for row in map(json.loads, lines)}
    for row in told.values():
        for section in row["sections"]:
            for chord in section["chords"]:
                if _DIMINISHED in chord["roman"]:
                    chord["hook"] = None
    known: set[str] = set()
    found = []
    with TemporaryDirectory() as place:
        mended = Path(place) / "songs.jsonl"
        mended.write_text("\n".join(map(json.dumps, told.values())), encoding="utf-8")
        songs = read_songs(mended).songs
    for song in songs:
        row, tune = told[song.id], _VERSION.sub("", song.title).casefold()
        margin = row.get("key_margin")
        if margin is not None and margin < LEAST_MARGIN:
            continue
        if tune and not tune.startswith(_UNTITLED) and tune in known:
            continue
        known.add(tune)
        if style.blues is None or bool(row.get("blues")) == style.blues:
            found.append(song)
    return tuple(found)


def style_vocabulary(
    name: str, songs: tuple[Song, ...], of_pop: tuple[str, ...]
) -> tuple[str, ...]:
    """The chords of a style: those of pop songs where they hold enough of what is played.

    Else the fewest that do, among those that songs enough have; all of these where they don't.
    """
    if fit_songs(songs, of_pop)[1].exact_share >= STYLE_COVERAGE:
        return of_pop
    played = Counter(token for song in songs for run in song.chords for token in run)
    shared = Counter(token for song in songs for token in {t for run in song.chords for t in run})
    chosen, held = [], 0
    for token in choose_vocabulary([songs], 1.0):
        if held >= STYLE_COVERAGE * played.total():
            break
        if shared[token] >= STYLES[name].min_songs:
            chosen.append(token)
            held += played[token]
    return tuple(chosen)
