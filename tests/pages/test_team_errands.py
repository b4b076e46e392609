"""What a county's promotion team comes for, from signing in to the file, in a real Chromium.

Every errand is done by keyboard alone and with JavaScript off; where a page has a script, once
more with it. That the other pages have none is seen to in ``test_every_page``.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.pages.browser import Visitor
from tests.pages.catalogue import OWN
from tests.pages.conftest import Visiting
from tests.pages.demonstration import PASSWORD
from tests.pages.keyboard import Hand
from tests.pages.workbooks import doubtful

LONG = 280_000
"""Milliseconds that a job may take on a busy machine."""
both_ways = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
MENU = {"offers": "资源对接", "uploads": "导入表格", "rates": "目标与四率", "overdue": "逾期督办"}


def _signed_in(visitor: Visitor) -> Hand:
    hand = Hand(visitor.page)
    visitor.go("/")
    hand.write("用户名", "county")
    hand.write("密码", PASSWORD)
    hand.press("登录")
    return hand


def _cells(content: bytes) -> set[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}


def test_a_list_for_my_resource_is_narrowed_understood_and_taken_away(visit: Visiting) -> None:
    with visit(script=False) as visitor:
        hand = _signed_in(visitor)
        hand.write("名称或编号", "jyysfzjx")
        hand.press("查看")
        hand.follow(re.compile("缙云·演示缝制机械地块031"))
        hand.choose("结对关系", "只看结对县")
        hand.choose("排序", "按县（市、区）")
        hand.press("查看")
        assert "cross_pair=forbid" in visitor.page.url and "sort=region" in visitor.page.url
        listed = visitor.page.locator("li.match")
        assert listed.count() and not listed.filter(has_text="非结对").count()
        text = listed.first.inner_text()
        assert re.search("约|几乎|九成|难得", text) and re.search(r"\d+–\d+%", text)
        name = listed.first.locator("h2").inner_text()
        excel = hand.download("导出 Excel")
        assert name in _cells(excel)
        word = zipfile.ZipFile(io.BytesIO(hand.download("导出 Word")))
        assert name in word.read("word/document.xml").decode()


def test_an_enterprise_is_marked_in_two_clicks_and_the_mark_is_undone(visit: Visiting) -> None:
    with visit(script=False) as visitor:
        hand = _signed_in(visitor)
        hand.follow(re.compile("缙云·演示光伏地块026"))
        first = visitor.page.locator("li.match").first
        name = first.locator("h2").inner_text()
        hand.press("不合适", within=first)
        assert f"“{name}”不再列出" in visitor.page.inner_text("main")
        assert not visitor.page.locator("li.match h2", has_text=name).count()
        hand.write("原因（可不填）", "用地不够")
        hand.press("记下原因")
        assert "用地不够" in visitor.page.get_by_role("status").first.inner_text()
        assert f"{name} — 不再列出 · 用地不够" in visitor.page.inner_text("main")
        hand.press("撤销")
        assert visitor.page.locator("li.match h2", has_text=name).count() == 1
        hand.write("企业名称或编号", name)
        hand.press("问一问")
        assert name in visitor.page.locator("#why h3").inner_text()


def test_stage_and_money_are_recorded_corrected_and_removed(visit: Visiting) -> None:
    with visit(script=False) as visitor:
        hand = _signed_in(visitor)
        hand.follow(re.compile("缙云·演示特种纸企业合作105"))
        hand.follow(re.compile("^记阶段和资金"), within=visitor.page.locator("li.match").first)
        hand.choose("阶段", "签约")
        hand.write("协议金额（万元）", "一千")
        hand.press("保存")
        assert visitor.page.get_by_role("alert").count()
        hand.write("协议金额（万元）", "1200")
        hand.press("保存")
        assert "1200" in visitor.page.locator("table").inner_text().replace(",", "")
        hand.press(re.compile("^删除"))
        assert not visitor.page.locator("table").count()
        hand.press("撤销")
        assert "1200" in visitor.page.locator("table").inner_text().replace(",", "")
        hand.press(re.compile("^删除"))


@both_ways
def test_a_workbook_of_my_own_becomes_a_list_in_excel(
    visit: Visiting, script: bool, tmp_path: Path
) -> None:
    file = tmp_path / "招商项目.xlsx"
    file.write_bytes(doubtful())
    with visit(script=script) as visitor:
        hand = _signed_in(visitor)
        hand.follow(MENU["uploads"])
        visitor.page.get_by_label("文件", exact=True).set_input_files(file)
        hand.press("上传并查看")
        assert "约2" in visitor.page.inner_text("main")
        hand.press("下一步：检查")
        assert "还有 2 处" in visitor.page.get_by_role("alert").inner_text()
        hand.tick(re.compile("^没错.*土地面积"))
        hand.tick(re.compile("^没错.*劳动力供给"))
        hand.press("下一步：检查")
        hand.press("导入", exact=True)
        _ended(visitor)
        hand.follow("去看资源和匹配清单")
        hand.follow("壶镇标准厂房")
        name = visitor.page.locator("li.match h2").first.inner_text()
        assert name in _cells(hand.download("导出 Excel"))


def _ended(visitor: Visitor) -> None:
    """Wait for a job: the page renews itself, with a script as without."""
    visitor.page.locator("progress").wait_for(state="detached", timeout=LONG)


def _calculated(visitor: Visitor, hand: Hand) -> str:
    """Have it calculated, and what is said when the job is done."""
    hand.press("计算")
    _ended(visitor)
    return visitor.page.locator("section", has=visitor.page.locator("#result")).inner_text()


@both_ways
def test_other_terms_of_my_resource_are_tried(visit: Visiting, script: bool) -> None:
    with visit(script=script) as visitor:
        hand = _signed_in(visitor)
        hand.follow(re.compile("缙云·演示缝制机械地块031"))
        hand.follow("换个条件会怎样")
        hand.write("地价（填数）", "12")
        said = _calculated(visitor, hand)
        assert "land_price_wan_per_mu=12" in visitor.page.url
        assert "预期签约" in said and "12万元/亩" in said.replace(" ", "")
        hand.follow("恢复现在的条件")
        assert not visitor.page.locator("#result").count()


@both_ways
def test_a_slider_alone_changes_a_term(visit: Visiting, script: bool) -> None:
    with visit(script=script) as visitor:
        hand = _signed_in(visitor)
        hand.follow(re.compile("缙云·演示缝制机械地块031"))
        hand.follow("换个条件会怎样")
        before = visitor.page.get_by_label("地价（填数）").input_value()
        hand.slide("地价（滑块）", "ArrowLeft", 5)
        said = _calculated(visitor, hand)
        assert "land_price_wan_per_mu=" in visitor.page.url and "预期签约" in said
        assert float(visitor.page.get_by_label("地价（填数）").input_value()) < float(before)


def test_terms_beyond_what_its_kind_has_shown_are_refused(visit: Visiting) -> None:
    with visit(script=False) as visitor:
        hand = _signed_in(visitor)
        visitor.go(f"/offers/{OWN}/terms")
        visitor.page.locator("input[name=land_price_wan_per_mu]").evaluate(
            "field => field.removeAttribute('max')"
        )
        hand.write("地价（填数）", "99999")
        hand.press("计算")
        assert "99999" in visitor.page.get_by_role("alert").inner_text()


def test_what_is_behind_and_the_rates_of_my_county_are_seen_and_taken_away(visit: Visiting) -> None:
    with visit(script=False) as visitor:
        hand = _signed_in(visitor)
        hand.follow(MENU["overdue"])
        assert hand.download("导出 Excel")[:2] == b"PK"
        hand.follow(MENU["rates"])
        assert "履约率" in visitor.page.inner_text("main")
        assert hand.download("导出 Word")[:2] == b"PK"


def test_the_terms_of_my_resource_are_changed_and_put_back(visit: Visiting) -> None:
    with visit(script=False) as visitor:
        hand = _signed_in(visitor)
        hand.follow(re.compile("缙云·演示缝制机械地块031"))
        hand.follow("修改资源")
        before = visitor.page.get_by_label(re.compile("^地价")).input_value()
        hand.write(re.compile("^地价"), "面议")
        hand.press("保存")
        assert "面议" in visitor.page.get_by_role("alert").inner_text()
        hand.write(re.compile("^地价"), "7.5")
        hand.press("保存")
        assert "已保存" in visitor.page.get_by_role("status").inner_text()
        hand.press("撤销")
        assert visitor.page.get_by_label(re.compile("^地价")).input_value() == before
        hand.follow("看匹配清单")
        assert OWN in visitor.page.url


def test_a_resource_is_added_without_a_workbook(visit: Visiting) -> None:
    with visit(script=False) as visitor:
        hand = _signed_in(visitor)
        hand.follow("新增一个资源")
        hand.write(re.compile("^名称"), "五云街道小微园")
        hand.choose(re.compile("^类别"), "厂房")
        hand.write(re.compile("^土地面积"), "35")
        hand.press("添加")
        assert "已添加" in visitor.page.get_by_role("status").inner_text()
        hand.follow("看匹配清单")
        assert "五云街道小微园" in visitor.page.inner_text("h1")
        assert visitor.page.locator("li.match").count()


def test_the_register_of_my_county_is_narrowed_and_taken_away(visit: Visiting) -> None:
    with visit(script=False) as visitor:
        hand = _signed_in(visitor)
        hand.follow("项目登记")
        every = visitor.page.locator("table tbody tr").count()
        hand.choose("签约年份", visitor.page.locator("[name=year] option").nth(1).inner_text())
        hand.press("查看")
        assert 0 < visitor.page.locator("table tbody tr").count() < every
        first = visitor.page.locator("tbody th").first.inner_text()
        assert first in _cells(hand.download("导出 Excel"))


def test_my_resource_is_reached_by_its_initials_alone(visit: Visiting) -> None:
    with visit("county") as visitor:
        visitor.go("/offers?search=jyysfzjx")
        assert OWN in visitor.page.inner_text("main")


def test_the_header_finds_resources_and_enterprises_by_initials_and_code(visit: Visiting) -> None:
    with visit(script=False) as visitor:
        hand = _signed_in(visitor)
        hand.write("搜索全部", "jyysfzjx")
        hand.press("搜索")
        hand.follow(re.compile("缙云·演示缝制机械地块031"))
        assert OWN in visitor.page.url
        hand.write("搜索全部", "DEMO-E022")
        hand.press("搜索")
        hand.follow(re.compile("DEMO-E022|022有限公司"))
        assert visitor.page.url.endswith("/enterprises/DEMO-E022")
        assert not visitor.page.locator("li.match", has_not_text="缙云县").count()
