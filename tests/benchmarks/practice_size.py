"""A made-up market of practice size, from one seed: rows of both sides, history, fitted model."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

import data
from features.industries import Industries
from features.market import Market
from features.regions import Regions
from features.schema import FORMS, INTENTS, RESOURCE_KINDS
from features.tables import Table, Value
from features.text import default_encoder
from matcher.interests import Interests
from matcher.limits import find_limits
from matcher.ranking import Ranking
from models.amounts import fit_amounts
from models.fitting import fit_stages
from models.history import Introductions, introductions

AS_OF = date(2009, 12, 31)
#: Enterprises and resources of the usual size, and how many descriptions differ.
SIZE = (1200, 350)
TEXTS = 200
CONTACTS = 6000


class Dice:
    """Values drawn from one seed; some are not known."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def one(self, values: list[str]) -> str:
        return values[self.rng.integers(len(values))]

    def some(self, values: list[str], most: int) -> Value:
        count = int(self.rng.integers(most + 1))
        chosen = self.rng.choice(len(values), min(count, len(values)), replace=False)
        return tuple(values[i] for i in chosen) or None

    def number(self, middle: float, known: float = 0.8) -> float | None:
        if self.rng.random() > known:
            return None
        return round(float(middle * np.exp(self.rng.normal())), 1)


def tables(
    enterprises: int, resources: int, texts: int | None = None, seed: int = 7
) -> dict[str, Table]:
    """Rows of both sides and outcomes 2006 to 2009.

    Parameters
    ----------
    texts : int, optional
        As many different descriptions of enterprises; default: each its own.
    """
    dice = Dice(seed)
    regions, industries = Regions.built_in(), Industries.built_in()
    side = dict(zip(regions.codes, regions.side, strict=True))
    developed = [c for c in regions.codes if side[c] == "developed"]
    receiving = [c for c in regions.codes if side[c] == "underdeveloped"]
    classes = [c for c in industries.codes if len(c) == 4 and "13" <= c[:2] <= "43"]
    words = [w for row in data.rows("chains") for w in row["words_zh"].split(";") if w]

    trades = [dice.one(classes) for _ in range(24)]

    def text() -> str | None:
        return "，".join(dice.one(words) for _ in range(4)) if dice.rng.random() < 0.9 else None

    said = [text() for _ in range(texts or enterprises)]
    own: list[dict[str, Value]] = [
        {
            "id": f"E{i:06}", "name": f"企业{i}", "kind": "company",
            "region": dice.one(developed), "industry": dice.one(trades),
            "description": said[i % len(said)], "founded": 1990,
            "employees": int(dice.number(200, 1) or 0),
            "revenue_wan": dice.number(8000), "growth": dice.number(0.1),
            "intents": dice.some(list(INTENTS), 3), "forms": dice.some(list(FORMS), 3),
            "skills": dice.some(words[:60], 2), "budget_wan": dice.number(1500),
            "land_need_mu": dice.number(30), "labour_need": int(dice.number(60, 1) or 0),
            "energy_need_tce": dice.number(500), "pollution_level": int(dice.rng.integers(3)),
            "x_distance": dice.number(1),
        }
        for i in range(enterprises)
    ]  # fmt: skip
    others: list[dict[str, Value]] = [
        {
            "id": f"R{i:06}", "name": f"资源{i}", "kind": dice.one(list(RESOURCE_KINDS)),
            "region": dice.one(receiving), "industries": dice.some(classes, 5),
            "description": text(), "forms": dice.some(list(FORMS), 5),
            "skills": dice.some(words[:60], 3), "land_mu": dice.number(80),
            "land_price_wan_per_mu": dice.number(8), "labour_supply": int(dice.number(200, 1) or 0),
            "wage_yuan_month": dice.number(1200), "energy_quota_tce": dice.number(2000),
            "min_investment_wan": dice.number(600), "max_pollution": int(dice.rng.integers(1, 4)),
            "subsidy_rate": 0.03, "capacity": 9, "x_distance": dice.number(1),
        }
        for i in range(resources)
    ]  # fmt: skip
    rows: dict[tuple[int, int, date], dict[str, Value]] = {}
    for _ in range(CONTACTS):
        e, r = int(dice.rng.integers(enterprises)), int(dice.rng.integers(resources))
        day = date(2006, 1, 1) + timedelta(days=int(dice.rng.integers(1000)))
        for stage in ("contacted", "signed", "started", "funded", "completed"):
            rows[e, r, day] = {"enterprise_id": f"E{e:06}", "resource_id": f"R{r:06}",
                               "date": day, "stage": stage}  # fmt: skip
            if dice.rng.random() > 0.4:
                break
            day += timedelta(days=90)
    return {
        "enterprises": Table.from_rows("enterprises", own),
        "resources": Table.from_rows("resources", others),
        "outcomes": Table.from_rows("outcomes", list(rows.values())),
    }


@cache
def world(
    enterprises: int, resources: int, texts: int | None, cache: Path
) -> tuple[Ranking, Introductions]:
    """The market of that size with a model fitted on its history."""
    rows = tables(enterprises, resources, texts)
    history = introductions(rows["outcomes"], as_of=AS_OF)
    market = Market.build(rows, as_of=AS_OF, encoder=default_encoder(cache))
    market = market.knowing(
        history.past(market.regions, market.enterprises.table, market.resources.table)
    )
    ranking = Ranking(
        market=market,
        model=fit_stages(market, history),
        limits=find_limits(market, signed=history.signed_open(AS_OF)),
        interests=Interests(),
        amounts=fit_amounts(market, history),
        model_about={"id": "benchmark"},
        calibrated=True,
    )
    return ranking, history
