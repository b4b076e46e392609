"""Charts as plain figures for a template: positions on a sheet, labels, grid. No script needed."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any

from api.reports.figures import money
from features.language import Language

_WIDE, _NAMES, _END = 760.0, 170.0, 40.0
_MOST = 15
_LONGEST = {"zh": 12, "en": 24}


def pairs(rows: Sequence[tuple[str, float, float]], lang: Language) -> dict[str, Any] | None:
    """Two sums of money for each of the largest rows, as bars one over the other.

    Parameters
    ----------
    rows : sequence of (name, whole in 万元, part in 万元)

    Returns
    -------
    dict or None
        None where there is nothing to draw.
    """
    shown = sorted(rows, key=lambda row: -max(row[1:]))[:_MOST]
    kept = [row for row in rows if row in shown and max(row[1:]) > 0]
    if not kept:
        return None
    scale = _Scale(max(max(row[1:]) for row in kept))
    line = 34
    bars = [
        {
            "name": _short(name, lang), "y": 12 + i * line,
            "whole": scale.at(whole) - _NAMES, "part": scale.at(part) - _NAMES,
            "title": f"{name}: {money(whole, lang)} / {money(part, lang)}",
        }
        for i, (name, whole, part) in enumerate(kept)
    ]  # fmt: skip
    return {
        "wide": _WIDE, "high": 12 + line * len(bars) + 26, "left": _NAMES, "bars": bars,
        "grid": scale.grid(lang), "more": len(rows) > len(kept),
    }  # fmt: skip


def bands(rows: Sequence[tuple[str, float, float, float]], lang: Language) -> dict[str, Any]:
    """A band with a mark for each row.

    Parameters
    ----------
    rows : sequence of (name, p10, expected, p90), 万元
    """
    scale = _Scale(max([*(max(row[1:]) for row in rows), 1.0]))
    line = 36
    drawn = [
        {
            "name": _short(name, lang), "y": 20 + i * line, "from": scale.at(low),
            "wide": max(1.0, scale.at(high) - scale.at(low)), "at": scale.at(middle),
            "title": f"{name}: {money(low, lang)} – {money(middle, lang)} – {money(high, lang)}",
        }
        for i, (name, low, middle, high) in enumerate(rows)
    ]  # fmt: skip
    return {
        "wide": _WIDE, "high": 20 + line * len(drawn) + 16, "left": _NAMES, "bands": drawn,
        "grid": scale.grid(lang),
    }  # fmt: skip


class _Scale:
    """From 0 with four or five round steps of money."""

    def __init__(self, largest: float) -> None:
        rough = max(largest, 1e-9) / 4
        power = 10.0 ** floor(log10(rough))
        self.step = next(power * k for k in (1, 2, 2.5, 5, 10) if power * k >= rough)
        self.top = ceil(largest / self.step - 1e-9) * self.step

    def at(self, value: float) -> float:
        """Position of a sum."""
        share = min(max(value, 0.0), self.top) / self.top
        return round(_NAMES + (_WIDE - _NAMES - _END) * share, 1)

    def grid(self, lang: Language) -> list[dict[str, Any]]:
        """Lines with their figures."""
        return [
            {"x": self.at(k * self.step), "text": money(k * self.step, lang) if k else "0"}
            for k in range(round(self.top / self.step) + 1)
        ]


def _short(name: str, lang: Language) -> str:
    most = _LONGEST[lang]
    return name if len(name) <= most else f"{name[: most - 1]}…"
