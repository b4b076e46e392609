"""An enterprise's entry and its interests over the pages: its own, and nobody else's."""

from __future__ import annotations

from datetime import date

import pytest

from features.tables import Table
from service import HERE, THERE, Service
from tests.api.http.test_pages import HTML, Elements, seen, sent, undoing


@pytest.fixture
def filled(service: Service) -> Service:
    """Two enterprises, and a resource in each of two counties."""
    company = {"kind": "company", "region": "330109", "industry": "17", "budget_wan": 900}
    service.store.write([
        Table.from_rows("enterprises", [
            {"id": "E-own", "name": "本企业", "phone": "0571-1", "x_rank": 3, **company},
            {"id": "E-other", "name": "别家", "phone": "0571-1", "x_rank": 2, **company},
        ]),
        Table.from_rows("resources", [
            {"id": "R-here", "name": "此地块", "kind": "land", "region": HERE},
            {"id": "R-there", "name": "彼地块", "kind": "land", "region": THERE},
            {"id": "R-gone", "name": "旧地块", "kind": "land", "region": HERE,
             "available_until": date(2001, 1, 1)},
        ]),
    ])  # fmt: skip
    return service


def entry(service: Service, role: str = "enterprise", path: str = "/own") -> dict[str, str]:
    """The form of an entry as a browser would send it."""
    found: dict[str, str] = {}
    select = ""
    for tag, attrs in Elements(seen(service, role, path).text).found:
        if tag == "select":
            select = str(attrs["name"])
        elif tag == "option" and "selected" in attrs:
            found[select] = str(attrs["value"])
        elif tag == "input" and attrs.get("name") == "find":
            continue  # the search of the header is another form
        elif tag == "input" and attrs.get("type") == "checkbox":
            if "checked" in attrs:
                found[str(attrs["name"])] = "1"
        elif tag == "input" and "name" in attrs:
            found[str(attrs["name"])] = str(attrs.get("value") or "")
    return found


def test_an_entry_saved_as_it_is_changes_only_the_day_of_confirmation(filled: Service) -> None:
    before = list(filled.store.table("enterprises").rows())
    sent(filled, "/own", entry(filled), role="enterprise")
    after = list(filled.store.table("enterprises").rows())
    days = [row.pop("confirmed_on") for row in after]
    for row in before:
        row.pop("confirmed_on", None)
    assert after == before and sorted(day is None for day in days) == [False, True]


def test_what_is_filled_in_is_kept_and_what_is_emptied_is_not_known(filled: Service) -> None:
    fields = entry(filled) | {"land_need_mu": "40", "budget_wan": "", "intents.invest": "1",
                              "intents.hire": "1", "skills": "缝纫工;电工"}  # fmt: skip
    sent(filled, "/own", fields, role="enterprise")
    row = next(r for r in filled.store.table("enterprises").rows() if r["id"] == "E-own")
    assert (row["land_need_mu"], row["budget_wan"]) == (40, None)
    assert (row["intents"], row["skills"]) == (("invest", "hire"), ("缝纫工", "电工"))
    assert row["phone"] == "0571-1"


def test_a_faulty_cell_is_said_beside_the_form_and_nothing_is_stored(filled: Service) -> None:
    before = list(filled.store.table("enterprises").rows())
    fields = entry(filled) | {"employees": "many"}
    answer = filled.ask("enterprise", "POST", "/own", data=fields, headers=HTML)
    assert answer.status_code == 422 and 'href="#f-employees"' in answer.text
    assert 'value="many"' in answer.text
    fields |= {"kind": "shop", "description": "话" * 4001}
    told = Elements(filled.ask("enterprise", "POST", "/own", data=fields, headers=HTML).text).found
    marked = {a.get("name") for _, a in told if a.get("aria-invalid") == "true"}
    assert {"employees", "kind", "description"} <= marked and "founded" not in marked
    assert list(filled.store.table("enterprises").rows()) == before


def test_who_saves_over_what_another_saved_is_told(filled: Service) -> None:
    fields = entry(filled)
    sent(filled, "/own", fields | {"employees": "10"}, role="enterprise")
    answer = filled.ask("enterprise", "POST", "/own", headers=HTML,
                        data=fields | {"employees": "20"})  # fmt: skip
    assert answer.status_code == 409 and 'role="alert"' in answer.text


def test_an_entry_saved_by_mistake_is_as_before_when_that_is_undone(filled: Service) -> None:
    before = next(r for r in filled.store.table("enterprises").rows() if r["id"] == "E-own")
    fields = entry(filled) | {"employees": "10", "budget_wan": ""}
    assert sent(filled, "/own", fields, role="enterprise").endswith("done=saved")
    undone = {"undo": undoing(filled, "/own?done=saved", role="enterprise")}
    assert sent(filled, "/own", undone, role="enterprise").endswith("done=undone")
    after = next(r for r in filled.store.table("enterprises").rows() if r["id"] == "E-own")
    assert after == before
    assert sent(filled, "/own", undone, role="enterprise").endswith("done=kept")
    assert len(filled.store.table("enterprises")) == 2


def test_the_form_asks_for_nothing_that_only_staff_may_see(filled: Service) -> None:
    page = seen(filled, "enterprise", "/own").text
    assert "0571-1" not in page and 'name="phone"' not in page


def test_an_interest_is_kept_shown_with_who_sees_it_and_taken_back(filled: Service) -> None:
    page = seen(filled, "enterprise", "/interests?target=R-here").text
    assert "江山市协作办" in page and "萧山区协作办" in page and "淳安县" not in page
    fields = {"target": "R-here", "level": "must", "reason": "近", "until": "2030-01-01"}
    sent(filled, "/interests", fields, role="enterprise")
    [row] = filled.store.table("interests").rows()
    assert (row["side"], row["id"], row["target"], row["level"]) == (
        "enterprise", "E-own", "R-here", "must"
    )  # fmt: skip
    assert "近" in seen(filled, "enterprise", "/interests").text
    visible = filled.ask("county", "GET", "/api/v1/interests").json()["rows"]
    assert [each["target"] for each in visible] == ["R-here"]
    page = seen(filled, "enterprise", "/interests").text
    key = next(a["value"] for _, a in Elements(page).found if a.get("name") == "remove")
    removed = sent(filled, "/interests", {"remove": str(key)}, role="enterprise")
    assert len(filled.store.table("interests")) == 0
    for _ in range(2):  # as often as the page is loaded
        assert 'value="近"' in seen(filled, "enterprise", removed).text
    sent(filled, "/interests", fields, role="enterprise")
    assert list(filled.store.table("interests").rows()) == [row]
    assert 'value="近"' not in seen(filled, "enterprise", removed).text


def test_the_county_sees_who_wants_its_resource_and_no_other_county_does(filled: Service) -> None:
    fields = {"target": "R-here", "level": "must", "reason": "离港口近"}
    sent(filled, "/interests", fields, role="enterprise")
    sent(filled, "/interests", {"target": "R-there", "level": "yes"}, role="enterprise")
    page = seen(filled, "county", "/offers/R-here").text
    assert "离港口近" in page and "/offers/R-here/with/E-own" in page
    assert "离港口近" not in seen(filled, "planner", "/offers/R-there").text


def test_saying_another_thing_of_the_same_place_replaces_what_was_said(filled: Service) -> None:
    for level in ("yes", "no"):
        sent(filled, "/interests", {"target": "R-here", "level": level}, role="enterprise")
    assert filled.store.table("interests")["level"] == ["no"]
    sent(filled, "/interests", {"target": "land", "level": "yes"}, role="enterprise")
    assert len(filled.store.table("interests")) == 2


@pytest.mark.parametrize("target", ["R-gone", "R-nowhere", "E-other", ""])
def test_what_an_enterprise_does_not_see_it_cannot_speak_of(filled: Service, target: str) -> None:
    fields = {"target": target, "level": "yes"}
    answer = filled.ask("enterprise", "POST", "/interests", data=fields, headers=HTML)
    assert answer.status_code == 422 and len(filled.store.table("interests")) == 0
    assert "旧地块" not in seen(filled, "enterprise", f"/interests?target={target}").text
    assert "R-gone" not in seen(filled, "enterprise", "/interests?search=jdk").text


def test_a_county_has_no_entry_of_an_enterprise(filled: Service) -> None:
    for path in ("/own", "/interests"):
        assert seen(filled, "county", path).status_code == 403
