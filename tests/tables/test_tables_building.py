"""Tables built from songs: counts, smoothing, vocabulary, perplexity, mixtures."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.tables.automaton import compile_table
from shinko.tables.building import (
    COMPARED,
    PROGRESSION,
    build_table,
    compare_smoothings,
    held_out_perplexity,
)
from shinko.tables.counting import beginnings, count_ngrams, cut_into_progressions
from shinko.tables.fitting import choose_vocabulary, fit_songs
from shinko.tables.measuring import (
    chord_shares,
    correlation,
    listed_pairs,
    mean_shares,
    pair_shares,
)
from shinko.tables.mixing import mix_tables
from shinko.tables.smoothing import (
    absolute,
    estimate_discounts,
    kneser_ney,
    list_chords,
    relative_frequencies,
    witten_bell,
)
from shinko.tables.song import Song
from shinko.tables.table import Row, TableError, TransitionTable
from shinko.tables.tokens import triad_token

# Sums of some thirty float64 numbers around 1.
ROUNDING = 1e-12


def song(*runs: str) -> Song:
    return Song(tuple(tuple(run.split()) for run in runs))


def table(rows, vocabulary=("1", "4", "5"), name="t"):
    """A table of {history: ({chord: probability}, backoff)}."""
    made = {
        history: Row(np.array(list(listed), np.int32), np.array(list(listed.values())), backoff)
        for history, (listed, backoff) in rows.items()
    }
    return TransitionTable(name, vocabulary, max(map(len, rows)), made)


# Counting


def test_a_loop_counts_once_a_song():
    counts = count_ngrams([[(0, 1, 0, 1, 0, 1, 0, 1)]], 1)
    assert counts == {(): {0: 2, 1: 1}, (0,): {1: 1}, (1,): {0: 1}}


def test_a_loop_counts_each_time_if_asked_for():
    counts = count_ngrams([[(0, 1, 0, 1, 0, 1, 0, 1)]], 1, every_time=True)
    assert counts == {(): {0: 4, 1: 4}, (0,): {1: 4}, (1,): {0: 3}}


def test_the_same_loop_of_two_songs_counts_twice():
    assert count_ngrams([[(0, 1)], [(0, 1)]], 1)[(0,)] == {1: 2}


def test_histories_do_not_reach_over_the_end_of_a_run():
    assert set(count_ngrams([[(0, 1), (2,)]], 3)) == {(), (0,)}


def test_beginnings_are_the_first_chords_of_runs():
    assert beginnings([[(0, 1, 2), (3,)]], 2) == {(0,), (0, 1), (3,)}


def test_runs_are_cut_into_progressions():
    assert cut_into_progressions([(0, 1, 2, 3, 4), (5,)], 2) == [(0, 1), (2, 3), (4,), (5,)]


# Smoothing

RUNS = st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=12).map(tuple), max_size=3)
SONGS = st.lists(RUNS, min_size=1, max_size=8).filter(lambda songs: any(songs))
V = 6  # chord 5 never comes


def smoothed(songs, order, smoothing):
    counts = count_ngrams(songs, order)
    if smoothing == "kneser-ney":
        return kneser_ney(counts, beginnings(songs, order), V)
    return {"witten-bell": witten_bell, "absolute": absolute}[smoothing](counts, V)


def sums(rows):
    """The sum of every distribution, backed off as a table does it."""
    return compile_table(
        TransitionTable("t", tuple("123456"), max(map(len, rows)), rows)
    ).probabilities.sum(axis=1)


def test_witten_bell_by_hand():
    # After nothing: three chords, two of them new; after I: IV once.
    rows = witten_bell(count_ngrams([[(0, 1, 0)]], 1), 2)
    np.testing.assert_allclose(rows[()].probabilities, [2 / 5 + 2 / 5 / 2, 1 / 5 + 2 / 5 / 2])
    np.testing.assert_allclose(rows[(0,)].probabilities, [1 / 2 + 1 / 2 * 2 / 5])
    assert rows[(0,)].backoff == 1 / 2


def test_discounts_by_hand():
    # Four n-grams were seen once, two twice, one three times, one four times: Y = 4 / (4 + 2·2).
    discounts = estimate_discounts([1, 1, 1, 1, 2, 2, 3, 4])
    assert discounts == (1 - 2 * 0.5 * 2 / 4, 2 - 3 * 0.5 * 1 / 2, 3 - 4 * 0.5 * 1 / 1)


def test_discounts_without_data_are_the_usual_ones():
    assert estimate_discounts([7, 9]) == (0.5, 1.0, 1.5)


def test_absolute_discounting_by_hand():
    # No n-gram after I was seen but thrice or more, so 1.5 is taken from each of two chords.
    songs = [[(0, 1)]] * 5 + [[(0, 2)]] * 5
    rows = absolute(count_ngrams(songs, 1), 3)
    below = rows[()].probabilities
    assert rows[(0,)].backoff == pytest.approx(3 / 10)
    np.testing.assert_allclose(rows[(0,)].probabilities, 3.5 / 10 + 0.3 * below[1:])


def test_kneser_ney_counts_contexts_where_the_others_count_chords():
    # Chord 1 comes three times but only after 0, chord 2 twice after different ones.
    songs = [[(0, 1)], [(0, 1)], [(0, 1)], [(3, 2)], [(4, 2)]]
    plain = smoothed(songs, 1, "absolute")[()].probabilities
    contexts = smoothed(songs, 1, "kneser-ney")[()].probabilities
    assert plain[1] > plain[2]
    assert contexts[2] > contexts[1]


@pytest.mark.parametrize("smoothing", COMPARED)
@given(songs=SONGS, order=st.integers(0, 6))
def test_every_row_with_its_backoff_sums_to_one(smoothing, songs, order):
    np.testing.assert_allclose(sums(smoothed(songs, order, smoothing)), 1, atol=ROUNDING)


@pytest.mark.parametrize("smoothing", COMPARED)
@given(songs=SONGS)
def test_no_chord_is_impossible_after_smoothing(smoothing, songs):
    rows = smoothed(songs, 3, smoothing)
    automaton = compile_table(TransitionTable("t", tuple("123456"), 3, rows))
    assert automaton.probabilities.min() > 0


@given(songs=SONGS, order=st.integers(0, 3))
def test_without_smoothing_rows_sum_to_one_and_back_off_to_nothing(songs, order):
    rows = relative_frequencies(count_ngrams(songs, order))
    np.testing.assert_allclose([row.probabilities.sum() for row in rows.values()], 1, atol=ROUNDING)
    assert {row.backoff for row in rows.values()} == {0.0}


@pytest.mark.parametrize("smoothing", COMPARED)
@given(songs=SONGS)
def test_a_pruned_table_still_sums_to_one(smoothing, songs):
    songs = [Song(tuple(tuple(str(c + 1) for c in run) for run in runs)) for runs in songs]
    pruned = build_table(songs, name="t", smoothing=smoothing, min_count=2, vocabulary="123456")
    np.testing.assert_allclose(sums(pruned.rows), 1, atol=ROUNDING)


def test_listing_fewer_chords_keeps_the_numbers_of_those_listed():
    full = {(): np.array([0.5, 0.3, 0.2]), (0,): np.array([0.1, 0.6, 0.3])}
    rows = list_chords(full, {(): np.arange(3), (0,): np.array([1])})
    assert rows[(0,)].probabilities.tolist() == [0.6]
    # The other two had 0.4 together, and have 0.7 after nothing.
    assert rows[(0,)].backoff == pytest.approx(0.4 / 0.7)


def test_a_history_that_lists_nothing_any_more_gets_no_row():
    full = {(): np.array([0.5, 0.5]), (0,): np.array([0.9, 0.1])}
    assert set(list_chords(full, {(): np.arange(2), (0,): np.empty(0, int)})) == {()}


# Songs that fit a vocabulary


def fitted(text, vocabulary="1 4 5 57 6"):
    [runs], _ = fit_songs([song(text)], vocabulary.split())
    return [" ".join(vocabulary.split()[chord] for chord in run) for run in runs]


@pytest.mark.parametrize(
    ("chord", "becomes"),
    [
        ("57", "57"),  # as it is
        ("56", "5"),  # without inversion
        ("565", "57"),
        ("47", "4"),  # without seventh
        ("V9", "57"),  # without ninth
        ("57/4", "1"),  # I7, whose triad is I
        ("Isus4", "1"),  # the chord of its degree
        ("V7sus4", "57"),
        ("VIsus2", "6"),
        ("vi/4", "6"),  # without a bass outside the chord
    ],
)
def test_a_chord_outside_the_vocabulary_becomes_a_simpler_one(chord, becomes):
    assert fitted(chord) == [becomes]


def test_the_same_sound_under_another_id_is_taken_first():
    assert fitted("M17", "1 57/4") == ["57/4"]


def test_a_flat_degree_without_a_third_is_that_of_minor():
    assert fitted("♭VIIsus4", "b7") == ["b7"]


@pytest.mark.parametrize("chord", ["V+7", "♯iv", "b3", "nonsense", ""])
def test_a_song_is_cut_where_no_simpler_chord_fits(chord):
    [runs], coverage = fit_songs([Song((("1", chord, "4"),))], ("1", "4"))
    assert runs == [(0,), (1,)]
    assert (coverage.chords, coverage.exact, coverage.simplified) == (3, 2, 0)


def test_held_chords_are_merged_after_simplification():
    assert fitted("1 17 16 4 4 1") == ["1 4 1"]


def test_coverage_counts_chords_before_they_are_merged():
    _, coverage = fit_songs([song("1 1 17 b3")], ("1",))
    assert (coverage.exact_share, coverage.share) == (0.5, 0.75)


def test_the_vocabulary_has_the_fewest_chords_that_cover_every_corpus():
    corpora = [[song("1 1 1 1 4 4 5 6 6 6")], [song("6 6 6 6 6 6 6 6 6 5")]]
    # Mean shares: vi 0.6, I 0.2, IV and V 0.1, 0.1.
    assert choose_vocabulary(corpora, 0.7) == ("6", "1")
    assert choose_vocabulary(corpora, 0.95) == ("6", "1", "4", "5")


def test_a_vocabulary_of_everything_is_possible():
    assert set(choose_vocabulary([[song("1 4 5")]], 1.0)) == {"1", "4", "5"}


# Building


def test_a_built_table_notes_what_it_was_made_of():
    built = build_table([song("1 4 5 1"), song("1 5 b3")], name="mine", smoothing="absolute")
    assert built.name == "mine"
    assert built.notes == {
        "songs": "2",
        "chords": "7",
        "coverage": "100.0%, simplified 100.0%",
        "smoothing": "absolute",
    }


def test_auto_takes_the_better_of_witten_bell_and_absolute():
    songs = [song("1 4 5 1"), song("1 5 6 4"), song("1 6 4 5"), song("6 4 1 5")]
    built = build_table(songs, name="t")
    numbers = dict(part.split() for part in built.notes["held-out perplexity"].split(", "))
    assert set(numbers) == {"witten-bell", "absolute", "kneser-ney"}
    better = min(("witten-bell", "absolute"), key=lambda name: float(numbers[name]))
    assert built.notes["smoothing"] == better


def test_one_song_is_enough_and_nothing_is_held_out():
    built = build_table([song("1 4 5 1")], name="t")
    assert built.notes["smoothing"] == "witten-bell"
    assert all(math.isnan(p) for p in compare_smoothings([[(0, 1)]], 2, order=1).values())


def test_rare_n_grams_are_left_out_after_two_chords_and_more():
    songs = [song("1 4 5"), song("1 4 5"), song("1 4 6")]
    built = build_table(songs, name="t", smoothing="witten-bell", min_count=2)
    listed = {history: len(row.chords) for history, row in built.rows.items()}
    i, iv = built.index("1"), built.index("4")
    assert listed[iv,] == 2
    assert listed[i, iv] == 1


@pytest.mark.parametrize("smoothing", ["none", *COMPARED])
def test_a_table_may_look_back_further_than_three_chords(smoothing):
    # What follows I IV V I hangs on the chord before them.
    songs = [song("6 1 4 5 1 4"), song("2 1 4 5 1 5")] * 2
    built = build_table(songs, name="t", order=5, smoothing=smoothing, min_count=2)
    assert built.order == 5
    vi, ii, i, iv, v = (built.index(token) for token in "62145")
    after_vi, after_ii = (vi, i, iv, v, i), (ii, i, iv, v, i)
    whole, short = built.distribution, built.shortened(4).distribution
    assert whole(after_vi)[iv] > np.nan_to_num(whole(after_vi)[v])
    assert whole(after_ii)[v] > np.nan_to_num(whole(after_ii)[iv])
    np.testing.assert_array_equal(short(after_vi), short(after_ii))


def test_the_usual_table_looks_back_three_chords():
    assert build_table([song("1 4 5 6 2 3")], name="t").order == 3


def test_too_many_histories_are_told_while_they_are_counted(monkeypatch):
    monkeypatch.setattr("shinko.tables.table.MOST_BYTES", 2_000)
    songs = [song("1 4 5 6 2 3 1 5 2 6 4 3")]
    with pytest.raises(TableError, match=r"^table 't': .* histories and more, of up to 9 chords"):
        build_table(songs, name="t", order=9)


def test_without_smoothing_unseen_chords_are_unlisted():
    built = build_table([song("1 4 1 5")], name="t", smoothing="none")
    i, iv = built.index("1"), built.index("4")
    assert built.probability((i,), iv) == 0.5
    assert built.probability((i,), i) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"order": 256}, "order 256: expected 0 to 255"),
        ({"order": -1}, "order -1: expected 0 to 255"),
        ({"smoothing": "laplace"}, "smoothing 'laplace': expected one of auto, witten-bell"),
        ({"vocabulary": ("b7",)}, "table 't': no chord in 1 songs to count"),
    ],
)
def test_a_table_that_cannot_be_built_says_why(arguments, message):
    with pytest.raises(TableError, match=message):
        build_table([song("1 4")], name="t", **arguments)


def test_no_songs_make_no_table():
    with pytest.raises(TableError, match="no chord in 0 songs"):
        build_table([], name="t")


# Perplexity

UNIFORM = table({(): ({0: 0.25, 1: 0.25, 2: 0.25, 3: 0.25}, 0.0)}, ("1", "4", "5", "6"))


def test_the_perplexity_of_a_uniform_table_is_its_size():
    assert held_out_perplexity(UNIFORM, [song("1 4 6 5 1")]) == pytest.approx(4)


def test_perplexity_is_the_geometric_mean():
    uneven = table({(): ({0: 0.5, 1: 0.125}, 0.0), (0,): ({1: 0.25}, 0.0)})
    # I after nothing 1/2, IV after I 1/4.
    assert held_out_perplexity(uneven, [song("1 4")]) == pytest.approx(8**0.5)


def test_perplexity_begins_anew_after_sixteen_chords():
    in_turn = table({(): ({0: 0.5}, 0.0), (0,): ({1: 1.0}, 0.0), (1,): ({0: 1.0}, 0.0)})
    # 17 chords, 1 4 1 … 1: the first and the seventeenth come after nothing, each 1/2.
    long = song(" ".join(["1", "4"] * (PROGRESSION // 2) + ["1"]))
    assert held_out_perplexity(in_turn, [long]) == pytest.approx(2 ** (2 / 17))


def test_an_unlisted_chord_makes_perplexity_infinite():
    assert held_out_perplexity(table({(): ({0: 1.0}, 0.0)}), [song("1 4")]) == math.inf


def test_perplexity_of_no_chord_is_no_number():
    assert math.isnan(held_out_perplexity(UNIFORM, [song("b3")]))


def test_pruning_and_counting_loops_once_predict_unseen_songs_better(chords_folder):
    # What the built-in tables rest on; SOURCES.md has the figures for all songs.
    from shinko.tables.songs import read_songs

    songs = read_songs(chords_folder / "billboard.jsonl.gz").songs[::5]
    vocabulary = choose_vocabulary([songs], 0.99)
    fitted, _ = fit_songs(songs, vocabulary)

    def perplexity(**arguments):
        return compare_smoothings(fitted, len(vocabulary), order=3, **arguments)["witten-bell"]

    assert perplexity(min_count=2) < perplexity() < perplexity(every_time=True)


# Mixing


def test_a_mixture_has_the_weighted_mean():
    one = table({(): ({0: 0.5, 1: 0.5, 2: 0.0}, 0.0)})
    other = table({(): ({0: 0.1, 1: 0.1, 2: 0.8}, 0.0)})
    mixed = mix_tables([(one, 3), (other, 1)], "m")
    np.testing.assert_allclose(mixed.distribution(()), [0.4, 0.4, 0.2])
    assert mixed.name == "m"


def test_a_history_of_one_table_is_mixed_with_the_shorter_one_of_the_other():
    one = table({(): ({0: 0.5, 1: 0.25, 2: 0.25}, 0.0), (0,): ({1: 0.8, 2: 0.1, 0: 0.1}, 0.0)})
    other = table({(): ({0: 0.2, 1: 0.2, 2: 0.6}, 0.0)})
    mixed = mix_tables([(one, 1), (other, 1)], "m")
    np.testing.assert_allclose(mixed.distribution((0,)), [0.15, 0.5, 0.35])


def test_chords_that_no_table_lists_share_what_is_left():
    one = table({(): ({0: 0.5, 1: 0.25, 2: 0.25}, 0.0), (0,): ({1: 0.8}, 0.2 / 0.75)})
    mixed = mix_tables([(one, 1), (one, 1)], "m")
    assert mixed.rows[(0,)].chords.tolist() == [1]
    assert mixed.rows[(0,)].backoff == pytest.approx(0.2 / 0.75)


def test_a_chord_outside_one_vocabulary_counts_zero_there():
    one = table({(): ({0: 0.5, 1: 0.5}, 0.0)}, ("1", "4"))
    other = table({(): ({0: 0.5, 1: 0.5}, 0.0)}, ("4", "6"))
    mixed = mix_tables([(one, 1), (other, 1)], "m")
    assert mixed.vocabulary == ("1", "4", "6")
    np.testing.assert_allclose(mixed.distribution(()), [0.25, 0.5, 0.25])


def test_a_history_with_a_chord_that_a_table_does_not_know_is_shortened_there():
    one = table({(): ({0: 1.0}, 0.0), (0,): ({0: 1.0}, 0.0)}, ("1",))
    other = table({(): ({0: 0.5, 1: 0.5}, 0.0), (1, 0): ({0: 0.1, 1: 0.9}, 0.0)}, ("1", "4"))
    mixed = mix_tables([(one, 1), (other, 1)], "m")
    np.testing.assert_allclose(mixed.distribution((1, 0)), [0.55, 0.45])


def test_a_mixture_with_a_cut_off_table_is_cut_off():
    one = table({(): ({0: 0.5, 1: 0.2}, 0.0)})
    other = table({(): ({1: 0.6}, 0.0)})
    mixed = mix_tables([(one, 1), (other, 1)], "m")
    np.testing.assert_allclose(mixed.distribution(()), [0.25, 0.4, np.nan])


def test_a_table_of_weight_zero_is_left_out():
    one = table({(): ({0: 0.5, 1: 0.5}, 0.0)}, ("1", "4"))
    other = table({(): ({0: 1.0}, 0.0)}, ("6",))
    assert mix_tables([(one, 1), (other, 0)], "m").vocabulary == ("1", "4")


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, -1], "weight -1 of table 't': expected 0 or more"),
        ([1, math.nan], "weight nan"),
        ([1, math.inf], "weight inf"),
        ([0, 0], "mixture 'm': the weights sum to 0"),
        ([], "mixture 'm': the weights sum to 0"),
    ],
)
def test_weights_that_cannot_be_used_are_told(weights, message):
    with pytest.raises(TableError, match=message):
        mix_tables([(UNIFORM, weight) for weight in weights], "m")


@given(SONGS, SONGS, st.floats(0.01, 0.99))
def test_a_mixture_of_smoothed_tables_sums_to_one(one, other, weight):
    parts = [
        TransitionTable("t", tuple("123456"), 3, smoothed(songs, 3, "absolute"))
        for songs in (one, other)
    ]
    mixed = mix_tables([(parts[0], weight), (parts[1], 1 - weight)], "m")
    np.testing.assert_allclose(sums(mixed.rows), 1, atol=ROUNDING)


# Measuring


def test_chord_shares_count_a_held_chord_once():
    assert chord_shares([song("1 1 4 1", "5")]) == {"1": 0.5, "4": 0.25, "5": 0.25}


def test_triad_shares_strip_figures():
    assert chord_shares([song("1 57 565/6 57/4")], triads=True) == {
        "1": 0.5,
        "5": 0.25,
        "5/6": 0.25,
    }


@pytest.mark.parametrize(
    ("token", "triad"),
    [("1", "1"), ("L742", "L7"), ("77/5", "7/5"), ("564/5", "5/5"), ("♯iv", "♯iv")],
)
def test_a_triad_has_no_figures(token, triad):
    assert triad_token(token) == triad


def test_pair_shares_stay_within_runs():
    assert pair_shares([song("1 4 1", "5 1")]) == {
        ("1", "4"): 1 / 3,
        ("4", "1"): 1 / 3,
        ("5", "1"): 1 / 3,
    }


def test_listed_pairs_are_joint_probabilities():
    pairs = listed_pairs(table({(): ({0: 0.5}, 0.0), (0,): ({1: 0.4}, 0.0), (1,): ({0: 1.0}, 0.0)}))
    assert pairs == {("1", "4"): 0.2}


def test_mean_shares_take_a_missing_one_as_zero():
    assert mean_shares([{"1": 1.0}, {"1": 0.5, "4": 0.5}]) == {"1": 0.75, "4": 0.25}


def test_correlation_is_over_what_both_have():
    r, n = correlation({"1": 1, "4": 2, "5": 3, "6": 9}, {"1": 2, "4": 4, "5": 6})
    assert (r, n) == (pytest.approx(1), 3)
