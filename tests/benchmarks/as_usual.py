"""Scoring as people usually do it: a pandas cross join, features as columns, LightGBM.

The features are ours, so that only the way of computing differs. What does not come from plain
columns of both tables (texts, chains, industries) is made by matrix products and look-ups here
too, which is kinder to this side than the usual row-by-row code.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from features.market import Market
from features.pairs import FEATURES, Pairs, compute
from features.schema import INTENTS
from models.history import Introductions
from models.training_rows import features_then, training_pairs

#: Features of more than plain columns: filled in from a block.
LOOKED_UP = (
    "industry_welcome", "trade_read", "trade_near", "chain_same", "chain_up", "chain_down",
    "chain_beside", "chain_far", "text_similarity", "text_match", "text_trade", "trade_text",
    "intent_fit", "forms_shared", "skills_met", *(f"intent_{name}" for name in INTENTS),
)  # fmt: skip
#: Features of two regions: joined from a table of lines.
OF_LINES = (
    "distance", "paired", "pairing_nearness", "common_partners", "line_history",
    "outcome_nearness",
)  # fmt: skip
#: Features that are the arithmetic of columns.
PLAIN = tuple(n for n in FEATURES if n not in (*LOOKED_UP, *OF_LINES))
NAMES = (*LOOKED_UP, *OF_LINES, *PLAIN)

#: One side's quantities by themselves: feature, column.
SIZES = {
    "size": "revenue_wan", "budget": "budget_wan", "staff": "employees",
    "land_need": "land_need_mu", "labour_need": "labour_need", "energy_need": "energy_need_tce",
    "land": "land_mu", "labour": "labour_supply", "energy": "energy_quota_tce",
    "least_investment": "min_investment_wan",
}  # fmt: skip

_E = ("region", "land_need_mu", "labour_need", "energy_need_tce", "budget_wan", "pollution_level",
      "revenue_wan", "growth", "employees", "available_from", "available_until")  # fmt: skip
_R = ("region", "site", "land_mu", "labour_supply", "energy_quota_tce", "min_investment_wan",
      "land_price_wan_per_mu", "wage_yuan_month", "subsidy_rate", "capacity", "max_pollution",
      "available_from", "available_until")  # fmt: skip


class AsUsual:
    """A LightGBM regression on the stage reached, 100 trees, over pandas columns."""

    def __init__(self, market: Market, history: Introductions) -> None:
        import lightgbm

        self.market = market
        e, r, known = training_pairs(market, history)
        values = features_then(market, NAMES, e, r, history.first_date[known])
        self.model = lightgbm.LGBMRegressor(n_estimators=100, n_jobs=1, verbose=-1)
        self.model.fit(pd.DataFrame(values, columns=list(NAMES)), history.reached[known])
        self.own, self.others = _frame(market.enterprises, _E), _frame(market.resources, _R)
        self.lines = self._lines()

    def best(self, enterprises: np.ndarray[Any, Any], top: int) -> pd.DataFrame:
        """The best resources of some enterprises."""
        pairs = self.features(enterprises)
        pairs["score"] = self.model.predict(pairs[list(NAMES)])
        pairs = pairs.sort_values(["e", "score"], ascending=[True, False])
        return pairs.groupby("e").head(top)[["e", "r", "score"]]

    def features(self, enterprises: np.ndarray[Any, Any]) -> pd.DataFrame:
        """All features of some enterprises with every resource."""
        own = self.own[self.own["e"].isin(enterprises)]
        pairs = own.merge(self.others, how="cross", suffixes=("_e", "_r"))
        pairs = pairs.merge(self.lines, on=["region_e", "site"], how="left")
        pairs = pairs.sort_values(["e", "r"])
        block = Pairs(self.market, enterprises, np.arange(len(self.others)))
        for name in LOOKED_UP:
            pairs[name] = FEATURES[name].compute(block).ravel()
        p = pairs
        for met, need, offer in (
            ("land_met", "land_need_mu", "land_mu"),
            ("labour_met", "labour_need", "labour_supply"),
            ("energy_met", "energy_need_tce", "energy_quota_tce"),
        ):
            p[met] = (p[offer] / p[need]).clip(upper=1).where(p[need] != 0, 1.0)
        room = np.log2(p["budget_wan"]) - np.log2(p["min_investment_wan"])
        p["budget_room"] = room.clip(-1, 3)
        p["land_cost"] = (p["land_need_mu"] / p["budget_wan"] * p["land_price_wan_per_mu"]).clip(
            upper=1
        )
        for name, column in (
            ("land_price", "land_price_wan_per_mu"), ("wage", "wage_yuan_month"),
        ):  # fmt: skip
            p[name] = np.log2(p[column] / self.market.medians[column]).clip(-3, 3)
        p["subsidy"] = 100 * p["subsidy_rate"]
        p["places_left"] = np.log2(p["capacity"]).clip(0, 4)
        p["pollution_room"] = (p["max_pollution"] - p["pollution_level"]).clip(0, 2)
        p["pollution"] = p["pollution_level"]
        p["growth"] = p["growth"].clip(upper=1)
        p["labour_share"] = (p["labour_need"] / p["employees"]).clip(upper=2)
        start = p[["available_from_e", "available_from_r"]].max(axis=1)
        end = p[["available_until_e", "available_until_r"]].min(axis=1)
        start = start.fillna(0).clip(lower=self.market.as_of.toordinal())
        p["window"] = ((end - start) / 30.44 / 12).clip(0, 1)
        # Last, since some of them bear the name of the column they are made from.
        for name, column in SIZES.items():
            p[name] = np.log2(p[column] / self.market.medians[column]).clip(-4, 4)
        return pairs

    def _lines(self) -> pd.DataFrame:
        """The features of every two regions that occur."""
        first_e = self.own.drop_duplicates("region")["e"].to_numpy()
        first_r = self.others.drop_duplicates(["region", "site"])["r"].to_numpy()
        e, r = (a.ravel() for a in np.meshgrid(first_e, first_r, indexing="ij"))
        lines = pd.DataFrame(
            compute(Pairs(self.market, e, r, rowwise=True), OF_LINES), columns=list(OF_LINES)
        )
        lines["region_e"] = self.own["region"].to_numpy()[e]
        lines["site"] = self.others["site"].to_numpy()[r]
        return lines.drop_duplicates(["region_e", "site"])


def _frame(side: Any, columns: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame({column: side.fields[column] for column in columns})
    frame["e" if side.side == "enterprise" else "r"] = np.arange(len(side))
    return frame
