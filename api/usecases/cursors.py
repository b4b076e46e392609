"""Pages of rows that say where the next begins."""

from __future__ import annotations

from typing import Any


def page(rows: list[dict[str, Any]], limit: int, *, by: str = "id") -> dict[str, Any]:
    """Some rows and the cursor of the next page.

    Parameters
    ----------
    rows : list of dict
        In order, from the page's first on; one more than ``limit`` where there are so many.
    by : str
        What a row is found again by.

    Returns
    -------
    dict
        ``rows``, at most ``limit``, and ``next``: the cursor, None on the last page.
    """
    shown = rows[:limit]
    return {"rows": shown, "next": shown[-1][by] if len(rows) > limit else None}
