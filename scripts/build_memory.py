"""Builds the memory of songs that goes with the built-in tables, from the same two corpora.

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
from shinko.tables.builtin import load_table
from shinko.tables.closing import with_closing
from shinko.tables.loops import with_loops
from shinko.tables.memories import builtin_memory_path
from shinko.tables.memory import MODES, SongMemory, SongStyle
from shinko.tables.memory_files import write_memory
from shinko.tables.memory_fitting import fit_style
from shinko.tables.rhythm_fitting import fit_rhythm
from shinko.tables.sections import counted_sections
from shinko.tables.song import Song
from shinko.tables.voices import has_mode

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from held_out import is_held_out


def counted_style(
    name: str, songs: list[Song], vocabulary: tuple[str, ...], like: SongStyle | None
) -> SongStyle:
    """The style of songs without those that are held out."""
    seen = [song for song in songs if not is_held_out(song.id)]
    sections = counted_sections(seen, vocabulary)
    style = fit_style(name, sections, vocabulary, like=like and like.recall)
    style = with_closing(with_loops(style, sections, vocabulary), sections, vocabulary)
    rhythm = fit_rhythm(sections, style, vocabulary, like=like and like.rhythm)
    return replace(style, rhythm=rhythm)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="with billboard.jsonl.gz and pop909.jsonl.gz")
    corpora = read_corpora(parser.parse_args().folder)
    vocabulary = load_table("pop").vocabulary
    styles: dict[str, SongStyle] = {}
    for name, songs in corpora.items():
        # A decade is like its corpus where its songs tell too little.
        like = None if name in CORPORA else styles["billboard"]
        styles[name] = counted_style(name, list(songs), vocabulary, like)
    path = builtin_memory_path()
    write_memory(SongMemory(vocabulary, tuple(styles.values())), path)
    print(f"{path.name}: {path.stat().st_size:,} bytes")
    page = path.with_name("SOURCES.md")
    told = describe(styles.values(), path.stat().st_size)
    page.write_text(fill(page.read_text(encoding="utf-8"), {"memory": told}), encoding="utf-8")


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
        f"{size:,} bytes. Of a mode that has too few, the nearest of major and minor stands in,",
        "held to the mode's chords.",
    ]


if __name__ == "__main__":
    main()
