"""How many requests of a kind may be at work at once, each in a thread that no other kind needs.

Whoever writes waits for the store's one writer, and holds a thread meanwhile. Were these threads
those that readers need, a long import and a few dozen who wait for it would stop all reading.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, Literal, ParamSpec, TypeVar

import anyio
import anyio.to_thread
from anyio.lowlevel import RunVar
from fastapi import HTTPException

P = ParamSpec("P")
T = TypeVar("T")

Kind = Literal["read", "write", "sign_in", "list", "probe"]
"""``write``: changes rows. ``sign_in``: whoever is nobody yet may have it done. ``list``: reads
and logs, as pages with a list do. ``probe``: asks whether the service can work."""

PATIENCE_SECONDS = 5.0
"""How long a request waits for a place; it holds no thread meanwhile."""
MOST_WAITING = 100
"""Most that wait for a place of one kind; who comes then is sent away at once."""
_RETRY_SECONDS = 5


class Places:
    """The places of one kind in this process.

    Parameters
    ----------
    most : int
        How many there are.
    """

    def __init__(self, most: int) -> None:
        self._most, self._waiting = most, 0
        # Each event loop has its own: a service has one, tests have many.
        self._threads: RunVar[anyio.CapacityLimiter] = RunVar(f"threads of {id(self)}")
        self._free: RunVar[anyio.Semaphore] = RunVar(f"places of {id(self)}")

    async def run(self, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """Do some work in a thread, once there is a place.

        Raises
        ------
        HTTPException
            503, with when to come again, if there is none for too long.
        """
        free = await self._place()
        try:
            return await anyio.to_thread.run_sync(
                functools.partial(work, *args, **named), limiter=self._threads.get()
            )
        finally:
            free.release()

    async def _place(self) -> anyio.Semaphore:
        try:
            free = self._free.get()
        except LookupError:
            free = anyio.Semaphore(self._most)
            self._free.set(free)
            self._threads.set(anyio.CapacityLimiter(self._most))
        if free.value == 0 and self._waiting >= MOST_WAITING:
            raise _busy()
        self._waiting += 1
        try:
            with anyio.fail_after(PATIENCE_SECONDS):
                await free.acquire()
        except TimeoutError:
            raise _busy() from None
        finally:
            self._waiting -= 1
        return free


PLACES = {"write": Places(8), "sign_in": Places(4), "list": Places(16), "probe": Places(2)}
"""By kind; whoever reads has the threads that the framework gives."""


def within(kind: Kind, handler: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """A handler that is done in a place of its kind; the framework sees its signature."""

    @functools.wraps(handler)
    async def placed(*args: Any, **named: Any) -> Any:
        return await PLACES[kind].run(handler, *args, **named)

    return placed


def _busy() -> HTTPException:
    return HTTPException(503, headers={"Retry-After": str(_RETRY_SECONDS)})
