"""Wishes in words: what they allow in each slot, and how two that collide are told."""

from pathlib import Path

import pytest

from shinko.errors import FieldError, ShinkoError
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.sections import read_form
from shinko.songwriting.wishes import CADENCES, Wishes, read_wishes, told
from shinko.tables import load_table
from shinko.theory import Key
from shinko.theory.keys import MODES

MAJOR = ChordBook(("1", "4", "5", "57", "6", "2", "b7"), Key.parse("C"))
# In A minor: i, iv, V, V7, ♭VI, ♭III.
MINOR = ChordBook(("6", "2", "5/6", "57/6", "4", "1"), Key.parse("A minor"))


def constraints(wishes, book=MAJOR, form="", section=""):
    """Of a section of four slots."""
    form = read_form(form, None, 4)
    return read_wishes(wishes, form, dict.fromkeys(form.names, book)).constraints(section)


def allowed(wishes, book=MAJOR, form="", section=""):
    """The numerals that each slot may have, an empty set for all."""
    table = constraints(wishes, book, form, section).allowed
    return [
        set() if row.all() else {book.numeral(int(index)) for index in row.nonzero()[0]}
        for row in table
    ]


def test_a_diminished_seventh_is_found_however_it_is_spelled():
    key = Key.parse("C")
    book = ChordBook(("1", "vii°7/V", "77/5"), key)
    for text in ("♯iv°7", "vii°7/V", "F#°7"):
        assert book.find(text, "fix") == {1}
    assert book.find("F#m7b5", "fix") == {2}
    with pytest.raises(FieldError, match="one of the 3 chords known here"):
        book.find("♯i°7", "fix")


def test_locks_are_for_their_slots_alone():
    assert allowed(Wishes(fix="1=I 3=V7|G 4=Am", start="any")) == [
        *({"I"}, set(), {"V7", "V"}, {"vi"})
    ]


def test_the_first_chord_is_what_somebody_says_or_any():
    assert allowed(Wishes())[0] == set()
    assert allowed(Wishes(start="any"))[0] == set()
    assert allowed(Wishes(start="tonic"))[0] == {"I"}
    assert allowed(Wishes(start="F"))[0] == {"IV"}
    assert allowed(Wishes(fix="1=IV"))[0] == {"IV"}
    assert allowed(Wishes(start="tonic"), form="AB", section="B")[0] == set()
    assert allowed(Wishes(start="tonic"), MINOR)[0] == {"i"}


def test_slots_that_a_plan_ties_may_have_what_all_of_them_may():
    assert allowed(Wishes(plan="AA", fix="1=I|V 3=V|vi"))[:3:2] == [{"V"}, {"V"}]
    with pytest.raises(ShinkoError) as error:
        allowed(Wishes(plan="AA", fix="1=I 3=V"))
    assert str(error.value) == (
        "`fix` 1=I and `fix` 3=V collide with `plan` AA, where chord 3 is chord 1 again; leave one "
        "of them out"
    )


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
    assert allowed(Wishes(end=cadence), form="AB", section="A")[-2:] == [set(), set()]


# The white keys as chords, from each of their tonics; E minor's V beside them.
WHITE = ("1", "2", "3", "4", "5", "6", "7", "27", "37", "57", "67", "5/6", "b7")


def modal(name):
    return ChordBook(WHITE, Key.parse(name))


@pytest.mark.parametrize(
    ("key", "tonic"),
    [("D dorian", "i"), ("E phrygian", "i"), ("F lydian", "I"), ("G mixolydian", "I")],
)
def test_the_first_chord_is_the_tonic_of_the_mode(key, tonic):
    book = modal(key)
    assert allowed(Wishes(start="tonic"), book)[0] == {tonic}
    assert {book.chords[i].root(book.key) for i in book.tonic()} == {book.key.tonic}


@pytest.mark.parametrize(
    ("key", "cadence", "last", "end"),
    [
        ("D dorian", "authentic", {"IV", "IV7", "♭VII", "v", "v7"}, {"i"}),
        ("D dorian", "half", set(), {"v"}),
        ("D dorian", "plagal", {"IV"}, {"i"}),
        ("D dorian", "deceptive", {"v", "v7", "♭VII"}, {"♭VI"}),
        ("E phrygian", "authentic", {"♭II", "♭vii", "♭vii7"}, {"i"}),
        ("E phrygian", "half", set(), {"♭II", "♭vii"}),
        ("E phrygian", "plagal", {"iv"}, {"i"}),
        ("E phrygian", "deceptive", {"♭II", "♭vii", "♭vii7"}, {"♭VI"}),
        ("F lydian", "authentic", {"II", "II7", "V", "vii"}, {"I"}),
        ("F lydian", "half", set(), {"V", "II"}),
        ("F lydian", "deceptive", {"V", "II"}, {"vi"}),
        ("G mixolydian", "authentic", {"♭VII", "v", "v7"}, {"I"}),
        ("G mixolydian", "half", set(), {"v", "♭VII"}),
        ("G mixolydian", "plagal", {"IV"}, {"I"}),
        ("G mixolydian", "deceptive", {"♭VII", "v", "v7"}, {"vi"}),
    ],
)
def test_cadences_of_the_modes(key, cadence, last, end):
    assert allowed(Wishes(end=cadence), modal(key))[-2:] == [last, end]


def test_lydian_has_no_plagal_cadence():
    with pytest.raises(FieldError) as error:
        constraints(Wishes(end="plagal"), modal("F lydian"))
    assert str(error.value) == (
        "`end` 'plagal': expected authentic, half, deceptive, or the last chords, in F lydian"
    )


@pytest.mark.parametrize("mode", MODES)
def test_every_cadence_of_a_mode_is_known_to_the_table_that_ships(mode):
    book = ChordBook(load_table("pop").vocabulary, Key.of_signature(0, mode))
    for cadence, modes in CADENCES.items():
        if mode in modes:
            assert all(map(len, allowed(Wishes(end=cadence), book)[-len(modes[mode].split()) :]))


@pytest.mark.parametrize("page", ["songwriting.md", "ja/songwriting.md"])
def test_the_docs_tell_the_cadences_of_each_mode(page):
    text = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
    for name, modes in CADENCES.items():
        told = " | ".join([f"`{name}`", *(modes.get(mode, "–") for mode in MODES)])
        assert f"| {told} |" in text


def test_an_ending_of_ones_own():
    assert allowed(Wishes(end="ii V I"))[1:] == [{"ii"}, {"V"}, {"I"}]


def test_locks_of_a_section_are_for_it_alone():
    wishes = Wishes(fix="1=I B:2=vi", start="any")
    assert allowed(wishes, form="AB", section="A") == [{"I"}, set(), set(), set()]
    assert allowed(wishes, form="AB", section="B") == [{"I"}, {"vi"}, set(), set()]


def test_what_is_counted_and_remembered_is_passed_on():
    asked = constraints(Wishes(required="vi, ii", most=2, repeats=False, loop=True))
    assert [MAJOR.numeral(chord) for chord in asked.required] == ["vi", "ii"]
    assert (asked.most, asked.repeats, asked.loops) == (2, False, True)
    assert not constraints(Wishes(loop=True), form="AB", section="A").loops


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        (Wishes(fix="4=IV", end="authentic"), "`end` authentic collides with `fix` 4=IV at chord"),
        (Wishes(fix="1=IV", start="I"), "`start` I collides with `fix` 1=IV at chord 1; leave one"),
        (Wishes(fix="2=vi", without="vi"), "`without` vi collides with `fix` 2=vi at chord 2"),
        (Wishes(fix="2=vi 2=I"), "`fix` 2=I collides with `fix` 2=vi at chord 2"),
        (Wishes(required="vi", without="vi"), "`with` vi collides with `without` vi; leave one"),
        (
            Wishes(fix="2=I 3=I", repeats=False),
            "`fix` 2=I and `fix` 3=I repeat I, which `no_repeat` forbids",
        ),
        (Wishes(fix="5=I"), "`fix` '5=I': expected a slot from 1 to 4; raise `length`"),
        (Wishes(fix="0=I"), "`fix` '0=I': expected a slot from 1 to 4"),
        (Wishes(fix="9" * 5000 + "=I"), f"`fix` '{'9' * 100}…': expected a slot from 1 to 4;"),
        (Wishes(fix="I"), "`fix` 'I': expected a slot and a chord, such as 4=V7"),
        (Wishes(fix="2=|"), "`fix` '2=|': expected a chord, such as V7, or several, such as V7|V"),
        (Wishes(fix="2=zz"), "`fix`: chord 'zz'"),
        (Wishes(fix="2=Cmaj9 2=C6"), "`fix` 2=C6 collides with `fix` 2=Cmaj9 at chord 2"),
        (Wishes(fix="1=Cadd9", start="I"), "`start` I collides with `fix` 1=Cadd9 at chord 1"),
        (Wishes(fix="2=V11", without="G11"), "`without` V11 collides with `fix` 2=V11 at chord 2"),
        (Wishes(end="imperfect"), "`end` 'imperfect': expected authentic, half, plagal, deceptive"),
        (Wishes(end="I IV V I IV"), "`end` 'I IV V I IV': expected at most 4 chords, the `length`"),
    ],
)
def test_wishes_that_cannot_be_are_told_by_name(wishes, message):
    with pytest.raises(ShinkoError) as error:
        constraints(wishes)
    assert str(error.value).startswith(message)


def test_a_wish_out_of_range_is_refused_as_it_is_made():
    with pytest.raises(FieldError, match=r"^`most` 0: expected at least 1$"):
        Wishes(most=0)


def test_wishes_are_told_as_one_would_write_them():
    wishes = Wishes(
        fix="1=I 2=V", end="half", required="vi", loop=True, most=2, repeats=False, without="ii"
    )
    assert list(told(wishes).values()) == [
        *('`fix` "1=I 2=V"', "`end` half", "`without` ii", "`with` vi", "`loop`", "`most` 2"),
        "`no_repeat`",
    ]
    assert told(Wishes()) == {}
    assert list(told(wishes)) == [*("fix", "end", "without", "with", "loop", "most", "no_repeat")]


def test_a_wish_left_out_leaves_the_others():
    wishes = Wishes(
        fix="2=V", end="half", required="vi", plan="AB", loop=True, most=2, repeats=False
    )
    brief = read_wishes(wishes, read_form("", None, 4), {"": MAJOR})
    full = brief.constraints("")
    for wish in brief.wishes:
        left = brief.without(wish).constraints("")
        gone_of = {
            "fix": left.allowed[1].all(),
            "end": left.allowed[3].all(),
            "with": left.required == (),
            "loop": not left.loops,
            "most": left.most is None,
            "no_repeat": left.repeats,
            "plan": not left.unlike,
        }
        assert [name for name, gone in gone_of.items() if gone] == [wish]
    assert full.allowed.sum() == 7 + 1 + 7 + 1
    begun = read_wishes(Wishes(start="IV"), read_form("", None, 4), {"": MAJOR})
    assert begun.without("start").constraints("").allowed.all()
