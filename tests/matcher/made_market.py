"""A made-up market of any size, so that blocks, parts and ties of batches have something to do."""

from __future__ import annotations

from functools import cache

import numpy as np

from matcher.ranking import Ranking
from small_market import (
    CHUNAN,
    JIANGSHAN,
    KEQIAO,
    NANHU,
    QINGTIAN,
    XIAOSHAN,
    enterprise,
    interest,
    rank,
    resource,
)


@cache
def made(enterprises: int, resources: int, seed: int = 0) -> Ranking:
    """A ranking of that size; a fifth of the rows have a twin, so there are ties."""
    rng = np.random.default_rng(seed)

    def pick(*values: object) -> object:
        return values[rng.integers(len(values))]

    own = [
        enterprise(
            f"E{i:05}", name="企业", region=pick(XIAOSHAN, KEQIAO, NANHU, "330100"),
            industry=pick("1761", "3670", "2221", "C39"), budget_wan=pick(None, 900.0, 5000.0),
            land_need_mu=pick(None, 0.0, float(rng.integers(1, 300))),
            pollution_level=pick(None, 0, 1, 2, 3),
        )
        for i in range(enterprises)
    ]  # fmt: skip
    others = [
        resource(
            f"R{i:05}", name="资源", region=pick(CHUNAN, JIANGSHAN, QINGTIAN),
            kind=pick("land", "factory", "labour", "village"), capacity=pick(0, 1, 9),
            industries=pick(None, ("17",), ("36", "22")), land_mu=pick(None, 50.0, 400.0),
            description=pick(None, "园区熟地，纺织配套", "汽车零部件产业园"),
        )
        for i in range(resources)
    ]  # fmt: skip
    for rows in (own, others):
        for i in range(4, len(rows), 5):
            rows[i] = rows[i - 1] | {"id": rows[i]["id"]}
    return rank(
        own, others,
        interests=[
            interest("enterprise", "E00003", "R00002", "must"),
            interest("resource", "R00001", "E00001", "no"),
            interest("resource", "R00003", NANHU, "yes"),
        ],
    )  # fmt: skip
