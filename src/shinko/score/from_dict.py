"""A progression from plain values, such as JSON that somebody edited by hand.

Of a chord, token, numeral and name stand side by side, and any one of them will do. Who edits one
of numeral and name may leave the other two: the one that differs is what counts. A token that
differs alone may be new, or the others may be: that is asked back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

from shinko.errors import ShinkoError
from shinko.score.progression import (
    MelodyNote,
    Progression,
    ProgressionError,
    Section,
    parse_meter,
)
from shinko.score.words import Lyric
from shinko.theory import Key, RomanChord, parse_roman, parse_token, roman_from_name
from shinko.theory.bare_numerals import is_bare

LONGEST_SHOWN = 60  # characters of a wrong value
LARGEST = 2**64  # of whole numbers, seeds among them


def progression_from_dict(data: Mapping[str, Any]) -> Progression:
    """The progression that `Progression.to_dict` wrote, or a part of it.

    Only key and chords must be there, of a chord only its beats and one of token, roman and name.

    Raises:
      ProgressionError: a field is missing, unknown, or of another type than expected; or a chord
        says several things at once.
      ShinkoError: a chord or the key can't be read, or a value is out of its range.
    """
    _check_fields("progression", data, _FIELDS, required=("key", "chords"))
    for place, chord in enumerate(data["chords"], start=1):
        _check_fields(f"chord {place}", chord, _CHORD_FIELDS, required=("beats",))
    optional = {
        name: data[name] for name in _FIELDS if name in data and name not in ("key", "chords")
    }
    if "details" in optional:
        optional["details"] = tuple(map(_detail, optional["details"]))
    if "meter" in optional:
        optional["meter"] = _meter(optional["meter"])
    for name, (kind, fields, required) in _PARTS.items():
        rows = optional.get(name, ())
        for place, row in enumerate(rows, start=1):
            _check_fields(f"{name} {place}", row, fields, required=required)
        optional[name] = tuple(kind(**row) for row in rows)
    key = Key.parse(data["key"])
    own = (
        [section.key or key] * min(section.length, len(data["chords"]))
        for section in optional["sections"]
    )
    keys = chain(chain.from_iterable(own), repeat(key))
    every = enumerate(zip(data["chords"], keys, strict=False), 1)
    return Progression(
        chords=tuple(_chord(place, chord, key) for place, (chord, key) in every),
        key=key,
        beats=tuple(chord["beats"] for chord in data["chords"]),
        **optional,
    )


def _section(key: str | None = None, **fields: Any) -> Section:
    return Section(**fields, key=None if key is None else Key.parse(key))


_NUMBER = (int, float)
_FIELDS: dict[str, tuple[type, ...]] = {
    "title": (str,),
    "key": (str,),
    "tempo_bpm": _NUMBER,
    "meter": (list, tuple, str),
    "chords": (list, tuple),
    "seed": (int, type(None)),
    "policy": (str, type(None)),
    "log_probability": (*_NUMBER, type(None)),
    "sections": (list, tuple),
    "melody": (list, tuple),
    "key_was_found": (bool,),
    "ritardando": (bool,),
    "lyrics": (list, tuple),
    "pickup_beats": _NUMBER,
    "melody_alone": (bool,),
    "details": (list, tuple),
}
_CHORD_FIELDS: dict[str, tuple[type, ...]] = {
    "token": (str,),
    "roman": (str,),
    "name": (str,),
    "beats": _NUMBER,
}
_PARTS: dict[str, tuple[Any, dict[str, tuple[type, ...]], tuple[str, ...]]] = {
    "sections": (
        _section,
        {
            "name": (str,),
            "length": (int,),
            "times": (int,),
            "key": (str,),
            "tempo_bpm": _NUMBER,
            "style": (str,),
        },
        ("name", "length"),
    ),
    "melody": (
        MelodyNote,
        {"start_beats": _NUMBER, "beats": _NUMBER, "pitch": (int,), "tied": (bool,)},
        ("start_beats", "beats", "pitch"),
    ),
    "lyrics": (
        Lyric,
        {"start_beats": _NUMBER, "text": (str,)},
        ("start_beats", "text"),
    ),
}
_SAYINGS = ("token", "roman", "name")


def _chord(place: int, fields: Mapping[str, Any], key: Key) -> RomanChord:
    said = [name for name in _SAYINGS if name in fields]
    if not said:
        raise ProgressionError(f"chord {place} has no name; give one of {', '.join(_SAYINGS)}")
    chords = dict(_read(place, fields, said, key))
    sounds = {name: (chord.pitch_classes(key), chord.bass(key)) for name, chord in chords.items()}
    different = set(sounds.values())
    if len(different) == 1:
        # The name is what somebody wrote, or what the key spells anyway.
        spelling = chords["name"].spelling if "name" in chords else None
        return replace(chords[said[0]], spelling=spelling)
    if (before := _written_before(fields, chords, key)) is not None:
        return before
    alone = [name for name in said if list(sounds.values()).count(sounds[name]) == 1]
    if len(said) == len(_SAYINGS) and len(alone) == 1 and alone != ["token"]:
        return chords[alone[0]]
    shown = " and ".join(f"{name} {fields[name]}" for name in said)
    raise ProgressionError(f"chord {place} has {shown}, which differ; leave one of them")


def _written_before(
    fields: Mapping[str, Any], chords: Mapping[str, RomanChord], key: Key
) -> RomanChord | None:
    """The chord of an earlier file, whose VI in minor was the raised one, as the rest says."""
    text = fields.get("roman")
    others = [chord for name, chord in chords.items() if name != "roman"]
    if not others or not isinstance(text, str) or not is_bare(text, key.mode):
        return None
    every = (parse_roman(text), *others)
    alike = len({(chord.pitch_classes(key), chord.bass(key)) for chord in every}) == 1
    return others[0] if alike else None


def _read(
    place: int, fields: Mapping[str, Any], said: Sequence[str], key: Key
) -> Iterator[tuple[str, RomanChord]]:
    for name in said:
        text = fields[name]
        try:
            yield name, parse_token(text) if name == "token" else roman_from_name(text, key)
        except ShinkoError as error:
            raise ProgressionError(f"chord {place}, {name}: {error}") from error


def _detail(pair: Any) -> tuple[str, str]:
    match pair:
        case [str(name), str(text)]:
            return name, text
    raise ProgressionError(f'detail {_shown(pair)}; give a name and a text: ["artist", "…"]')


def _meter(meter: Sequence[Any]) -> tuple[int, int]:
    match meter:
        case str():
            return parse_meter(meter)
        case [int(numerator), int(denominator)]:
            return numerator, denominator
    raise ProgressionError(f'meter {_shown(meter)}; give one such as [4, 4] or "4/4"')


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _check_fields(
    what: str, data: Any, fields: Mapping[str, tuple[type, ...]], *, required: Sequence[str]
) -> None:
    if not isinstance(data, Mapping):
        raise ProgressionError(
            f"{what} is {_shown(data)}; give an object with {', '.join(required)}"
        )
    for name in required:
        if name not in data:
            raise ProgressionError(f"{what} has no {name!r}; give at least {', '.join(required)}")
    for name, value in data.items():
        if name not in fields:
            raise ProgressionError(f"{what} has {_shown(name)}; known: {', '.join(fields)}")
        # A bool is an int to Python, but no tempo, seed or number of beats.
        is_bool = isinstance(value, bool)
        if not isinstance(value, fields[name]) or is_bool != (bool in fields[name]):
            raise ProgressionError(
                f"{what} has {name} {_shown(value)}; give {_expected(fields[name])}"
            )
        if isinstance(value, int) and abs(value) > LARGEST:
            raise ProgressionError(f"{what} has {name} of {LARGEST:.0e} and more; give less")


def _expected(types: tuple[type, ...]) -> str:
    names: dict[type, str] = {str: "a text", int: "a number", float: "a number", list: "a list"}
    names |= {bool: "true or false", type(None): "null"}
    return " or ".join(dict.fromkeys(names[kind] for kind in types if kind in names))
