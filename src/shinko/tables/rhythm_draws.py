"""How long given chords last, as songs have it: drawn by particles.

The chain of `rhythm_chain` tells P of chords and lengths together. Given the chords, lengths are
drawn from what is left of it: each of P particles draws one length after another by the chain, and
is weighed by how likely the next chord is then; where few of them count, they are drawn anew by
their weights. What returns in the chords so comes back after four bars, or eight, as in songs.

Conventions: as in `rhythm`; B pieces of T chords, S styles, P particles.

Source: Del Moral, Doucet and Jasra (2006), Sequential Monte Carlo samplers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shinko.errors import ShinkoError
from shinko.planning.process import Ints
from shinko.planning.rows import draw_at, draw_rows, resample_each
from shinko.tables.chain import free_draws, innovated
from shinko.tables.memory_fitting import freely_drawn
from shinko.tables.rhythm import LONGEST, QUARTERS, Rhythm
from shinko.tables.rhythm_chain import RhythmChain
from shinko.tables.table import Floats
from shinko.tables.voices import Voice

PARTICLES = 32
# Nearly all sections of songs have no more bars than these, or than so many for each chord.
_BARS, _BARS_EACH = 16, 2
# Pieces that are drawn at once.
AT_ONCE = 128


@dataclass(frozen=True)
class Frame:
    """What lengths keep to.

    Attributes:
      grid: places that chords may begin at, in quarters of a bar from its beginning; 0 is one.
      quarters: of the whole, in quarters of a bar; by default as many as come, up to as many as
        nearly all sections of songs have.
      same: of each chord an earlier one that lasts as long; −1 for none. None for none at all.
      first: of the first chords; 0 for one that is open.
      marks: where some chords end, in quarters of a bar, by their place; rising.
    """

    grid: tuple[int, ...] = tuple(range(QUARTERS))
    quarters: int | None = None
    same: tuple[int, ...] | None = None
    first: tuple[int, ...] = ()
    marks: tuple[tuple[int, int], ...] = ()


def draw_lengths(
    styles: Sequence[tuple[Voice, Rhythm]],
    chords: Ints,
    rngs: Sequence[np.random.Generator],
    frame: Frame = Frame(),
    *,
    particles: int = PARTICLES,
) -> Ints:
    """Lengths of the chords of pieces, in quarters of a bar, (B, T).

    Args:
      styles: that a piece may be of, all alike likely; its chords tell which.
      chords: by number, (B, T), none after itself.
      rngs: the source of chance of each piece, so that it doesn't matter how many are drawn.
      frame: what the lengths keep to; a piece ends where a bar does.
      particles: of each piece, P.

    Raises:
      ShinkoError: nothing keeps to the frame.
    """
    parts = [
        _drawn(
            styles,
            chords[begin : begin + AT_ONCE],
            rngs[begin : begin + AT_ONCE],
            frame,
            particles,
        )
        for begin in range(0, len(chords), AT_ONCE)
    ]
    return np.concatenate(parts)


def _drawn(
    styles: Sequence[tuple[Voice, Rhythm]],
    chords: Ints,
    rngs: Sequence[np.random.Generator],
    frame: Frame,
    particles: int,
) -> Ints:
    (B, T), P = chords.shape, particles
    # Of each step: what draws the particles anew, twice, and what draws the length of each.
    chance = np.array([rng.random((T + 1, P + 2)) for rng in rngs])
    which = np.tile(np.arange(P) % len(styles), B)
    V = styles[0][0].innovations.shape[-1]
    chain = RhythmChain([rhythm for _, rhythm in styles], which, V)
    pieces = np.repeat(np.arange(B), P)
    logs = np.zeros((B, P))
    for place in range(T):
        free = np.array(
            [
                freely_drawn(
                    voice.innovations, voice.recall.trust, chords[:, :place], chords[:, place]
                )[0]
                for voice, _ in styles
            ]
        )
        likely = chain.hear_chord(chords[pieces, place], free[which, pieces])
        logs += np.log(likely).reshape(B, P)
        which = which[_kept(chain, logs, chance[:, place, 0])]
        chances = chain.length_chances() * _allowed(chain, frame, place, T)
        sums = chances.sum(axis=1)
        with np.errstate(divide="ignore"):
            logs += np.log(sums).reshape(B, P)
        if np.isneginf(logs).all(axis=1).any():
            raise ShinkoError(_stuck(frame, T))
        if (sums == 0).any():  # of these none is drawn anew
            which = which[_kept(chain, logs, chance[:, place, 1], least=P)]
            chances = chain.length_chances() * _allowed(chain, frame, place, T)
        chain.hear_length(draw_at(chances, chance[:, place, 2:].ravel()) + 1)
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    chosen = np.arange(B) * P + draw_at(weights, chance[:, T, 0])
    return np.asarray(chain.lengths[chosen])


def chords_in(
    styles: Sequence[tuple[Voice, Rhythm]], quarters: int, count: int, rng: np.random.Generator
) -> Ints:
    """How many chords pieces have in so many quarters of a bar, (count,), as the chain plays them.

    Args:
      styles: that a piece may be of, all alike likely.
      quarters: of a bar, of the whole.
      count: pieces.
      rng: the source of chance.
    """
    which = np.arange(count) % len(styles)
    voices = [voice for voice, _ in styles]
    tables = np.array([voice.innovations for voice in voices])
    trust = np.array([voice.recall.trust for voice in voices])[which, None]
    chain = RhythmChain([rhythm for _, rhythm in styles], which, tables.shape[-1])
    rows = np.arange(count)
    while (chain.places[:, -1] < quarters).any():
        innovations = innovated(tables, which[:, None], chain.chords)
        free = free_draws(innovations, trust, np.zeros_like(trust), chain.chords)[:, 0]
        chord = draw_rows(chain.chord_chances(free), rng)
        chain.hear_chord(chord, free[rows, chord])
        chain.hear_length(draw_rows(chain.length_chances(), rng) + 1)
    return np.asarray((chain.places[:, :-1] < quarters).sum(axis=1))


def _kept(chain: RhythmChain, logs: Floats, chance: Floats, least: float | None = None) -> Ints:
    """Draw the particles of a piece anew, by a number from 0 to 1 of each, where few count.

    Returns:
      Which particle each is now, (B·P,).
    """
    B, P = logs.shape
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    few = 1.0 / (weights**2).sum(axis=1) <= (P / 2 if least is None else least)
    chosen = np.tile(np.arange(P), (B, 1))
    if not few.any():
        return np.arange(B * P)
    chosen[few] = resample_each(weights[few], chance[few])
    logs[few] = 0.0
    numbers = (np.arange(B)[:, None] * P + chosen).ravel()
    chain.keep(numbers)
    return np.asarray(numbers)


def _allowed(chain: RhythmChain, frame: Frame, place: int, T: int) -> Floats:
    """Which lengths keep to a frame, (B·P, LONGEST); at the end how likely a section ends so."""
    begins = chain.places[:, -1:]
    ends = begins + np.arange(1, LONGEST + 1)
    left = T - 1 - place
    on_grid = np.isin(np.arange(QUARTERS), frame.grid).astype(float)
    allowed: Floats = on_grid[ends % QUARTERS]
    # The others need at least a step of the grid each, and may last LONGEST at most.
    step = QUARTERS // len(frame.grid)
    most = QUARTERS * max(_BARS, _BARS_EACH * T) if frame.quarters is None else frame.quarters
    allowed *= ends + left * step <= most
    if frame.quarters is not None:
        allowed *= ends + left * LONGEST >= frame.quarters
    for chord, end in frame.marks:
        if chord >= place:
            between = chord - place
            allowed *= (ends + between * step <= end) & (ends + between * LONGEST >= end)
            allowed *= (ends == end) if not between else 1.0
            break
    if frame.same is not None and frame.same[place] >= 0:
        same = chain.lengths[:, frame.same[place], None]
        allowed *= np.arange(1, LONGEST + 1) == same
    if place < len(frame.first) and frame.first[place]:
        allowed *= np.arange(1, LONGEST + 1) == frame.first[place]
    if not left:
        allowed *= chain.ends() if frame.quarters is None else ends == frame.quarters
    return allowed


def _stuck(frame: Frame, T: int) -> str:
    if frame.quarters is None:
        return f"no rhythm of {T} chords ends where a bar does; choose `rhythm` even"
    return (
        f"no rhythm of {T} chords fills {frame.quarters / QUARTERS:g} bars; choose other `bars`, "
        "or another number of chords"
    )
