"""A ranking as arrays and a document, and back: all that is made of the rows, without the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from api.store.cells import decode, encode
from features import graph as pairing_graph
from features.graph import PastIntroductions
from features.industries import Industries
from features.market import Market
from features.profiles import Profiles, own_arrays
from features.regions import Regions
from features.schema import TABLES
from features.tables import Table
from matcher.interests import Interests
from matcher.limits import Limits
from matcher.ranking import Ranking
from models.amounts import AmountModel
from models.rule import expert_rule

Arrays = dict[str, NDArray[Any]]
_SIDES = ("enterprises", "resources")
_LAID_OVER = ("regions", "industries", "pairings")
_PAST = ("developed", "underdeveloped", "day", "stage")


def packed(ranking: Ranking, tables: Mapping[str, Table]) -> tuple[Arrays, dict[str, Any]]:
    """A ranking by the rule, and the tables it was made from, as arrays and a document."""
    market = ranking.market
    arrays: Arrays = {}
    for side in (market.enterprises, market.resources):
        for name, values in side.fields.items():
            if values.dtype != object:
                arrays[f"{side.side}.{name}"] = values
    for name in _PAST:
        arrays[f"past.{name}"] = getattr(market.past, name)
    arrays["capacity_left"] = ranking.limits.capacity_left
    arrays["per_budget"], arrays["flat"] = ranking.amounts.per_budget, ranking.amounts.flat
    arrays["most_amount"] = np.array([ranking.amounts.most])
    for name, pairs in ranking.limits.single.items():
        arrays[f"single.{name}"] = _pairs(pairs)
    arrays["wanted"], wanted = _named(ranking.interests.wanted)
    arrays["known"], known = _named(ranking.known)
    arrays["signed_there"] = _pairs(ranking.signed_there)
    return arrays, {
        "as_of": market.as_of.isoformat(), "pairing": market.pairing,
        "medians": market.medians, "trades": list(market.trades), "made_up": ranking.made_up,
        "wanted": wanted, "known": known,
        "tables": {
            "enterprises": _cells(market.enterprises.table),
            "resources": _cells(market.resources.table),
            **{name: _cells(tables[name]) for name in _LAID_OVER if name in tables},
        },
    }  # fmt: skip


def unpacked(arrays: Arrays, document: Mapping[str, Any]) -> Ranking:
    """The ranking of :func:`packed`.

    Raises
    ------
    KeyError, ValueError, TypeError
        If something is missing.
    """
    tables = {name: _table(name, cells) for name, cells in document["tables"].items()}
    regions, industries = Regions.built_in(), Industries.built_in()
    if len(tables["regions"]):
        regions = regions.with_rows(tables["regions"])
    if len(tables["industries"]):
        industries = industries.with_rows(tables["industries"])
    day = date.fromisoformat(document["as_of"])
    past = PastIntroductions(*(arrays[f"past.{name}"] for name in _PAST))
    enterprises, resources = (_profiles(name, tables[name], arrays) for name in _SIDES)
    market = Market(
        as_of=day, regions=regions, industries=industries, enterprises=enterprises,
        resources=resources, pairings=tables["pairings"], pairing=document["pairing"], past=past,
        graph=pairing_graph.build(
            regions, tables["pairings"], pairing=document["pairing"], as_of=day, past=past
        ),
        medians=dict(document["medians"]), trades=tuple(document["trades"]),
    )  # fmt: skip
    refused = _set(arrays["single.refused"])
    return Ranking(
        market=market,
        model=expert_rule(tuple(market.features)),
        limits=Limits(
            market, arrays["capacity_left"],
            {"refused": refused, "signed": _set(arrays["single.signed"])},
        ),
        interests=Interests(refused, _dict(arrays["wanted"], document["wanted"])),
        amounts=AmountModel(
            arrays["per_budget"], arrays["flat"], float(arrays["most_amount"][0])
        ),
        known=_dict(arrays["known"], document["known"]),
        signed_there=_set(arrays["signed_there"]),
        made_up=bool(document["made_up"]),
    )  # fmt: skip


def _profiles(name: str, table: Table, arrays: Arrays) -> Profiles:
    side = name.removesuffix("s")
    begins = f"{side}."
    fields = {n.removeprefix(begins): v for n, v in arrays.items() if n.startswith(begins)}
    ids = tuple(str(i) for i in table["id"])
    return Profiles(side, ids, fields, own_arrays(table), table)


def _cells(table: Table) -> dict[str, list[Any]]:
    kinds = {column.name: column.kind for column in TABLES[table.name].columns}
    return {
        name: values if name not in kinds else [_cell(kinds[name], value) for value in values]
        for name, values in table.columns.items()
    }


def _cell(kind: str, value: Any) -> Any:
    cell = encode(kind, value)
    return cell.isoformat() if isinstance(cell, date) else cell


def _table(name: str, cells: Mapping[str, list[Any]]) -> Table:
    kinds = {column.name: column.kind for column in TABLES[name].columns}
    return Table(name, {c: decode(kinds[c], v) if c in kinds else v for c, v in cells.items()})


def _pairs(pairs: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    return np.array(sorted(pairs), np.int64).reshape(-1, 2)


def _set(pairs: NDArray[Any]) -> frozenset[tuple[int, int]]:
    return frozenset((e, r) for e, r in pairs.tolist())


def _named(said: Mapping[tuple[int, int], str]) -> tuple[NDArray[np.int64], list[str]]:
    """(n, 2) pairs, and what is said of each."""
    rows = _pairs(said)
    return rows, [said[e, r] for e, r in rows.tolist()]


def _dict(pairs: NDArray[Any], said: list[str]) -> dict[tuple[int, int], str]:
    return {(e, r): word for (e, r), word in zip(pairs.tolist(), said, strict=True)}
