"""Engraved pages: where everything lies, measured on the SVG itself."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from xml.etree.ElementTree import fromstring

import pytest

pytest.importorskip("verovio")
pytest.importorskip("svglib")

from engraved import (
    LONG,
    SVG,
    assert_well_laid_out,
    boxes,
    drawn,
    groups,
    many,
    overlaps,
    pages_of,
    song,
    texts,
)

from shinko.export.notation.musicxml import LayoutError
from shinko.export.page import glyphs as page_glyphs
from shinko.export.page.above import diagram_sheet_svgs
from shinko.export.page.engrave import page_pdf, page_svgs
from shinko.export.page.glyphs import EngravingError
from shinko.export.page.layout import engrave
from shinko.score.progression import MelodyNote, Section
from shinko.score.voicing import voice


@pytest.mark.parametrize("count", [1, 4, 16, 64])
@pytest.mark.parametrize("key", ["C", "C♭", "C♯", "A♭ minor", "A♯ minor"])
def test_all_symbols_are_drawn_apart_from_each_other_and_on_the_paper(key, count):
    piece = song(key, many(count), title="Ballad")
    assert_well_laid_out(piece, pages_of(piece))


@pytest.mark.parametrize(
    ("meter", "beats"), [((4, 4), 1.0), ((4, 4), 0.5), ((3, 4), 1.5), ((6, 8), 1.5), ((7, 8), 0.5)]
)
def test_many_chords_in_a_bar_stay_apart(meter, beats):
    piece = song("G♭", many(48), beats, meter=meter)
    assert_well_laid_out(piece, pages_of(piece))


def test_long_names_side_by_side_stay_apart():
    piece = song("G♭", f"{LONG} {LONG}", 0.5)
    assert_well_laid_out(piece, pages_of(piece))


def test_a_bar_too_wide_for_the_paper_is_set_smaller():
    piece = song("A♯ minor", many(64), 1 / 16)
    (page,) = pages_of(piece)
    assert_well_laid_out(piece, [page])
    assert "scale(0." in page.find(f"{SVG}g[@transform]").get("transform")


@pytest.mark.parametrize("layout", ["lead", "grand"])
@pytest.mark.parametrize("diagrams", [None, "piano", "guitar", "ukulele"])
def test_layouts_and_diagrams_leave_symbols_apart(layout, diagrams):
    piece = song("E♭", many(16), sections=(Section("A", 8, 2), Section("B", 8)))
    pages = pages_of(piece, layout=layout, diagrams=diagrams)
    assert_well_laid_out(piece, pages)
    for page in pages:
        over = [*boxes(page, "diagram"), *boxes(page, "chord-symbol")]
        assert overlaps(over) == []
        for staff in groups(page, "staff"):
            for shape in drawn(staff[0], page, staff[1]):
                assert not any(overlaps([shape, symbol]) for symbol in over)


def test_a_melody_and_numerals_share_a_page():
    melody = tuple(MelodyNote(i / 2, 0.5, 60 + (i * 7) % 30) for i in range(32))
    piece = song("A", many(8), 2.0, melody=melody)
    (page,) = pages_of(piece)
    assert_well_laid_out(piece, [page])
    assert len(groups(page, "note")) == 32


def test_numerals_can_be_left_out():
    (page,) = pages_of(song(), numerals=False)
    assert texts(page, "numeral") == []
    assert len(texts(page, "chord-symbol")) == 4


def test_sections_have_their_names_over_their_own_first_lines():
    piece = song(
        numerals=many(11),
        sections=(
            Section("verse", 6, 3),
            Section("", 2, 4),
            Section("a <b> & c", 1),
            Section("", 2),
        ),
    )
    (page,) = pages_of(piece)
    assert texts(page, "section-name") == ["verse  3×", "4×", "a <b> & c"]
    # A name, the chord below it: 6 + 2 + 1 chords a bar each make the lines 4, 2, 2, 1, 2.
    names, symbols = boxes(page, "section-name"), boxes(page, "chord-symbol")
    for name, chord in zip(names, (0, 6, 8), strict=True):
        assert name.bottom < symbols[chord].top
        assert all(name.top > symbol.bottom for symbol in symbols[:chord])


def test_equal_sections_in_a_row_become_one_with_its_first_diagrams():
    piece = song("G", "I V I V", sections=(Section("A", 2), Section("A", 2)))
    voicings = voice(piece.chords, piece.key)
    (page,) = pages_of(piece, diagrams="piano", voicings=voicings)
    assert texts(page, "chord-symbol") == ["G", "D"]
    assert len(groups(page, "diagram")) == 2


def test_a_diagram_is_not_drawn_again_for_the_same_chord_in_a_row():
    (page,) = pages_of(song("C", "I I V I"), diagrams="guitar")
    assert len(groups(page, "diagram")) == 3


def test_a_section_that_ends_within_a_bar_is_marked_silent_there():
    (page,) = pages_of(song("C", "I V", 2.5))
    assert texts(page, "no-chord") == ["N.C."]
    assert overlaps(boxes(page, "no-chord") + boxes(page, "chord-symbol")) == []


def test_a_short_section_is_not_pulled_apart_over_the_line():
    piece = song(numerals=many(5), sections=(Section("A", 1), Section("B", 4)))
    (page,) = pages_of(piece)
    first, second = (
        max(rect.right for rect in drawn(group, page, outer))
        for group, outer in groups(page, "system")
    )
    assert first < 10_000
    assert second == pytest.approx(21_000 - 1_500, abs=30)  # the right margin; a bar line's width


def test_keys_beyond_seven_accidentals_are_set_as_the_one_that_sounds_the_same():
    (page,) = pages_of(song("G♯", "I V"))
    assert texts(page, "chord-symbol") == ["A♭", "E♭"]
    assert texts(page, "subtitle") == ["A♭ major · ♩ = 120 · 4/4"]


def test_a_mode_stands_in_the_title_line_over_the_signature_of_its_notes():
    (page,) = pages_of(song("E♭ dorian", "i IV"))
    assert texts(page, "subtitle") == ["E♭ dorian · ♩ = 120 · 4/4"]
    assert texts(page, "chord-symbol") == ["E♭m", "A♭"]


def test_pages_need_nothing_from_outside():
    for svg in page_svgs(song(numerals=many(20)), diagrams="piano"):
        assert re.findall(r'href="(?!#)', svg) == []
        assert re.findall(r"url\(|<style|<image|<script|@import", svg) == []


def test_the_same_progression_gives_the_same_bytes():
    piece = song("D♭", many(12), title="Again")
    assert page_svgs(piece) == page_svgs(piece)
    assert page_pdf(piece) == page_pdf(piece)


def test_the_engraver_is_quiet(capfd):
    page_pdf(song(numerals=many(8), title="進行"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("page", "size"), [("a4", "210mm 297mm"), ("letter", "215.9mm 279.4mm")])
def test_pages_have_the_size_of_their_paper(page, size):
    (svg,) = pages_of(song(), page=page)
    assert f"{svg.get('width')} {svg.get('height')}" == size


def test_a_diagram_sheet_has_each_chord_once():
    piece = song("C", "I V I vi V65")
    (page,) = (fromstring(svg) for svg in diagram_sheet_svgs(piece, "guitar"))
    assert texts(page, "chord-symbol") == ["C", "G", "Am", "G7/B"]
    assert overlaps(boxes(page, "diagram") + boxes(page, "chord-symbol")) == []


def test_diagram_sheets_go_on_to_a_second_page():
    pages = [fromstring(svg) for svg in diagram_sheet_svgs(song("C", many(64)), "piano")]
    assert sum(len(groups(page, "diagram")) for page in pages) >= 24
    for page in pages:
        assert max(rect.bottom for rect in drawn(page, page)) <= 29_700


def test_pages_without_the_extra_say_how_to_install_it(monkeypatch):
    monkeypatch.setattr(page_glyphs, "find_spec", lambda name: None)
    with pytest.raises(EngravingError, match=r"verovio, .*pip install 'shinko\[engrave\]'"):
        page_svgs(song())
    with pytest.raises(EngravingError, match=r"pip install 'shinko\[engrave\]'"):
        diagram_sheet_svgs(song(), "guitar")


def test_a_score_that_verovio_cannot_read_is_one_clear_error(capfd):
    with pytest.raises(EngravingError, match="can't be engraved"):
        engrave(b"<score-partwise", None)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"page": "a5"}, "page 'a5' is not known; choose one of: a4, letter"),
        ({"diagrams": "lute"}, "diagrams 'lute' is not known; choose one of: guitar, piano, uku"),
        ({"layout": "full"}, "layout 'full' is not known"),
        ({"voicings": ()}, "0 voicings for 4 chords"),
    ],
)
def test_unknown_wishes_name_the_known_ones(wish, message):
    with pytest.raises(LayoutError, match=message):
        page_svgs(song(), **wish)


def test_a_piece_of_too_many_bars_is_refused_before_minutes_of_work():
    with pytest.raises(LayoutError, match="progression has 1280 bars, pages hold 1024"):
        page_svgs(song("C", many(20), 256.0))


def test_rows_of_chord_symbols_are_level():
    (page,) = pages_of(song("C", "I ii iii IV V vi I V", sections=(Section("A", 8),)))
    baselines = [
        {use.get("transform").split()[1] for use in group.iter(f"{SVG}use")}
        for group, _ in groups(page, "chord-symbol")
    ]
    assert all(a & b for a, b in pairwise(baselines[:4]))
    assert all(a & b for a, b in pairwise(baselines[4:]))


def test_pages_are_the_same_from_any_thread(capfd):
    piece = song("D♭", many(6), sections=(Section("A", 6, 2),))
    with ThreadPoolExecutor(3) as threads:
        made = list(threads.map(lambda _: page_svgs(piece), range(6)))
        broken = threads.submit(engrave, b"<score-partwise", None)
        assert isinstance(broken.exception(), EngravingError)
    assert set(made) == {page_svgs(piece)}
    assert capfd.readouterr() == ("", "")
