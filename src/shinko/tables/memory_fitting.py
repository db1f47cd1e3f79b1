"""What songs remember, counted from them: expectation and maximisation, in turns.

A chord of a song may be copied or drawn freely. Given a style, its sections tell how likely each
is; given that, the style is counted anew: the table of innovations from the chords in the measure
that they were drawn freely, how states go on and are entered, how often a copy slips. What a song
has identically several times counts once in the table.

Sources: Baum et al. (1970), A maximization technique occurring in the statistical analysis of
probabilistic functions of Markov chains; Witten and Bell (1991), The zero-frequency problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shinko.planning.process import Ints
from shinko.tables.chain import copied, followed, innovated
from shinko.tables.memory import FLOOR, LAGS, MODES, PLACES, Recall, SongStyle, too_long
from shinko.tables.table import Floats, TableError

# The constants below are a compromise, found on songs that were held out for that: what predicts
# them best repeats itself less than they do where it plays.
ROUNDS = 5
TRUST = 4.0
# A free draw is new in the measure that the table of innovations had a share in it, to this power.
NEWNESS = 0.5
# Entries of a place, in entries of all places that they are mixed with.
ENTRIES = 30.0
# Seen before anything was: (times, of).
_STAYED, _SLIPPED = (1.0, 2.0), (0.5, 5.0)


@dataclass(frozen=True)
class CountedSection:
    """A section of a song.

    Attributes:
      song: its number.
      mode: a number of `MODES`.
      chords: by number, none after itself, at least one.
    """

    song: int
    mode: int
    chords: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class _Expected:
    """What sections of a mode probably did, summed over them.

    Attributes:
      stayed, left: how often each state went on, or was drawn anew after it, (Z,).
      entered: how often each was drawn, by place, (PLACES + 1, Z).
      slipped, copied: how often a copy slipped, of how many, (Z,).
      free: how probably each chord came from the table of innovations, (N, T).
      nats: −log P of all chords.
    """

    stayed: Floats
    left: Floats
    entered: Floats
    slipped: Floats
    copied: Floats
    free: Floats
    nats: float


def fit_style(
    name: str,
    sections: Sequence[CountedSection],
    V: int,
    *,
    rounds: int = ROUNDS,
    trust: float = TRUST,
) -> SongStyle:
    """The style of songs.

    Args:
      name: of the songs.
      sections: theirs.
      V: chords of the vocabulary.
      rounds: of expectation and maximisation; more hardly change anything.
      trust: see `Recall`.

    Raises:
      TableError: there is no section.
    """
    if not sections:
        raise TableError(f"style {name!r}: no section to count; expected one or more")
    groups = [_side_by_side(sections, mode) for mode in range(len(MODES))]
    free = [np.ones(chords.shape) for chords, _, _ in groups]
    recall = _first_recall(trust)
    for _ in range(rounds):
        style = SongStyle(name, _new(groups, free, V), recall)
        expected = [_expect(style, mode, *groups[mode][:2]) for mode in range(len(MODES))]
        recall = _counted(expected, trust)
        free = [one.free for one in expected]
    return SongStyle(name, _new(groups, free, V), recall)


def _side_by_side(sections: Sequence[CountedSection], mode: int) -> tuple[Ints, Ints, Floats]:
    """Those of a mode, longest first: chords (N, T), lengths (N,), and whether each is the first
    of its like in its song, (N,).
    """
    own = sorted((one for one in sections if one.mode == mode), key=lambda one: -len(one.chords))
    lengths = np.array([len(one.chords) for one in own], np.int64)
    chords = np.zeros((len(own), lengths.max(initial=0)), np.int64)
    known: set[tuple[int, tuple[int, ...]]] = set()
    first = np.zeros(len(own))
    for number, one in enumerate(own):
        chords[number, : len(one.chords)] = one.chords
        first[number] = (one.song, one.chords) not in known
        known.add((one.song, one.chords))
    return chords, lengths, first


def _first_recall(trust: float) -> Recall:
    states = len(LAGS) + 1
    entry = np.where(too_long(), 0.0, 1.0)
    entry[:, 0] += entry.sum(axis=1)  # half of all are free
    slip = np.full(states, 0.05)
    slip[0] = 1.0
    return Recall(np.full(states, 0.8), slip, entry / entry.sum(axis=1, keepdims=True), trust)


def _new(groups: Sequence[tuple[Ints, Ints, Floats]], free: Sequence[Floats], V: int) -> Floats:
    """How often each chord followed two others by mode, in the measure that it was new."""
    return np.array(
        [
            _count(chords, lengths, first[:, None] * weights, V)
            for (chords, lengths, first), weights in zip(groups, free, strict=True)
        ]
    )


def _count(chords: Ints, lengths: Ints, weights: Floats, V: int) -> Floats:
    """How often each chord followed two others, (V + 1, V + 1, V); V is the beginning."""
    counts = np.zeros((V + 1, V + 1, V))
    begun = np.concatenate([np.full((len(chords), 2), V), chords], axis=1)
    there = np.arange(chords.shape[1]) < lengths[:, None]
    before, last = begun[:, :-2][there], begun[:, 1:-1][there]
    np.add.at(counts, (before, last, chords[there]), weights[there])
    return counts


def _counted(expected: Sequence[_Expected], trust: float) -> Recall:
    """How a style copies itself, of what its sections probably did."""
    stayed, left, entered, slipped, copies = (
        np.sum([getattr(one, name) for one in expected], axis=0)
        for name in ("stayed", "left", "entered", "slipped", "copied")
    )
    slip = np.clip((slipped + _SLIPPED[0]) / (copies + _SLIPPED[1]), 0.001, 0.9)
    slip[0] = 1.0
    pooled = np.where(too_long(), 0.0, entered.sum(axis=0) + 1e-9)
    pooled /= pooled.sum(axis=1, keepdims=True)
    entry = np.where(too_long(), 0.0, entered) + ENTRIES * pooled
    return Recall(
        (stayed + _STAYED[0]) / (stayed + left + _STAYED[1]),
        slip,
        entry / entry.sum(axis=1, keepdims=True),
        trust,
    )


def _expect(style: SongStyle, mode: int, chords: Ints, lengths: Ints) -> _Expected:
    """Forward and backward through all sections of a mode, place by place."""
    recall, (N, T), Z = style.recall, chords.shape, len(LAGS) + 1
    V = style.counts.shape[-1]
    stay = recall.stay
    states = np.broadcast_to(recall.entry[0], (N, Z))
    plays, freely, new, heard, likely = [], [], [], [], []
    for place in range(T):
        going = int((lengths > place).sum())  # the longest come first
        played, chord = chords[:going, :place], chords[:going, place]
        free, share = _free_draw(style, mode, played, chord)
        new.append(share)
        target, copies = copied(played)
        slip = np.where(copies, recall.slip, 1.0)
        by_free = (1 - FLOOR) * slip * free[:, None] + FLOOR / V
        freely.append(by_free)
        plays.append(by_free + (1 - FLOOR) * (1 - slip) * (target == chord[:, None]))
        joint = states[:going] * plays[-1]
        likely.append(joint.sum(axis=1))
        heard.append(joint / likely[-1][:, None])
        anew = ((1 - stay) * heard[-1]).sum(axis=1, keepdims=True)
        states = stay * heard[-1] + anew * recall.entry[min(place + 1, PLACES)]
    stayed, left, slipped, all_copies = np.zeros((4, Z))
    entered, drawn, later = np.zeros((PLACES + 1, Z)), np.zeros((N, T)), np.ones((0, Z))
    for place in reversed(range(T)):
        now = heard[place]
        told = np.ones(now.shape)
        if place + 1 < T:
            going = len(later)
            message = plays[place + 1] * later / likely[place + 1][:, None]
            entry = recall.entry[min(place + 1, PLACES)]
            anew, worth = (1 - stay) * now[:going], message @ entry
            stayed += (stay * now[:going] * message).sum(axis=0)
            left += (anew * worth[:, None]).sum(axis=0)
            entered[min(place + 1, PLACES)] += entry * (anew.sum(axis=1) @ message)
            told[:going] = stay * message + (1 - stay) * worth[:, None]
        probably = now * told
        by_copy = probably * (1 - freely[place] / plays[place])
        _, copies = copied(chords[: len(now), :place])
        all_copies += (probably * copies).sum(axis=0)
        slipped += (probably * copies - by_copy).sum(axis=0)
        drawn[: len(now), place] = (1 - by_copy.sum(axis=1)) * new[place] ** NEWNESS
        later = told
    if T:
        entered[0] += (heard[0] * later).sum(axis=0)
    nats = -float(sum(np.log(each).sum() for each in likely))
    return _Expected(stayed, left, entered, slipped, all_copies, drawn, nats)


def _free_draw(style: SongStyle, mode: int, played: Ints, chord: Ints) -> tuple[Floats, Floats]:
    """P of a free draw of a chord (B,) after what was played, and how much of it is new, (B,)."""
    rows, V = np.arange(len(chord)), style.counts.shape[-1]
    free = innovated(style.innovations[mode, None], played)[rows, 0, chord]
    new = np.ones(len(chord))
    for counts in followed(played, V):
        kinds = style.recall.trust * (counts > 0).sum(axis=1)
        total = np.where(kinds > 0, counts.sum(axis=1) + kinds, 1.0)
        mixed = np.where(kinds > 0, (counts[rows, chord] + kinds * free) / total, free)
        new *= np.where(kinds > 0, kinds * free / total / mixed, 1.0)
        free = mixed
    return free, new
