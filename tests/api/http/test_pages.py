"""Pages as a browser without scripts gets them: from signing in to the file, and nobody else's."""

from __future__ import annotations

import sqlite3
from datetime import date
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import urlsplit

import httpx
import openpyxl
import pytest
from fastapi import Request
from fastapi.routing import APIRoute
from starlette.routing import Match

from api.http import query_names
from api.pages.forms import within
from features.tables import Table
from service import HERE, PASSWORD, THERE, Service

HTML = {"Accept": "text/html", "Accept-Language": "zh"}
PHONE = "0570-1234567"
LIST = "/offers/R-here"


class Elements(HTMLParser):
    """Every tag of a page with its attributes, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        """The values of an attribute, wherever it stands."""
        return [str(attrs[attribute]) for _, attrs in self.found if attribute in attrs]


@pytest.fixture
def filled(service: Service) -> Service:
    """Two enterprises and a resource in each of two counties."""
    company = {"kind": "company", "region": "330109", "industry": "17"}
    service.store.write([
        Table.from_rows("enterprises", [
            {"id": "E-own", "name": "本企业", "phone": PHONE, **company},
            {"id": "E-other", "name": "<b>别家</b>", "phone": PHONE, **company},
        ]),
        Table.from_rows("resources", [
            {"id": "R-here", "name": "此地块", "kind": "land", "region": HERE, "phone": PHONE},
            {"id": "R-there", "name": "彼地块", "kind": "land", "region": THERE, "phone": PHONE},
        ]),
    ])  # fmt: skip
    return service


def passed_over(service: Service, address: str) -> list[str]:
    """The names in an address that the page there does not have."""
    route, query = urlsplit(address).path, urlsplit(address).query.encode()
    scope: dict[str, object] = {
        "type": "http", "method": "GET", "path": route, "headers": [], "query_string": query
    }  # fmt: skip
    for one in service.app.routes:
        if isinstance(one, APIRoute) and one.matches(scope)[0] is Match.FULL:
            return query_names.passed_over(Request(scope | {"route": one}))
    raise AssertionError(f"no route answers {address}")


def seen(service: Service, role: str | None, path: str, **headers: str) -> httpx.Response:
    """A page as an account sees it."""
    return service.ask(role, "GET", path, headers={**HTML, **headers})


def undoing(service: Service, path: str, role: str = "county") -> str:
    """What the first button to undo on a page sends."""
    found = Elements(seen(service, role, path).text).found
    return next(a["value"] or "" for _, a in found if a.get("name") == "undo")


def sent(service: Service, path: str, fields: dict[str, str], role: str = "county") -> str:
    """Where a form leads that an account sent."""
    answer = service.ask(role, "POST", path, data=fields, headers=HTML)
    assert answer.status_code == 303, answer.text
    assert passed_over(service, answer.headers["location"]) == []
    return answer.headers["location"]


def test_who_is_not_signed_in_is_led_to_the_form_and_back(filled: Service) -> None:
    led = seen(filled, None, f"{LIST}?top=50")
    assert led.status_code == 303
    form = Elements(seen(filled, None, led.headers["location"]).text)
    back = next(a["value"] for _, a in form.found if a.get("name") == "back")
    assert back == f"{LIST}?top=50"
    fields = {"name": "county", "password": "wrong wrong wrong", "back": str(back)}
    refused = filled.ask(None, "POST", "/sign-in", data=fields, headers=HTML)
    assert refused.status_code == 401 and 'role="alert"' in refused.text
    fields["password"] = PASSWORD
    signed = filled.ask(None, "POST", "/sign-in", data=fields, headers=HTML)
    assert (signed.status_code, signed.headers["location"]) == (303, back)
    cookie = signed.headers["set-cookie"].partition(";")[0]
    assert seen(filled, None, LIST, Cookie=cookie).status_code == 200
    out = filled.ask(None, "POST", "/sign-out", headers={**HTML, "Cookie": cookie})
    assert out.status_code == 303
    assert seen(filled, None, LIST, Cookie=cookie).status_code == 303


def test_a_county_sees_its_own_resources_and_nobody_elses(filled: Service) -> None:
    page = seen(filled, "county", "/offers").text
    assert "此地块" in page and "彼地块" not in page
    assert seen(filled, "county", "/offers/R-there").status_code == 404
    assert seen(filled, "county", "/offers/R-there/list.xlsx").status_code == 404
    marked = filled.ask("county", "POST", "/offers/R-there/marks", headers=HTML,
                        data={"enterprise": "E-own", "mark": "unfit"})  # fmt: skip
    assert marked.status_code == 404 and len(filled.store.table("interests")) == 0
    assert "彼地块" in seen(filled, "planner", "/offers").text
    assert seen(filled, "enterprise", "/offers").status_code == 403


def test_a_list_says_how_likely_and_text_of_the_data_stays_text(filled: Service) -> None:
    page = seen(filled, "county", LIST).text
    assert "本企业" in page and PHONE in page and "次成" in page
    assert "<b>别家" not in page and "&lt;b&gt;别家" in page
    assert filled.store.lists()[-1].by == "county"


def test_an_enterprise_set_aside_is_listed_again_when_that_is_undone(filled: Service) -> None:
    fields = {"enterprise": "E-own", "mark": "not_now", "reason": "无用地"}
    back = sent(filled, f"{LIST}/marks?top=50", fields)
    assert back.startswith(f"{LIST}?top=50&done=not_now")
    page = seen(filled, "county", back).text
    assert 'id="m-E-own"' not in page and "无用地" in page and 'name="undo"' in page
    why = seen(filled, "county", f"{LIST}?why=E-own").text
    assert "不可对接" in why
    sent(filled, f"{LIST}/marks", {**fields, "undo": undoing(filled, back)})
    assert 'id="m-E-own"' in seen(filled, "county", LIST).text
    assert len(filled.store.table("interests")) == 0


def test_undoing_a_refusal_brings_back_the_older_one_that_it_replaced(filled: Service) -> None:
    older = {"side": "resource", "id": "R-here", "target": "E-own", "level": "no",
             "reason": "去年已谈过", "until": date(2090, 1, 1), "event_id": None}  # fmt: skip
    filled.store.write([Table.from_rows("interests", [older])])
    fields = {"enterprise": "E-own", "mark": "unfit", "reason": "无用地"}
    back = sent(filled, f"{LIST}/marks", fields)
    assert "done=unfit" in back and filled.store.table("interests")["reason"] == ["无用地"]
    undone = {**fields, "undo": undoing(filled, back)}
    assert "done=undone" in sent(filled, f"{LIST}/marks", undone)
    # Sent twice, as by a double click: what was brought back is not taken away.
    assert "done=same" in sent(filled, f"{LIST}/marks", undone)
    [row] = filled.store.table("interests").rows()
    assert {name: row[name] for name in older} == older
    noted = filled.ask("admin", "GET", "/api/v1/audit").json()["rows"]
    deeds = [(each["by"], each["action"]) for each in noted if "interests/" in each["subject"]]
    assert deeds == [("county", "undo"), ("county", "unfit")]
    assert "去年" not in str(noted) and "无用地" not in str(noted)


def test_a_refusal_that_nobody_marked_here_is_taken_away_once_and_kept(filled: Service) -> None:
    older = {"side": "resource", "id": "R-here", "target": "E-own", "level": "no",
             "reason": "去年已谈过", "event_id": None}  # fmt: skip
    filled.store.write([Table.from_rows("interests", [older])])
    fields = {"enterprise": "E-own", "mark": "unfit"}
    undone = {**fields, "undo": undoing(filled, LIST)}
    assert undone["undo"] == ""
    sent(filled, f"{LIST}/marks", fields | {"reason": "无用地"})
    assert "done=same" in sent(filled, f"{LIST}/marks", undone)  # the page was of before
    assert "done=undone" in sent(filled, f"{LIST}/marks", {**fields, "undo": undoing(filled, LIST)})
    assert "done=undone" in sent(filled, f"{LIST}/marks", undone)
    assert "done=same" in sent(filled, f"{LIST}/marks", undone)
    assert len(filled.store.table("interests")) == 0
    noted = filled.ask("admin", "GET", "/api/v1/audit").json()["rows"]
    assert [n["action"] for n in noted if "interests/" in n["subject"]] == [
        "delete", "undo", "unfit"]  # fmt: skip


def test_a_refusal_that_somebody_has_changed_since_is_not_undone(filled: Service) -> None:
    fields = {"enterprise": "E-own", "mark": "unfit", "reason": "无用地"}
    decision = undoing(filled, sent(filled, f"{LIST}/marks", fields))
    changed = {"side": "resource", "id": "R-here", "target": "E-own", "level": "no",
               "reason": "污染超标", "event_id": None}  # fmt: skip
    filled.store.write([Table.from_rows("interests", [changed])])
    assert "done=same" in sent(filled, f"{LIST}/marks", {**fields, "undo": decision})
    assert filled.store.table("interests")["reason"] == ["污染超标"]


def test_a_planner_reads_a_list_and_decides_nothing(filled: Service) -> None:
    for fields in ({"mark": "unfit"}, {"mark": "contacted"}):
        refused = filled.ask("planner", "POST", f"{LIST}/marks", headers=HTML,
                             data={"enterprise": "E-own", **fields})  # fmt: skip
        assert refused.status_code == 403
    assert len(filled.store.table("interests")) + len(filled.store.table("outcomes")) == 0


def test_a_contact_is_an_outcome_of_today_that_can_be_undone(filled: Service) -> None:
    fields = {"enterprise": "E-own", "mark": "contacted"}
    back = sent(filled, f"{LIST}/marks", fields)
    assert "done=contacted" in back
    decision = undoing(filled, back)
    assert filled.store.table("outcomes")["stage"] == ["contacted"]
    assert "done=same" in sent(filled, f"{LIST}/marks", fields)
    hidden = seen(filled, "county", f"{LIST}?hide_known=1").text
    assert 'id="m-E-own"' not in hidden and 'id="m-E-other"' in hidden
    assert "done=undone" in sent(filled, f"{LIST}/marks", {**fields, "undo": decision})
    assert "done=same" in sent(filled, f"{LIST}/marks", {**fields, "undo": decision})
    assert len(filled.store.table("outcomes")) == 0


def test_what_came_after_a_contact_is_not_undone_with_it(filled: Service) -> None:
    fields = {"enterprise": "E-own", "mark": "contacted"}
    decision = undoing(filled, sent(filled, f"{LIST}/marks", fields))
    [day] = filled.store.table("outcomes")["date"]
    signed = {"enterprise_id": "E-own", "resource_id": "R-here", "date": day, "stage": "signed"}
    filled.store.write({"outcomes": Table.from_rows("outcomes", [signed])})
    assert "done=same" in sent(filled, f"{LIST}/marks", {**fields, "undo": decision})
    assert filled.store.table("outcomes")["stage"] == ["signed"]


def test_the_files_hold_the_list_of_the_page(filled: Service) -> None:
    book = openpyxl.load_workbook(BytesIO(seen(filled, "county", f"{LIST}/list.xlsx").content))
    cells = {str(c.value) for sheet in book for row in sheet.iter_rows() for c in row}
    assert {"本企业", PHONE} <= cells
    assert seen(filled, "county", f"{LIST}/list.docx").content[:2] == b"PK"
    assert seen(filled, "county", f"{LIST}/list.exe").status_code == 404


def test_an_enterprise_compares_places_without_their_contacts(filled: Service) -> None:
    page = seen(filled, "enterprise", "/fit").text
    assert "此地块" in page and PHONE not in page
    side = seen(filled, "enterprise", "/fit/compare?place=R-here&place=R-there").text
    assert "此地块" in side and "彼地块" in side and PHONE not in side
    assert seen(filled, "enterprise", "/fit/compare").status_code == 200
    book = openpyxl.load_workbook(BytesIO(seen(filled, "enterprise", "/fit/list.xlsx").content))
    cells = {str(c.value) for sheet in book for row in sheet.iter_rows() for c in row}
    assert "此地块" in cells and PHONE not in cells


def test_a_place_is_compared_as_it_was_listed_however_late_it_comes_among_all(
    filled: Service,
) -> None:
    near = [
        {"id": f"R-n{n}", "name": f"近地块{n}", "kind": "land", "region": THERE, "land_mu": 50.0,
         "industries": ("17",)} for n in range(101)
    ]  # fmt: skip
    late = {"id": "R-late", "name": "远景区", "kind": "tourism", "region": HERE,
            "industries": ("89",), "description": "森林公园"}  # fmt: skip
    filled.store.write([Table.from_rows("resources", near), Table.from_rows("resources", [late])])
    assert "远景区" not in seen(filled, "enterprise", "/fit?top=100").text
    asked = "kind=tourism&sort=region"
    page = Elements(seen(filled, "enterprise", f"/fit?{asked}").text)
    start = next(n for n, (_, a) in enumerate(page.found) if a.get("action") == "/fit/compare")
    fields = [f"{a['name']}={a['value']}" for _, a in page.found[start:] if "name" in a]
    assert fields == ["kind=tourism", "sort=region", "place=R-late"]
    side = seen(filled, "enterprise", f"/fit/compare?{'&'.join(fields)}").text
    assert "远景区" in side and "没有用上" not in side
    assert f"/fit?{asked}" in unescape(side)


def test_what_a_page_tells_of_a_pair_is_logged_as_over_http(filled: Service) -> None:
    def logged() -> list[tuple[str, object, list[object]]]:
        return [
            (entry.by, entry.query, sorted(row["candidate_id"] for row in entry.rows))
            for entry in filled.store.lists()
        ]

    seen(filled, "enterprise", "/fit/compare")
    assert logged() == []
    seen(filled, "enterprise", "/fit/compare?place=R-there&place=R-here")
    [(by, _, places)] = logged()
    assert (by, places) == ("enterprise", ["R-here", "R-there"])
    filled.ask("county", "GET", "/api/v1/matches?resource_id=R-here&enterprise_id=E-own")
    [over_http] = [entry for entry in logged() if entry[0] == "county"]
    seen(filled, "county", f"{LIST}/with/E-own")
    seen(filled, "county", f"{LIST}?why=E-own")
    assert logged().count(over_http) == 3


@pytest.mark.parametrize("path", ["/sign-in", "/offers", LIST, "/fit", "/fit/compare", "/nowhere"])
def test_pages_ask_for_nothing_elsewhere_and_hold_no_script_or_style(
    filled: Service, path: str
) -> None:
    role = {"/sign-in": None, "/fit": "enterprise", "/fit/compare": "enterprise"}.get(
        path, "county"
    )
    page = seen(filled, role, path)
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';") and "unsafe" not in policy
    elements = Elements(page.text)
    assert not {"script", "style", "iframe"} & {tag for tag, _ in elements.found}
    assert not [a for _, attrs in elements.found for a in attrs if a == "style" or a[:2] == "on"]
    addresses = [a for name in ("href", "src", "action") for a in elements.values(name)]
    assert {urlsplit(a).netloc for a in addresses} == {""}
    sheet = next(a for a in addresses if a.endswith(".css"))
    assert seen(filled, None, sheet).headers["content-type"].startswith("text/css")


def test_the_language_switch_keeps_the_page_and_its_filters(filled: Service) -> None:
    switch = next(
        a for a in Elements(seen(filled, "county", f"{LIST}?top=50").text).values("href")
        if a.startswith("/language")
    )  # fmt: skip
    answer = seen(filled, "county", switch)
    assert answer.headers["location"] == f"{LIST}?top=50"
    cookie = answer.headers["set-cookie"].partition(";")[0]
    assert 'lang="en"' in seen(filled, "county", LIST, Cookie=cookie).text


@pytest.mark.parametrize(
    "address", ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil", "", "x"]
)
def test_nobody_is_led_to_another_host(address: str) -> None:
    assert within(address) == "/"


@pytest.mark.parametrize("query", ["top=7", "top=x", "kind=castle", "cross_pair=y", "sort=z"])
def test_a_filter_that_does_not_exist_is_said_and_not_guessed(filled: Service, query: str) -> None:
    page = seen(filled, "county", f"{LIST}?{query}")
    assert page.status_code == 422 and query.partition("=")[0] in page.text


def test_programs_get_problems_and_readers_get_pages(filled: Service) -> None:
    plain = filled.ask("county", "GET", "/offers/R-there")
    assert plain.headers["content-type"] == "application/problem+json"
    assert seen(filled, "county", "/api/v1/nowhere").headers["content-type"] == (
        "application/problem+json"
    )
    assert seen(filled, "county", "/nowhere").headers["content-type"].startswith("text/html")


def test_a_project_that_has_ended_is_not_called_in_time(filled: Service) -> None:
    made = {"enterprise_ids": ("E-own",), "resource_id": "R-here", "signed_on": date(2008, 1, 1)}
    filled.store.write([
        Table.from_rows("projects", [
            {"id": "P-on", "name": "甲", **made},
            {"id": "P-done", "name": "乙", "completed_on": date(2008, 6, 1), **made},
            {"id": "P-over", "name": "丙", "ended_on": date(2008, 6, 1), **made},
        ]),
    ])  # fmt: skip
    rows = seen(filled, "county", "/projects").text.split("<tr")
    lights = {
        project: next(row for row in rows if project in row)
        for project in ("P-on", "P-done", "P-over")
    }
    assert "正常" in lights["P-on"] and "正常" not in lights["P-over"] + lights["P-done"]
    assert "已完成" in lights["P-done"] and "已终止" in lights["P-over"]


PAIR = f"{LIST}/with/E-own"


def test_stage_and_money_of_a_pair_are_kept_changed_and_taken_back(filled: Service) -> None:
    fields = {"date": "2008-03-01", "stage": "signed", "amount_wan": "1200", "jobs": "80"}
    done = sent(filled, PAIR, fields)
    row = next(filled.store.table("outcomes").rows())
    assert (row["stage"], row["amount_wan"], row["jobs"]) == ("signed", 1200, 80)
    shown = seen(filled, "county", done).text
    assert "signed" not in shown.split("<form")[0]
    assert "1,200<" in shown and "1200.0" not in shown
    sent(filled, PAIR, {**fields, "amount_wan": "", "funded_wan": "300"})
    row = next(filled.store.table("outcomes").rows())
    assert (row["amount_wan"], row["funded_wan"]) == (None, 300)
    removed = sent(filled, PAIR, {"remove": "2008-03-01"})
    assert len(filled.store.table("outcomes")) == 0

    def offered() -> dict[str, str]:
        found = Elements(seen(filled, "county", removed).text).found
        hidden = [a for _, a in found if a.get("type") == "hidden" and a["name"] != "remove"]
        return {str(a["name"]): str(a["value"]) for a in hidden}

    back = offered()
    assert back == offered() != {}  # as often as the page is loaded
    sent(filled, PAIR, back)
    assert dict(next(filled.store.table("outcomes").rows())) == dict(row)
    assert offered() == {}


def test_what_a_record_replaced_is_had_back_and_only_as_long_as_nothing_came_of_it(
    filled: Service,
) -> None:
    def offered(address: str) -> dict[str, str]:
        return {str(a["name"]): str(a["value"]) for _, a in Elements(
            seen(filled, "county", address).text
        ).found if a.get("name") in ("undo", "day")}  # fmt: skip

    def stored() -> list[tuple[object, object]]:
        return [(row["stage"], row["amount_wan"]) for row in filled.store.table("outcomes").rows()]

    day = {"date": "2008-03-01"}
    first = sent(filled, PAIR, {**day, "stage": "signed", "amount_wan": "500"})
    second = sent(filled, PAIR, {**day, "stage": "started"})
    # The button of the first would take away what the second says.
    assert offered(f"{PAIR}?done=saved&day=2008-03-01") == offered(first) == {}
    fields = offered(second)
    assert "已恢复" in seen(filled, "county", sent(filled, PAIR, fields)).text
    assert stored() == [("signed", 500)]
    assert "没有可撤销" in seen(filled, "county", sent(filled, PAIR, fields)).text
    assert stored() == [("signed", 500)]
    sent(filled, PAIR, offered(first))
    assert stored() == []


@pytest.mark.parametrize("bad", [
    {"date": "yesterday"}, {"stage": "married"}, {"amount_wan": "12 yuan"}, {"jobs": "-1"},
    {"date": "2099-01-01"},
])  # fmt: skip
def test_a_record_that_cannot_be_read_is_refused_and_what_was_typed_stays(
    filled: Service, bad: dict[str, str]
) -> None:
    fields = {"date": "2008-03-01", "stage": "signed", **bad}
    answer = filled.ask("county", "POST", PAIR, data=fields, headers=HTML)
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert len(filled.store.table("outcomes")) == 0
    if "amount_wan" in bad:
        assert 'value="12 yuan"' in answer.text


def test_records_of_another_countys_resource_are_not_reached(filled: Service) -> None:
    path = "/offers/R-there/with/E-own"
    assert seen(filled, "county", path).status_code == 404
    answer = filled.ask("county", "POST", path, data={"stage": "signed"}, headers=HTML)
    assert answer.status_code == 404 and len(filled.store.table("outcomes")) == 0


def test_why_not_asks_back_where_several_are_meant(filled: Service) -> None:
    page = seen(filled, "county", f"{LIST}?why=E-").text
    assert "?why=E-own#why" in page and "?why=E-other#why" in page
    assert "?why=E-own#why" not in seen(filled, "county", f"{LIST}?why=bqy").text
    assert "单对" in seen(filled, "county", f"{LIST}?why=bqy").text


def test_rows_of_others_take_no_place_among_what_is_found(filled: Service) -> None:
    others = [
        {"id": f"R-a{n}", "name": f"标准厂房{n}", "kind": "land", "region": THERE,
         "available_until": date(2001, 1, 1)} for n in range(250)
    ]  # fmt: skip
    own = {"id": "R-own", "name": "新标准厂房", "kind": "land", "region": HERE}
    filled.store.write([Table.from_rows("resources", others),
                        Table.from_rows("resources", [own])])  # fmt: skip
    for role, path in (
        ("county", "/offers?search=标准"), ("county", "/search?find=标准"),
        ("enterprise", "/search?find=标准"), ("enterprise", "/interests?search=标准"),
    ):  # fmt: skip
        page = seen(filled, role, path).text
        assert "新标准厂房" in page and "标准厂房1" not in page, (role, path)


@pytest.mark.parametrize(
    ("role", "path", "fields", "written"),
    [
        ("admin", f"{LIST}/entry", {"name": "新名"}, "UPDATE ON resources"),
        ("admin", "/new-offer", {"id": "R-new", "name": "新", "kind": "land", "region": "江山市"},
         "INSERT ON resources"),
        ("enterprise", "/own", {"name": "新名"}, "UPDATE ON enterprises"),
        ("enterprise", "/interests", {"target": "R-here", "level": "yes"}, "INSERT ON interests"),
        ("county", f"{LIST}/with/E-own", {"stage": "contacted"}, "INSERT ON outcomes"),
    ],
)  # fmt: skip
def test_a_form_that_the_store_cannot_keep_is_not_said_to_be_wrong_nor_where_the_store_is(
    filled: Service, role: str, path: str, fields: dict[str, str], written: str
) -> None:
    place = filled.store.address.file
    assert place is not None
    form = Elements(seen(filled, role, path).text)
    tags = [attrs["value"] for _, attrs in form.found if attrs.get("name") == "etag"]
    with sqlite3.connect(place) as connection:
        connection.execute(
            f"CREATE TRIGGER broken BEFORE {written} BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    answer = filled.ask(role, "POST", path, data={**fields, "etag": "".join(map(str, tags))},
                        headers=HTML)  # fmt: skip
    assert answer.status_code == 503 and answer.headers["retry-after"]
    assert str(place) not in answer.text and place.name not in answer.text
