"""Readers of files of music, tables and songs, and what is kept of a server's answers."""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from fuzzing.cases import Prepare
from fuzzing.shapes import GZIP, JSON, JSON_LINES, TOML, ZIP, Seeds, Shape, json_text
from shinko.export.synth import attenuated, check_soundfont
from shinko.files.formats import Rendering
from shinko.files.read import Read, read, read_stream
from shinko.files.render import render, render_text
from shinko.files.requests import Reading
from shinko.planning.particles import Player, play
from shinko.score.arrange import Performance
from shinko.score.pattern import find_pattern
from shinko.score.progression import MelodyNote, Progression, Section
from shinko.tables import build_table, compile_table, read_songs, read_table, table_csv
from shinko.tables.builtin import playable_table
from shinko.tables.chain import SongChain
from shinko.tables.hooktheory_api import read_next_chords, read_song_sections
from shinko.tables.hooktheory_crawl import Cache
from shinko.tables.memories import memory_path, voices_of
from shinko.tables.memory import CLOSES, MODES
from shinko.tables.memory_files import memory_bytes
from shinko.tables.own_memory import memory_of_songs
from shinko.tables.song import Song
from shinko.theory import Key, parse_chord_name, roman_from_name

_HOOKTHEORY = (
    b",child_path,probability\n\n0,1,0.35\n1,5,0.25\n2,b7,0.1\n",
    b"chord_HTML,chord_ID,probability,child_path\n1,I,1,0.4,1\n2,V,5,0.3,5\n",
    b',child_path,probability\n\n0,"1,5",0.35\n1,"1,6",0.25\n2,"5,4",0.1\n',
)
_CHART = (
    b"key: C\ntempo: 90\n\n[Verse]\n| C | Am7 | F G | C |\nVerse 2:\nkey: Eb\nI V vi IV x2\nrit.\n"
)
_SHEET = (
    b"{title: A}\n{key: Am}\n{capo: 2}\n{start_of_verse}\nThe [Am]cat [F]sat [G/B]\n{eov}\n"
    b"{sot}\ne|-0-\n{eot}\n{key: Eb}{tempo: 84}\n"
    b"{start_of_grid 2x4}\n| Am . | F . |\n{end_of_grid}\n"
    b"{ns}\n[Chorus] [C]a\n"
)
_SONGS = (
    {"title": "a", "key": "C", "mode": "major", "year": 1999, "sections": [
        {"chords": [{"hook": "1"}, {"hook": "5/5"}, {"roman": "vi"}]},
        {"key": "Eb", "mode": "minor", "chords": [{"roman": "i"}, {"roman": "bVII"}]},
    ]},
    {"key": "A minor", "sections": [{"chords": [{"hook": "6"}]}]},
)  # fmt: skip
_ANSWERS = (
    [
        {"chord_ID": "1", "probability": 0.5, "child_path": "1"},
        {"chord_ID": 5, "probability": "0.2"},
    ],
    [{"artist": "a", "song": "b", "section": "Chorus", "url": "https://c"}, {"song": 1999}],
)
_READINGS = (Reading(), Reading(), Reading(key=Key.parse("Ab")), Reading(bars=(2, 3)))
_CACHE = {"history": "4,1", "chords": [["5", 0.3], ["6", 0.2]], "left_out": 0}


def of_file(
    name: str, read: Callable[[Path], object], seeds: Sequence[bytes], shape: Shape | None = None
) -> Prepare:
    """What reads a file of a name."""

    def prepare(folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
        path = folder / name

        def read_case(case: bytes) -> object:
            path.write_bytes(case)
            return read(path)

        return Seeds(seeds, shape), read_case

    return prepare


def pieces() -> list[Progression]:
    """Short pieces: with a melody, chords that are held, sections in keys of their own."""
    major, minor = Key.parse("C"), Key.parse("F# minor")
    chords = [roman_from_name(parse_chord_name(name), major) for name in ("C", "Am7", "G7/B")]
    sung = (MelodyNote(0.0, 1.5, 60), MelodyNote(2.0, 0.5, 67))
    return [
        Progression(
            tuple(chords), major, (4.0, 2.0, 2.0), title="A piece ♭", seed=1, melody=sung,
            sections=(Section("verse", 2, 2), Section("chorus", 1)),
        ),
        Progression(
            (roman_from_name("i", minor), roman_from_name("iv6", minor)), minor, (3.0, 3.0),
            tempo_bpm=87.5, meter=(6, 8),
        ),
        Progression(
            (*chords, roman_from_name("iv", minor)), major, (4.0,) * 4, ritardando=True,
            sections=(
                Section("verse", 3, style="ballad"),
                Section("bridge", 1, key=minor, tempo_bpm=84, style="bossa"),
            ),
        ),
    ]  # fmt: skip


def _written(name: str) -> list[bytes]:
    """The pieces in one of the formats that Shinko writes."""
    performance = Performance("block", humanize=0.0)
    rendering = Rendering((name,), performance)
    return [content for one in pieces() for content in render(one, rendering).values()]


def _song(suffix: str, seeds: Callable[[], list[bytes]], shape: Shape | None = None) -> Prepare:
    """A file of a song, read as `render` and `explain` read it, and shown."""

    def prepare(folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
        path = folder / f"song.{suffix}"

        def read_case(case: bytes) -> object:
            path.write_bytes(case)
            return _shown(read(str(path), _reading(case)))

        return Seeds(seeds(), shape), read_case

    return prepare


def _reading(case: str | bytes) -> Reading:
    """As the file says, or in a key, or some bars of it; the same for the same input."""
    return _READINGS[len(case) % len(_READINGS)]


def _shown(found: Read) -> object:
    """What was read, as it is written again."""
    return found.told, [render_text(one, "json") for one in found.progressions[:4]]


def _midi() -> list[bytes]:
    """With chords in markers, and with notes alone."""
    files = _written("midi")
    return [*files, *(file.replace(b"\xff\x06", b"\xff\x01") for file in files)]


def _typed(folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
    seeds = (_CHART.decode(), _SHEET.decode(), "Am7 D7 | Gmaj7")
    return Seeds(seeds), lambda text: _shown(read(text, _reading(text)))


def _piped(folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
    seeds = [
        *(_CHART, _SHEET, *_written("midi"), *_written("musicxml"), *_written("json")),
        *(ZIP.together(one) for one in _written("musicxml")),
    ]
    return Seeds(seeds), lambda data: _shown(read_stream(data, _reading(data)))


def _own_tables() -> list[bytes]:
    """Tables of chords and of plain tokens, as they are written."""
    runs = (("1", "5", "6", "4", "1", "5", "4"), ("6", "4", "1", "5/5", "5", "1"))
    table = build_table([Song((run,)) for run in runs] * 3, name="a", order=2)
    plain = b"# codec: plain\nhistory,chord,probability\n,a,0.5\n,b c,0.5\na,b c,0.9\n"
    return [table_csv(table).encode(), plain + b'b c,a,1\na,*,0.1\n"a,b c",a,1\n']


def _table(name: str, seeds: Callable[[], Sequence[bytes]], shape: Shape | None = None) -> Prepare:
    return lambda folder: of_file(name, _played, seeds(), shape)(folder)


def _played(path: Path) -> object:
    """A table as `best` and `learn` take it."""
    return compile_table(playable_table(str(path)).shortened(2))


def _own_memory() -> bytes:
    """What some songs over the chords of the table below remember, unpacked."""
    runs = ("1 5 6 4 1 5 6 4", "6 4 1 5 6 4 1 5", "1 4 5 1 1 4 5 1")
    songs = [Song((tuple(run.split()),)) for run in runs]
    return gzip.decompress(memory_bytes(memory_of_songs(songs, ("1", "4", "5", "6"), "own")))


def _memory(seed: Callable[[], bytes], shape: Shape) -> Prepare:
    """The memory beside a table, as it plays in some modes."""

    def prepare(folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
        table = folder / "own.csv"
        rows = "".join(f"{before},{after},0.25\n" for before in ("", *"1456") for after in "1456")
        table.write_text(f"history,chord,probability\n{rows}")

        def read_case(case: bytes) -> object:
            memory_path(table).write_bytes(case)
            mode = MODES[len(case) % len(MODES)]
            voices = voices_of(str(table), mode, CLOSES[len(case) % len(CLOSES)])
            chain = SongChain(list(voices.voices.values()))
            player = Player(chain, chain.start, chain.initial_state(1, length=5))
            tokens, logs = play(player, 5, 2, np.random.default_rng(0))
            assert np.isfinite(logs).all()
            return tokens

        return Seeds([seed()], shape), read_case

    return prepare


def _cached(path: Path) -> object:
    return Cache(path).answers


def _answered(read: Callable[[object, str], object], answer: object) -> Prepare:
    """An answer of Hooktheory's API, as JSON has it."""

    def prepare(folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
        def read_case(case: bytes) -> object:
            try:
                values = json.loads(case)
            except (ValueError, RecursionError):
                return None  # told by `_json`, which the client calls
            return read(values, "https://api.example")

        return Seeds([json_text(answer)], JSON), read_case

    return prepare


def _soundfont(path: Path) -> object:
    check_soundfont(path)
    return attenuated(path.read_bytes())


def _soundfonts() -> bytes:
    """The few parts of a SoundFont that are read here; what plays it runs apart."""
    records = struct.pack("<4h", 48, 100, 41, 0)
    parts = b"".join(
        name + struct.pack("<I", len(records)) + records for name in (b"pgen", b"igen")
    )
    return b"RIFF" + struct.pack("<I", len(parts) + 4) + b"sfbk" + parts


def _patterns() -> list[bytes]:
    import shinko.score

    folder = Path(shinko.score.__file__).parent / "patterns"
    return [(folder / f"{name}.toml").read_bytes() for name in ("waltz", "strum")]


FILE_READERS: dict[str, Prepare] = {
    "chart, typed": _typed,
    "standard input": _piped,
    "chart (.txt)": _song("txt", lambda: [_CHART, *_written("txt")]),
    "ChordPro (.cho)": _song("cho", lambda: [_SHEET, *_written("chordpro")]),
    "JSON of a piece": _song("json", lambda: _written("json"), JSON),
    "MIDI": _song("mid", _midi),
    "MusicXML": _song("musicxml", lambda: _written("musicxml")),
    "MusicXML, packed": _song("mxl", lambda: list(map(ZIP.together, _written("musicxml"))), ZIP),
    "pattern": of_file("own.toml", lambda path: find_pattern(str(path)), _patterns(), TOML),
    "SoundFont": of_file("own.sf2", _soundfont, [_soundfonts()]),
    "table": _table("own.csv", _own_tables),
    "table, gzipped": _table(
        "own.csv.gz", lambda: [gzip.compress(one, mtime=0) for one in _own_tables()], GZIP
    ),
    "memory of a table": _memory(_own_memory, JSON),
    "memory, gzipped": _memory(lambda: gzip.compress(_own_memory(), mtime=0), GZIP),
    "table of Hooktheory": of_file("chord.1stL.csv", read_table, _HOOKTHEORY),
    "table built of songs": _table("songs.txt", lambda: [_CHART]),
    "songs, JSON Lines": of_file(
        "a.jsonl", read_songs, [JSON_LINES.together(list(_SONGS))], JSON_LINES
    ),
    "songs, ChordPro": of_file("a.cho", read_songs, [_SHEET]),
    "songs, lines of chords": of_file("a.txt", read_songs, [_CHART, b"I V vi IV\ni bVI | bIII\n"]),
    "kept answers of Hooktheory": of_file(
        "api.jsonl", _cached, [JSON_LINES.together([_CACHE, {**_CACHE, "history": ""}])], JSON_LINES
    ),
    "answer: next chords": _answered(read_next_chords, _ANSWERS[0]),
    "answer: songs": _answered(read_song_sections, _ANSWERS[1]),
}
