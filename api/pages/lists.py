"""Match lists and pairs for pages, from the ranking that is kept between requests."""

from __future__ import annotations

from fastapi import Request

from api.store import Store
from api.usecases import match as matching
from matcher.match_list import MatchList, PairAnswer
from matcher.ranking import Ranking, Side


def list_of(request: Request, store: Store, **asked: object) -> MatchList:
    """The list that is asked for as of :func:`api.usecases.match.run`."""
    answer = matching.run(store, **asked)  # type: ignore[arg-type]
    assert isinstance(answer, MatchList)
    return answer


def pair_of(
    request: Request, store: Store, enterprise: str, resource: str, *, by: str
) -> PairAnswer:
    """One pair: its figures, or why it is not possible; logged as handed out to ``by``.

    Raises
    ------
    UsageError
        If either is not known.
    """
    answer = matching.run(store, enterprise=enterprise, resource=resource)
    assert isinstance(answer, PairAnswer)
    matching.hand_out(store, answer, by=by)
    return answer


def ranking_with(request: Request, side: Side, key: str) -> Ranking:
    """The ranking that is at hand, in which a row is; one that is new is waited for."""
    keeper = request.app.state.keeper
    found: Ranking = keeper.ranking()
    known = found.market.enterprises if side == "enterprise" else found.market.resources
    if key not in known.index:
        found = keeper.ranking(about=((side, key),))
    return found
