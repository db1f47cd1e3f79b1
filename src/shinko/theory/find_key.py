"""The key that chord symbols are in: the best fit of roots and kinds of chord to key profiles.

Each of the 24 keys scores the log-probability of the chords, by degree and kind, in songs of its
mode; the key whose tonic chord comes first, last or after its V or IV gets more. Keys that share
their chords (C major and A minor) are told apart by little else than that, and a short loop may be
in either. Other modes are told, never found: a piece in D dorian gets the major or minor key that
fits best.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise, product

from shinko.theory.keys import Key, Mode
from shinko.theory.names import ChordName
from shinko.theory.notes import Note
from shinko.theory.qualities import QUALITIES

# Per mille of the chords of a song, by semitones above the tonic (rows) and kind (columns: major,
# dominant seventh, minor, diminished, without a third); every song counts the same.
# Source: our counts of 1,292 songs with their keys, McGill Billboard (Burgoyne, Wild & Fujinaga
# 2011, CC0; its modes are inferred) and POP909-CL (MIT). The songs that benchmarks/key_finding.py
# holds out are not among them.
KINDS = ("major", "seventh", "minor", "diminished", "no third")
PROFILES: dict[Mode, tuple[tuple[int, ...], ...]] = {
    "major": (
        (246, 27, 3, 0, 12),
        (2, 0, 0, 0, 0),
        (9, 7, 68, 1, 2),
        (9, 1, 1, 1, 0),
        (5, 3, 55, 0, 1),
        (166, 11, 9, 0, 4),
        (2, 0, 0, 2, 0),
        (148, 34, 6, 0, 16),
        (8, 1, 0, 1, 0),
        (5, 3, 93, 0, 3),
        (24, 2, 1, 0, 1),
        (1, 1, 1, 1, 0),
    ),
    "minor": (
        (15, 1, 256, 0, 18),
        (5, 0, 1, 0, 0),
        (3, 1, 3, 3, 0),
        (95, 2, 1, 0, 5),
        (1, 0, 1, 0, 0),
        (26, 8, 96, 0, 5),
        (2, 0, 0, 0, 0),
        (41, 12, 85, 0, 7),
        (127, 1, 1, 0, 2),
        (1, 0, 3, 3, 0),
        (152, 3, 1, 0, 9),
        (1, 0, 0, 0, 0),
    ),
}
# A chord that no song had is rare, not impossible: a third of the smallest count above. Up to four
# per mille it moves what is right by 0.2 points.
RAREST = 1 / 3
# The constants below are nats, in steps of a quarter: with profiles of one half of the songs they
# were tried on the other half and on two more corpora, in whole songs, sections and windows, and
# are a compromise between the modes. BENCHMARKS.md tells what is lost without each.
# A tonic chord at an end. In songs and sections the last one is worth 0.6 points; in windows that
# are cut off before an end it misleads as often as it helps.
FIRST, LAST = 2.0, 1.0
# V, V7 or IV that goes to the tonic. More helps major keys at the cost of minor ones.
CADENCE = 0.5
# Against minor keys, the rarer ones: 21 % of the songs of those corpora.
MINOR = 0.5
MOST_ACCIDENTALS = 7

_TONICS: dict[Mode, tuple[str, ...]] = {"major": ("major", "seventh"), "minor": ("minor",)}
# In nats.
_LOGS = {
    mode: [[math.log(max(count, RAREST) / 1000) for count in row] for row in rows]
    for mode, rows in PROFILES.items()
}
_KEYS: list[tuple[Mode, int]] = list(product(PROFILES, range(12)))
_Sound = tuple[int, int]  # pitch class of the root, index of the kind


def find_key(names: Sequence[ChordName]) -> Key:
    """The key that chords are most likely in; C major for no chords.

    The same chords always give the same key: of equal ones major, then the lowest tonic from C.
    A tonic of two names (F♯, G♭) is spelled as the roots of the chords are.
    """
    if not names:
        return Key(Note("C"))
    sounds = [(name.root.pitch_class, _kind(name.quality)) for name in names]
    # A song repeats itself: what comes again is counted, and looked at once.
    chords, steps = Counter(sounds), Counter(pairwise(sounds))
    scores = _scores(chords, steps, (sounds[0], sounds[-1]))
    mode, tonic = _KEYS[max(range(len(_KEYS)), key=scores.__getitem__)]
    roots = Counter(name.root.fifths for name in names)
    return min(_spellings(tonic, mode), key=lambda key: _distance(key, roots))


def _scores(
    chords: Mapping[_Sound, int],
    steps: Mapping[tuple[_Sound, _Sound], int],
    ends: tuple[_Sound, _Sound],
) -> list[float]:
    """Of each key in nats; sums without rounding on the way, so that equal keys are equal."""
    worth: list[list[float]] = [[] for _ in _KEYS]
    for sound, times in chords.items():
        for each, log in zip(worth, _logs(sound), strict=True):
            each.append(times * log)
    for end, more in zip(ends, (FIRST, LAST), strict=True):
        for number in _tonic_of(end):
            worth[number].append(more)
    for (before, after), times in steps.items():
        for number in _cadence_of(before, after):
            worth[number].append(CADENCE * times)
    return [
        math.fsum(each) - MINOR * (mode == "minor")
        for each, (mode, _) in zip(worth, _KEYS, strict=True)
    ]


@cache
def _logs(sound: _Sound) -> list[float]:
    """What a chord is worth to each key."""
    root, kind = sound
    return [_LOGS[mode][(root - tonic) % 12][kind] for mode, tonic in _KEYS]


@cache
def _tonic_of(sound: _Sound) -> list[int]:
    """The keys whose tonic a chord is, by number."""
    return [number for number, key in enumerate(_KEYS) if _is_tonic(sound, *key)]


@cache
def _cadence_of(before: _Sound, after: _Sound) -> list[int]:
    """The keys in which a step is a cadence, by number."""
    return [number for number, key in enumerate(_KEYS) if _is_cadence(before, after, *key)]


def _is_tonic(sound: _Sound, mode: Mode, tonic: int) -> bool:
    """Whether a chord is I, I7 or i; one without a third may be either."""
    root, kind = sound
    return root == tonic and KINDS[kind] in (*_TONICS[mode], "no third")


def _is_cadence(before: _Sound, after: _Sound, mode: Mode, tonic: int) -> bool:
    """Whether V, V7, or the subdominant of the mode, goes to the tonic."""
    root, kind = before
    dominant = root == (tonic + 7) % 12 and KINDS[kind] in _TONICS["major"]
    subdominant = root == (tonic + 5) % 12 and KINDS[kind] in _TONICS[mode]
    return (dominant or subdominant) and _is_tonic(after, mode, tonic)


@lru_cache(maxsize=256)
def _kind(quality: str) -> int:
    intervals = QUALITIES[quality]
    if "♭3" in intervals:
        return KINDS.index("diminished" if "♭5" in intervals else "minor")
    if "3" in intervals:
        return KINDS.index("seventh" if "♭7" in intervals else "major")
    return KINDS.index("no third")


@lru_cache(maxsize=24)
def _spellings(tonic: int, mode: Mode) -> list[Key]:
    """The keys on a pitch class with at most seven accidentals, those with the fewest first."""
    keys = [Key(Note.from_fifths(fifths), mode) for fifths in range(-7, 13)]
    found = [
        key
        for key in keys
        if key.tonic_pitch_class == tonic and abs(key.fifths) <= MOST_ACCIDENTALS
    ]
    return sorted(found, key=lambda key: abs(key.fifths))


def _distance(key: Key, roots: Mapping[int, int]) -> int:
    """How far roots lie from the middle of the scale, along the line of fifths, all together."""
    middle = key.fifths + 2
    return sum(times * abs(root - middle) for root, times in roots.items())
