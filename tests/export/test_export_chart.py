"""Charts and clipboard lines: columns, slashes, repeats, sections; what reads back is in intake."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from shinko.export.chart import chart_text, exact, number_text, one_line, shares_of
from shinko.score.bars import written
from shinko.score.progression import Progression, Section
from shinko.theory import Key, parse_token


def progression(tokens: str, beats: tuple[float, ...], **fields) -> Progression:
    return Progression(tuple(map(parse_token, tokens.split())), Key.parse("C"), beats, **fields)


SONG = progression(
    "1 5 1 5 6 4 1 17 b7 1",
    (4, 4, 4, 4, 8, 1.5, 2.5, 3, 1, 2),
    title="Two doors",
    tempo_bpm=92.5,
    sections=(Section("verse", 2), Section("verse", 2), Section("chorus", 6)),
)


def test_a_chart_has_a_head_sections_columns_and_repeats():
    assert chart_text(SONG) == (
        "key: C major  tempo: 92.5  meter: 4/4  title: Two doors\n"
        "\n"
        "[verse]\n"
        "|: C | G :| x2\n"
        "\n"
        "[chorus]\n"
        "| Am     | % | F*1.5 C*2.5 | Cmaj7 / / B♭ |\n"
        "| C N.C. |\n"
    )


def test_one_line_has_no_line_break():
    assert one_line(progression("27 57 17", (4, 4, 4))) == "Dm7 | G7 | Cmaj7"
    assert one_line(SONG) == ("|: C | G :| x2 || Am | % | F*1.5 C*2.5 | Cmaj7 / / B♭ | C N.C.")


def test_a_chord_goes_on_by_a_slash_after_a_bar_of_two():
    assert one_line(progression("1 5", (2, 10))) == "C G | / | %"


def test_a_repeat_over_two_lines_closes_on_the_last():
    chords = progression("1 4 5 1 6", (4.0,) * 5, sections=(Section("", 5, 3),))
    assert chart_text(chords).splitlines()[2:] == ["|: C  | F | G | C |", "|  Am :| x3"]


def test_three_four_and_six_eight_count_their_own_beats():
    assert one_line(progression("1 5", (2, 1), meter=(3, 4))) == "| C / G |"
    assert one_line(progression("1 5", (2.5, 0.5), meter=(6, 8))) == "| C / / / / G |"
    assert one_line(progression("1 5 4", (1.5, 3, 1.5), meter=(12, 8))) == "| C G / F |"
    assert one_line(progression("1 5", (2, 1), meter=(6, 8))) == "| C / / / G / |"
    assert one_line(progression("1 5", (3, 1), meter=(2, 2))) == "| C / / G |"


def test_a_name_and_a_title_stay_in_their_line():
    chords = progression("1", (4,), title="a\nb\x00c", sections=(Section("x]\n[y", 1),))
    head, _, name, _ = chart_text(chords).splitlines()
    assert head.endswith("title: a b c")
    assert name == "[x) (y]"


@given(st.lists(st.floats(1 / 16, 20), min_size=1, max_size=12))
def test_shares_sum_to_the_beats(beats):
    chords = progression("1 " * len(beats), tuple(beats))
    (passage,) = written(chords)
    sums = [Fraction()] * len(beats)
    for share in (share for bar in shares_of(chords, passage) for share in bar):
        assert share.beats > 0
        if share.chord is not None:
            sums[share.chord] += share.beats
    assert [float(total) for total in sums] == beats


@given(st.floats(1 / 16, 256))
def test_exact_is_the_number_itself(beats):
    assert float(exact(beats)) == beats
    assert float(number_text(beats)) == beats


def test_exact_finds_thirds():
    assert exact(1 / 3) == Fraction(1, 3)
    assert exact(2.7) == Fraction(27, 10)
