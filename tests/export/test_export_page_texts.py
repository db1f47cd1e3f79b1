"""Titles, names and symbols on engraved pages: in every script, of any length."""

import re
import unicodedata

import pytest

pytest.importorskip("verovio")
pytest.importorskip("svglib")

from engraved import (
    SVG,
    assert_well_laid_out,
    boxes,
    groups,
    many,
    overlaps,
    pages_of,
    song,
    texts,
)

from shinko.export.page.glyphs import glyph
from shinko.export.page.svg import TextRun, printable, width
from shinko.export.page.symbols import chord_runs, numeral_runs, title_lines, wrapped
from shinko.score.progression import Section
from shinko.theory import Key, parse_roman


def test_head_and_foot_tell_what_it_is():
    piece = song("B♭", many(64), title="進行 & <b>", seed=7, policy="pop", tempo_bpm=92.5)
    first, second = pages_of(piece)
    assert texts(first, "title") == ["進行 & <b>"]
    assert texts(first, "subtitle") == ["B♭ major · ♩ = 92.5 · 4/4"]
    assert texts(second, "title") == []
    assert [texts(page, "running") for page in (first, second)] == [[], ["進行 & <b>"]]
    assert [texts(page, "foot") for page in (first, second)] == [["pop · seed 7"]] * 2
    assert [texts(page, "page") for page in (first, second)] == [["1/2"], ["2/2"]]


def test_pages_of_an_untitled_piece_have_no_title_to_repeat():
    _, second = pages_of(song("B♭", many(64)))
    assert texts(second, "running") == []


def test_a_running_title_is_over_the_music_and_one_line():
    _, second = pages_of(song("B♭", many(64), title="word " * 60))
    (title,) = boxes(second, "running")
    assert texts(second, "running")[0].endswith("…")
    assert 0 < title.top < title.bottom < min(rect.top for rect in boxes(second, "chord-symbol"))


@pytest.mark.parametrize(
    ("meter", "tempo"),
    [((4, 4), "♩ = 120"), ((3, 4), "♩ = 120"), ((6, 8), "♩. = 80"), ((12, 8), "♩. = 80")],
)
def test_tempos_count_the_beats_that_are_felt(meter, tempo):
    (page,) = pages_of(song(meter=meter, tempo_bpm=120.0))
    assert texts(page, "subtitle") == [f"C major · {tempo} · {meter[0]}/{meter[1]}"]


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
    assert all(width((TextRun(line),), size) <= 10_000 for line in lines)


def test_symbols_are_raised_as_players_know_them():
    key = Key.parse("B♭")
    assert chord_runs(parse_roman("ii7"), key) == (TextRun("Cm"), TextRun("7", 0.7, 0.33))
    assert chord_runs(parse_roman("Imaj7"), key) == (TextRun("B♭"), TextRun("maj7", 0.7, 0.33))
    assert [run.text for run in chord_runs(parse_roman("V65"), key)] == ["F", "7", "/A"]


@pytest.mark.parametrize(
    ("numeral", "symbol"),
    [
        ("imMaj7", "Cm(maj7)"),
        ("V7♭9♭13", "G7(♭9♭13)"),
        ("V7♭9", "G7♭9"),
        ("V13♯11", "G13♯11"),
        ("♭IImaj7♯11", "D♭maj7♯11"),
        ("V7♯5♯9/7", "G7(♯5♯9)/B"),
    ],
)
def test_brackets_part_what_would_run_together(numeral, symbol):
    runs = chord_runs(parse_roman(numeral), Key.parse("C"))
    assert "".join(run.text for run in runs) == symbol


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


def test_a_bass_is_told_from_what_a_chord_is_applied_to():
    assert numeral_runs("V/ii")[1] == TextRun("/ii")
    assert numeral_runs("V/4")[1] == TextRun("/4", 0.62, -0.12)
    assert numeral_runs("V7/V/4")[2:] == (TextRun("/V"), TextRun("/4", 0.62, -0.12))


def test_stacked_figures_stand_on_top_of_each_other():
    upper, lower = numeral_runs("V65")[1:]
    assert upper.over
    assert upper.rise > lower.rise
    assert width((upper, lower), 100) == width((lower,), 100)


def test_accents_are_one_with_their_letters_however_they_were_typed():
    assert printable("Cafe\u0301 A\u030angstro\u0308m") == "Café Ångström"
    (page,) = pages_of(song(title="Cafe\u0301"))
    assert texts(page, "title") == ["Café"]


@pytest.mark.parametrize("letter", "ệếẩồữợựằẵẽỵỹẠỆẾẨỒỮỢỰẰẴỶǎǒǚḍṣ")
@pytest.mark.parametrize("bold", [False, True])
def test_letters_that_the_font_lacks_are_put_together_of_what_it_has(letter, bold):
    made, base = glyph(letter, bold), glyph(unicodedata.normalize("NFD", letter)[0], bold)
    assert made.path.startswith(base.path)
    assert len(made.path) > len(base.path)
    assert base.advance_em <= made.advance_em < base.advance_em + 0.2  # as wide, or with a horn


def test_accents_stand_over_an_i_without_its_dot():
    assert glyph("ỉ", False).path.startswith(glyph("ı", False).path)
    assert glyph("ị", False).path.startswith(glyph("i", False).path)


def test_a_line_that_is_read_from_the_right_is_one_text_in_that_direction():
    (page,) = pages_of(song(title="שיר של אהבה", sections=(Section("בית", 4),)))
    ((title, _),) = groups(page, "title")
    (text,) = title.iter(f"{SVG}text")
    assert text.text == "שיר של אהבה"
    assert (text.get("direction"), text.get("unicode-bidi")) == ("rtl", "embed")
    assert text.get("text-anchor") == "middle"
    assert text.get("textLength") is None
    assert texts(page, "section-name") == ["בית"]


def test_a_line_that_starts_from_the_left_keeps_that_direction():
    (page,) = pages_of(song(title="Song שיר"))
    ((title, _),) = groups(page, "title")
    (text,) = title.iter(f"{SVG}text")
    assert (text.text, text.get("direction")) == ("Song שיר", None)


def test_emoji_are_not_squeezed_into_a_width_that_is_guessed():
    (page,) = pages_of(song(title="Sun 🌅🎵 rise"))
    ((title, _),) = groups(page, "title")
    (text,) = title.iter(f"{SVG}text")
    assert (text.text, text.get("textLength")) == ("Sun 🌅🎵 rise", None)


def test_no_line_of_a_japanese_title_begins_with_a_full_stop():
    # Five characters of 100 each fit a line: the full stop would be the sixth.
    assert wrapped("夜明けの歌。海と空", 100, 500) == ["夜明けの", "歌。海と空"]
    assert wrapped("夜明けの「歌」と空", 100, 500) == ["夜明けの", "「歌」と空"]
    assert wrapped("。。。。。。。", 100, 500) == ["。。。。。", "。。"]
