"""What can be wrong with a run."""

from __future__ import annotations

from shinko.errors import ShinkoError


class RunError(ShinkoError):
    """A run's folder can't be used as asked."""
