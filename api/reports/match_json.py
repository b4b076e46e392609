"""A match list or a pair answer as one JSON document."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, cast

from api.reports.provenance import Provenance, filters_as_json
from features.language import LANGUAGES, Language, Text
from matcher.match_list import STAGES, Match, MatchList, PairAnswer, Reason, plain

_said = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_word = encode_basestring


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
    document = replace(match_list, matches=()).as_dict(made.generated_at)
    document["about"] = {
        "filters": filters_as_json(match_list),
        "made_by": made.made_by,
        "made_up": match_list.made_up,
    }
    return _dump(document, list(map(_match, match_list.matches)))


def render_pair(answer: PairAnswer, made: Provenance) -> bytes:
    """One pair: the list of the one pair, with ``possible`` and ``barred``."""
    document = answer.as_dict(made.generated_at)
    document["about"] = {"filters": {}, "made_by": made.made_by, "made_up": answer.made_up}
    return _dump(document, [_said(match) for match in cast("list[object]", document["matches"])])


def _dump(document: Mapping[str, Any], matches: Sequence[str]) -> bytes:
    """Keys and matches a line each, so that it is short to read through."""
    lines = []
    for key, value in document.items():
        if key == "matches" and matches:
            said = "[\n  " + ",\n  ".join(matches) + "\n ]"
        else:
            said = _said(value)
        lines.append(f" {_word(key)}: {said}")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _match(match: Match) -> str:
    """What the encoder makes of :meth:`Match.as_dict`, several times as fast; a test says so."""
    chances = ", ".join([f'"{stage}": {_number(match.probability[stage])}' for stage in STAGES])
    bounds = ", ".join(
        [f"{_word(stage)}: [{_number(low)}, {_number(high)}]"
         for stage, (low, high) in match.interval.items()]
    )  # fmt: skip
    cautions = ", ".join(
        [f'{{"code": {_word(code)}, "text": {_text(said)}}}' for code, said in match.cautions]
    )
    terms = _terms(tuple(match.terms), *match.terms.values())
    return (
        f'{{"rank": {int(match.rank)}, "candidate_id": {_word(match.candidate_id)}, '
        f'"name": {_word(match.name)}, "region": {_named(match.region)}, '
        f'"score": {_number(match.score)}, "base": {_number(match.base)}, '
        f'"other": {_number(match.other)}, "probability": {{{chances}}}, '
        f'"interval": {{{bounds}}}, '
        f'"expected_investment_wan": {_known(match.expected_investment_wan)}, '
        f'"paired": {"true" if match.paired else "false"}, '
        f'"distance_km": {_known(match.distance_km)}, "known": {_named(match.known)}, '
        f'"via": {_named(match.via)}, "terms": {terms}, '
        f'"reasons": [{", ".join(map(_reason, match.reasons))}], '
        f'"cautions": [{cautions}], "improve": [{", ".join(map(_text, match.improve))}]}}'
    )


def _reason(reason: Reason) -> str:
    return (
        f'{{"feature": {_word(reason.feature)}, "contribution": {_number(reason.contribution)}, '
        f'"text": {_text(reason.text)}}}'
    )


@lru_cache(maxsize=16_384, typed=True)  # 1 and 1.0 are written otherwise
def _terms(names: tuple[str, ...], *values: object) -> str:
    """The terms of a candidate, which stands on many lists."""
    return _said({name: plain(value) for name, value in zip(names, values, strict=True)})


_KEYS: dict[str, str] = {lang: f"{_word(lang)}: " for lang in LANGUAGES}


def _text(said: Text) -> str:
    return "{" + ", ".join([_KEYS[lang] + _word(words) for lang, words in said.items()]) + "}"


def _named(name: str | None) -> str:
    return "null" if name is None else _word(name)


def _known(value: float | None) -> str:
    """JSON knows no NaN."""
    return "null" if value is None or not math.isfinite(value) else repr(float(value))


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be said in JSON")
    return repr(float(value))
