"""Remarks beside what was read: what was left out, moved or guessed, so that nothing is silent."""

from dataclasses import dataclass, field

MOST_NAMED = 3
LONGEST_NAMED = 40


@dataclass
class Remarks:
    """What a reader tells its user; each remark once, like ones counted together."""

    said: dict[str, None] = field(default_factory=dict)
    counted: dict[str, list[str]] = field(default_factory=dict)

    def say(self, remark: str) -> None:
        """One remark of its own."""
        self.said[remark] = None

    def count(self, what: str, example: str) -> None:
        """One more of a kind: "passed over" and "riff"."""
        self.counted.setdefault(what, []).append(example)

    def __str__(self) -> str:
        """All of them in one line; empty without any."""
        return "; ".join([*self.said, *(_counted(*row) for row in self.counted.items())])


def _counted(what: str, examples: list[str]) -> str:
    named = list(dict.fromkeys(examples[: 10 * MOST_NAMED]))[:MOST_NAMED]
    shown = ", ".join(
        repr(name if len(name) <= LONGEST_NAMED else name[:LONGEST_NAMED] + "…") for name in named
    )
    return f"{what}: {len(examples)} ({shown}{', …' if len(named) < len(examples) else ''})"
