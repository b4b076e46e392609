"""A small market made up for tests: one's own industry decides what comes of an introduction."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np

from features.market import Market
from features.regions import Regions
from features.tables import Table, Value
from features.text import NgramEncoder

AS_OF = date(2008, 6, 1)
STAGES = ("contacted", "signed", "started", "funded", "completed")
INDUSTRIES = ("1761", "1810", "3670", "3912")
KINDS = ("land", "factory", "labour", "village", "education")
ENTERPRISES, RESOURCES, CONTACTS = 90, 30, 1000


@cache
def tables(seed: int = 0) -> dict[str, Table]:
    """Enterprises, resources and what came of 1,000 introductions, 2003 to 2008."""
    rng = np.random.default_rng(seed)
    regions = Regions.built_in()
    sides = dict(zip(regions.codes, regions.side, strict=True))
    developed = [c for c in regions.codes if sides[c] == "developed"]
    underdeveloped = [c for c in regions.codes if sides[c] == "underdeveloped"]
    own = rng.integers(len(INDUSTRIES), size=ENTERPRISES)
    welcome = rng.integers(len(INDUSTRIES), size=RESOURCES)
    enterprises: list[dict[str, Value]] = [
        {
            "id": f"E{i:03d}",
            "name": f"测试企业{i}",
            "kind": "company",
            "region": developed[i % len(developed)],
            "industry": INDUSTRIES[own[i]],
            "land_need_mu": float(rng.integers(1, 60)),
        }
        for i in range(ENTERPRISES)
    ]
    resources: list[dict[str, Value]] = [
        {
            "id": f"R{i:03d}",
            "name": f"测试资源{i}",
            "kind": KINDS[i % len(KINDS)],
            "region": underdeveloped[i % len(underdeveloped)],
            "industries": (INDUSTRIES[welcome[i]],),
            "land_mu": float(rng.integers(20, 200)),
            "capacity": 99,
        }
        for i in range(RESOURCES)
    ]
    rows: dict[tuple[str, str, date], dict[str, Value]] = {}
    for _ in range(CONTACTS):
        e, r = int(rng.integers(ENTERPRISES)), int(rng.integers(RESOURCES))
        day = date(2003, 1, 1) + timedelta(days=int(rng.integers(1900)))
        chance = 0.85 if own[e] == welcome[r] else 0.1
        for stage in STAGES:
            key = (f"E{e:03d}", f"R{r:03d}", day)
            if day <= AS_OF:
                rows.setdefault(
                    key,
                    {"enterprise_id": key[0], "resource_id": key[1], "date": day, "stage": stage},
                )
            if rng.random() > chance:
                break
            day += timedelta(days=int(rng.integers(10, 90)))
    return {
        "enterprises": Table.from_rows("enterprises", enterprises),
        "resources": Table.from_rows("resources", resources),
        "outcomes": Table.from_rows("outcomes", list(rows.values())),
    }


@cache
def market() -> Market:
    """The market of :func:`tables` on its last day."""
    return Market.build(tables(), as_of=AS_OF, encoder=NgramEncoder())
