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
from numpy.typing import NDArray

from shinko.planning.process import Ints
from shinko.tables.chain import copied, followed, innovated
from shinko.tables.innovations import innovations_of
from shinko.tables.memory import (
    FLOOR,
    LAGS,
    MODES,
    PLACES,
    Recall,
    SongStyle,
    too_long,
    trust_at,
)
from shinko.tables.modes import in_other_mode
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
# What few songs are taken to be like counts as so many chords of each state.
_LIKE = 100.0
# The two modes that all songs are counted in.
_PLAIN = MODES[:2]


@dataclass(frozen=True)
class CountedSection:
    """A section of a song.

    Attributes:
      song: its number.
      mode: 0 for major, 1 for minor.
      chords: by number, none after itself, at least one.
      modal: another mode that it keeps to the chords of; see `modes.mode_of`.
      closes: which of `CLOSES` its last chord is; none where the section is cut off there.
      begins: whether the section begins here; else it was cut off before.
      places: where each chord begins and the last one ends, in quarters of a bar from the
        section's beginning; none where that isn't known.
    """

    song: int
    mode: int
    chords: tuple[int, ...]
    modal: str | None = None
    closes: str = ""
    begins: bool = True
    places: tuple[int, ...] = ()


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
    vocabulary: tuple[str, ...],
    *,
    rounds: int = ROUNDS,
    trust: float = TRUST,
    like: Recall | None = None,
) -> SongStyle:
    """The style of songs.

    Args:
      name: of the songs.
      sections: theirs.
      vocabulary: the chords.
      rounds: of expectation and maximisation; more hardly change anything.
      trust: see `Recall`.
      like: what few songs are taken to be like where they tell too little; by default nothing.

    Raises:
      TableError: there is no section.
    """
    if not sections:
        raise TableError(f"style {name!r}: no section to count; expected one or more")
    groups = [_side_by_side(sections, mode) for mode in range(len(_PLAIN))]
    free = [np.ones(group.chords.shape) for group in groups]
    recall = _first_recall(trust) if like is None else like
    for _ in range(rounds):
        counts = _new(groups, free, vocabulary)
        tables = [innovations_of(counts, vocabulary, mode) for mode in _PLAIN]
        expected = [
            _expect(recall, table, group) for table, group in zip(tables, groups, strict=True)
        ]
        recall = _counted(expected, trust, like)
        free = [one.free for one in expected]
    return SongStyle(name, _new(groups, free, vocabulary), recall, songs=_songs(sections))


def _songs(sections: Sequence[CountedSection]) -> dict[str, int]:
    told = {(_PLAIN[one.mode], one.song) for one in sections}
    told |= {(one.modal, one.song) for one in sections if one.modal}
    return {mode: sum(own == mode for own, _ in told) for mode in MODES}


@dataclass(frozen=True, eq=False)
class _Group:
    """Sections of a mode side by side, longest first.

    Attributes:
      chords: (N, T).
      lengths: (N,).
      first: whether each is the first of its like in its song, (N,).
      begins: whether a section begins with each, (N,).
      modal: the number in `MODES` of another mode that each keeps to, −1 for none, (N,).
    """

    chords: Ints
    lengths: Ints
    first: Floats
    begins: NDArray[np.bool_]
    modal: Ints


def _side_by_side(sections: Sequence[CountedSection], mode: int) -> _Group:
    own = sorted((one for one in sections if one.mode == mode), key=lambda one: -len(one.chords))
    lengths = np.array([len(one.chords) for one in own], np.int64)
    chords = np.zeros((len(own), lengths.max(initial=0)), np.int64)
    known: set[tuple[int, tuple[int, ...]]] = set()
    first = np.zeros(len(own))
    for number, one in enumerate(own):
        chords[number, : len(one.chords)] = one.chords
        first[number] = (one.song, one.chords) not in known
        known.add((one.song, one.chords))
    modal = np.array([MODES.index(one.modal) if one.modal else -1 for one in own], np.int64)
    begins = np.array([one.begins for one in own], bool)
    return _Group(chords, lengths, first, begins, modal)


def _first_recall(trust: float) -> Recall:
    states = len(LAGS) + 1
    entry = np.where(too_long(), 0.0, 1.0)
    entry[:, 0] += entry.sum(axis=1)  # half of all are free
    slip = np.full(states, 0.05)
    slip[0] = 1.0
    return Recall(np.full(states, 0.8), slip, entry / entry.sum(axis=1, keepdims=True), trust)


def _new(groups: Sequence[_Group], free: Sequence[Floats], vocabulary: tuple[str, ...]) -> Floats:
    """How often each chord followed two others by mode, in the measure that it was new."""
    V = len(vocabulary)
    counts = np.zeros((len(MODES), V + 1, V + 1, V))
    for number, (group, weights) in enumerate(zip(groups, free, strict=True)):
        there = np.arange(group.chords.shape[1]) < group.lengths[:, None]
        new = np.where(there, group.first[:, None] * weights, 0.0)
        # Where sections begin, every one counts.
        new[:, :1] = np.where(there[:, :1] & group.begins[:, None], weights[:, :1], 0.0)
        _count(counts[number], group.chords, there, new)
        for modal in np.unique(group.modal[group.modal >= 0]):
            own = group.modal == modal
            moved = in_other_mode(vocabulary, _PLAIN[number], MODES[modal])[group.chords[own]]
            _count(counts[modal], moved, there[own], new[own])
    return counts


def _count(counts: Floats, chords: Ints, there: NDArray[np.bool_], weights: Floats) -> None:
    """Add how often each chord followed two others, (V + 1, V + 1, V); V is the beginning."""
    begun = np.concatenate([np.full((len(chords), 2), counts.shape[-1]), chords], axis=1)
    before, last = begun[:, :-2][there], begun[:, 1:-1][there]
    np.add.at(counts, (before, last, chords[there]), weights[there])


def _counted(expected: Sequence[_Expected], trust: float, like: Recall | None) -> Recall:
    """How a style copies itself, of what its sections probably did."""
    stayed, left, entered, slipped, copies = (
        np.sum([getattr(one, name) for one in expected], axis=0)
        for name in ("stayed", "left", "entered", "slipped", "copied")
    )
    few: dict[str, tuple[Floats | float, float]] = {"stay": _STAYED, "slip": _SLIPPED}
    if like is None:
        pooled = np.where(too_long(), 0.0, entered.sum(axis=0) + 1e-9)
        entry = pooled / pooled.sum(axis=1, keepdims=True)
    else:
        entry = like.entry
        few = {"stay": (_LIKE * like.stay, _LIKE), "slip": (_LIKE * like.slip, _LIKE)}
    (stays, of_stays), (slips, of_slips) = few["stay"], few["slip"]
    slip = np.clip((slipped + slips) / (copies + of_slips), 0.001, 0.9)
    slip[0] = 1.0
    entries = np.where(too_long(), 0.0, entered) + ENTRIES * entry
    return Recall(
        (stayed + stays) / (stayed + left + of_stays),
        slip,
        entries / entries.sum(axis=1, keepdims=True),
        trust,
    )


def _expect(recall: Recall, innovations: Floats, group: _Group) -> _Expected:
    """Forward and backward through all sections of a mode, place by place."""
    chords, lengths = group.chords, group.lengths
    (N, T), Z, V = chords.shape, len(LAGS) + 1, innovations.shape[-1]
    stay = recall.stay
    states = np.broadcast_to(recall.entry[0], (N, Z))
    plays, freely, new, heard, likely = [], [], [], [], []
    for place in range(T):
        going = int((lengths > place).sum())  # the longest come first
        played, chord = chords[:going, :place], chords[:going, place]
        free, share = freely_drawn(innovations, recall.trust, played, chord)
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


def freely_drawn(
    innovations: Floats, trust: float, played: Ints, chord: Ints
) -> tuple[Floats, Floats]:
    """P of a free draw of a chord (B,) after what was played, and how much of it is new, (B,)."""
    rows, V = np.arange(len(chord)), innovations.shape[-1]
    which = np.zeros((len(chord), 1), np.int64)
    free = innovated(innovations[None], which, played)[rows, 0, chord]
    new = np.ones(len(chord))
    for counts in followed(played, V):
        kinds = trust * trust_at(played.shape[1]) * (counts > 0).sum(axis=1)
        total = np.where(kinds > 0, counts.sum(axis=1) + kinds, 1.0)
        mixed = np.where(kinds > 0, (counts[rows, chord] + kinds * free) / total, free)
        # Of what can't be drawn nothing tells how new it is.
        table = np.divide(kinds * free / total, mixed, out=np.ones(len(chord)), where=mixed > 0)
        new *= np.where(kinds > 0, table, 1.0)
        free = mixed
    return free, new
