"""What somebody wishes of a piece, in words, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from shinko.errors import FieldError, ShinkoError, UnreadableError
from shinko.request import fields_of
from shinko.score.progression import MOST_CHORDS
from shinko.songwriting.brief import Brief, Chords, Form, Limit
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.plans import read_plan
from shinko.songwriting.requests import Wishes
from shinko.songwriting.templates import Changes
from shinko.theory.keys import Mode

# The last chords of a cadence in each mode; a slash means "or". Where a mode has no leading tone,
# the chords that close it in its place stand for V: they tell the mode by the note it is known
# for. Lydian has no fourth degree to close from; dorian's ♭VI is borrowed from minor.
CADENCES: dict[str, dict[Mode, str]] = {
    "authentic": {
        "major": "V/V7 I",
        "minor": "V/V7 i",
        "dorian": "IV/IV7/♭VII/v/v7 i",
        "phrygian": "♭II/♭IImaj7/♭vii/♭vii7 i",
        "lydian": "II/II7/V/vii I",
        "mixolydian": "♭VII/♭VIImaj7/v/v7 I",
    },
    "half": {
        "major": "V",
        "minor": "V",
        "dorian": "v",
        "phrygian": "♭II/♭vii",
        "lydian": "V/II",
        "mixolydian": "v/♭VII",
    },
    "plagal": {
        "major": "IV I",
        "minor": "iv i",
        "dorian": "IV i",
        "phrygian": "iv i",
        "mixolydian": "IV I",
    },
    "deceptive": {
        "major": "V/V7 vi",
        "minor": "V/V7 ♭VI",
        "dorian": "v/v7/♭VII ♭VI",
        "phrygian": "♭II/♭vii/♭vii7 ♭VI",
        "lydian": "V/II vi",
        "mixolydian": "v/v7/♭VII vi",
    },
}
USUAL_DIFFERENCE = 4
_LOCK = re.compile(r"(?:(?P<section>[^\s:=]+):)?(?P<slot>[^\s:=]+)=(?P<chords>\S+)")


def told(wishes: Wishes) -> dict[str, str]:
    """The wishes by the names of their fields, each as one would write it on a command line."""
    found = {}
    for field in fields_of(Wishes):
        value = getattr(wishes, field.attribute)
        if value != field.default:
            flag = isinstance(value, bool)
            found[field.name] = f"`{field.name}`" + ("" if flag else f" {_quoted(str(value))}")
    return found


def read_form(text: str, differ: int | None, length: int) -> Form:
    """A form as one writes it: AABA, or words such as verse chorus verse.

    Args:
      text: the form; "" for one section.
      differ: in how many chords sections of different names differ at the least; None for the
        usual 4, or all if there are fewer.
      length: chords of each section.

    Raises:
      ShinkoError: it is too long, or sections can't differ so much.
    """
    names = tuple(text.replace(",", " ").split())
    if not names:
        return Form(length)
    if len(names) == 1 and names[0].isalpha() and names[0].isupper():
        names = tuple(names[0])
    elif len(names) == 1:
        raise FieldError(
            "form", text, "several sections: letters, such as AABA, or words with spaces between"
        )
    if len(names) * length > MOST_CHORDS:
        raise FieldError(
            "form",
            text,
            f"at most {MOST_CHORDS} chords; {len(names)} sections of {length} are "
            f"{len(names) * length}",
            "lower `length`",
        )
    if differ is None:
        differ = min(USUAL_DIFFERENCE, length)
    if not 0 <= differ <= length:
        raise FieldError("differ", differ, f"0 to {length}, the `length`")
    return Form(length, names, differ)


def read_wishes(
    wishes: Wishes,
    form: Form,
    book: ChordBook,
    given: Sequence[Limit] = (),
    changes: Changes | None = None,
) -> Brief:
    """Wishes for the sections of a form, read once.

    Args:
      wishes: what to keep to.
      form: the sections.
      book: the chords.
      given: what slots may have of which the chords are there already, all of one field.
      changes: of a template, that each section plays.

    Raises:
      ShinkoError: a wish can't be read.
    """
    wished = {limit.wish: f"`{limit.wish}`" for limit in given[:1]} | told(wishes)
    if changes is not None:
        if "plan" in wished:
            raise FieldError(
                "plan",
                wishes.plan,
                f"none beside `template` {changes.name}, which says what comes again",
                "leave one of them out",
            )
        wished = {"template": f"`template` {changes.name}", **wished}
    return Brief(
        form,
        book,
        limits=(
            *given,
            *(changes.limits(book) if changes else ()),
            *_locks(wishes.fix, form, book, changes),
            *_without(wishes.without, form, book),
            *_start(wishes.start.strip(), form, book),
            *_end(wishes.end, form, book),
        ),
        required=tuple(book.find_all(wishes.required, "with")),
        most=wishes.most,
        repeats=wishes.repeats,
        loop=wishes.loop,
        layout=changes.layout() if changes else read_plan(wishes.plan, form.length),
        told=tuple(wished.values()),
        wishes=tuple(wished),
        begins=changes.begins if changes else (),
    )


def _locks(text: str, form: Form, book: ChordBook, changes: Changes | None) -> Iterator[Limit]:
    length = changes.slots if changes else form.length
    for part in text.replace(",", " ").split():
        match = _LOCK.fullmatch(part)
        if match is None:
            raise FieldError("fix", part, "a slot and a chord, such as 4=V7")
        slot, section = match["slot"], match["section"]
        if section is not None and section not in form.sections:
            names = ", ".join(dict.fromkeys(filter(None, form.sections)))
            expected = f"a section of the form: {names}" if names else "no section without a `form`"
            raise FieldError("fix", part, expected)
        # Python reads no number of thousands of digits.
        if not slot.isdecimal() or len(slot) > 9 or not 1 <= int(slot) <= length:
            beyond = slot.isdecimal() and slot.strip("0") != ""
            way_out = "raise `length`" if beyond else ""
            raise FieldError("fix", part, f"a slot from 1 to {length}", way_out)
        sets = [book.find(one, "fix") for one in match["chords"].split("|") if one]
        if not sets:
            raise FieldError("fix", part, "a chord, such as V7, or several, such as V7|V")
        chords: Chords = frozenset().union(*sets)
        place = changes.at(int(slot) - 1) if changes else int(slot) - 1
        yield Limit("fix", f"`fix` {part}", chords, range(place, place + 1), section)


def _without(text: str, form: Form, book: ChordBook) -> Iterator[Limit]:
    every, any_mode = frozenset(range(len(book.tokens))), replace(book, held=False)
    for chords in any_mode.find_all(text, "without"):
        told = f"`without` {book.names(chords)}"
        yield Limit("without", told, every - chords, range(form.length))


def _start(start: str, form: Form, book: ChordBook) -> Iterator[Limit]:
    if start.lower() in ("", "any"):
        return
    if start.lower() == "tonic":
        chords = book.tonic() or frozenset(range(len(book.tokens)))
    else:
        try:
            chords = book.find(start, "start")
        except UnreadableError as error:
            raise FieldError("start", start, "tonic, any, or a chord", error.expected) from None
        except FieldError as error:
            expected = f"tonic, any, or {error.expected}"
            raise FieldError("start", start, expected, error.way_out) from None
    yield Limit("start", f"`start` {start}", chords, range(1), form.sections[0])


def _end(text: str, form: Form, book: ChordBook) -> Iterator[Limit]:
    if not text:
        return
    name, told = text.strip().lower(), f"`end` {text.strip()}"
    cadence = CADENCES.get(name)
    if cadence is None and name.isalpha() and name not in _NUMERALS and len(name) > 4:
        raise FieldError("end", text, f"{', '.join(CADENCES)}, or the last chords")
    if cadence is not None and book.key.mode not in cadence:
        there = ", ".join(each for each, modes in CADENCES.items() if book.key.mode in modes)
        raise FieldError("end", text, f"{there}, or the last chords, in {book.key}")
    last = (cadence[book.key.mode] if cadence else text.replace(",", " ")).split()
    if len(last) > form.length:
        expected = f"at most {form.length} chords, the `length`, not {len(last)}"
        raise FieldError("end", text, expected)
    any_mode = replace(book, held=False)  # a cadence may borrow a chord
    for place, one in enumerate(last, form.length - len(last)):
        # Of a cadence's chords those count that are known here; one of them has to be.
        chords = _known(one.split("/"), any_mode) if cadence else book.find(one, "end")
        yield Limit("end", told, chords, range(place, place + 1), form.sections[-1])


_NUMERALS = frozenset({"i", "ii", "iii", "iv", "v", "vi", "vii"})


def _known(texts: Sequence[str], book: ChordBook) -> Chords:
    found: Chords = frozenset()
    for text in texts:
        try:
            found |= book.find(text, "end")
        except ShinkoError:
            continue
    return found or book.find(texts[0], "end")


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
