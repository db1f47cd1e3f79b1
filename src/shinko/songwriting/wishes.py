"""What somebody wishes of a piece, in words, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from shinko.errors import FieldError, ShinkoError, UnreadableError
from shinko.request import fields_of
from shinko.songwriting.brief import Brief, Chords, Limit, Required
from shinko.songwriting.by_section import by_section, section_named
from shinko.songwriting.chords import ChordBook, Meant
from shinko.songwriting.plans import Layout, read_plan
from shinko.songwriting.requests import Wishes
from shinko.songwriting.sections import Form
from shinko.songwriting.templates import Changes
from shinko.theory import RomanChord
from shinko.theory.keys import Mode
from shinko.theory.symbols import chord_words

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
_LOCK = re.compile(r"(?:(?P<section>[^\s:.=]+)[:.])?(?P<slot>[^\s:=]+)=(?P<chords>\S+)")


def told(wishes: Wishes) -> dict[str, str]:
    """The wishes by the names of their fields, each as one would write it on a command line."""
    found = {}
    for field in fields_of(Wishes):
        value = getattr(wishes, field.attribute)
        if value != field.default:
            flag = isinstance(value, bool)
            found[field.name] = f"`{field.name}`" + ("" if flag else f" {_quoted(str(value))}")
    return found


def read_wishes(
    wishes: Wishes,
    form: Form,
    books: Mapping[str, ChordBook],
    given: Sequence[Limit] = (),
    changes: Changes | None = None,
) -> Brief:
    """Wishes for the sections of a form, read once.

    Args:
      wishes: what to keep to.
      form: the sections.
      books: the chords of each, by its name.
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
    limits = [*given]
    if changes is not None:
        for name in form.names:
            limits += (replace(one, section=name) for one in changes.limits(books[name]))
    limits += _locks(wishes.fix, form, books, changes)
    limits += _without(wishes.without, form, books)
    limits += _start(wishes.start, form, books)
    limits += _end(wishes.end, form, books)
    return Brief(
        form,
        books,
        limits=tuple(limits),
        required=tuple(_required(wishes.required, form, books)),
        most=wishes.most,
        repeats=wishes.repeats,
        loop=wishes.loop,
        layouts=dict(_layouts(wishes.plan, form, changes)),
        told=tuple(wished.values()),
        wishes=tuple(wished),
        begins=changes.begins if changes else (),
        silent=dict(_silent(wishes.without, form, books)),
    )


def _layouts(text: str, form: Form, changes: Changes | None) -> Iterator[tuple[str, Layout]]:
    own = by_section(text, "plan", form.sections)
    for name in form.names:
        plan = own.get(name, own.get("", ""))
        layout = changes.layout() if changes else read_plan(plan, form.length(name))
        if layout is not None:
            yield name, layout


def section_of(lock: str, sections: Sequence[str]) -> tuple[str, str]:
    """A lock's section, "" for all of them, and the rest of it: "4=V7" of "chorus.4=V7".

    Raises:
      FieldError: it can't be read, or there is no such section.
    """
    match = _LOCK.fullmatch(lock)
    if match is None:
        example = "chorus.4=V7" if any(sections) else "4=V7"
        raise FieldError("fix", lock, f"a slot and a chord, such as {example}")
    name = match["section"] or ""
    rest = f"{match['slot']}={match['chords']}"
    return name and section_named(name, "fix", lock, sections), rest


def _locks(
    text: str, form: Form, books: Mapping[str, ChordBook], changes: Changes | None
) -> Iterator[Limit]:
    for part in chord_words(text):
        name, rest = section_of(part, form.sections)
        slot, _, chord = rest.partition("=")
        names = (name,) if name else form.names
        lengths = {name: changes.slots if changes else form.length(name) for name in names}
        most = max(lengths.values())
        # Python reads no number of thousands of digits.
        if not slot.isdecimal() or len(slot) > 9 or not 1 <= int(slot) <= most:
            beyond = slot.isdecimal() and slot.strip("0") != ""
            way_out = f"raise `{'bars' if form.bars else 'length'}`" if beyond else ""
            raise FieldError("fix", part, f"a slot from 1 to {most}", way_out)
        texts = [one for one in chord.split("|") if one]
        if not texts:
            raise FieldError("fix", part, "a chord, such as V7, or several, such as V7|V")
        for name in names:
            if int(slot) <= lengths[name]:
                every = [books[name].meant(one, "fix") for one in texts]
                place = changes.at(int(slot) - 1) if changes else int(slot) - 1
                yield _as_written(every, "fix", f"`fix` {part}", place, name)


def _as_written(every: Sequence[Meant], wish: str, told: str, place: int, section: str) -> Limit:
    """One of some chords in a slot, sounding as it was written."""
    sounds = dict[int, tuple[RomanChord, ...]]()
    for meant in every:
        for chord in meant.chords:
            sounds[chord] = (*sounds.get(chord, ()), meant.sound)
    slots = range(place, place + 1)
    return Limit(wish, told, frozenset(sounds), slots, section, sounds)


def _without(text: str, form: Form, books: Mapping[str, ChordBook]) -> Iterator[Limit]:
    for name, own in _each(text, "without", form, form.names):
        book = replace(books[name], held=False)
        every = frozenset(range(len(book.tokens)))
        for meant in book.every_meant(own, "without"):
            if meant.known:
                told = f"`without` {book.names(meant.chords)}"
                yield Limit("without", told, every - meant.chords, range(form.length(name)), name)


def _silent(
    text: str, form: Form, books: Mapping[str, ChordBook]
) -> Iterator[tuple[str, tuple[RomanChord, ...]]]:
    """What no chord of a section sounds as, whether the table has it or not."""
    for name, own in _each(text, "without", form, form.names):
        book = replace(books[name], held=False)
        yield name, tuple(meant.sound for meant in book.every_meant(own, "without"))


def _required(text: str, form: Form, books: Mapping[str, ChordBook]) -> Iterator[Required]:
    for name, own in _each(text, "with", form, form.names):
        for meant in books[name].every_meant(own, "with"):
            yield Required(meant.chords, name, meant.sound)


def _each(text: str, field: str, form: Form, usual: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is written for each section: for the piece means for the usual ones, too."""
    for name, own in by_section(text, field, form.sections).items():
        for one in usual if not name else (name,):
            yield one, own


def _start(text: str, form: Form, books: Mapping[str, ChordBook]) -> Iterator[Limit]:
    for name, own in _each(text, "start", form, form.sections[:1]):
        yield from _begun(own, name, books[name])


def _begun(start: str, section: str, book: ChordBook) -> Iterator[Limit]:
    if start.lower() in ("", "any"):
        return
    if start.lower() == "tonic":
        chords = book.tonic() or frozenset(range(len(book.tokens)))
        yield Limit("start", f"`start` {start}", chords, range(1), section)
    else:
        try:
            meant = book.meant(start, "start")
        except UnreadableError as error:
            raise FieldError("start", start, "tonic, any, or a chord", error.expected) from None
        except FieldError as error:
            expected = f"tonic, any, or {error.expected}"
            raise FieldError("start", start, expected, error.way_out) from None
        yield _as_written([meant], "start", f"`start` {start}", 0, section)


def _end(text: str, form: Form, books: Mapping[str, ChordBook]) -> Iterator[Limit]:
    for name, own in _each(text, "end", form, form.sections[-1:]):
        yield from _ended(own, name, form.length(name), books[name])


def _ended(text: str, section: str, length: int, book: ChordBook) -> Iterator[Limit]:
    name, told = text.strip().lower(), f"`end` {text.strip()}"
    cadence = CADENCES.get(name)
    if cadence is None and name.isalpha() and name not in _NUMERALS and len(name) > 4:
        raise FieldError("end", text, f"{', '.join(CADENCES)}, or the last chords")
    if cadence is not None and book.key.mode not in cadence:
        there = ", ".join(each for each, modes in CADENCES.items() if book.key.mode in modes)
        raise FieldError("end", text, f"{there}, or the last chords, in {book.key}")
    last = chord_words(cadence[book.key.mode] if cadence else text)
    if len(last) > length:
        expected = f"at most {length} chords, the `length`, not {len(last)}"
        raise FieldError("end", text, expected)
    any_mode = replace(book, held=False)  # a cadence may borrow a chord
    for place, one in enumerate(last, length - len(last)):
        if cadence:  # of its chords those count that are known here; one of them has to be
            chords = _known(one.split("/"), any_mode)
            yield Limit("end", told, chords, range(place, place + 1), section)
        else:
            yield _as_written([book.meant(one, "end")], "end", told, place, section)


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
