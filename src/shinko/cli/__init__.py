"""The command `shinko`: reads input, shows results."""

from shinko.cli.app import main

__all__ = ["main"]
