"""Jobs, and what each kind of them comes to."""

from __future__ import annotations

from api.http.described.shapes import (
    Schema,
    anything,
    by_name,
    closed,
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
from api.jobs import KINDS
from api.store.jobs import STATES
from features.schema import TABLES

RESULTS = {
    "ImportJob": "ImportDone", "TrainingJob": "TrainingDone", "SimulationJob": "Simulation",
    "WhatIfJob": "WhatIf", "AllocationJob": "Allocation", "PlacementJob": "Placement",
    "BatchJob": "BatchDone", "EvaluationJob": "Evaluation",
}  # fmt: skip
"""Schema of a job of one kind → schema of what it comes to."""

_ENTERPRISE = text("Id of the enterprise / 企业编号")
_RESOURCE = text("Id of the resource / 资源编号")
_MADE_UP = yes("Whether the data are the demonstration's / 是否为虚构的演示数据")
_AS_OF = day("Nothing dated later was looked at / 截止日")
_JOB: Schema = {
    "id": text("Its id / 编号", pattern="^[0-9a-f]{32}$"),
    "kind": one_of("What is done / 种类", *KINDS),
    "by": text("Account that asked / 提交者"),
    "state": one_of("The last two are for good; a cancelled one is `failed` with the code "
                    "`jobs.cancelled` / 后两种不再变；取消的为 failed", *STATES),
    "submitted_at": stamp("When it was asked for / 提交时间"),
    "started_at": null(stamp("When it began / 开始时间")),
    "ended_at": null(stamp("When it ended / 结束时间")),
    "progress": null(text("Step it is or was last at, or how many of how many / 进度")),
    "said": ref("Text", "State and step in words / 状态和进度的说法"),
}  # fmt: skip
_ERROR = null(ref("JobError", "Why it failed; null unless it did / 失败原因"))


def _job(result: Schema) -> Schema:
    return closed("Long work that was asked for / 已提交的长任务", {
        **_JOB, "result": result, "error": _ERROR,
    })  # fmt: skip


def _any_result() -> Schema:
    return {
        "anyOf": [*(ref(name) for name in RESULTS.values()), anything("Of a page / 网页的任务"),
                  {"type": "null"}],
        "description": "What it came to; null until it is done / 结果；完成前为空",
    }  # fmt: skip


_MEASURED = closed("A figure and its 95 % interval / 数值与区间", {
    name: null(number(said))
    for name, said in (("value", "Null: cannot be told / 空即无从计算"), ("low", "Low / 下限"),
                       ("high", "High / 上限"))
})  # fmt: skip
_COUNTED = ("introductions", "signed", "lists", "signings_looked_for")
_MEASURES = (
    "log_loss", "auc", "brier", "calibration_error", "ndcg_at_10", "ndcg_at_10_enterprise_lists",
    "ndcg_at_10_resource_lists", "recall_at_20", "recall_at_20_enterprise_lists",
    "recall_at_20_resource_lists",
)  # fmt: skip
_JUDGED: Schema = {
    "as_of": _AS_OF, "cut": day("Judged on what began after it / 分界日"),
    "trained_on": whole("Introductions learned from / 训练条数"),
    "judged_on": whole("Introductions judged on / 评判条数"),
    "left_out": by_name(whole("Introductions / 条数"), "Left out of each part / 略去的"),
    "rankers": by_name(
        by_name(ref("Figures"), "Group of introductions → its figures / 各组的指标"),
        "The model and each baseline / 模型和各基准",
    ),
    "differences": by_name(
        by_name(_MEASURED, "Measure → model less baseline / 指标之差"), "By baseline / 按基准",
    ),
    "missing": by_name(ref("Text"), "Groups that could not be judged, and why / 无法评判的组"),
    "pairing_bias": null(closed("How pairing shaped history / 结对对历史的影响", {
        name: null(number(said)) for name, said in (
            ("introduced", "Share in pair of those introduced / 已介绍中结对的份额"),
            ("possible", "Share in pair of all possible / 全部可能中结对的份额"),
            ("signed_in_pair", "Share signed in pair / 结对内签约率"),
            ("signed_cross_pair", "Share signed across pairs / 结对外签约率"),
            ("odds_ratio", "Odds of signing in pair to across / 结对内外签约的优势比"),
            ("low", "Its 95 % interval: low / 区间下限"), ("high", "High / 区间上限"),
        )
    })),
}  # fmt: skip
_DRAWN = ("signed", "started", "funded", "completed", "investment_wan", "funded_wan", "jobs")

SCHEMAS: Schema = {
    "JobError": closed("Why a job failed / 任务失败的原因", {
        "code": text("Stable name / 固定代码"), "message": ref("Text"),
    }, {
        "refused": yes("What was asked for was at fault / 是所提内容有误"),
        "findings": several(ref("Finding"), "Cell by cell / 逐处问题"),
        "total": whole("How many there were in all / 问题总数"),
    }),
    "Job": _job(_any_result()),
    **{name: _job(null(ref(result, "Null until it is done / 完成前为空")))
       for name, result in RESULTS.items()},
    "Jobs": closed("Jobs, newest first, without their results / 任务，新的在前，不含结果", {
        "jobs": several(_job({"type": "null", "description": "Ask for the job / 请查单个任务"}),
                        "At most 200 / 至多 200 个"),
    }),
    "ImportDone": closed("What an import did / 导入的结果", {
        "ok": yes("Always true / 固定为真"), "dry_run": yes("Only checked / 只检查"),
        "counts": by_name(closed("Rows / 行数", {
            "added": whole("New / 新增"), "changed": whole("Changed / 更改"),
            "same": whole("As they were / 未变"),
        }), "By table / 按表"),
        "findings": several(ref("Finding"), "Warnings / 提醒"),
        "total": whole("How many / 条数"),
        "ignored": several(text("Name / 文件名"), "Files not named as tables / 略过的文件"),
    }),
    "TrainingDone": closed("What training came to / 训练的结果", {
        "model_id": text("The new model / 新模型"),
        "published": yes("Whether it is in use now / 是否已启用"),
        "why": null(ref("Text", "Why or why not / 原因")), "as_of": _AS_OF,
        "cut": day("Judged on what began after it / 分界日"),
        "introductions": whole("Introductions fitted on / 所用条数"),
        "learned_from": null(ref("HistorySpan")),
        "caution": null(ref("Text", "Where the newest outcome is old / 最新记录过旧时的提醒")),
        "half_life_days": null(number("After so many days history counts half / 半衰期（天）")),
        "evaluation": null(ref("Judged")),
    }),
    "Figures": closed("Figures of one group of introductions / 一组的指标", {
        **{name: whole(name.replace("_", " ")) for name in _COUNTED},
        **dict.fromkeys(_MEASURES, _MEASURED),
    }),
    "Judged": closed("A judgement on later history / 在后来记录上的评判", _JUDGED),
    "Evaluation": closed("How good the model in use is / 所用模型的评判", {
        "model_id": text("The model / 模型"),
        "refitted": yes("Its like was fitted anew / 重新拟合了同类模型"),
        "degraded": yes("A published model could not be used / 已发布的模型用不了"),
        "why": null(ref("Text")), "half_life_days": null(number("Half-life, days / 半衰期（天）")),
        "learned_from": null(ref("HistorySpan")),
        "caution": null(ref("Text", "Where the newest outcome is old / 最新记录过旧时的提醒")),
        **_JUDGED,
    }, {"learning_curve": anything("How its like grows with history / 学习曲线")}),
    "BatchDone": closed("What a batch came to; the file is at …/lists / 批量清单的结果", {
        "queries": whole("Lists / 清单数"), "rows": whole("Matches on them / 行数"),
    }, {
        "model": ref("ModelInUse"), "as_of": _AS_OF, "congestion": ref("Congestion"),
    }),
    "Allocation": closed("A joint allocation / 联合分配", {
        "allocation": several(closed("One placed pair / 一对", {
            "enterprise_id": _ENTERPRISE, "resource_id": _RESOURCE,
            "score": number("What it adds to the objective / 计入目标的值"),
        }), "The pairs / 配对"),
        "objective": number("Their sum / 目标值"), "bound": number("Proven bound / 上界"),
        "gap": null(number("(bound − objective) / objective / 差距")),
        "seconds": number("Time taken, s / 用时（秒）"),
        "value": text("What was made largest / 优化的量"),
        "binding": several(closed("What is scarce / 稀缺的", {
            "resource_id": _RESOURCE, "quantity": text("land_mu, labour, energy_tce or units / 量"),
            "available": number("There is / 可用"), "used": number("Used / 已用"),
            "shadow_price": number("Gain of one more / 影子价格"),
        }), "What binds / 起约束的"),
        "notes": several(ref("Text"), "How it was worked out / 说明"),
    }, {
        "model": ref("ModelInUse"), "as_of": _AS_OF, "pairing": text("Pairing / 结对安排"),
    }),
    "Placement": closed("Who goes where, week by week / 逐周安置", {
        "placements": several(closed("One arrival / 一家", {
            "enterprise_id": _ENTERPRISE, "week": whole("Week of the year / 周"),
            "resource_id": null(text("Null: not placed / 空即未安置")),
            "score": null(number("Its score there / 得分")),
            "cost": null(number("What it takes from later ones / 占用的代价")),
        }), "Every arrival / 每家"),
        "objective": number("Sum of the scores / 总分"),
        "prices": several(closed("Price of each scarce thing / 各稀缺量的价格", {
            "week": whole("Week / 周"), "resource_id": _RESOURCE,
            **{name: number("Price of one more / 多一单位的价格")
               for name in ("land_mu", "labour", "energy_tce", "units")},
        }), "By week and place / 按周和地点"),
        "about": closed("What it rests on / 依据", {
            "years": several({"type": "integer"}, "Earlier years / 往年"), "made_up": _MADE_UP,
        }, {"as_of": _AS_OF, "model": text("Model / 模型"), "pairing": text("Pairing / 结对安排")}),
    }),
    "Band": closed("A mean and where it may lie / 期望与分布", {
        "expected": number("Mean / 期望"), "p10": number("10 % lie below / 十分位"),
        "p50": number("Median / 中位"), "p90": number("90 % lie below / 九十分位"),
    }, {"share_of_draws_above": number("Share of draws above the scenario / 高于本方案的份额")}),
    "WhatIf": closed("What other terms of a place would change / 改变条件的影响", {
        "resource_id": _RESOURCE, "name": text("Its name / 名称"), "as_of": _AS_OF,
        "model": ref("ModelInUse"), "made_up": _MADE_UP,
        "changes": by_name(closed("Old and new / 前后", {"from": {}, "to": {}}),
                           "By column / 按列"),
        "introductions": whole("Introductions assumed / 假定介绍次数"),
        "introduced": several(_ENTERPRISE, "Who fits best / 最合适的企业"),
        "expected_signings": closed("Signatures of so many introductions / 预期签约", {
            "before": ref("Band"), "after": ref("Band"), "difference": ref("Band"),
            "direction": text("Which way / 方向"),
        }),
        "rank": closed("Where it stands in the enterprises' lists / 在清单中的位置", {
            **{when: closed("Standing / 位置", {
                "first_5": whole("Lists with it among 5 / 进前五的清单数"),
                "first_20": whole("Lists with it among 20 / 进前二十的清单数"),
                "median_rank": null(number("Median rank / 名次中位")),
            }) for when in ("before", "after")},
            **{whom: several(closed("Another place / 别处", {
                "resource_id": _RESOURCE, "name": text("Name / 名称"),
                "lists": whole("In how many lists / 清单数"),
            }), said) for whom, said in (("gained_from", "It passes / 超过谁"),
                                         ("lost_to", "It falls behind / 落后于谁"))},
        }),
        "cost_wan": by_name(ref("Band"), "Cost by term, 10,000 yuan / 各项成本（万元）"),
        "not_costed": several(text("Column / 列"), "Terms whose cost is not known / 成本不明的"),
        "assumptions": several(ref("Text"), "Assumptions / 假定"),
        "text": anything("The same in sentences, by language / 文字说明"),
    }),
    "Simulation": closed("A simulated scenario / 方案模拟", {
        "files": several(text("Name / 文件名"), "To be had at …/files/{name} / 可下载的文件"),
        "as_of": _AS_OF, "model": ref("ModelInUse"), "made_up": _MADE_UP,
        "scenarios": several(ref("Scenario"), "This one, then those it is compared with / "
                                              "本方案，其后是对照"),
    }),
    "Scenario": closed("One scenario's plan and what is drawn of it / 一个方案", {
        "name": text("Its name / 名称"), "label": ref("Text"),
        "objective": null(number("Value / 目标值")), "bound": null(number("Proven bound / 上界")),
        "gap": null(number("Gap / 差距")),
        "aims": several(anything("Objective, value, bound, max_loss / 目标"), "In order / 依次"),
        "planned": whole("Pairs chosen / 入选对数"),
        **{name: ref("Band", f"{name.replace('_', ' ')} / 模拟分布") for name in _DRAWN},
        "cross_pair_share": null(number("Share across pairs / 结对外份额")),
        "region_shares": by_name(number("Share / 份额"), "By region / 按地区"),
        "gini": null(number("Inequality among regions / 基尼系数")),
        "targets": by_name(null(number("Share of plan / 完成份额")), "By indicator / 按指标"),
        "binding": several(anything("Limit, value, shadow_price / 限制"), "Binds / 起约束"),
        "floor_costs": several(anything("Floor, cost / 保底"), "Cost of floors / 保底的代价"),
        "sensitivity": several(anything("Limit, value, tighter, looser / 限制"), "Moved / 变动"),
        "blocking_pairs": null(whole("Pairs that would rather have each other / 阻塞对")),
        "against_the_scenario": by_name(ref("Band"), "Difference / 与本方案之差"),
        "assumptions": several(ref("Text"), "Assumptions / 假定"),
    }, {"links": several(several(text("Region / 地区"), "Two / 两地"), "Pairs of regions / 结对")}),
    "Recorded": closed("An outcome as stored / 已存的对接记录", {
        "enterprise_id": _ENTERPRISE, "resource_id": _RESOURCE, "date": day("Day / 日期"),
        "stage": text("Stage / 阶段"), "amount_wan": null(number("10,000 yuan / 万元")),
        "result": one_of("What was done / 结果", "added", "changed", "same"),
        "warnings": several(ref("Text"), "Warnings / 提醒"),
    }),
    "Declared": closed("A wish or refusal as stored / 已存的意向", {
        "side": text("Side / 哪一方"), "id": text("Who / 谁"), "target": text("Of whom / 对谁"),
        "event_id": null(text("Event / 活动")), "level": text("must, yes, no / 程度"),
        "reason": null(text("Why / 原因")), "until": null(day("Last day / 截止日")),
        "result": one_of("What was done / 结果", "added", "changed", "same"),
        "warnings": several(ref("Text"), "Warnings / 提醒"),
    }),
    "Map": closed("A proposed map for a workbook / 建议的对照", {
        "map": anything("What POST /imports takes as `map` / 导入时的 map"),
        "columns": several(ref("MapColumn"), "Each column / 各列"),
        "uncertain": several({}, "To be looked at / 需确认的"),
        "unread": several({}, "Not read / 未读的"),
    }),
    "MapColumn": closed("How one column is read / 一列的读法", {
        "table": one_of("Table / 表", *TABLES), "sheet": null(text("Sheet / 工作表")),
        "column": text("Our column / 本系统的列"), "from": null(text("Its column / 来源列")),
        "heading": null(text("Its heading / 表头")),
        "certainty": number("0 to 1 / 把握", minimum=0, maximum=1), "evidence": ref("Text"),
    }),
    "Merged": closed("What a merge did or undid / 合并的结果", {
        "ok": yes("Always true / 固定为真"), "number": null(whole("Number of the merge / 序号")),
        "dry_run": yes("Only checked / 只检查"), "undone": yes("Taken back / 已撤销"),
        "merged": {"description": "Entry → the one that it went into / 并入何处"},
        "rows": {"description": "Rows that were changed / 更改的行"},
        "contradictions": several(anything("table, key, column, kept, other / 矛盾"),
                                  "Where the two said different things / 两处不一的内容"),
    }),
}  # fmt: skip
"""Name → schema."""
