"""Wishes in words: what they allow in each slot, and how two that collide are told."""

import pytest

from shinko.errors import ShinkoError
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.wishes import Wishes, constraints_of
from shinko.theory import Key

MAJOR = ChordBook(("1", "4", "5", "57", "6", "2", "b7"), Key.parse("C"))
# In A minor: i, iv, V, V7, ♭VI, ♭III.
MINOR = ChordBook(("6", "2", "5/6", "57/6", "4", "1"), Key.parse("A minor"))


def allowed(wishes, book=MAJOR, length=4, **where):
    """The numerals that each slot may have, an empty set for all."""
    table = constraints_of(wishes, book, length, **where).allowed
    return [
        set() if row.all() else {book.numeral(int(index)) for index in row.nonzero()[0]}
        for row in table
    ]


def test_locks_are_for_their_slots_alone():
    assert allowed(Wishes(fix="1=I 3=V7|G 4=Am", start="any")) == [
        *({"I"}, set(), {"V7", "V"}, {"vi"})
    ]


def test_the_first_chord_is_the_tonic_unless_somebody_says_otherwise():
    assert allowed(Wishes())[0] == {"I"}
    assert allowed(Wishes(start="any"))[0] == set()
    assert allowed(Wishes(start="F"))[0] == {"IV"}
    assert allowed(Wishes(fix="1=IV"))[0] == {"IV"}
    assert allowed(Wishes(without="I"))[0] == {"IV", "V", "V7", "vi", "ii", "♭VII"}
    assert allowed(Wishes(), first=False)[0] == set()
    assert allowed(Wishes(), MINOR)[0] == {"i"}


@pytest.mark.parametrize(
    ("cadence", "major", "minor"),
    [
        ("authentic", [{"V", "V7"}, {"I"}], [{"V", "V7"}, {"i"}]),
        ("half", [set(), {"V"}], [set(), {"V"}]),
        ("plagal", [{"IV"}, {"I"}], [{"iv"}, {"i"}]),
        ("deceptive", [{"V", "V7"}, {"vi"}], [{"V", "V7"}, {"♭VI"}]),
    ],
)
def test_cadences_by_name(cadence, major, minor):
    assert allowed(Wishes(end=cadence))[-2:] == major
    assert allowed(Wishes(end=cadence.title()), MINOR)[-2:] == minor
    assert allowed(Wishes(end=cadence), last=False)[-2:] == [set(), set()]


def test_an_ending_of_ones_own():
    assert allowed(Wishes(end="ii V I"))[1:] == [{"ii"}, {"V"}, {"I"}]


def test_locks_of_a_section_are_for_it_alone():
    wishes = Wishes(fix="1=I B:2=vi", start="any")
    assert allowed(wishes, section="A") == [{"I"}, set(), set(), set()]
    assert allowed(wishes, section="B") == [{"I"}, {"vi"}, set(), set()]


def test_what_is_counted_and_remembered_is_passed_on():
    asked = constraints_of(
        Wishes(required="vi, ii", most=2, repeats=False, loop=True), MAJOR, 4, last=True
    )
    assert [MAJOR.numeral(chord) for chord in asked.required] == ["vi", "ii"]
    assert (asked.most, asked.repeats, asked.loops) == (2, False, True)
    assert not constraints_of(Wishes(loop=True), MAJOR, 4, last=False).loops


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        (Wishes(fix="4=IV", end="authentic"), "--end authentic collides with --fix 4=IV at chord"),
        (Wishes(fix="1=IV", start="I"), "--start I collides with --fix 1=IV at chord 1; leave one"),
        (Wishes(fix="2=vi", without="vi"), "--without vi collides with --fix 2=vi at chord 2"),
        (Wishes(fix="2=vi 2=I"), "--fix 2=I collides with --fix 2=vi at chord 2"),
        (Wishes(required="vi", without="vi"), "--with vi collides with --without vi; leave one"),
        (Wishes(fix="2=I 3=I", repeats=False), "--fix 2=I and --fix 3=I repeat I, which --no-rep"),
        (Wishes(fix="5=I"), "--fix 5=I: expected a slot from 1 to 4; make it longer with --length"),
        (Wishes(fix="0=I"), "--fix 0=I: expected a slot from 1 to 4"),
        (Wishes(fix="I"), "--fix I: expected a slot and a chord, such as 4=V7"),
        (Wishes(fix="2=|"), "--fix 2=|: expected a chord, such as V7, or several, such as V7|V"),
        (Wishes(fix="2=zz"), "--fix 2=zz: chord 'zz'"),
        (Wishes(fix="2=iii"), "--fix 2=iii: iii is not among the 7 chords known here; the commo"),
        (Wishes(end="imperfect"), "--end imperfect: expected authentic, half, plagal, deceptive"),
        (Wishes(end="I IV V I IV"), "--end I IV V I IV: 5 chords; expected at most 4"),
        (Wishes(most=0), "--most 0: expected 1 or more"),
    ],
)
def test_wishes_that_cannot_be_are_told_by_name(wishes, message):
    with pytest.raises(ShinkoError) as told:
        constraints_of(wishes, MAJOR, 4)
    assert str(told.value).startswith(message)


def test_wishes_are_told_as_one_would_write_them():
    wishes = Wishes(
        fix="1=I 2=V", end="half", required="vi", loop=True, most=2, repeats=False, without="ii"
    )
    assert wishes.told() == [
        *('--fix "1=I 2=V"', "--end half", "--without ii", "--with vi", "--loop", "--most 2"),
        "--no-repeat",
    ]
    assert Wishes().told() == []
    assert [name for name, _ in wishes.without_one()] == [
        *("--fix", "--end", "--without", "--with", "--loop", "--most", "--no-repeat")
    ]
