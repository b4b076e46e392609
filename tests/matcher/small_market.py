"""Small markets made by hand, ready to be ranked by the expert rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from features.market import Market
from features.tables import Table, Value
from features.text import FloatArray, NgramEncoder, Progress
from matcher.interests import find_interests
from matcher.limits import find_limits
from matcher.match_list import MatchList
from matcher.ranking import Ranking
from models.amounts import fit_amounts
from models.history import introductions
from models.rule import expert_rule

AS_OF = date(2008, 6, 1)

#: Developed: 萧山 (paired with 淳安 and 衢州's counties), 柯桥, 南湖 (not paired with them).
XIAOSHAN, KEQIAO, NANHU = "330109", "330603", "330402"
#: Underdeveloped: 淳安; 柯城 and 江山, both of 衢州市; 青田 of 丽水市.
CHUNAN, KECHENG, JIANGSHAN, QINGTIAN = "330127", "330802", "330881", "331121"

Row = dict[str, Value]


class OnceEncoder:
    """Character n-grams, each text encoded once for all tests."""

    name, dimension = NgramEncoder.name, NgramEncoder.dimension
    _known: dict[str, FloatArray] = {}  # noqa: RUF012

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> FloatArray:
        new = [t for t in dict.fromkeys(texts) if t not in self._known]
        self._known.update(zip(new, NgramEncoder().encode(new), strict=True))
        rows = [self._known[t] for t in texts]
        return np.array(rows, np.float32).reshape(len(rows), self.dimension)


def enterprise(id_: str, **cells: Value) -> Row:
    """An enterprise of 萧山 that weaves chemical fibre, unless told otherwise."""
    usual: Row = {
        "id": id_, "name": f"企业{id_}", "kind": "company", "region": XIAOSHAN,
        "industry": "1761", "intents": ("invest",), "budget_wan": 1000.0, "pollution_level": 1,
    }  # fmt: skip
    return usual | cells


def resource(id_: str, **cells: Value) -> Row:
    """A plot of land in 淳安 for textiles, with room for many, unless told otherwise."""
    usual: Row = {
        "id": id_, "name": f"资源{id_}", "kind": "land", "region": CHUNAN,
        "industries": ("17",), "land_mu": 100.0, "max_pollution": 2, "min_investment_wan": 500.0,
        "capacity": 9,
    }  # fmt: skip
    return usual | cells


def outcome(enterprise_id: str, resource_id: str, day: date, stage: str) -> Row:
    """One outcome row."""
    return {
        "enterprise_id": enterprise_id, "resource_id": resource_id, "date": day, "stage": stage,
    }  # fmt: skip


def project(name: str, resource_id: str, **cells: Value) -> Row:
    """A project of an enterprise that is on no list, so that only the capacity counts."""
    usual: Row = {
        "id": name, "name": name, "enterprise_ids": ("elsewhere",), "resource_id": resource_id,
        "signed_on": date(2007, 1, 1),
    }  # fmt: skip
    return usual | cells


def interest(side: str, name: str, target: str, level: str, **cells: Value) -> Row:
    """One declared interest."""
    return {"side": side, "id": name, "target": target, "level": level, **cells}


def rank(
    enterprises: Sequence[Row],
    resources: Sequence[Row],
    *,
    outcomes: Sequence[Row] = (),
    projects: Sequence[Row] = (),
    interests: Sequence[Row] = (),
    pairings: Sequence[Row] = (),
    as_of: date = AS_OF,
    pairing: str | None = None,
) -> Ranking:
    """The rows as a ranking on a date, put together as for a user's own store."""
    tables = {
        name: Table.from_rows(name, list(rows))
        for name, rows in (
            ("enterprises", enterprises), ("resources", resources), ("outcomes", outcomes),
            ("projects", projects), ("interests", interests), ("pairings", pairings),
        )
    }  # fmt: skip
    history = introductions(tables["outcomes"], tables["projects"], as_of=as_of)
    market = Market.build(tables, as_of=as_of, encoder=OnceEncoder(), pairing=pairing)
    past = history.past(market.regions, market.enterprises.table, market.resources.table)
    market = market.knowing(past)
    wanted = find_interests(market, tables["interests"])
    e, r = market.enterprises.index, market.resources.index
    return Ranking(
        market=market,
        model=expert_rule(tuple(market.features)),
        limits=find_limits(
            market,
            signed=history.signed_open(as_of),
            refused=wanted.refused,
            projects=tables["projects"],
        ),
        interests=wanted,
        amounts=fit_amounts(market, history),
        known={(e[a], r[b]): s for (a, b), s in history.known_stage().items() if a in e and b in r},
        model_about={"id": "rule", "trained_as_of": None, "degraded": False},
    )


def listed(found: MatchList) -> list[str]:
    """Ids of a list in their order."""
    return [match.candidate_id for match in found.matches]
