"""What a county is told of pairs of others: nothing that is on record between them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.buckets import Buckets
from api.index.once import WORKED_OUT
from api.usecases import list_budget
from features.tables import Table
from service import HERE, THERE, Service

NEAR = "330109"
"""Where the enterprises are: not in the county of the account."""


@pytest.fixture
def filled(service: Service) -> Service:
    """Enterprises that have dealt with a county's resource and with another's, each alike."""
    enterprises = [
        {"id": f"E-{n}", "name": f"企业{n}", "kind": "company", "industry": "17",
         "region": NEAR, "budget_wan": 900.0} for n in range(5)
    ]  # fmt: skip
    resources = [
        {"id": key, "name": key, "kind": "land", "region": region, "land_mu": 20.0}
        for key, region in (("R-here", HERE), ("R-there", THERE))
    ]
    outcomes: list[dict[str, Any]] = []
    interests: list[dict[str, Any]] = []
    for place in ("R-here", "R-there"):
        outcomes += [
            {"enterprise_id": who, "resource_id": place, "date": date(2024, 3, 1), "stage": stage}
            for who, stage in (("E-1", "contacted"), ("E-2", "signed"))
        ]
        interests += [
            {"side": "enterprise", "id": "E-3", "target": place, "level": "no"},
            {"side": "enterprise", "id": "E-4", "target": place, "level": "must"},
        ]
    service.store.write([Table.from_rows("enterprises", enterprises)])
    service.store.write([Table.from_rows("resources", resources)])
    service.store.write([Table.from_rows("outcomes", outcomes)])
    service.store.write([Table.from_rows("interests", interests)])
    return service


def asked(service: Service, role: str, **query: object) -> dict[str, Any]:
    answer = service.ask(role, "GET", "/api/v1/matches", params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def told(service: Service, role: str, place: str, **more: object) -> dict[str, tuple[Any, bool]]:
    """Of each enterprise on a resource's list: its stage, and whether its wish is told."""
    matches = asked(service, role, resource_id=place, **more)["matches"]
    assert [m["rank"] for m in matches] == list(range(1, len(matches) + 1))
    assert [m["score"] for m in matches] == sorted((m["score"] for m in matches), reverse=True)
    for m in matches:
        parts = m["base"] + m["other"] + sum(r["contribution"] for r in m["reasons"])
        assert m["score"] == pytest.approx(parts, abs=1e-4)
    return {
        m["candidate_id"]: (m["known"], any(r["feature"] == "interest" for r in m["reasons"]))
        for m in matches
    }


@pytest.mark.parametrize(("role", "place"), [("county", "R-here"), ("planner", "R-there")])
def test_whose_row_it_is_and_who_sees_all_are_told_what_is_on_record(
    filled: Service, role: str, place: str
) -> None:
    listed = {"E-0": (None, False), "E-1": ("contacted", False), "E-4": (None, True)}
    assert told(filled, role, place) == listed
    del listed["E-1"]
    assert told(filled, role, place, hide_known=True) == listed


def test_a_county_is_told_nothing_that_is_on_record_between_others(filled: Service) -> None:
    nothing = dict.fromkeys(("E-0", "E-1", "E-4"), (None, False))
    # What binds, binds whoever asks; hiding what is known must not tell what is.
    assert told(filled, "county", "R-there") == nothing
    assert told(filled, "county", "R-there", hide_known=True) == nothing
    found = asked(filled, "county", region=THERE)["matches"]
    assert [m["known"] for m in found] == [None] * 3


def test_of_a_foreign_enterprise_a_county_is_told_what_its_own_rows_say(filled: Service) -> None:
    found = asked(filled, "county", enterprise_id="E-1")["matches"]
    assert {m["candidate_id"]: m["known"] for m in found} == {"R-here": "contacted",
                                                              "R-there": None}  # fmt: skip
    hidden = asked(filled, "county", enterprise_id="E-1", hide_known=True)["matches"]
    assert [(m["rank"], m["candidate_id"]) for m in hidden] == [(1, "R-there")]


@pytest.mark.parametrize(("who", "code"), [("E-2", "signed"), ("E-3", "refused")])
def test_why_a_pair_of_others_is_not_possible_is_not_told(
    filled: Service, who: str, code: str
) -> None:
    def barred(role: str, place: str) -> list[str]:
        found = asked(filled, role, enterprise_id=who, resource_id=place)
        assert found["possible"] is False
        return [one["code"] for one in found["barred"]]

    assert code in barred("county", "R-here") and code in barred("planner", "R-there")
    assert barred("county", "R-there") == ["not_told"]


def test_an_account_has_lists_of_so_many_other_days_and_then_waits(filled: Service) -> None:
    def ask(role: str, day: int | None) -> int:
        query = {"resource_id": "R-here"} | ({} if day is None else {"as_of": f"2024-05-{day:02}"})
        answer = filled.ask(role, "GET", "/api/v1/matches", params=query)
        assert answer.status_code == 200 or 0 < int(answer.headers["retry-after"]) <= 60
        return answer.status_code

    found = [ask("county", day) for day in range(1, 10)]
    assert found == [200] * 8 + [429]
    # What was made last is kept; today's, and what others ask for, is another matter.
    assert [ask("county", 8), ask("county", None), ask("planner", 10)] == [200] * 3


def test_what_takes_the_whole_market_is_counted_for_an_account_and_kept_for_all(
    filled: Service,
) -> None:
    keeper = filled.app.state.keeper
    for number in range(int(WORKED_OUT[1])):  # all that each of them may have made
        for role in ("enterprise", "county"):
            keeper.once(role, number, int)
    asked = [
        ("enterprise", "matches", {"enterprise_id": "E-own"}),
        ("county", "completeness", {"region": HERE}),
    ]
    filled.store.write([Table("enterprises", {"id": ["E-own"]})])
    for role, path, query in asked:
        more = {"congestion": "on"} if path == "matches" else {}

        def ask(who: str, path: str = path, **query: Any) -> Any:
            return filled.ask(who, "GET", f"/api/v1/{path}", params=query)

        refused = ask(role, **query, **more)
        assert refused.status_code == 429 and 0 < int(refused.headers["retry-after"]) <= 60
        assert ask("planner", **query, **more).status_code == 200
        assert ask(role, **query, **more).status_code == 200  # it is there now
    assert ask_list(filled) == 200


def test_an_account_has_so_many_rows_listed_and_then_waits(filled: Service) -> None:
    list_budget.limit(filled.store, Buckets(1 / 60, 25.0))  # each list counts for 10 and 3 rows

    def ask(role: str) -> int:
        answer = filled.ask(role, "GET", "/api/v1/matches", params={"resource_id": "R-here"})
        assert answer.status_code == 200 or int(answer.headers["retry-after"]) > 0
        return answer.status_code

    assert [ask("county"), ask("county"), ask("planner")] == [200, 429, 200]
    page = filled.ask("county", "GET", "/offers/R-here")
    assert page.status_code == 429 and "retry-after" in page.headers
    assert sorted(one.by for one in filled.store.lists()) == ["county", "planner"]


def ask_list(service: Service) -> int:
    """Status of the enterprise's plain list."""
    query = {"enterprise_id": "E-own"}
    return service.ask("enterprise", "GET", "/api/v1/matches", params=query).status_code
