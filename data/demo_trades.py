"""What trades need in the made-up world: skills, land, hands, energy, and how clean they are."""

from __future__ import annotations

from dataclasses import dataclass

from data.demo_world import Link


@dataclass(frozen=True)
class Trade:
    """A group of chains with the same needs.

    Attributes
    ----------
    skills_asked, skills_offered : tuple of str
        The same skills in the words of employers and of counties.
    pollution : int
        Usual level, 0 to 3.
    hands : float
        Workers per 万元 of investment, relative to the average.
    energy : float
        Tonnes of coal equivalent per 万元 of investment.
    """

    chains: tuple[str, ...]
    skills_asked: tuple[str, ...]
    skills_offered: tuple[str, ...]
    pollution: int
    hands: float
    energy: float


def _trade(
    chains: str, asked: str, offered: str, pollution: int, hands: float, energy: float
) -> Trade:
    skills = tuple(asked.split()), tuple(offered.split())
    return Trade(tuple(chains.split()), *skills, pollution, hands, energy)


TRADES: dict[str, Trade] = {
    "sewing": _trade(
        "textile silk hometex knitwear down nonwoven handwork umbrellas",
        "缝纫工 挡车工 裁剪工 质检员", "缝纫女工 纺织挡车女工 服装裁剪 检验", 1, 1.8, 0.25),
    "leather": _trade(
        "footwear luggage syntheticleather",
        "针车工 制鞋工 裁断工", "鞋面针车女工 制鞋成型 下料裁断", 2, 1.5, 0.3),
    "metal": _trade(
        "steel casting copper aluminium valves bearings fasteners handtools locks kitchenware "
        "moulds compressors",
        "车工 焊工 铸造工 数控操作工", "车床工 电焊 翻砂铸造 数控技工", 1, 0.9, 0.5),
    "machines": _trade(
        "autoparts nev motorcycles motors machinetools farmmachines elevators rail sewingmachines "
        "textilemachines shipbuilding",
        "装配工 车工 焊工 钳工", "机械装配 车床工 电焊 钳工学徒", 1, 0.9, 0.25),
    "electric": _trade(
        "lowvoltage transformers appliances lighting electronics semiconductors optics instruments "
        "solar batteries",
        "插件工 装配工 绕线工 质检员", "电子插件女工 流水线装配 线圈绕制 检验", 1, 1.3, 0.2),
    "chemistry": _trade(
        "fluorine silicone finechem dyes dailychem plastics rubber petrochem",
        "化工操作工 注塑工 化验员", "化工操作 注塑 化验", 2, 0.5, 1.2),
    "medicine": _trade(
        "pharma meddevices herbs",
        "制药操作工 化验员 药材种植员", "制药操作 化验 药农", 1, 0.7, 0.4),
    "paper": _trade(
        "papermaking stationery", "造纸工 印刷工 包装工", "造纸操作 印刷 包装女工", 2, 0.8, 1.0),
    "wood": _trade(
        "bamboo furniture chairs toys sports music crafts celadon",
        "木工 油漆工 手工编织工 包装工", "木工 油漆 手工编织 包装女工", 1, 1.4, 0.2),
    "food": _trade(
        "tea mushrooms citrus vegetables grain meat dairyfood wine seafood forestry",
        "采茶工 食品加工工 种植员 养殖员", "采茶女工 食品加工 种植农民 养殖户", 0, 1.2, 0.2),
    "building": _trade(
        "cement stone environment cleanenergy",
        "建筑工 矿山工 电工 泥水工", "建筑小工 矿山作业 电工 泥水工", 2, 0.6, 0.8),
    "services": _trade(
        "tourism healthcare software ecommerce ports skills capital retail media",
        "服务员 客服员 导游 护理员 驾驶员", "酒店服务 客服 导游 护理 驾驶", 0, 1.0, 0.05),
}  # fmt: skip

TRADE_OF: dict[str, str] = {chain: name for name, t in TRADES.items() for chain in t.chains}

_DIRTY = {
    "textile-dyeing": 3, "footwear-hide": 3, "casting-machining": 3, "fasteners-plating": 3,
    "papermaking-pulp": 3, "dyes-intermediate": 3, "dyes-dyes": 3, "finechem-pesticide": 3,
    "pharma-intermediate": 3, "pharma-api": 3, "petrochem-refining": 3, "batteries-cells": 2,
    "solar-cells": 2, "batteries-recycling": 3, "steel-iron": 3, "cement-cement": 3,
    "electronics-pcb": 3, "syntheticleather-leather": 3, "fluorine-hf": 3, "meat-farming": 2,
}  # fmt: skip
"""Links that are dirtier than their trade."""


def trade_of(link: Link) -> Trade:
    """What a link needs."""
    return TRADES[TRADE_OF[link.chain]]


def pollution_of(link: Link) -> int:
    """Usual pollution level of a link, 0 to 3; trading links are clean."""
    if link.codes[0][:2] >= "51":
        return 0
    return _DIRTY.get(link.name, trade_of(link).pollution)
