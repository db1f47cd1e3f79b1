"""Chords as people write them down: lines of chords, and ChordPro sheets.

A line of chords is a progression of its own: `| C | G | Am F |`, `I V vi IV`, `i bVI bIII bVII`.
A ChordPro sheet is a song: its chords stand in brackets within the words, and its lines follow
each other.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from sys import intern

from shinko.errors import ShinkoError
from shinko.tables.barlines import play_line
from shinko.tables.song import Song, SongCount, SongList, TooManySongsError
from shinko.tables.table import TableError
from shinko.theory import ChordError, Key, roman_from_name
from shinko.theory.bare_numerals import bare_told, is_bare
from shinko.theory.key_of_words import any_key, key_of_words
from shinko.theory.keys import Mode

_ANY_MAJOR = Key.parse("C")

LONGEST_LINE = 10_000  # characters
_HEADER = re.compile(r"(key|mode|title|artist|tempo|time|capo)\s*:\s*(.*)", re.IGNORECASE)
_PART = (
    r"intro|verse|pre-?chorus|chorus|bridge|refrain|hook|interlude|instrumental|solo|break|coda|"
    r"ending|outro|tag|turnaround|fine|part|section"
)
# "Verse 2:" before chords, or "[Chorus]" alone.
_LABEL = re.compile(rf"[\[(]?\s*(?:{_PART})\b[\s.]*\w?\s*[\])]?\s*(?::|$)", re.IGNORECASE)
_PART_NAME = re.compile(rf"(?:{_PART})", re.IGNORECASE)
_BRACKET = re.compile(r"\[([^\[\]]*)\]")
_COMMENT = ("# ", "//", ";")


# A key and its name, which is only the mode where no tonic is told.
_Named = tuple[Key, str]


@dataclass
class _Passage:
    """Chords in one key, or in one to be found: (word, line number)."""

    key: _Named | None
    words: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class _Sheet:
    """What has been read of a file so far."""

    path: Path
    count: SongCount
    title: str = ""
    key: _Named | None = None
    songs: list[Song] = field(default_factory=list)
    passages: list[_Passage] = field(default_factory=list)
    skipped: int = 0
    told: dict[str, None] = field(default_factory=dict)

    def add(self, words: list[str], line: int) -> None:
        """Chords that follow the ones before, unless the key changed."""
        self.count.add(self.path, chords=len(words))
        if not self.passages or self.passages[-1].key != self.key:
            self.passages.append(_Passage(self.key))
        self.passages[-1].words += [(intern(word), line) for word in words]

    def end_song(self) -> None:
        """Make a song of the passages so far."""
        passages = [passage for passage in self.passages if passage.words]
        if passages:
            self.songs.append(_song(self.path, self.title, passages, self.told))
            self.count.add(self.path, songs=1)
        self.passages = []


def read_chart(text: str, path: Path, count: SongCount, *, chordpro: bool) -> SongList:
    """The songs of a chart.

    Args:
      text: of the file.
      path: of the file, for errors.
      count: of what was read before, which this adds to.
      chordpro: whether to read only what stands in brackets, as one song; otherwise every line
        of chords is a song of its own.

    Raises:
      TableError: a chord or key can't be read, or there are too many songs or chords; the message
        names file and line.
    """
    sheet = _Sheet(path, count)
    verbatim = ""
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        try:
            if len(line) > LONGEST_LINE:
                raise TableError(f"{len(line)} characters; expected at most {LONGEST_LINE}")
            if line.startswith("{") and line.endswith("}"):
                name, _, value = line[1:-1].partition(":")
                verbatim = _obey(sheet, name.strip().lower(), value.strip(), verbatim)
            elif not line or line.startswith(_COMMENT) or verbatim == "tab":
                continue
            elif chordpro and verbatim != "grid":
                if not line.startswith("#"):
                    sheet.add(_bracketed(sheet, line), number)
            elif header := _HEADER.fullmatch(line):
                _obey(sheet, header[1].lower(), header[2], "")
            else:
                sheet.add(_line_of_chords(sheet, line), number)
        except TooManySongsError:
            raise
        except ShinkoError as error:
            raise TableError(f"{path} line {number}: {error}") from None
        if not chordpro:
            sheet.end_song()
    sheet.end_song()
    return SongList(tuple(sheet.songs), sheet.skipped, tuple(sheet.told))


def has_bracketed_chords(text: str) -> bool:
    """Whether a text is a ChordPro sheet, to judge by its brackets."""
    return any(_is_chord(inside.strip()) for inside in _BRACKET.findall(text))


def _obey(sheet: _Sheet, name: str, value: str, verbatim: str) -> str:
    """Follow a directive; returns which environment, "tab" or "grid", the next line is in."""
    if name == "meta":
        name, _, value = value.partition(" ")
    if name == "key":
        key = Key.parse(value)
        sheet.key = key, str(key)
    elif name == "mode":
        sheet.key = _in_mode(sheet.key, Key.parse(f"A {value}").mode)
    elif name in ("title", "t"):
        sheet.title = value
    elif name in ("new_song", "ns"):
        sheet.end_song()
        sheet.title, sheet.key = "", None
    elif name in ("start_of_tab", "sot", "start_of_grid", "sog"):
        return "grid" if name in ("start_of_grid", "sog") else "tab"
    elif name in ("end_of_tab", "eot", "end_of_grid", "eog"):
        return ""
    return verbatim


def _bracketed(sheet: _Sheet, line: str) -> list[str]:
    """The chords in the brackets of a line of words."""
    words: list[str] = []
    for text in _BRACKET.findall(line):
        inside = _words(text)
        if all(map(_is_chord, inside)):
            words += inside
        elif _is_remark(text):
            sheet.skipped += 1
        else:
            words += inside  # their line is told when they are read
    return words


def _line_of_chords(sheet: _Sheet, line: str) -> list[str]:
    """The chords of a line, or none if it is a label or words to sing."""
    label = _LABEL.match(line)
    if label:
        sheet.skipped += 1
        line = line[label.end() :]
    words = _words(line)
    unread = [word for word in words if not _is_chord(word)]
    sung = len(unread) * 2 > len(words) and any(map(_is_word, unread)) and "|" not in line
    if sung:
        sheet.skipped += 1
        return []
    return words


def _words(line: str) -> list[str]:
    """The words of a line as played; chords joined by hyphens (I-V-vi-IV) come apart."""
    words: list[str] = []
    for word in play_line(line):
        parts = word.split("-")
        joined = not _is_chord(word) and all(map(_is_chord, parts))
        words += parts if joined else [word]
    return words


@lru_cache(maxsize=4096)
def _is_chord(word: str) -> bool:
    try:
        roman_from_name(word, _ANY_MAJOR)
    except ChordError:
        return False
    return True


def _is_remark(text: str) -> bool:
    """Whether a bracket holds a remark, such as [Chorus], [*softly] or [2nd time]."""
    text = text.strip()
    return text[:1] not in tuple("ABCDEFG") or " " in text or bool(_PART_NAME.match(text))


def _is_word(word: str) -> bool:
    """Whether a word can't be meant as a chord: in small letters, or of five letters and more."""
    letters = re.sub(r"[.!?'’\"]", "", word)
    return letters.isalpha() and (letters.islower() or len(letters) > 4)


def _song(path: Path, title: str, passages: list[_Passage], told: dict[str, None]) -> Song:
    runs = []
    names = []
    parts = []
    for passage in passages:
        key, name = passage.key or key_of_words(word for word, _ in passage.words)
        parts.append((len(passage.words), key.mode))
        if any(_is_bare(word, key.mode) for word, _ in passage.words):
            told[bare_told(key.mode)] = None
        runs.append(tuple(_token(path, word, line, key) for word, line in passage.words))
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


def _token(path: Path, word: str, line: int, key: Key) -> str:
    try:
        return _token_in(word, key, key.german)
    except ChordError as error:
        raise TableError(f"{path} line {line}: {error}") from None
