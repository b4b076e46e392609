"""A made-up store with history: enough to train on, small enough to be fast."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from features.regions import Regions
from features.tables import Table, Value

ENTERPRISES, RESOURCES, CONTACTS = 300, 30, 400


def tables(seed: int = 0) -> dict[str, Table]:
    """Enterprises that fit by their industry, resources, and outcomes of 2004 to 2008."""
    rng = np.random.default_rng(seed)
    regions = Regions.built_in()
    of_side = {
        side: [c for c, s in zip(regions.codes, regions.side, strict=True) if s == side]
        for side in ("developed", "underdeveloped")
    }
    industries, kinds = ("1761", "3670", "2221"), ("land", "factory", "labour")
    enterprises: list[dict[str, Value]] = [
        {"id": f"E{i:03}", "name": f"测试企业{i}", "kind": "company",
         "region": of_side["developed"][i % 20], "industry": industries[i % 3],
         "description": ("化纤面料织造", "汽车零部件", "特种纸")[i % 3],
         "land_need_mu": float(rng.integers(1, 90)), "budget_wan": float(rng.integers(100, 900))}
        for i in range(ENTERPRISES)
    ]  # fmt: skip
    resources: list[dict[str, Value]] = [
        {"id": f"R{i:03}", "name": f"测试资源{i}", "kind": kinds[i % 3],
         "region": of_side["underdeveloped"][i % 20], "industries": (industries[i // 3 % 3],),
         "land_mu": float(rng.integers(20, 200)), "capacity": 9}
        for i in range(RESOURCES)
    ]  # fmt: skip
    rows: dict[tuple[int, int, date], dict[str, Value]] = {}
    for _ in range(CONTACTS):
        e, r = int(rng.integers(ENTERPRISES)), int(rng.integers(RESOURCES))
        day = date(2004, 1, 1) + timedelta(days=int(rng.integers(1500)))
        for stage in ("contacted", "signed", "started", "funded", "completed"):
            rows[e, r, day] = {"enterprise_id": f"E{e:03}", "resource_id": f"R{r:03}",
                               "date": day, "stage": stage, "amount_wan": 300.0}  # fmt: skip
            if rng.random() > (0.8 if e % 3 == r // 3 % 3 else 0.15):
                break
            day += timedelta(days=int(rng.integers(10, 90)))
    return {
        "enterprises": Table.from_rows("enterprises", enterprises),
        "resources": Table.from_rows("resources", resources),
        "outcomes": Table.from_rows("outcomes", list(rows.values())),
    }
