"""Writing rows as they come: one JSON line each, TensorBoard's log beside it if asked."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from shinko.files import WriteError
from shinko.runs.folder import Row, RunFolder, row_line


class Recorder:
    """Appends rows to a run's metrics; to be used in a `with` statement."""

    def __init__(self, folder: RunFolder, *, tensorboard: bool = False) -> None:
        """Args:
        folder: the run.
        tensorboard: write every number of a row to RUN/tensorboard, too.
        """
        self._file = folder.metrics_path.open("a", encoding="utf-8")
        self._log: Any = None
        if tensorboard:
            self._log = _open_tensorboard(folder)

    def write(self, row: Row) -> None:
        """Append a row; it is in the system's hands when this returns."""
        try:
            self._file.write(row_line(row))
            self._file.flush()
        except OSError as error:
            raise WriteError(
                f"can't write {self._file.name!r}: {error.strerror}; free some space, then --resume"
            ) from error
        if self._log is not None:
            for name, value in row.items():
                if isinstance(value, int | float) and name != "epoch":
                    self._log.add_scalar(name, value, row["epoch"])

    def __enter__(self) -> Recorder:
        return self

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
        if self._log is not None:
            self._log.close()


def _open_tensorboard(folder: RunFolder) -> Any:
    from shinko.errors import ShinkoError

    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise ShinkoError(
            "--tensorboard: the package tensorboard isn't installed; "
            "pip install 'shinko[tensorboard]'"
        ) from None
    return SummaryWriter(folder.path / "tensorboard")
