"""A match list or a pair answer as one JSON document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from api.reports.provenance import Provenance, filters_as_json
from features.language import Language
from matcher.match_list import MatchList, PairAnswer

_said = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def render(
    match_list: MatchList, made: Provenance, lang: Language, *, contacts: bool = False
) -> bytes:
    """The contract's document, with ``about``: filters, by whom, and whether made up.

    Parameters
    ----------
    lang
        Without effect: every text stands in both languages.
    contacts : bool
        Without effect: the document never holds contacts.
    """
    document = match_list.as_dict(made.generated_at)
    document["about"] = {
        "filters": filters_as_json(match_list),
        "made_by": made.made_by,
        "made_up": match_list.made_up,
    }
    return _dump(document)


def render_pair(answer: PairAnswer, made: Provenance) -> bytes:
    """One pair: the list of the one pair, with ``possible`` and ``barred``."""
    document = answer.as_dict(made.generated_at)
    document["about"] = {"filters": {}, "made_by": made.made_by, "made_up": answer.made_up}
    return _dump(document)


def _dump(document: Mapping[str, Any]) -> bytes:
    """Keys and matches a line each: short to read through, and made by the compiled encoder."""
    lines = []
    for key, value in document.items():
        said = _said(value)
        if key == "matches" and value:
            said = "[\n  " + ",\n  ".join(map(_said, value)) + "\n ]"
        lines.append(f" {_said(key)}: {said}")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()
