"""Values that are kept while what they were made of is the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Value = TypeVar("Value")

MOST_BYTES = 200_000_000


class Kept:
    """Values by what they were made of; the least recently used go where room is short."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value], size: Callable[[Value], int]) -> Value:
        """The value of a key, made where it isn't there.

        Args:
          key: all that the value hangs on.
          make: makes it; two threads that ask at once may both.
          size: of the value, bytes; one that is too large for all the room isn't kept.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key][0]  # type: ignore[no-any-return]
        value = make()
        with self._lock:
            if key not in self._values and (added := size(value)) <= self.most_bytes:
                self._values[key] = value, added
                self.bytes += added
            while self.bytes > self.most_bytes:
                self.bytes -= self._values.popitem(last=False)[1][1]
        return value


KEPT = Kept(MOST_BYTES)
