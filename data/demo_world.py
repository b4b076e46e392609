"""What the made-up world stands on: real counties, chains and pairing, and who is known for what.

The specialities of the counties are public knowledge, put down from memory (judgement); the
enterprises and resources that the demonstration builds on them are made up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import data

DEVELOPED = {
    "萧山区": "textile autoparts down steel", "余杭区": "hometex pharma software electronics",
    "富阳市": "papermaking copper sports", "绍兴县": "textile knitwear dyes",
    "上虞市": "umbrellas dyes compressors lighting", "诸暨市": "knitwear copper crafts",
    "嵊州市": "silk appliances motors", "北仑区": "moulds machinetools ports textile",
    "鄞州区": "autoparts textile electronics instruments", "慈溪市": "appliances bearings motors",
    "余姚市": "plastics moulds lighting appliances", "南湖区": "electronics textile software",
    "秀洲区": "solar textile electronics", "嘉善县": "furniture electronics bearings",
    "桐乡市": "textile knitwear stone", "海盐县": "fasteners papermaking toys",
    "海宁市": "luggage hometex solar", "平湖市": "luggage textile lighting",
    "德清县": "furniture pharma cement music", "长兴县": "batteries textile environment",
    "镇海区": "petrochem fasteners finechem", "海曙区": "textile software retail",
    "奉化市": "textile compressors tea", "象山县": "knitwear seafood casting shipbuilding",
    "瑞安市": "autoparts footwear farmmachines", "乐清市": "lowvoltage transformers electronics",
    "鹿城区": "footwear textile locks lighting", "瓯海区": "optics locks footwear",
    "龙湾区": "valves syntheticleather steel", "义乌市": "crafts knitwear ecommerce toys",
    "东阳市": "furniture motors media pharma", "永康市": "handtools locks kitchenware motorcycles",
    "路桥区": "motorcycles plastics farmmachines", "玉环县": "autoparts valves furniture",
    "温岭市": "valves footwear motorcycles machinetools",
}  # fmt: skip
"""Chains that the developed counties of the plan are known for, by their names of 2006."""

UNDERDEVELOPED = {
    "淳安县": "wine tourism tea silk", "柯城区": "fluorine citrus papermaking",
    "衢江区": "papermaking fluorine citrus", "常山县": "bearings citrus cement forestry",
    "开化县": "silicone tea furniture celadon", "龙游县": "papermaking bamboo furniture dairyfood",
    "江山市": "locks transformers finechem wine", "景宁畲族自治县": "mushrooms tea bamboo tourism",
    "青田县": "celadon footwear valves steel", "松阳县": "tea steel textile",
    "遂昌县": "steel papermaking tea bamboo", "龙泉市": "celadon autoparts bamboo mushrooms",
    "莲都区": "syntheticleather bearings herbs", "云和县": "toys mushrooms valves",
    "缙云县": "sewingmachines handtools farmmachines", "庆元县": "mushrooms stationery bamboo",
    "定海区": "shipbuilding ports petrochem", "普陀区": "seafood shipbuilding tourism",
    "嵊泗县": "seafood tourism ports", "岱山县": "shipbuilding autoparts seafood",
    "文成县": "tourism meat stone healthcare", "泰顺县": "tea toys tourism stone",
    "永嘉县": "valves footwear toys", "苍南县": "papermaking plastics textile",
    "平阳县": "luggage farmmachines plastics", "磐安县": "herbs mushrooms tea",
    "武义县": "handtools kitchenware fluorine healthcare", "天台县": "rubber autoparts nonwoven",
    "仙居县": "pharma crafts citrus", "三门县": "rubber seafood motors",
}  # fmt: skip
"""The same of the underdeveloped counties."""


@dataclass(frozen=True)
class Link:
    """One link of one chain, as ``chains.csv`` has it."""

    name: str
    zh: str
    en: str
    chain: str
    chain_zh: str
    step: int
    codes: tuple[str, ...]
    words_zh: tuple[str, ...]
    words_en: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """One county-level unit, with all the ways people write it."""

    code: str
    short: str
    spellings: tuple[str, ...]
    chains: tuple[str, ...]
    prefecture: str
    lat: float
    lon: float


class World:
    """Places, chains, pairing and the fit of intents, from the built-in tables."""

    @cached_property
    def links(self) -> dict[str, Link]:
        """Links by name."""
        return {
            row["link"]: Link(
                name=row["link"], zh=row["link_zh"], en=row["link_en"], chain=row["chain"],
                chain_zh=row["chain_zh"], step=int(row["step"]),
                codes=tuple(row["codes"].split(";")), words_zh=tuple(row["words_zh"].split(";")),
                words_en=tuple(row["words_en"].split(";")),
            )
            for row in data.rows("chains")
        }  # fmt: skip

    @cached_property
    def chains(self) -> dict[str, list[Link]]:
        """Links of each chain, upstream first."""
        found: dict[str, list[Link]] = {}
        for link in self.links.values():
            found.setdefault(link.chain, []).append(link)
        return found

    @cached_property
    def industries(self) -> list[str]:
        """All codes with digits, for the wrong ones that people write."""
        return sorted(r["code"] for r in data.rows("industries") if r["code"].isdigit())

    @cached_property
    def sections(self) -> dict[str, str]:
        """Section letter of each code."""
        return {row["code"]: row["section"] for row in data.rows("industries")}

    @cached_property
    def developed(self) -> list[Place]:
        """The developed counties of the plan, by code."""
        return self._places(DEVELOPED)

    @cached_property
    def underdeveloped(self) -> list[Place]:
        """The underdeveloped counties of the plan, by code."""
        return self._places(UNDERDEVELOPED)

    def _places(self, known_for: dict[str, str]) -> list[Place]:
        found = []
        for row in data.rows("regions"):
            if row["name_2006"] not in known_for:
                continue
            written = [row[c] for c in ("name", "name_2006", "written_as", "code", "code_2006")]
            short = row["name_2006"].removesuffix("畲族自治县")
            found.append(
                Place(
                    code=row["code"],
                    short=short[:-1] if len(short) > 2 else short,
                    spellings=tuple(dict.fromkeys(s for s in written if s)),
                    chains=tuple(known_for[row["name_2006"]].split()),
                    prefecture=row["prefecture"],
                    lat=float(row["lat"]),
                    lon=float(row["lon"]),
                )
            )
        return found

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Developed and underdeveloped codes that the plan pairs."""
        return frozenset(
            (row["developed_region"], row["underdeveloped_region"]) for row in data.rows("pairings")
        )

    @cached_property
    def fit(self) -> dict[tuple[str, str], float]:
        """How far an intent asks for a kind of resource, in [0, 1]."""
        return {(r["intent"], r["kind"]): float(r["fit"]) for r in data.rows("intent_kinds")}


def distance_km(a: Place, b: Place) -> float:
    """Great circle between two places."""
    x, y = math.radians(a.lat), math.radians(b.lat)
    half = math.sin((y - x) / 2) ** 2
    half += math.cos(x) * math.cos(y) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(half))
