"""Settings that go by a name."""

from __future__ import annotations

from shinko.errors import FieldError
from shinko.rl.settings import DialSettings, LearnSettings

# `default` cools a maximum-entropy policy from wide open to past its collapse, so that selection
# finds the most focused one that is still diverse. `poster` is the poster's experiment, which
# doesn't tell its learning rate, batch and size. `near-optimal` comes as close to the exact optimum
# as this project knows to: cooled, and nothing left to chance that the table tells. `memory` learns
# what songs remember.
PRESETS: dict[str, LearnSettings] = {
    "default": LearnSettings(),
    "poster": LearnSettings(
        table="hooktheory",
        reward="probability",
        baseline="none",
        entropy="bonus",
        beta=0.15,
        beta_end=-1.0,
        epochs=1900,
        batch=16,
        learning_rate=0.002,
    ),
    "near-optimal": LearnSettings(
        estimator="table-aware",
        input="history",
        beta=6.0,
        beta_end=1.0,
        epochs=2500,
        learning_rate=0.01,
        checkpoint_every=100,
    ),
    "memory": LearnSettings(
        memory="major",
        chain_share=0.9,
        copies=True,
        estimator="all-action",
        beta=1.0,
        beta_end=-1.0,
        epochs=1000,
        learning_rate=0.02,
        rate_end=0.0,
        clip=1.0,
        hidden=128,
        output_bias="first",
        checkpoint_every=100,
    ),
}


def preset(name: str) -> LearnSettings:
    """The settings that go by a name.

    Raises:
      FieldError: no preset has that name.
    """
    try:
        return PRESETS[name]
    except KeyError:
        raise FieldError("preset", name, f"one of {', '.join(PRESETS)}") from None


# Policies with a dial: `own` makes a style of one's own songs from the policy that ships, `shipped`
# makes that one.
DIAL_PRESETS: dict[str, DialSettings] = {
    "own": DialSettings(begin="shipped", epochs=1500, batch=32, learning_rate=0.002, hidden=192),
    "shipped": DialSettings(epochs=64_000, hidden=192),
}


def dial_preset(name: str) -> DialSettings:
    """The settings of a policy with a dial that go by a name.

    Raises:
      FieldError: no preset has that name.
    """
    try:
        return DIAL_PRESETS[name]
    except KeyError:
        raise FieldError("preset", name, f"one of {', '.join(DIAL_PRESETS)}") from None
