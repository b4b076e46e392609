"""How fast one caller may ask: a token bucket for each, in the memory of each worker."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from fastapi import Request

from api.errors import UserError

if TYPE_CHECKING:
    from api.http.routing import Caller

SIGNED_IN = (300.0, 1000.0)
"""Requests a second, and as many at once, of an account."""
ANONYMOUS = (20.0, 200.0)
"""The same of an address that nobody has signed in from."""
_MOST_CALLERS = 10_000


class TooManyRequests(UserError):
    """A caller asks too fast; ``seconds`` until the next is answered."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("http.too_many_requests", seconds=seconds)


class Rates:
    """The buckets of all callers; the one not seen for longest is forgotten first."""

    def __init__(
        self, signed_in: tuple[float, float] = SIGNED_IN, anonymous: tuple[float, float] = ANONYMOUS
    ) -> None:
        self._limits = {True: signed_in, False: anonymous}
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, request: Request, caller: Caller) -> None:
        """Count one request.

        Raises
        ------
        TooManyRequests
        """
        known = caller.account is not None
        address = request.client.host if request.client else ""
        name = f"account {caller.name}" if known else f"address {address}"
        rate, most = self._limits[known]
        now = time.monotonic()
        with self._lock:
            left, since = self._left.pop(name, (most, now))
            left = min(most, left + (now - since) * rate)
            enough = left >= 1
            self._left[name] = (left - 1 if enough else left), now
            while len(self._left) > _MOST_CALLERS:
                self._left.popitem(last=False)
        if not enough:
            raise TooManyRequests(max(1, round((1 - left) / rate)))
