"""What followed what in songs, counted."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from shinko.tables.table import History

Runs = Sequence[History]


def count_ngrams(
    songs: Iterable[Runs],
    order: int,
    *,
    every_time: bool = False,
    check: Callable[[int], None] = lambda histories: None,
) -> dict[History, Counter[int]]:
    """How often each chord followed each history of up to `order` chords.

    Args:
      songs: the runs of each song, as vocabulary indices.
      order: length of the longest history.
      every_time: whether a stretch of `order` + 1 chords counts each time it comes in a song, or
        once. Songs are loops: counted each time, the few loops of long songs drown all else, and
        unseen songs are predicted worse.
      check: called with the number of histories as it grows; raises where they are too many.

    Returns:
      Counts of the histories that something followed; the empty one is always among them.
    """
    counts: dict[History, Counter[int]] = defaultdict(Counter)
    counts[()] = Counter()
    for runs in songs:
        known: set[History] = set()
        for run in runs:
            for position, chord in enumerate(run):
                stretch = run[max(0, position - order) : position + 1]
                if stretch in known and not every_time:
                    continue
                known.add(stretch)
                for length in range(len(stretch)):
                    counts[stretch[len(stretch) - 1 - length : -1]][chord] += 1
                check(len(counts))
    return dict(counts)


def beginnings(songs: Iterable[Runs], order: int) -> set[History]:
    """The first 1 to `order` chords of every run."""
    return {
        run[:length]
        for runs in songs
        for run in runs
        for length in range(1, min(order, len(run)) + 1)
    }


def cut_into_progressions(runs: Iterable[History], length: int) -> list[History]:
    """Runs cut into pieces of `length` chords, the last one as long as it comes."""
    return [run[begin : begin + length] for run in runs for begin in range(0, len(run), length)]
