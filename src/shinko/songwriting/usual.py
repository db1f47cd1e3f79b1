"""What is usual where nothing else is asked, bounds, and sentences that several requests share."""

from __future__ import annotations

from typing import Any

from shinko.files.requests import read_bars
from shinko.theory import Key

USUAL_LENGTH = 8
MOST_COMPOSED = 64
"""Chords that are composed or explained in one piece: a section at most."""

MOST_BARS = 64
"""Of a section."""
MOST_VARIANTS = 100

DIAL, STEERING = "From familiar to adventurous", "Steering"
GIVEN, SECTIONS = "Chords that one has", "Sections"
CHORDS_OR_FILE = "CHORDS|FILE"

_KEY = "Key, such as 'C', 'F# minor', 'Bbm', or 'D dorian'; phrygian, lydian, mixolydian, too."
KEY_FOUND = f"{_KEY[:-1]}; by default that of the chords, or C."
HOME = Key.parse("C major")
"""The key where nothing tells one."""
TEMPO_BPM, METER = 100.0, (4, 4)
"""Of a piece, where nothing tells them."""
ONE_HAS = "Chords that one has, typed or in a file"
BARS: dict[str, Any] = {
    "read": read_bars,
    "show": lambda bars: f"{bars[0]}-{bars[1]}",
}
OF_BARS = "First and last bar to take of the chords, such as 1-16."
OF_TABLE = "Whose statistics: a table, or a mixture such as '1960s:2, pop909:1'"
BY_TABLE_ALONE = (
    "By the table alone, which looks back three chords; by default all that was played counts."
)
VARIETY = "familiar, real (as varied as a song is within itself), adventurous, or effective chords"
COLOUR = (
    "How chords sound: counted, as songs have them; or all as triads, as sevenths, or rich, with "
    "ninths, sixths and suspensions. What is written sounds as it is written"
)
RETURNS = (
    "How much comes back: through-composed (never twice), songs, hypnotic, or repeated pairs in "
    "eight chords, such as 2.5"
)
