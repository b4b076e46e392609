"""A company's name taken apart, and the codes that identify it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.credit_code import credit_code, organisation_code
from features.name_places import NamePlaces
from features.names import NameReader, fold, sounds
from features.regions import Regions

READER = NameReader(NamePlaces(Regions.built_in()))


@pytest.mark.parametrize(
    ("written", "brand", "trade", "places"),
    [
        ("浙江省杭州市萧山区宏达纺织有限公司", "宏达", "纺织", ("浙江", "330100", "330109")),
        ("宏达纺织（杭州）有限公司", "宏达", "纺织", ("330100",)),
        ("绍兴县宏达印染厂", "宏达", "印染", ("330603",)),
        ("鄞县宏达五金厂", "宏达", "五金", ("330212",)),
        ("浙江醫藥股份有限公司", "浙江", "医药", ("浙江",)),
        ("杭州银行股份有限公司", "杭州", "银行", ("330100",)),
        ("甘肃上峰水泥股份有限公司", "上峰", "水泥", ("甘肃",)),
        ("苏泊特市政工程厂", "苏泊特", "市政工程", ()),
        ("萧山区瓜沥镇金龙纺织厂", "金龙", "纺织", ("330109",)),
        ("Hangzhou Hongda Textile & Garment Co., Ltd.", "hongda", "纺织服装", ("330100",)),
        ("HONGDA TECH (NINGBO) INC", "hongda", "科技", ("330200",)),
    ],
)
def test_brand_trade_and_places_are_told_apart(
    written: str, brand: str, trade: str, places: tuple[str, ...]
) -> None:
    name = READER.read(written)
    assert (name.brand, name.trade, name.places) == (brand, trade, places)


@pytest.mark.parametrize(
    ("written", "branch"),
    [
        ("浙江宏达纺织有限公司萧山分公司", "330109分公司"),
        ("宏达纺织萧山分公司", "330109分公司"),
        ("宏达纺织二分厂", "2分厂"),
        ("宏达纺织第二分厂", "2分厂"),
        ("Hongda Textile Co., Ltd. Hangzhou Branch", "hangzhou#"),
        ("萧山宏达建材经营部", ""),
        ("宏达纺织有限公司", ""),
    ],
)
def test_a_branch_is_known_as_one(written: str, branch: str) -> None:
    assert READER.read(written).branch == branch


@pytest.mark.parametrize("written", ["有限公词", "有线公司", "限有公司", "有限公"])
def test_a_kind_of_firm_is_read_over_a_slip(written: str) -> None:
    assert READER.read(f"萧山宏达纺织{written}").core == "宏达纺织"


def test_a_word_like_a_kind_of_firm_is_none() -> None:
    assert READER.read("宏达进出口公司").trade == "进出口"
    assert READER.read("宏达有色金属公司").trade == "有色金属"


@given(st.text(max_size=40))
def test_any_text_at_all_is_read(written: str) -> None:
    name = READER.read(written)
    assert name.written == written
    assert READER.read(written) == name


@given(st.text(st.characters(codec="gb2312"), max_size=20))
def test_width_and_old_characters_make_no_difference(written: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in written)
    assert fold(wide) == fold(written)
    assert fold(fold(written)) == fold(written)


def test_characters_of_one_sound_sound_alike() -> None:
    assert sounds("宏达") == sounds("鸿答") == "hongda"
    assert sounds("宏达") != sounds("恒达")


# GB 32100-2015, annex: 91350100M000100Y43 is the standard's own example.
@pytest.mark.parametrize(
    "written", ["91350100M000100Y43", " 91350100m000100y43", "９１３５０１００M000100Y43"]
)
def test_a_credit_code_is_read_as_written(written: str) -> None:
    assert credit_code(written) == "91350100M000100Y43"


@pytest.mark.parametrize(
    "written",
    ["91350100M000100Y44", "91350100M000100I43", "91350100M000100Y4", "", None, 12, "E-1"],
)
def test_what_does_not_fit_its_check_character_is_no_code(written: object) -> None:
    assert credit_code(written) is None


def test_a_credit_code_holds_the_organisation_code() -> None:
    # M000100Y: weights 3 7 9 10 5 8 4 2; M = 22, Y = 34: 66+0+0+0+5+0+0+68 = 139; -139 mod 11 = 4
    assert organisation_code("91350100M000100Y43") == "M000100Y4"
    assert organisation_code("M000100Y-4") == "M000100Y4"
    assert organisation_code("M000100Y-5") is None
    assert organisation_code("123456789") is None
