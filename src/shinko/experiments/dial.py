"""Learn a policy with a dial: many temperatures, one style or several and their mixtures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from shinko.errors import FieldError
from shinko.experiments.interrupts import interruptible
from shinko.experiments.machine import fitting_machine
from shinko.planning.plan import solve
from shinko.rl.dial import Worlds, side_by_side
from shinko.rl.dial_training import DialRow, DialTraining
from shinko.rl.policy import Policy, shipped_arrays, shipped_policy
from shinko.rl.settings import DialSettings
from shinko.rl.terms import rewarded
from shinko.rl.training import fitting_threads
from shinko.rl.variety import variety_of
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.runs.loop import run_training
from shinko.tables import compile_table
from shinko.tables.automaton import Automaton, fingerprint
from shinko.tables.builtin import playable_table
from shinko.tables.codec import expect_chords
from shinko.tables.mixing import mix_tables
from shinko.tables.table import TransitionTable

# How alike the parts of a mixture are that is learned: below 1, most have one or two large ones.
_CONCENTRATION = 0.5


def begin_dial(path: Path, settings: DialSettings) -> RunFolder:
    """Make the folder of a new run; the settings are tried first, so that wrong ones leave nothing.

    Raises:
      ShinkoError: a table or device can't be used, the memory is too small, or the folder is taken.
    """
    worlds = _worlds(settings)
    with fitting_machine(settings):
        _training(settings, worlds)  # fails here, before there is a folder
    folder = RunFolder(path)
    folder.create(
        {
            "codec": worlds.automaton.codec,
            "chords": list(worlds.automaton.vocabulary),
            "table_sha256": fingerprint(worlds.automaton),
            "cell": "lstm",
            "settings": settings.to_dict(),
            "dial": calibration(settings, _styles(settings)),
        }
    )
    return folder


def learn_dial(
    folder: RunFolder,
    on_epoch: Callable[[DialRow], None] = lambda row: None,
    *,
    should_stop: Callable[[], bool] | None = None,
) -> list[DialRow]:
    """Train a run to its end, from wherever it stands; a stop ends it with a checkpoint.

    `should_stop` is asked after each epoch; by default it is whether Ctrl-C was pressed.

    Raises:
      HeldError: another trains this run; nothing is changed.
      ShinkoError: the run, a table or the disk fails; what was saved stays.
    """
    with folder.held():
        return _learn_held(folder, on_epoch, should_stop)


def _learn_held(
    folder: RunFolder,
    on_epoch: Callable[[DialRow], None],
    should_stop: Callable[[], bool] | None,
) -> list[DialRow]:
    settings = dial_settings(folder)
    worlds = _worlds(settings)
    if fingerprint(worlds.automaton) != folder.settings().get("table_sha256"):
        raise RunError(
            f"{settings.tables}: not what {folder.path} was begun with; put it back, or train "
            "into another folder with `out`"
        )
    with fitting_machine(settings):
        training = _training(settings, worlds)
        with fitting_threads(settings), interruptible(should_stop) as asked:
            return run_training(training, folder, asked, on_epoch)


def dial_settings(folder: RunFolder) -> DialSettings:
    """What a run was told.

    Raises:
      RunError: there is no run of this kind, or its settings are damaged.
    """
    return folder.part("settings", DialSettings, "shinko dial")


def calibration(settings: DialSettings, automata: list[Automaton]) -> dict[str, Any]:
    """How varied each style's exact optimum is over the temperatures: TOML and JSON values."""
    effective, real, least = [], [], []
    for automaton in automata:
        process = rewarded(automaton, reward="log-probability", floor=settings.floor)
        own = variety_of(automaton, settings.length)
        real.append(round(own.real, 4))
        least.append(round(own.least, 4))
        effective.append(
            [
                round(
                    solve(process, temperature=tau, length=settings.length).walk.effective_tokens,
                    4,
                )
                for tau in settings.temperatures()
            ]
        )
    return {
        "styles": list(settings.names()),
        "knots": list(settings.knots()),
        "floor": settings.floor,
        "length": settings.length,
        "temperatures": list(settings.temperatures()),
        "effective": effective,
        "real": real,
        "least": least,
    }


def _chords(tables: Sequence[TransitionTable]) -> tuple[str, ...]:
    """Those of all tables."""
    return tuple(dict.fromkeys(chord for table in tables for chord in table.vocabulary))


def _tables(settings: DialSettings) -> list[TransitionTable]:
    """Those of the styles; raises `ShinkoError` for one that isn't of chords."""
    tables = [playable_table(name) for name in settings.names()]
    for table in tables:
        expect_chords(f"table {table.name!r}", table.codec)
    return tables


def _styles(settings: DialSettings) -> list[Automaton]:
    """Each style over the chords of all."""
    tables = _tables(settings)
    return [compile_table(table.over(_chords(tables))) for table in tables]


def _worlds(settings: DialSettings) -> Worlds:
    """Styles and mixtures over the chords of all."""
    tables = _tables(settings)
    chords = _chords(tables)
    rng = np.random.default_rng(settings.seed)
    weights = list(np.eye(len(tables)))
    mixed = settings.mixtures if len(tables) > 1 else 0
    weights += [rng.dirichlet(np.full(len(tables), _CONCENTRATION)) for _ in range(mixed)]
    automata = [compile_table(table.over(chords)) for table in tables]
    automata += [
        compile_table(mix_tables(list(zip(tables, each, strict=True)), "mixture").over(chords))
        for each in weights[len(tables) :]
    ]
    return side_by_side(automata, np.array(weights))


def _training(settings: DialSettings, worlds: Worlds) -> DialTraining:
    training = DialTraining(settings, worlds)
    if settings.begin == "shipped":
        shipped = shipped_policy()
        arrays = shipped_arrays()
        H, E = arrays["stack.cells.0.W_h"].shape[0], arrays["embedding.weight"].shape[1]
        if (settings.hidden, settings.embedding) != (H, E):
            field, value = ("hidden", H) if settings.hidden != H else ("embedding", E)
            raise FieldError(
                field,
                getattr(settings, field),
                f"{value}, that of the policy to begin with",
                "leave it out",
            )
        chords = worlds.automaton.vocabulary
        training.begin_with(_fitted(shipped, arrays, training, chords, len(settings.names())))
    return training


def _fitted(
    shipped: Policy,
    arrays: dict[str, NDArray[np.float32]],
    training: DialTraining,
    chords: tuple[str, ...],
    styles: int,
) -> dict[str, torch.Tensor]:
    """The shipped weights for other chords and styles.

    A chord that the policy doesn't know begins as training would begin it, a new style as the mean
    of the known ones; the temperatures are taken to be the same.
    """
    assert shipped.dial is not None
    weights = {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
    fresh = training.model.state_dict()
    embedding = fresh["embedding.weight"].clone()
    output, bias = fresh["output.weight"].clone(), fresh["output.bias"].clone()
    # A chord that was never met is as unlikely as the least likely one.
    bias[:] = weights["output.bias"].min()
    embedding[len(chords)] = weights["embedding.weight"][len(shipped.chords)]  # the start
    for place, chord in enumerate(chords):
        if chord in shipped.chords:
            known = shipped.chords.index(chord)
            embedding[place] = weights["embedding.weight"][known]
            output[place] = weights["output.weight"][known]
            bias[place] = weights["output.bias"][known]
    among = len(shipped.dial.styles)
    mean = weights["condition"][:among].mean(dim=0, keepdim=True)
    condition = torch.cat([mean.repeat(styles, 1), weights["condition"][among:]])
    return {
        **weights,
        "embedding.weight": embedding,
        "output.weight": output,
        "output.bias": bias,
        "condition": condition,
    }
