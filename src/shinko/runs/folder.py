"""Opening, reading and writing a run's folder, so that no kill leaves it unreadable.

Every file is replaced whole; only the metrics grow, and a torn last line is not counted. The state
is written last: whatever is newer than the state is what a kill may cost, and resuming drops it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from shinko import __version__
from shinko.disk import (
    is_temporary,
    remove_leftovers,
    sync_file,
    sync_folder,
    write_atomically,
)
from shinko.errors import FieldError, ShinkoError
from shinko.paths import fault_of
from shinko.runs.arrays import Arrays, array_bytes, read_arrays, reason
from shinko.runs.errors import RunError
from shinko.runs.lock import HOLDER, LOCK, hold
from shinko.runs.metrics import Row, read_rows, row_line
from shinko.runs.told import Told, read_told
from shinko.runs.version import refuse_newer

MOST_LISTED = 12
_PUT_BACK = "put it back, or train again"

_CHECKPOINT = re.compile(r"epoch-(\d{6})\.safetensors")


@dataclass(frozen=True)
class RunFolder:
    """Where a run lies; all methods read or write files there.

    Attributes:
      path: the folder.
      writer: the command that makes such runs, for messages.
      way_out: what to do about a damaged part, for messages.
    """

    path: Path
    writer: str = "shinko learn --out"
    way_out: str = "choose another epoch with `epoch`, or train again"

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
        """Begin an empty run with these settings, a table of TOML values, and with the version.

        What a kill left of a run before it had settings counts as an empty folder.

        Raises:
          RunError: the folder holds a run already, or something else.
          HeldError: another begins one there.
        """
        import tomli_w

        self.require_free()
        is_new = not self.path.exists()
        with self._making():
            self.path.mkdir(parents=True, exist_ok=True)
        with hold(self.path):
            self.require_free()  # another may have begun one in between
            told = {"shinko": __version__, **settings}
            try:
                with self._making():
                    self.checkpoints_path.mkdir(exist_ok=True)
                self._remove_leftovers()
                write_atomically(self.settings_path, tomli_w.dumps(told).encode())
            except BaseException:
                self._unmake(is_new)
                raise
        sync_folder(self.path.parent)

    @contextmanager
    def held(self, *, patience_seconds: float = 0.0) -> Iterator[None]:
        """Keep all others from training this run; see `hold`. Reading it needs no such thing.

        Raises:
          RunError: there is no run here.
          HeldError: another trains it.
        """
        if not exists(self.settings_path):
            raise self._no_run()
        with hold(self.path, patience_seconds=patience_seconds):
            yield

    def settings(self) -> dict[str, Any]:
        """The settings the run was made with.

        Raises:
          ShinkoError: there is no run here, its settings can't be read, or a newer version made it.
        """
        try:
            stored = tomllib.loads(self.settings_path.read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise self._no_run() from None
        except (OSError, ValueError, RecursionError) as error:
            raise RunError(
                f"{self.settings_path}: can't be read ({reason(error)}); train again"
            ) from None
        refuse_newer(stored.get("shinko", "0.1"), self.settings_path)
        return stored

    def part(self, name: str, kind: type[Told], writer: str = "") -> Told:
        """A table of the settings as a dataclass, each value held to its field.

        Args:
          name: of the table.
          kind: of the dataclass, see `read_told`.
          writer: the command that writes such tables; by default the one that makes such runs.

        Raises:
          ShinkoError: there is no such table or run, or it can't be read.
        """
        stored = self.settings().get(name)
        if not isinstance(stored, dict):
            command = writer or self.writer.split(" -")[0]
            raise RunError(f"{self.settings_path}: no [{name}]; expected a run of '{command}'")
        return self._told(kind, stored, f"[{name}] ")

    def above(self, kind: type[Told]) -> Told:
        """What stands above all tables of the settings as a dataclass; see `part`."""
        names = {field.name for field in fields(kind)}  # type: ignore[arg-type]
        stored = self.settings()
        return self._told(kind, {name: stored[name] for name in names & set(stored)}, "")

    def _told(self, kind: type[Told], stored: Row, place: str) -> Told:
        try:
            return read_told(kind, stored)
        except FieldError as error:  # it names the field itself
            raise RunError(f"{self.settings_path}: {error}; {_PUT_BACK}") from None
        except ShinkoError as error:
            raise RunError(f"{self.settings_path}: {place}{error}; {_PUT_BACK}") from None

    def rows(self) -> list[Row]:
        """The metrics, one row an epoch; a last line torn by a kill is left out.

        Raises:
          RunError: a line before the last one is damaged, or isn't the row of its epoch.
        """
        return read_rows(self.metrics_path, self.way_out)

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
        """The arrays of a checkpoint by name; `expect_weights` holds them to a network.

        Raises:
          RunError: there is no such checkpoint, or it is damaged.
        """
        known = self.checkpoints()
        if epoch not in known:
            raise RunError(
                f"{self.path}: no checkpoint at epoch {epoch}; there are {_listed(known) or 'none'}"
            )
        return read_arrays(self.checkpoint_path(epoch), self.way_out)

    def save_weights(self, epoch: int, weights: Arrays) -> None:
        """Write the checkpoint of an epoch."""
        write_atomically(self.checkpoint_path(epoch), array_bytes(weights))

    def keep_weights(self, epoch: int) -> None:
        """Delete the checkpoints of all other epochs."""
        for other in self.checkpoints():
            if other != epoch:
                self.checkpoint_path(other).unlink()

    def save_state(self, arrays: Arrays) -> None:
        """Write what a resumed training needs, in place of the last.

        The rows go to the disk before it: without them it couldn't be resumed.
        """
        sync_file(self.metrics_path)
        write_atomically(self.state_path, array_bytes(arrays))

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
        self._remove_leftovers()
        return rows

    def clear_up(self, best_epoch: int | None = None) -> None:
        """Remove what a kill left of a run at its end; nothing if it is held, or can't be written.

        Args:
          best_epoch: the one whose checkpoint alone is kept; None keeps all.
        """
        epochs = [] if best_epoch is None else self.checkpoints()
        inside = [path for at in (self.path, self.checkpoints_path) for path in at.glob(".*")]
        if len(epochs) > 1 or any(is_temporary(p.name) or p.name == HOLDER for p in inside):
            with suppress(ShinkoError, OSError), self.held():
                self._remove_leftovers()
                if best_epoch is not None:
                    self.keep_weights(best_epoch)

    def _remove_leftovers(self) -> None:
        for folder in (self.path, self.checkpoints_path):
            remove_leftovers(folder, alone=True)

    def require_free(self) -> None:
        """Raises: RunError, where there is a run, or anything else that isn't the rest of one."""
        if exists(self.settings_path):
            raise RunError(
                f"{self.path}: holds a run already; continue it with `resume`, or choose "
                "another folder with `out`"
            )
        if fault := fault_of(self.path.name):
            raise RunError(f"{self.path}: expected {fault}")
        with self._making():
            if exists(self.path) and not (self.path.is_dir() and self._is_unbegun()):
                raise RunError(f"{self.path}: not an empty folder; choose another with `out`")

    def _is_unbegun(self) -> bool:
        inside = [path for path in self.path.iterdir() if path != self.checkpoints_path]
        if self.checkpoints_path.is_dir():
            inside += self.checkpoints_path.iterdir()
        elif exists(self.checkpoints_path):
            return False
        return all(path.name in (LOCK, HOLDER) or is_temporary(path.name) for path in inside)

    @contextmanager
    def _making(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise RunError(
                f"{self.path}: can't be made ({error.strerror}); choose another with `out`"
            ) from error

    def _unmake(self, is_new: bool) -> None:
        with suppress(OSError):
            self.checkpoints_path.rmdir()
        if is_new:
            with suppress(OSError):
                (self.path / HOLDER).unlink(missing_ok=True)
                (self.path / LOCK).unlink()
                self.path.rmdir()

    def _no_run(self) -> RunError:
        return RunError(
            f"{self.path}: no run there (no settings.toml); expected a folder that "
            f"'{self.writer}' wrote"
        )


def exists(path: Path) -> bool:
    """Whether there is such a file or folder.

    Raises:
      RunError: it can't be looked up: the name is too long, or a folder above it is closed.
    """
    try:
        return path.exists()
    except OSError as error:
        raise RunError(f"{path}: {error.strerror}; choose another folder with `out`") from None


def _listed(epochs: list[int]) -> str:
    """The epochs, the middle of many left out."""
    shown = list(map(str, epochs))
    return ", ".join(shown if len(shown) <= MOST_LISTED else [*shown[:3], "…", *shown[-3:]])
