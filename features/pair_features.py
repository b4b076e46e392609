"""The built-in pair features: each one small function, its unit and its reason.

Values are shares in [0, 1] where a share is meant, else as said. NaN = not known; what that means
for a match is decided where features are weighed (``models/``), never here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from features.chains import RELATIONS
from features.pairs import Array, Form, Pairs, feature, form, mixture
from features.schema import INTENTS
from features.text import FloatArray
from features.topics import RANKS, mutual_nearness

if TYPE_CHECKING:
    from features.market import Market

#: Months beyond which more common time does not help.
LONG_WINDOW_MONTHS = 12.0


# --- what both sides do -------------------------------------------------------------------------


@feature("industry_welcome", "industry")
def industry_welcome(pairs: Pairs) -> FloatArray:
    """How near the enterprise's industry is to one that the place welcomes, along GB/T 4754.

    1 = within a welcome prefix; 0.8 = same group; 0.6 = same division; same
    section only: 0.15 within manufacturing, 0.5 elsewhere; 0 = else.
    """
    near, row, column = pairs.market.industry_nearness
    own, welcome = near[row[pairs.enterprises]], column[pairs.resources]
    best = np.zeros(pairs.shape, np.float32)
    for k in range(welcome.shape[1]):
        if not (welcome[:, k] >= 0).any():
            break
        if pairs.rowwise:
            one = own[np.arange(len(own)), welcome[:, k]]
        else:
            one = np.take(own, welcome[:, k], axis=1)
        np.maximum(best, one, out=best)
    unknown = (pairs.e("industry") < 0) | (pairs.r("welcome")[..., 0] < 0)
    np.copyto(best, np.float32(np.nan), where=unknown)
    return best


@feature("trade_read", "trade_share")
def trade_read(pairs: Pairs) -> FloatArray:
    """How likely both sides are of one trade, as codes and texts together say (0 to 1)."""
    product = pairs.dot("trade_share", "trade_share", exact=True)
    return _where_both_speak(pairs, "trade_share", "trade_share", product)


@feature("trade_near", "trade_share")
def trade_near(pairs: Pairs) -> FloatArray:
    """How near both sides' trades are (0 to 1): one trade, one division, or spoken of alike."""
    return _where_both_speak(
        pairs, "trade_share", "trade_near", pairs.dot("trade_share", "trade_near", exact=True)
    )


# How surely the enterprise stands in each relation to a link that the place wants: the weights
# of its positions, each times how strongly the place wants that link's relation.
for _name in RELATIONS:
    mixture(f"chain_{_name}", index="link", weight="link_weight", table=f"chain_{_name}")


@feature("text_similarity", "text")
def text_similarity(pairs: Pairs) -> FloatArray:
    """Cosine of what both descriptions mean, in [-1, 1]; NaN where either says nothing."""
    return _cosine(pairs, "text", "text")


@feature("text_trade", "text")
def text_trade(pairs: Pairs) -> FloatArray:
    """Cosine of the enterprise's description and the names of the welcome industries."""
    return _cosine(pairs, "text", "trade")


@feature("trade_text", "industry")
def trade_text(pairs: Pairs) -> FloatArray:
    """Cosine of the name of the enterprise's industry and the place's description."""
    return _cosine(pairs, "trade", "text")


def _cosine(pairs: Pairs, e_field: str, r_field: str) -> FloatArray:
    return _where_both_speak(pairs, e_field, r_field, pairs.dot(e_field, r_field, exact=True))


def _where_both_speak(pairs: Pairs, e_field: str, r_field: str, product: FloatArray) -> FloatArray:
    """The values (changed in place), NaN where a vector of either side is all zeros."""
    e_known = pairs.market.speaks("enterprise", e_field)[pairs.e_rows]
    r_known = pairs.market.speaks("resource", r_field)[pairs.r_rows]
    if pairs.rowwise:
        product[~(e_known & r_known)] = np.nan
        return product
    if not e_known.all():
        product[~e_known] = np.nan
    if not r_known.all():
        product[:, ~r_known] = np.nan
    return product


@feature("text_match", "text", *(f"topic{rank}" for rank in RANKS))
def text_match(pairs: Pairs) -> FloatArray:
    """How far each is among the other's nearest by what their texts are about, 0 to 1."""
    total = np.zeros(pairs.shape, np.float32)
    for rank in RANKS:
        cosine = pairs.dot(f"topic{rank}", f"topic{rank}", exact=True)
        total += mutual_nearness(cosine, pairs.e(f"scale{rank}"), pairs.r(f"scale{rank}"))
    total *= np.float32(1 / len(RANKS))
    return _where_both_speak(pairs, "text", "text", total)


# --- what both sides want -----------------------------------------------------------------------


@feature("intent_fit", "intent_kind")
def intent_fit(pairs: Pairs) -> FloatArray:
    """How far a resource of this kind is what the enterprise's intents ask for."""
    kind = pairs.market.resources.fields["kind"][pairs.resources]
    return pairs.of_enterprise("intent_kind", kind).astype(np.float32, copy=False)


def _intent(position: int) -> None:
    @feature(f"intent_{INTENTS[position]}", "intents")
    def declared(pairs: Pairs) -> FloatArray:
        """1 where the enterprise has declared this intent, 0 where others."""
        return pairs.full(pairs.e("intents")[..., position])


for _position in range(len(INTENTS)):
    _intent(_position)


@feature("forms_shared", "forms")
def forms_shared(pairs: Pairs) -> FloatArray:
    """Share of the enterprise's forms of cooperation that the place accepts."""
    asked = pairs.market.enterprises.fields["forms"][pairs.e_rows].sum(axis=-1)
    return pairs.full(pairs.dot("forms", "forms") / (asked if pairs.rowwise else asked[:, None]))


@feature("skills_met", "skills")
def skills_met(pairs: Pairs) -> FloatArray:
    """Share of the needed skills that the place has, near names counted in part."""
    return pairs.dot("skills", "skills")


# --- quantities ---------------------------------------------------------------------------------


def share_met(need: FloatArray, offer: FloatArray) -> Form:
    """Share of a need that an offer meets, in [0, 1].

    Parameters
    ----------
    need, offer : (e,), (r,) arrays of one unit
        NaN = not known. Where nothing is needed it is met, whatever is offered.
    """
    settled = np.where(need == 0, np.float32(1), np.float32(np.nan))
    return Form("share", need, offer, most=1, settled=settled)


@form("land_met", "land_need_mu")
def land_met(market: Market) -> Form:
    """Share of the land needed (mu) that the place offers."""
    return share_met(_own(market, "land_need_mu"), _others(market, "land_mu"))


@form("labour_met", "labour_need")
def labour_met(market: Market) -> Form:
    """Share of the workers needed that the place can supply."""
    return share_met(_own(market, "labour_need"), _others(market, "labour_supply"))


@form("energy_met", "energy_need_tce")
def energy_met(market: Market) -> Form:
    """Share of the energy needed (tce) that the place's quota covers."""
    return share_met(_own(market, "energy_need_tce"), _others(market, "energy_quota_tce"))


@form("budget_room", "budget_wan")
def budget_room(market: Market) -> Form:
    """Doublings of the least investment that the budget allows, between -1 and 3."""
    # A budget of nothing still meets a least investment of nothing.
    budget = np.maximum(_own(market, "budget_wan"), np.float32(1e-9))
    with np.errstate(divide="ignore"):
        least = -np.log2(_others(market, "min_investment_wan"))
    return Form("sum", np.log2(budget), least, -1, 3)


@form("land_cost", "budget_wan", "land_need_mu")
def land_cost(market: Market) -> Form:
    """Share of the budget that the land needed would cost, at most 1."""
    need, budget = _own(market, "land_need_mu"), _own(market, "budget_wan")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = need / budget
    settled = np.where(need == 0, np.float32(0), np.float32(np.nan))
    return Form("product", share, _others(market, "land_price_wan_per_mu"), most=1, settled=settled)


def _own(market: Market, column: str) -> FloatArray:
    return market.enterprises.fields[column]


def _others(market: Market, column: str) -> FloatArray:
    return market.resources.fields[column]


@feature("land_price")
def land_price(pairs: Pairs) -> FloatArray:
    """Doublings of the market's median land price."""
    return pairs.full(_doublings(pairs, "land_price_wan_per_mu"))


@feature("wage")
def wage(pairs: Pairs) -> FloatArray:
    """Doublings of the market's median wage."""
    return pairs.full(_doublings(pairs, "wage_yuan_month"))


def _doublings(pairs: Pairs, column: str) -> Array:
    values = pairs.r(column)
    with np.errstate(divide="ignore", invalid="ignore"):
        out = np.log2(values / pairs.market.medians[column])
    return np.clip(out, -3, 3)


@feature("subsidy")
def subsidy(pairs: Pairs) -> FloatArray:
    """Interest subsidy in percentage points."""
    return pairs.full(100 * pairs.r("subsidy_rate"))


@feature("places_left")
def places_left(pairs: Pairs) -> FloatArray:
    """Doublings of the partners the resource can take, at most 4."""
    with np.errstate(divide="ignore"):
        return pairs.full(np.clip(np.log2(pairs.r("capacity")), 0, 4))


@feature("pollution_room", "pollution_level")
def pollution_room(pairs: Pairs) -> FloatArray:
    """Levels by which the enterprise stays below the place's pollution limit, at most 2."""
    return pairs.full(np.clip(pairs.r("max_pollution") - pairs.e("pollution_level"), 0, 2))


@feature("pollution", "pollution_level")
def pollution(pairs: Pairs) -> FloatArray:
    """The enterprise's pollution level, 0 to 3: what the plan wants least of."""
    return pairs.full(pairs.e("pollution_level"))


def _size(name: str, column: str, says: str, *, of_resource: bool = False) -> None:
    """Register a side's quantity by itself: who asks for much is not like who asks for little."""

    def size(pairs: Pairs) -> FloatArray:
        values = pairs.r(column) if of_resource else pairs.e(column)
        with np.errstate(divide="ignore", invalid="ignore"):
            doublings = np.log2(values / pairs.market.medians[column])
        return pairs.full(np.clip(doublings, -4, 4))

    size.__doc__ = f"Doublings of the market's median {says}, between -4 and 4."
    feature(name, *(() if of_resource else (column,)))(size)


_size("size", "revenue_wan", "revenue")
_size("budget", "budget_wan", "budget")
_size("staff", "employees", "number of employees")
_size("land_need", "land_need_mu", "need of land")
_size("labour_need", "labour_need", "need of workers")
_size("energy_need", "energy_need_tce", "need of energy")
_size("land", "land_mu", "offer of land", of_resource=True)
_size("labour", "labour_supply", "offer of workers", of_resource=True)
_size("energy", "energy_quota_tce", "quota of energy", of_resource=True)
_size("least_investment", "min_investment_wan", "least investment", of_resource=True)


@feature("growth", "growth")
def growth(pairs: Pairs) -> FloatArray:
    """The enterprise's growth of revenue, fraction a year, at most 1."""
    return pairs.full(np.minimum(pairs.e("growth"), 1))


@feature("labour_share", "labour_need", "employees")
def labour_share(pairs: Pairs) -> FloatArray:
    """Workers sought as a share of the staff, at most 2: how much labour is the point."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = pairs.e("labour_need") / pairs.e("employees")
    return pairs.full(np.minimum(share, 2))


# --- where and when -----------------------------------------------------------------------------


@feature("distance", "region")
def distance(pairs: Pairs) -> FloatArray:
    """Doublings of 25 km between the enterprise and where the resource lies (飞地 as it lies)."""
    km = pairs.between(pairs.market.distance_km, "region", "site")
    return np.log2(1 + km / 25)


@feature("paired", "region")
def paired(pairs: Pairs) -> FloatArray:
    """1 where the pairing in force joins the two regions; 0.5 where a region is known only as
    a whole city, some of whose counties are paired."""
    return pairs.between(pairs.market.once(_joined))


@feature("pairing_nearness", "region")
def pairing_nearness(pairs: Pairs) -> FloatArray:
    """1 / steps between the regions in the pairing graph; 0 where no path leads."""
    return pairs.between(pairs.market.once(_nearness))


@feature("common_partners", "region")
def common_partners(pairs: Pairs) -> FloatArray:
    """Doublings of the partners that the two regions share through the pairing."""
    return pairs.between(pairs.market.once(_shared_partners))


@feature("line_history", "region")
def line_history(pairs: Pairs) -> FloatArray:
    """Share of the line's past introductions that signed, less that of all lines.

    Drawn toward 0 as if ten introductions of the average line were on record.
    """
    return pairs.between(pairs.market.once(_record))


@feature("outcome_nearness", "region")
def outcome_nearness(pairs: Pairs) -> FloatArray:
    """Personalised PageRank from the enterprise's region over past outcomes, times regions."""
    return pairs.between(pairs.market.once(_outcome_nearness))


# What is said of any two regions: (n, n) matrices, made once a market.


def _joined(market: Market) -> Array:
    return np.where(market.graph.coarse, np.float32(0.5), market.graph.paired)


def _nearness(market: Market) -> Array:
    return np.asarray(1 / np.maximum(market.graph.path_length, 1))


def _shared_partners(market: Market) -> Array:
    return np.asarray(np.log2(1 + market.graph.common_partners))


def _record(market: Market) -> Array:
    contacts, signed = market.graph.line_contacts, market.graph.line_signed
    average = signed.sum() / max(1.0, float(contacts.sum()))
    return np.asarray((signed - average * contacts) / (contacts + 10))


def _outcome_nearness(market: Market) -> Array:
    pagerank = market.graph.pagerank
    return np.asarray(np.log2(1 + pagerank * len(pagerank)))


@feature("window", "available_from", "available_until")
def window(pairs: Pairs) -> FloatArray:
    """Common time from the as-of date on, in years, at most 1; NaN where no end is known."""
    end = np.fmin(pairs.e("available_until"), pairs.r("available_until"))
    start = np.fmax(pairs.e("available_from"), pairs.r("available_from"))
    start = np.fmax(start, np.float32(pairs.market.as_of.toordinal()))
    months = (end - start) / np.float32(30.44)
    return pairs.full(np.clip(months / LONG_WINDOW_MONTHS, 0, 1))
