"""Progressions that users have: typed chords, chord charts, MIDI, MusicXML, our own JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shinko.errors import FieldError, ShinkoError
from shinko.files.requests import Reading
from shinko.files.sheet import SongSheet
from shinko.intake.bounded import IntakeError, read_bytes
from shinko.intake.hints import chord_in
from shinko.intake.remarks import Remarks
from shinko.intake.sections import bars_of
from shinko.intake.text import text_of
from shinko.paths import expanded
from shinko.score.progression import Progression
from shinko.tables.song import CHORDPRO_SUFFIXES
from shinko.theory import Key, Note, parse_chord_name, roman_from_name

if TYPE_CHECKING:
    from shinko.intake.midi import Found

MOST_TEXT_BYTES, MOST_MIDI_BYTES = 1_000_000, 8_000_000
MOST_PROGRESSIONS = 10_000
LONGEST_ERROR = 400
_OBJECT = re.compile(r"(?:\[\s{0,99})?\{\s{0,99}\"")
_DIRECTIVE = re.compile(r"\{[ \t]{0,9}[A-Za-z_][\w-]{0,40}[ \t]{0,9}[:}]")
_LATER_DIRECTIVE = re.compile(
    r"^[ \t]{0,9}\{(?:t|title|so[cvbtg]|start_of_\w{1,40}|c|comment)\b[^{}\n]{0,400}\}",
    re.MULTILINE,
)
# A chord in brackets right before a word.
_IN_WORDS = re.compile(r"\[([^\[\]\n]{1,40})\][ \t]{0,2}([^\W\d_][^\s\[\]|]{0,40})")
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,99}<[?!A-Za-z]|\xff\xfe<\0|\xfe\xff\0<")


@dataclass(frozen=True)
class Read:
    """What was read.

    Attributes:
      name: of the file without its ending; "" for typed chords.
      told: remarks for the user in one line, such as how chords were found, or what was left
        out; may be empty.
      free: slots of a chart whose chord is open; a tonic stands in for it.
      sheets: of each progression the song as it is written, where that is ChordPro.
      left_out: songs that have no chords.
    """

    progressions: tuple[Progression, ...]
    name: str = ""
    told: str = ""
    free: tuple[int, ...] = ()
    sheets: tuple[SongSheet, ...] = ()
    left_out: int = 0


def read(source: str, reading: Reading, *, open_slots: bool = False) -> Read:
    """Read a file by its ending, or a text as a chord chart.

    Args:
      source: name of the file, or the text; one with a line break is read as a file's is.
      reading: how to read it.
      open_slots: whether a chart may have slots whose chord is open, "_".

    Raises:
      ShinkoError: the file isn't there or isn't what its ending says, or the text is no chart.
    """
    path = expanded(source)
    reader = _READERS.get(path.suffix.casefold())
    if not source.strip():
        raise IntakeError("no chords and no file; give some, such as 'Am7 D7 Gmaj7'")
    if reader is None and not _is_there(path):
        if _looks_like_a_path(source):
            raise IntakeError(
                f"{source!r}: no such file; known endings: {', '.join(ENDINGS)}; or give chords, "
                "such as 'Am7 D7 Gmaj7'"
            )
        # What has a line break came through a pipe, or was pasted: somebody's file.
        read_as = read_text if "\n" in source else read_typed
        return read_as(source, reading, open_slots=open_slots)
    if reader is None:
        with suppress(ShinkoError):  # chords count more than a folder that is called Am
            return read_typed(source, reading, open_slots=open_slots)
        what = "a folder" if path.is_dir() else f"a file that ends in {path.suffix!r}"
        raise IntakeError(f"{source!r} is {what}; known endings: {', '.join(ENDINGS)}")
    if reader is _text and open_slots:
        reader = _open_text
    found = reader(path, reading)
    return replace(found, name=path.stem)


def read_typed(text: str, reading: Reading, *, open_slots: bool = False) -> Read:
    """Read a chord chart or one line of chords, or a text that begins as a file of ours does.

    Args:
      text: what was typed.
      reading: how to read it.
      open_slots: as in `read`.

    Raises:
      ShinkoError: it is nothing of this kind.
    """
    remarks = Remarks()
    beginning = text.lstrip("\ufeff \t\r\n")
    if _OBJECT.match(beginning):
        return _json_text(text, "the text", reading)
    if is_chordpro(text):
        return _songs(text, reading, remarks)
    free: list[int] | None = [] if open_slots else None
    progression = _read_chart(text, reading, remarks, free)
    return Read((progression,), told=str(remarks), free=tuple(free or ()))


def read_text(text: str, reading: Reading, *, open_slots: bool = False) -> Read:
    """Read the text of a file: what is wrong in it is told with its line, and the rest read.

    Args:
      text: ChordPro, JSON or a chart, by its beginning.
      reading: how to read it.
      open_slots: as in `read`.

    Raises:
      ShinkoError: it is nothing of this kind, or has no chord.
    """
    if _OBJECT.match(text.lstrip("\ufeff \t\r\n")):
        return _json_text(text, "the text", reading)
    return (_open_sheets if open_slots else _sheets)(text, reading, Remarks())


def read_stream(data: bytes, reading: Reading) -> Read:
    """Read what comes through a pipe: a chart, ChordPro, JSON, MusicXML or MIDI, by its beginning.

    Raises:
      ShinkoError: it is nothing of this kind.
    """
    if data.startswith((b"MThd", b"RIFF")):
        from shinko.intake.midi import find_progression

        _check_size(data, MOST_MIDI_BYTES)
        return _found(find_progression(data, key=reading.key, bars=reading.bars), reading)
    if data.startswith(b"PK\x03\x04") or _XML.match(data):
        from shinko.intake.musicxml import parse_musicxml

        remarks = Remarks()
        return _adapted(
            parse_musicxml(data, bars=reading.bars, remarks=remarks), reading, str(remarks)
        )
    _check_size(data, MOST_TEXT_BYTES)
    remarks = Remarks()
    found = read_text(text_of(data, remarks), reading)
    return replace(found, told="; ".join(filter(None, (str(remarks), found.told))))


def in_key(progression: Progression, key: Key) -> Progression:
    """The same chords, read in another key: C in G is IV. A section keeps a key of its own."""
    moved = replace(progression, key=key, key_was_found=False)
    rows = zip(progression.chords, progression.names, moved.keys, strict=True)
    chords = (
        roman_from_name(parse_chord_name(name), own, keep_spelling=chord.spelling is not None)
        for chord, name, own in rows
    )
    return replace(moved, chords=tuple(chords))


def transposed(progression: Progression, key: Key) -> Progression:
    """The same Roman numerals in another key, those of sections as far away as before.

    Raises:
      ShinkoError: one of the keys is major and the other minor.
    """
    if key.mode != progression.key.mode:
        raise FieldError(
            "to", str(key), f"a {progression.key.mode} key, for the chords are in {progression.key}"
        )
    shift = key.tonic_pitch_class - progression.key.tonic_pitch_class
    shift -= 12 * round(shift / 12)
    melody = tuple(replace(note, pitch=note.pitch + shift) for note in progression.melody)
    fifths = key.tonic.fifths - progression.key.tonic.fifths
    sections = tuple(
        section if section.key is None else replace(section, key=_moved(section.key, fifths))
        for section in progression.sections
    )
    return replace(progression, key=key, sections=sections, melody=melody, key_was_found=False)


def _moved(key: Key, fifths: int) -> Key:
    return Key(Note.from_fifths(key.tonic.fifths + fifths), key.mode).usual


def _check_size(data: bytes, most: int) -> None:
    if len(data) > most:
        raise IntakeError(f"standard input has more than {most:,} bytes; give a smaller file")


def is_chordpro(text: str) -> bool:
    """Whether a text is ChordPro: it begins with a directive, or has chords within its words."""
    plain = text.lstrip("\ufeff \t\r\n")
    return (
        _DIRECTIVE.match(plain) is not None
        or _LATER_DIRECTIVE.search(plain) is not None
        or any(
            chord_in(found[1]) is not None and chord_in(found[2]) is None
            for found in _IN_WORDS.finditer(plain)
        )
    )


def _read_chart(
    text: str,
    reading: Reading,
    remarks: Remarks,
    free: list[int] | None,
    *,
    forgiving: bool = False,
    first_line: int = 1,
) -> Progression:
    from shinko.intake.chart import read_chart

    return read_chart(
        text,
        key=reading.key,
        meter=reading.meter,
        tempo_bpm=reading.tempo_bpm,
        title=reading.title,
        bars=reading.bars,
        remarks=remarks,
        free=free,
        forgiving=forgiving,
        first_line=first_line,
    )


def _sheets(text: str, reading: Reading, remarks: Remarks) -> Read:
    """The text of a file, a chart or ChordPro."""
    if is_chordpro(text):
        return _songs(text, reading, remarks)
    from shinko.intake.chart import charts_in

    def one(number: int, line: int, chart: str) -> Progression:
        return _read_chart(chart, reading, remarks, None, forgiving=True, first_line=line)

    return _each(charts_in(text), one, remarks)


def _open_sheets(text: str, reading: Reading, remarks: Remarks) -> Read:
    """The same with slots that may be free: of several songs the first."""
    if is_chordpro(text):
        return _songs(text, reading, remarks)
    from shinko.intake.chart import charts_in

    free: list[int] = []
    (line, first), *others = charts_in(text)
    one = _read_chart(first, reading, remarks, free, forgiving=True, first_line=line)
    if others:
        remarks.say(f"the first of {len(others) + 1} songs is taken")
    return Read((one,), told=str(remarks), free=tuple(free))


def _songs(text: str, reading: Reading, remarks: Remarks) -> Read:
    from shinko.intake.chordpro import progression_in, read_song, songs_in
    from shinko.intake.chordpro_song import is_german

    songs = songs_in(text)
    if len(songs) > MOST_PROGRESSIONS:
        raise IntakeError(f"{len(songs)} songs; give {MOST_PROGRESSIONS:,} at most")
    sheets: list[SongSheet] = []

    def one(number: int, line: int, song: str) -> Progression:
        read = read_song(song, first_line=line, remarks=remarks)
        piece = _as_asked(progression_in(read, reading.bars), reading)
        beside = Counter(read.beside)
        beside["line of words without chords"] += len(read.draft.unsung.split("\n")) - 1
        sheets.append(SongSheet(song, beside, read.over_words, is_german(read)))
        return piece

    found = _each(songs, one, remarks)
    return replace(found, sheets=tuple(sheets))


def _each(
    songs: Sequence[tuple[int, str]],
    read_one: Callable[[int, int, str], Progression],
    remarks: Remarks,
) -> Read:
    """All songs of a text that have chords; the others are told."""
    read: list[Progression] = []
    left_out = 0
    for number, (line, song) in enumerate(songs, start=1):
        try:
            read.append(read_one(number, line, song))
        except ShinkoError as error:
            if len(songs) == 1 or (number == len(songs) and not read):
                raise
            left_out += 1
            remarks.fault(f"song {number} is left out: {error}", line)
    return Read(tuple(read), told=str(remarks), left_out=left_out)


def _text(path: Path, reading: Reading) -> Read:
    return _text_file(_sheets, path, reading)


def _open_text(path: Path, reading: Reading) -> Read:
    return _text_file(_open_sheets, path, reading)


def _chordpro(path: Path, reading: Reading) -> Read:
    return _text_file(_songs, path, reading)


def _text_file(
    reader: Callable[[str, Reading, Remarks], Read], path: Path, reading: Reading
) -> Read:
    remarks = Remarks()
    data = read_bytes(path, most_bytes=MOST_TEXT_BYTES)
    try:
        return reader(text_of(data, remarks), reading, remarks)
    except ShinkoError as error:
        raise IntakeError(f"{str(path)!r}: {error}") from error


def _musicxml(path: Path, reading: Reading) -> Read:
    from shinko.intake.musicxml import read_musicxml

    remarks = Remarks()
    progression = read_musicxml(path, bars=reading.bars, remarks=remarks)
    return _adapted(progression, reading, str(remarks))


def _midi(path: Path, reading: Reading) -> Read:
    from shinko.intake.midi import read_midi

    return _found(read_midi(path, key=reading.key, bars=reading.bars), reading)


def _found(found: Found, reading: Reading) -> Read:
    count = len(found.progression.chords)
    told = [f"found {count} chord{'s' if count > 1 else ''} in its {found.how}", found.told]
    adapted = replace(reading, key=None)
    return _adapted(found.progression, adapted, "; ".join(filter(None, told)))


def _json(path: Path, reading: Reading) -> Read:
    data = read_bytes(path, most_bytes=MOST_TEXT_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IntakeError(f"{str(path)!r} is no text in UTF-8: {error}; save it so") from error
    return _json_text(text, repr(str(path)), reading)


def _json_text(text: str, what: str, reading: Reading) -> Read:
    try:
        data = json.loads(text)
        # Halves of a character, "\\ud800", could be written nowhere.
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise IntakeError(f"{what} has half a character, such as \\ud800; leave it out") from error
    except (ValueError, RecursionError) as error:
        raise IntakeError(f"{what} is no JSON: {_shortened(str(error))}") from error
    rows: list[Mapping[str, Any]] = data if isinstance(data, list) else [data]
    if not 1 <= len(rows) <= MOST_PROGRESSIONS:
        raise IntakeError(f"{what} has {len(rows)} progressions; give 1 to {MOST_PROGRESSIONS:,}")
    try:
        progressions = [Progression.from_dict(row) for row in rows]
        if reading.bars is not None:
            progressions = [bars_of(one, reading.bars) for one in progressions]
    except ShinkoError as error:
        raise IntakeError(f"{what}: {_shortened(str(error))}") from error
    except (ValueError, OverflowError, RecursionError) as error:
        raise IntakeError(
            f"{what}: a value is too large ({_shortened(str(error))}); give a smaller one"
        ) from error
    return Read(tuple(_as_asked(progression, reading) for progression in progressions))


def _shortened(text: str) -> str:
    """An error that quotes a long value: its beginning, and the way out at its end."""
    half = LONGEST_ERROR // 2
    return text if len(text) <= LONGEST_ERROR else f"{text[:half]} … {text[-half:]}"


_READERS: dict[str, Callable[[Path, Reading], Read]] = {
    **dict.fromkeys((".mid", ".midi", ".kar"), _midi),
    **dict.fromkeys((".musicxml", ".mxl", ".xml"), _musicxml),
    **dict.fromkeys(CHORDPRO_SUFFIXES, _chordpro),
    ".txt": _text,
    ".json": _json,
}
ENDINGS = tuple(_READERS)


def _adapted(progression: Progression, reading: Reading, told: str) -> Read:
    return Read((_as_asked(progression, reading),), told=told)


def _as_asked(progression: Progression, reading: Reading) -> Progression:
    if reading.key is not None and reading.key != progression.key:
        progression = in_key(progression, reading.key)
    return replace(
        progression,
        meter=reading.meter or progression.meter,
        tempo_bpm=reading.tempo_bpm or progression.tempo_bpm,
        title=progression.title if reading.title is None else reading.title,
        key_was_found=progression.key_was_found and reading.key is None,
    )


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # longer than a name may be, or with a zero character
        return False


def _looks_like_a_path(source: str) -> bool:
    """Whether a text that names no file was meant to: "songs/my.midi", but not "C/E | G/B"."""
    path = Path(source)
    return " " not in source.strip() and len(path.suffix) > 1 and path.suffix[1:].isalpha()
