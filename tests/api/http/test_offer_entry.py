"""A county's own resources changed on a page: its own, with an import's checks, and undone."""

from __future__ import annotations

from typing import Any

import pytest

from features.tables import Table
from service import HERE, THERE, Service
from tests.api.http.test_enterprise_pages import entry
from tests.api.http.test_pages import HTML, seen, sent, undoing

OWN = "/offers/R-here/entry"


@pytest.fixture
def filled(service: Service) -> Service:
    """A resource in each of two counties, and an enterprise."""
    service.store.write([
        Table.from_rows("enterprises", [
            {"id": "E-own", "name": "本企业", "kind": "company", "region": "330109",
             "industry": "17"},
        ]),
        Table.from_rows("resources", [
            {"id": "R-here", "name": "此地块", "kind": "land", "region": HERE, "land_mu": 50.0,
             "land_price_wan_per_mu": 9.5, "industries": ("17", "18"), "phone": "0570-1",
             "x_rail_km": 3.0, "forms": ("lease",), "description": "临近高速"},
            {"id": "R-there", "name": "彼地块", "kind": "land", "region": THERE},
        ]),
    ])  # fmt: skip
    return service


def row(service: Service, key: str = "R-here") -> dict[str, Any]:
    """A resource as it is stored."""
    return next(r for r in service.store.table("resources").rows() if r["id"] == key)


def test_a_resource_saved_as_it_is_changes_only_the_day_of_confirmation(filled: Service) -> None:
    before = row(filled)
    sent(filled, OWN, entry(filled, "county", OWN))
    after = row(filled)
    assert after.pop("confirmed_on") is not None and before.pop("confirmed_on", None) is None
    assert after == before


def test_other_terms_are_kept_noted_and_taken_back(filled: Service) -> None:
    before = row(filled)
    fields = entry(filled, "county", OWN) | {
        "land_price_wan_per_mu": "８", "capacity": "3", "subsidy_rate": "0.03", "land_mu": "",
        "available_until": "2030-12-31",
    }  # fmt: skip
    assert sent(filled, OWN, fields).endswith("done=saved")
    undone = {"undo": undoing(filled, f"{OWN}?done=saved")}
    after = row(filled)
    assert (after["land_price_wan_per_mu"], after["capacity"], after["land_mu"]) == (8, 3, None)
    assert after["subsidy_rate"] == 0.03 and str(after["available_until"]) == "2030-12-31"
    noted = filled.ask("admin", "GET", "/api/v1/audit").json()["rows"][0]
    assert (noted["by"], noted["action"], noted["subject"]) == (
        "county", "update", "resources/R-here"
    )  # fmt: skip
    assert "land_price_wan_per_mu" in noted["detail"]["columns"]
    assert sent(filled, OWN, undone).endswith("done=undone")
    assert row(filled) == before
    assert sent(filled, OWN, undone).endswith("done=kept")
    assert row(filled) == before


def test_what_was_changed_since_is_not_undone(filled: Service) -> None:
    sent(filled, OWN, entry(filled, "county", OWN) | {"land_mu": "60"})
    undone = {"undo": undoing(filled, f"{OWN}?done=saved")}
    filled.store.write([Table.from_rows("resources", [{"id": "R-here", "land_mu": 70.0}])])
    assert sent(filled, OWN, undone).endswith("done=kept")
    assert row(filled)["land_mu"] == 70


@pytest.mark.parametrize(("column", "value"), [
    ("land_mu", "约50"), ("land_price_wan_per_mu", "-1"), ("max_pollution", "9"),
    ("available_from", "2030-13-01"), ("enclave_region", "没有这个县"), ("name", ""),
])  # fmt: skip
def test_a_faulty_cell_is_said_beside_its_field_and_nothing_is_stored(
    filled: Service, column: str, value: str
) -> None:
    before = row(filled)
    fields = entry(filled, "county", OWN) | {column: value}
    answer = filled.ask("county", "POST", OWN, data=fields, headers=HTML)
    assert answer.status_code == 422 and f'href="#f-{column}"' in answer.text
    assert row(filled) == before


def test_who_saves_over_what_another_saved_is_told(filled: Service) -> None:
    fields = entry(filled, "county", OWN)
    sent(filled, OWN, fields | {"land_mu": "10"})
    answer = filled.ask("county", "POST", OWN, headers=HTML, data=fields | {"land_mu": "20"})
    assert answer.status_code == 409 and 'role="alert"' in answer.text
    assert row(filled)["land_mu"] == 10


def test_nobody_elses_resource_is_changed_and_planners_change_none(filled: Service) -> None:
    fields = entry(filled, "county", OWN) | {"land_mu": "1"}
    before = row(filled, "R-there")
    other = filled.ask("county", "POST", "/offers/R-there/entry", data=fields, headers=HTML)
    assert other.status_code == 404 and row(filled, "R-there") == before
    for role in ("planner", "enterprise"):
        assert seen(filled, role, OWN).status_code == 403
        assert filled.ask(role, "POST", OWN, data=fields, headers=HTML).status_code == 403
    assert row(filled)["land_mu"] == 50


def test_a_new_resource_lies_in_ones_own_county_and_can_be_taken_back(filled: Service) -> None:
    fields = entry(filled, "county", "/new-offer") | {
        "name": "三号厂房", "kind": "factory", "region": THERE, "industries": "17"
    }  # fmt: skip
    assert fields["id"] == f"R-{HERE}-0001"
    led = sent(filled, "/new-offer", fields)
    made = row(filled, fields["id"])
    assert (made["region"], made["kind"], made["industries"]) == (HERE, "factory", ("17",))
    page = seen(filled, "county", led).text
    assert 'name="remove"' in page and "三号厂房" in page
    again = filled.ask("county", "POST", "/new-offer", data=fields, headers=HTML)
    assert again.status_code == 409 and 'href="#f-id"' in again.text
    etag = entry(filled, "county", led)["etag"]
    sent(filled, led.partition("?")[0], {"remove": "1", "etag": etag})
    assert len(filled.store.table("resources")) == 2


def test_a_kind_is_not_asked_for_what_it_cannot_have(filled: Service) -> None:
    filled.store.write([
        Table.from_rows("resources", [
            {"id": "R-school", "name": "小学", "kind": "education", "region": HERE}
        ])
    ])  # fmt: skip
    page = seen(filled, "county", "/offers/R-school/entry").text
    assert 'name="land_price_wan_per_mu"' not in page and "地价" in page
    assert 'name="land_price_wan_per_mu"' in seen(filled, "county", OWN).text
