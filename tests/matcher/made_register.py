"""Registers made up: small ones for Hypothesis to draw, and one as large as the published one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from hypothesis import strategies as st

from features.regions import Regions
from features.tables import Table, Value
from matcher.register import Register

Row = dict[str, Value]

REGIONS = Regions.built_in()
XIAOSHAN, KEQIAO, CIXI = "330109", "330603", "330282"
JIANGSHAN, CHANGSHAN, QINGTIAN = "330881", "330822", "331121"
FIRST, LAST = date(2004, 1, 1), date(2007, 12, 31)

ENTERPRISES = Table.from_rows(
    "enterprises",
    [
        {"id": "E1", "kind": "company", "region": XIAOSHAN},
        {"id": "E2", "kind": "company", "region": KEQIAO},
        {"id": "E3", "kind": "company", "region": CIXI},
        {"id": "E4", "kind": "company", "region": XIAOSHAN},
        {"id": "M1", "kind": "merchant", "region": None},
        {"id": "U1", "kind": "company", "region": None},
    ],
)
RESOURCES = Table.from_rows(
    "resources",
    [
        {"id": "R1", "kind": "land", "region": JIANGSHAN, "park": "园"},
        {"id": "R2", "kind": "health", "region": QINGTIAN, "park": None},
    ],
)


def project(key: str, /, **cells: Value) -> Row:
    """A project of 萧山's E1 in 江山 (R1), signed on the first day of 2006."""
    base: Row = {"id": key, "name": f"项目{key}", "enterprise_ids": ("E1",), "resource_id": "R1"}
    return base | {"signed_on": date(2006, 1, 1)} | cells


def tranche(project_id: Value, day: date, amount: float, kind: str = "investment") -> Row:
    """Money in place."""
    return {"project_id": project_id, "date": day, "amount_wan": amount, "kind": kind}


def register(
    projects: Sequence[Row], funds: Sequence[Row] = (), as_of: date = date(2006, 12, 31)
) -> Register:
    """The register on a day."""
    return Register.of(tables(projects, funds), REGIONS, as_of)


def tables(projects: Sequence[Row], funds: Sequence[Row] = ()) -> dict[str, Table]:
    """The four tables that a register is made from."""
    return {
        "projects": Table.from_rows("projects", projects),
        "funds": Table.from_rows("funds", funds),
        "enterprises": ENTERPRISES,
        "resources": RESOURCES,
    }


_day = st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + timedelta(days=n))
_maybe_day = st.none() | _day
_money = st.floats(0, 1e5, allow_nan=False)


@st.composite
def projects_and_funds(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """A few projects with holes and contradictions, and their money."""
    projects = []
    for n in range(draw(st.integers(0, 8))):
        firms = draw(st.lists(st.sampled_from(["E1", "E2", "E3", "E4", "M1", "U1"]), min_size=1))
        projects.append(
            project(
                f"P{n}",
                enterprise_ids=tuple(firms),
                resource_id=draw(st.sampled_from(["R1", "R2", None])),
                region=draw(st.sampled_from([None, JIANGSHAN, CHANGSHAN, "330800"])),
                programme=draw(st.sampled_from([None, "industry", "social"])),
                park=draw(st.sampled_from([None, "园", "another"])),
                campaign=draw(st.sampled_from([None, "百村", "浙商回归"])),
                agreed_wan=draw(st.none() | _money),
                signed_on=draw(_maybe_day),
                started_on=draw(_maybe_day),
                production_on=draw(_maybe_day),
                completed_on=draw(_maybe_day),
                ended_on=draw(_maybe_day),
            )
        )
    kinds = st.sampled_from(["investment", "investment", "aid", "subsidy"])
    funds = [
        tranche(
            f"P{draw(st.integers(0, len(projects) - 1))}", draw(_day), draw(_money), draw(kinds)
        )
        for _ in range(draw(st.integers(0, 12)) if projects else 0)
    ]
    return projects, funds


def as_published() -> dict[str, Table]:
    """3,230 projects of the end of 2006 with the published rates, 1,309.38 亿 agreed.

    95 % of 3,230 are 3,068.5, 85 % are 2,745.5, 66 % are 2,131.8: the nearest whole numbers are
    made, 3,069, 2,746 and 2,132. Money: 51 % of what was agreed.
    """
    n, started, funded, producing = 3230, 2746, 3069, 2132
    rng = np.random.default_rng(2006)
    size = rng.lognormal(8.0, 1.0, n)
    agreed = np.round(size / size.sum() * 13_093_800, 2)
    share = np.where(np.arange(n) < funded, rng.uniform(0.2, 1.0, n), 0.0)
    share *= 0.51 * agreed.sum() / (share * agreed).sum()
    day = [date(2002, 6, 1) + timedelta(days=int(d)) for d in rng.integers(0, 1600, n)]
    places = [JIANGSHAN, CHANGSHAN, QINGTIAN]
    projects = [
        project(
            f"P{i:04d}", enterprise_ids=(("E1", "E2") if i % 10 == 0 else ("E3",)),
            resource_id=None, region=places[i % 3], agreed_wan=float(agreed[i]), signed_on=day[i],
            started_on=day[i] + timedelta(days=20) if i < started else None,
            production_on=day[i] + timedelta(days=60) if i < producing else None,
        )
        for i in range(n)
    ]  # fmt: skip
    funds = [
        tranche(f"P{i:04d}", day[i] + timedelta(days=10 * part), float(agreed[i] * share[i] / 2))
        for i in range(funded)
        for part in (1, 2)
    ]
    return tables(projects, funds)
