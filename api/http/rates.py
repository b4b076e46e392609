"""How fast one caller may ask: a token bucket for each, in the memory of each worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request

from api.buckets import Buckets
from api.errors import UserError
from api.networks import network_of

if TYPE_CHECKING:
    from api.http.routing import Caller

SIGNED_IN = (300.0, 1000.0)
"""Requests a second, and as many at once, of an account."""
ANONYMOUS = (20.0, 200.0)
"""The same of a network (:func:`api.networks.network_of`) that nobody has signed in from."""


class TooManyRequests(UserError):
    """A caller asks too fast; ``seconds`` until the next is answered."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__("http.too_many_requests", seconds=seconds)


class Rates:
    """The buckets of all callers.

    Whoever asks for health is counted apart: a watcher must not take a service for dead because
    its network asks too fast for something else.
    """

    def __init__(
        self, signed_in: tuple[float, float] = SIGNED_IN, anonymous: tuple[float, float] = ANONYMOUS
    ) -> None:
        self._accounts, self._addresses = Buckets(*signed_in), Buckets(*anonymous)
        self._watchers = Buckets(*anonymous)

    def take(self, request: Request, caller: Caller, *, health: bool = False) -> None:
        """Count one request.

        Parameters
        ----------
        health : bool
            Whether it asks for no more than how the service is.

        Raises
        ------
        TooManyRequests
        """
        if caller.account is not None:
            seconds = self._accounts.take(caller.name)
        else:
            of = self._watchers if health else self._addresses
            seconds = of.take(network_of(request.client.host if request.client else ""))
        if seconds:
            raise TooManyRequests(seconds)
