"""What other terms of a place would change, asked of the stored tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from api.errors import UsageError
from api.store import Store
from api.store.log import ListLog, command_line
from api.usecases import dates, naming, ranking
from features.cells import CellProblem, CellReader
from features.columns import Column
from features.industries import Industries
from features.language import Text, text
from features.schema import TABLES
from features.tables import Table, Value

if TYPE_CHECKING:
    from features.market import Market
    from matcher.whatif import WhatIf

#: Terms that a county can change; the user's own numeric columns come on top.
TERMS: Final = (
    "land_mu", "land_price_wan_per_mu", "labour_supply", "wage_yuan_month", "energy_quota_tce",
    "min_investment_wan", "max_pollution", "subsidy_rate", "capacity", "industries", "forms",
    "skills",
)  # fmt: skip


def run(
    store: Store,
    resource: str,
    terms: Sequence[str],
    *,
    as_of: date | None = None,
    introductions: int | None = None,
) -> WhatIf:
    """Compare a place's present terms with new ones.

    Parameters
    ----------
    resource : str
        Id or name.
    terms : sequence of str
        ``column=value``, values as in an import.

    Raises
    ------
    UsageError
        If a term cannot be read, with what there is.
    matcher.whatif.BeyondWhatIsKnown
        If a value lies where no place of the kind has been.
    """
    from matcher.whatif import INTRODUCTIONS, check_range, what_if
    from models.gains import fit_gains

    day = dates.as_of(store, as_of)
    name = naming.row_id(store, "resources", resource)
    tables = ranking.read_tables(store)
    changes = _changes(store, tables["resources"], terms)
    made_up = store.properties().get("made_up") == "true"
    before = ranking.of_tables(tables, day, made_up=made_up)
    row = before.market.resources.index[name]
    check_range(before.market, row, changes)
    changed = _with(tables["resources"], name, changes)
    after = ranking.of_tables({**tables, "resources": changed}, day, made_up=made_up)
    history = ranking.known_history(tables, day)
    gains = fit_gains(
        before.market, history, before.amounts, tables["outcomes"], tables["projects"]
    )
    return what_if(before, after, row, changes, gains, introductions=introductions or INTRODUCTIONS)


def check(store: Store, market: Market, resource: str, terms: Sequence[str]) -> None:
    """Whether :func:`run` would take these terms, without working anything out.

    Raises
    ------
    UsageError, matcher.whatif.BeyondWhatIsKnown
        As :func:`run` does.
    """
    from matcher.whatif import check_range

    changes = _changes(store, store.table("resources"), terms)
    check_range(market, market.resources.index[resource], changes)


def hand_out(store: Store, found: WhatIf, by: str | None = None) -> str:
    """Log the answer as given, to the account that asked; returns the id of the log entry."""
    return store.log_list(
        ListLog(
            query={"side": "whatif", "id": found.resource_id},
            filters={c: str(new) for c, (_, new) in found.changes.items()},
            model_id=str(found.model["id"]),
            as_of=date.fromisoformat(found.as_of),
            by=by or command_line(),
            rows=[{"signed_difference": round(found.signed.expected, 6)}],
        )
    )


def _changes(store: Store, table: Table, terms: Sequence[str]) -> dict[str, Value]:
    if not terms:
        raise UsageError("whatif.no_terms", terms=", ".join(TERMS))
    numeric = [
        c for c in table.own_columns
        if all(v is None or isinstance(v, int | float) for v in table[c])
    ]  # fmt: skip
    known = {c: TABLES["resources"].column(c) for c in TERMS}
    changes: dict[str, Value] = {}
    for term in terms:
        written, equals, value = term.partition("=")
        name = _term_called(written.strip(), known, numeric)
        if not equals:
            raise UsageError("whatif.no_value", term=term, name=name)
        if name in changes:
            raise UsageError("whatif.twice", name=name)
        changes[name] = _value(store, name, known.get(name), value)
    return changes


def _term_called(written: str, known: dict[str, Column], numeric: Sequence[str]) -> str:
    """The term that is meant by its name or its label."""
    for name, column in known.items():
        if written.lower() in (name, *(label.lower() for label in column.label.values())):
            return name
    if written in numeric:
        return written
    every = [*known, *numeric]
    near = get_close_matches(written, every, 1)
    code = "whatif.no_such_term_near" if near else "whatif.no_such_term"
    raise UsageError(code, value=written, near="".join(near), terms=", ".join(every))


def _value(store: Store, name: str, column: Column | None, written: str) -> Value:
    if column is None:
        try:
            return float(written)
        except ValueError:
            raise UsageError("whatif.not_a_number", name=name, value=written) from None
    industries = Industries.built_in()
    own = store.own_rows("industries")
    if len(own):
        industries = industries.with_rows(own)
    reader = CellReader("resources", column, naming.regions_of(store), industries)
    try:
        value, _ = reader.read(written)
    except CellProblem as problem:
        raise UsageError(
            "whatif.bad_value", name=name, why=_why(problem, column, written)
        ) from None
    if value is None:
        raise UsageError("whatif.no_value", term=f"{name}=", name=name)
    return value


def _why(problem: CellProblem, column: Column, written: str) -> Text:
    message = problem.values.get("message")
    if isinstance(message, dict):
        return message
    variant = "_suggest" if problem.values.get("suggestion") else ""
    named = {"column": column.label, "value": problem.value or written, **problem.values}
    return text(f"finding.{problem.code}{variant}", **named)


def _with(table: Table, name: str, changes: dict[str, Value]) -> Table:
    """The table with one row's cells changed."""
    at = table["id"].index(name)
    columns = dict(table.columns)
    for column, value in changes.items():
        cells = list(table[column])
        cells[at] = value
        columns[column] = cells
    return Table(table.name, columns)
