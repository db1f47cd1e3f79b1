"""What a format or a diagram can't hold of a chord is told."""

import pytest

from shinko.export.abc import NEAREST as IN_ABC
from shinko.export.ireal import NEAREST as IN_IREAL
from shinko.files.nearest import nearest_told
from shinko.score.progression import Progression
from shinko.score.voicing.tones import beyond_a_hand, essential
from shinko.theory import QUALITIES, Key, roman_from_name


def piece(*names: str) -> Progression:
    key = Key.parse("C")
    chords = tuple(roman_from_name(name, key) for name in names)
    return Progression(chords, key, (4.0,) * len(chords))


@pytest.mark.parametrize(
    ("names", "formats", "told"),
    [
        ("C C7no3/E", ["ireal"], "iReal Pro has no C7no3/E, written as C7/E"),
        ("C G7#9#11b13", ["abc"], "ABC has no G7♯9♯11♭13, written as G7♯9♯11"),
        ("G13b9#11", ["diagrams"], "diagrams hold four tones beside the bass: G13♭9♯11 without 13"),
        (
            "C7no3 Dsus2 C7no3",
            ["ireal"],
            "iReal Pro has no C7no3, written as C7; Dsus2, written as D2",
        ),
        ("C7no3 G13b9#11", ["txt", "musicxml", "midi"], ""),
        ("C Am7 G7b9", ["ireal", "abc", "diagrams"], ""),
    ],
)
def test_the_nearest_chord_is_told(names, formats, told):
    assert nearest_told(piece(*names.split()), formats) == told


def test_a_page_tells_of_its_diagrams_only_if_it_has_any():
    one = piece("G13b9#11")
    assert nearest_told(one, ["svg"]) == ""
    assert "without 13" in nearest_told(one, ["svg"], diagrams=True)


def test_no_more_than_three_chords_are_named():
    told = nearest_told(piece("Csus2", "Dsus2", "Esus2", "Fsus2", "Gsus2"), ["ireal"])
    assert told.endswith("Esus2, written as E2; and 2 more")


@pytest.mark.parametrize("quality", QUALITIES)
def test_what_is_told_is_what_is_lost(quality):
    told = nearest_told(piece(f"E♭{quality}"), ["ireal", "abc", "diagrams"])
    assert ("iReal" in told) == (quality in IN_IREAL)
    assert ("ABC" in told) == (quality in IN_ABC)
    assert ("diagrams" in told) == bool(beyond_a_hand(quality))
    assert not set(beyond_a_hand(quality)) & essential(quality)
