"""Bar lines of a MIDI file, by hand: bars of 1,920 ticks, the first line half a bar early."""

from fractions import Fraction

import pytest

from shinko.intake.midi_file import Midi
from shinko.intake.midi_time import BarGrid, bar_grid_of

GRID = BarGrid((4, 4), Fraction(1920), Fraction(-960))  # lines at -960, 960, 2880


def test_bars_count_from_the_first_line():
    assert [GRID.line(bar) for bar in (1, 2, 3)] == [-960, 960, 2880]
    assert [GRID.bar_at(tick) for tick in (-960, 0, 959, 960, 2879, 2880)] == [1, 1, 1, 2, 2, 3]


@pytest.mark.parametrize(
    ("tick", "before", "nearest", "after"),
    [
        (960, 960, 960, 960),
        (961, 960, 960, 2880),
        (1919, 960, 960, 2880),
        (1920, 960, 2880, 2880),  # in the middle: the later one
        (2879, 960, 2880, 2880),
        (0, -960, 960, 960),
    ],
)
def test_the_lines_around_a_tick(tick, before, nearest, after):
    assert (GRID.before(tick), GRID.nearest(tick), GRID.after(tick)) == (before, nearest, after)


def test_lines_count_from_where_the_longest_meter_begins():
    midi = Midi(480, meters=[(0, (1, 4)), (480, (4, 4))], end=4320)
    # A beat, then two bars: the line before the beat lies at 480 − 1,920.
    assert bar_grid_of(midi) == BarGrid((4, 4), Fraction(1920), Fraction(-1440))


def test_without_a_meter_it_is_four_four_from_the_start():
    assert bar_grid_of(Midi(96, end=960)) == BarGrid((4, 4), Fraction(384), Fraction(0))


def test_a_bar_may_be_no_whole_number_of_ticks():
    midi = Midi(3, meters=[(0, (1, 8))], end=12)
    assert bar_grid_of(midi).line(2) == Fraction(3, 2)
