"""The ground that every world is built on: both sides' numbers, and how they become tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.schema import RESOURCE_KINDS
from features.tables import Table, Value
from tests.worlds.places import county_name, places

Array = NDArray[Any]

#: Numbers of either side that may be left empty, and the digits they are written with.
E_NUMBERS = {
    "founded": 0, "employees": 0, "revenue_wan": 0, "growth": 3, "budget_wan": 0,
    "land_need_mu": 1, "labour_need": 0, "energy_need_tce": 0, "pollution_level": 0,
}  # fmt: skip
R_NUMBERS = {
    "land_mu": 1, "land_price_wan_per_mu": 2, "labour_supply": 0, "wage_yuan_month": 0,
    "energy_quota_tce": 0, "min_investment_wan": 0, "max_pollution": 0, "subsidy_rate": 3,
}  # fmt: skip
WHOLE = {"founded", "employees", "labour_need", "pollution_level", "labour_supply", "max_pollution"}

KIND_SHARES = {
    "land": 0.25, "factory": 0.18, "labour": 0.12, "processing_base": 0.12, "tourism": 0.08,
    "energy": 0.08, "training": 0.07, "farmland": 0.06, "enterprise": 0.04,
}  # fmt: skip


@dataclass(frozen=True)
class Term:
    """One thing that success depends on.

    Attributes
    ----------
    name : str
    of : callable
        Rows of both sides (arrays that broadcast) → values.
    weights : (4,) array
        Log-odds for one standard deviation of the value, by step of the chain.
    told : bool
        Whether the told ceiling may know it.
    said : bool
        Whether only descriptions tell it (codes hint at it at best).
    """

    name: str
    of: Callable[[Array, Array], Array]
    weights: Array
    told: bool = True
    said: bool = False


@dataclass
class Ground:
    """Both sides as they truly are, and what is written down of them.

    Attributes
    ----------
    e, r : dict of arrays
        True values; ``region`` indexes :func:`tests.worlds.places.places`.
    e_written, r_written : dict of lists
        Columns as they stand in the tables, beside the numbers.
    holes : float
        Share of the cells that are empty.
    e_hole, r_hole : dict of bool arrays
        Where numbers are empty; made by :meth:`draw_holes` unless a world makes its own.
    terms : list of Term
    """

    rng: np.random.Generator
    n: int
    m: int
    e: dict[str, Array] = field(default_factory=dict)
    r: dict[str, Array] = field(default_factory=dict)
    e_written: dict[str, list[Value]] = field(default_factory=dict)
    r_written: dict[str, list[Value]] = field(default_factory=dict)
    holes: float = 0.1
    e_hole: dict[str, Array] = field(default_factory=dict)
    r_hole: dict[str, Array] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    spread: float = 2.5
    several_rows: bool = False
    pairing_pull: float = 2.2

    def say(
        self,
        name: str,
        of: Callable[[Array, Array], Array],
        *weights: float,
        unit: bool = False,
        said: bool = False,
    ) -> None:
        """Add a term; one weight is drawn on to the later steps, four are taken as they are.

        Parameters
        ----------
        unit : bool
            Weights are log-odds for one unit of the value instead of one standard deviation.
        said : bool
            See :class:`Term`.
        """
        given = np.array(weights, float)
        if unit:
            rng = np.random.default_rng(2)
            e, r = rng.integers(0, self.n, 5000), rng.integers(0, self.m, 5000)
            given = given * of(e, r).std()
        if len(given) == 1:
            later = 0.5 * given[0] * self.rng.uniform(0, 1, 3) + self.rng.normal(0, 0.12, 3)
            given = np.concatenate([given, later])
        self.terms.append(Term(name, of, given, said=said))

    def draw_holes(self, e_share: Array | None = None, r_share: Array | None = None) -> None:
        """Empty cells; shares by row where a world has its own reason for them."""
        self.e_hole = self._holes(E_NUMBERS, self.n, e_share)
        self.r_hole = self._holes(R_NUMBERS, self.m, r_share)

    def _holes(self, names: dict[str, int], rows: int, share: Array | None) -> dict[str, Array]:
        # Pollution is on the permit: it is seldom missing.
        rare = {"pollution_level": 0.2, "max_pollution": 0.2}
        shares = np.full(rows, self.holes) if share is None else share
        return {c: self.rng.random(rows) < shares * rare.get(c, 1.0) for c in names}


def ground(rng: np.random.Generator, n: int, m: int) -> Ground:
    """Sizes, needs and offers of both sides; texts, codes and terms are the world's own affair."""
    made = Ground(rng, n, m)
    d, u = len(places().developed), len(places().underdeveloped)
    made.e["region"] = rng.choice(d, size=n, p=rng.dirichlet(np.full(d, 2.0)))
    made.r["region"] = rng.choice(u, size=m, p=rng.dirichlet(np.full(u, 3.0)))
    staff = np.maximum(np.exp(rng.normal(4.5, 1.0, n)), 3)
    revenue = staff * np.exp(rng.normal(3.3, 0.6, n))
    budget = np.maximum(revenue * np.exp(rng.normal(-1.4, 0.7, n)), 15)
    made.e |= {
        "founded": rng.integers(1978, 2006, n),
        "employees": staff.round(),
        "revenue_wan": revenue,
        "growth": rng.normal(0.08, 0.15, n),
        "budget_wan": budget,
        "land_need_mu": np.where(
            rng.random(n) < 0.3, 0, budget / 60 * np.exp(rng.normal(0, 0.6, n))
        ),
        "labour_need": np.maximum((staff * rng.uniform(0.1, 0.9, n)).round(), 1),
        "energy_need_tce": revenue * np.exp(rng.normal(-1.5, 1.0, n)),
        "pollution_level": rng.choice(4, n, p=[0.4, 0.3, 0.2, 0.1]),
    }
    made.r |= {
        "land_mu": np.where(rng.random(m) < 0.25, 0, np.exp(rng.normal(3.0, 1.0, m))),
        "land_price_wan_per_mu": np.exp(rng.normal(2.2, 0.4, m)),
        "labour_supply": np.exp(rng.normal(5.0, 0.9, m)).round(),
        "wage_yuan_month": 1100 * np.exp(rng.normal(0, 0.15, m)),
        "energy_quota_tce": np.exp(rng.normal(7.0, 1.2, m)),
        "min_investment_wan": np.where(rng.random(m) < 0.3, 0, np.exp(rng.normal(5.2, 1.0, m))),
        "max_pollution": rng.choice(4, m, p=[0.15, 0.35, 0.3, 0.2]),
        "subsidy_rate": np.where(rng.random(m) < 0.4, 0, rng.uniform(0.01, 0.06, m)),
        "capacity": rng.integers(1, 7, m),
    }
    kinds = list(KIND_SHARES)
    made.r["kind"] = np.array([RESOURCE_KINDS.index(k) for k in kinds])[
        rng.choice(
            len(kinds), m, p=np.array(list(KIND_SHARES.values())) / sum(KIND_SHARES.values())
        )
    ]
    made.e["intent"] = rng.integers(0, 7, n)
    made.e["second_intent"] = rng.integers(0, 7, n)
    return made


def tables(made: Ground) -> tuple[Table, Table]:
    """Both sides as a user would have imported them."""
    return _enterprises(made), _resources(made)


def _enterprises(made: Ground) -> Table:
    from features.schema import INTENTS

    where = [places().developed[i] for i in made.e["region"].tolist()]
    first, second = made.e["intent"].tolist(), made.e["second_intent"].tolist()
    columns: dict[str, list[Value]] = {
        "id": [f"E{i:05d}" for i in range(made.n)],
        "name": [f"{county_name(c)[:-1]}第{i}企业" for i, c in enumerate(where)],
        "kind": ["company"] * made.n,
        "region": list(where),
        "intents": [
            tuple(INTENTS[k] for k in sorted({a, b})) for a, b in zip(first, second, strict=True)
        ],
        **_numbers(made.e, E_NUMBERS, made.e_hole),
        **made.e_written,
    }
    return Table("enterprises", columns)


def _resources(made: Ground) -> Table:
    where = [places().underdeveloped[i] for i in made.r["region"].tolist()]
    columns: dict[str, list[Value]] = {
        "id": [f"R{i:05d}" for i in range(made.m)],
        "name": [f"{county_name(c)}第{i}号项目" for i, c in enumerate(where)],
        "kind": [RESOURCE_KINDS[k] for k in made.r["kind"].tolist()],
        "region": list(where),
        "capacity": made.r["capacity"].tolist(),
        **_numbers(made.r, R_NUMBERS, made.r_hole),
        **made.r_written,
    }
    return Table("resources", columns)


def _numbers(
    values: dict[str, Array], names: dict[str, int], holes: dict[str, Array]
) -> dict[str, list[Value]]:
    out: dict[str, list[Value]] = {}
    for column, digits in names.items():
        kind = int if column in WHOLE else float
        written = np.round(values[column].astype(float), digits).tolist()
        out[column] = [
            None if hole else kind(value)
            for value, hole in zip(written, holes[column].tolist(), strict=True)
        ]
        # What is written is what is true: rounding must not make a limit bind.
        values[column] = np.array(written)
    return out


def known(made: Ground, side: str, column: str) -> Array:
    """Values as written: NaN in the holes."""
    values, holes = (made.e, made.e_hole) if side == "e" else (made.r, made.r_hole)
    return np.where(holes[column], np.nan, values[column].astype(float))


@contextmanager
def as_written(made: Ground) -> Iterator[None]:
    """While it lasts, terms see the numbers as the tables have them: NaN where a cell is empty."""
    e, r = made.e, made.r
    e_known = {column: known(made, "e", column) for column in E_NUMBERS}
    r_known = {column: known(made, "r", column) for column in R_NUMBERS}
    made.e, made.r = e | e_known, r | r_known
    try:
        yield
    finally:
        made.e, made.r = e, r


def within(made: Ground, e: Array, r: Array) -> Array:
    """Pairs within the hard limits, as far as the tables say."""
    with np.errstate(invalid="ignore"):
        dirty = known(made, "e", "pollution_level")[e] > known(made, "r", "max_pollution")[r]
        short = known(made, "e", "budget_wan")[e] < 0.5 * known(made, "r", "min_investment_wan")[r]
    return np.asarray(~(dirty | short))
