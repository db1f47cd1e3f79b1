"""Texts as files can hold them: one line, ASCII, names of files."""

from dataclasses import replace

import pytest

from shinko.files.render import render_text
from shinko.printable import in_one_line
from shinko.score.progression import Progression
from shinko.score.text import ascii_key, ascii_key_without_mode, ascii_name, file_name
from shinko.theory import QUALITIES, Key, parse_chord_name, parse_token
from shinko.theory.keys import MODES

CHORD = Progression((parse_token("1"),), Key.parse("C"), (4.0,))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  two\t doors\r\n(live)\x00", "two doors (live)"),
        ("a\u2028b\u2029c\udcffd", "a b c d"),
        ("co\u00adope\u200brate\ufeff", "cooperate"),
        ("夜\u3000明け", "夜 明け"),
        ("\n", ""),
    ],
)
def test_a_text_is_one_line_of_what_can_be_seen(text, line):
    assert in_one_line(text) == line


def test_joiners_stay_in_scripts_that_need_them_only():
    assert in_one_line("می\u200cخواهم") == "می\u200cخواهم"
    assert in_one_line("a\u200cb\u200d\ufeff") == "ab"


@pytest.mark.parametrize("name", ["txt", "abc", "chordpro", "nashville"])
def test_every_text_export_has_a_title_the_same_way(name):
    text = render_text(replace(CHORD, title="Two\nمی\u200cخواهم co\u00adop"), name)
    assert "Two می\u200cخواهم coop" in text


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("B♭maj7", "Bbmaj7"),
        ("F♯ø7", "F#m7b5"),
        ("Bø9", "Bm9b5"),
        ("F♯°", "F#dim"),
        ("G♯°7", "G#dim7"),
        ("E𝄫m", "Ebbm"),
        ("F𝄪7", "F##7"),
        ("A7♭9♭13", "A7b9b13"),
        ("D♭/A♭", "Db/Ab"),
        ("Am7", "Am7"),
    ],
)
def test_ascii_names(name, plain):
    assert ascii_name(name) == plain


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("root", ["C", "B♭", "F♯", "E𝄫"])
def test_ascii_names_are_ascii_and_mean_the_same_chord(root, quality):
    plain = ascii_name(root + quality)
    assert plain.isascii()
    assert parse_chord_name(plain) == parse_chord_name(root + quality)


@pytest.mark.parametrize(
    ("key", "text", "without_mode"),
    [
        ("A minor", "Am", "Am"),
        ("F#m", "F#m", "F#m"),
        ("Bb", "Bb", "Bb"),
        ("D dorian", "Ddor", "Dm"),
        ("F♯ phrygian", "F#phr", "F#m"),
        ("E♭ lydian", "Eblyd", "Eb"),
        ("G mixolydian", "Gmix", "G"),
    ],
)
def test_keys(key, text, without_mode):
    assert ascii_key(Key.parse(key)) == text
    assert ascii_key_without_mode(Key.parse(key)) == without_mode


@pytest.mark.parametrize("mode", MODES)
def test_a_key_is_read_back_as_programs_write_it(mode):
    for fifths in range(-7, 8):
        key = Key.of_signature(fifths, mode)
        assert Key.parse(ascii_key(key)) == key


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Blue in B♭: take 2/3", "Blue-in-Bb-take-2-3"),
        ("../../etc/passwd", "etc-passwd"),
        ("進行", "進行"),
        ("", "progression"),
        ("a" * 300, "a" * 60),
    ],
)
def test_a_title_becomes_a_file_s_name(title, name):
    assert file_name(title) == name
