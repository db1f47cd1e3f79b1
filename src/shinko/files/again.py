"""Chords that one has, on their way to files: moved, as asked, and with the song that they are in.

A file that is read and written again in its own format is never replaced by less than it held:
ChordPro is changed in place, JSON holds everything, and of other formats only a file that Shinko
wrote, or a chart of nothing but chords, may take its own place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from shinko.errors import FieldError, ShinkoError
from shinko.export.chordpro import value_text
from shinko.files.formats import FORMATS, Rendering
from shinko.files.keeping import IN_PLACE, left_out, told_left_out
from shinko.files.read import Read, transposed
from shinko.files.render import render
from shinko.files.requests import Reading, RenderRequest
from shinko.files.sheet import SongSheet
from shinko.paths import is_same_file
from shinko.score.progression import Progression, show_meter
from shinko.score.text import RITARDANDO, ascii_key

_SLOWER = f"{{comment: {RITARDANDO}}}"


@dataclass(frozen=True)
class Again:
    """Pieces as they were read, ready to be written.

    Attributes:
      pieces: each with the song that it is in, where that is ChordPro.
      in_place: whether ChordPro is written as these songs are, with their chords moved.
    """

    pieces: tuple[tuple[Progression, SongSheet | None], ...]
    in_place: bool

    @property
    def progressions(self) -> list[Progression]:
        """The pieces alone."""
        return [piece for piece, _ in self.pieces]

    @property
    def sheets(self) -> list[SongSheet | None]:
        """The songs that ChordPro is written as."""
        return [sheet if self.in_place else None for _, sheet in self.pieces]

    def left_out(self, formats: tuple[str, ...]) -> str:
        """What these formats leave out, in one line; may be empty."""
        return told_left_out(self.pieces, formats, in_place=self.in_place)


def again(found: Read, request: RenderRequest) -> Again:
    """What was read, as it is asked for.

    Raises:
      ShinkoError: it can't be in that key.
    """
    sheets = [*found.sheets, *[None] * (len(found.progressions) - len(found.sheets))]
    pieces = []
    for piece, sheet in zip(found.progressions, sheets, strict=True):
        if sheet is not None:
            sheet = _as_asked(sheet, request.reading)
        if request.to is not None:
            fifths = request.to.tonic.fifths - piece.key.tonic.fifths
            piece = transposed(piece, request.to)
            sheet = sheet and sheet.moved(fifths)
        if request.ritardando:
            piece = replace(piece, ritardando=True)
            sheet = sheet and sheet.closing(_SLOWER)
        pieces.append((piece, sheet))
    in_place = request.reading.bars is None
    german = any(sheet is not None and sheet.is_german for _, sheet in pieces)
    return Again(tuple(pieces), in_place=in_place and not (german and request.to is not None))


def _as_asked(sheet: SongSheet, reading: Reading) -> SongSheet:
    return sheet.told(
        title=None if reading.title is None else value_text(reading.title),
        key=None if reading.key is None else ascii_key(reading.key),
        tempo=None if reading.tempo_bpm is None else f"{reading.tempo_bpm:g}",
        time=None if reading.meter is None else show_meter(reading.meter),
    )


def check_replacing(
    path: Path, source: str, found: Read, asked: Again, request: RenderRequest
) -> None:
    """Hold that a file doesn't take the place of what was read if it holds less.

    Raises:
      FieldError: it would.
    """
    if not is_same_file(path, source):
        return
    (name,) = request.rendering.formats
    if len(asked.pieces) > 1:
        why = f"{len(asked.pieces)} songs"
    elif found.left_out:
        why = f"{found.left_out} more songs" if found.left_out > 1 else "another song"
    elif request.reading.bars is not None:
        why = "more bars"
    elif name == IN_PLACE and all(sheet is not None for sheet in asked.sheets):
        return
    elif lost := [
        one
        for piece, sheet in asked.pieces
        for one in left_out(piece, name, sheet, in_place=asked.in_place)
    ]:
        why = ", ".join(dict.fromkeys(lost))
    elif name == "json" or (FORMATS[name].is_text and not found.told):
        return
    else:
        why = "" if _is_ours(path, found, request.rendering) else "more than would be written"
    if not why:
        return
    raise FieldError(
        "out",
        str(path),
        f"another name, for the file that was read holds {why}",
        "nothing is written",
    )


def _is_ours(path: Path, found: Read, rendering: Rendering) -> bool:
    """Whether a file is what would be written of it, to the last byte."""
    try:
        (contents,) = render(found.progressions[0], rendering).values()
    except (ShinkoError, ValueError):
        return False
    return path.read_bytes() == contents
