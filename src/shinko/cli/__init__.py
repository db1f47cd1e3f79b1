"""The command `shinko`: reads input, shows results."""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    """Run the command and end with its exit code: 0, 1 wrong input, 2 wrong usage, 130 Ctrl-C."""
    # Products are small, or torch's: numpy's other threads would only wait, at full speed. This has
    # to be said before numpy is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from shinko.cli.app import run  # in here, so that Ctrl-C while it loads is caught, too

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing is left to interrupt
    if code == 130:
        print("shinko: interrupted", file=sys.stderr)
    sys.exit(code)
