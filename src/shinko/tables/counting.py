"""What followed what in songs, counted."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from shinko.tables.table import History

Runs = Sequence[History]

# Stretches that are gathered before they are counted: songs have most of them in common.
_AT_ONCE = 100_000


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
    stretches: Counter[History] = Counter()

    def count_stretches() -> None:
        for stretch, times in stretches.items():
            for length in range(len(stretch)):
                counts[stretch[len(stretch) - 1 - length : -1]][stretch[-1]] += times
            check(len(counts))
        stretches.clear()

    for runs in songs:
        found = [run[max(0, end - order) : end + 1] for run in runs for end in range(len(run))]
        stretches.update(found if every_time else dict.fromkeys(found).keys())
        if len(stretches) > _AT_ONCE:
            count_stretches()
    count_stretches()
    return dict(counts)


def count_songs(songs: Iterable[Runs], order: int) -> dict[History, Counter[int]]:
    """In how many songs each chord followed each history of up to `order` chords.

    Args:
      songs: the runs of each song, as vocabulary indices.
      order: length of the longest history.
    """
    counts: dict[History, Counter[int]] = defaultdict(Counter)
    for runs in songs:
        found = {
            run[begin : end + 1]
            for run in runs
            for end in range(len(run))
            for begin in range(max(0, end - order), end + 1)
        }
        for stretch in found:
            counts[stretch[:-1]][stretch[-1]] += 1
    return dict(counts)


def without(
    counts: Mapping[History, Counter[int]], others: Mapping[History, Counter[int]]
) -> dict[History, Counter[int]]:
    """What is left of counts where some of them are taken away.

    Args:
      counts: of all songs, see `count_ngrams`.
      others: of some of them.
    """
    left = {
        history: following - others[history] if history in others else following
        for history, following in counts.items()
    }
    return {history: following for history, following in left.items() if following or not history}


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
