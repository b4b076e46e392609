"""What no row and no answer could hold is refused with its place, before anything is stored."""

from __future__ import annotations

import json
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http import json_bodies
from api.http.json_bodies import BadBody
from api.http.problems import MEDIA_TYPE
from api.store.cells import encode, encode_own
from api.usecases import row_body
from api.usecases.etags import etag_of
from api.usecases.importing import StoredReferences
from features.findings import FindingsError
from features.tables import Table
from service import HERE, Service

LAND = f'"id": "R-1", "name": "地块", "kind": "land", "region": "{HERE}"'
OUTCOME = '"enterprise_id": "E", "resource_id": "R", "date": "2008-01-01", "stage": "signed"'
NOT_FINITE = (float("inf"), float("-inf"), float("nan"))
HUGE = ("1e999", "-1e999", "NaN", "Infinity", "-Infinity", "1" * 5000, "1e-999")


def sent(service: Service, method: str, path: str, body: str, **headers: str) -> Any:
    typed = {"Content-Type": "application/json", **headers}
    content = body.encode("utf-8", "surrogatepass")
    return service.ask("admin", method, f"/api/v1{path}", content=content, headers=typed)


@pytest.mark.parametrize("figure", HUGE)
def test_each_such_number_is_refused_where_it_stands(figure: str) -> None:
    with pytest.raises(BadBody) as refused:
        json_bodies.read(f'{{"a": [0, {figure}]}}'.encode())
    assert refused.value.place == "body.a.1"


def test_a_number_that_cannot_be_kept_is_refused_on_every_way_in(service: Service) -> None:
    service.store.write([Table.from_rows("resources", [
        {"id": "R", "name": "地", "kind": "land", "region": HERE}])])  # fmt: skip
    tag = service.ask("admin", "GET", "/api/v1/resources/R").headers["etag"]
    plan = '"name": "a", "budget": {"interest_subsidy_wan": %s}'
    ways = (
        ("POST", "/resources", LAND + ', "land_mu": %s', "land_mu"),
        ("POST", "/resources", LAND + ', "labour_supply": %s', "labour_supply"),
        ("POST", "/resources", LAND + ', "x_own": %s', "x_own"),
        ("POST", "/resources", LAND + ', "skills": ["a", %s]', "skills.1"),
        ("PUT", "/resources/R", LAND + ', "land_mu": %s', "land_mu"),
        ("POST", "/outcomes", OUTCOME + ', "amount_wan": %s', "amount_wan"),
        ("POST", "/outcomes", OUTCOME + ', "jobs": %s', "jobs"),
        ("POST", "/records", OUTCOME + ', "amount_wan": %s', "amount_wan"),
        ("POST", "/whatif", '"resource_id": "R", "set": {"land_mu": %s}', "set.land_mu"),
        ("POST", "/simulations", plan, "budget.interest_subsidy_wan"),
        ("POST", "/declarations", '"reason": %s', "reason"),
        ("POST", "/allocations", '"time_limit": %s', "time_limit"),
    )
    for (method, path, body, place), figure in zip(ways, cycle(HUGE), strict=False):
        said = sent(service, method, path, f"{{{body % figure}}}", **{"If-Match": tag})
        assert (said.status_code, said.headers["content-type"]) == (422, MEDIA_TYPE), path
        assert [each["place"] for each in said.json()["errors"]] == [f"body.{place}"], path
        assert "retry-after" not in said.headers
    assert [row["id"] for row in service.ask("admin", "GET", "/api/v1/resources").json()["rows"]
            ] == ["R"]  # fmt: skip
    noted = service.ask("admin", "GET", "/api/v1/audit").json()["rows"]
    assert {line["action"] for line in noted} == {"token"}
    assert service.ask("admin", "GET", "/api/v1/jobs").json()["jobs"] == []


def test_who_may_not_ask_is_told_so_whatever_the_body_holds(service: Service) -> None:
    for role, status in ((None, 401), ("enterprise", 403)):
        for body in (b"{", b'{"week": NaN}', b"[0, 0]"):
            headers = {"Content-Type": "application/json"}
            said = service.ask(role, "POST", "/api/v1/placements", content=body, headers=headers)
            assert said.status_code == status, (role, body)


def test_a_place_is_told_in_few_words_however_long_its_names_are() -> None:
    for inner, count in (("NaN", 1), ("0, " * json_bodies.MOST_VALUES + "0", 0)):
        with pytest.raises(BadBody) as refused:
            json_bodies.read(f'{{"{"a" * 20_000}": [0, {inner}]}}'.encode())
        assert len(refused.value.place) < 100 and refused.value.place.count("1") == count


def test_what_is_no_json_is_refused_saying_where_and_why(service: Service) -> None:
    for body, place, said in (
        ('{"name": "\\ud800"}', "body.name", "half a character"),
        ('{"\\ud800": 1}', "body.?", "half a character"),
        ('{"name": "a", "region": "b", "name": "c"}', "body", "'name' stands there twice"),
        ('{"x": [{"a": 1, "a": 1}]}', "body.x.0", "'a' stands there twice"),
        ('{"name":\n oops}', "body", "line 2, column 2"),
        ('{"name": "\udc00"}', "body", "byte 11 is not UTF-8"),
        ("[" * 300 + "]" * 300, "body", "nested too deeply"),
        ('{"a": ' + "[" * 99_000, "body", "nested too deeply"),
    ):
        answer = sent(service, "POST", "/resources", body, **{"Accept-Language": "en"})
        told = answer.json()
        assert (answer.status_code, told["code"]) == (422, "invalid_request"), body
        assert told["errors"][0]["place"] == place and said in told["errors"][0]["reason"]
        assert said in told["detail"]


_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**300), 10**300) | _TEXT
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner),
)  # fmt: skip


@given(_PLAIN)
def test_whatever_json_can_say_is_read_as_it_was_meant(value: object) -> None:
    assert json_bodies.read(json.dumps(value).encode()) == value


def test_a_body_that_is_refused_names_no_more_than_its_place() -> None:
    with pytest.raises(BadBody) as refused:
        json_bodies.read(b'{"password": "secret\\ud800"}')
    assert "secret" not in str(refused.value.reason)


def test_the_checks_of_a_row_know_such_a_number_without_the_reader(service: Service) -> None:
    references = StoredReferences(service.store)
    for figure in NOT_FINITE:
        for column in ("land_mu", "labour_supply", "x_own"):
            row = {"id": "R", "name": "地块", "kind": "land", "region": HERE, column: figure}
            with pytest.raises(FindingsError) as refused:
                row_body.read("resources", row, references)
            assert [each.column for each in refused.value.findings] == [column]


@pytest.mark.parametrize("figure", NOT_FINITE)
def test_no_cell_of_the_store_and_no_tag_of_an_answer_takes_one(figure: float) -> None:
    with pytest.raises(ValueError):
        encode("float", figure)
    with pytest.raises(ValueError):
        encode("points", (("tax", figure),))
    with pytest.raises(ValueError):
        encode_own({"x_own": figure})
    with pytest.raises(ValueError):
        etag_of({"land_mu": figure})
