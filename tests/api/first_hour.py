"""The workbooks of ``docs/first-hour.md``, as an officer would bring them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

__all__ = ["fill_in", "workbooks"]

Cell = str | int | float | date | None

_ENTERPRISES: Sequence[Sequence[Cell]] = (
    ("萧山区参与山海协作企业情况表",),
    ("序号", "企业名称", "行业", "主营业务", "拟投资额（亿元）", "用地需求（公顷）",
     "用工需求（人）", "联系人", "所在乡镇/区县"),
    (1, "萧山示例服装有限公司", "服装", "服装加工，需要来料加工点", 0.26, 0, 300,
     "王某", "新塘街道"),
    (2, "萧山示例化纤有限公司", "化学纤维制造业", "涤纶长丝", 1.2, "约4", 180, "李某", "衙前镇"),
    (3, "萧山示例机械有限公司", "通用设备制造业", "机床与配件", 0.8, 2, 120, "张某", "临浦镇"),
    ("合计", None, None, None, 2.26, None, 600, None, None),
)  # fmt: skip
_RESOURCES: Sequence[Sequence[Cell]] = (
    ("编号", "名称", "类别", "所在地", "欢迎行业", "说明", "土地面积（亩）", "地价（万元/亩）",
     "劳动力供给（人）"),
    ("R-1", "江山示例园区地块", "土地", "江山市", "化学纤维制造业", "园区工业用地", 120, 8, None),
    ("R-2", "常山示例厂房", "厂房", "常山县", "通用设备制造业", "标准厂房", 30, None, None),
    ("R-3", "江山示例来料加工点", "来料加工点", "江山市", "服装", "服装缝制", None, None, 260),
)  # fmt: skip


def workbooks(folder: Path) -> None:
    """Both workbooks of the first step."""
    for name, rows in (("萧山企业.xlsx", _ENTERPRISES), ("资源.xlsx", _RESOURCES)):
        book = openpyxl.Workbook()
        sheet: Any = book.active
        for row in rows:
            sheet.append(list(row))
        if name.startswith("萧山"):
            sheet.merge_cells("A1:I1")
        book.save(folder / name)


def fill_in(file: Path, rows: Sequence[Mapping[str, Cell]]) -> None:
    """Rows under the labels of a template."""
    book = openpyxl.load_workbook(file)
    sheet: Any = book.worksheets[0]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    for at, row in enumerate(rows, 2):
        for label, value in row.items():
            sheet.cell(at, columns[label], value)
    book.save(file)
