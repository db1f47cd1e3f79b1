"""Scale degrees of a chord as plain fields, and how they are read in another frame.

Conventions:
  - Degrees count from the major scale of a tonic; an alteration is -1 (♭), 0 or +1 (♯).
  - The *tonic frame* counts from the tonic of the key, also in minor: i, ♭III, V7. People
    write this way, and so do analyses of songs in minor.
  - The *relative frame* counts from the relative major: in A minor, A minor is vi. Hooktheory's
    ids are written this way. In major keys both frames are one.
"""

from functools import lru_cache
from typing import NamedTuple

from shinko.theory.keys import RELATIVE_FIFTHS
from shinko.theory.notes import MAJOR_SCALE_FIFTHS, interval_fifths
from shinko.theory.qualities import QUALITIES

_DEGREES_IN_FIFTHS = (4, 1, 5, 2, 6, 3, 7)  # places -1..5 above the tonic
# Degrees of the major scale that carry a minor (or diminished) chord.
_MINOR_DEGREES = frozenset({(2, 0), (3, 0), (6, 0), (7, 0), (1, 1), (2, 1), (4, 1), (5, 1), (6, 1)})
# The same in a minor key, seen from its tonic; V is major, as a dominant is.
_MINOR_KEY_MINOR_DEGREES = _MINOR_DEGREES | {(1, 0), (4, 0)}
# Places that the natural, harmonic and melodic minor scale take, above the tonic.
_MINOR_SCALES = (
    frozenset({0, 2, -3, -1, 1, -4, -2}),
    frozenset({0, 2, -3, -1, 1, -4, 5}),
    frozenset({0, 2, -3, -1, 1, 3, 5}),
)
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
def to_tonic_frame(parts: ChordParts) -> ChordParts:
    """Read a chord of the relative frame from the tonic of the minor key: vi becomes i.

    An applied chord becomes plain when its target is the tonic (V7/vi becomes V7), when it is
    the major triad on the tonic, and when all its notes lie in one of the minor scales (V/V
    becomes IV). The letter of a borrowed mode is dropped: it speaks of the relative major.
    """
    parts = _moved(parts, -RELATIVE_FIFTHS)
    if parts.applied is None:
        return parts
    root = root_fifths(parts)
    target = (parts.applied, parts.applied_alteration)
    on_tonic = root == 0 and parts.quality == ""
    if target == (1, 0) or on_tonic or _diatonic_in_minor(root, parts.quality):
        return _plain(parts, root)
    minor = target in _MINOR_KEY_MINOR_DEGREES
    return parts._replace(applied_minor=_told(target, minor))


@lru_cache(maxsize=4096)
def to_relative_frame(parts: ChordParts) -> ChordParts:
    """Read a chord written from the tonic of a minor key from its relative major: i becomes vi."""
    parts = _moved(parts, RELATIVE_FIFTHS)
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


def _diatonic_in_minor(root: int, quality: str) -> bool:
    places = {root + interval_fifths(interval) for interval in QUALITIES[quality]}
    return any(places <= scale for scale in _MINOR_SCALES)


def _told(target: tuple[int, int], minor: bool) -> bool | None:
    return None if minor == (target in _MINOR_DEGREES) else minor
