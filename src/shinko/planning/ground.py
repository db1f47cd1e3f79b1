"""What exact answers stand on: a process and a temperature. What is planned in it is kept."""

from __future__ import annotations

from dataclasses import dataclass

from shinko.planning.constraints import Constraints
from shinko.planning.errors import ConstraintError
from shinko.planning.kept import KEPT
from shinko.planning.plan import Plan, solve
from shinko.planning.process import Bools, Process
from shinko.planning.steering import Steering


@dataclass(frozen=True, eq=False)
class Ground:
    """A process to be exact about.

    Attributes:
      name: for people.
      process: its states, and what its tokens earn, finite.
      temperature: τ.
      closing: where a token may follow the last one to close a loop, (S, V).
    """

    name: str
    process: Process
    temperature: float
    closing: Bools

    @property
    def nbytes(self) -> int:
        """Of its arrays."""
        return 3 * self.process.rewards.nbytes + self.closing.nbytes

    def plan(self, length: int) -> Plan:
        """The optimum over sequences of a length, without constraints."""
        return KEPT.get(
            (self.process, self.temperature, length),
            lambda: solve(self.process, temperature=self.temperature, length=length),
            lambda plan: plan.nbytes,
        )

    def steering(self, constraints: Constraints) -> Steering:
        """All that keeps to constraints.

        Raises:
          ConstraintError: nothing does, or they need too much memory.
        """
        return KEPT.get(
            (self.process, self.temperature, constraints.key),
            lambda: Steering(
                self.process,
                constraints,
                temperature=self.temperature,
                closing=self.closing,
                free=self.plan,
            ),
            lambda steering: sum(plan.nbytes for plan in steering.plans),
        )

    def allows(self, constraints: Constraints) -> bool:
        """Whether anything keeps to constraints that don't need too much memory."""
        try:
            self.steering(constraints)
        except ConstraintError:
            return False
        return True
