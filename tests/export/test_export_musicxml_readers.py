"""MusicXML as other programs read it: music21, and MuseScore 3 where it is installed."""

import os
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction

import pytest

from shinko.export.notation.musicxml import musicxml_bytes
from shinko.export.notation.spelling import writable
from shinko.intake.musicxml import read_musicxml
from shinko.score.bars import played
from shinko.score.progression import MelodyNote, Progression, Section
from shinko.theory import QUALITIES, Key, RomanChord, parse_roman

pytestmark = pytest.mark.filterwarnings("ignore")  # music21's own

MUSESCORE = shutil.which("mscore3") or shutil.which("musescore3")
# What is added counts from a dominant chord, says MusicXML: an added 7 is minor, and so MuseScore
# has it. music21 adds a major seventh.
# A thirteenth has an eleventh by definition.
WITH_ELEVENTH = {"13", "maj13", "13♭9", "13♯9", "13♭5", "13no5", "+13", "+maj13"}
WITH_ADDED_SEVENTH = {
    *("7sus2", "7sus4", "9sus4", "7♭9sus4", "13sus4", "7sus4♭13", "7♭9♭13sus4", "9♭13sus4"),
    *("13♭9sus4", "7sus4add13", "7♯5sus4"),
}
KEYS = ["C", "Gb", "C#", "Ab minor", "F# minor"]


DEGREES = ["I", "bII", "ii", "bIII", "iii", "IV", "#IV", "V", "bVI", "vi", "bVII", "VII"]


def all_qualities(key: str, *, inverted: bool = False) -> Progression:
    """Every quality, on all degrees in turn, inverted in turn if asked for."""
    chords = []
    for index, (quality, intervals) in enumerate(QUALITIES.items()):
        degree = parse_roman(DEGREES[index % len(DEGREES)])
        inversion = index % 3 % len(intervals) if inverted else 0
        chords.append(replace(degree, quality=quality, inversion=inversion))
    return Progression(tuple(chords), Key.parse(key), (2.0,) * len(chords))


def numerals(text: str) -> tuple[RomanChord, ...]:
    return tuple(map(parse_roman, text.split()))


def by_music21(piece: Progression, **options):
    from music21 import converter

    return converter.parseData(musicxml_bytes(piece, **options), format="musicxml")


def music21_name(note) -> str:
    return note.letter + ("#" * note.accidental if note.accidental > 0 else "-" * -note.accidental)


@pytest.mark.parametrize("name", ["D dorian", "C phrygian", "Eb lydian", "A mixolydian", "A minor"])
def test_music21_finds_signature_and_mode(name):
    from music21 import key as keys

    key = Key.parse(name)
    score = by_music21(Progression((parse_roman("IV"),), key, (4.0,)))
    found = next(iter(score.recurse().getElementsByClass(keys.Key)))
    assert (found.sharps, found.mode) == (key.fifths, key.mode)
    assert found.tonic.name == music21_name(key.tonic)


@pytest.mark.parametrize("key", KEYS)
def test_music21_reads_every_chord_symbol(key):
    from music21 import harmony

    piece = all_qualities(key, inverted=True)
    symbols = list(by_music21(piece).recurse().getElementsByClass(harmony.ChordSymbol))
    symbols = [s for s in symbols if not isinstance(s, harmony.NoChord)]
    assert len(symbols) == len(piece.chords)
    for symbol, chord in zip(symbols, piece.chords, strict=True):
        assert symbol.root().name == music21_name(chord.symbol_root(piece.key))
        assert symbol.bass().name == music21_name(chord.symbol_bass(piece.key))
        heard = {pitch.pitchClass for pitch in symbol.pitches}
        expected = set(chord.pitch_classes(piece.key))
        if chord.quality in WITH_ADDED_SEVENTH:
            minor_seventh = (chord.root(piece.key).pitch_class + 10) % 12
            expected ^= {minor_seventh, (minor_seventh + 1) % 12}
        if chord.quality in WITH_ELEVENTH:
            expected.add((chord.root(piece.key).pitch_class + 5) % 12)
        assert heard == expected, chord.name(piece.key)


@pytest.mark.parametrize("layout", ["lead", "grand"])
@pytest.mark.parametrize(("numerator", "denominator"), [(4, 4), (3, 4), (6, 8), (7, 8)])
def test_music21_finds_key_meter_and_full_bars(layout, numerator, denominator):
    chords = numerals("i iv V7 bVI i")
    piece = Progression(
        chords,
        Key.parse("F# minor"),
        (1.5, 2.5, 1 / 3, 2 / 3, 3.0),
        meter=(numerator, denominator),
        melody=(MelodyNote(0, 2 / 3, 66), MelodyNote(1, 4.5, 68)),
    )
    score = by_music21(piece, layout=layout)
    for part in score.parts:
        bars = list(part.getElementsByClass("Measure"))
        assert str(bars[0].keySignature) == "f# minor"
        assert bars[0].timeSignature.ratioString == f"{numerator}/{denominator}"
        for bar in bars:
            assert Fraction(bar.duration.quarterLength) == Fraction(4 * numerator, denominator)


def test_music21_hears_the_chords_as_often_as_they_are_played():
    from music21 import harmony

    piece = Progression(
        numerals("I V vi IV"),
        Key.parse("C"),
        (4.0,) * 4,
        sections=(Section("A", 2, 3), Section("B", 1), Section("C", 1, 2)),
    )
    expanded = by_music21(piece).parts[0].expandRepeats()
    heard = [s.figure for s in expanded.recurse().getElementsByClass(harmony.ChordSymbol)]
    names = [piece.names[c.chord] for passage in played(piece) for c in passage.chords]
    assert heard == names == ["C", "G", "C", "G", "C", "G", "Am", "F", "F"]


def test_music21_reads_the_notes_of_the_grand_staff():
    from music21 import harmony

    piece = all_qualities("Eb")
    top, low = (
        [note for note in part.recurse().notes if not isinstance(note, harmony.Harmony)]
        for part in by_music21(piece, layout="grand").parts
    )
    assert len(top) == len(low) == len(piece.chords)
    for above, below, chord in zip(top, low, piece.chords, strict=True):
        heard = {pitch.pitchClass for pitch in (*above.pitches, *below.pitches)}
        assert heard <= set(chord.pitch_classes(piece.key))
        names = {pitch.name for pitch in (*above.pitches, *below.pitches)}
        assert names <= {music21_name(writable(note)) for note in chord.notes(piece.key)}


@pytest.fixture(scope="module")
def through_musescore(tmp_path_factory):
    """A progression after MuseScore has imported and exported it."""
    if MUSESCORE is None:
        pytest.skip("needs MuseScore 3 (Debian: musescore3), which isn't installed")
    folder = tmp_path_factory.mktemp("musescore")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder)}

    def convert(piece: Progression, name: str, **options) -> Progression:
        ours, theirs = folder / f"{name}.musicxml", folder / f"{name}-back.musicxml"
        ours.write_bytes(musicxml_bytes(piece, **options))
        subprocess.run(
            [MUSESCORE, str(ours), "-o", str(theirs)],
            env=environment,
            check=True,
            capture_output=True,
            timeout=120,
        )
        return read_musicxml(theirs)

    return convert


@pytest.mark.parametrize("key", KEYS[:3])
def test_musescore_keeps_every_chord_its_time_and_its_key(through_musescore, key):
    piece = all_qualities(key, inverted=True)
    back = through_musescore(piece, f"all-{key}")
    assert back.names == piece.names
    assert back.beats == piece.beats
    assert (back.key, back.meter, back.tempo_bpm) == (piece.key, piece.meter, piece.tempo_bpm)


def test_musescore_keeps_form_title_and_melody(through_musescore):
    piece = Progression(
        numerals("I V64 vi IV V7"),
        Key.parse("Bb"),
        (4.0, 2.0, 2.0, 1.5, 2.5),
        tempo_bpm=90,
        title="Round <trip>",
        sections=(Section("verse", 3, 2), Section("bridge", 2)),
        melody=(MelodyNote(0, 1.5, 70), MelodyNote(1.5, 4.5, 74), MelodyNote(9, 1 / 3, 65)),
    )
    back = through_musescore(piece, "form")
    assert (back.names, back.beats, back.sections) == (piece.names, piece.beats, piece.sections)
    assert (back.title, back.tempo_bpm, back.melody) == (piece.title, 90, piece.melody)
