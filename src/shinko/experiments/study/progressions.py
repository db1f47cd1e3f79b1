"""Progressions at several epochs of a training, to read and to hear the collapse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shinko.errors import ShinkoError
from shinko.experiments.study.findings import Findings
from shinko.experiments.study.recorded import Recorded
from shinko.export.midi import midi_bytes
from shinko.nets.light import sample_light
from shinko.rl.policy import Policy, run_policy
from shinko.score.arrange import arrange
from shinko.score.progression import Progression
from shinko.theory import Key, parse_token

_KEY, _SEED, _BEATS = Key.parse("C"), 0, 4.0
# Shares of the training at which progressions are drawn, beside the selected checkpoint.
_MOMENTS = (0.0, 0.05, 0.25, 0.5, 1.0)


@dataclass(frozen=True)
class Snapshot:
    """What a policy plays at an epoch.

    Attributes:
      beta: of its training.
      epoch: of its checkpoint.
      selected: whether that is the checkpoint before the collapse.
      progression: drawn by it.
    """

    beta: float
    epoch: int
    selected: bool
    progression: Progression

    @property
    def name(self) -> str:
        """Of its MIDI file."""
        return f"beta-{self.beta:g}-epoch-{self.epoch}.mid"

    def midi(self) -> bytes:
        """The progression as a MIDI file."""
        return midi_bytes(arrange(self.progression))


def draw_moments(found: Findings) -> list[Snapshot]:
    """A progression at several epochs of the first training of each β."""
    return [
        moment
        for beta, trained in found.trained.items()
        for moment in _moments(beta, trained[0], found.best.length)
    ]


def _moments(beta: float, one: Recorded, length: int) -> list[Snapshot]:
    kept, last = one.folder.checkpoints(), len(one.returns)
    epochs = {min(kept, key=lambda epoch: abs(epoch - share * last)) for share in _MOMENTS}
    selected = None if isinstance(one.selection, ShinkoError) else one.selection.row.epoch
    if selected is not None:
        epochs.add(selected)
    return [
        Snapshot(beta, epoch, epoch == selected, _draw(run_policy(one.folder.path, epoch), length))
        for epoch in sorted(epochs)
    ]


def _draw(policy: Policy, length: int) -> Progression:
    """What a policy plays of itself, with the same chance at each epoch."""
    rng = np.random.default_rng(_SEED)
    tokens, _ = sample_light(policy.model, steps=length, count=1, temperature=1.0, rng=rng)
    return Progression(
        chords=tuple(parse_token(policy.chords[chord]) for chord in tokens[0]),
        key=_KEY,
        beats=(_BEATS,) * length,
        tempo_bpm=100.0,
        title=f"Shinko {_SEED}-1",
        seed=_SEED,
        policy=policy.name,
    )
