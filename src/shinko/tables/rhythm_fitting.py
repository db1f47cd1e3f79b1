"""Counting how long chords last from the sections of songs, by expectation and maximisation.

What each section probably did, which bars it copied and what was new, is told by going through it
forward and backward; that is counted, and so again, some rounds.

Conventions: as in `rhythm`; N sections side by side, the longest first, T chords.

Source: Baum, Petrie, Soules and Weiss (1970).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from shinko.planning.process import Ints
from shinko.tables.memory import FLOOR, SongStyle
from shinko.tables.memory_fitting import CountedSection
from shinko.tables.rhythm import (
    BARS,
    BARS_TOLD,
    KINDS,
    LONGEST,
    QUARTERS,
    ROUND,
    Rhythm,
    Slips,
    bar_of,
    kind_of,
    reaches,
)
from shinko.tables.rhythm_chain import free_lengths, sounded
from shinko.tables.rhythm_groups import TimedGroup, side_by_side
from shinko.tables.table import Floats, TableError

ROUNDS = 8
_Z = len(BARS) + 1
# Seen before anything was: the share, and of how many.
_STAYED, _CHORDS, _LENGTHS, _OTHERS = (0.8, 20.0), (0.05, 20.0), (0.1, 20.0), (0.5, 20.0)
# Entries of a bar, in entries of all bars that they are mixed with.
_ENTRIES = 30.0
# What few songs are taken to be like counts as so many events of each state, and so many lengths.
_LIKE, _LIKE_LENGTHS = 100.0, 200.0
# A copy is never sure, nor never kept to.
_LEAST, _MOST = 0.002, 0.95


@dataclass(eq=False)
class _Counts:
    """What sections probably did, summed over them; see `Rhythm`."""

    stayed: Floats = field(default_factory=lambda: np.zeros((KINDS, _Z)))
    left: Floats = field(default_factory=lambda: np.zeros((KINDS, _Z)))
    entered: Floats = field(default_factory=lambda: np.zeros((KINDS, BARS_TOLD + 1, _Z)))
    chords: Floats = field(default_factory=lambda: np.zeros((2, _Z)))  # drawn freely, of how many
    lengths: Floats = field(default_factory=lambda: np.zeros((2, _Z)))  # of copied chords
    others: Floats = field(default_factory=lambda: np.zeros((2, _Z)))  # of other chords
    new: Floats = field(default_factory=lambda: np.zeros((ROUND, LONGEST + 1, LONGEST)))

    def add(self, other: _Counts) -> None:
        for each in fields(self):
            getattr(self, each.name).__iadd__(getattr(other, each.name))


def fit_rhythm(
    sections: Sequence[CountedSection],
    style: SongStyle,
    vocabulary: tuple[str, ...],
    *,
    rounds: int = ROUNDS,
    like: Rhythm | None = None,
) -> Rhythm:
    """How long the chords of songs last.

    Args:
      sections: of the songs; those whose places aren't known aren't counted.
      style: that was fitted to them; its table draws chords freely.
      vocabulary: the chords.
      rounds: of expectation and maximisation; more hardly change anything.
      like: what few songs are taken to be like where they tell too little; by default nothing.

    Raises:
      TableError: no section tells how long its chords last.
    """
    timed = [one for one in sections if one.places]
    if not timed:
        raise TableError(f"style {style.name!r}: no section that tells how long chords last")
    groups = [side_by_side(timed, mode, style, vocabulary) for mode in range(2)]
    rhythm = _first(groups, timed) if like is None else like
    for _ in range(rounds):
        counts = _Counts()
        lengths = rhythm.lengths()
        for group in groups:
            counts.add(_expect(rhythm, lengths, group, len(vocabulary)))
        rhythm = _counted(counts, rhythm.ends, like)
    return rhythm


def _first(groups: Sequence[TimedGroup], sections: Sequence[CountedSection]) -> Rhythm:
    """What to begin with: half of all events are free, and every length is new."""
    entry = np.where(reaches(), 1.0, 0.0)
    entry[:, 0] += entry.sum(axis=1)
    entry /= entry.sum(axis=1, keepdims=True)
    slips = (np.full(_Z, share) for share, _ in (_CHORDS, _LENGTHS, _OTHERS))
    counts = _Counts()
    for group in groups:
        for place in range(group.chords.shape[1]):
            _count(counts.new, group, place, np.ones(group.going(place)))
    return Rhythm(
        np.full((KINDS, _Z), _STAYED[0]),
        np.tile(entry, (KINDS, 1, 1)),
        Slips(*(_free_at_first(slip) for slip in slips)),
        counts.new,
        _ends(sections),
    )


def _ends(sections: Sequence[CountedSection]) -> Floats:
    """How likely a section ends at a kind of place, against the likeliest; never within a bar."""
    ended, all_ends = np.zeros(KINDS), np.ones(KINDS)
    for one in sections:
        all_ends += np.bincount(kind_of(one.places[1:]), minlength=KINDS)
        if one.closes:
            ended[kind_of(one.places[-1])] += 1
    ended[KINDS - 1] = 0.0
    if not ended.any():  # nothing tells how sections end
        ended[: KINDS - 1] = 1.0
    shares = ended / all_ends
    return np.asarray(shares / shares.max())


def _free_at_first(slips: Floats) -> Floats:
    """The state that copies nothing draws all of its chords and lengths."""
    return np.concatenate([[1.0], slips[1:]])


def _count(new: Floats, group: TimedGroup, place: int, weights: Floats) -> None:
    """Add how often each length was new at a place in a section."""
    going = len(weights)
    before = group.lengths[:going, place - 1] if place else np.zeros(going, np.int64)
    at = group.places[:going, place] % ROUND
    np.add.at(new, (at, before, group.lengths[:going, place] - 1), weights)


@dataclass(frozen=True, eq=False)
class _Event:
    """Of N sections at one event: P of chord and length in each state, and their parts, (N, Z).

    Attributes:
      plays: P of both.
      chord: P of the chord; `drawn` of it by drawing freely.
      length: P of the length; `drawn_length` of it by drawing freely.
      can: whether the state can copy; `same` whether that is the chord that came.
    """

    plays: Floats
    chord: Floats
    drawn: Floats
    length: Floats
    drawn_length: Floats
    can: NDArray[np.bool_]
    same: NDArray[np.bool_]


def _event(rhythm: Rhythm, lengths: Floats, group: TimedGroup, place: int, V: int) -> _Event:
    going = group.going(place)
    played, places = group.chords[:going, :place], group.places[:going, : place + 1]
    chord, length = group.chords[:going, place], group.lengths[:going, place]
    target, goes_on, can = sounded(played, places)
    same = can & (target == chord[:, None])
    slip = np.where(can, rhythm.slips.chord, 1.0)
    drawn = (1 - FLOOR) * slip * group.free[:going, place, None] + FLOOR / V
    by_chord = drawn + (1 - FLOOR) * (1 - slip) * same
    slip = np.where(can, np.where(same, rhythm.slips.length, rhythm.slips.other), 1.0)
    before = group.lengths[:going, place - 1] if place else np.zeros(going, np.int64)
    free = free_lengths(
        lengths[places[:, -1] % ROUND, before],
        group.lengths[:going, :place],
        places[:, :-1] % QUARTERS == places[:, -1:] % QUARTERS,
        played == chord[:, None],
    )[np.arange(going), length - 1]
    drawn_length = slip * free[:, None]
    by_length = drawn_length + (1 - slip) * (goes_on == length[:, None])
    return _Event(by_chord * by_length, by_chord, drawn, by_length, drawn_length, can, same)


def _expect(rhythm: Rhythm, lengths: Floats, group: TimedGroup, V: int) -> _Counts:
    """Forward and backward through all sections of a mode, event by event."""
    counts, T = _Counts(), group.chords.shape[1]
    events, heard, likely = list[_Event](), list[Floats](), list[Floats]()
    states = np.broadcast_to(rhythm.entry[0, 0], (len(group.chords), _Z))
    for place in range(T):
        event = _event(rhythm, lengths, group, place, V)
        joint = states[: len(event.plays)] * event.plays
        likely.append(joint.sum(axis=1))
        heard.append(joint / likely[-1][:, None])
        events.append(event)
        stay, entry = _onward(rhythm, group, place, len(joint))
        anew = ((1 - stay) * heard[-1]).sum(axis=1, keepdims=True)
        states = stay * heard[-1] + anew * entry
    later: Floats = np.ones((0, _Z))
    for place in reversed(range(T)):
        now, event = heard[place], events[place]
        told = np.ones(now.shape)
        if place + 1 < T:
            going = len(later)
            message = events[place + 1].plays * later / likely[place + 1][:, None]
            stay, entry = _onward(rhythm, group, place, going)
            kinds, bars = _at(group, place, going)
            anew, worth = (1 - stay) * now[:going], (message * entry).sum(axis=1)
            np.add.at(counts.stayed, kinds, stay * now[:going] * message)
            np.add.at(counts.left, kinds, anew * worth[:, None])
            np.add.at(
                counts.entered, (kinds, bars), entry * anew.sum(axis=1, keepdims=True) * message
            )
            told[:going] = stay * message + (1 - stay) * worth[:, None]
        probably = now * told
        probably = probably / probably.sum(axis=1, keepdims=True)
        copied = probably * event.can
        counts.chords += [(copied * event.drawn / event.chord).sum(axis=0), copied.sum(axis=0)]
        free = event.drawn_length / event.length
        for into, where in ((counts.lengths, event.same), (counts.others, ~event.same)):
            into += [(copied * where * free).sum(axis=0), (copied * where).sum(axis=0)]
        _count(counts.new, group, place, (probably * free).sum(axis=1))
        later = told
    if T:
        counts.entered[0, 0] += (heard[0] * later).sum(axis=0)
    return counts


def _at(group: TimedGroup, place: int, going: int) -> tuple[Ints, Ints]:
    """Kinds and bars of where an event ends."""
    ends = group.places[:going, place + 1]
    return kind_of(ends), bar_of(ends)


def _onward(rhythm: Rhythm, group: TimedGroup, place: int, going: int) -> tuple[Floats, Floats]:
    """Chances to go on, and of the states drawn anew, after an event, (N, Z) each."""
    kinds, bars = _at(group, place, going)
    return rhythm.stay[kinds], rhythm.entry[kinds, bars]


def _counted(counts: _Counts, ends: Floats, like: Rhythm | None) -> Rhythm:
    """The rhythm that was counted; of few songs it leans on another one."""
    stay, slips, new = _STAYED, (_CHORDS, _LENGTHS, _OTHERS), counts.new
    there = reaches()
    if like is None:
        pooled = counts.entered.sum(axis=1, keepdims=True)
        lean = np.where(there, pooled + 1e-9, 0.0)
        lean /= lean.sum(axis=-1, keepdims=True)
        means: tuple[Floats | float, ...] = (stay[0], *(share for share, _ in slips))
        weights = [stay[1], *(of for _, of in slips)]
    else:
        lean, weights = like.entry, [_LIKE] * 4
        means = (like.stay, like.slips.chord, like.slips.length, like.slips.other)
        new = new + like.counts * (_LIKE_LENGTHS / like.counts.sum())
    entry = np.where(there, counts.entered, 0.0) + _ENTRIES * lean
    told = (counts.chords, counts.lengths, counts.others)
    found = [
        _free_at_first(np.clip((drawn + mean * of) / (total + of), _LEAST, _MOST))
        for (drawn, total), mean, of in zip(told, means[1:], weights[1:], strict=True)
    ]
    return Rhythm(
        (counts.stayed + means[0] * weights[0]) / (counts.stayed + counts.left + weights[0]),
        entry / entry.sum(axis=-1, keepdims=True),
        Slips(*found),
        new,
        ends,
    )
