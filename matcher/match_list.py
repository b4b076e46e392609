"""What a match list is: plain, frozen objects that every format is made from.

Nothing here computes: :mod:`matcher.lists` fills these in, a terminal, a workbook, a page or a
program reads them. ``as_dict`` gives the JSON of the outer contract, key by key.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from features.language import Text

STAGES: tuple[str, ...] = ("signed", "started", "funded", "completed")


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for a match (contribution > 0) or against it (< 0).

    Attributes
    ----------
    feature : str
        Name of the pair feature, as in :data:`features.pairs.NAMES`.
    contribution : float
        Its part of the score; see :class:`Match`.
    text : Text
        The reason in words of the field, both languages.
    """

    feature: str
    contribution: float
    text: Text

    def as_dict(self) -> dict[str, object]:
        """The reason as a JSON object."""
        return {
            "feature": self.feature,
            "contribution": float(self.contribution),
            "text": self.text,
        }


@dataclass(frozen=True)
class Match:
    """One candidate of a list, with its figures, reasons and cautions.

    Attributes
    ----------
    rank : int
        Place in the list, from 1.
    region : str or None
        Code of the region; None for a merchant without one.
    score, base, other : float
        ``score = base + sum of the contributions of reasons + other``.
    probability : dict of stage to float
        P(the pair reaches the stage within the horizon | it is introduced), for each of
        :data:`STAGES`; never rising along them.
    interval : dict of stage to (low, high)
        Bounds of the probability; ``signed`` at least.
    expected_investment_wan : float or None
        10,000 yuan; None = nothing known to estimate it from.
    paired : bool
        Whether the two regions are paired on the as-of date.
    distance_km : float or None
        Great circle; None where a side has no place.
    known : str or None
        Stage the pair is already at (``contacted``, ``declined``, …); None = never introduced.
    via : str or None
        For a region's list: the id of the region's own side that the figures hold for.
    terms : dict
        The candidate's own price, wage, subsidy, size, window, as in its table.
    cautions : tuple of (code, Text)
    improve : tuple of Text
        What would move this match up.
    investment_basis : Text or None
        From what the expected investment was estimated, said beside it for people; in
        :meth:`as_dict` the cautions say where it is more than can be believed.
    contacts : dict
        ``contact``, ``phone``, ``officer``: for promotion staff only, so never in
        :meth:`as_dict`; a format shows them only where its caller may see them.
    """

    rank: int
    candidate_id: str
    name: str
    region: str | None
    region_name: Text
    score: float
    base: float
    other: float
    probability: dict[str, float]
    interval: dict[str, tuple[float, float]]
    expected_investment_wan: float | None = None
    paired: bool = False
    distance_km: float | None = None
    known: str | None = None
    via: str | None = None
    terms: dict[str, object] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    cautions: tuple[tuple[str, Text], ...] = ()
    improve: tuple[Text, ...] = ()
    investment_basis: Text | None = None
    contacts: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """The match as a JSON object of the outer contract (without contacts)."""
        return {
            "rank": int(self.rank),
            "candidate_id": self.candidate_id,
            "name": self.name,
            "region": self.region,
            "score": float(self.score),
            "base": float(self.base),
            "other": float(self.other),
            "probability": {stage: float(self.probability[stage]) for stage in STAGES},
            "interval": {
                stage: [float(low), float(high)] for stage, (low, high) in self.interval.items()
            },
            "expected_investment_wan": _number(self.expected_investment_wan),
            "paired": bool(self.paired),
            "distance_km": _number(self.distance_km),
            "known": self.known,
            "via": self.via,
            "terms": {name: plain(value) for name, value in self.terms.items()},
            "reasons": [reason.as_dict() for reason in self.reasons],
            "cautions": _coded(self.cautions),
            "improve": list(self.improve),
        }


@dataclass(frozen=True)
class MatchList:
    """The answer to one query, with all that is needed to make it again.

    Attributes
    ----------
    query : dict
        ``side`` (``enterprise``, ``resource`` or ``region``), ``id``, ``name``; of a region
        ``name_en`` too.
    model : dict
        ``id``, ``trained_as_of``, ``degraded``; where degraded, ``why`` (Text) as well, and
        ``saw_later`` (Text) where it has seen outcomes of after the day asked for.
    as_of : date
        Nothing dated later was looked at.
    pairing : str
        Name of the pairing in force.
    matches : tuple of Match
        By rank.
    outlook : Text or None
        How many of a hundred such introductions come to a signature.
    note : Text or None
        Why the list is empty: the limit that removed most.
    query_unknown : Text or None
        Cells of the query itself that are not known, though judging it asks for them; the
        cautions of the matches name the candidates' own.
    filters : dict
        What was asked for beside the query (``top``, ``cross_pair``, ``programme``, …).
    made_up : bool
        True where the data is the demonstration's.
    congestion : dict or None
        Where lists were to allow for crowding: which kind of ``lists`` this one is, and what all
        lists of each kind come to.
    read_at : str
        When the rows were read that the figures rest on (UTC stamp); empty: just now.
    """

    query: dict[str, str]
    model: dict[str, object]
    as_of: date
    pairing: str
    matches: tuple[Match, ...]
    outlook: Text | None = None
    note: Text | None = None
    query_unknown: Text | None = None
    filters: dict[str, object] = field(default_factory=dict)
    made_up: bool = False
    congestion: dict[str, object] | None = None
    read_at: str = ""

    def as_dict(self, generated_at: str) -> dict[str, object]:
        """The list as the JSON document of the outer contract.

        Parameters
        ----------
        generated_at : str
            UTC stamp, e.g. ``2008-03-01T00:00:00Z``.

        Notes
        -----
        An empty list has no outlook of its own: its note stands there.
        """
        return {
            **_head(self.query, self.model, self.as_of, self.pairing, generated_at),
            **({"query_unknown": self.query_unknown} if self.query_unknown else {}),
            **({"congestion": self.congestion} if self.congestion else {}),
            "matches": [match.as_dict() for match in self.matches],
            "outlook": self.outlook if self.outlook is not None else self.note,
        }


@dataclass(frozen=True)
class PairAnswer:
    """One pair asked for by name: its figures, and why it is not possible if it is not.

    Attributes
    ----------
    possible : bool
        False where a hard limit is broken.
    barred : tuple of (code, Text)
        The limits broken (pollution, budget, window, capacity, refused, signed); empty where
        possible.
    match : Match
        The figures, with the resource as the candidate; they hold as if the pair were allowed.
    outlook : Text or None
        None where the pair is not possible.
    query, model, as_of, pairing, made_up, read_at
        As in :class:`MatchList`; the query is the enterprise.
    """

    possible: bool
    barred: tuple[tuple[str, Text], ...]
    match: Match
    query: dict[str, str]
    model: dict[str, object]
    as_of: date
    pairing: str
    outlook: Text | None = None
    made_up: bool = False
    read_at: str = ""

    def as_dict(self, generated_at: str) -> dict[str, object]:
        """The answer as a JSON document: a list of the one pair, with ``possible``, ``barred``.

        Both stand on the document and on the pair itself, so that a program that reads only
        ``matches`` cannot take a barred pair for an allowed one.
        """
        verdict: dict[str, object] = {"possible": self.possible, "barred": _coded(self.barred)}
        return {
            **_head(self.query, self.model, self.as_of, self.pairing, generated_at),
            **verdict,
            "matches": [{**self.match.as_dict(), **verdict}],
            "outlook": self.outlook,
        }


def as_list(answer: PairAnswer) -> MatchList:
    """A pair answer as a list of its one pair, what bars it first among the cautions.

    For the formats that know lists only.
    """
    return MatchList(
        query=answer.query,
        model=answer.model,
        as_of=answer.as_of,
        pairing=answer.pairing,
        matches=(replace(answer.match, cautions=answer.barred + answer.match.cautions),),
        outlook=answer.outlook,
        made_up=answer.made_up,
    )


def _head(
    query: Mapping[str, str],
    model: Mapping[str, object],
    as_of: date,
    pairing: str,
    generated_at: str,
) -> dict[str, object]:
    return {
        "query": {key: query[key] for key in ("side", "id", "name")},
        "model": {name: plain(value) for name, value in model.items()},
        "as_of": as_of.isoformat(),
        "pairing": pairing,
        "generated_at": generated_at,
    }


def _coded(remarks: tuple[tuple[str, Text], ...]) -> list[dict[str, object]]:
    return [{"code": code, "text": text} for code, text in remarks]


def _number(value: float | None) -> float | None:
    """A finite float or None: JSON knows no NaN."""
    return None if value is None or not math.isfinite(value) else float(value)


def plain(value: object) -> object:
    """A value of a table as JSON holds it: dates as ISO text, tuples as lists, NaN as null."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value
