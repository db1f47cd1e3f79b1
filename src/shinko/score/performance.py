"""How a progression is played, as it is asked for: style, voicing, swing, instruments, parts."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass
from typing import Any

from shinko.errors import ShinkoError
from shinko.request import Request, asked
from shinko.score.instruments import program_of
from shinko.score.pattern import HUMANIZE_RANGE, SWING_RANGE, check_pattern, pattern_names
from shinko.score.section_styles import PARTS
from shinko.score.voicing import VOICINGS


class PerformanceError(ShinkoError):
    """A progression can't be played in the way that is asked for."""


USUAL = "block"
HELD, PLAYED = ("chords", "bass", "melody"), "How it is played"


def read_instruments(given: Any) -> dict[str, str]:
    """Instruments by part, as one writes them: "flute" for the chords, "bass=tuba" for a part.

    Args:
      given: such texts, or a mapping.

    Raises:
      PerformanceError: there is no such part.
      InstrumentError: there is no such instrument.
    """
    if isinstance(given, str):
        given = [given]
    texts = [*given, *given.values()] if isinstance(given, Mapping) else given
    if not isinstance(texts, list | tuple) or not all(isinstance(one, str) for one in texts):
        raise PerformanceError(f"{given!r}; give names, such as 'flute' or 'bass=tuba'")
    if not isinstance(given, Mapping):
        pairs = [one.rpartition("=") for one in given]
        given = {part.strip() if sign else "chords": name.strip() for part, sign, name in pairs}
    for part, name in given.items():
        if part not in HELD:
            raise PerformanceError(f"{part!r} holds no instrument; give one of {', '.join(HELD)}")
        program_of(name)
    return dict(given)


def read_pattern_name(name: str) -> str:
    """The name of a pattern; none leaves it open. Raises: FieldError, where there is none."""
    return name and check_pattern(name)


@dataclass(frozen=True)
class Performance(Request):
    """How a progression is played.

    Raises:
      FieldError: a value is out of its range, a part isn't known, or there is no such instrument.
    """

    pattern: str = asked(
        "",
        f"Accompaniment: {', '.join(pattern_names())}, or a .toml of yours; by default {USUAL}.",
        name="style",
        read=read_pattern_name,
        metavar="NAME|FILE",
        group=PLAYED,
    )
    voicing: str = asked(
        "",
        "How chords are laid out (by default as the style has it).",
        choices=("", *VOICINGS),
        group=PLAYED,
    )
    swing: float | None = asked(
        None,
        "First eighth's share of a quarter, 0.5 even, 0.67 triplets; by default the style's own.",
        least=SWING_RANGE[0],
        most=SWING_RANGE[1],
        group=PLAYED,
    )
    humanize: float | None = asked(
        None,
        "Uneven timing and touch: 0 a machine, 1 a relaxed band; by default the style's own.",
        least=HUMANIZE_RANGE[0],
        most=HUMANIZE_RANGE[1],
        group=PLAYED,
    )
    seed: int = asked(
        0, "Of the unevenness: the same seed, the same performance.", letter="s", group=PLAYED
    )
    instruments: Mapping[str, str] = asked(
        MISSING,
        "General MIDI name: 'flute', or for another part 'bass=tuba'.",
        factory=dict,
        hash=False,
        name="instrument",
        is_list=True,
        read=read_instruments,
        show=lambda held: [f"{part}={name}" for part, name in held.items()],
        group=PLAYED,
    )
    parts: tuple[str, ...] = asked(PARTS, "Who plays.", choices=PARTS, group=PLAYED)
    ending: bool | None = asked(
        None,
        "The last bar is played as an end, if the style has one; by default where a piece has "
        "several sections or a ritardando.",
        group=PLAYED,
    )

    @property
    def accompaniment(self) -> str:
        """The pattern that is played."""
        return self.pattern or USUAL
