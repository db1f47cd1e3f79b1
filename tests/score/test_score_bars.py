"""Bars: every section from a bar line on, bars that sum to the meter, repeats folded."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.score.bars import bars_of, folded, played, written
from shinko.score.progression import MelodyNote, Progression, ProgressionError, Section
from shinko.theory import Key, parse_token


def progression(tokens: str, beats: tuple[float, ...], **fields) -> Progression:
    return Progression(tuple(map(parse_token, tokens.split())), Key.parse("C"), beats, **fields)


AABA = progression(
    "1 5 1 5 6 4 1 5",
    (4.0, 2.0, 4.0, 2.0, 4.0, 4.0, 4.0, 2.0),
    sections=tuple(Section(name, 2) for name in "AABA"),
)


@st.composite
def progressions(draw):
    lengths = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    beats = draw(
        st.lists(
            st.sampled_from([1 / 16, 1 / 3, 0.5, 1.0, 1.5, 2.7, 4.0, 11.0]),
            min_size=sum(lengths),
            max_size=sum(lengths),
        )
    )
    sections = tuple(
        Section(draw(st.sampled_from("AB")), length, draw(st.integers(1, 3))) for length in lengths
    )
    meter = draw(st.sampled_from([(4, 4), (3, 4), (6, 8), (7, 8), (1, 32)]))
    tokens = " ".join(draw(st.sampled_from("14")) for _ in beats)
    return progression(tokens, tuple(beats), sections=sections, meter=meter)


def test_a_section_begins_on_a_bar_line_and_the_rest_is_silence():
    first, second, *_ = written(AABA)
    assert [(c.chord, c.start_tick, c.end_tick) for c in first.chords] == [
        (0, 0, 1920),
        (1, 1920, 2880),
    ]
    assert (first.bars, first.end_tick, second.start_tick) == (2, 3840, 3840)
    pieces = [[(p.chord, p.start_tick, p.end_tick) for p in bar.pieces] for bar in bars_of(first)]
    assert pieces == [[(0, 0, 1920)], [(1, 1920, 2880), (None, 2880, 3840)]]


def test_a_chord_over_a_bar_line_goes_on_and_is_not_struck_again():
    (passage,) = written(progression("1 4", (6, 2)))
    pieces = [piece for bar in bars_of(passage) for piece in bar.pieces]
    assert [(p.chord, p.begins) for p in pieces] == [(0, True), (0, False), (1, True)]


def test_what_is_played_twice_comes_twice():
    twice = progression("1 4", (4, 4), sections=(Section("A", 1, 2), Section("B", 1)))
    assert [p.section.name for p in played(twice)] == ["A", "A", "B"]
    assert [p.start_tick for p in played(twice)] == [0, 1920, 3840]
    assert [c.chord for p in played(twice) for c in p.chords] == [0, 0, 1]


def test_equal_neighbours_become_a_repeat():
    once = folded(AABA)
    assert once.sections == (Section("A", 2, 2), Section("B", 2), Section("A", 2))
    assert len(once.chords) == 6
    assert folded(once) is once


def test_sections_that_sound_alike_under_two_names_stay():
    named = replace(AABA, sections=tuple(Section(name, 2) for name in "ABCD"))
    assert folded(named) is named


def test_a_melody_keeps_sections_apart():
    sung = replace(AABA, melody=(MelodyNote(0, 1, 60), MelodyNote(10, 1, 64)))
    assert folded(sung) is sung
    alike = replace(
        AABA, melody=(MelodyNote(0, 1, 60), MelodyNote(6, 1, 60), MelodyNote(13, 1, 65))
    )
    assert folded(alike).melody == (MelodyNote(0, 1, 60), MelodyNote(7, 1, 65))


def test_a_melody_moves_with_its_section():
    sung = replace(AABA, melody=(MelodyNote(6, 1, 60),))
    assert [[n.start_tick for n in p.melody] for p in written(sung)] == [[], [3840], [], []]


def test_times_are_rounded_from_the_start_of_a_section():
    # A seventh of a beat is 68.57 ticks; seven of 69 would be 483 ticks instead of 480.
    (passage,) = written(progression("1 " * 7, (1 / 7,) * 7))
    assert [c.start_tick for c in passage.chords] == [0, 69, 137, 206, 274, 343, 411]
    assert passage.chords[-1].end_tick == 480


def test_a_melody_is_rounded_and_cut_off_where_its_section_ends():
    notes = (MelodyNote(1 / 7, 1 / 7, 60), MelodyNote(1, 1e-4, 62), MelodyNote(2.5, 3, 64))
    (passage,) = written(progression("1", (3.0,), melody=notes))
    assert passage.melody == (
        (60, 69, 138),  # 68.57 ticks from 68.57 on
        (62, 480, 481),  # a note sounds for a tick at the least
        (64, 1200, 1920),  # the bar line where the section ends
    )


def test_no_section_is_played_more_often_than_allowed():
    many = progression("1 " * 20, (4.0,) * 20, sections=(Section("A", 1),) * 20)
    assert [section.times for section in folded(many).sections] == [16, 4]


@given(progressions())
def test_bars_sum_to_the_meter(piece):
    numerator, denominator = piece.meter
    for passage in written(piece):
        bars = bars_of(passage)
        assert len(bars) == passage.bars
        for bar in bars:
            assert bar.end_tick - bar.start_tick == 1920 * numerator // denominator
            assert bar.pieces[0].start_tick == bar.start_tick
            assert bar.pieces[-1].end_tick == bar.end_tick
            ends = [piece.end_tick for piece in bar.pieces]
            assert [piece.start_tick for piece in bar.pieces[1:]] == ends[:-1]


@given(progressions())
def test_folding_changes_nothing_that_is_heard(piece):
    def heard(progression):
        return [
            (progression.chords[chord], start, end)
            for passage in played(progression)
            for chord, start, end in passage.chords
        ]

    assert heard(folded(piece)) == heard(piece)


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ([("A", 1, 1)], "sections hold 1 chords, the progression 2"),
        ([("A", 0, 1), ("B", 2, 1)], "section 'A' has 0 chords; give 1 or more"),
        ([("A", 2, 17)], "section 'A' is played 17 times; give 1 to 16"),
    ],
)
def test_sections_that_do_not_fit_are_refused(sections, message):
    with pytest.raises(ProgressionError, match=message):
        progression("1 4", (4, 4), sections=tuple(Section(*values) for values in sections))


@pytest.mark.parametrize(
    ("notes", "message"),
    [
        ([(0, 1, 128)], "melody note 1 has pitch 128; give 0 to 127"),
        ([(8, 1, 60)], "melody note 1 begins at beat 8 and lasts 1; it begins within the 8 beats"),
        ([(0, float("nan"), 60)], "melody note 1 begins at beat 0 and lasts nan"),
        ([(0, 2, 60), (1, 1, 62)], "melody note 1 still sounds when note 2 begins"),
    ],
)
def test_a_melody_that_can_not_be_sung_is_refused(notes, message):
    with pytest.raises(ProgressionError, match=message):
        progression("1 4", (4, 4), melody=tuple(MelodyNote(*values) for values in notes))


def test_sections_and_melody_survive_json():
    piece = replace(AABA, melody=(MelodyNote(0.5, 1, 60),))
    assert Progression.from_dict(piece.to_dict()) == piece


def test_sections_that_differ_in_key_alone_are_no_repeat():
    progression = Progression(
        chords=(parse_token("1"),) * 3,
        key=Key.parse("C"),
        beats=(4.0,) * 3,
        sections=(Section("A", 1), Section("A", 1), Section("A", 1, key=Key.parse("D"))),
    )
    assert [(s.times, s.key) for s in folded(progression).sections] == [
        (2, None),
        (1, Key.parse("D")),
    ]
