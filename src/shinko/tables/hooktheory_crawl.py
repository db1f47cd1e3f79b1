"""A transition table from Hooktheory's live API, asked for history by history.

Every answer is kept in `api.jsonl` at once, one JSON line each, so that a crawl goes on where it
stopped, however it stopped. The table is written at the end, in the project's own CSV.
"""

import csv
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shinko.disk import write_atomically
from shinko.fetching.places import data_folder, disk_faults, make_folder
from shinko.fetching.transport import SYSTEM_CLOCK, Clock, FetchError, Progress
from shinko.tables.hooktheory_api import (
    BASE_URL,
    Credentials,
    History,
    HooktheoryClient,
    NextChords,
    find_credentials,
    read_next_chords,
)

FOLDER = "hooktheory-api"
CACHE = "api.jsonl"
TABLE = "hooktheory-api.csv"
LONGEST_HISTORY = 3  # as in the tables
MIN_PROBABILITY = 0.001

# A history, after its probability: the product of its chords' probabilities.
Step = tuple[float, History]


@dataclass(frozen=True)
class Crawl:
    """What a crawl brought.

    Attributes:
      table: the CSV that was written.
      histories: how many have an answer.
      requests: how many of them were asked for this time.
      unanswered: how many were left for want of requests.
      left_out: how many entries have a chord id that can't be read.
    """

    table: Path
    histories: int
    requests: int
    unanswered: int
    left_out: int


def fetch_api(
    folder: Path | None = None,
    *,
    credentials: Credentials | None = None,
    order: int = LONGEST_HISTORY,
    min_probability: float = MIN_PROBABILITY,
    max_requests: int | None = None,
    progress: Progress | None = None,
    base_url: str = BASE_URL,
    clock: Clock = SYSTEM_CLOCK,
) -> Crawl:
    """Asks for the next chords of every history worth it, shortest first, and writes the table.

    One request a second: with the statistics of 2014, 0.001 takes 265 of them, 0.0001 takes 1,439.

    Args:
      folder: of the cache and the table; by default `hooktheory-api` in the data folder.
      credentials: by default those of the environment.
      order: length of the longest history, 0..3.
      min_probability: of a history, as the product of its chords' probabilities; rarer ones are
        not asked for.
      max_requests: how many histories to ask for at most, the more probable ones of each length
        first; the next crawl asks for the others.
      progress: called with the number of histories done, of all known so far, and the next one.
      base_url: of the API.
      clock: time, for tests.

    Raises:
      FetchError: an argument out of range, no login, no network, an answer that can't be right, or
        a disk that can't be written. What was answered so far is in the cache.
    """
    _check(order, min_probability, max_requests)
    client = HooktheoryClient(credentials or find_credentials(), base_url=base_url, clock=clock)
    folder = folder if folder is not None else data_folder() / FOLDER
    make_folder(folder)
    cache = Cache(folder / CACHE)
    answered: dict[History, NextChords] = {}
    requests = unanswered = 0
    level: list[Step] = [(1.0, ())]
    for _ in range(order + 1):
        following: list[Step] = []
        for done, (weight, history) in enumerate(level):
            found = cache.answers.get(history)
            if found is None:
                if requests == max_requests:
                    unanswered += 1
                    continue
                if progress:
                    known = len(answered) + len(level) - done + len(following)
                    progress(len(answered), known, ",".join(history))
                found = client.next_chords(history)
                if not history and not found.chords:
                    raise FetchError(f"{client.base_url}: no chord to begin with; is it the API?")
                cache.add(history, found)
                requests += 1
            answered[history] = found
            if len(history) < order:
                following += [
                    (longer, (*history, chord))
                    for chord, probability in found.chords
                    if 0 < (longer := weight * probability) >= min_probability
                ]
        level = sorted(following, key=lambda step: -step[0])
    write_atomically(folder / TABLE, _csv(answered))
    left_out = sum(found.left_out for found in answered.values())
    return Crawl(folder / TABLE, len(answered), requests, unanswered, left_out)


def _check(order: int, min_probability: float, max_requests: int | None) -> None:
    if not 0 <= order <= LONGEST_HISTORY:
        raise FetchError(f"order {order}: expected 0 to {LONGEST_HISTORY} chords of history")
    if not 0 <= min_probability <= 1:
        raise FetchError(f"min_probability {min_probability:g}: expected 0 to 1")
    if max_requests is not None and max_requests < 1:
        raise FetchError(f"max_requests {max_requests}: expected 1 or more")


class Cache:
    """The answers so far, in memory and, one line each, on disk.

    A line is `{"history": "4,1", "chords": [["5", 0.3], …], "left_out": 0}`. Lines that can't be
    used, such as the last one of a crawl that was killed, are dropped and asked for again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.answers: dict[History, NextChords] = {}
        self._load()

    def _load(self) -> None:
        with disk_faults(self.path):
            if not self.path.exists():
                return
            content = self.path.read_bytes()
            whole = content.rfind(b"\n") + 1
            if whole < len(content):
                os.truncate(self.path, whole)
        for line in content[:whole].splitlines():
            entry = _read_line(line)
            if entry:
                history, found = entry
                self.answers[history] = found

    def add(self, history: History, found: NextChords) -> None:
        """Keeps one answer; it is on disk when this returns.

        Raises:
          FetchError: the disk can't be written.
        """
        entry = {
            "history": ",".join(history),
            "chords": found.chords,
            "left_out": found.left_out,
        }
        with disk_faults(self.path), self.path.open("ab") as file:
            file.write(json.dumps(entry).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self.answers[history] = found


def _read_line(line: bytes) -> tuple[History, NextChords] | None:
    try:
        entry = json.loads(line)
        history = tuple(filter(None, entry["history"].split(",")))
        pairs = [{"chord_ID": chord, "probability": p} for chord, p in entry["chords"]]
        found = read_next_chords(pairs, CACHE)
        return history, NextChords(found.chords, int(entry["left_out"]))
    except (ValueError, ArithmeticError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    except FetchError:
        return None


def _csv(answered: Mapping[History, NextChords]) -> bytes:
    """The table in the project's own CSV, as bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("history", "chord", "probability"))
    for history, found in answered.items():
        writer.writerows((",".join(history), chord, p) for chord, p in found.chords)
    return text.getvalue().encode()
