"""What is asked of a piece and of its sections, in one text: "half chorus=authentic".

What stands before the first name counts for the piece: each option tells which sections that is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shinko.errors import FieldError, ShinkoError, UnreadableError
from shinko.score.pattern import check_meter, find_pattern
from shinko.score.progression import TEMPO_RANGE_BPM
from shinko.songwriting.sections import PRIMES, Form
from shinko.theory import Key
from shinko.theory.symbols import chord_words

_NAMED = re.compile(r"(?P<name>[^\s=]*)=(?P<text>\S*)")


def by_section(text: str, field: str, sections: Sequence[str]) -> dict[str, str]:
    """What is written for each section that is named, and for the piece, "".

    Args:
      text: words, with a section's name and = before the first one that counts for it alone.
      field: that it was written in.
      sections: the names that there are.

    Raises:
      FieldError: there is no such section, or nothing stands after its name, or it comes twice.
    """
    found = dict[str, list[str]]()
    name = ""
    for word in chord_words(text):
        match = _NAMED.fullmatch(word)
        if match is not None:
            name = section_named(match["name"], field, word, sections)
            if name in found:
                raise FieldError(field, text, f"section {name} once", "leave one of them out")
            found[name] = []
            word = match["text"]
        if word:
            found.setdefault(name, []).append(word)
    for name, words in found.items():
        if not words:
            raise FieldError(field, text, f"something after {name}=")
    return {name: " ".join(words) for name, words in found.items()}


def joined(texts: Mapping[str, str]) -> str:
    """The way back: what counts for the piece first."""
    every = [texts[""]] if texts.get("") else []
    return " ".join([*every, *(f"{name}={text}" for name, text in texts.items() if name)])


def section_named(name: str, field: str, told: str, sections: Sequence[str]) -> str:
    """A section by its name as it was written.

    Raises:
      FieldError: there is no such section.
    """
    plain = name.translate({ord(prime): "'" for prime in PRIMES})
    if not plain or plain not in sections:
        names = ", ".join(dict.fromkeys(filter(None, sections)))
        expected = f"a section of the form: {names}" if names else "no section without a `form`"
        raise FieldError(field, told, expected)
    return plain


@dataclass(frozen=True)
class SectionPlaying:
    """How sections are played that don't go as the piece does, by name."""

    keys: Mapping[str, Key] = field(default_factory=dict)
    tempos: Mapping[str, float] = field(default_factory=dict)
    styles: Mapping[str, str] = field(default_factory=dict)


def read_playing(
    keys: str, tempos: str, styles: str, form: Form, meter: tuple[int, int]
) -> SectionPlaying:
    """The same as one writes it: "chorus=C bridge=Eb", "bridge=84", "bridge=bossa".

    Raises:
      FieldError: it can't be read, or a section can't be played so.
    """
    every = {"keys": keys, "tempos": tempos, "styles": styles}
    read = {
        field: {
            name: _READERS[field](f"{name}=", own, meter)
            for name, own in _own(field, text, form).items()
        }
        for field, text in every.items()
    }
    return SectionPlaying(**read)


def read_own(field: str, text: str, meter: tuple[int, int]) -> None:
    """Hold a section's own key, tempo or style to what there can be, by the field of all.

    Raises:
      FieldError: it can't be.
    """
    _READERS[field]("", text, meter)


def _own(field: str, text: str, form: Form) -> dict[str, str]:
    found = by_section(text, field, form.sections)
    if "" in found:
        expected = f"a section and =, such as {_SUCH_AS[field]}"
        raise FieldError(field, text, expected, f"`{field[:-1]}` is of the piece")
    return found


def _key(name: str, text: str, meter: tuple[int, int]) -> Key:
    try:
        return Key.parse(text)
    except ShinkoError as error:
        raise UnreadableError("keys", f"{name}{text}", error) from None


def _tempo(name: str, text: str, meter: tuple[int, int]) -> float:
    slowest, fastest = TEMPO_RANGE_BPM
    try:
        tempo = float(text)
    except ValueError:
        tempo = 0.0
    if not slowest <= tempo <= fastest:
        expected = f"{slowest} to {fastest} quarter notes a minute"
        raise FieldError("tempos", f"{name}{text}", expected)
    return tempo


def _style(name: str, text: str, meter: tuple[int, int]) -> str:
    try:
        check_meter(find_pattern(text), meter)
    except ShinkoError as error:
        raise UnreadableError("styles", f"{name}{text}", error) from None
    return text


_READERS: dict[str, Callable[[str, str, tuple[int, int]], Any]] = {
    "keys": _key,
    "tempos": _tempo,
    "styles": _style,
}
_SUCH_AS = {"keys": "bridge=Eb", "tempos": "bridge=84", "styles": "bridge=bossa"}
