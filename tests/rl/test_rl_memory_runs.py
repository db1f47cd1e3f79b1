"""The memory that runs learn from: which it is, and what is called diverse beside it."""

from dataclasses import replace

import numpy as np
import pytest

from shinko.rl.limits import memory_limits
from shinko.rl.memory_runs import (
    learning_voices,
    memory_reward,
    run_voices,
    voices_fingerprint,
)
from shinko.rl.selection import USUAL_LIMITS
from shinko.rl.settings import LearnSettings
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder

TABLE = """history,chord,probability
,1,0.25
,4,0.25
,5,0.25
,6,0.25
1,4,0.5
1,5,0.4
4,5,0.6
4,1,0.3
5,1,0.8
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> LearnSettings:
    path = tmp_path_factory.mktemp("memory") / "toy.csv"
    path.write_text(TABLE)
    return LearnSettings(table=str(path), memory="major")


def test_chords_that_lead_nowhere_are_left_out(settings):
    voices = learning_voices(settings)
    assert voices.vocabulary == ("1", "4", "5")  # of 6 nothing is known to follow
    rows = memory_reward(voices, "probability").log_chances(np.zeros((1, 2), int), np.zeros(2, int))
    assert rows.shape == (1, 2, 3)


def test_a_built_in_table_has_a_voice_for_each_of_its_styles(settings):
    voices = learning_voices(replace(settings, table="pop", memory="minor"))
    assert list(voices.voices) == ["billboard", "pop909"]


def test_a_run_has_the_memory_that_it_was_begun_with(settings, tmp_path):
    voices = learning_voices(settings)
    folder = RunFolder(tmp_path / "run")
    told = {"learn": settings.to_dict(), "chords": ["1", "4", "5"]}
    folder.create({**told, "memory_sha256": voices_fingerprint(voices)})
    assert run_voices(folder, settings).vocabulary == voices.vocabulary
    other = replace(settings, table="pop")
    with pytest.raises(RunError, match=r"the memory of table 'pop' is not what .* was begun with"):
        run_voices(folder, other)


def test_a_fingerprint_tells_modes_and_tables_apart(settings):
    prints = {
        voices_fingerprint(learning_voices(one))
        for one in (
            settings,
            replace(settings, memory="minor"),
            replace(settings, memory="dorian"),
            replace(settings, table="pop"),
            replace(settings, table="pop", memory="minor"),
        )
    }
    assert len(prints) == 4  # a table that borrows its memory doesn't tell major from minor
    assert voices_fingerprint(learning_voices(settings)) in prints


def test_what_is_called_diverse_is_a_share_of_what_the_chain_is(settings):
    reward = memory_reward(learning_voices(settings), "log-probability")
    limits = memory_limits(reward, "plain", 6, batch=16)
    played = reward.play(np.zeros(20_000, int), 6, np.ones(1), np.random.default_rng(5)).tokens
    distinct = [len({*map(tuple, own.T)}) / 16 for own in np.split(played, 1250, axis=1)]
    assert limits.min_distinct == pytest.approx(0.75 * np.mean(distinct), abs=0.02)
    along = reward.log_chances(played, np.zeros(20_000, int))
    effective = np.exp(-(np.exp(along) * along).sum(axis=2).mean())
    assert limits.min_effective_chords == pytest.approx(0.75 * effective, abs=0.05)
    # Of chords, the usual limits stand where the chain keeps to them.
    usual = memory_limits(reward, "chords", 6, batch=16)
    assert usual.min_distinct == USUAL_LIMITS["chords"].min_distinct
    assert usual.min_effective_chords == min(3.0, limits.min_effective_chords)
