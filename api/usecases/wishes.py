"""What enterprises say of a resource or of its county, as an account may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.accounts import Account
from api.store import Store
from api.usecases import dates, table_rows
from features.schema import TABLES

_MOST = 200


@dataclass(frozen=True)
class Wish:
    """One enterprise's word; ``of_region``: said of the county as a whole."""

    enterprise: str
    level: str
    reason: str
    until: date | None
    of_region: bool


def of_resource(store: Store, account: Account, resource: str, region: str) -> list[Wish]:
    """What holds today of a resource: musts first, then wishes, then refusals; each by id."""
    from api.store import rows

    spec, today = TABLES["interests"], dates.as_of(store)
    scope = table_rows.scope_of(store, account)
    found = []
    with store.connection() as connection:
        for target in (resource, region):
            filters = [(spec.column("side"), "enterprise"), (spec.column("target"), target)]
            held = rows.page(connection, "interests", scope, filters=filters, limit=_MOST)
            for _, row in held:
                until = row["until"] if isinstance(row["until"], date) else None
                if until is None or until >= today:
                    found.append(Wish(
                        str(row["id"]), str(row["level"]), str(row["reason"] or ""), until,
                        target == region,
                    ))  # fmt: skip
    levels = spec.column("level").choices
    return sorted(found, key=lambda one: (levels.index(one.level), one.of_region, one.enterprise))
