"""One outcome without a workbook: what came of an introduction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from api.accounts import Account
from api.errors import UsageError
from api.store import Store
from api.usecases import dates, row_writing
from api.usecases.naming import row_id
from api.usecases.row_errors import Conflict, NotThere
from features.dates import NotADate, written_date
from features.language import Text, text
from features.schema import ENDINGS, STAGES, TABLES, choice_label
from features.tables import Table, Value

if TYPE_CHECKING:
    from api.store.rows import Row
    from api.usecases.table_rows import Shown

COLUMNS = ("date", "stage", "amount_wan", "funded_wan", "jobs")
"""What is told of a pair beside who it is."""
_MOST_OF_PAIR = 1000
_FIRST, _LAST = date(1900, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Recorded:
    """The outcome as it was stored; ``how`` is added, changed or same."""

    enterprise_id: str
    resource_id: str
    date: date
    stage: str
    amount_wan: float | None
    how: str
    warnings: tuple[Text, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """The outcome as a JSON object."""
        return {
            "enterprise_id": self.enterprise_id,
            "resource_id": self.resource_id,
            "date": self.date.isoformat(),
            "stage": self.stage,
            "amount_wan": self.amount_wan,
            "result": self.how,
            "warnings": list(self.warnings),
        }


def run(
    store: Store,
    enterprise: str,
    resource: str,
    stage: str,
    *,
    on: date | None = None,
    amount_wan: float | None = None,
    by: Account | None = None,
    undoable: bool = False,
) -> Recorded:
    """Store one outcome; of one already recorded for that day, what is given is replaced.

    Parameters
    ----------
    enterprise, resource : str
        Ids, or names that only one row bears.
    stage : str
        A stage or its label in either language.
    on : date, optional
        Default: today (in a demonstration store, its own date).
    by, undoable
        See :func:`api.usecases.row_writing.put`.

    Raises
    ------
    UsageError
        If a row or the stage is not known, or the date or the amount is out of bounds.
    """
    code = _stage(stage)
    day = dates.as_of(store, on)
    _passed(store, day)
    if amount_wan is not None and amount_wan < 0:
        raise UsageError("usecase.negative_amount", value=amount_wan)
    row: dict[str, Value] = {
        "enterprise_id": row_id(store, "enterprises", enterprise),
        "resource_id": row_id(store, "resources", resource),
        "date": day,
        "stage": code,
    }
    if amount_wan is not None:
        row["amount_wan"] = amount_wan
    stored = Table.from_rows("outcomes", [row])
    how = row_writing.put(store, stored, by=by, action="record", undoable=undoable)
    pair = str(row["enterprise_id"]), str(row["resource_id"])
    return Recorded(*pair, day, code, amount_wan, how, _out_of_order(store, *pair, day, code))


def save(
    store: Store, account: Account, enterprise: str, resource: str, given: Mapping[str, str]
) -> tuple[Shown, tuple[Text, ...]]:
    """One outcome with all its cells as an account fills in a form, within its own rows.

    Parameters
    ----------
    given : mapping of column to what was written
        Of :data:`COLUMNS`; an empty date is the day of the store. What stood there that day
        gives way, until :func:`api.usecases.row_writing.take_back` brings it back.

    Returns
    -------
    The row, and what does not go together with the other records of the pair.

    Raises
    ------
    features.findings.FindingsError, UsageError
        If a cell cannot be read, or the day is still to come.
    NotYours
        If neither side is the account's.
    """
    from api.usecases import table_rows

    body: dict[str, object] = {"enterprise_id": enterprise, "resource_id": resource}
    body |= {name: given[name].strip() for name in COLUMNS if given.get(name, "").strip()}
    day = _day(store, given.get("date", ""))
    body["date"] = day.isoformat()
    try:
        found = table_rows.create(store, account, "outcomes", body, undoable=True)
    except Conflict:
        key = table_rows.outcome_key(enterprise, resource, day.isoformat())
        try:  # whatever stands there: the form has shown none that it could be another than
            found = table_rows.replace(
                store, account, "outcomes", key, body, if_match="*", undoable=True
            )
        except NotThere:  # deleted this moment
            found = table_rows.create(store, account, "outcomes", body, undoable=True)
    pair = str(found.row["enterprise_id"]), str(found.row["resource_id"])
    doubts = _out_of_order(
        store, *pair, day, str(found.row["stage"]), said="usecase.stages_out_of_order_page"
    )
    return found, doubts


def _day(store: Store, written: str) -> date:
    """The day that is written, else that of the store."""
    if not written.strip():
        return dates.as_of(store)
    try:
        day, _ = written_date(written)
    except NotADate:
        raise UsageError("usecase.not_a_day", value=written[:40]) from None
    _passed(store, day)
    return day


def _passed(store: Store, day: date) -> None:
    if not _FIRST <= day <= _LAST:
        raise UsageError("usecase.date_out_of_bounds", value=day.isoformat())
    dates.refuse_ahead(store, day, "usecase.date_in_future")


def _out_of_order(
    store: Store, enterprise: str, resource: str, day: date, code: str, *,
    said: str = "usecase.stages_out_of_order",
) -> tuple[Text, ...]:  # fmt: skip
    """What does not go together with the other records of the pair: further before, or less later.

    A new introduction after one that ended, or was completed, is in order.
    """
    if code in ENDINGS:
        return ()
    rows = [(row["date"], str(row["stage"])) for row in _of_pair(store, enterprise, resource)]
    at = STAGES.index(code)
    before = [(d, s) for d, s in rows if isinstance(d, date) and d < day]
    closed = [d for d, s in before if s in ENDINGS or s == STAGES[-1]]
    since = max(closed, default=date.min)
    wrong = [(d, s) for d, s in before if d > since and s in STAGES and STAGES.index(s) > at]
    wrong += [
        (d, s)
        for d, s in rows
        if isinstance(d, date) and d > day and s in STAGES and STAGES.index(s) < at
    ]
    return tuple(
        text(
            said,
            date=day.isoformat(),
            stage=choice_label("outcomes", "stage", code),
            other=choice_label("outcomes", "stage", s),
            other_date=d.isoformat(),
        )
        for d, s in sorted(wrong)[:1]
    )


def _of_pair(store: Store, enterprise: str, resource: str) -> list[Row]:
    """What is on record of a pair, whoever may see it."""
    from api.store import rows
    from api.store.scope import Scope

    pair = (("enterprise_id", enterprise), ("resource_id", resource))
    filters = [(TABLES["outcomes"].column(name), key) for name, key in pair]
    with store.connection() as connection:
        found = rows.page(
            connection, "outcomes", Scope("admin"), filters=filters, text=None, after=None,
            limit=_MOST_OF_PAIR,
        )  # fmt: skip
    return [row for _, row in found]


def _stage(written: str) -> str:
    labels = {stage: choice_label("outcomes", "stage", stage) for stage in STAGES + ENDINGS}
    wanted = written.strip().lower()
    for stage, label in labels.items():
        if wanted in (stage, label["zh"], label["en"].lower()):
            return stage
    listed = {
        "zh": "、".join(f"{stage}（{label['zh']}）" for stage, label in labels.items()),
        "en": ", ".join(labels),
    }
    raise UsageError("usecase.no_such_stage", value=written, stages=listed)
