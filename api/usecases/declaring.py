"""One wish or refusal without a workbook: what a side says of a row, a region or a kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.accounts import Account
from api.errors import UsageError
from api.store import Store
from api.usecases import dates, row_writing, table_rows
from api.usecases.naming import regions_of, row_id
from api.usecases.row_errors import NotThere
from features.language import LANGUAGES, Text, text
from features.place_names import AmbiguousRegion, UnknownRegion, half_width
from features.regions import Regions
from features.schema import ENTERPRISE_KINDS, RESOURCE_KINDS, TABLES, choice_label
from features.tables import Table, Value

__all__ = ["Declared", "for_account", "run", "seen_by", "target_said"]

_FIRST, _LAST = date(1900, 1, 1), date(2100, 12, 31)
#: What the target of each side may be: rows of these tables, and kinds of these.
_OTHERS: dict[str, tuple[str, ...]] = {
    "enterprise": ("resources",),
    "resource": ("enterprises",),
    "region": ("enterprises", "resources"),
}
_KINDS = {"enterprises": ENTERPRISE_KINDS, "resources": RESOURCE_KINDS}


@dataclass(frozen=True)
class Declared:
    """An interest as it was stored; ``how`` is added, changed or same.

    Attributes
    ----------
    who, whom : Text
        Both sides by their names.
    """

    row: dict[str, Value]
    how: str
    who: Text
    whom: Text
    warnings: tuple[Text, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The parts of the row's key that are there, in order."""
        return tuple(str(self.row[n]) for n in TABLES["interests"].key if self.row[n] is not None)

    def as_dict(self) -> dict[str, object]:
        """The interest as a JSON object."""
        until = self.row["until"]
        return {
            **self.row,
            "until": until.isoformat() if isinstance(until, date) else None,
            "result": self.how,
            "warnings": list(self.warnings),
        }


def run(
    store: Store,
    side: str,
    who: str,
    target: str,
    level: str,
    *,
    reason: str | None = None,
    until: date | None = None,
    event: str | None = None,
    by: Account | None = None,
) -> Declared:
    """Store what a side says; what it said before of the same target gives way.

    The reason and the last day of a former answer stay only where the level does: a refusal does
    not take over the reason of a wish.

    Parameters
    ----------
    side, level : str
        A choice of the table ``interests``, or its label in either language.
    who, target : str
        Ids, or names that only one row bears; a region by any of its names; a target also a kind.
    until : date, optional
        The last day on which it holds.
    event : str, optional
        The event for which it is said.
    by : Account, optional
        Who says so; default: whoever runs this process.

    Raises
    ------
    UsageError, features.place_names.UnknownRegion, features.place_names.AmbiguousRegion
        If a side, a target, an event or a level is not known, or the day is out of bounds.
    """
    asking, wanted = _choice("side", side), _choice("level", level)
    if until is not None and not _FIRST <= until <= _LAST:
        raise UsageError("usecase.date_out_of_bounds", value=until.isoformat())
    most = TABLES["interests"].column("reason").max_length
    if reason is not None and most is not None and len(reason) > most:
        raise UsageError("usecase.too_long_a_reason", length=len(reason), most=most)
    regions = regions_of(store)
    own = f"{asking}s"
    key: dict[str, Value] = {
        "side": asking,
        "id": regions.resolve(who) if asking == "region" else row_id(store, own, who),
        "target": _target(store, regions, asking, target),
        "event_id": row_id(store, "events", event) if event else None,
    }
    row = key | {"level": wanted, "reason": reason or None, "until": until}

    def kept(before: Mapping[str, Value] | None) -> dict[str, Value]:
        if before is not None and before["level"] == wanted:
            row.update({name: before[name] for name in ("reason", "until") if row[name] is None})
        return row

    given = Table.from_rows("interests", [row])
    how = row_writing.put(store, given, by=by, action="declare", fill=kept)
    warnings = []
    until_now, today = row["until"], dates.as_of(store)
    if isinstance(until_now, date) and until_now < today:
        warnings.append(
            text("usecase.interest_is_over", until=until_now.isoformat(), today=today.isoformat())
        )
    mine = _name(store, regions, () if asking == "region" else (own,), str(row["id"]))
    theirs = _name(store, regions, _OTHERS[asking], str(row["target"]))
    return Declared(row, how, mine, theirs, tuple(warnings))


def for_account(
    store: Store, account: Account, side: str, who: str, target: str, level: str, **more: Any
) -> Declared:
    """The same for an account: an enterprise speaks for itself, a county for what is its own.

    Raises
    ------
    NotThere
        If an enterprise names an entry or a resource that it does not see.
    api.usecases.row_errors.NotYours
        If the row would not be the account's.
    """
    if account.role == "enterprise":
        if _choice("side", side) != "enterprise" or who != account.enterprise_id:
            raise NotThere("http.no_such_row", key=who[:64])
        if not _said_of_many(store, target):
            table_rows.one(store, account, "resources", target)
    return run(store, side, who, target, level, by=account, **more)


def _said_of_many(store: Store, target: str) -> bool:
    """Whether a target is a kind or a region, which everybody knows."""
    written = half_width(target).strip()
    if written.lower() in RESOURCE_KINDS:
        return True
    try:
        regions_of(store).resolve(written)
    except (UnknownRegion, AmbiguousRegion):
        return False
    return True


def target_said(store: Store, account: Account, target: str) -> Text:
    """A target by its name, as an account may know it.

    Raises
    ------
    UsageError
        If there is none, or the account does not see it.
    """
    for kind in RESOURCE_KINDS:
        if target == kind:
            return choice_label("resources", "kind", kind)
    regions = regions_of(store)
    if target in regions:
        return text("interest.region", name={lang: regions.name(target, lang=lang)
                                             for lang in LANGUAGES})  # fmt: skip
    row = table_rows.one(store, account, "resources", target).row
    return text("interest.row", name=str(row["name"]), id=target)


def seen_by(store: Store, account: Account, target: str) -> list[Text]:
    """Who sees what an enterprise says of a target: as :mod:`api.store.scope` has it."""
    from api.store import rows

    regions = regions_of(store)
    with store.connection() as connection:
        aimed: dict[str, Value] = {target: target}
        if target not in regions:
            aimed = rows.cells(connection, "resources", "region", [target])
        mine = rows.cells(connection, "enterprises", "region", [str(account.enterprise_id)])
    places = dict.fromkeys(str(code) for code in (*aimed.values(), *mine.values()) if code)
    found = [
        text("interest.seen_by_county",
             name={lang: regions.name(code, lang=lang) for lang in LANGUAGES})
        for code in places
    ]  # fmt: skip
    return [*found, text("interest.seen_by_province")]


def _choice(column: str, written: str) -> str:
    known = TABLES["interests"].column(column).choices
    labels = {choice: choice_label("interests", column, choice) for choice in known}
    wanted = half_width(written).strip().lower()
    for choice, label in labels.items():
        if wanted in (choice, label["zh"], label["en"].lower()):
            return choice
    listed = {
        "zh": "、".join(f"{label['zh']}（{choice}）" for choice, label in labels.items()),
        "en": ", ".join(labels),
    }
    label = TABLES["interests"].column(column).label
    raise UsageError("usecase.no_such_choice", column=label, value=written, choices=listed)


def _target(store: Store, regions: Regions, side: str, written: str) -> str:
    """The id of a row of the other side, else a kind of it, else a region, else a row's name."""
    plain = half_width(written).strip()
    tables = _OTHERS[side]
    if any(store.has(table, plain) for table in tables):
        return plain
    for table in tables:
        for kind in _KINDS[table]:
            names = (kind, *(n.lower() for n in choice_label(table, "kind", kind).values()))
            if plain.lower() in names:
                return kind
    try:
        return regions.resolve(plain)
    except (UnknownRegion, AmbiguousRegion):
        pass
    for table in tables:
        rows = store.table(table, ["id", "name"])
        called = [str(r["id"]) for r in rows.rows() if r["name"] == written.strip()]
        if len(called) == 1:
            return called[0]
    # Neither: what is told, and what may have been meant, is that of the rows.
    return row_id(store, tables[0], written)


def _name(store: Store, regions: Regions, tables: Sequence[str], code: str) -> Text:
    """A row of some tables, a kind of theirs or a region, by its name."""
    for table in tables:
        rows = store.table(table, ["id", "name"])
        names = dict(zip(rows["id"], rows["name"], strict=True))
        if code in names:
            called = f"{names[code]} ({code})"
            return {"zh": called, "en": called}
    for table in tables:
        if code in _KINDS[table]:
            return choice_label(table, "kind", code)
    region = regions[code]
    return {"zh": region.name, "en": region.name_en or region.name}
