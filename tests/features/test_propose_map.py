"""What a proposal makes of headers and values: sure where it can be, else said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features import ingest, map_file, map_reader, mapping, template
from features.findings import FindingsError
from features.heading_words import SURE, meaning, unit_in
from features.industries import Industries
from features.ingest import EmptyStore
from features.language import LANGUAGES
from features.propose_map import ProposedMap, propose_map
from features.schema import TABLES
from features.sheet_layout import group_label
from features.value_words import choice, day, figure, industry
from tests.features.test_map_reader import sheet

ROOT = Path(__file__).parents[2]


def proposed(folder: Path, *rows: object, **more: Any) -> ProposedMap:
    return propose_map(sheet(folder, *rows, **more), references=EmptyStore())


def columns(found: ProposedMap, table: int = 0) -> dict[str, Any]:
    return dict(found.document["tables"][table]["columns"])


# -- a workbook of our own --------------------------------------------------------------------

_IDS = st.from_regex(r"[A-H][A-H0-9-]{0,6}", fullmatch=True)
_NAMES = st.text("甲乙丙丁公司厂地块Ab1", min_size=1, max_size=12).filter(
    lambda s: not s.isdigit() and s.strip()
)
_FIGURES = st.one_of(st.none(), st.floats(0, 1e6).map(lambda f: round(f, 3)), st.just("1,200"))


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    lines=st.lists(
        st.tuples(_IDS, _NAMES, st.sampled_from(["江山市", "330881", "常山"]), _FIGURES, _FIGURES),
        min_size=1, max_size=6, unique_by=lambda line: line[0],
    ),
    lang=st.sampled_from(LANGUAGES),
)  # fmt: skip
def test_a_template_that_was_filled_in_is_read_by_a_proposed_map_as_it_is_without_one(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Any], lang: Any
) -> None:
    file = tmp_path_factory.mktemp("t") / "任意.xlsx"
    template.write("resources", file, lang)
    book = openpyxl.load_workbook(file)
    page = book.worksheets[0]
    at = {name: i for i, name in enumerate(TABLES["resources"].names, 1)}
    for row, (key, name, region, land, money) in enumerate(lines, 2):
        given_ = {"id": key, "name": name, "kind": "land", "region": region, "land_mu": land,
                  "min_investment_wan": money, "forms": "lease;合资"}  # fmt: skip
        for column, value in given_.items():
            page.cell(row, at[column], value)
    book.save(file)
    plain = ingest.read([file], references=EmptyStore()).tables["resources"]
    found = propose_map(file, references=EmptyStore())
    assert found.uncertain == []
    wanted = map_file.parse(found.document)
    (mapped,) = map_reader.read(file, wanted, references=EmptyStore()).tables
    assert mapped == plain


@pytest.mark.parametrize("name", TABLES)
def test_the_headers_of_every_table_of_ours_are_known(name: str, tmp_path: Path) -> None:
    spec = TABLES[name]
    head = [column.label["zh"] for column in spec.columns]
    example = [column.example or None for column in spec.columns]
    found = propose_map(sheet(tmp_path, head, example, name=name), references=EmptyStore())
    (table,) = found.document["tables"]
    assert table["table"] == name and list(table["columns"]) == list(spec.names)


# -- what must be asked -----------------------------------------------------------------------


def _asked(found: ProposedMap) -> list[str]:
    with pytest.raises(FindingsError) as error:
        map_file.parse(found.document)
    return [str(f.column) for f in error.value.findings]


def test_money_without_a_unit_is_asked_for(tmp_path: Path) -> None:
    found = proposed(
        tmp_path, ("项目名称", "所在县", "类别", "最低投资额"), ("甲", "江山", "土地", 500)
    )
    assert _asked(found) == ["tables[0].columns.min_investment_wan.unit"]
    assert columns(found)["min_investment_wan"]["unit"] is None


def test_a_foreign_unit_is_asked_for(tmp_path: Path) -> None:
    head = ("项目名称", "所在县", "类别", "最低投资额（万美元）")
    found = proposed(tmp_path, head, ("甲", "江山", "土地", 500))
    assert _asked(found) == ["tables[0].columns.min_investment_wan.factor"]


@pytest.mark.parametrize(
    ("heading", "value", "unit"),
    [
        ("贴息率（%）", 3, "%"),
        ("贴息率（%）", 0.03, None),
        ("贴息率", 3, None),
        ("贴息率", 0.03, "小数"),
    ],
)
def test_a_rate_is_a_percentage_or_a_fraction_only_where_that_is_said(
    tmp_path: Path, heading: str, value: float, unit: str | None
) -> None:
    found = proposed(
        tmp_path, ("项目名称", "所在县", "类别", heading), ("甲", "江山", "土地", value)
    )
    said = columns(found)["subsidy_rate"]
    assert said["unit"] == unit
    if heading == "贴息率":
        assert unit is None or said["confirmed"] is False


def test_what_excel_shows_as_a_percentage_is_read_as_it_stands(tmp_path: Path) -> None:
    file = sheet(
        tmp_path, ("项目名称", "所在县", "类别", "贴息率（%）"), ("甲", "江山", "土地", 0.03)
    )
    book = openpyxl.load_workbook(file)
    book.active.cell(2, 4).number_format = "0%"  # type: ignore[union-attr]
    book.save(file)
    found = propose_map(file, references=EmptyStore())
    wanted = map_file.parse(found.document)
    (table,) = map_reader.read(file, wanted, references=EmptyStore()).tables
    assert table["subsidy_rate"] == [0.03]


def test_words_that_nobody_knows_are_left_open_and_likely_ones_to_be_confirmed(
    tmp_path: Path,
) -> None:
    rows = [
        ("甲", "江山", "土地", 5),
        ("乙", "江山", "厂房", "约30"),
        ("丙", "江山", "奇物", "二三十"),
    ]
    found = proposed(tmp_path, ("项目名称", "所在县", "类别", "土地面积（亩）"), *rows)
    said = columns(found)
    assert said["kind"]["words"] == {"奇物": None}
    assert said["land_mu"]["words"] == {"约30": "30", "二三十": None}
    assert said["land_mu"]["confirmed"] is False and "confirmed" not in said["kind"]
    assert all({"zh", "en"} <= set(doubt["message"]) for doubt in found.uncertain)


def test_an_uncertain_heading_must_be_confirmed_and_an_unknown_one_is_told(tmp_path: Path) -> None:
    head = ("企业名称", "所在地", "行业", "年产值（万元）", "星座")
    found = proposed(tmp_path, head, ("甲", "萧山", "纺织业", 5, "金牛"))
    assert columns(found)["revenue_wan"]["confirmed"] is False
    assert [u["at"] for u in found.uncertain] == [
        "tables[0].columns.revenue_wan", "tables[0].unmapped.E",
    ]  # fmt: skip


def test_of_two_columns_that_may_be_the_same_one_is_to_be_confirmed(tmp_path: Path) -> None:
    head = ("企业名称", "所在地", "行业", "2006年销售收入（万元）", "2007年销售收入（万元）")
    said = columns(proposed(tmp_path, head, ("甲", "萧山", "纺织业", 5, 6)))["revenue_wan"]
    assert (said["column"], said["confirmed"]) == ("E", False)


def test_blanks_below_a_region_are_filled_only_once_confirmed(tmp_path: Path) -> None:
    rows = [("江山市", "甲", "土地"), (None, "乙", "土地")]
    said = columns(proposed(tmp_path, ("所在县", "项目名称", "类别"), *rows))["region"]
    assert (said["fill_down"], said["confirmed"]) == ("blank", False)


def test_amounts_merged_over_rows_are_not_counted_twice(tmp_path: Path) -> None:
    rows = [("甲", "江山", "土地", 5), ("乙", "江山", "土地", None)]
    head = ("项目名称", "所在县", "类别", "土地面积（亩）")
    said = columns(proposed(tmp_path, head, *rows, merge=("D2:D3",)))["land_mu"]
    assert (said["fill_down"], said["confirmed"]) == ("first", False)


def test_a_hidden_sheet_is_left_out_and_told(tmp_path: Path) -> None:
    file = sheet(tmp_path, ("企业名称", "所在地", "行业"), ("甲", "萧山", "纺织业"))
    book = openpyxl.load_workbook(file)
    hidden = book.create_sheet("旧表")
    hidden.append(["企业名称", "所在地", "行业"])
    hidden.append(["乙", "萧山", "纺织业"])
    hidden.sheet_state = "hidden"
    book.save(file)
    found = propose_map(file, references=EmptyStore())
    assert len(found.document["tables"]) == 1
    assert "旧表" in found.uncertain[0]["message"]["zh"]


def test_a_file_without_a_head_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FindingsError) as error:
        proposed(tmp_path, (1, 2, 3), (4, 5, 6))
    assert error.value.findings[0].code == "nothing_to_propose"


def test_the_same_file_gives_the_same_map(tmp_path: Path) -> None:
    rows = (("企业名称", "所在地", "行业"), ("甲", "萧山", "服装加工"))
    one, two = (json.dumps(proposed(tmp_path, *rows).document) for _ in range(2))
    assert one == two


# -- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "base", "unit"),
    [("投资额（亿元）", "budget_wan", "亿元"), ("职工人数\n(人)", "employees", "人"),
     ("年销售收入/万元", "revenue_wan", "万元"), ("2007年销售收入（万元）", "revenue_wan", "万元"),
     ("★企业名称：", "name", None), ("县（市、区）", "region", None)],
)  # fmt: skip
def test_a_heading_is_known_without_its_unit_year_and_marks(
    heading: str, base: str, unit: str | None
) -> None:
    found = meaning("enterprises", [heading])
    assert found is not None and (found.column, unit_in(heading)) == (base, unit)


def test_the_levels_of_a_head_are_read_together() -> None:
    assert meaning("resources", ["联系人", "姓名"]).column == "contact"  # type: ignore[union-attr]
    assert meaning("resources", ["联系人", "电话"]).column == "phone"  # type: ignore[union-attr]
    assert meaning("resources", ["规模", "面积", "（公顷）"]).column == "land_mu"  # type: ignore[union-attr]
    assert meaning("resources", ["天气"]) is None


@pytest.mark.parametrize(
    ("written", "code", "sure"),
    [("纺织业", "17", True), ("家具制造", "21", True), ("C17 纺织业", "17", True),
     ("汽车零部件", "367", True), ("旅游", "7291", False), ("纺织服装、服饰业", "18", True),
     ("不详", "", False), ("天书", None, False)],
)  # fmt: skip
def test_industries_are_known_by_name_with_how_certain_that_is(
    written: str, code: str | None, sure: bool
) -> None:
    found = industry(Industries.built_in(), written)
    assert found.value == code and (found.certainty >= SURE) is sure


@pytest.mark.parametrize(
    ("written", "value"),
    [("约500", "500"), ("约2亿", "2亿"), ("300余人", "300人"), ("不详", ""), ("面议", ""),
     ("无", "0"), ("100-200", None), ("很多", None)],
)  # fmt: skip
def test_a_figure_that_is_none_is_never_certain(written: str, value: str | None) -> None:
    found = figure(written)
    assert found.value == value and found.certainty < SURE


@pytest.mark.parametrize(
    ("written", "value", "sure"),
    [("08.3.1", "2008-03-01", False), ("98-3-1", "1998-03-01", False),
     ("2008年底", "2008-12-31", False),
     ("2008年2月底", "2008-02-29", False), ("2008年13月底", None, False),
     ("二〇〇八年三月十二日", "2008-03-12", True), ("长期", "", False), ("不久", None, False)],
)  # fmt: skip
def test_days_in_other_forms(written: str, value: str | None, sure: bool) -> None:
    found = day(written)
    assert found.value == value and (found.certainty >= SURE) is sure


def test_choices_are_known_by_everyday_words() -> None:
    kind = TABLES["resources"].column("kind")
    assert choice("resources", kind, "标准厂房").value == "factory"
    assert choice("resources", kind, "工业用地（净地）").certainty < SURE
    assert choice("resources", kind, "奇物").value is None
    assert group_label("二、江山市（3个）") == group_label("【江山市】") == "江山市"
    assert group_label("——江山市：") == "江山市"


def test_what_an_import_would_refuse_is_not_proposed(tmp_path: Path) -> None:
    found = proposed(
        tmp_path,
        ("企业名称", "所在地", "所属行业", "成立时间", "拟投资额（万元）"),
        ("袜厂", "诸暨市", "纺织业", "99年", "2个亿"),
        ("泵阀厂", "诸暨市", "通用设备制造业", "民国年间", "6.67万"),
    )
    assert columns(found)["founded"]["words"] == {"99年": "1999", "民国年间": None}
    assert columns(found)["budget_wan"]["words"] == {"2个亿": "2亿"}
    said = [u["message"]["zh"] for u in found.uncertain]
    assert any("民国年间" in each for each in said) and any("1999" in each for each in said)


def test_rows_below_a_bracketed_region_lie_there_and_units_below_the_head_are_no_row(
    tmp_path: Path,
) -> None:
    found = proposed(
        tmp_path,
        ("企业名称", "所属行业", "拟投资额", "用地", "备注"),
        ("", "", "（万元）", "（亩）", ""),
        ("【诸暨市】", None, None, None, None),
        ("袜厂", "纺织业", 500, 30, "有意江山"),
        ("【嵊州市】", None, None, None, None),
        ("领带厂", "纺织业", 800, 12, ""),
    )
    (table,) = found.document["tables"]
    assert (table["header_rows"], table["first_row"], table["last_row"]) == ([1, 2], 4, 6)
    by_rows = table["columns"]["region"]["by_rows"]
    assert [(p["from"], p["to"], p["value"]) for p in by_rows] == [
        (4, 4, "诸暨市"), (6, 6, "嵊州市"),
    ]  # fmt: skip
    assert table["columns"]["budget_wan"]["unit"] == "万元"
    assert table["unmapped"] == {"E": "备注"}


@pytest.mark.parametrize("between", [0, 1, 2])
def test_the_title_of_a_second_table_is_its_own_and_no_row_of_the_first(
    tmp_path: Path, between: int
) -> None:
    found = proposed(
        tmp_path,
        ("庆元县劳务输出基本情况",),
        ("村名", "可提供人数（人）", "主要工种"),
        ("松源村", 320, "缝纫工"),
        ("竹口村", 150, "竹木加工"),
        *[()] * between,
        ("龙泉市可出让地块一览",),
        ("地块名称", "面积（亩）", "地价（万元/亩）"),
        ("A-1", 55, 8.5),
    )
    first, second = found.document["tables"]
    assert (first["first_row"], first["last_row"]) == (3, 4)
    assert first["columns"]["region"]["value"] == "庆元县"
    assert first["columns"]["labour_supply"]["column"] == "B"
    assert second["columns"]["region"]["value"] == "龙泉市"


def test_a_row_of_units_below_the_head_is_no_row_though_some_units_are_nobodys(
    tmp_path: Path,
) -> None:
    found = proposed(
        tmp_path,
        ("地块名称", "所在县", "类别", "面积", "租金"),
        (None, None, None, "（公顷）", "（元/平方米·月）"),
        ("甲", "江山", "土地", 2, 6),
        ("乙", "常山", "土地", 3, 7),
    )
    (table,) = found.document["tables"]
    assert (table["header_rows"], table["first_row"]) == ([1, 2], 3)
    assert table["columns"]["land_mu"]["unit"] == "公顷"


def test_a_title_over_several_tables_speaks_of_a_later_one_only_once_confirmed(
    tmp_path: Path,
) -> None:
    head = ("地块名称", "类别", "面积（亩）")
    found = proposed(
        tmp_path, ("松阳县可供地块",), head, ("甲", "土地", 2), (), ("另有",),
        ("厂房名称", "类别", "面积（亩）"), ("乙", "厂房", 3),
    )  # fmt: skip
    first, second = (table["columns"]["region"] for table in found.document["tables"])
    assert (first["value"], second["value"]) == ("松阳县", "松阳县")
    assert "confirmed" not in first and second["confirmed"] is False


def test_a_list_of_merchants_by_its_title_needs_no_region_and_takes_no_birthplace(
    tmp_path: Path,
) -> None:
    head = ("企业名称", "籍贯", "所属行业", "拟投资额（万元）")
    lines = [("甲集团", "永康", "五金", 500), ("乙集团", "青田", "服装", 300)]
    said = columns(proposed(tmp_path, ("在外浙商名录",), head, *lines))
    assert said["kind"]["value"] == "merchant" and "region" not in said
    plain = columns(proposed(tmp_path, ("企业名录",), head, *lines))
    assert "kind" not in plain and plain["region"]["value"] is None


@pytest.mark.parametrize(
    ("figures", "unit"), [(("500万元", 300), "万元"), (("500万元", 3_000_000), None),
                          (("500万元", "2亿", 300), None)],
)  # fmt: skip
def test_figures_without_a_unit_are_read_as_others_of_their_size_only_once_confirmed(
    tmp_path: Path, figures: tuple[Any, ...], unit: str | None
) -> None:
    lines = [(f"地块{i}", "江山", "土地", each) for i, each in enumerate(figures)]
    said = columns(proposed(tmp_path, ("项目名称", "所在县", "类别", "最低投资额"), *lines))
    money = said["min_investment_wan"]
    assert money["unit"] == unit and (unit is None or money["confirmed"] is False)


def test_numbers_like_1_1_are_no_ids_as_another_county_has_them_too(tmp_path: Path) -> None:
    head = ("编号", "项目名称", "所在县", "类别")
    lines = [("1-1", "甲", "江山", "土地"), ("1-2", "乙", "江山", "土地")]
    assert columns(proposed(tmp_path, head, *lines))["id"]["make"] == ["name", "region"]


def test_a_kind_that_only_the_other_columns_hint_at_is_left_open(tmp_path: Path) -> None:
    found = proposed(
        tmp_path,
        ("名称", "所在地", "面积（亩）", "最低投资额（万元）", "欢迎行业"),
        ("东区", "江山市", 30, 500, "纺织业"),
        ("西区", "江山市", 50, 800, "纺织业"),
    )
    assert found.document["tables"][0]["table"] == "resources"
    assert columns(found)["kind"]["value"] is None


def test_the_words_in_the_tables_lead_to_columns_and_codes_of_ours() -> None:
    import data

    for row in data.rows("header_words"):
        tables = TABLES if row["table"] == "any" else [row["table"]]
        known = ("serial", "unused")
        assert all(row["column"] in known or row["column"] in TABLES[t].names for t in tables), row
    for row in data.rows("choice_words"):
        tables = ["enterprises", "resources"] if row["table"] == "any" else [row["table"]]
        assert all(row["choice"] in TABLES[t].column(row["column"]).choices for t in tables), row
    for row in data.rows("industry_words"):
        assert row["code"] in Industries.built_in() and 0 < float(row["certainty"]) <= 1


# -- the page ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key",
    [*mapping.MAP_KEYS, *mapping.TABLE_KEYS, *mapping.COLUMN_KEYS, *mapping.FILL, *mapping.DAYS],
)
def test_every_key_of_a_map_is_on_the_page(key: str) -> None:
    page = (ROOT / "docs" / "import-maps.md").read_text("utf-8")
    assert f"`{key}`" in page or f'`"{key}"`' in page


def test_the_example_on_the_page_is_a_map() -> None:
    page = (ROOT / "docs" / "import-maps.md").read_text("utf-8")
    written = page.split("```json\n")[1].split("```")[0]
    (table,) = map_file.parse(json.loads(written)).tables
    assert table.skip_rows == {12, 20, 21}
