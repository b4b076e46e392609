"""A company's name taken apart: places, 字号 (brand), trade, kind of firm, branch, numbers.

A registered Chinese name is 行政区划 + 字号 + 行业 + 组织形式 (企业名称登记管理规定), and within
one registry no two firms of a trade bear the same 字号. So two spellings of one firm agree in
brand and trade, while places, kind of firm, width, brackets and traditional characters come and
go; what differs in trade, number, branch or place is another firm.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import data
from features.name_places import NamePlaces

__all__ = ["Name", "NameReader", "deletions", "fold", "sounds", "telling"]

_CJK = re.compile(r"[㐀-鿿]")
_BRACKETS = re.compile(
    r"[(\[{<【〔「『《〈]([^()\[\]{}<>【】〔〕「」『』《》〈〉]*)[)\]}>】〕」』》〉]"
)
_NOISE = re.compile(r"[^0-9a-z㐀-鿿]")
_NUMBER = re.compile(r"[0-9一二三四五六七八九十甲乙丙丁戊]+")
_DIGITS = str.maketrans("一二三四五六七八九壹贰叁肆伍陆柒捌玖", "123456789123456789")
_LATIN = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Name:
    """What a name says.

    Attributes
    ----------
    written : str
    whole : str
        Folded, without the kind of firm: places, brand, trade.
    core : str
        Brand and trade; of an English name its letters.
    brand, trade : str
        The trade in Chinese words, of an English name too; empty = none is said.
    places : tuple of str
        As :class:`features.name_places.NamePlaces` codes them.
    legal : str
        ``limited``, ``stock``, ``company``, ``factory``, ``group`` or empty: the kind of firm.
    group : bool
    branch : str
        Which branch of the firm it is; empty = the firm itself.
    numbers : tuple of str
        第一, 二厂, No. 3 … in order, as digits.
    english : bool
    """

    written: str
    whole: str
    core: str
    brand: str
    trade: str
    places: tuple[str, ...] = ()
    legal: str = ""
    group: bool = False
    branch: str = ""
    numbers: tuple[str, ...] = ()
    latin: tuple[str, ...] = ()
    english: bool = False


@cache
def _words() -> dict[str, Any]:
    written = data.folder().joinpath("name_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(written)


@cache
def _simplified() -> dict[int, str]:
    return {
        ord(old): row["simplified"]
        for row in data.rows("traditional")
        for old in row["traditional"]
    }


@cache
def _sounds() -> dict[str, str]:
    return {sign: row["syllable"] for row in data.rows("sounds") for sign in row["characters"]}


@cache
def _trades() -> tuple[dict[str, str], dict[str, str], int]:
    """Chinese trade words by themselves; English ones → the Chinese; most words in one."""
    chinese = {row["word"]: row["word"] for row in data.rows("trade_words")}
    english = {
        "".join(phrase.split()): row["word"]
        for row in data.rows("trade_words")
        for phrase in row["english"].split(";")
        if phrase
    }
    return chinese, english, max(map(len, chinese))


@cache
def _legal_tails() -> list[tuple[str, str]]:
    tails = [(word, kind) for kind, words in _words()["legal"].items() for word in words]
    return sorted(tails, key=lambda tail: -len(tail[0]))


def telling(which: str) -> Any:
    """Characters that tell two firms apart: ``sets`` of them, or those that are ``added``."""
    return _words()["telling"][which]


@lru_cache(maxsize=65536)
def sounds(written: str) -> str:
    """The syllables of Chinese characters, without tones; a rarer character stands for itself."""
    known = _sounds()
    return "".join(known.get(sign, sign) for sign in written)


def fold(written: str) -> str:
    """Half width, lower case, simplified characters."""
    plain = unicodedata.normalize("NFKC", written).lower()
    return plain if plain.isascii() else plain.translate(_simplified())


class NameReader:
    """Takes names apart.

    Parameters
    ----------
    places : NamePlaces
        The places a name may speak of.
    """

    def __init__(self, places: NamePlaces) -> None:
        self.places = places

    def read(self, written: str) -> Name:
        """The parts of a name in Chinese, English, or both."""
        plain = fold(written)
        return (
            self._chinese(written, plain) if _CJK.search(plain) else self._english(written, plain)
        )

    # -- Chinese --------------------------------------------------------------------------------

    def _chinese(self, written: str, plain: str) -> Name:
        places: list[str] = []
        plain, said = _without_brackets(plain)
        group, kept = False, []
        for inner in said:
            if (place := self.places.whole(inner)) is not None:
                places.append(place)
            elif inner in ("集团", "group"):
                group = True
            elif inner and not inner.startswith(("原", "曾用名", "筹", "简称")):
                kept.append(inner)
        text = _NOISE.sub("", plain)
        main, branch = self._branch(text)
        bare, legal, in_group = _without_legal(main)
        if legal == "" and kept:
            bare, legal, in_group = _without_legal(main + "".join(kept))
        elif kept:
            bare += "".join(word for word in kept if not _is_legal(word))
        at, last, core = self.places.at_start(bare)
        core = core or last
        brand, trade = _brand_and_trade(core)
        if len(brand) < 2 and last and core != last and not (len(brand) == 1 and len(core) > 3):
            core = last + core  # 杭州银行, 滨江房产: the place is the brand
            brand = last + brand if brand else _bare_place(last)
        if brand and not trade and len(core) < 2:
            core = bare
        numbers = tuple(m[0].translate(_DIGITS) for m in _NUMBER.finditer(core))
        return Name(
            written, bare, core, brand, trade, (*at, *(p for p in places if p not in at)), legal,
            group or in_group, branch, numbers, tuple(_LATIN.findall(core)),
        )  # fmt: skip

    def _branch(self, text: str) -> tuple[str, str]:
        """The firm's own name, and which of its branches is meant (empty: itself)."""
        words = _words()["branch"]
        for word in words["words"] + words["after_legal"]:
            if not text.endswith(word) or text == word:
                continue
            before = text[: -len(word)]
            ends = [before.rfind(tail) + len(tail) for tail, _ in _legal_tails() if tail in before]
            end = max(ends, default=0)
            if end >= 4:
                which = before[end:]
                place = self.places.whole(which)
                return before[:end], f"{place or which.translate(_DIGITS)}{word}"
            if word in words["words"]:
                main, which = self._place_at_end(before)
                return main, f"{which}{word}"
        return text, ""

    def _place_at_end(self, before: str) -> tuple[str, str]:
        """A name without legal form before a branch word, and the place or number at its end."""
        match = re.search(r"第?[0-9一二三四五六七八九十]+$", before)
        if match and match.start() >= 2:
            return before[: match.start()], match[0].lstrip("第").translate(_DIGITS)
        for length in range(min(6, len(before) - 2), 1, -1):
            if (place := self.places.whole(before[-length:])) is not None:
                return before[:-length], place
        return before, ""

    # -- English --------------------------------------------------------------------------------

    def _english(self, written: str, plain: str) -> Name:
        plain, said = _without_brackets(plain)
        words, places = _english_words(plain), []
        group = False
        for inner in said:
            inside = _english_words(inner)
            place, count = self.places.in_english(inside)
            if count and count == len(inside):
                places.append(place)
            elif inside == ["group"]:
                group = True
            else:
                words += inside
        branch = ""
        spec = _words()["english"]
        if words and words[-1] in spec["branch"]:
            cut = max(
                (i for i, w in enumerate(words) if w in spec["legal"]), default=len(words) - 2
            )
            branch = "".join(w for w in words[cut + 1 :] if w not in ("office", "branch")) + "#"
            words = words[: cut + 1]
        words, legal = _without_english_legal(words)
        kept, numbers = [], []
        i = 0
        while i < len(words):
            place, count = self.places.in_english(words[i:])
            if count and (i == 0 or i + count == len(words) or places) and count < len(words):
                places.append(place)
                i += count
                continue
            word = words[i]
            number = spec["numbers"].get(word, word if word.isdigit() else "")
            if number:
                numbers.append(number)
            elif word == "group":
                group = True
            elif word not in spec["dropped"] and word != "no":
                kept.append(word)
            i += 1
        brand, trade = _english_trade(kept)
        core = "".join(kept)
        if not brand and places:
            brand, core = f"{places[-1]}", f"{places[-1]}{core}"
        whole = "".join(words)
        return Name(
            written, whole, core, brand, trade, tuple(dict.fromkeys(places)), legal, group, branch,
            tuple(numbers), (), True,
        )  # fmt: skip


def _without_brackets(plain: str) -> tuple[str, list[str]]:
    """The text without what stands in brackets, and that."""
    said: list[str] = []

    def take(match: re.Match[str]) -> str:
        said.append(match[1].strip())
        return ""

    while (rest := _BRACKETS.sub(take, plain)) != plain:
        plain = rest
    return plain, said


def _is_legal(word: str) -> bool:
    return any(word == tail for tail, _ in _legal_tails())


def _without_legal(text: str) -> tuple[str, str, bool]:
    """The text without the kind of firm at its end, which kind that is, and whether a group."""
    legal, group = "", False
    while True:
        tail, kind = _tail(text) if legal else _first_tail(text)
        if not tail:
            return text, legal, group
        text = text[: -len(tail)]
        group = group or "集团" in tail
        legal = legal or kind


def _tail(text: str) -> tuple[str, str]:
    """The longest kind of firm a text ends with, where at least two characters stay."""
    for tail, kind in _legal_tails():
        if text.endswith(tail) and len(text) > len(tail) + 1:
            return tail, kind
    return "", ""


def _first_tail(text: str) -> tuple[str, str]:
    """As :func:`_tail`; a long one with one slip (有限公词, 有限公) before a short one."""
    from rapidfuzz.distance import OSA

    tail, kind = _tail(text)
    if len(tail) >= 4 or text[-3:-2] == "分" or not set(text[-4:]) & set("有限公司"):
        return tail, kind
    for whole in ("股份有限公司", "有限责任公司", "有限公司"):
        for length in (len(whole) + 1, len(whole), len(whole) - 1):
            end = text[-length:]
            if len(text) < length + 2 or end[0] not in whole[:2]:
                continue
            if OSA.distance(end, whole, score_cutoff=1) <= 1:
                return end, "stock" if whole[0] == "股" else "limited"
    return tail, kind


@lru_cache(maxsize=65536)
def _brand_and_trade(core: str) -> tuple[str, str]:
    """The brand before the trade words at the end; the brand may be empty."""
    chinese, _, longest = _trades()
    at = len(core)
    while at > 0:
        for length in range(min(longest, at), 1, -1):
            if core[at - length : at] in chinese and at - length != 1:
                at -= length
                break
        else:
            break
    return core[:at], core[at:]


def _bare_place(form: str) -> str:
    return form[:-1] if len(form) > 2 and form[-1] in "省市县区" else form


def _english_words(plain: str) -> list[str]:
    text = plain.replace("&", " and ").replace("'", "").replace("\u2019", "").replace("№", " no ")
    text = re.sub(r"\bi\s*/\s*e\b", " import and export ", text)
    text = re.sub(r"\b(?:[a-z]\.){2,}", lambda m: m[0].replace(".", ""), text)
    short = _words()["english"]["abbreviations"]
    return [short.get(word, word) for word in re.findall(r"[a-z]+|[0-9]+", text)]


def _without_english_legal(words: list[str]) -> tuple[list[str], str]:
    spec, legal = _words()["english"], ""
    words = list(words)
    while len(words) > 1 and (words[-1] in spec["legal"] or words[-1] in spec["factory"]):
        gone = words.pop()
        kind = "factory" if gone in spec["factory"] else "limited"
        legal = legal if legal == "factory" else kind
    return words, legal


def _english_trade(words: list[str]) -> tuple[str, str]:
    """The letters before the trade, and the trade in Chinese words."""
    end, trade = len(words), ""
    while (found := _trade_before(words, end)) is not None:
        word, end = found
        trade = word + trade
    return "".join(words[:end]), trade


def _trade_before(words: list[str], end: int) -> tuple[str, int] | None:
    _, english, _ = _trades()
    for count in (4, 3, 2, 1):
        if count <= end:
            phrase = "".join(words[end - count : end])
            for spelt in (phrase, phrase.removesuffix("s"), phrase.replace("and", "")):
                if spelt in english:
                    return english[spelt], end - count
    return None


def deletions(text: str) -> Iterator[str]:
    """The text with each of its characters left out."""
    for i in range(len(text)):
        yield text[:i] + text[i + 1 :]
