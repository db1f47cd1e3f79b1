"""Shinko composes chord progressions learned by reinforcement from chord statistics."""

__version__ = "0.1.0"
