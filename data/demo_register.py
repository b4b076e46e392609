"""The made-up register: what was signed of the made-up history, with money, problems and visits.

As large as a tenth of the published one, with its rates on the last day of the demonstration. Each
project is an introduction that signed, on the same days and for the same sum. A project names its
resource only while that leaves a place open there: the lists must have something left to offer,
and a register holds projects that came by other ways too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from data.demo_dice import Dice
from data.demo_enterprises import Enterprise
from data.demo_history import LAST, is_industry, root
from data.demo_resources import SOCIAL, Resource

AGREED_WAN = 1_309_380.0
FUNDS_IN_PLACE = 0.51
PRODUCING = 213
#: Projects by how far they got; 323 in all, 307 honoured, 275 started: 95 and 85 %.
SHARES = {"idle": 16, "signed": 32, "started": 85, "funded": 58, "completed": 129}
SECOND_PHASES = 3
#: Bounds of the share in place at each stage: half of the money stays the mark of "funded".
_IN_PLACE = {"idle": (0.0, 0.0), "signed": (0.02, 0.12), "started": (0.1, 0.49),
             "funded": (0.5, 0.8), "completed": (0.8, 1.0)}  # fmt: skip

COLUMNS = (
    "id", "name", "enterprise_ids", "resource_id", "region", "park", "programme", "campaign",
    "form", "source", "agreed_wan", "loan_wan", "loan_years", "subsidy_rate", "land_mu",
    "criteria", "signed_on", "planned_start", "started_on", "production_on",
    "planned_completion", "completed_on", "ended_on", "end_reason", "jobs", "trained", "officer",
)  # fmt: skip
FUND_COLUMNS = ("id", "project_id", "date", "amount_wan", "kind", "document")

Row = dict[str, str]


@dataclass
class Project:
    """One project: its rows of the history, its tranches, the row to be written."""

    enterprise: Enterprise
    resource: Resource
    far: str
    rows: list[Row]
    tranches: list[tuple[date, float]] = field(default_factory=list)
    row: Row = field(default_factory=dict)

    @property
    def agreed(self) -> float:
        """Agreed sum, 万元."""
        return float(self.rows[-1]["amount_wan"])

    def day(self, stage: str) -> date | None:
        """When a stage was reached."""
        return next((date.fromisoformat(r["date"]) for r in self.rows if r["stage"] == stage), None)


def register(
    outcomes: Sequence[Row],
    enterprises: Mapping[str, Enterprise],
    resources: Mapping[str, Resource],
    seed: int,
) -> tuple[list[Row], list[Row]]:
    """Rows of ``projects`` and of ``funds``, by id."""
    dice = Dice(seed, "register")
    chosen = _chosen(dice, _signed(outcomes, enterprises, resources))
    _pay(chosen)
    room = {r.id: int(r.row["capacity"] or "1") - 1 for r in resources.values()}
    for number, project in enumerate(chosen, start=1):
        _fill(dice, project, number, room)
    _produce(dice, chosen)
    _second_firms(dice, chosen, list(enterprises.values()))
    return [p.row for p in chosen], _funds(dice, chosen)


def _signed(
    outcomes: Sequence[Row],
    enterprises: Mapping[str, Enterprise],
    resources: Mapping[str, Resource],
) -> list[Project]:
    """The introductions that signed, by the day they did."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in outcomes:
        found.setdefault((row["enterprise_id"], row["resource_id"]), []).append(row)
    signed = []
    for (e, r), rows in found.items():
        # A failed one keeps its ending for the project's end.
        money = [row for row in rows if row.get("amount_wan")]
        if money:
            far = money[-1]["stage"]
            far = "idle" if far == "signed" and money[-1]["funded_wan"] == "0" else far
            ends = [row for row in rows if row["stage"] == "failed"]
            made = Project(enterprises[e], resources[r], far, money)
            made.row["ended_on"] = ends[0]["date"] if ends else ""
            signed.append(made)
    return sorted(signed, key=lambda p: (p.rows[0]["date"], p.enterprise.id, p.resource.id))


def _chosen(dice: Dice, signed: list[Project]) -> list[Project]:
    """So many of each kind, worth what was published at a tenth; with the second phases."""
    taken: list[Project] = []
    spare: list[Project] = []
    for far, count in SHARES.items():
        some = dice.some([p for p in signed if p.far == far], 10_000)
        taken += some[:count]
        spare += some[count:]
    later = [_second_phase(dice, p) for p in _room_for_more(taken)[:SECOND_PHASES]]
    goal = AGREED_WAN - math.fsum(p.agreed for p in later)
    while True:
        off = math.fsum(p.agreed for p in taken) - goal
        swaps = [
            (abs(off - a.agreed + b.agreed), i, j)
            for i, a in enumerate(taken)
            for j, b in enumerate(spare)
            if a.far == b.far
        ]
        best, i, j = min(swaps)
        if best >= abs(off) or abs(off) < 1.0:
            break
        taken[i], spare[j] = spare[j], taken[i]
    kept = {id(p) for p in taken}
    order = [p for p in signed if id(p) in kept] + later
    return sorted(order, key=lambda p: p.rows[0]["date"])


def _room_for_more(taken: list[Project]) -> list[Project]:
    """Completed industry projects, early ones first: their firms may come again."""
    done = [p for p in taken if p.far == "completed" and is_industry(p.resource)]
    return sorted(done, key=lambda p: (p.rows[-1]["date"], p.enterprise.id))


def _second_phase(dice: Dice, first: Project) -> Project:
    """The same two again, half a year after the first was completed: signed and started."""
    signed = date.fromisoformat(first.rows[-1]["date"]) + timedelta(days=dice.whole(60, 180))
    started = signed + timedelta(days=dice.whole(40, 120))
    amount = f"{round(first.agreed * dice.between(0.2, 0.4), -1):.0f}"
    rows = [
        {"date": signed.isoformat(), "stage": "signed", "amount_wan": amount, "funded_wan": "0",
         "jobs": ""},
        {"date": started.isoformat(), "stage": "started", "amount_wan": amount,
         "funded_wan": f"{0.3 * float(amount):.0f}", "jobs": ""},
    ]  # fmt: skip
    made = Project(first.enterprise, first.resource, "started", rows)
    made.row["ended_on"] = ""
    return made


def _pay(projects: list[Project]) -> None:
    """Tranches as the history tells them; the last ones moved so that 51 % are in place."""
    before: list[float] = []
    for p in projects:
        paid = 0.0
        for row in p.rows:
            more = float(row["funded_wan"]) - paid
            if more > 0:
                p.tranches.append((date.fromisoformat(row["date"]), more))
                paid += more
        before.append(paid - p.tranches[-1][1] if p.tranches else 0.0)

    def moved(i: int, shift: float) -> float:
        p = projects[i]
        if not p.tranches:
            return 0.0
        low, high = _IN_PLACE[p.far]
        total = before[i] + p.tranches[-1][1] + shift * p.agreed
        return max(min(max(total, low * p.agreed), high * p.agreed), before[i] + 1.0)

    goal = FUNDS_IN_PLACE * math.fsum(p.agreed for p in projects)
    shift = root(lambda s: math.fsum(moved(i, s) for i in range(len(projects))) - goal)
    for i, p in enumerate(projects):
        if p.tranches:
            day, _ = p.tranches[-1]
            p.tranches[-1] = day, float(math.ceil(moved(i, shift) - before[i]))


def _fill(dice: Dice, project: Project, number: int, room: dict[str, int]) -> None:
    """The row, with planned dates, terms of the loan and points, some cells left empty."""
    e, r = project.enterprise, project.resource
    signed = date.fromisoformat(project.rows[0]["date"])
    plan = signed + timedelta(days=dice.whole(60, 210))
    done = plan + timedelta(days=dice.whole(240, 720))
    started, completed = project.day("started"), project.day("completed")
    named = room[r.id] > 0
    room[r.id] -= named
    industry = is_industry(r)
    loan = industry and dice.chance(0.3)
    jobs = next((row["jobs"] for row in reversed(project.rows) if row.get("jobs")), "")
    people = r.kind in ("labour", "training", "processing_base")
    what = r.row["name"].split("·演示")[1].rstrip("0123456789")
    project.row |= {
        "id": f"DEMO-P{number:03d}",
        "name": f"{r.place.short}·演示{what}合作项目{number:03d}",
        "enterprise_ids": e.id,
        "resource_id": r.id if named else "",
        "region": "" if named else dice.pick(r.place.spellings),
        "park": "" if named else r.row.get("park", ""),
        "programme": "" if named else _programme(r),
        "campaign": _campaign(e, r, signed),
        "form": dice.pick(r.forms) if dice.chance(0.7) else "",
        "source": dice.weighted(("list", "event", "visit", "other"), (1.0, 3.0, 2.0, 2.0)),
        "agreed_wan": f"{project.agreed:.0f}",
        "loan_wan": f"{project.agreed * 0.3:.0f}" if loan else "",
        "loan_years": str(dice.whole(1, 3)) if loan else "",
        "subsidy_rate": "0.03" if loan else "",
        "land_mu": f"{e.land:.0f}" if r.kind in ("land", "factory") and e.land else "",
        "criteria": _points(dice) if industry else "",
        "signed_on": signed.isoformat(),
        "planned_start": plan.isoformat() if dice.chance(0.95) else "",
        "started_on": started.isoformat() if started else "",
        "planned_completion": done.isoformat() if dice.chance(0.9) else "",
        "completed_on": completed.isoformat() if completed else "",
        "end_reason": "投资方资金困难，协商终止" if project.row["ended_on"] else "",
        "jobs": jobs,
        "trained": str(dice.whole(20, 160)) if people and dice.chance(0.8) else "",
        "officer": "示例经办人" if dice.chance(0.6) else "",
    }  # fmt: skip


def _programme(r: Resource) -> str:
    if r.kind in SOCIAL:
        return "social"
    if r.kind in ("labour", "processing_base", "training"):
        return "labour"
    return "rural" if r.kind == "village" else "industry"


def _campaign(e: Enterprise, r: Resource, signed: date) -> str:
    if e.kind == "merchant":
        return "浙商回归"
    if r.kind in ("village", "farmland"):
        return "百村"
    return f"{signed.year}年山海协作系列活动" if signed.month >= 10 else ""


def _points(dice: Dice) -> str:
    names = ("technology", "market", "benefit", "jobs")
    return ";".join(f"{name}={dice.whole(3, 10)}" for name in names)


def _produce(dice: Dice, projects: list[Project]) -> None:
    """Days of production: of all completed and funded projects, and of the oldest that started."""
    order = {"completed": 0, "funded": 1, "started": 2}
    started = [p for p in projects if p.far in order]
    started.sort(key=lambda p: (order[p.far], p.row["started_on"], p.row["id"]))
    for p in started[:PRODUCING]:
        begun = date.fromisoformat(p.row["started_on"])
        end = p.day("completed") or LAST
        day = begun + timedelta(days=dice.whole(60, 330))
        p.row["production_on"] = min(day, end, LAST).isoformat()


def _second_firms(dice: Dice, projects: list[Project], enterprises: list[Enterprise]) -> None:
    """A dozen projects are carried by two firms: a neighbour of the same trade joins."""
    met = {(p.enterprise.id, p.resource.id) for p in projects}
    industry = [p for p in projects if p.enterprise.kind == "company" and p.enterprise.link]
    for p in dice.some(industry, 12):
        like = [
            e for e in enterprises
            if e.link and p.enterprise.link and e.link.chain == p.enterprise.link.chain
            and e.place and (e.id, p.resource.id) not in met and e.kind == "company"
        ]  # fmt: skip
        if like:
            p.row["enterprise_ids"] += f";{dice.pick(like).id}"


def _funds(dice: Dice, projects: list[Project]) -> list[Row]:
    """Investment as it came; aid for social projects and subsidies for loans of what started."""
    rows: list[tuple[str, str, str, float]] = []
    for p in projects:
        key = p.row["id"]
        rows += [(day.isoformat(), key, "investment", amount) for day, amount in p.tranches]
        begun = p.day("started")
        if begun is None:
            continue
        if p.resource.kind in (*SOCIAL, "village", "training") and dice.chance(0.8):
            rows.append((begun.isoformat(), key, "aid", float(dice.whole(5, 40))))
        if p.row["loan_wan"]:
            paid = begun + timedelta(days=dice.whole(90, 300))
            if paid <= LAST:
                interest = float(p.row["loan_wan"]) * 0.03
                rows.append((paid.isoformat(), key, "subsidy", interest))
    return [
        {"id": f"DEMO-F{n:04d}", "project_id": key, "date": day, "amount_wan": f"{amount:.0f}",
         "kind": kind, "document": f"示例凭证{n:04d}" if dice.chance(0.5) else ""}
        for n, (day, key, kind, amount) in enumerate(sorted(rows), start=1)
        if round(amount) > 0
    ]  # fmt: skip
