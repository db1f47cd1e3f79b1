"""All that a user may hand over, by the reader that takes it: texts of chords, keys and requests.

Seeds are small, so that a hundred thousand cases of each are a matter of a minute, and none is
anybody's: they are written here, or by Shinko's own writers.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fuzzing.cases import Prepare, Reader, each, message_fault
from fuzzing.files import FILE_READERS
from fuzzing.runs import RUN_READERS
from fuzzing.shapes import JSON, Seeds, json_text
from fuzzing.words import WORD_READERS
from shinko.cli.request_file import read_request_file
from shinko.cli.schema import requests
from shinko.cli.targets import read_target
from shinko.errors import ShinkoError
from shinko.experiments.words.data import find_corpus
from shinko.export.synth import check_soundfont
from shinko.fetching.places import data_folder
from shinko.files.requests import read_bars
from shinko.lm.corpus import Vocabulary, read_corpus
from shinko.lm.text import read_prompt
from shinko.paths import path_of
from shinko.request import Request, read_request, written
from shinko.rl.policy import read_policy, shipped_policy
from shinko.rl.terms import reward_terms
from shinko.rl.variety import variety_of
from shinko.runs.folder import RunFolder
from shinko.runs.version import refuse_newer
from shinko.score.pattern import find_pattern
from shinko.score.progression import parse_meter, show_meter
from shinko.songwriting.asked import read_progression
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.explain import read_slots
from shinko.songwriting.requests import ComposeRequest
from shinko.songwriting.sections import read_form
from shinko.songwriting.styles import Style
from shinko.songwriting.wishes import read_wishes
from shinko.tables import compile_table, load_table, read_songs
from shinko.tables.builtin import playable_table
from shinko.tables.codec import find_codec
from shinko.tables.hooktheory_api import find_credentials
from shinko.theory import (
    Key,
    parse_chord_name,
    parse_hooktheory,
    parse_roman,
    roman_from_name,
)

_C, _A_MINOR = Key.parse("C"), Key.parse("A minor")
_NAMES = ("C", "Am7", "F#m7b5", "Bb/D", "Gsus4", "Ebmaj9#11", "B°7", "D6/9", "E7(b9,#5)")
_NUMERALS = (
    "I",
    "ii7",
    "V7/IV",
    "♭VIImaj7",
    "viiø7",
    "IV/5",
    "i",
    "#ivo7",
    "V13",
    "bIII+",
    "Isus4",
)
_IDS = ("1", "5/5", "b7", "L57", "17", "565/5", "D2", "664", "M4")
_CHARTS = ("I V vi IV", "C | G | Am F |", "i-bVI-bIII-bVII", "| Dm7 G7 x2 | Cmaj7 % |", "1,5,6,4")


def of_text(read: Callable[[str], object], *seeds: str) -> Prepare:
    """What reads a text of a person's."""
    return lambda folder: (Seeds(seeds), read)


def _in_key(text: str) -> object:
    for key in (_C, _A_MINOR):
        chord = roman_from_name(text, key)
        told = chord.name(key), chord.roman(key), chord.token_in(key), chord.bass(key)
    return told


def _key(text: str) -> object:
    key = Key.parse(text)
    return str(key), key.note_names, key.relative_major


def _slots(folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
    book = ChordBook(shipped_policy().chords, _C)
    return Seeds((*_CHARTS[:2], "I vi _ V", "C _ _ G7")), lambda text: read_slots(text, book)


def _wishes(folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
    """What `compose` is told of forms, locks and cadences, once its request is read."""
    chords = shipped_policy().chords
    wished = (
        {"fix": "1=I 4=V7|V 8=I", "length": 8, "end": "authentic", "key": "C"},
        {"form": "AABA", "fix": "A:1=I B:2=IV", "differ": 2, "start": "any", "length": 4},
        {"form": "verse:6 chorus:4 verse chorus+2", "end": "verse=half chorus=plagal"},
        {"form": "verse chorus verse", "without": "v bIII", "with": "i bVI", "key": "F# minor"},
        {"end": "ii V I", "start": "Am", "most": 2, "no_repeat": True, "loop": True},
        {"key": "Bbm", "end": "deceptive", "tempo": 93.5, "meter": "6/8", "beats_per_chord": 1.5},
    )

    def read(case: bytes) -> object:
        (folder / "request.json").write_bytes(case)
        request = read_request(ComposeRequest, read_request_file(folder / "request.json"))
        form = read_form(request.form, request.differ, request.slots)
        book = ChordBook(chords, request.home_key)
        brief = read_wishes(request.wishes, form, dict.fromkeys(form.names, book))
        return brief.constraints(form.sections[0])

    return Seeds([json_text(one) for one in wished], JSON), read


def _variety(folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
    variety = variety_of(compile_table(playable_table("pop909").shortened(1)))
    return Seeds(("familiar", "real", "adventurous", "6", "7.5")), lambda t: variety.wanted(t, 40)


def _prompt(folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
    known = Vocabulary(("<eos>", "<unk>", "the", "cat", "sat", "on", "a", "mat", "it's"))

    def read(text: str) -> object:
        return [read_prompt(text, known, prepared) for prepared in (False, True)]

    return Seeds(("the cat sat on a mat", "a cat it's")), read


def _path(text: str) -> object:
    return read_target(path_of(text))


def _named(text: str) -> None:
    """Whatever is read by its name: tables, songs, patterns, SoundFonts, runs, corpora."""
    path = path_of(text)
    ways: tuple[Callable[[], object], ...] = (
        lambda: load_table(text),
        lambda: read_songs(path),
        lambda: find_pattern(text),
        lambda: check_soundfont(path),
        lambda: RunFolder(path).settings(),
        lambda: read_policy(path),
        lambda: read_corpus(find_corpus([path]), 10),
        lambda: read_request_file(path),
    )
    try:
        each(*ways)
    except ShinkoError as error:
        if message_fault(error) or text not in _ELSEWHERE:
            raise


def _request(kind: type[Request], **given: object) -> Prepare:
    """The JSON of a request of one kind, all fields in it, or a few."""

    def prepare(folder: Path) -> tuple[Seeds, Callable[[Any], object]]:
        whole = {name: v for name, v in written(kind(**given)).items() if v is not None}
        few = dict(list(whole.items())[:3]) or whole

        def read(case: bytes) -> object:
            (folder / "request.json").write_bytes(case)
            return written(read_request(kind, read_request_file(folder / "request.json")))

        return Seeds([json_text(whole), json_text({"schema": 1, **few})], JSON), read

    return prepare


_GIVEN: dict[str, dict[str, object]] = {
    "compose": {"seed": 1},
    "render": {"source": "C Am F G"},
    "explain": {"chords": "I vi _ V"},
    "suggest": {"chords": "I vi _ V"},
    "originality": {"chords": "I V vi IV", "songs": "songs.txt"},
    "evaluate": {"run": "run"},
    "tables show": {"table": "pop"},
    "tables build": {"files": ("songs.txt",), "out": "own.csv"},
    "lm evaluate": {"run": "run"},
    "lm sample": {"run": "run"},
}
# Names of nothing, each of which is refused by all.
_ELSEWHERE = (
    "none/a.csv",
    "~/none.toml",
    "none.sf2",
    "no such run",
    "none.safetensors",
)
_TEXTS: dict[str, Prepare] = {
    "chord name": of_text(parse_chord_name, *_NAMES),
    "Roman numeral": of_text(parse_roman, *_NUMERALS),
    "Hooktheory id": of_text(parse_hooktheory, *_IDS),
    "token of a chord": of_text(find_codec("chords").read, *_IDS, *_NUMERALS),
    "token of a plain table": of_text(find_codec("plain").read, "a", "half note", "♩."),
    "chord in a key": of_text(_in_key, *_NAMES, *_NUMERALS),
    "key": of_text(_key, "C", "F# minor", "Bbm", "E♭ major", "d-moll", "a min"),
    "meter": of_text(lambda text: show_meter(parse_meter(text)), "4/4", "3/4", "6/8", "12/8"),
    "bars": of_text(read_bars, "1-16", "5", "3–7"),
    "style": of_text(Style.parse, "pop", "1960s:2, pop909:1", "own.csv:0.5,pop:1e3"),
    "variety": _variety,
    "reward": of_text(reward_terms, "log-probability", "probability:1,repetition:-0.2"),
    "progression": of_text(read_progression, *_CHARTS),
    "slots": _slots,
    "wishes": _wishes,
    "prompt": _prompt,
    "name of a file": of_text(_path, "out", "~/songs/song.pdf", "./~", "a b.musicxml", "x.mid"),
    "name of what is read": of_text(_named, *_ELSEWHERE),
    "data folder": of_text(lambda text: data_folder({"SHINKO_DATA": text}), "~/data", "/tmp/a"),
    "Hooktheory login": of_text(
        lambda text: find_credentials({"HOOKTHEORY_ACTIVKEY": text}), "abc123", "a.b-c/d+e=="
    ),
    "version": of_text(
        lambda text: refuse_newer(text, Path("settings.toml")), "0.1", "0.2.0.dev3", "0.1.0rc1+a.b"
    ),
}


def all_readers() -> dict[str, Reader]:
    """The readers by name, in the order of the report."""
    asked = {
        f"request: {command}": _request(kind, **_GIVEN.get(command, {}))
        for command, kind in requests()
    }
    prepared = {**_TEXTS, **FILE_READERS, **RUN_READERS, **WORD_READERS, **asked}
    return {name: Reader(name, prepare) for name, prepare in prepared.items()}
