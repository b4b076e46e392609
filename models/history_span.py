"""From when to when the outcomes reach that a model learned from, and what follows from that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.language import Text, text
from models.history import Introductions
from models.register_view import add_months

#: Months after which the newest outcome is old: what came of later introductions is not known.
OLD_AFTER_MONTHS = 24


@dataclass(frozen=True)
class HistorySpan:
    """Dates of the oldest and the newest outcome learned from.

    Attributes
    ----------
    oldest, newest : date
    """

    oldest: date
    newest: date

    @classmethod
    def of(cls, history: Introductions, rows: NDArray[np.int64]) -> HistorySpan | None:
        """Of some introductions of a history; None where there are none."""
        if not len(rows):
            return None
        days = int(history.first_date[rows].min()), int(history.last_date[rows].max())
        return cls(*map(date.fromordinal, days))

    @classmethod
    def read(cls, written: object) -> HistorySpan | None:
        """What :meth:`as_dict` wrote; None where nothing was: models of before do not say it.

        Raises
        ------
        ValueError
            If it is something else.
        """
        if written is None:
            return None
        if not isinstance(written, Mapping):
            raise ValueError(f"learned_from: {written!r}")
        return cls(*(date.fromisoformat(str(written[end])) for end in ("oldest", "newest")))

    def as_dict(self) -> dict[str, str]:
        """As a JSON object."""
        return {"oldest": self.oldest.isoformat(), "newest": self.newest.isoformat()}

    def too_old(self, as_of: date) -> Text | None:
        """A caution where the newest outcome lies more than two years before a day."""
        [limit] = add_months(np.array([self.newest.toordinal()]), OLD_AFTER_MONTHS)
        if as_of.toordinal() <= limit:
            return None
        return text("history.too_old", newest=self.newest, as_of=as_of)


def said_of(learned_from: HistorySpan | None, as_of: date) -> dict[str, object]:
    """What a training or an evaluation says of it: ``learned_from`` and ``caution``."""
    if learned_from is None:
        return {"learned_from": None, "caution": None}
    return {"learned_from": learned_from.as_dict(), "caution": learned_from.too_old(as_of)}


def saw_later(seen: date, as_of: date) -> Text | None:
    """A caution where a model saw outcomes of after the day that it is asked for.

    Parameters
    ----------
    seen : date
        The newest outcome that it learned from or, where that is not known, the day up to which
        it may have.
    """
    return text("history.saw_later", seen=seen, as_of=as_of) if seen > as_of else None
