"""Whatever a region is called, one code comes of it; what is not a region is said so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import data
from features.place_names import half_width
from features.regions import AmbiguousRegion, Regions, UnknownRegion
from features.tables import Table

REGIONS = Regions.built_in()
ROWS = data.rows("regions")
WRITTEN = sorted(
    {
        (written, row["code"])
        for row in ROWS
        for column in ("code", "name", "code_2006", "name_2006", "written_as")
        if (written := row[column])
    }
    | {(row[c], row["prefecture_code"]) for row in ROWS for c in ("prefecture", "prefecture_code")}
)
BLANKS = st.text(alphabet=" \t\u3000\u00a0", max_size=3)
FULL_WIDTH = {0x21 + i: 0xFF01 + i for i in range(94)}
OTHER_DIGITS = ["٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９", "⁰¹²³⁴⁵⁶⁷⁸⁹", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"]


def side(written: str, regions: Regions = REGIONS) -> str | None:
    return regions.side[regions.index[regions.resolve(written)]]


def said(error: UnknownRegion | AmbiguousRegion) -> str:
    return error.message["zh"] + error.message["en"]


@pytest.mark.parametrize(("written", "code"), WRITTEN)
def test_every_name_and_code_then_and_now_leads_to_its_unit(written: str, code: str) -> None:
    assert REGIONS.resolve(written) == code


@given(st.sampled_from(WRITTEN), BLANKS, BLANKS, st.booleans())
def test_blanks_and_width_do_not_matter(
    case: tuple[str, str], before: str, after: str, wide: bool
) -> None:
    written, code = case
    typed = written.translate(FULL_WIDTH) if wide else written
    assert REGIONS.resolve(before + typed + after) == code


@given(st.sampled_from(ROWS), st.sampled_from(["", "浙江省", "浙江", "浙江省 "]), st.booleans())
def test_a_unit_may_be_written_after_its_province_and_prefecture(
    row: dict[str, str], province: str, short: bool
) -> None:
    city = row["prefecture"].removesuffix("市") if short else row["prefecture"]
    for column in ("name", "name_2006", "written_as"):
        if row[column]:
            assert REGIONS.resolve(province + city + row[column]) == row["code"]


@given(st.text(max_size=40))
def test_anything_else_is_an_unknown_region_never_a_crash(written: str) -> None:
    try:
        assert REGIONS.resolve(written) in REGIONS
    except (UnknownRegion, AmbiguousRegion) as error:
        assert set(error.message) == {"zh", "en"}


@given(
    st.lists(
        st.sampled_from("浙江省杭州市萧山区绍兴县宁波象景畲族自治0123456789３٣ "), max_size=12
    ).map("".join)
)
def test_shuffled_pieces_of_names_never_crash(written: str) -> None:
    try:
        assert REGIONS.resolve(written) in REGIONS
    except (UnknownRegion, AmbiguousRegion) as error:
        named = error.suggestions if isinstance(error, UnknownRegion) else error.candidates
        assert all(code in REGIONS for _, code in named)


@given(st.sampled_from(WRITTEN))
def test_a_suggestion_can_be_taken_as_it_is(case: tuple[str, str]) -> None:
    with pytest.raises(UnknownRegion) as caught:
        REGIONS.resolve(case[0] + "开发区东")
    for name, code in caught.value.suggestions:
        assert REGIONS.resolve(name) == REGIONS.resolve(code) == code


@pytest.mark.parametrize("digits", OTHER_DIGITS)
def test_only_ascii_and_full_width_digits_are_codes(digits: str) -> None:
    written = "".join(digits[int(d)] for d in "330109")
    if half_width(written) == "330109":
        assert REGIONS.resolve(written) == "330109"
    else:
        with pytest.raises(UnknownRegion):
            REGIONS.resolve(written)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("萧山", "330109"),
        ("柯桥", "330603"),
        ("景宁", "331127"),
        ("景宁畲族", "331127"),
        ("杭州", "330100"),
        ("杭州萧山", "330109"),
        ("绍兴绍兴县", "330603"),
        ("浙江 金华 义乌", "330782"),
        ("下城", "330103"),
        ("330183", "330111"),
    ],
)
def test_suffixes_may_be_left_out_and_old_codes_lead_to_the_present_unit(
    written: str, code: str
) -> None:
    assert REGIONS.resolve(written) == code


def test_a_name_without_suffix_that_fits_two_regions_is_asked_back() -> None:
    with pytest.raises(AmbiguousRegion) as caught:
        REGIONS.resolve("绍兴")
    assert set(caught.value.candidates) == {("绍兴市", "330600"), ("绍兴县", "330603")}
    assert "“绍兴县”（330603）" in caught.value.message["zh"]
    assert "绍兴县 (330603)" in caught.value.message["en"]


def test_a_slip_in_a_name_is_answered_with_the_name_meant() -> None:
    with pytest.raises(UnknownRegion) as caught:
        REGIONS.resolve("桐芦县")
    assert caught.value.suggestions == [("桐庐县", "330122")]
    assert caught.value.message == {
        "zh": "“桐芦县”不是浙江的县级单位，是否为“桐庐县”（330122）？",
        "en": "'桐芦县' is not a county-level unit of Zhejiang; did you mean 桐庐县 (330122)?",
    }


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("宁波市萧山区", ("萧山区", "330109")),
        ("萧山市", ("萧山区", "330109")),
        ("萧山经济技术开发区", ("萧山区", "330109")),
        ("330109103", ("萧山区", "330109")),
        ("330183001", ("富阳区", "330111")),
        ("330188", ("富阳区", "330111")),
        ("龙港镇", ("龙港市", "330383")),
    ],
)
def test_what_may_have_been_meant_comes_first(written: str, first: tuple[str, str]) -> None:
    with pytest.raises(UnknownRegion) as caught:
        REGIONS.resolve(written)
    assert first in caught.value.suggestions
    assert first[1] in said(caught.value)


@pytest.mark.parametrize("written", ["", "  ", "\u3000"])
def test_an_empty_cell_is_said_to_be_empty(written: str) -> None:
    with pytest.raises(UnknownRegion) as caught:
        REGIONS.resolve(written)
    assert caught.value.message["zh"].startswith("没有写地区")


@pytest.mark.parametrize("written", ["浙江省", "浙江", "330000"])
def test_the_whole_province_is_no_region(written: str) -> None:
    with pytest.raises(UnknownRegion) as caught:
        REGIONS.resolve(written)
    assert "全省" in caught.value.message["zh"]


def test_a_page_of_text_in_a_cell_is_shown_short() -> None:
    with pytest.raises(UnknownRegion) as caught:
        REGIONS.resolve("浙江" * 5000)
    assert len(said(caught.value)) < 600


def test_counties_come_first_by_code_and_then_the_prefectures() -> None:
    counties = [code for code in REGIONS.codes if not REGIONS.is_prefecture(code)]
    cities = [code for code in REGIONS.codes if REGIONS.is_prefecture(code)]
    assert list(REGIONS.codes) == sorted(counties) + sorted(cities)
    assert (len(counties), len(cities)) == (93, 11)
    assert [REGIONS.index[code] for code in REGIONS.codes] == list(range(104))


def test_a_prefecture_has_its_counties_as_members_and_the_mean_of_their_points() -> None:
    members = REGIONS.members("330900")
    assert members == ("330902", "330903", "330921", "330922")
    rows = [REGIONS.index[code] for code in members]
    assert REGIONS.points[REGIONS.index["330900"]] == pytest.approx(REGIONS.points[rows].mean(0))
    assert REGIONS.members("330902") == ("330902",)
    assert {REGIONS.prefecture[i] for i in rows} == {"330900"}
    assert REGIONS.prefecture[REGIONS.index["330900"]] == "330900"


def test_a_unit_merged_away_has_no_point_and_its_prefecture_still_has_one() -> None:
    assert np.isnan(REGIONS.points[REGIONS.index["330103"]]).all()
    assert np.isfinite(REGIONS.points[REGIONS.index["330100"]]).all()
    assert "330103" in REGIONS.members("330100")


def test_sides_are_inherited_from_where_a_unit_split_off() -> None:
    assert side("龙港市") == side("苍南县") == "underdeveloped"
    assert side("临平区") == side("余杭区") == "developed"
    assert side("钱塘区") is None
    assert [side(name) for name in ("下城区", "江干区", "江东区")] == [None] * 3
    assert REGIONS.heirs("330327") == ("330383",)
    assert REGIONS.heirs("330110") == ("330113",)
    assert REGIONS.heirs("330109") == ()


def test_a_prefecture_stands_where_its_counties_stand_unless_they_differ() -> None:
    assert {REGIONS.name(c): side(c) for c in REGIONS.codes if REGIONS.is_prefecture(c)} == {
        "杭州市": None, "宁波市": "developed", "温州市": None, "嘉兴市": "developed",
        "湖州市": "developed", "绍兴市": "developed", "金华市": None, "衢州市": "underdeveloped",
        "舟山市": "underdeveloped", "台州市": None, "丽水市": "underdeveloped",
    }  # fmt: skip


def test_names_follow_the_year() -> None:
    assert REGIONS.name("330603") == REGIONS.name("330603", 2021) == "柯桥区"
    assert REGIONS.name("330603", 2006) == REGIONS.name("330603", 2010) == "绍兴县"
    assert REGIONS.name("330383", 2006) == "龙港市"
    assert REGIONS.name("330225", 2006) == "象山县"


def partner_rows() -> Table:
    return Table.from_rows(
        "regions",
        [
            {"code": "361127", "name": "余干县", "prefecture": "上饶市",
             "lat": 28.69, "lon": 116.69, "side_2006": "underdeveloped"},
            {"code": "310107", "name": "普陀区", "prefecture": "上海市"},
            {"code": "330621", "side_2006": "none"},
        ],
    )  # fmt: skip


def test_a_partner_county_outside_zhejiang_takes_part() -> None:
    regions = REGIONS.with_rows(partner_rows())
    code = regions.resolve("上饶余干")
    assert code == "361127"
    assert side("余干", regions) == "underdeveloped"
    assert regions.resolve("上饶市") == "361100" == regions.prefecture[regions.index[code]]
    assert regions.points[regions.index[code]] == pytest.approx([28.69, 116.69])


def test_a_name_that_a_partner_county_shares_is_asked_back_unless_its_city_is_named() -> None:
    regions = REGIONS.with_rows(partner_rows())
    with pytest.raises(AmbiguousRegion):
        regions.resolve("普陀区")
    assert regions.resolve("上海普陀区") == "310107"
    assert regions.resolve("舟山市普陀") == "330903"


def test_a_row_of_a_known_code_replaces_only_what_it_says() -> None:
    regions = REGIONS.with_rows(partner_rows())
    assert side("柯桥区", regions) is None
    assert regions.name("330603", 2006) == "绍兴县"
    assert np.isfinite(regions.points[regions.index["330603"]]).all()


def test_the_order_of_a_user_s_rows_does_not_matter() -> None:
    rows = partner_rows()
    one, other = REGIONS.with_rows(rows), REGIONS.with_rows(rows.take([2, 1, 0]))
    assert (one.codes, one.side, one.prefecture) == (other.codes, other.side, other.prefecture)


def test_rows_that_point_at_each_other_have_no_side() -> None:
    rows = [{"code": "A1", "split_from": "B1"}, {"code": "B1", "split_from": "A1"}]
    regions = REGIONS.with_rows(Table.from_rows("regions", rows))
    assert side("A1", regions) is None


def test_no_rows_change_nothing() -> None:
    assert REGIONS.with_rows(Table("regions")) is REGIONS
    assert Regions.built_in() is REGIONS
