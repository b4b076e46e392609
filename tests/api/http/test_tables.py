"""Rows over HTTP: nobody reads or changes what is another's, and nothing stale is written."""

from __future__ import annotations

from typing import Any

import pytest

from api.store import audit
from features.tables import Table
from service import HERE, THERE, Service

LAND = {"id": "R-1", "name": "地块", "kind": "land", "region": HERE, "land_mu": 12.5}
PHONE = "0570-1234567"


def filled(service: Service) -> Service:
    """Rows of two counties, with contacts, a project each, and an enterprise of the account."""
    service.store.write(
        [
            Table.from_rows("enterprises", [
                {"id": "E-own", "name": "本企业", "kind": "company", "region": "330109",
                 "industry": "17", "phone": PHONE},
                {"id": "E-other", "name": "别家", "kind": "company", "region": "330109",
                 "industry": "17", "phone": PHONE},
            ]),
            Table.from_rows("resources", [
                {"id": "R-here", "name": "此", "kind": "land", "region": HERE, "phone": PHONE},
                {"id": "R-there", "name": "彼", "kind": "land", "region": THERE, "phone": PHONE},
            ]),
            Table.from_rows("projects", [
                {"id": "P-here", "name": "一", "enterprise_ids": ("E-own",), "region": HERE},
                {"id": "P_there", "name": "二", "enterprise_ids": ("E-own",), "region": THERE},
            ]),
        ]
    )  # fmt: skip
    return service


def test_a_row_goes_out_as_it_came_in_and_can_be_sent_back(service: Service) -> None:
    made = service.ask("county", "POST", "/api/v1/resources", json=LAND)
    assert made.status_code == 201 and made.headers["location"] == "/api/v1/resources/R-1"
    read = service.ask("county", "GET", made.headers["location"])
    assert read.json() == made.json() and read.headers["etag"] == made.headers["etag"]
    assert {name: read.json()[name] for name in LAND} == LAND
    again = service.ask("county", "PUT", "/api/v1/resources/R-1", json=read.json(),
                        headers={"If-Match": read.headers["etag"]})  # fmt: skip
    assert again.status_code == 200 and again.headers["etag"] == read.headers["etag"]


def test_a_change_needs_the_state_that_was_read(service: Service) -> None:
    tag = service.ask("county", "POST", "/api/v1/resources", json=LAND).headers["etag"]
    changed = {**LAND, "name": "新"}

    def put(**headers: str) -> int:
        return service.ask("county", "PUT", "/api/v1/resources/R-1", json=changed,
                           headers=headers).status_code  # fmt: skip

    assert [put(), put(**{"If-Match": tag}), put(**{"If-Match": tag})] == [428, 200, 412]
    stale = service.ask("county", "DELETE", "/api/v1/resources/R-1", headers={"If-Match": tag})
    assert stale.status_code == 412
    assert service.ask("county", "POST", "/api/v1/resources", json=LAND).status_code == 409


def test_an_empty_cell_is_found_as_what_it_counts_as_however_it_was_left_empty(
    service: Service,
) -> None:
    row = {"name": "甲", "region": "330109", "industry": "17"}
    kinds: tuple[dict[str, Any], ...] = (
        {}, {"kind": None}, {"kind": ""}, {"kind": "company"}, {"kind": "merchant"}
    )  # fmt: skip
    for n, kind in enumerate(kinds):
        sent = {**row, **kind, "id": f"E-{n}"}
        made = service.ask("admin", "POST", "/api/v1/enterprises", json=sent)
        assert made.json()["kind"] == (kind.get("kind") or None)

    def found(**asked: str) -> list[str]:
        told = service.ask("admin", "GET", "/api/v1/enterprises", params=asked).json()
        return [one["id"] for one in told["rows"]]

    assert found(kind="company") == ["E-0", "E-1", "E-2", "E-3"]
    assert (found(kind=""), found(kind="merchant")) == (["E-0", "E-1", "E-2"], ["E-4"])


def test_a_county_changes_its_own_rows_only(service: Service) -> None:
    filled(service)
    row = service.ask("county", "GET", "/api/v1/resources/R-there")
    headers = {"If-Match": row.headers["etag"]}
    for method, path, body in (
        ("PUT", "/api/v1/resources/R-there", row.json()),
        ("PUT", "/api/v1/resources/R-there", {**row.json(), "region": HERE}),
        ("DELETE", "/api/v1/resources/R-there", None),
        ("POST", "/api/v1/resources", {**LAND, "region": THERE}),
    ):
        answer = service.ask("county", method, path, json=body, headers=headers)
        assert answer.status_code == 403, (method, path)
    own = service.ask("county", "GET", "/api/v1/resources/R-here")
    away = service.ask("county", "PUT", "/api/v1/resources/R-here",
                       json={**own.json(), "region": THERE},
                       headers={"If-Match": own.headers["etag"]})  # fmt: skip
    assert away.status_code == 403
    assert service.ask("county", "GET", "/api/v1/resources/R-here").json() == own.json()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_what_is_anothers_is_told_like_what_is_not_there(service: Service, method: str) -> None:
    filled(service)
    said = []
    for key in ("P_there", "P-nowhere"):
        answer = service.ask("county", method, f"/api/v1/projects/{key}",
                             json=None if method == "GET" else {"name": "x"},
                             headers={"If-Match": '"x"'})  # fmt: skip
        said.append((answer.status_code, answer.text.replace(key, "?")))
    assert said[0] == said[1] and said[0][0] == 404


def test_a_row_cannot_refer_to_what_its_sender_does_not_see(service: Service) -> None:
    filled(service)
    said = []
    for key in ("P_there", "P-nowhere"):
        body = {"id": "F-1", "project_id": key, "date": "2008-01-01", "amount_wan": 1,
                "kind": "aid"}  # fmt: skip
        answer = service.ask("county", "POST", "/api/v1/funds", json=body)
        said.append((answer.status_code, answer.text.replace(key, "?")))
    assert said[0] == said[1] and said[0][0] == 422


def test_an_id_with_a_wildcard_in_it_is_only_itself(service: Service) -> None:
    # In LIKE "_" stands for any character: E_a would be found in the project of E-a.
    service.store.write(
        [
            Table.from_rows("enterprises", [
                {"id": "E_a", "name": "甲", "kind": "company", "region": HERE, "industry": "17"},
                {"id": "E-a", "name": "乙", "kind": "company", "region": "330109",
                 "industry": "17"},
            ]),
            Table.from_rows("projects", [
                {"id": "P", "name": "一", "enterprise_ids": ("E-a",), "region": THERE},
            ]),
        ]
    )  # fmt: skip
    assert service.ask("county", "GET", "/api/v1/projects").json()["rows"] == []


def test_an_enterprise_sees_its_own_row_and_open_resources_without_contacts(
    service: Service,
) -> None:
    filled(service)
    seen = service.ask("enterprise", "GET", "/api/v1/enterprises").json()["rows"]
    assert [row["id"] for row in seen] == ["E-own"]
    assert service.ask("enterprise", "GET", "/api/v1/enterprises/E-other").status_code == 404
    offered = service.ask("enterprise", "GET", "/api/v1/resources")
    assert [row["id"] for row in offered.json()["rows"]] == ["R-here", "R-there"]
    assert PHONE not in offered.text and "phone" not in offered.text
    assert service.ask("enterprise", "GET", f"/api/v1/resources?phone={PHONE}").status_code == 422
    assert PHONE in service.ask("county", "GET", "/api/v1/resources").text


def test_an_enterprise_changes_its_own_row_and_leaves_what_it_does_not_see(
    service: Service,
) -> None:
    filled(service)
    own = service.ask("enterprise", "GET", "/api/v1/enterprises/E-own")
    changed = service.ask("enterprise", "PUT", "/api/v1/enterprises/E-own",
                          json={**own.json(), "employees": 12},
                          headers={"If-Match": own.headers["etag"]})  # fmt: skip
    assert changed.status_code == 200 and changed.json()["employees"] == 12
    (row,) = [r for r in service.store.table("enterprises").rows() if r["id"] == "E-own"]
    assert (row["employees"], row["phone"]) == (12, PHONE)
    with_phone = service.ask("enterprise", "PUT", "/api/v1/enterprises/E-own",
                             json={**changed.json(), "phone": "1"},
                             headers={"If-Match": changed.headers["etag"]})  # fmt: skip
    assert with_phone.status_code == 403
    for written in ("PHONE", " phone ", "ｐｈｏｎｅ", "Phone "):
        as_read = service.ask("enterprise", "PUT", "/api/v1/enterprises/E-own",
                              json={**changed.json(), written: "1"},
                              headers={"If-Match": changed.headers["etag"]})  # fmt: skip
        assert as_read.status_code == 403, written


def test_nobody_learns_that_anothers_row_is_there_by_adding_it(service: Service) -> None:
    filled(service)
    wish = {"side": "region", "id": THERE, "target": "E-own", "level": "yes"}
    outcome = {"enterprise_id": "E-own", "resource_id": "R-there", "date": "2008-01-01",
               "stage": "contacted"}  # fmt: skip
    said = []
    for _ in range(2):
        for table, body in (("interests", wish), ("outcomes", outcome)):
            answer = service.ask("county", "POST", f"/api/v1/{table}", json=body)
            said.append((answer.status_code, answer.text))
            assert service.ask("admin", "POST", f"/api/v1/{table}", json=body).status_code in (
                201, 409,
            )  # fmt: skip
    assert said[:2] == said[2:] and {status for status, _ in said} == {403}


def test_pages_together_hold_every_row_once_in_the_order_of_keys(service: Service) -> None:
    rows = [{**LAND, "id": f"R{n}"} for n in (3, 10, 1, 22, 2)]
    service.store.write([Table.from_rows("resources", rows)])
    seen, cursor = [], ""
    while True:
        page = service.ask("planner", "GET", f"/api/v1/resources?limit=2{cursor}").json()
        seen += [row["id"] for row in page["rows"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == ["R1", "R10", "R2", "R22", "R3"]
    assert service.ask("planner", "GET", "/api/v1/resources?cursor=%00").status_code == 422
    found = service.ask("planner", "GET", "/api/v1/resources?region=江山市&q=R2").json()["rows"]
    assert [row["id"] for row in found] == ["R2", "R22"]


def test_everything_wrong_with_a_row_is_told_at_once_in_both_languages(service: Service) -> None:
    body = {**LAND, "region": "火星", "land_mu": -1, "capacity": "many", "surprise": 1}
    answer = service.ask("admin", "POST", "/api/v1/resources", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert {f["column"] for f in told["findings"]} >= {"region", "land_mu", "capacity"}
    assert all(f["message"]["zh"] and f["message"]["en"] for f in told["findings"])
    assert service.store.own_rows("resources").columns["id"] == []


@pytest.mark.parametrize("wrong", [True, [False], {"a": 1}, [["a"]]])
def test_yes_and_no_and_nested_values_are_no_cells(service: Service, wrong: object) -> None:
    row = {"id": "E-1", "name": "甲", "kind": "merchant", "skills": wrong}
    for name in ("skills", "name"):
        sent = {**row, "skills": ["缝纫工"], name: wrong}
        answer = service.ask("admin", "POST", "/api/v1/enterprises", json=sent)
        assert answer.status_code == 422 and name in answer.json()["detail"]
    said = {"enterprise": "E", "resource": "R", "stage": "signed", "amount_wan": wrong}
    assert service.ask("admin", "POST", "/api/v1/records", json=said).status_code == 422


def test_a_code_may_be_a_number_and_a_list_stands_only_where_there_may_be_several(
    service: Service,
) -> None:
    row = {"id": 5, "name": "甲", "kind": "company", "region": 330109, "industry": 17}
    assert service.ask("admin", "POST", "/api/v1/enterprises", json=row).json()["id"] == "5"
    wrong = {**row, "id": 6, "name": ["甲"]}
    answer = service.ask("admin", "POST", "/api/v1/enterprises", json=wrong)
    assert answer.status_code == 422 and "name" in answer.json()["detail"]


def test_a_table_that_is_had_as_a_file_is_noted_once_and_by_whom(service: Service) -> None:
    answer = service.ask("planner", "GET", "/api/v1/exports/resources?format=csv")
    assert answer.status_code == 200
    with service.store.connection() as connection:
        lines = audit.noted(connection, limit=10, by="planner")
    assert [(one["action"], one["subject"]) for one in lines if one["action"] != "token"] == [
        ("export", "exports/resources")
    ]  # fmt: skip
