"""Plans of units: which slots are alike, which differ, and what can't be laid out."""

import pytest

from shinko.errors import FieldError
from shinko.planning.constraints import Tie, Unlike
from shinko.songwriting.plans import read_plan


def test_units_of_one_letter_share_their_chords():
    layout = read_plan("AABA", 8)
    assert layout.ties == tuple(Tie(a, b) for a, b in ((2, 0), (3, 1), (6, 0), (7, 1)))


def test_other_letters_differ_in_half_of_their_chords_and_nothing_is_held_over():
    layout = read_plan("abb", 12)
    assert Unlike((4, 5, 6, 7), (0, 1, 2, 3), 2) in layout.unlike
    # The last chord of B isn't its first, which comes next.
    assert Unlike((7,), (4,), 1) in layout.unlike
    assert len(layout.unlike) == 2


def test_a_primed_unit_begins_as_its_letter_and_ends_anew():
    layout = read_plan("AA'", 8)
    assert layout.ties == (Tie(4, 0), Tie(5, 1))
    assert Unlike((7,), (3,), 1) in layout.unlike
    assert read_plan("AA′", 8).ties == layout.ties


def test_all_ties_lead_to_the_first_slot_of_their_kind():
    layout = read_plan("AA'A'", 12)
    assert {(tie.slot, tie.to) for tie in layout.ties} == {
        *((4, 0), (5, 1)),
        *((8, 0), (9, 1), (10, 6), (11, 7)),
    }


def test_units_may_stand_apart():
    assert read_plan("A, A' B  A", 16).ties == read_plan("AA'BA", 16).ties


@pytest.mark.parametrize("text", ["", "free", " Free "])
def test_a_free_plan_is_none(text):
    assert read_plan(text, 7) is None


@pytest.mark.parametrize(
    ("text", "length", "told"),
    [
        ("AAB", 8, "units that divide `length` 8; these are 3; take 6 or 9 chords"),
        ("A", 8, "free, or 2 to 16 letters, such as AABA or AA'BA"),
        ("A1B", 6, "free, or 2 to 16 letters"),
        ("A'A", 8, "A before A', which begins as it does"),
        ("AA'", 2, "units of two chords or more where A' is another"),
    ],
)
def test_what_cannot_be_laid_out_is_told(text, length, told):
    with pytest.raises(FieldError) as error:
        read_plan(text, length)
    assert told in str(error.value)
