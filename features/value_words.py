"""Words in other people's cells → our codes, each with how certain that is.

Choices are known by their labels and by ``data/choice_words.csv``, industries by the names of
GB/T 4754, by ``data/industry_words.csv`` and by the words of the industry chains.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from functools import cache, lru_cache

import data
from features.industries import Industries, UnknownIndustry
from features.map_cells import word
from features.place_names import half_width
from features.schema import TABLES, Column, choice_label

__all__ = ["Guess", "choice", "choices_within", "day", "figure", "industry", "year"]

_CODE_AND_NAME = re.compile(r"([A-Ta-t]?[0-9]{2,4}|[A-Ta-t])[\s.、:：_-]*([^0-9A-Za-z].*)")
_ENDINGS = re.compile(r"(?:制造及加工|加工制造|生产加工|制造|加工|生产|产业|行业|企业|业|类)$")
_NEAR = 80.0
_ABOUT = re.compile(
    r"^(?:大?约|大概|近|将近|超过?|不足|不少于|至少|至多|达|计划|[~～≈>＞<＜≥≤])*"
    r"([0-9][0-9,]*(?:\.[0-9]+)?)\s*([^0-9左右以上下内多余及起\s]*)(?:左右|以上|以下|以内|多|余|上下|及以上|起)?"
    r"(万元|亿元|元|亩|公顷|人|名|吨)?$"
)
_SHORT_YEAR = re.compile(r"[‘’']?([0-9]{2})[./年-]([0-9]{1,2})[./月-]([0-9]{1,2})日?")
_END_OF_YEAR = re.compile(r"([0-9]{4})年?(?:年底|底|年末|末)")
_END_OF_MONTH = re.compile(r"([0-9]{4})[年./-]([0-9]{1,2})月?[底末]")
_NUMERALS = re.compile(
    "([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]"
)
_ZEROES = str.maketrans("○零", "〇〇")
_NOT_SAID = frozenset({
    "不详", "不明", "未知", "未定", "待定", "待核实", "不清楚", "不清", "暂无", "无数据", "保密",
    "面议", "?", "??", "n/a", "na", "unknown", "tbd", "null", "/", "\\", "／", "待议", "未统计",
    "缺", "未填", "…", "……", "...", "面谈", "协商", "长期", "长期有效", "永久", "不限", "待商", "*",
    "**", "空", "一事一议",
})  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """What a word is taken for; ``""`` = not known, None = nobody can tell."""

    value: str | None
    certainty: float


def figure(written: str) -> Guess:
    """What a cell that is no number may say: a figure after 约, nothing after 不详."""
    plain = word(written)
    if plain in _NOT_SAID:
        return Guess("", 0.8)
    if plain in ("无", "没有", "零", "none"):
        return Guess("0", 0.6)
    if match := _ABOUT.match(plain):
        unit = match[2] or match[3] or ""
        return Guess(match[1] + unit.removeprefix("个"), 0.6)
    return Guess(None, 0)


def day(written: str) -> Guess:
    """What a cell that is no date may say: a year of two digits, the end of a year or month,
    numerals.
    """
    plain = word(written)
    if plain in _NOT_SAID or plain in ("无", "没有"):
        return Guess("", 0.8)
    if match := _SHORT_YEAR.fullmatch(plain):
        century = "20" if int(match[1]) < 50 else "19"
        return Guess(f"{century}{match[1]}-{int(match[2]):02}-{int(match[3]):02}", 0.6)
    if match := _END_OF_YEAR.fullmatch(plain):
        return Guess(f"{match[1]}-12-31", 0.6)
    if (match := _END_OF_MONTH.fullmatch(plain)) and 1 <= int(match[2]) <= 12:
        last = calendar.monthrange(int(match[1]), int(match[2]))[1]
        return Guess(f"{match[1]}-{int(match[2]):02}-{last}", 0.6)
    if match := _NUMERALS.fullmatch(plain):
        year = "".join(str("〇一二三四五六七八九".index(d)) for d in match[1].translate(_ZEROES))
        month, date = _numeral(match[2]), _numeral(match[3])
        return Guess(f"{year}-{month:02}-{date:02}", 1.0)
    return Guess(None, 0)


def year(written: str) -> Guess:
    """What a cell that is no year may say: one of two digits, as ``99年``."""
    if match := re.fullmatch(r"[‘’'\"]?([0-9]{2})年?", word(written)):
        return Guess(f"{'20' if int(match[1]) < 50 else '19'}{match[1]}", 0.6)
    return figure(written)


def _numeral(written: str) -> int:
    """A Chinese numeral up to 39 (``三``, ``十二``, ``二十``, ``三十一``)."""
    digits = {d: i for i, d in enumerate("〇一二三四五六七八九")}
    tens, found, ones = written.partition("十")
    if not found:
        return digits[written]
    return 10 * (digits[tens] if tens else 1) + (digits[ones] if ones else 0)


def choice(table: str, column: Column, written: str) -> Guess:
    """The choice of a column that a word means."""
    known = _choices(table, column.name)
    plain = word(written)
    if plain in known:
        return Guess(known[plain], 1.0)
    if plain in _NOT_SAID and not column.required:
        return Guess("", 0.8)
    within = [w for w in known if len(w) > 1 and w in plain]
    longest = [w for w in within if not any(w != other and w in other for other in within)]
    found = {known[w] for w in longest}
    return Guess(found.pop(), 0.7) if len(found) == 1 else Guess(None, 0)


def choices_within(table: str, column: Column, written: str) -> set[str]:
    """Every choice that a longer text names (the title of a sheet)."""
    known, plain = _choices(table, column.name), word(written)
    within = [w for w in known if len(w) > 1 and w in plain and known[w] not in ("information",)]
    return {known[w] for w in within if not any(w != o and w in o for o in within)}


@cache
def _choices(table: str, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for value in TABLES[table].column(name).choices:
        for said in (value, *choice_label(table, name, value).values()):
            found.setdefault(word(said), value)
    listed = "forms" if name == "form" else name
    for row in data.rows("choice_words"):
        if row["table"] in (table, "any") and row["column"] == listed:
            for written in row["words"].split(";"):
                found.setdefault(word(written), row["choice"])
    return found


def industry(industries: Industries, written: str) -> Guess:
    """The branch of industry that a name means, as its code."""
    plain = half_width(written)
    try:
        return Guess(industries.resolve(plain), 1.0)
    except UnknownIndustry:
        pass
    if match := _CODE_AND_NAME.fullmatch(plain):
        try:
            code = industries.resolve(match[1])
        except UnknownIndustry:
            code = ""
        if code:
            named = industry(industries, match[2])
            line = industries.ancestors(code)
            agrees = named.value in line or (
                named.value and code in industries.ancestors(named.value)
            )
            return Guess(code, 1.0 if agrees else 0.7)
    name = word(plain)
    if name in _NOT_SAID:
        return Guess("", 0.8)
    names, stems = _names(industries)
    words = _words()
    if name in names:
        return Guess(names[name], 1.0)
    if name in words and words[name].value in industries:
        return words[name]
    stem = _stem(name)
    if stem in stems:
        return Guess(stems[stem], 0.9)
    if stem in words and words[stem].value in industries:
        return Guess(words[stem].value, min(words[stem].certainty, 0.85))
    return _like(industries, name, words)


def _like(industries: Industries, name: str, words: dict[str, Guess]) -> Guess:
    """The nearest name or word, never certain."""
    if len(name) < 2:
        return Guess(None, 0)
    within = [w for w in words if len(w) > 1 and w in name and words[w].value in industries]
    longest = [w for w in within if not any(w != other and w in other for other in within)]
    found = {code for w in longest if (code := words[w].value)}
    wider = [c for c in found if all(c == o or c in industries.ancestors(o) for o in found)]
    if wider:
        return Guess(wider[0], 0.6)
    from rapidfuzz import fuzz, process

    names, _ = _names(industries)
    near = process.extractOne(name, list(names), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return Guess(names[near[0]], 0.6) if near else Guess(None, 0)


def _stem(name: str) -> str:
    """A name without what every trade is called (``家具制造业`` → ``家具``)."""
    for _ in range(3):
        shorter = _ENDINGS.sub("", name)
        if shorter == name or len(shorter) < 2:
            break
        name = shorter
    return name


@lru_cache(maxsize=2)
def _names(industries: Industries) -> tuple[dict[str, str], dict[str, str]]:
    """Name → code, and stem → code where only one branch (with those below it) has the stem."""
    names: dict[str, str] = {}
    stems: dict[str, list[str]] = {}
    for code in sorted(
        industries.codes, key=lambda c: (int(industries.level[industries.index[c]]), c)
    ):
        name = word(industries.name(code))
        names.setdefault(name, code)
        if (english := industries.name(code, "en")) and english.isascii():
            names.setdefault(word(english), code)
        stems.setdefault(_stem(name), []).append(code)
    one = {
        stem: codes[0]
        for stem, codes in stems.items()
        if len(stem) > 1 and all(codes[0] in industries.ancestors(code) for code in codes)
    }
    return names, one


@cache
def _words() -> dict[str, Guess]:
    """Word → branch, of our own list and of the chains."""
    found: dict[str, Guess] = {}
    for row in data.rows("industry_words"):
        found[word(row["word"])] = Guess(row["code"], float(row["certainty"]))
    for row in data.rows("chains"):
        codes = [code for code in row["codes"].split(";") if code]
        for written in (row["link_zh"], *row["words_zh"].split(";")):
            if codes and word(written):
                sure = 0.8 if len(codes) == 1 else 0.6
                found.setdefault(word(written), Guess(codes[0], sure))
    return found
