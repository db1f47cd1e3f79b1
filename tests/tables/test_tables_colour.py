"""How functions sound: palettes, what a piece may sound as, and exact draws."""

import gzip
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from shinko.errors import ShinkoError
from shinko.tables.colour import ALIKE, Palette, kinds_of, most_alike, own_colours
from shinko.tables.colour_draws import draw_colours, draw_with
from shinko.tables.colour_files import palette_bytes, read_palettes, write_palettes
from shinko.tables.colour_fitting import SoundingSong, fit_palette
from shinko.tables.colour_reference import alike, every, probability
from shinko.tables.colour_songs import Functions, HeardChord, HeardSong, sounding
from shinko.tables.colour_tree import ColourTree, Known
from shinko.tables.colour_ways import Colouring
from shinko.tables.palettes import palettes_of
from shinko.tables.six_fours import settled, six_fours, sound_right
from shinko.tables.table import TableError
from shinko.theory import Key, parse_token
from shinko.theory.colour import WAYS, Colour, coloured, is_rich, is_seventh, triad_of
from shinko.theory.six_four import six_four_kind

C_MAJOR = Key.parse("C")
VOCABULARY = ("1", "4", "57")
COLOURS = (Colour(""), Colour("add9"), Colour("7"), Colour("", 2))


def made_up(seed=0, manners=2):
    """A palette of which every number does something."""
    rng = np.random.default_rng(seed)
    places = np.array(list(product(range(3), range(4), range(4))))
    leanings = np.exp(rng.normal(0, 1, (manners, len(kinds_of(VOCABULARY)), 4)))
    return Palette(
        "made up",
        VOCABULARY,
        COLOURS,
        np.array([9, 8, 7]),
        places,
        rng.uniform(0.1, 20, len(places)),
        np.array([0.0, *rng.uniform(0.2, 0.9, ALIKE)]),
        rng.dirichlet(np.ones(manners)),
        leanings,
    )


def rngs(count, seed=3):
    return [np.random.default_rng((seed, number)) for number in range(count)]


PIECES = [[0, 1, 0, 1], [0, 2, 0, 2], [0, 1, 2, 0], [1, 1, 1, 1]]


def test_the_earlier_place_with_most_that_is_alike_comes_again():
    pieces = np.array(
        [[0, 1, 2, 0, 1, 2, 0, 1], [0, 1, 0, 2, 0, 1, 0, 1], [3, 1, 3, 2, 3, 1, 0, 0]]
    )
    earlier, likeness = most_alike(pieces)
    for row, own in enumerate(pieces.tolist()):
        for place in range(len(own)):
            scores = [alike(own, other, place) for other in range(place)]
            most = max(scores, default=0)
            assert likeness[row, place] == most
            last = max((other for other in range(place) if scores[other] == most), default=-1)
            assert earlier[row, place] == (last if most else -1)
    assert earlier[0].tolist() == [-1, -1, -1, 0, 1, 2, 3, 4]


def test_rows_sum_to_1_and_lean_as_the_counts_do():
    palette = made_up()
    rows = palette.rows(np.array([0, 1, 2, 0]), np.array([1, 2, -1, -1]))
    np.testing.assert_allclose(rows.sum(axis=2), 1.0)
    assert rows.shape == (2, 4, 4)
    # A function that was heard once as add9 and before nothing else.
    one = Palette(
        "one",
        ("1", "4"),
        (Colour(""), Colour("add9")),
        np.array([1, 1]),
        np.array([[0, 1, 1], [1, 2, 0]]),
        np.array([1.0, 1.0]),
        np.array([0.0, 0.5, 0.5, 0.5, 0.5]),
        np.array([1.0]),
        np.ones((1, 1, 2)),
    )
    first, second = one.rows(np.array([0, 1]), np.array([1, 1]))[0]
    assert first[1] > 0.5 > second[1] > 0.02


def test_functions_that_were_not_counted_sound_as_their_kind_does():
    palette = made_up().over(("6", "b7", "1"))
    assert palette.vocabulary == ("6", "b7", "1", "4", "57")
    major, minor = (palette.by_function[palette.vocabulary.index(t)] for t in ("b7", "6"))
    kind = made_up().by_function
    assert major[palette.colours.index(Colour("add9"))] == pytest.approx(
        kind[:2, 1].mean(), abs=0.1
    )
    assert minor[palette.colours.index(Colour("m"))] > 0.5


def test_the_mean_of_all_voices_is_what_a_piece_sounds_as():
    colouring = Colouring([made_up(0), made_up(1)], VOCABULARY)
    for piece in PIECES[:2]:
        assert sum(every(colouring, piece).values()) == pytest.approx(1)


@pytest.mark.parametrize("piece", PIECES)
def test_chances_given_what_is_known_are_those_of_all_pieces(piece):
    colouring = Colouring([made_up(0), made_up(1)], VOCABULARY)
    known = Known(np.array([[-1, -1, 1, -1]]), np.zeros((1, 4, 4), bool))
    known.without[0, 3, 2] = True
    tree = ColourTree(colouring, np.array([piece]), known)
    exact = {
        each: chance
        for each, chance in every(colouring, piece).items()
        if each[2] == 1 and each[3] != 2
    }
    total = sum(exact.values())
    assert tree.log_probability() == pytest.approx(np.log(total))
    due = np.zeros((4, 4))
    for each, chance in exact.items():
        due[np.arange(4), each] += chance / total
    np.testing.assert_allclose(tree.chances()[0], due, atol=1e-9)


@pytest.mark.parametrize("known", [None, (1, 1), (3, 0)])
@pytest.mark.parametrize("piece", PIECES)
def test_draws_follow_the_chances(piece, known):
    colouring, count = Colouring([made_up(0), made_up(1)], VOCABULARY), 4000
    sounds = np.full((count, 4), -1)
    if known is not None:
        sounds[:, known[0]] = known[1]
    told = Known() if known is None else Known(sounds)
    drawn = draw_colours(colouring, np.tile(piece, (count, 1)), rngs(count), told)
    exact = {
        each: chance
        for each, chance in every(colouring, piece).items()
        if known is None or each[known[0]] == known[1]
    }
    total, off = sum(exact.values()), 0.0
    for each, chance in exact.items():
        share = (drawn == each).all(axis=1).mean()
        due = chance / total
        # Five standard deviations of each share.
        assert abs(share - due) <= 5 * np.sqrt(due * (1 - due) / count) + 1e-9
        off += share
    assert off == pytest.approx(1)


def test_the_probability_of_a_piece_is_that_of_the_reference():
    colouring = Colouring([made_up(0)], VOCABULARY)
    functions, sounds = [0, 1, 0, 1, 2, 0, 1], [1, 0, 1, 0, 2, 0, 3]
    tree = ColourTree(colouring, np.array([functions]), Known(np.array([sounds])))
    due = np.log(probability(colouring, functions, sounds))
    assert tree.log_probability()[0] == pytest.approx(due)


def test_tied_chords_sound_the_same():
    colouring, count = Colouring([made_up()], VOCABULARY), 200
    functions = np.tile([0, 1, 0, 2, 0, 1, 0, 2], (count, 1))
    same = np.array([0, 1, 2, 3, 0, 1, 2, 3])
    drawn = draw_colours(colouring, functions, rngs(count), Known(same=same))
    np.testing.assert_array_equal(drawn[:, :4], drawn[:, 4:])
    assert len(np.unique(drawn[:, :4], axis=0)) > 20
    sounds = np.full((count, 8), -1)
    sounds[:, 5] = 1  # also of the first IV
    drawn = draw_colours(colouring, functions, rngs(count), Known(sounds, same=same))
    assert (drawn[:, [1, 5]] == 1).all()


def test_palettes_are_checked():
    palette = made_up()
    for change, told in (
        ({"places": palette.places + 3}, "numbers of functions and colours"),
        ({"times": palette.times[1:]}, "counts above 0 of each place"),
        ({"again": palette.again + 0.1}, "5 chances, the first 0"),
        ({"manners": np.array([1.5, -0.5])}, "chances from 0 to 1"),
        ({"manners": np.array([0.5, 0.1])}, "manners of sum 1"),
        ({"leanings": palette.leanings[:1]}, "factors above 0 of all manners"),
        ({"songs": np.array([1])}, "a number of songs of each function"),
    ):
        with pytest.raises(TableError, match=f"palette 'made up': expected {told}"):
            replace(palette, **change)


def test_what_no_chord_may_be_is_told():
    colouring = Colouring([made_up()], VOCABULARY)
    known = Known(without=np.ones((1, 2, 4), bool))
    with pytest.raises(ShinkoError, match="no chords of the style sound as is asked"):
        draw_colours(colouring, np.array([[0, 1]]), rngs(1), known)
    assert ColourTree(colouring, np.array([[0, 1]]), known).log_probability()[0] == -np.inf


def test_a_piece_is_drawn_the_same_among_others():
    colouring, functions = Colouring([made_up()], VOCABULARY), np.tile([0, 1, 2, 0], (50, 1))
    many = draw_colours(colouring, functions, rngs(50))
    np.testing.assert_array_equal(many[:5], draw_colours(colouring, functions[:5], rngs(5)))


def pop(way="counted"):
    palettes = palettes_of("pop")
    return Colouring(palettes, palettes[0].vocabulary, way)


def numbers(colouring, text):
    return [colouring.vocabulary.index(token) for token in text.split()]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", ["1 5 6 4 1 5 6 4", "27 57 17 b7 16 464 1 57/4"])
def test_ways_keep_roots_triads_and_what_they_promise(way, text):
    colouring, count = pop(way), 60
    functions = np.tile(numbers(colouring, text), (count, 1))
    drawn = draw_colours(colouring, functions, rngs(count))
    for place, function in enumerate(functions[0]):
        own = colouring.own[function]
        found = {colouring.colours[number] for number in drawn[:, place]}
        if way == "triads":
            assert found == {Colour(triad_of(own.quality), own.bass)}
        if way == "sevenths":
            assert all(is_seventh(colour.quality) for colour in found)
        if way == "rich":
            assert all(is_rich(colour.quality) for colour in found)
        if way != "counted":
            assert {colour.bass for colour in found} == {own.bass}
    if way == "rich":
        assert len(np.unique(drawn)) > 10


def test_what_songs_have_no_rich_chord_of_is_a_seventh():
    palettes = palettes_of("folk")
    colouring = Colouring(palettes, palettes[0].vocabulary, "rich")
    functions = np.tile(numbers(colouring, "1 4 57 1"), (20, 1))
    drawn = draw_colours(colouring, functions, rngs(20))
    assert {colouring.colours[number].quality for number in drawn.ravel()} <= {"7", "6", "7♭9"}


def test_what_was_add9_once_is_mostly_add9_again():
    colouring = pop()
    functions = np.array([numbers(colouring, "1 5 6 4 1 5 6 4")] * 2)
    sounds = np.full((2, 8), -1)
    sounds[1, 3] = colouring.number(Colour("add9"))
    before, after = ColourTree(colouring, functions, Known(sounds)).chances()[
        :, 7, colouring.number(Colour("add9"))
    ]
    assert before < 0.05
    assert after > 0.5


def test_a_lock_goes_before_all_ways():
    colouring = Colouring(palettes_of("pop"), ("1", "4"), "triads", [Colour("13♯11")])
    sounds = np.array([[colouring.number(Colour("13♯11")), -1]])
    drawn = draw_colours(colouring, np.array([[0, 1]]), rngs(1), Known(sounds))
    assert [colouring.colours[number] for number in drawn[0]] == [Colour("13♯11"), Colour("")]


def test_six_fours_that_neither_pass_nor_cadence_stand_otherwise():
    vocabulary = palettes_of("pop")[0].vocabulary

    def after(text, **told):
        functions = np.array([[vocabulary.index(token) for token in text.split()]])
        return " ".join(vocabulary[one] for one in settled(vocabulary, functions, **told)[0])

    assert after("4 164 5 1") == "4 164 5 1"
    assert after("1 464 1 5") == "1 464 1 5"
    assert after("b7 164 6 4") == "b7 1 6 4"
    assert after("464 5 164 6") == "4 5 164 6"
    assert after("1 164 4 5") == "1 16 4 5"  # not the chord before it again
    assert after("b7 164 6 4", fixed=np.array([[False, True, False, False]])) == "b7 164 6 4"
    # The same chord sounds right in one place, and in another not.
    assert after("4 164 5 b7 164 6", same=np.array([0, 1, 2, 3, 1, 5])) == "4 1 5 b7 1 6"


def test_many_six_fours_at_once_are_as_one_after_the_other():
    vocabulary = palettes_of("pop")[0].vocabulary
    some = [vocabulary.index(t) for t in ("1", "16", "164", "4", "46", "464", "5", "56", "57", "2")]
    pieces = np.array(some)[np.random.default_rng(1).integers(len(some), size=(60, 8))]
    right, six = sound_right(vocabulary, pieces), six_fours(vocabulary, pieces)
    for row, piece in enumerate(pieces):
        chords = [None, *(parse_token(vocabulary[one]) for one in piece), None]
        for place in np.flatnonzero(six[row]):
            kind = six_four_kind(*chords[place : place + 3], C_MAJOR)
            assert right[row, place] == (kind is not None)
    assert six.sum() > 90
    after = settled(vocabulary, pieces)
    left = six_fours(vocabulary, after) & ~sound_right(vocabulary, after)
    roots = np.array([parse_token(token).root(C_MAJOR).pitch_class for token in vocabulary])[after]
    for row, place in zip(*left.nonzero(), strict=True):  # between its triad in other positions
        assert 0 < place < 7
        assert len({*roots[row, place - 1 : place + 2].tolist()}) == 1
    assert left.sum() < 0.1 * six.sum()


def test_neighbours_keep_the_bass_that_a_six_four_needs():
    colouring, count = pop(), 400
    functions = np.tile(numbers(colouring, "4 164 5 1"), (count, 1))
    drawn = draw_colours(colouring, functions, rngs(count))
    for row in drawn:
        chords = [
            coloured(parse_token(colouring.vocabulary[function]), colouring.colours[number])
            for function, number in zip(functions[0], row, strict=True)
        ]
        assert six_four_kind(*chords[:3], C_MAJOR) == "cadential"
    assert len(np.unique(drawn[:, 0])) > 3


@pytest.fixture(scope="module")
def songs():
    """Half of them have add9 on both chords, all through; the others are plain."""
    found = []
    for number in range(60):
        rich = number % 2
        found.append(SoundingSong((0, 1) * 8, (rich, rich) * 8))
    return found


def test_what_comes_again_counts_once(songs):
    palette = fit_palette("two", songs, ("1", "4"), (Colour(""), Colour("add9")), manners=1)
    assert palette.again[4] > 0.9
    assert palette.times.sum() < 0.4 * sum(len(song.functions) for song in songs)
    assert palette.by_function[0, 1] == pytest.approx(0.5, abs=0.05)


def test_manners_find_what_songs_have_in_common(songs):
    palette = fit_palette("two", songs, ("1", "4"), (Colour(""), Colour("add9")), manners=2)
    rows = palette.rows(np.array([0, 1]), np.array([1, 0]))
    plain, rich = sorted(rows[:, :, 1].tolist())
    assert max(plain) < 0.35
    assert min(rich) > 0.65


def test_chords_of_no_function_are_left_out():
    songs = [SoundingSong((0, -1, 0), (0, -1, 0))]
    palette = fit_palette("gap", songs, ("1", "4"), (Colour(""),), manners=1)
    assert palette.songs.tolist() == [1, 0]
    assert {tuple(place) for place in palette.places.tolist()} == {(0, 2, 0)}
    with pytest.raises(TableError, match="'none': no chord to count"):
        fit_palette("none", [SoundingSong((-1,), (-1,))], ("1", "4"), (Colour(""),))


def test_what_one_song_alone_has_is_not_counted():
    add9, plain = 1, 0
    songs = [SoundingSong((0, 1), (add9, plain)), SoundingSong((0, 1), (plain, plain))] * 1
    songs += [SoundingSong((1, 0), (plain, plain))]
    every_song = fit_palette("all", songs, ("1", "4"), (Colour(""), Colour("add9")), manners=1)
    shared = fit_palette(
        "two", songs, ("1", "4"), (Colour(""), Colour("add9")), manners=1, min_songs=2
    )
    told = [{tuple(p) for p in each.places.tolist()} for each in (every_song, shared)]
    assert (0, 1, add9) in told[0]
    # I is plain in two songs, before IV in one: so before nothing.
    assert told[1] == {(0, 2, plain), (1, 2, plain)}
    assert Colour("add9") not in shared.thinned().colours
    assert Colour("add9") in shared.thinned([Colour("add9")]).colours


def test_the_longest_of_what_a_function_sounds_as_counts():
    heard = [
        HeardChord("sus4"),
        HeardChord(""),
        HeardChord("m"),
        HeardChord("add9"),
        HeardChord(""),
    ]
    tokens, beats = ("5", "5", "6", "1", "1"), (2.0, 2.0, 4.0, 3.0, 1.0)
    colours = {}
    song = sounding(
        HeardSong("one", tokens, tuple(heard), beats, (5,)), Functions(("1", "5", "6")), colours
    )
    names = {number: colour.quality for colour, number in colours.items()}
    assert song.functions == (1, 2, 0)
    # A suspended chord as long as what it resolves to is that.
    assert [names[number] for number in song.colours] == ["", "m", "add9"]


def test_functions_are_found_by_root_and_third():
    functions = Functions(("1", "57", "5", "4", "b4"))
    found = [functions.find(token) for token in ("57", "V+7", "V+", "47", "2")]
    assert found == [1, 1, 2, 3, None]
    assert functions.colour(1, HeardChord(None)) == Colour("7")
    assert functions.colour(0, HeardChord("", 10)) == Colour("7", 10)
    assert functions.colour(0, HeardChord(None, 4)) == Colour("", 4)


def test_palettes_are_read_as_they_were_written(tmp_path):
    path, palettes = tmp_path / "palettes.json.gz", palettes_of("pop")
    write_palettes(palettes, path)
    again = read_palettes(path)
    assert list(again) == ["billboard", "pop909"]
    assert palette_bytes(tuple(again.values())) == path.read_bytes()
    for one in palettes:
        other = again[one.name]
        assert other.colours == one.colours
        np.testing.assert_array_equal(other.places, one.places)
        np.testing.assert_allclose(other.leanings, one.leanings)
    made = made_up()
    write_palettes([made], path)
    np.testing.assert_allclose(read_palettes(path)["made up"].times, made.times, atol=0.06)
    with pytest.raises(TableError, match="no style 'jazz'; expected how functions sound"):
        read_palettes(path, ["jazz"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"times":[', '"times":[-1,'),
        ('"again":[0.0', '"again":[2.0'),
        ('"vocabulary":["1"', '"vocabulary":["H9"'),
        ('"colours":[[""', '"colours":[["nothing"'),
        ('"leanings":[[0', '"leanings":[[-1'),
        ('"songs":[', '"songs":[1,'),
        ('"name"', '"title"'),
    ],
)
def test_damaged_palettes_are_refused(tmp_path, old, new):
    text = gzip.decompress(palette_bytes([made_up()])).decode()
    assert old in text
    path = tmp_path / "palettes.json"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(TableError, match=r"line 1: .*expected how functions sound, as JSON"):
        read_palettes(path)


@pytest.mark.parametrize(
    "table", ["pop", "billboard", "1970s", "jazz", "blues", "songbook", "folk", "hymns", "my.csv"]
)
def test_every_table_has_palettes(table):
    palettes = palettes_of(table)
    assert all(set(own_colours(each.vocabulary)) <= set(each.colours) for each in palettes)
    # Most of what songs have is what the table has.
    for each in palettes:
        own = [each.colours.index(one) for one in own_colours(each.vocabulary)]
        assert each.sounds[np.arange(len(own)), own].sum() > 0.5 * each.times.sum()


@pytest.mark.parametrize("to_come", [[([0, 2], 1)], [([0, 2], 1), ([1, 3], 2)]])
def test_what_has_to_come_is_drawn_by_its_chance(to_come):
    colouring, piece, count = Colouring([made_up(0), made_up(1)], VOCABULARY), [0, 1, 0, 1], 4000
    known = Known(without=np.zeros((count, 4, 4), bool))
    known.without[:, 3, 0] = True
    drawn = draw_with(colouring, np.tile(piece, (count, 1)), rngs(count), known, [to_come] * count)
    exact = {
        each: chance
        for each, chance in every(colouring, piece).items()
        if each[3] != 0
        and all(any(each[at] == colour for at in places) for places, colour in to_come)
    }
    total, off = sum(exact.values()), 0.0
    for each, chance in exact.items():
        share, due = (drawn == each).all(axis=1).mean(), chance / total
        # Five standard deviations of each share.
        assert abs(share - due) <= 5 * np.sqrt(due * (1 - due) / count) + 1e-9
        off += share
    assert off == pytest.approx(1)


def test_what_cannot_come_is_told():
    colouring, functions = Colouring([made_up()], VOCABULARY), np.array([[0, 1]])
    taken = Known(np.array([[2, -1]]))
    with pytest.raises(ShinkoError, match="no chords of the style sound as is asked"):
        draw_with(colouring, functions, rngs(1), taken, [[([0], 1)]])
    long, many = np.zeros((1, 20), int), [[([*range(20)], colour) for colour in range(3)]]
    with pytest.raises(ShinkoError, match="too many chords have to sound in some way"):
        draw_with(colouring, long, rngs(1), Known(), many)
