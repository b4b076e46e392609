"""What can stand in the way of one row being read or changed by whoever asks."""

from __future__ import annotations

from typing import ClassVar

from api.errors import UsageError


class NotThere(UsageError):
    """There is no such row, or it is not the caller's: which of these is not said."""


class NotYours(UsageError):
    """The caller sees the row but may not change it, or not to what was sent."""


class Conflict(UsageError):
    """A row of that key is there already, or the key sent is another than that of the address."""


class Stale(UsageError):
    """The row has been changed since the caller read it."""


class ConditionMissing(UsageError):
    """A change must say which state of the row it is made to."""

    exit_status: ClassVar[int] = 2


class Unusable(UsageError):
    """What was chosen is there but cannot be used; what was in use stays."""
