"""shinko explain: why chords stand where they do, and what may stand in free slots."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shinko.cli.given import answering, from_input
from shinko.cli.options import asks
from shinko.cli.output import AsJson
from shinko.cli.streams import print_json, print_lines, terminal_text
from shinko.request import asked
from shinko.songwriting.questions import ExplainRequest

if TYPE_CHECKING:
    from shinko.songwriting.chords import ChordBook
    from shinko.songwriting.explain import Explanation
    from shinko.tables.table import Floats

# Rows of a heat map in the terminal.
_ROWS, _PICTURE_ROWS = 14, 24


@dataclass(frozen=True)
class Picture(AsJson):
    """Where a heat map is drawn."""

    picture: Path | None = asked(None, "Draw the heat map, too: a .png or .svg.", metavar="FILE")


@asks(ExplainRequest, Picture, mend=from_input)
def explain_command(request: ExplainRequest, output: Picture) -> None:
    """Why these chords, how rare they are, and what others would cost.

    \b
    shinko explain "I V vi IV"                     chord by chord
    shinko explain "I _ _ V7 _ _ _ I" --heatmap    what may stand in free slots
    shinko explain "D A Bm G"                      in D, which is found
    shinko explain "Am F C G" --key C --table 1960s
    shinko explain song.mid --from-bars 1-16       chords of a file
    shinko compose -n 1 --print line | shinko explain -
    shinko explain "I _ vi _" --picture heat.png   as a picture

    Here: how usual the chord is after those before it, and its rank. Choice:
    among how many equally likely chords it was chosen. Adds: effective chords
    that it brings to the progression. Instead: what others would cost, in nats
    of the whole progression's log-probability; +0.7 is half as likely.
    A chord that the table hasn't is heard as its nearest, whose numbers these
    are; how often songs let that one sound so is told beneath.
    All that was played before counts, as in songs of the key's mode; with
    --memoryless the table alone. A heat map with several free slots is drawn
    from 2,000 progressions that fit; without memory it is exact.
    """
    from shinko.songwriting.explain import explain, heat
    from shinko.songwriting.heatmap import shown_chords, write_heatmap

    about = answering(request.chords, request.key, request.from_bars, request.statistics)
    teller, book, slots = about.teller, about.book, about.slots
    picture = output.picture
    if request.heatmap or picture or None in slots:
        probabilities = heat(teller, book, slots)
        rows = shown_chords(probabilities, _ROWS if not picture else _PICTURE_ROWS)
        if picture:
            write_heatmap(
                picture,
                probabilities,
                rows,
                [book.numeral(row) for row in rows],
                f"{about.given.label} – {book.key}, {teller.told}",
            )
        if output.json:
            print_json(
                {
                    **about.to_dict(),
                    "chords": [book.numeral(index) for index in range(len(book.tokens))],
                    "probabilities": probabilities.round(6).tolist(),
                }
            )
        else:
            _print_heat(probabilities, rows[:_ROWS], book)
            print_lines(f"key {about.told_key}, by {teller.told}")
            if picture:
                print_lines(f"{picture}: the same as a picture")
        return
    import numpy as np

    chords = np.array([min(slot) for slot in slots if slot is not None])
    told = explain(teller, book, chords, [chord for chord in about.given.chords if chord])
    if output.json:
        print_json(about.to_dict() | told.to_dict())
    else:
        _print_reasons(told, about.told_key)


def _print_heat(heat: Floats, rows: list[int], book: ChordBook) -> None:
    width = max(len(book.numeral(row)) for row in rows)
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print_lines(" " * width + "".join(f"{slot:>6}" for slot in range(1, len(heat) + 1)))
    for row in rows:
        cells = "".join(_cell(float(chances[row]), coloured) for chances in heat)
        print(f"{terminal_text(book.numeral(row)):<{width}}{cells}".rstrip())


def _cell(chance: float, coloured: bool) -> str:
    text = f"{chance:6.0%}" if chance >= 0.005 else " " * 5 + "·"
    if not coloured or chance < 0.005:
        return text
    # 24 greys of the 256 colours, the likelier the lighter.
    grey = 233 + round(20 * chance**0.5)
    letters = 16 if grey > 243 else 252
    return f"\x1b[48;5;{grey}m\x1b[38;5;{letters}m{text}\x1b[0m"


def _print_reasons(told: Explanation, key: str) -> None:
    head = f"{'':>3} {'chord':<8}{'here':>7}{'rank':>6}{'choice':>8}{'adds':>7}   "
    print_lines(f"{head}{'leads to':<30}instead, nats")
    for reason in told.reasons:
        leads = ", ".join(f"{chord} {chance:.0%}" for chord, chance in reason.leads_to)
        instead = ", ".join(f"{chord} {cost:+.2f}" for chord, cost in reason.alternatives)
        print_lines(
            f"{reason.slot:>3} {reason.chord:<8}{reason.probability:>7.1%}{reason.rank:>6}"
            f"{reason.choice:>8.1f}{reason.adds:>+7.1f}   {leads:<30}{instead}"
        )
        if reason.heard_as:
            print_lines(
                f"{'':>4}heard as {reason.heard_as}; songs let it sound so {reason.usual:.1%} "
                "of the time"
            )
        if reason.memory:
            print_lines(f"{'':>4}{reason.memory}")
    print_lines(
        f"log-probability {told.log_probability:.2f}; rarer than {told.rarer_than:.0%} of what "
        "these statistics play at this length",
        f"key {key}, by {told.told}",
    )
    if told.repair:
        slot, chord, gain = told.repair
        print_lines(f"the best single change: {chord} at slot {slot}, {gain:.2f} nats likelier")
