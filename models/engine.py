"""Who puts the parts of a block together: plain numpy, or compiled loops where they pay.

The loops (:mod:`models.fused`) are several times as fast, but numba takes a moment to load, and
some seconds to compile them where they are not kept on disk yet. Results are the same to the last
bit, so whoever has much to score may start them at any time.
"""

from __future__ import annotations

from models.weighing import PlainWeighing, Weighing

#: Pairs from which on compiled loops are worth their start.
WORTH_STARTING = 20_000_000

_PLAIN = PlainWeighing()
_started: list[Weighing] = []


def at_hand() -> Weighing:
    """The fastest that needs no start."""
    return _started[0] if _started else _PLAIN


def started() -> bool:
    """Whether the compiled loops are at hand."""
    return bool(_started)


def start() -> None:
    """Make the compiled loops ready."""
    from models.fused import FusedWeighing

    if not _started:
        _started.append(FusedWeighing())


def stop() -> None:
    """Go on with plain numpy."""
    _started.clear()
