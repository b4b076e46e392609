"""What became of what was signed; what is missing; what is entered twice."""

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

_AS_OF = day("Nothing dated later was looked at / 截止日")
_MADE_UP = yes("Whether the data are the demonstration's / 是否为虚构的演示数据")
_MADE_AT = stamp("When it was made / 生成时间")
_FILTERS = closed("What was asked for / 所提条件", {}, {
    "region": text("Side that benefits / 受益地区"), "developed": text("Other side / 发达一方"),
    "year": whole("Year of signing / 签约年"), "programme": text("Programme / 工程"),
    "park": text("Park / 园区"), "campaign": text("Campaign / 活动"),
})  # fmt: skip
_LIMITS = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
_RULES = closed("When a light turns: yellow, red / 亮灯的规则：黄、红", {
    **{name: {**_LIMITS, "description": said} for name, said in (
        ("start", "Months late / 逾期月数"), ("completion", "Months late / 逾期月数"),
        ("money", "Points behind plan / 落后百分点"), ("problems", "Days past due / 逾期天数"),
        ("visits", "Months without one / 未互访月数"),
    )},
    "due_days": number("Days after which a problem is due / 默认期限（天）"),
    "visits_level": one_of("Between what / 互访层级", "city", "county"),
    "visits_kinds": several({"type": "string"}, "Which kinds are asked for / 要求的种类"),
})  # fmt: skip
_DATES = ("signed_on", "started_on", "production_on", "completed_on", "ended_on")
_PROJECT = closed("A project / 一个项目", {
    "id": text("Id / 编号"), "name": text("Name / 名称"),
    **{name: null(text(column("projects", name)))
       for name in ("region", "programme", "park", "campaign")},
    "agreed_wan": null(number(column("projects", "agreed_wan"))),
    **{name: number(said) for name, said in (
        ("in_place_wan", "Investment in place, 10,000 yuan / 到位（万元）"),
        ("aid_wan", "Aid, 10,000 yuan / 援助（万元）"),
        ("subsidy_wan", "Subsidy, 10,000 yuan / 贴息（万元）"),
    )},
    **{name: null(day(column("projects", name))) for name in _DATES},
})  # fmt: skip
_SUMMED: Schema = {
    "gain": number("What filling in would gain / 补齐的收益"),
    "missing": whole("Missing cells / 缺的格数"), "stale": whole("Stale cells / 过时的格数"),
    "rows": whole("Rows with such / 涉及行数"),
}  # fmt: skip
_COLUMN: Schema = {"table": text("Table / 表"), "column": text("Column / 列")}
_LIGHT = one_of("How far behind / 程度", "red", "yellow")
_IDS = several(text("Id / 编号"), "Ids of the projects behind it / 所含项目")
_RATES: Schema = {
    "projects": number("Projects signed / 签约数"),
    **{name: null(number(said, minimum=0)) for name, said in (
        ("fulfilment_rate", "履约率: started or funded / 履约率"),
        ("start_rate", "Share started / 开工率"),
        ("production_rate", "Share in production / 投产率"),
        ("funds_in_place_rate", "Funds in place / agreed / 资金到位率"),
    )},
    **{name: number(said) for name, said in (
        ("fulfilled", "How many fulfilled / 履约数"), ("started", "How many started / 开工数"),
        ("in_production", "How many produce / 投产数"), ("completed", "Completed / 完工数"),
        ("ended", "Ended early / 终止数"), ("agreed_wan", "Agreed, 10,000 yuan / 协议（万元）"),
        ("in_place_wan", "Investment in place, 10,000 yuan / 到位（万元）"),
        ("aid_wan", "Aid, 10,000 yuan / 援助（万元）"),
        ("subsidy_wan", "Subsidy, 10,000 yuan / 贴息（万元）"),
        ("apart_wan", "In place where nothing is agreed, 10,000 yuan / 无协议额的到位（万元）"),
        ("over_wan", "In place above what is agreed, 10,000 yuan / 超出协议的（万元）"),
    )},
    "missing": by_name(number("How many / 个数"), "What is not known / 缺的内容"),
    "project_ids": _IDS,
}  # fmt: skip
_KEYS = {name: null(text("What this row is of / 本行所指")) for name in (
    "year", "region", "city", "programme", "park", "campaign", "developed", "underdeveloped",
    "developed_city", "line", "city_line", "kind", "form", "source", "partner",
)}  # fmt: skip
_OVERDUE: Schema = {
    "as_of": _AS_OF, "made_up": _MADE_UP, "generated_at": _MADE_AT,
    "rules": _RULES, "filters": _FILTERS,
    "projects": several(closed("A project behind / 滞后的项目", {
        "project_id": text("Project / 项目"),
        "what": one_of("In what / 哪方面", "start", "completion", "money"),
        "due": null(day("Due / 应到日")), "light": _LIGHT,
    }, {"days_late": number("Days late / 逾期天数"),
        "points_behind": number("Percentage points behind / 落后百分点")}), "Projects / 项目"),
    "problems": several(closed("An open problem / 未解决的问题", {
        "id": text("Id / 编号"), "project_id": text("Project / 项目"), "text": text("What / 内容"),
        "owner": null(text("Whose task / 责任单位")), "raised_on": day("Raised / 提出日"),
        "due_on": day("Due / 期限"), "due_is_given": yes("Whether the row says so / 是否填写"),
        "days_late": whole("Days late; below zero: there is time / 逾期天数", -100000),
        "light": null(_LIGHT),
    }), "Problems / 问题"),
    "lines": several(closed("A pair line without its visit / 未互访的结对", {
        "developed": text("Region / 发达方"), "underdeveloped": text("Region / 欠发达方"),
        "kind": text("high_level or trade / 种类"), "last": null(day("Last visit / 上次")),
        "light": _LIGHT,
    }), "Pair lines / 结对"),
    "not_judged": by_name(_IDS, "What lacks the dates to be judged / 无从判断的"),
}  # fmt: skip

SCHEMAS: Schema = {
    "Rates": closed("Rates of some projects / 一组项目的比率", _RATES),
    "RatesOf": closed("Rates of one year, region … / 某一类项目的比率", _RATES, _KEYS),
    "Target": closed("Progress of one indicator / 一项指标的进度", {
        "indicator": text("Name / 指标"), "label": ref("Text"), "unit": text("Unit / 单位"),
        "region": null(text("Region code; null: the province / 地区；空即全省")),
        "part_of": null(text("The indicator it is part of / 上级指标")),
        "first_year": whole("From / 起"), "last_year": whole("Until / 止"),
        "target": null(number("Plan / 目标")),
        "target_is_own": yes("A target of the user's / 自填的目标"),
        "reached": null(number("Reached / 完成")),
        "share": null(number("Share of plan / 完成份额")),
        "from_register": null(number("Of the register / 来自登记")),
        "from_actuals": null(number("Of the actuals / 来自实绩")),
        "forecast": null(ref("Band")), "missing": whole("Projects that lack it / 缺的项目数"),
        "about": by_name(ref("Text"), "Part of what is told of how it is counted / 口径的各部分"),
        "project_ids": _IDS,
    }),
    "Targets": closed("Progress against the plan, and the rates / 目标进度与比率", {
        "as_of": _AS_OF, "made_up": _MADE_UP, "generated_at": _MADE_AT, "filters": _FILTERS,
        "year": null(whole("Year / 年")),
        "plan_years": null(several({"type": "integer"}, "First and last / 起止")),
        "targets": several(ref("Target"), "In the year, then in the plan / 当年、规划期"),
        "rates": closed("The rates / 比率", {
            "total": ref("Rates"),
            "by": by_name(several(ref("RatesOf"), "Rows / 行"), "By what was asked / 按所选分类"),
        }),
        "undated": several(text("Id / 编号"), "Projects without a date / 未填日期的项目"),
        "published": null({
            "type": "object", "description": "The programme's last published figures / 公布的数字",
            "properties": {"until": day("Of which day / 截至日")}, "required": ["until"],
            "additionalProperties": {"type": "number"},
        }),
    }, {"projects": several(_PROJECT, "Projects / 项目")}),
    "Overdue": closed("What is behind / 滞后的", _OVERDUE),
    "Brief": closed("A brief for a joint meeting / 联席会议材料", {
        "developed": text("Region / 发达方"), "underdeveloped": text("Region / 欠发达方"),
        "paired": yes("Whether they are paired / 是否结对"), "rates": ref("Rates"),
        "by_year": several(ref("RatesOf"), "By year signed / 按签约年"),
        "signed_lately": _IDS,
        "visits": several(closed("A visit / 互访", {
            "date": day("Day / 日期"), "kind": text("Kind / 种类"),
            "note": null(text("Note / 备注")),
        }), "Visits / 互访"),
        "next": several(closed("What comes next / 下一步", {
            "due": day("Due / 期限"), "what": text("What / 内容"),
            "project_id": null(text("Project / 项目")), "text": null(text("Words / 文字")),
        }), "What is due / 将到期的"),
        "behind": ref("Overdue"),
    }),
    "Completeness": closed("Cells that cost most in ranking / 最影响排序的缺漏", {
        "as_of": _AS_OF, "model": ref("ModelInUse"), "made_up": _MADE_UP,
        "stale_days": whole("Older than this is stale / 超过即过时（天）"),
        "assumptions": closed("What was assumed / 假定", {
            "introductions_counted": whole("Of each list the first / 每张清单计入前几个"),
            "holds_a_year": number("Chance that a cell holds a year on / 一年后仍准的概率"),
        }),
        "counties": several(closed("A county / 一县", {
            "region": null(text("Region; null: none / 地区；空即未填")), **_SUMMED,
            "first": several(closed("A column / 一列", _COLUMN), "Dearest first / 最要紧的列"),
        }), "Worst first / 差的在前"),
        "columns": several(closed("A column / 一列", {**_COLUMN, **_SUMMED}),
                           "Worst first / 差的在前"),
        "rows": several(closed("One row / 一行", {
            "table": text("Table / 表"), "id": text("Id / 编号"), "name": text("Name / 名称"),
            "region": null(text("Region / 地区")),
            "gain": null(number("What filling in would gain / 补齐的收益")),
            "cells": several(closed("One cell / 一格", {
                "column": text("Column / 列"), "state": one_of("State / 状态", "missing", "stale"),
                "gain": null(number("Gain / 收益")),
                "moves": null(number("Places moved in lists / 名次变动")),
            }), "Cells / 各格"),
        }), "Worst first / 差的在前"),
        "untold": several(closed("A column / 一列", _COLUMN), "Cannot be told / 无从判断的"),
        "undated": by_name(whole("Rows / 行数"), "Rows without confirmed_on / 未核实的"),
    }),
    "Duplicates": closed("Enterprises likely entered twice / 可能重复的企业", {
        "pairs": several(closed("A pair / 一对", {
            "a": text("Id / 编号"), "b": text("Id / 编号"), "score": number("0 to 1 / 可能性"),
            "evidence": several(ref("Coded"), "Why / 依据"),
            "names": closed("Names / 名称", {"a": text("Of a / 甲"), "b": text("Of b / 乙")}),
            "keep": text("The one proposed to stay / 建议保留"),
        }), "Likeliest first / 可能的在前"),
        "compared": whole("Pairs compared / 比较的对数"),
        "left_out": whole("Pairs too many to compare / 略去的"), "made_up": _MADE_UP,
    }),
}  # fmt: skip
"""Name → schema."""
