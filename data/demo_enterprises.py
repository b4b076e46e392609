"""The made-up enterprises: what they truly are, and the row that says some of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from data.demo_dice import Dice
from data.demo_trades import pollution_of, trade_of
from data.demo_words import describe_enterprise, describe_institution
from data.demo_world import Link, Place, World

INTENTS = ("invest", "relocate", "outsource", "source", "hire", "train", "support")
FORMS = (
    "joint_venture", "holding", "equity", "technology_shares", "acquisition", "alliance",
    "merger", "lease", "trusteeship", "contracting", "three_party",
)  # fmt: skip
COMPANIES, INSTITUTIONS, MERCHANTS = 560, 25, 15

COLUMNS = (
    "id", "name", "kind", "region", "industry", "description", "founded", "employees",
    "revenue_wan", "growth", "intents", "forms", "skills", "budget_wan", "land_need_mu",
    "labour_need", "energy_need_tce", "pollution_level", "available_from", "available_until",
    "contact", "phone", "officer", "confirmed_on", "x_rd_share",
)  # fmt: skip

INSTITUTION_KINDS = {
    "职业学校": ("8336", ("education", "training", "talent")),
    "中学": ("8334", ("education", "talent")),
    "医院": ("8411", ("health", "talent")),
    "农科所": ("7330", ("science", "village", "farmland")),
    "研究院": ("7320", ("science", "information", "talent")),
    "文化馆": ("8870", ("culture", "education")),
    "建设部门": ("", ("infrastructure", "village", "information")),
}
"""What an institution is, its code, and the kinds of resource that it truly can help."""


@dataclass
class Enterprise:
    """The truth about one enterprise (0 where it needs nothing)."""

    id: str
    kind: str
    place: Place | None
    link: Link | None
    suits: tuple[str, ...]
    intents: tuple[str, ...]
    forms: tuple[str, ...]
    skills: tuple[str, ...]
    revenue: float
    growth: float
    budget: float
    land: float
    hands: float
    energy: float
    pollution: int
    research: float
    until: str
    row: dict[str, str] = field(default_factory=dict)


def enterprises(world: World, seed: int) -> list[Enterprise]:
    """All enterprises, institutions and merchants, by id."""
    dice = Dice(seed, "enterprises")
    found = [_company(world, dice, n, merchant=False) for n in range(1, COMPANIES + 1)]
    found += [_institution(world, dice, n) for n in range(1, INSTITUTIONS + 1)]
    found += [_company(world, dice, n, merchant=True) for n in range(1, MERCHANTS + 1)]
    return found


def _link(world: World, dice: Dice, place: Place | None) -> Link:
    known = place.chains if place else ()
    chain = dice.pick(known) if known and dice.chance(0.75) else dice.pick(sorted(world.chains))
    return dice.pick(world.chains[chain])


def _company(world: World, dice: Dice, number: int, *, merchant: bool) -> Enterprise:
    place = None if merchant else dice.pick(world.developed)
    link = _link(world, dice, place)
    trade = trade_of(link)
    weights = (
        3.0, 1.5 if not merchant else 0.3, 0.6 * trade.hands**2, 0.5,
        0.8 * trade.hands, 0.35, 0.3,
    )  # fmt: skip
    if link.chain in ("tea", "mushrooms", "citrus", "vegetables", "seafood", "herbs", "forestry"):
        weights = (3.0, 0.8, 0.3, 3.0, 0.6, 0.3, 0.3)
    intents = {dice.weighted(INTENTS, weights) for _ in range(dice.whole(1, 3))}
    employees = round(dice.lognormal(190, 0.9))
    revenue = employees * dice.lognormal(28, 0.5)
    spends = bool(intents & {"invest", "relocate"})
    budget = revenue * dice.lognormal(0.32, 0.6) if spends else revenue * dice.lognormal(0.02, 0.5)
    land = budget / dice.lognormal(75, 0.4) if spends else 0.0
    hands = trade.hands * (budget if spends else revenue * 0.05) / dice.lognormal(22, 0.4)
    hands = min(max(hands, 5.0), 1500.0)
    until = dice.pick(["2010-12-31", "2011-06-30", "2011-12-31", "2012-12-31"])
    made = Enterprise(
        id=f"DEMO-{'M' if merchant else 'E'}{number:03d}",
        kind="merchant" if merchant else "company",
        place=place,
        link=link,
        suits=(),
        intents=tuple(i for i in INTENTS if i in intents),
        forms=tuple(sorted(dice.some(FORMS, dice.whole(1, 3)))),
        skills=tuple(dice.some(trade.skills_asked, dice.whole(1, 2))),
        revenue=revenue,
        growth=min(max(dice.normal(0.14, 0.15), -0.4), 0.9),
        budget=budget,
        land=land,
        hands=hands,
        energy=trade.energy * budget * dice.lognormal(1.0, 0.4) if spends else 0.0,
        pollution=min(max(pollution_of(link) + dice.pick([-1, 0, 0, 0, 0]), 0), 3),
        research=min(dice.lognormal(0.015, 0.8), 0.2),
        until=until,
    )
    where = place.short if place else "省外浙商"
    made.row = {
        "name": f"{where}·演示{link.chain_zh.replace('与', '')}{number:03d}有限公司",
        "industry": _written_code(world, dice, link),
        "founded": str(dice.whole(1978, 2005)),
        "employees": str(employees),
        "description": describe_enterprise(dice, link, made.intents, made.skills),
    }
    _fill(dice, made)
    return made


def _institution(world: World, dice: Dice, number: int) -> Enterprise:
    place = dice.pick(world.developed)
    names = list(INSTITUTION_KINDS)
    what = names[(number - 1) % len(names)]
    code, suits = INSTITUTION_KINDS[what]
    intents = ("train", "support") if what in ("职业学校", "农科所") else ("support",)
    made = Enterprise(
        id=f"DEMO-I{number:03d}", kind="institution", place=place, link=None, suits=suits,
        intents=intents, forms=("alliance",) if dice.chance(0.5) else ("trusteeship",), skills=(),
        revenue=0.0, growth=0.0, budget=dice.lognormal(80, 0.6), land=0.0, hands=0.0, energy=0.0,
        pollution=0, research=0.0, until="2012-12-31",
    )  # fmt: skip
    made.row = {
        "name": f"{place.short}·演示{what}{number:03d}",
        "industry": code if dice.chance(0.8) else "",
        "founded": str(dice.whole(1949, 2000)),
        "employees": str(round(dice.lognormal(150, 0.5))),
        "description": describe_institution(what),
    }
    _fill(dice, made)
    return made


def _written_code(world: World, dice: Dice, link: Link) -> str:
    """The code as somebody filled it in: right, coarse, with its letter, or plainly wrong."""
    code = dice.pick(link.codes)
    fate = dice.uniform()
    if fate < 0.10:
        code = dice.pick(world.industries)
    elif fate < 0.18:
        same = [c for c in world.industries if c[:2] == code[:2] and len(c) > 2]
        code = dice.pick(same)
    elif fate < 0.40:
        code = code[:2]
    elif fate < 0.55:
        code = code[:3]
    return world.sections[code] + code if dice.chance(0.15) else code


def _fill(dice: Dice, made: Enterprise) -> None:
    """The rest of the row: true figures rounded, some cells left empty."""

    def known(value: str, share: float) -> str:
        return value if dice.chance(share) else ""

    company = made.kind != "institution"
    row = made.row
    row["id"] = made.id
    row["kind"] = made.kind
    row["region"] = dice.pick(made.place.spellings) if made.place else ""
    row["intents"] = known(";".join(made.intents), 0.88)
    row["forms"] = known(";".join(made.forms), 0.6)
    row["skills"] = known(";".join(made.skills), 0.6)
    row["revenue_wan"] = known(significant(made.revenue), 0.85) if company else ""
    row["growth"] = known(f"{made.growth:.2f}", 0.7) if company else ""
    row["budget_wan"] = known(significant(made.budget), 0.7)
    row["land_need_mu"] = known(significant(made.land), 0.75) if company else ""
    row["labour_need"] = known(str(round(made.hands)), 0.75) if company else ""
    row["energy_need_tce"] = known(significant(made.energy), 0.6) if company else ""
    row["pollution_level"] = known(str(made.pollution), 0.85)
    row["employees"] = known(row["employees"], 0.85)
    row["founded"] = known(row["founded"], 0.8)
    row["description"] = known(row["description"], 0.92)
    row["available_from"] = known("2006-01-01", 0.3)
    row["available_until"] = known(made.until, 0.35)
    row["x_rd_share"] = known(f"{made.research:.3f}", 0.7) if company else ""
    row["contact"] = known(f"示例联系人{made.id[-4:]}", 0.3)
    row["phone"] = f"000-0000{made.id[-3:]}" if row["contact"] else ""
    row["officer"] = known("示例经办人", 0.2)
    row["confirmed_on"] = known(f"2009-{dice.whole(1, 12):02d}-{dice.whole(1, 28):02d}", 0.7)


def significant(value: float) -> str:
    """A figure as people write it: two or three digits that mean something."""
    if value <= 0:
        return "0"
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    rounded = round(value / step) * step
    return f"{rounded:.0f}" if rounded >= 10 else f"{rounded:.1f}"
