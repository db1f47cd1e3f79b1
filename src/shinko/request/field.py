"""One thing that can be asked: what it is called, what it takes, and what is held of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass
from pathlib import Path
from typing import Any

from shinko.errors import FieldError, ShinkoError, UnreadableError

# What a field of each kind takes, in words.
KINDS: dict[type, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    Path: "the name of a file or folder",
}
# Bounds this far out are there against nonsense, and tell a reader nothing.
_FAR = 100_000


@dataclass(frozen=True)
class RequestField:
    """One thing that can be asked, as all faces know it.

    Attributes:
      name: in JSON, and with dashes on a command line.
      attribute: of the dataclass.
      kind: str, int, float, bool or Path; of each of them, where it is a list.
      is_list: whether there may be several.
      is_optional: whether it may be none.
      default: where it isn't given; MISSING if it has to be.
      sentence: what it means.
      unit: of numbers, such as "quarter notes a minute".
      least, most: bounds of numbers, themselves allowed.
      above: a bound of numbers, itself not allowed.
      choices: that there are; none if any value will do.
      read: from text to what the attribute holds, if that is something else.
      holds: the type of that.
      show: the way back.
      group: under which a face shows it.
      letter: of the short option.
      metavar: what stands for a value in help, where the kind says too little.
      was: its name in the version before, which is still understood.
      is_negated: whether true means false for the attribute, as `no_repeat` does.
      needs: another field that has to be given, too.
      excludes: another field that can't be given, too.
      is_argument: whether a command line takes it without a name.
      drawn: makes the default, where each request has its own, such as a seed.
    """

    name: str
    attribute: str
    kind: type
    is_list: bool
    is_optional: bool
    default: Any
    sentence: str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    above: float | None = None
    choices: tuple[str, ...] = ()
    read: Callable[[Any], Any] | None = None
    holds: type = str
    show: Callable[[Any], Any] = str
    group: str = ""
    letter: str = ""
    metavar: str = ""
    was: str = ""
    is_negated: bool = False
    needs: str = ""
    excludes: str = ""
    is_argument: bool = False
    drawn: Callable[[], Any] | None = None

    @property
    def limits(self) -> str:
        """Bounds and unit in words; "" where there are none to speak of."""
        least, most = self.least, self.most
        if most is not None and most > _FAR:
            most = None
        told = ""
        if least is not None and most is not None:
            told = f"{_plain(least)} to {_plain(most)}"
        elif self.above is not None and most is not None:
            told = f"above {_plain(self.above)}, at most {_plain(most)}"
        elif self.above is not None:
            told = f"above {_plain(self.above)}"
        elif least is not None and least > 1:
            told = f"{_plain(least)} or more"
        return f"{told} {self.unit}".strip() if told else self.unit and f"in {self.unit}"

    def plain(self, value: Any) -> Any:
        """What the attribute holds, as JSON has it."""
        if value is None or value is MISSING:
            return None
        if self.is_negated:
            return not value
        if self.is_list:
            shown = self.show(value) if self.read else value
            return [str(one) if self.kind is Path else one for one in shown]
        return self.show(value) if self.read or self.kind is Path else value

    def held(self, value: Any) -> Any:
        """What the attribute holds of a value, as Python or JSON has it.

        Raises:
          FieldError: it can't be.
        """
        if value is None and self.is_optional:
            return None
        if self.is_list:
            return self._list(value)
        if self.read is not None:
            if isinstance(value, str):
                return self._read(value)
            if not isinstance(value, self.holds):
                raise FieldError(self.name, value, KINDS[str])
            return self._read(self.show(value))  # held to the same as its text is
        return self._one(value)

    def _list(self, value: Any) -> Any:
        if self.read is not None:
            return self._read(value)
        if isinstance(value, str):
            value = [value] if self.kind is Path else value.replace(",", " ").split()
        if isinstance(value, Path):
            value = [value]
        if not isinstance(value, Sequence):
            raise FieldError(self.name, value, f"a list, each {KINDS[self.kind]}")
        return tuple(dict.fromkeys(self._one(one) for one in value))

    def _read(self, value: Any) -> Any:
        assert self.read is not None
        try:
            return self.read(value)
        except FieldError:
            raise
        except ShinkoError as error:
            raise UnreadableError(self.name, value, error) from None

    def _one(self, value: Any) -> Any:
        """Held to kind, choices and bounds."""
        if self.kind is Path and isinstance(value, str) and value:
            value = Path(value)
        kinds = (int, float) if self.kind is float else self.kind
        # A bool is an int to Python, but not to who writes a request.
        if not isinstance(value, kinds) or (isinstance(value, bool) and self.kind is not bool):
            raise FieldError(self.name, value, KINDS[self.kind])
        if self.choices and value not in self.choices:
            raise FieldError(self.name, value, f"one of {', '.join(filter(None, self.choices))}")
        if isinstance(value, (int, float)) and self.kind is not bool:
            self._check_bounds(value)
        return value

    def _check_bounds(self, value: float) -> None:
        least, most, above = self.least, self.most, self.above
        # Comparisons that also refuse nan.
        if (
            (least is None or value >= least)
            and (most is None or value <= most)
            and (above is None or value > above)
            and (isinstance(value, int) or math.isfinite(value))
        ):
            return
        least_told = f"above {_plain(above)}" if above is not None else f"at least {_plain(least)}"
        if most is None:
            expected = least_told if (least, above) != (None, None) else "a finite number"
        elif above is not None:
            expected = f"{least_told}, at most {_plain(most)}"
        else:
            expected = f"{_plain(least)} to {_plain(most)}"
        raise FieldError(self.name, value, expected + (f" {self.unit}" if self.unit else ""))


def _plain(number: Any) -> str:
    """A number as people write it: 1,000, not 1000.0."""
    return f"{int(number):,}" if number == int(number) else f"{number:g}"
