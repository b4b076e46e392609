"""The learning curve, what pairing does and how recency counts, in a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as Line

from features.language import Language, catalogue, say
from models.rule import expert_weights

Figures = Mapping[str, Any]

_DAYS_A_MONTH = 30.4375


def curve_view(curve: Figures, lang: Language) -> list[RenderableType]:
    """Two tables, size by size: order of the lists, chances."""
    title = say("report.curve.title", lang, cut=curve["cut"], judged=curve["judged_on"])
    parts: list[RenderableType] = [Line(""), Line(title, style="bold cyan")]
    for heading, measure in (("lists", "ndcg_at_10"), ("chances", "log_loss")):
        parts.append(Line(say(f"report.curve.{heading}", lang, lists=curve["lists"]), style="bold"))
        parts.append(_sizes(curve["points"], measure, lang))
    return [*parts, Line(say("report.curve.reading", lang), style="dim")]


def _sizes(points: list[Figures], measure: str, lang: Language) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    rankers = list(dict.fromkeys(name for point in points for name in point["rankers"]))
    table.add_column(say("report.curve.history", lang), justify="right")
    for name in rankers:
        table.add_column(_ranker(name, lang), justify="right")
    for name in rankers[1:]:
        heading = say("report.curve.less", lang, other=_ranker(name, lang))
        table.add_column(heading, justify="right")
    for point in points:
        cells = [_figure(point["rankers"].get(name), measure) for name in rankers]
        cells[1:] = [cell.split(" ")[0] for cell in cells[1:]]
        gaps = [_figure(point["differences"].get(n), measure, "+") for n in rankers[1:]]
        table.add_row(str(point["introductions"]), *cells, *gaps)
    return table


def _figure(found: Figures | None, measure: str, sign: str = "") -> str:
    """A figure with its range; a dash where it could not be measured."""
    if found is None or found[measure]["value"] is None:
        return "—"
    one = found[measure]
    value = f"{one['value']:{sign}.3f}"
    if one["low"] is None or one["high"] is None:
        return value
    return f"{value} ({one['low']:{sign}.3f}–{one['high']:{sign}.3f})"


def _ranker(name: str, lang: Language) -> str:
    label = catalogue().get(f"report.evaluation.rankers.{name}")
    return name if label is None else label[lang]


def bias_view(bias: Figures, lang: Language) -> list[Line]:
    """How history is biased by pairing, and what pairing is worth once two sides have met."""
    lines = [
        Line(say("report.bias.title", lang), style="bold"),
        Line(say("report.bias.introduced", lang,
                 introduced=f"{bias['introduced']:.0%}", possible=f"{bias['possible']:.0%}")),
    ]  # fmt: skip
    inside, outside = bias["signed_in_pair"], bias["signed_cross_pair"]
    if inside is not None and outside is not None:
        said = {"inside": f"{inside:.0%}", "outside": f"{outside:.0%}"}
        lines.append(Line(say("report.bias.signed", lang, **said)))
    if bias["odds_ratio"] is not None:
        code = "assumed" if bias["low"] is None else "effect"
        figures = {
            "ratio": f"{bias['odds_ratio']:.2f}",
            **{end: f"{bias[end]:.2f}" for end in ("low", "high") if bias[end] is not None},
        }
        lines.append(Line(say(f"report.bias.{code}", lang, **figures)))
        if code == "effect":
            assumed = math.exp(expert_weights()["paired"].weight)
            lines.append(Line(say("report.bias.prior", lang, ratio=f"{assumed:.2f}")))
    return [*lines, Line(say("report.bias.reading", lang))]


def recency_line(half_life_days: float | None, lang: Language) -> Line:
    """How much recent introductions count."""
    if half_life_days is None:
        return Line(say("report.recency.alike", lang))
    months = f"{half_life_days / _DAYS_A_MONTH:.0f}"
    return Line(say("report.recency.halved", lang, months=months))
