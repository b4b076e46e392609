"""``docs/tables.md`` from the schema: ``python -m features.schema_docs`` writes it."""

from __future__ import annotations

from pathlib import Path

from features.columns import Column
from features.schema import TABLES, TableSpec, choice_label
from features.schema_text import kind_words, unit_words

TARGET = Path(__file__).parent.parent / "docs" / "tables.md"

_HEAD = """# Tables · 数据表

Generated from `features/schema.py` by `python -m features.schema_docs`; do not edit.

One CSV file, or one sheet of a workbook, per table, named as the table (`enterprises.csv`, or a
sheet 企业档案). Headers are the names or the Chinese labels below. An empty cell means "not
known", never zero. **Bold** columns are required; 🔑 marks the key, which names a row; 🔒 marks
what is shown to promotion staff only. `shanhai template TABLE --out FILE.xlsx` writes a workbook
to fill in.

每张表一个 CSV 文件或一张工作表，以表名命名；表头用英文名或中文名均可。
空单元格表示“不清楚”，不是零。
**粗体**为必填列，🔑 为主键，🔒 只给招商人员看。

How cells are read · 单元格怎样读：

- Numbers: digits, also full-width ones, with `.` and with commas between groups of three; no
  units, currency or percent signs (the column fixes the unit; rates are fractions).
- Dates: `2008-03-01`, `2008/3/1`, `2008.3.1`, `20080301`, `2008年3月1日`, or a real Excel date.
- Regions: any name a unit bears or bore, with or without suffix where that is unambiguous, or
  its code. Industries: GB/T 4754-2017, with or without section letter.
- Choices: the English value or its Chinese label. Lists are joined with `;` (or `；`).
- CSV: UTF-8 (with or without byte order mark) or GB18030, commas. Text that an exported CSV
  keeps from running as a formula begins with an apostrophe before `=`, `+`, `-` or `@`; that
  apostrophe is taken off on import.
"""

_OWN = (
    "Columns of your own (`x_…`, numbers or text) are kept, and the ranking model learns from them."
    " 可加 `x_` 开头的自有特征列，排序模型会从中学习。"
)


def markdown() -> str:
    """The whole document."""
    return "\n".join([_HEAD, *(_table(spec) for spec in TABLES.values())])


def _table(spec: TableSpec) -> str:
    lines = [
        f"## {spec.name} · {spec.label['zh']}",
        "",
        f"{spec.help['en']}",
        "",
        f"{spec.help['zh']}",
        "",
        "| column · 列 | label · 中文名 | holds · 内容 | unit · 单位 | explanation · 说明 |",
        "|---|---|---|---|---|",
        *(_row(spec, column) for column in spec.columns),
    ]
    if spec.own_columns:
        lines += ["", _OWN]
    return "\n".join([*lines, ""])


def _row(spec: TableSpec, column: Column) -> str:
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    marks = " 🔑" * (column.name in spec.key) + " 🔒" * column.staff_only
    holds = f"{kind_words(column, 'en')} · {kind_words(column, 'zh')}"
    if column.references:
        holds += f" → `{column.references}`"
    unit = f"{unit_words(column, 'en')} · {unit_words(column, 'zh')}" if column.unit else ""
    said = f"{column.help['en']} {column.help['zh']}"
    if column.choices:
        labels = (choice_label(spec.name, column.name, c)["zh"] for c in column.choices)
        pairs = zip(column.choices, labels, strict=True)
        said += "<br>" + ", ".join(f"`{choice}` {label}" for choice, label in pairs)
    if column.default is not None:
        empty = "Empty (over HTTP `null`)", "空（接口中为 `null`）即"
        said += f"<br>{empty[0]} = `{column.default}` · {empty[1]} `{column.default}`"
    return f"| {name}{marks} | {column.label['zh']} | {holds} | {unit} | {said} |"


def main() -> None:
    """Write the document."""
    TARGET.write_text(markdown(), encoding="utf-8")


if __name__ == "__main__":
    main()
