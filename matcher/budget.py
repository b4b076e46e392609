"""How long a search may go on, and what ends loops that cannot be asked."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

#: One number that compiled loops look at: not 0 = end now.
Stop = NDArray[np.int8]


def _unset() -> Stop:
    return np.zeros(1, np.int8)


@dataclass
class Budget:
    """How long a search may go on; within ``with`` its :attr:`stop` is set when time is up.

    Attributes
    ----------
    seconds : float or None
        None = no matter how long.
    effort : int or None
        Units of work; with it no clock is looked at.
    stop : (1,) array
    """

    seconds: float | None
    effort: int | None
    begun: float = field(default_factory=time.monotonic)
    stop: Stop = field(default_factory=_unset)
    _timer: threading.Timer | None = None

    @classmethod
    def of(cls, seconds: float | None, effort: int | None) -> Self:
        """A budget of work where that is given, else of time."""
        return cls(None if effort is not None else seconds, effort)

    @classmethod
    def endless(cls) -> Self:
        """A budget that is never up."""
        return cls(None, None)

    @property
    def spent(self) -> float:
        """Seconds since it was given."""
        return time.monotonic() - self.begun

    @property
    def left(self) -> float:
        """Seconds left; inf where no clock is looked at."""
        return np.inf if self.seconds is None else max(0.0, self.seconds - self.spent)

    @property
    def seconds_left(self) -> float | None:
        """Seconds left, as a solver takes them: None where no clock is looked at."""
        return None if self.seconds is None else self.left

    def __enter__(self) -> Self:
        if self.seconds is not None:
            self._timer = threading.Timer(self.left, self._end)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _end(self) -> None:
        self.stop[0] = 1
