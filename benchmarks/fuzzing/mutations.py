"""Inputs as no writer writes them: seeds that are cut, spliced, doubled, and full of odd values.

A mutation takes a source of chance, so that the same number gives the same case. Hypothesis makes
values and shrinks what fails, but doesn't start from files that are there; so the few mutations
that matter stand here.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Input = TypeVar("Input", str, bytes)

MOST = 20_000  # characters or bytes of a case
DEEP = 1_200  # brackets within brackets; Python's own parser of JSON stands about a thousand

# What readers stumble over: numbers that are none or beyond all, signs that nobody sees, halves of
# characters, digits that are no ASCII, line ends of all kinds, and escapes of a terminal.
TOKENS = (
    *("9" * 30, "1" + "0" * 20, "-1", "0", "00", "1e999", "-1e999", "1e-999", "0.1", "1.", "1_0"),
    *("NaN", "nan", "Infinity", "-inf", "null", "true", "None", "18446744073709551616", "+1"),
    *("2147483648", "9223372036854775808", "٣", "²", "①", "𝟙", "1/0", "0/0", "4/4", "999/1"),
    *("\0", "\ud800", "\udfff", "\uffff", "\U0010ffff", "\ufeff", "\u2028", "\x85", "\x1b[2J"),
    *("\u202e", "\u200d", "\xad", "\t", "\r", "\r\n", "\n", "\n\n", "\x0b", " ", "\u3000", "\x7f"),
    *('"', "'", "\\", "\\u0000", "\\ud800", ",", ":", ";", "=", "|", "/", "-", "_", "*", "#", "%s"),
    *("[", "]", "{", "}", "(", ")", "<", ">", "&", "&#0;", "<!--", "<![CDATA[", "\x1f", "\x1c"),
    *("é", "♭", "♯", "𝄫", "İ", "ß", "ﬁ", "漢", "bb", "##", "b" * 40, "#" * 40, "(" * 50),
    *("1|2|3", "x2", "x999999", "%", "~", "$HOME", "../..", "{}", "a.b.c", "x" * 40),
)
# Length and depth, which take their time: drawn now and then.
LONG_TOKENS = ("9" * 400, "9" * 5_000, "[" * DEEP, '{"a":' * DEEP, "a.b" * 200, "x" * 300)
_BYTES = (
    *(token.encode("utf-8", "surrogatepass") for token in TOKENS),
    *(b"\xff", b"\xff\xff\xff\xff", b"\x80", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff"),
    *(b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xf0\x90", b"PK\x03\x04", b"\x1f\x8b\x08"),
    *(b"MThd", b"MTrk", b"\xff\x51\x03\x00\x00\x00", b"\xff\x58\x04\xff\xff\x18\x08", b"\xf0\x7f"),
    *(b"\x90\x3c\x40", b"\xff\x2f\x00", b"\xff\xff\xff\x7f", b"\x83\x60", b"RIFF", b"sfbk"),
)
_LONG_BYTES = tuple(token.encode() for token in LONG_TOKENS)
_OFTEN = 0.97
_NUMBER = {str: re.compile(r"-?\d+(?:\.\d+)?"), bytes: re.compile(rb"-?\d+(?:\.\d+)?")}


def mutated(rng: random.Random, seeds: Sequence[Input]) -> Input:
    """One of the seeds, changed in one to some places."""
    text = rng.choice(seeds)
    for _ in range(few(rng)):
        text = rng.choice(_CHANGES)(rng, text, seeds)
    return text[:MOST]


def few(rng: random.Random) -> int:
    """How many changes to make: mostly one."""
    return 1 if rng.random() < 0.5 else rng.randint(2, 5)


def _place(rng: random.Random, text: Input) -> tuple[int, int]:
    """A part of a text, mostly a short one."""
    begin = rng.randint(0, len(text))
    longest = len(text) if rng.random() < 0.1 else rng.choice((1, 4, 16, 64))
    return begin, min(len(text), begin + rng.randint(1, longest or 1))


def _flip(rng: random.Random, text: Input, seeds: Sequence[Input]) -> Input:
    if not text:
        return text
    at = rng.randrange(len(text))
    if isinstance(text, bytes):
        return text[:at] + bytes([text[at] ^ 1 << rng.randrange(8)]) + text[at + 1 :]
    return text[:at] + chr(ord(text[at]) ^ 1 << rng.randrange(8)) + text[at + 1 :]


def _delete(rng: random.Random, text: Input, seeds: Sequence[Input]) -> Input:
    begin, end = _place(rng, text)
    return text[:begin] + text[end:]


def _repeat(rng: random.Random, text: Input, seeds: Sequence[Input]) -> Input:
    begin, end = _place(rng, text)
    times = rng.choice((1, 1, 1, 2, 2, 9)) if rng.random() < _OFTEN else 300
    return text[:end] + text[begin:end] * min(times, MOST // max(end - begin, 1)) + text[end:]


def _swap(rng: random.Random, text: Input, seeds: Sequence[Input]) -> Input:
    one, two, three = sorted(rng.randint(0, len(text)) for _ in range(3))
    return text[:one] + text[two:three] + text[one:two] + text[three:]


def _cut(rng: random.Random, text: Input, seeds: Sequence[Input]) -> Input:
    at = rng.randint(0, len(text))
    return text[:at] if rng.random() < 0.7 else text[at:]


def _insert(rng: random.Random, text: Input, seeds: Sequence[Input]) -> Input:
    begin, end = _place(rng, text)
    token: Any = _token(rng, text)
    inserted: Input = text[:begin] + token + text[begin if rng.random() < 0.6 else end :]
    return inserted


def _token(rng: random.Random, text: Input) -> str | bytes:
    often = rng.random() < _OFTEN
    if isinstance(text, bytes):
        return rng.choice(_BYTES if often else _LONG_BYTES)
    return rng.choice(TOKENS if often else LONG_TOKENS)


def _renumber(rng: random.Random, text: Input, seeds: Sequence[Input]) -> Input:
    pattern: Any = _NUMBER[type(text)]
    found = list(pattern.finditer(text))
    if not found:
        return _insert(rng, text, seeds)
    begin, end = rng.choice(found).span()
    numbers: Any = _BYTES if isinstance(text, bytes) else TOKENS
    token: Any = rng.choice(numbers[:24]) if rng.random() < _OFTEN else _token(rng, text)
    inserted: Input = text[:begin] + token + text[end:]
    return inserted


def _splice(rng: random.Random, text: Input, seeds: Sequence[Input]) -> Input:
    other = rng.choice(seeds)
    if rng.random() < 0.5:
        return text[: rng.randint(0, len(text))] + other[rng.randint(0, len(other)) :]
    begin, end = _place(rng, other)
    at, until = _place(rng, text)
    return text[:at] + other[begin:end] + text[at if rng.random() < 0.5 else until :]


def _lines(rng: random.Random, text: Input, seeds: Sequence[Input]) -> Input:
    end: Any = b"\n" if isinstance(text, bytes) else "\n"
    lines = text.split(end)
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    kind = rng.randrange(4)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(other, lines[at])
    elif kind == 2:
        lines[at], lines[other] = lines[other], lines[at]
    else:
        end = b"\r\n" if isinstance(text, bytes) else "\r\n"
    joined: Input = end.join(lines)
    return joined


def _encode_anew(rng: random.Random, text: Input, seeds: Sequence[Input]) -> Input:
    if isinstance(text, str):
        return text.upper() if rng.random() < 0.5 else text.swapcase()
    encoding = rng.choice(("utf-16", "utf-16-be", "utf-8-sig", "utf-32", "shift_jis", "utf-7"))
    return text.decode("utf-8", "replace").encode(encoding, "replace")


# Those that keep most of a seed as it is are drawn more often: they reach what lies deeper.
_CHANGES: tuple[Callable[[random.Random, Any, Sequence[Any]], Any], ...] = (
    *(_flip, _flip, _delete, _delete, _repeat, _swap, _cut),
    *(_insert, _insert, _insert, _renumber, _renumber, _splice, _lines, _encode_anew),
)
