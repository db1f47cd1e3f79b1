"""Melodies as notation: triplets over several beats, and what other programs read of any rhythm."""

from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from musicxml_schema import load_schema

from shinko.export.notation.musicxml import musicxml_bytes
from shinko.intake.musicxml import parse_musicxml
from shinko.score.bars import bar_ticks
from shinko.score.progression import MelodyNote, Progression
from shinko.theory import Key, parse_roman

METERS = [(4, 4), (3, 4), (6, 8), (5, 4)]
TICKS_PER_TWELFTH = 40


def progression(numerals: str, *beats: float, **fields) -> Progression:
    chords = tuple(map(parse_roman, numerals.split()))
    return Progression(chords, Key.parse("C"), beats, **fields)


def sung(*beats: float) -> tuple[MelodyNote, ...]:
    """Notes in a row on G4."""
    starts = [sum(beats[:place]) for place in range(len(beats))]
    return tuple(MelodyNote(start, length, 67) for start, length in zip(starts, beats, strict=True))


def notes(piece: Progression, **options) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(musicxml_bytes(piece, **options)).iter("note"))


def described(elements: list[ElementTree.Element]) -> list[str]:
    """Notes as "quarter 3:2 of quarter [ start": value, ratio, bracket, tie."""
    told = []
    for note in elements:
        ratio = note.find("time-modification")
        words = [note.findtext("type", "") + "." * len(note.findall("dot"))]
        if ratio is not None:
            numbers = f"{ratio.findtext('actual-notes')}:{ratio.findtext('normal-notes')}"
            words.append(f"{numbers} of {ratio.findtext('normal-type')}")
        brackets = {"start": "[", "stop": "]"}
        words += [brackets[tuplet.get("type", "")] for tuplet in note.iter("tuplet")]
        words += ["tied" for tie in note.iter("tie") if tie.get("type") == "start"]
        told.append(" ".join(words))
    return told


@pytest.mark.parametrize("meter", [(4, 4), (3, 4)])
def test_three_notes_over_two_beats_are_one_triplet_of_quarters(meter):
    piece = progression("I", bar_ticks(meter) / 480, meter=meter, melody=sung(2 / 3, 2 / 3, 2 / 3))
    assert described(notes(piece))[:3] == [
        "quarter 3:2 of quarter [",
        "quarter 3:2 of quarter",
        "quarter 3:2 of quarter ]",
    ]


def test_a_triplet_of_quarters_may_have_eighths_and_rests():
    melody = (MelodyNote(0, 1 / 3, 67), MelodyNote(1 / 3, 1 / 3, 67), MelodyNote(4 / 3, 2 / 3, 67))
    assert described(notes(progression("I", 4, melody=melody))) == [
        "eighth 3:2 of quarter [",
        "eighth 3:2 of quarter",
        "quarter 3:2 of quarter",
        "quarter 3:2 of quarter ]",
        "half",
    ]


def test_a_triplet_of_eighths_says_so():
    piece = progression("I", 4, melody=sung(2 / 3, 1 / 3, 3))
    assert described(notes(piece)) == ["quarter 3:2 of eighth [", "eighth 3:2 of eighth ]", "half."]


def test_a_triplet_held_over_its_end_is_tied_there_only():
    piece = progression("I", 4, melody=sung(2 / 3, 2 / 3, 5 / 3, 1))
    assert described(notes(piece)) == [
        "quarter 3:2 of quarter [",
        "quarter 3:2 of quarter",
        "quarter 3:2 of quarter ] tied",
        "quarter",
        "quarter",
    ]


@pytest.mark.parametrize("layout", ["lead", "grand"])
def test_three_chords_that_share_a_bar_are_one_triplet_of_halves(layout):
    piece = progression("ii7 V7 Imaj7", 4 / 3, 4 / 3, 4 / 3)
    elements = [
        note
        for note in notes(piece, layout=layout)
        if note.find("chord") is None and note.findtext("staff", "1") == "1"
    ]
    assert described(elements) == [
        "half 3:2 of half [",
        "half 3:2 of half",
        "half 3:2 of half ]",
    ]


def test_three_chords_over_two_beats_show_their_rhythm_and_the_beats_after_them():
    elements = notes(progression("ii V I vi", 2 / 3, 2 / 3, 2 / 3, 2))
    assert described(elements) == [
        "quarter 3:2 of quarter [",
        "quarter 3:2 of quarter",
        "quarter 3:2 of quarter ]",
        "quarter",
        "quarter",
    ]
    assert [note.findtext("stem") for note in elements] == [None, None, None, "none", "none"]


def test_two_thirds_of_a_bar_end_with_a_rest_in_the_same_bracket():
    elements = notes(progression("ii V", 4 / 3, 4 / 3))
    assert described(elements) == [
        "half 3:2 of half [",
        "half 3:2 of half",
        "half 3:2 of half ]",
    ]
    assert [note.find("rest") is not None for note in elements] == [False, False, True]


@pytest.mark.parametrize(
    ("meter", "unit", "dots", "per_minute"),
    [
        ((4, 4), "quarter", 0, "90"),
        ((2, 2), "half", 0, "45"),
        ((6, 8), "quarter", 1, "60"),
        ((9, 8), "quarter", 1, "60"),
        ((12, 8), "quarter", 1, "60"),
        ((6, 16), "eighth", 1, "120"),
        ((3, 8), "eighth", 0, "180"),
        ((7, 8), "eighth", 0, "180"),
    ],
)
def test_the_metronome_counts_beats_and_the_sound_quarters(meter, unit, dots, per_minute):
    data = musicxml_bytes(progression("I", bar_ticks(meter) / 480, meter=meter, tempo_bpm=90))
    root = ElementTree.fromstring(data)
    metronome = next(root.iter("metronome"))
    assert metronome.findtext("beat-unit") == unit
    assert len(metronome.findall("beat-unit-dot")) == dots
    assert metronome.findtext("per-minute") == per_minute
    assert next(root.iter("sound")).get("tempo") == "90"
    assert parse_musicxml(data).tempo_bpm == 90


@st.composite
def melodies(draw):
    """A melody over one chord to a bar: notes and rests on twelfths of a beat."""
    meter = draw(st.sampled_from(METERS))
    bar = bar_ticks(meter) // TICKS_PER_TWELFTH
    bars = draw(st.integers(1, 3))
    usual = st.sampled_from([1, 2, 3, 4, 6, 8, 9, 12, 16, 18, 24, 32])
    melody, now = [], 0
    while now < bars * bar:
        length = min(draw(usual), bars * bar - now)
        if draw(st.integers(0, 5)):
            melody.append(MelodyNote(now / 12, length / 12, draw(st.integers(55, 84))))
        now += length
    assume(melody)
    beats = (bar / 12,) * bars
    return progression("I " * bars, *beats, meter=meter, melody=tuple(melody))


@pytest.fixture(scope="session")
def schema():
    """The official MusicXML 4.0 schema."""
    pytest.importorskip("lxml.etree")
    return load_schema()


def sounding(notes: tuple[MelodyNote, ...]) -> list[tuple[int, int, int]]:
    """Ticks of begin and end, and pitch."""
    return [
        (round(480 * n.start_beats), round(480 * (n.start_beats + n.beats)), n.pitch) for n in notes
    ]


@given(piece=melodies())
@settings(max_examples=60, deadline=None)
@pytest.mark.filterwarnings("ignore")  # music21's own
def test_music21_reads_any_melody_on_twelfths_of_a_beat(piece):
    from music21 import converter, harmony

    score = converter.parseData(musicxml_bytes(piece), format="musicxml")
    # By pitch, a B with a natural sign would not match the B without that it is tied to.
    part = score.stripTies(matchByPitch=False).parts[0].flatten()
    found = [
        (round(480 * n.offset), round(480 * (n.offset + n.quarterLength)), n.pitch.midi)
        for n in part.notes
        if not isinstance(n, harmony.Harmony)
    ]
    assert found == sounding(piece.melody)


@given(piece=melodies())
def test_any_melody_is_valid_fills_its_bars_and_is_read_back(schema, piece):
    from lxml import etree

    data = musicxml_bytes(piece)
    schema.assertValid(etree.fromstring(data))
    root = ElementTree.fromstring(data)
    for measure in root.iter("measure"):
        durations = [int(note.findtext("duration", "0")) for note in measure.iter("note")]
        assert sum(durations) == bar_ticks(piece.meter)
        for note in measure.iter("note"):
            assert written_ticks(note) in (None, Fraction(note.findtext("duration")))
    assert sounding(parse_musicxml(data).melody) == sounding(piece.melody)


def written_ticks(note: ElementTree.Element) -> Fraction | None:
    """How long a note is by its look; None for the rest of a whole bar."""
    if note.find("type") is None:
        return None
    names = ["whole", "half", "quarter", "eighth", "16th", "32nd", "64th"]
    ticks = Fraction(1920, 1 << names.index(note.findtext("type", "")))
    ticks *= 2 - Fraction(1, 1 << len(note.findall("dot")))
    return ticks * 2 / 3 if note.find("time-modification") is not None else ticks


@given(piece=melodies())
def test_every_bracket_holds_two_of_its_notes_in_three(piece):
    data = musicxml_bytes(piece)
    for measure in ElementTree.fromstring(data).iter("measure"):
        inside, held = None, Fraction(0)
        for note in measure.iter("note"):
            ratio = note.find("time-modification")
            kinds = [tuplet.get("type") for tuplet in note.iter("tuplet")]
            if "start" in kinds:
                assert inside is None
                inside, held = ratio.findtext("normal-type"), Fraction(0)
            assert (ratio is not None) == (inside is not None)
            if inside is not None:
                assert ratio.findtext("normal-type") == inside
                held += Fraction(note.findtext("duration"))
            if "stop" in kinds:
                third = {"half": 640, "quarter": 320, "eighth": 160, "16th": 80}[inside]
                assert held == 3 * third
                inside = None
        assert inside is None
