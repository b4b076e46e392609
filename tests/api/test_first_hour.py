"""What ``docs/first-hour.md`` tells a newcomer to type, typed line by line, does what it says."""

from __future__ import annotations

import json
import re
import shlex
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.store import Store
from first_hour import fill_in, workbooks
from running import ROOT, Done, shanhai

PAGE = (ROOT / "docs" / "first-hour.md").read_text(encoding="utf-8")
LINES = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
         for line in block.splitlines()]  # fmt: skip


def _confirm(node: Any) -> int:
    """Say yes wherever the map asks; how often."""
    if isinstance(node, list):
        return sum(_confirm(each) for each in node)
    if not isinstance(node, dict):
        return 0
    edits = int(node.get("confirmed") is False)
    if edits:
        node["confirmed"] = True
    return edits + sum(_confirm(each) for each in node.values())


def _by_hand(line: str, folder: Path) -> None:
    """What the page has the newcomer do herself after a line."""
    if line.endswith("--out 对照.json"):
        file = folder / "对照.json"
        document = json.loads(file.read_text(encoding="utf-8"))
        assert _confirm(document) == 2 and "共两处手改" in PAGE
        file.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    elif line.endswith("--out 项目.xlsx"):
        firm = next(r["id"] for r in Store.open().table("enterprises").rows()
                    if r["name"] == "萧山示例服装有限公司")  # fmt: skip
        fill_in(folder / "项目.xlsx", [{
            "编号": "P-1", "名称": "示例项目", "企业编号": str(firm), "资源编号": "R-1",
            "协议金额": 2600, "签约日期": date(2008, 7, 15), "开工日期": date(2008, 10, 1),
        }])  # fmt: skip
    elif line.endswith("--out 资金.xlsx"):
        fill_in(folder / "资金.xlsx", [
            {"编号": key, "项目编号": "P-1", "日期": day, "金额": amount, "资金性质": "投资"}
            for key, day, amount in (
                ("F-1", date(2008, 8, 1), 800), ("F-2", date(2008, 12, 1), 700),
            )
        ])  # fmt: skip


def test_every_line_of_the_page_does_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    workbooks(tmp_path)
    done: dict[str, Done] = {}
    for line in LINES:
        first, *arguments = shlex.split(line)
        assert first == "shanhai"
        done[line] = shanhai(*arguments)
        # The first workbook is no template: it is refused, with what to do instead.
        refused = line == "shanhai import 萧山企业.xlsx"
        assert done[line].status == (2 if refused else 0), (line, done[line].err)
        assert "--propose-map" in done[line].err or not refused
        _by_hand(line, tmp_path)
    listed = done["shanhai match --resource R-3 --as-of 2008-06-01 --top 2"].out
    assert 0 < listed.index("萧山示例服装有限公司") < listed.index("萧山示例化纤有限公司")
    # (800 + 700) / 2,600 = 57.7 %
    rates = done["shanhai targets --as-of 2008-12-31 --by year"].out
    assert re.search(r"57\.7 ?%", rates) and "57.7 %" in PAGE
    for name in ("清单.xlsx", "待补.xlsx"):
        assert (tmp_path / name).stat().st_size > 0
    full = shanhai("match", "--resource", "R-1", "--as-of", "2008-12-31", "--json")
    assert full.json["matches"] == []
