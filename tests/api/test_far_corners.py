"""Ways in for those at the edges: counties of other provinces, merchants, institutions, campaigns.

Each stands on one side of a match without what most have: a county of Zhejiang, a region at all,
an industry, a budget.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from api.store import Store
from api.store.errors import StillReferred
from api.usecases import deleting, exporting, graph, importing, match, targets
from matcher.match_list import MatchList
from matcher.rates import Filters

FILES = {
    "regions": """code,name,prefecture,prefecture_code,side_2006,lat,lon
361127,余干县,上饶市,361100,underdeveloped,28.69,116.69
310115,浦东新区,上海市,310100,developed,31.22,121.54
""",
    "enterprises": """id,name,kind,region,industry,description,intents,budget_wan,labour_need
E-1,浦东示例服装有限公司,company,浦东新区,181,童装与休闲服装加工，出口欧美,outsource;invest,3000,200
E-2,萧山示例纺织有限公司,company,萧山区,176,化纤面料织造,invest,2000,50
M-1,在沪浙商示例,merchant,,,从事服装与家纺贸易，愿回乡投资办厂,invest;outsource,5000,300
H-1,浙江示例人民医院,institution,杭州市,,三级甲等综合医院，可派医生帮扶、带教,support;train,,
S-1,萧山示例职业技术学校,institution,萧山区,,缝纫、数控、电子商务职业培训,train;support,,
D-1,省农业科学院示例所,institution,杭州市,,,,,
""",
    "resources": """id,name,kind,region,description,industries,labour_supply,capacity
R-1,余干来料加工点,processing_base,余干县,缝纫女工两百人，承接服装来料加工,18,200,3
R-2,余干卫生院帮扶项目,health,余干县,乡镇卫生院缺医生，求医疗人员培训与设备,,,2
R-3,淳安县中学帮扶,education,淳安县,希望重点中学结对支教,,,2
R-4,江山工业园地块,land,江山市,工业用地，欢迎纺织服装,17;18,,5
R-5,青田劳务培训,training,青田县,缝纫工、电工培训,,,4
R-6,文成农业科技服务,science,文成县,高山蔬菜种植技术指导,01,,2
""",
    "pairings": """pairing,developed_region,underdeveloped_region,valid_from,valid_until
out-2010,浦东新区,余干县,2008-01-01,
""",
    "interests": """side,id,target,level,reason,event_id,until
region,余干县,M-1,yes,,,
enterprise,M-1,余干县,yes,,,
enterprise,E-2,余干县,no,太远,,2030-12-31
""",
    "projects": """id,name,enterprise_ids,resource_id,region,campaign,agreed_wan,signed_on,\
started_on
P-1,百村项目,E-1,R-1,,百村结对,800,2009-01-05,2009-03-01
P-2,回归项目,M-1,,淳安县,浙商回归,1200,2009-02-01,
P-3,另一百村项目,E-2,,江山市,百村结对,200,2009-04-01,
""",
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with all of them, imported as their users would."""
    folder = tmp_path / "in"
    folder.mkdir()
    for table, rows in FILES.items():
        (folder / f"{table}.csv").write_text(rows, encoding="utf-8")
    store = Store.open(create=True)
    importing.run(store, [folder])
    return store


def _list(store: Store, **asked: str) -> MatchList:
    answer = match.run(store, **asked)  # type: ignore[arg-type]
    assert isinstance(answer, MatchList)
    return answer


def test_counties_outside_the_province_are_matched_both_ways(store: Store, tmp_path: Path) -> None:
    (first, *_) = _list(store, resource="R-2").matches
    assert first.candidate_id == "M-1"  # both sides said yes
    by_region = _list(store, region="余干县")
    assert {m.via for m in by_region.matches} <= {"R-1", "R-2"}
    assert "E-2" not in [m.candidate_id for m in by_region.matches]
    found = {m.candidate_id: m for m in _list(store, enterprise="E-2").matches}
    assert not {"R-1", "R-2"} & found.keys()
    paired = {m.candidate_id: m for m in _list(store, region="浦东新区").matches}
    assert paired["R-2"].paired and paired["R-2"].distance_km == pytest.approx(545, abs=2)
    report = graph.run(store, tmp_path / "g.html", pairing="out-2010")
    assert (report.regions, report.lines) == (2, 1)
    assert "余干县" in (tmp_path / "g.html").read_text(encoding="utf-8")


def test_a_merchant_without_region_is_a_query_with_reasons_and_without_a_distance(
    store: Store,
) -> None:
    found = _list(store, enterprise="M-1")
    assert {m.candidate_id for m in found.matches[:2]} == {"R-1", "R-2"}
    for match_ in found.matches:
        assert match_.distance_km is None and not match_.paired
        assert match_.reasons and "no_place" in [code for code, _ in match_.cautions]
    # Past those it has agreed with, what it does decides: land that welcomes textiles and garments.
    assert found.matches[2].candidate_id == "R-4"


@pytest.mark.parametrize(
    ("who", "first"), [("H-1", "R-2"), ("S-1", "R-5"), ("D-1", "R-6")],
    ids=["hospital", "school", "department"],
)  # fmt: skip
def test_an_institution_is_led_to_what_it_can_do(store: Store, who: str, first: str) -> None:
    found = _list(store, enterprise=who)
    assert found.matches[0].candidate_id == first
    assert all(match_.reasons for match_ in found.matches)


def test_campaigns_are_kept_filtered_and_counted(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "projects.csv"
    exporting.run(store, "projects", out)
    before = out.read_bytes()
    importing.run(store, [out])
    exporting.run(store, "projects", out)
    assert out.read_bytes() == before and "浙商回归".encode() in before
    counted = targets.run(store, by=["campaign"], as_of=date(2010, 1, 1)).cuts["campaign"]
    assert {row.key: row.projects for row in counted} == {("百村结对",): 2, ("浙商回归",): 1}
    only = targets.run(store, filters=Filters(campaign="百村结对"), as_of=date(2010, 1, 1))
    assert (only.total.projects, only.total.agreed_wan) == (2, 1000)
    assert only.total.start_rate == 0.5


def test_a_county_of_another_province_is_not_deleted_while_rows_lie_in_it(store: Store) -> None:
    with pytest.raises(StillReferred):
        deleting.run(store, "regions", ["361127"])
