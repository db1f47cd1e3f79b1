"""A song as a text file: what is asked of the piece, and a table for each section.

    key = "A minor"
    form = "verse chorus verse chorus+2"
    seed = 7

    [sections.verse]
    length = 8
    end = "half"

    [sections.chorus]
    length = 4
    key = "C"

The names are those of a `ComposeRequest`, which holds the same in fewer words: `form` "verse:8
chorus:4 verse chorus+2", `end` "verse=half", `keys` "chorus=C".
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shinko.errors import FieldError, ShinkoError, UnreadableError
from shinko.paths import expanded
from shinko.request import fields_of
from shinko.score.progression import parse_meter
from shinko.songwriting.by_section import by_section, joined, read_own, read_playing
from shinko.songwriting.requests import ComposeRequest
from shinko.songwriting.sections import FormWord, form_words, read_form, told_lengths
from shinko.songwriting.usual import METER
from shinko.songwriting.wishes import section_of
from shinko.theory.symbols import chord_words

SUFFIX = ".toml"
MOST_BYTES = 1_000_000
SECTIONS = "sections"

# What a section's table tells, and the field of the request that holds it.
_BY_SECTION = {
    **{name: name for name in ("plan", "start", "end", "with", "without")},
    "key": "keys",
    "tempo": "tempos",
    "style": "styles",
}
_TABLE = ("length", "bars", "fix", *_BY_SECTION)
_HEAD = """\
# A song of Shinko's. `shinko compose` with this file's name plays it again; what you change or add
# counts from then on. `shinko schema compose` tells the names.
"""


class SongFileError(ShinkoError):
    """A song's file can't be read."""


def is_song(text: str) -> bool:
    """Whether what somebody has is the name of a song's file."""
    return text.casefold().endswith(SUFFIX)


def read_song(path: Path) -> dict[str, Any]:
    """What a song's file asks, by the names of a `ComposeRequest`.

    Raises:
      SongFileError: it isn't there, or something in it can't be; the message names both.
    """
    try:
        with Path(expanded(str(path))).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SongFileError(f"{path}: {error.strerror}; expected a song's file") from None
    if len(data) > MOST_BYTES:
        raise SongFileError(f"{path}: more than {MOST_BYTES:,} bytes; expected a song's file")
    try:
        values = _flat(tomllib.loads(data.decode("utf-8-sig")))
        _check(ComposeRequest.from_dict(values))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SongFileError(f"{path}: not TOML: {' '.join(str(error).split())}") from None
    except ValueError:  # Python doesn't read numbers of thousands of digits
        raise SongFileError(f"{path}: a number is too long; shorten it") from None
    except ShinkoError as error:
        raise SongFileError(f"{path}: {error}") from None
    return values


def _check(request: ComposeRequest) -> None:
    """Raises: FieldError, where what is asked of sections can't be read."""
    form = read_form(request.form, None, request.slots)
    read_playing(request.keys, request.tempos, request.styles, form, request.meter or METER)


def _flat(song: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a request: what sections' tables tell is said by name."""
    values = {name: value for name, value in song.items() if name != SECTIONS}
    tables = song.get(SECTIONS, {})
    if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
        raise SongFileError(f"{SECTIONS}: expected tables, such as [{SECTIONS}.verse]")
    form = _text("form", values.get("form", ""))
    # A form of one section is none on a command line; here its table tells how long it is.
    words = [FormWord(form.strip())] if form.strip() in tables else form_words(form)
    texts = {field: {"": _text(field, values.get(field, ""))} for field in _BY_SECTION.values()}
    locks = [_text("fix", values.get("fix", ""))]
    for name, table in tables.items():
        own = [place for place, word in enumerate(words) if word.name == name]
        if not own:
            known = ", ".join(dict.fromkeys(word.name for word in words)) or "no sections"
            raise SongFileError(
                f"{SECTIONS}.{name}: expected a section of `form`, which has {known}; name it there"
            )
        for key, value in table.items():
            where = f"{SECTIONS}.{name}: {key}"
            if key not in _TABLE:
                raise SongFileError(f"{where}: unknown; expected {', '.join(_TABLE)}")
            told = _text(where, value)
            if key == "fix":
                locks += (f"{name}.{lock}" for lock in chord_words(told))
            elif key in _BY_SECTION:
                _check_own(where, key, told, values)
                texts[_BY_SECTION[key]][name] = told
            elif words[own[0]].size is not None:
                raise SongFileError(f"{where}: {name} has a length already; leave one of them out")
            elif not isinstance(value, int) or isinstance(value, bool):
                raise SongFileError(f"{where} {value!r}: expected a whole number")
            else:
                words[own[0]] = words[own[0]]._replace(size=value, in_bars=key == "bars")
    told_texts = {field: joined(own) for field, own in texts.items()}
    told_texts |= {"fix": " ".join(filter(None, locks))}
    if any(word.size for word in words):
        told_texts["form"] = " ".join(map(str, words))
    return values | {field: text for field, text in told_texts.items() if text}


def _check_own(where: str, key: str, told: str, song: Mapping[str, Any]) -> None:
    """Raises: SongFileError, where a section's own key, tempo or style can't be."""
    meter = song.get("meter")
    if key not in ("key", "tempo", "style"):
        return
    try:
        read_own(_BY_SECTION[key], told, parse_meter(meter) if isinstance(meter, str) else METER)
    except UnreadableError as error:
        raise SongFileError(f"{where}: {error.expected}") from None
    except FieldError as error:
        raise SongFileError(f"{where} {told}: expected {error.expected}") from None


def _text(where: str, value: Any) -> str:
    """A text, or a number as one; raises FieldError for anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise SongFileError(f"{where} {value!r}: expected a text")
    return f"{value:g}" if isinstance(value, float) else str(value)


def song_text(request: ComposeRequest) -> str:
    """The file of a song; what goes without saying isn't in it."""
    import tomli_w

    defaults = {one.name: one.plain(one.default) for one in fields_of(ComposeRequest)}
    told = {
        name: value
        for name, value in request.to_dict().items()
        if name == "seed" or (value not in (None, []) and value != defaults[name])
    }
    return f"{_HEAD}\n{tomli_w.dumps(_nested(told))}"


def _nested(told: Mapping[str, Any]) -> dict[str, Any]:
    """The same with a table for each section that something is told of by name."""
    song, words = dict(told), form_words(told.get("form", ""))
    names = list(dict.fromkeys(word.name for word in words))
    tables: dict[str, dict[str, Any]] = {name: {} for name in names}
    if len(words) > 1 and any(word.size for word in words):
        for name, word in told_lengths(words).items():
            if word.size is not None:
                tables[name]["bars" if word.in_bars else "length"] = word.size
        song["form"] = " ".join(str(word._replace(size=None)) for word in words)
    for key, field in _BY_SECTION.items():
        own = by_section(song.pop(field, ""), field, names)
        if "" in own:
            song[field] = own.pop("")
        for name, text in own.items():
            tables[name][key] = float(text) if key == "tempo" else text
    locks: dict[str, list[str]] = {}
    for lock in chord_words(song.pop("fix", "")):
        name, slot = section_of(lock, names)
        locks.setdefault(name, []).append(slot)
    for name, own_locks in locks.items():
        (tables[name] if name else song)["fix"] = " ".join(own_locks)
    if any(tables.values()):
        song[SECTIONS] = {name: table for name, table in tables.items() if table}
    return song
