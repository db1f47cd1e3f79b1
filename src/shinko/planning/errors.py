"""What can't be planned."""

from shinko.errors import ShinkoError


class PlanningError(ShinkoError):
    """There is no exact solution of what was asked, or it takes too much memory."""


class ConstraintError(PlanningError):
    """Nothing keeps to what was asked, or finding it would take too much."""
