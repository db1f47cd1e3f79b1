"""A hundred numerals in all thirty major and minor keys beside music21."""

import pytest

from shinko.theory import Key, Note, parse_roman

pytestmark = pytest.mark.filterwarnings("ignore")  # music21's own, on import

IN_MAJOR = """
I ii iii IV V vi vii° I6 I64 ii6 iii6 IV6 IV64 V6 V64 vi6 vii°6 Imaj7 ii7 iii7 IVmaj7 V7 vi7 viiø7
V65 V43 V42 ii65 ii42 viiø65 vii°7 vii°65 vii/o7 i iv v ♭III ♭VI ♭VII ♭II ♭II6 ♭VImaj7 iv6 iv64 i64
II III VI VII II7 III7 VI7 VI6 III64 i7 v7 iv7 vii vii6 ii° iiø7 iiø65 ♯iv° V+ III+ I+ ♭iii ♭vi ♭vii
V/V V7/V V65/V V/ii V7/ii V7/iii V/vi V7/vi V42/IV V7/IV V7/♭VI V7/♭III V/♭VII vii°/V vii°7/V
viiø7/V vii/o7/V vii°7/ii vii°/vi IV/V ii/V V7/V/V V7/ii/V
N6 N It6 Ger65 Fr43 Ger7 Ger43 Ger42 Fr6 Cad64 Ger65/V N6/V
"""
IN_MINOR = """
i ii° III iv v V VI VII vii° i6 i64 iv6 iv64 v6 V6 VI6 VI64 III6 III64 VII6 VII64 ii°6 vii°6 vii°64
i7 iiø7 iiø65 iv7 v7 V7 V65 V43 V42 VImaj7 VII7 IIImaj7 vii°7 vii°65 vii°43 vii°42 viiø7 vii/o7 III+
III+6 vi° vi°6 viø7 vii vi IV IV6 IV7 II ii ii7 ♭II ♭II6 I V+ ♯VI ♯VII ♯III ♯iv°
V/V V7/V V/III V7/III V65/III V/VI V7/VI V42/VI V/VII V7/VII V/iv V7/iv V42/iv vii°/V vii°7/V
vii°7/iv vii°/III vii°7/VI IV/VII ii/III V7/V/V VI/iv III/iv VI/VI
N6 N It6 Ger65 Fr43 Ger7 Ger43 Ger42 Fr6 Cad64 Ger65/V N6/iv
"""
# What music21 means by them in A minor, and why that is another chord here.
OTHERWISE_IN_MINOR = {
    # Signs alter its scale's degree; here ♭VI and VI are one, as in most song books.
    "♭III": "C♭ E♭ G♭",
    "♭VI": "F♭ A♭ C♭",
    "♭VII": "G♭ B♭ D♭",
    # And ♯vii° and vii° are one: both are written for the leading tone's chord.
    "♯vi°": "F𝄪 A♯ C♯",
    "♯vii°": "G𝄪 B♯ D♯",
    # In small letters all degrees are those of the major scale, as vi and vii are in music21.
    "iii": "C E♭ G",
}
FIFTHS = range(-7, 8)


def music21_name(note: Note) -> str:
    return note.letter + ("#" * note.accidental if note.accidental > 0 else "-" * -note.accidental)


def meant(numeral: str, key: Key) -> tuple[set[int], int]:
    """Pitch classes and bass by music21."""
    from music21 import key as keys
    from music21 import roman

    tonic = music21_name(key.tonic)
    text = numeral.replace("♭", "b").replace("♯", "#").replace("°", "o")
    found = roman.RomanNumeral(text, keys.Key(tonic, key.mode))
    return {pitch.pitchClass for pitch in found.pitches}, found.bass().pitchClass


def read(numeral: str, key: Key) -> tuple[set[int], int]:
    chord = parse_roman(numeral, key.mode)
    return set(chord.pitch_classes(key)), chord.bass(key)


@pytest.mark.parametrize("fifths", FIFTHS)
def test_numerals_in_major_are_those_of_music21(fifths):
    key = Key.of_signature(fifths)
    for numeral in IN_MAJOR.split():
        assert read(numeral, key) == meant(numeral, key), numeral


@pytest.mark.parametrize("fifths", FIFTHS)
def test_numerals_in_minor_are_those_of_music21(fifths):
    key = Key.of_signature(fifths, "minor")
    for numeral in IN_MINOR.split():
        assert read(numeral, key) == meant(numeral, key), numeral


@pytest.mark.parametrize(("numeral", "notes"), OTHERWISE_IN_MINOR.items())
def test_where_music21_means_another_chord_is_known(numeral, notes):
    from music21 import chord

    key = Key.parse("A minor")
    names = notes.replace("♭", "-").replace("♯", "#").replace("𝄪", "##")
    theirs, _ = meant(numeral, key)
    assert theirs == {pitch.pitchClass for pitch in chord.Chord(names).pitches}
    assert theirs != read(numeral, key)[0]


def test_there_are_a_hundred_numerals_of_each_mode():
    assert len(IN_MAJOR.split()) == 104
    assert len(IN_MINOR.split()) + len(OTHERWISE_IN_MINOR) == 105
