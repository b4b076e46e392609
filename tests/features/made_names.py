"""Made-up firms, spellings of them that are the same firm, and near names that are not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from features.regions import Regions
from features.tables import Table, Value


def _words(written: str) -> list[str]:
    return written.split()


_BRANDS = _words("""
宏达 恒盛 金鹰 天马 鸿运 瑞丰 正泰 德力 华通 新光 永兴 三联 长江 东方 富春 凯达 兴业
万里 海天 蓝天 飞跃 双鸽 红旗 五洲 百川 明珠 大地 春晖 隆盛 益民 嘉禾 银河 神州 龙腾
虎跃 凤鸣 鹏程 锦绣 福星 寿山 康乐 和平 顺达 通达 利民 佳美 雅致 圣奥 奥康 报春 晨光
朝阳 星辰 皓月 碧海 青松 翠竹 寒梅 白鹭 飞鸿 诺贝尔 爱仕达 苏泊特 康奈达 伟星达 吉利来
方太乐 老板人 美欣达 盾安泰 海利得 尤尼特 富通信 格力士
""")
_TRADES = {
    "17": "纺织 丝绸 针织 化纤 印染 织带 纺纱",
    "18": "服装 服饰 制衣 童装 羊毛衫",
    "26": "化工 涂料 精细化工 染料 胶粘剂",
    "27": "药业 医药 制药 中药饮片",
    "33": "五金 金属制品 钢结构 锁具 紧固件",
    "34": "机械 泵业 阀门 轴承 风机 数控机床",
    "36": "汽配 汽车零部件 摩配 车桥",
    "38": "电器 电缆 照明 变压器 低压电器",
    "39": "电子 光电 半导体 通信设备 传感器",
    "14": "食品 果蔬食品 豆制品 糕点",
    "21": "家具 竹木 办公家具 藤椅",
    "65": "软件 信息技术 网络科技 数据",
    "47": "建筑工程 建设 市政工程",
    "51": "贸易 进出口 商贸",
}
_LEGAL = ("有限公司", "股份有限公司", "有限责任公司", "厂", "集团有限公司", "有限公司")
_ENGLISH_TRADES = {
    "17": "Textile", "18": "Garment", "26": "Chemical", "27": "Pharmaceutical", "33": "Hardware",
    "34": "Machinery", "36": "Auto Parts", "38": "Electric Appliance", "39": "Electronics",
    "14": "Food", "21": "Furniture", "65": "Software", "51": "Import & Export",
}  # fmt: skip
_ENGLISH_BRANDS = _words("""
Sunrise Goldstar Hualong Yongfeng Bestway Rongsheng Everlight Zhongxin Starlink Jinhe
Tianyi Oceanic Weilai Greenland Huamei Powertech Kaixin Silverlake Dongsheng Northwind
""")
_HOMOPHONES = {
    "宏": "鸿", "达": "答", "恒": "衡", "盛": "胜", "金": "今", "鹰": "英", "瑞": "锐", "丰": "风",
    "正": "政", "德": "得", "华": "化", "新": "欣", "永": "勇", "长": "常", "富": "付", "兴": "星",
    "明": "名", "春": "椿", "益": "易", "嘉": "佳", "龙": "隆", "福": "服", "康": "糠", "顺": "舜",
    "通": "同", "晨": "辰", "诺": "懦", "爱": "艾", "伟": "纬", "美": "镁", "海": "嗨", "方": "芳",
    "织": "只", "装": "庄", "机": "基", "器": "气", "业": "叶", "品": "频", "件": "建", "具": "俱",
}  # fmt: skip
_RARE = "囧淼犇鑫垚焱煋槿邈翀骉彧羿奕旸"
_TRADITIONAL = str.maketrans(
    "华达东龙长业电机药医纺织网术张兴丰万", "華達東龍長業電機藥醫紡織網術張興豐萬"
)


@dataclass(frozen=True)
class Firm:
    """A row; ``truth`` is the firm it is."""

    name: str
    region: str
    industry: str
    truth: int
    how: str = "itself"


@dataclass(frozen=True)
class _Parts:
    place: str
    brand: str
    trade: str
    legal: str
    city: str
    county: str


def firms(count: int, seed: int, *, variants: int) -> list[Firm]:
    """``count`` rows in a mixed order, of which ``variants`` are others' second spellings.

    About every sixth further row is a near name that is another firm: a branch, a sister.
    """
    dice = random.Random(seed)
    regions = Regions.built_in()
    counties = [c for c in regions.codes if not regions.is_prefecture(c)
                and not regions[c].merged_into]  # fmt: skip
    made: list[tuple[Firm, _Parts | None]] = []
    taken: set[tuple[str, str, str]] = set()
    while len(made) < count - variants:
        number = len(made)
        if dice.random() < 0.12:
            made.append((_english(dice, counties, regions, number), None))
            continue
        firm, parts = _chinese(dice, counties, regions, number)
        key = (parts.brand, parts.trade, parts.city)
        if key in taken:
            continue
        taken.add(key)
        made.append((firm, parts))
        if dice.random() < 0.2 and len(made) < count - variants:
            sister = _sister(dice, firm, parts, len(made))
            if sister is not None:
                made.append((sister, None))
    rows = [firm for firm, _ in made]
    for firm, parts in dice.sample(made, min(variants, len(made))):
        rows.append(_variant(dice, firm, parts))
    while len(rows) < count:
        firm, parts = dice.choice(made)
        rows.append(_variant(dice, firm, parts))
    dice.shuffle(rows)
    return rows


def table(rows: Iterable[Firm]) -> Table:
    """The rows as a table ``enterprises``."""
    columns: dict[str, list[Value]] = {"id": [], "name": [], "region": [], "industry": []}
    for i, firm in enumerate(rows):
        columns["id"].append(f"E-{i:05}")
        columns["name"].append(firm.name)
        columns["region"].append(firm.region)
        columns["industry"].append(firm.industry)
    return Table("enterprises", columns)


def _chinese(
    dice: random.Random, counties: list[str], regions: Regions, number: int
) -> tuple[Firm, _Parts]:
    county = dice.choice(counties)
    region = regions[county]
    city = region.city
    industry = dice.choice(list(_TRADES))
    place = dice.choice(["浙江", "浙江省", city, city[:-1], region.name, region.name[:-1], ""])
    if len(region.name) < 3 and place == region.name[:-1]:
        place = region.name
    parts = _Parts(
        place, dice.choice(_BRANDS), dice.choice(_TRADES[industry].split()), dice.choice(_LEGAL),
        city, region.name,
    )  # fmt: skip
    name = f"{parts.place}{parts.brand}{parts.trade}{parts.legal}"
    return Firm(name, county, industry, number), parts


def _english(dice: random.Random, counties: list[str], regions: Regions, number: int) -> Firm:
    county = dice.choice(counties)
    industry = dice.choice(list(_ENGLISH_TRADES))
    city = regions[county].city_en.removesuffix(" City")
    place = dice.choice(["Zhejiang ", f"{city} ", ""])
    second = f" {dice.choice(_ENGLISH_BRANDS)}" if dice.random() < 0.33 else ""
    brand = f"{dice.choice(_ENGLISH_BRANDS)}{second}"
    name = f"{place}{brand} {_ENGLISH_TRADES[industry]} Co., Ltd."
    return Firm(name, county, industry, number, "english")


def _sister(dice: random.Random, firm: Firm, parts: _Parts, number: int) -> Firm | None:
    p = parts
    base = f"{p.place}{p.brand}{p.trade}"
    other = dice.choice([t for t in _TRADES if t != firm.industry])
    ways: list[Callable[[], tuple[str, str]]] = [
        lambda: (f"{firm.name}{dice.choice(['宁波', '上海', '第一', '城东'])}分公司", "branch"),
        lambda: (f"{base}{dice.choice(['一', '二', '三'])}分厂", "branch"),
        lambda: (f"{base}第{dice.choice('二三')}厂", "number"),
        lambda: (f"{p.place}{p.brand}{_TRADES[other].split()[0]}有限公司", "trade"),
        lambda: (f"{base}销售有限公司", "trade"),
        lambda: (f"{dice.choice(['江苏', '上海', '福建'])}{p.brand}{p.trade}{p.legal}", "place"),
        lambda: (f"{p.place}新{p.brand}{p.trade}{p.legal}", "new"),
    ]
    name, how = dice.choice(ways)()
    if name == firm.name:
        return None
    return replace(firm, name=name, truth=number, how=f"not: {how}")


def _variant(dice: random.Random, firm: Firm, parts: _Parts | None) -> Firm:
    ways = _ENGLISH_WAYS if parts is None and firm.name.isascii() else _CHINESE_WAYS
    for _ in range(50):
        how = dice.choice(list(ways))
        name = (
            ways[how](dice, firm.name, parts)
            if parts is not None or firm.name.isascii()
            else f" {firm.name}".replace("有限公司", "有限公司 ")
        )
        if name and name != firm.name:
            region = firm.region if dice.random() < 0.85 else f"{firm.region[:4]}00"
            return replace(firm, name=name, region=region, how=how)
    return replace(firm, name=f"{firm.name} ", how="blank")


def _slip(dice: random.Random, name: str, parts: _Parts) -> str:
    core = parts.brand + parts.trade
    at = dice.randrange(len(core))
    kind = dice.choice(["sound", "swap", "double", "lost", "rare"])
    if kind == "sound":
        places = [i for i, sign in enumerate(core) if sign in _HOMOPHONES]
        if not places:
            return ""
        at = dice.choice(places)
        other = core[:at] + _HOMOPHONES[core[at]] + core[at + 1 :]
    elif kind == "swap":
        at = min(at, len(core) - 2)
        other = core[:at] + core[at + 1] + core[at] + core[at + 2 :]
    elif kind == "double":
        other = core[: at + 1] + core[at:]
    elif kind == "lost":
        other = core[:at] + core[at + 1 :] if len(core) > 4 else ""
    else:
        other = core[:at] + dice.choice(_RARE) + core[at + 1 :]
    return name.replace(core, other) if other else ""


Way = Callable[[random.Random, str, _Parts], str]


def _core(p: _Parts) -> str:
    return p.brand + p.trade


_FORMS = ("有限责任公司", "股份有限公司", "有限公司", "公司")
_SLIPS_OF_FORM = ("有限公词", "有线公司", "限有公司", "有限公")


def _other_place(d: random.Random, n: str, p: _Parts) -> str:
    places = ["浙江省", p.city, p.county, f"浙江省{p.city}", p.city + p.county]
    return f"{d.choice(places)}{_core(p)}{p.legal}"


def _width(d: random.Random, n: str, p: _Parts) -> str:
    return n.replace("有限公司", "（有限公司）") if d.random() < 0.3 else f"{n[:2]}\u3000{n[2:]}"


def _slipped_form(d: random.Random, n: str, p: _Parts) -> str:
    return n.replace("有限公司", d.choice(_SLIPS_OF_FORM)) if "有限公司" in n else ""


_CHINESE_WAYS: dict[str, Way] = {
    "no legal form": lambda d, n, p: f"{p.place}{_core(p)}",
    "no place": lambda d, n, p: f"{_core(p)}{p.legal}",
    "other place": _other_place,
    "brand alone": lambda d, n, p: p.brand,
    "core alone": lambda d, n, p: _core(p),
    "other legal form": lambda d, n, p: f"{p.place}{_core(p)}{d.choice(_FORMS)}",
    "place in brackets": lambda d, n, p: f"{_core(p)}（{p.city[:-1]}）{p.legal}",
    "full width": _width,
    "blanks": lambda d, n, p: f"{p.place} {p.brand} {p.trade}{p.legal}",
    "traditional": lambda d, n, p: n.translate(_TRADITIONAL),
    "slip": _slip,
    "slip again": _slip,
    "slip without place": lambda d, n, p: _slip(d, f"{_core(p)}{p.legal}", p),
    "group in brackets": lambda d, n, p: f"{p.place}{_core(p)}（集团）有限公司",
    "group": lambda d, n, p: f"{p.place}{_core(p)}集团",
    "slip in legal form": _slipped_form,
    "punctuation": lambda d, n, p: f"{p.place}{p.brand}·{p.trade}{p.legal}。",
}


def _letters(dice: random.Random, name: str) -> str:
    words = name.split()
    at = dice.choice([i for i, word in enumerate(words[:-2]) if len(word) > 5] or [0])
    word = words[at]
    i = dice.randrange(1, len(word) - 1)
    words[at] = dice.choice([
        word[:i] + word[i + 1] + word[i] + word[i + 2 :], word[:i] + word[i] + word[i:],
        word[:i] + word[i + 1 :],
    ])  # fmt: skip
    return " ".join(words)


_ENGLISH_FORMS = ("Company Limited", "Co Ltd", "CO.,LTD", "Limited", "Inc.", "Co. Ltd", "Corp.")


def _plural(name: str) -> str:
    for word in ("Textile", "Chemical", "Garment", "Food"):
        name = name.replace(word, f"{word}s")
    return name


def _bracket(name: str) -> str:
    bare = name.removeprefix("Zhejiang ")
    return bare.replace(" Co.,", " (Zhejiang) Co.,") if bare != name else ""


_ENGLISH_WAYS: dict[str, Callable[[random.Random, str, _Parts | None], str]] = {
    "limited": lambda d, n, p: n.replace("Co., Ltd.", d.choice(_ENGLISH_FORMS)),
    "upper": lambda d, n, p: n.upper(),
    "and": lambda d, n, p: n.replace(" & ", " and "),
    "no place": lambda d, n, p: n.removeprefix("Zhejiang "),
    "plural": lambda d, n, p: _plural(n),
    "bracket": lambda d, n, p: _bracket(n),
    "letters": lambda d, n, p: _letters(d, n),
}
