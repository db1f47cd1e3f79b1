"""Chords that somebody has, ready to be asked about: read, heard in their key, and told of."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shinko.cli.streams import print_lines
from shinko.errors import FieldError

if TYPE_CHECKING:
    from shinko.songwriting.chords import ChordBook
    from shinko.songwriting.given import Given, Slots
    from shinko.songwriting.questions import Statistics
    from shinko.songwriting.requests import Wishes
    from shinko.songwriting.teller import Teller
    from shinko.theory import Key


def from_input(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, with the text of standard input where the chords are "-".

    Raises:
      FieldError: that is too long, or no text.
    """
    if given.get("chords") != "-":
        return given
    from shinko.files.read import MOST_TEXT_BYTES
    from shinko.intake.remarks import Remarks
    from shinko.intake.text import text_of

    data = sys.stdin.buffer.read(MOST_TEXT_BYTES + 1)
    remarks = Remarks()
    text = text_of(data, remarks)
    if len(data) > MOST_TEXT_BYTES or "\0" in text:
        raise FieldError(
            "chords",
            "-",
            f"at most {MOST_TEXT_BYTES:,} bytes of text on standard input",
            "give a file by its name",
        )
    if str(remarks):
        print_lines(f"-: {remarks}", to_error=True)
    return {**given, "chords": text.rstrip("\n") + "\n"}


@dataclass(frozen=True, eq=False)
class Answering:
    """Who answers, about which chords."""

    given: Given
    teller: Teller
    book: ChordBook
    slots: Slots

    @property
    def told_key(self) -> str:
        """The key, and whether it was found."""
        return self.given.piece.told_key

    def to_dict(self) -> dict[str, object]:
        """The key, whether it was found, and which chords are heard as others, for JSON."""
        from shinko.songwriting.given import heard_as

        return {
            "key": str(self.given.key),
            "key_was_found": self.given.piece.key_was_found,
            "heard_as": heard_as(self.given, self.slots, self.book),
        }


def answering(
    chords: str,
    key: Key | None,
    bars: tuple[int, int] | None,
    of: Statistics,
    *,
    writing: bool = False,
) -> Answering:
    """Read chords, in the key that they are in if none is told, and say what was changed of them.

    Raises:
      ShinkoError: they can't be read, or a table can't.
    """
    from shinko.songwriting.chords import ChordBook
    from shinko.songwriting.given import hear, read_given
    from shinko.songwriting.teller import teller_of

    given = read_given(chords, key, bars=bars)
    teller = teller_of(of, given.key.mode)
    book = ChordBook(teller.ground.process.tokens, given.key)
    slots = hear(given, book)
    tell_changes(given, slots, book, writing=writing)
    return Answering(given, teller, book, slots)


def tell_changes(
    given: Given | None,
    slots: Slots | None,
    book: ChordBook,
    *,
    writing: bool = True,
    wishes: Wishes | None = None,
) -> None:
    """Say what was left out, changed or is heard as something else, where anything was."""
    from shinko.songwriting.given import remarks
    from shinko.theory.bare_numerals import bare_in

    if wishes is not None:
        texts = (wishes.fix, wishes.start, wishes.end, wishes.without, wishes.required)
        if told := bare_in(texts, book.key.mode):
            print_lines(told, to_error=True)
    if given is None or slots is None:
        return
    if told := remarks(given, slots, book, writing=writing):
        print_lines(f"{given.label}: {told}", to_error=True)
