"""A match list as plain words and figures for a template: nothing is worked out here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.reports import details, provenance
from api.reports.figures import choice, distance, odds, percent_likely, percent_range
from api.usecases.marking import MARKS
from features.language import Language, say
from matcher.match_list import Match, MatchList, PairAnswer

_REASONS_SHOWN = 3


def list_view(
    answer: MatchList,
    lang: Language,
    sort: str = "rank",
    *,
    contacts: bool = False,
    confirmed: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """A list with its heading, its rows in the order wanted, and how it was made.

    Parameters
    ----------
    sort : str
        ``rank``; ``region``: by the candidate's county; ``paired``: partner counties first.
    contacts : bool
        Show contact, phone and officer: for promotion staff only.
    confirmed : mapping, optional
        The day on which each candidate's row was last confirmed.
    """
    days = confirmed or {}
    orders = {
        "rank": lambda m: (m.rank,), "paired": lambda m: (not m.paired, m.region or "~", m.rank),
        "region": lambda m: (m.region or "~", m.rank),
    }  # fmt: skip
    rows = sorted(answer.matches, key=orders[sort])
    return {
        "title": provenance.title(answer, lang),
        "as_of": answer.as_of.isoformat(),
        "model": provenance.model(answer, lang),
        "outlook": answer.outlook[lang] if answer.outlook else None,
        "note": answer.note[lang] if answer.note and not answer.matches else None,
        "unknown": answer.query_unknown[lang] if answer.query_unknown else None,
        "rows": [
            {**_row(match, lang, contacts=contacts), "confirmed": days.get(match.candidate_id)}
            for match in rows
        ],
    }


def pair_view(answer: PairAnswer, lang: Language, *, contacts: bool = False) -> dict[str, Any]:
    """One pair: whether it is possible, and what bars it."""
    return {
        "possible": answer.possible,
        "barred": [said[lang] for _, said in answer.barred],
        "row": {**_row(answer.match, lang, contacts=contacts), "confirmed": None},
        "title": provenance.pair_title(answer, lang),
    }


def mark_names(lang: Language) -> list[tuple[str, str]]:
    """The decisions that can be kept, with the words of their buttons."""
    return [(mark, say(f"pages.mark.{mark}", lang)) for mark in MARKS]


def _row(match: Match, lang: Language, *, contacts: bool = False) -> dict[str, Any]:
    low, high = match.interval["signed"]
    signed = match.probability["signed"]
    told = sorted(match.reasons, key=lambda reason: -abs(reason.contribution))
    said = [{"text": r.text[lang], "good": r.contribution >= 0} for r in told]
    return {
        "id": match.candidate_id, "rank": match.rank, "name": match.name,
        "region": match.region_name[lang], "chance": percent_likely(signed),
        "odds": odds(signed)[lang],
        "range": percent_range(low, high), "distance": distance(match.distance_km, lang),
        "bar": {"low": round(100 * low, 1), "wide": round(100 * (high - low), 1),
                "at": round(100 * signed, 1)},
        "paired": match.paired, "known": choice(match.known, lang) if match.known else None,
        "reasons": said[:_REASONS_SHOWN], "more": said[_REASONS_SHOWN:],
        "stale": any(code == "stale" for code, _ in match.cautions),
        "cautions": details.cautions(match, lang), "terms": details.terms(match, lang),
        "improve": details.improve(match, lang), "ahead": details.ahead(match, lang),
        "money": details.money(match, lang),
        "contacts": details.contacts(match, lang) if contacts else [],
    }  # fmt: skip
