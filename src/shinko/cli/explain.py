"""shinko explain, suggest and best: exact answers about chords of a table."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shinko.cli.options import asks
from shinko.cli.output import AsJson
from shinko.cli.streams import print_json, print_lines, terminal_text
from shinko.errors import FieldError
from shinko.request import asked
from shinko.songwriting.requests import (
    BestRequest,
    ExplainRequest,
    Statistics,
    SuggestRequest,
)

if TYPE_CHECKING:
    from shinko.songwriting.chords import ChordBook
    from shinko.songwriting.explain import Explanation
    from shinko.songwriting.teller import Teller
    from shinko.tables.table import Floats
    from shinko.theory import Key

# Rows of a heat map in the terminal.
_ROWS, _PICTURE_ROWS = 14, 24


@dataclass(frozen=True)
class Picture(AsJson):
    """Where a heat map is drawn."""

    picture: Path | None = asked(None, "Draw the heat map, too: a .png or .svg.", metavar="FILE")


@asks(ExplainRequest, Picture)
def explain_command(request: ExplainRequest, output: Picture) -> None:
    """Why these chords, how rare they are, and what others would cost.

    \b
    shinko explain "I V vi IV"                     chord by chord
    shinko explain "I _ _ V7 _ _ _ I" --heatmap    what may stand in free slots
    shinko explain "Am F C G" --key C --table 1960s
    shinko explain "I _ vi _" --picture heat.png   as a picture

    Here: how usual the chord is after those before it, and its rank. Choice:
    among how many equally likely chords it was chosen. Adds: effective chords
    that it brings to the progression. Instead: what others would cost, in nats
    of the whole progression's log-probability; +0.7 is half as likely.
    All that was played before counts, as in songs of the key's mode; with
    --memoryless the table alone. A heat map with several free slots is drawn
    from 2,000 progressions that fit; without memory it is exact.
    """
    from shinko.songwriting.explain import explain, heat, read_slots
    from shinko.songwriting.heatmap import shown_chords, write_heatmap

    teller, book = _teller(request.statistics, request.key)
    slots = read_slots(request.chords, book)
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
                f"{request.chords} – {book.key}, {teller.told}",
            )
        if output.json:
            print_json(
                {
                    "chords": [book.numeral(index) for index in range(len(book.tokens))],
                    "probabilities": probabilities.round(6).tolist(),
                }
            )
        else:
            _print_heat(probabilities, rows[:_ROWS], book)
            if picture:
                print_lines(f"{picture}: the same as a picture")
        return
    import numpy as np

    told = explain(teller, book, np.array([min(slot) for slot in slots if slot is not None]))
    if output.json:
        print_json(told.to_dict())
    else:
        _print_reasons(told)


@asks(SuggestRequest, AsJson)
def suggest_command(request: SuggestRequest, output: AsJson) -> None:
    """Chords for a slot, the likeliest first, with what is on both sides in mind.

    \b
    shinko suggest "I vi"                          what comes next
    shinko suggest "I vi _ V"                      what fits between
    shinko suggest "I V vi IV" --slot 3            what could replace vi
    """
    from shinko.songwriting.explain import read_slots, suggest

    teller, book = _teller(request.statistics, request.key)
    slots, slot = read_slots(request.chords, book), request.slot
    if slot is None:
        if None not in slots:
            slots.append(None)
        slot = slots.index(None) + 1
    if slot > len(slots):
        raise FieldError("slot", slot, f"1 to {len(slots)}")
    found = suggest(teller, book, slots, slot - 1)[: request.count]
    if output.json:
        told = [{"chord": chord, "probability": round(chance, 6)} for chord, chance in found]
        print_json({"slot": slot, "suggestions": told})
        return
    print_lines(f"slot {slot}, {teller.told}")
    for chord, chance in found:
        index = next(i for i in range(len(book.tokens)) if book.numeral(i) == chord)
        name = book.chords[index].name(book.key)
        print_lines(f"  {chord:<8} {name:<8} {chance:6.1%}  {'█' * round(40 * chance)}".rstrip())


@asks(BestRequest, AsJson)
def best_command(request: BestRequest, output: AsJson) -> None:
    """The most probable progressions that really differ, exactly.

    \b
    shinko best                                    five, three chords apart
    shinko best --end authentic --no-repeat        with an ending
    shinko best --length 4 --loop --differ 2       loops

    By the table alone: what was played before it doesn't count.
    """
    from shinko.songwriting.explain import best

    differ = request.differ
    teller, book = _teller(Statistics(request.table, memoryless=True), request.key)
    ground = teller.ground
    found = best(
        ground, book, request.wishes, length=request.length, count=request.count, differ=differ
    )
    if output.json:
        print_json([{"chords": list(names), "log_probability": score} for names, score in found])
        return
    width = max(len(name) for names, _ in found for name in names) + 1
    for names, score in found:
        print_lines(f"{score:8.2f}  " + "".join(f"{name:<{width}}" for name in names).rstrip())
    few = "" if len(found) == request.count else f"; no more differ in {differ} chords"
    back = ", the step back to the start counted in" if request.wishes.loop else ""
    print_lines(f"log-probability in nats{back}, {teller.told}, key {book.key}{few}")


def _teller(of: Statistics, key: Key) -> tuple[Teller, ChordBook]:
    from shinko.songwriting.chords import ChordBook
    from shinko.songwriting.teller import teller_of

    teller = teller_of(of, key.mode)
    return teller, ChordBook(teller.ground.process.tokens, key)


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


def _print_reasons(told: Explanation) -> None:
    head = f"{'':>3} {'chord':<8}{'here':>7}{'rank':>6}{'choice':>8}{'adds':>7}   "
    print_lines(f"{head}{'leads to':<30}instead, nats")
    for reason in told.reasons:
        leads = ", ".join(f"{chord} {chance:.0%}" for chord, chance in reason.leads_to)
        instead = ", ".join(f"{chord} {cost:+.2f}" for chord, cost in reason.alternatives)
        print_lines(
            f"{reason.slot:>3} {reason.chord:<8}{reason.probability:>7.1%}{reason.rank:>6}"
            f"{reason.choice:>8.1f}{reason.adds:>+7.1f}   {leads:<30}{instead}"
        )
        if reason.memory:
            print_lines(f"{'':>4}{reason.memory}")
    print_lines(
        f"log-probability {told.log_probability:.2f}; rarer than {told.rarer_than:.0%} of what "
        "these statistics play at this length",
        f"by {told.told}",
    )
    if told.repair:
        slot, chord, gain = told.repair
        print_lines(f"the best single change: {chord} at slot {slot}, {gain:.2f} nats likelier")
