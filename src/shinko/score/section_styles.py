"""Which accompaniment plays which section, and on which tracks its instruments stand.

A section plays the style that it tells, or else the piece's. Neighbours of one style are one
stretch: what goes on over a bar line goes on over theirs, too.

An instrument that changes with the style gets a track and a channel of its own, "Chords 2": a
workstation gives a track one instrument, and most leave a program change within it unheard.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from shinko.errors import ShinkoError
from shinko.score.bars import Passage
from shinko.score.pattern import Pattern, check_meter, find_pattern
from shinko.score.progression import Section
from shinko.score.score import DRUM_CHANNEL
from shinko.score.steps import PatternError

CHANNELS = {"chords": 0, "bass": 1, "melody": 2, "drums": DRUM_CHANNEL}
PARTS = tuple(CHANNELS)
_FREE = tuple(channel for channel in range(16) if channel not in CHANNELS.values())


class StyledPassages(NamedTuple):
    """Passages in a row that one pattern plays, and the one after them, if there is one."""

    pattern: Pattern
    passages: tuple[Passage, ...]
    after: Passage | None


@dataclass(frozen=True)
class Seat:
    """Where an instrument plays: the name of its track, its program and its channel."""

    name: str
    program: int
    channel: int


def patterns_of(sections: Iterable[Section], usual: str) -> tuple[Pattern, ...]:
    """The pattern of each section.

    Args:
      usual: the style of those that tell none.

    Raises:
      PatternError: a section's style isn't there.
      FieldError: the usual one isn't there.
    """
    return tuple(_told_with(section, find_pattern, section.style or usual) for section in sections)


def stretches_of(
    passages: Sequence[Passage], usual: str, meter: tuple[int, int]
) -> Iterator[StyledPassages]:
    """The passages by the pattern that plays them.

    Raises:
      PatternError: as `patterns_of`, or a pattern can't be played in the meter.
    """
    sections = [passage.section for passage in passages]
    patterns = patterns_of(sections, usual)
    for section, pattern in zip(sections, patterns, strict=True):
        _told_with(section, check_meter, pattern, meter)
    first = 0
    for _, run in groupby(patterns, key=lambda pattern: pattern.name):
        found = list(run)
        stop = first + len(found)
        after = passages[stop] if stop < len(passages) else None
        yield StyledPassages(found[0], tuple(passages[first:stop]), after)
        first = stop


def _told_with(section: Section, asked: Callable[..., Any], *values: object) -> Any:
    """What a function says; what is wrong with a section's own style is told with its name."""
    try:
        return asked(*values)
    except ShinkoError as error:
        if not section.style:
            raise
        raise PatternError(f"section {section.name!r}: {error}") from error


def seats_of(instruments: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Seat]:
    """A seat for each part and program, in the order of `PARTS` and then of their coming.

    Raises:
      PatternError: there are more instruments than MIDI has channels.
    """
    wanted = sorted(dict.fromkeys(instruments), key=lambda pair: PARTS.index(pair[0]))
    seats: dict[tuple[str, int], Seat] = {}
    free = iter(_FREE)
    for part, group in groupby(wanted, key=lambda pair: pair[0]):
        for number, (_, program) in enumerate(group, start=1):
            # All kits of drums share their channel: MIDI has one for them.
            own = number == 1 or part == "drums"
            channel = CHANNELS[part] if own else next(free, None)
            if channel is None:
                raise PatternError(
                    f"the sections' styles have more than {len(_FREE) + len(CHANNELS)} "
                    "instruments, MIDI's channels; give some sections the same style"
                )
            name = part.capitalize() if number == 1 else f"{part.capitalize()} {number}"
            seats[part, program] = Seat(name, program, channel)
    return seats
