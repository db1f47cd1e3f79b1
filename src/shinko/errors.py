"""What a person can mend, told in one line: the value, what was expected, the way out.

Fields of requests stand in `backticks` in a message; a face calls them by its own names, as a
terminal does with dashes.
"""

from __future__ import annotations

from shinko.printable import escaped

# Characters of a value that a message shows.
_LONGEST = 100


class ShinkoError(Exception):
    """What the user gave or has can't be used; the message is one line and says the way out.

    Whatever it quotes of a file or a name, it may be printed: see `escaped`.
    """

    def __str__(self) -> str:
        return escaped(self._message())

    def _message(self) -> str:
        return super().__str__()


class FieldError(ShinkoError):
    """A field of a request has a value that can't be.

    Attributes:
      field: the field's name, as all faces know it.
      value: that was given.
      expected: what can be, in words.
      way_out: what to do, where that says more than what is expected; "" otherwise.
    """

    def __init__(self, field: str, value: object, expected: str, way_out: str = "") -> None:
        super().__init__(field, value, expected, way_out)
        self.field, self.value, self.expected, self.way_out = field, value, expected, way_out

    def _message(self) -> str:
        way_out = f"; {self.way_out}" if self.way_out else ""
        return f"`{self.field}` {_shown(self.value)}: expected {self.expected}{way_out}"


class UnreadableError(FieldError):
    """The text of a field can't be read; the message is its reader's."""

    def __init__(self, field: str, value: object, error: ShinkoError) -> None:
        super().__init__(field, value, str(error))

    def _message(self) -> str:
        same = self.expected.startswith((f"{self.field} ", f"`{self.field}` "))
        return self.expected if same else f"`{self.field}`: {self.expected}"


class UnknownFieldError(FieldError):
    """A request has no field of this name."""

    def __init__(self, field: str, way_out: str) -> None:
        super().__init__(field, None, "", way_out)

    def _message(self) -> str:
        return f"field '{self.field}': unknown; {self.way_out}"


def _shown(value: object) -> str:
    """As one would write it: true and none, not Python's; and no longer than one reads."""
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: "none"}[value]
    if isinstance(value, str):
        return repr(value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…")
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
