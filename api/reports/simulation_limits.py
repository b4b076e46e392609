"""Tables of what binds in a simulation, what fairness costs, and what moving a limit changes."""

from __future__ import annotations

from collections.abc import Iterator

from api.reports.figures import amount, money, percent
from api.reports.html_parts import Cell, say_both, table
from features.language import LANGUAGES, Text, text
from matcher.outlook import Moved, Outlook, Sensitivity


def tables(own: Outlook) -> Iterator[str]:
    """Shadow prices, costs of fairness, and how the objective moves with each limit."""
    yield _binding(own)
    if own.floor_costs:
        yield _costs(own)
    if own.sensitivity:
        yield _sensitivity(own)


def _binding(own: Outlook) -> str:
    """What binds, and what one more of it would bring, in words."""
    rows: list[list[Cell]] = []
    for one in own.binding:
        price = one.shadow_price / 100 if one.share else one.shadow_price
        step = "a_point" if one.share else "a_fewer" if one.floor else "a_unit"
        unit, gain = text(f"report.simulation.{step}"), _gain(price, own.last.objective)
        value = percent(one.value) if one.share else amount(one.value)
        rows.append(
            [one.label, value, {lang: unit[lang].format(gain=gain[lang]) for lang in LANGUAGES}]
        )
    if not rows:
        return f"<p>{say_both('report.simulation.nothing_binds')}</p>"
    return table(
        text("report.simulation.binding"), _heads("limit", "value", "one_more"), rows,
        figures=(1, 2),
    )  # fmt: skip


def _costs(own: Outlook) -> str:
    rows: list[list[Cell]] = [
        [one.label, _gain(one.cost, own.last.objective), percent(one.cost / _base(own))]
        for one in own.floor_costs
    ]
    return table(
        text("report.simulation.floor_costs"), _heads("floor", "cost", "cost_share"), rows,
        figures=(1, 2),
    )  # fmt: skip


def _sensitivity(own: Outlook) -> str:
    rows: list[list[Cell]] = [
        [one.label, _size(one, one.value), _size(one, one.tighter.value),
         _change(own, one.tighter), _size(one, one.looser.value), _change(own, one.looser)]
        for one in own.sensitivity
    ]  # fmt: skip
    heads = _heads("limit", "value", "tighter", "then", "looser", "then")
    return table(text("report.simulation.sensitivity"), heads, rows, figures=range(1, 6))


def _heads(*names: str) -> list[Cell]:
    return [text(f"report.simulation.{name}") for name in names]


def _base(own: Outlook) -> float:
    return abs(own.last.value) or 1.0


def _size(one: Sensitivity, value: float) -> str:
    return percent(value) if one.share else amount(value)


def _change(own: Outlook, moved: Moved) -> Text:
    """By how much the objective rises or falls, with its share."""
    if moved.change is None:
        return text("report.simulation.cannot_be")
    share = moved.change / _base(own)
    if abs(share) < 5e-6:
        return text("report.simulation.no_change")
    sign, size = "+" if moved.change > 0 else "−", percent(abs(share))
    part = size if size.startswith("<") else f"{sign}{size}"
    gain = _gain(abs(moved.change), own.last.objective)
    return {lang: f"{sign}{gain[lang]} ({part})" for lang in LANGUAGES}


def _gain(value: float, objective: str) -> Text:
    """What is gained of an objective, with its unit."""
    if objective in ("expected_investment", "nash_welfare"):
        return {lang: money(value, lang) for lang in LANGUAGES}
    return text(f"report.simulation.gain.{objective}", value=amount(value))
