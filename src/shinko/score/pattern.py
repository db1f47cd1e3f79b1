"""Accompaniment patterns: how chords, bass and drums are played, read from TOML files.

Each pattern is one file, and a file of one's own works like those that come along:

    about = "What it is like, in a sentence"
    voicing = "close"            # how chords are laid out, unless asked otherwise
    swing = 0.5                  # the first eighth's share of a quarter: 0.5 is even, 0.67 triplets
    humanize = 0.3               # 0 as a machine plays, 1 as a relaxed band does

    [chords]
    instrument = "acoustic guitar (steel)"
    velocity = 76                # of a stroke x; X and o are louder and softer
    strum_ms = 14                # from string to string of a strum
    follow = "chord"             # steps count from each chord; without it from the bar line

    ["4/4".chords]               # the same for "3/4", "6/8"; "any" spans each chord as a whole
    down = "x--- x--. --x- x---"
    up   = "...x ..x. x... ..x."

Voices of chords: all, the numbers 1 to 6 (notes from the lowest up, again an octave higher where
there are no more), top, down and up (strums). Of the bass: root (the chord's bass), fifth, third,
octave, next (a semitone beside the next chord's bass). Of drums: the names in `instruments.DRUMS`.
How rows are written is told in `steps`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from shinko.errors import ShinkoError
from shinko.score.bars import bar_ticks
from shinko.score.instruments import DRUMS, program_of
from shinko.score.steps import PatternError, Row, read_row
from shinko.score.voicing import VOICINGS

ANY_METER = "any"
CHORD_VOICES = ("all", "1", "2", "3", "4", "5", "6", "top", "down", "up")
BASS_VOICES = ("root", "fifth", "third", "octave", "next")
VOICES = {"chords": CHORD_VOICES, "bass": BASS_VOICES, "drums": tuple(DRUMS)}
MOST_BYTES = 65_536
SWING_RANGE = (0.5, 0.75)
HUMANIZE_RANGE = (0.0, 1.0)
STRUM_RANGE_MS = (0, 60)
_EVEN = 0.5


@dataclass(frozen=True)
class Part:
    """What one player does.

    Attributes:
      program: General MIDI program, 0..127; drums have none of their own.
      velocity: of a plain stroke, 20..110.
      strum_ms: from one note of a strum to the next.
      follows_chord: whether steps count from each chord, not from the bar line.
      rows: for each meter ("4/4"), or "any", what is struck when.
    """

    program: int
    velocity: int
    strum_ms: float
    follows_chord: bool
    rows: Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True)
class Pattern:
    """A way to accompany.

    Attributes:
      name: the file's name without its ending.
      parts: by name: "chords", "bass", "drums"; those that the pattern has.
      meters: those that it knows, such as "4/4"; "any" if it goes with all.
    """

    name: str
    about: str
    voicing: str
    swing: float
    humanize: float
    parts: Mapping[str, Part] = field(hash=False)
    meters: tuple[str, ...]

    def check_meter(self, meter: tuple[int, int]) -> None:
        """Raise PatternError if the pattern has no rows for a meter."""
        wanted = "{}/{}".format(*meter)
        if wanted not in self.meters and ANY_METER not in self.meters:
            fitting = [n for n in pattern_names() if {wanted, ANY_METER} & _meters(n)]
            raise PatternError(
                f"pattern {self.name!r} is for {', '.join(self.meters)}, not {wanted}; "
                f"for {wanted} there are: {', '.join(fitting)}"
            )


def pattern_names() -> tuple[str, ...]:
    """The patterns that come along, block first."""
    names = sorted(entry.name.removesuffix(".toml") for entry in _folder().iterdir())
    return tuple(sorted((n for n in names if n != "__init__.py"), key=lambda n: n != "block"))


def find_pattern(name: str) -> Pattern:
    """A pattern by its name, or by the path of a TOML file.

    Raises:
      PatternError: there is none, or the file can't be read as one.
    """
    if name in pattern_names():
        return _built_in(name)
    if not name.endswith(".toml"):
        raise PatternError(
            f"pattern {name!r} is not known; choose one of {', '.join(pattern_names())}, "
            "or give a .toml file"
        )
    path = Path(name)
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise PatternError(f"pattern {name!r}: {error.strerror}; give another file") from error
    if len(data) > MOST_BYTES:
        raise PatternError(f"pattern {name!r} is larger than {MOST_BYTES:,} bytes; shorten it")
    return read_pattern(path.stem, data, where=name)


def read_pattern(name: str, data: bytes, *, where: str) -> Pattern:
    """A pattern from the bytes of its file.

    Raises:
      PatternError: with the file, the place in it, and what is expected there.
    """
    try:
        table = tomllib.loads(data.decode("utf-8"))
        return _pattern(name, table)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise PatternError(f"pattern {where!r}: not TOML: {error}") from error
    except ShinkoError as error:
        raise PatternError(f"pattern {where!r}: {error}") from error


@lru_cache
def _built_in(name: str) -> Pattern:
    return read_pattern(name, (_folder() / f"{name}.toml").read_bytes(), where=name)


def _meters(name: str) -> set[str]:
    return set(_built_in(name).meters)


def _folder() -> Any:
    return files("shinko.score") / "patterns"


def _pattern(name: str, table: Mapping[str, Any]) -> Pattern:
    meters = {key: rows for key, rows in table.items() if key == ANY_METER or "/" in key}
    head = {key: value for key, value in table.items() if key not in meters}
    known = ("about", "voicing", "swing", "humanize", *VOICES)
    _known("", head, known)
    if not meters:
        raise PatternError('no meter; add a table such as ["4/4".chords] with rows of steps')
    voicing = _text(head, "voicing", "close")
    if voicing not in VOICINGS:
        raise PatternError(f"voicing {voicing!r} is not known; known: {', '.join(VOICINGS)}")
    played = {
        meter: {part: _rows(f"{meter} {part}", meter, part, rows) for part, rows in parts.items()}
        for meter, parts in ((meter, _meter(meter, parts)) for meter, parts in meters.items())
    }
    names = [part for part in VOICES if any(part in rows for rows in played.values())]
    return Pattern(
        name=name,
        about=_text(head, "about", ""),
        voicing=voicing,
        swing=_number(head, "swing", _EVEN, SWING_RANGE),
        humanize=_number(head, "humanize", 0.0, HUMANIZE_RANGE),
        parts={
            part: _part(
                part,
                head.get(part, {}),
                {meter: rows[part] for meter, rows in played.items() if part in rows},
            )
            for part in names
        },
        meters=tuple(meters),
    )


_INSTRUMENT = {"chords": "acoustic grand piano", "bass": "acoustic bass", "drums": ""}


def _part(name: str, table: Any, rows: Mapping[str, tuple[Row, ...]]) -> Part:
    if not isinstance(table, dict):
        raise PatternError(f"{name} is {table!r}; give a table: [{name}]")
    keys = ("velocity",) if name == "drums" else ("instrument", "velocity", "strum_ms", "follow")
    _known(f"{name}: ", table, keys)
    instrument = _text(table, "instrument", _INSTRUMENT[name])
    follow = _text(table, "follow", "bar")
    if follow not in ("bar", "chord"):
        raise PatternError(f"{name}: follow {follow!r}; give 'bar' or 'chord'")
    return Part(
        program=program_of(instrument) if instrument else 0,
        velocity=round(_number(table, "velocity", 76, (20, 110))),
        strum_ms=_number(table, "strum_ms", 0, STRUM_RANGE_MS),
        follows_chord=follow == "chord",
        rows=rows,
    )


def _meter(name: str, parts: Any) -> Mapping[str, Any]:
    if name != ANY_METER:
        head, _, foot = name.partition("/")
        if not (head.isdecimal() and foot in ("2", "4", "8", "16") and 1 <= int(head[:3]) <= 32):
            raise PatternError(f"meter {name!r}; give one such as '4/4', '3/4', '6/8', or any")
    if not isinstance(parts, dict):
        raise PatternError(f'{name} is {parts!r}; give tables such as ["{name}".chords]')
    _known(f"{name}: ", parts, tuple(VOICES))
    return parts


def _rows(where: str, meter: str, part: str, rows: Any) -> tuple[Row, ...]:
    if not isinstance(rows, dict):
        raise PatternError(f"{where} is {rows!r}; give rows such as {VOICES[part][0]} = 'x---'")
    _known(f"{where}: ", rows, VOICES[part])
    read = []
    for voice, text in rows.items():
        if not isinstance(text, str):
            raise PatternError(f"{where}: {voice} is {text!r}; give steps such as 'x---'")
        try:
            row = read_row(voice, text)
        except PatternError as error:
            raise PatternError(f"{where}: {error}") from error
        if meter != ANY_METER:
            numerator, denominator = map(int, meter.split("/"))
            ticks = bar_ticks((numerator, denominator))
            if ticks % row.steps:
                raise PatternError(
                    f"{where}: {voice} has {row.steps} steps a bar, into which {meter} doesn't "
                    f"divide; give {numerator}, or a multiple of it"
                )
        read.append(row)
    return tuple(read)


def _known(where: str, table: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for key in table:
        if key not in names:
            raise PatternError(f"{where}{key!r} is not known; known: {', '.join(names)}")


def _text(table: Mapping[str, Any], key: str, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise PatternError(f"{key} is {value!r}; give a text in quotes")
    return value


def _number(
    table: Mapping[str, Any], key: str, default: float, allowed: tuple[float, float]
) -> float:
    value = table.get(key, default)
    least, most = allowed
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise PatternError(f"{key} is {value!r}; give a number from {least:g} to {most:g}")
    return float(value)
