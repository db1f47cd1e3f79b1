"""Whether to stop, as a question that a training asks, so that nothing is lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible(should_stop: Callable[[], bool] | None = None) -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a question that the loop asks; the second works as ever.

    Where another question is given, that is the one; off the main thread the answer is else no.
    """
    asked = threading.Event()
    if should_stop or threading.current_thread() is not threading.main_thread():
        yield should_stop or asked.is_set
        return

    def handle(number: int, frame: FrameType | None) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)
