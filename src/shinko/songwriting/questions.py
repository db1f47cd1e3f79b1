"""What can be asked about chords: one frozen dataclass for each thing, told once for all faces."""

from __future__ import annotations

from dataclasses import MISSING, dataclass
from pathlib import Path

from shinko.errors import FieldError
from shinko.files.formats import FILES, Rendering
from shinko.request import Request, asked, part
from shinko.songwriting.requests import Wishes
from shinko.songwriting.usual import (
    BARS,
    BY_TABLE_ALONE,
    CHORDS_OR_FILE,
    COLOUR,
    DIAL,
    KEY_FOUND,
    MOST_COMPOSED,
    OF_BARS,
    OF_TABLE,
    ONE_HAS,
    USUAL_LENGTH,
    VARIETY,
)
from shinko.theory import Key
from shinko.theory.colour import WAYS

_DIFFER = 3


@dataclass(frozen=True)
class Statistics(Request):
    """Whose statistics answer a question, and how varied."""

    table: str = asked("pop", f"{OF_TABLE}.", metavar="NAME|FILE", was="style", group=DIAL)
    variety: str = asked("real", f"{VARIETY}.", letter="v", group=DIAL)
    memoryless: bool = asked(False, BY_TABLE_ALONE, group=DIAL)


@dataclass(frozen=True)
class ExplainRequest(Request):
    """Why chords stand where they do, or what may stand in free slots."""

    chords: str = asked(
        MISSING, f"{ONE_HAS}; _ for a free slot.", metavar=CHORDS_OR_FILE, argument=True
    )
    key: Key | None = asked(None, KEY_FOUND, read=Key.parse, letter="k")
    from_bars: tuple[int, int] | None = asked(None, OF_BARS, **BARS)
    statistics: Statistics = part(Statistics)
    heatmap: bool = asked(False, "Every chord's probability in every slot.")


@dataclass(frozen=True)
class SuggestRequest(Request):
    """Chords for one slot of a progression."""

    chords: str = asked(
        MISSING, f"{ONE_HAS}; _ for a free slot.", metavar=CHORDS_OR_FILE, argument=True
    )
    slot: int | None = asked(
        None, "Which slot; by default the first free one, or the next.", least=1
    )
    count: int = asked(8, "Suggestions.", least=1, most=10_000, letter="n")
    key: Key | None = asked(None, KEY_FOUND, read=Key.parse, letter="k")
    from_bars: tuple[int, int] | None = asked(None, OF_BARS, **BARS)
    write: bool = asked(False, "Write the progression with a suggestion in it.", group=FILES)
    pick: int = asked(1, "Which suggestion is written.", least=1, needs="write", group=FILES)
    table: str = asked("pop", f"{OF_TABLE}.", metavar="NAME|FILE", group=DIAL)
    variety: str = asked("real", f"{VARIETY}.", letter="v", group=DIAL)
    colour: str = asked("counted", COLOUR, choices=WAYS, group=DIAL)
    memoryless: bool = asked(False, BY_TABLE_ALONE, group=DIAL)
    rendering: Rendering = part(Rendering)

    @property
    def statistics(self) -> Statistics:
        """Whose statistics answer."""
        return Statistics(self.table, self.variety, self.memoryless)


@dataclass(frozen=True)
class BestRequest(Request):
    """The most probable progressions that differ."""

    chords: str | None = asked(
        None,
        f"{ONE_HAS}, to keep; _ for slots to fill.",
        metavar=CHORDS_OR_FILE,
        argument=True,
    )
    length: int | None = asked(
        None,
        f"Chords; by default as many as are given, or {USUAL_LENGTH}.",
        least=1,
        most=MOST_COMPOSED,
        letter="l",
    )
    count: int = asked(5, "Progressions.", least=1, most=50, letter="n")
    differ: int | None = asked(
        None,
        f"In how many chords each differs from all others; by default {_DIFFER}, or all of fewer.",
        least=1,
    )
    key: Key | None = asked(None, KEY_FOUND, read=Key.parse, letter="k")
    from_bars: tuple[int, int] | None = asked(None, OF_BARS, needs="chords", **BARS)
    table: str = asked("pop", f"{OF_TABLE}.", metavar="NAME|FILE", group=DIAL)
    wishes: Wishes = part(Wishes)
    rendering: Rendering = part(Rendering)

    @property
    def slots(self) -> int:
        """Chords, where nothing is given."""
        return self.length or USUAL_LENGTH

    def differing(self, length: int) -> int:
        """In how many of so many chords each differs from all others.

        Raises:
          FieldError: there are fewer.
        """
        if self.differ is not None and self.differ > length:
            raise FieldError("differ", self.differ, f"1 to {length}, the `length`")
        return self.differ or min(_DIFFER, length)


@dataclass(frozen=True)
class OriginalityRequest(Request):
    """Which stretches of a progression are in which songs."""

    chords: str = asked(MISSING, "Roman numerals or chord names.", argument=True)
    songs: Path | None = asked(
        None,
        "Songs to compare with: JSON Lines, ChordPro, lines of chords, or a folder.",
        metavar="FILE|DIR",
    )
    key: Key | None = asked(
        None,
        "Key to read the chords in; by default it is found from them.",
        read=Key.parse,
        letter="k",
    )
    shortest: int = asked(
        3, "Length of the shortest run to look for.", least=1, most=64, unit="chords"
    )
    account: bool = asked(False, "Ask Hooktheory's live API, too, with your own account.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.songs is None and not self.account:
            raise FieldError(
                "songs",
                None,
                "a file or folder of songs to compare with",
                "or give `account` to ask Hooktheory",
            )
