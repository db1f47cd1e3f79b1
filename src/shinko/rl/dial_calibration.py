"""What each place of a dial comes to, measured on what the chains play there.

Both dials turn both a little: the hotter, the less comes back. So a grid is measured: the chains'
*effective chords*, e^(entropy / T), and the pairs of chords that come again among the first eight,
at each heat and pull. Variety is told where as much comes back as songs let.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from shinko.planning.particles import Player, Playing
from shinko.planning.rows import draw_rows
from shinko.rl.described import Dial
from shinko.rl.dial import PLACE_KNOTS, PULL_KNOTS
from shinko.rl.dial_worlds import DialWorlds
from shinko.rl.diversity import repeated_pairs
from shinko.rl.settings import DialSettings
from shinko.tables.chain import SongChain
from shinko.tables.memory import MODES
from shinko.tables.table import Floats
from shinko.tables.voices import Voice

# Chords that variety is measured over, and that returns are.
LENGTH, FIRST = 16, 8
# Pieces that each place is measured on; of a table that somebody asks about at once.
PLAYED, FEW = 256, 128
# What neighbours differ in at the least, so that a dial turns in one direction.
_APART = 1e-3


def measure_dial(
    settings: DialSettings,
    worlds: DialWorlds,
    on_voice: Callable[[int, int], None] = lambda done, of: None,
) -> dict[str, Any]:
    """What a dial tells, as TOML and JSON have it; see `Dial`.

    Args:
      settings: of the training; they tell the heats.
      worlds: that it plays.
      on_voice: called with how many voices are measured, and of how many.
    """
    measured: list[list[tuple[list[float], list[list[float]]]]] = []
    for voices in worlds.voices:
        of_style = []
        for voice in voices:
            of_style.append(measure(voice, settings.heats(), worlds.pulls, PLAYED))
            on_voice(len(measured) * len(voices) + len(of_style), len(worlds.voices) * len(voices))
        measured.append(of_style)
    return {
        "tables": [list(table) for table in worlds.tables],
        "styles": list(worlds.styles),
        "modes": list(MODES),
        "knots": list(settings.knots()),
        "pulls": list(PULL_KNOTS),
        "places": list(PLACE_KNOTS),
        "heats": list(settings.heats()),
        "effective": [[effective for effective, _ in one] for one in measured],
        "rhos": list(worlds.pulls),
        "returns": [[returns for _, returns in one] for one in measured],
        "length": LENGTH,
        "vocabularies": [worlds.chords_of(n).tolist() for n in range(len(worlds.styles))],
    }


def measured_dial(style: str, mode: str, voice: Voice, like: Dial) -> Dial:
    """The dial of a voice that no policy plays.

    Args:
      style: its name.
      mode: of its songs.
      voice: at heat 1 and pull 0.
      like: a dial to take the places from that are measured at.
    """
    heats = like.heats[::2] if 1.0 in like.heats[::2] else like.heats
    pulls = like.rhos[::2] if 0.0 in like.rhos[::2] else like.rhos
    effective, returns = measure(voice, heats, pulls, FEW)
    return Dial(
        tables=((style, style),),
        styles=(style,),
        modes=(mode,),
        knots=like.knots,
        pulls=like.pulls,
        places=like.places,
        heats=heats,
        effective=((tuple(effective),),),
        rhos=pulls,
        returns=((tuple(map(tuple, returns)),),),
        length=LENGTH,
    )


def measure(
    voice: Voice, heats: Sequence[float], pulls: Sequence[float], count: int
) -> tuple[list[float], list[list[float]]]:
    """Effective chords at each heat, and repeated pairs at each heat and pull; see `Dial`.

    Args:
      voice: at heat 1 and pull 0.
      heats: rising, 1 among them.
      pulls: rising, 0 among them.
      count: pieces that are played at each place.
    """
    entropies, pairs = np.empty((2, len(heats), len(pulls)))
    chain = SongChain([voice.pulled(pull) for pull in pulls])
    for row, heat in enumerate(heats):
        entropy, repeated = _played(chain, len(pulls), heat, count)
        entropies[row], pairs[row] = entropy / LENGTH, repeated
    returns = [rising(row) for row in pairs]
    usual = returns[heats.index(1.0)][pulls.index(0.0)]
    # Where as much comes back as songs let; at heat 1 that is at pull 0.
    there = [np.interp(usual, row, pulls) for row in returns]
    effective = [np.interp(at, pulls, row) for at, row in zip(there, entropies, strict=True)]
    return rising(np.exp(effective)), returns


def _played(chain: SongChain, voices: int, heat: float, count: int) -> tuple[Floats, Floats]:
    """Entropy, and repeated pairs in the first chords, of so many pieces of each voice, (P,).

    The entropy is that of whole rows, not of the chords drawn: it varies less.
    """
    which = np.repeat(np.arange(voices), count)
    playing = Playing(Player(chain, chain.start, ()), len(which))
    playing.state = chain.initial_state(len(which), which[:, None], heats=np.full(len(which), heat))
    rng, entropy, chords = np.random.default_rng(0), np.zeros(len(which)), []
    for _ in range(LENGTH):
        logs = playing.log_chances()
        chances = np.exp(logs)
        entropy -= (chances * logs).sum(axis=1)
        chords.append(draw_rows(chances, rng))
        playing.hear(chords[-1])
    repeated = repeated_pairs(np.array(chords[:FIRST]))
    return tuple(each.reshape(voices, count).mean(axis=1) for each in (entropy, repeated))


def rising(figures: Floats) -> list[float]:
    """The nearest figures that rise, by least squares, each a little above the one before it."""
    blocks: list[list[float]] = []  # of equal value: value and how many
    for figure in figures:
        blocks.append([float(figure), 1.0])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            value, many = blocks.pop()
            before, others = blocks[-1]
            blocks[-1] = [(value * many + before * others) / (many + others), many + others]
    level = [value for value, many in blocks for _ in range(int(many))]
    for place in range(1, len(level)):
        level[place] = max(level[place], level[place - 1] + _APART)
    return [round(value, 4) for value in level]
