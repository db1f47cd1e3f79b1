"""Counting how functions sound in songs, by expectation and maximisation.

Of each chord it is told how likely its colour came again, and how likely it was new; what was new
is counted, and so again, some rounds. So a loop that a song plays often counts as what it is: once
new, and then again. What manner a song is of is told by how likely it is in each.

Conventions: as in `colour`; N chords of all songs.

Source: Dempster, Laird, Rubin (1977), Maximum likelihood from incomplete data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from shinko.planning.process import Ints
from shinko.tables.colour import ALIKE, Palette, kinds_of, most_alike, own_colours
from shinko.tables.table import Floats, TableError
from shinko.theory.colour import Colour

ROUNDS = 20
MANNERS = 3
# As many chords as count for what every chance is like, before any are counted.
_LIKE = 5.0
# A manner leans by as much as so many chords that are like all others allow.
_LEANING = 30.0


@dataclass(frozen=True)
class SoundingSong:
    """A song as functions and their colours.

    Attributes:
      functions: by number, −1 for a chord that is none.
      colours: by number, −1 with a chord that is none.
    """

    functions: tuple[int, ...]
    colours: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class _Chords:
    """The chords of all songs, (N,) each.

    Attributes:
      song: by number.
      function, after, colour: by number; after is F for none.
      alike: how much is the same as at the earlier place.
      same: whether its colour is that of the earlier place.
    """

    song: Ints
    function: Ints
    after: Ints
    colour: Ints
    alike: Ints
    same: Floats


def fit_palette(
    name: str,
    songs: Sequence[SoundingSong],
    vocabulary: tuple[str, ...],
    colours: Sequence[Colour],
    *,
    manners: int = MANNERS,
    rounds: int = ROUNDS,
    min_songs: int = 1,
) -> Palette:
    """How the functions of songs sound.

    Args:
      name: of the style.
      songs: at least one chord.
      vocabulary: the functions.
      colours: that songs have; those of the functions themselves are added.
      manners: Z.
      rounds: of expectation and maximisation; more hardly change anything.
      min_songs: how many songs must have a colour of a function for it to be counted, and before
        the next one for it to be counted there.

    Raises:
      TableError: no chord is there to count.
    """
    every = tuple(dict.fromkeys((*colours, *own_colours(vocabulary))))
    chords = _chords(songs, len(vocabulary))
    if not len(chords.song):
        raise TableError(f"palette {name!r}: no chord to count")
    kept = _kept(chords, min_songs)
    kinds = len(kinds_of(vocabulary))
    palette = Palette(
        name,
        vocabulary,
        every,
        _songs_of(chords, len(vocabulary)),
        *_counts(chords, np.ones(len(chords.song)), kept, len(vocabulary), len(every)),
        np.array([0.0] + [0.5] * ALIKE),
        np.full(manners, 1.0 / manners),
        np.ones((manners, kinds, len(every))),
    )
    # Manners begin by chance; it is always the same.
    belongs = np.random.default_rng(0).dirichlet(np.full(manners, 0.7), len(songs))
    for number in range(rounds):
        palette, belongs = _round(palette, chords, kept, belongs, first=number == 0)
    return palette


def _chords(songs: Sequence[SoundingSong], F: int) -> _Chords:
    parts = []
    for number, song in enumerate(songs):
        functions, colours = np.array(song.functions, int), np.array(song.colours, int)
        earlier, alike = most_alike(functions[None])
        after = np.append(functions[1:], -1)
        after[after < 0] = F
        same = (earlier[0] >= 0) & (colours[earlier[0]] == colours)
        columns = [np.full(len(functions), number), functions, after, colours, alike[0], same]
        parts.append(np.array(columns)[:, functions >= 0])
    every = np.concatenate(parts, axis=1) if parts else np.zeros((6, 0), np.int64)
    numbers, function, after, colour, alike, same = every
    return _Chords(numbers, function, after, colour, alike, same.astype(float))


def _songs_of(chords: _Chords, F: int) -> Ints:
    """How many songs have each function, (F,)."""
    pairs = np.unique(chords.song * F + chords.function)
    return np.bincount(pairs % F, minlength=F)


def _kept(chords: _Chords, min_songs: int) -> tuple[set[tuple[int, ...]], ...] | None:
    """What songs enough have: of functions with the next one, and without; None for all."""
    if min_songs <= 1:
        return None
    rows = np.column_stack([chords.function, chords.after, chords.colour, chords.song])
    told = {tuple(row) for row in rows.tolist()}
    with_next = Counter(row[:3] for row in told)
    without = Counter(pair for pair, _ in {((row[0], row[2]), row[3]) for row in told})
    return tuple(
        {place for place, songs in counted.items() if songs >= min_songs}
        for counted in (with_next, without)
    )


def _counts(
    chords: _Chords,
    new: Floats,
    kept: tuple[set[tuple[int, ...]], ...] | None,
    F: int,
    C: int,
) -> tuple[Ints, Floats]:
    """Places and times of what was new, by how likely each chord was.

    What songs enough have, but not before the next function, counts as before none.
    """
    flat = (chords.function * (F + 1) + chords.after) * C + chords.colour
    every, number = np.unique(flat, return_inverse=True)
    times = np.bincount(number, new)
    places = np.column_stack([every // C // (F + 1), every // C % (F + 1), every % C])
    if kept is None:
        return places, np.maximum(times, 1e-6)
    told = Counter[tuple[int, ...]]()
    for (function, then, colour), count in zip(places.tolist(), times.tolist(), strict=True):
        if (function, colour) in kept[1]:
            alone = (function, then, colour) not in kept[0]
            told[function, F if alone else then, colour] += count
    return np.array(sorted(told)), np.array([max(told[place], 1e-6) for place in sorted(told)])


def _round(
    palette: Palette,
    chords: _Chords,
    kept: tuple[set[tuple[int, ...]], ...] | None,
    belongs: Floats,
    *,
    first: bool,
) -> tuple[Palette, Floats]:
    """One round: the palette that was counted, and P(manner | song), (songs, Z)."""
    (F, C), Z = (len(palette.vocabulary), len(palette.colours)), len(palette.manners)
    pairs = chords.function * (F + 1) + chords.after
    every, number = np.unique(pairs, return_inverse=True)
    rows = palette.rows(every // (F + 1), every % (F + 1))
    drawn = rows[:, number, chords.colour]
    again = palette.again[chords.alike]
    plays = again * chords.same + (1 - again) * drawn
    logs = np.stack([np.bincount(chords.song, row, len(belongs)) for row in np.log(plays)], axis=1)
    if not first:
        logs += np.log(palette.manners)
        belongs = np.exp(logs - logs.max(axis=1, keepdims=True))
        belongs /= belongs.sum(axis=1, keepdims=True)
    by_manner = belongs[chords.song].T  # (Z, N)
    repeated = by_manner * (again * chords.same / plays)
    new = by_manner - repeated
    places, times = _counts(chords, new.sum(axis=0), kept, F, C)
    leanings = _leanings(palette, chords, rows, number, new, first=first)
    return (
        replace(
            palette,
            places=places,
            times=times,
            again=_again(chords, repeated.sum(axis=0)),
            manners=(belongs.sum(axis=0) + 1) / (len(belongs) + Z),
            leanings=leanings,
        ),
        belongs,
    )


def _again(chords: _Chords, repeated: Floats) -> Floats:
    """The chance that a colour comes again, by how much is alike; few lean on all."""
    had = np.bincount(chords.alike, minlength=ALIKE + 1)
    times = np.bincount(chords.alike, repeated, ALIKE + 1)
    mean = times[1:].sum() / max(had[1:].sum(), 1)
    found = (times + _LIKE * mean) / (had + _LIKE)
    found[0] = 0.0
    return np.asarray(found)


def _leanings(
    palette: Palette, chords: _Chords, rows: Floats, number: Ints, new: Floats, *, first: bool
) -> Floats:
    """How much oftener each manner had the colours of each kind than was expected of it."""
    found, F = palette.leanings.copy(), len(palette.vocabulary)
    if len(palette.manners) == 1:
        return found
    every = np.unique(chords.function * (F + 1) + chords.after)
    kind_of_pair, kind = palette.kind[every // (F + 1)], palette.kind[chords.function]
    for manner, weights in enumerate(new):
        had, expected = np.zeros(found.shape[1:]), np.zeros(found.shape[1:])
        np.add.at(had, (kind, chords.colour), weights)
        if first:  # all manners are alike yet: against all songs together
            np.add.at(expected, (kind, chords.colour), new.mean(axis=0))
        else:
            pairs = np.bincount(number, weights, len(every))
            np.add.at(expected, kind_of_pair, pairs[:, None] * rows[manner])
        found[manner] *= (had + _LEANING) / (expected + _LEANING)
    return found
