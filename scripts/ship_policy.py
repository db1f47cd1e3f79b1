"""Rebuild the policy that ships, by the dial's preset `shipped`.

Run: python scripts/ship_policy.py [FOLDER]     FOLDER keeps the run; an interrupted one goes on.
The same machine and library give the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from shinko.cli.progress import counting_progress, dial_progress
from shinko.experiments.dial import begin_dial, learn_dial
from shinko.experiments.learn import ship_policy
from shinko.rl import policy
from shinko.rl.presets import dial_preset
from shinko.runs.folder import RunFolder

TARGET = Path(policy.__file__).parent / "policies" / policy.SHIPPED


def main() -> None:
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "runs/shipped")
    settings = dial_preset("shipped")
    folder = RunFolder(path)
    if not folder.settings_path.exists():
        with counting_progress("measuring the dial", "voices") as show_measured:
            folder = begin_dial(path, settings, show_measured)
    torch.set_num_threads(1)
    with dial_progress(settings.epochs) as show:
        rows = learn_dial(folder, on_epoch=show)
    if len(rows) < settings.epochs:
        raise SystemExit("interrupted; run the same again to go on")
    ship_policy(folder, settings.epochs, TARGET, "shipped")
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
