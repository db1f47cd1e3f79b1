"""Time as note values: grids, triplets, beams, and spelled pitches."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.export.notation.beams import Flagged, beams
from shinko.export.notation.grids import ruler
from shinko.export.notation.rhythm import TYPES, Value, beat_ticks, groups, values
from shinko.export.notation.spelling import Pitch, spell, writable
from shinko.score.bars import bar_ticks
from shinko.theory import Key, Note, parse_roman

METERS = [
    *((4, 4), (3, 4), (2, 4), (5, 4), (6, 4), (2, 2), (3, 2)),
    *((3, 8), (5, 8), (6, 8), (7, 8), (9, 8), (12, 8), (6, 16), (7, 16), (1, 32)),
]


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
        ((4, 4), (0, 480, 1200, 1920), [["quarter"], ["quarter", "eighth"], ["quarter."]]),
        ((3, 4), (0, 1440), [["half."]]),
        ((3, 4), (0, 480, 1440), [["quarter"], ["half"]]),
        ((6, 8), (0, 1440), [["half."]]),
        ((6, 8), (0, 720, 960, 1440), [["quarter."], ["eighth"], ["quarter"]]),
        ((6, 8), (0, 480, 1440), [["quarter"], ["eighth", "quarter."]]),
        ((9, 8), (0, 2160), [["half.", "quarter."]]),
        ((7, 8), (0, 1680), [["half", "quarter."]]),
        ((5, 8), (0, 1200), [["quarter", "quarter."]]),
        ((7, 8), (0, 720, 1680), [["quarter."], ["half"]]),
        ((7, 8), (0, 240, 960, 1680), [["eighth"], ["eighth", "quarter"], ["quarter."]]),
        ((5, 4), (0, 480, 1440, 2400), [["quarter"], ["half"], ["half"]]),
        ((6, 4), (0, 1440, 2880), [["half."], ["half."]]),
        # Short, long, short within half a bar of 4/4, within a beat of 3/4.
        ((4, 4), (0, 240, 720, 960), [["eighth"], ["quarter"], ["eighth"]]),
        ((4, 4), (0, 240, 960), [["eighth"], ["quarter."]]),
        ((4, 4), (720, 1200), [["eighth", "eighth"]]),
        ((4, 4), (0, 120, 360, 480), [["16th"], ["eighth"], ["16th"]]),
        ((4, 4), (360, 600), [["16th", "16th"]]),
        ((3, 4), (0, 240, 720, 960), [["eighth"], ["eighth", "eighth"], ["eighth"]]),
        ((3, 4), (0, 120, 360, 480), [["16th"], ["eighth"], ["16th"]]),
        ((4, 4), (0, 160, 480), [["eighth in 3"], ["quarter in 3"]]),
        ((4, 4), (0, 240, 320, 480), [["eighth. in 3"], ["16th in 3"], ["eighth in 3"]]),
        ((6, 8), (0, 80, 240), [["16th in 3"], ["eighth in 3"]]),
        # Three in the time of a half note: from beats 1 and 3 in 4/4, 1 and 2 in 3/4.
        ((4, 4), (0, 320, 640, 960), [["quarter in 3"]] * 3),
        ((3, 4), (480, 800, 1120, 1440), [["quarter in 3"]] * 3),
        ((2, 4), (0, 319, 641, 960), [["quarter in 3"]] * 3),
        ((5, 4), (1440, 1760, 2080, 2400), [["quarter in 3"]] * 3),
        ((4, 4), (960, 1600, 1920), [["half in 3"], ["quarter in 3"]]),
        (
            (4, 4),
            (0, 160, 320, 640, 800, 960),
            [["eighth in 3"], ["eighth in 3"], ["quarter in 3"], ["eighth in 3"], ["eighth in 3"]],
        ),
        (
            (4, 4),
            (480, 800, 1120, 1440),
            [["quarter in 3"], ["eighth in 3", "eighth in 3"], ["quarter in 3"]],
        ),
        # In the time of a whole bar.
        ((4, 4), (0, 640, 1280, 1920), [["half in 3"]] * 3),
        ((4, 4), (0, 320, 640, 1280, 1920), [["quarter in 3"]] * 2 + [["half in 3"]] * 2),
        # A note on the middle, or a swung eighth that is held over it, leaves beats to be seen.
        ((4, 4), (0, 320, 480, 960), [["quarter in 3"], ["eighth in 3"], ["quarter"]]),
        ((4, 4), (0, 320, 960), [["quarter in 3"], ["eighth in 3", "quarter"]]),
        ((1, 32), (0, 30, 60), [["64th"], ["64th"]]),
        # Off every grid: 48 ticks after the second beat, the nearest sixteenth is the beat itself.
        ((4, 4), (0, 528), [["quarter"]]),
        # Two times near one sixteenth: a finer grid keeps them apart.
        (
            (4, 4),
            (0, 103, 137, 480),
            [["32nd."], ["64th", "64th"], ["32nd.", "eighth"]],
        ),
    ],
)
def test_time_is_written_so_that_beats_are_seen(meter, times, expected):
    assert written(meter, *times) == expected


@given(st.sampled_from(METERS), st.data())
def test_values_fill_the_bar_between_the_places(meter, data):
    length = bar_ticks(meter)
    step = data.draw(st.sampled_from([1, 30, 40, 160, 320]))
    some = st.lists(st.integers(0, length // step), max_size=6)
    times = sorted({0, length, *(step * time for time in data.draw(some))})
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


@pytest.mark.parametrize(
    ("meter", "changes", "eighths"),
    [
        ((5, 8), (), [0, 2, 5]),
        ((5, 8), (0, 720), [0, 3, 5]),
        ((7, 8), (), [0, 2, 4, 7]),
        ((7, 8), (0, 720), [0, 3, 5, 7]),
        ((7, 8), (0, 480, 1200), [0, 2, 5, 7]),
        ((7, 8), (0, 960), [0, 2, 4, 7]),
        ((11, 8), (), [0, 2, 4, 6, 8, 11]),
        ((6, 8), (), [0, 3, 6]),
        ((3, 8), (), [0, 3]),
        ((3, 4), (), [0, 2, 4, 6]),
        ((4, 8), (480,), [0, 2, 4]),
    ],
)
def test_a_bar_is_grouped_by_its_meter_and_where_chords_change(meter, changes, eighths):
    assert groups(meter, (), changes) == tuple(240 * eighth for eighth in eighths)


def test_notes_say_where_the_three_of_seven_is_if_chords_do_not():
    assert groups((7, 8), (0, 720, 1200, 1680)) == (0, 720, 1200, 1680)
    assert groups((7, 8), (0, 720, 1200, 1680), (0, 960)) == (0, 480, 960, 1680)


def beamed(meter: tuple[int, int], *names: str, changes: tuple[int, ...] = ()) -> list[list[str]]:
    """Beam marks of notes: "16th", "eighth.", "-eighth" for a rest, "3eighth" in thirds."""
    notes, now = [], 0
    for name in names:
        kind = name.strip("3-.")
        ticks = (1920 >> TYPES.index(kind)) * (3 if name.endswith(".") else 2) // 2
        in_three = name.startswith("3")
        ticks = ticks * 2 // 3 if in_three else ticks
        notes.append(Flagged(now, Value(ticks, kind, 0, in_three), not name.startswith("-")))
        now += ticks
    times = [note.tick for note in notes]
    marks = beams(notes, ruler((*times, now), meter, changes=changes))
    return [[mark.text or "" for mark in marks.get(index, ())] for index in range(len(names))]


def beam_lengths(meter: tuple[int, int], *names: str, **options: tuple[int, ...]) -> list[int]:
    """How many notes each first-level beam has; 1 for a note that hangs alone."""
    firsts = [marks[0] if marks else "alone" for marks in beamed(meter, *names, **options)]
    lengths: list[int] = []
    for mark in firsts:
        if mark in ("begin", "alone"):
            lengths.append(1)
        else:
            lengths[-1] += 1
    return lengths


def test_beams_join_the_notes_of_a_beat():
    assert beamed((4, 4), "eighth", "eighth", "quarter") == [["begin"], ["end"], []]
    assert beamed((6, 8), "eighth", "eighth", "eighth") == [["begin"], ["continue"], ["end"]]
    assert beamed((3, 8), "eighth", "eighth", "eighth") == [["begin"], ["continue"], ["end"]]
    assert beamed((4, 4), "eighth", "-eighth", "eighth", "quarter") == [[], [], [], []]


@pytest.mark.parametrize(
    ("meter", "count", "lengths"),
    [
        ((4, 4), 8, [4, 4]),
        ((2, 2), 8, [4, 4]),
        ((2, 4), 4, [4]),
        ((3, 4), 6, [6]),
        ((5, 4), 10, [2, 2, 2, 2, 2]),
        ((6, 8), 6, [3, 3]),
        ((9, 8), 9, [3, 3, 3]),
        ((12, 8), 12, [3, 3, 3, 3]),
        ((5, 8), 5, [2, 3]),
        ((7, 8), 7, [2, 2, 3]),
    ],
)
def test_eighths_of_a_bar_are_beamed_as_usual_in_its_meter(meter, count, lengths):
    assert beam_lengths(meter, *["eighth"] * count) == lengths


def test_a_chord_after_three_eighths_of_seven_begins_a_beam():
    assert beam_lengths((7, 8), *["eighth"] * 7, changes=(0, 720)) == [3, 2, 2]
    assert beam_lengths((5, 8), *["eighth"] * 5, changes=(0, 720)) == [3, 2]


def test_a_beam_of_four_has_nothing_but_eighths_from_a_half_bar_on():
    four = ["eighth"] * 4
    assert beam_lengths((4, 4), "eighth", "eighth", "16th", "16th", "eighth", *four) == [2, 3, 4]
    assert beam_lengths((4, 4), "quarter", *four, "quarter") == [1, 2, 2, 1]
    assert beam_lengths((4, 4), "-eighth", *four, "eighth", "quarter") == [1, 1, 2, 2, 1]
    assert beam_lengths((3, 4), "quarter", *four) == [1, 4]
    assert beam_lengths((3, 4), "eighth", "quarter", "eighth", "eighth", "eighth") == [1, 1, 1, 2]


def test_triplets_are_beamed_each_alone_and_in_thirds_of_a_wide_one():
    assert beam_lengths((4, 4), *["3eighth"] * 6, "half") == [3, 3, 1]
    pairs = ["3eighth", "3eighth", "3quarter", "3eighth", "3eighth"]
    assert beam_lengths((4, 4), *pairs, "half") == [2, 1, 2, 1]


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
