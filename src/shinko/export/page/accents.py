"""Letters with accents that a font lacks, such as those of Vietnamese, put together from its own.

Conventions: font units, y upward. A letter is what Unicode says it is: the longest beginning that
the font has, and marks, which are drawn as the font's spacing accents and punctuation are.
"""

import unicodedata
from typing import Any, NamedTuple

Bounds = tuple[float, float, float, float]
"""Left, bottom, right, top."""

_GAP_EM = 0.04  # between a letter and what stands above or below it
_DOTLESS = {"i": "ı", "j": "ȷ"}


class _Mark(NamedTuple):
    """A mark: the character that looks like it, its size against that, and where it goes."""

    sign: str
    scale: float = 1.0
    place: str = "above"


_MARKS = {
    "\u0300": _Mark("`"),
    "\u0301": _Mark("´"),
    "\u0302": _Mark("ˆ"),
    "\u0303": _Mark("˜"),
    "\u0304": _Mark("ˉ"),
    "\u0306": _Mark("˘"),
    "\u0307": _Mark("˙"),
    "\u0308": _Mark("¨"),
    "\u0309": _Mark("?", 0.32),  # the hook, without the dot
    "\u030a": _Mark("˚"),
    "\u030b": _Mark("˝"),
    "\u030c": _Mark("ˇ"),
    "\u031b": _Mark("’", 0.7, "beside"),  # the horn of o and u
    "\u0323": _Mark(".", 0.9, "below"),
    "\u0326": _Mark(",", 0.8, "below"),
    "\u0327": _Mark("¸", 1.0, "below"),
}


def composed(char: str, font: Any) -> tuple[str, float] | None:
    """The path of a character that is put together, and its advance; None where that can't be."""
    from fontTools.pens.recordingPen import DecomposingRecordingPen  # type: ignore[import-untyped]
    from fontTools.pens.svgPathPen import SVGPathPen  # type: ignore[import-untyped]
    from fontTools.pens.transformPen import TransformPen  # type: ignore[import-untyped]

    names, glyphs = font.getBestCmap(), font.getGlyphSet()
    base, marks = _parted(char, names)
    if not marks or not all(mark in _MARKS and ord(_MARKS[mark].sign) in names for mark in marks):
        return None
    if any(_MARKS[mark].place == "above" for mark in marks):
        dotless = _DOTLESS.get(base, base)
        base = dotless if ord(dotless) in names else base
    whole = DecomposingRecordingPen(glyphs)
    glyphs[names[ord(base)]].draw(whole)
    advance = glyphs[names[ord(base)]].width
    gap = _GAP_EM * font["head"].unitsPerEm
    letter = _bounds(whole.value)
    middle = (letter[0] + letter[2]) / 2
    for mark in map(_MARKS.__getitem__, marks):
        drawn = DecomposingRecordingPen(glyphs)
        glyphs[names[ord(mark.sign)]].draw(drawn)
        outline = _without_dot(drawn.value) if mark.sign == "?" else drawn.value
        left, bottom, right, top = (mark.scale * side for side in _bounds(outline))
        now = _bounds(whole.value)
        match mark.place:
            case "above":
                x, y = middle - (left + right) / 2, now[3] + gap - bottom
            case "below":
                x, y = middle - (left + right) / 2, min(now[1], 0) - gap - top
            case _:
                x, y = letter[2] - 0.6 * (right - left) - left, letter[3] - 0.6 * top - 0.4 * bottom
                advance = max(advance, x + right + gap / 2)
        moved = DecomposingRecordingPen(glyphs)
        _replay(outline, TransformPen(moved, (mark.scale, 0, 0, mark.scale, x, y)))
        whole.value += moved.value
    pen = SVGPathPen(glyphs)
    _replay(whole.value, pen)
    return pen.getCommands(), advance


def _parted(char: str, names: Any) -> tuple[str, str]:
    """The longest beginning that the font has, and the marks that are left."""
    whole = unicodedata.normalize("NFD", char)
    for end in range(len(whole) - 1, 0, -1):
        beginning = unicodedata.normalize("NFC", whole[:end])
        if len(beginning) == 1 and ord(beginning) in names:
            return beginning, whole[end:]
    return char, ""


def _bounds(outline: Any) -> Bounds:
    from fontTools.pens.boundsPen import BoundsPen  # type: ignore[import-untyped]

    pen = BoundsPen(None)
    _replay(outline, pen)
    return pen.bounds or (0, 0, 0, 0)


def _without_dot(outline: Any) -> Any:
    """The contours of a question mark that don't lie on the baseline."""
    contours: list[Any] = []
    for step in outline:
        if step[0] == "moveTo":
            contours.append([])
        contours[-1].append(step)
    top = max(_bounds(contour)[3] for contour in contours)
    return [step for contour in contours if _bounds(contour)[3] == top for step in contour]


def _replay(outline: Any, pen: Any) -> None:
    for operation, points in outline:
        getattr(pen, operation)(*points)
