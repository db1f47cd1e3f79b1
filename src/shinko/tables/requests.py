"""What can be asked of tables."""

from __future__ import annotations

from dataclasses import MISSING, dataclass
from pathlib import Path

from shinko.errors import FieldError
from shinko.request import Request, asked
from shinko.tables.building import SMOOTHINGS
from shinko.tables.hooktheory_crawl import MIN_PROBABILITY
from shinko.tables.table import LONGEST_HISTORY, USUAL_ORDER
from shinko.theory import Key


@dataclass(frozen=True)
class ShowRequest(Request):
    """What follows some chords in a table."""

    table: str = asked(MISSING, "A table's name, or a path.", metavar="NAME|FILE", argument=True)
    after: str = asked("", "The chords before, oldest first: 'IV I', '4 1', or names with a key.")
    key: Key | None = asked(None, "Key to read and show chords in.", read=Key.parse, letter="k")
    count: int = asked(12, "Chords to show.", least=1, letter="n")


@dataclass(frozen=True)
class BuildRequest(Request):
    """A table to count from songs."""

    files: tuple[Path, ...] = asked(
        MISSING,
        "Songs: JSON Lines, ChordPro, lines of chords, or folders of them.",
        metavar="FILE|DIR...",
        argument=True,
    )
    out: Path = asked(MISSING, "The table to write, .csv or .csv.gz.", metavar="FILE", letter="o")
    order: int = asked(
        USUAL_ORDER, "Longest history.", least=0, most=LONGEST_HISTORY, unit="chords"
    )
    smoothing: str = asked(
        "auto",
        "How unseen chords get a probability; auto takes what predicts unseen songs better.",
        choices=SMOOTHINGS,
    )
    force: bool = asked(False, "Write over a file that is there.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.out.name.endswith((".csv", ".csv.gz")):
            raise FieldError("out", str(self.out), "a name that ends in .csv or .csv.gz")


@dataclass(frozen=True)
class FetchRequest(Request):
    """Statistics to download."""

    name: str = asked("hooktheory", "What to fetch.", choices=("hooktheory",), argument=True)
    api: bool = asked(
        False, "Ask the live statistics with your own account, instead of the CSVs of 2014."
    )
    min_probability: float = asked(
        MIN_PROBABILITY,
        "Rarer histories are not asked for.",
        least=0,
        most=1,
        needs="api",
    )
    max_requests: int | None = asked(
        None, "Ask at most this often; run again to go on.", least=1, needs="api"
    )
