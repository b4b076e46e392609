"""Which missing or old cells cost most in ranking, by row, county and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from api.store import Store
from api.usecases import kept
from api.usecases import ranking as ranking_usecase
from api.usecases.naming import regions_of
from features.regions import Regions
from features.tables import Table
from matcher.completeness import FIRST, HOLDS_A_YEAR, Cell, Progress, find_missing
from matcher.ranking import Ranking, Side

STALE_DAYS = 365
"""Days after its confirmation from which a row counts as old, unless others are asked for."""

TABLE_OF: dict[Side, str] = {"enterprise": "enterprises", "resource": "resources"}


@dataclass(frozen=True)
class RowCost:
    """A row and its cells that cost, the dearest first."""

    table: str
    id: str
    name: str
    region: str
    cells: tuple[Cell, ...]

    @property
    def gain(self) -> float:
        """Sum over the cells: what knowing each by itself would bring."""
        return sum(cell.gain for cell in self.cells)


@dataclass(frozen=True)
class Sum:
    """What a county's cells, or those of a column, cost together.

    Attributes
    ----------
    key : str
        A region's code (empty: rows without region), or a column's name.
    gain : float
    missing, stale, rows : int
        Cells of either kind, and the rows they stand in.
    first : tuple of (table, column)
        The dearest columns, at most three.
    """

    key: str
    gain: float
    missing: int
    stale: int
    rows: int
    first: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CompletenessReport:
    """What was found; see :func:`run`."""

    as_of: date
    model: Mapping[str, object]
    made_up: bool
    stale_days: int
    rows: list[RowCost]
    counties: list[Sum]
    columns: list[Sum]
    untold: list[tuple[str, str]]
    undated: dict[str, int]
    tables: Mapping[str, Table]
    regions: Regions
    read_at: str = ""

    def as_dict(self) -> dict[str, object]:
        """The report as a JSON object."""
        return {
            "as_of": self.as_of.isoformat(),
            "model": self.model,
            "made_up": self.made_up,
            "stale_days": self.stale_days,
            "assumptions": {"introductions_counted": FIRST, "holds_a_year": HOLDS_A_YEAR},
            "counties": [{"region": each.key or None, **_summed(each)} for each in self.counties],
            "columns": [
                {"table": each.first[0][0], "column": each.key, **_summed(each, listed=False)}
                for each in self.columns
            ],
            "rows": [
                {
                    "table": row.table, "id": row.id, "name": row.name,
                    "region": row.region or None, "gain": _figure(row.gain),
                    "cells": [
                        {"column": c.column, "state": c.state, "gain": _figure(c.gain),
                         "moves": _figure(c.moves)}
                        for c in row.cells
                    ],
                }
                for row in self.rows
            ],
            "untold": [{"table": table, "column": column} for table, column in self.untold],
            "undated": self.undated,
        }  # fmt: skip


def run(
    store: Store,
    *,
    region: str | None = None,
    stale_days: int = STALE_DAYS,
    as_of: date | None = None,
    by: str | None = None,
    reading: Progress | None = None,
    progress: Progress | None = None,
) -> CompletenessReport:
    """Missing and old cells with what each costs in the lists of a day.

    Parameters
    ----------
    region : str, optional
        Rows of this region only, by any of its names; a whole city stands for its counties.
    by : str, optional
        The account that asks, for which a server counts what it must work out.
    reading, progress : callable, optional
        Told how many texts are read, and how many columns are tried.

    Raises
    ------
    features.regions.UnknownRegion, features.regions.AmbiguousRegion
    api.usecases.kept.TooManyMarkets
        If a server has worked out too much for the account.
    """
    regions = regions_of(store)
    code = None if region is None else regions.resolve(region)
    source = kept.source_of(store)
    if source is None:
        ranking = ranking_usecase.build(store, as_of=as_of, progress=reading)
        return _found(ranking, regions, code, stale_days, progress)
    if by is not None:
        source.afford(by, as_of, None)
    ranking = source.ranking(as_of)
    return kept.worked_out(
        ranking, ("completeness", code, stale_days),
        lambda: _found(ranking, regions, code, stale_days, progress), source=source, by=by,
    )  # fmt: skip


def _found(
    ranking: Ranking, regions: Regions, code: str | None, stale_days: int,
    progress: Progress | None,
) -> CompletenessReport:  # fmt: skip
    wanted = None if code is None else _rows_in(ranking, regions, code)
    found = find_missing(ranking, stale_days=stale_days, wanted=wanted, progress=progress)
    market = ranking.market
    tables = {"enterprises": market.enterprises.table, "resources": market.resources.table}
    rows = _by_row(found.cells, tables)
    return CompletenessReport(
        market.as_of, ranking.model_about, ranking.made_up, stale_days, rows,
        _sums([(row.region, row, cell) for row in rows for cell in row.cells]),
        _sums([(cell.column, row, cell) for row in rows for cell in row.cells], by_table=True),
        [(TABLE_OF[side], column) for side, column in found.untold],
        {TABLE_OF[side]: count for side, count in found.undated.items()},
        tables, market.regions, ranking.read_at,
    )  # fmt: skip


def of_enterprise(ranking: Ranking, enterprise: str, *, stale_days: int = STALE_DAYS) -> list[Cell]:
    """The missing and old cells of one enterprise, those first that matter most to its own list."""
    row = np.array([ranking.market.enterprises.index[enterprise]])
    wanted: dict[Side, np.ndarray[tuple[int], np.dtype[np.int64]]] = {
        "enterprise": row, "resource": np.array([], np.int64),
    }  # fmt: skip
    return find_missing(ranking, stale_days=stale_days, wanted=wanted, own_lists_only=True).cells


def _rows_in(
    ranking: Ranking, regions: Regions, code: str
) -> dict[Side, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    market = ranking.market
    here = [market.regions.index[c] for c in {code, *regions.members(code)}]
    return {
        "enterprise": np.flatnonzero(np.isin(market.enterprises.fields["region"], here)),
        "resource": np.flatnonzero(np.isin(market.resources.fields["region"], here)),
    }


def _by_row(cells: list[Cell], tables: Mapping[str, Table]) -> list[RowCost]:
    """Rows, the dearest first; the cells of each keep their order."""
    of_row: dict[tuple[str, int], list[Cell]] = {}
    for cell in cells:
        of_row.setdefault((TABLE_OF[cell.side], cell.row), []).append(cell)
    rows = [
        RowCost(
            table,
            str(tables[table]["id"][row]),
            str(tables[table]["name"][row] or ""),
            str(tables[table]["region"][row] or ""),
            tuple(found),
        )
        for (table, row), found in of_row.items()
    ]
    return sorted(rows, key=lambda row: (-row.gain, row.table, row.id))


def _sums(parts: list[tuple[str, RowCost, Cell]], *, by_table: bool = False) -> list[Sum]:
    groups: dict[tuple[str, str], list[tuple[RowCost, Cell]]] = {}
    for key, row, cell in parts:
        groups.setdefault((row.table if by_table else "", key), []).append((row, cell))
    found = []
    for (_, key), members in groups.items():
        of_column: dict[tuple[str, str], float] = {}
        for row, cell in members:
            named = row.table, cell.column
            of_column[named] = of_column.get(named, 0.0) + cell.gain
        dearest = sorted(of_column, key=lambda named: (-of_column[named], named))[:3]
        states = [cell.state for _, cell in members]
        found.append(
            Sum(
                key, sum(cell.gain for _, cell in members), states.count("missing"),
                states.count("stale"), len({(row.table, row.id) for row, _ in members}),
                tuple(dearest),
            )
        )  # fmt: skip
    return sorted(found, key=lambda each: (-each.gain, each.key, each.first))


def _summed(each: Sum, *, listed: bool = True) -> dict[str, object]:
    said: dict[str, object] = {
        "gain": _figure(each.gain), "missing": each.missing, "stale": each.stale,
        "rows": each.rows,
    }  # fmt: skip
    if listed:
        said["first"] = [{"table": table, "column": column} for table, column in each.first]
    return said


def _figure(value: float) -> float:
    return round(value, 4)
