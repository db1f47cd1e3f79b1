"""Builds the palettes of the built-in tables: how their functions sound in songs.

    python scripts/build_colour.py ../shared/data/chords

Songs of class 1 (a tenth by the hash of their ids) aren't counted, so that benchmarks can foretell
them. Only counts and chances go into the package. The same corpora give the same bytes.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from build_tables import fill
from colour_songs import NAMES, heard_songs
from shinko.tables.builtin import STYLES as OWN_CHORDS
from shinko.tables.builtin import load_table
from shinko.tables.colour import Palette
from shinko.tables.colour_files import write_palettes
from shinko.tables.colour_fitting import fit_palette
from shinko.tables.colour_songs import Functions, HeardSong, sounding
from shinko.tables.palettes import palettes_path
from shinko.theory.colour import Colour
from style_songs import STYLES

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from held_out import is_held_out

# Few songs have few colours; they may have those of others of their source, too.
LIKE = {"blues": "jazz"}


def functions_of(name: str) -> Functions:
    """The functions of a style."""
    return Functions(load_table(name if name in OWN_CHORDS else "pop").vocabulary)


def counted_palette(name: str, songs: Sequence[HeardSong], also: Sequence[Colour] = ()) -> Palette:
    """The palette of songs without those that are held out.

    Args:
      name: of the style.
      songs: all of them.
      also: colours that it may have where these songs have none of them.
    """
    functions, colours = functions_of(name), dict[Colour, int]()
    seen = [sounding(song, functions, colours) for song in songs if not is_held_out(song.id)]
    least = STYLES[name].min_songs if name in STYLES else 1
    every = tuple(dict.fromkeys((*colours, *also)))
    palette = fit_palette(name, seen, functions.vocabulary, every, min_songs=least)
    return palette.thinned(also)


def coverage(name: str, songs: Sequence[HeardSong], palette: Palette) -> str:
    """How many chords of songs a palette can say, a line of Markdown."""
    functions, known = functions_of(name), {*palette.colours}
    chords = plain = counted = exact = nearly = 0
    for song in songs:
        for token, heard in zip(song.tokens, song.heard, strict=True):
            chords += 1
            function = functions.find(token)
            if function is not None:
                colour = functions.colour(function, heard)
                plain += colour == functions.own[function] and heard.exact
                counted += colour in known and heard.exact
            other = functions.root_of(token) if function is None else function
            if other is not None and functions.colour(other, heard) in known:
                exact += heard.exact
                nearly += 1
    shares = " | ".join(f"{number / chords:.2%}" for number in (plain, counted, exact, nearly))
    return f"| `{name}` | {chords:,} | {len(palette.colours)} | {shares} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="with the corpora, NAME.jsonl.gz")
    folder, palettes, lines = parser.parse_args().folder, dict[str, Palette](), list[str]()
    for name in NAMES:
        songs = list(heard_songs(folder, name))
        also = palettes[LIKE[name]].colours if name in LIKE else ()
        palettes[name] = counted_palette(name, songs, also)
        lines.append(coverage(name, songs, palettes[name]))
        print(lines[-1], flush=True)
    write_palettes([*palettes.values()], palettes_path())
    size = palettes_path().stat().st_size
    print(f"{size:,} bytes")
    page = palettes_path().with_name("SOURCES.md")
    told = [
        "| Songs | Chords | Colours | As the table has them | By colour | On any function "
        "| Or nearly |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *lines,
        "",
        f"{size:,} bytes.",
    ]
    page.write_text(fill(page.read_text(encoding="utf-8"), {"colour": told}), encoding="utf-8")


if __name__ == "__main__":
    main()
