"""Whatever happens to a store, no list names a pair that its rows bar by then."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from api.index import making
from api.index.keeper import Keeper
from api.index.making import State
from api.store import Store, writing
from api.store.errors import StoreError
from api.usecases import backing_up, ranking, restoring
from features.tables import Table, Value
from matcher.ranking import Ranking
from whole_stores import put

DAY = date(2009, 1, 1)
OWN = ("E1", "E2", "E3")
OFFERED = ("R1", "R2")
ROWS: dict[str, list[dict[str, Value]]] = {
    "enterprises": [
        {"id": one, "name": "企业", "region": "330109", "industry": "17", "pollution_level": level}
        for one, level in zip(OWN, (1, None, 3), strict=True)
    ],
    "resources": [
        {"id": one, "name": "资源", "kind": "land", "region": "330881", "capacity": 2}
        for one in OFFERED
    ],
}
CELLS: dict[str, dict[str, tuple[Value, ...]]] = {
    "enterprises": {
        "pollution_level": (None, 0, 3), "budget_wan": (None, 10.0, 900.0),
        "available_until": (None, date(2008, 1, 1)), "kind": ("company", "merchant"),
        "region": ("330109", "330604"), "name": ("企业", "改名"),
    },
    "resources": {
        "max_pollution": (None, 1), "min_investment_wan": (None, 500.0), "capacity": (None, 0, 1),
        "available_from": (None, date(2010, 1, 1)), "kind": ("land", "factory"),
        "region": ("330881", "330127"), "name": ("资源", "改名"),
    },
}  # fmt: skip
"""What is written into which cell."""

Event = tuple[Any, ...]


def cells() -> st.SearchStrategy[Event]:
    """A cell of a row and its new value."""
    return st.sampled_from([
        ("row", table, {"id": one, column: value})
        for table, columns in CELLS.items()
        for one in (OWN if table == "enterprises" else OFFERED)
        for column, values in columns.items()
        for value in values
    ])  # fmt: skip


def records() -> st.SearchStrategy[Event]:
    """A wish, a refusal, a signature, its end."""
    named = {"enterprise": (OFFERED, ("land", "330881")), "resource": (OWN, ("merchant", "330604"))}
    said = [
        ("row", "interests", {"side": side, "id": one, "target": target, "level": level})
        for side, (ids, others) in named.items()
        for one in (OWN if side == "enterprise" else OFFERED)
        for target in (*ids, *others)
        for level in ("no", "yes")
    ]
    signed = [
        ("row", "projects", {"id": "P1", "name": "项目", "enterprise_ids": (one,),
                             "resource_id": offered, "signed_on": date(2008, 1, 1),
                             "ended_on": ended})
        for one in OWN for offered in OFFERED for ended in (None, date(2008, 6, 1))
    ]  # fmt: skip
    return st.sampled_from([*said, *signed])


EVENTS = st.lists(
    st.one_of(
        cells(), records(), st.tuples(st.just("open"), cells()),
        st.sampled_from([("delete", "enterprises", one) for one in OWN]),
        st.sampled_from([("merge", "E3", "E2"), ("merge", "E1", "E2"), ("undo",)]),
        st.sampled_from([("index",), ("second",), ("keep",), ("restore",)]),
    ),
    max_size=10,
)  # fmt: skip
"""``open``: written, and committed when the next event writes; ``second``: one goes by."""


class World:
    """A store that things happen to, and the clock by which they do.

    Attributes
    ----------
    keeper : Keeper
        A server's, over the index that was made last.
    """

    def __init__(self, url: str, backup: Path, clock: pytest.MonkeyPatch) -> None:
        self.store, self.url, self.backup = Store.open(url), url, backup
        self.clock, self.seconds = clock, 1_700_000_000
        self.open = ExitStack()
        put(self.store, {})
        self.do("second")
        self.store.write({n: Table.from_rows(n, rows) for n, rows in ROWS.items()})
        self.store.set_property("as_of", DAY.isoformat())
        self.do("index")

    def do(self, what: str, *about: Any) -> None:
        """Let something happen; what the store refuses does not."""
        if what not in ("index", "second"):
            self.open.close()
        with suppress(StoreError, KeyError):
            getattr(self, f"_{what}")(*about)

    def _second(self) -> None:
        self.seconds += 1
        self.clock.setenv("SOURCE_DATE_EPOCH", str(self.seconds))

    def _row(self, table: str, row: dict[str, Value]) -> None:
        if table not in ROWS or self.store.has(table, str(row["id"])):
            self.store.write({table: Table.from_rows(table, [row])})

    def _open(self, cell: Event) -> None:
        _, table, row = cell
        if self.store.has(table, row["id"]):
            connection = self.open.enter_context(self.store.connection(writer=True))
            writing.write(connection, {table: Table.from_rows(table, [row])})

    def _delete(self, table: str, one: str) -> None:
        self.store.delete(table, one)

    def _merge(self, gone: str, kept: str) -> None:
        self.store.merge({gone: kept})

    def _undo(self) -> None:
        self.store.undo_merge()

    def _keep(self) -> None:
        backing_up.run(self.backup, url=self.url, replace=True)

    def _restore(self) -> None:
        if self.backup.exists():
            restoring.run(self.backup, url=self.url, replace=True)

    def _index(self) -> None:
        making.make(self.store)
        self.keeper = Keeper(self.store, background=True)
        self.keeper._use(making.latest(State.of(self.store)))

    def served(self) -> list[Keeper]:
        """The keeper that went on, and the one of a server that starts now."""
        again = Keeper(self.store, background=True)
        again._use(making.latest(State.of(self.store)), earlier=True)
        return [self.keeper, again]


def possible(found: Ranking) -> set[tuple[str, str]]:
    """The pairs that may be listed."""
    e, r = found.market.enterprises.ids, found.market.resources.ids
    free = found.limits.barred(np.arange(len(e)), np.arange(len(r))) == 0
    return {(e[i], r[j]) for i, j in zip(*np.nonzero(free), strict=True)}


@hypothesis_settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events=EVENTS)
@example(
    events=[("open", ("row", "resources", {"id": "R1", "capacity": 0})), ("second",), ("index",)]
)
@example(events=[("merge", "E3", "E2"), ("second",), ("index",), ("second",), ("undo",)])
@example(events=[
    ("keep",), ("row", "resources", {"id": "R1", "max_pollution": 1, "name": "改名"}), ("second",),
    ("index",), ("restore",),
])  # fmt: skip
def test_no_list_names_a_pair_that_is_barred_and_none_shows_its_own_row_as_it_was(
    events: list[Event], store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(store_url, tmp_path / "backup.zip", monkeypatch)
    for event in events:
        world.do(*event)
    world.open.close()
    fresh = ranking.by_the_rule(ranking.read_tables(world.store), DAY)
    for keeper in world.served():
        state = State.of(world.store)
        others = keeper._at_hand(state, ())
        assert others is None or possible(others) <= possible(fresh)
        for side in (fresh.market.enterprises, fresh.market.resources):
            for one in side.ids:
                own = keeper._at_hand(state, ((side.side, one),))
                if own is not None:
                    there = (own.market.enterprises, own.market.resources)
                    (shown,) = (s for s in there if s.side == side.side)
                    for name in side.table.columns:
                        cell = side.table[name][side.index[one]]
                        assert shown.table[name][shown.index[one]] == cell
