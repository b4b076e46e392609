"""What the headings of other people's tables mean: which column of ours, in which unit.

Labels of the schema are known by themselves, synonyms by ``data/header_words.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import data
from features import units
from features.language import LANGUAGES
from features.place_names import half_width
from features.schema import TABLES

__all__ = ["Meaning", "bare", "is_known", "is_unit", "is_unit_like", "meaning", "unit_in"]

SURE = 0.9
"""Certainty from which a proposal needs no confirmation."""

_LIKELY = 0.7
"""Certainty from which a heading tells that its row is a head."""

_BRACKETS = re.compile(r"[(\[【〔{]([^()\[\]【】〔〕{}]*)[)\]】〕}]")
_LEAD = re.compile(r"^(?:[*★☆※▲#]+|[0-9]{1,2}[.、]|[一二三四五六七八九十]{1,2}[、.]|[①-⑳])+")
_TRAIL = re.compile(r"[*★:：,，。.、?？]+$")
_YEARS = re.compile(
    r"^(?:(?:19|20)[0-9]{2}年(?:度|末|底)?|上年(?:度|末)?|本年(?:度)?|去年|今年|年末|当年)"
)
_DECORATION = re.compile(
    r"^(?:拟|预计|现有|目前|实际|本|其中[:：]?|主要|可|总|初步|该)|(?:情况|合计|总计|总额|总数|"
    r"总量|数量|数|额|量|名|名称|栏|一栏|要求|信息|约|左右|及规模)$"
)
_SUM = frozenset({"合计", "总计", "小计", "总额", "总数", "数量", "金额", "数", "数值", "名称"})
_TOO_GENERAL = frozenset({
    "名称", "编号", "说明", "类别", "类型", "日期", "时间", "地点", "单位", "企业", "项目", "内容",
    "结果", "状态", "金额", "资金", "数值", "问题", "性质", "种类", "地区", "位置", "进度", "投资",
    "公司",
})  # fmt: skip
"""Headings that say too little for a longer one to mean what they mean."""

_NAMING = ("单位", "企业", "公司", "项目")

_PER = frozenset(
    {"年", "月", "日", "天", "季", "人", "户", "期", "件", "米", "公里", "公斤", "个", "套"}
)
"""What units are counted by, besides those of our own columns."""

_UNIT_OF = re.compile(r"^(?:计量)?单位[:：]?(.+)$")


@dataclass(frozen=True)
class Meaning:
    """One column of ours that a heading may mean.

    Attributes
    ----------
    column : str
        ``serial`` and ``unused`` for headings that are no column of ours.
    certainty : float
        1 = said so; below :data:`SURE` it must be confirmed.
    """

    column: str
    certainty: float


def bare(heading: str) -> str:
    """A heading as headings are looked up: half width, no blanks, no marks around."""
    plain = "".join(half_width(heading).split())
    return _TRAIL.sub("", _LEAD.sub("", plain)).lower()


def _parted(plain: str) -> tuple[str, str | None]:
    """A bare heading without what it says of its unit, and that unit."""
    for match in reversed(list(_BRACKETS.finditer(plain))):
        inner = _UNIT_OF.match(match[1])
        said = inner[1] if inner else match[1]
        if is_unit(said):
            kept = plain[: match.start()] + plain[match.end() :]
            return _TRAIL.sub("", kept), said
    for unit in sorted(_all_units(), key=len, reverse=True):
        head = plain.removesuffix(unit)
        known = head.rstrip("/:-,·")
        said = known != head or any(known in words for words in _vocabulary().values())
        if head != plain and known and said:
            return known, unit
    return plain, None


@cache
def _all_units() -> frozenset[str]:
    columns = [column for spec in TABLES.values() for column in spec.columns]
    known = {unit for column in columns for unit in units.known_units(column.unit)}
    other = [
        "美元",
        "万美元",
        "亿美元",
        "港元",
        "万港元",
        "日元",
        "欧元",
        "万欧元",
        "吨/年",
        "千瓦时",
        "万千瓦时",
        "度",
        "间",
        "幢",
        "平方",
        "项",
        "次",
        "所",
        "岁",
        "天",
        "日",
    ]
    return frozenset(half_width(unit).lower() for unit in (*known, *other))


def is_unit(written: str) -> bool:
    """Whether a text is a unit and nothing else (``万元``, ``单位：亩``)."""
    plain = "".join(half_width(written).split()).strip("()").lower()
    if match := _UNIT_OF.match(plain):
        plain = match[1]
    return plain.replace("²", "2").replace("人民币", "") in _all_units()


def is_unit_like(written: str) -> bool:
    """Whether a text in brackets is made of units (``（元/平方米·月）``), though none of ours."""
    plain = "".join(half_width(written).split())
    match = _BRACKETS.fullmatch(plain)
    parts = re.split(r"[/·.每*]", match[1].lower()) if match else []
    return bool(parts) and all(part in _all_units() or part in _PER for part in parts)


def unit_in(heading: str) -> str | None:
    """The unit that a heading names (``投资额（亿元）``: 亿元); None where it names none."""
    plain = "".join(half_width(heading).split()).lower()
    if is_unit(plain):
        match = _UNIT_OF.match(plain.strip("()"))
        return match[1] if match else plain.strip("()")
    return _parted(bare(heading))[1]


@cache
def _vocabulary() -> dict[str, dict[str, Meaning]]:
    """For each table: bare heading → what it means."""
    found: dict[str, dict[str, Meaning]] = {name: {} for name in TABLES}
    for spec in TABLES.values():
        for column in spec.columns:
            for label in (column.name, *(column.label[lang] for lang in LANGUAGES)):
                found[spec.name].setdefault(bare(label), Meaning(column.name, 1.0))
    for row in data.rows("header_words"):
        tables = list(TABLES) if row["table"] == "any" else [row["table"]]
        for table in tables:
            for written in row["words"].split(";"):
                known = found[table].get(bare(written))
                said = Meaning(row["column"], float(row["certainty"]))
                if known is None or known.certainty < said.certainty:
                    found[table][bare(written)] = said
    return found


@lru_cache(maxsize=50_000)
def is_known(heading: str) -> bool:
    """Whether any table of ours has a column of that heading (or nearly so)."""
    plain = _parted(bare(heading))[0]
    if not plain or is_unit(heading):
        return False
    every = _every_word()
    return any(_looked_up(every, form) for form in (plain, _YEARS.sub("", plain))) or (
        _undecorated(every, plain) is not None
    )


@cache
def _every_word() -> dict[str, Meaning]:
    """The headings of all tables; what they mean differs from table to table."""
    found: dict[str, Meaning] = {}
    for words in _vocabulary().values():
        found |= {word: said for word, said in words.items() if said.certainty >= _LIKELY}
    return found


def meaning(table: str, levels: Sequence[str]) -> Meaning | None:
    """What a heading means in a table of ours.

    Parameters
    ----------
    levels : sequence of str
        The levels of a merged head, from the top; one for a plain heading.

    Returns
    -------
    Meaning or None
        None where nothing in the vocabulary is like it.
    """
    plain = [_parted(bare(level))[0] for level in levels if not is_unit(level)]
    plain = [p for p in plain if p]
    if not plain:
        return None
    last, first = plain[-1], plain[0]
    whole = [] if len(plain) == 1 else ["".join(plain[-2:])]
    forms = [*whole, first] if last in _SUM and len(plain) > 1 else [*whole, last]
    words = _vocabulary()[table]
    for form in forms:
        if found := _looked_up(words, form):
            return found
    for form in forms:
        if found := _undecorated(words, form):
            return found
    if len(plain) > 1 and last not in _SUM and (found := _looked_up(words, first)):
        return Meaning(found.column, min(found.certainty, 0.6))
    return _within(words, last)


def _looked_up(words: dict[str, Meaning], form: str) -> Meaning | None:
    for each in (form, _BRACKETS.sub("", form)):
        if each in words:
            return words[each]
    return None


def _undecorated(words: dict[str, Meaning], form: str) -> Meaning | None:
    """The heading without a year, or without words that change nothing."""
    plain = _BRACKETS.sub("", form)
    without_year = _YEARS.sub("", plain)
    if without_year != plain and without_year in words:
        found = words[without_year]
        return Meaning(found.column, min(found.certainty, SURE))
    plain = without_year
    for _ in range(3):
        shorter = _DECORATION.sub("", plain, count=1)
        if shorter == plain or len(shorter) < 2:
            return None
        plain = shorter
        if plain in words:
            return Meaning(words[plain].column, min(words[plain].certainty, 0.85))
    return None


def _within(words: dict[str, Meaning], form: str) -> Meaning | None:
    """The longest known heading that the text begins or ends with."""
    telling = [word for word in words if len(word) > 1 and word not in _TOO_GENERAL]
    ends = [w for w in telling if form.endswith(w) or form.startswith(w)]
    if not ends:
        # Whose name it is, is said by its end: 采购单位, 加工企业.
        ends = [w for w in _NAMING if form.endswith(w) and w in words]
        return Meaning(words[ends[0]].column, 0.6) if ends and len(form) <= 8 else None
    if not ends or len(form) > 20:
        return None
    best = max(ends, key=lambda w: (len(w), form.endswith(w), w))
    if 2 * len(best) < len(form):
        return None
    return Meaning(words[best].column, min(words[best].certainty, 0.6))
