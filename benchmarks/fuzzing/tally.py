"""What came of many cases: counts, the slowest, and each kind of fault once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from fuzzing.cases import FAULT, READ, Verdict
from fuzzing.shapes import Case

MOST_KINDS = 20  # of faults of one reader that are kept


class Fault(NamedTuple):
    """A kind of fault: how many cases have it, the first of them, its input, what is known."""

    cases: int
    number: int
    case: Case
    told: str


@dataclass
class Tally:
    """What came of some cases of one reader.

    Attributes:
      kinds: of faults, by what is wrong and where.
      slowest: seconds, and the number of the case.
      megabytes: that the process grew by at most.
    """

    cases: int = 0
    read: int = 0
    refused: int = 0
    faults: int = 0
    kinds: dict[str, Fault] = field(default_factory=dict)
    slowest: tuple[float, int] = (0.0, 0)
    seconds: float = 0.0
    megabytes: float = 0.0

    def note(self, number: int, verdict: Verdict) -> bool:
        """One more case; returns whether it is the first of a kind of fault, to be kept."""
        self.cases += 1
        self.seconds += verdict.seconds
        self.slowest = max(self.slowest, (verdict.seconds, number))
        if verdict.outcome != FAULT:
            self.read += verdict.outcome == READ
            self.refused += verdict.outcome != READ
            return False
        self.faults += 1
        known = self.kinds.get(verdict.kind)
        if known is not None:
            self.kinds[verdict.kind] = known._replace(cases=known.cases + 1)
        return known is None and len(self.kinds) < MOST_KINDS

    def add(self, other: Tally) -> None:
        """Those of other cases, too."""
        for name in ("cases", "read", "refused", "faults", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for kind, fault in other.kinds.items():
            known = self.kinds.get(kind)
            if known is not None:
                first = min(known, fault, key=lambda one: one.number)
                self.kinds[kind] = first._replace(cases=known.cases + fault.cases)
            elif len(self.kinds) < MOST_KINDS:
                self.kinds[kind] = fault
        self.slowest = max(self.slowest, other.slowest)
        self.megabytes = max(self.megabytes, other.megabytes)

    def figures(self) -> dict[str, float]:
        """As they are recorded."""
        return {
            "cases": self.cases,
            "read": self.read,
            "refused": self.refused,
            "faults": self.faults,
            "seconds": round(self.seconds, 1),
            "slowest_seconds": round(self.slowest[0], 4),
            "slowest_case": self.slowest[1],
            "peak_megabytes": round(self.megabytes, 1),
        }
