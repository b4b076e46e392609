"""The stored tables and the published model as one ranking, from which every list starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from api import settings
from api.store import Store
from api.usecases import dates
from features.market import Market
from features.tables import Table
from features.text import Progress, TextEncoder, default_encoder
from matcher.interests import Interests, find_interests
from matcher.limits import Limits, find_limits
from matcher.ranking import Ranking
from models import published
from models.amounts import AmountModel, fit_amounts
from models.history import Introductions, introductions
from models.published import Published
from models.rule import expert_rule

#: Tables that a ranking reads.
READ = ("enterprises", "resources", "outcomes", "projects", "funds", "interests")
#: Tables of which it needs only what was laid over the built-in rows.
OWN = ("regions", "industries", "pairings")


def text_cache() -> Path:
    """File of the text vectors that were made already."""
    return settings.home() / "cache" / "text_vectors.sqlite"


def encoder() -> TextEncoder:
    """The text encoder, its vectors kept in the home folder."""
    return default_encoder(text_cache())


def read_tables(store: Store) -> dict[str, Table]:
    """All that a market is made from, as it was at one moment."""
    return store.tables(READ, own=OWN)


def known_history(
    tables: Mapping[str, Table], as_of: date, *, settle_days: int = 0
) -> Introductions:
    """The introductions on record on a day.

    Parameters
    ----------
    settle_days : int
        Those younger than this are left out whole.
    """
    return introductions(
        tables["outcomes"], tables["projects"], tables["funds"],
        as_of=as_of, settle_days=settle_days,
    )  # fmt: skip


def refused(tables: dict[str, Table], market: Market) -> frozenset[tuple[int, int]]:
    """Pairs of (enterprise row, resource row) between which a refusal stands."""
    return find_interests(market, tables["interests"]).refused


def build_market(
    tables: dict[str, Table],
    as_of: date,
    *,
    history: Introductions,
    pairing: str | None = None,
    progress: Progress | None = None,
) -> Market:
    """The market of the stored tables, with what is on record between regions."""
    market = Market.build(
        tables, as_of=as_of, encoder=encoder(), pairing=pairing, progress=progress
    )
    past = history.past(market.regions, market.enterprises.table, market.resources.table)
    return market.knowing(past)


def _signed_there(projects: Table, market: Market, day: date) -> frozenset[tuple[int, int]]:
    """Enterprises with a project running in a region that does not say on which resource."""
    found = set()
    for row in projects.rows():
        signed, ended, region = row.get("signed_on"), row.get("ended_on"), row.get("region")
        if row.get("resource_id") is not None or str(region) not in market.regions:
            continue
        if not isinstance(signed, date) or signed > day:
            continue
        if isinstance(ended, date) and ended <= day:
            continue
        named = row.get("enterprise_ids")
        for enterprise in named if isinstance(named, tuple) else ():
            if enterprise in market.enterprises.index:
                at = market.enterprises.index[enterprise], market.regions.index[str(region)]
                found.add(at)
    return frozenset(found)


def build(
    store: Store,
    *,
    as_of: date | None = None,
    pairing: str | None = None,
    model: Published | None = None,
    progress: Progress | None = None,
) -> Ranking:
    """Everything that a list needs, on a date.

    Parameters
    ----------
    model : Published, optional
        Default: the published one.

    Raises
    ------
    features.pairing.UnknownPairing
    """
    return of_store(
        store, read_tables(store), as_of=as_of, pairing=pairing, model=model, progress=progress
    )  # fmt: skip


def of_store(
    store: Store,
    tables: dict[str, Table],
    *,
    as_of: date | None = None,
    pairing: str | None = None,
    model: Published | None = None,
    progress: Progress | None = None,
) -> Ranking:
    """As :func:`build`, from the store's tables read already.

    Raises
    ------
    features.pairing.UnknownPairing
    """
    return of_tables(
        tables, dates.as_of(store, as_of), pairing=pairing, model=model,
        progress=progress, made_up=store.properties().get("made_up") == "true",
    )  # fmt: skip


def of_tables(
    tables: dict[str, Table],
    day: date,
    *,
    pairing: str | None = None,
    model: Published | None = None,
    progress: Progress | None = None,
    made_up: bool = False,
) -> Ranking:
    """As :func:`build`, from tables at hand: what another cell would change can be asked.

    Raises
    ------
    features.pairing.UnknownPairing
    """
    history = known_history(tables, day)
    market = build_market(tables, day, history=history, pairing=pairing, progress=progress)
    used = published.on(model or published.load(settings.model_folder()), market)
    amounts = fit_amounts(market, history)
    found = _by_the_rule(tables, market, history, amounts, made_up=made_up)
    return with_model(found, used)


def by_the_rule(
    tables: dict[str, Table], day: date, *, pairing: str | None = None, made_up: bool = False
) -> Ranking:
    """A ranking without any model's opinion; :func:`with_model` gives it one.

    Raises
    ------
    features.pairing.UnknownPairing
    """
    history = known_history(tables, day)
    market = build_market(tables, day, history=history, pairing=pairing)
    amounts = fit_amounts(market, history)
    return _by_the_rule(tables, market, history, amounts, made_up=made_up)


def with_model(found: Ranking, used: Published) -> Ranking:
    """The ranking under a model that can be used on its market."""
    return replace(
        found,
        market=found.market.measured_by(used.medians),
        model=used.stages or found.model,
        # What was ever agreed on stands in the records, not in the model.
        amounts=replace(used.amounts or found.amounts, most=found.amounts.most),
        model_about=used.about_on(found.market.as_of),
        calibrated=used.stages is not None,
        proven=used.proven,
    )


def _by_the_rule(
    tables: dict[str, Table], market: Market, history: Introductions, amounts: AmountModel, *,
    made_up: bool,
) -> Ranking:  # fmt: skip
    record = on_record(tables, market, history)
    return Ranking(
        market=market,
        model=expert_rule(tuple(market.features)),
        limits=record.limits,
        interests=record.interests,
        amounts=amounts,
        known=record.known,
        signed_there=record.signed_there,
        model_about=Published().about,
        made_up=made_up,
    )


@dataclass(frozen=True)
class OnRecord:
    """What rows of either side and between them bar, prefer or say is known already."""

    limits: Limits
    interests: Interests
    known: dict[tuple[int, int], str]
    signed_there: frozenset[tuple[int, int]]


def on_record(tables: Mapping[str, Table], market: Market, history: Introductions) -> OnRecord:
    """What outcomes, the register and interests say of the pairs of a market."""
    day = market.as_of
    interests = find_interests(market, tables["interests"])
    e, r = market.enterprises.index, market.resources.index
    return OnRecord(
        limits=find_limits(
            market,
            signed=history.signed_open(day),
            refused=interests.refused,
            projects=tables["projects"],
        ),
        interests=interests,
        known={
            (e[a], r[b]): stage
            for (a, b), stage in history.known_stage().items()
            if a in e and b in r
        },
        signed_there=_signed_there(tables["projects"], market, day),
    )
