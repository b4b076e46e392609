"""What an import says to people: columns as they see them, figures converted, no false alarms."""

from __future__ import annotations

from pathlib import Path

import pytest

from features import template
from features.language import LANGUAGES
from features.regions import Regions
from features.units import hint
from tests.features.import_files import file_of, read, refused, workbook_of

_GOOD = "id,name,kind,region,industry\nE2,示例公司,company,萧山区,1761\n"


def test_a_file_of_another_name_is_known_by_its_headers(tmp_path: Path) -> None:
    assert list(read(file_of(tmp_path, "e.csv", _GOOD)).tables) == ["enterprises"]


def test_our_own_helper_sheets_are_not_told_as_ignored(tmp_path: Path) -> None:
    for lang in LANGUAGES:
        out = tmp_path / f"{lang}.xlsx"
        template.write("enterprises", out, lang)
        assert read(out).ignored == []


def test_a_finding_names_the_column_as_written_with_its_letter(tmp_path: Path) -> None:
    rows = [("编号", "名称", "所在地", "行业代码"), ("E2", "示例", "桐芦县", "1761")]
    (finding,) = refused(workbook_of(tmp_path, "enterprises", rows))
    assert finding.column == "region" and finding.as_dict()["column"] == "region"
    assert finding.heading == {"zh": "所在地（C 列）", "en": "所在地 (column C)"}


def test_a_finding_names_other_columns_by_their_labels(tmp_path: Path) -> None:
    text = _GOOD.replace("industry\n", "industry,available_from,available_until\n")
    text = text.replace("1761\n", "1761,2008-03-01,2008-02-01\n")
    (finding,) = refused(file_of(tmp_path, "enterprises.csv", text))
    assert "起始日期" in finding.message["zh"] and "available" not in finding.message["zh"]


def test_a_reference_that_leads_nowhere_names_the_table_as_people_do(tmp_path: Path) -> None:
    text = "enterprise_id,resource_id,date,stage\nE9,R9,2008-03-01,signed\n"
    found = refused(file_of(tmp_path, "outcomes.csv", text))
    assert [f.message["zh"].partition("“")[0] for f in found] == ["企业档案里没有", "项目库里没有"]
    assert "among the Resources" in found[1].message["en"]


@pytest.mark.parametrize(
    ("written", "unit", "figure"),
    [("1.25亿元", "万元", "12500"), ("3公顷", "亩", "45"), ("35000元", "万元", "3.5"),
     ("1.2万人", "人", "12000"), ("1,200万元", "万元", "1200")],
)  # fmt: skip
def test_a_unit_that_is_known_is_converted(written: str, unit: str, figure: str) -> None:
    said = hint(written, {"zh": unit, "en": unit})
    assert said is not None and said["zh"].endswith(f"请写 {figure}")


@pytest.mark.parametrize("written", ["约50", "50左右", "不详", "待定", "50多"])
def test_what_is_about_or_not_known_is_to_be_left_empty(written: str) -> None:
    said = hint(written, None)
    assert said is not None and "留空" in said["zh"]


@pytest.mark.parametrize(
    ("written", "code"),
    [("Sanmen", "331022"), ("Sanmen County", "331022"), ("qujiang", "330803"),
     ("Lin'an", "330112"), ("hangzhou", "330100"), ("jingning", "331127")],
)  # fmt: skip
def test_a_region_is_known_by_its_english_name(written: str, code: str) -> None:
    assert Regions.built_in().resolve(written) == code
