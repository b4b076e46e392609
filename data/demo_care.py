"""The rest of the made-up register: parks, problems, visits between pair lines, entered actuals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import data
from data.demo_dice import Dice
from data.demo_history import LAST
from data.demo_resources import Resource
from data.demo_world import World

PARK_COLUMNS = ("id", "name", "region", "partner_region", "area_mu", "filled_mu", "admission")
PROBLEM_COLUMNS = (
    "id", "project_id", "raised_on", "text", "owner", "due_on", "answered_on", "answer", "rating",
)  # fmt: skip
VISIT_COLUMNS = ("date", "developed_region", "underdeveloped_region", "kind", "note")
ACTUAL_COLUMNS = ("indicator", "year", "region", "value", "source")

YEARS = range(2006, LAST.year + 1)

Row = dict[str, str]

_PROBLEMS = (
    ("用电增容未批", "县供电局", "已增容 315 千伏安"), ("土地证未办结", "县国土局", "已补办"),
    ("缝纫工招不满", "县劳动局", "已组织专场招聘"), ("进厂道路未通", "县交通局", "便道已通车"),
    ("贴息未到账", "县财政局", "已拨付"), ("环评补充材料", "县环保局", "已通过"),
    ("污水管网未接入", "园区管委会", "已接管"), ("厂房验收拖延", "县建设局", "已验收"),
)  # fmt: skip
_SKILLS = ("labour_exported", "labour_trained")


def parks(world: World, resources: Sequence[Resource], seed: int) -> list[Row]:
    """The parks that resources lie in, by id, each with a partner of its pairing."""
    dice = Dice(seed, "parks")
    named: dict[str, Resource] = {}
    for r in resources:
        if r.in_park:
            named.setdefault(r.row["park"], r)
    rows = []
    for number, (name, r) in enumerate(sorted(named.items()), start=1):
        partners = [p for p in world.developed if (p.code, r.place.code) in world.pairs]
        area = dice.whole(10, 60) * 50
        rows.append(
            {"id": f"DEMO-PK{number:02d}", "name": name, "region": dice.pick(r.place.spellings),
             "partner_region": dice.pick(dice.pick(partners).spellings), "area_mu": str(area),
             "filled_mu": str(round(area * dice.between(0.2, 0.8))),
             "admission": "technology=5;benefit=4" if dice.chance(0.6) else ""}
        )  # fmt: skip
    return rows


def problems(projects: Sequence[Row], seed: int) -> list[Row]:
    """Some forty problems, most of them answered, a few open and late."""
    dice = Dice(seed, "problems")
    drawn = []
    for p in dice.some(projects, 42):
        signed = date.fromisoformat(p["signed_on"])
        raised = signed + timedelta(days=dice.whole(20, 400))
        if raised > LAST:
            continue
        due = raised + timedelta(days=dice.whole(20, 90))
        answered = raised + timedelta(days=dice.whole(10, 140))
        text, owner, answer = dice.pick(_PROBLEMS)
        done = answered <= LAST and dice.chance(0.85)
        drawn.append(
            {"project_id": p["id"], "raised_on": raised.isoformat(), "text": text,
             "owner": owner, "due_on": due.isoformat() if dice.chance(0.9) else "",
             "answered_on": answered.isoformat() if done else "", "answer": answer if done else "",
             "rating": str(dice.whole(2, 5)) if done and dice.chance(0.7) else ""}
        )  # fmt: skip
    drawn.sort(key=lambda row: (row["raised_on"], row["project_id"]))
    return [{"id": f"DEMO-W{n:03d}", **row} for n, row in enumerate(drawn, start=1)]


def visits(world: World, seed: int) -> list[Row]:
    """Delegations and trade events between the cities of the pairing, some years without."""
    dice = Dice(seed, "visits")
    home = {p.code: p.prefecture for p in (*world.developed, *world.underdeveloped)}
    between: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in data.rows("pairings"):
        pair = row["developed_region"], row["underdeveloped_region"]
        between.setdefault((home[pair[0]], home[pair[1]]), []).append(pair)
    rows: dict[tuple[str, str, str, str], Row] = {}
    for (giving, taking), pairs in sorted(between.items()):
        for year in YEARS:
            for kind, often in (("high_level", 0.85), ("trade", 0.75)):
                if not dice.chance(often):
                    continue
                day = date(year, dice.whole(3, 12), dice.whole(1, 28))
                # Cities visit each other; within one city it is counties that do.
                one, other = (giving, taking) if giving != taking else dice.pick(pairs)
                note = "党政代表团互访" if kind == "high_level" else "经贸对接活动"
                key = (day.isoformat(), one, other, kind)
                rows[key] = dict(zip(VISIT_COLUMNS, (*key, note), strict=True))
    return [rows[key] for key in sorted(rows)]


def actuals(world: World, seed: int) -> list[Row]:
    """What no project tells: workers and trainees of the counties, shares of value added."""
    dice = Dice(seed, "actuals")
    rows = []
    for place in world.underdeveloped:
        for year in YEARS:
            for indicator, most in zip(_SKILLS, (0.02, 0.003), strict=True):
                value = f"{dice.between(0.3, 1.0) * most:.4f}"
                rows.append((indicator, str(year), place.code, value, "演示：县劳动局年报"))
        if dice.chance(0.3):
            value = f"{dice.between(4, 18):.1f}"
            rows.append(("industrial_value_added_share", "2009", place.code, value,
                         "演示：县统计局"))  # fmt: skip
    return [dict(zip(ACTUAL_COLUMNS, row, strict=True)) for row in sorted(rows)]


def by_name(
    world: World, resources: Sequence[Resource], projects: Sequence[Row], seed: int
) -> Mapping[str, tuple[Sequence[str], list[Row]]]:
    """Columns and rows of each table."""
    return {
        "parks": (PARK_COLUMNS, parks(world, resources, seed)),
        "problems": (PROBLEM_COLUMNS, problems(projects, seed)),
        "visits": (VISIT_COLUMNS, visits(world, seed)),
        "actuals": (ACTUAL_COLUMNS, actuals(world, seed)),
    }
