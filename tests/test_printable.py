"""What of a text may be printed: in every file, and on a terminal."""

import io
import json
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from shinko.errors import FieldError, ShinkoError, UnknownFieldError, UnreadableError
from shinko.export.notation.musicxml import musicxml_bytes
from shinko.files.formats import FORMATS, Job, Rendering
from shinko.files.render import render_text
from shinko.printable import escaped, in_one_line, is_printable, json_text
from shinko.score.progression import Progression, Section
from shinko.theory import Key, parse_token

CHORD = Progression((parse_token("1"),), Key.parse("C"), (4.0,))
# All of Unicode, halves of characters too, and more often what is likely to do harm.
HARMFUL = "\0\x1b\x07\x7f\x85\x9b\u202e\u2066\ufffe\uffff\ufdd0\U0001ffff\ud800\udfff\u2028\u00ad"
NEEDED = "\u200c\u200d\u200e\u200f\u061c"
texts = st.text(
    st.one_of(
        st.characters(categories=None, codec=None),
        st.sampled_from(HARMFUL + NEEDED + "aé進שם\U0001f305"),
    ),
    max_size=30,
)


def piece(text):
    return replace(CHORD, title=text, policy=text, sections=(Section(text, 1),))


def files(text, name):
    return list(FORMATS[name].make(Job(piece(text), Rendering((name,)))))


def is_harmful(char):
    """Told apart from the code under test: by the properties that Unicode publishes."""
    return (
        unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF")
        or unicodedata.bidirectional(char) in ("LRI", "RLI", "FSI", "PDI")
        or ord(char) % 0x10000 in (0xFFFE, 0xFFFF)
    )


@given(texts)
@example(HARMFUL)
def test_nothing_that_controls_a_terminal_or_turns_its_text_gets_out(text):
    assert not any(map(is_harmful, escaped(text)))


@given(texts)
@example("a\nb")
def test_the_message_of_an_error_is_one_line_that_may_be_printed(text):
    errors = [
        *(ShinkoError(f"{text}: no"), FieldError("key", [text], text, text)),
        *(UnknownFieldError(text, text), UnreadableError("key", text, ShinkoError(text))),
    ]
    for error in errors:
        assert all(map(is_printable, str(error)))
        assert escaped(text) in str(error)


@given(texts)
def test_a_text_without_harm_is_shown_as_it_is(text):
    plain = "".join(filter(is_printable, text))
    assert escaped(plain) == plain


def test_names_that_differ_look_different_on_a_terminal():
    assert escaped("a\x1b[31mb\u202ec\ufffed\ud800") == "a\\x1b[31mb\\u202ec\\ufffed\\ud800"


@given(texts)
@example(HARMFUL)
def test_a_line_of_a_file_has_nothing_harmful_and_stays_the_same_when_folded_again(text):
    line = in_one_line(text)
    assert not any(map(is_harmful, line))
    assert in_one_line(line) == line


def test_marks_of_direction_stay_where_letters_are_read_from_the_right():
    assert in_one_line("שיר C++\u200e!") == "שיר C++\u200e!"
    assert in_one_line("\u061cنص\u200f") == "\u061cنص\u200f"
    assert in_one_line("C++\u200e!") == "C++!"


def test_signs_round_arabic_numbers_are_seen_and_stay():
    assert in_one_line("\u0600١٢") == "\u0600١٢"


@given(texts)
@example(HARMFUL)
def test_json_reads_back_as_it_was_but_for_halves(text):
    written = json_text({"title": text})
    assert not any(is_harmful(char) for char in written)
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert len(json.loads(written)["title"]) in (len(text), len(whole))
    if text == whole:
        assert json.loads(written)["title"] == text


@settings(max_examples=60, deadline=None)
@given(texts)
@example(HARMFUL)
@pytest.mark.parametrize("name", [name for name, kind in FORMATS.items() if kind.is_text])
def test_a_text_of_any_characters_goes_into_every_format_that_is_text(name, text):
    shown = render_text(piece(text), name)
    assert shown.encode().decode() == shown
    assert not any(is_harmful(char) for char in shown if char != "\n")


@settings(max_examples=60, deadline=None)
@given(texts)
@example(HARMFUL)
def test_the_json_of_a_piece_is_read_again(text):
    again = Progression.from_dict(json.loads(render_text(piece(text), "json")))
    assert again.chords == CHORD.chords
    if not any(unicodedata.category(c) == "Cs" for c in text):
        assert (again.title, again.sections[0].name) == (text, text)


@settings(max_examples=60, deadline=None)
@given(texts)
@example(HARMFUL)
def test_musicxml_of_any_title_is_well_formed_and_has_it(text):
    root = etree.fromstring(musicxml_bytes(piece(text)))
    assert (root.findtext("work/work-title") or "") == in_one_line(text)


@settings(max_examples=60, deadline=None)
@given(texts)
@example(HARMFUL)
def test_midi_has_any_title_in_one_line(text):
    import mido

    (data,) = files(text, "midi")
    conductor = mido.MidiFile(file=io.BytesIO(data)).tracks[0]
    names = [message.name for message in conductor if message.type == "track_name"]
    told = names[0].encode("latin-1").decode("utf-8")
    assert told == (in_one_line(text) or "Chord progression")


@settings(max_examples=40, deadline=None)
@given(texts)
@example(HARMFUL)
@example("\ufffe")
def test_pages_of_any_title_are_well_formed(text):
    pytest.importorskip("verovio")
    for name in ("svg", "diagrams"):
        for page in files(text, name):
            etree.fromstring(page)


@settings(max_examples=25, deadline=None)
@given(texts)
@example(HARMFUL)
@example("\uffff")
def test_pdfs_of_any_title_are_made(text):
    pytest.importorskip("verovio")
    pytest.importorskip("svglib")
    for name in ("pdf", "diagrams-pdf"):
        (page,) = files(text, name)
        assert page.startswith(b"%PDF-")
