"""A figure with a unit in its cell, or about how much → what to write instead."""

from __future__ import annotations

import re

from features.language import Text, text
from features.place_names import excerpt, half_width

__all__ = ["hint"]

_MONEY = {
    "元": 1e-4, "圆": 1e-4, "块": 1e-4, "千元": 0.1, "万": 1.0, "万元": 1.0, "百万": 100.0,
    "百万元": 100.0, "千万": 1000.0, "千万元": 1000.0, "亿": 1e4, "亿元": 1e4,
}  # fmt: skip
_FACTORS: dict[str, dict[str, float]] = {
    "万元": {**_MONEY, **{f"{unit}人民币": factor for unit, factor in _MONEY.items()}},
    "亩": {
        "亩": 1.0, "万亩": 1e4, "公顷": 15.0, "ha": 15.0, "平方米": 0.0015, "㎡": 0.0015,
        "平方公里": 1500.0, "平方千米": 1500.0,
    },
    "人": {"人": 1.0, "名": 1.0, "百人": 100.0, "千人": 1000.0, "万": 1e4, "万人": 1e4},
    "吨标准煤": {
        "吨": 1.0, "吨标煤": 1.0, "吨标准煤": 1.0, "tce": 1.0, "万吨": 1e4, "万吨标煤": 1e4,
        "万吨标准煤": 1e4, "千克标准煤": 0.001,
    },
    "元/月": {"元": 1.0, "元/月": 1.0, "元每月": 1.0, "千元": 1000.0, "万元/年": 1e4 / 12,
            "元/年": 1 / 12},
    "万元/亩": {"万元": 1.0, "万元/亩": 1.0, "万/亩": 1.0, "元/亩": 1e-4, "万元/公顷": 1 / 15},
    "家": {"家": 1.0, "个": 1.0},
    "年": {"年": 1.0},
    "分钟": {"分钟": 1.0, "分": 1.0, "小时": 60.0},
    "平方公里": {"平方公里": 1.0, "平方千米": 1.0, "km2": 1.0, "公顷": 0.01, "亩": 1 / 1500},
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
    found = _WITH_UNIT.fullmatch(plain)
    if found is None or unit is None:
        return None
    factor = _FACTORS.get(unit["zh"], {}).get("".join(found[2].split()).lower())
    if factor is None:
        return None
    number = float(f"{float(found[1].replace(',', '')) * factor:.10g}")
    figure = str(int(number)) if number.is_integer() else f"{number:.4f}".rstrip("0").rstrip(".")
    return text("finding_hint.number_converted", value=said, unit=unit, number=figure)
