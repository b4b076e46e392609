"""Match lists handed out: for an enterprise, a resource, a region, one pair, or all at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from api import settings
from api.store import Store
from api.store.log import ListLog, account, command_line
from api.usecases import kept, list_budget, naming, ranking
from features.tables import Table
from features.text import Progress
from matcher import lists
from matcher.match_list import MatchList, PairAnswer
from matcher.ranking import Filters, Ranking, Side

if TYPE_CHECKING:
    from matcher.balanced import Balance


def run(
    store: Store,
    *,
    enterprise: str | None = None,
    resource: str | None = None,
    region: str | None = None,
    as_of: date | None = None,
    pairing: str | None = None,
    top: int = 20,
    congestion: bool = False,
    by: str | None = None,
    progress: Progress | None = None,
    solving: Callable[[int, float], None] | None = None,
    **filters: Any,
) -> MatchList | PairAnswer:
    """One list, or the answer on one pair; :func:`hand_out` logs it once it is given away.

    Parameters
    ----------
    enterprise, resource, region : str
        One of them, as ids or names; enterprise and resource together ask for the pair.
    congestion : bool
        Whether the list may allow for everybody being sent to the same candidates.
    by : str, optional
        The account that asks, for which a server counts what it must work out.
    solving : callable, optional
        Told each sweep of the equilibrium, and by which share a marginal is missed.
    filters
        See :class:`matcher.ranking.Filters`.

    Raises
    ------
    api.errors.UsageError
        If a name cannot be told.
    api.usecases.kept.TooManyMarkets
        If a server has worked out too much for the account.
    """
    chosen = Filters(**filters)
    code = naming.regions_of(store).resolve(region) if region is not None else None
    source = kept.source_of(store)
    tables: dict[str, Table] | None = None
    if source is not None:
        found, enterprise, resource = _at_hand(store, source, as_of, pairing, enterprise, resource)
    else:
        if enterprise is not None:
            enterprise = naming.row_id(store, "enterprises", enterprise)
        if resource is not None:
            resource = naming.row_id(store, "resources", resource)
        tables = ranking.read_tables(store)
        found = ranking.of_store(store, tables, as_of=as_of, pairing=pairing, progress=progress)
    answer: MatchList | PairAnswer
    came: Balance | None = None
    if congestion and not (enterprise is not None and resource is not None):
        listed: Side = "resource" if enterprise is not None else "enterprise"
        if code is not None:
            listed = lists.of_region(found.market, code)[2]
        came, found = _uncrowded(found, tables, listed, top, chosen, solving, source, by)
    if enterprise is not None and resource is not None:
        answer = lists.for_pair(found, enterprise, resource)
    elif enterprise is not None:
        answer = lists.for_enterprise(found, enterprise, top=top, filters=chosen)
    elif resource is not None:
        answer = lists.for_resource(found, resource, top=top, filters=chosen)
    elif code is not None:
        answer = lists.for_region(found, code, top=top, filters=chosen)
    else:
        raise ValueError("an enterprise, a resource or a region must be given")
    if came is not None and isinstance(answer, MatchList):
        answer = replace(answer, congestion=came.as_dict())
    return answer


def _at_hand(
    store: Store, source: kept.Source, as_of: date | None, pairing: str | None,
    enterprise: str | None, resource: str | None,
) -> tuple[Ranking, str | None, str | None]:  # fmt: skip
    """The ranking that is kept, and the ids that are meant."""

    def about() -> kept.About:
        asked = (("enterprise", enterprise), ("resource", resource))
        return tuple((side, name) for side, name in asked if name is not None)

    found = source.ranking(as_of, pairing, about())
    named = about()
    if enterprise is not None and enterprise not in found.market.enterprises.index:
        enterprise = naming.row_id(store, "enterprises", enterprise)
    if resource is not None and resource not in found.market.resources.index:
        resource = naming.row_id(store, "resources", resource)
    if about() != named:
        found = source.ranking(as_of, pairing, about())
    return found, enterprise, resource


def _uncrowded(
    found: Ranking, tables: dict[str, Table] | None, listed: Side, top: int, chosen: Filters,
    solving: Callable[[int, float], None] | None, source: kept.Source | None, by: str | None,
) -> tuple[Balance, Ranking]:  # fmt: skip
    """What the market comes to with regard to crowding, and the ranking of the lists then."""
    from api.usecases import balancing

    def make() -> tuple[Balance, Ranking]:
        came = balancing.balanced(
            found, tables, listed, top=top, filters=chosen, progress=solving
        )  # fmt: skip
        return came, came.applied(found).made_ready_as(found)

    quick = tables is None and balancing.is_kept(found, listed, top=top, filters=chosen)
    return kept.worked_out(
        found, ("uncrowded", listed, top, chosen), make, source=source, by=by, quick=quick
    )


def hand_out(store: Store, answer: MatchList | PairAnswer, *, by: str | None = None) -> str:
    """Log a list as handed out, once whoever asked has it; returns the id of the log entry.

    Parameters
    ----------
    by : str, optional
        The account that asked; default: who runs this process.

    Raises
    ------
    api.usecases.list_budget.TooManyListed
        If a server has too much listed for the account.
    """
    entry = log_of(answer, by or command_line())
    list_budget.count(store, entry)
    return store.log_list(entry)


@dataclass(frozen=True)
class BatchReport:
    """What a batch wrote."""

    out: Path
    queries: int
    rows: int
    model: dict[str, object]
    as_of: date
    congestion: dict[str, object] | None = None

    def as_dict(self) -> dict[str, object]:
        """As a JSON object."""
        return {
            "out": str(self.out), "queries": self.queries, "rows": self.rows,
            "model": self.model, "as_of": self.as_of.isoformat(),
            **({"congestion": self.congestion} if self.congestion else {}),
        }  # fmt: skip


def run_all(
    store: Store,
    side: Literal["enterprises", "resources"],
    *,
    out: Path,
    workers: int = 1,
    scheduler: str | None = None,
    as_of: date | None = None,
    pairing: str | None = None,
    top: int = 20,
    congestion: bool = False,
    by: str | None = None,
    progress: Callable[[int, int], None] | None = None,
    solving: Callable[[int, float], None] | None = None,
    **filters: Any,
) -> BatchReport:
    """The lists of every enterprise or resource, written to a file.

    Parameters
    ----------
    by : str, optional
        The account that asked; default: who runs this process.

    Raises
    ------
    matcher.batch.SchedulerError
    """
    from api.usecases.output import writing_to
    from matcher.batch import all_lists
    from matcher.batch_files import BatchWriter

    chosen = Filters(**filters)
    tables = ranking.read_tables(store)
    found = ranking.of_store(store, tables, as_of=as_of, pairing=pairing)
    came: dict[str, object] | None = None
    if congestion:
        from api.usecases.balancing import balanced

        listed: Side = "resource" if side == "enterprises" else "enterprise"
        solved = balanced(found, tables, listed, top=top, filters=chosen, progress=solving)
        found, came = solved.applied(found), solved.as_dict()
    own = found.market.enterprises if side == "enterprises" else found.market.resources
    about = {
        "queries": side, "top": top, "filters": chosen.__dict__, "model": found.model_about,
        "as_of": found.market.as_of.isoformat(), "pairing": lists.pairing_name(found),
        "made_by": by or account(), "made_up": found.made_up, "generated_at": settings.stamp(),
        **({"congestion": came} if came else {}),
    }  # fmt: skip
    with writing_to(out), BatchWriter(out, about) as writer:
        for block in all_lists(
            found, "enterprise" if side == "enterprises" else "resource",
            top=top, filters=chosen, workers=workers, scheduler=scheduler, progress=progress,
        ):  # fmt: skip
            writer.write(block)
    store.log_list(
        ListLog(
            query={"side": side, "id": "all"},
            filters={"top": top, **chosen.__dict__, **({"congestion": came} if came else {})},
            model_id=str(found.model_about["id"]),
            as_of=found.market.as_of,
            by=by or command_line(),
            rows=[{"rows": writer.rows, "file": out.name}],
        )
    )
    return BatchReport(out, len(own), writer.rows, found.model_about, found.market.as_of, came)


def log_of(answer: MatchList | PairAnswer, by: str) -> ListLog:
    """What the log of lists keeps of a list that an account asked for."""
    matches = answer.matches if isinstance(answer, MatchList) else (answer.match,)
    filters = dict(answer.filters) if isinstance(answer, MatchList) else {}
    if isinstance(answer, MatchList) and answer.congestion:
        filters["congestion"] = answer.congestion
    return ListLog(
        query=dict(answer.query),
        filters=filters,
        model_id=str(answer.model["id"]),
        as_of=answer.as_of,
        by=by,
        rows=[
            {
                "rank": m.rank, "candidate_id": m.candidate_id, "via": m.via,
                "score": round(m.score, 6), "p_signed": round(m.probability["signed"], 6),
            }
            for m in matches
        ],
    )  # fmt: skip
