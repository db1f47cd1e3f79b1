"""360 chord names beside pychord, music21 and tonal; where they differ is told, with the reason.

The names that tonal 6.5.1 reads were compared once, by hand: it runs on Node.js. It reads 213 of
them and differs in these 25:
  - C11 C11b9: it leaves the third out. Here a sus chord does, as C9sus4.
  - C7b13 C9b13 CM7b6 C^7b6 Cmb6M7 Cmb6b9: it leaves the fifth out; (no5) says so here.
  - Cm13 C-13: it leaves the eleventh out, which music21 and pychord keep above a minor third.
  - C7b5b9 C7b9b5 C7#9b5 C7b5#9 C7b5b13 C9b5b13 C7b5b9b13 C6b5 CM6b5: its ♭5 is a ♯11 beside the
    fifth. Here, in pychord and in iReal Pro it takes the fifth's place.
  - C^ C^#5: a triad; in iReal Pro and here a major seventh.
  - C4: fourths, E♭ among them. CM7add13 has a ninth: an added note brings none here.
  - Calt7 Caltered: 1 3 ♭7 ♭9; here C7♯5♯9, as iReal Pro's C7alt.
"""

import re

import pytest
from chord_names import NAMES

from shinko.theory import ChordSymbolError, parse_chord_name
from shinko.theory.hooktheory import is_id

pytestmark = pytest.mark.filterwarnings("ignore")  # music21's own, on import

EVERY = [(name, set(classes)) for classes, names in NAMES.items() for name in names.split()]

# What pychord reads otherwise: why -> names.
IN_PYCHORD = {
    "an added fourth; in most charts sus4": "C4",
    "an eleventh above a major third": "C13 C13-9 C13b9 C13+9 C13#9 Cmaj13 CM13 C7b9b13",
    "a bass after the slash": "C6/9 C9/6 C7(b9/13) Csus2/4 C7/6 C7/4",
}
# What music21 reads otherwise: why -> names.
IN_MUSIC21 = {
    "an eleventh above a major third": "C13 CM13 CMaj13",
    "what an extension brought stays beside what is altered": (
        "C13b9 C13#9 C13#11 C13#9#11 C13b9#11 C13b5 C11b9 CM13#11 CM13#4 C13#4"
    ),
    "a minus is a flat: C♭": "C- C-maj7 C-7 C-6 C-7b5 C-9 C-69 C-13 C-11 C-5",
    "digits one by one": "C69 C69#11 C2 C4 C+5",
    "no seventh; tonal and iReal Pro have one": "Cmaj#4 Cmaj#11 Csusb9",
    "the word or bracket is passed over": "Cadd9(no3) Caltered",
}
# No piece may stand twice, no sign against another.
CONTRADICTIONS = """
Cxx C### Cbbb C#b Cb# Cx# Cadd C77 C99 Cm7m7 C13(13) C6/9/6 C7(7) Cmajmaj7
"""


def names_in(table: dict[str, str]) -> set[str]:
    return {name for names in table.values() for name in names.split()}


@pytest.mark.parametrize(("name", "classes"), EVERY, ids=lambda value: str(value))
def test_a_chord_name_has_the_notes_of_common_practice(name, classes):
    assert set(parse_chord_name(name).pitch_classes) == classes


def test_no_chord_name_stands_twice():
    assert len({name for name, _ in EVERY}) == len(EVERY) == 360


def test_music21_has_the_same_notes_but_where_told():
    from music21 import harmony

    different = set()
    for name, classes in EVERY:
        try:
            theirs = {pitch.pitchClass for pitch in harmony.ChordSymbol(name).pitches}
        except Exception:  # what it can't read it says in many ways
            continue
        if theirs != classes:
            different.add(name)
    assert different == names_in(IN_MUSIC21)


def test_pychord_has_the_same_notes_but_where_told():
    pychord = pytest.importorskip("pychord")
    different = set()
    for name, classes in EVERY:
        try:
            chord = pychord.Chord(name)
        except ValueError:
            continue
        if {number % 12 for number in chord.components(visible=False)} != classes:
            different.add(name)
    assert different == names_in(IN_PYCHORD)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # Tensions alone in brackets are added, with comma, slash or blank between them.
        *(("C(9)", "Cadd9"), ("Cm(11)", "Cmadd11"), ("C(13)", "C6"), ("Cm7(11)", "Cm7add11")),
        *(("C7(b9,13)", "C13♭9"), ("C7(b9 13)", "C13♭9"), ("C7(b9/13)", "C13♭9")),
        *(("C7(9, 13)", "C13"), ("C7[b9,#11]", "C7♭9♯11"), ("C7(b9", "C7♭9")),
        *(("Cm7add11", "Cm7add11"), ("C7add13", "C7add13"), ("Cdom", "C7"), ("B♮", "B")),
        *(("Cm7sus4", "C7sus4"), ("C7b13(no5)", "C+7"), ("C6/9#11/E", "C6/9♯11/E")),
        *(("Cx7", "C𝄪7"), ("C##7", "C𝄪7"), ("Cbb", "C𝄫"), ("C(b5)", "C(♭5)"), ("Cb5", "C♭5")),
    ],
)
def test_a_chord_name_is_shown_by_its_quality(text, shown):
    assert str(parse_chord_name(text)) == shown


@pytest.mark.parametrize("text", CONTRADICTIONS.split())
def test_what_contradicts_itself_is_no_chord(text):
    with pytest.raises(ChordSymbolError, match=re.escape(f"chord {text!r}: ")):
        parse_chord_name(text)


@pytest.mark.parametrize("text", ["D67", "D76", "D742", "D464", "C17", "C742"])
def test_an_id_of_a_borrowed_chord_is_no_chord_name(text):
    assert is_id(text)
    with pytest.raises(ChordSymbolError, match="no quality"):
        parse_chord_name(text)
