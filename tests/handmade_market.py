"""Small markets made by hand, and rows for Hypothesis to draw them from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from hypothesis import strategies as st

from features.market import Market
from features.schema import FORMS, INTENTS, RESOURCE_KINDS
from features.tables import Table, Value
from features.text import FloatArray, NgramEncoder, Progress

AS_OF = date(2008, 6, 1)

#: Developed: 萧山 (paired with 淳安), 柯桥, 南湖. Underdeveloped: 淳安, 江山 of 衢州, 青田 of 丽水.
XIAOSHAN, KEQIAO, NANHU = "330109", "330603", "330402"
CHUNAN, JIANGSHAN, QINGTIAN = "330127", "330881", "331121"

Row = dict[str, Value]


class OnceEncoder:
    """Character n-grams, each text encoded once for all tests."""

    name, dimension = NgramEncoder.name, NgramEncoder.dimension

    def __init__(self) -> None:
        self._known: dict[str, FloatArray] = {}

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> FloatArray:
        new = [t for t in dict.fromkeys(texts) if t not in self._known]
        self._known.update(zip(new, NgramEncoder().encode(new), strict=True))
        rows = [self._known[t] for t in texts]
        return np.array(rows, np.float32).reshape(len(rows), self.dimension)


ENCODER = OnceEncoder()


def enterprise(key: str, /, **cells: Value) -> Row:
    """An enterprise of 萧山 of which only what must be known is known."""
    return {"id": key, "name": f"企业{key}", "kind": "company", "region": XIAOSHAN} | cells


def resource(key: str, /, **cells: Value) -> Row:
    """A plot of land in 淳安 of which only what must be known is known."""
    return {"id": key, "name": f"资源{key}", "kind": "land", "region": CHUNAN} | cells


def make(
    enterprises: Sequence[Row],
    resources: Sequence[Row],
    *,
    as_of: date = AS_OF,
    pairing: str | None = None,
    tables: Mapping[str, Table] | None = None,
) -> Market:
    """The market of these rows."""
    own = {
        "enterprises": Table.from_rows("enterprises", enterprises),
        "resources": Table.from_rows("resources", resources),
    }
    return Market.build({**own, **(tables or {})}, as_of=as_of, encoder=ENCODER, pairing=pairing)


def value(market: Market, feature: str, e: int = 0, r: int = 0) -> float:
    """One feature of one pair."""
    from features.pairs import Pairs, compute

    return float(compute(Pairs(market, np.array([e]), np.array([r])), [feature])[0, 0, 0])


def _maybe(strategy: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
    return st.none() | strategy


def _some(values: Sequence[str]) -> st.SearchStrategy[Value]:
    chosen = st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)
    return _maybe(chosen.map(tuple))


_AMOUNT = _maybe(st.sampled_from([0.0, 0.5, 7.0, 60.0, 1234.5, 1e6]))
_COUNT = _maybe(st.sampled_from([0, 1, 12, 500, 70000]))
_LEVEL = _maybe(st.integers(0, 3))
_DAY = _maybe(st.dates(date(2007, 1, 1), date(2010, 1, 1)))
_CODES = ("C", "17", "171", "1761", "1810", "3670", "0211", "H62", "6110")
_TEXTS = ("", "化纤织造", "生产童装", "缝纫女工", "Knitwear and shoes for export", "竹木加工；竹炭")
_SKILLS = ("缝纫", "缝纫工", "焊工", "电工", "Welder")

#: Enterprises of every kind, with holes.
ENTERPRISES: st.SearchStrategy[Row] = st.fixed_dictionaries({
    "kind": _maybe(st.sampled_from(["company", "institution", "merchant"])),
    "region": _maybe(st.sampled_from([XIAOSHAN, KEQIAO, NANHU, "330100", QINGTIAN])),
    "industry": _maybe(st.sampled_from([c.lstrip("H") for c in _CODES])),
    "description": _maybe(st.sampled_from(_TEXTS[1:])),
    "intents": _some(INTENTS), "forms": _some(FORMS), "skills": _some(_SKILLS),
    "employees": _COUNT, "revenue_wan": _AMOUNT, "growth": _maybe(st.floats(-1, 10)),
    "budget_wan": _AMOUNT, "land_need_mu": _AMOUNT, "labour_need": _COUNT,
    "energy_need_tce": _AMOUNT, "pollution_level": _LEVEL,
    "available_from": _DAY, "available_until": _DAY, "x_rank": _AMOUNT,
    "x_group": _maybe(st.sampled_from(["甲", "乙"])),
})  # fmt: skip

#: Resources of every kind, with holes.
RESOURCES: st.SearchStrategy[Row] = st.fixed_dictionaries({
    "kind": st.sampled_from(RESOURCE_KINDS),
    "region": st.sampled_from([CHUNAN, JIANGSHAN, QINGTIAN, "330800"]),
    "enclave_region": _maybe(st.sampled_from([XIAOSHAN, NANHU])),
    "park": _maybe(st.sampled_from(["园区一", "园区二"])),
    "industries": _some([c.lstrip("H") for c in _CODES]),
    "description": _maybe(st.sampled_from(_TEXTS[1:])),
    "forms": _some(FORMS), "skills": _some(_SKILLS),
    "land_mu": _AMOUNT, "land_price_wan_per_mu": _AMOUNT, "labour_supply": _COUNT,
    "wage_yuan_month": _AMOUNT, "energy_quota_tce": _AMOUNT, "min_investment_wan": _AMOUNT,
    "max_pollution": _LEVEL, "subsidy_rate": _maybe(st.floats(0, 1)), "capacity": _COUNT,
    "available_from": _DAY, "available_until": _DAY, "x_rank": _AMOUNT,
    "x_group": _maybe(st.sampled_from(["甲", "丙"])),
})  # fmt: skip


def _named(prefix: str) -> st.SearchStrategy[list[str]]:
    return st.permutations([f"{prefix}{i}" for i in range(5)])


@st.composite
def rows(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """Rows of one to five enterprises and resources, ids in any order."""
    sides = []
    for prefix, strategy in (("E", ENTERPRISES), ("R", RESOURCES)):
        found = draw(st.lists(strategy, min_size=1, max_size=5))
        names = draw(_named(prefix))
        sides.append(
            [
                {"id": i, "name": f"{prefix} {i}", **row}
                for i, row in zip(names[: len(found)], found, strict=True)
            ]
        )
    return sides[0], sides[1]
