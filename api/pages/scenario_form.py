"""The scenario editor's form: a scenario of the contract as fields, and fields as a scenario.

A field is named by the path at which its value stands in the scenario (``cross_pair.max_share``),
so that a finding finds its field. Shares are percent in the form and fractions in the scenario.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from features.numbers import NotANumber, number
from features.schema import PROGRAMMES

NUMBERS: Final = (
    "budget.projects", "budget.interest_subsidy_wan", "limits.energy_tce", "limits.max_pollution",
    "fairness.min_projects_per_region", "draws", "seed",
)  # fmt: skip
SHARES: Final = ("cross_pair.max_share", "fairness.max_share_per_region")
BY_REGION: Final = ("land_mu_by_region", "labour_by_region", "energy_tce_by_region")
AIMS: Final = 3
_ROWS = 3
_MOST_ROWS = 95


def document_of(sent: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The scenario that a form says; what cannot be read stays text and becomes a finding."""
    found: dict[str, Any] = {}
    for name in ("name", "pairing", "cross_pair.mode"):
        if written := _first(sent, name):
            _put(found, name, written)
    for name in NUMBERS:
        if written := _first(sent, name):
            _put(found, name, _number(written))
    for name in SHARES:
        if written := _first(sent, name):
            _put(found, name, _share(written))
    for name in ("programmes", "compare_with"):
        if chosen := [value for value in sent.get(name, ()) if value]:
            found[name] = chosen
    found |= _aims(sent)
    for row in rows_of(sent):
        for name in BY_REGION:
            if row["region"] and row[name]:
                _put(found, f"limits.{name}", {row["region"]: _number(row[name])}, merge=True)
    return found


def rows_of(sent: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """The rows of limits by region that a form has."""
    columns = {name: list(sent.get(f"row.{name}", ())) for name in ("region", *BY_REGION)}
    count = min(_MOST_ROWS, len(columns["region"]))
    return [
        {name: (values[i].strip() if i < len(values) else "") for name, values in columns.items()}
        for i in range(count)
    ]


def fields_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of a scenario; a new form for an empty one."""
    found: dict[str, Any] = {
        "name": document.get("name", ""),
        "pairing": document.get("pairing", ""),
    }
    for name in (*NUMBERS, "cross_pair.mode"):
        found[name] = _said(_at(document, name))
    for name in SHARES:
        value = _at(document, name)
        found[name] = f"{100 * value:g}" if isinstance(value, int | float) else _said(value)
    found["programmes"] = list(document.get("programmes", PROGRAMMES))
    found["compare_with"] = list(document.get("compare_with", ("in_pair_only", "open")))
    objective = document.get("objective", "expected_investment")
    aims = [{"objective": objective}] if isinstance(objective, str) else list(objective)
    found["aims"] = [
        {
            "objective": aim.get("objective", ""),
            "max_loss": f"{100 * aim['max_loss']:g}"
            if _is_number(aim.get("max_loss"))
            else _said(aim.get("max_loss")),
        }
        for aim in (*aims, *({} for _ in range(AIMS)))
    ][:AIMS]
    found["rows"] = _rows(document)
    return found


def field_of(path: str | None, sent: Mapping[str, Sequence[str]]) -> str:
    """The field that a finding is about; the name's where it is about none."""
    where = path or "name"
    for name in BY_REGION:
        start = f"limits.{name}."
        if where.startswith(start):
            region = where.removeprefix(start)
            at = next((i for i, row in enumerate(rows_of(sent)) if row["region"] == region), 0)
            return f"row.{at}"
    if where.startswith("objective"):
        return "objective"
    return where.partition("[")[0]


def _aims(sent: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    losses = list(sent.get("max_loss", ()))
    aims = []
    for i, objective in enumerate(sent.get("objective", ())[:AIMS]):
        if objective:
            aim: dict[str, Any] = {"objective": objective}
            if i < len(losses) and losses[i].strip():
                aim["max_loss"] = _share(losses[i])
            aims.append(aim)
    if not aims:
        return {}
    alone = len(aims) == 1 and "max_loss" not in aims[0]
    return {"objective": aims[0]["objective"] if alone else aims}


def _rows(document: Mapping[str, Any]) -> list[dict[str, str]]:
    limits = document.get("limits", {})
    regions = dict.fromkeys(region for name in BY_REGION for region in limits.get(name, {}))
    rows = [
        {"region": region, **{n: _said(limits.get(n, {}).get(region)) for n in BY_REGION}}
        for region in regions
    ]
    return [*rows, *({"region": "", **dict.fromkeys(BY_REGION, "")} for _ in range(_ROWS))]


def _first(sent: Mapping[str, Sequence[str]], name: str) -> str:
    return next((value.strip() for value in sent.get(name, ())), "")


def _put(found: dict[str, Any], path: str, value: Any, *, merge: bool = False) -> None:
    *outer, last = path.split(".")
    for name in outer:
        found = found.setdefault(name, {})
    found[last] = {**found.get(last, {}), **value} if merge else value


def _at(document: Mapping[str, Any], path: str) -> Any:
    value: Any = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _number(written: str) -> Any:
    try:
        value = number(written)
    except NotANumber:
        return written
    return int(value) if value == int(value) else value


def _share(written: str) -> Any:
    value = _number(written.removesuffix("%").removesuffix("％"))
    return round(value / 100, 6) if _is_number(value) else written


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(value: Any) -> str:
    return "" if value is None else f"{value:g}" if _is_number(value) else str(value)
