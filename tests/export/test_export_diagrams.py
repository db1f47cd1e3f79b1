"""Chord diagrams: what is drawn where, read from the SVG."""

from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.export.page.diagrams import (
    GUITAR_WIDTH,
    NAME_HEIGHT,
    NECK_HEIGHT,
    PIANO_HEIGHT,
    SOUNDING,
    UKULELE_WIDTH,
    DiagramError,
    guitar_diagram,
    piano_diagram,
    piano_width,
    ukulele_diagram,
)

C_MAJOR = (None, 3, 2, 0, 1, 0)


def dots(diagram: Element) -> list[tuple[float, float]]:
    """The fingers: filled circles, from the thickest string on."""
    return [
        (float(circle.get("cx")), float(circle.get("cy")))
        for circle in diagram.iter("circle")
        if circle.get("fill") is None
    ]


def numbers(element: Element) -> list[float]:
    """All coordinates of rectangles and circles, with their far ends."""
    ends = []
    for shape in element.iter():
        x, y, r = (float(shape.get(name, 0)) for name in ("cx", "cy", "r"))
        if shape.tag == "circle":
            ends += [(x - r, y - r), (x + r, y + r)]
        if shape.tag == "rect":
            x, y, w, h = (float(shape.get(name)) for name in ("x", "y", "width", "height"))
            ends += [(x, y), (x + w, y + h)]
    return ends


def texts(diagram: Element) -> list[str]:
    return [text.text for text in diagram.iter("text")]


def sounding(diagram: Element) -> list[Element]:
    return [key for key in diagram.iter("rect") if key.get("fill") == SOUNDING]


def test_fingers_lie_on_their_strings_and_frets():
    places = dots(fromstring(guitar_diagram("", C_MAJOR)))
    # The strings A, D and B at the frets 3, 2, 1: a string is 230 wide, a fret 325 high.
    assert places == [(360, 250 + 2.5 * 325), (590, 250 + 1.5 * 325), (1050, 250 + 0.5 * 325)]


def test_open_and_silent_strings_are_marked_above_the_nut():
    diagram = fromstring(guitar_diagram("", C_MAJOR))
    open_strings = [c.get("cx") for c in diagram.iter("circle") if c.get("fill") == "none"]
    assert open_strings == ["820", "1280"]
    crosses = [p for p in diagram.iter("path") if p.get("stroke-width") == "18"]
    assert len(crosses) == 1


def test_a_shape_high_on_the_neck_tells_its_fret():
    assert texts(fromstring(guitar_diagram("", (None, None, 7, 9, 8, 10)))) == ["7fr"]
    assert texts(fromstring(guitar_diagram("", (1, 3, 3, 2, 1, 1)))) == []


def test_fingers_have_their_numbers_and_barres_lie_across():
    barred = guitar_diagram("", (1, 3, 3, 2, 1, 1), (1, 3, 4, 2, 1, 1), [(1, 0, 5)])
    diagram = fromstring(barred)
    assert texts(diagram) == ["1", "3", "4", "2", "1", "1"]
    (barre,) = (path for path in diagram.iter("path") if path.get("stroke-linecap") == "round")
    assert barre.get("d") == "M130 412.5H1280"


def test_names_are_safe_in_svg():
    diagram = fromstring(guitar_diagram("A<b> & c", C_MAJOR))
    assert texts(diagram)[0] == "A<b> & c"


@given(st.lists(st.none() | st.integers(0, 24), min_size=6, max_size=6))
def test_guitar_diagrams_stay_within_their_size(frets):
    diagram = fromstring(guitar_diagram("", frets))
    assert len(dots(diagram)) == sum(1 for fret in frets if fret)
    for x, y in numbers(diagram):
        assert 0 <= x <= GUITAR_WIDTH
        assert 0 <= y <= NECK_HEIGHT


@pytest.mark.parametrize("frets", [(0,) * 5, (0,) * 7, (25, *(0,) * 5), (-1, *(0,) * 5)])
def test_frets_that_no_guitar_has_are_refused(frets):
    with pytest.raises(DiagramError, match="six strings from low E, each a fret 0 to 24"):
        guitar_diagram("", frets)


def test_a_ukulele_has_four_strings():
    places = dots(fromstring(ukulele_diagram("", (0, 2, 3, 2))))
    # The strings C, E and A at the frets 2, 3, 2: a string is 230 wide, a fret 325 high.
    assert places == [(360, 250 + 1.5 * 325), (590, 250 + 2.5 * 325), (820, 250 + 1.5 * 325)]


@given(st.lists(st.none() | st.integers(0, 24), min_size=4, max_size=4))
def test_ukulele_diagrams_stay_within_their_size(frets):
    for x, y in numbers(fromstring(ukulele_diagram("", frets))):
        assert 0 <= x <= UKULELE_WIDTH
        assert 0 <= y <= NECK_HEIGHT


@pytest.mark.parametrize("frets", [(0,) * 3, (0,) * 6, (25, 0, 0, 0), (-1, 0, 0, 0)])
def test_frets_that_no_ukulele_has_are_refused(frets):
    with pytest.raises(DiagramError, match="four strings from G, each a fret 0 to 24"):
        ukulele_diagram("", frets)


def test_sounding_keys_are_filled_white_and_black_ones():
    diagram = fromstring(piano_diagram("", (60, 63, 67)))
    # White keys C D E F G A B, then the black ones: C is the first, G the fifth, E♭ the second.
    keys = list(diagram.iter("rect"))
    assert [keys.index(key) for key in sounding(diagram)] == [0, 4, 7 + 1]


@pytest.mark.parametrize(
    ("pitches", "white_keys"),
    [
        ((60, 64), 3),  # C to E
        ((60, 64, 67), 7),  # C to B
        ((65, 69, 72), 7),  # F to the E above
        ((48, 64, 67, 72), 7 + 7 + 3),
    ],
)
def test_keyboards_begin_at_c_or_f_and_end_at_e_or_b(pitches, white_keys):
    assert piano_width(pitches) == 40 + 160 * white_keys


def test_a_low_bass_moves_up_to_keep_the_keyboard_short():
    assert piano_diagram("", (28, 60, 64, 71)) == piano_diagram("", (40, 60, 64, 71))


@given(st.sets(st.integers(0, 127), min_size=1, max_size=8))
def test_piano_diagrams_fill_one_key_a_pitch_and_stay_within_their_size(pitches):
    diagram = fromstring(piano_diagram("", sorted(pitches)))
    assert len(sounding(diagram)) == len(pitches)
    for x, y in numbers(diagram):
        assert 0 <= x <= piano_width(sorted(pitches))
        assert 0 <= y <= PIANO_HEIGHT


def test_a_name_takes_its_height_above():
    named, (plain,) = (
        fromstring(piano_diagram("F♯m", (54, 57, 61))),
        [fromstring(piano_diagram("", (54, 57, 61)))],
    )
    assert texts(named) == ["F♯m"]
    assert named[1].get("transform") == f"translate(0 {NAME_HEIGHT:g})"
    assert len(named[1]) == len(plain)


@pytest.mark.parametrize("pitches", [(), (128,), (-1, 60)])
def test_pitches_that_midi_does_not_have_are_refused(pitches):
    with pytest.raises(DiagramError, match="one or more MIDI pitches 0 to 127"):
        piano_diagram("", pitches)
