"""Match lists: who fits an enterprise, a resource, a region; and why one pair does not.

One list and the batch of all lists run through the same functions, only with other blocks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.language import LANGUAGES, Text, text
from features.market import Market
from features.profiles import Profiles
from features.schema import TABLES
from features.tables import Table
from matcher.best import BLOCK, best_of_block
from matcher.cautions import (
    BOTH,
    cautions,
    improvements,
    unknown_columns,
    unknown_of_query,
)
from matcher.cells_of_kind import NOTHING_TO_SAY
from matcher.investment import basis
from matcher.limits import LIMITS
from matcher.match_list import STAGES, Match, MatchList, PairAnswer, Reason
from matcher.ranking import CROSS_PAIR, FILTERED, KNOWN, Filters, Ranking, Side
from models.explain import interval
from models.reasons import PairWords, topics_of

Index = NDArray[np.integer[Any]]

#: Reasons told: few, so that they are read.
REASONS = 5
#: A reason smaller than this is not worth a line.
WORTH_TELLING = 0.01
#: Reasons that are none for those who need no land.
OF_LAND = ("land_price", "land_cost")
#: Below this many signatures in a hundred introductions a list says that chances are slim.
SLIM = 5.0
#: And never more than so many.
MOST_OF_HUNDRED = 99.0

TERMS = {
    "resource": (
        "kind", "land_mu", "land_price_wan_per_mu", "labour_supply", "wage_yuan_month",
        "energy_quota_tce", "min_investment_wan", "subsidy_rate", "max_pollution",
        "available_from", "available_until",
    ),
    "enterprise": (
        "kind", "industry", "employees", "revenue_wan", "growth", "budget_wan", "land_need_mu",
        "labour_need", "energy_need_tce", "pollution_level", "available_from", "available_until",
    ),
}  # fmt: skip


class UnknownQuery(LookupError):
    """No profile has this id.

    Attributes
    ----------
    message : Text
    """

    def __init__(self, message: Text) -> None:
        self.message = message
        super().__init__(message["en"])


def for_enterprise(
    ranking: Ranking, enterprise_id: str, *, top: int = 20, filters: Filters | None = None
) -> MatchList:
    """The places where an enterprise would fit, best first.

    Raises
    ------
    UnknownQuery
    """
    own = np.array([_row(ranking.market.enterprises, enterprise_id)])
    resources = np.arange(len(ranking.market.resources))
    return _answer(ranking, "enterprise", enterprise_id, own, resources, "resource", top, filters)


def for_resource(
    ranking: Ranking, resource_id: str, *, top: int = 20, filters: Filters | None = None
) -> MatchList:
    """The enterprises that would fit a resource, best first.

    Raises
    ------
    UnknownQuery
    """
    own = np.array([_row(ranking.market.resources, resource_id)])
    enterprises = np.arange(len(ranking.market.enterprises))
    return _answer(ranking, "resource", resource_id, enterprises, own, "enterprise", top, filters)


def for_region(
    ranking: Ranking, code: str, *, top: int = 20, filters: Filters | None = None
) -> MatchList:
    """For an underdeveloped region enterprises, each ``via`` its best resource there; else
    resources, each ``via`` its best enterprise of the region.

    Parameters
    ----------
    code : str
        Of a county or a whole city.
    """
    enterprises, resources, candidates = of_region(ranking.market, code)
    return _answer(ranking, "region", code, enterprises, resources, candidates, top, filters)


def of_region(market: Market, code: str) -> tuple[Index, Index, Side]:
    """Whom a region's list brings together: enterprises, resources, and which of them it names."""
    wanted = [market.regions.index[c] for c in (code, *market.regions.members(code))]
    there = {
        side.side: np.flatnonzero(np.isin(side.fields["region"], wanted))
        for side in (market.enterprises, market.resources)
    }
    receives = market.regions.side[market.regions.index[code]] == "underdeveloped"
    # A city of both sides that has only resources in the store asks for these.
    if not len(there["enterprise"]) and len(there["resource"]):
        receives = True
    own = there["resource" if receives else "enterprise"]
    if receives:
        return np.arange(len(market.enterprises)), own, "enterprise"
    return own, np.arange(len(market.resources)), "resource"


def for_pair(ranking: Ranking, enterprise_id: str, resource_id: str) -> PairAnswer:
    """One pair: its figures, or why it is not possible.

    Raises
    ------
    UnknownQuery
    """
    e = _row(ranking.market.enterprises, enterprise_id)
    r = _row(ranking.market.resources, resource_id)
    barred = ranking.limits.why(e, r)
    score = ranking.scores(np.array([e]), np.array([r]))[0]
    matches, _ = _matches(ranking, np.array([e]), np.array([r]), score, "resource", via=False)
    return PairAnswer(
        possible=not barred,
        barred=barred,
        match=matches[0],
        outlook=None if barred else _outlook(ranking, matches),
        **_head(ranking, "enterprise", enterprise_id),
    )


def _answer(
    ranking: Ranking, asked: str, name: str, enterprises: Index, resources: Index,
    candidates: Side, top: int, filters: Filters | None,
) -> MatchList:  # fmt: skip
    filters = filters or Filters()
    filters.check(candidates)
    if asked == "region":
        own, found, best = _through_region(
            ranking, enterprises, resources, candidates, top, filters
        )
    else:
        rows, scores = best_of_block(ranking, enterprises, resources, candidates, top, filters)
        keep = rows[0] >= 0
        found, best = rows[0][keep], scores[0][keep]
        own = np.repeat(resources if candidates == "enterprise" else enterprises, len(found))
    e, r = (found, own) if candidates == "enterprise" else (own, found)
    side = None if asked == "region" else f"{asked}s"
    matches, missing = _matches(ranking, e, r, best, candidates, via=asked == "region", said=side)
    region = name if asked == "region" else None
    note = None
    if not matches:
        note = _why_empty(ranking, enterprises, resources, candidates, filters, region)
    return MatchList(
        matches=matches,
        note=note,
        query_unknown=unknown_of_query(missing, side) if side else None,
        outlook=_outlook(ranking, matches) if matches else None,
        filters={"top": top, **filters.__dict__},
        **_head(ranking, asked, name),
    )


def _through_region(
    ranking: Ranking, enterprises: Index, resources: Index, candidates: Side, top: int,
    filters: Filters,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:  # fmt: skip
    """Each candidate through the best of the region's own side."""
    own_side: Side = "resource" if candidates == "enterprise" else "enterprise"
    if not len(enterprises) or not len(resources):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32)
    rows = np.asarray(enterprises if candidates == "enterprise" else resources, np.int64)
    parts = []
    for start in range(0, len(rows), BLOCK):  # a county's own side meets all of the other one
        some = rows[start : start + BLOCK]
        e, r = (some, resources) if candidates == "enterprise" else (enterprises, some)
        parts.append(best_of_block(ranking, e, r, own_side, 1, filters, listed=candidates))
    via, score = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.argsort(-score[:, 0], kind="stable")[:top]
    order = order[via[order, 0] >= 0]
    return via[order, 0], rows[order], score[order, 0]


def _matches(
    ranking: Ranking, enterprises: Index, resources: Index, scores: NDArray[np.float32],
    candidates: Side, *, via: bool, said: str | None = None,
) -> tuple[tuple[Match, ...], list[list[tuple[str, str]]]]:  # fmt: skip
    """The pairs as matches, and the cells that judging each misses.

    ``said`` = the table whose unknown cells are said elsewhere.
    """
    if not len(enterprises):
        return (), []
    market = ranking.market
    explanation = ranking.explainer.explain(enterprises, resources)
    bounds = interval(explanation).tolist()
    if_signed = ranking.investment_if_signed(enterprises, resources)
    money = explanation.probability[:, 0] * if_signed
    side = market.enterprises if candidates == "enterprise" else market.resources
    other = market.resources if candidates == "enterprise" else market.enterprises
    named = tuple(table for table in BOTH if table != said)
    paired = ranking.paired_rows(enterprises, resources).tolist()
    chances, topics = explanation.probability.tolist(), topics_of(explanation.names)
    parts = topics.sums(explanation.contributions)
    largest = np.argsort(-np.abs(parts), axis=1, kind="stable")[:, : REASONS + len(OF_LAND)]
    names = [[topics.names[k] for k in row] for row in largest.tolist()]
    sizes = np.take_along_axis(parts, largest, axis=1).tolist()
    found, missing = [], []
    for i, (e, r) in enumerate(zip(enterprises.tolist(), resources.tolist(), strict=True)):
        words = PairWords(market, e, r, partial(explanation.feature, i))
        mine, theirs = (e, r) if candidates == "enterprise" else (r, e)
        region = side.table["region"][mine]
        score = float(scores[i])
        reasons = _reasons(ranking, zip(names[i], sizes[i], strict=True), words)
        missing.append(unknown_columns(words))
        amount = float(money[i])
        found.append(
            Match(
                rank=i + 1,
                candidate_id=side.ids[mine],
                name=str(side.table["name"][mine]),
                region=None if region is None else str(region),
                region_name=words.region_name(region),
                score=score,
                base=explanation.base,
                other=score - explanation.base - sum(x.contribution for x in reasons),
                probability=dict(zip(STAGES, chances[i], strict=True)),
                interval={"signed": (bounds[i][0], bounds[i][1])},
                expected_investment_wan=amount if math.isfinite(amount) else None,
                paired=paired[i],
                distance_km=words.km if math.isfinite(words.km) else None,
                known=ranking.known.get((e, r)),
                via=other.ids[theirs] if via else None,
                terms=_terms(side, mine, ranking),
                reasons=reasons,
                cautions=cautions(ranking, words, missing[i], named, if_signed=float(if_signed[i])),
                investment_basis=basis(ranking.amounts, words),
                improve=improvements(explanation, i, words),
                contacts=_contacts(side.table, mine),
            )
        )
    return tuple(found), missing


def _reasons(
    ranking: Ranking, largest: Iterable[tuple[str, float]], words: PairWords
) -> tuple[Reason, ...]:
    """The topics that matter most, in words; what was declared is told first of all."""
    told = [
        Reason(about, part, words.reason(about, part))
        for about, part in largest
        if abs(part) >= WORTH_TELLING and not (about in OF_LAND and _needs_no_land(words))
    ][:REASONS]
    bonus = ranking.interests.bonus(words.enterprise, words.resource)
    if bonus:
        said = ranking.interests.wanted[words.enterprise, words.resource]
        told.insert(0, Reason("interest", bonus, text(f"interest.{said}")))
    return tuple(sorted(told, key=lambda reason: -reason.contribution))


def _needs_no_land(words: PairWords) -> bool:
    """Whether land is nothing to the enterprise: what it costs is no reason then."""
    need = words.e("land_need_mu")
    spared = NOTHING_TO_SAY["enterprise"].get(str(words.e("kind")), ())
    return need == 0 or (need is None and "land_need_mu" in spared)


def _terms(side: Profiles, row: int, ranking: Ranking) -> dict[str, object]:
    terms: dict[str, object] = {c: side.table[c][row] for c in TERMS[side.side]}
    if side.side == "resource":
        terms["capacity_left"] = int(ranking.limits.capacity_left[row])
    return terms


def _contacts(table: Table, row: int) -> dict[str, str]:
    cells = {c: table[c][row] for c in ("contact", "phone", "officer")}
    return {c: str(v) for c, v in cells.items() if v is not None}


def _outlook(ranking: Ranking, matches: tuple[Match, ...]) -> Text:
    signed = 100 * sum(m.probability["signed"] for m in matches) / len(matches)
    none = ranking.calibrated and ranking.market.past.none_signed(ranking.market.as_of)
    # Looking beyond the pair line is no advice where that is done already.
    slim = "slim" if all(m.paired for m in matches) else "slim_open"
    code = "usual" if signed >= SLIM else "none" if none else slim
    # However sure the model is: nothing that people decide comes to pass every time.
    said = [text(f"outlook.{code}", signed=f"{min(signed, MOST_OF_HUNDRED):.0f}")]
    if none:
        said.append(text("outlook.none_signed"))
    remark = _rests_on(ranking)
    if remark is not None:
        said.append(text(f"outlook.{remark}"))
    return {lang: "".join(part[lang] for part in said) for lang in said[0]}


def _rests_on(ranking: Ranking) -> str | None:
    """What is to be said of the ground that the figures stand on; None: a test was passed."""
    if not ranking.calibrated:
        return "untrained_amounts" if ranking.amounts.learned else "untrained"
    if ranking.proven is None:
        return "untested"
    return None if ranking.proven else "unproven"


def _why_empty(
    ranking: Ranking, enterprises: Index, resources: Index, candidates: Side, filters: Filters,
    region: str | None,
) -> Text:  # fmt: skip
    """The limit or filter that removed most candidates."""
    regions = ranking.market.regions
    pairs = len(enterprises) * len(resources)
    if not pairs and region is not None:
        missing = "resource" if candidates == "enterprise" else "enterprise"
        names = {lang: regions.name(region, lang=lang) for lang in LANGUAGES}
        return text(f"empty.no_{missing}_there", region=names)
    if not pairs:
        missing = "resources" if not len(resources) else "enterprises"
        return text("empty.none", table=TABLES[missing].label)
    barred = ranking.limits.barred(enterprises, resources)
    left_out = ranking.left_out(filters, enterprises, resources, candidates)
    counts: dict[str, int] = {n: int((barred >> b & 1).sum()) for b, n in enumerate(LIMITS)}
    for name, bit in (("filters", FILTERED), ("cross_pair", CROSS_PAIR), ("known", KNOWN)):
        counts[name] = int((left_out & bit > 0).sum())
    most = max(counts, key=lambda name: counts[name])
    return text("empty.limit", count=pairs, removed=counts[most], limit=text(f"limit_name.{most}"))


def _head(ranking: Ranking, side: str, name: str) -> dict[str, Any]:
    market = ranking.market
    called: Mapping[str, Any] = {
        "enterprise": lambda: market.enterprises.table["name"][market.enterprises.index[name]],
        "resource": lambda: market.resources.table["name"][market.resources.index[name]],
        "region": lambda: market.regions.name(name),
    }
    query = {"side": side, "id": name, "name": str(called[side]())}
    if side == "region":
        query["name_en"] = market.regions.name(name, lang="en")
    return {
        "query": query,
        "model": dict(ranking.model_about),
        "as_of": market.as_of,
        "pairing": pairing_name(ranking),
        "made_up": ranking.made_up,
        "read_at": ranking.read_at,
    }


def pairing_name(ranking: Ranking) -> str:
    """The pairing asked for, else those in force on the as-of date."""
    named = sorted({name for name in ranking.market.graph.named if name})
    return ranking.market.pairing or ";".join(named)


def _row(side: Profiles, name: str) -> int:
    found = side.index.get(name)
    if found is None:
        raise UnknownQuery(text(f"query.unknown_{side.side}", id=name))
    return found
