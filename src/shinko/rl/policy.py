"""A policy ready to compose: from the package, or from a run. Needs no torch."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from shinko.errors import ShinkoError
from shinko.nets.light import LightModel
from shinko.nets.shapes import ModelConfig, weight_shapes
from shinko.rl.described import Described, Dial, Tokens
from shinko.rl.dial import Conditions
from shinko.rl.dialled import DialledModel
from shinko.rl.metrics import EpochRow
from shinko.rl.policy_runs import run_settings
from shinko.rl.selection import Limits, Selection, SelectionError, select_checkpoint
from shinko.runs.arrays import Arrays, expect_weights, read_arrays
from shinko.runs.errors import RunError
from shinko.runs.folder import RunFolder
from shinko.runs.told import read_told
from shinko.runs.version import refuse_newer
from shinko.tables.table import CHORDS

SHIPPED = "styles.safetensors"
_OTHER_EPOCH = "choose another epoch with `epoch`, or train again"


@dataclass(frozen=True)
class Policy:
    """A network and the chords it speaks of.

    Attributes:
      model: V chords come out; the same and a start token go in, or the histories of a table.
      chords: their tokens.
      name: where it comes from, for people and for the record.
      dial: what it can be conditioned on, if it can.
      run: the run that it is from, and its epoch there.
      codec: what the tokens are, by name; see `shinko.tables.codec`.
    """

    model: LightModel
    chords: tuple[str, ...]
    name: str
    dial: Dial | None = None
    run: tuple[Path, int] | None = None
    codec: str = CHORDS

    def chords_of(self, style: str) -> tuple[str, ...]:
        """The chords that a style plays.

        Raises:
          ShinkoError: there is no dial, or no such style.
        """
        dial = self._dial
        _expect("style", style, dial.styles)
        if not dial.vocabularies:
            return self.chords
        return tuple(self.chords[number] for number in dial.vocabularies[dial.styles.index(style)])

    @property
    def _dial(self) -> Dial:
        if self.dial is None:
            raise ShinkoError(f"policy '{self.name}': it has no dial; expected one that has")
        return self.dial

    def at(
        self,
        style: str,
        mode: str,
        *,
        heat: float = 1.0,
        pull: float = 0.0,
        chords: tuple[str, ...] | None = None,
    ) -> DialledModel:
        """The network at a place of its dial.

        Args:
          style: of the dial's.
          mode: of the dial's.
          heat: τ; see `tables.voices`.
          pull: ρ; see there.
          chords: some of the policy's, to play over; by default those of the style. Others than
            these come as good as never, unless they are locked or what was locked is copied.

        Raises:
          ShinkoError: there is no dial, or no such style or mode.
        """
        import numpy as np

        dial, own = self._dial, self.chords_of(style)
        _expect("mode", mode, dial.modes)
        chords = own if chords is None else chords
        model = self.model
        if chords != self.chords or own != self.chords:
            numbers = {chord: number for number, chord in enumerate(self.chords)}
            kept = np.array([numbers[chord] for chord in chords])
            model = model.among(kept, np.array([chord not in own for chord in chords]))
        conditions = _conditions(dial)
        told = conditions.all_along(
            np.array([dial.styles.index(style)]),
            np.array([dial.modes.index(mode)]),
            np.array([heat]),
            np.array([pull]),
        )
        return DialledModel(model, conditions, told)


def _expect(field: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise ShinkoError(f"{field} {name!r}: expected one of {', '.join(known)}")


def shipped_policy() -> Policy:
    """The policy in the package, trained on the built-in tables over the whole dial."""
    return read_policy(Path(str(resources.files("shinko.rl") / "policies" / SHIPPED)))


def shipped_arrays() -> dict[str, NDArray[Any]]:
    """The weights of the policy in the package, by name, single precision."""
    path = Path(str(resources.files("shinko.rl") / "policies" / SHIPPED))
    return {name: array.astype("float32") for name, array in read_arrays(path).items()}


def read_policy(path: Path) -> Policy:
    """A policy file: weights, with version, chords, codec, cell and name in its metadata.

    Raises:
      ShinkoError: it is missing, damaged, or of a newer version.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "np") as file:
            stored = json.loads((file.metadata() or {})["policy"])
        version = stored.pop("shinko", "0.1")
        inner = stored.pop("dial") if isinstance(stored.get("dial"), dict) else None
    except (
        *(SafetensorError, OSError, AttributeError, KeyError, TypeError, ValueError),
        RecursionError,
    ):
        raise ShinkoError(f"{path}: no policy; expected a file that a release ships") from None
    refuse_newer(version, path)
    try:
        told = read_told(_Shipped, stored)
        dial = None if inner is None else read_told(Dial, inner)
    except ShinkoError as error:
        raise ShinkoError(f"{path}: {error}; expected a file that a release ships") from None
    return _policy(told, read_arrays(path), path, told.name, dial)


@dataclass(frozen=True, kw_only=True)
class _Shipped(Described):
    name: str


def run_policy(path: Path, epoch: int | None = None) -> Policy:
    """The policy of a run at an epoch, by default the one before the collapse; of a run with a
    dial, the last one.

    Raises:
      RunError: there is no run, or no such checkpoint, or it is damaged.
      SelectionError: no checkpoint is diverse.
    """
    folder, dial = RunFolder(path), None
    if "dial" in folder.settings():
        network = folder.above(Described)
        dial = folder.part("dial", Dial, "shinko dial")
        epoch = _last_epoch(folder, "dial") if epoch is None else epoch
    else:
        tokens, settings = folder.above(Tokens), run_settings(folder)
        network = Described(
            chords=tokens.chords,
            codec=tokens.codec,
            cell=settings.cell,
            copies=settings.lags,
            window=settings.window,
        )
        epoch = selected_epoch(folder) if epoch is None else epoch
    name = f"{path.resolve().name}, epoch {epoch}"
    policy = _policy(network, folder.weights(epoch), folder.checkpoint_path(epoch), name, dial)
    return policy if dial else replace(policy, run=(path, epoch))


def run_selection(folder: RunFolder) -> Selection:
    """The checkpoint of a run to compose with, by the limits that its table allows.

    Raises:
      RunError: metrics or limits can't be read.
      SelectionError: no checkpoint is diverse.
    """
    rows = [EpochRow.from_dict(row) for row in folder.rows()]
    return select_checkpoint(rows, set(folder.checkpoints()), limits=run_limits(folder))


def run_limits(folder: RunFolder) -> Limits:
    """What a run calls diverse.

    Raises:
      RunError: it can't be read.
    """
    return folder.part("limits", Limits) if "limits" in folder.settings() else Limits()


def selected_epoch(folder: RunFolder) -> int:
    """The epoch before the collapse.

    Raises:
      RunError: there is no checkpoint yet.
      SelectionError: no checkpoint is diverse.
    """
    last = _last_epoch(folder, "learn")
    try:
        return run_selection(folder).row.epoch
    except SelectionError as error:
        raise SelectionError(
            f"{folder.path}: {error}; or take one as it is, such as `epoch` {last}"
        ) from None


def _last_epoch(folder: RunFolder, command: str) -> int:
    """Of the last checkpoint; RunError, if there is none yet."""
    kept = folder.checkpoints()
    if not kept:
        raise RunError(
            f"{folder.path}: no checkpoint yet; go on with: shinko {command} --out {folder.path} "
            "--resume"
        )
    return kept[-1]


def _policy(network: Described, arrays: Arrays, path: Path, name: str, dial: Dial | None) -> Policy:
    """The policy of a file's arrays, once they are known to be those of a network over its chords.

    Raises:
      RunError: they aren't.
    """
    import numpy as np

    weights = {name: array for name, array in arrays.items() if name != "histories"}
    chords, following = len(network.chords), None
    if dial and any(not 0 <= one < chords for known in dial.vocabularies for one in known):
        raise RunError(f"{path}: vocabularies: expected numbers of its {chords} chords")
    if "histories" in arrays:
        from shinko.tables.automaton import transitions, unpack_histories

        try:
            if network.copies or network.window:
                raise ValueError("'histories' of a policy that reads chords")
            histories = unpack_histories(arrays["histories"], chords)
        except ValueError as error:
            raise RunError(f"{path}: {error}; {_OTHER_EPOCH}") from None
        following = transitions(histories, chords)[0]
    config = _as_large(weights, network, dial, chords + 1 if following is None else len(following))
    shapes = weight_shapes(config)
    expect_weights(weights, shapes, path, f"a policy over {chords} chords", _OTHER_EPOCH)
    narrow = {name: array.astype(np.float32) for name, array in weights.items()}
    model = LightModel(
        narrow,
        network.cell,
        following=following,
        copies=network.copies,
        orders=network.orders,
        window=network.window,
    )
    return Policy(model, network.chords, name, dial, codec=network.codec)


def _as_large(weights: Arrays, network: Described, dial: Dial | None, tokens: int) -> ModelConfig:
    """The network of a description that is as large as the one that was found."""
    H, E = (
        weights[name].shape[axis] if name in weights and weights[name].ndim == 2 else 0
        for name, axis in (("stack.cells.0.W_h", 0), ("embedding.weight", 1))
    )
    return ModelConfig(
        tokens,
        len(network.chords),
        network.cell,
        layers=sum(name.endswith(".W_h") for name in weights),
        hidden=H,
        embedding=E,
        conditions=_conditions(dial).size if dial else 0,
        copies=network.copies,
        orders=network.orders,
        window=network.window,
    )


def _conditions(dial: Dial) -> Conditions:
    return Conditions(len(dial.styles), len(dial.modes), dial.knots, dial.pulls, dial.places)
