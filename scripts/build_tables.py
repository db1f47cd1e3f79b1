"""Builds the built-in tables from chord corpora, and writes down what they measure.

    python scripts/build_tables.py ../shared/data/chords --hooktheory ../shared/data/hooktheory

Only probabilities go into the package. The same corpora give the same bytes.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from shinko.tables.building import FOLDS, build_table, compare_smoothings, held_out_perplexity
from shinko.tables.builtin import BUILTIN, builtin_path
from shinko.tables.builtin import STYLES as OWN_CHORDS
from shinko.tables.fitting import choose_vocabulary, fit_songs
from shinko.tables.measuring import (
    chord_shares,
    correlation,
    listed_chords,
    listed_pairs,
    mean_shares,
    pair_shares,
)
from shinko.tables.mixing import mix_tables
from shinko.tables.reading import read_table
from shinko.tables.song import Song
from shinko.tables.songs import read_songs
from shinko.tables.table import TransitionTable
from shinko.tables.writing import write_table

sys.path.insert(0, str(Path(__file__).parent))
from style_songs import STYLES, style_songs, style_vocabulary

CORPORA = ("billboard", "pop909")
# Each corpus has this share of its chords in the vocabulary as they are.
MIN_COVERAGE = 0.97
# After two or three chords, what was seen in one place only is left out: it would be a quotation
# rather than a statistic, and unseen songs are predicted better without it.
MIN_COUNT = 2
SOURCES = {
    "billboard": "McGill Billboard (Burgoyne, Wild, Fujinaga 2011), CC0",
    "pop909": "POP909-CL, expert-reviewed chords of POP909 (Wang et al. 2020), MIT",
}
TRIADS = ("1", "4", "5", "6", "2", "3")


def read_corpora(folder: Path) -> dict[str, tuple[Song, ...]]:
    """The songs of both corpora, and of the decades of the first."""
    corpora = {name: read_songs(folder / f"{name}.jsonl.gz").songs for name in CORPORA}
    for decade in (1960, 1970, 1980):
        corpora[f"{decade}s"] = tuple(
            song for song in corpora["billboard"] if song.year and song.year // 10 == decade // 10
        )
    return corpora


def shared_vocabulary(corpora: Mapping[str, Sequence[Song]]) -> tuple[str, ...]:
    """The vocabulary of the tables of pop songs."""
    return choose_vocabulary([corpora[name] for name in CORPORA], MIN_COVERAGE)


def build(
    name: str, corpora: Mapping[str, Sequence[Song]], vocabulary: Sequence[str]
) -> TransitionTable:
    """One built-in table."""
    if name == "pop":
        parts = [build(corpus, corpora, vocabulary) for corpus in CORPORA]
        return mix(parts)
    table = build_table(corpora[name], name=name, vocabulary=vocabulary, min_count=MIN_COUNT)
    source = SOURCES.get(name, SOURCES["billboard"])
    return replace(table, notes={"description": BUILTIN[name], "source": source, **table.notes})


def build_style(name: str, songs: tuple[Song, ...], of_pop: tuple[str, ...]) -> TransitionTable:
    """The table of a style, over chords of its own where those of pop songs are too few."""
    table = build_table(
        songs,
        name=name,
        vocabulary=style_vocabulary(name, songs, of_pop),
        min_count=MIN_COUNT,
        min_songs=STYLES[name].min_songs,
    )
    notes = {"description": BUILTIN[name], "source": STYLES[name].source}
    return replace(table, notes={**notes, **table.notes})


def mix(parts: Sequence[TransitionTable]) -> TransitionTable:
    """The table `pop` of the tables of both corpora."""
    mixture = mix_tables([(table, 1) for table in parts], "pop")
    notes = {"description": BUILTIN["pop"], "source": "; ".join(SOURCES.values())}
    return replace(mixture, notes={**notes, **mixture.notes})


def describe_tables(tables: Mapping[str, TransitionTable]) -> list[str]:
    """What is in the package, a line for each table."""
    return [
        "| Table | Songs | Chords | Histories | Listed | Bytes | Smoothing |",
        "|---|---:|---:|---:|---:|---:|---|",
        *(
            f"| `{name}` | {table.notes.get('songs', '')} | {table.notes.get('chords', '')} "
            f"| {len(table.rows):,} | {sum(len(row.chords) for row in table.rows.values()):,} "
            f"| {builtin_path(name).stat().st_size:,} "
            f"| {table.notes.get('smoothing', 'half `billboard`, half `pop909`')} |"
            for name, table in tables.items()
        ),
    ]


def describe_coverage(
    corpora: Mapping[str, Sequence[Song]], vocabulary: Sequence[str]
) -> list[str]:
    """How many chords are in the vocabulary, before and after simplification."""
    lines = ["| Songs | Chords | In the vocabulary | Simplified too |", "|---|---:|---:|---:|"]
    for name, songs in corpora.items():
        _, coverage = fit_songs(songs, vocabulary)
        lines.append(
            f"| `{name}` | {coverage.chords:,} | {coverage.exact_share:.2%} "
            f"| {coverage.share:.2%} |"
        )
    return lines


def describe_styles(
    styles: Mapping[str, tuple[Song, ...]],
    tables: Mapping[str, TransitionTable],
    vocabulary: Sequence[str],
) -> list[str]:
    """How many of each style's chords its table holds, and how many those of pop would."""
    lines = [
        f"| Songs | Chords of them | Chords in the table | Held | Simplified too "
        f"| By the {len(vocabulary)} of pop | Simplified too |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, songs in styles.items():
        own = tables[name].vocabulary
        shares = [fit_songs(songs, each)[1] for each in (own, vocabulary)]
        numbers = " | ".join(f"{one.exact_share:.2%} | {one.share:.2%}" for one in shares)
        lines.append(f"| `{name}` | {shares[0].chords:,} | {len(own)} | {numbers} |")
    return lines


def describe_smoothing(
    corpora: Mapping[str, Sequence[Song]], vocabulary: Sequence[str]
) -> list[str]:
    """Perplexity of unseen songs, for each smoothing and several ways to count."""
    lines = [
        "| Songs | A loop counts | Seen at least | Witten–Bell | Absolute | Kneser–Ney |",
        "|---|---|---:|---:|---:|---:|",
    ]
    variants = [(name, False, count) for name in CORPORA for count in (1, 2, 3)]
    variants += [(name, True, 1) for name in CORPORA]
    variants += [(name, False, MIN_COUNT) for name in corpora if name not in CORPORA]
    for name, every_time, min_count in variants:
        fitted, _ = fit_songs(corpora[name], vocabulary)
        perplexities = compare_smoothings(
            fitted, len(vocabulary), order=3, every_time=every_time, min_count=min_count
        )
        numbers = " | ".join(f"{value:.2f}" for value in perplexities.values())
        counted = "each time" if every_time else "once a song"
        lines.append(f"| `{name}` | {counted} | {min_count} | {numbers} |")
    return lines


def describe_mixture(corpora: Mapping[str, Sequence[Song]], vocabulary: Sequence[str]) -> list[str]:
    """Perplexity of unseen songs of one corpus under the tables of each and their mixture."""
    unseen = {name: corpora[name][::FOLDS] for name in CORPORA}
    tables = [
        build_table(
            [song for number, song in enumerate(corpora[name]) if number % FOLDS],
            name=name,
            vocabulary=vocabulary,
            smoothing="witten-bell",
            min_count=MIN_COUNT,
        )
        for name in CORPORA
    ]
    tables.append(mix(tables))
    lines = ["| Table of four fifths of | " + " | ".join(f"`{n}`" for n in CORPORA) + " |"]
    lines.append("|---|" + "---:|" * len(CORPORA))
    for table in tables:
        numbers = (f"{held_out_perplexity(table, unseen[name]):.2f}" for name in CORPORA)
        lines.append(f"| `{table.name}` | {' | '.join(numbers)} |")
    return lines


def describe_triads(corpora: Mapping[str, Sequence[Song]]) -> list[str]:
    """Shares of the commonest triads, figures stripped, a held chord counted once."""
    lines = ["| Songs | " + " | ".join(TRIADS) + " |", "|---|" + "---:|" * len(TRIADS)]
    for name in CORPORA:
        shares = chord_shares(corpora[name], triads=True)
        numbers = " | ".join(f"{100 * shares[triad]:.1f}" for triad in TRIADS)
        lines.append(f"| `{name}` | {numbers} |")
    return lines


def describe_closeness(
    corpora: Mapping[str, Sequence[Song]], hooktheory: TransitionTable
) -> list[str]:
    """How the songs correlate with Hooktheory's published statistics."""
    lines = ["| Songs | Single ids | | Pairs | |", "|---|---:|---:|---:|---:|"]
    singles = {name: chord_shares(corpora[name]) for name in CORPORA}
    pairs = {name: pair_shares(corpora[name]) for name in CORPORA}
    for name, single, pair in (
        *((f"`{name}`", singles[name], pairs[name]) for name in CORPORA),
        ("half and half", mean_shares(list(singles.values())), mean_shares(list(pairs.values()))),
    ):
        r, n = correlation(listed_chords(hooktheory), single)
        r2, n2 = correlation(listed_pairs(hooktheory), pair)
        lines.append(f"| {name} | {r:.3f} | of {n} | {r2:.3f} | of {n2} |")
    return lines


def fill(text: str, blocks: Mapping[str, Sequence[str]]) -> str:
    """The text with what stands between <!-- name --> and <!-- end --> replaced."""
    for name, lines in blocks.items():
        begin = text.index(f"<!-- {name} -->") + len(f"<!-- {name} -->")
        end = text.index("<!-- end -->", begin)
        text = text[:begin] + "\n" + "\n".join(lines) + "\n" + text[end:]
    return text


def main() -> None:
    """Read the arguments, build all tables, and fill in the figures of SOURCES.md."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="with the corpora, NAME.jsonl.gz")
    parser.add_argument("--hooktheory", type=Path, help="folder of the four CSVs, to compare with")
    options = parser.parse_args()
    corpora = read_corpora(options.folder)
    vocabulary = shared_vocabulary(corpora)
    tables = {name: build(name, corpora, vocabulary) for name in corpora}
    tables = {"pop": mix([tables[name] for name in CORPORA]), **tables}
    styles = {name: style_songs(options.folder, name) for name in OWN_CHORDS}
    tables |= {name: build_style(name, songs, vocabulary) for name, songs in styles.items()}
    for name, table in tables.items():
        write_table(table, builtin_path(name))
    blocks = {
        "tables": describe_tables(tables),
        "vocabulary": [f"{len(vocabulary)} chords: " + " ".join(vocabulary)],
        "styles": describe_styles(styles, tables, vocabulary),
        "coverage": describe_coverage(corpora, vocabulary),
        "smoothing": describe_smoothing(corpora, vocabulary),
        "mixture": describe_mixture(corpora, vocabulary),
        "triads": describe_triads(corpora),
    }
    if options.hooktheory:
        blocks["closeness"] = describe_closeness(corpora, read_table(options.hooktheory))
    page = builtin_path("pop").with_name("SOURCES.md")
    page.write_text(fill(page.read_text(encoding="utf-8"), blocks), encoding="utf-8")


if __name__ == "__main__":
    main()
