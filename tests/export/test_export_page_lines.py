"""How bars are shared out to the lines of a page."""

import pytest

pytest.importorskip("verovio")

from engraved import LONG, assert_well_laid_out, drawn, groups, many, pages_of, song

from shinko.export.notation.musicxml import LayoutError
from shinko.export.page.line_breaks import lines_of


def lines(*widths: float, sections=(0,)) -> list[int]:
    """The bars that lines of 100 begin with; the clef takes 10 of each."""
    return lines_of(10, widths, sections, 100)


def test_lines_have_four_bars_where_they_fit():
    assert lines(*[20] * 12) == [0, 4, 8]
    assert lines(*[5] * 12) == [0, 4, 8]


def test_a_wide_bar_breaks_no_line_but_its_own():
    assert lines(20, 20, 20, 20, 85, 20, 20, 20, 20, 20, 20, 20, 20) == [0, 4, 5, 9]


def test_bars_beside_a_wide_one_fill_its_line():
    assert lines(20, 20, 20, 20, 50, 30, 20, 20, 20, 20) == [0, 4, 6]


def test_four_bars_that_do_not_fit_are_two_and_two():
    assert lines(30, 30, 30, 30) == [0, 2]


def test_a_bar_wider_than_the_line_stands_alone():
    assert lines(20, 120, 20) == [0, 1, 2]


def test_every_section_begins_a_line():
    assert lines(*[20] * 8, sections=(0, 3, 5)) == [0, 3, 5]


def test_a_crowded_bar_leaves_the_lines_around_it_full():
    piece = song("G♭", f"I IV V I {LONG} I IV V I I IV V I", (4,) * 4 + (0.5,) * 8 + (4,) * 8)
    (page,) = pages_of(piece)
    assert_well_laid_out(piece, [page])
    assert [
        sum("measure" in group.get("class", "").split() for group in system.iter())
        for system, _ in groups(page, "system")
    ] == [4, 1, 4, 4]


def test_a_bar_alone_between_crowded_ones_is_not_pulled_over_the_line():
    piece = song("G♭", f"{LONG} I {LONG}", (0.5,) * 8 + (4,) + (0.5,) * 8)
    (page,) = pages_of(piece)
    crowded, alone, _ = (
        max(rect.right for rect in drawn(group, page, outer))
        for group, outer in groups(page, "system")
    )
    assert alone < 10_500 < crowded  # half of the paper's width


def test_a_bar_that_could_not_be_read_is_refused_with_its_number():
    crowded = song("A♯ minor", f"I {many(64)}", (4.0,) + (1 / 16,) * 64)
    with pytest.raises(LayoutError, match="bar 2 has 64 chords, too many to be read on a page"):
        pages_of(crowded, diagrams="guitar")
