"""The planner's scenarios as pages: a form that is checked, a job, names, away and back."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from test_pages import HTML, Elements

from api import jobs
from api.pages import prices
from api.pages.scenario_form import document_of, fields_of
from features.language import LANGUAGES
from features.tables import Table
from matcher.arrivals import QUANTITIES
from service import Service

FULL = {
    "name": "全项", "pairing": "official-2006", "cross_pair": {"mode": "allow", "max_share": 0.3},
    "programmes": ["industry", "rural"],
    "objective": [
        {"objective": "expected_investment", "max_loss": 0.02}, {"objective": "nash_welfare"},
    ],
    "budget": {"interest_subsidy_wan": 5000, "projects": 300},
    "limits": {
        "land_mu_by_region": {"淳安县": 500}, "labour_by_region": {"淳安县": 80.5},
        "energy_tce_by_region": {"景宁县": 7}, "energy_tce": 80000, "max_pollution": 2,
    },
    "fairness": {"min_projects_per_region": 1, "max_share_per_region": 0.15},
    "compare_with": ["in_pair_only", "open"], "draws": 1000, "seed": 7,
}  # fmt: skip
"""Every key of a scenario."""


def _form(page: httpx.Response) -> dict[str, list[str]]:
    """What a browser would send of the editor as it stands."""
    sent: dict[str, list[str]] = {}
    select = ""
    for tag, attrs in Elements(page.text).found:
        name = attrs.get("name") or ""
        if tag == "input" and (attrs.get("type") != "checkbox" or "checked" in attrs):
            sent.setdefault(name, []).append(attrs.get("value") or "")
        if tag == "select":
            select = name
            sent.setdefault(name, []).append("")
        if tag == "option" and "selected" in attrs:
            sent[select][-1] = attrs.get("value") or FULL["pairing"]  # type: ignore[assignment]
    return sent


def _sent(service: Service, path: str, fields: dict[str, list[str]]) -> httpx.Response:
    return service.ask("planner", "POST", path, data=fields, headers=HTML)


def _submitted(service: Service, name: str = "一") -> str:
    answer = _sent(service, "/scenarios", {"name": [name], "draws": ["50"]})
    assert answer.status_code == 303
    return answer.headers["location"]


def test_a_scenario_with_every_key_comes_back_from_the_form_as_it_was(service: Service) -> None:
    fields = fields_of(FULL)
    sent = {name: [value] for name, value in fields.items() if isinstance(value, str)}
    sent |= {"programmes": fields["programmes"], "compare_with": fields["compare_with"]}
    for name in ("objective", "max_loss"):
        sent[name] = [aim[name] for aim in fields["aims"]]
    for name in fields["rows"][0]:
        sent[f"row.{name}"] = [row[name] for row in fields["rows"]]
    assert document_of(sent) == FULL


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_asked_for(service: Service) -> None:
    wrong = {
        "name": ["x"], "cross_pair.max_share": ["130"], "budget.projects": ["2.5"],
        "row.region": ["桐芦县"], "row.land_mu_by_region": ["5"], "draws": ["很多"],
    }  # fmt: skip
    page = _sent(service, "/scenarios", wrong)
    assert page.status_code == 422
    shown = {
        attrs["data-finding"] for _, attrs in Elements(page.text).found
        if "data-finding" in attrs and "hidden" not in attrs
    }  # fmt: skip
    assert shown == {"cross_pair.max_share", "budget.projects", "row.0", "draws"}
    assert "桐庐县" in page.text and "100%" in page.text and 'value="很多"' in page.text
    assert jobs.listed(service.store) == []
    checked = _sent(service, "/scenarios/check", wrong).json()
    assert {one["field"] for one in checked["findings"]} == shown


def test_the_editor_as_it_opens_is_a_scenario_without_findings(service: Service) -> None:
    page = service.ask("planner", "GET", "/scenarios/new", headers=HTML)
    form = _form(page) | {"name": ["新"]}
    assert _sent(service, "/scenarios/check", form).json()["findings"] == []


def test_more_rows_keep_what_was_written(service: Service) -> None:
    fields = {
        "name": ["x"],
        "row.region": ["淳安县"],
        "row.land_mu_by_region": ["5"],
        "more": ["1"],
    }
    page = _sent(service, "/scenarios", fields)
    assert page.status_code == 200 and 'value="淳安县"' in page.text
    assert jobs.listed(service.store) == []


def test_a_simulation_is_shown_to_who_asked_and_to_nobody_else(service: Service) -> None:
    there = _submitted(service)
    page = service.ask("planner", "GET", there, headers=HTML)
    assert page.status_code == 200 and "排队等候" in page.text and "<noscript><meta" in page.text
    assert service.ask("county", "GET", there, headers=HTML).status_code == 403
    for path in (f"/scenarios/{'0' * 32}", f"{there}/files/summary.json", f"{there}/report.xlsx"):
        assert service.ask("planner", "GET", path, headers=HTML).status_code == 404


def test_it_is_renamed_deleted_and_brought_back(service: Service) -> None:
    there = _submitted(service, "旧名")
    _sent(service, there, {"name": ["新名"], "rename": ["1"]})
    page = service.ask("planner", "GET", "/scenarios", headers=HTML).text
    assert "新名" in page and "旧名" not in page
    refused = _sent(service, there, {"name": [" "], "rename": ["1"]})
    assert refused.status_code == 422
    gone = _sent(service, there, {"away": ["1"]}).headers["location"]
    page = service.ask("planner", "GET", gone, headers=HTML).text
    assert f'href="{there}"' not in page and "撤销" in page
    _sent(service, there, {"back": ["1"]})
    assert f'href="{there}"' in service.ask("planner", "GET", "/scenarios", headers=HTML).text


def test_an_earlier_scenario_opens_in_the_editor_again(service: Service) -> None:
    there = _submitted(service, "再来")
    like = there.rpartition("/")[2]
    page = service.ask("planner", "GET", f"/scenarios/new?like={like}", headers=HTML)
    assert 'value="再来"' in page.text and 'value="50"' in page.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_script_is_a_file_of_this_host(service: Service, lang: str) -> None:
    page = service.ask(
        "planner", "GET", "/scenarios/new", headers={**HTML, "Accept-Language": lang}
    )
    [address] = [a["src"] for tag, a in Elements(page.text).found if tag == "script"]
    assert address is not None and address.startswith("/assets/")
    script = service.ask(None, "GET", address)
    assert script.headers["content-type"].startswith("text/javascript")


def test_what_was_placed_and_deleted_since_is_told_by_its_id(service: Service) -> None:
    asked = jobs.submit(service.store, "placement", {}, by="planner")
    price = {"week": 3, "resource_id": "R-1", **dict.fromkeys(QUANTITIES, 0.5)}
    placements = [
        {"week": 3, "enterprise_id": key, "resource_id": place, "score": 0.1, "cost": 0.2}
        for key, place in (("E-1", "R-1"), ("E-2", None))
    ]
    about = {"as_of": "2024-03-01", "model": "rule"}
    result = {"prices": [price], "placements": placements, "objective": 0.1, "about": about}
    told = prices._result(service.store, replace(asked, state="done", result=result), "zh")
    words = [[cell["text"] for cell in row[1:3]] for row in told["placed"]["rows"]]
    assert words == [["E-1", "R-1"], ["E-2", "不安排"]]
    assert told["dearest"]["rows"][0][1]["text"] == "R-1"


def test_every_line_with_an_unknown_name_is_told_and_for_ten_who_may_be_meant(
    service: Service,
) -> None:
    rows = [{"id": "E-1", "name": "甬江纺织有限公司", "kind": "company", "region": "330109",
             "industry": "17"}]  # fmt: skip
    service.store.write([Table.from_rows("enterprises", rows)])
    written = "\n".join(["甬江纺织有限公司 3", *(f"甬江纺织{n} 4" for n in range(12))])
    answer = service.ask("planner", "POST", "/prices", data={"arrivals": written})
    assert answer.status_code == 422
    assert all(f"甬江纺织{n}”" in answer.text for n in range(12))
    assert answer.text.count("甬江纺织有限公司 (E-1)") == 10
