"""Roman numerals as text."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shinko.theory import QUALITIES, ChordError, RomanChord, RomanNumeralError, parse_roman

ALTERATIONS = st.integers(-1, 1)


@st.composite
def chords(draw: st.DrawFn) -> RomanChord:
    """Any chord that a Roman numeral can say: no borrowed mode, a bass outside the chord or not."""
    quality = draw(st.sampled_from(sorted(QUALITIES)))
    fields = {
        "degree": draw(st.integers(1, 7)),
        "alteration": draw(ALTERATIONS),
        "quality": quality,
        "inversion": draw(st.integers(0, len(QUALITIES[quality]) - 1)),
    }
    if draw(st.booleans()):
        fields["applied"] = draw(st.integers(1, 7))
        fields["applied_alteration"] = draw(ALTERATIONS)
        fields["applied_minor"] = draw(st.none() | st.booleans())
    if fields["inversion"] == 0 and draw(st.booleans()):
        fields["slash"] = draw(st.integers(1, 7))
        fields["slash_alteration"] = draw(ALTERATIONS)
    try:
        return RomanChord(**fields)
    except ChordError:
        assume(False)  # the bass happens to be a note of the chord
        raise


@given(chords())
def test_a_numeral_is_read_back_from_its_own_text(chord):
    assert parse_roman(str(chord)) == chord


@given(chords())
def test_a_numeral_is_read_back_from_what_a_keyboard_has(chord):
    text = str(chord).replace("♭", "b").replace("♯", "#").replace("°", "o").replace("ø", "h")
    text = text.replace("𝄫", "bb").replace("𝄪", "##")
    assert parse_roman(text) == chord


@given(st.text(alphabet="IViv♭b♯#°øo+majsu24567/9 ", max_size=9))
def test_any_text_is_a_numeral_or_refused(text):
    try:
        chord = parse_roman(text)
    except RomanNumeralError:
        return
    assert parse_roman(str(chord)) == chord


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("I", "I"),
        ("bVII", "♭VII"),
        ("♭VII", "♭VII"),
        ("#ivo", "♯iv°"),
        ("viio", "vii°"),
        ("vii°", "vii°"),
        ("VII°", "vii°"),
        ("viidim", "vii°"),
        ("viiø7", "viiø7"),
        ("viiø", "viiø7"),
        ("vii%7", "viiø7"),
        ("viih7", "viiø7"),
        ("viim7b5", "viiø7"),
        ("IIm7b5", "iiø7"),
        ("viio7", "vii°7"),
        ("viidim7", "vii°7"),
        ("vii°65/V", "vii°65/V"),
        ("viiø4/3", "viiø43"),
        ("V6/5", "V65"),
        ("V6/5/V", "V65/V"),
        ("I6/4", "I64"),
        ("V4/2/IV", "V42/IV"),
        ("V2", "V42"),
        ("V+", "V+"),
        ("Vaug", "V+"),
        ("III+7", "III+7"),
        ("V7#5", "V+7"),
        ("Imaj7", "Imaj7"),
        ("IM7", "Imaj7"),
        ("I△7", "Imaj7"),
        ("IΔ", "Imaj7"),
        ("imaj7", "imaj7"),
        ("im(maj7)", "imaj7"),
        ("ii7", "ii7"),
        ("IIm7", "ii7"),
        ("II-7", "ii7"),
        ("Ⅱm7", "ii7"),
        ("ⅵ", "vi"),
        ("bVImaj42", "♭VImaj42"),
        ("I+maj7", "I+maj7"),
        ("bIII+7", "♭III+7"),
        ("#vø65", "♯vø65"),
        ("V+65/iii", "V+65/iii"),
        ("V7sus4", "V7sus4"),
        ("V7sus", "V7sus4"),
        ("v7sus4", "V7sus4"),
        ("Isus2", "Isus2"),
        ("V7b9", "V7♭9"),
        ("V13", "V13"),
        ("ii9", "ii9"),
        ("Iadd9", "Iadd9"),
        ("iadd9", "iadd9"),
        ("Iadd6", "Iadd6"),
        ("ivadd6", "ivadd6"),
        ("I6/9", "Iadd69"),
        ("IV6", "IV6"),
        ("V7/bVI", "V7/♭VI"),
        ("V7/iv", "V7/iv"),
        ("V7/IV", "V7/IV"),
        ("V/vii°", "V/vii"),
        ("IV/5", "IV/5"),
        ("I/b7", "I/♭7"),
        ("I/3", "I6"),
        ("V7/V/3", "V7/V/3"),
        ("IVsus4/1", "IVsus4/1"),
        ("V9/7", "V9/7"),
        *(("V7(b9/13)", "V13♭9"), ("V7(b9,13)/V", "V13♭9/V"), ("ii7(11)", "ii7add11")),
        *(("I(9)", "Iadd9"), ("v7sus4", "V7sus4"), ("Iadd9(no3)", "Isus2"), ("V7alt.", "V7♯5♯9")),
        *(("V7/V/V", "V7/II"), ("vii/o7", "viiø7"), ("vii/o65/V", "viiø65/V")),
    ],
)
def test_numerals_are_read_as_people_write_them(written, shown):
    assert str(parse_roman(written)) == shown


def test_a_bass_that_is_a_note_of_the_chord_is_its_inversion():
    assert parse_roman("V9/7") == RomanChord(5, quality="9", inversion=1)
    assert parse_roman("I/5") == parse_roman("I64")


def test_a_bass_outside_the_chord_is_kept_as_a_degree_of_the_scale():
    assert parse_roman("I/b7") == RomanChord(1, slash=7, slash_alteration=-1)


def test_a_sixth_figure_is_an_inversion_and_an_added_sixth_is_not():
    assert parse_roman("IV6") == RomanChord(4, inversion=1)
    assert parse_roman("IVadd6") == RomanChord(4, quality="6")


def test_the_case_of_a_target_is_kept_without_changing_the_usual_one():
    assert parse_roman("V7/ii").applied_minor is None
    assert parse_roman("V7/iv").applied_minor is True
    assert parse_roman("V7/IV").applied_minor is None


@pytest.mark.parametrize("text", ["", "X", "VIII7x", "b", "Am7", "1", "57/5", "bb"])
def test_what_has_no_degree_is_refused(text):
    with pytest.raises(RomanNumeralError, match=r"degree I to VII|no quality"):
        parse_roman(text)


@pytest.mark.parametrize("text", ["Vfoo", "ii7#9", "IVV", "Iv", "V8", "I#222", "I#0"])
def test_an_unknown_quality_on_a_degree_is_named_with_the_known_ones(text):
    with pytest.raises(RomanNumeralError, match=r"no quality '.*' on .*; known: m, 7, maj7"):
        parse_roman(text)


@pytest.mark.parametrize("text", ["V7/V/5/5", "V/8", "V/", "V/x", "V/5/5", "V/5/V"])
def test_what_a_slash_can_be_followed_by_is_told(text):
    with pytest.raises(RomanNumeralError, match="one target I to VII or a bass 1 to 7"):
        parse_roman(text)


def test_a_second_accidental_is_refused():
    with pytest.raises(RomanNumeralError, match="one ♭ or ♯ at most"):
        parse_roman("bbVII")


def test_figures_and_a_bass_at_once_are_refused():
    with pytest.raises(RomanNumeralError, match="leave one of them out"):
        parse_roman("I64/3")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("V7/bV/bV/bV", "applied to no degree"),
        ("V/bb7", "one ♭ or ♯ at most"),
        ("##VI", "one ♭ or ♯ at most"),
        ("Ger65/##V", "one ♭ or ♯ at most"),
    ],
)
def test_too_many_accidentals_are_told(text, told):
    with pytest.raises(RomanNumeralError, match=told):
        parse_roman(text)
