"""The columns of a match list as a flat table, for CSV and Excel."""

from __future__ import annotations

from api.reports import details
from api.reports.figures import choice, odds
from features.language import Language
from matcher.match_list import Match, MatchList

Flat = str | int | float | bool | None

_CONTACTS = ("contact", "phone", "officer")
_LINE = "\n"


def flat(match: Match, lang: Language) -> dict[str, Flat]:
    """A match as one row: numbers as numbers, lists of texts one text a line.

    Returns
    -------
    dict
        By column name; ``known`` is the stage's own name (``contacted``).
    """
    low, high = match.interval["signed"]
    chance = match.probability
    return {
        "rank": match.rank,
        "candidate_id": match.candidate_id,
        "name": match.name,
        "region": match.region,
        "region_name": match.region_name[lang],
        "p_signed": chance["signed"],
        "low_signed": low,
        "high_signed": high,
        "odds": odds(chance["signed"])[lang],
        "p_started": chance["started"],
        "p_funded": chance["funded"],
        "p_completed": chance["completed"],
        "expected_investment_wan": match.expected_investment_wan,
        "paired": match.paired,
        "distance_km": match.distance_km,
        "known": match.known,
        "via": match.via,
        "score": match.score,
        "reasons": _LINE.join(details.reasons(match, lang)),
        "cautions": _LINE.join(details.cautions(match, lang)),
        "improve": _LINE.join(details.improve(match, lang)),
    }


def term_names(match_list: MatchList) -> list[str]:
    """The terms that any candidate of the list states, in the order first met."""
    found = {
        name: None
        for match in match_list.matches
        for name, value in match.terms.items()
        if value is not None
    }
    return list(found)


def term(match: Match, name: str, lang: Language) -> Flat:
    """One term of a candidate: a number as a number, a code as it is, all else in words."""
    value = match.terms.get(name)
    if value is None or isinstance(value, bool | int | float):
        return value
    if name == "industry":
        return str(value)
    return details.term_value(name, value, lang)


def contact_names(match_list: MatchList) -> list[str]:
    """Which of contact, phone and officer any candidate of the list has."""
    return [n for n in _CONTACTS if any(match.contacts.get(n) for match in match_list.matches)]


def known(match: Match, lang: Language) -> str | None:
    """The stage known, in words."""
    return None if match.known is None else choice(match.known, lang)
