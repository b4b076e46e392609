"""What a planner's jobs come to: an allocation, a placement, other terms, a scenario."""

from __future__ import annotations

from api.http.described.shapes import (
    Schema,
    by_name,
    cell,
    closed,
    day,
    null,
    number,
    ref,
    several,
    text,
    whole,
    yes,
)  # fmt: skip

_ENTERPRISE = text("Id of the enterprise / 企业编号")
_RESOURCE = text("Id of the resource / 资源编号")
_MADE_UP = yes("Whether the data are the demonstration's / 是否为虚构的演示数据")
_AS_OF = day("Nothing dated later was looked at / 截止日")
_DRAWN = ("signed", "started", "funded", "completed", "investment_wan", "funded_wan", "jobs")
_LABEL = ref("Text", "What it is called / 名称")
_MOVED = closed("Another value of it / 另一取值", {
    "value": number("The value / 取值"),
    "change": null(number("Change of the objective; null: cannot be kept / 目标的变化")),
})  # fmt: skip

SCHEMAS: Schema = {
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
        "changes": by_name(closed("Old and new / 前后", {"from": cell("Old / 原值"),
                                                             "to": cell("New / 新值")}),
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
        "text": closed("The same in sentences / 文字说明", {
            lang: closed("In one language / 一种语言", {
                part: several({"type": "string"}, said) for part, said in (
                    ("said", "What changes / 变化"), ("assumed", "What was assumed / 假定"),
                )
            }) for lang in ("zh", "en")
        }),
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
        "aims": several(closed("An aim / 一个目标", {
            "objective": text("What was made largest / 优化的量"), "value": number("Value / 值"),
            "bound": number("Proven bound / 上界"),
            "max_loss": number("Share that later aims may give up / 可让出的份额"),
        }), "In order / 依次"),
        "planned": whole("Pairs chosen / 入选对数"),
        **{name: ref("Band", f"{name.replace('_', ' ')} / 模拟分布") for name in _DRAWN},
        "cross_pair_share": null(number("Share across pairs / 结对外份额")),
        "region_shares": by_name(number("Share / 份额"), "By region / 按地区"),
        "gini": null(number("Inequality among regions / 基尼系数")),
        "targets": by_name(null(number("Share of plan / 完成份额")), "By indicator / 按指标"),
        "binding": several(closed("A limit that binds / 起约束的限制", {
            "limit": text("Which / 哪一项"), "value": number("What it allows / 限值"),
            "shadow_price": number("Gain of one more unit / 影子价格"), "label": _LABEL,
        }), "Binds / 起约束"),
        "floor_costs": several(closed("What a floor costs / 一项保底的代价", {
            "floor": text("Which / 哪一项"), "cost": number("Of the objective / 目标的损失"),
            "label": _LABEL,
        }), "Cost of floors / 保底的代价"),
        "sensitivity": several(closed("A limit, moved / 一项限制的变动", {
            "limit": text("Which / 哪一项"), "value": number("What it allows / 限值"),
            "tighter": _MOVED, "looser": _MOVED, "label": _LABEL,
        }), "Moved / 变动"),
        "blocking_pairs": null(whole("Pairs that would rather have each other / 阻塞对")),
        "against_the_scenario": by_name(ref("Band"), "Difference / 与本方案之差"),
        "assumptions": several(ref("Text"), "Assumptions / 假定"),
    }, {"links": several(several(text("Region / 地区"), "Two / 两地"), "Pairs of regions / 结对")}),
}  # fmt: skip
"""Name → schema."""
