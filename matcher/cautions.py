"""What is remarked on a match beside its reasons: cautions, and what would move it up."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date

from features.language import Text, filled, text
from features.schema import TABLES
from features.tables import Value
from matcher.cells_of_kind import NOTHING_TO_SAY
from matcher.investment import investment_cautions
from matcher.ranking import Ranking
from models.explain import Explanation
from models.reason_facts import NOT_ITS_INTENT
from models.reason_words import cells_named, figure, joined
from models.reasons import PairWords

#: Days after which a row counts as stale.
STALE_DAYS = 365
#: At most so many cells are named as not known.
MOST_NAMED = 6

#: Cells without which a pair is judged half blind: on either side.
_ASKED = {
    "enterprises": ("industry", "description", "intents", "budget_wan", "pollution_level"),
    "resources": ("industries", "description", "min_investment_wan", "max_pollution"),
}
#: What both sides must say for a quantity to count.
_QUANTITIES = (
    ("land_need_mu", "land_mu"),
    ("labour_need", "labour_supply"),
    ("energy_need_tce", "energy_quota_tce"),
)

#: Features whose terms the place could change.
_CHANGEABLE = ("land_met", "labour_met", "energy_met", "land_price", "subsidy")

#: The tables of both sides.
BOTH = ("enterprises", "resources")


def cautions(
    ranking: Ranking,
    words: PairWords,
    unknown: Sequence[tuple[str, str]],
    named: tuple[str, ...] = BOTH,
    *,
    if_signed: float = 0.0,
) -> tuple[tuple[str, Text], ...]:
    """What whoever acts on a match should know first.

    Parameters
    ----------
    unknown : sequence of (table, column)
        See :func:`unknown_columns`.
    named : tuple of str
        Tables whose cells are named where they are not known: in a list those of the candidates
        only, as the query's are said once for all (:func:`unknown_of_query`).
    if_signed : float
        Investment expected if the pair signs, 10,000 yuan; NaN = nothing known to estimate it from.

    Returns
    -------
    tuple of (code, Text)
    """
    market, enterprise, resource = ranking.market, words.enterprise, words.resource
    found: list[tuple[str, Text]] = []
    a = int(market.enterprises.fields["region"][enterprise])
    b = int(market.resources.fields["region"][resource])
    if a < 0:
        found.append(("no_place", text("caution.no_place")))
    elif b >= 0:
        if market.graph.coarse[a, b]:
            found.append(("region_coarse", text("caution.region_coarse")))
        same_city = market.regions.prefecture[a] == market.regions.prefecture[b]
        if same_city and market.regions.side[a] == "underdeveloped":
            found.append(("same_area", text("caution.same_area")))
    if (enterprise, b) in ranking.signed_there:
        found.append(("signed_there", text("caution.signed_there")))
    fit = market.enterprises.fields["intent_kind"][enterprise]
    kind = int(market.resources.fields["kind"][resource])
    if kind >= 0 and fit[kind] <= NOT_ITS_INTENT:
        found.append(("not_its_intent", filled("caution.not_its_intent", words.figures)))
    confirmed = [c for c in (words.e("confirmed_on"), words.r("confirmed_on")) if c is not None]
    oldest = min((c for c in confirmed if isinstance(c, date)), default=None)
    if oldest is not None and (market.as_of - oldest).days > STALE_DAYS:
        found.append(("stale", text("caution.stale", confirmed=oldest.isoformat())))
    missing = [cell for cell in unknown if cell[0] in named][:MOST_NAMED]
    if missing:
        found.append(("unknown", text("caution.unknown", columns=cells_named(missing))))
    if math.isnan(if_signed):
        found.append(("investment_unknown", text("caution.investment_unknown")))
    found += investment_cautions(ranking.amounts, words, if_signed)
    return tuple(found)


def unknown_of_query(missing: Iterable[Sequence[tuple[str, str]]], side: str) -> Text | None:
    """The query's own cells that judging it with its candidates misses; None where none.

    Parameters
    ----------
    missing : iterable of sequences of (table, column)
        What each candidate's judgement misses (:func:`unknown_columns`).
    side : str
        The query's table.
    """
    found = dict.fromkeys(column for cells in missing for table, column in cells if table == side)
    labels = [TABLES[side].column(column).label for column in list(found)[:MOST_NAMED]]
    return joined(labels) if labels else None


def unknown_columns(words: PairWords) -> list[tuple[str, str]]:
    """(table, column) of the cells that a judgement of the pair misses.

    A cell that says nothing of a kind is not missed: nobody asks a school for its energy quota.
    """
    missing = [("enterprises", c) for c in _ASKED["enterprises"] if words.e(c) is None]
    missing += [("resources", c) for c in _ASKED["resources"] if words.r(c) is None]
    for need, offer in _QUANTITIES:
        wanted: Value = words.e(need)
        if wanted is not None and wanted != 0 and words.r(offer) is None:
            missing.append(("resources", offer))
        if wanted is None and words.r(offer) is not None:
            missing.append(("enterprises", need))
    spared = {
        "enterprises": NOTHING_TO_SAY["enterprise"].get(str(words.e("kind")), ()),
        "resources": NOTHING_TO_SAY["resource"].get(str(words.r("kind")), ()),
    }
    return [(table, column) for table, column in missing if column not in spared[table]]


def improvements(explanation: Explanation, row: int, words: PairWords) -> tuple[Text, ...]:
    """What the place could change so that the match moves up, most effective first.

    Only terms that speak against the match and are the place's to change.
    """
    against = {
        name: part
        for name in _CHANGEABLE
        if name in explanation.index
        and (part := float(explanation.contributions[row, explanation.index[name]])) < -1e-3
    }
    found: list[tuple[float, Text]] = []
    for name, (need, offer) in zip(
        ("land_met", "labour_met", "energy_met"), _QUANTITIES, strict=True
    ):
        wanted, there = words.e(need), words.r(offer)
        known = isinstance(wanted, int | float) and isinstance(there, int | float)
        if name in against and known and wanted > there:  # type: ignore[operator]
            missing = figure(wanted - there)  # type: ignore[operator]
            found.append((against[name], text(f"improve.{name}", missing=missing)))
    price = words.r("land_price_wan_per_mu")
    median = words.market.medians["land_price_wan_per_mu"]
    if "land_price" in against and isinstance(price, int | float) and price > median:
        found.append((against["land_price"], text("improve.land_price", median=figure(median))))
    if "subsidy" in against and words.r("subsidy_rate") == 0:
        found.append((against["subsidy"], text("improve.subsidy")))
    return tuple(sentence for _, sentence in sorted(found, key=lambda f: f[0])[:3])
