"""Token buckets: how often each of many may have something, in the memory of one process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

_MOST = 10_000
"""Most names that are remembered; the one not seen for longest is forgotten first."""


class Buckets:
    """A bucket for each name.

    Parameters
    ----------
    rate : float
        Tokens that come back a second.
    most : float
        Tokens of a full bucket.
    """

    def __init__(self, rate: float, most: float) -> None:
        self._rate, self._most = rate, most
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str, tokens: float = 1.0) -> int:
        """Take tokens; 0, or the seconds until there are so many."""
        now = time.monotonic()
        with self._lock:
            left, since = self._left.pop(name, (self._most, now))
            left = min(self._most, left + (now - since) * self._rate)
            enough = left >= tokens
            self._left[name] = (left - tokens if enough else left), now
            while len(self._left) > _MOST:
                self._left.popitem(last=False)
        return 0 if enough else max(1, round((tokens - left) / self._rate))
