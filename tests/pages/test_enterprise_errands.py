"""What the manager of an enterprise comes for, from signing in to the file, in a real Chromium.

Every errand is done by keyboard alone and with JavaScript off: none of these pages has a script.
"""

from __future__ import annotations

import io
import re

import openpyxl

from tests.pages.browser import Visitor
from tests.pages.conftest import Visiting
from tests.pages.demonstration import PASSWORD
from tests.pages.keyboard import Hand


def _signed_in(visitor: Visitor) -> Hand:
    hand = Hand(visitor.page)
    visitor.go("/")
    hand.write("用户名", "enterprise")
    hand.write("密码", PASSWORD)
    hand.press("登录")
    return hand


def test_where_we_would_fit_is_narrowed_and_taken_away(visit: Visiting) -> None:
    with visit(script=False) as visitor:
        hand = _signed_in(visitor)
        hand.choose("类别", "土地")
        hand.press("查看")
        name = visitor.page.locator("li.match h2").first.inner_text()
        book = openpyxl.load_workbook(io.BytesIO(hand.download("导出 Excel")))
        assert name in {str(c.value) for sheet in book for row in sheet.iter_rows() for c in row}
        assert hand.download("导出 Word")[:2] == b"PK"


def test_places_are_compared_side_by_side_and_on_the_map(visit: Visiting) -> None:
    with visit(script=False) as visitor:
        hand = _signed_in(visitor)
        names = visitor.page.locator("li.match h2").all_inner_texts()[:3]
        for name in names:
            hand.tick(f"加入比较 {name}")
        hand.press("并排比较所选")
        heads = visitor.page.locator("table.side thead th").all_inner_texts()
        assert len(heads) == 3 and all(any(n in head for head in heads) for n in names)
        assert visitor.page.locator("svg path.way").count()


def test_our_entry_says_what_to_fill_in_first_and_keeps_it(visit: Visiting) -> None:
    with visit(script=False) as visitor:
        hand = _signed_in(visitor)
        hand.follow("我的资料")
        first = visitor.page.locator("section ol a").first
        field = str(first.get_attribute("href"))
        assert visitor.page.locator(field).count() == 1
        hand.write(re.compile("^职工人数"), "很多")
        hand.press("保存")
        assert "很多" in visitor.page.get_by_role("alert").inner_text()
        hand.write(re.compile("^职工人数"), "321")
        hand.press("保存")
        assert "已保存" in visitor.page.get_by_role("status").inner_text()
        assert visitor.page.get_by_label(re.compile("^职工人数")).input_value() == "321"


def test_an_interest_is_declared_with_who_sees_it_and_taken_back(visit: Visiting) -> None:
    with visit(script=False) as visitor:
        hand = _signed_in(visitor)
        name = visitor.page.locator("li.match h2").first.inner_text()
        hand.follow(f"表明意向 {name}")
        assert "协作办" in visitor.page.locator("form.match").inner_text()
        hand.choose("意愿", "必谈")
        hand.press("表明", exact=True)
        assert name in visitor.page.locator("table").inner_text()
        hand.press(re.compile("^撤回"))
        assert not visitor.page.locator("table").count()
        hand.press("撤销")
        hand.press(re.compile("^撤回"))


def test_a_place_is_found_by_its_initials(visit: Visiting) -> None:
    with visit(script=False) as visitor:
        hand = _signed_in(visitor)
        hand.follow("合作意向")
        hand.write("找一个去处", "jyysfzjx")
        hand.press("查找")
        hand.follow(re.compile("缙云·演示缝制机械"))
        assert "缙云县协作办" in visitor.page.inner_text("main")
