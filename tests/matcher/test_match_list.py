"""What a match list says as JSON is the outer contract, key by key."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.match_list import STAGES, Match, Reason, as_list
from tests.handmade_lists import BARRED, COUNTY, EMPTY, HARMFUL, LIST, MADE

STAMP = MADE.generated_at
LIST_KEYS = ["query", "model", "as_of", "pairing", "generated_at", "matches", "outlook"]
MATCH_KEYS = [
    "rank", "candidate_id", "name", "region", "score", "base", "other", "probability", "interval",
    "expected_investment_wan", "paired", "distance_km", "known", "via", "terms", "reasons",
    "cautions", "improve",
]  # fmt: skip


def test_a_list_has_exactly_the_keys_of_the_contract() -> None:
    document = LIST.as_dict(STAMP)
    assert list(document) == LIST_KEYS
    for match in document["matches"]:
        assert list(match) == MATCH_KEYS
        assert list(match["probability"]) == ["signed", "started", "funded", "completed"]
        assert [list(reason) for reason in match["reasons"]] == [
            ["feature", "contribution", "text"] for _ in match["reasons"]
        ]
        assert all(list(caution) == ["code", "text"] for caution in match["cautions"])


def test_a_list_goes_through_json_unchanged() -> None:
    document = LIST.as_dict(STAMP)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["as_of"] == "2009-06-30"
    assert document["matches"][0]["interval"] == {"signed": [0.12, 0.23]}
    assert document["matches"][0]["terms"]["available_from"] == "2009-01-01"
    assert document["matches"][0]["terms"]["forms"] == ["lease", "joint_venture"]


def test_contacts_never_stand_in_the_document() -> None:
    said = json.dumps(LIST.as_dict(STAMP), ensure_ascii=False)
    assert not any(value in said for value in COUNTY.contacts.values())


def test_an_empty_list_names_its_reason_in_the_place_of_the_outlook() -> None:
    assert EMPTY.as_dict(STAMP)["outlook"] == EMPTY.note


def test_a_barred_pair_says_so_on_the_document_and_on_the_pair() -> None:
    document = BARRED.as_dict(STAMP)
    barred = [{"code": "pollution", "text": BARRED.barred[0][1]}]
    assert (document["possible"], document["barred"]) == (False, barred)
    [pair] = document["matches"]
    assert (pair["possible"], pair["barred"]) == (False, barred)
    assert [key for key in pair if key not in ("possible", "barred")] == MATCH_KEYS


def test_a_pair_shown_as_a_list_keeps_what_bars_it_as_its_first_caution() -> None:
    [match] = as_list(BARRED).matches
    assert match.cautions == BARRED.barred + COUNTY.cautions


@pytest.mark.parametrize("unknown", [None, math.nan, math.inf])
def test_what_is_not_known_is_null(unknown: float | None) -> None:
    match = replace(COUNTY, distance_km=unknown, terms={"land_mu": unknown})
    document = match.as_dict()
    assert document["distance_km"] is None
    assert document["terms"] == {"land_mu": None}
    assert HARMFUL.as_dict()["region"] is None


shares = st.floats(-50, 50, allow_nan=False)


@given(base=shares, other=shares, contributions=st.lists(shares, max_size=6))
def test_score_is_base_and_contributions_and_other_in_the_document(
    base: float, other: float, contributions: list[float]
) -> None:
    reasons = tuple(Reason("f", c, {"zh": "", "en": ""}) for c in contributions)
    score = base + sum(contributions) + other
    match: Match = replace(COUNTY, score=score, base=base, other=other, reasons=reasons)
    document = json.loads(json.dumps(match.as_dict()))
    shown = sum(reason["contribution"] for reason in document["reasons"])
    assert document["score"] == pytest.approx(document["base"] + shown + document["other"])


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_probabilities_stand_in_the_order_of_the_stages(chances: list[float]) -> None:
    falling = sorted(chances, reverse=True)
    match = replace(COUNTY, probability=dict(zip(STAGES, falling, strict=True)))
    assert list(match.as_dict()["probability"].values()) == falling
