"""Progressions as text: JSON, chord names in plain ASCII."""

import json
import re

from shinko.score.progression import Progression

_SIGNS = {"♭": "b", "♯": "#", "𝄫": "bb", "𝄪": "##", "°": "dim", "△": "maj"}
_HALF_DIMINISHED = re.compile(r"ø(\d*)")


def progression_json(progression: Progression) -> str:
    """The progression as JSON, a line break at the end; `Progression.from_dict` reads it again."""
    return json.dumps(progression.to_dict(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def ascii_name(name: str) -> str:
    """A chord symbol without ♭ ♯ ø °: "B♭maj7" is "Bbmaj7", "F♯ø7" is "F#m7b5".

    It is for readers that know no more than ASCII. MIDI is one: the Standard MIDI File asks for
    ASCII, names no other encoding, and some workstations show anything else as garbage. That is
    a matter of the way out, not of theory, so it lives here.
    """
    name = _HALF_DIMINISHED.sub(lambda match: f"m{match[1] or 7}b5", name)
    for sign, plain in _SIGNS.items():
        name = name.replace(sign, plain)
    return name
