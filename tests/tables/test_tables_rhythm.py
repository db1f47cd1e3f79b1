"""How long chords last: the chain event by event, its fit, its file, and draws for given chords."""

from dataclasses import replace

import numpy as np
import pytest

from shinko.errors import ShinkoError
from shinko.tables.memories import builtin_memory
from shinko.tables.memory import SongStyle
from shinko.tables.memory_fitting import CountedSection, fit_style, freely_drawn
from shinko.tables.rhythm import (
    BARS,
    BARS_TOLD,
    KINDS,
    LONGEST,
    ROUND,
    Rhythm,
    Slips,
    bar_of,
    kind_of,
    reaches,
)
from shinko.tables.rhythm_chain import RhythmChain
from shinko.tables.rhythm_draws import Frame, draw_lengths
from shinko.tables.rhythm_files import described_rhythm, read_rhythm
from shinko.tables.rhythm_fitting import fit_rhythm
from shinko.tables.rhythm_reference import event_chances
from shinko.tables.table import TableError
from shinko.tables.voices import voice_of

VOCABULARY = ("1", "4", "5", "6")
V, Z = len(VOCABULARY), len(BARS) + 1


def made_up(seed=0):
    """A rhythm of which every number does something."""
    rng = np.random.default_rng(seed)
    entry = np.where(reaches(), rng.uniform(0.1, 1, (KINDS, BARS_TOLD + 1, Z)), 0.0)
    slips = [np.concatenate([[1.0], rng.uniform(0.1, 0.5, Z - 1)]) for _ in range(3)]
    counts = np.zeros((ROUND, LONGEST + 1, LONGEST))
    for length in (1, 2, 3, 4, 6, 8):
        counts[:, :, length - 1] = rng.integers(0, 4, (ROUND, LONGEST + 1))
    return Rhythm(
        rng.uniform(0.3, 0.9, (KINDS, Z)),
        entry / entry.sum(axis=-1, keepdims=True),
        Slips(*slips),
        counts,
        np.array([1.0, 0.5, 0.2, 0.0]),
    )


def free_rows(T, seed=1):
    rows = np.random.default_rng(seed).uniform(0.1, 1, (T, V))
    return rows / rows.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def style():
    """Of songs in which everything follows everything."""
    rng = np.random.default_rng(5)
    sections = []
    for song in range(30):
        chords = [0]
        while len(chords) < 12:
            chord = int(rng.integers(V))
            if chord != chords[-1]:
                chords.append(chord)
        sections.append(CountedSection(song, song % 2, tuple(chords), closes="piece"))
    return fit_style("made up", sections, VOCABULARY)


def test_places_are_told_by_what_begins_there():
    assert kind_of([0, 32, 16, 48, 4, 28, 1, 18]).tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert bar_of([0, 3, 4, 4 * BARS_TOLD, 999]).tolist() == [0, 0, 1, BARS_TOLD, BARS_TOLD]
    assert reaches()[2].tolist() == [True, True, True, *[False] * (Z - 3)]


def test_many_sections_at_once_are_as_one_after_the_other():
    rhythms, rng, T = (made_up(0), made_up(1)), np.random.default_rng(2), 14
    chords = np.array([[0, 1, 2, 1] * 4, [0, 1, 0, 1] * 4, [3, 0, 1, 2] * 4])[:, :T]
    lengths = rng.choice([1, 2, 4, 4, 8], (3, T))
    lengths[1] = 4
    which, free = np.array([0, 1, 0]), free_rows(T)
    chain, found = RhythmChain(rhythms, which, V), []
    for t in range(T):
        rows = chain.chord_chances(np.tile(free[t], (3, 1)))
        likely = chain.hear_chord(chords[:, t], free[t, chords[:, t]])
        np.testing.assert_allclose(likely, rows[np.arange(3), chords[:, t]])
        found.append((rows, chain.length_chances()))
        chain.hear_length(lengths[:, t])
    for row, number in enumerate(which):
        due = event_chances(
            rhythms[number], list(free), chords[row].tolist(), lengths[row].tolist()
        )
        for t in range(T):
            np.testing.assert_allclose(found[t][0][row], due[t][0], rtol=1e-9)
            np.testing.assert_allclose(found[t][1][row], due[t][1], rtol=1e-9)


def test_chances_sum_to_1():
    for chords, lengths in event_chances(
        made_up(), list(free_rows(9)), [0, 1, 2] * 3, [4, 2, 2] * 3
    ):
        assert chords.sum() == pytest.approx(1)
        assert lengths.sum() == pytest.approx(1)
    np.testing.assert_allclose(made_up().lengths().sum(axis=-1), 1.0)


def rngs(count):
    return [np.random.default_rng((7, number)) for number in range(count)]


def exactly(rhythm, voice, chords):
    """P(first two lengths | three chords), (LONGEST, LONGEST), by going through all of them."""
    chords, pairs = np.array(chords), np.indices((LONGEST, LONGEST)).reshape(2, -1) + 1
    chain = RhythmChain([rhythm], np.zeros(pairs.shape[1], int), V)
    logs = np.zeros(pairs.shape[1])
    for t, chord in enumerate(chords):
        each = np.full(pairs.shape[1], chord)
        free, _ = freely_drawn(
            voice.innovations, voice.recall.trust, chords[None, :t], chords[t : t + 1]
        )
        logs += np.log(chain.hear_chord(each, np.repeat(free, len(each))))
        chances = chain.length_chances()
        if t < 2:
            logs += np.log(chances[np.arange(len(each)), pairs[t] - 1])
            chain.hear_length(pairs[t])
        else:
            logs += np.log((chances * chain.ends()).sum(axis=1))
    shares = np.exp(logs - logs.max())
    return (shares / shares.sum()).reshape(LONGEST, LONGEST)


@pytest.mark.parametrize("chords", [[0, 1, 0], [2, 0, 3]])
def test_draws_follow_the_chances_given_all_chords(style, chords):
    rhythm, voice = made_up(), voice_of(style, VOCABULARY, "major")
    exact = exactly(rhythm, voice, chords)
    count = 3000
    drawn = draw_lengths([(voice, rhythm)], np.tile(chords, (count, 1)), rngs(count), particles=64)
    first = np.bincount(drawn[:, 0] - 1, minlength=LONGEST) / count
    second = np.bincount(drawn[:, 1] - 1, minlength=LONGEST) / count
    for found, due in ((first, exact.sum(axis=1)), (second, exact.sum(axis=0))):
        # Five standard deviations of each share, and a thousandth that few particles may err by.
        assert (abs(found - due) <= 5 * np.sqrt(due * (1 - due) / count) + 0.001).all()
    assert (drawn.sum(axis=1) % 4 == 0).all()


def looping(songs=40, lengths=(4, 4, 2, 6)):
    """Sections of four chords in four bars that come three times."""
    sections = []
    for song in range(songs):
        own = np.random.default_rng(song).permutation(lengths) if song % 2 else np.array(lengths)
        places = np.concatenate([[0], np.tile(own, 3).cumsum()])
        sections.append(
            CountedSection(song, 0, (0, 1, 2, 3) * 3, closes="piece", places=tuple(places.tolist()))
        )
    return sections


def test_what_always_comes_after_four_bars_is_found():
    sections = looping()
    style = fit_style("loops", sections, VOCABULARY)
    rhythm = fit_rhythm(sections, style, VOCABULARY)
    four = 1 + BARS.index(4)
    assert rhythm.entry[1, 4, four] > 0.5  # at the fifth bar, where four bars begin
    assert rhythm.slips.length[four] < 0.06
    assert rhythm.ends[:2].tolist() == [0, 1]  # twelve bars, not eight nor sixteen
    voice = voice_of(style, VOCABULARY, "major")
    drawn = draw_lengths([(voice, rhythm)], np.array([[0, 1, 2, 3] * 3] * 200), rngs(200))
    alike = (drawn[:, :4] == drawn[:, 4:8]).all(axis=1) & (drawn[:, :4] == drawn[:, 8:]).all(axis=1)
    assert alike.mean() > 0.5
    assert (drawn[:, :4].sum(axis=1) == 16).mean() > 0.6


def test_few_songs_lean_on_what_they_are_like():
    usual = builtin_memory().style("billboard").rhythm
    sections = looping(2)
    style = fit_style("few", sections, VOCABULARY)
    alone = fit_rhythm(sections, style, VOCABULARY)
    leaning = fit_rhythm(sections, style, VOCABULARY, like=usual)
    far, near = (abs(one.stay - usual.stay).max() for one in (alone, leaning))
    assert near < 0.2 < far
    assert leaning.lengths()[0, 0, 7] > alone.lengths()[0, 0, 7]  # two bars


def test_songs_that_tell_no_lengths_have_no_rhythm(style):
    with pytest.raises(TableError, match="'made up': no section that tells how long chords last"):
        fit_rhythm([CountedSection(0, 0, (0, 1))], style, VOCABULARY)


@pytest.fixture(scope="module")
def timed(style):
    return [(voice_of(style, VOCABULARY, "major"), made_up(seed)) for seed in (0, 1)]


def draw(timed, frame, count=50, T=8):
    chords = np.tile([0, 1, 2, 3, 0, 2, 1, 3][:T], (count, 1))
    return draw_lengths(timed, chords, rngs(count), frame, particles=32)


def test_lengths_fill_the_bars_that_are_asked_for(timed):
    assert (draw(timed, Frame(quarters=32)).sum(axis=1) == 32).all()
    # Eight chords in two bars have no choice.
    assert (draw(timed, Frame(quarters=8)) == 1).all()


def test_chords_begin_on_the_grid(timed):
    places = draw(timed, Frame(grid=(0, 2))).cumsum(axis=1)
    assert set((places % 4).ravel().tolist()) == {0, 2}
    assert (draw(timed, Frame(grid=(0,), quarters=40)).cumsum(axis=1) % 4 == 0).all()


def test_units_that_share_their_chords_share_their_lengths(timed):
    lengths = draw(timed, Frame(same=(-1, -1, -1, -1, 0, 1, 2, 3)))
    np.testing.assert_array_equal(lengths[:, :4], lengths[:, 4:])
    assert len(np.unique(lengths[:, :4], axis=0)) > 20


def test_what_fills_no_bars_is_told(timed):
    with pytest.raises(
        ShinkoError, match="no rhythm of 8 chords fills 1 bars; choose other `bars`"
    ):
        draw(timed, Frame(quarters=4))


def test_the_same_seed_gives_the_same_lengths(timed):
    np.testing.assert_array_equal(draw(timed, Frame()), draw(timed, Frame()))


def test_a_rhythm_is_read_as_it_was_written():
    usual = builtin_memory().style("billboard").rhythm
    again = read_rhythm(described_rhythm(usual))
    for name in ("stay", "entry", "ends"):
        np.testing.assert_allclose(getattr(again, name), getattr(usual, name), atol=1e-3)
    np.testing.assert_allclose(again.counts, usual.counts, atol=0.06)
    np.testing.assert_allclose(again.slips.other, usual.slips.other, atol=1e-4)


@pytest.mark.parametrize(
    "change",
    [
        {"counts": [[0, 0, -1, 1.0]]},
        {"counts": [[0, 0, 1, float("nan")]]},
        {"entry": []},
        {"entry": [[[2.0]] * 25] * 4},
        {"stay": [[0.5] * 9] * 3},
        {"slips": [[1.0] * 9] * 2},
        {"ends": [0, 0, 0, 1]},
    ],
)
def test_a_damaged_rhythm_is_refused(change):
    told = described_rhythm(builtin_memory().style("billboard").rhythm)
    with pytest.raises((TableError, ValueError, KeyError, IndexError)):
        read_rhythm({**told, **change})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"stay": np.ones((2, Z))}, "stay: expected numbers of the shape"),
        ({"slips": Slips(np.ones(2), np.ones(Z), np.ones(Z))}, "slips: expected 9 numbers each"),
        ({"ends": np.array([2.0, 0, 0, 0])}, "expected chances from 0 to 1"),
        ({"ends": np.array([0, 0, 0, 1.0])}, "ends: expected one where bars begin"),
        ({"entry": made_up().entry / 2}, "entry: expected rows of sum 1"),
        ({"entry": np.full((KINDS, BARS_TOLD + 1, Z), 1 / Z)}, "nothing from before the beginning"),
        ({"counts": np.zeros((ROUND, LONGEST + 1, LONGEST))}, "counts: expected numbers from 0"),
    ],
)
def test_what_is_no_rhythm_is_told(change, told):
    with pytest.raises(TableError, match=told):
        replace(made_up(), **change)


def test_every_style_of_the_package_has_a_rhythm():
    for each in builtin_memory().styles:
        assert isinstance(each, SongStyle)
        assert each.rhythm.counts.sum() > 1000, each.name
