"""A workbook over the pages: proposed, decided, checked, imported, and nobody else's rows."""

from __future__ import annotations

import shutil
from io import BytesIO

import httpx
import openpyxl
import pytest

from api import jobs, settings
from api.jobs import queue, work
from api.jobs.child import error_of
from api.usecases import draft_folder
from features.findings import FindingsError
from service import HERE, THERE, Service
from tests.api.http.test_pages import HTML, Elements, seen
from tests.pages.workbooks import doubtful, faulty, of_two_sheets


@pytest.fixture(autouse=True)
def _home() -> object:
    """Drafts lie in the home, which all tests of a run share."""
    yield
    shutil.rmtree(settings.home() / "uploads", ignore_errors=True)


def brought(service: Service, content: bytes, role: str = "admin") -> httpx.Response:
    """What answers a workbook."""
    return service.ask(role, "POST", "/uploads", files={"file": ("项目.xlsx", content)},
                       headers=HTML)  # fmt: skip


def form(page: str) -> dict[str, str]:
    """The fields of a map's form as a browser would send them."""
    found: dict[str, str] = {}
    select = ""
    for tag, attrs in Elements(page).found:
        name = attrs.get("name")
        if tag == "select":
            select = str(name)
            found[select] = ""
        if tag == "option" and "selected" in attrs:
            found[select] = str(attrs["value"])
        if tag == "input" and name and attrs.get("type") not in ("checkbox", "hidden"):
            found[name] = str(attrs.get("value") or "")
    return found


def done(service: Service) -> None:
    """The waiting job, done here and now."""
    job = jobs.claim(service.store, "test")
    assert job is not None
    work.run(service.store, job, "test", lambda step: None)


def test_a_workbook_is_mapped_confirmed_and_imported(service: Service) -> None:
    led = brought(service, doubtful()).headers["location"]
    page = seen(service, "admin", led).text
    assert "约2" in page and "临近高速" in page
    fields = form(page) | {"t0.land_mu.ok": "1", "t0.new.H": "description"}
    fields["t0.labour_supply.ok"] = "1"
    checked = service.ask("admin", "POST", led, data=fields, headers=HTML).headers["location"]
    assert "可以导入" in seen(service, "admin", checked).text
    assert len(service.store.table("resources")) == 0
    begun = service.ask("admin", "POST", f"{led}/import", headers=HTML).headers["location"]
    assert 'http-equiv="refresh"' in seen(service, "admin", begun).text
    done(service)
    assert "导入完成" in seen(service, "admin", begun).text
    rows = list(service.store.table("resources").rows())
    assert [row["land_mu"] for row in rows] == [60, 30]
    assert rows[0]["description"] == "临近高速"
    assert seen(service, "admin", led).status_code == 404


def test_what_was_not_confirmed_is_not_imported(service: Service) -> None:
    led = brought(service, doubtful()).headers["location"]
    fields = form(seen(service, "admin", led).text)
    checked = service.ask("admin", "POST", led, data=fields, headers=HTML).headers["location"]
    page = seen(service, "admin", checked).text
    assert checked == f"{led}?undecided=1" and "还有 2 处" in page
    (first,) = [a["href"] for tag, a in Elements(page).found if tag == "a"
                and str(a.get("href")).startswith("#t0.")]  # fmt: skip
    assert first and f'id="{first[1:]}"' in page
    assert seen(service, "admin", f"{led}/check").headers["location"] == checked


def test_a_column_taken_for_the_wrong_one_is_read_as_another(service: Service) -> None:
    led = brought(service, doubtful()).headers["location"]
    page = seen(service, "admin", led).text
    fields = form(page) | {"t0.land_mu.ok": "1", "t0.labour_supply.as": "capacity"}
    checked = service.ask("admin", "POST", led, data=fields, headers=HTML).headers["location"]
    assert "可以导入" in seen(service, "admin", checked).text
    service.ask("admin", "POST", f"{led}/import", headers=HTML)
    done(service)
    rows = list(service.store.table("resources").rows())
    assert [row["capacity"] for row in rows] == [200, 80]
    assert [row["labour_supply"] for row in rows] == [None, None]


def test_a_sheet_left_out_takes_nothing_from_the_other_and_is_had_back(service: Service) -> None:
    led = brought(service, of_two_sheets()).headers["location"]
    whole = seen(service, "admin", led).text
    undecided = service.ask("admin", "POST", led, data=form(whole) | {"t0.skip": "1"},
                            headers=HTML).headers["location"]  # fmt: skip
    page = seen(service, "admin", undecided).text
    second = whole[whole.index('id="t1"') :]
    assert undecided.endswith("undecided=1") and page[page.index('id="t1"') :] == second
    fields = form(page)
    assert "约2" not in page and not any(name.startswith("t0.") for name in fields)
    fields |= {"t0.skip": "1", "t1.labour_supply.ok": "1", "t1.new.E": "description"}
    checked = service.ask("admin", "POST", led, data=fields, headers=HTML).headers["location"]
    assert "可以导入" in seen(service, "admin", checked).text
    fields = form(seen(service, "admin", led).text)  # the box of the first cleared
    service.ask("admin", "POST", led, data=fields, headers=HTML)
    back = seen(service, "admin", led).text
    assert "约2" in back and "临近高速" in back
    service.ask("admin", "POST", led, data=form(back) | {"t0.skip": "1"}, headers=HTML)
    service.ask("admin", "POST", f"{led}/import", headers=HTML)
    done(service)
    rows = list(service.store.table("resources").rows())
    told = {row["name"]: row["description"] for row in rows}
    assert told == {"新建镇厂房": "近高铁", "新碧厂房": None}


def test_findings_stand_beside_their_cells_on_the_page_and_in_the_workbook(
    service: Service,
) -> None:
    led = brought(service, faulty()).headers["location"].removesuffix("/check")
    fields = form(seen(service, "admin", led).text)
    undecided = service.ask("admin", "POST", led, data=fields, headers=HTML)
    assert "可以导入" not in seen(service, "admin", undecided.headers["location"]).text
    said = {"t0.region.word0": "缙雨县", "t0.land_price_wan_per_mu.word0": "—",
            "t0.labour_supply.ok": "1"}  # fmt: skip
    service.ask("admin", "POST", led, data=fields | said, headers=HTML)
    page = seen(service, "admin", f"{led}/check").text
    assert "缙雨县" in page and 'class="at-fault"' in page
    content = seen(service, "admin", f"{led}/annotated.xlsx").content
    book = openpyxl.load_workbook(BytesIO(content))
    said = [cell.comment.text for sheet in book for row in sheet.iter_rows() for cell in row
            if cell.comment]  # fmt: skip
    assert any("缙云县" in one for one in said), said


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x03\x04 torn", b"\xff\xfe\x00"])
def test_what_is_no_workbook_is_refused_with_the_reason_and_not_kept(
    service: Service, content: bytes
) -> None:
    answer = brought(service, content)
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert not list((settings.home() / "uploads").iterdir())


def test_a_county_imports_its_own_rows_and_nobody_elses(service: Service) -> None:
    for region, allowed in ((HERE, True), (THERE, False)):
        sheet = f"id,name,kind,region\nR-1,一号地块,land,{region}\n".encode()
        answer = service.ask("county", "POST", "/uploads", headers=HTML,
                             files={"file": ("resources.csv", sheet)})  # fmt: skip
        led = answer.headers["location"].removesuffix("/check")
        page = seen(service, "county", f"{led}/check").text
        assert ("可以导入" in page) == allowed, page
        service.ask("county", "POST", f"{led}/import", headers=HTML)
        job = jobs.claim(service.store, "test")
        assert job is not None
        if allowed:
            work.run(service.store, job, "test", lambda step: None)
        else:  # the check was not waited for
            with pytest.raises(Exception, match="R-1"):
                work.run(service.store, job, "test", lambda step: None)
            jobs.fail(service.store, job.id, "test", {})
    assert service.store.table("resources")["region"] == [HERE]


def test_nobody_else_sees_a_draft_and_planners_bring_none(service: Service) -> None:
    led = brought(service, doubtful(), "county").headers["location"]
    assert seen(service, "county", led).status_code == 200
    for path in (led, f"{led}/check", f"{led}/annotated.xlsx"):
        assert seen(service, "admin", path).status_code == 404
        assert seen(service, "planner", path).status_code == 403
    assert service.ask("admin", "POST", f"{led}/import", headers=HTML).status_code == 404
    assert "项目.xlsx" not in seen(service, "admin", "/uploads").text


def test_a_template_is_read_back_without_a_question(service: Service) -> None:
    content = seen(service, "county", "/uploads/templates/resources.xlsx").content
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    labels = {str(cell.value): cell.column for cell in sheet[1]}
    row = {"编号": "R-9", "名称": "九号地块", "类别": "土地", "所在地": "江山市"}
    for label, value in row.items():
        sheet.cell(2, labels[label], value)
    out = BytesIO()
    book.save(out)
    answer = service.ask("county", "POST", "/uploads", headers=HTML,
                         files={"file": ("resources.xlsx", out.getvalue())})  # fmt: skip
    assert answer.headers["location"].endswith("/check")
    assert "可以导入" in seen(service, "county", answer.headers["location"]).text


def test_a_large_workbook_is_mapped_and_checked_by_jobs_that_tell_how_far_they_are(
    service: Service,
) -> None:
    rows = [f"R-{n},{n}号地块,land,{HERE},{'x' if n == 7 else n}" for n in range(1, 9001)]
    sheet = "\n".join(["id,name,kind,region,land_mu", *rows]).encode()
    answer = service.ask("county", "POST", "/uploads", headers=HTML,
                         files={"file": ("resources.csv", sheet)})  # fmt: skip
    draft = answer.headers["location"]
    waiting = seen(service, "county", draft).text
    assert "data-job" in waiting and 'http-equiv="refresh"' in waiting
    assert seen(service, "county", f"{draft}/check").status_code == 404  # nothing to check by yet
    assert seen(service, "admin", draft).status_code == 404
    done(service)
    fields = form(seen(service, "county", draft).text)
    assert "t0.land_mu.column" in fields
    answer = service.ask("county", "POST", draft, data=fields, headers=HTML)
    led = answer.headers["location"]
    assert "/check?job=" in led
    waiting = seen(service, "county", led).text
    assert "data-job" in waiting and 'http-equiv="refresh"' in waiting
    job = jobs.claim(service.store, "test")
    assert job is not None
    steps: list[str] = []
    work.run(service.store, job, "test", steps.append)
    counted = [int(step.partition("/")[0]) for step in steps if "/" in step]
    assert counted == sorted(counted) and counted[-1] >= 8900
    page = seen(service, "county", led).text
    assert 'class="at-fault"' in page and "7号地块" in page and "还没有" not in page
    assert seen(service, "county", f"/uploads/jobs/{job.id}").status_code == 404  # nothing stored
    annotated = next(v for v in Elements(page).values("href") if "annotated" in v)
    assert seen(service, "county", annotated).content[:2] == b"PK"
    assert seen(service, "admin", led).status_code == 404
    assert len(service.store.table("resources")) == 0


def test_a_large_file_that_is_no_workbook_is_told_by_its_job_and_thrown_away(
    service: Service,
) -> None:
    led = brought(service, b"PK\x03\x04 torn" * 30_000, "county").headers["location"]
    job = jobs.claim(service.store, "test")
    assert job is not None
    with pytest.raises(FindingsError) as caught:
        work.run(service.store, job, "test", lambda step: None)
    queue.fail(service.store, job.id, "test", error_of(caught.value))
    page = seen(service, "county", led).text
    assert 'role="alert"' in page and 'name="discard"' in page and "data-job" not in page
    service.ask("county", "POST", led, data={"discard": "1"}, headers=HTML)
    assert seen(service, "county", led).status_code == 404


def test_a_proposal_that_nobody_makes_any_more_can_be_asked_for_again(service: Service) -> None:
    sheet = b"id,name,kind,region\n" + b"".join(
        f"R-{n},{'x' * 200}{n},land,{HERE}\n".encode() for n in range(1200)
    )
    led = service.ask("county", "POST", "/uploads", headers=HTML,
                      files={"file": ("resources.csv", sheet)}).headers["location"]  # fmt: skip
    job = jobs.claim(service.store, "test")
    assert job is not None
    jobs.end_or_forget(service.store, job.id, "county")
    assert 'name="propose"' in seen(service, "county", led).text
    service.ask("county", "POST", led, data={"propose": "1"}, headers=HTML)
    assert "data-job" in seen(service, "county", led).text
    done(service)
    assert "t0.name.column" in form(seen(service, "county", led).text)


def test_a_draft_thrown_away_is_had_back(service: Service) -> None:
    led = brought(service, doubtful(), "county").headers["location"]
    gone = service.ask("county", "POST", led, data={"discard": "1"}, headers=HTML)
    assert seen(service, "county", led).status_code == 404
    page = seen(service, "county", gone.headers["location"]).text
    assert "已丢弃" in page and "项目.xlsx" not in page
    assert service.ask("admin", "POST", led, data={"undo": "1"}, headers=HTML).status_code == 404
    back = service.ask("county", "POST", led, data={"undo": "1"}, headers=HTML)
    assert back.headers["location"] == led and "约2" in seen(service, "county", led).text


@pytest.mark.parametrize(("limit", "said"), [("MOST", "最多 2 份"), ("MOST_BYTES", "MB")])
def test_more_than_an_account_may_keep_is_refused_until_something_is_thrown_away(
    service: Service, monkeypatch: pytest.MonkeyPatch, limit: str, said: str
) -> None:
    def bring(role: str) -> httpx.Response:
        sheet = f"id,name,kind,region\nR-1,一号地块,land,{HERE}\n".encode()
        return service.ask(role, "POST", "/uploads", headers=HTML,
                           files={"file": ("resources.csv", sheet)})  # fmt: skip

    def kept() -> int:
        return len(list((settings.home() / "uploads").iterdir()))

    first, second = (bring("county").headers["location"].removesuffix("/check") for _ in range(2))
    lying = sum(f.stat().st_size for f in (settings.home() / "uploads").rglob("*") if f.is_file())
    monkeypatch.setattr(draft_folder, limit, 2 if limit == "MOST" else lying)
    refused = bring("county")
    assert refused.status_code == 422 and said in refused.text and kept() == 2
    assert bring("admin").status_code == 303 and kept() == 3
    for one in (first, second):  # of those thrown away only the last is kept
        service.ask("county", "POST", one, data={"discard": "1"}, headers=HTML)
        assert kept() == (3 if one == first else 2)
    assert bring("county").status_code == 303 and kept() == 2


def test_drafts_of_others_are_not_looked_at(service: Service) -> None:
    led = brought(service, doubtful(), "county").headers["location"]
    for file in (settings.home() / led[1:]).glob("*.json"):
        file.write_text("torn")
    assert seen(service, "admin", "/uploads").status_code == 200


def test_a_draft_whose_import_is_refused_is_there_with_all_that_was_decided(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    led = brought(service, doubtful()).headers["location"]
    fields = form(seen(service, "admin", led).text)
    fields |= {"t0.land_mu.ok": "1", "t0.labour_supply.ok": "1"}
    service.ask("admin", "POST", led, data=fields, headers=HTML)
    before = seen(service, "admin", f"{led}/check").text
    monkeypatch.setattr(jobs.queue, "MOST_OPEN", 0)
    assert service.ask("admin", "POST", f"{led}/import", headers=HTML).status_code == 429
    after = seen(service, "admin", f"{led}/check")
    assert (after.status_code, after.text) == (200, before)
