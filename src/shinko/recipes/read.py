"""Progressions that users have: typed chords, chord charts, MIDI, MusicXML, our own JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shinko.errors import ShinkoError
from shinko.intake.bounded import IntakeError, read_bytes
from shinko.score.progression import Progression
from shinko.theory import Key, parse_chord_name, roman_from_name

MOST_TEXT_BYTES = 1_000_000
MOST_PROGRESSIONS = 10_000


@dataclass(frozen=True)
class Reading:
    """How to read what a file leaves open, or says otherwise; None for what it says.

    Attributes:
      key: the key that chords are read in.
      meter: numerator and denominator.
      tempo_bpm: quarter notes per minute.
      title: what the piece is called.
      bars: first and last bar to take from a MIDI file, counted from 1.
    """

    key: Key | None = None
    meter: tuple[int, int] | None = None
    tempo_bpm: float | None = None
    title: str | None = None
    bars: tuple[int, int] | None = None


@dataclass(frozen=True)
class Read:
    """What was read.

    Attributes:
      name: of the file without its ending; "" for typed chords.
      told: a remark for the user, such as how chords were found; may be empty.
    """

    progressions: tuple[Progression, ...]
    name: str = ""
    told: str = ""


def read(source: str, reading: Reading) -> Read:
    """Read a file by its ending, or a text as a chord chart.

    Raises:
      ShinkoError: the file isn't there or isn't what its ending says, or the text is no chart.
    """
    path = Path(source)
    reader = _READERS.get(path.suffix.casefold())
    if not source.strip():
        raise IntakeError("no chords and no file; give some, such as 'Am7 D7 Gmaj7'")
    if reader is None and not _is_there(path):
        if _looks_like_a_path(source):
            raise IntakeError(
                f"{source!r}: no such file; known endings: {', '.join(_READERS)}; or give chords, "
                "such as 'Am7 D7 Gmaj7'"
            )
        return _chart(source, reading)
    if reader is None:
        what = "a folder" if path.is_dir() else f"a file that ends in {path.suffix!r}"
        raise IntakeError(f"{source!r} is {what}; known endings: {', '.join(_READERS)}")
    found = reader(path, reading)
    return replace(found, name=path.stem)


def read_typed(text: str, reading: Reading) -> Read:
    """Read a chord chart or one line of chords.

    Raises:
      ShinkoError: it is no chart.
    """
    return _chart(text, reading)


def in_key(progression: Progression, key: Key) -> Progression:
    """The same chords, read in another key: C in G is IV."""
    chords = tuple(roman_from_name(parse_chord_name(name), key) for name in progression.names)
    return replace(progression, chords=chords, key=key)


def transposed(progression: Progression, key: Key) -> Progression:
    """The same Roman numerals in another key.

    Raises:
      ShinkoError: one of the keys is major and the other minor.
    """
    if key.mode != progression.key.mode:
        raise ShinkoError(
            f"--to {key}: the progression is in {progression.key}; "
            f"give a {progression.key.mode} key"
        )
    shift = key.tonic_pitch_class - progression.key.tonic_pitch_class
    shift -= 12 * round(shift / 12)
    melody = tuple(replace(note, pitch=note.pitch + shift) for note in progression.melody)
    return replace(progression, key=key, melody=melody)


def _chart(text: str, reading: Reading) -> Read:
    from shinko.intake.chart import read_chart

    return Read(
        (
            read_chart(
                text,
                key=reading.key,
                meter=reading.meter,
                tempo_bpm=reading.tempo_bpm,
                title=reading.title,
            ),
        )
    )


def _chart_file(path: Path, reading: Reading) -> Read:
    return _chart(_text_of(path), reading)


def _chordpro(path: Path, reading: Reading) -> Read:
    from shinko.intake.chordpro import read_chordpro

    return _adapted(read_chordpro(_text_of(path)), reading)


def _musicxml(path: Path, reading: Reading) -> Read:
    from shinko.intake.musicxml import read_musicxml

    return _adapted(read_musicxml(path), reading)


def _midi(path: Path, reading: Reading) -> Read:
    from shinko.intake.midi import read_midi

    found = read_midi(path, key=reading.key, bars=reading.bars)
    count = len(found.progression.chords)
    adapted = _adapted(found.progression, replace(reading, key=None))
    return replace(adapted, told=f"found {count} chords in its {found.how}")


def _json(path: Path, reading: Reading) -> Read:
    text = _text_of(path)
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise IntakeError(f"{str(path)!r} is no JSON: {error}") from error
    rows: list[Mapping[str, Any]] = data if isinstance(data, list) else [data]
    if not 1 <= len(rows) <= MOST_PROGRESSIONS:
        raise IntakeError(
            f"{str(path)!r} has {len(rows)} progressions; give 1 to {MOST_PROGRESSIONS:,}"
        )
    try:
        progressions = [Progression.from_dict(row) for row in rows]
    except ShinkoError as error:
        raise IntakeError(f"{str(path)!r}: {error}") from error
    return Read(tuple(_as_asked(progression, reading) for progression in progressions))


_READERS: dict[str, Callable[[Path, Reading], Read]] = {
    **dict.fromkeys((".mid", ".midi"), _midi),
    **dict.fromkeys((".musicxml", ".mxl", ".xml"), _musicxml),
    **dict.fromkeys((".cho", ".chordpro", ".pro", ".crd"), _chordpro),
    ".txt": _chart_file,
    ".json": _json,
}
ENDINGS = tuple(_READERS)


def _adapted(progression: Progression, reading: Reading) -> Read:
    return Read((_as_asked(progression, reading),))


def _as_asked(progression: Progression, reading: Reading) -> Progression:
    if reading.key is not None and reading.key != progression.key:
        progression = in_key(progression, reading.key)
    return replace(
        progression,
        meter=reading.meter or progression.meter,
        tempo_bpm=reading.tempo_bpm or progression.tempo_bpm,
        title=progression.title if reading.title is None else reading.title,
    )


def _text_of(path: Path) -> str:
    data = read_bytes(path, most_bytes=MOST_TEXT_BYTES)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IntakeError(f"{str(path)!r} is no text in UTF-8: {error}; save it so") from error


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # longer than a name may be, or with a zero character
        return False


def _looks_like_a_path(source: str) -> bool:
    """Whether a text that names no file was meant to: "songs/my.midi", but not "C/E | G/B"."""
    path = Path(source)
    return " " not in source.strip() and len(path.suffix) > 1 and path.suffix[1:].isalpha()
