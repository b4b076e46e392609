"""Jobs, and what each kind of them comes to."""

from __future__ import annotations

from api.http.described.shapes import (
    Schema,
    by_name,
    cell,
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
from features.mapping import COLUMN_KEYS, TABLE_KEYS
from features.schema import TABLES

RESULTS = {
    "ImportJob": "ImportDone", "TrainingJob": "TrainingDone", "SimulationJob": "Simulation",
    "WhatIfJob": "WhatIf", "AllocationJob": "Allocation", "PlacementJob": "Placement",
    "BatchJob": "BatchDone", "EvaluationJob": "Evaluation",
    "CheckJob": "Checked", "ProposalJob": "Proposed",
}  # fmt: skip
"""Schema of a job of one kind → schema of what it comes to."""

_ENTERPRISE = text("Id of the enterprise / 企业编号")
_RESOURCE = text("Id of the resource / 资源编号")
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
        "anyOf": [*(ref(name) for name in RESULTS.values()), {"type": "null"}],
        "description": "What it came to; null until it is done / 结果；完成前为空",
    }  # fmt: skip


_MEASURED = closed("A figure and its 95 % interval / 数值与区间", {
    name: null(number(said))
    for name, said in (("value", "Null: cannot be told / 空即无从计算"), ("low", "Low / 下限"),
                       ("high", "High / 上限"))
})  # fmt: skip
_COUNTS = by_name(closed("Rows / 行数", {
    "added": whole("New / 新增"), "changed": whole("Changed / 更改"),
    "same": whole("As they were / 未变"),
}), "By table / 按表")  # fmt: skip
_MAP_KEY = {
    "type": ["string", "number", "boolean", "array", "object", "null"],
    "description": "As docs/import-maps.md tells / 见 docs/import-maps.md",
}  # fmt: skip
_MAP = closed("What POST /imports takes as `map` / 导入时的 map", {}, {
    "version": whole("Of the format / 格式版本", 1), "file": text("Its workbook / 工作簿"),
    "confirmed": yes("Looked at by a person / 已由人核对"),
    "tables": several(
        {**closed("One table of the workbook / 一张表", {}, dict.fromkeys(TABLE_KEYS, _MAP_KEY))
         | {"required": ["table"]}, "properties": {
            **dict.fromkeys(TABLE_KEYS, _MAP_KEY),
            "table": null(one_of("Which of ours / 对应哪张表", *TABLES)),
            "columns": by_name(
                closed("How it is read / 读法", {}, dict.fromkeys(COLUMN_KEYS, _MAP_KEY)),
                "Our column → how it is read / 各列的读法",
            ),
        }}, "Tables / 各表"),
    "uncertain": several(ref("Doubt"), "To be looked at / 需确认的"),
})  # fmt: skip
_COUNTED = (
    "introductions", "signed", "lists", "signings_looked_for", "enterprise_lists", "resource_lists",
)  # fmt: skip
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
    "Jobs": closed("A page of jobs, newest first, without results / 任务，新的在前，不含结果", {
        "jobs": several(_job({"type": "null", "description": "Ask for the job / 请查单个任务"}),
                        "At most `limit` / 至多 limit 个"),
        "next": null(text("`cursor` of the next page; null on the last / 下一页的 cursor")),
    }),
    "ImportDone": closed("What an import did / 导入的结果", {
        "ok": yes("Always true / 固定为真"), "dry_run": yes("Only checked / 只检查"),
        "counts": _COUNTS,
        "findings": several(ref("Finding"), "Warnings / 提醒"),
        "total": whole("How many / 条数"),
        "ignored": several(text("Name / 文件名"), "Files not named as tables / 略过的文件"),
    }),
    "TrainingDone": closed("What training came to / 训练的结果", {
        "model_id": text("The new model / 新模型"),
        "published": yes("Whether it is in use now / 是否已启用"),
        "why": null(ref("Text", "Why or why not / 原因")), "as_of": _AS_OF,
        "warnings": several(ref("Text"), "Warnings / 提醒"),
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
    }, {"learning_curve": closed("How its like grows with history / 学习曲线", {
        "cut": day("Judged on what began after it / 分界日"),
        "judged_on": whole("Introductions judged on / 评判条数"),
        "lists": whole("Lists judged / 评判的清单数"),
        "points": several(closed("After so much history / 一个点", {
            "introductions": whole("Learned from / 所学条数"),
            "histories": whole("Histories drawn of this size / 抽取次数"),
            "rankers": by_name(by_name(_MEASURED, "Measure / 指标"), "By ranker / 按方法"),
            "differences": by_name(by_name(_MEASURED, "Measure / 指标"), "Model less it / 之差"),
        }), "From none to all / 由无到全部"),
    })}),
    "Checked": closed("What a check of a workbook on a page came to / 网页上核对工作簿的结果", {
        "allowed": yes("Whether it can be imported / 能否导入"), "counts": _COUNTS,
        "refused": null(ref("Text", "Why it was refused whole / 整体不收的原因")),
        "total": whole("Findings / 问题数"),
        "rows": several(closed("A row with findings / 有问题的一行", {
            "sheet": text("Sheet / 工作表"), "row": whole("Row, as Excel numbers them / 行号"),
            "cells": several(closed("A cell, from column A on / 一格", {
                "text": text("What stands there / 原文"),
                "said": several(ref("Text"), "What is said of it / 问题"),
            }), "Its cells / 各格"),
        }), "The first / 前若干行"),
        "others": several(ref("Text"), "Findings of no such cell / 不在格中的问题"),
    }),
    "Proposed": closed("A page's map was drafted; it lies beside the workbook / 已起草对照", {}),
    "BatchDone": closed("What a batch came to; the file is at …/lists / 批量清单的结果", {
        "queries": whole("Lists / 清单数"), "rows": whole("Matches on them / 行数"),
    }, {
        "model": ref("ModelInUse"), "as_of": _AS_OF, "congestion": ref("Congestion"),
    }),
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
        "map": _MAP,
        "columns": several(ref("MapColumn"), "Each column / 各列"),
        "uncertain": several(ref("Doubt"), "To be looked at / 需确认的"),
        "unread": several(closed("Columns of a sheet / 一张工作表的列", {
            "sheet": text("Sheet / 工作表"), "columns": text("Which, parted by `;` / 哪些列"),
        }), "Not read / 未读的"),
    }),
    "Doubt": closed("What a person should look at / 需要人看的一处", {
        "at": text("Place in the map, or a sheet / 位置"), "message": ref("Text"),
    }, {"certainty": number("0 to 1 / 把握", minimum=0, maximum=1)}),
    "MapColumn": closed("How one column is read / 一列的读法", {
        "table": one_of("Table / 表", *TABLES), "sheet": null(text("Sheet / 工作表")),
        "column": text("Our column / 本系统的列"), "from": null(text("Its column / 来源列")),
        "heading": null(text("Its heading / 表头")),
        "certainty": number("0 to 1 / 把握", minimum=0, maximum=1), "evidence": ref("Text"),
    }),
    "Merged": closed("What a merge did or undid / 合并的结果", {
        "ok": yes("Always true / 固定为真"), "number": null(whole("Number of the merge / 序号")),
        "dry_run": yes("Only checked / 只检查"), "undone": yes("Taken back / 已撤销"),
        "merged": by_name(text("Id that stays / 保留的编号"),
                          "Entry → the one that it went into / 并入何处"),
        "rows": by_name(whole("How many / 行数"), "Rows that were changed, by table / 各表更改数"),
        "contradictions": several(closed("A cell that both knew / 一处矛盾", {
            "table": text("Table / 表"), "key": text("Key of its row / 行的键"),
            "column": text("Column / 列"), "kept": cell("What stands now / 保留的"),
            "other": cell("What the other said / 另一处的"),
        }), "Where the two said different things / 两处不一的内容"),
    }),
}  # fmt: skip
"""Name → schema."""
