"""The trainings of a study, side by side; what is finished isn't trained again."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from shinko.errors import ShinkoError
from shinko.experiments.evaluate import yardstick
from shinko.experiments.interrupts import interruptible, on_ctrl_c
from shinko.experiments.learn import begin_run, learn
from shinko.experiments.study.parts import WAY_OUT, part_of_study
from shinko.experiments.study.settings import StudySettings
from shinko.experiments.study.sweep import EXACT_SOLUTIONS
from shinko.planning.errors import PlanningError
from shinko.planning.plan import solve
from shinko.rl.metrics import EpochRow
from shinko.rl.policy_runs import learning_table, run_settings
from shinko.rl.settings import LearnSettings
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder, exists
from shinko.runs.lock import hold
from shinko.runs.state import saved_epoch
from shinko.tables.automaton import fingerprint
from shinko.tables.codec import expect_chords

# More processes than these would rather fill the memory than save time.
_MOST_WORKERS = 8
# Epochs that are tried for the estimate; a third of them isn't timed.
_TIMED = 30
# Seconds that a process of a study before, whose own was killed, may take to end.
_PATIENCE = 10.0
# Seconds between two looks at how far the trainings are.
_PAUSE = 0.1


def usual_workers() -> int:
    """How many trainings go on at a time: one for each core, within reason."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(cores or 1, _MOST_WORKERS)


def train_all(
    out: Path,
    settings: StudySettings,
    show: Callable[[int, int], None],
    *,
    workers: int,
    estimated: Callable[[int, float], None] = lambda trainings, seconds: None,
    should_stop: Callable[[], bool] | None = None,
) -> dict[str, RunFolder] | None:
    """Train all of a study in OUT/runs; None if it was asked to stop, to be gone on with.

    Args:
      out: the study's folder.
      settings: of the study.
      show: called with the trainings' epochs done, and of how many.
      workers: trainings at a time, each in a process of its own.
      estimated: called once, with how many trainings there are to do and about how many seconds
        they will take, from epochs of each kind that were timed in all processes at once.
      should_stop: asked ten times a second; by default whether Ctrl-C was pressed.

    Raises:
      RunError: a run that is there has other settings.
      HeldError: another study is at work there, or one of its runs is trained; nothing is changed.
      ShinkoError: the table, a run or the disk fails; what was trained stays.
    """
    trainings = settings.trainings()
    seconds_to_solve = _check_table(next(iter(trainings.values())))
    table = fingerprint(learning_table(next(iter(trainings.values()))))
    _make_folder(out / "runs")
    with hold(out), interruptible(should_stop) as asked:
        done = {
            name: _epochs_done(out / "runs" / name, told, table) for name, told in trainings.items()
        }
        left = [name for name in trainings if done[name] < settings.epochs]
        total = settings.epochs * len(trainings)
        if left and not _train(
            *(out, trainings, done, left, workers),
            lambda count: show(count, total),
            lambda count, seconds: estimated(count, seconds + EXACT_SOLUTIONS * seconds_to_solve),
            asked,
        ):
            return None
        show(total, total)
    return {name: RunFolder(out / "runs" / name, way_out=WAY_OUT) for name in trainings}


def _train(
    out: Path,
    trainings: Mapping[str, LearnSettings],
    done: Mapping[str, int],
    left: list[str],
    workers: int,
    show: Callable[[int], None],
    estimated: Callable[[int, float], None],
    asked: Callable[[], bool],
) -> bool:
    """Whether all came to their end."""
    spawn = multiprocessing.get_context("spawn")
    # Epochs done of each, and at the last place whether to stop. No locks: a process that is killed
    # while it holds one would keep it.
    counts = spawn.Array("l", [*done.values(), 0], lock=False)
    workers = min(workers, len(left))
    with ProcessPoolExecutor(workers, spawn, _begin_worker, (counts,)) as executor:
        try:
            kinds = {_kind(trainings[name]): trainings[name] for name in left}
            # The processes begin here, and inherit that Ctrl-C is the study's to answer.
            with on_ctrl_c(signal.SIG_IGN):
                timed = [executor.submit(_time_epochs, kinds) for _ in range(workers)]
            if _watch(timed, asked, lambda: None):
                busy = [0.0] * workers  # each training goes to the process that is free first
                for name in left:
                    kind = _kind(trainings[name])
                    before_first, an_epoch = np.mean([one.result()[kind] for one in timed], axis=0)
                    seconds = before_first + an_epoch * (trainings[name].epochs - done[name])
                    busy[busy.index(min(busy))] += seconds
                estimated(len(left), max(busy))
                futures = [
                    executor.submit(_train_one, out / "runs" / name, told, place, _PATIENCE)
                    for place, (name, told) in enumerate(trainings.items())
                    if name in left
                ]
                if _watch(futures, asked, lambda: show(sum(counts[:-1]))):
                    return all(future.result() for future in futures)
        except BrokenProcessPool:
            raise ShinkoError(
                "a process of the study ended too early; run the same again to go on, with fewer "
                "`workers` if memory is short"
            ) from None
        finally:
            counts[-1] = 1
            executor.shutdown(cancel_futures=True)
    return False


def _watch(futures: list[Future[Any]], asked: Callable[[], bool], show: Callable[[], None]) -> bool:
    """Wait for all; False once asked to stop. Raises the first error of a future."""
    waiting = set(futures)
    while waiting:
        finished, waiting = wait(waiting, timeout=_PAUSE)
        for future in finished:
            future.result()
        show()
        if asked():
            return False
    return True


def _check_table(told: LearnSettings) -> float:
    """Fails for a table that can't be used, before anything is begun; seconds of a solution."""
    automaton = learning_table(told)
    expect_chords(f"table {told.table!r}", automaton.codec)
    try:
        best = yardstick(automaton, told, 0.0).best
    except PlanningError as error:
        raise PlanningError(f"{str(error).rsplit(';', 1)[0]}; take a smaller table") from None
    begin = perf_counter()
    solve(best.process, temperature=1.0, length=told.length).walk  # noqa: B018
    return perf_counter() - begin


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ShinkoError(
            f"{path}: can't be made ({error.strerror}); choose another folder with `out`"
        ) from None


def _epochs_done(path: Path, told: LearnSettings, table: str) -> int:
    """Of a run that may not be there yet.

    Raises:
      RunError: it can't be read, or it has other settings or another table.
    """
    if not exists(path / "settings.toml"):
        return 0
    folder = RunFolder(path, way_out=WAY_OUT)
    with part_of_study(path):
        settings, stored = run_settings(folder), folder.settings()
        saved = saved_epoch(folder, told.checkpoint_every)
    if stored.get("table_sha256") != table:
        raise RunError(
            f"table '{told.table}' is not what {path} was begun with; put it back, or choose "
            "another folder with `out`"
        )
    if settings != told:
        raise RunError(
            f"{path}: has other settings than this study; give the same as before, or choose "
            "another folder with `out`"
        )
    done = min(max(folder.checkpoints(), default=0), saved)
    if done >= told.epochs:
        folder.clear_up()
    return done


def _kind(told: LearnSettings) -> LearnSettings:
    """The settings of all trainings whose epochs take the same time."""
    return replace(told, beta=1.0, beta_end=-1.0, seed=0)


# What a process of the pool shares with the study.
_counts: Any


def _begin_worker(counts: Any) -> None:
    global _counts
    _counts = counts
    study = multiprocessing.parent_process()

    def end_with_study() -> None:
        if study is not None:
            study.join()
            os._exit(1)

    threading.Thread(target=end_with_study, daemon=True).start()


def _study_stops() -> bool:
    return bool(_counts[-1])


def _time_epochs(
    kinds: Mapping[LearnSettings, LearnSettings],
) -> dict[LearnSettings, tuple[float, float]]:
    """Seconds before the first epoch of each kind, and for each epoch with all that is written."""
    seconds = {}
    for kind, told in kinds.items():
        ends: list[float] = []

        def end(row: EpochRow, ends: list[float] = ends) -> None:
            ends.append(perf_counter())

        with TemporaryDirectory() as folder:
            begin = perf_counter()
            few = replace(told, epochs=_TIMED, checkpoint_every=min(_TIMED, told.checkpoint_every))
            learn(begin_run(Path(folder) / "run", few), should_stop=_study_stops, on_epoch=end)
        first = _TIMED // 3
        if len(ends) < _TIMED:  # the study stops
            ends = [begin] * _TIMED
        an_epoch = (ends[-1] - ends[first]) / (_TIMED - 1 - first)
        seconds[kind] = ends[first] - begin - first * an_epoch, an_epoch
    return seconds


def _train_one(path: Path, told: LearnSettings, place: int, patience_seconds: float) -> bool:
    """Whether it came to its end; progress goes to a place of the shared counts."""

    def count(row: EpochRow) -> None:
        _counts[place] = row.epoch

    if _study_stops():
        return False
    with part_of_study(path):
        folder = RunFolder(path, way_out=WAY_OUT)
        if not exists(path / "settings.toml"):
            folder = begin_run(path, told)
        with folder.held(patience_seconds=patience_seconds):
            learned = learn(folder, should_stop=_study_stops, on_epoch=count)
        return len(learned.rows) == told.epochs
