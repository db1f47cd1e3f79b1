"""Patterns: rows of steps, files of one's own, and what is wrong with them in one line."""

import os
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.errors import FieldError, ShinkoError
from shinko.score.instruments import DRUMS, INSTRUMENTS, InstrumentError, program_of
from shinko.score.pattern import find_pattern, pattern_names, read_pattern
from shinko.score.steps import Hit, PatternError, read_row

REGGAE = """
about = "Off the beat"
voicing = "open"
humanize = 0.2

[chords]
instrument = "drawbar organ"
velocity = 70

["4/4".chords]
all = ".x.x.x.x"

["4/4".drums]
kick = "....x..."
"""


def test_a_row_is_read_sign_by_sign():
    row = read_row("kick", "X-.o x---")
    eighth = Fraction(1, 8)
    assert (row.bars, row.steps) == (1, 8)
    assert row.hits == (
        Hit(0 * eighth, 2 * eighth, 14),
        Hit(3 * eighth, eighth, -18),
        Hit(4 * eighth, 4 * eighth, 0),
    )


def test_bars_follow_each_other_and_notes_ring_over_the_line():
    row = read_row("root", "| x--x | --.. |")
    quarter = Fraction(1, 4)
    assert (row.bars, row.steps) == (2, 4)
    assert [(hit.start, hit.length) for hit in row.hits] == [
        (0, 3 * quarter),
        (3 * quarter, 3 * quarter),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x-!-", "kick: sign 3, '!', is not known; write X, x or o for a stroke"),
        ("x--- | x--", r"has bars of 4, 3 steps; give each bar as many"),
        ("", "has bars of 0 steps"),
        ("x" * 2000, "row of 2000 signs; give 1024 at most"),
    ],
)
def test_a_row_that_can_not_be_read_says_where(text, message):
    with pytest.raises(PatternError, match=message):
        read_row("kick", text)


def test_the_patterns_that_come_along_are_all_read():
    names = pattern_names()
    assert names[0] == "block"
    assert {"arpeggio", "strum", "ballad", "bossa", "pop-rock", "waltz", "eight-bit"} <= set(names)
    for name in names:
        pattern = find_pattern(name)
        assert pattern.about
        assert {"chords", "bass"} <= set(pattern.parts)


def test_a_pattern_of_ones_own_is_a_file(tmp_path):
    path = tmp_path / "reggae.toml"
    path.write_text(REGGAE)
    pattern = find_pattern(str(path))
    assert (pattern.name, pattern.voicing, pattern.meters) == ("reggae", "open", ("4/4",))
    assert pattern.parts["chords"].program == 16
    assert list(pattern.parts) == ["chords", "drums"]


def wrong(old: str, new: str) -> str:
    assert old in REGGAE
    return REGGAE.replace(old, new)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("= 3", "pattern 'my.toml': not TOML: "),
        ('about = "x"', "pattern 'my.toml': no meter; add a table such as"),
        (wrong("voicing =", "voicign ="), "'voicign' is not known; known: about, voicing,"),
        (wrong('"open"', '"wide"'), "voicing 'wide' is not known; known: close, "),
        (wrong("0.2", "2"), "humanize is 2; give a number from 0 to 1"),
        (wrong("0.2", "true"), "humanize is True; give a number from 0 to 1"),
        (wrong("velocity = 70", "velocity = 200"), "velocity is 200; give a number from 20 to 110"),
        (wrong("drawbar", "drawbridge"), "instrument 'drawbridge organ' is not known; try "),
        (wrong("velocity = 70", 'follow = "me"'), "chords: follow 'me'; give 'bar' or 'chord'"),
        (wrong("kick =", "boom ="), "4/4 drums: 'boom' is not known; known: kick, rim, snare"),
        (wrong('"....x..."', "4"), "4/4 drums: kick is 4; give steps such as 'x---'"),
        (wrong('"....x..."', '"..q."'), "4/4 drums: kick: sign 3, 'q', is not known"),
        (
            wrong('"....x..."', '"x......"'),
            "kick has 7 steps a bar, which don't come out even; give 6 or 8",
        ),
        (
            wrong('"....x..."', f'"x{"." * 55}"'),
            "kick has 56 steps a bar, which don't come out even; give 48 or 60",
        ),
        (wrong('"....x..."', f'"x{"." * 191}..."'), "kick: 195 steps a bar; give 192 at most"),
        (wrong('"....x..."', f'"x{"|x" * 32}"'), "kick: row of 33 bars; give 32 at most"),
        (wrong("velocity = 70", f"velocity = 1{'0' * 5000}"), "a number is too long; shorten it"),
        (
            wrong("velocity = 70", f"velocity = 0x{'f' * 5000}"),
            "velocity is a number of more than 60 digits; give",
        ),
        (
            wrong('"open"', f'"{"wide" * 1000}"'),
            f"voicing '{('wide' * 15)[:59]}… is not known; known: close",
        ),
        (wrong("4/4", "04/4"), "meter '04/4'; give one such as '4/4'"),
        ('["4/4"]', "4/4: nothing is struck; add rows such as all = 'x---' for chords"),
        ('["4/4".chords]', "4/4: nothing is struck; add rows"),
        ('["4/4".chords]\nall = "...."', "4/4: nothing is struck; add rows"),
        (
            REGGAE + '["4/4".drums.fill]\nkick = "x | x"',
            "4/4 drums fill: kick has 2 bars; give one",
        ),
        (
            REGGAE + '["4/4".drums.end]\nboom = "x"',
            "4/4 drums end: 'boom' is not known; known: kick",
        ),
        (REGGAE + '["4/4".bass.end]\nroot = "x"', "4/4 bass: end without rows beside it; say what"),
        (REGGAE.replace("[chords]", "fill = 3\n[chords]"), "'fill' is not known; known: about"),
        (
            wrong('kick = "....x..."', 'kick = "x"\nend = 3'),
            "4/4 drums end is 3; give rows such as kick =",
        ),
        (wrong("4/4", "4/5"), "meter '4/5'; give one such as '4/4'"),
        (wrong("4/4", "0/0"), "meter '0/0'; give one such as '4/4'"),
        (wrong('["4/4".drums]', '["4/4".horns]'), "4/4: 'horns' is not known; known: chords, bass"),
        ('["4/4"]\nchords = 3', "4/4 chords is 3; give rows such as all = 'x---'"),
        ("chords = 3\n" + REGGAE.split("[chords]")[0] + '["4/4".chords]\nall = "x"', "chords is 3"),
    ],
)
def test_a_wrong_pattern_says_file_place_and_way_out(text, message):
    with pytest.raises(PatternError, match=r"pattern 'my\.toml': ") as error:
        read_pattern("my", text.encode(), where="my.toml")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        (
            "polka",
            FieldError,
            "`style` 'polka': expected one of block, arpeggio, .*; give a .toml file of yours",
        ),
        (
            "missing.toml",
            PatternError,
            "pattern 'missing.toml': No such file or directory; give another file",
        ),
    ],
)
def test_a_pattern_that_is_not_there_is_told(name, error, message):
    with pytest.raises(error, match=message):
        find_pattern(name)


def test_a_file_may_have_an_upper_case_ending_and_a_byte_order_mark(tmp_path):
    path = tmp_path / "REGGAE.TOML"
    path.write_bytes(b"\xef\xbb\xbf" + REGGAE.encode())
    assert find_pattern(str(path)).voicing == "open"


def test_what_is_no_file_is_not_opened(tmp_path):
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)  # opened, it would wait for a writer for ever
    with pytest.raises(PatternError, match=r"pipe\.toml': not a file; give another"):
        find_pattern(str(pipe))
    with pytest.raises(PatternError, match=r"null (character|byte)"):
        find_pattern("a\0b.toml")


def test_a_fill_and_an_end_stand_beside_the_rows_that_they_take_the_place_of():
    text = REGGAE + '["4/4".drums.fill]\nsnare = "..xx"\n["4/4".drums.end]\ncrash = "X"\n'
    groove = read_pattern("my", text.encode(), where="my.toml").parts["drums"].groove("4/4")
    assert [row.voice for row in (*groove.rows, *groove.fill, *groove.end)] == [
        "kick",
        "snare",
        "crash",
    ]


def test_the_patterns_that_come_along_have_an_end_and_their_drums_a_fill():
    for name in pattern_names()[1:]:  # a chord of block is held anyway
        for part, played in find_pattern(name).parts.items():
            for groove in played.grooves.values():
                assert groove.end
                assert bool(groove.fill) == (part == "drums")


def test_a_pattern_file_of_megabytes_is_not_read(tmp_path):
    path = tmp_path / "large.toml"
    path.write_bytes(b"#" * 100_000)
    with pytest.raises(PatternError, match="is larger than 65,536 bytes; shorten it"):
        find_pattern(str(path))


def said_of(data: bytes) -> str:
    """What is said of a file; any other error than the project's own fails the test."""
    try:
        return read_pattern("my", data, where="my.toml").name
    except ShinkoError as error:
        return str(error)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_pattern_or_one_clear_line(data):
    assert said_of(data).startswith(("my", "pattern 'my.toml': "))


@given(st.integers(0, len(REGGAE) - 1), st.sampled_from('x"=[]{}0-.é\n'))
def test_a_slip_of_the_pen_is_one_clear_line(place, sign):
    text = REGGAE[:place] + sign + REGGAE[place + 1 :]
    assert said_of(text.encode()).startswith(("my", "pattern 'my.toml': "))


def test_instruments_are_those_of_general_midi():
    # Landmarks of the sound set: the first of several families, and the last program.
    for program, name in ((0, "acoustic grand piano"), (24, "acoustic guitar (nylon)")):
        assert INSTRUMENTS[program] == name
    for name, program in (("violin", 40), ("Flute", 73), ("lead 1", 80), ("nylon", 24)):
        assert program_of(name) == program
    assert (len(INSTRUMENTS), program_of("gunshot")) == (128, 127)
    assert all(35 <= key <= 81 for key in DRUMS.values())


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("vioiln", "instrument 'vioiln' is not known; try 'violin'"),
        ("viol", "try 'violin', 'viola'"),
        ("", "a General MIDI name, such as 'flute'"),
    ],
)
def test_an_unknown_instrument_is_told_with_what_is_near(name, message):
    with pytest.raises(InstrumentError, match=message):
        program_of(name)
