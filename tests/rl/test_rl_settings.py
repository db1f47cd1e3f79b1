"""Settings: what can't be is told with the field's name and what was expected."""

import pytest

from shinko.errors import FieldError
from shinko.request import change
from shinko.rl.presets import DIAL_PRESETS, PRESETS, dial_preset, preset
from shinko.rl.settings import DialSettings, LearnSettings


def test_settings_come_back_from_their_values():
    for settings in PRESETS.values():
        assert LearnSettings.from_dict(settings.to_dict()) == settings


def test_the_poster_preset_is_the_posters():
    poster = preset("poster")
    assert (poster.table, poster.cell, poster.reward) == ("hooktheory", "lstm", "probability")
    assert (poster.beta, poster.epochs, poster.baseline) == (0.15, 1900, "none")
    assert poster.entropy == "bonus"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("reward", "fame", "`reward` 'fame': expected one of probability, log-probability"),
        ("epochs", 0, "`epochs` 0: expected 1 to 1,000,000"),
        ("length", 257, "`length` 257: expected 1 to 256"),
        ("beta", float("nan"), "`beta` nan: expected 0 to 1,000"),
        ("beta", float("inf"), "`beta` inf: expected 0 to 1,000"),
        ("learning_rate", 0.0, "`learning_rate` 0.0: expected above 0, at most 10"),
        ("discount", 1.5, "`discount` 1.5: expected 0 to 1"),
        ("seed", 2**63, "`seed` 9223372036854775808: expected 0 to 9,223,372,036,854,775,807"),
        ("epochs", "600", "`epochs` '600': expected a whole number"),
        ("epochs", 600.0, "`epochs` 600.0: expected a whole number"),
        ("epochs", True, "`epochs` true: expected a whole number"),
        ("beta", [3.0], r"`beta` \[3.0\]: expected a number"),
        ("table", 3, "`table` 3: expected a text"),
        (
            "batch",
            1,
            "`batch` 1: expected at least 2, for baseline leave-one-out; raise `batch`, or take "
            "`baseline` none",
        ),
    ],
)
def test_a_value_that_can_not_be_is_told(name, value, message):
    with pytest.raises(FieldError, match=f"^{message}"):
        change(LearnSettings(), {name: value})


def test_an_unknown_setting_is_an_error():
    with pytest.raises(FieldError, match=r"field 'gamma': unknown; known: .*`discount`"):
        LearnSettings.from_dict({"gamma": 1.0})


def test_an_unknown_preset_is_told_with_the_known():
    with pytest.raises(FieldError, match="`preset` 'fast': expected one of default, poster"):
        preset("fast")
    with pytest.raises(FieldError, match="`preset` 'fast': expected one of own, shipped"):
        dial_preset("fast")


def test_a_preset_of_a_dial_goes_by_its_name_and_comes_back_from_its_values():
    assert dial_preset("own").begin == "shipped"
    for name, settings in DIAL_PRESETS.items():
        assert dial_preset(name) == DialSettings.from_dict(settings.to_dict())


def test_beta_is_constant_unless_scheduled():
    assert LearnSettings(beta=0.3).beta_at(500) == 0.3


def test_beta_goes_by_equal_factors_or_equal_steps():
    geometric = LearnSettings(beta=1.0, beta_end=0.01, epochs=3)
    assert [geometric.beta_at(e) for e in (1, 2, 3)] == pytest.approx([1.0, 0.1, 0.01])
    linear = LearnSettings(beta=1.0, beta_end=0.0, epochs=3, beta_schedule="linear")
    assert [linear.beta_at(e) for e in (1, 2, 3)] == pytest.approx([1.0, 0.5, 0.0])


def test_equal_factors_never_reach_zero_nor_leave_it():
    with pytest.raises(
        FieldError, match=r"`beta_end` 0\.0: expected above 0, for equal factors never reach 0"
    ):
        LearnSettings(beta=1.0, beta_end=0.0)
    with pytest.raises(FieldError, match=r"`beta` 0\.0: expected above 0, for equal factors never"):
        LearnSettings(beta=0.0, beta_end=1.0)


def test_the_step_size_is_kept_or_goes_to_its_end():
    assert LearnSettings(learning_rate=0.1).learning_rate_at(500) == 0.1
    falling = LearnSettings(learning_rate=0.1, rate_end=0.02, epochs=4)
    rates = [falling.learning_rate_at(epoch) for epoch in (1, 2, 3, 4)]
    assert rates == pytest.approx([0.1, 0.08, 0.06, 0.04])


MEMORY = LearnSettings(memory="major", beta=1.0, beta_end=-1.0)


def test_with_a_memory_the_network_may_copy_or_see_a_window():
    assert (MEMORY.lags, MEMORY.window) == ((), 0)
    assert change(MEMORY, {"copies": True}).lags[:2] == (2, 3)
    assert change(MEMORY, {"input": "window"}).window == 3


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"copies": True}, "`copies` true: expected false, without `memory`"),
        ({"chain_share": 0.5}, r"`chain_share` 0\.5: expected 0, without `memory`"),
        ({"input": "window"}, "`input` 'window': expected chord or history, without `memory`"),
    ],
)
def test_without_a_memory_there_is_nothing_of_it(changes, told):
    with pytest.raises(FieldError, match=told):
        LearnSettings(**changes)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"input": "history"}, "`input` 'history': expected another, for what a memory"),
        ({"reward": "probability"}, "`reward` 'probability': expected log-probability, for anoth"),
        ({"entropy": "bonus"}, "`entropy` 'bonus': expected return, for another best can't be pl"),
        ({"discount": 0.9}, r"`discount` 0\.9: expected 1\.0, for another best can't be played; "),
        ({"beta": 0.0}, r"`chain_share` 0\.5: expected 0, where β gets to 0"),
        ({"batch": 3}, "`batch` 3: expected more, two progressions of the policy's own"),
    ],
)
def test_what_does_not_go_with_a_memory_is_told(changes, told):
    with pytest.raises(FieldError, match=told):
        change(MEMORY, {"chain_share": 0.5, **changes})
