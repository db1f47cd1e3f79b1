"""Reasons, heat maps, suggestions and the best progressions, with numbers one can check by hand."""

import itertools
import math
import re

import numpy as np
import pytest

from shinko.disk import WriteError
from shinko.errors import ShinkoError
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.explain import best, explain, heat, read_slots, suggest
from shinko.songwriting.given import hear, read_given
from shinko.songwriting.ground import Ground, style_ground
from shinko.songwriting.heatmap import shown_chords, write_heatmap
from shinko.songwriting.questions import Statistics
from shinko.songwriting.styles import Style
from shinko.songwriting.teller import memory_teller, table_teller, teller_of
from shinko.songwriting.wishes import Wishes
from shinko.theory import Key

C = Key.parse("C")
# After a chord the next of I IV V vi comes at 0.7, each other one at 0.1; each begins at 0.25.
TABLE = "history,chord,probability\n" + "".join(
    [f",{chord},0.25\n" for chord in "1456"]
    + [f"{a},{b},{0.7 if a + b in '14 45 56 61' else 0.1}\n" for a in "1456" for b in "1456"]
)


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "round.csv"
    path.write_text(TABLE)
    return style_ground(Style.parse(str(path)), "real", temperature=1.0)


@pytest.fixture(scope="module")
def book(ground):
    return ChordBook(ground.process.tokens, C)


def indices(book, text):
    return np.array([min(slot) for slot in read_slots(text, book)])


def test_reasons_can_be_checked_by_hand(ground, book):
    told = explain(table_teller(ground), book, indices(book, "I IV I"))
    first, second, third = told.reasons
    assert (first.probability, second.probability, third.probability) == (0.25, 0.7, 0.1)
    assert (first.rank, second.rank, third.rank) == (1, 1, 2)
    assert first.leads_to[0] == ("IV", 0.7)
    assert (first.followed, second.followed, third.followed) == (0.7, 0.1, None)
    assert first.choice == pytest.approx(4.0)
    # I twice and IV once are e^0.6365 = 1.89 effective chords; without an I 2, without the IV 1.
    assert (first.adds, second.adds, third.adds) == (-0.11, 0.89, -0.11)
    # 0.7 once and 0.1 three times.
    entropy = -(0.7 * math.log(0.7) + 0.3 * math.log(0.1))
    assert second.choice == pytest.approx(math.exp(entropy), abs=0.005)
    assert told.log_probability == pytest.approx(math.log(0.25 * 0.7 * 0.1), abs=1e-4)
    # V instead of the last I is 0.7 / 0.1 times as likely: the best change.
    assert third.alternatives[0] == ("V", pytest.approx(-math.log(7), abs=1e-4))
    assert told.repair == (3, "V", pytest.approx(math.log(7), abs=1e-4))
    # Likelier are those with two steps of 0.7: 4 of 64, each 0.1225; together 0.49.
    assert told.rarer_than == pytest.approx(0.49, abs=5 * 0.5 / 4000**0.5)


def test_the_likeliest_has_no_repair(ground, book):
    told = explain(table_teller(ground), book, indices(book, "I IV V vi"))
    assert told.repair is None
    assert told.rarer_than == 0.0
    assert told.to_dict()["reasons"][0]["chord"] == "I"


def test_heat_is_the_exact_share_of_each_chord(ground, book):
    probabilities = heat(table_teller(ground), book, read_slots("I _ V", book))
    np.testing.assert_array_equal(probabilities[0], [1, 0, 0, 0])
    # Between I and V: 0.7 · 0.7 by IV; 0.1 · 0.1 by I and vi; 0.1 · 0.1 by V itself.
    expected = np.array([0.01, 0.49, 0.01, 0.01])
    np.testing.assert_allclose(probabilities[1], expected / expected.sum())


def test_suggestions_look_to_both_sides(ground, book):
    (name, chance), *_ = suggest(table_teller(ground), book, read_slots("I V V", book), 1)
    assert (name, chance) == ("IV", pytest.approx(0.49 / 0.52))
    (name, chance), *_ = suggest(table_teller(ground), book, [*read_slots("I IV", book), None], 2)
    assert (name, chance) == ("V", pytest.approx(0.7))


def test_the_best_that_differ(ground, book):
    found = best(ground, book, Wishes(start="any"), length=4, count=4, differ=4)
    assert sorted(names[0] for names, _ in found) == ["I", "IV", "V", "vi"]
    assert all(score == pytest.approx(math.log(0.25 * 0.7**3), abs=1e-4) for _, score in found)
    (only,) = best(ground, book, Wishes(fix="1=I 2=I 3=I 4=I"), length=4, count=3, differ=1)
    assert only == (("I",) * 4, pytest.approx(math.log(0.25 * 0.1**3), abs=1e-4))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "`chords`: no chords and no file; give some, such as 'Am7 D7 Gmaj7'"),
        (
            "I " * 65,
            f"`chords` '{'I ' * 30}…': expected 1 to 64 chords, not 65; take some of its bars with",
        ),
        ("I zz", "`chords`: chord 2, 'zz': a chord symbol with a root"),
    ],
)
def test_a_progression_that_cannot_be_read_is_told(book, text, message):
    with pytest.raises(ShinkoError) as told:
        read_slots(text, book)
    assert str(told.value).startswith(message)


def test_what_is_not_known_is_heard_as_the_nearest(book):
    """Of I IV V vi: Em has two of its three notes in common with C, and with G, the later one."""
    assert read_slots("Cmaj9 Fmaj7/A Gsus4 Em A7", book) == [{0}, {1}, {2}, {0}, {3}]


def test_bars_and_commas_may_stand_between_chords(book):
    assert read_slots("C | F, _ | Am", book) == [{0}, {1}, None, {3}]


@pytest.mark.parametrize(
    ("text", "wishes", "message"),
    [
        ("I _ IV", {"without": "V vi"}, "nothing fits in slot 2, between C at 1 and F at 3"),
        ("I _ I _ IV _", {"without": "V vi"}, "nothing fits in slot 4, between C at 3 and F at 5"),
        ("I _ _", {"without": "V vi", "end": "F"}, "nothing fits in slot 2 to 3, beside C at 1"),
        ("I _ I _ I", {"required": "IV V vi"}, "nothing fits in all free slots"),
    ],
)
def test_a_free_slot_without_a_way_through_names_both_sides(ground, book, text, wishes, message):
    """No chord comes twice in a row; where only I and IV are left, none fits between them."""
    given = read_given(text, C)
    limits = list(given.limits(hear(given, book), ""))
    asked, length = Wishes(repeats=False, **wishes), len(given.chords)
    with pytest.raises(ShinkoError) as told:
        best(ground, book, asked, length=length, count=1, differ=1, given=limits)
    assert str(told.value).startswith(f"{message}: `chords`, ")
    assert "; leave out `chords`" in str(told.value)


def test_a_picture_of_the_heat(ground, book, tmp_path):
    probabilities = heat(table_teller(ground), book, read_slots("I _ V _", book))
    rows = shown_chords(probabilities, 10)
    assert rows == [0, 1, 2, 3]
    assert shown_chords(probabilities, 2) == [0, 2]
    for kind, begin in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        path = tmp_path / f"heat.{kind}"
        write_heatmap(path, probabilities, rows, [book.numeral(row) for row in rows], "title")
        assert path.read_bytes().startswith(begin)
    with pytest.raises(
        ShinkoError, match=r"`picture` .*heat.pdf': expected a name that ends in .png or .svg"
    ):
        write_heatmap(tmp_path / "heat.pdf", probabilities, rows, ["I"] * 4, "")
    with pytest.raises(WriteError):
        write_heatmap(tmp_path / "no" / "heat.png", probabilities, rows, ["I"] * 4, "")


def test_a_ground_is_what_it_is_told(ground):
    assert isinstance(ground, Ground)
    assert ground.temperature == 1.0
    assert ground.process.rewards.shape == (1, 5, 4)


@pytest.fixture(scope="module")
def memory(tmp_path_factory):
    """The same table, which comes back as the built-in songs do."""
    path = tmp_path_factory.mktemp("table") / "round.csv"
    path.write_text(TABLE)
    return memory_teller(Style.parse(str(path)), "major")


def every(length):
    return np.array(list(itertools.product(range(4), repeat=length))).T


def test_a_heat_map_that_remembers_is_that_of_all_progressions(memory, book):
    """One free slot exactly; several by particles."""
    for text, tolerance in (("I IV I _ I", 1e-9), ("I _ I _ _", 0.04)):
        slots = read_slots(text, book)
        found = heat(memory, book, slots)
        chords = every(len(slots))
        chances = np.exp(memory.player.log_probability(chords))
        for slot, there in enumerate(slots):
            if there is not None:
                chances[~np.isin(chords[slot], list(there))] = 0.0
        chances /= chances.sum()
        expected = [np.bincount(row, chances, 4) for row in chords]
        np.testing.assert_allclose(found, expected, atol=tolerance)


def test_what_comes_back_is_told_in_words(memory, book):
    told = explain(memory, book, indices(book, "I IV V vi I IV V vi"))
    words = [reason.memory for reason in told.reasons]
    assert words[:5] == ["begins", "new here", "new here", "new here", "again"]
    for text in words[5:]:
        assert re.fullmatch(r"comes back after 4 chords, as \d+% of songs do here", text)
    assert told.told.endswith("all that was played counts")
    plain = explain(table_teller(memory.ground), book, indices(book, "I IV I IV"))
    assert {reason.memory for reason in plain.reasons} == {""}
    assert "alone" in plain.told


def test_the_share_of_songs_that_come_back_is_that_of_what_plays(memory, book):
    told = explain(memory, book, indices(book, "I IV I IV"))
    chords = every(4)
    chances = np.exp(memory.player.log_probability(chords))
    share = chances[(chords[2:] == chords[:2]).all(axis=0)].sum()
    (percent,) = re.findall(r"as (\d+)% of songs", told.reasons[3].memory)
    assert int(percent) / 100 == pytest.approx(share, abs=0.03)


def test_memory_and_table_are_asked_for_by_name(book):
    teller = teller_of(Statistics(), "minor")
    assert teller.told == "table pop, 430 songs in minor; all that was played counts"
    alone = teller_of(Statistics(memoryless=True), "minor")
    assert alone.told == "table pop alone; what it looks back on counts"
    assert (teller.chain is None, alone.chain is None) == (False, True)
