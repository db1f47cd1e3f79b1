"""Time as note values: grids, triplets, beams, and spelled pitches."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.export.notation.beams import Flagged, beams
from shinko.export.notation.rhythm import TYPES, Value, beat_ticks, ruler, values
from shinko.export.notation.spelling import Pitch, spell, writable
from shinko.score.bars import bar_ticks
from shinko.theory import Key, Note, parse_roman

METERS = [(4, 4), (3, 4), (2, 4), (5, 4), (2, 2), (3, 8), (6, 8), (7, 8), (9, 8), (12, 8), (1, 32)]


def show(value: Value) -> str:
    return value.type + "." * value.dots + " in 3" * value.triplet


def written(meter: tuple[int, int], *times: int) -> list[list[str]]:
    """The values between times in a bar."""
    measure = ruler(times, meter)
    places = [measure.places[time] for time in times]
    return [
        [show(value) for value in values(start, end, measure)] for start, end in pairwise(places)
    ]


@pytest.mark.parametrize(
    ("meter", "times", "expected"),
    [
        ((4, 4), (0, 1920), [["whole"]]),
        ((4, 4), (0, 480, 1920), [["quarter"], ["half."]]),
        ((4, 4), (0, 720, 1920), [["quarter."], ["eighth", "half"]]),
        ((4, 4), (0, 480, 1200, 1920), [["quarter"], ["quarter", "eighth"], ["eighth", "quarter"]]),
        ((3, 4), (0, 1440), [["half."]]),
        ((3, 4), (0, 480, 1440), [["quarter"], ["half"]]),
        ((6, 8), (0, 1440), [["half."]]),
        ((6, 8), (0, 720, 960, 1440), [["quarter."], ["eighth"], ["quarter"]]),
        ((6, 8), (0, 480, 1440), [["quarter"], ["eighth", "quarter."]]),
        ((9, 8), (0, 2160), [["half.", "quarter."]]),
        ((7, 8), (0, 1680), [["half.", "eighth"]]),
        ((4, 4), (0, 160, 480), [["eighth in 3"], ["quarter in 3"]]),
        ((4, 4), (0, 320, 640, 960), [["quarter in 3"], ["eighth in 3"] * 2, ["quarter in 3"]]),
        ((1, 32), (0, 30, 60), [["64th"], ["64th"]]),
        # Off every grid: 48 ticks after the second beat, the nearest sixteenth is the beat itself.
        ((4, 4), (0, 528), [["quarter"]]),
        # Two times near one sixteenth: a finer grid keeps them apart.
        (
            (4, 4),
            (0, 103, 137, 480),
            [["32nd."], ["64th", "64th"], ["64th", "32nd", "eighth"]],
        ),
    ],
)
def test_time_is_written_so_that_beats_are_seen(meter, times, expected):
    assert written(meter, *times) == expected


@given(st.sampled_from(METERS), st.data())
def test_values_fill_the_bar_between_the_places(meter, data):
    length = bar_ticks(meter)
    times = sorted({0, length, *data.draw(st.lists(st.integers(0, length), max_size=6))})
    measure = ruler(times, meter)
    places = [measure.places[time] for time in times]
    assert places == sorted(places)
    for start, end in pairwise(places):
        parts = values(start, end, measure)
        assert sum(part.ticks for part in parts) == end - start
        for part in parts:
            plain = (1920 >> TYPES.index(part.type)) * (2 + part.dots) // 2
            assert part.ticks == (plain * 2 // 3 if part.triplet else plain)


@given(st.sampled_from(METERS), st.data())
def test_what_lies_on_a_grid_stays_where_it_is(meter, data):
    length = bar_ticks(meter)
    times = data.draw(st.lists(st.integers(0, length // 30), max_size=6))
    places = ruler((30 * time for time in times), meter).places
    assert all(time == place for time, place in places.items())


@given(st.sampled_from(METERS), st.lists(st.integers(0, 1920), max_size=6))
def test_a_time_moves_by_half_a_sixteenth_at_most(meter, times):
    times = [time % bar_ticks(meter) for time in times]
    assert all(abs(time - place) <= 60 for time, place in ruler(times, meter).places.items())


def test_a_beat_is_dotted_in_compound_meters():
    assert {meter: beat_ticks(meter) for meter in [(4, 4), (6, 8), (3, 8), (2, 2), (6, 4)]} == {
        (4, 4): 480,
        (6, 8): 720,
        (3, 8): 240,
        (2, 2): 960,
        (6, 4): 480,
    }


def beamed(meter: tuple[int, int], *names: str) -> list[list[str]]:
    """Beam marks of notes in a row, such as "16th", "eighth." or "-eighth" for a rest."""
    notes, now = [], 0
    for name in names:
        kind = name.strip("-.")
        ticks = (1920 >> TYPES.index(kind)) * (3 if name.endswith(".") else 2) // 2
        notes.append(Flagged(now, Value(ticks, kind), not name.startswith("-")))
        now += ticks
    marks = beams(notes, meter)
    return [[mark.text or "" for mark in marks.get(index, ())] for index in range(len(names))]


def test_beams_join_the_notes_of_a_beat():
    assert beamed((4, 4), "eighth", "eighth", "eighth", "eighth") == [
        ["begin"],
        ["end"],
        ["begin"],
        ["end"],
    ]
    assert beamed((6, 8), "eighth", "eighth", "eighth") == [["begin"], ["continue"], ["end"]]
    assert beamed((3, 8), "eighth", "eighth", "eighth") == [["begin"], ["continue"], ["end"]]
    assert beamed((4, 4), "eighth", "-eighth", "eighth", "quarter") == [[], [], [], []]


def test_a_lone_sixteenth_has_a_hook():
    assert beamed((4, 4), "eighth.", "16th") == [["begin"], ["end", "backward hook"]]
    assert beamed((4, 4), "16th", "eighth.") == [["begin", "forward hook"], ["end"]]
    assert beamed((4, 4), "16th", "eighth", "16th") == [
        ["begin", "forward hook"],
        ["continue"],
        ["end", "backward hook"],
    ]


@pytest.mark.parametrize(
    ("pitch", "chord", "key", "expected"),
    [
        (59, "I", "Cb", Pitch("C", -1, 4)),
        (60, "V", "C#m", Pitch("B", 1, 3)),
        (66, None, "C", Pitch("F", 1, 4)),
        (70, None, "C", Pitch("B", -1, 4)),
        (63, "V7/iii", "C", Pitch("D", 1, 4)),
        (57, "bvio7", "Gm", Pitch("B", -2, 3)),
        (0, "I", "C", Pitch("C", 0, 0)),
        (127, "V", "C", Pitch("G", 0, 9)),
    ],
)
def test_a_pitch_is_spelled_by_chord_and_key(pitch, chord, key, expected):
    roman = None if chord is None else parse_roman(chord)
    assert spell(pitch, roman, Key.parse(key)) == expected


@given(st.integers(14, 127), st.sampled_from(["C", "Gb", "C#", "A minor", "Ab minor"]))
def test_a_spelled_pitch_sounds_the_same(pitch, key):
    step, alter, octave = spell(pitch, parse_roman("V7/V"), Key.parse(key))
    assert 12 * (octave + 1) + "C D EF G A B".index(step) + alter == pitch


@given(st.integers(-40, 40))
def test_three_flats_become_their_twin(fifths):
    note = Note.from_fifths(fifths)
    twin = writable(note)
    assert abs(twin.accidental) <= 2
    assert twin.pitch_class == note.pitch_class
    assert twin == note or abs(note.accidental) > 2
