"""What stands beside the notes of a MusicXML part: signatures, meters, tempos, transpositions."""

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

from shinko.intake.bounded import IntakeError
from shinko.intake.xml import one_line, whole
from shinko.score.progression import TEMPO_RANGE_BPM

_MOST_SEMITONES, _MOST_OCTAVES = 36, 4
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_QUARTERS = {"whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25}


class Transposition(NamedTuple):
    """How far what sounds lies from what is written: along the line of fifths, and in semitones."""

    fifths: int = 0
    semitones: int = 0


def transposition(attributes: Element | None) -> Transposition:
    """What <transpose> says; nothing without one.

    Raises:
      IntakeError: it has no whole numbers that an instrument can have.
    """
    told = attributes.find("transpose") if attributes is not None else None
    if told is None:
        return Transposition()
    semitones = whole(told, "chromatic", -_MOST_SEMITONES, _MOST_SEMITONES)
    octaves = whole(told, "octave-change", -_MOST_OCTAVES, _MOST_OCTAVES, "0")
    # Without steps, the nearest way around the fifths: 2 semitones are a D over a C.
    fifths = (semitones * 7 + 5) % 12 - 5
    if told.find("diatonic") is not None:
        steps = whole(told, "diatonic", -_MOST_SEMITONES, _MOST_SEMITONES)
        fifths = semitones * 7 - steps * 12
    return Transposition(fifths, semitones + 12 * octaves)


def meter(time: Element) -> tuple[int, int]:
    """Numerator and denominator of <time>; of several numerators, as 3+2, the sum.

    Raises:
      IntakeError: they aren't whole numbers that a meter can have.
    """
    beats = one_line(time.findtext("beats"))
    parts = beats.split("+")
    denominator = whole(time, "beat-type", 1, 64)
    if not all(part.strip().isdecimal() and len(part) <= 3 for part in parts):
        raise IntakeError(f"meter {beats[:40]!r}/{denominator}; whole numbers are expected")
    return sum(map(int, parts)), denominator


def told(signature: Element | None) -> tuple[str, str]:
    """What tells one <key> from another: accidentals and mode."""
    if signature is None:
        return "", ""
    return one_line(signature.findtext("fifths")), one_line(signature.findtext("mode")).lower()


def tempo_in(element: Element) -> float | None:
    """The tempo that a <direction> or a <sound> tells, in quarter notes per minute."""
    sounded = next(filter(None, map(_sounded, element.iter("sound"))), None)
    marked = next(filter(None, map(_marked, element.iter("metronome"))), None)
    told_bpm = sounded or marked
    slowest, fastest = TEMPO_RANGE_BPM
    return None if told_bpm is None else min(max(told_bpm, float(slowest)), float(fastest))


def _sounded(sound: Element) -> float | None:
    match = _NUMBER.search(sound.get("tempo", "")[:40])
    return float(match[0]) if match else None


def _marked(metronome: Element) -> float | None:
    """What ♩. = 60 says; nothing where it relates two note values."""
    unit = one_line(metronome.findtext("beat-unit"))
    match = _NUMBER.search((metronome.findtext("per-minute") or "")[:40])
    if unit not in _QUARTERS or match is None:
        return None
    dots = min(2, len(metronome.findall("beat-unit-dot")))
    return float(match[0]) * _QUARTERS[unit] * (2 - 0.5**dots)
