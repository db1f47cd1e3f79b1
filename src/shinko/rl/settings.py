"""What a training is told: one field, one sentence; options, presets and runs derive from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from shinko.errors import FieldError
from shinko.nets.shapes import CELL_SHAPES
from shinko.request import Request, asked
from shinko.rl.terms import ENTROPIES, TERMS, reward_terms
from shinko.tables.memory import LAGS, MODES
from shinko.tables.table import LONGEST_HISTORY, USUAL_ORDER

_WINDOW = 3  # chords, as far back as the built-in tables look


@dataclass(frozen=True)
class ProblemSettings(Request):
    """What is to be played well: chords of a table, for a reward, so many of them."""

    table: str = asked("pop", "Transition table: a built-in name, 'hooktheory', or a path.")
    reward: str = asked(
        "log-probability",
        f"What a chord earns: {', '.join(TERMS)}, or a sum such as probability:1,repetition:-0.2.",
    )
    floor: float = asked(
        0.001, "Probability of a chord that the table doesn't list here.", above=0.0, most=1.0
    )
    length: int = asked(16, "Chords in an episode: T.", least=1, most=256)
    order: int = asked(
        USUAL_ORDER, "Chords that the table looks back at most.", least=1, most=LONGEST_HISTORY
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        reward_terms(self.reward)


@dataclass(frozen=True)
class OptimumSettings(ProblemSettings):
    """Everything that decides an exact optimum, and what is drawn from it."""

    tau: float = asked(
        1.0, "Temperature: weight of the entropy in the return.", least=0.0, most=1000.0
    )
    show: int = asked(4, "Progressions to draw from the optimum.", least=0, most=10_000)
    seed: int = asked(0, "Seed of all chance.", least=0, most=2**63 - 1)


@dataclass(frozen=True)
class ForecastSettings(ProblemSettings):
    """What is to be played well, and where the entropy counts while that is learned."""

    entropy: str = asked(
        "return",
        "Where entropy counts: in the return, or as a bonus in the loss (the poster's).",
        choices=ENTROPIES,
    )


@dataclass(frozen=True)
class LearnSettings(ProblemSettings):
    """Everything that decides a training, so that the same settings give the same metrics."""

    memory: str = asked(
        "none",
        "What the reward looks back on: as far as the table does (none), or all that was played, "
        "as songs in this mode do.",
        choices=("none", *MODES),
    )
    chain_share: float = asked(
        0.0,
        "With a memory: share of each batch that its own chain plays, the rest by the policy.",
        least=0.0,
        most=0.9,
    )
    discount: float = asked(1.0, "Weight γ of each later reward.", least=0.0, most=1.0)
    estimator: str = asked(
        "sampled",
        "What a step's own choice adds to the gradient: the chord drawn (the poster's), all chords "
        "by their chances, or these with the optimum's exact values.",
        choices=("sampled", "all-action", "table-aware"),
    )
    baseline: str = asked(
        "leave-one-out",
        "What is subtracted from the returns: nothing, their mean, or the others' mean.",
        choices=("none", "mean", "leave-one-out"),
    )
    entropy: str = asked(
        "return",
        "Where entropy counts: as a bonus in the loss (the poster's), or in the return.",
        choices=ENTROPIES,
    )
    beta: float = asked(3.0, "Weight β of the entropy, at the start.", least=0.0, most=1000.0)
    beta_end: float = asked(0.3, "β at the end; -1 keeps it as it starts.", least=-1.0, most=1000.0)
    beta_schedule: str = asked(
        "geometric",
        "How β gets from start to end: by equal factors, or by equal steps.",
        choices=("geometric", "linear"),
    )
    epochs: int = asked(600, "Updates of the policy.", least=1, most=1_000_000)
    batch: int = asked(64, "Episodes an update: B.", least=1, most=65_536)
    learning_rate: float = asked(0.003, "Step size of Adam.", above=0.0, most=10.0)
    rate_end: float = asked(
        -1.0,
        "What the step size goes to, by equal steps; -1 keeps it as it starts.",
        least=-1.0,
        most=10.0,
    )
    clip: float = asked(5.0, "Longest gradient; longer ones are scaled down.", above=0.0, most=1e9)
    input: str = asked(
        "chord",
        "What the network reads at each step: the last chord; all at once that the table looks "
        "back on; or, with a memory, the last three chords and no more.",
        choices=("chord", "history", "window"),
    )
    copies: bool = asked(
        False, "With a memory: let the network copy what it played so many chords ago."
    )
    cell: str = asked("lstm", "Recurrent cell.", choices=tuple(CELL_SHAPES))
    layers: int = asked(1, "Recurrent layers.", least=1, most=16)
    hidden: int = asked(64, "Hidden units a layer: H.", least=1, most=4096)
    embedding: int = asked(64, "Size of a chord's input vector: E.", least=1, most=4096)
    output_bias: str = asked(
        "zero",
        "What the output layer's bias starts at: 0, or the log of the table's first row, floor "
        "included.",
        choices=("zero", "first"),
    )
    seed: int = asked(0, "Seed of all chance.", least=0, most=2**63 - 1)
    checkpoint_every: int = asked(10, "Epochs between checkpoints.", least=1, most=1_000_000)
    device: str = asked("auto", "Where to compute.", choices=("auto", "cpu", "cuda", "mps"))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.baseline == "leave-one-out" and self.batch == 1:
            raise FieldError(
                "batch",
                1,
                "at least 2, for baseline leave-one-out",
                "raise `batch`, or take `baseline` none",
            )
        if self.beta_end == 0.0 < self.beta and self.beta_schedule == "geometric":
            raise FieldError(
                "beta_end",
                0.0,
                "above 0, for equal factors never reach 0",
                "take `beta_schedule` linear, or a small `beta_end`",
            )
        if self.beta_end > 0.0 == self.beta and self.beta_schedule == "geometric":
            raise FieldError(
                "beta",
                0.0,
                "above 0, for equal factors never leave 0",
                "take `beta_schedule` linear, or a small `beta`",
            )

        self._check_memory()

    def _check_memory(self) -> None:
        """Raises: FieldError, for what doesn't go with a memory, or not without."""
        if self.memory == "none":
            if self.copies:
                raise FieldError("copies", True, "false, without `memory`")
            if self.chain_share:
                raise FieldError("chain_share", self.chain_share, "0, without `memory`")
            if self.input == "window":
                raise FieldError("input", "window", "chord or history, without `memory`")
            return
        if self.input == "history":
            raise FieldError(
                "input", "history", "another, for what a memory looks back on is no table"
            )
        if not self.chain_share:
            return
        best = {"reward": "log-probability", "entropy": "return", "discount": 1.0}
        for name, value in best.items():
            if getattr(self, name) != value:
                raise FieldError(
                    name,
                    getattr(self, name),
                    f"{value}, for another best can't be played",
                    "take `chain_share` 0",
                )
        if self.beta == 0.0 or self.beta_end == 0.0:
            raise FieldError("chain_share", self.chain_share, "0, where β gets to 0")
        if self.batch - self.chain_rows < 2:
            raise FieldError("batch", self.batch, "more, two progressions of the policy's own")

    @property
    def lags(self) -> tuple[int, ...]:
        """How many chords ago lies what the network may copy."""
        return LAGS if self.copies else ()

    @property
    def window(self) -> int:
        """How many chords back the network sees; 0 for all."""
        return _WINDOW if self.input == "window" else 0

    @property
    def chain_rows(self) -> int:
        """Progressions of a batch that the chain plays."""
        return round(self.chain_share * self.batch)

    PRESET: ClassVar[str] = "default"

    @classmethod
    def presets(cls) -> Mapping[str, LearnSettings]:
        """The settings that go by a name."""
        from shinko.rl.presets import PRESETS

        return PRESETS

    def learning_rate_at(self, epoch: int) -> float:
        """The step size in an epoch, counted from 1."""
        if self.rate_end < 0:
            return self.learning_rate
        progress = (epoch - 1) / self.epochs
        return self.learning_rate + (self.rate_end - self.learning_rate) * progress

    def beta_at(self, epoch: int) -> float:
        """β in an epoch, counted from 1."""
        if self.beta_end < 0 or self.epochs == 1:
            return self.beta
        progress = (epoch - 1) / (self.epochs - 1)
        if self.beta_schedule == "linear" or self.beta == self.beta_end:
            return self.beta + (self.beta_end - self.beta) * progress
        return float(self.beta * (self.beta_end / self.beta) ** progress)


@dataclass(frozen=True)
class DialSettings(Request):
    """Everything that decides the training of a policy with a dial, for one table or several."""

    tables: str = asked(
        "pop, billboard, pop909, 1960s, 1970s, 1980s, jazz, blues, songbook, folk, hymns",
        "Tables to learn, by name or path, with commas between them; the first most of all.",
        was="styles",
    )
    begin: str = asked(
        "fresh",
        "Weights to begin with: new ones, or those of the policy that ships.",
        choices=("fresh", "shipped"),
    )
    coldest: float = asked(0.4, "Lowest heat of the dial.", above=0.0, most=0.99)
    warmest: float = asked(2.0, "Highest heat of the dial.", least=1.01, most=1000.0)
    lengths: str = asked(
        "4, 8, 8, 12, 16, 16, 24, 32, 64, 128",
        "Chords of a progression, drawn for each update, with commas between them.",
    )
    epochs: int = asked(20_000, "Updates of the policy.", least=1, most=1_000_000)
    batch: int = asked(
        64, "Progressions of 16 chords an update; of shorter ones more.", least=4, most=65_536
    )
    group: int = asked(
        2, "Progressions of one world that are held against each other.", least=2, most=64
    )
    learning_rate: float = asked(
        0.012, "Step size of Adam, at its highest; it falls to 0.", above=0.0, most=10.0
    )
    clip: float = asked(1.0, "Longest gradient; longer ones are scaled down.", above=0.0, most=1e9)
    hidden: int = asked(128, "Hidden units of the LSTM: H.", least=1, most=4096)
    embedding: int = asked(64, "Size of a chord's input vector: E.", least=1, most=4096)
    seed: int = asked(0, "Seed of all chance.", least=0, most=2**63 - 1)
    checkpoint_every: int = asked(500, "Epochs between checkpoints.", least=1, most=1_000_000)
    device: str = asked("auto", "Where to compute.", choices=("auto", "cpu", "cuda", "mps"))

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.names():
            raise FieldError("tables", self.tables, "names of tables")
        self.steps()

    PRESET: ClassVar[str] = "own"

    @classmethod
    def presets(cls) -> Mapping[str, DialSettings]:
        """The settings that go by a name."""
        from shinko.rl.presets import DIAL_PRESETS

        return DIAL_PRESETS

    def names(self) -> tuple[str, ...]:
        """Of the tables."""
        return tuple(name.strip() for name in self.tables.split(",") if name.strip())

    def steps(self) -> tuple[int, ...]:
        """The lengths, as numbers."""
        try:
            found = tuple(int(part) for part in self.lengths.split(","))
        except ValueError:
            found = ()
        if not found or min(found) < 1 or max(found) > _LONGEST:
            raise FieldError(
                "lengths", self.lengths, f"numbers from 1 to {_LONGEST}, such as 8, 16"
            )
        return found

    def knots(self) -> tuple[float, ...]:
        """Heats that the policy has weights of its own for, 1 among them."""
        return tuple(self.heat(place / 3) for place in range(-3, 4))

    def heats(self) -> tuple[float, ...]:
        """Those that its dial is measured at, 1 among them."""
        return tuple(self.heat(place / 4) for place in range(-4, 5))

    def heat(self, place: float) -> float:
        """That of a place between the coldest, -1, and the warmest, 1; at 0 it is 1."""
        return float((self.warmest if place > 0 else 1.0 / self.coldest) ** place)


_LONGEST = 256  # chords of a progression
