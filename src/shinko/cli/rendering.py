"""The options that say what files are made and how they sound, for compose and render."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shinko.cli.paths import read_path

if TYPE_CHECKING:
    from shinko.files.formats import Rendering
    from shinko.score.progression import Progression

FILES, SOUND = "Files", "How it is played"
ALL_FORMATS = (
    "midi, musicxml, svg, pdf, diagrams, diagrams-pdf, wav, flac, mp3, txt, line, chordpro, "
    "nashville, abc, ireal"
)

Formats = Annotated[
    str,
    typer.Option(
        "--formats", "-f", help=f"{ALL_FORMATS}, json. Default: midi, json.", rich_help_panel=FILES
    ),
]
Show = Annotated[
    str,
    typer.Option(
        "--print",
        metavar="FORMAT",
        help="Print it and write no files: line, txt, chordpro, nashville, abc, ireal, json.",
        rich_help_panel=FILES,
    ),
]
Layout = Annotated[
    str, typer.Option(help="Notation: lead (sheet) or grand (staff).", rich_help_panel=FILES)
]
Diagrams = Annotated[
    str,
    typer.Option(
        help="Fingerings above the chords of a page: guitar, ukulele, piano.", rich_help_panel=FILES
    ),
]
Page = Annotated[str, typer.Option(help="Paper: a4, letter, or fit.", rich_help_panel=FILES)]
NoNumerals = Annotated[
    bool,
    typer.Option("--no-numerals", help="No Roman numerals under the staff.", rich_help_panel=FILES),
]
Tempo = Annotated[
    float, typer.Option(help="Quarter notes per minute, 20 to 400.", rich_help_panel=SOUND)
]
Voicing = Annotated[
    str,
    typer.Option(
        help="close, open, four-part, guitar or rootless; by default the pattern's own.",
        rich_help_panel=SOUND,
    ),
]
Swing = Annotated[
    float | None,
    typer.Option(help="First eighth's share: 0.5 even, 0.67 triplets.", rich_help_panel=SOUND),
]
Humanize = Annotated[
    float | None,
    typer.Option(
        help="Uneven timing and touch: 0 a machine, 1 a relaxed band.", rich_help_panel=SOUND
    ),
]
Instrument = Annotated[
    list[str] | None,
    typer.Option(
        help="General MIDI name: 'flute', or for another part 'bass=tuba'.", rich_help_panel=SOUND
    ),
]
Parts = Annotated[
    str, typer.Option(help="Who plays: 'chords, bass, melody, drums'.", rich_help_panel=SOUND)
]
SoundFont = Annotated[
    Path | None,
    typer.Option(
        "--soundfont",
        help="Your own .sf2 or .sf3 for sound files.",
        metavar="FILE",
        parser=read_path,
        rich_help_panel=SOUND,
    ),
]

Seamless = Annotated[
    bool,
    typer.Option(
        "--seamless",
        help="Sound exactly as long as the piece, to loop.",
        rich_help_panel=SOUND,
    ),
]

Ending = Annotated[
    bool | None,
    typer.Option(
        "--ending/--no-ending",
        help="The last chord is held; by default where a piece has several sections.",
        rich_help_panel=SOUND,
    ),
]

DRAWN, SOUNDS = ("pdf", "svg", "diagrams", "diagrams-pdf"), ("wav", "flac", "mp3")
DEFAULT_FORMATS, DEFAULT_PARTS = "midi, json", "chords, bass, melody, drums"


def read_rendering(
    *,
    formats: str,
    pattern: str,
    voicing: str,
    swing: float | None,
    humanize: float | None,
    instrument: Sequence[str] | None,
    parts: str,
    seed: int,
    layout: str,
    numerals: bool,
    diagrams: str,
    page: str,
    soundfont: Path | None,
    seamless: bool,
    ending: bool | None,
) -> Rendering:
    """What the options ask for.

    Raises:
      ShinkoError: a value isn't known.
    """
    from shinko.errors import ShinkoError
    from shinko.files.formats import Rendering
    from shinko.score.arrange import Performance

    asked = words(formats)
    for option, given, useful in (
        ("--diagrams", diagrams, DRAWN),
        ("--soundfont", soundfont, SOUNDS),
        ("--seamless", seamless, SOUNDS),
    ):
        if given and not {*asked} & {*useful}:
            raise ShinkoError(
                f"{option} is for {', '.join(useful)}, and {', '.join(asked)} is asked for; "
                f"add --formats {useful[0]}"
            )
    instruments = {}
    for one in instrument or ():
        part, equals, name = one.rpartition("=")
        instruments[part.strip() if equals else "chords"] = name.strip()
    return Rendering(
        formats=tuple(asked),
        performance=Performance(
            pattern=pattern or "block",
            voicing=voicing,
            swing=swing,
            humanize=humanize,
            seed=seed,
            instruments=instruments,
            parts=tuple(words(parts)),
            ending=False if seamless and ending is None else ending,
        ),
        layout=layout,
        numerals=numerals,
        diagrams=diagrams,
        page=page,
        soundfont=soundfont,
        seamless=seamless,
    )


def words(text: str) -> list[str]:
    """The words of a list such as "midi, pdf"; each of them once."""
    return list(dict.fromkeys(text.replace(",", " ").split()))


def write_and_show(
    progressions: Sequence[Progression],
    folder: Path,
    rendering: Rendering,
    *,
    names: Sequence[str] | None = None,
    replacing: bool = False,
    most: int = 20,
) -> None:
    """Write the files of all progressions, with progress, and show the first of them.

    Raises:
      ShinkoError: a file can't be made or written.
    """
    from shinko.cli.progress import counting_progress
    from shinko.files.formats import FORMATS
    from shinko.files.render import write_progressions

    fast = all(FORMATS[name].suffix in (".mid", ".json") for name in rendering.formats)
    if fast and len(progressions) < 1000:
        paths = write_progressions(
            progressions, folder, rendering, names=names, replacing=replacing
        )
    else:
        with counting_progress("writing", "progressions") as tell:
            tell(0, len(progressions))
            paths = write_progressions(
                progressions,
                folder,
                rendering,
                names=names,
                replacing=replacing,
                on_written=tell,
            )
    for progression, files in zip(progressions[:most], paths[:most], strict=True):
        print(_shown(files))
        show_chords(progression)
    if len(paths) > most:
        print(f"… and {len(paths) - most} more in {folder}")


def print_texts(progressions: Sequence[Progression], name: str, rendering: Rendering) -> None:
    """Print progressions in a format that is text.

    Raises:
      RenderError: the format is none.
    """
    from shinko.files.render import render_texts

    print(render_texts(progressions, name, rendering.performance), end="")


def show_chords(progression: Progression) -> None:
    """Roman numerals above chord names, a column a chord, as many a line as fit."""
    cells = list(zip(progression.roman_numerals, progression.names, strict=True))
    column = max(len(text) for cell in cells for text in cell) + 2
    across = max(1, (terminal_width() - 2) // column)
    for begin in range(0, len(cells), across):
        for line in zip(*cells[begin : begin + across], strict=True):
            print("  " + "".join(text.ljust(column) for text in line).rstrip())
    print()


def terminal_width() -> int:
    """Columns of the terminal; 100 where output goes elsewhere."""
    import shutil
    import sys

    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100


def _shown(files: Sequence[Path]) -> str:
    """The first file, and what the others beside it end in."""
    first = files[0]
    stem = first.name[: -len("".join(first.suffixes))] if first.suffixes else first.name
    return "  ".join([str(first), *(file.name.removeprefix(stem) for file in files[1:])])
