"""Whether to stop, as a question that a training asks, so that nothing is lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType


@contextmanager
def on_ctrl_c(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> Iterator[None]:
    """Have Ctrl-C handled so; off the main thread, where Python never does, nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def interruptible(should_stop: Callable[[], bool] | None = None) -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C into a question that the loop asks; the second works as ever.

    Where another question is given, that is the one; off the main thread the answer is else no.
    """
    asked, before = threading.Event(), signal.getsignal(signal.SIGINT)

    def handle(number: int, frame: FrameType | None) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)

    with nullcontext() if should_stop else on_ctrl_c(handle):
        yield should_stop or asked.is_set
