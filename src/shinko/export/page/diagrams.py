"""Chord diagrams as SVG: the neck of a guitar or a ukulele, a piano's keys.

Conventions: a diagram is a <g> whose top left corner is 0 0; lengths are 1/100 mm, y grows
downward. Texts are plain <text>; a page turns them into outlines. Strings are counted from 0 as
they are drawn from the left, a guitar's from low E, a ukulele's from G; fingers 1..4 from the
index; pitches are MIDI numbers (60 = C4).
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from shinko.errors import ShinkoError

GUITAR_STRINGS, UKULELE_STRINGS, MOST_FRETS = 6, 4, 24
PITCHES = range(128)

NAME_HEIGHT, NAME_SIZE = 520.0, 420.0

_STRING_GAP, _NECK_LEFT, _NECK_TOP, _NECK_HEIGHT = 230.0, 130.0, 250.0, 1300.0
_ROWS = 4
_DOT, _DIGIT, _MARK, _POSITION = 100.0, 180.0, 65.0, 270.0
_NECK_SIDES = 2 * _NECK_LEFT + 400  # with the number of the fret
GUITAR_WIDTH = _NECK_SIDES + (GUITAR_STRINGS - 1) * _STRING_GAP
UKULELE_WIDTH = _NECK_SIDES + (UKULELE_STRINGS - 1) * _STRING_GAP
NECK_HEIGHT = _NECK_TOP + _NECK_HEIGHT + 60

_WHITE_WIDTH, _WHITE_HEIGHT, _BLACK_WIDTH, _BLACK_HEIGHT = 160.0, 850.0, 100.0, 530.0
_MOST_SEMITONES = 36
_WHITE = (0, 2, 4, 5, 7, 9, 11)
# Keyboards begin at C or F and end at E or B, where no black key is cut off.
_BEGINS, _ENDS = (0, 5), (4, 11)
PIANO_HEIGHT = _WHITE_HEIGHT + 40
SOUNDING = "#3a7fc4"
"""A blue that is told from black and from white when it is printed without colour."""


class DiagramError(ShinkoError):
    """A diagram can't be drawn of the given strings or pitches."""


def guitar_diagram(
    name: str,
    frets: Sequence[int | None],
    fingers: Sequence[int | None] | None = None,
    barres: Sequence[tuple[int, int, int]] = (),
) -> str:
    """A guitar chord, GUITAR_WIDTH wide and NECK_HEIGHT tall, and NAME_HEIGHT more with a name.

    Args:
      name: what stands above it; "" for nothing.
      frets: for each string from low E: 0 for open, None for not played.
      fingers: for each string the finger that stops it; 0 or None for none.
      barres: where one finger lies across strings: fret, thickest string, thinnest string.

    Raises:
      DiagramError: there aren't six strings, or a fret lies beyond the neck.
    """
    if len(frets) != GUITAR_STRINGS or not _on_the_neck(frets):
        raise DiagramError(
            f"guitar chord {list(frets)}: give six strings from low E, each a fret 0 to "
            f"{MOST_FRETS} or None"
        )
    return _neck(name, frets, fingers, barres)


def ukulele_diagram(
    name: str,
    frets: Sequence[int | None],
    fingers: Sequence[int | None] | None = None,
    barres: Sequence[tuple[int, int, int]] = (),
) -> str:
    """A ukulele chord, UKULELE_WIDTH wide; else as a guitar's, with four strings from G.

    Raises:
      DiagramError: there aren't four strings, or a fret lies beyond the neck.
    """
    if len(frets) != UKULELE_STRINGS or not _on_the_neck(frets):
        raise DiagramError(
            f"ukulele chord {list(frets)}: give four strings from G, each a fret 0 to "
            f"{MOST_FRETS} or None"
        )
    return _neck(name, frets, fingers, barres)


def piano_diagram(name: str, pitches: Sequence[int]) -> str:
    """The keys of a chord, `piano_width` wide and PIANO_HEIGHT tall, NAME_HEIGHT more with a name.

    Args:
      name: what stands above it; "" for nothing.
      pitches: what sounds. Where they lie wider than three octaves, the lowest moves up an octave
        or two, as far as it stays the lowest.

    Raises:
      DiagramError: there is no pitch, or one is no MIDI number.
    """
    shown = _folded(pitches)
    first, last = _keyboard(shown)
    keys = range(first, last + 1)
    parts = []
    whites = [key for key in keys if key % 12 in _WHITE]
    for place, key in enumerate(whites):
        fill = SOUNDING if key in shown else "#fff"
        parts.append(
            f'<rect x="{20 + place * _WHITE_WIDTH:g}" y="20" width="{_WHITE_WIDTH:g}" '
            f'height="{_WHITE_HEIGHT:g}" fill="{fill}" stroke="#000" stroke-width="14"/>'
        )
    for key in keys:
        if key % 12 not in _WHITE:
            x = 20 + sum(white < key for white in whites) * _WHITE_WIDTH - _BLACK_WIDTH / 2
            fill = SOUNDING if key in shown else "#000"
            parts.append(
                f'<rect x="{x:g}" y="20" width="{_BLACK_WIDTH:g}" height="{_BLACK_HEIGHT:g}" '
                f'fill="{fill}" stroke="#000" stroke-width="14"/>'
            )
    return _named(name, "".join(parts), piano_width(pitches) / 2)


def piano_width(pitches: Sequence[int]) -> float:
    """How wide the diagram of some pitches is.

    Raises:
      DiagramError: there is no pitch, or one is no MIDI number.
    """
    first, last = _keyboard(_folded(pitches))
    return 40 + _WHITE_WIDTH * sum(key % 12 in _WHITE for key in range(first, last + 1))


def _on_the_neck(frets: Sequence[int | None]) -> bool:
    return all(fret in range(MOST_FRETS + 1) for fret in frets if fret is not None)


def _neck(
    name: str,
    frets: Sequence[int | None],
    fingers: Sequence[int | None] | None,
    barres: Sequence[tuple[int, int, int]],
) -> str:
    stopped = [fret for fret in frets if fret]
    first = 1 if max(stopped, default=0) <= _ROWS else min(stopped)
    rows = max(_ROWS, max(stopped, default=0) - first + 1)
    row_height = _NECK_HEIGHT / rows
    parts = [_grid(len(frets), rows, first)]
    for barred, low, high in barres:
        y = _NECK_TOP + (barred - first + 0.5) * row_height
        parts.append(
            f'<path d="M{_string_x(low):g} {y:g}H{_string_x(high):g}" stroke="#000" '
            f'stroke-width="{1.3 * _DOT:g}" stroke-linecap="round"/>'
        )
    for string, fret in enumerate(frets):
        x = _string_x(string)
        if fret:
            y = _NECK_TOP + (fret - first + 0.5) * row_height
            finger = fingers[string] if fingers else None
            parts.append(_dot(x, y, min(_DOT, 0.4 * row_height), finger))
        else:
            parts.append(_mark(x, open_string=fret == 0))
    return _named(name, "".join(parts), (_NECK_LEFT + _string_x(len(frets) - 1)) / 2)


def _named(name: str, drawing: str, middle: float) -> str:
    if not name:
        return f'<g class="diagram">{drawing}</g>'
    return (
        f'<g class="diagram"><text x="{middle:g}" y="{0.75 * NAME_HEIGHT:g}" '
        f'font-size="{NAME_SIZE:g}" text-anchor="middle">{escape(name)}</text>'
        f'<g transform="translate(0 {NAME_HEIGHT:g})">{drawing}</g></g>'
    )


def _string_x(string: int) -> float:
    return _NECK_LEFT + string * _STRING_GAP


def _grid(strings: int, rows: int, first: int) -> str:
    right, bottom = _string_x(strings - 1), _NECK_TOP + _NECK_HEIGHT
    lines = [f"M{_string_x(string):g} {_NECK_TOP:g}V{bottom:g}" for string in range(strings)] + [
        f"M{_NECK_LEFT:g} {_NECK_TOP + row * _NECK_HEIGHT / rows:g}H{right:g}"
        for row in range(rows + 1)
    ]
    grid = f'<path d="{"".join(lines)}" fill="none" stroke="#000" stroke-width="14"/>'
    if first == 1:
        return grid + (
            f'<path d="M{_NECK_LEFT - 7:g} {_NECK_TOP - 20:g}H{right + 7:g}" fill="none" '
            'stroke="#000" stroke-width="55"/>'
        )
    y = _NECK_TOP + _NECK_HEIGHT / rows / 2 + _POSITION / 3
    return grid + (
        f'<text x="{right + 1.4 * _DOT:g}" y="{y:g}" font-size="{_POSITION:g}">{first}fr</text>'
    )


def _dot(x: float, y: float, radius: float, finger: int | None) -> str:
    dot = f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}"/>'
    if not finger:
        return dot
    return dot + (
        f'<text x="{x:g}" y="{y + 0.34 * _DIGIT:g}" font-size="{_DIGIT:g}" font-weight="bold" '
        f'text-anchor="middle" fill="#fff">{finger}</text>'
    )


def _mark(x: float, *, open_string: bool) -> str:
    y = _NECK_TOP - 60 - _MARK
    if open_string:
        return (
            f'<circle cx="{x:g}" cy="{y:g}" r="{_MARK:g}" fill="none" stroke="#000" '
            'stroke-width="16"/>'
        )
    left, right, top, bottom = x - _MARK, x + _MARK, y - _MARK, y + _MARK
    return (
        f'<path d="M{left:g} {top:g}L{right:g} {bottom:g}M{right:g} {top:g}L{left:g} {bottom:g}" '
        'fill="none" stroke="#000" stroke-width="18"/>'
    )


def _folded(pitches: Sequence[int]) -> list[int]:
    if not pitches or any(pitch not in PITCHES for pitch in pitches):
        raise DiagramError(f"piano chord {list(pitches)}: give one or more MIDI pitches 0 to 127")
    lowest, *upper = sorted(set(pitches))
    while upper and upper[-1] - lowest >= _MOST_SEMITONES and lowest + 12 < upper[0]:
        lowest += 12
    return [lowest, *upper]


def _keyboard(pitches: Sequence[int]) -> tuple[int, int]:
    first = next(key for key in range(pitches[0], -1, -1) if key % 12 in _BEGINS)
    last = next(key for key in range(pitches[-1], pitches[-1] + 12) if key % 12 in _ENDS)
    return first, last
