"""Feel: strums whose strings stay in order, triplets that don't swing."""

import pytest

from shinko.score.arrange import Performance, arrange
from shinko.score.feel import swung
from shinko.score.progression import Progression
from shinko.theory import Key, parse_token


@pytest.mark.parametrize("pattern", ["strum", "pop-rock"])
def test_the_strings_of_a_strum_stay_in_order_however_human_the_hand(pattern):
    piece = Progression(
        tuple(map(parse_token, ["1", "5", "6", "4"] * 8)), Key.parse("G"), (4,) * 32
    )

    def strums(humanize):
        """The pitches struck between one eighth and the next, in their order."""
        notes = arrange(piece, Performance(pattern, humanize=humanize, seed=1)).tracks[0].notes
        struck = {}
        for note in sorted(notes, key=lambda note: note.start_tick):
            struck.setdefault((note.start_tick + 60) // 240, []).append(note.pitch)
        return struck

    assert len(strums(0)) == 32 * {"strum": 6, "pop-rock": 6}[pattern]
    assert strums(1) == strums(0)


def test_what_is_struck_at_once_stays_together():
    piece = Progression((parse_token("1"),) * 4, Key.parse("C"), (4,) * 4)
    drums = arrange(piece, Performance("pop-rock", humanize=1, seed=1)).tracks[-1].notes
    kicks, hats = ([n.start_tick for n in drums if n.pitch == pitch] for pitch in (36, 42))
    # Every kick falls on an eighth, and the hat is struck on each of them.
    assert len(kicks) == 12
    assert set(kicks) < set(hats)


def test_a_strum_takes_half_of_a_short_stroke_at_most():
    piece = Progression((parse_token("1"),), Key.parse("C"), (4,), tempo_bpm=400)
    notes = arrange(piece, Performance("strum", humanize=0)).tracks[0].notes
    # 14 ms are 45 ticks at 400 beats per minute; five strings over the eighth (240) before the
    # fourth would take 180, of which there are 120.
    last_up = [note.start_tick for note in notes if note.start_tick >= 7 * 240]
    assert last_up == [1680, 1720, 1760, 1800]


def test_triplets_stay_and_eighths_swing():
    assert [swung(tick, 0.66) for tick in (0, 160, 320, 480)] == [0, 160, 320, 480]
    assert [swung(tick, 0.66) for tick in (80, 400)] == [80, 400]
    assert [swung(tick, 0.75) for tick in (120, 240, 360)] == [180, 360, 420]
