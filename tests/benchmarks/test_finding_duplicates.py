"""How long an archive of 100,000 enterprises takes to be searched for duplicates."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from features.duplicates import likely_duplicates
from features.industries import Industries
from features.regions import Regions
from features.tables import Table

sys.path.insert(0, str(Path(__file__).parents[1] / "features"))
from made_names import firms, table

ROWS = 100_000


def _sparse() -> Table:
    """Names as an archive has them: most trade names are borne by a handful of firms."""
    dice = random.Random(5)
    signs = (
        "宏恒金天鸿瑞正德华新永三长东富凯兴万海蓝飞双红五百明大春隆益嘉银神龙虎凤鹏锦福寿康和顺通利"
    )
    rows = []
    for firm in firms(ROWS, 5, variants=ROWS // 20):
        own = dice.choice(signs) + dice.choice(signs)
        rows.append((f"{own}{firm.name}" if not firm.name.isascii() else firm.name, firm))
    made = table(firm for _, firm in rows)
    return Table("enterprises", {**made.columns, "name": [name for name, _ in rows]})


@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_a_hundred_thousand_rows(benchmark: BenchmarkFixture, kind: str) -> None:
    rows = table(firms(ROWS, 1, variants=ROWS // 20)) if kind == "dense" else _sparse()
    found = benchmark.pedantic(
        likely_duplicates, (rows, Regions.built_in(), Industries.built_in()), rounds=1
    )
    benchmark.extra_info.update(
        rows=len(rows), compared=found.compared, pairs=len(found.pairs), left_out=found.left_out
    )
