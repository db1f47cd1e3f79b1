"""Rebuild the policy that ships: train it by the preset `shipped`, write its best checkpoint.

Run: python scripts/ship_policy.py [FOLDER]     FOLDER keeps the run; an interrupted one goes on.
The same machine and library give the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from shinko.cli.progress import learning_progress
from shinko.errors import ShinkoError
from shinko.recipes import policy
from shinko.recipes.learn import begin_run, learn, ship_policy
from shinko.rl.presets import preset
from shinko.runs.folder import RunFolder

TARGET = Path(policy.__file__).parent / "policies" / policy.SHIPPED


def main() -> None:
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "runs/shipped")
    settings = preset("shipped")
    folder = RunFolder(path)
    if not folder.settings_path.exists():
        folder = begin_run(path, settings)
    with learning_progress(settings.epochs) as show:
        learned = learn(folder, on_epoch=show)
    if isinstance(learned.selection, ShinkoError):
        raise learned.selection
    epoch = learned.selection.row.epoch
    ship_policy(folder, epoch, TARGET, f"shipped (table {settings.table}, epoch {epoch})")
    print(f"{TARGET.name}: {learned.selection.reason}; {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
