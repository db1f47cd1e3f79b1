"""What can be asked of chords that one has: how they are read, and what is made of them."""

from __future__ import annotations

from dataclasses import MISSING, dataclass

from shinko.errors import FieldError
from shinko.files.formats import Rendering
from shinko.request import Request, asked, part
from shinko.score.arrange import PLAYED
from shinko.score.progression import TEMPO_RANGE_BPM, parse_meter, show_meter
from shinko.theory import Key

CHORDS = "The chords"


def read_bars(text: str) -> tuple[int, int]:
    """The first and the last of bars such as "1-16" or "5".

    Raises:
      FieldError: the text is nothing of this kind.
    """
    first, dash, last = text.replace("–", "-").partition("-")
    first, last = first.strip(), (last if dash else first).strip()
    if first.isdecimal() and last.isdecimal() and len(text) < 12:
        begin, end = int(first), int(last)
        if 1 <= begin <= end:
            return begin, end
    raise FieldError("bars", text, "the first and the last, such as 1-16")


@dataclass(frozen=True)
class Reading(Request):
    """How to read what a file leaves open, or says otherwise; none for what it says."""

    key: Key | None = asked(
        None,
        "Key to read the chords in, such as 'C', 'F# minor' or 'D dorian'.",
        read=Key.parse,
        letter="k",
        group=CHORDS,
    )
    meter: tuple[int, int] | None = asked(
        None, "Such as 4/4, 3/4, 6/8.", read=parse_meter, show=show_meter, group=CHORDS
    )
    tempo_bpm: float | None = asked(
        None,
        "Tempo.",
        name="tempo",
        unit="quarter notes a minute",
        least=TEMPO_RANGE_BPM[0],
        most=TEMPO_RANGE_BPM[1],
        group=CHORDS,
    )
    title: str | None = asked(None, "What it is called.", group=CHORDS)
    bars: tuple[int, int] | None = asked(
        None,
        "First and last bar to take, such as 1-16: of MIDI as it is played, else as it is written.",
        read=read_bars,
        show=lambda bars: f"{bars[0]}-{bars[1]}",
        group=CHORDS,
    )


@dataclass(frozen=True)
class RenderRequest(Request):
    """Chords that one has, and the files to make of them."""

    source: str = asked(
        MISSING,
        "Chords, such as 'Am7 D7 | Gmaj7', or numerals with a key; or a file: .json, .mid, "
        ".musicxml, .mxl, .cho or .txt.",
        metavar="CHORDS|FILE",
        argument=True,
    )
    reading: Reading = part(Reading)
    to: Key | None = asked(None, "Transpose to this key.", read=Key.parse, group=CHORDS)
    ritardando: bool = asked(False, "It slows down at its end.", group=PLAYED)
    rendering: Rendering = part(Rendering)
