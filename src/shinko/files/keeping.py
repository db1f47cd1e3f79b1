"""What a format can't hold of a piece, counted: nothing is left out in silence."""

from collections.abc import Mapping, Sequence

from shinko.errors import FieldError
from shinko.files.sheet import SongSheet
from shinko.score.progression import Progression
from shinko.score.words import line_count

WORDS, DETAILS, MELODY, STYLES, TURNS, SLOWER = (
    *("words", "details", "melody", "styles of sections", "keys and tempos of sections"),
    "ritardando",
)
_HEARD = {MELODY, STYLES, TURNS, SLOWER}
# What each format holds of all that a piece may have beside its chords.
KEPT: Mapping[str, set[str]] = {
    "midi": _HEARD,
    "musicxml": {MELODY, TURNS, SLOWER},
    "svg": {MELODY, TURNS, SLOWER},
    "pdf": {MELODY, TURNS, SLOWER},
    "diagrams": set(),
    "diagrams-pdf": set(),
    "wav": _HEARD,
    "flac": _HEARD,
    "mp3": _HEARD,
    "txt": {STYLES, TURNS, SLOWER},
    "line": set(),
    "chordpro": {WORDS, DETAILS, TURNS, SLOWER},
    "nashville": {TURNS, SLOWER},
    "abc": {MELODY, TURNS, SLOWER},
    "ireal": {TURNS, SLOWER},
    "json": {WORDS, DETAILS, MELODY, STYLES, TURNS, SLOWER},
}
IN_PLACE = "chordpro"
"""The format that a sheet is written in as it is."""


def check_holds(progression: Progression, formats: Sequence[str]) -> None:
    """Hold that something of a piece is left in each format.

    Raises:
      FieldError: it is a melody without chords, and a format holds chords alone.
    """
    for name in formats if progression.melody_alone else ():
        if MELODY not in KEPT[name]:
            able = ", ".join(one for one, kept in KEPT.items() if MELODY in kept)
            raise FieldError(
                "formats", name, f"one that holds a melody: {able}", "it has no chords"
            )


def left_out(
    progression: Progression, name: str, sheet: SongSheet | None, *, in_place: bool
) -> list[str]:
    """What a format leaves out of a piece: "12 lines of words", "artist".

    Args:
      name: of the format.
      sheet: the song as it is written, if that is known.
      in_place: whether the sheet itself is written, where the format is the sheet's.
    """
    if in_place and sheet is not None and name == IN_PLACE:
        return []
    held = KEPT[name]
    told = [text for kind, text in _has(progression).items() if kind not in held]
    beside = {} if sheet is None else sheet.beside
    return told + [_count(number, kind) for kind, number in beside.items() if number]


def _has(progression: Progression) -> dict[str, str]:
    """What a piece has beside its chords, and how much of it."""
    sections, has = progression.sections, dict[str, str]()
    if lines := line_count(progression.lyrics):
        has[WORDS] = _count(lines, "line of words")
    if progression.details:
        names = list(dict.fromkeys(name for name, _ in progression.details))
        has[DETAILS] = ", ".join(names)
    if progression.melody:
        has[MELODY] = f"a melody of {_count(len(progression.melody), 'note')}"
    if styles := sum(bool(one.style) for one in sections):
        has[STYLES] = _count(styles, "style of a section", "styles of sections")
    if turns := sum(one.key is not None or one.tempo_bpm is not None for one in sections):
        has[TURNS] = f"the key or tempo of {_count(turns, 'section')}"
    if progression.ritardando:
        has[SLOWER] = "the ritardando"
    return has


def _count(number: int, one: str, several: str = "") -> str:
    if number == 1:
        return f"1 {one}"
    first, _, rest = one.partition(" ")
    return f"{number} {several or f'{first}s {rest}'.strip()}"


def told_left_out(
    pieces: Sequence[tuple[Progression, SongSheet | None]],
    formats: Sequence[str],
    *,
    in_place: bool,
) -> str:
    """What the formats leave out, in one line: "left out in midi: 12 lines of words"; may be empty.

    Of several songs each is told by its number.
    """
    told = []
    for number, (piece, sheet) in enumerate(pieces, start=1):
        by_lack: dict[str, list[str]] = {}
        for name in formats:
            if lack := ", ".join(left_out(piece, name, sheet, in_place=in_place)):
                by_lack.setdefault(lack, []).append(name)
        of = f" of song {number}" if len(pieces) > 1 else ""
        told += [f"left out{of} in {', '.join(names)}: {lack}" for lack, names in by_lack.items()]
    return "; ".join(told)
