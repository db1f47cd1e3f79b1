"""Learn a policy with a dial: styles in all modes, over heats and pulls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray

from shinko.errors import FieldError
from shinko.experiments.interrupts import interruptible
from shinko.experiments.machine import fitting_machine
from shinko.rl.dial import ORDERS, PULLS
from shinko.rl.dial_calibration import measure_dial
from shinko.rl.dial_training import DialRow, DialTraining
from shinko.rl.dial_worlds import DialWorlds, dial_worlds
from shinko.rl.policy import Policy, shipped_arrays, shipped_policy
from shinko.rl.settings import DialSettings
from shinko.rl.training import fitting_threads
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.runs.loop import run_training
from shinko.tables.memory import LAGS
from shinko.tables.table import CHORDS


def begin_dial(
    path: Path,
    settings: DialSettings,
    on_voice: Callable[[int, int], None] = lambda done, of: None,
) -> RunFolder:
    """Make the folder of a new run; the settings are tried first, so that wrong ones leave nothing.

    `on_voice` is called with how many voices the dial is measured on, and of how many.

    Raises:
      ShinkoError: a table or device can't be used, the memory is too small, or the folder is taken.
    """
    folder = RunFolder(path)
    folder.require_free()  # measuring takes a while
    worlds = dial_worlds(settings.names(), PULLS)
    with fitting_machine(settings):
        _training(settings, worlds)  # fails here, before there is a folder
    folder.create(
        {
            "codec": CHORDS,
            "chords": list(worlds.vocabulary),
            "table_sha256": worlds.fingerprint,
            "cell": "lstm",
            "copies": list(LAGS),
            "orders": list(ORDERS),
            "settings": settings.to_dict(),
            "dial": measure_dial(settings, worlds, on_voice),
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
    worlds = dial_worlds(settings.names(), PULLS)
    if worlds.fingerprint != folder.settings().get("table_sha256"):
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


def _training(settings: DialSettings, worlds: DialWorlds) -> DialTraining:
    training = DialTraining(settings, worlds)
    if settings.begin == "shipped":
        shipped, arrays = shipped_policy(), shipped_arrays()
        H, E = arrays["stack.cells.0.W_h"].shape[0], arrays["embedding.weight"].shape[1]
        if (settings.hidden, settings.embedding) != (H, E):
            field, value = ("hidden", H) if settings.hidden != H else ("embedding", E)
            raise FieldError(
                field,
                getattr(settings, field),
                f"{value}, that of the policy to begin with",
                "leave it out",
            )
        training.begin_with(_fitted(shipped, arrays, training, worlds))
    return training


def _fitted(
    shipped: Policy,
    arrays: dict[str, NDArray[Any]],
    training: DialTraining,
    worlds: DialWorlds,
) -> dict[str, torch.Tensor]:
    """The shipped weights for other chords and styles.

    A chord that the policy doesn't know begins as training would begin it, a new style as the mean
    of the known ones that play most of its chords; modes and knots are taken to be the same.
    """
    assert shipped.dial is not None
    chords = worlds.vocabulary
    weights = {name: torch.from_numpy(array.copy()) for name, array in arrays.items()}
    fresh = training.model.state_dict()
    embedding = fresh["embedding.weight"].clone()
    output, bias = fresh["output.weight"].clone(), fresh["output.bias"].clone()
    # A chord that was never met is as unlikely as the least likely one.
    bias[:] = weights["output.bias"].min()
    embedding[len(chords)] = weights["embedding.weight"][len(shipped.chords)]  # the start
    for place, chord in enumerate(chords):
        if chord in shipped.chords:
            number = shipped.chords.index(chord)
            embedding[place] = weights["embedding.weight"][number]
            output[place] = weights["output.weight"][number]
            bias[place] = weights["output.bias"][number]
    known, others = weights["condition"].tensor_split([len(shipped.dial.styles)])
    begun = [
        known[_nearest(shipped, {chords[one] for one in worlds.chords_of(style)})].mean(dim=0)
        for style in range(len(worlds.styles))
    ]
    condition = torch.cat([torch.stack(begun), others])
    return {
        **weights,
        "embedding.weight": embedding,
        "output.weight": output,
        "output.bias": bias,
        "condition": condition,
    }


def _nearest(shipped: Policy, chords: set[str]) -> list[int]:
    """The numbers of the styles that play most of some chords."""
    assert shipped.dial is not None
    met = [len(chords.intersection(shipped.chords_of(style))) for style in shipped.dial.styles]
    return [number for number, count in enumerate(met) if count == max(met)]
