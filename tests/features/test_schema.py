"""The schema: complete, said in both languages, and what documents say of it is current."""

from __future__ import annotations

import re
import string

import pytest

from features import schema_docs
from features.findings import Finding
from features.language import LANGUAGES, catalogue, text
from features.remarks import Place, Remarks
from features.schema import (
    FORMS,
    INTENTS,
    PROGRAMME_OF,
    PROGRAMMES,
    RESOURCE_KINDS,
    TABLES,
    TableSpec,
    choice_label,
    headers,
)

SPECS = pytest.mark.parametrize("spec", TABLES.values(), ids=TABLES)

CONTRACT = {
    "enterprises": "id name kind region industry description founded employees revenue_wan growth "
    "intents forms skills budget_wan land_need_mu labour_need energy_need_tce pollution_level "
    "available_from available_until contact phone officer confirmed_on",
    "resources": "id name kind region enclave_region park industries description forms skills "
    "land_mu land_price_wan_per_mu labour_supply wage_yuan_month energy_quota_tce "
    "min_investment_wan max_pollution subsidy_rate capacity available_from available_until "
    "contact phone officer confirmed_on",
    "outcomes": "enterprise_id resource_id date stage amount_wan funded_wan jobs",
    "projects": "id name enterprise_ids resource_id region park programme campaign form source "
    "event_id agreed_wan loan_wan loan_years subsidy_rate land_mu criteria signed_on planned_start "
    "started_on production_on planned_completion completed_on ended_on end_reason jobs trained "
    "officer",
    "funds": "id project_id date amount_wan kind document",
    "problems": "id project_id raised_on text owner due_on answered_on answer rating",
    "interests": "side id target level reason event_id until",
    "parks": "id name region partner_region area_mu filled_mu admission",
    "pairings": "pairing developed_region underdeveloped_region valid_from valid_until",
    "events": "id name place date_from date_until tables slot_minutes opens closes",
    "visits": "date developed_region underdeveloped_region kind note",
    "targets": "indicator year region unit value",
    "actuals": "indicator year region value source",
}
KEYS = {
    "outcomes": ("enterprise_id", "resource_id", "date"),
    "interests": ("side", "id", "target", "event_id"),
    "pairings": ("pairing", "developed_region", "underdeveloped_region", "valid_from"),
    "visits": ("date", "developed_region", "underdeveloped_region", "kind"),
    "targets": ("indicator", "year", "region"),
    "actuals": ("indicator", "year", "region"),
    "regions": ("code",),
    "industries": ("code",),
}


def test_every_table_has_the_columns_that_were_promised() -> None:
    assert {name: " ".join(TABLES[name].names) for name in CONTRACT} == CONTRACT
    assert set(TABLES) == {*CONTRACT, "regions", "industries"}
    assert {n: spec.key for n, spec in TABLES.items()} == {
        name: KEYS.get(name, ("id",)) for name in TABLES
    }


LABELS = {
    "enterprises": "编号 名称 类别 所在地 行业代码 主营业务 成立年份 职工人数 营业收入 收入增长率 "
    "合作意向 合作方式 所需工种 投资预算 用地需求 用工需求 用能需求 污染等级 起始日期 截止日期 "
    "联系人 联系电话 经办人 核实日期",
    "resources": "编号 名称 类别 所在地 飞地所在地 园区 欢迎行业 说明 合作方式 工种 土地面积 地价 "
    "劳动力供给 月工资 用能指标 最低投资额 污染上限 贴息率 可接纳数 起始日期 截止日期 联系人 "
    "联系电话 经办人 核实日期",
    "outcomes": "企业编号 资源编号 日期 阶段 协议金额 到位资金 就业人数",
}


@pytest.mark.parametrize("table", LABELS)
def test_labels_are_those_that_were_promised(table: str) -> None:
    assert " ".join(c.label["zh"] for c in TABLES[table].columns) == LABELS[table]


def test_choices_are_those_that_were_promised() -> None:
    assert len(INTENTS) == 7 and len(FORMS) == 11
    assert len(RESOURCE_KINDS) == 19
    assert PROGRAMMES == ("industry", "rural", "labour", "social")
    assert PROGRAMME_OF["enterprise"] == "industry" and PROGRAMME_OF["talent"] == "social"


@SPECS
def test_every_column_is_labelled_and_explained_in_both_languages(spec: TableSpec) -> None:
    for lang in LANGUAGES:
        assert spec.label[lang] and spec.help[lang]
        labels = [column.label[lang] for column in spec.columns]
        assert all(labels) and len(set(labels)) == len(labels)
        assert all(column.help[lang] for column in spec.columns)


@SPECS
def test_no_header_means_two_columns(spec: TableSpec) -> None:
    for column in spec.columns:
        for header in (column.name, column.label["zh"], column.label["en"]):
            assert headers(spec)[header.lower()] == column.name


@SPECS
def test_choices_are_labelled_and_no_label_means_two_of_them(spec: TableSpec) -> None:
    for column in spec.columns:
        said = [
            word.lower()
            for choice in column.choices
            for word in {choice, *choice_label(spec.name, column.name, choice).values()}
        ]
        assert len({*said}) == len(said) and all(said)


def test_what_is_referred_to_is_stored_first() -> None:
    order = list(TABLES)
    for spec in TABLES.values():
        for column in spec.columns:
            if column.references:
                assert order.index(column.references) < order.index(spec.name)


def test_only_names_of_people_are_for_staff_alone() -> None:
    staff = {(s.name, c.name) for s in TABLES.values() for c in s.columns if c.staff_only}
    people = ("contact", "phone", "officer")
    assert staff == {(t, c) for t in ("enterprises", "resources") for c in people} | {
        ("projects", "officer")
    }


def test_an_unknown_column_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="outcomes has no column budget_wan"):
        TABLES["outcomes"].column("budget_wan")


def test_the_page_on_tables_is_current() -> None:
    assert schema_docs.TARGET.read_text(encoding="utf-8") == schema_docs.markdown()


@SPECS
def test_the_page_on_tables_tells_every_column(spec: TableSpec) -> None:
    page = schema_docs.markdown().split(f"## {spec.name} ·")[1].split("\n## ")[0]
    for column in spec.columns:
        assert re.search(rf"^\| \**`{column.name}`", page, re.MULTILINE)


_FINDINGS = sorted(code for code in catalogue() if code.startswith("finding."))


@pytest.mark.parametrize("code", _FINDINGS)
def test_a_message_needs_the_same_values_in_both_languages(code: str) -> None:
    named = [
        {name for _, name, _, _ in string.Formatter().parse(catalogue()[code][lang]) if name}
        for lang in LANGUAGES
    ]
    assert named[0] == named[1]
    assert named[0] & {"value", "column", "name"}, "a message must say what stands there"


def test_a_finding_is_the_json_object_that_was_promised() -> None:
    remarks = Remarks()
    remarks.add(Place(1, "a.csv"), "not_a_number", row=2, column="growth", value="x")
    (finding,) = remarks.error(10).findings
    assert isinstance(finding, Finding)
    assert finding.as_dict() == {
        "file": "a.csv",
        "sheet": None,
        "row": 2,
        "column": "growth",
        "value": "x",
        "code": "not_a_number",
        "level": "error",
        "message": text("finding.not_a_number", value="x", column="growth"),
    }
