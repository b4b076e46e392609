"""Match lists as an account may see them: what is on record between two others is not told.

Which pairs are listed is the same for everybody, as a refusal or a signature binds whoever asks.
But stages, wishes and what bars a pair come from rows that a county sees only where either side of
the pair is its own (:func:`api.store.scope.visible`), so of other pairs they are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from api.accounts import Account
from api.store import Store
from api.usecases import kept, match, naming, table_rows
from api.usecases.written_list import AS_USUAL, WrittenList
from features.language import text
from matcher.match_list import Match, MatchList, PairAnswer

_ON_RECORD = ("refused", "signed")
"""Limits that come from rows about the pair."""


def run(
    store: Store,
    account: Account,
    *,
    enterprise: str | None = None,
    resource: str | None = None,
    region: str | None = None,
    hide_known: bool = False,
    **asked: Any,
) -> MatchList | PairAnswer:
    """:func:`api.usecases.match.run`, without what the account must not know of others.

    ``hide_known`` leaves out pairs that the account knows of, so of others' pairs none.

    Raises
    ------
    api.usecases.kept.TooManyMarkets
        If the account asks for too many other days.
    """
    asked |= {
        "enterprise": enterprise, "resource": resource, "region": region, "by": account.name,
    }  # fmt: skip
    source = kept.source_of(store)
    if source is not None:
        source.afford(account.name, asked.get("as_of"), asked.get("pairing"))
    own = _own(store, account, enterprise, resource, region)
    if own is None:
        return match.run(store, hide_known=hide_known, **asked)
    answer = match.run(store, **asked)
    if isinstance(answer, PairAnswer):
        return answer if own & _cell(answer.match.region) else _unmarked_pair(answer)
    seen = _seen(store, answer, own)
    if hide_known:
        seen = {key: known for key, known in seen.items() if not (known and _known(answer, key))}
    matches = sorted(
        (one if seen[one.candidate_id] else _unmarked(one)
         for one in answer.matches if one.candidate_id in seen),
        key=lambda one: -one.score,
    )  # fmt: skip
    return replace(
        answer,
        matches=tuple(replace(one, rank=place) for place, one in enumerate(matches, 1)),
        note=None if answer.note is None else text("empty.not_told"),
        filters={**answer.filters, "hide_known": hide_known},
    )


def written(
    store: Store,
    account: Account,
    *,
    enterprise: str | None = None,
    resource: str | None = None,
    region: str | None = None,
    **asked: Any,
) -> WrittenList | None:
    """What :func:`run` would make, where it was written beforehand; None: it must be made."""
    source = kept.source_of(store)
    one_row = region is None and (enterprise is None) != (resource is None)
    if source is None or not one_row or asked != AS_USUAL:
        return None
    side, one = ("enterprise", enterprise) if enterprise is not None else ("resource", resource)
    found = source.written(side, str(one))
    if found is not None and _own(store, account, enterprise, resource, region) is not None:
        return None  # not all of it is told to this account
    return found


def _own(
    store: Store, account: Account, enterprise: str | None, resource: str | None, region: str | None
) -> frozenset[str] | None:
    """The regions by which pairs are an account's own; None: it may know of all that are asked."""
    if account.role != "county":
        return None
    own = frozenset(table_rows.scope_of(store, account).regions)
    if region is not None:
        return None if naming.regions_of(store).resolve(region) in own else own
    asked = (("enterprises", enterprise), ("resources", resource))
    for table, key in asked:
        if key is not None and own & _regions(store, table, [key]).get(key, frozenset()):
            return None
    return own


def _regions(store: Store, table: str, keys: Iterable[str]) -> dict[str, frozenset[str]]:
    from api.store import rows

    with store.connection() as connection:
        found = rows.cells(connection, table, "region", list(keys))
    return {key: _cell(code) for key, code in found.items()}


def _cell(code: object) -> frozenset[str]:
    return frozenset() if code is None else frozenset((str(code),))


def _seen(store: Store, answer: MatchList, own: frozenset[str]) -> dict[str, bool]:
    """Of each candidate, whether what is on record of the pair may be known."""
    seen = {one.candidate_id: bool(own & _cell(one.region)) for one in answer.matches}
    through = {one.via for one in answer.matches if one.via is not None}
    if through:  # a whole city's list: some of its counties may be the account's
        tables = [_regions(store, name, sorted(through)) for name in ("enterprises", "resources")]
        # Which side they are of is not told; a row of each may have the id.
        ours = {
            key for key in through
            if all(own & found[key] for found in tables if key in found)
        }  # fmt: skip
        seen |= {one.candidate_id: True for one in answer.matches if one.via in ours}
    return seen


def _known(answer: MatchList, key: str) -> bool:
    return any(one.candidate_id == key and one.known is not None for one in answer.matches)


def _unmarked(one: Match) -> Match:
    """A match without what is on record of the pair; a wish counts for nothing in its score."""
    wish = sum(reason.contribution for reason in one.reasons if reason.feature == "interest")
    return replace(
        one, known=None, score=one.score - wish,
        reasons=tuple(reason for reason in one.reasons if reason.feature != "interest"),
        cautions=tuple(said for said in one.cautions if said[0] != "signed_there"),
    )  # fmt: skip


def _unmarked_pair(answer: PairAnswer) -> PairAnswer:
    told = tuple(said for said in answer.barred if said[0] not in _ON_RECORD)
    if told != answer.barred:
        told += (("not_told", text("limit.not_told")),)
    return replace(answer, match=_unmarked(answer.match), barred=told)
