"""The made-up resources: what the underdeveloped counties truly offer, and the row that says it."""

from __future__ import annotations

from dataclasses import dataclass, field

from data.demo_dice import Dice
from data.demo_enterprises import FORMS, significant
from data.demo_trades import TRADES, pollution_of, trade_of
from data.demo_words import describe_resource
from data.demo_world import Link, Place, World

COUNTS = {
    "land": 31, "factory": 22, "farmland": 16, "tourism": 14, "energy": 6, "mineral": 6, "port": 5,
    "enterprise": 16, "village": 16, "labour": 14, "processing_base": 14, "training": 10,
    "infrastructure": 5, "education": 7, "science": 4, "culture": 4, "health": 5, "talent": 3,
    "information": 2,
}  # fmt: skip
"""How many of each kind: 200 in all; industry 116, rural 16, labour 38, social 30."""

COLUMNS = (
    "id", "name", "kind", "region", "enclave_region", "park", "industries", "description",
    "forms", "skills", "land_mu", "land_price_wan_per_mu", "labour_supply", "wage_yuan_month",
    "energy_quota_tce", "min_investment_wan", "max_pollution", "subsidy_rate", "capacity",
    "available_from", "available_until", "contact", "phone", "officer", "confirmed_on",
    "x_station_km",
)  # fmt: skip

INDUSTRIAL = ("land", "factory", "enterprise")
SOCIAL = ("infrastructure", "education", "science", "culture", "health", "talent", "information")

_ABOUT = {
    "farmland": "tea-gardens mushrooms-growing citrus-orchard vegetables-growing grain-farming "
    "meat-farming herbs-growing forestry-planting forestry-nursery bamboo-grove seafood-farming "
    "silk-cocoon",
    "village": "tea-gardens mushrooms-growing citrus-orchard vegetables-growing handwork-base "
    "tourism-farm tourism-stay bamboo-shoots forestry-planting herbs-growing",
    "tourism": "tourism-sights tourism-parks tourism-stay tourism-farm healthcare-rehab "
    "sports-events celadon-culture",
    "energy": "cleanenergy-power cleanenergy-works solar-plants",
    "mineral": "stone-mining stone-metal fluorine-fluorite cement-limestone celadon-material",
    "port": "ports-terminals ports-shipping shipbuilding-ships shipbuilding-repair seafood-catch "
    "petrochem-trade",
    "processing_base": "handwork-sewing handwork-assembly textile-garments knitwear-garments "
    "knitwear-socks footwear-shoes footwear-parts toys-wooden toys-other crafts-goods "
    "umbrellas-umbrellas electronics-components luggage-goods lighting-lamps",
    "labour": "skills-labour skills-household", "training": "skills-vocational",
    "education": "skills-school", "health": "healthcare-hospital", "culture": "media-venues",
    "infrastructure": "cement-construction", "information": "software-infra",
    "science": "tea-gardens mushrooms-growing herbs-growing", "talent": "skills-vocational",
}  # fmt: skip
"""Links that a resource can be about, by kind; an industrial one is about what its county makes."""

_COAST = ("定海", "普陀", "岱山", "嵊泗", "三门", "苍南", "平阳")
_LABELS = {
    "land": "地块", "factory": "厂房", "farmland": "基地", "tourism": "旅游项目",
    "energy": "能源项目", "mineral": "开采项目", "port": "岸线", "enterprise": "企业合作",
    "village": "村级项目",
    "labour": "劳务输出", "processing_base": "来料加工基地", "training": "培训基地",
    "infrastructure": "基础设施", "education": "学校", "science": "科技合作", "culture": "文化项目",
    "health": "卫生院", "talent": "人才支援", "information": "信息服务",
}  # fmt: skip


@dataclass
class Resource:
    """The truth about one resource (NaN-free: 0 where there is none of a thing)."""

    id: str
    kind: str
    place: Place
    lies_in: Place
    link: Link
    also: Link | None
    in_park: bool
    forms: tuple[str, ...]
    skills: tuple[str, ...]
    land: float
    price: float
    hands: float
    wage: float
    energy: float
    least: float
    dirtiest: int
    subsidy: float
    capacity: int
    station_km: float
    appeal: float
    row: dict[str, str] = field(default_factory=dict)


def resources(world: World, seed: int) -> list[Resource]:
    """All resources, by id; each county has at least five."""
    dice = Dice(seed, "resources")
    kinds = [kind for kind, count in COUNTS.items() for _ in range(count)]
    homes = _homes(world, dice, kinds)
    return [
        _resource(world, dice, number, kind, home)
        for number, (kind, home) in enumerate(zip(kinds, homes, strict=True), start=1)
    ]


def _homes(world: World, dice: Dice, kinds: list[str]) -> list[Place]:
    """A county for each: as evenly as can be, ports at the coast, mines and dams inland."""
    held = {place.code: 0 for place in world.underdeveloped}
    homes = []
    for kind in kinds:
        open_to = [
            place
            for place in world.underdeveloped
            if (place.short in _COAST) == (kind == "port") or kind not in ("port", "mineral")
        ]
        fewest = min(held[place.code] for place in open_to)
        home = dice.pick([place for place in open_to if held[place.code] <= fewest])
        held[home.code] += 1
        homes.append(home)
    return homes


def _links(world: World, dice: Dice, kind: str, place: Place) -> tuple[Link, Link | None]:
    """What a resource is about, and what else of the same chain would be welcome."""
    if kind in INDUSTRIAL:
        chains = place.chains
        if dice.chance(0.45):  # a site for what partner counties are known for and move out
            partners = [p for p in world.developed if (p.code, place.code) in world.pairs]
            chains = dice.pick(partners).chains
        links = [link for chain in chains for link in world.chains[chain] if _is_made(link, place)]
        links = links or [x for x in world.chains["handwork"] if _is_made(x, place)]
        chain = dice.pick(sorted({link.chain for link in links}))
        links = [link for link in links if link.chain == chain]
    else:
        links = [world.links[x] for x in _ABOUT[kind].split()]
        here = [link for link in links if link.chain in place.chains]
        links = here if here and dice.chance(0.75) else links
    link = dice.pick(links)
    near = [x for x in world.chains[link.chain] if x is not link and abs(x.step - link.step) <= 1]
    welcome = kind not in ("labour", "training", *SOCIAL) and dice.chance(0.5)
    return link, dice.pick(near) if near and welcome else None


def _is_made(link: Link, place: Place) -> bool:
    """Whether a link is a manufacture, and one for which the place lies right."""
    maritime = link.chain in ("ports", "shipbuilding", "seafood", "petrochem")
    return "13" <= link.codes[0][:2] <= "43" and (place.short in _COAST or not maritime)


def _resource(world: World, dice: Dice, number: int, kind: str, place: Place) -> Resource:
    link, also = _links(world, dice, kind, place)
    trade = trade_of(link)
    industrial = kind in INDUSTRIAL
    people = kind in ("labour", "processing_base", "training", "village")
    lies_in, park = place, False
    if kind in ("land", "factory"):
        park = dice.chance(0.5)
        if dice.chance(0.08):
            partners = [p for p in world.developed if (p.code, place.code) in world.pairs]
            lies_in, park = dice.pick(partners), True
    if kind in ("labour", "training"):
        trade = TRADES[dice.pick(["sewing", "metal", "machines", "electric", "services", "food"])]
    skills = tuple(dice.some(trade.skills_offered, dice.whole(1, 3)))
    dirtiest = 0 if kind in ("tourism", "farmland", "village", *SOCIAL) else 1
    if industrial and pollution_of(link) >= 2:
        dirtiest = dice.pick([1, 2, 2, 3])
    elif kind in ("mineral", "port", "energy"):
        dirtiest = dice.pick([1, 2])
    price = dice.lognormal(9.0, 0.35) * (1.6 if lies_in is not place else 1.0)
    made = Resource(
        id=f"DEMO-R{number:03d}", kind=kind, place=place, lies_in=lies_in, link=link, also=also,
        in_park=park,
        forms=tuple(sorted(dice.some(FORMS, dice.whole(1, 4)))), skills=skills,
        land=dice.lognormal(110, 0.8) if kind not in ("labour", "training", *SOCIAL) else 0.0,
        price=price,
        hands=dice.lognormal(450 if people else 260, 0.6) if kind not in SOCIAL else 0.0,
        wage=dice.between(850, 1500),
        energy=dice.lognormal(2600, 0.8) * (1 + trade.energy) if industrial else 0.0,
        least=_least(dice, kind), dirtiest=dirtiest,
        subsidy=dice.pick([0.0, 0.0, 0.01, 0.02, 0.03]), station_km=dice.between(3, 90),
        capacity=dice.whole(2, 8) if industrial or people else dice.whole(1, 3),
        appeal=dice.normal(0.0, 0.35),
    )  # fmt: skip
    _fill(dice, made)
    return made


def _least(dice: Dice, kind: str) -> float:
    if kind in SOCIAL or kind in ("labour", "training"):
        return 0.0
    if kind in ("processing_base", "village"):
        return dice.lognormal(40, 0.6)
    return dice.lognormal(1500 if kind in ("tourism", "energy", "port") else 800, 0.7)


def _industries(dice: Dice, made: Resource) -> str:
    if made.kind in (*SOCIAL, "labour", "training") or not dice.chance(0.85):
        return ""
    codes = list(made.link.codes[:3]) + (list(made.also.codes[:1]) if made.also else [])
    return ";".join(dict.fromkeys(c[: dice.pick([2, 2, 3])] for c in codes))


def _fill(dice: Dice, made: Resource) -> None:
    """The row: true figures rounded, some cells left empty."""

    def known(value: str, share: float) -> str:
        return value if dice.chance(share) else ""

    row = made.row
    number = made.id[-3:]
    about = "" if made.kind in ("labour", "training", *SOCIAL) else made.link.chain_zh
    row["id"] = made.id
    row["name"] = f"{made.place.short}·演示{about.replace('与', '')}{_LABELS[made.kind]}{number}"
    row["kind"] = made.kind
    row["region"] = dice.pick(made.place.spellings)
    enclave = made.lies_in is not made.place
    row["enclave_region"] = dice.pick(made.lies_in.spellings) if enclave else ""
    if made.in_park:
        row["park"] = f"{made.place.short}·演示山海协作{'飞地' if enclave else '园'}"
    row["industries"] = _industries(dice, made)
    text = describe_resource(dice, made.kind, made.link, made.also, made.skills)
    row["description"] = known(text, 0.94)
    row["forms"] = known(";".join(made.forms), 0.6)
    row["skills"] = known(";".join(made.skills), 0.75) if made.kind not in SOCIAL else ""
    row["land_mu"] = known(significant(made.land), 0.85) if made.land else ""
    row["land_price_wan_per_mu"] = known(f"{made.price:.1f}", 0.75) if made.land else ""
    row["labour_supply"] = known(significant(made.hands), 0.75) if made.hands else ""
    row["wage_yuan_month"] = known(f"{round(made.wage, -1):.0f}", 0.7) if made.hands else ""
    row["energy_quota_tce"] = known(significant(made.energy), 0.65) if made.energy else ""
    row["min_investment_wan"] = known(significant(made.least), 0.7) if made.least else ""
    row["max_pollution"] = known(str(made.dirtiest), 0.9)
    row["subsidy_rate"] = known(f"{made.subsidy:.2f}", 0.7)
    row["capacity"] = known(str(made.capacity), 0.85)
    row["available_from"] = known("2006-01-01", 0.3)
    row["available_until"] = known(dice.pick(["2010-12-31", "2011-12-31", "2012-12-31"]), 0.35)
    row["contact"] = known(f"示例联系人R{number}", 0.4)
    row["phone"] = f"000-0001{number}" if row["contact"] else ""
    row["officer"] = known("示例经办人", 0.3)
    row["confirmed_on"] = known(f"2009-{dice.whole(1, 12):02d}-{dice.whole(1, 28):02d}", 0.75)
    row["x_station_km"] = known(f"{made.station_km:.0f}", 0.7)
