"""The head of a chord chart, what sections tell of theirs, and what is no chart at all."""

import re
from collections.abc import Iterator, Mapping

from shinko.errors import FieldError
from shinko.intake.draft import ChartError, shortened
from shinko.intake.hints import chord_in
from shinko.intake.remarks import Remarks
from shinko.intake.sections import Manner
from shinko.score.pattern import check_pattern
from shinko.score.progression import DENOMINATORS
from shinko.theory import Key
from shinko.theory.hooktheory import is_id
from shinko.theory.keys import KeyNameError

MOST_CHARACTERS = 1_000_000

# Full-width and look-alike characters, one for one, so that places in a line stay.
PLAIN = str.maketrans(
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | {ord(mark): "|" for mark in "│┃∣ǀ¦‖𝄀𝄁𝄂"}
    | {ord(mark): "," for mark in "、，､;；"}
    | {ord(mark): " " for mark in "→⇒➡⟶▶—―\u3000\ufeff"}
    | {ord(mark): "-" for mark in "–−‐‑"}
    | {"【": "[", "】": "]", "〔": "[", "〕": "]", "×": "x", "・": ".", "𝄎": "%"}
)
_HEAD = re.compile(
    r"(?<!\S)(key|tempo|bpm|meter|metre|time|title|style|♩|キー|調|テンポ|拍子|タイトル|曲名)"
    r"[ \t]{0,8}[:=：＝]",
    re.IGNORECASE,
)
_FIELDS = {
    **dict.fromkeys(("key", "キー", "調"), "key"),
    **dict.fromkeys(("tempo", "bpm", "♩", "テンポ"), "tempo"),
    **dict.fromkeys(("meter", "metre", "time", "拍子"), "meter"),
    **dict.fromkeys(("title", "タイトル", "曲名"), "title"),
    "style": "style",
}
# Before the first chord: a meter. Where ids follow, it may be one: 5/4 is V of IV.
_LEADING_METER = re.compile(r"[\s|]{0,9}(\d{1,2}/(\d{1,2}))(?=[\s|]+([^\s|]+))")
_SLOWER = re.compile(
    r"(?:(?:poco|molto|un poco|poco a poco) )?"
    r"(?:rit|ritard|ritardando|ritenuto|rall|rallentando)\.?(?: \(last time\))?",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def check_text(text: str) -> None:
    """Refuse what is too long to be a chart, or no text at all."""
    if len(text) > MOST_CHARACTERS:
        raise ChartError(
            f"chart has {len(text)} characters; give {MOST_CHARACTERS} at most, one song at a time"
        )
    if (control := _CONTROL.search(text)) is not None:
        raise ChartError(
            f"chart has the character {control[0]!r} at place {control.start() + 1}, so it is no "
            "text; give a text file in UTF-8"
        )


def read_meter(text: str) -> tuple[int, int]:
    """ "3/4" as (3, 4)."""
    match = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text.translate(PLAIN).replace(" ", ""))
    if match is None:
        raise ChartError(f"meter {shortened(text)!r}; give two numbers, such as 3/4")
    meter = int(match[1]), int(match[2])
    if 0 in meter:
        raise ChartError(f"meter {shortened(text)!r}; give numbers above 0, such as 3/4")
    return meter


def read_tempo(text: str) -> float:
    """ "90" or "90 bpm" as quarter notes per minute."""
    plain = text.translate(PLAIN).casefold().replace("bpm", "").strip()
    if re.fullmatch(r"\d{1,9}(?:\.\d{1,40})?", plain) is None:
        raise ChartError(f"tempo {shortened(text)!r}; give beats per minute, such as 90")
    return float(plain)


def manner_of(fields: Mapping[str, str], manner: Manner, remarks: Remarks) -> Manner:
    """What holds from a line of the head on that stands before a section's chords.

    Args:
      fields: of the line.
      manner: what holds so far.

    Raises:
      ChartError: the key or the tempo can't be read.
    """
    if "key" in fields:
        try:
            manner = manner._replace(key=Key.parse(shortened(fields["key"])))
        except KeyNameError as error:
            raise ChartError(str(error)) from None
    if "tempo" in fields:
        manner = manner._replace(tempo_bpm=read_tempo(fields["tempo"]))
    if "style" in fields:
        try:
            manner = manner._replace(style=check_pattern(shortened(fields["style"])))
        except FieldError:
            remarks.count("styles that aren't known are left out", fields["style"])
    return manner


def is_ritardando(line: str) -> bool:
    """Whether a line says that the piece slows down: "rit.", "ritardando", "rall."."""
    return _SLOWER.fullmatch(line.strip()) is not None


def leading_meter(text: str) -> re.Match[str] | None:
    """The meter, group 1, that stands before the first chord of a chart; None if none does."""
    found = _LEADING_METER.match(text.translate(PLAIN))
    if found is None or int(found[2]) not in DENOMINATORS:
        return None
    # Where another id follows, it is one itself.
    among_ids = is_id(found[3]) and chord_in(found[3]) is None
    return None if among_ids and is_id(found[1]) else found


def head_fields(line: str) -> Iterator[tuple[str, str]]:
    """Name and value of each field of a line of the head; none if it is no such line."""
    line = line.strip()
    found = _HEAD.match(line)
    while found is not None:
        name = _FIELDS[found[1].casefold()]
        after = None if name == "title" else _HEAD.search(line, found.end())
        value = line[found.end() : after.start() if after else len(line)]
        yield name, value.strip() if name == "title" else value.strip(" \t\u3000,;|、")
        found = after
