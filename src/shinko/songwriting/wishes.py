"""What somebody wishes of a piece, in words, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from shinko.errors import ShinkoError
from shinko.score.progression import MOST_CHORDS
from shinko.songwriting.brief import Brief, Chords, Form, Limit
from shinko.songwriting.chords import ChordBook

# The last chords of a cadence, in a major and in a minor key; a slash means "or".
CADENCES: dict[str, tuple[str, str]] = {
    "authentic": ("V/V7 I", "V/V7 i"),
    "half": ("V", "V"),
    "plagal": ("IV I", "iv i"),
    "deceptive": ("V/V7 vi", "V/V7 ♭VI"),
}
USUAL_DIFFERENCE = 4
_LOCK = re.compile(r"(?:(?P<section>[^\s:=]+):)?(?P<slot>[^\s:=]+)=(?P<chords>\S+)")
# Fields of wishes that are called otherwise on a command line.
_OPTIONS = {"required": "with", "repeats": "no-repeat"}


@dataclass(frozen=True)
class Wishes:
    """What to keep to, as the user wrote it.

    Attributes:
      fix: chords of slots: "1=I 4=V7|V 8=I"; with a form, "chorus:1=IV" for a section alone.
      start: the first chord: "tonic", "any", a chord; "" is the tonic unless that slot is locked.
      end: a cadence, such as "authentic", or the last chords, such as "ii V I"; "" for any.
      without: chords that never come.
      required: chords that come at least once.
      loop: the first chord has to follow the last one.
      most: how often each chord comes at most, or None.
      repeats: whether a chord may follow itself.
    """

    fix: str = ""
    start: str = ""
    end: str = ""
    without: str = ""
    required: str = ""
    loop: bool = False
    most: int | None = None
    repeats: bool = True

    def told(self) -> dict[str, str]:
        """The wishes by option, each as one would write it on a command line."""
        told = {}
        for field in fields(self):
            value, option = getattr(self, field.name), f"--{_OPTIONS.get(field.name, field.name)}"
            if value != field.default:
                flag = isinstance(value, bool)
                told[option] = option if flag else f"{option} {_quoted(str(value))}"
        return told


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
        if differ is not None:
            raise ShinkoError(f"--differ {differ}: expected a form, too, such as --form AABA")
        return Form(length)
    if len(names) == 1 and names[0].isalpha() and names[0].isupper():
        names = tuple(names[0])
    elif len(names) == 1:
        raise ShinkoError(
            f"--form {text}: one section; expected letters, such as AABA, or words with spaces "
            "between them"
        )
    if len(names) * length > MOST_CHORDS:
        raise ShinkoError(
            f"--form {text}: {len(names)} sections of {length} chords are "
            f"{len(names) * length}, expected at most {MOST_CHORDS}; shorten with --length"
        )
    if differ is None:
        differ = min(USUAL_DIFFERENCE, length)
    if not 0 <= differ <= length:
        raise ShinkoError(f"--differ {differ}: expected 0 to {length}, the --length")
    return Form(length, names, differ)


def read_wishes(wishes: Wishes, form: Form, book: ChordBook) -> Brief:
    """Wishes for the sections of a form, read once.

    Args:
      wishes: what to keep to.
      form: the sections.
      book: the chords.

    Raises:
      ShinkoError: a wish can't be read.
    """
    told, start = wishes.told(), wishes.start.strip()
    if wishes.most is not None and wishes.most < 1:
        raise ShinkoError(f"--most {wishes.most}: expected 1 or more")
    return Brief(
        form,
        book,
        limits=(
            *_locks(wishes.fix, form, book),
            *_without(wishes.without, form, book),
            *_start(start, form, book),
            *_end(wishes.end, form, book),
        ),
        required=tuple(book.find_all(wishes.required, "--with")),
        most=wishes.most,
        repeats=wishes.repeats,
        loop=wishes.loop,
        tonic=frozenset() if start else book.tonic(),
        told=tuple(told.values()),
        wishes=tuple(told),
    )


def _locks(text: str, form: Form, book: ChordBook) -> Iterator[Limit]:
    for part in text.replace(",", " ").split():
        match = _LOCK.fullmatch(part)
        if match is None:
            raise ShinkoError(f"--fix {part}: expected a slot and a chord, such as 4=V7")
        slot, section = match["slot"], match["section"]
        if section is not None and section not in form.sections:
            raise ShinkoError(
                f"--fix: no section {section!r} in the form "
                f"{' '.join(form.sections).strip() or 'of one section'}; name one of its sections"
            )
        if not slot.isdecimal() or not 1 <= int(slot) <= form.length:
            raise ShinkoError(
                f"--fix {part}: expected a slot from 1 to {form.length}; make it longer with "
                "--length"
            )
        sets = [book.find(one, f"--fix {part}") for one in match["chords"].split("|") if one]
        if not sets:
            raise ShinkoError(
                f"--fix {part}: expected a chord, such as V7, or several, such as V7|V"
            )
        chords: Chords = frozenset().union(*sets)
        place = int(slot) - 1
        yield Limit("--fix", f"--fix {part}", chords, range(place, place + 1), section)


def _without(text: str, form: Form, book: ChordBook) -> Iterator[Limit]:
    every = frozenset(range(len(book.tokens)))
    for chords in book.find_all(text, "--without"):
        told = f"--without {book.names(chords)}"
        yield Limit("--without", told, every - chords, range(form.length))


def _start(start: str, form: Form, book: ChordBook) -> Iterator[Limit]:
    if start.lower() in ("", "any"):
        return
    if start.lower() == "tonic":
        chords = book.tonic() or frozenset(range(len(book.tokens)))
    else:
        try:
            chords = book.find(start, "--start")
        except ShinkoError as error:
            raise ShinkoError(f"{error}; or tonic, or any") from None
    yield Limit("--start", f"--start {start}", chords, range(1), form.sections[0])


def _end(text: str, form: Form, book: ChordBook) -> Iterator[Limit]:
    if not text:
        return
    name, told = text.strip().lower(), f"--end {text.strip()}"
    cadence = CADENCES.get(name)
    if cadence is None and name.isalpha() and name not in _NUMERALS and len(name) > 4:
        raise ShinkoError(f"{told}: expected {', '.join(CADENCES)}, or the last chords")
    last = (cadence[book.key.is_minor] if cadence else text.replace(",", " ")).split()
    if len(last) > form.length:
        raise ShinkoError(f"{told}: {len(last)} chords; expected at most {form.length} (--length)")
    for place, one in enumerate(last, form.length - len(last)):
        # Of a cadence's chords those count that are known here; one of them has to be.
        chords = _known(one.split("/"), book, told) if cadence else book.find(one, told)
        yield Limit("--end", told, chords, range(place, place + 1), form.sections[-1])


_NUMERALS = frozenset({"i", "ii", "iii", "iv", "v", "vi", "vii"})


def _known(texts: Sequence[str], book: ChordBook, option: str) -> Chords:
    found: Chords = frozenset()
    for text in texts:
        try:
            found |= book.find(text, option)
        except ShinkoError:
            continue
    return found or book.find(texts[0], option)


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text
