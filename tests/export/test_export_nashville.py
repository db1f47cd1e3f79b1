"""Nashville numbers: degrees, qualities, basses, minor keys, bars and repeats."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.export.nashville import nashville_number, nashville_text
from shinko.score.progression import Progression, Section
from shinko.theory import Key, Note, parse_note, parse_token, roman_from_name


def progression(tokens: str, beats: tuple[float, ...], key: str = "C", **fields) -> Progression:
    return Progression(tuple(map(parse_token, tokens.split())), Key.parse(key), beats, **fields)


def test_a_chart_in_numbers():
    song = progression(
        "6 4 5 1 56 17",
        (4, 2, 2, 4, 8, 3),
        key="Am",
        title="Two doors",
        sections=(Section("verse", 4, 2), Section("end", 2)),
    )
    assert nashville_text(song) == (
        "Two doors\n"
        "key: A minor (1 = C)  tempo: 120  meter: 4/4\n"
        "\n"
        "[verse]\n"
        "|: 6-  (4 5)  1 :| x2\n"
        "\n"
        "[end]\n"
        "5/7  5/7  (1maj7 / / N.C.)\n"
    )


def test_four_bars_a_line_in_columns():
    song = progression("1 17 1 1 4 5", (4.0,) * 6)
    assert nashville_text(song).splitlines()[2:] == ["1  1maj7  1  1", "4  5"]


@pytest.mark.parametrize(
    ("key", "head", "numbers"),
    [
        ("A minor", "key: A minor (1 = C)", "6-  5"),
        ("D dorian", "key: D dorian (1 = C)", "2-  5"),
        ("G mixolydian", "key: G mixolydian (1 = C)", "5  5"),
        ("C", "key: C major", "1  5"),
    ],
)
def test_another_mode_counts_from_its_relative_major(key, head, numbers):
    home = Key.parse(key)
    tonic = f"{home.tonic}{'m' if home.has_minor_third else ''}"
    chords = (roman_from_name(tonic, home), roman_from_name("G", home))
    lines = nashville_text(Progression(chords, home, (4.0, 4.0))).splitlines()
    assert lines[0].split("  ")[0] == head
    assert lines[2] == numbers


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("C", "1"),
        ("Am", "6-"),
        ("Am7", "6-7"),
        ("G7", "5⁷"),
        ("Cmaj7", "1maj7"),
        ("Bb", "♭7"),
        ("F#m7b5", "♯4ø7"),
        ("Bdim", "7°"),
        ("Caug", "1+"),
        ("G/B", "5/7"),
        ("C/G", "1/5"),
        ("F/G", "4/5"),
        ("Dm/F#", "2-/♯4"),
        ("AmMaj7", "6-maj7"),
        ("D7", "2⁷"),
        ("E7", "3⁷"),
        ("Gsus4", "5sus4"),
        ("C6/9", "1⁶⁹"),
    ],
)
def test_numbers_in_c(name, number):
    key = Key.parse("C")
    assert nashville_number(roman_from_name(name, key), key, parse_note("C")) == number


@given(st.sampled_from(["I", "ii", "V7/V", "♭VII", "IV/5", "V65", "vi"]), st.integers(-6, 6))
def test_numbers_are_the_same_in_every_key(numeral, fifths):
    key, home = Key(Note.from_fifths(fifths)), Key.parse("C")
    assert nashville_number(roman_from_name(numeral, key), key, key.tonic) == nashville_number(
        roman_from_name(numeral, home), home, home.tonic
    )
