"""The programme's rates (contract 6), for any part of the register.

履约率, 开工率, 投产率 and 资金到位率 count projects and money signed by a day. A table of rates
cuts the register by one thing (``by``) after filters; its parts add up to the whole. Ended projects
stay in. What is not known is counted as missing, never as zero: a project whose agreed sum is not
known is in no money rate, and its funds are shown apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

import data
from features.schema import PROGRAMMES
from matcher.register import NOT_KNOWN, OUTSIDE, FloatArray, IntArray, Register

__all__ = ["BY", "MISSING", "OUTSIDE_KEY", "Filters", "Rates", "published", "rate_table"]

#: What a register can be cut by.
BY: Final = (
    "region", "city", "line", "city_line", "year", "programme", "park", "campaign",
)  # fmt: skip

#: What can be missing of a project, in the order in which it is told.
MISSING: Final = ("agreed_wan", "started_on", "funds", "region", "programme", "enterprise_region")

#: How a place that is no region is written in a key.
OUTSIDE_KEY: Final = "merchant"


@dataclass(frozen=True)
class Filters:
    """Which projects count; None = all.

    Attributes
    ----------
    region : str, optional
        Code of the region that benefits; of a whole city: its members too.
    developed : str, optional
        Code of the region that its enterprises sit in, likewise.
    year : int, optional
        Year of signing.
    programme, park, campaign : str, optional
    """

    region: str | None = None
    developed: str | None = None
    year: int | None = None
    programme: str | None = None
    park: str | None = None
    campaign: str | None = None

    def mask(self, register: Register) -> NDArray[np.bool_]:
        """(n,) which projects of the register pass."""
        kept = np.ones(len(register), np.bool_)
        if self.region is not None:
            kept &= np.isin(register.region, _places(register, self.region))
        if self.developed is not None:
            sits = np.isin(register.side_region, _places(register, self.developed))
            there = np.zeros(len(register), np.bool_)
            there[register.side_project[sits]] = True
            kept &= there
        if self.year is not None:
            kept &= register.year == self.year
        if self.programme is not None:
            kept &= register.programme == PROGRAMMES.index(self.programme)
        for tags, wanted in ((register.park, self.park), (register.campaign, self.campaign)):
            if wanted is not None:
                kept &= tags.code == (tags.names.index(wanted) if wanted in tags.names else -9)
        return kept


def _places(register: Register, code: str) -> list[int]:
    regions = register.regions
    return [regions.index[c] for c in {code, *regions.members(code)} if c in regions]


@dataclass(frozen=True)
class Rates:
    """Counts, sums and rates of some projects.

    Attributes
    ----------
    key : tuple of str
        What they share: region code, year …; two codes for a line; empty text = not known.
    ids : tuple of str
        The projects behind every figure.
    projects, fulfilled, started, in_production, completed, ended : float
        Numbers of projects; on lines a project counts with the share of its firms.
    agreed_wan : float or None
        Sum of the agreed sums that are known; None where there are projects and none has one.
    in_place_wan : float or None
        Investment in place of those projects.
    apart_wan : float
        Investment in place of projects whose agreed sum is not known.
    over_wan : float
        What lies above the agreed sum, project by project (part of ``in_place_wan``).
    aid_wan, subsidy_wan : float
    missing : dict of str to float
        Numbers of projects of which something is not known, by :data:`MISSING`; those without are
        left out.
    """

    key: tuple[str, ...]
    ids: tuple[str, ...]
    projects: float
    fulfilled: float
    started: float
    in_production: float
    completed: float
    ended: float
    agreed_wan: float | None
    in_place_wan: float | None
    apart_wan: float
    over_wan: float
    aid_wan: float
    subsidy_wan: float
    missing: dict[str, float] = field(default_factory=dict)

    @property
    def fulfilment_rate(self) -> float | None:
        """履约率: share that has started or has any funds in place; None of no project."""
        return _share(self.fulfilled, self.projects)

    @property
    def start_rate(self) -> float | None:
        """开工率: share with ``started_on``."""
        return _share(self.started, self.projects)

    @property
    def production_rate(self) -> float | None:
        """投产率: share with ``production_on``."""
        return _share(self.in_production, self.projects)

    @property
    def funds_in_place_rate(self) -> float | None:
        """资金到位率: investment in place / agreed; at most 1, what lies above is told apart."""
        return _share(self.in_place_wan or 0.0, self.agreed_wan or 0.0)

    def rates(self) -> dict[str, float | None]:
        """The four rates by the names that ``data/baseline.csv`` has for them."""
        return {
            "fulfilment_rate": self.fulfilment_rate,
            "start_rate": self.start_rate,
            "production_rate": self.production_rate,
            "funds_in_place_rate": self.funds_in_place_rate,
        }


def _share(part: float, whole: float) -> float | None:
    return min(part / whole, 1.0) if whole > 0 else None


@dataclass(frozen=True)
class _Groups:
    """Which project belongs to which group, with which share."""

    project: IntArray
    share: FloatArray
    code: IntArray
    keys: Sequence[tuple[str, ...]]


def rate_table(
    register: Register, by: str | None = None, filters: Filters | None = None
) -> list[Rates]:
    """The rates of the register, whole or cut.

    Parameters
    ----------
    by : str, optional
        One of :data:`BY`; None: one row of all.
    filters : Filters, optional

    Returns
    -------
    list of Rates
        By key, what is not known last; groups without a project are left out, but the one row
        of all is always there.

    Raises
    ------
    KeyError
        If there is no such ``by``.
    """
    kept = (filters or Filters()).mask(register)
    groups = _GROUPS[by](register) if by is not None else _whole(register)
    inside = kept[groups.project]
    if by in ("line", "city_line") and filters is not None and filters.developed is not None:
        inside &= np.isin(register.side_region, _places(register, filters.developed))
    project, share, code = groups.project[inside], groups.share[inside], groups.code[inside]
    sums = {
        name: np.bincount(code, share * values[project], len(groups.keys))
        for name, values in _measures(register).items()
    }
    lacks = {
        name: np.bincount(code, share * values[project], len(groups.keys))
        for name, values in _missing(register).items()
    }
    order = np.argsort(code, kind="stable")
    starts = np.searchsorted(code[order], np.arange(len(groups.keys) + 1))
    members = project[order]
    found = []
    for g, key in enumerate(groups.keys):
        at = members[starts[g] : starts[g + 1]]
        if not len(at) and by is not None:
            continue
        told: dict[str, Any] = {name: _tidy(values[g]) for name, values in sums.items()}
        if len(at) and np.isnan(register.agreed_wan[at]).all():
            # A sum of nothing known is not known: zero would say that nothing was agreed.
            told |= {"agreed_wan": None, "in_place_wan": None}
        found.append(
            Rates(
                key=key,
                ids=tuple(register.ids[i] for i in dict.fromkeys(at.tolist())),
                **told,
                missing={name: _tidy(values[g]) for name, values in lacks.items() if values[g] > 0},
            )
        )
    return sorted(found, key=lambda r: tuple((part == "", part) for part in r.key))


def published(as_of: date) -> tuple[date, dict[str, float]] | None:
    """The programme's published figures of the latest date by a day (``data/baseline.csv``).

    Counts and sums are in the file's units (个, 亿元), rates are fractions; where a rate was not
    published, funds in place / agreed is worked out. None before the first date.
    """
    rows = [r for r in data.rows("baseline") if date.fromisoformat(r["until"]) <= as_of]
    if not rows:
        return None
    until = max(r["until"] for r in rows)
    found = {
        r["indicator"]: float(r["value"]) / (100 if r["indicator"].endswith("_rate") else 1)
        for r in rows
        if r["until"] == until
    }
    if {"funds_in_place", "agreed_investment"} <= set(found):
        rate = found["funds_in_place"] / found["agreed_investment"]
        found.setdefault("funds_in_place_rate", rate)
    return date.fromisoformat(until), found


def _tidy(value: float) -> float:
    """A sum of shares such as 1/3 without the dust of the last digits."""
    return round(float(value), 6)


def _measures(register: Register) -> dict[str, FloatArray]:
    known = ~np.isnan(register.agreed_wan)
    agreed = np.where(known, register.agreed_wan, 0.0)
    investment = register.in_place["investment"]
    in_place = np.where(known, investment, 0.0)
    counts: Mapping[str, NDArray[np.generic]] = {
        "projects": np.ones(len(register)),
        "fulfilled": register.fulfilled,
        "started": register.reached("started_on"),
        "in_production": register.reached("production_on"),
        "completed": register.reached("completed_on"),
        "ended": register.reached("ended_on"),
        "agreed_wan": agreed,
        "in_place_wan": in_place,
        "apart_wan": np.where(known, 0.0, investment),
        "over_wan": np.maximum(in_place - agreed, 0.0),
        "aid_wan": register.in_place["aid"],
        "subsidy_wan": register.in_place["subsidy"],
    }
    return {name: values.astype(np.float64) for name, values in counts.items()}


def _missing(register: Register) -> dict[str, FloatArray]:
    unplaced = np.zeros(len(register))
    nowhere = register.side_region == NOT_KNOWN
    unplaced[register.side_project[nowhere]] = 1.0
    found: dict[str, NDArray[np.generic]] = {
        "agreed_wan": np.isnan(register.agreed_wan),
        # In production without a start date: the start rate is too low by these.
        "started_on": register.reached("production_on") & ~register.reached("started_on"),
        "funds": ~register.has_tranche["investment"],
        "region": register.region < 0,
        "programme": register.programme < 0,
        "enterprise_region": unplaced,
    }
    return {name: values.astype(np.float64) for name, values in found.items()}


def _whole(register: Register) -> _Groups:
    n = len(register)
    return _Groups(np.arange(n), np.ones(n), np.zeros(n, np.int64), [()])


def _plain(register: Register, codes: IntArray, names: Iterable[str]) -> _Groups:
    """Each project in one group; code −1 = not known, told last."""
    keys = [(name,) for name in names]
    code = np.where(codes < 0, len(keys), codes)
    n = len(register)
    return _Groups(np.arange(n), np.ones(n), code, [*keys, ("",)])


def _cities(register: Register) -> IntArray:
    """(regions,) position of the prefecture of each region."""
    index = register.regions.index
    at = (index.get(code, i) for i, code in enumerate(register.regions.prefecture))
    return np.fromiter(at, np.int64, len(register.regions))


def _by_region(register: Register) -> _Groups:
    return _plain(register, register.region, register.regions.codes)


def _by_city(register: Register) -> _Groups:
    found = np.append(_cities(register), NOT_KNOWN)[register.region]
    return _plain(register, found, register.regions.codes)


def _by_year(register: Register) -> _Groups:
    years = register.year
    first = int(years.min()) if len(years) else 0
    last = int(years.max()) if len(years) else -1
    return _plain(register, years - first, (str(y) for y in range(first, last + 1)))


def _lines(register: Register, place: Callable[[IntArray], IntArray]) -> _Groups:
    giving = place(register.side_region)
    taking = place(register.region)[register.side_project]
    names = (*register.regions.codes, OUTSIDE_KEY, "")
    width = len(names)
    # Positions from behind: −1 is the last name, −2 the one before it.
    pair = (giving % width) * width + taking % width
    found, code = np.unique(pair, return_inverse=True)
    keys = [(names[p // width], names[p % width]) for p in found.tolist()]
    return _Groups(register.side_project, register.side_share, code, keys)


def _to_city(register: Register) -> Callable[[IntArray], IntArray]:
    cities = np.concatenate([_cities(register), [OUTSIDE, NOT_KNOWN]])
    return lambda at: cast(IntArray, cities[at])


_GROUPS: Final[Mapping[str, Callable[[Register], _Groups]]] = {
    "region": _by_region,
    "city": _by_city,
    "line": lambda register: _lines(register, lambda at: at),
    "city_line": lambda register: _lines(register, _to_city(register)),
    "year": _by_year,
    "programme": lambda register: _plain(register, register.programme, PROGRAMMES),
    "park": lambda register: _plain(register, register.park.code, register.park.names),
    "campaign": lambda register: _plain(register, register.campaign.code, register.campaign.names),
}
