"""Remarks beside what was read: what was left out, moved or guessed, so that nothing is silent."""

from dataclasses import dataclass, field

MOST_NAMED, MOST_LINES = 3, 12
LONGEST_NAMED = 40
MOST_FAULTS = 20


@dataclass
class Remarks:
    """What a reader tells its user; each remark once, like ones counted together.

    Attributes:
      line: that is being read, from 1; 0 where there are none.
    """

    said: dict[str, None] = field(default_factory=dict)
    counted: dict[str, list[str]] = field(default_factory=dict)
    placed: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    line: int = 0

    def say(self, remark: str) -> None:
        """One remark of its own."""
        self.said[remark] = None

    def count(self, what: str, example: str) -> None:
        """One more of a kind: "passed over" and "riff"."""
        self.counted.setdefault(what, []).append(example)

    def place(self, what: str, example: str, line: int = 0) -> None:
        """One more of a kind, with its line: the one that is being read, if none is given."""
        self.placed.setdefault(what, []).append((example, line or self.line))

    def fault(self, message: str, line: int = 0) -> None:
        """What is wrong in a line, and how it was read all the same."""
        line = line or self.line
        self.faults.append(f"line {line}: {message}" if line else message)

    @property
    def passed_over(self) -> int:
        """How much was counted."""
        return sum(map(len, self.counted.values())) + sum(map(len, self.placed.values()))

    def __str__(self) -> str:
        """All of them in one line; empty without any."""
        faults = list(dict.fromkeys(self.faults))
        more = len(faults) - MOST_FAULTS
        return "; ".join(
            [
                *self.said,
                *(_counted(*row) for row in self.counted.items()),
                *(_placed(*row) for row in self.placed.items()),
                *faults[:MOST_FAULTS],
                *([f"and {more} more of the kind"] if more > 0 else []),
            ]
        )


def _counted(what: str, examples: list[str]) -> str:
    named = list(dict.fromkeys(examples[: 10 * MOST_NAMED]))[:MOST_NAMED]
    shown = ", ".join(map(_quoted, named))
    return f"{what}: {len(examples)} ({shown}{', …' if len(named) < len(examples) else ''})"


def _placed(what: str, examples: list[tuple[str, int]]) -> str:
    told = examples[:MOST_LINES]
    shown = ", ".join(
        _quoted(text) + (f" in line {line}" if line else "") for text, line in dict.fromkeys(told)
    )
    return f"{what}: {len(examples)} ({shown}{', …' if len(told) < len(examples) else ''})"


def _quoted(name: str) -> str:
    return repr(name if len(name) <= LONGEST_NAMED else name[:LONGEST_NAMED] + "…")
