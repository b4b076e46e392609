"""How the made-up enterprises and places describe themselves: patterns filled from the chains."""

from __future__ import annotations

from collections.abc import Sequence

from data.demo_dice import Dice
from data.demo_world import Link

_MAKERS = (
    "主营{a}、{b}，产品销往省内外。",
    "专业生产{a}和{b}。",
    "从事{a}、{b}、{c}的研发、生产与销售。",
    "以{a}起家，现主导产品为{b}，另有{c}。",
    "本地较早的{a}企业，年出口{b}若干批次。",
    "为多家大厂配套{a}，近年上马{b}。",
    "经营范围：{a}；{b}；{c}。",
    "{a}、{b}加工。",
)
_TRADERS = (
    "经营{a}、{b}，客户遍及华东。",
    "主要做{a}，兼做{b}。",
    "从事{a}、{b}、{c}。",
    "{a}及相关业务，正向{b}延伸。",
)
_ENGLISH = (
    "Maker of {a} and {b}, mostly for export.",
    "The company develops, produces and sells {a}, {b} and {c}.",
    "Main lines: {a}; {b}.",
)
_ENGLISH_TRADERS = (
    "Engaged in {a} and {b}.",
    "Provides {a}; also {b} and {c}.",
)
_WANTS = {
    "invest": ("拟到山区县新建生产线", "有意投资上游或下游配套项目", "寻找投资项目"),
    "relocate": ("本地用地紧张，考虑整体搬迁", "拟将部分产能向外转移"),
    "outsource": ("有大量订单可外发加工", "愿发放来料加工单", "寻求稳定的外协点"),
    "source": ("长期收购优质原料和农产品", "希望建立采购基地"),
    "hire": ("常年缺{skill}，希望成批招工", "急招{skill}"),
    "train": ("愿合作开办{skill}订单班", "可提供技能培训师资"),
    "support": ("愿参与结对帮扶", "已设帮扶基金"),
}
_VAGUE = (
    "综合经营，产品以出口为主。",
    "民营企业，管理规范，信誉良好。",
    "年销售额稳步增长，欢迎合作。",
)

_INSTITUTIONS = {
    "职业学校": "可面向山区县开办机械、缝纫、烹饪等订单培训班，安排毕业生就业。",
    "中学": "愿与山区学校结对，互派教师，资助贫困学生。",
    "医院": "综合性医院，可派医疗队下乡，接收进修医生，开展远程会诊。",
    "农科所": "推广茶叶、食用菌、果蔬新品种新技术，派科技特派员驻村。",
    "研究院": "从事新材料和装备研发，可提供技术攻关与信息服务。",
    "文化馆": "组织送戏下乡、非遗展演和文艺培训。",
    "建设部门": "负责结对帮扶中的道路、饮水、村庄整治项目。",
}

_PLACES = {
    "land": ("三通一平工业用地，欢迎{a}、{b}企业落户", "园区熟地，已有{a}企业集聚，缺{b}等配套",
             "规划{zh}区块，重点引进{a}、{b}"),
    "factory": ("新建标准厂房，适合{a}、{b}", "闲置厂房一处，原做{a}，水电齐全",
                "多层厂房，可分层出租给{a}、{b}企业"),
    "farmland": ("{a}基地，集中连片，寻求种植、加工和销售合作", "现有{a}、{b}，求购销与深加工伙伴",
                 "流转农地，发展{a}和{b}"),
    "tourism": ("{a}资源丰富，拟开发{b}", "整体打造{a}、{b}，寻求投资运营商",
                "生态良好，距高速出口近，适合{a}"),
    "energy": ("{a}项目，前期工作已完成", "拟建{a}，寻求投资方", "{a}和{b}开发权出让"),
    "mineral": ("{a}储量可靠，寻求开采和深加工", "{a}、{b}资源，限有加工能力的企业"),
    "port": ("深水岸线可建码头，宜{a}、{b}", "渔港与{a}配套，欢迎{b}"),
    "enterprise": ("本地{zh}企业，产{a}、{b}，寻求合资或配套",
                   "现有{a}生产线，愿以股权换资金和技术", "承接{a}外协，希望与大企业联合"),
    "village": ("村集体发展{a}、{b}，盼结对帮扶", "山区村，有{a}，缺资金和销路",
                "来料加工与{a}并举，富余劳力较多"),
    "labour": ("组织{skill}外出务工，熟练工占一半", "富余劳动力，会{skill}，可成批输出",
               "每年可输送{skill}，男女均有"),
    "processing_base": ("来料加工基地，承接{a}、{b}", "{zh}加工点若干，妇女为主，工价优惠",
                        "乡镇加工点，可做{a}"),
    "training": ("农民技能培训基地，开设{skill}等班", "订单培训，定向输出{skill}",
                 "职业中专实训中心，愿与企业联办{skill}班"),
    "infrastructure": ("通村公路和桥梁改造", "农村饮水工程", "集镇污水管网建设"),
    "education": ("希望小学改建，缺教师和图书", "中心学校宿舍楼，寻求资助", "普通高中盼结对交流"),
    "science": ("盼农技专家驻点，推广{a}", "科技示范园，需要{a}技术支持"),
    "culture": ("文化礼堂与图书室建设", "非遗传承馆，展示{a}", "乡镇文化站设备更新"),
    "health": ("乡镇卫生院改造，缺设备", "县医院盼对口支援和进修名额", "村卫生室标准化"),
    "talent": ("选派干部和技术人员挂职", "急需医生、教师和工程师短期支援"),
    "information": ("农村信息服务站建设", "劳务与农产品信息平台"),
}  # fmt: skip
_PLACES_ENGLISH = (
    "Site for {a} and {b}; partners wanted.",
    "The county offers {a}; processing and sales of {b} are sought.",
)


def describe_enterprise(
    dice: Dice, link: Link, intents: Sequence[str], skills: Sequence[str]
) -> str:
    """What a company says of itself: mostly Chinese, now and then English or next to nothing."""
    style = dice.uniform()
    if style < 0.07:
        return dice.pick(_VAGUE)
    trading = link.codes[0][:2] >= "51"
    if style < 0.17:
        a, b, c = dice.some(link.words_en, 3)
        return dice.pick(_ENGLISH_TRADERS if trading else _ENGLISH).format(a=a, b=b, c=c)
    a, b, c = dice.some(link.words_zh, 3)
    said = dice.pick(_TRADERS if trading else _MAKERS).format(a=a, b=b, c=c)
    if dice.chance(0.45):
        wish = dice.pick(_WANTS[dice.pick(intents)])
        said += wish.format(skill=dice.pick(skills) if skills else "熟练工") + "。"
    return said


def describe_institution(what: str) -> str:
    """What an institution can do for its partner county."""
    return _INSTITUTIONS[what]


def describe_resource(
    dice: Dice, kind: str, link: Link, also: Link | None, skills: Sequence[str]
) -> str:
    """What a county says of a place, a project or its people."""
    if dice.chance(0.05) and kind in ("land", "factory", "farmland", "tourism", "enterprise"):
        a, b = dice.some(link.words_en, 2)
        return dice.pick(_PLACES_ENGLISH).format(a=a, b=b)
    a, b = dice.some(link.words_zh, 2)
    if also is not None and dice.chance(0.7):
        b = dice.pick(also.words_zh)
    skill = "、".join(skills)
    return dice.pick(_PLACES[kind]).format(a=a, b=b, zh=link.zh, skill=skill) + "。"
