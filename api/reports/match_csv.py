"""A match list as CSV: for scripts first, so the header line comes first and alone.

How the list was made stands in the last columns of every row. UTF-8 with a byte order mark,
CRLF, so that Excel opens it as it is.
"""

from __future__ import annotations

import csv
import io
import json

from api.reports import columns
from api.reports.columns import Flat
from api.reports.provenance import Provenance, filters_as_json, model, query_name
from features.language import Language
from matcher.match_list import MatchList

#: What a spreadsheet takes for the start of a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def render(
    match_list: MatchList, made: Provenance, lang: Language, *, contacts: bool = False
) -> bytes:
    """The list as CSV, one match a row.

    Parameters
    ----------
    contacts : bool
        Add contact, phone and officer: for promotion staff only.
    """
    about = _about(match_list, made, lang)
    terms = columns.term_names(match_list)
    people = columns.contact_names(match_list) if contacts else []
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([*_NAMES, *terms, *people, *about])
    for match in match_list.matches:
        row = columns.flat(match, lang)
        cells: list[Flat] = [row[name] for name in _NAMES]
        cells += [columns.term(match, name, lang) for name in terms]
        cells += [match.contacts.get(name) for name in people]
        writer.writerow([_cell(value) for value in [*cells, *about.values()]])
    return file.getvalue().encode("utf-8-sig")


_NAMES = (
    "rank", "candidate_id", "name", "region", "region_name", "score",
    "p_signed", "low_signed", "high_signed", "p_started", "p_funded", "p_completed",
    "expected_investment_wan", "paired", "distance_km", "known", "via",
    "reasons", "cautions", "improve",
)  # fmt: skip


def _about(match_list: MatchList, made: Provenance, lang: Language) -> dict[str, Flat]:
    """How the list was made, the same on every row."""
    trained = match_list.model["trained_as_of"]
    return {
        "query_side": match_list.query["side"],
        "query_id": match_list.query["id"],
        "query_name": query_name(match_list, lang),
        "as_of": match_list.as_of.isoformat(),
        "pairing": match_list.pairing,
        "model": str(match_list.model["id"]),
        "trained_as_of": None if trained is None else str(trained),
        "degraded": bool(match_list.model["degraded"]),
        "model_said": model(match_list, lang),
        "filters": json.dumps(filters_as_json(match_list), ensure_ascii=False),
        "generated_at": made.generated_at,
        "made_by": made.made_by,
        "made_up": match_list.made_up,
    }


def _cell(value: Flat) -> str:
    """A cell as written: numbers in full, truth as true/false, no text that could be a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(float(value))
    return harmless(value)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before it."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
