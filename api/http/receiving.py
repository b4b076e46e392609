"""How a body may come: how large, how fast, and how many large ones at once.

A body counts as large when it announces more than :data:`SMALL_BYTES` or does not say its length.
Whoever has not signed in may send no more than that, so that a stranger's upload is refused before
a byte of it is taken in.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.types import Message, Receive

from api.http.problems import Refused

SMALL_BYTES = 1 << 16
"""What anybody may send."""
BODY_BYTES = 1 << 20
"""Most bytes of a body that is not an upload."""
UPLOAD_BYTES = 60 << 20
"""Most bytes of a body with files in it."""
GRACE_SECONDS = 7.0
"""What every body may take."""
LEAST_RATE = 8192
"""Bytes a second that must come once the grace is over."""
LONGEST_SECONDS = 900.0
"""What no body may take longer than."""
MOST_OF_ONE, MOST_OF_ALL = 4, 32
"""Large bodies at once, of an account and of all together, in one process."""


@dataclass
class Bodies:
    """The large bodies that are coming in."""

    _coming: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def place_for(self, name: str) -> AsyncIterator[None]:
        """Hold one place of an account while its large body is taken in and answered.

        Raises
        ------
        Refused
            429 where the account has too many already, 503 where all together have.
        """
        if self._coming[name] >= MOST_OF_ONE:
            raise Refused(429, {"Retry-After": "2", "Connection": "close"}, most=MOST_OF_ONE)
        if self._coming.total() >= MOST_OF_ALL:
            raise Refused(503, {"Retry-After": "2", "Connection": "close"})
        self._coming[name] += 1
        try:
            yield
        finally:
            self._coming[name] -= 1
            if not self._coming[name]:
                del self._coming[name]


def timed(receive: Receive, most: int) -> Receive:
    """A body as it comes, which must not grow past a size or come slower than is allowed.

    Parameters
    ----------
    most : int
        Bytes.

    Returns
    -------
    Receive
        Raises :class:`~api.http.problems.Refused`: 413 past the size, 408 where it is too slow.
    """
    clock = asyncio.get_running_loop()
    began, came, whole = clock.time(), 0, False

    async def receiving() -> Message:
        nonlocal came, whole
        if whole:  # what is awaited now is that the client leaves
            return await receive()
        until = began + min(GRACE_SECONDS + came / LEAST_RATE, LONGEST_SECONDS)
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            seconds = round(clock.time() - began)
            raise Refused(408, {"Connection": "close"}, seconds=seconds) from None
        came += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if came > most:
            raise Refused(413, {"Connection": "close"}, most=most)
        return message

    return receiving
