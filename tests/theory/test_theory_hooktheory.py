"""Hooktheory's chord ids, also against the names in its own lists (data, not in the project)."""

import csv
import html
import re
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.theory import ChordIdError, Key, RomanChord, parse_hooktheory, parse_roman, parse_token
from shinko.theory.hooktheory import is_id

C = Key.parse("C")
FIGURES = ("", "6", "64", "7", "65", "43", "42")
DIGITS = "1234567"
PLAIN = [d + f for d, f in product(DIGITS, FIGURES)]
APPLIED = [f"{text}/{target}" for text, target in product(PLAIN, DIGITS)]
BORROWED = [mode + text for mode, text in product("bDYLMC", PLAIN)]
IDS = PLAIN + APPLIED + BORROWED


@pytest.mark.parametrize(
    ("text", "shown", "notes", "bass"),
    [
        ("1", "I", "C E G", "C"),
        ("56", "V6", "G B D", "B"),
        ("464", "IV64", "F A C", "C"),
        ("7", "vii°", "B D F", "B"),
        ("77", "viiø7", "B D F A", "B"),
        ("27", "ii7", "D F A C", "D"),
        ("17", "Imaj7", "C E G B", "C"),
        ("M17", "I7", "C E G B♭", "C"),
        ("D47", "IV7", "F A C E♭", "F"),
        ("47", "IVmaj7", "F A C E", "F"),
        ("442", "IVmaj42", "F A C E", "E"),
        ("L27", "II7", "D F♯ A C", "D"),
        ("L4", "♯iv°", "F♯ A C", "F♯"),
        ("L57", "Vmaj7", "G B D F♯", "G"),
        ("b7", "♭VII", "B♭ D F", "B♭"),
        ("b77", "♭VII7", "B♭ D F A♭", "B♭"),
        ("M77", "♭VIImaj7", "B♭ D F A", "B♭"),
        ("b27", "iiø7", "D F A♭ C", "D"),
        ("Y2", "♭II", "D♭ F A♭", "D♭"),
        ("Y37", "♭III7", "E♭ G B♭ D♭", "E♭"),
        ("C1", "i°", "C E♭ G♭", "C"),
        ("C3", "♭iii", "E♭ G♭ B♭", "E♭"),
        ("C67", "♭VI7", "A♭ C E♭ G♭", "A♭"),
        ("5/6", "V/vi", "E G♯ B", "E"),
        ("57/5", "V7/V", "D F♯ A C", "D"),
        ("565/5", "V65/V", "D F♯ A C", "F♯"),
        ("542/4", "V42/IV", "C E G B♭", "B♭"),
        ("7/2", "vii°/ii", "C♯ E G", "C♯"),
        ("77/2", "viiø7/ii", "C♯ E G B", "C♯"),
        ("743/7", "viiø43/vii", "A♯ C♯ E G♯", "E"),
        ("46/6", "IV6/vi", "D F♯ A", "F♯"),
    ],
)
def test_ids_say_what_hooktheory_means_by_them(text, shown, notes, bass):
    chord = parse_hooktheory(text)
    assert str(chord) == shown
    assert chord.note_names(C) == tuple(notes.split())
    assert str(chord.bass_note(C)) == bass


def test_every_id_gives_itself_back():
    assert [parse_hooktheory(text).token for text in IDS] == IDS


@pytest.mark.parametrize("text", ["D3", "Y3", "b3"])
def test_chords_that_sound_alike_keep_their_own_id(text):
    assert str(parse_hooktheory(text)) == "♭III"
    assert parse_hooktheory(text).token == text


@pytest.mark.parametrize("text", ["P5", "Z1", "d3", "H7"])
def test_an_unknown_mode_is_named_with_the_known_ones(text):
    with pytest.raises(
        ChordIdError, match=rf"^chord id '{text}': no mode '{text[0]}'; known: b Aeo"
    ):
        parse_hooktheory(text)


@pytest.mark.parametrize(
    "text", ["", "8", "0", "14", "57/", "57/8", "b", "V", "1 ", "44", "57/5/5"]
)
def test_what_is_no_id_is_refused(text):
    with pytest.raises(ChordIdError, match="a degree 1 to 7 is expected"):
        parse_hooktheory(text)


def test_a_borrowed_chord_is_not_applied():
    with pytest.raises(ChordIdError, match=r"leave out 'b' or '/5'"):
        parse_hooktheory("b57/5")


@given(st.text(alphabet="bDYLMCP1234567/", max_size=7))
def test_any_text_is_an_id_or_refused(text):
    if is_id(text):
        assert parse_hooktheory(text).token == text
    else:
        with pytest.raises(ChordIdError, match=r"^chord id"):
            parse_hooktheory(text)


@pytest.mark.parametrize(
    ("numeral", "token"),
    [
        # diatonic
        ("IV", "4"),
        ("V65", "565"),
        ("viiø7", "77"),
        # written as applied
        ("V/V", "5/5"),
        ("V7/V", "57/5"),
        ("viiø7/ii", "77/2"),
        ("IV6/vi", "46/6"),
        ("V7/iv", "57/4"),
        # written plain and borrowed
        ("bVII", "b7"),
        ("iv", "b4"),
        ("bIII", "b3"),
        ("bVI", "b6"),
        ("ii°", "b2"),
        ("v7", "b57"),
        ("II7", "L27"),
        ("I7", "M17"),
        ("IV7", "D47"),
        ("bVIImaj7", "M77"),
        ("bII", "Y2"),
        ("bIImaj7", "C27"),
        ("bV", "C5"),
        ("#iv°", "L4"),
        ("I42", "M142"),
        # written plain, and only an applied chord sounds like it
        ("II", "5/5"),
        ("III7", "57/6"),
        ("VI", "5/2"),
        ("#i°", "7/2"),
        ("V7/bVI", "Y37"),
        # the id of the same spelling before its twin, 5/7
        ("IV/bII", "C5"),
        # another spelling of a chord that has an id
        ("#VI", "b7"),
        # nothing fits
        ("V7sus4", "V7sus4"),
        ("I+", "I+"),
        ("vii°7/V", "vii°7/V"),
        ("IV/5", "IV/5"),
        ("V9", "V9"),
    ],
)
def test_a_numeral_finds_the_id_that_hooktheory_would_use(numeral, token):
    assert parse_roman(numeral).token == token


def test_a_token_is_an_id_or_a_numeral():
    assert parse_token("57/5") == parse_roman("V7/V") == parse_hooktheory("57/5")
    assert parse_token("V7sus4") == RomanChord(5, quality="7sus4")


@pytest.mark.parametrize("text", ["99", "foo", ""])
def test_a_token_that_is_neither_is_refused(text):
    with pytest.raises(ChordIdError, match=f"^chord id '{text}'"):
        parse_token(text)


def test_all_tokens_that_sound_alike_are_listed_best_first():
    assert parse_roman("II7").tokens_in(C) == ("L27", "57/5")
    assert parse_roman("V7/V").tokens_in(C) == ("57/5", "L27")
    assert parse_roman("I7").tokens_in(C) == ("M17", "57/4")
    assert parse_roman("bIII").tokens_in(C) == ("b3", "D3", "Y3")


def test_all_tokens_of_a_chord_sound_like_it():
    for chord in map(parse_hooktheory, IDS):
        for other in map(parse_hooktheory, chord.tokens_in(C)):
            assert other.pitch_classes(C) == chord.pitch_classes(C), (str(chord), str(other))
            assert other.bass(C) == chord.bass(C), (str(chord), str(other))


def _listed(hooktheory_folder) -> dict[str, str]:
    """Chord id -> its name in HTML, from the four lists; also ids that only occur in histories."""
    names: dict[str, str] = {}
    for path in sorted(hooktheory_folder.glob("chord.*L.csv")):
        with path.open(encoding="latin-1", newline="") as file:
            for *_, history, name, text, _probability in csv.reader(file):
                if text in ("", "chord_ID"):
                    continue
                names[text] = name
                for earlier in history.split(","):
                    names.setdefault(earlier, "")
    return names


def test_the_lists_hold_207_ids_and_each_gives_itself_back(hooktheory_folder):
    listed = _listed(hooktheory_folder)
    assert len(listed) == 207
    assert [text for text in listed if parse_hooktheory(text).token != text] == []


def test_every_id_in_the_lists_is_spelled_in_all_keys(hooktheory_folder):
    tonics = ["C", "Db", "D", "Eb", "E", "F", "F#", "Gb", "G", "Ab", "A", "Bb", "B"]
    for text, tonic, mode in product(_listed(hooktheory_folder), tonics, ("major", "minor")):
        chord, key = parse_hooktheory(text), Key.parse(f"{tonic} {mode}")
        in_c = chord.pitch_classes(C if mode == "major" else Key.parse("C minor"))
        shift = key.tonic_pitch_class
        assert chord.pitch_classes(key) == tuple((pitch + shift) % 12 for pitch in in_c)
        letters = [name[0] for name in chord.note_names(key)]
        steps = [("CDEFGAB".index(b) - "CDEFGAB".index(a)) % 7 for a, b in pairwise(letters)]
        assert steps == [2] * len(steps), (text, str(key))


# I, ♭VII, vii° and so on, then ø or ° and figures with the seventh's own accidental, then /x.
_HTML = re.compile(r"([♭♯]?)([IViv]+)(°?)(ø?)([b#]?)([0-9]*)(?:/([iv]+|[IV]+))?")


def test_degree_quality_and_figures_agree_with_the_names_in_the_lists(hooktheory_folder):
    for text, name in _listed(hooktheory_folder).items():
        name = re.sub(r"<sup>[^<\d]+</sup>", "ø", html.unescape(name))  # some ø are broken
        listed = _HTML.fullmatch(re.sub("<[^>]+>", "", name))
        assert listed is not None, name
        accidental, numeral, dim, half, seventh, figures, target = listed.groups()
        shown = str(parse_hooktheory(text)).replace("maj", "")
        expected = accidental + numeral + dim + half + figures + (f"/{target}" if target else "")
        assert shown == expected, (text, name)
        if numeral.isupper() and figures == "7" and not target:
            # The lists mark a seventh that leaves the major scale: IVb7 has E♭, V#7 has F♯.
            note = parse_hooktheory(text).note_names(C)[3]
            assert note[1:] == {"": "", "b": "♭", "#": "♯"}[seventh], (text, name)
