"""MusicXML from any notation program: chord symbols, form, key, meter, tempo, melody.

The first part with chord symbols is read. A progression has one meter, the one that the part
begins with. Key and tempo are those of the beginning, too, but for sections that begin in others;
what changes within a section still sounds the same chords. Without a mode in the file, the chords
under a signature decide between a major key and its relative minor. Chords and notes of a
transposing instrument are moved to concert pitch. Remarks say what isn't in the progression.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element, SubElement

from shinko.errors import ShinkoError
from shinko.intake.bounded import IntakeError, read_bytes
from shinko.intake.musicxml_bars import BarReader, Measure
from shinko.intake.musicxml_form import read_sections
from shinko.intake.musicxml_marks import Transposition, meter, tempo_in, told, transposition
from shinko.intake.remarks import Remarks
from shinko.intake.sections import melody_of, told_sections
from shinko.intake.xml import MOST_BYTES, one_line, read_xml, unpacked, whole
from shinko.score.progression import (
    DENOMINATORS,
    MOST_BEATS_IN_BAR,
    Progression,
)
from shinko.theory import ChordName, Key, Note, roman_from_name
from shinko.theory.find_key import find_key
from shinko.theory.keys import MODES, Mode

MOST_BARS = 2000
MOST_FIFTHS = 14
_LAST_BARS = 4  # in which "rit." is that of the end
_USUAL_TEMPO_BPM = 120.0
# What never matters here, and is most of many files.
_SKIPPED = frozenset(
    {"defaults", "credit", "notations", "lyric", "beam", "print", "frame", "miscellaneous"}
)
# The modes of the format that are keys here; only locrian is not.
_MODES: dict[str, Mode] = {**{mode: mode for mode in MODES}, "ionian": "major", "aeolian": "minor"}
_LOCRIAN_FIFTHS = 5  # from the major key of a signature to its locrian tonic


def read_musicxml(
    path: str | os.PathLike[str],
    *,
    bars: tuple[int, int] | None = None,
    remarks: Remarks | None = None,
) -> Progression:
    """Read a .musicxml, .xml or .mxl file.

    Args:
      bars: first and last bar to take, from 1, repeats counted once; all of them without it.
      remarks: where to say what was left out or changed.

    Raises:
      IntakeError: the file can't be read, is no MusicXML, too large, or has no chord symbols.
      ShinkoError: a chord, beat or note is out of the range of a progression.
    """
    name = os.fspath(path)
    data = read_bytes(path, most_bytes=MOST_BYTES)
    try:
        return parse_musicxml(data, bars=bars, remarks=remarks)
    except ShinkoError as error:
        raise IntakeError(f"can't read {name!r}: {error}") from error


def parse_musicxml(
    data: bytes, *, bars: tuple[int, int] | None = None, remarks: Remarks | None = None
) -> Progression:
    """The progression of a MusicXML file's bytes, compressed or not; see `read_musicxml`.

    Raises:
      ShinkoError: as `read_musicxml`.
    """
    remarks = Remarks() if remarks is None else remarks
    score = _score(read_xml(unpacked(data), skip=_SKIPPED))
    part = _lead_part(score)
    attributes = [a for measure in part[:1] for a in measure.findall("attributes")]
    signature = next((key for a in attributes for key in a.findall("key")), None)
    time = _meter(next((time for a in attributes for time in a.findall("time")), None))
    moved = transposition(next((a for a in attributes if a.find("transpose") is not None), None))
    if moved != Transposition():
        remarks.say("a transposing instrument: its chords and notes are at concert pitch")
    meters = {(t.findtext("beats"), t.findtext("beat-type")) for t in part.iter("time")}
    if len(meters) > 1:
        remarks.say("the meter changes, the first one is taken for all bars")
    _key(signature, (), 0, remarks)
    reader = BarReader(lambda key: _key(key, (), 0, remarks), moved, remarks)
    read = [reader.read(measure) for measure in part.findall("measure")]
    under = _names_under(read)
    sections, ends = read_sections(
        read,
        meter=time,
        taken=bars,
        key_of=lambda key: _key(key, under[told(key)], moved.fifths, remarks),
        remarks=remarks,
    )
    if not sections:
        raise IntakeError("its chord symbols are all N.C.; write chords above the staff")
    names = [chord for section in sections for chord, _ in section.chords]
    key = sections[0].manner.key
    if key is None or len(under) == 1:
        key = _key(signature, names, moved.fifths, remarks)
        sections = [replace(one, manner=one.manner._replace(key=None)) for one in sections]
    keys = (one.manner.key or key for one in sections for _ in one.chords)
    tempo_bpm = _tempo(part)
    return Progression(
        chords=tuple(map(roman_from_name, names, keys)),
        key=key,
        beats=tuple(beats for section in sections for _, beats in section.chords),
        tempo_bpm=tempo_bpm,
        meter=time,
        title=_title(score),
        sections=told_sections(sections, key=key, tempo_bpm=tempo_bpm),
        key_was_found=signature is None or signature.find("fifths") is None,
        melody=() if _is_accompaniment(read) else melody_of(sections),
        ritardando=ends and any(bar.slows for bar in read[-_LAST_BARS:]),
    )


def _names_under(bars: Sequence[Measure]) -> dict[tuple[str, str], list[ChordName]]:
    """The chords of a part by the signature that their bars begin under."""
    names: dict[tuple[str, str], list[ChordName]] = {}
    for bar in bars:
        names.setdefault(told(bar.signature), []).extend(
            symbol.chord for symbol in bar.symbols if symbol.chord is not None
        )
    return names


def _score(root: Element) -> Element:
    """The score, part by part."""
    if root.tag == "score-timewise":
        parts: dict[str, Element] = {}
        score = Element("score-partwise")
        score.extend(child for child in root if child.tag != "measure")
        for measure in root.findall("measure"):
            for part in measure.findall("part"):
                name = part.get("id", "")
                if name not in parts:
                    parts[name] = SubElement(score, "part", id=name)
                SubElement(parts[name], "measure", measure.attrib).extend(part)
        return score
    if root.tag != "score-partwise":
        raise IntakeError(f"its root is <{root.tag[:40]}>, not <score-partwise>; export MusicXML")
    return root


def _lead_part(score: Element) -> Element:
    parts = score.findall("part")
    for part in parts:
        if next(part.iter("harmony"), None) is not None:
            bars = len(part.findall("measure"))
            if bars > MOST_BARS:
                raise IntakeError(f"{bars:,} bars, {MOST_BARS:,} at most; export a part of it")
            return part
    if any(next(part.iter("pitch"), None) is not None for part in parts):
        raise IntakeError(
            "it has notes but no chord symbols; write some above the staff, or export it as "
            "MIDI, whose notes are searched for chords"
        )
    raise IntakeError("it has neither chord symbols nor notes; export a lead sheet")


def _key(
    signature: Element | None, names: Sequence[ChordName], moved: int, remarks: Remarks
) -> Key:
    """The key of a signature, moved by so many fifths; what it leaves open, the chords decide."""
    if signature is None or signature.find("fifths") is None:
        return find_key(names) if names else Key(Note("C"))
    fifths = whole(signature, "fifths", -MOST_FIFTHS, MOST_FIFTHS) + moved
    mode = one_line(signature.findtext("mode")).lower()
    if mode in _MODES:
        return Key.of_signature(fifths, _MODES[mode]).usual
    if mode == "locrian":
        remarks.say("locrian is read as minor, its chords as they are")
        return Key(Note.from_fifths(fifths + _LOCRIAN_FIFTHS), "minor").usual
    minor = Key.of_signature(fifths, "minor").usual
    return minor if names and _sounds_in(names, minor) else Key.of_signature(fifths).usual


def _sounds_in(names: Sequence[ChordName], minor: Key) -> bool:
    found = find_key(names)
    return found.is_minor and found.tonic_pitch_class == minor.tonic_pitch_class


def _meter(time: Element | None) -> tuple[int, int]:
    if time is None or time.find("beats") is None:
        return 4, 4
    numerator, denominator = meter(time)
    if not 1 <= numerator <= MOST_BEATS_IN_BAR or denominator not in DENOMINATORS:
        raise IntakeError(f"meter {numerator}/{denominator}; 1 to {MOST_BEATS_IN_BAR} is expected")
    return numerator, denominator


def _tempo(part: Element) -> float:
    """The first tempo."""
    told_bpm = (tempo_in(e) for e in part.iter() if e.tag in ("direction", "sound"))
    return next(filter(None, told_bpm), _USUAL_TEMPO_BPM)


def _title(score: Element) -> str:
    return one_line(score.findtext("work/work-title")) or one_line(score.findtext("movement-title"))


def _is_accompaniment(bars: Sequence[Measure]) -> bool:
    """Whether most notes are chords of three and more, as on a piano's upper staff."""
    return sum(bar.chords for bar in bars) > sum(len(bar.notes) for bar in bars)
