"""How loud bass and drums are beside the chords, as they sound."""

import pytest

from shinko.export.loudness import loudness_lufs
from shinko.export.synth import synthesize
from shinko.files.read import Reading, read
from shinko.score.arrange import Performance, arrange
from shinko.score.pattern import pattern_names

RATE = 44_100


@pytest.mark.parametrize("pattern", pattern_names())
def test_every_part_is_heard_and_none_covers_the_chords(pattern):
    meter = (3, 4) if pattern == "waltz" else (4, 4)
    (piece,) = read("C Am F G C Am Dm G", Reading(meter=meter)).progressions
    lufs = {}
    for part in ("chords", "bass", "drums"):
        score = arrange(piece, Performance(pattern, humanize=0, parts=(part,)))
        if score.tracks:
            frames = int(score.end_tick * 60 / score.tempo_bpm / score.ticks_per_quarter * RATE)
            lufs[part] = loudness_lufs(synthesize(score, frames))
    assert {"chords", "bass"} <= lufs.keys()
    assert -8 < lufs["bass"] - lufs["chords"] < 0
    if "drums" in lufs:
        assert -10 < lufs["drums"] - lufs["chords"] < 0
