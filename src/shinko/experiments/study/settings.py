"""What a study is told, and what it trains."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, replace

from shinko.request import Request, asked, part
from shinko.rl.presets import preset
from shinko.rl.settings import LearnSettings

# The poster's weights of the entropy.
BETAS = (0.0, 0.15)
# Those of the sweep: on both sides of the phase transition of the Hooktheory table.
SWEPT = (0.05, 0.1, 0.15, 0.2, 0.3)
# Where the sweep with the entropy in the return begins to cool: rewards are at most 1.
_WARMEST = 1.0
# How many times as many trainings the poster's β get as those of the sweep.
_POSTERS_SHARE = 4


@dataclass(frozen=True)
class StudySettings(Request):
    """Everything that decides a study."""

    table: str = asked(
        MISSING,
        "Transition table: a built-in name or a path; by default 'hooktheory' where it is "
        "downloaded, else 'pop'.",
        factory=lambda: usual_table(),
    )
    epochs: int = asked(1900, "Updates of each policy.", least=10, most=1_000_000)
    seeds: int = asked(
        20,
        "Trainings of each of the poster's two β; each other β gets a quarter of them.",
        least=1,
        most=1000,
    )

    @property
    def sweep_seeds(self) -> int:
        """Trainings of each β of the sweep that isn't the poster's."""
        return -(-self.seeds // _POSTERS_SHARE)

    def trainings(self) -> dict[str, LearnSettings]:
        """What is trained, by the name of its run, with each of its seeds.

        The poster's preset with the poster's two β and with those of the sweep; and, with the
        entropy in the return, the preset that comes nearest to the optimum, cooled to each β of
        the sweep.
        """
        poster = replace(preset("poster"), table=self.table, epochs=self.epochs)
        near = replace(
            preset("near-optimal"),
            table=self.table,
            epochs=self.epochs,
            reward=poster.reward,
            beta=_WARMEST,
        )
        # Of the sweep only the last checkpoint is used.
        sweep = replace(poster, checkpoint_every=near.checkpoint_every)
        told = {f"beta-{beta:g}": (replace(poster, beta=beta), self.seeds) for beta in BETAS}
        for beta in SWEPT:
            told.setdefault(f"beta-{beta:g}", (replace(sweep, beta=beta), self.sweep_seeds))
        for beta in SWEPT:
            told[f"return-beta-{beta:g}"] = replace(near, beta_end=beta), self.sweep_seeds
        return {
            f"{name}-seed-{seed}": replace(settings, seed=seed)
            for name, (settings, seeds) in told.items()
            for seed in range(seeds)
        }


@dataclass(frozen=True)
class StudyRequest(Request):
    """The poster's experiment over several seeds, as a report."""

    settings: StudySettings = part(StudySettings)

    lang: str = asked("en", "Language of figures and report.", choices=("en", "ja"))
    workers: int | None = asked(
        None, "Trainings at a time; by default one for each core.", least=1, most=256
    )


def usual_table() -> str:
    """The poster's own table where it is downloaded, and a built-in one otherwise."""
    from shinko.tables.builtin import is_downloaded  # it takes a while, and only a study needs it

    poster = preset("poster").table
    return poster if is_downloaded(poster) else LearnSettings.table
