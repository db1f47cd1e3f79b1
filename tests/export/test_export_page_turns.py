"""Pages of pieces whose sections have keys and tempos of their own, and of a ritardando."""

import pytest
from engraved import HREF, assert_well_laid_out, boxes, groups, overlaps, pages_of, song, texts

from shinko.score.progression import Section
from shinko.theory import Key

THREE = (
    Section("verse", 2),
    Section("chorus", 2, key=Key.parse("C")),
    Section("", 2, key=Key.parse("E♭"), tempo_bpm=84),
    Section("verse", 1),
)


def three(**fields):
    values = {"key": "A minor", "tempo_bpm": 100, "sections": THREE, **fields}
    return song(numerals="i V7 I IV I ii7 i", **values)


def test_a_section_tells_its_key_and_tempo_where_they_are_new():
    (page,) = pages_of(three())
    assert texts(page, "subtitle") == ["A minor · ♩ = 100 · 4/4"]
    assert texts(page, "turn") == ["C major", "E♭ major · ♩ = 84", "A minor · ♩ = 100"]
    assert texts(page, "section-name") == ["verse", "chorus", "verse"]
    names, turns = boxes(page, "section-name"), boxes(page, "turn")
    assert overlaps(names + turns + boxes(page, "chord-symbol")) == []
    assert turns[0].left > names[1].right  # beside the name of the chorus


def test_symbols_and_numerals_are_those_of_the_section_s_key():
    pages = pages_of(three())
    assert_well_laid_out(three(), pages)
    assert texts(pages[0], "chord-symbol") == ["Am", "E7", "C", "F", "E♭", "Fm7", "Am"]


@pytest.mark.parametrize("meter", [(6, 8), (12, 8)])
def test_a_section_s_tempo_counts_the_beats_that_are_felt(meter):
    sections = (Section("A", 1), Section("B", 1, tempo_bpm=84))
    (page,) = pages_of(song(numerals="I V", meter=meter, tempo_bpm=90, sections=sections))
    assert texts(page, "turn") == ["♩. = 56"]


def test_a_long_name_leaves_room_for_what_stands_beside_it():
    long = Section("Bridge " * 40, 1, key=Key.parse("E♭ mixolydian"), tempo_bpm=133.7)
    (page,) = pages_of(song(numerals="I V", sections=(Section("A", 1), long)))
    _, _, paper_width, _ = map(float, page.get("viewBox").split())
    (turn,) = boxes(page, "turn")
    assert turn.right <= paper_width - 1500  # the margin
    assert overlaps([turn, *boxes(page, "section-name")]) == []


def glyphs(page, system: int, code: str) -> int:
    """How often a line has a glyph of the music font (SMuFL: E260 flat, E261 natural)."""
    line, _ = groups(page, "system")[system]
    return sum(code in element.get(HREF, "") for element in line.iter())


def test_a_line_announces_the_signature_of_the_next():
    (page,) = pages_of(three())
    # Lines: verse, chorus with three flats at its end, bridge with its own and three naturals.
    assert [glyphs(page, line, "E260") for line in range(4)] == [0, 3, 3, 0]
    assert [glyphs(page, line, "E261") for line in range(4)] == [0, 0, 3, 0]


def test_a_ritardando_stands_below_the_bar_where_it_begins():
    piece = song(numerals="I IV V I", tempo_bpm=100, ritardando=True)
    (page,) = pages_of(piece)
    assert texts(page, "ritardando") == ["rit."]
    (slowing,), symbols = boxes(page, "ritardando"), boxes(page, "chord-symbol")
    assert slowing.left == pytest.approx(symbols[2].left, abs=200)  # of the third bar
    assert slowing.top > symbols[2].bottom
    assert overlaps([slowing, *boxes(page, "numeral")]) == []


def test_a_ritardando_of_a_repeated_section_is_for_the_last_time():
    piece = song(numerals="I V", sections=(Section("A", 2, 2),), ritardando=True)
    (page,) = pages_of(piece, numerals=False)
    assert texts(page, "ritardando") == ["rit. (last time)"]


@pytest.mark.parametrize("layout", ["lead", "grand"])
@pytest.mark.parametrize("diagrams", ["guitar", "piano", "ukulele"])
def test_seven_accidentals_after_none_leave_symbols_apart(layout, diagrams):
    sections = (
        Section("A", 4),
        Section("B", 8, key=Key.parse("C♭")),
        Section("C", 4, key=Key.parse("C♯")),
    )
    piece = song(numerals=" ".join(["I vi7 IVmaj7 V7♭9"] * 4), sections=sections, beats=2.0)
    pages = pages_of(piece, layout=layout, diagrams=diagrams)
    assert_well_laid_out(piece, pages)
