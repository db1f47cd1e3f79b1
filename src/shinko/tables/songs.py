"""Songs from files: JSON Lines, ChordPro sheets, lines of chords, or a folder of such files."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shinko.errors import ShinkoError
from shinko.tables.charts import has_bracketed_chords, read_chart
from shinko.tables.files import is_folder, read_song_text, read_text
from shinko.tables.song import (
    CHORDPRO_SUFFIXES,
    JSON_SUFFIXES,
    SONG_SUFFIXES,
    Song,
    SongCount,
    SongList,
    song_files,
)
from shinko.tables.table import TableError
from shinko.tables.tokens import check_id
from shinko.theory import Key, parse_roman

LARGEST_FILE = 100_000_000  # bytes; see also `SongCount`
WANTED = "songs as JSON Lines, ChordPro or lines of chords"
LONGEST_BEATS = 10_000  # of a chord
# Files of these names would be read as lines of chords: a table's "1", JSON's brackets.
OTHER_SUFFIXES = (".csv", ".csv.gz", ".json")


def read_songs(path: str | Path, count: SongCount | None = None) -> SongList:
    """The songs of a file, or of all song files in a folder, sorted by name.

    JSON Lines hold a song a line: `key`, `mode` and `sections`, each with `chords` that have a
    Hooktheory id in `hook`, or else a Roman numeral from the song's tonic in `roman`. ChordPro is
    recognised by its suffix or by chords in brackets; anything else is read as lines of chords.

    Args:
      path: of the file or folder.
      count: of what was read before, where this is one of several; it is added to.

    Raises:
      TableError: a file can't be used, holds no chord, or there are too many songs or chords.
    """
    path, count = Path(path), SongCount() if count is None else count
    if is_folder(path):
        files = song_files(path)
        if not files:
            raise TableError(
                f"{path}: no songs in this folder; expected {', '.join(SONG_SUFFIXES)}"
            )
        lists = [read_songs(file, count) for file in files]
        return SongList(
            tuple(song for each in lists for song in each.songs),
            sum(each.skipped for each in lists),
            tuple(dict.fromkeys(line for each in lists for line in each.told)),
        )
    if path.name.endswith(OTHER_SUFFIXES):
        raise TableError(
            f"{path}: not the name of songs; expected {WANTED}, such as {', '.join(SONG_SUFFIXES)}"
        )
    if path.name.endswith(JSON_SUFFIXES):
        text = read_text(path, WANTED, LARGEST_FILE)
        songs = SongList(tuple(_read_json_lines(path, text, count)))
    else:
        text = read_song_text(path, WANTED, LARGEST_FILE)
        chordpro = path.name.endswith(CHORDPRO_SUFFIXES) or has_bracketed_chords(text)
        songs = read_chart(text, path, count, chordpro=chordpro)
    if not songs.songs:
        told = f" ({'; '.join(songs.told).removeprefix(f'{path}: ')})" if songs.told else ""
        raise TableError(f"{path}: no chord found; expected {WANTED}{told}")
    return songs


def _read_json_lines(path: Path, text: str, count: SongCount) -> Iterator[Song]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                song = _read_song(json.loads(line))
            except json.JSONDecodeError as error:
                raise TableError(
                    f"{path} line {number}: no JSON at column {error.colno} ({error.msg}); "
                    "expected one song a line"
                ) from None
            except (ShinkoError, RecursionError, ValueError) as error:
                raise TableError(f"{path} line {number}: {error}") from None
            if len(song):
                count.add(path, songs=1, chords=len(song))
                yield song


def _read_song(data: Any) -> Song:
    """One song of the JSON Lines; sections follow each other as long as the key stays."""
    runs: list[list[str]] = []
    parts, beats = [], list[float]()
    signature: int | None = None
    for section in _list_of(data, "sections"):
        chords = _list_of(section, "chords")
        key = _key_of(section, data)
        if key.relative_major.tonic_pitch_class != signature:
            runs.append([])
            signature = key.relative_major.tonic_pitch_class
        runs[-1] += [_token(chord, key) for chord in chords]
        parts.append((len(chords), key.mode))
        beats += [_beats(chord) for chord in chords]
    year = data.get("year")
    return Song(
        tuple(tuple(run) for run in runs if run),
        str(data.get("title") or ""),
        str(_key_of({}, data)),
        year=year if isinstance(year, int) else None,
        parts=tuple(parts),
        id=str(data.get("id") or ""),
        beats=tuple(beats) if all(beats) else (),
        meter=str(data.get("meter") or ""),
    )


def _beats(chord: dict[str, Any]) -> float:
    """How long a chord lasts; 0 where that isn't told."""
    beats = chord.get("beats")
    return float(beats) if isinstance(beats, int | float) and 0 < beats < LONGEST_BEATS else 0.0


def _list_of(data: Any, name: str) -> list[Any]:
    values = data.get(name) if isinstance(data, dict) else None
    if not isinstance(values, list):
        raise TableError(f"no list {name!r}; expected a song with sections of chords")
    return values


def _key_of(section: dict[str, Any], song: dict[str, Any]) -> Key:
    """The key of a section, which may leave it to the song; C major where none is told."""
    for part in (section, song):
        if part.get("key"):
            return Key.parse(f"{part['key']} {part.get('mode') or song.get('mode') or ''}")
    return Key.parse("C")


def _token(chord: Any, key: Key) -> str:
    """The token of a chord.

    A minor song's `hookp` isn't asked where `hook` is missing: it counts from the tonic, all
    other ids from the relative major. `roman` is turned to that instead.
    """
    if not isinstance(chord, dict):
        raise TableError(f"chord {chord!r}: expected an object with 'hook' or 'roman'")
    if hook := chord.get("hook"):
        return check_id(str(hook))
    if roman := chord.get("roman"):
        return parse_roman(str(roman)).token_in(key)
    raise TableError(f"chord {chord!r:.60}: expected a Hooktheory id in 'hook' or a 'roman'")
