"""Hooktheory's chord ids as text: "1", "57/5", "b7", "L27", "464".

A digit is the degree, figures follow (6 and 64; 7, 65, 43 and 42), "/x" applies the chord to
degree x, and a letter in front borrows it from another mode of the same tonic. A chord is
diatonic in its mode: third, fifth and seventh come from that scale. In a minor key, and in any
other mode, ids count from the relative major.

Source: the chord ids of Hooktheory's Trends API.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from shinko.theory.degrees import ChordParts, degree_at, root_fifths, to_tonic_frame
from shinko.theory.keys import Mode
from shinko.theory.notes import MAJOR_SCALE_FIFTHS, interval_fifths
from shinko.theory.numerals import write_roman
from shinko.theory.qualities import QUALITIES, ChordError

# The flattest note of each mode, in fifths from the tonic; a scale is seven fifths in a row.
# Letters stand in the order in which a chord that several modes share is looked up.
# Mixolydian stands before Dorian for the one chord that both have and Aeolian lacks,
# ♭VIImaj7: Hooktheory's lists have M77 more often than D77.
MODES = {"": -1, "b": -4, "M": -2, "D": -3, "L": 0, "Y": -5, "C": -6}
_MODE_NAMES = "b Aeolian, D Dorian, Y Phrygian, L Lydian, M Mixolydian, C Locrian"

# Figures -> (number of notes, inversion).
_FIGURES = {
    "": (3, 0),
    "6": (3, 1),
    "64": (3, 2),
    "7": (4, 0),
    "65": (4, 1),
    "43": (4, 2),
    "42": (4, 3),
}
_ID = re.compile(r"([bDYLMC]?)([1-7])(64|65|6|7|43|42)?(?:/([1-7]))?")
# Ids that Hooktheory doesn't use: it lists II as 5/5 and ♭IImaj7 as C27.
_UNUSED = re.compile(r"L2|Y2(7|65|43|42)")


class ChordIdError(ChordError):
    """A text is not a Hooktheory chord id."""


@lru_cache(maxsize=4096)
def read_id(text: str) -> ChordParts:
    """Read a chord id, counted from the major scale.

    Raises:
      ChordIdError: an unknown letter, degree or figure, or a borrowed chord that is applied.
    """
    match = _ID.fullmatch(text)
    if match is None:
        if re.match("[A-Za-z][1-7]", text) and text[0] not in MODES:
            raise ChordIdError(f"chord id {text!r}: no mode {text[0]!r}; known: {_MODE_NAMES}")
        raise ChordIdError(
            f"chord id {text!r}: a degree 1 to 7 is expected, then a figure 6, 64, 7, 65, 43 or "
            "42, then /degree; as in '1', '565', '57/5', or borrowed as in 'b7'"
        )
    if match[1] and match[4]:
        raise ChordIdError(
            f"chord id {text!r}: a borrowed chord is not applied; leave out {match[1]!r} "
            f"or '/{match[4]}'"
        )
    mode, degree, figures, applied = match.groups()
    size, inversion = _FIGURES[figures or ""]
    places = [_place(int(degree) + 2 * third, mode) for third in range(size)]
    quality = _qualities()[tuple(place - places[0] for place in places)]
    return ChordParts(
        int(degree),
        degree_at(places[0])[1],
        quality,
        inversion,
        int(applied) if applied else None,
        mode=mode,
    )


def is_id(text: str) -> bool:
    """Whether a text is a chord id."""
    match = _ID.fullmatch(text)
    return match is not None and not (match[1] and match[4])


@lru_cache(maxsize=8192)
def write_id(parts: ChordParts) -> str | None:
    """The id that says exactly these fields, mode and target too; None if there is none."""
    size = len(QUALITIES[parts.quality])
    for figures, shape in _FIGURES.items():
        if shape == (size, parts.inversion):
            target = f"/{parts.applied}" if parts.applied else ""
            text = f"{parts.mode}{parts.degree}{figures}{target}"
            if is_id(text) and read_id(text) == parts._replace(applied_minor=None):
                return text
    return None


@lru_cache(maxsize=8192)
def ids_that_sound(parts: ChordParts, mode: Mode = "major") -> tuple[str, ...]:
    """All ids that sound like a chord of the relative frame, the best one first.

    First the id that says the same fields; then ids that show the same numeral (from the tonic
    of the key's mode), so that II7 gives L27 and V7/V gives 57/5; then those with the same
    spelling. Among equals diatonic ids lead, then applied dominants, then borrowed chords.
    """
    if parts.slash is not None:
        return ()
    exact, same = write_id(parts), ids_by_sound(parts)
    shown, root = _shown(parts, mode), root_fifths(parts)
    ranked = sorted(
        same,
        key=lambda i: (
            i != exact,
            _shown(read_id(i), mode) != shown,
            root_fifths(read_id(i)) != root,
        ),
    )
    return tuple(ranked) if exact is None or exact in same else (exact, *ranked)


def ids_by_sound(parts: ChordParts) -> tuple[str, ...]:
    """Ids that sound like a chord: diatonic, then applied dominants, then borrowed chords."""
    if parts.slash is not None:
        return ()
    return _by_sound().get((root_fifths(parts) * 7 % 12, parts.quality, parts.inversion), ())


def _shown(parts: ChordParts, mode: Mode) -> str:
    return write_roman(to_tonic_frame(parts, mode))


def _place(degree: int, mode: str) -> int:
    """Fifths above the tonic of a degree of a mode's scale; degrees go round after 7."""
    flattest = MODES[mode]
    return flattest + (MAJOR_SCALE_FIFTHS[(degree - 1) % 7] - flattest) % 7


@lru_cache(maxsize=1)
def _qualities() -> dict[tuple[int, ...], str]:
    return {
        tuple(interval_fifths(interval) for interval in intervals): quality
        for quality, intervals in QUALITIES.items()
    }


@lru_cache(maxsize=1)
def _by_sound() -> dict[tuple[int, str, int], tuple[str, ...]]:
    """(pitch class of the root above the tonic, quality, inversion) -> ids, in order."""
    ids: dict[tuple[int, str, int], tuple[str, ...]] = {}
    for text in _ids_in_order():
        parts = read_id(text)
        sound = (root_fifths(parts) * 7 % 12, parts.quality, parts.inversion)
        ids[sound] = (*ids.get(sound, ()), text)
    return ids


def _ids_in_order() -> Iterator[str]:
    yield from (f"{degree}{figures}" for degree in range(1, 8) for figures in _FIGURES)
    for dominant in (5, 7):
        for target in range(2, 8):
            yield from (f"{dominant}{figures}/{target}" for figures in _FIGURES)
    for mode in list(MODES)[1:]:
        for degree in range(1, 8):
            ids = (f"{mode}{degree}{figures}" for figures in _FIGURES)
            yield from (text for text in ids if not _UNUSED.fullmatch(text))
