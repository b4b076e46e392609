"""The units that people write, and how many of a column's own unit each is.

Everything is an exact fraction: 1.1 亿元 is 11000 万元, to the last digit.
"""

from __future__ import annotations

import re
from fractions import Fraction

from features.language import Text, text
from features.place_names import excerpt, half_width

__all__ = ["exact", "factor", "hint", "known_units", "with_unit"]

_MONEY = {
    "元": "0.0001", "圆": "0.0001", "块": "0.0001", "千元": "0.1", "万": "1", "万元": "1",
    "十万元": "10", "百万": "100", "百万元": "100", "千万": "1000", "千万元": "1000",
    "亿": "10000", "亿元": "10000",
}  # fmt: skip
_AREA_MU = {
    "亩": "1", "万亩": "10000", "公顷": "15", "ha": "15", "hm2": "15", "万公顷": "150000",
    "平方米": "3/2000", "㎡": "3/2000", "m2": "3/2000", "平米": "3/2000", "万平方米": "15",
    "万平米": "15", "万㎡": "15", "平方公里": "1500", "平方千米": "1500", "km2": "1500",
}  # fmt: skip
_PEOPLE = {"人": "1", "名": "1", "人次": "1", "百人": "100", "千人": "1000", "万": "10000",
           "万人": "10000", "万人次": "10000"}  # fmt: skip
_COAL = {
    "吨": "1", "吨标煤": "1", "吨标准煤": "1", "tce": "1", "万吨": "10000", "万吨标煤": "10000",
    "万吨标准煤": "10000", "千克标准煤": "1/1000", "公斤标准煤": "1/1000", "千克标煤": "1/1000",
}  # fmt: skip
_FACTORS: dict[str, dict[str, str]] = {
    "万元": {**_MONEY, **{f"{unit}人民币": much for unit, much in _MONEY.items()}},
    "亩": _AREA_MU,
    "人": _PEOPLE,
    "吨标准煤": {**_COAL, **{f"{unit}/年": much for unit, much in _COAL.items()}},
    "元/月": {
        "元": "1", "元/月": "1", "元每月": "1", "元/人月": "1", "元/人·月": "1", "元/月·人": "1",
        "元/人/月": "1", "元/月/人": "1", "千元": "1000", "千元/月": "1000", "万元/月": "10000",
        "万元/年": "2500/3", "千元/年": "250/3", "元/年": "1/12", "元/人年": "1/12",
        "元/人·年": "1/12", "元/年·人": "1/12", "元/人/年": "1/12", "万元/人·年": "2500/3",
        "万元/人年": "2500/3", "万元/人/年": "2500/3",
    },
    "万元/亩": {
        "万元": "1", "万元/亩": "1", "万/亩": "1", "元/亩": "1/10000", "千元/亩": "1/10",
        "万元/公顷": "1/15", "元/公顷": "1/150000", "元/平方米": "1/15", "元/平米": "1/15",
        "元/㎡": "1/15", "元/m2": "1/15", "万元/平方米": "2000/3",
    },
    "家": {"家": "1", "个": "1", "户": "1", "名": "1"},
    "年": {"年": "1", "个月": "1/12", "月": "1/12"},
    "分钟": {"分钟": "1", "分": "1", "小时": "60"},
    "平方公里": {"平方公里": "1", "平方千米": "1", "km2": "1", "公顷": "1/100", "亩": "1/1500",
              "平方米": "1/1000000"},
    "小数（0.03 即 3%）": {"小数": "1", "%": "1/100", "％": "1/100", "百分数": "1/100",
                     "百分点": "1/100", "‰": "1/1000"},
}  # fmt: skip
"""For each unit of a column (in Chinese): what people write → how many of the column's unit."""

_WITH_UNIT = re.compile(r"[¥￥]?\s*([+-]?[0-9][0-9,]*(?:\.[0-9]+)?)\s*([^0-9\s.,].*)")
_ABOUT = re.compile(
    r"(?:大?约|大概|近|将近|超过?|不足|至少|至多|[~～≈>＞<＜≥≤]).*[0-9].*"
    r"|.*[0-9].*(?:左右|以上|以下|以内|多|余|上下)\s*\D{0,4}"
    r"|(?:about|around|approx\.?|ca\.?|over|under)\s.*[0-9].*",
    re.IGNORECASE,
)
_UNKNOWN = frozenset({
    "不详", "不明", "未知", "未定", "待定", "待核实", "不清楚", "不清", "暂无", "无数据", "保密",
    "面议", "?", "??", "n/a", "na", "unknown", "tbd", "none", "null",
})  # fmt: skip


def factor(unit: Text | None, written: str) -> Fraction | None:
    """How many of a column's unit one of the unit written is; None where that is not known.

    Parameters
    ----------
    unit : Text, optional
        The column's unit.
    written : str
        As people write it: ``亿元``, ``公顷``, ``元/年``.
    """
    much = _FACTORS.get(unit["zh"], {}).get(_folded(written)) if unit else None
    return None if much is None else Fraction(much)


def known_units(unit: Text | None) -> tuple[str, ...]:
    """What may be written for a column of that unit; empty where it has none."""
    return tuple(_FACTORS.get(unit["zh"], {})) if unit else ()


def exact(written: float | str) -> Fraction:
    """The number as it is written, without what binary arithmetic makes of it.

    Parameters
    ----------
    written : float or str
        A float, of which the shortest decimal that leads back to it is meant, or a number that
        :func:`features.numbers.number` takes.
    """
    if isinstance(written, float):
        return Fraction(repr(written))
    return Fraction(half_width(written).replace("\u2212", "-").replace(",", ""))


def with_unit(written: str) -> tuple[str, str] | None:
    """Figure and unit of a cell that holds both (``1.2亿元``); None for any other."""
    found = _WITH_UNIT.fullmatch(half_width(written))
    return (found[1], _folded(found[2])) if found else None


def _folded(unit: str) -> str:
    return "".join(half_width(unit).split()).replace("²", "2").lower()


def hint(written: str, unit: Text | None) -> Text | None:
    """What to write instead of a cell that is no number; None where nobody can tell.

    Parameters
    ----------
    unit : Text, optional
        The column's unit.
    """
    plain = half_width(written)
    said = excerpt(written)
    if plain.lower() in _UNKNOWN:
        return text("finding_hint.unknown_number", value=said)
    if _ABOUT.fullmatch(plain):
        return text("finding_hint.about_number", value=said)
    found = with_unit(plain)
    much = factor(unit, found[1]) if found else None
    if found is None or unit is None or much is None:
        return None
    number = float(exact(found[0]) * much)
    figure = str(int(number)) if number.is_integer() else f"{number:.4f}".rstrip("0").rstrip(".")
    return text("finding_hint.number_converted", value=said, unit=unit, number=figure)
