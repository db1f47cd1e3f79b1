"""Texts of a piece as files can hold them: in one line, in ASCII, as a file's name.

What may be printed at all is told in `shinko.printable`; what one format alone can't hold, such
as the quotes of a directive, is that format's own matter.
"""

import re
import unicodedata

from shinko.paths import harmless
from shinko.theory import Key

UNTITLED = "Chord progression"
"""What files call a piece without a title."""
RITARDANDO, LAST_TIME = "rit.", "rit. (last time)"
"""What stands where a piece slows down, and where it does so the last time of several."""
MOST_CODE_POINTS = 60  # of a file's name
_SIGNS = {"♭": "b", "♯": "#", "𝄫": "bb", "𝄪": "##", "°": "dim", "△": "maj"}
# The modes that aren't written by their first three letters, as ABC writes them.
_MODES = {"major": "", "minor": "m"}
_HALF_DIMINISHED = re.compile(r"ø(\d*)")


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


def ascii_key(key: Key) -> str:
    """A key as programs write it: "Bb", "F#m", "Ddor" with the first letters of another mode."""
    return ascii_name(str(key.tonic)) + _MODES.get(key.mode, key.mode[:3])


def ascii_key_without_mode(key: Key) -> str:
    """The same for readers that know only the third: "Dm" for D dorian, "G" for G mixolydian."""
    return ascii_name(str(key.tonic)) + ("m" if key.has_minor_third else "")


def file_name(title: str) -> str:
    """A title as a file's name: nothing that a file system or a shell takes amiss.

    It is cut between characters where it would be longer than file systems take.
    """
    plain = unicodedata.normalize("NFC", title).replace("♭", "b").replace("♯", "#")
    kept = re.sub(r"[^\w#+-]+", "-", plain)[:MOST_CODE_POINTS].strip("-")
    return harmless(kept) or "progression"
