"""Chord symbols as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.theory import QUALITIES, ChordName, ChordSymbolError, Note, parse_chord_name

NOTES = st.builds(Note, st.sampled_from("ABCDEFG"), st.integers(-2, 2))

# What people write -> what is shown.
SPELLINGS = {
    "C": "C Cmaj CM CMajor C(maj)",
    "Cm": "Cm Cmin C- Cmi Cminor C−",
    "C°": "C° Cdim Co Cº Cdiminished Cmb5",
    "C+": "C+ Caug C(#5)",
    "C5": "C5",
    "Csus2": "Csus2",
    "Csus4": "Csus4 Csus C4",
    "C6": "C6 Cmaj6 Cadd6 CM6",
    "Cm6": "Cm6 Cmin6 C-6 Cm(add6)",
    "C6/9": "C6/9 C69 C6add9 C6(9) C(6/9)",
    "Cm6/9": "Cm6/9 Cm69",
    "Cadd9": "Cadd9 C(add9) Cadd2 C2 C(9)",
    "Cmadd9": "Cmadd9 Cm(add9) Cm(9) Cmadd2",
    "Cadd11": "Cadd11 Cadd4",
    "C7": "C7 Cdom7",
    "Cmaj7": "Cmaj7 CM7 C△7 CΔ CΔ7 C△ C∆ Cj7 Cma7 CMaj7 CMAJ7 C7M C(maj7)",
    "Cm7": "Cm7 C-7 Cmin7 Cmi7 CMin7 C−7",
    "CmMaj7": "CmMaj7 Cm(maj7) CmM7 CminMaj7 C-△7 CmΔ Cm7M C-maj7",
    "Cø7": "Cø7 Cø Cm7b5 Cm7♭5 C-7b5 Cm7(b5) Chdim7 C-7-5 Cmin7(♭5) CØ Ch7",
    "C°7": "C°7 Cdim7 Co7 Cº7",
    "C°maj7": "Cdim(maj7) C°M7 C°maj7",
    "C+7": "C+7 C7#5 Caug7 C7♯5 C7(#5) C7+5 C7+",
    "C+maj7": "C+maj7 Cmaj7#5 CM7♯5 Caugmaj7 C+M7",
    "C7♭5": "C7b5 C7(b5) C7-5",
    "C7sus4": "C7sus4 C7sus Csus7 C7(sus4)",
    "C9": "C9 C7(9) C7add9",
    "Cmaj9": "Cmaj9 CM9 C△9 Cmaj7(9) CΔ9",
    "Cm9": "Cm9 C-9 Cmin9 Cm7(9)",
    "C9sus4": "C9sus4 C9sus C7sus4(9)",
    "C7♭9": "C7b9 C7♭9 C7(b9) C7-9",
    "C7♯9": "C7#9 C7♯9 C7(#9) C7+9",
    "C7♭9sus4": "C7sus4b9 C7b9sus4 C7b9sus",
    "C7♯5♯9": "C7#5#9 C7#9#5 C7alt Calt C7(#5,#9)",
    "C7♭5♭9": "C7b5b9 C7b9b5",
    "C11": "C11",
    "Cm11": "Cm11 C-11 Cm9(11)",
    "Cmaj7♯11": "Cmaj7#11 CM7(#11) C△7♯11",
    "C9♯11": "C9#11",
    "C13": "C13 C9(13) C7(9,13)",
    "Cmaj13": "Cmaj13 CM13",
    "C13sus4": "C13sus4 C13sus",
    "C13♭9": "C13b9 C13(b9)",
    "B♭m7/A♭": "B♭m7/A♭ Bbm7/Ab Bb-7/Ab",
    "E♭m": "Ebm E♭m E♭min",
    "C/G": "C/G Cmaj/G",
    "C/B♭": "C/Bb C/B♭",
    "F/G": "F/G",
    "C6/9/E": "C6/9/E C69/E",
    "F♯ø7/C": "F#m7b5/C F♯ø/C",
    "A♭5": "Ab5 A♭5",
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [(text, shown) for shown, texts in SPELLINGS.items() for text in texts.split()],
)
def test_a_chord_symbol_is_read_in_every_common_spelling(text, shown):
    assert str(parse_chord_name(text)) == shown


@given(NOTES, st.sampled_from(sorted(QUALITIES)), st.none() | NOTES)
def test_a_chord_symbol_is_read_back_from_its_own_text(root, quality, bass):
    name = ChordName(root, quality, None if bass == root else bass)
    assert parse_chord_name(str(name)) == name


@given(st.text(max_size=8))
def test_any_text_is_a_chord_symbol_or_refused(text):
    try:
        name = parse_chord_name(text)
    except ChordSymbolError:
        return
    assert name.quality in QUALITIES


def test_an_unknown_quality_is_named_with_the_known_ones():
    with pytest.raises(
        ChordSymbolError, match=r"^chord 'Cfoo': no quality 'foo'; known: m, 7, maj7"
    ):
        parse_chord_name("Cfoo")


@pytest.mark.parametrize("text", ["H7", "am7", "c", "", "7", "♭B", "/C"])
def test_a_root_that_is_no_capital_letter_a_to_g_is_refused(text):
    with pytest.raises(ChordSymbolError, match="letter A to G"):
        parse_chord_name(text)


@pytest.mark.parametrize("text", ["C/x", "Am7/g", "C/H", "C/"])
def test_a_bass_that_is_no_capital_letter_a_to_g_is_refused(text):
    with pytest.raises(ChordSymbolError, match=r"a bass is a capital letter A to G"):
        parse_chord_name(text)


def test_a_chord_symbol_knows_its_notes_and_its_bass():
    name = parse_chord_name("A♭m7/G♭")
    assert [str(note) for note in name.notes] == ["A♭", "C♭", "E♭", "G♭"]
    assert name.pitch_classes == (8, 11, 3, 6)
    assert str(name.bass_note) == "G♭"


def test_the_bass_of_a_chord_symbol_without_a_slash_is_its_root():
    assert parse_chord_name("D7").bass_note == Note("D")
    assert parse_chord_name("D7/D") == parse_chord_name("D7")
