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
from features.curves import UNKNOWN, base_name, gap_name
from features.industries import Industries
from features.language import LANGUAGES, Text, filled, text
from features.market import Market
from features.pairs import Pairs, compute
from features.profiles import Profiles
from features.regions import Regions
from features.schema import INTENTS, RESOURCE_KINDS, choice_label
from features.tables import Value
from models.explain import LEARNED, MET
from models.interactions import BETWEEN
from models.reason_facts import skills, wording
from models.rule import expert_weights

#: Topic under which a part is told; others are told under their own name.
TOPICS = {
    "text_match": "text_similarity",
    "trade_read": "trade_near",
    "text_trade": "text_similarity",
    "trade_text": "text_similarity",
    "land_cost": "land_price",
    "pollution": "pollution_room",
    "pairing_nearness": "paired",
    "common_partners": "paired",
    LEARNED: "learned_meaning",
}


_DASH: Text = {"zh": "—", "en": "—"}


@cache
def topic(part: str) -> str:
    """The topic under which a part of the score is told."""
    if part.startswith("effect:"):
        return part.removeprefix("effect:")
    if part.startswith(MET):
        return part
    if part.endswith(UNKNOWN):
        # That a cell is empty is a reason of its own: nothing of what it would say holds.
        of = topic(base_name(part))
        return gap_name("intent_fit" if of == "intents" else of)
    part = base_name(part)
    if part.startswith("intent_") and part != "intent_fit":
        return "intents"
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
        self._at_hand = at_hand
        self._own, self._others = market.enterprises.table.columns, market.resources.table.columns

    def feature(self, name: str) -> float:
        """Value of a pair feature; NaN = not known."""
        found = self._at_hand(name)
        if found is None:
            pair = Pairs(self.market, np.array([self.enterprise]), np.array([self.resource]))
            found = float(compute(pair, [name])[0, 0, 0])
        return found

    def reason(self, about: str, contribution: float) -> Text:
        """The sentence of a topic, for or against, as far as it is true of this pair."""
        way = "for" if contribution >= 0 else "against"
        said = _whatever_the_pair(about, way)
        if said is not None:
            return said
        how = wording(self, about, way)
        if how == "plain":
            return _plainly(about, way)
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
        return _name_of(self.market.regions, code)

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
        return _joined([links[i].label for i, _ in self._wants[:3]])

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
        return _name_of(self.market.industries, code)

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
        return _intents_named(self.market.enterprises.fields["intents"][self.enterprise].tobytes())

    def _on_line(self, counts: NDArray[np.float32]) -> int:
        """A count of the line between both regions."""
        a = self.market.enterprises.fields["region"][self.enterprise]
        b = self.market.resources.fields["region"][self.resource]
        return int(counts[a, b]) if a >= 0 and b >= 0 else 0


@cache
def _whatever_the_pair(about: str, way: str) -> Text | None:
    """The sentence of a topic that says the same of any pair; None: it hangs on the pair."""
    if about.endswith(UNKNOWN):
        return text(f"reason.gap.{way}", what=_what(base_name(about)))
    if about.startswith("x_"):
        return text(f"reason.own.{way}", column="x_" + about.split(":", 1)[1])
    if about.startswith(MET):
        left, right = about.removeprefix(MET).split(BETWEEN)
        return text(f"reason.met.{way}", left=_trait(left), right=_trait(right))
    if about.startswith("own:"):
        return text(f"reason.own.{way}", column=about.rsplit(":", 1)[1])
    return None


@cache
def _plainly(about: str, way: str) -> Text:
    """That a topic speaks for or against, by its label alone."""
    return text(f"reason.plain.{way}", label=expert_weights()[about].label)


@lru_cache(maxsize=64)
def _intents_named(declared: bytes) -> Text:
    """The intents that an enterprise has declared, from their row of the profiles' field."""
    shares = np.frombuffer(declared, np.float32)
    return _joined([_label("enterprises", "intents", one)
                    for one, share in zip(INTENTS, shares, strict=True) if share > 0])  # fmt: skip


@lru_cache(maxsize=8192)
def _name_of(named: Regions | Industries, code: Value) -> Text:
    """What a code is called in both languages; a dash where there is none of it."""
    if not (isinstance(code, str) and code in named.index):
        return dict(_DASH)
    return {lang: named.name(code, lang=lang) for lang in LANGUAGES}


@lru_cache(maxsize=8192)
def _welcome(industries: Industries, welcome: Value, own: Value) -> Text:
    """The industries that a place welcomes, a few of them; that nearest to an own one first."""
    codes = [str(c) for c in welcome] if isinstance(welcome, tuple) else []
    code = str(own or "")
    # What decides comes first: a list that is cut must not hide it.
    codes.sort(key=lambda one: -next((n for n in range(4, 0, -1) if one[:n] == code[:n]), 0))
    told = _joined([_name_of(industries, one) for one in codes[:3]], "; ")
    return {lang: said + ("…" if codes[3:] else "") for lang, said in told.items()}


@lru_cache(maxsize=16384)
def figure(value: object) -> str:
    """A number as people write it: no needless decimals, a dash where it is not known."""
    number = float(value) if isinstance(value, int | float | np.floating) else float("nan")
    if np.isnan(number):
        return "—"
    if abs(number) >= 100 or number.is_integer():
        return f"{number:.0f}"
    if abs(number) >= 10:
        return f"{number:.1f}".removesuffix(".0")
    short = f"{float(f'{number:.2g}'):.4f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def _positions(side: Profiles, row: int) -> list[tuple[int, float]]:
    """The links that a profile stands at, each with its weight."""
    found = zip(side.fields["link"][row].tolist(), side.fields["link_weight"][row].tolist(),
                strict=True)  # fmt: skip
    return [(link, weight) for link, weight in found if weight > 0]


def _what(name: str) -> Text:
    """What a feature is called; a user's own column by its name."""
    if name.startswith("x_"):
        return dict.fromkeys(LANGUAGES, "x_" + name.split(":", 1)[1])
    return expert_weights()[name].label


def _trait(name: str) -> Text:
    """What a trait of a side is called; a user's own column by its name."""
    if name.startswith("own:"):
        return dict.fromkeys(LANGUAGES, name.split(":", 2)[2])
    return text(f"trait.{name}")


def _percent(value: Value) -> float | None:
    return 100 * float(value) if isinstance(value, int | float) else None


@lru_cache(maxsize=1024)
def _label(table: str, column: str, value: Value) -> Text:
    if value is None or (column == "kind" and table == "resources" and value not in RESOURCE_KINDS):
        return dict(_DASH)
    return choice_label(table, column, str(value))


def _both(a: Value, b: Value) -> list[str]:
    if not (isinstance(a, tuple) and isinstance(b, tuple)):
        return []
    return [str(v) for v in a if v in b]


def _written(words: list[str]) -> list[Text]:
    """What a user wrote is said as written, in either language."""
    return [dict.fromkeys(LANGUAGES, word) for word in words]


def _joined(names: list[Text], english_joint: str = ", ") -> Text:
    if not names:
        return dict(_DASH)
    return {
        "zh": "、".join(n["zh"] for n in names),
        "en": english_joint.join(n["en"] for n in names),
    }


class _Figures(Mapping[str, object]):
    """What sentences name of a pair, each worked out when it is asked for."""

    _of: Final[dict[str, Callable[[PairWords], object]]] = {
        "e_region": lambda w: w.region_name(w.e("region")),
        "r_region": lambda w: w.region_name(w.r("region")),
        "km": lambda w: figure(w.km),
        "r_kind": lambda w: _label("resources", "kind", w.r("kind")),
        "e_industry": lambda w: w._industry(w.e("industry")),
        "r_industries": lambda w: _welcome(w.market.industries, w.r("industries"), w.e("industry")),
        "how": lambda w: w._nearness,
        "intents": lambda w: w._intents,
        "r_links": lambda w: w._links,
        "contacts": lambda w: w._on_line(w.market.graph.line_contacts),
        "signed": lambda w: w._on_line(w.market.graph.line_signed),
        "forms": lambda w: _joined([_label("enterprises", "forms", form)
                                    for form in _both(w.e("forms"), w.r("forms"))]),
        "have": lambda w: _joined(_written(skills(w)[0])),
        "lack": lambda w: _joined(_written(skills(w)[1])),
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
        "subsidy": lambda w: figure(_percent(w.r("subsidy_rate"))),
        "growth": lambda w: figure(_percent(w.e("growth"))),
        "capacity": lambda w: figure(w.r("capacity") if w.r("capacity") is not None else 1),
        "level": lambda w: figure(w.e("pollution_level")),
        "limit": lambda w: figure(w.r("max_pollution")),
        "revenue": lambda w: figure(w.e("revenue_wan")),
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
