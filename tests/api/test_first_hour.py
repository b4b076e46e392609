"""``docs/first-hour.md`` as a newcomer types it, line by line, with a county's own workbooks."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import openpyxl
import pytest

from running import ROOT, Done, shanhai

PAGE = (ROOT / "docs" / "first-hour.md").read_text(encoding="utf-8")
LINES = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
         for line in block.splitlines()]  # fmt: skip

_OWN_BOOKS: dict[str, list[list[object]]] = {
    "萧山企业.xlsx": [
        ["萧山区拟参与山海协作企业情况表"],
        ["序号", "企业名称", "所属行业", "主营业务", "拟投资额（亿元）", "用地需求（公顷）",
         "用工需求（人）", "合作意向", "所在乡镇/区县"],
        [1, "萧山示例服装有限公司", "纺织服装、服饰业", "童装、衬衫来料加工", 0.26, 2, 300,
         "来料加工", "瓜沥镇"],
        [2, "萧山示例化纤有限公司", "化学纤维制造业", "涤纶长丝", 1.5, "约4", 200, "投资办厂",
         "衙前镇"],
        [3, "萧山示例机械有限公司", "通用设备制造业", "阀门、水泵", 0.5, 3, 120, "投资办厂",
         "临浦镇"],
        ["", "合计", "", "", 2.26, 9, 620, "", ""],
    ],
    "资源.xlsx": [
        ["江山市招商资源一览表"],
        ["编号", "资源名称", "资源类别", "所在地", "欢迎行业", "土地面积（亩）", "地价（万元/亩）",
         "可供劳动力（人）", "说明"],
        ["R-1", "江山示例园区地块", "土地", "江山市", "通用设备制造业", 80, 8.5, None, "净地"],
        ["R-2", "江山示例标准厂房", "厂房", "江山市", "化学纤维制造业", 20, None, None, "厂房"],
        ["R-3", "江山示例来料加工点", "来料加工点", "江山市", "纺织服装、服饰业", None, None, 260,
         "缝纫女工，承接童装加工"],
    ],
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the newcomer's workbooks, and a home without a store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHANHAI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SHANHAI_DATABASE_URL", raising=False)
    for name, rows in _OWN_BOOKS.items():
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / name)
    return tmp_path


def _confirm(file: Path) -> None:
    """The hand edits of the page: what was assumed is right."""
    found = json.loads(file.read_text("utf-8"))
    assert not [
        c for t in found["tables"] for c in t["columns"].values() if c.get("value", 1) is None
    ]
    if "confirmed" in found:
        found["confirmed"] = True
    file.write_text(json.dumps(found, ensure_ascii=False), "utf-8")


def _fill(file: Path, *rows: dict[str, object]) -> None:
    """Fill in a template below its head, in place of its example."""
    book = openpyxl.load_workbook(file)
    page = book.worksheets[0]
    at = {str(cell.value): cell.column for cell in page[1]}
    page.delete_rows(2, page.max_row)
    for number, row in enumerate(rows, 2):
        for label, value in row.items():
            page.cell(number, at[label], value)
    book.save(file)


def _by_hand(line: str, desk: Path) -> None:
    """What the page says to do by hand after a line."""
    if "--propose-map" in line:
        _confirm(desk / shlex.split(line)[-1])
    elif "template projects" in line:
        exported = shanhai("export", "enterprises", "--format", "csv", "--out", desk / "企业.csv")
        assert exported.status == 0
        lines = (desk / "企业.csv").read_text("utf-8-sig").splitlines()
        (enterprise,) = [each.split(",")[0] for each in lines if "萧山示例服装有限公司" in each]
        _fill(desk / "项目.xlsx", {
            "编号": "P-1", "名称": "一期", "企业编号": enterprise, "资源编号": "R-1",
            "协议金额": 2600, "签约日期": "2008-07-15", "开工日期": "2008-10-01",
        })  # fmt: skip
    elif "template funds" in line:
        _fill(
            desk / "资金.xlsx",
            *({"编号": key, "项目编号": "P-1", "日期": day, "金额": amount, "资金性质": "投资"}
              for key, day, amount in (("F-1", "2008-08-01", 800), ("F-2", "2008-12-01", 700))),
        )  # fmt: skip


def test_every_line_of_the_page_does_what_it_says(desk: Path) -> None:
    done: dict[str, Done] = {}
    for line in LINES:
        done[line] = shanhai(*shlex.split(line)[1:])
        # A workbook that is not the template is refused once, with the way on.
        refused = line == "shanhai import 萧山企业.xlsx"
        assert done[line].status == (2 if refused else 0), (line, done[line].err)
        if refused:
            assert "--propose-map" in "".join((done[line].out + done[line].err).split())
        _by_hand(line, desk)
    rates = next(d.out for line, d in done.items() if line.startswith("shanhai targets"))
    # (800 + 700) / 2,600
    assert "57.7%" in rates and "57.7 %" in PAGE
    first = next(d.out for line, d in done.items() if "match --resource R-3" in line)
    assert first.index("萧山示例服装") < first.index("萧山示例化纤")
    after = shanhai("match", "--resource", "R-1", "--as-of", "2008-12-31", "--json").json
    assert after["matches"] == [] and len(LINES) >= 12
