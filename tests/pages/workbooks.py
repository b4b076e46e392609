"""Workbooks as an officer of 缙云县 brings them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import openpyxl

Row = Sequence[str | int | float | None]
_HEAD: Row = (
    "序号",
    "项目名称",
    "项目类别",
    "所在县",
    "面积（公顷）",
    "地价（万元/亩）",
    "用工",
    "备注",
)


def doubtful() -> bytes:
    """Two places in one's own county, with a unit to be turned and an "about"."""
    return _book([
        ("缙云县招商项目表",),
        _HEAD,
        (1, "缙云新区一号地块", "工业用地", "缙云县", 4, 9.5, 200, "临近高速"),
        (2, "壶镇标准厂房", "厂房", "缙云县", "约2", 12, 80, None),
    ])  # fmt: skip


def faulty() -> bytes:
    """The same with a price that is none and a county that there is not."""
    return _book([
        ("缙云县招商项目表",),
        _HEAD,
        (1, "缙云新区一号地块", "工业用地", "缙云县", 4, "面议吧", 200, None),
        (2, "壶镇标准厂房", "厂房", "缙雨县", 2, 12, 80, None),
    ])  # fmt: skip


def of_two_sheets() -> bytes:
    """Places, and on a second sheet others under headings in another order."""
    book = openpyxl.load_workbook(BytesIO(doubtful()))
    sheet: Any = book.create_sheet("乡镇")
    for row in (
        ("项目类别", "项目名称", "所在县", "用工", "备注"),
        ("厂房", "新建镇厂房", "缙云县", 60, "近高铁"),
        ("厂房", "新碧厂房", "缙云县", "约70", None),
    ):
        sheet.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def faulty_rows() -> bytes:
    """Rows under our own headings, two of them at fault."""
    return (
        "id,name,kind,region,land_mu,land_price_wan_per_mu,available_until\n"
        "JY-1,缙云新区一号地块,land,缙云县,60,9.5,2012-12-31\n"
        "JY-2,壶镇标准厂房,factory,缙雨县,约30,12,2012-12-31\n"
        "JY-3,新建镇地块,land,缙云县,40,-3,2012年13月\n"
    ).encode()


def _book(rows: Sequence[Row]) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "项目"
    for row in rows:
        sheet.append(list(row))
    sheet.merge_cells("A1:H1")
    out = BytesIO()
    book.save(out)
    return out.getvalue()
