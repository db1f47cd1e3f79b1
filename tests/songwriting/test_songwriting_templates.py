"""Templates: what their slots allow is kept to, held chords are held, and what collides is told."""

import pytest

from shinko.errors import FieldError, ShinkoError
from shinko.rl.policy import shipped_policy
from shinko.score.progression import Progression
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.compose import ComposeRequest, compose
from shinko.songwriting.forms import HELD, TEMPLATES
from shinko.songwriting.requests import Wishes
from shinko.songwriting.templates import laid_out
from shinko.tables.builtin import load_table
from shinko.theory import Key, roman_from_name

C, A_MINOR = Key.parse("C"), Key.parse("A minor")
KEYS = {"major": C, "minor": A_MINOR}


def composed(template, **asked):
    key = asked.pop("key", KEYS[TEMPLATES[template].mode])
    request = {"count": 6, "seed": 1, **asked}
    return compose(shipped_policy(), ComposeRequest(key=key, template=template, **request))


def words(template):
    return TEMPLATES[template].slots.split()


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_slot_of_a_template_can_be_read(name):
    key = KEYS[TEMPLATES[name].mode]
    for slot, word in enumerate(words(name), 1):
        if word.startswith("="):
            assert not words(name)[int(word[1:]) - 1].startswith(("=", HELD))
            assert int(word[1:]) < slot
        else:
            for chord in word.split("|"):
                assert chord == HELD or roman_from_name(chord, key)
    assert not words(name)[0].startswith((HELD, "="))
    assert len(words(name)) <= 64
    assert len(words(name)) % TEMPLATES[name].per_bar == 0


@pytest.mark.parametrize(
    ("name", "bars"),
    [("blues", 12), ("blues-quick", 12), ("blues-minor", 12), ("blues-jazz", 12), ("rhythm", 32)],
)
def test_forms_have_their_bars(name, bars):
    assert TEMPLATES[name].length == bars * TEMPLATES[name].per_bar
    for one in composed(name, table="jazz", count=2):
        assert sum(one.beats) == 4 * bars


@pytest.mark.parametrize("table", ["pop", "jazz", "songbook"])
@pytest.mark.parametrize("name", TEMPLATES)
def test_what_is_composed_keeps_to_the_template(name, table):
    slot_beats = 4 / TEMPLATES[name].per_bar
    for one in composed(name, table=table):
        sounding = [
            chord
            for chord, beats in zip(one.chords, one.beats, strict=True)
            for _ in range(round(beats / slot_beats))
        ]
        sounds = [(c.pitch_classes(one.key), c.bass(one.key)) for c in sounding]
        for slot, (word, sound) in enumerate(zip(words(name), sounds, strict=True)):
            allowed = [
                (c.pitch_classes(one.key), c.bass(one.key))
                for c in (roman_from_name(t, one.key) for t in word.split("|") if t[0] not in "%=")
            ]
            if word.startswith(HELD):
                allowed.append(sounds[slot - 1])
            if word.startswith("="):
                allowed.append(sounds[int(word[1:]) - 1])
            assert sound in allowed


def test_a_blues_is_shown_in_sevenths():
    found = {one.roman_numerals for one in composed("blues", count=20)}
    first = ("I7", "I7", "I7", "I7", "IV7", "IV7", "I7", "I7", "V7")
    assert {numerals[:9] for numerals in found} == {first}
    # Bar ten may hold V7, bar twelve I7: four ways.
    assert {numerals[9:] for numerals in found} == {
        (ten, "I7", twelve) for ten in ("V7", "IV7") for twelve in ("I7", "V7")
    }


def test_rhythm_changes_come_back_after_the_bridge():
    for one in composed("rhythm", table="jazz"):
        half_bars = [
            n for n, b in zip(one.names, one.beats, strict=True) for _ in range(int(b / 2))
        ]
        assert half_bars[:12] == half_bars[16:28] == half_bars[48:60]
        assert half_bars[32:48] == ["E7"] * 4 + ["A7"] * 4 + ["D7"] * 4 + ["G7"] * 4


def test_rhythm_changes_fall_into_four_sections():
    for one in composed("rhythm", table="jazz"):
        assert [section.name for section in one.sections] == ["A", "A'", "B", "A'"]
        begin = 0
        for section in one.sections:
            assert sum(one.beats[begin : begin + section.length]) == 32
            begin += section.length
    (blues,) = composed("blues", count=1)
    assert blues.sections == ()


def test_a_held_chord_is_one_in_its_bar():
    (one, *_) = composed("blues-jazz", table="jazz")
    assert one.beats[:2] == (4.0, 4.0) or one.names[1] != one.names[2]
    assert set(one.beats) == {2.0, 4.0}


def test_a_template_goes_round_as_often_as_the_length_says():
    (one,) = composed("axis", length=12, count=1)
    assert len(one.chords) == 12
    roots = [chord.root(C).pitch_class for chord in one.chords]
    assert roots == [0, 7, 9, 5] * 3


@pytest.mark.parametrize("length", [2, 8, 13])
def test_other_lengths_are_told(length):
    with pytest.raises(FieldError, match=rf"`length` {length}: expected 12 chords, .* 24 for two"):
        composed("blues", length=length)


def test_sections_of_a_form_each_play_the_template():
    (one,) = composed("blues-jazz", form="A A", count=1, table="jazz")
    assert [section.name for section in one.sections] == ["A", "A"]
    assert sum(one.beats) == 96
    half = len(one.chords) // 2
    assert one.names[:half] == one.names[half:]
    assert Progression.from_dict(one.to_dict()) == one


def test_beats_of_a_slot_may_be_given():
    (one,) = composed("rhythm", beats_per_chord=1.0, count=1)
    assert sum(one.beats) == 64


def test_a_lock_chooses_among_what_a_slot_allows():
    for one in composed("blues", wishes=Wishes(fix="10=IV7 12=I7")):
        assert (one.roman_numerals[9], one.roman_numerals[11]) == ("IV7", "I7")
    held = composed("blues", wishes=Wishes(fix="2=I7 10=V7"))
    assert {one.roman_numerals[9] for one in held} == {"V7"}


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ({"fix": "4=ii"}, "`fix` 4=ii collides with `template` blues, which has I7 there"),
        ({"fix": "10=ii"}, "`fix` 10=ii collides with `template` blues, which has IV7 there"),
        ({"start": "IV"}, "`start` IV collides with `template` blues, which has I7 there"),
        ({"required": "vi"}, "`with` vi collides with `template` blues"),
        ({"plan": "AABA"}, "`plan` 'AABA': expected none beside `template` blues"),
        ({"fix": "13=I"}, "a slot from 1 to 12"),
        ({"most": 2}, "leave out `template` or `most`"),
    ],
)
def test_what_collides_with_a_template_is_told_with_both_names(wishes, told):
    with pytest.raises(ShinkoError, match=told):
        composed("blues", wishes=Wishes(**wishes))


def test_locks_that_a_template_ties_collide_by_name():
    fix = Wishes(fix="1=I 17=Imaj7")
    with pytest.raises(ShinkoError, match=r"`fix` 17=Imaj7 .*collide"):
        composed("rhythm", table="jazz", wishes=fix)


@pytest.mark.parametrize(
    ("name", "key", "told"),
    [
        ("blues", "A minor", "expected a key in major, not A minor; take `key` 'A major'"),
        ("andalusian", "C", "expected a key in minor, not C major; take `key` 'C minor'"),
        ("blues", "G mixolydian", "take `key` 'G major'"),
    ],
)
def test_a_template_of_another_mode_is_told(name, key, told):
    with pytest.raises(FieldError, match=told):
        composed(name, key=Key.parse(key))


def test_a_table_without_the_chords_of_a_template_is_told():
    with pytest.raises(FieldError, match=r"a table that knows IV7.*such as `table` jazz"):
        composed("blues", table="hymns")


def test_an_unknown_template_is_told():
    with pytest.raises(FieldError, match="`template` 'polka': expected one of blues, blues-quick"):
        ComposeRequest(template="polka")


def test_the_same_seed_gives_the_same_pieces_held_alike():
    assert composed("blues-jazz", table="jazz") == composed("blues-jazz", table="jazz")
    ways = {one.beats for one in composed("blues-jazz", table="jazz", count=12)}
    assert len(ways) > 3


def test_the_optimum_of_a_table_plays_templates_too():
    for one in composed("circle", memoryless=True, length=8):
        assert len(one.chords) == 8


def test_changes_tell_which_of_them_sounds():
    (first, *_) = laid_out("blues", None, C)  # all held
    assert first.begins == (0, 4, 6, 8, 10)
    assert [first.at(slot) for slot in (0, 3, 4, 9, 11)] == [0, 0, 1, 3, 4]
    assert list(first.strokes([7, 8, 7, 9, 7])) == [
        *[(7, 1)] * 4,
        *[(8, 1)] * 2,
        *[(7, 1)] * 2,
        *[(9, 1)] * 2,
        *[(7, 1)] * 2,
    ]
    book = ChordBook(load_table("pop").vocabulary, C)
    assert [book.names(limit.chords) for limit in first.limits(book)] == [
        *("I7", "IV7", "I7", "V7", "I7")
    ]


def test_equal_neighbours_are_held():
    (first, *_) = laid_out("rhythm", None, C)
    chords = [0] * len(first)
    assert list(first.strokes(chords)) == [(0, 2)] * 32
