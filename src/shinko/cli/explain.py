"""shinko explain, suggest and best: exact answers about chords of a style's table."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shinko.cli.paths import read_path
from shinko.cli.steering import (
    End,
    Fix,
    Loop,
    Most,
    NoRepeat,
    Start,
    Style,
    Variety,
    With,
    Without,
)
from shinko.errors import ShinkoError

if TYPE_CHECKING:
    from shinko.planning.ground import Ground
    from shinko.songwriting.chords import ChordBook
    from shinko.songwriting.explain import Explanation
    from shinko.tables.table import Floats

# Rows of a heat map in the terminal.
_ROWS, _PICTURE_ROWS = 14, 24
DEFAULT_STYLE, DEFAULT_VARIETY = "pop", "real"

Chords = Annotated[
    str, typer.Argument(help="Roman numerals or chord names; _ for a free slot.", metavar="CHORDS")
]
KeyName = Annotated[str, typer.Option("--key", "-k", help="Key, such as 'C', 'F# minor', 'Bbm'.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def explain_command(
    chords: Chords,
    key: KeyName = "C major",
    style: Style = "",
    variety: Variety = "",
    heatmap: Annotated[
        bool, typer.Option("--heatmap", help="Every chord's probability in every slot.")
    ] = False,
    picture: Annotated[
        Path | None,
        typer.Option(
            help="Draw the heat map, too: a .png or .svg.", parser=read_path, metavar="FILE"
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Why these chords, how rare they are, and what others would cost.

    \b
    shinko explain "I V vi IV"                     chord by chord
    shinko explain "I _ _ V7 _ _ _ I" --heatmap    what may stand in free slots
    shinko explain "Am F C G" --key C --style 1960s
    shinko explain "I _ vi _" --picture heat.png   as a picture

    Here: how usual the chord is after those before it, and its rank. Choice:
    among how many equally likely chords it was chosen. Adds: effective chords
    that it brings to the progression. Instead: what others would cost, in nats
    of the whole progression's log-probability; +0.7 is half as likely.
    Probabilities are exact, under the style's table.
    """
    from shinko.songwriting.explain import explain, heat, read_slots
    from shinko.songwriting.heatmap import shown_chords, write_heatmap

    ground, book = _ground(style, variety, key)
    slots = read_slots(chords, book)
    if heatmap or picture or None in slots:
        probabilities = heat(ground, book, slots)
        rows = shown_chords(probabilities, _ROWS if not picture else _PICTURE_ROWS)
        if picture:
            write_heatmap(
                picture,
                probabilities,
                rows,
                [book.numeral(row) for row in rows],
                f"{chords}   {book.key}, style {ground.name}",
            )
        if as_json:
            _print_json(
                {
                    "chords": [book.numeral(index) for index in range(len(book.tokens))],
                    "probabilities": probabilities.round(6).tolist(),
                }
            )
        else:
            _print_heat(probabilities, rows[:_ROWS], book)
            if picture:
                print(f"{picture}: the same as a picture")
        return
    import numpy as np

    told = explain(ground, book, np.array([min(slot) for slot in slots if slot is not None]))
    if as_json:
        _print_json(told.to_dict())
    else:
        _print_reasons(told, ground.name)


def suggest_command(
    chords: Chords,
    slot: Annotated[
        int | None,
        typer.Option(help="Which slot; the first free one, or the next, if not given."),
    ] = None,
    count: Annotated[int, typer.Option("--count", "-n", help="Suggestions.", min=1)] = 8,
    key: KeyName = "C major",
    style: Style = "",
    variety: Variety = "",
    as_json: AsJson = False,
) -> None:
    """Chords for a slot, the likeliest first, with what is on both sides in mind.

    \b
    shinko suggest "I vi"                          what comes next
    shinko suggest "I vi _ V"                      what fits between
    shinko suggest "I V vi IV" --slot 3            what could replace vi
    """
    from shinko.songwriting.explain import read_slots, suggest

    ground, book = _ground(style, variety, key)
    slots = read_slots(chords, book)
    if slot is None:
        if None not in slots:
            slots.append(None)
        slot = slots.index(None) + 1
    if not 1 <= slot <= len(slots):
        raise ShinkoError(f"--slot {slot}: expected 1 to {len(slots)}")
    found = suggest(ground, book, slots, slot - 1)[:count]
    if as_json:
        told = [{"chord": chord, "probability": round(chance, 6)} for chord, chance in found]
        _print_json({"slot": slot, "suggestions": told})
        return
    print(f"slot {slot}, style {ground.name}")
    for chord, chance in found:
        index = next(i for i in range(len(book.tokens)) if book.numeral(i) == chord)
        name = book.chords[index].name(book.key)
        print(f"  {chord:<8} {name:<8} {chance:6.1%}  {'█' * round(40 * chance)}".rstrip())


def best_command(
    length: Annotated[int, typer.Option("--length", "-l", help="Chords, 1 to 64.")] = 8,
    count: Annotated[int, typer.Option("--count", "-n", help="Progressions.", min=1, max=50)] = 5,
    differ: Annotated[
        int, typer.Option(help="In how many chords each differs from all others.", min=1)
    ] = 3,
    key: KeyName = "C major",
    style: Style = "",
    start: Start = "",
    fix: Fix = "",
    end: End = "",
    loop: Loop = False,
    without: Without = "",
    required: With = "",
    most: Most = None,
    no_repeat: NoRepeat = False,
    as_json: AsJson = False,
) -> None:
    """The most probable progressions that really differ, exactly.

    \b
    shinko best                                    five, three chords apart
    shinko best --end authentic --no-repeat        with an ending
    shinko best --length 4 --loop --differ 2       loops
    """
    from shinko.songwriting.chords import MOST_COMPOSED
    from shinko.songwriting.explain import best
    from shinko.songwriting.wishes import Wishes

    if not 1 <= length <= MOST_COMPOSED:
        raise ShinkoError(f"--length {length}: expected 1 to {MOST_COMPOSED}")
    if differ > length:
        raise ShinkoError(f"--differ {differ}: expected 1 to {length}, the --length")
    ground, book = _ground(style, "", key)
    wishes = Wishes(
        fix=fix,
        start=start,
        end=end,
        loop=loop,
        without=without,
        required=required,
        most=most,
        repeats=not no_repeat,
    )
    found = best(ground, book, wishes, length=length, count=count, differ=differ)
    if as_json:
        _print_json([{"chords": list(names), "log_probability": score} for names, score in found])
        return
    width = max(len(name) for names, _ in found for name in names) + 1
    for names, score in found:
        print(f"{score:8.2f}  " + "".join(f"{name:<{width}}" for name in names).rstrip())
    few = "" if len(found) == count else f"; no more differ in {differ} chords"
    back = ", the step back to the start counted in" if loop else ""
    print(f"log-probability in nats{back}, style {ground.name}, key {book.key}{few}")


def _ground(style: str, variety: str, key: str) -> tuple[Ground, ChordBook]:
    from shinko.songwriting.chords import ChordBook
    from shinko.songwriting.ground import style_ground
    from shinko.songwriting.styles import Style as Tables
    from shinko.theory import Key

    read = Key.parse(key)
    chosen = Tables.parse(style or DEFAULT_STYLE)
    # "Real" is the table as it is: temperature 1, and nothing has to be searched for.
    still = 1.0 if variety in ("", DEFAULT_VARIETY) else None
    ground = style_ground(chosen, variety or DEFAULT_VARIETY, temperature=still)
    return ground, ChordBook(ground.process.tokens, read)


def _print_json(told: object) -> None:
    print(json.dumps(told, ensure_ascii=False, indent=1))


def _print_heat(heat: Floats, rows: list[int], book: ChordBook) -> None:
    width = max(len(book.numeral(row)) for row in rows)
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(" " * width + "".join(f"{slot:>6}" for slot in range(1, len(heat) + 1)))
    for row in rows:
        cells = "".join(_cell(float(chances[row]), coloured) for chances in heat)
        print(f"{book.numeral(row):<{width}}{cells}".rstrip())


def _cell(chance: float, coloured: bool) -> str:
    text = f"{chance:6.0%}" if chance >= 0.005 else " " * 5 + "·"
    if not coloured or chance < 0.005:
        return text
    # 24 greys of the 256 colours, the likelier the lighter.
    grey = 233 + round(20 * chance**0.5)
    letters = 16 if grey > 243 else 252
    return f"\x1b[48;5;{grey}m\x1b[38;5;{letters}m{text}\x1b[0m"


def _print_reasons(told: Explanation, name: str) -> None:
    head = f"{'':>3} {'chord':<8}{'here':>7}{'rank':>6}{'choice':>8}{'adds':>7}   "
    print(f"{head}{'leads to':<30}instead, nats")
    for reason in told.reasons:
        leads = ", ".join(f"{chord} {chance:.0%}" for chord, chance in reason.leads_to)
        instead = ", ".join(f"{chord} {cost:+.2f}" for chord, cost in reason.alternatives)
        print(
            f"{reason.slot:>3} {reason.chord:<8}{reason.probability:>7.1%}{reason.rank:>6}"
            f"{reason.choice:>8.1f}{reason.adds:>+7.1f}   {leads:<30}{instead}"
        )
    print(
        f"log-probability {told.log_probability:.2f}; rarer than {told.rarer_than:.0%} of what "
        f"style {name} plays at this length"
    )
    if told.repair:
        slot, chord, gain = told.repair
        print(f"the best single change: {chord} at slot {slot}, {gain:.2f} nats likelier")
