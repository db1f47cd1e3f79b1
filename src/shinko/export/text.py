"""Progressions as JSON."""

import json

from shinko.score.progression import Progression


def progression_json(progression: Progression) -> str:
    """The progression as JSON, a line break at the end; `Progression.from_dict` reads it again."""
    return json.dumps(progression.to_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
