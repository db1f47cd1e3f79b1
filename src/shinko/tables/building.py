"""Tables built from songs, and how well a table predicts songs."""

import itertools
import math
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import Literal

import numpy as np

from shinko.tables.automaton import compile_table
from shinko.tables.codec import find_codec
from shinko.tables.counting import (
    Runs,
    beginnings,
    count_ngrams,
    count_songs,
    cut_into_progressions,
    without,
)
from shinko.tables.fitting import choose_vocabulary, fit_songs
from shinko.tables.smoothing import (
    Counts,
    absolute,
    kneser_ney,
    list_chords,
    relative_frequencies,
    witten_bell,
)
from shinko.tables.song import Song
from shinko.tables.table import (
    CHORDS,
    LONGEST_HISTORY,
    USUAL_ORDER,
    Floats,
    History,
    Row,
    TableError,
    TransitionTable,
    check_histories,
)

Smoothing = Literal["auto", "witten-bell", "kneser-ney", "absolute", "none"]
SMOOTHINGS: tuple[Smoothing, ...] = ("auto", "witten-bell", "kneser-ney", "absolute", "none")
COMPARED: tuple[Smoothing, ...] = ("witten-bell", "absolute", "kneser-ney")
# Not Kneser–Ney, whose short histories are no shares of what was played: most progressions would
# begin on an unusual chord (of the Billboard songs, 4 % on I instead of 19 %).
CHOSEN_FROM: tuple[Smoothing, ...] = ("witten-bell", "absolute")

# To compare smoothings, each fifth of the songs is predicted from the other four.
FOLDS = 5
# Songs are predicted in pieces as long as a usual progression, each from nothing: that is how a
# table is used, so its short histories have to be right too.
PROGRESSION = 16
MIN_COVERAGE = 0.99
"""Share of the chords that a vocabulary of their own has to hold."""


def build_table(
    songs: Sequence[Song],
    *,
    name: str,
    codec: str = CHORDS,
    order: int = USUAL_ORDER,
    smoothing: Smoothing = "auto",
    vocabulary: Sequence[str] | None = None,
    min_count: int = 1,
    min_songs: int = 1,
) -> TransitionTable:
    """A transition table of what follows what in songs.

    Args:
      songs: with at least one chord among them.
      name: of the table.
      codec: what the songs' tokens are.
      order: length of the longest history, as far as memory goes.
      smoothing: "auto" takes Witten–Bell or absolute discounting, whichever predicts unseen songs
        better (see `compare_smoothings`); "none" gives plain shares and leaves unseen chords
        unlisted.
      vocabulary: the tokens; by default the most frequent ones.
      min_count: how often a chord must have followed a history of two or more to be listed there.
      min_songs: how many songs must have a chord after a history of one or more to list it there.

    Returns:
      The table; its notes tell songs, chords, coverage, smoothing and perplexities.

    Raises:
      TableError: an argument is out of bounds, no chord of the songs is in the vocabulary, or
        there are too many histories.
      ShinkoError: a token of the vocabulary is none of the codec.
    """
    if order not in range(LONGEST_HISTORY + 1):
        raise TableError(f"order {order}: expected 0 to {LONGEST_HISTORY} chords of history")
    if smoothing not in SMOOTHINGS:
        raise TableError(f"smoothing {smoothing!r}: expected one of {', '.join(SMOOTHINGS)}")
    tokens = tuple(choose_vocabulary([songs], MIN_COVERAGE) if vocabulary is None else vocabulary)
    for token in tokens:
        find_codec(codec).read(token)
    fitted, coverage = fit_songs(songs, tokens, codec=codec)
    if not any(fitted):
        raise TableError(f"table {name!r}: no chord in {len(songs)} songs to count; expected some")
    notes = {
        "songs": str(len(songs)),
        "chords": str(coverage.chords),
        "coverage": f"{coverage.exact_share:.1%}, simplified {coverage.share:.1%}",
    }
    check = partial(check_histories, name, chords=len(tokens), order=order)
    counts = count_ngrams(fitted, order, check=check)
    if smoothing == "auto":
        perplexities = compare_smoothings(
            fitted, len(tokens), order=order, min_count=min_count, min_songs=min_songs
        )
        smoothing = min(CHOSEN_FROM, key=perplexities.__getitem__)
        notes["held-out perplexity"] = ", ".join(
            f"{each} {value:.2f}" for each, value in perplexities.items()
        )
    notes["smoothing"] = smoothing
    starts, shared = beginnings(fitted, order), _shared(fitted, order, min_songs)
    rows = _estimate(counts, starts, len(tokens), smoothing, min_count, shared)
    return TransitionTable(name, tokens, max(map(len, rows)), rows, notes, codec)


def compare_smoothings(
    songs: Sequence[Runs],
    V: int,
    *,
    order: int,
    every_time: bool = False,
    min_count: int = 1,
    min_songs: int = 1,
) -> dict[Smoothing, float]:
    """Perplexity of unseen songs with each smoothing: each fifth predicted from the others.

    Of fewer than two songs nothing can be held out: then all are nan.

    Args:
      songs: the runs of each song, as vocabulary indices; song i is in fold i modulo 5.
      V: size of the vocabulary.
      order, min_count, min_songs: as in `build_table`.
      every_time: whether a loop counts as often as a song repeats it, or once a song.
    """
    vocabulary = tuple(map(str, range(V)))
    log_probabilities: dict[Smoothing, list[Floats]] = {smoothing: [] for smoothing in COMPARED}
    every = count_ngrams(songs, order, every_time=every_time)
    for fold in range(min(FOLDS, len(songs))):
        seen = [song for number, song in enumerate(songs) if number % FOLDS != fold]
        unseen = cut_into_progressions(itertools.chain(*songs[fold::FOLDS]), PROGRESSION)
        if not any(seen):
            continue
        counts = without(every, count_ngrams(songs[fold::FOLDS], order, every_time=every_time))
        starts, shared = beginnings(seen, order), _shared(seen, order, min_songs)
        for smoothing, logs in log_probabilities.items():
            rows = _estimate(counts, starts, V, smoothing, min_count, shared)
            logs.append(_log_probabilities(TransitionTable("", vocabulary, order, rows), unseen))
    return {
        smoothing: _perplexity(np.concatenate([np.empty(0), *logs]))
        for smoothing, logs in log_probabilities.items()
    }


def held_out_perplexity(table: TransitionTable, songs: Iterable[Song]) -> float:
    """e to the mean of −log P(chord | the chords before it).

    Args:
      table: built without these songs.
      songs: their chords are fitted to the table's vocabulary as in building.

    Returns:
      At least 1; infinite where a chord is unlisted or impossible, nan without any chord.
    """
    fitted, _ = fit_songs(songs, table.vocabulary, codec=table.codec)
    runs = cut_into_progressions(itertools.chain(*fitted), PROGRESSION)
    return _perplexity(_log_probabilities(table, runs))


def _log_probabilities(table: TransitionTable, runs: Sequence[History]) -> Floats:
    """log P of each chord after those before it in its run, −∞ where unlisted, shape (chords,)."""
    automaton = compile_table(table)
    lengths = np.array([len(run) for run in runs], np.int64)
    # All runs side by side, a column for each place; where one has ended nothing is read.
    there = np.arange(lengths.max(initial=0)) < lengths[:, None]
    chords, found = np.zeros(there.shape, np.int64), np.zeros(there.shape)
    chords[there] = np.fromiter(itertools.chain(*runs), np.int64, lengths.sum())
    states = np.full(len(lengths), automaton.start)
    for place in range(there.shape[1]):
        found[:, place] = automaton.probabilities[states, chords[:, place]]
        states = automaton.next_state[states, chords[:, place]]
    numbers = np.nan_to_num(found[there])
    return np.log(numbers, out=np.full(len(numbers), -np.inf), where=numbers > 0)


def _perplexity(log_probabilities: Floats) -> float:
    return math.exp(-float(log_probabilities.mean())) if len(log_probabilities) else math.nan


# Whether a chord may be listed after a history.
Listed = Callable[[History, int], bool]


def _shared(songs: Iterable[Runs], order: int, min_songs: int) -> Listed:
    """Whether so many songs have a chord after a history; the empty one lists all."""
    if min_songs <= 1:
        return lambda history, chord: True
    told = count_songs(songs, order)
    return lambda history, chord: not history or told[history][chord] >= min_songs


def _estimate(
    counts: Counts,
    starts: Collection[History],
    V: int,
    smoothing: Smoothing,
    min_count: int,
    shared: Listed,
) -> dict[History, Row]:
    """The rows of a table, without the n-grams that were seen too rarely or in too few songs."""
    if smoothing == "none":
        rows = relative_frequencies(counts)
    elif smoothing == "kneser-ney":
        rows = kneser_ney(counts, starts, V)
    elif smoothing == "absolute":
        rows = absolute(counts, V)
    else:
        rows = witten_bell(counts, V)

    def often(history: History, chord: int) -> bool:
        return len(history) < 2 or counts[history][chord] >= min_count

    kept = {
        history: row.chords[
            [often(history, chord) and shared(history, chord) for chord in row.chords.tolist()]
        ]
        for history, row in rows.items()
    }
    if all(len(own) == len(rows[history].chords) for history, own in kept.items()):
        return rows
    automaton = compile_table(TransitionTable("", tuple(map(str, range(V))), 0, rows))
    full = dict(zip(automaton.histories, automaton.probabilities, strict=True))
    if smoothing == "none":
        return {h: Row(own, full[h][own]) for h, own in kept.items() if len(own) or not h}
    return list_chords(full, kept)
