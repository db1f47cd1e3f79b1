"""A plan of a section: units of a length, by letters; those of one letter share their chords.

    AABA     the third unit is another one, the others are alike
    AA'BA    the second begins as the first and ends anew

Which slots have the chord of which is laid out before anything is drawn; the other units differ
from each other in at least half of their chords.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shinko.errors import FieldError
from shinko.planning.constraints import Tie, Unlike

FREE = "free"
_UNIT = re.compile(r"[A-Za-z][′'’]*")
_MOST_UNITS = 16


@dataclass(frozen=True)
class Layout:
    """A plan, laid out.

    Attributes:
      text: as it was written.
      ties: slots that have the chord of an earlier one.
      unlike: units that differ, and neighbours that aren't held over from unit to unit.
      wish: the field that it comes from.
      units: how many there are, as long as each other; 1 where that isn't told.
    """

    text: str
    ties: tuple[Tie, ...]
    unlike: tuple[Unlike, ...]
    wish: str = "plan"
    units: int = 1


def read_plan(text: str, length: int) -> Layout | None:
    """A plan as one writes it, for sections of a length; None for a free one.

    Raises:
      FieldError: it isn't one, or doesn't fit the length.
    """
    text = text.replace(",", " ").strip()
    if text.lower() in ("", FREE):
        return None
    units = [unit.upper().replace("’", "'").replace("′", "'") for unit in _UNIT.findall(text)]
    if "".join(_UNIT.findall(text)) != "".join(text.split()) or not 2 <= len(units) <= _MOST_UNITS:
        raise FieldError(
            "plan", text, f"free, or 2 to {_MOST_UNITS} letters, such as AABA or AA'BA"
        )
    if length % len(units):
        fitting = [
            n for n in range(length - len(units), length + len(units)) if n % len(units) == 0
        ]
        raise FieldError(
            "plan",
            text,
            f"units that divide `length` {length}; these are {len(units)}",
            f"take {' or '.join(str(n) for n in fitting if n > 0)} chords",
        )
    size = length // len(units)
    ties: list[Tie] = []
    unlike: list[Unlike] = []
    first: dict[str, int] = {}

    def root(slot: int) -> int:
        return next((tie.to for tie in ties if tie.slot == slot), slot)

    for place, unit in enumerate(units):
        begin = place * size
        if unit in first:
            ties += [Tie(begin + slot, root(first[unit] + slot)) for slot in range(size)]
            continue
        base = unit.rstrip("'")
        if base != unit and base not in first:
            raise FieldError("plan", text, f"{base} before {unit}, which begins as it does")
        kept = (size + 1) // 2 if base != unit else 0
        if kept == size:
            raise FieldError("plan", text, f"units of two chords or more where {unit} is another")
        for other, begun in first.items():
            same_base = other.rstrip("'") == base
            least = 1 if same_base else (size + 1) // 2
            there = range(size - 1, size) if same_base else range(size)
            unlike.append(
                Unlike(
                    tuple(begin + slot for slot in there),
                    tuple(begun + slot for slot in there),
                    least,
                )
            )
        ties += [Tie(begin + slot, root(first[base] + slot)) for slot in range(kept)]
        first[unit] = begin
    return Layout(text, tuple(ties), (*unlike, *_apart(ties)), units=len(units))


def _apart(ties: list[Tie]) -> list[Unlike]:
    """What keeps a tied chord from coming twice in a row, slot by slot."""
    to = {tie.slot: tie.to for tie in ties}
    found = set()
    for slot in to:
        before, own = to.get(slot - 1, slot - 1), to[slot]
        if before != own and before != own - 1:
            found.add((max(before, own), min(before, own)))
    return [Unlike((late,), (early,), 1) for late, early in sorted(found)]
