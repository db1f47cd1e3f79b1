"""The kinds of files that a progression becomes, and how each is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shinko.errors import FieldError, ShinkoError
from shinko.request import Request, asked, part
from shinko.score.arrange import PLAYED, Performance, arrange, voicing_styles, voicings_of
from shinko.score.bars import folded
from shinko.score.progression import Progression
from shinko.score.score import Score
from shinko.score.voicing import Voicing, voice
from shinko.score.voicing.fretboard import Frets

LAYOUTS = ("lead", "grand")
DIAGRAMS = ("guitar", "piano", "ukulele")
PAGES = ("a4", "letter", "fit")
# What some options are for; asked for with none of these they would do nothing.
DRAWN, SOUNDS = ("pdf", "svg", "diagrams", "diagrams-pdf"), ("wav", "flac", "mp3")
FILES = "Files"


class RenderError(ShinkoError):
    """What to render can't be understood."""


@dataclass(frozen=True)
class Job:
    """One progression on its way out; what several formats need is made once."""

    progression: Progression
    rendering: Rendering

    @cached_property
    def score(self) -> Score:
        """As it is played.

        Raises:
          RenderError: nobody plays.
        """
        score = arrange(self.progression, self.rendering.performance)
        if not score.tracks:
            asked = self.rendering.performance
            parts = ", ".join(asked.parts) or "part"
            raise RenderError(
                f"nobody plays: pattern {asked.accompaniment!r} has no {parts} for these chords; "
                "give other parts, or another style"
            )
        return score

    @cached_property
    def written(self) -> Progression:
        """As it stands on a page: what is heard twice in a row stands there once."""
        return folded(self.progression)

    @cached_property
    def voicings(self) -> tuple[Voicing, ...] | None:
        """Of the written chords, where notation shows them; on two staves as a pianist plays."""
        asked = self.rendering
        if asked.layout != "grand" and not asked.diagrams:
            return None
        chords, keys = self.written.chords, self.written.keys
        if asked.diagrams == "guitar" and asked.layout == "lead":
            return voice(chords, keys, "guitar")
        voicings = voicings_of(self.written, asked.performance)
        return voice(chords, keys, "close") if any(v.frets for v in voicings) else voicings


def _midi(job: Job) -> Iterator[bytes]:
    from shinko.export.midi import midi_bytes

    yield midi_bytes(job.score)


def _json(job: Job) -> Iterator[bytes]:
    from shinko.export.text import progression_json

    yield progression_json(job.progression).encode()


def _musicxml(job: Job) -> Iterator[bytes]:
    from shinko.export.notation.musicxml import musicxml_bytes

    asked = job.rendering
    yield musicxml_bytes(
        job.written,
        layout=asked.layout,
        numerals=asked.numerals,
        voicings=job.voicings if asked.layout == "grand" else None,
    )


def _page(job: Job) -> Mapping[str, object]:
    asked = job.rendering
    return {
        "layout": asked.layout,
        "numerals": asked.numerals,
        "diagrams": asked.diagrams or None,
        "voicings": job.voicings,
        "page": asked.page,
    }


def _svg(job: Job) -> Iterator[bytes]:
    from shinko.export.page.engrave import page_svgs

    for page in page_svgs(job.written, **_page(job)):  # type: ignore[arg-type]
        yield page.encode()


def _pdf(job: Job) -> Iterator[bytes]:
    from shinko.export.page.engrave import page_pdf

    yield page_pdf(job.written, **_page(job))  # type: ignore[arg-type]


def _diagrams(job: Job) -> Iterator[bytes]:
    from shinko.export.page.above import diagram_sheet_svgs

    asked = job.rendering
    paper = asked.page if asked.page != "fit" else "a4"
    for sheet in diagram_sheet_svgs(job.written, asked.diagrams or DIAGRAMS[0], page=paper):
        yield sheet.encode()


def _diagrams_pdf(job: Job) -> Iterator[bytes]:
    from shinko.export.page.above import diagram_sheet_pdf

    asked = job.rendering
    paper = asked.page if asked.page != "fit" else "a4"
    yield diagram_sheet_pdf(job.written, asked.diagrams or DIAGRAMS[0], page=paper)


def _audio(kind: str) -> Callable[[Job], Iterator[bytes]]:
    def sound(job: Job) -> Iterator[bytes]:
        from shinko.export.audio import audio_bytes

        asked = job.rendering
        yield audio_bytes(job.score, kind, soundfont=asked.soundfont, loop=asked.seamless)

    return sound


def _text(module: str, function: str) -> Callable[[Job], Iterator[bytes]]:
    def text(job: Job) -> Iterator[bytes]:
        from importlib import import_module

        write = getattr(import_module(f"shinko.export.{module}"), function)
        yield write(job.progression).rstrip("\n").encode() + b"\n"

    return text


def _chordpro(job: Job) -> Iterator[bytes]:
    from shinko.export.chordpro import chordpro_text

    asked = job.rendering.performance
    shapes: list[Frets | None] = []
    if "guitar" in voicing_styles(job.written, asked):
        shapes = [voicing.frets for voicing in voicings_of(job.written, asked)]
    yield chordpro_text(job.progression, shapes).encode()


def _ireal(job: Job) -> Iterator[bytes]:
    from shinko.export.ireal import ireal_text

    yield ireal_text(job.progression, job.rendering.performance.accompaniment).encode()


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes:
      suffix: what its name ends in.
      about: what it is, for help.
      is_text: whether it can be shown in a terminal.
    """

    suffix: str
    about: str
    make: Callable[[Job], Iterator[bytes]]
    is_text: bool = False


FORMATS: dict[str, Format] = {
    "midi": Format(".mid", "tracks for a DAW", _midi),
    "musicxml": Format(".musicxml", "for notation programs", _musicxml),
    "svg": Format(".svg", "engraved page as a picture", _svg),
    "pdf": Format(".pdf", "engraved page to print", _pdf),
    "diagrams": Format(".diagrams.svg", "a sheet of chord diagrams", _diagrams),
    "diagrams-pdf": Format(".diagrams.pdf", "the same to print", _diagrams_pdf),
    "wav": Format(".wav", "sound", _audio("wav")),
    "flac": Format(".flac", "sound, without loss", _audio("flac")),
    "mp3": Format(".mp3", "sound, small", _audio("mp3")),
    "txt": Format(".txt", "chord chart", _text("chart", "chart_text"), is_text=True),
    "line": Format(".line.txt", "one line", _text("chart", "one_line"), is_text=True),
    "chordpro": Format(".cho", "ChordPro", _chordpro, is_text=True),
    "nashville": Format(
        ".nashville.txt", "Nashville numbers", _text("nashville", "nashville_text"), is_text=True
    ),
    "abc": Format(".abc", "ABC notation", _text("abc", "abc_text"), is_text=True),
    "ireal": Format(".ireal.txt", "iReal Pro link", _ireal, is_text=True),
    "json": Format(".json", "everything, to go on with", _json, is_text=True),
}


@dataclass(frozen=True)
class Rendering(Request):
    """What to make of a progression.

    Raises:
      FieldError: a value isn't one of those known, or is of no use for these formats.
    """

    formats: tuple[str, ...] = asked(
        ("midi", "json"),
        "What to write.",
        choices=tuple(FORMATS),
        letter="f",
        group=FILES,
    )
    performance: Performance = part(Performance)
    """How it is played, for sound and for what shows voicings."""
    layout: str = asked(
        "lead", "Notation: a lead sheet, or a piano's grand staff.", choices=LAYOUTS, group=FILES
    )
    numerals: bool = asked(
        True,
        "No Roman numerals under the staff.",
        name="no_numerals",
        negated=True,
        group=FILES,
    )
    diagrams: str = asked(
        "", "Fingerings above the chords of a page.", choices=("", *DIAGRAMS), group=FILES
    )
    page: str = asked("a4", "Paper; fit is as high as the music.", choices=PAGES, group=FILES)
    soundfont: Path | None = asked(
        None,
        "Your own .sf2 or .sf3 for sound; else the small General MIDI one.",
        metavar="FILE",
        group=PLAYED,
    )
    seamless: bool = asked(
        False,
        "Sound exactly as long as the piece, its end ringing into its start, to loop.",
        group=PLAYED,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.formats:
            raise FieldError("formats", "", f"some of {', '.join(FORMATS)}")
        for name, given, useful in (
            ("diagrams", self.diagrams, DRAWN),
            ("soundfont", self.soundfont and str(self.soundfont), SOUNDS),
            ("seamless", self.seamless, SOUNDS),
        ):
            if given and not {*self.formats} & {*useful}:
                raise FieldError(
                    name,
                    given,
                    f"a format that it is for ({', '.join(useful)}), not {', '.join(self.formats)}",
                    f"add {useful[0]} to `formats`",
                )
