"""Some bars of sections: how many bars a section has, and what is cut where bars are taken."""

import pytest

from shinko.intake.bounded import IntakeError
from shinko.intake.sections import ReadSection, take_bars
from shinko.score.progression import MelodyNote

FOUR = (4, 4)


def section(*beats: float, name: str = "", times: int = 1) -> ReadSection[str]:
    return ReadSection(name, times, tuple(zip("CGAF", beats, strict=False)))


@pytest.mark.parametrize(
    ("beats", "bars"),
    [
        ((4.0,), 1),
        ((4.0, 0.5), 2),
        ((4.0, 4.0), 2),
        ((4.0 + 1e-9,), 1),  # what sums of thirds err by is no bar
        ((4.0 + 1e-3,), 2),
        ((1e-9,), 1),  # a section has a bar, however short
    ],
)
def test_a_section_has_as_many_bars_as_its_chords_begin(beats, bars):
    first, second = section(*beats, name="first"), section(4.0, name="second")
    (found,) = take_bars([first, second], FOUR, (bars + 1, bars + 1))
    assert found.name == "second"
    with pytest.raises(IntakeError, match=f"there are {bars + 1}, repeats counted once"):
        take_bars([first, second], FOUR, (bars + 2, bars + 2))


def test_a_part_of_a_section_is_played_once_and_all_of_it_as_often_as_before():
    twice = section(4.0, 4.0, 4.0, times=2)
    assert take_bars([twice], FOUR, (1, 3)) == [twice]
    assert take_bars([twice], FOUR, (2, 9)) == [ReadSection("", 1, (("G", 4.0), ("A", 4.0)))]


def test_a_chord_over_the_edge_of_the_bars_is_cut_and_the_others_keep_their_beats():
    # Bars end at 4 and 8: C has 3 of its 3 beats before bar 2, G 1 of 2, A all of 0.1, F 2.9.
    (found,) = take_bars([section(3.0, 2.0, 0.1, 4.0)], FOUR, (2, 2))
    assert [name for name, _ in found.chords] == ["G", "A", "F"]
    assert found.chords[1] == ("A", 0.1)  # 5.1 − 5.0 would be 0.0999…96
    assert [beats for _, beats in found.chords] == pytest.approx([1.0, 0.1, 2.9])


def test_a_chord_that_reaches_over_by_less_than_sums_err_is_left_out():
    (found,) = take_bars([section(4.0 + 1e-9, 4.0)], FOUR, (2, 2))
    assert [name for name, _ in found.chords] == ["G"]


def test_notes_count_from_the_first_bar_that_is_taken():
    notes = tuple(MelodyNote(start, 1.0, 60) for start in (3.0, 4.0, 7.5, 8.0))
    sung = ReadSection("", 1, (("C", 12.0),), notes)
    (found,) = take_bars([sung], FOUR, (2, 2))
    assert found.chords == (("C", 4.0),)
    assert [note.start_beats for note in found.melody] == [0.0, 3.5]
