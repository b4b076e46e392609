"""Charts as plain figures for a template: positions on a sheet, labels, grid. No script needed."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import Any

from api.pages.lettering import width_of
from api.reports.figures import money
from features.language import Language

_WIDE, _LEAST, _LETTER, _IDEOGRAM = 760.0, 110.0, 13.5, 22.0
"""Width of a sheet and least room for names; of a letter and a character as a phone draws them."""
_END = {"zh": 40.0, "en": 64.0}
"""Room for half of the last figure below."""
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
    names = [_short(name, lang) for name, _, _ in kept]
    scale = _Scale(max(max(row[1:]) for row in kept), names, lang)
    line = 34
    bars = [
        {
            "name": names[i], "y": 12 + i * line,
            "whole": scale.at(whole) - scale.left, "part": scale.at(part) - scale.left,
            "title": f"{name}: {money(whole, lang)} / {money(part, lang)}",
        }
        for i, (name, whole, part) in enumerate(kept)
    ]  # fmt: skip
    return {
        "wide": _WIDE, "high": 12 + line * len(bars) + 26, "left": scale.left, "bars": bars,
        "grid": scale.grid(lang), "more": len(rows) > len(kept),
    }  # fmt: skip


def bands(rows: Sequence[tuple[str, float, float, float]], lang: Language) -> dict[str, Any]:
    """A band with a mark for each row.

    Parameters
    ----------
    rows : sequence of (name, p10, expected, p90), 万元
    """
    names = [_short(row[0], lang) for row in rows]
    scale = _Scale(max([*(max(row[1:]) for row in rows), 1.0]), names, lang)
    line = 36
    drawn = [
        {
            "name": names[i], "y": 20 + i * line, "from": scale.at(low),
            "wide": max(1.0, scale.at(high) - scale.at(low)), "at": scale.at(middle),
            "title": f"{name}: {money(low, lang)} – {money(middle, lang)} – {money(high, lang)}",
        }
        for i, (name, low, middle, high) in enumerate(rows)
    ]  # fmt: skip
    return {
        "wide": _WIDE, "high": 20 + line * len(drawn) + 16, "left": scale.left, "bands": drawn,
        "grid": scale.grid(lang),
    }  # fmt: skip


class _Scale:
    """From 0 with four or five round steps of money, beside the names of the rows."""

    def __init__(self, largest: float, names: Sequence[str], lang: Language) -> None:
        widths = [width_of(name, letter=_LETTER, ideogram=_IDEOGRAM) for name in names]
        self.left, self.right = max(_LEAST, *widths) + 10, _WIDE - _END[lang]
        rough = max(largest, 1e-9) / 4
        power = 10.0 ** floor(log10(rough))
        self.step = next(power * k for k in (1, 2, 2.5, 5, 10) if power * k >= rough)
        self.top = ceil(largest / self.step - 1e-9) * self.step

    def at(self, value: float) -> float:
        """Position of a sum."""
        share = min(max(value, 0.0), self.top) / self.top
        return round(self.left + (self.right - self.left) * share, 1)

    def grid(self, lang: Language) -> list[dict[str, Any]]:
        """Lines with their figures."""
        return [
            {"x": self.at(k * self.step), "text": money(k * self.step, lang) if k else "0"}
            for k in range(round(self.top / self.step) + 1)
        ]


def _short(name: str, lang: Language) -> str:
    most = _LONGEST[lang]
    return name if len(name) <= most else f"{name[: most - 1]}…"
