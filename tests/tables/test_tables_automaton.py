"""The automaton against the table that it is made of."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shinko.tables.automaton import (
    compile_table,
    pack_histories,
    transitions,
    unpack_histories,
)
from shinko.tables.reading import read_table
from shinko.tables.table import Row, TableError, TransitionTable

V = 3
CHORDS = st.integers(0, V - 1)
HISTORIES = st.lists(CHORDS, max_size=6).map(tuple)
ROWS = st.builds(
    lambda numbers, backoff: Row(
        np.array(sorted(numbers), np.int32),
        np.array([numbers[chord] for chord in sorted(numbers)]),
        backoff,
    ),
    st.dictionaries(CHORDS, st.floats(0, 1)),
    st.sampled_from([0.0, 0.25, 1.5]),
)


@st.composite
def tables(draw: st.DrawFn) -> TransitionTable:
    """Irregular tables: any histories, whether or not their endings and beginnings are listed."""
    rows = draw(st.dictionaries(HISTORIES, ROWS)) | {(): draw(ROWS)}
    return TransitionTable("random", ("1", "4", "5"), max(map(len, rows)), rows)


def two_chords() -> TransitionTable:
    """I and V; I V I is a history, V I isn't."""
    even = Row(np.array([0, 1], np.int32), np.array([0.5, 0.5]))
    only_v = Row(np.array([1], np.int32), np.array([1.0]))
    return TransitionTable("two", ("1", "5"), 3, {(): even, (0, 1, 0): only_v})


@given(tables(), st.lists(CHORDS, max_size=12))
def test_every_state_has_the_distribution_of_its_history(table, chords):
    automaton = compile_table(table)
    np.testing.assert_array_equal(
        automaton.probabilities[automaton.run(chords)], table.distribution(chords)
    )


@given(tables(), st.lists(CHORDS, max_size=12))
def test_a_state_stands_for_an_ending_of_what_was_played(table, chords):
    automaton = compile_table(table)
    history = automaton.histories[automaton.run(chords)]
    assert history == tuple(chords[len(chords) - len(history) :])


@given(tables())
def test_states_are_the_listed_histories_and_their_beginnings(table):
    beginnings = {history[:n] for history in table.rows for n in range(len(history) + 1)}
    histories = compile_table(table).histories
    assert set(histories) == beginnings
    assert len(histories) == len(beginnings)


def test_the_start_is_the_empty_history():
    automaton = compile_table(two_chords())
    assert automaton.histories[automaton.start] == ()


def test_a_beginning_of_a_history_is_a_state_although_it_has_no_row():
    automaton = compile_table(two_chords())
    assert automaton.histories == ((), (0,), (0, 1), (0, 1, 0))
    assert automaton.next_state.tolist() == [[1, 0], [1, 2], [3, 0], [1, 2]]


def test_listed_is_where_there_is_a_number():
    automaton = compile_table(two_chords())
    assert automaton.listed.tolist() == [[True, True], [True, True], [True, True], [False, True]]


def test_arrays_have_the_promised_types():
    automaton = compile_table(two_chords())
    assert automaton.next_state.dtype == np.int32
    assert automaton.probabilities.dtype == np.float64
    assert automaton.vocabulary == ("1", "5")


@pytest.mark.parametrize("restricted", [True, False])
def test_the_hooktheory_automaton_agrees_with_its_table(hooktheory_folder, restricted):
    table = read_table(hooktheory_folder)
    table = table.restricted() if restricted else table
    automaton = compile_table(table)
    rng = np.random.default_rng(1)
    state, played = automaton.start, []
    for _ in range(500):
        # Mostly listed chords, so that long histories come up.
        listed = np.flatnonzero(automaton.listed[state])
        anything = rng.random() < 0.2 or not len(listed)
        chord = int(rng.integers(len(table.vocabulary)) if anything else rng.choice(listed))
        state = int(automaton.next_state[state, chord])
        played.append(chord)
        np.testing.assert_array_equal(automaton.probabilities[state], table.distribution(played))


def test_the_28_chords_of_hooktheory_make_2098_states(hooktheory_folder):
    # Not 28³ histories; 92 of them list none of the 28.
    automaton = compile_table(read_table(hooktheory_folder).restricted())
    assert automaton.next_state.shape == (2098, 28)


def test_histories_can_be_stored_and_followed_again(hooktheory_folder):
    automaton = compile_table(read_table(hooktheory_folder).restricted())
    packed = pack_histories(automaton.histories)
    assert packed.shape == (2098, 3)
    histories = unpack_histories(packed, 28)
    assert histories == automaton.histories
    np.testing.assert_array_equal(transitions(histories, 28)[0], automaton.next_state)


@given(tables())
def test_stored_histories_are_as_wide_as_the_longest_and_three_at_the_least(table):
    histories = compile_table(table).histories
    packed = pack_histories(histories)
    assert packed.shape == (len(histories), max(3, table.order))
    assert unpack_histories(packed, V) == histories
    wider = np.pad(packed, ((0, 0), (0, 3)), constant_values=-1)
    assert unpack_histories(wider, V) == histories


def test_a_table_of_too_many_histories_is_told_before_the_memory_is_full(monkeypatch):
    # Three states but the start: of 2 · 12 bytes for each chord, and 3 · 8 for the longest.
    monkeypatch.setattr("shinko.tables.table.MOST_BYTES", 4 * 48)
    assert len(compile_table(two_chords()).histories) == 4
    monkeypatch.setattr("shinko.tables.table.MOST_BYTES", 4 * 48 - 1)
    with pytest.raises(TableError, match=r"^table 'two': 4 histories and more, .* with `order`"):
        compile_table(two_chords())


@pytest.mark.parametrize(
    "packed",
    [
        [[-1, -1, -1], [3, -1, -1]],  # no such chord
        [[-1, -1, -1], [0, 1, -1]],  # its beginning is missing
        [[0, -1, -1], [-1, -1, -1]],  # longer ones first
        [[-1, -1, -1], [-1, -1, -1]],  # twice the same
        [[0.5, 0.5, 0.5]],
        [0, 1, 2],
        np.zeros((1, 3), np.uint8),
        np.empty((0, 3), np.int16),
    ],
)
def test_what_are_no_histories_is_told(packed):
    with pytest.raises(ValueError, match="'histories' are no"):
        unpack_histories(np.array(packed), 3)


def test_a_loop_closes_where_a_chord_is_at_least_as_usual_as_by_chance(table_of):
    """Of four chords by chance each has a quarter; what isn't listed is below that."""
    rows = {(): {0: 0.25, 1: 0.2499, 2: 0.5}, (0,): {3: 1.0}}
    automaton = compile_table(table_of(rows, "1456"))
    assert automaton.usual.tolist()[:2] == [
        [True, False, True, False],
        [False, False, False, True],
    ]


def test_the_own_chain_is_normalised_and_even_where_nothing_is_listed(table_of):
    automaton = compile_table(table_of({(): {0: 0.3, 1: 0.1}, (0,): {}}, "14"))
    np.testing.assert_allclose(automaton.chain, [[0.75, 0.25], [0.5, 0.5]])
