"""What a study is told."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shinko.rl.presets import preset
from shinko.rl.settings import LearnSettings
from shinko.runs.settings import Settings, setting

# The poster's weights of the entropy.
BETAS = (0.0, 0.15)


@dataclass(frozen=True)
class StudySettings(Settings):
    """Everything that decides a study."""

    table: str = setting("pop", "Transition table: a built-in name, 'hooktheory', or a path.")
    epochs: int = setting(1900, "Updates of each policy.", least=10, most=1_000_000)
    seeds: int = setting(3, "Trainings of each β.", least=1, most=1000)

    def trainings(self) -> dict[str, LearnSettings]:
        """What is trained: the poster's preset for each β and seed, by the name of its run."""
        poster = replace(preset("poster"), table=self.table, epochs=self.epochs)
        return {
            f"beta-{beta:g}-seed-{seed}": replace(poster, beta=beta, seed=seed)
            for beta in BETAS
            for seed in range(self.seeds)
        }
