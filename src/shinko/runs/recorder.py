"""Writing rows as they come: one JSON line each, TensorBoard's log beside it if asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from types import TracebackType
from typing import Any

from shinko.disk import WriteError
from shinko.errors import ShinkoError
from shinko.runs.folder import RunFolder
from shinko.runs.metrics import Row, row_line


class Recorder:
    """Appends rows to a run's metrics; to be used in a `with` statement."""

    def __init__(
        self,
        folder: RunFolder,
        *,
        tensorboard: bool = False,
        labels: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Args:
        folder: the run.
        tensorboard: write every number of a row to RUN/tensorboard, too.
        labels: what the numbers of a field that holds several are called there.
        """
        self._labels = labels or {}
        self._log: Any = _open_tensorboard(folder) if tensorboard else None
        self._file = folder.metrics_path.open("a", encoding="utf-8")

    def write(self, row: Row) -> None:
        """Append a row; it is in the system's hands when this returns."""
        try:
            self._file.write(row_line(row))
            self._file.flush()
        except OSError as error:
            raise WriteError(
                f"can't write {self._file.name!r}: {error.strerror}; free some space, then `resume`"
            ) from error
        if self._log is not None:
            with self._log_faults():
                self._write_log(row)

    def _write_log(self, row: Row) -> None:
        for name, value in row.items():
            if name in self._labels:
                for label, part in zip(self._labels[name], value, strict=True):
                    self._log.add_scalar(f"{name}/{label}", part, row["epoch"])
            elif name != "epoch":
                self._log.add_scalar(name, value, row["epoch"])

    @contextmanager
    def _log_faults(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise WriteError(
                f"can't write {str(self._log.log_dir)!r}: {error.strerror}; free some space, then "
                "`resume` without `tensorboard`"
            ) from error

    def __enter__(self) -> Recorder:
        # TensorBoard writes in a thread; its faults come out here as well, so they are told once.
        self._hook, threading.excepthook = threading.excepthook, self._tell_other_faults
        return self

    def _tell_other_faults(self, fault: threading.ExceptHookArgs) -> None:
        if not issubclass(fault.exc_type, OSError):
            self._hook(fault)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._file.close()
        except OSError:
            if error is None:
                raise
        try:
            if self._log is not None:
                with self._log_faults():
                    self._log.close()
        except WriteError:
            if error is None:
                raise
        finally:
            threading.excepthook = self._hook


def require_tensorboard() -> None:
    """Raises: ShinkoError where TensorBoard isn't installed."""
    if find_spec("tensorboard") is None:
        raise ShinkoError(
            "`tensorboard`: the package tensorboard isn't installed; "
            "pip install 'shinko[tensorboard]'"
        )


def _open_tensorboard(folder: RunFolder) -> Any:
    require_tensorboard()
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(folder.path / "tensorboard")
