"""Bare numerals of a lowered degree, and what is told of them."""

import pytest

from shinko.theory.bare_numerals import bare_in, bare_told, is_bare
from shinko.theory.symbols import chord_words


@pytest.mark.parametrize(
    ("word", "mode", "bare"),
    [
        *(("VI", "minor", True), ("III7", "minor", True), ("V7/VI", "minor", True)),
        *(("♭VI", "minor", False), ("♯VI", "minor", False), ("vii°", "minor", False)),
        *(("VI", "major", False), ("V7/vi", "minor", False), ("Ger65", "minor", False)),
        *(("VII", "dorian", True), ("VI", "dorian", False), ("F", "minor", False)),
    ],
)
def test_a_bare_numeral_of_the_scale_is_known_from_a_told_one(word, mode, bare):
    assert is_bare(word, mode) is bare


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("minor", "III, VI and VII of minor are the scale's, ♭III ♭VI ♭VII"),
        ("dorian", "III and VII of dorian are the scale's, ♭III ♭VII"),
        ("mixolydian", "VII of mixolydian is the scale's, ♭VII"),
    ],
)
def test_what_is_told_names_the_degrees_of_the_mode(mode, told):
    assert bare_told(mode) == f"{told}; ♯VII is the raised one"


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (("1=i 4=VI", "", "tonic"), True),
        (("chorus.1=iv|III",), True),
        (("", "half", "v VII i"), True),
        (("1=i 4=♭VI|V7", "Am", "authentic", "Am,F"), False),
        ((), False),
    ],
)
def test_a_bare_numeral_is_found_in_wishes(texts, told):
    assert bare_in(texts, "minor") == (bare_told("minor") if told else "")
    assert bare_in(texts, "major") == ""


def test_chords_stand_apart_by_blanks_and_commas_but_for_those_in_brackets():
    assert chord_words("1=C7(b9,13), 2=F  3=G7(b9 b13)") == ["1=C7(b9/13)", "2=F", "3=G7(b9/b13)"]
