"""Pattern files: accompaniment as people write it down, in TOML.

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

    ["4/4".chords.fill]          # the last bar before another section, instead of the rows above
    down = "x--- x--- xxxx xxxx"

    ["4/4".chords.end]           # the last chord of a piece that ends: played once, then held
    down = "X---"

Voices of chords: all, the numbers 1 to 6 (notes from the lowest up, again an octave higher where
there are no more), top, down and up (strums). Of the bass: root (the chord's bass), fifth, third,
octave, next (a semitone beside the next chord's bass, on the last stroke before a change; the
fifth or the root elsewhere). Of drums: the names in `instruments.DRUMS`. How rows are written is
told in `steps`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shinko.errors import ShinkoError
from shinko.score.bars import bar_ticks
from shinko.score.groove import Groove, groove_in
from shinko.score.instruments import DRUMS, program_of
from shinko.score.progression import ProgressionError, parse_meter, show_meter
from shinko.score.steps import MOST_STEPS, PatternError, StepRow, read_row, shortened
from shinko.score.voicing import VOICINGS

ANY_METER = "any"
CHORD_VOICES = ("all", "1", "2", "3", "4", "5", "6", "top", "down", "up")
BASS_VOICES = ("root", "fifth", "third", "octave", "next")
VOICES = {"chords": CHORD_VOICES, "bass": BASS_VOICES, "drums": tuple(DRUMS)}
FILL, END = "fill", "end"
SWING_RANGE = (0.5, 0.75)
HUMANIZE_RANGE = (0.0, 1.0)
STRUM_RANGE_MS = (0, 60)
_EVEN = 0.5
_INSTRUMENT = {"chords": "acoustic grand piano", "bass": "acoustic bass", "drums": ""}


@dataclass(frozen=True)
class PatternPart:
    """What one player does.

    Attributes:
      program: General MIDI program, 0..127; drums have none of their own.
      velocity: of a plain stroke, 20..110.
      strum_ms: from one note of a strum to the next.
      follows_chord: whether steps count from each chord, not from the bar line.
      grooves: for each meter that is written ("4/4"), or "any", what is struck when.
    """

    program: int
    velocity: int
    strum_ms: float
    follows_chord: bool
    grooves: Mapping[str, Groove]

    def groove(self, meter: str) -> Groove | None:
        """What is played in a meter, spanning each chord if only "any" has it; None for nothing."""
        return groove_in(meter, self.grooves) or self.grooves.get(ANY_METER)

    def spans_chords(self, meter: str) -> bool:
        """Whether the rows of a meter last as long as each chord, whatever the meter."""
        return groove_in(meter, self.grooves) is None


@dataclass(frozen=True)
class Pattern:
    """A way to accompany.

    Attributes:
      name: the file's name without its ending.
      parts: by name: "chords", "bass", "drums"; those that the pattern has.
      meters: those that it is written in, such as "4/4"; "any" if it goes with all.
    """

    name: str
    about: str
    voicing: str
    swing: float
    humanize: float
    parts: Mapping[str, PatternPart] = field(hash=False)
    meters: tuple[str, ...]

    def plays(self, meter: str) -> bool:
        """Whether it is written in a meter, or in those that the meter is made of."""
        return any(part.groove(meter) is not None for part in self.parts.values())


def read_pattern(name: str, data: bytes, *, where: str) -> Pattern:
    """A pattern from the bytes of its file.

    Raises:
      PatternError: with the file, the place in it, and what is expected there.
    """
    try:
        return _pattern(name, tomllib.loads(data.decode("utf-8-sig")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        said = " ".join(str(error).split())
        raise PatternError(f"pattern {where!r}: not TOML: {said}") from error
    except ValueError as error:  # Python doesn't read or show numbers of thousands of digits
        raise PatternError(f"pattern {where!r}: a number is too long; shorten it") from error
    except ShinkoError as error:
        raise PatternError(f"pattern {where!r}: {error}") from error


def _pattern(name: str, table: Mapping[str, Any]) -> Pattern:
    meters = {key: rows for key, rows in table.items() if key == ANY_METER or "/" in key}
    head = {key: value for key, value in table.items() if key not in meters}
    known = ("about", "voicing", "swing", "humanize", *VOICES)
    _known("", head, known)
    if not meters:
        raise PatternError('no meter; add a table such as ["4/4".chords] with rows of steps')
    voicing = _text(head, "voicing", "close")
    if voicing not in VOICINGS:
        raise PatternError(
            f"voicing {shortened(voicing)} is not known; known: {', '.join(VOICINGS)}"
        )
    played = {meter: _meter(meter, parts) for meter, parts in meters.items()}
    names = [part for part in VOICES if any(part in grooves for grooves in played.values())]
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
                {meter: grooves[part] for meter, grooves in played.items() if part in grooves},
            )
            for part in names
        },
        meters=tuple(meters),
    )


def _part(name: str, table: Any, grooves: Mapping[str, Groove]) -> PatternPart:
    if not isinstance(table, dict):
        raise PatternError(f"{name} is {shortened(table)}; give a table: [{name}]")
    keys = ("velocity",) if name == "drums" else ("instrument", "velocity", "strum_ms", "follow")
    _known(f"{name}: ", table, keys)
    instrument = _text(table, "instrument", _INSTRUMENT[name])
    follow = _text(table, "follow", "bar")
    if follow not in ("bar", "chord"):
        raise PatternError(f"{name}: follow {shortened(follow)}; give 'bar' or 'chord'")
    return PatternPart(
        program=program_of(instrument) if instrument else 0,
        velocity=round(_number(table, "velocity", 76, (20, 110))),
        strum_ms=_number(table, "strum_ms", 0, STRUM_RANGE_MS),
        follows_chord=follow == "chord",
        grooves=grooves,
    )


def _meter(name: str, parts: Any) -> dict[str, Groove]:
    """The grooves of a meter's parts."""
    bar = 0
    if name != ANY_METER:
        try:
            meter = parse_meter(name)
        except ProgressionError:
            meter = None
        if meter is None or show_meter(meter) != name:
            raise PatternError(
                f"meter {shortened(name)}; give one such as '4/4', '3/4', '6/8', or any"
            )
        bar = bar_ticks(meter)
    if not isinstance(parts, dict):
        raise PatternError(f'{name} is {shortened(parts)}; give tables such as ["{name}".chords]')
    _known(f"{name}: ", parts, tuple(VOICES))
    grooves = {part: _groove(f"{name} {part}", bar, part, rows) for part, rows in parts.items()}
    if not any(row.hits for groove in grooves.values() for row in groove.rows):
        raise PatternError(f"{name}: nothing is struck; add rows such as all = 'x---' for chords")
    return grooves


def _groove(where: str, bar: int, part: str, table: Any) -> Groove:
    _check_rows(where, part, table, (FILL, END))
    rows = {voice: text for voice, text in table.items() if voice not in (FILL, END)}
    for name in (FILL, END):
        if name in table and not rows:
            raise PatternError(f"{where}: {name} without rows beside it; say what comes before it")
    return Groove(
        rows=_rows(where, bar, rows),
        fill=_bar_of_rows(f"{where} {FILL}", bar, part, table.get(FILL, {})),
        end=_bar_of_rows(f"{where} {END}", bar, part, table.get(END, {})),
    )


def _bar_of_rows(where: str, bar: int, part: str, table: Any) -> tuple[StepRow, ...]:
    _check_rows(where, part, table, ())
    rows = _rows(where, bar, table)
    for row in rows:
        if row.bars != 1:
            raise PatternError(f"{where}: {row.voice} has {row.bars} bars; give one")
    return rows


def _check_rows(where: str, part: str, table: Any, also: tuple[str, ...]) -> None:
    if not isinstance(table, dict):
        raise PatternError(
            f"{where} is {shortened(table)}; give rows such as {VOICES[part][0]} = 'x---'"
        )
    _known(f"{where}: ", table, (*VOICES[part], *also))


def _rows(where: str, bar: int, rows: Mapping[str, Any]) -> tuple[StepRow, ...]:
    """Rows of steps.

    Args:
      bar: in ticks; 0 for any.
    """
    read = []
    for voice, text in rows.items():
        if not isinstance(text, str):
            raise PatternError(f"{where}: {voice} is {shortened(text)}; give steps such as 'x---'")
        try:
            row = read_row(voice, text)
        except PatternError as error:
            raise PatternError(f"{where}: {error}") from error
        if bar % row.steps:
            fitting = [n for n in range(1, MOST_STEPS + 1) if bar % n == 0]
            below = max(n for n in fitting if n < row.steps)
            above = min((n for n in fitting if n > row.steps), default=below)
            raise PatternError(
                f"{where}: {voice} has {row.steps} steps a bar, which don't come out even; give "
                f"{' or '.join(map(str, sorted({below, above})))}"
            )
        read.append(row)
    return tuple(read)


def _known(where: str, table: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for key in table:
        if key not in names:
            raise PatternError(f"{where}{shortened(key)} is not known; known: {', '.join(names)}")


def _text(table: Mapping[str, Any], key: str, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise PatternError(f"{key} is {shortened(value)}; give a text in quotes")
    return value


def _number(
    table: Mapping[str, Any], key: str, default: float, allowed: tuple[float, float]
) -> float:
    value = table.get(key, default)
    least, most = allowed
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise PatternError(f"{key} is {shortened(value)}; give a number from {least:g} to {most:g}")
    return float(value)
