"""Chords as they sound: drawn over whole pieces, locked, left out, suggested and explained."""

import numpy as np
import pytest

from shinko.errors import ShinkoError
from shinko.rl.policy import shipped_policy
from shinko.songwriting.best import best_of
from shinko.songwriting.chords import ChordBook
from shinko.songwriting.colouring import colouring_of, usual
from shinko.songwriting.compose import ComposeRequest, compose, composed
from shinko.songwriting.explain import explain, heat
from shinko.songwriting.given import hear, read_given
from shinko.songwriting.questions import BestRequest, Statistics
from shinko.songwriting.requests import Wishes
from shinko.songwriting.sounds import suggested
from shinko.songwriting.teller import teller_of
from shinko.theory import Key, roman_from_name
from shinko.theory.colour import colour_of, is_rich, is_seventh, third_of
from shinko.theory.six_four import is_six_four, six_four_kind

C, A_MINOR = Key.parse("C"), Key.parse("A minor")


@pytest.fixture(scope="module")
def shipped():
    return shipped_policy()


def names(policy, **asked):
    """What is composed, as lists of chord symbols."""
    request = ComposeRequest(**{"key": C, "count": 8, "seed": 1, **asked})
    return [list(piece.names) for piece in compose(policy, request)]


def qualities(policy, colour, **asked):
    request = ComposeRequest(**{"key": C, "count": 20, "seed": 1, "colour": colour, **asked})
    return {chord.quality for piece in compose(policy, request) for chord in piece.chords}


def test_ways_give_what_they_promise(shipped):
    assert qualities(shipped, "triads") <= {"", "m", "°", "+"}
    assert all(map(is_seventh, qualities(shipped, "sevenths")))
    rich = qualities(shipped, "rich")
    assert all(is_rich(quality) or is_seventh(quality) for quality in rich)
    assert len(rich) > 10
    counted = qualities(shipped, "counted", count=200)
    assert {"", "m", "add9", "sus4", "5", "m7"} <= counted


@pytest.mark.parametrize("table", ["pop", "pop909", "hymns"])
def test_rich_chords_keep_their_thirds_mostly(shipped, table):
    request = ComposeRequest(key=C, count=60, length=8, seed=5, colour="rich", table=table)
    pieces = composed(shipped, request).pieces
    lacking = [[not third_of(chord.quality) for chord in piece.sounds] for piece in pieces]
    assert np.mean(lacking) < 1 / 4
    assert np.mean([np.mean(one) > 1 / 2 for one in lacking]) < 1 / 10
    minor = [
        third_of(sound.quality)
        for piece in pieces
        for number, sound in zip(piece.row, piece.sounds, strict=True)
        if piece.way.brief.books[""].chords[number].quality in ("m", "m7")
    ]
    assert set(minor) == {"♭3"}
    if table != "hymns":  # which have hardly a ninth or sixth
        assert any(map(any, lacking))


def test_functions_stay_what_they_are_whatever_they_sound_as(shipped):
    request = {"key": C, "count": 10, "seed": 4}
    every = [
        composed(shipped, ComposeRequest(colour=colour, **request)).pieces
        for colour in ("counted", "triads", "sevenths", "rich")
    ]
    for pieces in zip(*every, strict=True):
        assert len({tuple(piece.row) for piece in pieces}) == 1
        roots = {tuple(str(chord.root(C)) for chord in piece.sounds) for piece in pieces}
        assert len(roots) == 1


def test_sections_of_one_name_sound_the_same_and_units_of_a_plan_do(shipped):
    for one in names(shipped, form="AABA", length=4, colour="rich", differ=2):
        assert one[:4] == one[4:8] == one[12:]
    for one in names(shipped, wishes=Wishes(plan="AABA"), length=16, colour="rich"):
        assert one[:4] == one[4:8] == one[12:]
    for one in names(shipped, form="A A' B", length=4, colour="rich", differ=1):
        assert one[:2] == one[4:6]


def test_it_does_not_matter_how_many_are_drawn(shipped):
    assert names(shipped, count=3, colour="rich") == names(shipped, count=8, colour="rich")[:3]


def test_what_is_written_sounds_as_it_is_written(shipped):
    for colour in ("counted", "triads", "rich"):
        wishes = Wishes(fix="1=Cadd9 3=F/G", end="Dm9 G13 C6/9")
        for one in names(shipped, wishes=wishes, colour=colour):
            assert (one[0], one[2], one[5:]) == ("Cadd9", "F/G", ["Dm9", "G13", "C6/9"])
    for one in names(shipped, chords="Cmaj9 _ Fm6 _ _", colour="rich"):
        assert (one[0], one[2]) == ("Cmaj9", "Fm6")
    for one in names(shipped, chords="Cadd9 G Am F", vary=5, count=4, apart=2):
        assert sum(a == b for a, b in zip(one, ["Cadd9", "G", "Am", "F"], strict=True)) >= 1


def test_a_lock_may_leave_a_choice(shipped):
    found = {one[0] for one in names(shipped, wishes=Wishes(fix="1=Csus2|C6|Am9"), count=60)}
    assert found == {"Csus2", "C6", "Am9"}


def test_what_is_written_comes_again_mostly(shipped):
    """As where most around it is the same: V before it, IV and V after it."""
    wishes = Wishes(fix="1=G 2=Cadd9 3=F 4=G 5=C|Cadd9 6=F 7=G 8=C|Cadd9")
    found = names(shipped, wishes=wishes, count=200, table="billboard")
    assert [one[4] for one in found].count("Cadd9") > 180
    assert 80 < [one[7] for one in found].count("Cadd9") < 180


def test_a_chord_that_has_to_come_does_and_what_may_not_does_not(shipped):
    for one in names(shipped, wishes=Wishes(required="F6/9, G7sus4"), count=20):
        assert {"F6/9", "G7sus4"} <= {*one}
    for one in names(shipped, wishes=Wishes(required="E♭m7"), count=5):  # no table has it
        assert "E♭m7" in one
    every = names(shipped, count=200, table="billboard")
    assert any("Gsus4" in one for one in every)
    left = names(shipped, count=200, table="billboard", wishes=Wishes(without="Gsus4 C"))
    assert not any({"Gsus4", "C"} & {*one} for one in left)
    for one in names(shipped, form="verse chorus", wishes=Wishes(required="chorus=F6/9")):
        assert "F6/9" in one[8:]


def test_what_collides_is_told(shipped):
    wishes = Wishes(required="C6/9", fix="1=C", most=1)
    with pytest.raises(ShinkoError, match=r"sound as is asked: `fix` 1=C, `with` C6/9, `most` 1"):
        names(shipped, wishes=wishes)
    with pytest.raises(ShinkoError, match="`without` Iadd9 collides with `fix` 1=Cadd9"):
        names(shipped, wishes=Wishes(fix="1=Cadd9", without="Cadd9"))


def test_six_fours_stand_where_they_sound_right(shipped):
    asked = {"key": C, "count": 300, "length": 16, "seed": 2, "table": "pop909"}
    found = []
    for piece in compose(shipped, ComposeRequest(**asked)):
        chords = [None, *piece.chords, None]
        for place, chord in enumerate(piece.chords):
            if is_six_four(colour_of(chord)):
                found.append(six_four_kind(*chords[place : place + 3], C))
    assert len(found) > 20
    assert found.count(None) < 0.02 * len(found)  # between their triad in two other positions
    (locked,) = names(shipped, wishes=Wishes(fix="2=F/C"), count=1)
    assert locked[1] == "F/C"


@pytest.mark.parametrize(
    ("key", "tonic"), [("D dorian", "Dm7"), ("F lydian", "Fmaj7"), ("G mixolydian", "G7")]
)
def test_modes_sound_as_their_scale_has_it(shipped, key, tonic):
    key = Key.parse(key)
    asked = {"key": key, "count": 30, "seed": 1, "wishes": Wishes(start="tonic")}
    for piece in compose(shipped, ComposeRequest(colour="sevenths", **asked)):
        assert piece.names[0] in (tonic, tonic.replace("m7", "7sus4"))
    for piece in compose(shipped, ComposeRequest(colour="rich", **asked)):
        for chord in piece.chords:
            notes = {*chord.pitch_classes(key), chord.bass(key)}
            assert notes <= {0, 2, 4, 5, 7, 9, 11}


def test_a_template_sounds_as_it_is_written_unless_more_is_asked(shipped):
    asked = {"template": "blues", "count": 20, "table": "jazz"}
    assert qualities(shipped, "counted", **asked) == {"7"}
    assert {"9", "13"} <= qualities(shipped, "rich", **asked)


def test_the_likeliest_chords_sound_as_they_are(shipped):
    first, *others = names(shipped, temperature=0.0, count=3, table="billboard")
    assert others == [first, first]


def test_a_style_sounds_as_its_songs_do(shipped):
    def plain(table):
        found = names(shipped, count=60, table=table, length=16)
        sounds = [roman_from_name(name, C).quality in ("", "m") for one in found for name in one]
        return np.mean(sounds)

    assert plain("folk") > plain("billboard") > plain("jazz")


@pytest.fixture(scope="module")
def teller():
    return teller_of(Statistics(), "major")


def test_suggestions_are_chances_of_functions_times_colours(teller):
    book = ChordBook(teller.ground.process.tokens, C)
    slots = hear(read_given("Cadd9 G Am F _ G", C), book)
    found = suggested(teller, book, slots, 4)
    assert sum(one.probability for one in found) == pytest.approx(1, abs=0.01)
    assert [one.probability for one in found] == sorted(
        (one.probability for one in found), reverse=True
    )
    functions = heat(teller, book, slots)[4]
    tonic = book.find("I", "") | book.find("Imaj7", "") | book.find("I7", "")
    of_tonic = [one for one in found if str(one.chord.root(C)) == "C" and one.chord.inversion == 0]
    assert sum(one.probability for one in of_tonic) == pytest.approx(
        functions[[*tonic]].sum(), abs=0.01
    )

    def again(text):
        given = read_given(text, C)
        sounds = (*given.chords, None)
        names = {
            one.chord.name(C): one.probability
            for one in suggested(teller, book, [*hear(given, book), None], 8, sounds)
        }
        return names["Cadd9"] / (names["C"] + names["Cadd9"])

    assert again("C G Am F C G Am F") < 0.1 < 0.4 < again("Cadd9 G Am F Cadd9 G Am F")


def test_suggestions_of_a_way_are_of_it(teller):
    book = ChordBook(teller.ground.process.tokens, C)
    found = suggested(teller, book, [frozenset({0}), None], 1, colour="sevenths")
    assert all(is_seventh(one.chord.quality) for one in found[:10])


def test_an_explanation_tells_what_a_chord_is_heard_as_and_how_usual_it_is(teller):
    book = ChordBook(teller.ground.process.tokens, C)
    given = read_given("C F/G Am Fadd9", C)
    chords = np.array([min(own) for own in hear(given, book)])
    told = explain(teller, book, chords, given.chords)
    assert [one.heard_as for one in told.reasons] == ["", "IV", "", "IV"]
    assert [one.chord for one in told.reasons] == ["I", "IV/5", "vi", "IVadd9"]
    usually, over_five, _, add9 = (one.usual for one in told.reasons)
    assert usually > 0.7 > add9 > over_five > 0.005
    # A chord with another root than its function's.
    (other,) = usual("pop", book, np.array([0]), [roman_from_name("E♭m", C)])
    assert other == 0.0


def test_the_best_keep_what_is_written():
    wishes = Wishes(fix="1=Cmaj9", required="F6/9", without="Am")
    found = best_of(BestRequest(wishes=wishes, count=2, length=6))
    for piece in found.progressions():
        assert piece.names[0] == "Cmaj9"
        assert "F6/9" in piece.names
        assert "Am" not in piece.names
    assert found.ranked[0][0][0] == "Imaj9"


def test_a_mixture_sounds_as_its_tables_by_their_shares():
    colouring = colouring_of("folk:3, jazz:1", ("1", "4", "57"))
    folk, jazz = colouring.voices[:3].sum(), colouring.voices[3:].sum()
    assert (folk, jazz) == (pytest.approx(0.75), pytest.approx(0.25))
    assert len(colouring_of("folk:3, jazz:1", ("1",), style="jazz").voices) == 3
    assert len(colouring_of("gone.csv", ("1",)).voices) == 6  # as pop songs do
