"""Engraved pages: measured on the SVG itself, glyph by glyph, and read back from the PDF."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple
from xml.etree.ElementTree import Element, fromstring

import pytest

pytest.importorskip("verovio")
pytest.importorskip("svglib")

from fontTools.misc.transform import Identity, Transform
from fontTools.pens.boundsPen import BoundsPen
from fontTools.svgLib.path import parse_path

from shinko.export.notation.musicxml import LayoutError
from shinko.export.page import glyphs as page_glyphs
from shinko.export.page.above import diagram_sheet_svgs
from shinko.export.page.engrave import page_pdf, page_svgs
from shinko.export.page.glyphs import EngravingError
from shinko.export.page.layout import engrave
from shinko.export.page.svg import Run, width
from shinko.export.page.symbols import chord_runs, numeral_runs, title_lines
from shinko.score.progression import MelodyNote, Progression, Section
from shinko.score.voicing import voice
from shinko.theory import Key, parse_roman

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
NUMERALS = """
    I ii iii IV V vi ♭VII ♭III V7/V viiø7 V65/ii IVmaj7 Imaj9 ♭II V7♭9♭13 iv6 ♭VI64 V7/IV
    ii65 Iadd9 III7♯9♭13 V7♭9sus4 I/2 ♭VIImaj7♯11
""".split()  # noqa: SIM905
LONG = "III7♯9♭13 ♭VIImaj9♯11 V7♭9♭13 ♭IImaj7♯11 VI7♯5♯9 ♭VI7♭9♭13 III7♯5♭9 ♭III13♯11/7"


def song(key="C", numerals="I vi IV V", beats=4.0, **fields) -> Progression:
    chords = tuple(map(parse_roman, numerals.split()))
    return Progression(chords, Key.parse(key), (beats,) * len(chords), **fields)


def many(count: int) -> str:
    return " ".join(NUMERALS[i % len(NUMERALS)] for i in range(count))


class Rect(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def transform_of(element: Element) -> Transform:
    whole = Identity
    for kind, values in re.findall(r"(\w+)\(([^)]*)\)", element.get("transform", "")):
        numbers = [float(value) for value in re.split(r"[ ,]+", values)]
        whole = getattr(whole, kind)(*numbers)
    return whole


def outline_of(element: Element) -> str | None:
    """What a shape draws, as a path, without the width of its line."""

    def value(name: str) -> float:
        return float(element.get(name, "0"))

    match element.tag.removeprefix(SVG):
        case "path":
            return element.get("d")
        case "rect":
            return (
                f"M{value('x')} {value('y')}h{value('width')}v{value('height')}h-{value('width')}z"
            )
        case "circle" | "ellipse":
            rx, ry = value("r") or value("rx"), value("r") or value("ry")
            x, y = value("cx") - rx, value("cy") - ry
            return f"M{x} {y}h{2 * rx}v{2 * ry}h-{2 * rx}z"
        case "polygon" | "polyline":
            return f"M{element.get('points')}z"
    return None


def drawn(element: Element, page: Element, outer: Transform = Identity):
    """The bounds of all that an element of a page draws, in the page's units."""
    defined = {e.get("id"): e for e in page.find(f"{SVG}defs").iter() if e.get("id")}
    inner = outer.transform(transform_of(element))
    if element.tag == f"{SVG}use":
        yield from drawn(defined[element.get(HREF)[1:]], page, inner)
    if (path := outline_of(element)) is not None:
        pen = BoundsPen(None)
        parse_path(path, pen)
        if pen.bounds:
            xs, ys = zip(
                *(inner.transformPoint((x, y)) for x in pen.bounds[::2] for y in pen.bounds[1::2]),
                strict=True,
            )
            yield Rect(min(xs), min(ys), max(xs), max(ys))
    for child in element:
        if child.tag != f"{SVG}defs":
            yield from drawn(child, page, inner)


def groups(page: Element, kind: str):
    """Each group of a class, with its outer transform."""

    def walk(element: Element, outer: Transform):
        inner = outer.transform(transform_of(element))
        if kind in element.get("class", "").split():
            yield element, outer
        for child in element:
            yield from walk(child, inner)

    return list(walk(page, Identity))


def box(page: Element, group: Element, outer: Transform) -> Rect:
    lefts, tops, rights, bottoms = zip(*drawn(group, page, outer), strict=True)
    return Rect(min(lefts), min(tops), max(rights), max(bottoms))


def boxes(page: Element, kind: str) -> list[Rect]:
    return [box(page, *group) for group in groups(page, kind)]


def texts(page: Element, kind: str) -> list[str]:
    """What can be selected of each group."""
    return ["".join(t.text for t in g.iter(f"{SVG}text")) for g, _ in groups(page, kind)]


def pages_of(progression: Progression, **wishes) -> list[Element]:
    return [fromstring(svg) for svg in page_svgs(progression, **wishes)]


def overlaps(rects: list[Rect]) -> list[tuple[Rect, Rect]]:
    return [
        (a, b)
        for place, a in enumerate(rects)
        for b in rects[place + 1 :]
        if a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom
    ]


def assert_well_laid_out(progression: Progression, pages: list[Element]) -> None:
    """All symbols are there, none touches another, and nothing leaves the paper."""
    for kind, expected in (
        ("chord-symbol", progression.names),
        ("numeral", progression.roman_numerals),
    ):
        assert [text for page in pages for text in texts(page, kind)] == list(expected)
        for page in pages:
            assert overlaps(boxes(page, kind)) == []
    for page in pages:
        _, _, paper_width, paper_height = map(float, page.get("viewBox").split())
        for left, top, right, bottom in drawn(page, page):
            assert left >= 0
            assert top >= 0
            assert right <= paper_width
            assert bottom <= paper_height


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
@pytest.mark.parametrize("diagrams", [None, "piano", "guitar"])
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


def test_head_and_foot_tell_what_it_is():
    piece = song("B♭", many(64), title="進行 & <b>", seed=7, policy="pop", tempo_bpm=92.5)
    first, second = pages_of(piece)
    assert texts(first, "title") == ["進行 & <b>"]
    assert texts(first, "subtitle") == ["B♭ major · ♩ = 92.5 · 4/4"]
    assert texts(second, "title") == []
    assert [texts(page, "foot") for page in (first, second)] == [["pop · seed 7"]] * 2
    assert [texts(page, "page") for page in (first, second)] == [["1/2"], ["2/2"]]


@pytest.mark.parametrize(
    "title", ["long " * 40, "w" * 200, "夜明けの歌" * 40, "x" * 5000, "\0\n\ud800"]
)
def test_titles_of_any_length_and_script_fit_the_paper(title):
    piece = song(title=title, sections=(Section(title[:300], 4),), policy=title)
    (page,) = pages_of(piece)
    assert_well_laid_out(piece, [page])
    for text in page.iter(f"{SVG}text"):
        assert float(text.get("x")) + float(text.get("textLength")) <= 21_000
    lines = boxes(page, "title") if not re.search("[夜\0]", title) else []
    assert overlaps(lines + boxes(page, "subtitle") + boxes(page, "section-name")) == []


def test_a_title_is_cut_where_it_would_take_more_lines_than_there_are():
    size, lines = title_lines("word " * 500, 10_000, ((700.0, 1), (400.0, 2)))
    assert (size, len(lines)) == (400.0, 2)
    assert lines[-1].endswith("…")
    assert all(width((Run(line),), size) <= 10_000 for line in lines)


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


def test_symbols_are_raised_as_players_know_them():
    key = Key.parse("B♭")
    assert chord_runs(parse_roman("ii7"), key) == (Run("Cm"), Run("7", 0.7, 0.33))
    assert chord_runs(parse_roman("Imaj7"), key) == (Run("B♭"), Run("maj7", 0.7, 0.33))
    assert [run.text for run in chord_runs(parse_roman("V65"), key)] == ["F", "7", "/A"]


@pytest.mark.parametrize(
    ("numeral", "parts"),
    [
        ("♭VII", ["♭VII"]),
        ("viiø7", ["vii", "ø7"]),
        ("V65/V", ["V", "6", "5", "/V"]),
        ("IVmaj42", ["IV", "maj", "4", "2"]),
        ("V7♭9♭13", ["V", "7♭9♭13"]),
        ("Isus4/♭7", ["I", "sus4", "/♭7"]),
        ("Iadd69", ["I", "add69"]),
    ],
)
def test_numerals_are_parted_into_sign_figures_and_target(numeral, parts):
    assert [run.text for run in numeral_runs(numeral)] == parts


def test_stacked_figures_stand_on_top_of_each_other():
    upper, lower = numeral_runs("V65")[1:]
    assert upper.over
    assert upper.rise > lower.rise
    assert width((upper, lower), 100) == width((lower,), 100)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="no pdftotext to read the PDF with")
def test_the_pdf_has_the_same_pages_and_its_text_can_be_read(tmp_path):
    piece = song("G♭", many(64), title="Night & <Day>", sections=(Section("verse", 64, 2),))
    (tmp_path / "page.pdf").write_bytes(page_pdf(piece))
    read = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, check=True
    )
    pages = read.stdout.decode().removesuffix("\f").split("\f")
    assert len(pages) == len(page_svgs(piece)) == 2
    assert "Night & <Day>" in pages[0]
    words = "".join(pages).split()
    for name in (*piece.names, *piece.roman_numerals):
        assert name.replace("𝄫", "♭♭") in words


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="no pdftoppm to draw the PDF with")
def test_the_pdf_draws_what_the_svg_draws(tmp_path):
    """Black where the SVG's glyphs are: the title's box holds ink, the margin beside it none."""
    piece = song("G♭", "I V65/V", title="Night")
    (page,) = pages_of(piece)
    (tmp_path / "page.pdf").write_bytes(page_pdf(piece))
    subprocess.run(
        ["pdftoppm", "-r", "50.8", "-gray", tmp_path / "page.pdf", tmp_path / "page"], check=True
    )
    (picture,) = tmp_path.glob("page*.pgm")
    header, data = picture.read_bytes().split(b"\n255\n", 1)
    columns = int(header.split()[1])  # 2 pixels a millimetre: 50 units each

    def ink(left: float, top: float, right: float, bottom: float) -> int:
        return sum(
            255 - value
            for row in range(int(top / 50), int(bottom / 50) + 1)
            for value in data[row * columns + int(left / 50) : row * columns + int(right / 50) + 1]
        )

    for rect in (*boxes(page, "title"), *boxes(page, "chord-symbol"), *boxes(page, "numeral")):
        assert ink(*rect) > 0
        assert ink(200, rect.top, 1_300, rect.bottom) == 0


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


def test_a_score_that_verovio_cannot_read_is_one_clear_error(capfd):
    with pytest.raises(EngravingError, match="can't be engraved"):
        engrave(b"<score-partwise", None)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"page": "a5"}, "page 'a5' is not known; choose one of: a4, letter"),
        ({"diagrams": "lute"}, "diagrams 'lute' is not known; choose one of: guitar, piano"),
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
