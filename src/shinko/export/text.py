"""Progressions as JSON."""

from shinko.printable import json_text
from shinko.score.progression import Progression


def progression_json(progression: Progression) -> str:
    """The progression as JSON, a line break at the end; `Progression.from_dict` reads it again."""
    return json_text(progression.to_dict(), indent=2) + "\n"
