"""Match lists made by hand, for the tests of what is made from them."""

from __future__ import annotations

from datetime import date

from api.reports import Provenance
from features.language import Text
from matcher.match_list import Match, MatchList, PairAnswer, Reason

MADE = Provenance("2009-07-01T08:00:00Z", "wang")


def words(zh: str, en: str) -> Text:
    return {"zh": zh, "en": en}


COUNTY = Match(
    rank=1,
    candidate_id="R-001",
    name="淳安县千岛湖镇坪山工业功能区标准厂房二期及配套宿舍楼（含污水处理设施）",
    region="330127",
    region_name=words("淳安县", "Chun'an County"),
    score=1.25,
    base=0.5,
    other=0.125,
    probability={"signed": 0.17, "started": 0.15, "funded": 0.1, "completed": 0.08},
    interval={"signed": (0.12, 0.23)},
    expected_investment_wan=1234.5,
    paired=True,
    distance_km=123.4,
    terms={
        "land_price_wan_per_mu": 8.5,
        "land_mu": 60.0,
        "wage_yuan_month": None,
        "subsidy_rate": 0.03,
        "available_from": date(2009, 1, 1),
        "forms": ("lease", "joint_venture"),
    },
    reasons=(
        Reason("chain", 0.5, words("同在纺织服装链，正好上下游", "Same chain: one step down")),
        Reason("land_fit", 0.25, words("可供土地 60 亩，够用", "60 mu on offer, 50 needed")),
        Reason("distance", -0.125, words("相距 123 公里，偏远", "123 km apart, rather far")),
    ),
    cautions=(("stale", words("资料 14 个月未核实", "Last confirmed 14 months ago")),),
    improve=(words("地价降 2 万元/亩", "A land price lower by 20,000 yuan a mu"),),
    contacts={"contact": "张三", "phone": "0571-00000000", "officer": "李四"},
)

HARMFUL = Match(
    rank=2,
    candidate_id="R-002",
    name='=HYPERLINK("x") [bold]山[/bold]',
    region=None,
    region_name=words("", ""),
    score=1.0,
    base=0.5,
    other=0.5,
    probability={"signed": 0.62, "started": 0.5, "funded": 0.3, "completed": 0.0},
    interval={"signed": (0.4, 0.8)},
    known="declined",
    via="E-9",
)

LIST = MatchList(
    query={"side": "enterprise", "id": "E-001", "name": "萧山示例纺织有限公司"},
    model={"id": "m-1", "trained_as_of": "2009-06-30", "degraded": False},
    as_of=date(2009, 6, 30),
    pairing="official-2006",
    matches=(COUNTY, HARMFUL),
    outlook=words("一百次这样的牵线约有 18 次签约。", "About 18 in a hundred such are signed."),
    filters={"top": 20, "cross_pair": "allow", "programme": "industry", "kind": None},
    made_up=True,
)

EMPTY = MatchList(
    query={"side": "region", "id": "330127", "name": "淳安县"},
    model={"id": "rule", "trained_as_of": None, "degraded": False},
    as_of=date(2009, 6, 30),
    pairing="official-2006",
    matches=(),
    note=words("18 个因投资门槛被排除。", "The least investment removed 18."),
)

BARRED = PairAnswer(
    possible=False,
    barred=(("pollution", words("污染等级 3 高于上限 1", "Pollution level 3 is above 1")),),
    match=COUNTY,
    query=LIST.query,
    model=LIST.model,
    as_of=LIST.as_of,
    pairing=LIST.pairing,
    made_up=True,
)
