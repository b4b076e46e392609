"""Enterprises entered twice are found; branches, sisters and strangers are not."""

from __future__ import annotations

from itertools import combinations

import pytest

from features.duplicate_judge import WEIGHTS as OF_ROWS
from features.duplicates import Duplicates, likely_duplicates
from features.industries import Industries
from features.language import LANGUAGES, catalogue
from features.name_likeness import WEIGHTS as OF_NAMES
from features.regions import Regions
from features.tables import Table, Value
from made_names import Firm, firms, table

REGIONS, INDUSTRIES = Regions.built_in(), Industries.built_in()


def _found(rows: Table, at_least: float = 0.5) -> Duplicates:
    return likely_duplicates(rows, REGIONS, INDUSTRIES, at_least=at_least)


def _two(a: str, b: str, **cells: Value) -> Table:
    rows: list[dict[str, Value]] = [
        {"id": f"E-{i}", "name": name, "region": "330109", "industry": "17", **cells}
        for i, name in enumerate((a, b))
    ]
    return Table.from_rows("enterprises", rows)


def _truth(rows: list[Firm]) -> set[tuple[str, str]]:
    return {
        (f"E-{i:05}", f"E-{j:05}")
        for (i, a), (j, b) in combinations(enumerate(rows), 2)
        if a.truth == b.truth
    }


@pytest.mark.parametrize("seed", range(4))
def test_of_three_hundred_made_names_nearly_all_second_spellings_are_found(seed: int) -> None:
    rows = firms(300, seed, variants=100)
    truth = _truth(rows)
    found = {(pair.a, pair.b) for pair in _found(table(rows)).pairs}
    assert len(found & truth) >= 0.95 * len(truth)
    assert len(found & truth) >= 0.90 * len(found)


SAME = [
    ("杭州海康威视数字技术股份有限公司", "海康威视"),
    ("浙江三花智能控制股份有限公司", "三花智控"),
    ("雅戈尔集团股份有限公司", "雅戈尔集团"),
    ("宁波金田铜业（集团）股份有限公司", "宁波金田铜业集团"),
    ("万向钱潮股份有限公司", "万向钱潮公司"),
    ("萧山宏达纺织厂", "杭州萧山宏达纺织有限公司"),
    ("浙江宏达纺织有限公司", "宏达纺织有限公司（浙江）"),
    ("浙江宏达纺织有限公司", "浙江鸿达纺织有限公司"),
    ("浙江宏达纺织有限公司", "浙江宏达织纺有限公司"),
    ("浙江宏达纺织有限公司", "浙江宏达纺只有限公司"),
    ("浙江宏达纺织有限公司", "浙扛宏达纺织有限公司"),
    ("浙江宏达纺织有限公司", "浙江宏達紡織有限公司"),
    ("浙江宏达纺织有限公司萧山分公司", "浙江宏达纺织公司萧山区分公司"),
    ("杭州市第一人民医院", "杭州第1人民医院"),
    ("绍兴县宏达印染厂", "绍兴市柯桥区宏达印染厂"),
    ("Zhejiang Wecome Pharmaceutical Company Limited", "ZHEJIANG WECOME PHARMA CO.,LTD"),
    ("Hongda Import & Export Co., Ltd.", "Hongda Imp. and Exp. Co Ltd"),
    ("Ningbo Zhenyu Technology Co., Ltd.", "Zhenyu Technologies (Ningbo) Inc"),
    ("Ningbo Zhenyu Technology Co., Ltd.", "Ningbo Zhenyu Techonlogy Co., Ltd."),
    ("浙江宏达纺织有限公司", "Zhejiang Hongda Textile Co., Ltd."),
]
OTHER = [
    ("浙江宏达纺织有限公司", "浙江宏达纺织有限公司萧山分公司"),
    ("浙江宏达纺织有限公司萧山分公司", "浙江宏达纺织有限公司宁波分公司"),
    ("宏达纺织一厂", "宏达纺织二厂"),
    ("宏达第一纺织有限公司", "宏达第二纺织有限公司"),
    ("宏达纺织甲厂", "宏达纺织乙厂"),
    ("萧山宏达纺织厂", "萧山宏达第三纺织厂"),
    ("浙江宏达纺织有限公司", "浙江宏达化工有限公司"),
    ("浙江宏达纺织有限公司", "浙江宏达纺织销售有限公司"),
    ("浙江宏达纺织有限公司", "浙江宏达纺织机械有限公司"),
    ("宏达集团有限公司", "宏达纺织有限公司"),
    ("杭州宏达纺织有限公司", "宁波宏达纺织有限公司"),
    ("上海宏达纺织有限公司", "浙江宏达纺织有限公司"),
    ("杭州银行股份有限公司", "宁波银行股份有限公司"),
    ("杭州市第一人民医院", "杭州市第二人民医院"),
    ("杭州市人民医院", "萧山区人民医院"),
    ("萧山城东小学", "萧山城西小学"),
    ("萧山新光纺织厂", "萧山光纺织厂"),
    ("浙江亚太机电股份有限公司", "浙江亚太药业股份有限公司"),
    ("浙江海翔药业股份有限公司", "浙江三维橡胶制品股份有限公司"),
    ("Hongda Textile Co., Ltd.", "Hongda Chemical Co., Ltd."),
    ("Hongda Textile No. 1 Factory", "Hongda Textile No. 2 Factory"),
    ("Hongda Textile Co., Ltd.", "Hengda Textile Co., Ltd. Ningbo Branch"),
    ("浙江宏达纺织有限公司", "Zhejiang Hongda Chemical Co., Ltd."),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_two_spellings_are_one_firm(a: str, b: str) -> None:
    (pair,) = _found(_two(a, b)).pairs
    assert 0.5 <= pair.score <= 1
    for evidence in pair.evidence:
        assert set(evidence.text) == set(LANGUAGES)


@pytest.mark.parametrize(("a", "b"), OTHER)
def test_branches_sisters_and_strangers_are_other_firms(a: str, b: str) -> None:
    assert _found(_two(a, b)).pairs == []
    assert _found(_two(b, a)).pairs == []


CODE = "91350100M000100Y43"


def test_one_credit_code_is_one_firm_whatever_the_names() -> None:
    rows = Table.from_rows(
        "enterprises",
        [{"id": CODE, "name": "浙江宏达纺织有限公司", "region": "330109", "industry": "17"},
         {"id": "E-2", "name": "杭州瑞丰化工厂", "region": "330203", "industry": "26",
          "x_code": "９1350100m000100y43"},
         {"id": "E-3", "name": "旧档案", "x_code": "M000100Y-4"}],
    )  # fmt: skip
    pairs = {(p.a, p.b): p for p in _found(rows).pairs}
    assert pairs.keys() == {(CODE, "E-2"), (CODE, "E-3"), ("E-2", "E-3")}
    assert pairs[CODE, "E-2"].score == 1.0 and pairs[CODE, "E-2"].keep == CODE
    assert [e.code for e in pairs[CODE, "E-2"].evidence] == ["same_code", "names_differ"]
    assert pairs["E-2", "E-3"].evidence[0].code == "same_old_code"


def test_two_credit_codes_are_two_firms_of_one_name() -> None:
    other = "91330000142909490D"  # 0..D: made with the formula of the standard
    rows = _two("浙江宏达纺织有限公司", "浙江宏达纺织有限公司")
    assert len(_found(rows).pairs) == 1
    with_codes = Table("enterprises", {**rows.columns, "x_code": [CODE, _fitting(other)]})
    assert _found(with_codes).pairs == []


def _fitting(code: str) -> str:
    from features.credit_code import credit_code

    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    return next(c for sign in signs if (c := credit_code(code[:17] + sign or "")) is not None)


def test_region_and_industry_speak_for_and_against() -> None:
    near = _two("浙江宏达纺织有限公司", "宏达纺织有限公司")
    far = Table("enterprises", {**near.columns, "region": ["330109", "330302"]})
    other = Table("enterprises", {**near.columns, "industry": ["17", "51"]})
    scores = [_found(rows, 0.01).pairs[0].score for rows in (near, other, far)]
    assert scores[0] > scores[1] > scores[2] and scores[2] < 0.5


def test_a_short_name_that_fits_many_firms_fits_none_of_them_well() -> None:
    names = ["宏达", "杭州宏达纺织有限公司", "杭州宏达针织有限公司", "杭州宏达印染有限公司"]
    rows: list[dict[str, Value]] = [
        {"id": f"E-{i}", "name": name, "region": "330109", "industry": "17"}
        for i, name in enumerate(names)
    ]
    alone = _found(Table.from_rows("enterprises", rows[:2])).pairs[0].score
    among = [p.score for p in _found(Table.from_rows("enterprises", rows), 0.01).pairs]
    assert len(among) == 3 and max(among) < alone


def test_the_order_of_rows_does_not_matter() -> None:
    rows = table(firms(120, 9, variants=40))
    mixed = rows.take(sorted(range(120), key=lambda i: (i * 37) % 120))
    assert _found(rows).pairs == _found(mixed).pairs


def test_every_finding_has_its_sentence() -> None:
    for code in (*OF_NAMES, *OF_ROWS, "names_differ", "by_chance"):
        assert f"duplicate.{code}" in catalogue()


def test_an_empty_archive_and_one_without_regions_are_searched_too() -> None:
    assert _found(Table("enterprises", {"id": [], "name": []})).pairs == []
    rows = Table("enterprises", {"id": ["a", "b"], "name": ["宏达纺织有限公司", "宏达纺织"]})
    assert [(p.a, p.b) for p in _found(rows).pairs] == [("a", "b")]
