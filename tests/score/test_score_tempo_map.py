"""Tempo by section, and the ritardando at the end."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.score.arrange import Performance, arrange
from shinko.score.bars import played, written
from shinko.score.progression import Progression, Section
from shinko.score.score import TempoChange
from shinko.score.tempo_map import TempoMap, ritardando_of, tempo_map
from shinko.theory import Key, parse_token

BAR = 1920


def piece(beats: tuple[float, ...], **fields) -> Progression:
    chords = tuple(parse_token("1") for _ in beats)
    return Progression(chords, Key.parse("C"), beats, **fields)


def slowing(progression: Progression):
    return ritardando_of(progression, played(progression))


def test_a_tempo_holds_until_the_next_one():
    tempos = TempoMap((TempoChange(0, 120.0), TempoChange(BAR, 60.0)))
    assert [tempos.bpm_at(tick) for tick in (-1, 0, BAR - 1, BAR)] == [120, 120, 120, 60]
    # A bar of four quarters at half a second, then one at a second.
    assert [tempos.seconds_at(tick) for tick in (0, BAR, 2 * BAR)] == [0, 2, 6]
    assert tempos.ticks_per_ms(BAR) == 480 / 1000


def test_sections_have_their_tempo_and_give_it_back():
    sections = (Section("A", 1, 2), Section("B", 1, tempo_bpm=60), Section("C", 1))
    one = piece((4, 4, 4), tempo_bpm=120, sections=sections)
    changes = [TempoChange(0, 120), TempoChange(2 * BAR, 60), TempoChange(3 * BAR, 120)]
    assert list(tempo_map(one, played(one)).changes) == changes


def test_a_first_section_s_tempo_is_that_of_the_beginning():
    one = piece((4, 4), sections=(Section("A", 1, tempo_bpm=90), Section("B", 1)))
    score = arrange(one)
    assert (score.tempo_bpm, score.tempos) == (90, (TempoChange(BAR, 120),))


def test_a_ritardando_leads_up_to_the_last_bar():
    found = slowing(piece((4, 4, 4, 4), tempo_bpm=100, ritardando=True))
    assert found.start_tick == 2 * BAR
    assert found.steps[-1] == TempoChange(3 * BAR, 75)
    assert len(found.steps) == 8  # one an eighth
    # Halfway through, (1 + (0.75³ - 1) / 2)^(1/3) of 100.
    assert found.steps[3] == TempoChange(2 * BAR + 960, 89.25)


def test_two_bars_slow_down_where_one_lasts_less_than_two_seconds():
    assert slowing(piece((4,) * 4, tempo_bpm=120, ritardando=True)).start_tick == 2 * BAR
    assert slowing(piece((4,) * 4, tempo_bpm=121, ritardando=True)).start_tick == BAR
    assert slowing(piece((4,) * 9, tempo_bpm=400, ritardando=True)).start_tick == 6 * BAR


def test_a_last_chord_within_the_bar_is_the_slowest():
    found = slowing(piece((4, 4, 4, 2, 2), tempo_bpm=60, ritardando=True))
    assert (found.start_tick, found.steps[-1]) == (3 * BAR, TempoChange(3 * BAR + 960, 45))


def test_a_ritardando_stays_within_the_last_section():
    sections = (Section("A", 3), Section("B", 2, tempo_bpm=200))
    found = slowing(piece((4,) * 5, sections=sections, ritardando=True))
    assert (found.start_tick, found.steps[-1].tempo_bpm) == (3 * BAR, 150)


def test_a_piece_of_one_chord_slows_down_while_it_sounds():
    found = slowing(piece((4,), ritardando=True))
    assert (found.start_tick, len(found.steps)) == (0, 7)
    assert found.steps[-1].tick == BAR - 240


def test_only_the_last_time_slows_down():
    one = piece((4, 4), tempo_bpm=60, sections=(Section("A", 2, 3),), ritardando=True)
    assert slowing(one).start_tick == 4 * BAR
    assert ritardando_of(one, written(one)).start_tick == 0


def test_a_piece_without_ritardando_keeps_its_tempo():
    assert slowing(piece((4, 4))) is None
    assert arrange(piece((4, 4))).tempos == ()


def test_a_piece_that_slows_down_ends():
    chords = arrange(piece((4, 4), ritardando=True), Performance("pop-rock")).tracks[0]
    last = [note for note in chords.notes if note.start_tick >= BAR]
    assert {note.start_tick // 240 for note in last} == {BAR // 240}  # struck once


@given(
    st.lists(st.sampled_from((0.5, 1, 1.5, 2, 3, 4, 7)), min_size=1, max_size=9),
    st.integers(20, 400),
    st.sampled_from(((4, 4), (3, 4), (6, 8), (5, 4), (7, 8), (2, 2))),
)
def test_tempos_only_fall_and_within_the_range(beats, tempo_bpm, meter):
    one = piece(tuple(beats), tempo_bpm=tempo_bpm, meter=meter, ritardando=True)
    passages = played(one)
    changes = tempo_map(one, passages).changes
    assert all(a.tick < b.tick and a.tempo_bpm >= b.tempo_bpm for a, b in pairwise(changes))
    assert changes[-1].tempo_bpm >= max(20, round(0.75 * tempo_bpm, 2))
    assert changes[-1].tick < passages[-1].end_tick


def test_strums_and_unevenness_last_as_long_at_any_tempo():
    sections = (Section("A", 1), Section("B", 1, tempo_bpm=60))
    one = piece((4, 4), tempo_bpm=120, sections=sections)
    chords = arrange(one, Performance("strum", humanize=0)).tracks[0].notes
    strums = [
        [note.start_tick - line for note in chords if line <= note.start_tick < line + 100]
        for line in (0, BAR)
    ]
    assert strums[0] == pytest.approx([2 * tick for tick in strums[1]], abs=1)  # rounded
    assert max(strums[0]) > 20
