"""What windows of chords are like, in figures; and whether a classifier tells two kinds apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np

from shinko.theory import Key, parse_token

# Numbers that pairs and triples of chords are counted under.
SLOTS = 256
DISTANCES = (1, 2, 3, 4, 6, 8)
FOLDS = 3


@dataclass(frozen=True)
class Window:
    """Some chords of a section.

    Attributes:
      chords: by number.
      mode: of the section.
      place: of the first chord in the section.
      group: windows of one group (a song) are learned from or asked about together.
    """

    chords: tuple[int, ...]
    mode: int
    place: int
    group: int


def form(windows: Sequence[Window], vocabulary: Sequence[str]) -> dict[str, float]:
    """Halves alike, pairs that came before, distinct chords; and in minor where the tonic is."""
    tonic, relative = on_root(vocabulary, 9), on_root(vocabulary, 0)
    minor = [window.chords for window in windows if window.mode == 1]
    every = [window.chords for window in windows]
    half = len(every[0]) // 2
    figures = {
        "halves_alike": [chords[:half] == chords[half:] for chords in every],
        "repeated_pairs": [len(chords) - 1 - len(set(pairwise(chords))) for chords in every],
        "distinct": [len(set(chords)) for chords in every],
        "no_tonic_in_minor": [not tonic & set(chords[1:]) for chords in minor],
        "relative_major_in_minor": [
            sum(chord in relative for chord in chords) >= sum(chord in tonic for chord in chords)
            for chords in minor
        ],
    }
    return {name: round(float(np.mean(values)), 3) for name, values in figures.items()}


def on_root(vocabulary: Sequence[str], semitones: int) -> set[int]:
    """The chords on a root, so many semitones above the tonic of the major key: in minor 9 are i,
    i7, i6, and I too.
    """
    key = Key.parse("C")
    return {
        number
        for number, token in enumerate(vocabulary)
        if parse_token(token).pitch_classes(key)[0] == semitones
    }


def auc(real: Sequence[Window], played: Sequence[Window], vocabulary: Sequence[str]) -> float:
    """How well gradient boosting tells real windows from played ones; see `told_apart`."""
    numerals = [str(parse_token(token)).split("/")[0] for token in vocabulary]
    seventh = np.array([numeral.endswith(("7", "65", "43", "42")) for numeral in numerals])
    inverted = np.array([numeral.endswith(("6", "64", "65", "43", "42")) for numeral in numerals])
    windows = [*real, *played]
    told = np.array([_figures(window.chords, seventh, inverted) for window in windows])
    return told_apart(told, len(real), [window.group for window in windows])


def told_apart(told: np.ndarray, real: int, groups: Sequence[int] | Sequence[str]) -> float:
    """AUC of gradient boosting, each group asked about by what the others teach: 0.5 is none.

    Args:
      told: figures of each window, those of songs first.
      real: how many these are.
      groups: of the windows.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score

    is_real = np.arange(len(told)) < real
    names, number = np.unique(np.array(groups), return_inverse=True)
    fold = np.random.default_rng(0).integers(0, FOLDS, len(names))[number]
    scores = []
    for asked in range(FOLDS):
        model = HistGradientBoostingClassifier(
            max_iter=80, learning_rate=0.07, max_leaf_nodes=12, early_stopping=False, random_state=0
        )
        model.fit(told[fold != asked], is_real[fold != asked])
        found = model.predict_proba(told[fold == asked])[:, 1]
        scores.append(roc_auc_score(is_real[fold == asked], found))
    return round(float(np.mean(scores)), 3)


def _figures(chords: tuple[int, ...], seventh: np.ndarray, inverted: np.ndarray) -> np.ndarray:
    """Counts of chords and of what stands together, where, and how it returns."""
    numbers, half = list(chords), len(chords) // 2
    together = [
        list(enumerate(chords)),
        list(pairwise(chords)),
        list(zip(chords, chords[1:], chords[2:], strict=False)),
        list(zip(chords, chords[2:], strict=False)),
        list(zip(chords, chords[4:], strict=False)),
    ]
    slots = np.zeros((len(together), SLOTS))
    for row, each in zip(slots, together, strict=True):
        for one in each:
            row[crc32(repr(one).encode()) % SLOTS] += 1
    returns = [
        sum(one == other for one, other in zip(chords, chords[distance:], strict=False))
        for distance in DISTANCES
    ]
    pairs = list(pairwise(chords))
    loops = sum(one == other for one, other in zip(pairs, pairs[2:], strict=False))
    shape = [
        *(chords[0], chords[-1], len(set(chords)), len(pairs) - len(set(pairs)), loops),
        *(chords[:half] == chords[half:], seventh[numbers].sum(), inverted[numbers].sum()),
    ]
    counts = np.bincount(numbers, minlength=len(seventh))
    return np.concatenate([counts, slots.ravel(), returns, shape])
