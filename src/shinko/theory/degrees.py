"""Scale degrees of a chord as plain fields, and how they are read in another frame.

Conventions:
  - Degrees count from the major scale of a tonic; an alteration is -1 (♭), 0 or +1 (♯).
  - The *tonic frame* counts from the tonic of the key, also in minor and the other modes: i,
    ♭III, V7. People write this way, and so do analyses of songs in minor.
  - The *relative frame* counts from the relative major: in A minor, A minor is vi; in D dorian,
    D minor is ii. Hooktheory's ids are written this way. In major keys both frames are one.
"""

from functools import cache, lru_cache
from typing import NamedTuple

from shinko.theory.keys import MODES, Mode, scale_fifths
from shinko.theory.notes import MAJOR_SCALE_FIFTHS, interval_fifths
from shinko.theory.qualities import QUALITIES

_DEGREES_IN_FIFTHS = (4, 1, 5, 2, 6, 3, 7)  # places -1..5 above the tonic
# Degrees of the major scale that carry a minor (or diminished) chord.
_MINOR_DEGREES = frozenset({(2, 0), (3, 0), (6, 0), (7, 0), (1, 1), (2, 1), (4, 1), (5, 1), (6, 1)})
# Places above the tonic that the harmonic and the melodic minor scale take.
_OTHER_MINOR_SCALES = (frozenset({0, 2, -3, -1, 1, -4, 5}), frozenset({0, 2, -3, -1, 1, 3, 5}))
# Read from another tonic, roots flatter than ♭V become their sharper twin: VII, not ♭I.
_FLATTEST = -6
_SHARPEST = 12


class ChordParts(NamedTuple):
    """What a Roman numeral says, field by field; the meaning is told in RomanChord."""

    degree: int
    alteration: int = 0
    quality: str = ""
    inversion: int = 0
    applied: int | None = None
    applied_alteration: int = 0
    applied_minor: bool | None = None
    mode: str = ""
    slash: int | None = None
    slash_alteration: int = 0


def degree_fifths(degree: int, alteration: int = 0) -> int:
    """How far along the line of fifths a degree lies above its tonic: 5 is 1, ♭7 is -2."""
    return MAJOR_SCALE_FIFTHS[degree - 1] + 7 * alteration


def degree_at(fifths: int) -> tuple[int, int]:
    """The degree and its alteration at a place above the tonic: -2 is (7, -1)."""
    alteration, index = divmod(fifths + 1, 7)
    return _DEGREES_IN_FIFTHS[index], alteration


@cache
def lowered_degrees(mode: Mode) -> frozenset[int]:
    """The degrees that the scale of a mode has lower than the major scale: 3, 6, 7 in minor."""
    places = map(degree_at, scale_fifths(mode))
    return frozenset(degree for degree, alteration in places if alteration < 0)


def target_is_minor(parts: ChordParts) -> bool:
    """Whether the target of an applied chord is written in lower case, as in V7/ii."""
    if parts.applied_minor is not None:
        return parts.applied_minor
    return (parts.applied, parts.applied_alteration) in _MINOR_DEGREES


def root_fifths(parts: ChordParts) -> int:
    """How far the root lies above the tonic of its frame, along the line of fifths."""
    fifths = degree_fifths(parts.degree, parts.alteration)
    if parts.applied is not None:
        fifths += degree_fifths(parts.applied, parts.applied_alteration)
    return fifths


def bass_fifths(parts: ChordParts) -> int:
    """How far the bass lies above the tonic of its frame, along the line of fifths."""
    if parts.slash is not None:
        return degree_fifths(parts.slash, parts.slash_alteration)
    return root_fifths(parts) + interval_fifths(QUALITIES[parts.quality][parts.inversion])


@lru_cache(maxsize=4096)
def to_tonic_frame(parts: ChordParts, mode: Mode) -> ChordParts:
    """Read a chord of the relative frame from the tonic of a mode: in minor, vi becomes i.

    An applied chord becomes plain when its target is the tonic (V7/vi becomes V7), when it is
    the major triad on the tonic, and when all its notes lie in the mode's scale, in minor in
    one of the three minor scales (V/V becomes IV). The letter of a borrowed mode is dropped: it
    speaks of the relative major. In major both frames are one.
    """
    if mode == "major":
        return parts
    parts = _moved(parts, -MODES[mode].fifths)
    if parts.applied is None:
        return parts
    root = root_fifths(parts)
    target = (parts.applied, parts.applied_alteration)
    on_tonic = root == 0 and parts.quality == ""
    if target == (1, 0) or on_tonic or _diatonic(root, parts.quality, mode):
        return _plain(parts, root)
    return parts._replace(applied_minor=_told(target, target in _minor_degrees(mode)))


@lru_cache(maxsize=4096)
def to_relative_frame(parts: ChordParts, mode: Mode) -> ChordParts:
    """Read a chord written from the tonic of a mode from its relative major: i becomes vi."""
    if mode == "major":
        return parts
    parts = _moved(parts, MODES[mode].fifths)
    if (parts.applied, parts.applied_alteration) == (1, 0):
        return _plain(parts, root_fifths(parts))
    return parts


def _moved(parts: ChordParts, shift: int) -> ChordParts:
    if parts.slash is not None:
        slash, slash_alteration = _moved_degree(parts.slash, parts.slash_alteration, shift)
        parts = parts._replace(slash=slash, slash_alteration=slash_alteration)
    if parts.applied is not None:
        applied, alteration = _moved_degree(parts.applied, parts.applied_alteration, shift)
        return parts._replace(
            applied=applied, applied_alteration=alteration, applied_minor=None, mode=""
        )
    degree, alteration = _moved_degree(parts.degree, parts.alteration, shift)
    return parts._replace(degree=degree, alteration=alteration, mode="")


def _moved_degree(degree: int, alteration: int, shift: int) -> tuple[int, int]:
    fifths = degree_fifths(degree, alteration) + shift
    if fifths < _FLATTEST:
        fifths += 12
    elif fifths > _SHARPEST:
        fifths -= 12
    return degree_at(fifths)


def _plain(parts: ChordParts, root: int) -> ChordParts:
    degree, alteration = degree_at(root)
    return parts._replace(
        degree=degree,
        alteration=alteration,
        applied=None,
        applied_alteration=0,
        applied_minor=None,
    )


def _diatonic(root: int, quality: str, mode: Mode) -> bool:
    places = {root + interval_fifths(interval) for interval in QUALITIES[quality]}
    return any(places <= scale for scale in _scales(mode))


@cache
def _scales(mode: Mode) -> tuple[frozenset[int], ...]:
    """The places that a mode's scale takes above the tonic; minor has three scales."""
    scale = frozenset(scale_fifths(mode))
    return (scale, *_OTHER_MINOR_SCALES) if mode == "minor" else (scale,)


@cache
def _minor_degrees(mode: Mode) -> frozenset[tuple[int, int]]:
    """The degrees that carry a minor (or diminished) chord, seen from the tonic of a mode.

    On its scale the mode decides, elsewhere the major scale. V of minor is major, as a dominant
    is; in dorian and mixolydian it is v.
    """
    scale = scale_fifths(mode)
    minor = {degree_at(place) for place in scale if place + interval_fifths("♭3") in scale}
    if mode == "minor":
        minor.discard((5, 0))
    return frozenset(minor | (_MINOR_DEGREES - {degree_at(place) for place in scale}))


def _told(target: tuple[int, int], minor: bool) -> bool | None:
    return None if minor == (target in _MINOR_DEGREES) else minor
