"""The planner's errands in a real browser, from signing in to a file in hand.

Nothing is clicked that a keyboard could not reach; where a page needs no script, none runs.
"""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.pages.browser import Visitor
from tests.pages.conftest import Visiting

LONG = 280_000
"""Milliseconds that a job may take on a busy machine."""


def _kept(visitor: Visitor, link: str, folder: Path) -> Path:
    """The file behind a link, as it is kept."""
    with visitor.page.expect_download() as waiting:
        visitor.page.click(link)
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


def _reached(visitor: Visitor, selector: str, most: int = 200) -> None:
    """Go on with the tabulator until an element has the focus, and see that it shows.

    Raises
    ------
    AssertionError
        If it cannot be reached so.
    """
    for _ in range(most):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate(
            "wanted => document.activeElement === document.querySelector(wanted)", selector
        ):
            shown = visitor.page.evaluate(
                "() => { const of = getComputedStyle(document.activeElement);"
                " return of.outlineStyle !== 'none' || of.outlineWidth !== '0px'; }"
            )
            assert shown, f"the focus on {selector} cannot be seen"
            return
    raise AssertionError(f"{selector} cannot be reached with the tabulator")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_the_map_down_to_the_projects_and_an_exported_workbook(
    visit: Visiting, tmp_path: Path, script: bool
) -> None:
    with visit("planner", script=script) as visitor:
        page = visitor.page
        visitor.go("/")
        assert page.url.endswith("/planner")
        page.select_option("select[name=show]", "start_rate")
        page.select_option("select[name=lines]", "both")
        visitor.click("main form button")
        assert "show=start_rate" in page.url and "lines=both" in page.url
        county = page.locator(".counties a").first
        name = str(county.get_attribute("aria-label")).partition(":")[0]
        county.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/rates?region=*")
        assert name in page.inner_text("h1")
        visitor.click("#cut ~ .scroll tbody th a >> nth=0")  # a year
        visitor.click("#cut ~ .scroll tbody td a >> nth=0")  # its projects
        page.wait_for_url("**/projects?*")
        listed = page.locator("tbody tr").count()
        assert listed >= 1
        book = openpyxl.load_workbook(_kept(visitor, ".files a >> nth=0", tmp_path))
        ids = {page.inner_text(f"tbody tr:nth-child({i}) th") for i in range(1, listed + 1)}
        cells = {str(c.value) for sheet in book for row in sheet.iter_rows() for c in row}
        assert ids <= cells


def test_targets_of_the_province_are_split_to_counties_and_kept_as_word(
    visit: Visiting, tmp_path: Path
) -> None:
    with visit("planner", script=False) as visitor:
        visitor.go("/rates")
        visitor.click("nav.tabs a >> nth=2")
        assert "split=county" in visitor.page.url
        assert "青田县" in visitor.page.inner_text("section >> nth=0")
        file = _kept(visitor, ".files a >> nth=1", tmp_path)
        assert file.suffix == ".docx" and file.read_bytes()[:2] == b"PK"


def test_a_scenario_is_checked_as_one_types_simulated_and_its_files_kept(
    visit: Visiting, tmp_path: Path
) -> None:
    with visit("planner") as visitor:
        page = visitor.page
        visitor.go("/scenarios")
        visitor.click("main a.button")
        page.fill("[name=name]", "三成试点")
        page.fill("[name='row.region'] >> nth=0", "桐芦县")
        page.fill("[name='row.land_mu_by_region'] >> nth=0", "50")
        page.locator("#w-row-0", has_text="桐庐县").wait_for()
        page.fill("[name='row.region'] >> nth=0", "淳安县")
        page.locator("#w-row-0").wait_for(state="hidden")
        page.fill("[name='cross_pair.max_share']", "30")
        page.fill("[name='budget.projects']", "25")
        page.fill("[name='fairness.min_projects_per_region']", "0")
        page.fill("[name=draws]", "100")
        page.focus("button.main")
        page.keyboard.press("Enter")
        page.locator("ul.cards").wait_for(timeout=LONG)
        assert not visitor.violations()
        page.emulate_media(color_scheme="dark")
        assert not visitor.violations(only=("color-contrast",))
        assert page.locator("section table tbody tr").first.inner_text().startswith("三成试点")
        link = "a[href$='allocation.csv']"
        with _kept(visitor, link, tmp_path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        summary = _kept(visitor, "a[href$='summary.json']", tmp_path).read_text("utf-8")
        planned = json.loads(summary)["scenarios"][0]["planned"]
        assert len(rows) == planned > 0 and len({row["enterprise_id"] for row in rows}) == planned
        report = _kept(visitor, "a[href$='report.html']", tmp_path).read_text("utf-8")
        assert "三成试点" in report
        book = openpyxl.load_workbook(_kept(visitor, "a[href$='report.xlsx']", tmp_path))
        named = {row["enterprise_id"] for row in rows}
        pairs = list(book["计划的配对"].iter_rows(min_row=2, values_only=True))
        assert {row[0] for row in pairs} == named and all(row[1] and row[4] for row in pairs)
        word = zipfile.ZipFile(_kept(visitor, "a[href$='report.docx']", tmp_path))
        assert str(pairs[0][1]) in word.read("word/document.xml").decode()
        visitor.go("/scenarios")
        visitor.click("button[name=away]")
        visitor.click(".notice button")
        assert page.locator("tbody th a", has_text="三成试点").count() == 1


def test_a_scenario_that_cannot_be_says_which_requirements_conflict(visit: Visiting) -> None:
    with visit("planner", script=False) as visitor:
        page = visitor.page
        visitor.go("/scenarios/new")
        page.fill("[name=name]", "太少")
        page.fill("[name='budget.projects']", "2")
        page.fill("[name='fairness.min_projects_per_region']", "1")
        visitor.click("button.main")
        page.wait_for_url(lambda url: not url.endswith("/scenarios"))
        # Without a script the page asks again by itself.
        page.locator("[role=alert]").wait_for(timeout=LONG)
        said = page.inner_text("[role=alert]")
        assert "项目不超过 2 个" in said and "至少 1 个项目" in said
        visitor.click("a.button.main")
        assert page.input_value("[name='budget.projects']") == "2"


def test_newcomers_are_placed_and_the_prices_kept(visit: Visiting, tmp_path: Path) -> None:
    with visit("planner") as visitor:
        page = visitor.page
        visitor.go("/prices")
        page.fill("textarea", "DEMO-E001, 1\n没有这家, 1\n")
        visitor.click("button.main")
        assert "没有这家" in page.inner_text("[role=alert]")
        lines = [f"DEMO-E{i:03d}\t{1 + i % 2}" for i in range(1, 13)]
        page.fill("textarea", "\n".join(lines))
        visitor.click("button.main")
        page.locator("p.outlook").wait_for(timeout=LONG)
        assert not visitor.violations()
        assert page.locator("section").first.locator("tbody tr").count() == 12
        book = openpyxl.load_workbook(_kept(visitor, "a[href$='.xlsx']", tmp_path))
        assert book.worksheets[0].max_row > 12


def test_the_audit_says_who_changed_what(visit: Visiting) -> None:
    with visit("county") as visitor:
        visitor.go("/offers/DEMO-R031")
        visitor.click("button[name=mark] >> nth=1")
    with visit("planner", script=False) as visitor:
        visitor.go("/audit?by=county")
        noted = visitor.page.inner_text("tbody")
        assert "意向" in noted and "暂不考虑" in noted and "interests" not in noted
        visitor.click("nav.tabs a >> nth=1")
        assert "DEMO-R031" in visitor.page.inner_text("tbody")


def test_a_planner_gets_everywhere_with_the_keyboard_alone(visit: Visiting) -> None:
    with visit("planner") as visitor:
        page = visitor.page
        visitor.go("/planner")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # the skip link
        assert page.evaluate("document.activeElement.id") == "main"
        _reached(visitor, "select[name=show]")
        _reached(visitor, "#counties table a")
        page.keyboard.press("Enter")
        page.wait_for_url("**/rates?region=*")
        _reached(visitor, ".files a")
        visitor.go("/scenarios/new")
        _reached(visitor, "[name=name]")
        page.keyboard.type("键盘")
        _reached(visitor, "[name='row.region']")
        page.keyboard.type("淳安县")
        _reached(visitor, "button.main")
        assert page.input_value("[name=name]") == "键盘"


def test_the_theme_is_kept_and_can_be_read_on_every_page(visit: Visiting) -> None:
    with visit("planner", script=True, theme="light") as visitor:
        for name, dark in (("dark", True), ("light", False)):
            visitor.go("/planner")
            visitor.click(f".themes a[href*='to={name}']")
            ground = str(visitor.page.evaluate("getComputedStyle(document.body).backgroundColor"))
            assert (sum(map(int, ground[4:-1].split(","))) < 3 * 100) is dark
            assert not visitor.violations(only=("color-contrast",))


def test_a_page_printed_from_the_dark_theme_is_black_on_white(visit: Visiting) -> None:
    with visit("planner", theme="dark") as visitor:
        visitor.go("/theme?to=dark&back=/rates")
        visitor.page.emulate_media(media="print", color_scheme="dark")
        for selector, wanted in (("h1", "color"), ("table", "backgroundColor")):
            found = str(visitor.page.locator(selector).first.evaluate(
                "(element, name) => getComputedStyle(element)[name]", wanted
            ))  # fmt: skip
            assert found in ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
            assert (found == "rgb(0, 0, 0)") is (wanted == "color")
        assert not visitor.page.locator(".menu, .find, .files, .tabs").first.is_visible()
        visitor.go("/theme?to=system&back=/rates")
