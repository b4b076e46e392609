"""An empty workbook to fill in: labels, drop-downs, explanations, an example.

The first sheet is named as the table and is what an import reads. The example stands on a
sheet of its own, which an import leaves out by its name: nobody's example row can slip in
as data, and there is nothing to delete before handing the workbook in.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from features.export import written_at
from features.language import Language, current_language, say
from features.regions import Regions
from features.schema import TABLES, Column, TableSpec, choice_label
from features.schema_text import kind_words, required_words, unit_words

__all__ = ["write"]

_LAST_ROW = 5000
_TEXT_KINDS = frozenset({"id", "text", "code", "codes", "ids", "texts", "choices", "points"})
_LONGEST_MESSAGE, _LONGEST_TITLE, _LONGEST_LIST = 255, 32, 255


def write(table: str, path: Path, lang: Language | None = None) -> None:
    """Write the template of a table.

    Parameters
    ----------
    table : str
        A key of :data:`features.schema.TABLES`.
    lang : Language, optional
        Language of labels, explanations and drop-downs; an import reads both.

    Raises
    ------
    KeyError
        If there is no such table.
    """
    import xlsxwriter

    spec, lang = TABLES[table], lang or current_language()
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        book.set_properties({"created": written_at(), "title": spec.label[lang]})
        _Template(book, spec, lang).fill()


class _Template:
    def __init__(self, book: Any, spec: TableSpec, lang: Language) -> None:
        self.book, self.spec, self.lang = book, spec, lang
        self.required = book.add_format(
            {"bold": True, "bg_color": "#FCE4D6", "border": 1, "num_format": "@"}
        )
        self.optional = book.add_format(
            {"bold": True, "bg_color": "#DDEBF7", "border": 1, "num_format": "@"}
        )
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.strong = book.add_format({"bold": True})
        self.grey = book.add_format({"italic": True, "font_color": "#7F7F7F"})
        self.as_text = book.add_format({"num_format": "@"})
        self.as_date = book.add_format({"num_format": "yyyy-mm-dd"})

    def fill(self) -> None:
        label = self.spec.label["zh"] if self.lang == "zh" else self.spec.name
        data = self.book.add_worksheet(label)
        self._explain()
        self._example()
        regions = self._region_list()
        self._header(data, notes=True)
        for position, column in enumerate(self.spec.columns):
            data.data_validation(1, position, _LAST_ROW, position, self._rule(column, regions))
        data.activate()

    def _header(self, sheet: Any, row: int = 0, *, notes: bool) -> None:
        for position, column in enumerate(self.spec.columns):
            name = column.label["zh"] if self.lang == "zh" else column.name
            form = self.required if column.required else self.optional
            width = max(12, min(40, 2 * len(name) + 4, 60))
            cells = self.as_date if column.kind == "date" else None
            if column.kind in _TEXT_KINDS:
                cells = self.as_text
            sheet.set_column(position, position, 40 if name in _WIDE else width, cells)
            sheet.write_string(row, position, name, form)
        if notes:
            sheet.freeze_panes(row + 1, 1)

    def _rule(self, column: Column, regions: str) -> dict[str, Any]:
        """What Excel offers and says in the cells of a column.

        Nothing is forbidden where an import takes more than Excel can check (several
        choices, a region's code, a date in Chinese).
        """
        label = column.label[self.lang]
        said = f"{kind_words(column, self.lang)}\n{column.help[self.lang]}"
        if unit := unit_words(column, self.lang):
            said = f"{unit}\n{said}"
        rule: dict[str, Any] = {
            "validate": "any", "ignore_blank": True, "input_title": label[:_LONGEST_TITLE],
            "input_message": said[:_LONGEST_MESSAGE], "error_type": "warning",
        }  # fmt: skip
        if column.choices:
            choices = self._choices(column)
            if len(",".join(choices)) <= _LONGEST_LIST:
                rule |= {"validate": "list", "source": choices}
                rule["show_error"] = column.kind == "choice"
        elif column.kind == "region":
            rule |= {"validate": "list", "source": regions, "show_error": False}
        elif column.kind in ("int", "float"):
            rule |= _number_rule(column)
        elif column.kind == "date":
            rule |= {
                "validate": "date", "criteria": "between", "show_error": False,
                "minimum": dt.date(1900, 1, 1), "maximum": dt.date(2100, 12, 31),
            }  # fmt: skip
        return rule

    def _choices(self, column: Column) -> list[str]:
        if self.lang == "en":
            return list(column.choices)
        labels = (choice_label(self.spec.name, column.name, c) for c in column.choices)
        return [label["zh"] for label in labels]

    def _say(self, code: str, **values: object) -> str:
        return say(f"template.{code}", self.lang, **values)

    def _explain(self) -> None:
        sheet = self.book.add_worksheet(self._say("help_sheet"))
        sheet.write_string(0, 0, self._say("title", table=self.spec.label[self.lang]), self.strong)
        sheet.write_string(1, 0, self.spec.help[self.lang])
        sheet.write_string(2, 0, self._say("intro"))
        if self.spec.own_columns:
            sheet.write_string(3, 0, self._say("own"))
        titles = ("column", "name", "required", "kind", "unit", "choices", "help", "example")
        for position, title in enumerate(titles):
            sheet.write_string(5, position, self._say(title), self.optional)
        for row, column in enumerate(self.spec.columns, 6):
            said = (
                column.label[self.lang], column.name, required_words(column, self.lang),
                kind_words(column, self.lang), unit_words(column, self.lang),
                self._choice_words(column), column.help[self.lang], column.example,
            )  # fmt: skip
            for position, words in enumerate(said):
                sheet.write_string(row, position, words, self.wrapped)
        for position, width in enumerate((18, 22, 8, 26, 16, 44, 44, 26)):
            sheet.set_column(position, position, width)
        sheet.freeze_panes(6, 1)

    def _choice_words(self, column: Column) -> str:
        labels = [choice_label(self.spec.name, column.name, c)["zh"] for c in column.choices]
        pairs = zip(column.choices, labels, strict=True)
        return "; ".join(f"{value} {label}" if self.lang == "zh" else value
                         for value, label in pairs)  # fmt: skip

    def _example(self) -> None:
        sheet = self.book.add_worksheet(self._say("example_sheet"))
        sheet.write_string(0, 0, self._say("example_note"), self.grey)
        self._header(sheet, 1, notes=False)
        for position, column in enumerate(self.spec.columns):
            if column.example:
                sheet.write_string(2, position, column.example, self.grey)

    def _region_list(self) -> str:
        """A sheet with the names of all regions, for the drop-downs; its range."""
        name = self._say("lists_sheet")
        sheet = self.book.add_worksheet(name)
        regions = Regions.built_in()
        names = list(dict.fromkeys(regions.name(code) for code in regions.codes))
        for row, region in enumerate(names):
            sheet.write_string(row, 0, region)
        sheet.hide()
        return f"='{name}'!$A$1:$A${len(names)}"


_WIDE = frozenset({"说明", "主营业务", "名称", "description", "name", "text", "问题", "答复"})


def _number_rule(column: Column) -> dict[str, Any]:
    rule: dict[str, Any] = {"validate": "integer" if column.kind == "int" else "decimal"}
    if column.low is not None and column.high is not None:
        return rule | {"criteria": "between", "minimum": column.low, "maximum": column.high}
    low = -1e300 if column.low is None else column.low
    return rule | {"criteria": ">=", "value": low}
