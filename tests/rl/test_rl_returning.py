"""How much comes again: names and numbers of the dial, and the pull of each."""

import pytest

from shinko.errors import FieldError
from shinko.rl.described import Dial
from shinko.rl.returning import dial_pull

DIAL = Dial(
    tables=(("both", "a", "b"), ("a", "a")),
    styles=("a", "b"),
    modes=("major", "minor"),
    knots=(0.5, 1.0, 2.0),
    pulls=(-4.0, 0.0, 4.0),
    places=(0.0, 8.0),
    temperatures=(0.5, 1.0, 2.0),
    effective=(((1.5, 4.0, 9.0), (1.2, 5.0, 9.5)), ((2.0, 8.0, 9.0), (2.0, 6.0, 9.0))),
    rhos=(-4.0, -2.0, 0.0, 4.0),
    returns=(((0.1, 0.5, 1.5, 3.0), (0.0, 0.4, 1.0, 4.5)), ((0.2, 0.6, 1.2, 4.8),) * 2),
    length=16,
)


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_names_are_the_lowest_pull_none_and_as_songs_do(mode):
    assert dial_pull(DIAL, "a", mode, "through-composed") == -4.0
    assert dial_pull(DIAL, "a", mode, "songs") == 0.0
    assert dial_pull(DIAL, "a", mode, "as songs do") == 0.0


def test_a_number_is_pairs_in_eight_chords_between_the_measured_pulls():
    # 1 lies a third of the way from 0.6 to 1.2 and so two thirds of the way from −2 to 0.
    assert dial_pull(DIAL, "b", "major", "1") == pytest.approx(-2 + 2 * (0.4 / 0.6))
    assert dial_pull(DIAL, "a", "minor", "1.0") == pytest.approx(0.0)


def test_hypnotic_is_three_and_a_half_pairs_or_as_many_as_come_again():
    assert dial_pull(DIAL, "b", "minor", "hypnotic") == pytest.approx(4 * 2.3 / 3.6)
    assert dial_pull(DIAL, "a", "major", "hypnotic") == pytest.approx(4.0)  # of 3


@pytest.mark.parametrize("text", ["0.05", "3.1", "nan", "often"])
def test_what_cannot_be_had_is_told(text):
    with pytest.raises(
        FieldError,
        match=f"`returns` '{text}': expected through-composed, songs, hypnotic, or 0.1 to 3.0 "
        "repeated pairs in eight chords; songs have 1.5",
    ):
        dial_pull(DIAL, "a", "major", text)
