"""Stopping a training from another thread, at a step that a test chooses."""

import threading
from concurrent.futures import ThreadPoolExecutor

PATIENCE = 120.0


def stopped_from_outside(train, steps):
    """What `train(should_stop, count)` gives; it is to call `count` after each step.

    It runs on a thread of its own; this one tells it to stop while it waits after `steps` steps.
    """
    stop, reached, done = threading.Event(), threading.Event(), []

    def count(*_told):
        done.append(threading.current_thread())
        if len(done) == steps:
            reached.set()
            assert stop.wait(PATIENCE)

    with ThreadPoolExecutor(1) as thread:
        ended = thread.submit(train, stop.is_set, count)
        assert reached.wait(PATIENCE)
        stop.set()
        result = ended.result(PATIENCE)
    assert len(done) == steps
    assert threading.current_thread() not in done
    return result
