"""The table of chord qualities, and the many ways to write one."""

import re

import pytest

from shinko.score.text import ascii_name
from shinko.theory import QUALITIES, interval_number, interval_semitones
from shinko.theory.qualities import _ALIASES, KNOWN, find_quality
from shinko.theory.symbols import unified


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_quality_starts_at_the_root_and_rises(quality):
    semitones = [interval_semitones(interval) for interval in QUALITIES[quality]]
    assert semitones[0] == 0
    assert semitones == sorted(set(semitones))


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_quality_has_no_interval_number_twice_but_for_both_altered_ninths(quality):
    intervals = [interval for interval in QUALITIES[quality] if interval != "♯9"]
    intervals += ["♯9"] * ("♯9" in QUALITIES[quality] and "♭9" not in QUALITIES[quality])
    numbers = [interval_number(interval) for interval in intervals]
    assert len(numbers) == len(set(numbers))


def test_no_two_qualities_are_the_same_chord():
    assert len(set(QUALITIES.values())) == len(QUALITIES)


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_quality_is_read_back_from_its_own_name(quality):
    assert find_quality(quality) == quality


@pytest.mark.parametrize("alias", _ALIASES)
def test_every_other_name_leads_to_a_quality(alias):
    assert find_quality(alias) in QUALITIES


@pytest.mark.parametrize("alias", _ALIASES)
def test_no_other_name_hides_a_quality(alias):
    assert alias not in {unified(quality) for quality in QUALITIES}


@pytest.mark.parametrize("text", ["foo", "H", "m8", "sus5", "7♭4", "/", "majmaj7", "b"])
def test_an_unknown_quality_is_not_guessed(text):
    assert find_quality(text) is None


@pytest.mark.parametrize("quality", QUALITIES)
def test_an_error_offers_all_that_a_quality_is_made_of(quality):
    pieces = re.split(", | ", KNOWN)
    piece = "|".join(re.escape(one) for one in sorted(pieces, key=len, reverse=True))
    plain = ascii_name(quality).replace("Maj", "maj").replace("+", "aug")
    assert re.fullmatch(f"(?:{piece})*", plain), quality
