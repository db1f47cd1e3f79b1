"""Builds the memory of songs that goes with the built-in tables, from the same corpora.

    python scripts/build_memory.py ../shared/data/chords

Songs of class 1 (a tenth by the hash of their ids) aren't counted, so that benchmarks can foretell
them. Only counts and constants go into the package. The same corpora give the same bytes.
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from build_tables import CORPORA, fill, read_corpora
from shinko.tables.builtin import STYLES as OWN_FILES
from shinko.tables.builtin import builtin_path, load_table
from shinko.tables.closing import with_closing
from shinko.tables.loops import with_loops
from shinko.tables.memories import (
    builtin_memory,
    builtin_memory_path,
    memory_path,
    usual_recall,
)
from shinko.tables.memory import MODES, SongMemory, SongStyle
from shinko.tables.memory_files import read_memory, write_memory
from shinko.tables.memory_fitting import fit_style
from shinko.tables.rhythm_fitting import fit_rhythm
from shinko.tables.sections import counted_sections
from shinko.tables.shared import shared_only, shared_rhythm
from shinko.tables.song import Song
from shinko.tables.voices import has_mode
from style_songs import STYLES, style_songs

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from held_out import is_held_out


def counted_style(
    name: str,
    songs: Iterable[Song],
    vocabulary: tuple[str, ...],
    like: SongStyle | None,
    min_songs: int = 1,
) -> SongStyle:
    """The style of songs without those that are held out."""
    seen = [song for song in songs if not is_held_out(song.id)]
    sections = counted_sections(seen, vocabulary)
    style = fit_style(name, sections, vocabulary, like=like and like.recall)
    style = shared_only(style, sections, vocabulary, min_songs)
    style = with_closing(with_loops(style, sections, vocabulary), sections, vocabulary)
    rhythm = fit_rhythm(sections, style, vocabulary, like=like and like.rhythm)
    return replace(style, rhythm=shared_rhythm(rhythm, sections, min_songs))


def pop_styles(folder: Path) -> None:
    """Write the memory of the tables of pop songs."""
    vocabulary = load_table("pop").vocabulary
    styles: dict[str, SongStyle] = {}
    for name, songs in read_corpora(folder).items():
        # A decade is like its corpus where its songs tell too little.
        like = None if name in CORPORA else styles["billboard"]
        styles[name] = counted_style(name, songs, vocabulary, like)
    write_memory(SongMemory(vocabulary, tuple(styles.values())), builtin_memory_path())


def other_styles(folder: Path) -> None:
    """Write the memory of each other table, like pop songs where its songs tell too little."""
    usual = replace(builtin_memory().style("billboard"), recall=usual_recall())
    for name in OWN_FILES:
        vocabulary, songs = load_table(name).vocabulary, style_songs(folder, name)
        least = STYLES[name].min_songs
        style = counted_style(name, songs, vocabulary, usual, least)
        write_memory(SongMemory(vocabulary, (style,)), memory_path(builtin_path(name)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="with the corpora, NAME.jsonl.gz")
    parser.add_argument("--only", choices=("pop", "others"), help="not both")
    told = parser.parse_args()
    kinds = {"pop": pop_styles, "others": other_styles}
    for name, build in kinds.items():
        if told.only in (None, name):
            build(told.folder)
    paths = [builtin_memory_path(), *(memory_path(builtin_path(name)) for name in OWN_FILES)]
    styles = [style for path in paths for style in read_memory(path).styles]
    size = sum(path.stat().st_size for path in paths)
    print(f"{size:,} bytes")
    page = builtin_memory_path().with_name("SOURCES.md")
    told_of = describe(styles, size)
    page.write_text(fill(page.read_text(encoding="utf-8"), {"memory": told_of}), encoding="utf-8")


def describe(styles: Iterable[SongStyle], size: int) -> list[str]:
    """Songs by mode, a line for each style; those that are too few to tell how a mode goes."""
    return [
        "| Songs with sections in | " + " | ".join(MODES) + " |",
        "|---|" + "---:|" * len(MODES),
        *(
            f"| `{style.name}` | "
            + " | ".join(
                f"{style.songs[mode]}" + ("" if has_mode(style, mode) else " (too few)")
                for mode in MODES
            )
            + " |"
            for style in styles
        ),
        "",
        f"{size:,} bytes, how long chords last among it. Of a mode that has too few, the nearest "
        "of major and minor stands in,",
        "held to the mode's chords.",
    ]


if __name__ == "__main__":
    main()
