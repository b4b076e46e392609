"""The record of the lists handed out."""

from __future__ import annotations

import getpass
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from api import settings

COLUMNS = ("id", "at", "by", "query", "filters", "model_id", "as_of", "rows")


def account() -> str:
    """Name of who runs this process, as the operating system knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}" if hasattr(os, "getuid") else "unknown"


def command_line() -> str:
    """Who runs this process, as is logged: no account can be called so, and so nothing that was
    done here is taken for one's own by the account of that name."""
    return f"cli:{account()}"


@dataclass(frozen=True)
class ListLog:
    """One list handed out.

    Attributes
    ----------
    query, filters : mapping
        What was asked: side, id, name; and with which filters.
    rows : sequence of mappings
        What was answered: rank, candidate, score, probability of a signature.
    by : str
        Who asked for it: an account, or :func:`command_line`.
    at : str
        When, UTC.
    """

    query: Mapping[str, object]
    filters: Mapping[str, object]
    model_id: str
    as_of: date
    rows: Sequence[Mapping[str, object]]
    by: str = field(default_factory=command_line)
    at: str = field(default_factory=settings.stamp)
    id: str = field(default_factory=lambda: secrets.token_hex(8))

    def cells(self) -> dict[str, object]:
        """The database cells, by column; the date as a date."""
        return {
            "id": self.id,
            "at": self.at,
            "by": self.by,
            "query": _json(self.query),
            "filters": _json(self.filters),
            "model_id": self.model_id,
            "as_of": self.as_of,
            "rows": _json(list(self.rows)),
        }

    @classmethod
    def from_cells(cls, cells: Sequence[object]) -> ListLog:
        """A list as it was logged, from its cells in the order of :data:`COLUMNS`."""
        key, at, by, query, filters, model_id, as_of, rows = cells
        return cls(
            json.loads(str(query)),
            json.loads(str(filters)),
            str(model_id),
            as_of if isinstance(as_of, date) else date.fromisoformat(str(as_of)),
            rows_of(str(rows)),
            by=str(by),
            at=str(at),
            id=str(key),
        )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def rows_of(cell: str) -> list[dict[str, object]]:
    """What a list answered, from its cell; of a shortened one the candidates in their order."""
    held = json.loads(cell)
    if isinstance(held, list):
        return held
    names = list(held)
    rows = zip(*held.values(), strict=True)
    return [
        {"rank": rank, **dict(zip(names, row, strict=True))} for rank, row in enumerate(rows, 1)
    ]


def shortened(cell: str) -> str | None:
    """The cell without the figures, a tenth of it; None: it lists no candidates, or is short.

    Who was listed to whom, in which order, stays: what became of lists is counted by that.
    """
    rows = json.loads(cell)
    if not isinstance(rows, list) or not all("candidate_id" in row for row in rows):
        return None
    held = {"candidate_id": [row["candidate_id"] for row in rows]}
    if any(row.get("via") is not None for row in rows):
        held["via"] = [row.get("via") for row in rows]
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))
