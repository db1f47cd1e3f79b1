"""Opening, reading and writing a run's folder, so that no kill leaves it unreadable.

Every file is replaced whole; only the metrics grow, and a torn last line is not counted. The state
is written last: whatever is newer than the state is what a kill may cost, and resuming drops it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.files import write_atomically

Row = dict[str, Any]
Arrays = Mapping[str, NDArray[Any]]

_CHECKPOINT = re.compile(r"epoch-(\d{6})\.safetensors")


class RunError(ShinkoError):
    """A run's folder can't be used as asked."""


@dataclass(frozen=True)
class RunFolder:
    """Where a run lies; all methods read or write files there.

    Attributes:
      path: the folder.
    """

    path: Path

    @property
    def settings_path(self) -> Path:
        return self.path / "settings.toml"

    @property
    def metrics_path(self) -> Path:
        return self.path / "metrics.jsonl"

    @property
    def state_path(self) -> Path:
        return self.path / "state.safetensors"

    @property
    def checkpoints_path(self) -> Path:
        return self.path / "checkpoints"

    def create(self, settings: Mapping[str, Any]) -> None:
        """Begin an empty run with these settings, a table of TOML values.

        Raises:
          RunError: the folder holds a run already, or something else.
        """
        import tomli_w

        if self.settings_path.exists():
            raise RunError(
                f"{self.path}: holds a run already; continue it with --resume, or choose "
                "another folder with --out"
            )
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise RunError(f"{self.path}: not an empty folder; choose another with --out")
        try:
            self.checkpoints_path.mkdir(parents=True)
        except OSError as error:
            raise RunError(
                f"{self.path}: can't be made ({error.strerror}); choose another with --out"
            ) from error
        write_atomically(self.settings_path, tomli_w.dumps(settings).encode())

    def settings(self) -> dict[str, Any]:
        """The settings the run was made with.

        Raises:
          RunError: there is no run here, or its settings can't be read.
        """
        try:
            return tomllib.loads(self.settings_path.read_text("utf-8"))
        except FileNotFoundError:
            raise RunError(
                f"{self.path}: no run there (no settings.toml); expected a folder that "
                "'shinko learn --out' wrote"
            ) from None
        except (OSError, ValueError) as error:
            raise RunError(
                f"{self.settings_path}: can't be read ({_first_line(error)}); train again"
            ) from None

    def rows(self) -> list[Row]:
        """The metrics, one row an epoch; a last line torn by a kill is left out.

        Raises:
          RunError: a line before the last one is damaged.
        """
        try:
            lines = self.metrics_path.read_text("utf-8").split("\n")
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise RunError(
                f"{self.metrics_path}: can't be read ({_first_line(error)}); train again"
            ) from None
        rows = []
        for number, line in enumerate(lines[:-1], 1):  # what follows the last line end is torn
            try:
                rows.append(json.loads(line))
            except ValueError:
                raise RunError(
                    f"{self.metrics_path}: line {number} is damaged: {line[:40]!r}; "
                    "delete it and what follows, then --resume"
                ) from None
        return rows

    def checkpoint_path(self, epoch: int) -> Path:
        """The file of the weights at an epoch."""
        return self.checkpoints_path / f"epoch-{epoch:06d}.safetensors"

    def checkpoints(self) -> list[int]:
        """The epochs that have a checkpoint, ascending."""
        if not self.checkpoints_path.is_dir():
            return []
        matches = (_CHECKPOINT.fullmatch(file.name) for file in self.checkpoints_path.iterdir())
        return sorted(int(match[1]) for match in matches if match)

    def weights(self, epoch: int) -> dict[str, NDArray[Any]]:
        """The weights at an epoch by name.

        Raises:
          RunError: there is no such checkpoint, or it is damaged.
        """
        if not self.checkpoint_path(epoch).exists():
            known = ", ".join(map(str, self.checkpoints())) or "none"
            raise RunError(f"{self.path}: no checkpoint at epoch {epoch}; there are {known}")
        return read_arrays(self.checkpoint_path(epoch))

    def save_weights(self, epoch: int, weights: Arrays) -> None:
        """Write the checkpoint of an epoch."""
        write_atomically(self.checkpoint_path(epoch), _to_bytes(weights))

    def save_state(self, arrays: Arrays) -> None:
        """Write what a resumed training needs, in place of the last."""
        write_atomically(self.state_path, _to_bytes(arrays))

    def rewind(self, epoch: int) -> list[Row]:
        """Drop all rows and checkpoints after `epoch`, and what a kill left; return the rows kept.

        Raises:
          RunError: rows up to `epoch` are missing.
        """
        rows = self.rows()[:epoch]
        if len(rows) < epoch:
            raise RunError(
                f"{self.metrics_path}: {len(rows)} rows, but the state is at epoch {epoch}; "
                "train again into another folder"
            )
        write_atomically(self.metrics_path, "".join(map(row_line, rows)).encode())
        for later in self.checkpoints():
            if later > epoch:
                self.checkpoint_path(later).unlink()
        for folder in (self.path, self.checkpoints_path):
            for leftover in folder.glob(".*.tmp"):
                leftover.unlink()
        return rows


def row_line(row: Row) -> str:
    """A row as it stands in the metrics file."""
    return json.dumps(row, separators=(",", ":"), allow_nan=False) + "\n"


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """A safetensors file.

    Raises:
      RunError: it is missing or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return load_file(path)
    except FileNotFoundError:
        raise RunError(f"{path}: no such file; expected a checkpoint (safetensors)") from None
    except (SafetensorError, OSError, ValueError) as error:
        raise RunError(
            f"{path}: damaged ({_first_line(error)}); expected a checkpoint (safetensors); "
            "choose another epoch with --epoch, or train again"
        ) from None


def _to_bytes(arrays: Arrays) -> bytes:
    from safetensors.numpy import save

    return save({name: np.asarray(array, order="C") for name, array in arrays.items()})


def _first_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]
