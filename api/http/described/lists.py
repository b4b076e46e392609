"""Match lists, what was handed out, what people said of it, and the models behind it."""

from __future__ import annotations

from api.http.described.shapes import (
    Schema,
    by_name,
    closed,
    column,
    day,
    null,
    number,
    one_of,
    ref,
    several,
    stamp,
    text,
    whole,
    yes,
)  # fmt: skip
from features.schema import ENDINGS, STAGES
from matcher import lists
from matcher.match_list import STAGES as REACHED

_WHOLE = ("labour_supply", "max_pollution", "employees", "labour_need", "pollution_level")
_WORDS = ("kind", "industry", "available_from", "available_until")


def _term(table: str, name: str) -> Schema:
    said = column(table, name)
    kind = {"type": ["string" if name in _WORDS else "integer" if name in _WHOLE else "number",
                     "null"]}  # fmt: skip
    return {**kind, "description": said}


_TERMS = {
    name: _term(table, name)
    for table, side in (("resources", "resource"), ("enterprises", "enterprise"))
    for name in lists.TERMS[side]
}
_NARROWED = {
    "type": "object",
    "description": "What was asked for; of `whatif` its terms / 所提条件；改变条件时按列",
    "properties": {
        "top": whole("At most so many / 至多几个", 1),
        "cross_pair": one_of("Outside the pairing / 结对之外", "allow", "only", "forbid"),
        "programme": null(text("Programme / 工程")), "kind": null(text("Kind / 类别")),
        "hide_known": yes("Without known pairs / 不列已有记录的"),
        "congestion": ref("Congestion"), "pairing": null(text("Pairing / 结对安排")),
        "draws": whole("Draws of a scenario / 抽样次数"), "seed": whole("Their seed / 种子"),
    },
    "additionalProperties": {"type": "string"},
}  # fmt: skip
_BARRED = several(ref("Coded"), "Hard limits that the pair breaks / 所违反的硬性条件")
_POSSIBLE = yes("Whether no hard limit is broken / 是否没有违反硬性条件")
_SIDE = one_of("Whose list it is / 谁的清单", "enterprise", "resource", "region")
_ASKED = closed("What was asked: of whom a list, or which other work / 所查的对象，或哪种计算", {
    "side": one_of("Whose list, or what else / 谁的清单，或何种计算", "enterprise", "resource",
                   "region", "enterprises", "resources", "scenario", "whatif", "allocation"),
    "id": text("Its id, region code or name / 编号、地区代码或名称"),
}, {
    "name": text("Its name / 名称"), "name_en": text("Of a region: its English name / 地区英文名"),
})  # fmt: skip
_HEAD: Schema = {
    "query": ref("Query"),
    "model": ref("ModelInUse"),
    "as_of": day("Nothing dated later was looked at / 只看这一天及以前的数据"),
    "pairing": text("Pairing in force / 所用的结对安排"),
    "generated_at": stamp("When it was made / 生成时间"),
}

SCHEMAS: Schema = {
    "Text": closed("The same sentence in both languages / 同一句话的中英文", {
        "zh": text("Chinese / 中文"), "en": text("English / 英文"),
    }),
    "Coded": closed("A sentence with a stable name / 带固定代码的一句话", {
        "code": text("Stable name / 固定代码"), "text": ref("Text"),
    }),
    "Query": closed("What the list answers / 清单所答的对象", {
        "side": _SIDE, "id": text("Its id or region code / 编号或地区代码"),
        "name": text("Its name / 名称"),
    }, {"name_en": text("Of a region: its English name / 地区的英文名")}),
    "ModelInUse": closed("The model that ranks / 排序所用的模型", {
        "id": text("`rule` where none was trained / 未训练时为 rule"),
        "trained_as_of": null(day("Last day it learned from / 训练数据截止日")),
        "degraded": yes("A published model could not be used / 已发布的模型用不了"),
    }, {"why": ref("Text", "Why it could not be used / 用不了的原因"),
        "saw_later": ref("Text", "It has seen outcomes of after the day asked for / "
                                 "训练时看过所问日期之后的结果"),
        "by_choice": yes("The rule was put in use, models are kept / "
                         "专家规则是选定的，训练过的模型保留着")}),
    "HistorySpan": closed("Outcomes that a model learned from / 模型学过的对接记录", {
        "oldest": day("The oldest / 最早一条"), "newest": day("The newest / 最新一条"),
    }),
    "Reason": closed("What speaks for or against a pair / 支持或反对的一条理由", {
        "feature": text("Name of the pair feature / 特征名"),
        "contribution": number("Its share of the score; base + all of these + other = score / "
                               "对得分的贡献；base + 各项 + other = 得分"),
        "text": ref("Text"),
    }),
    "Crowding": closed("How lists share attention out / 清单如何分配关注", {
        "expected_matches": number("Pairs where both sides say yes / 预期双方同意的对数"),
        "top_5_percent_attention": number("Share of attention that the most listed 5 % get / "
                                          "最热门 5% 所占的关注"),
    }),
    "Congestion": closed("Lists that allow for crowding / 考虑拥挤的清单", {
        "lists": one_of("Which lists were handed out / 采用哪一种", "naive", "product",
                        "equilibrium"),
        "naive": ref("Crowding"),
    }, {"product": ref("Crowding"), "equilibrium": ref("Crowding")}),
    "Match": closed("One candidate of a list / 清单上的一个候选", {
        "rank": whole("Place in the list / 名次", 1),
        "candidate_id": text("Id of the candidate / 候选编号"), "name": text("Its name / 名称"),
        "region": null(text("Code of its region / 所在地代码")),
        "score": number("Orders the list, higher first / 排序得分，高者在前"),
        "base": number("Score of a neutral pair / 中性配对的得分"),
        "other": number("Sum of what the reasons leave out / 未列出的各项之和"),
        "probability": closed(
            "P(reaches the stage within 36 months | introduced), never rising / "
            "介绍后三年内到达各阶段的概率，逐级不增",
            {stage: number(column("outcomes", "stage") + f": {stage}", minimum=0, maximum=1)
             for stage in REACHED},
        ),
        "interval": by_name(
            {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            "Stage → its 80 % band / 各阶段概率的 80% 区间",
        ),
        "expected_investment_wan": null(number("P(signed) × amount if signed, 10,000 yuan / "
                                               "预期投资（万元）")),
        "paired": yes("Whether their regions are paired / 两地是否结对"),
        "distance_km": null(number("Great circle, km / 距离（公里）")),
        "known": null(one_of("Stage the pair has reached already / 已有的阶段", *STAGES,
                             *ENDINGS)),
        "via": null(text("Of a region's list: its row that fits best / 地区清单中最合适的一行")),
        "terms": closed("The candidate's own terms / 候选自身的条件", {}, {
            **_TERMS, "capacity_left": {"type": "integer",
                                        "description": "Places left / 剩余名额"},
        }),
        "reasons": several(ref("Reason"), "The largest, at most five / 最大的至多五条"),
        "cautions": several(ref("Coded"), "What to look out for / 需注意"),
        "improve": several(ref("Text"), "What would make it fit better / 怎样更合适"),
    }, {"possible": _POSSIBLE, "barred": _BARRED}),
    "About": closed("How the list was made / 清单是怎样做出的", {
        "filters": _NARROWED,
        "made_by": text("Account it was made for / 账户"),
        "made_up": yes("Whether the data are the demonstration's / 是否为虚构的演示数据"),
    }),
    "MatchList": closed(
        "A match list; of one pair asked for by both ids it has that pair alone, with `possible` "
        "and `barred` / 匹配清单；同时给两个编号时只有这一对，并说明是否可行",
        {**_HEAD, "matches": several(ref("Match"), "By rank / 按名次"),
         "outlook": null(ref("Text", "How many of a hundred such introductions come to a "
                             "signature; of an empty list, what removed most / "
                             "每一百次这样的对接约有几次签约；空清单则说明去掉最多的条件")),
         "about": ref("About")},
        {"query_unknown": ref("Text", "Cells of the query that are not known / 查询对象缺的内容"),
         "congestion": ref("Congestion"), "possible": _POSSIBLE, "barred": _BARRED},
    ),
    "FeedbackKept": closed("What was said of a list, as kept / 已记下的反馈", {
        "id": text("Sorts by time / 按时间排序的编号"), "at": stamp("When / 时间"),
        "by": text("Who said it / 账户"), "list_id": text("Of which list / 清单编号"),
        "query": _ASKED,
        "verdict": one_of("What became of it / 结果", "opened", "contacted", "not_now", "unfit"),
        "candidate_id": null(text("Of which match; null: the whole list / 哪个候选；空即整张清单")),
        "reason": null(text("Why / 原因")),
    }),
    "FeedbackPage": closed("What was said of lists, the latest first / 反馈，新的在前", {
        "rows": several(ref("FeedbackKept"), "At most `limit` / 至多 limit 条"),
        "next": null(text("`cursor` of the next page; null on the last / 下一页的 cursor")),
    }),
    "ListGiven": closed("One list that was handed out / 发出的一张清单", {
        "id": text("X-List-Id of the answer / 清单编号"), "at": stamp("When / 时间"),
        "by": text("To which account / 账户"),
        "query": _ASKED,
        "filters": _NARROWED,
        "model_id": text("Model it was made with / 所用模型"),
        "as_of": text("Date it is of / 截止日"),
    }),
    "ListLog": closed("Lists handed out, the latest first / 发出的清单，新的在前", {
        "rows": several(ref("ListGiven"), "At most `limit` / 至多 limit 张"),
        "next": null(text("`cursor` of the next page; null on the last / 下一页的 cursor")),
    }),
    "Model": closed("A stored model / 一个已存的模型", {
        "id": text("Its id / 编号"), "usable": yes("Whether lists can be made with it / 能否使用"),
    }, {
        "trained_as_of": null(day("Last day it learned from / 训练数据截止日")),
        "cut": null(day("Where history was cut to judge it / 评判所用的分界日")),
        "tested": yes("A test on later introductions is on record / 有后来对接的检验结果"),
        "learned_from": null(ref("HistorySpan")),
        "why": ref("Text", "Why it is not usable / 不能使用的原因"),
    }),
    "Models": closed("Every model, oldest first / 全部模型，旧的在前", {
        "active": ref("ModelInUse"), "models": several(ref("Model"), "All stored / 全部"),
    }),
    "Active": closed("The model that is in use now / 现在所用的模型", {
        "active": ref("ModelInUse"),
    }),
}  # fmt: skip
"""Name → schema."""
