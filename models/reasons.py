"""Contributions → a few reasons in words of the field, in both languages.

Contributions of one topic (all that texts say, all that land costs) are told as one reason. Only
what can be checked against the two profiles is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.chains import RELATIONS, built_in
from features.curves import UNKNOWN, base_name
from features.language import Text, filled, text
from features.market import Market
from features.pairs import Pairs, compute
from features.profiles import Profiles
from features.tables import Value
from models.explain import LEARNED, MET
from models.reason_facts import skills, wording
from models.reason_gaps import gap_reason
from models.reason_values import own_reason, plainly
from models.reason_words import (
    both,
    figure,
    intents_named,
    joined,
    label,
    name_of,
    percent,
    welcome_named,
    written,
)

#: Topic under which a part is told; others are told under their own name.
TOPICS = {
    "text_match": "text_similarity",
    "trade_read": "trade_near",
    "text_trade": "text_similarity",
    "trade_text": "text_similarity",
    "pollution": "pollution_room",
    "pairing_nearness": "paired",
    "common_partners": "paired",
    LEARNED: "learned_meaning",
}


@cache
def topic(part: str) -> str:
    """The topic under which a part of the score is told."""
    if part.startswith("effect:"):
        return part.removeprefix("effect:")
    if part.startswith(MET):
        return part
    unknown, part = part.endswith(UNKNOWN), base_name(part)
    if part.startswith("intent_") and part != "intent_fit":
        return "intent_fit" if unknown else "intents"
    return TOPICS.get(part, part)


@dataclass(frozen=True)
class Topics:
    """The topics under which some parts of a score are told.

    Attributes
    ----------
    names : tuple of str
        In the order in which they first occur among the parts.
    order : (k,) int array
        The parts, topic by topic.
    starts : (t,) int array
        Where each topic's parts begin among these.
    """

    names: tuple[str, ...]
    order: NDArray[np.int64]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, parts: tuple[str, ...]) -> Topics:
        """Those of some parts."""
        place: dict[str, int] = {}
        at = np.array([place.setdefault(topic(part), len(place)) for part in parts], np.int64)
        order = np.argsort(at, kind="stable")
        return cls(tuple(place), order, np.searchsorted(at[order], np.arange(len(place))))

    def sums(self, contributions: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, t) contributions of topics from those of parts (n, k)."""
        return np.add.reduceat(contributions[:, self.order], self.starts, axis=1)


topics_of = lru_cache(maxsize=8)(Topics.of)


class PairWords:
    """What can be said of one pair: names and figures for the sentences of ``reasons.toml``.

    Parameters
    ----------
    at_hand : callable, optional
        Value of a pair feature by its name; None: it is not at hand and is worked out.
    """

    def __init__(
        self, market: Market, enterprise: int, resource: int,
        at_hand: Callable[[str], float | None] = lambda name: None,
    ) -> None:  # fmt: skip
        self.market = market
        self.enterprise = enterprise
        self.resource = resource
        self.at_hand = at_hand
        self._own, self._others = market.enterprises.table.columns, market.resources.table.columns

    def feature(self, name: str) -> float:
        """Value of a pair feature; NaN = not known."""
        found = self.at_hand(name)
        if found is None:
            pair = Pairs(self.market, np.array([self.enterprise]), np.array([self.resource]))
            found = float(compute(pair, [name])[0, 0, 0])
        return found

    def reason(self, about: str, contribution: float) -> Text:
        """The sentence of a topic, for or against, as far as it is true of this pair."""
        way = "for" if contribution >= 0 else "against"
        said = gap_reason(self, about, way) or own_reason(self, about, way)
        if said is not None:
            return said
        how = wording(self, about, way)
        if how == "plain":
            return plainly(self, about, way)
        if about.startswith("chain_"):
            if how == "against" and not self._wants:
                return text("reason.chain_unknown.against")
            return filled(f"reason.{about}.{how}", self._tie(about) or self.figures)
        return filled(f"reason.{about}.{how}", self.figures)

    def tied(self, about: str) -> bool:
        """Whether two links of the sides stand in a relation (``chain_up``, …)."""
        return self._tie(about) is not None

    @property
    def figures(self) -> Mapping[str, object]:
        """The figures that sentences name, each worked out when it is asked for."""
        return _Figures(self)

    # --- pieces -----------------------------------------------------------------------------

    def e(self, column: str) -> Value:
        """A cell of the enterprise."""
        cells = self._own.get(column)
        return None if cells is None else cells[self.enterprise]

    def r(self, column: str) -> Value:
        """A cell of the resource."""
        cells = self._others.get(column)
        return None if cells is None else cells[self.resource]

    def region_name(self, code: Value) -> Text:
        """Present name of a region; a dash where it is not known."""
        return name_of(self.market.regions, code)

    @cached_property
    def km(self) -> float:
        """Distance between the enterprise and where the resource lies; NaN = not known."""
        a = self.market.enterprises.fields["region"][self.enterprise]
        b = self.market.resources.fields["site"][self.resource]
        return float(self.market.distance_km[a, b]) if a >= 0 and b >= 0 else float("nan")

    @cached_property
    def _stands_at(self) -> list[tuple[int, float]]:
        return _positions(self.market.enterprises, self.enterprise)

    @cached_property
    def _wants(self) -> list[tuple[int, float]]:
        return _positions(self.market.resources, self.resource)

    @property
    def _links(self) -> Text:
        links = built_in().links
        return joined([links[i].label for i, _ in self._wants[:3]])

    def _tie(self, about: str) -> dict[str, object] | None:
        """The two links that stand in a relation, with their chain; None where none do."""
        chains = built_in()
        code = RELATIONS.index(about.removeprefix("chain_"))
        best: tuple[float, int, int] | None = None
        for own, weight in self._stands_at:
            related = chains.relation[own]
            for other, theirs in self._wants:
                strength = weight * theirs
                if related[other] == code and (best is None or strength > best[0]):
                    best = strength, own, other
        if best is None:
            return None
        a, b = chains.links[best[1]], chains.links[best[2]]
        return {"chain": a.chain_label, "e_link": a.label, "r_link": b.label}

    def _industry(self, code: Value) -> Text:
        return name_of(self.market.industries, code)

    @property
    def _nearness(self) -> Text:
        a = self.market.enterprises.fields["text"][self.enterprise]
        b = self.market.resources.fields["text"][self.resource]
        own = self.market.enterprises.fields["trade"][self.enterprise]
        trade = self.market.resources.fields["trade"][self.resource]
        cosine = max(float(a @ b), float(a @ trade), float(own @ b))
        # A cosine means nothing to a reader; how near it is among such texts does.
        near = "very" if cosine >= 0.45 else "fairly" if cosine >= 0.25 else "slightly"
        return text(f"nearness.{near}")

    @property
    def _intents(self) -> Text:
        return intents_named(self.market.enterprises.fields["intents"][self.enterprise].tobytes())

    def _on_line(self, counts: NDArray[np.float32]) -> int:
        """A count of the line between both regions."""
        a = self.market.enterprises.fields["region"][self.enterprise]
        b = self.market.resources.fields["region"][self.resource]
        return int(counts[a, b]) if a >= 0 and b >= 0 else 0


def _positions(side: Profiles, row: int) -> list[tuple[int, float]]:
    """The links that a profile stands at, each with its weight."""
    found = zip(side.fields["link"][row].tolist(), side.fields["link_weight"][row].tolist(),
                strict=True)  # fmt: skip
    return [(link, weight) for link, weight in found if weight > 0]


class _Figures(Mapping[str, object]):
    """What sentences name of a pair, each worked out when it is asked for."""

    _of: Final[dict[str, Callable[[PairWords], object]]] = {
        "e_region": lambda w: w.region_name(w.e("region")),
        "r_region": lambda w: w.region_name(w.r("region")),
        "km": lambda w: figure(w.km),
        "r_kind": lambda w: label("resources", "kind", w.r("kind")),
        "e_industry": lambda w: w._industry(w.e("industry")),
        "r_industries": lambda w: welcome_named(
            w.market.industries, w.r("industries"), w.e("industry")
        ),
        "how": lambda w: w._nearness,
        "intents": lambda w: w._intents,
        "r_links": lambda w: w._links,
        "contacts": lambda w: w._on_line(w.market.graph.line_contacts),
        "signed": lambda w: w._on_line(w.market.graph.line_signed),
        "forms": lambda w: joined([label("enterprises", "forms", form)
                                    for form in both(w.e("forms"), w.r("forms"))]),
        "have": lambda w: joined(written(skills(w)[0])),
        "lack": lambda w: joined(written(skills(w)[1])),
        "land_need": lambda w: figure(w.e("land_need_mu")),
        "land_offer": lambda w: figure(w.r("land_mu")),
        "labour_need": lambda w: figure(w.e("labour_need")),
        "labour_offer": lambda w: figure(w.r("labour_supply")),
        "energy_need": lambda w: figure(w.e("energy_need_tce")),
        "energy_offer": lambda w: figure(w.r("energy_quota_tce")),
        "budget": lambda w: figure(w.e("budget_wan")),
        "least": lambda w: figure(w.r("min_investment_wan")),
        "price": lambda w: figure(w.r("land_price_wan_per_mu")),
        "wage": lambda w: figure(w.r("wage_yuan_month")),
        "subsidy": lambda w: figure(percent(w.r("subsidy_rate"))),
        "growth": lambda w: figure(percent(w.e("growth"))),
        "capacity": lambda w: figure(w.r("capacity") if w.r("capacity") is not None else 1),
        "level": lambda w: figure(w.e("pollution_level")),
        "limit": lambda w: figure(w.r("max_pollution")),
        "revenue": lambda w: figure(w.e("revenue_wan")),
        "staff": lambda w: figure(w.e("employees")),
        "usual_price": lambda w: figure(w.market.medians["land_price_wan_per_mu"]),
        "land_cost": lambda w: figure(_land_cost(w)),
        "land_share": lambda w: figure(_share(_land_cost(w), w.e("budget_wan"))),
    }  # fmt: skip

    __slots__ = ("_words",)

    def __init__(self, words: PairWords) -> None:
        self._words = words

    def __getitem__(self, name: str) -> object:
        return self._of[name](self._words)

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)


def _land_cost(words: PairWords) -> float:
    """What the land needed would cost, 万元; NaN = not known."""
    need, price = words.e("land_need_mu"), words.r("land_price_wan_per_mu")
    known = isinstance(need, int | float) and isinstance(price, int | float)
    return float(need) * float(price) if known else float("nan")  # type: ignore[arg-type]


def _share(cost: float, budget: Value) -> float:
    """A cost as percent of a budget; NaN = not known."""
    return 100 * cost / float(budget) if isinstance(budget, int | float) and budget else np.nan
