"""Chords as people write them down: lines of chords, and ChordPro sheets, as `intake` reads them.

A line of chords is a progression of its own: `| C | G | Am F |`, `I V vi IV`, `i bVI bIII bVII`.
A ChordPro sheet is a song: its chords stand in brackets within the words, or in grids, and what is
recalled or repeated is played as often. What can't be read is told with its line, and left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from sys import intern

from shinko.errors import ShinkoError
from shinko.intake.chart_head import check_text, key_in
from shinko.intake.chart_line import read_line
from shinko.intake.chordpro import read_song, songs_in, told_key
from shinko.intake.chordpro_text import lines_of
from shinko.intake.draft import FREE, SILENCE, ChartError, Draft, RepeatedBars
from shinko.intake.drafted import UNREAD, heard_parts
from shinko.intake.hints import chord_in
from shinko.intake.lyrics import heading_in, is_aside, is_words
from shinko.intake.remarks import Remarks
from shinko.tables.song import Song, SongCount, SongList, TooManySongsError
from shinko.tables.table import TableError
from shinko.theory import Key, roman_from_name
from shinko.theory.bare_numerals import bare_told, is_bare
from shinko.theory.key_of_words import any_key, key_of_words
from shinko.theory.keys import Mode

LONGEST_LINE = 10_000  # characters
_HEADER = re.compile(r"\{?\s*(key|mode|title|t|artist|tempo|time|capo)\s*:\s*([^{}]*)\}?", re.I)
_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_METER = (4, 4)  # where bars lie doesn't matter here

# A key and its name, which is only the mode where no tonic is told.
_Named = tuple[Key, str]


@dataclass
class _Passage:
    """Chords in one key, or in one to be found."""

    key: _Named | None
    words: list[str] = field(default_factory=list)


@dataclass
class _Lines:
    """What lines of a head say so far of the lines of chords after them."""

    title: str = ""
    key: _Named | None = None

    def obey(self, name: str, value: str, remarks: Remarks) -> None:
        """Follow a line of the head; those that say nothing of chords are passed over."""
        if name in ("title", "t"):
            self.title = value.strip()
        elif name == "key":
            if (key := key_in(value)) is None:
                remarks.place("keys that aren't known, passed over", value)
            else:
                self.key = key, str(key)
        elif name == "mode":
            if (key := key_in(f"A {value}")) is None:
                remarks.place("modes that aren't known, passed over", value)
            else:
                self.key = _in_mode(self.key, key.mode)


def read_chart(text: str, path: Path, count: SongCount, *, chordpro: bool) -> SongList:
    """The songs of a chart.

    Args:
      text: of the file.
      path: of the file, for errors.
      count: of what was read before, which this adds to.
      chordpro: whether it is ChordPro; otherwise every line of chords is a song of its own.

    Raises:
      TableError: it is no text, a line is too long, or there are too many songs or chords; the
        message names the file.
    """
    remarks = Remarks()
    read = _sheets(text, remarks) if chordpro else _lines(text, remarks)
    songs: list[Song] = []
    bare: dict[str, None] = {}
    try:
        for title, passages in read:
            held = [passage for passage in passages if passage.words]
            if held:
                count.add(path, songs=1, chords=sum(len(passage.words) for passage in held))
                songs.append(_song(title, held, bare))
    except TooManySongsError:
        raise
    except ShinkoError as error:
        raise TableError(f"{path}: {error}") from None
    told = [f"{path}: {remarks}"] if str(remarks) else []
    return SongList(tuple(songs), remarks.passed_over, (*bare, *told))


def has_bracketed_chords(text: str) -> bool:
    """Whether a text is a ChordPro sheet, to judge by its brackets."""
    return any(chord_in(inside.strip()) is not None for inside in _BRACKET.findall(text))


def _sheets(text: str, remarks: Remarks) -> Iterator[tuple[str, list[_Passage]]]:
    """The songs of ChordPro."""
    for first, sheet in songs_in(text):
        song = read_song(sheet, first_line=first, remarks=remarks)
        key, mode = told_key(song), key_in(f"A {song.head.get('mode', '')}")
        told = (key, str(key)) if key else None
        if key is None and song.head.get("mode") and mode is not None:
            told = any_key(mode.mode)
        yield song.head.get("title", ""), _passages(heard_parts(song.draft), told)


def _lines(text: str, remarks: Remarks) -> Iterator[tuple[str, list[_Passage]]]:
    """The lines of chords."""
    head = _Lines()
    for number, line in lines_of(text):
        remarks.line = number
        line = line.strip()
        if len(line) > LONGEST_LINE:
            raise TableError(
                f"line {number}: {len(line)} characters; expected at most {LONGEST_LINE}"
            )
        if not line or line.startswith((";", "{comment", "{c:")):
            continue
        check_text(line, forgiving=True)
        if header := _HEADER.fullmatch(line):
            head.obey(header[1].lower(), header[2], remarks)
        elif heading_in(line.strip("[]: ")) or is_aside(line):
            continue
        elif is_words(line):
            remarks.count("lines of words", line)
        else:
            draft = Draft(_METER, remarks=remarks)
            try:
                read_line(draft, line)
            except ChartError as error:
                remarks.fault(str(error))
            yield head.title, _passages(heard_parts(draft, head.key and head.key[0]), head.key)


def _passages(parts: Sequence[RepeatedBars], told: _Named | None) -> list[_Passage]:
    """The chords of a song as they are played; a new key begins a passage."""
    passages = [_Passage(told)]
    for part in parts:
        own = part.manner.key
        key = told if own is None else (own, str(own))
        if passages[-1].key != key:
            passages.append(_Passage(key))
        words = [one.text for one in part.struck if one.text not in (SILENCE, UNREAD, FREE)]
        passages[-1].words += [intern(word.replace(":", "")) for word in words] * part.times
    return passages


def _song(title: str, passages: list[_Passage], told: dict[str, None]) -> Song:
    runs = []
    names = []
    parts = []
    for passage in passages:
        key, name = passage.key or key_of_words(passage.words)
        parts.append((len(passage.words), key.mode))
        if any(_is_bare(word, key.mode) for word in passage.words):
            told[bare_told(key.mode)] = None
        runs.append(tuple(_token_in(word, key, key.german) for word in passage.words))
        names.append(name)
    found = passages[0].key is None
    return Song(tuple(runs), title, names[0], key_was_found=found, parts=tuple(parts))


def _in_mode(told: _Named | None, mode: Mode) -> _Named:
    """The tonic that was told, in a mode; any key of the mode where none was."""
    if told is None or told[1] == told[0].mode:
        return any_key(mode)
    key = Key(told[0].tonic, mode)
    return key, str(key)


@lru_cache(maxsize=65_536)
def _token_in(word: str, key: Key, german: bool) -> str:
    # Keys are alike whether or not they are told in German, their chords are not.
    return roman_from_name(word, key).token_in(key)


_is_bare = lru_cache(maxsize=65_536)(is_bare)
