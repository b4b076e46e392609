"""How two company names lie to each other: the same, a short form, a slip of the pen, or neither.

Weights are log-odds that the two are one firm, before anything but the names is known. They are
opinions, set by what the registry's rule makes likely (see :mod:`features.names`) and checked
on made names with planted variants (``tests/features/test_duplicates.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

import data
from features.names import Name, sounds, telling

__all__ = ["Likeness", "likeness"]

#: Likelihoods of each finding about two names (log-odds); unlisted = another firm.
WEIGHTS = {
    "same_name": 2.0, "same_name_anywhere": 1.3, "same_core": 1.0, "other_language": -0.2,
    "short": 0.6, "short_formal": -0.5, "abbreviation": 0.2, "longer_trade": -1.0,
    "slip_sound": 1.2, "slip_swap": 1.2, "slip_double": 1.5, "slip_trade": 1.5,
    "slip_lost": 0.8, "slip_rare": -1.4, "slip_long": 0.2, "slip_plain": -2.0,
    "slip_place": 0.8, "slip_letters": 0.6, "slip_two": -1.2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two names have to do with each other.

    Attributes
    ----------
    code : str
        A key of :data:`WEIGHTS`.
    values : dict of str to str
        What a sentence about it names.
    """

    code: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def weight(self) -> float:
        """Log-odds."""
        return WEIGHTS[self.code]


def likeness(a: Name, b: Name, brand_signs: Mapping[str, int]) -> Likeness | None:
    """How two names lie to each other; None = they are of different firms.

    Parameters
    ----------
    brand_signs : mapping of character to int
        In how many different brands of the archive a character stands: one that stands in no
        other is likelier a slip.
    """
    if a.branch != b.branch or a.numbers != b.numbers:
        return None
    if a.english != b.english:
        return _other_language(a, b)
    if a.latin != b.latin and not _near_latin(a.latin, b.latin):
        return None
    if a.core == b.core or (a.english and a.trade and (a.brand, a.trade) == (b.brand, b.trade)):
        same = a.whole == b.whole and a.legal == b.legal and a.group == b.group
        unique = a.places and not a.english  # a registry lets a name in once
        code = "same_name" if unique else "same_name_anywhere"
        return Likeness(code if same else "same_core", {"core": a.core})
    short = _short(a, b)
    if short is not None:
        return short
    if a.brand == b.brand and a.trade and b.trade:
        return None  # a sister company: one brand, two trades
    return _slip_in_english(a, b) if a.english else _slip(a, b, brand_signs)


def _other_language(a: Name, b: Name) -> Likeness | None:
    english, chinese = (a, b) if a.english else (b, a)
    if len(chinese.brand) < 2 or sounds(chinese.brand) != english.brand:
        return None
    if english.trade and chinese.trade and english.trade != chinese.trade:
        return None
    return Likeness("other_language", {"chinese": chinese.written, "english": english.written})


def _near_latin(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    from rapidfuzz.distance import OSA

    pairs = list(zip(a, b, strict=False))
    return len(a) == len(b) and all(
        x == y or (min(len(x), len(y)) > 3 and OSA.distance(x, y, score_cutoff=1) <= 1)
        for x, y in pairs
    )


def _short(a: Name, b: Name) -> Likeness | None:
    """Whether one name is a short form of the other."""
    short, long = (a, b) if len(a.core) < len(b.core) else (b, a)
    formal = short.legal in ("limited", "stock", "factory")
    named = {"short": short.core, "long": long.core}
    if len(short.core) < 2 or (short.group and not long.group):
        return None  # the parent of a group is no short form of one of its firms
    if long.core.startswith(short.core):
        rest = long.core[len(short.core) :]
        if len(short.core) >= 4 and rest.startswith(tuple(telling("daughters"))):
            return None
        if short.trade:
            known = long.brand == short.brand and not formal
            return Likeness("longer_trade", named) if known else None
        if short.brand == short.core and rest[0] in telling("added"):
            return None
        if formal:
            return Likeness("short_formal", named) if long.brand == short.core else None
        return Likeness("short", named)
    if formal or short.english or short.core[:2] != long.core[:2] or len(short.core) < 3:
        return None
    if short.brand == long.brand and short.trade and long.trade.endswith(short.trade):
        return Likeness("longer_trade", named)
    signs = iter(long.core)
    if all(sign in signs for sign in short.core) and len(long.core) - len(short.core) >= 2:
        return Likeness("abbreviation", named)
    return None


# -- slips ---------------------------------------------------------------------------------------


def _slip(a: Name, b: Name, brand_signs: Mapping[str, int]) -> Likeness | None:
    x, y = a.core, b.core
    if len(x) == len(y):
        at = [i for i, (p, q) in enumerate(zip(x, y, strict=True)) if p != q]
        named = {"a": "".join(x[i] for i in at), "b": "".join(y[i] for i in at)}
        if any(_tells(x[i], y[i]) for i in at):
            return None
        if len(at) == 2 and at[1] == at[0] + 1 and x[at[0]] == y[at[1]] and x[at[1]] == y[at[0]]:
            return Likeness("slip_swap", named)
        if all(sounds(x[i]) == sounds(y[i]) for i in at) and len(at) <= max(1, len(x) // 2):
            return Likeness("slip_sound", named)
        if len(at) == 1:
            return _one_other(a, b, at[0], named, brand_signs)
        if len(at) == 2 and len(x) >= 7:
            return Likeness("slip_two", named)
    elif abs(len(x) - len(y)) == 1:
        short, long = (a, b) if len(x) < len(y) else (b, a)
        found = _one_more(short, long, brand_signs)
        if found is not None:
            return found
    return _slip_in_place(a, b)


def _one_other(
    a: Name, b: Name, at: int, named: dict[str, str], brand_signs: Mapping[str, int]
) -> Likeness | None:
    if a.brand != b.brand and a.trade == b.trade:
        length = len(a.brand)
        if length == 2 or (length == 3 and at == 2):
            rare = min(_seen(brand_signs, named["a"]), _seen(brand_signs, named["b"])) <= 1
            return Likeness("slip_rare" if rare else "slip_plain", named)
        return Likeness("slip_rare" if length == 3 else "slip_long", named)
    if at >= min(len(a.brand), len(b.brand)):
        return Likeness("slip_trade", named)
    return Likeness("slip_long" if len(a.core) >= 5 else "slip_rare", named)


def _one_more(short: Name, long: Name, brand_signs: Mapping[str, int]) -> Likeness | None:
    x, y = short.core, long.core
    at = next((i for i, (p, q) in enumerate(zip(x, y, strict=False)) if p != q), len(x))
    if y[:at] + y[at + 1 :] != x:
        return None
    extra = y[at]
    named = {"sign": extra, "a": x, "b": y}
    if extra in y[max(0, at - 1) : at] or extra in y[at + 1 : at + 2]:
        return Likeness("slip_double", named)
    if extra in telling("added") and at < len(long.brand):
        return None
    if short.trade == long.trade:
        if len(short.brand) == 1:
            return Likeness("slip_lost", named)
        rare = _seen(brand_signs, extra) <= 1 or len(short.brand) >= 3
        return Likeness("slip_rare" if rare else "slip_plain", named)
    return Likeness("slip_trade", named)


def _slip_in_place(a: Name, b: Name) -> Likeness | None:
    """One slip where the place stands: 浙扛宏达 is read as a brand."""
    from rapidfuzz.distance import OSA

    if len(a.places) == len(b.places) or min(len(a.whole), len(b.whole)) < 5:
        return None
    if OSA.distance(a.whole, b.whole, score_cutoff=1) > 1:
        return None
    return Likeness("slip_place", {"a": a.whole, "b": b.whole})


def _tells(p: str, q: str) -> bool:
    return any(p in group and q in group for group in telling("sets"))


def _seen(brand_signs: Mapping[str, int], signs: str) -> int:
    """In how many brands the rarest of the characters stands; of a common one, many."""
    common = telling("common")
    return min(len(common) if sign in common else brand_signs.get(sign, 0) for sign in signs)


def _slip_in_english(a: Name, b: Name) -> Likeness | None:
    from rapidfuzz.distance import OSA

    most = 2 if min(len(a.core), len(b.core)) >= 14 else 1
    if min(len(a.core), len(b.core)) < 6:
        return None
    distance = OSA.distance(a.core, b.core, score_cutoff=most)
    if distance > most:
        return _slip_in_place(a, b)
    named = {"a": a.core, "b": b.core}
    if a.trade and a.trade == b.trade:
        if min(len(a.brand), len(b.brand)) < 4:
            return None
        if _pinyin(a.brand) and _pinyin(b.brand):
            doubled = _squeezed(a.brand) == _squeezed(b.brand)
            return Likeness("slip_letters" if doubled else "slip_plain", named)
    return Likeness("slip_letters", named)


def _squeezed(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)


@cache
def _syllables() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(row["syllable"] for row in data.rows("sounds")) + ")+")


@lru_cache(maxsize=65536)
def _pinyin(word: str) -> bool:
    """Whether letters can be read as Chinese syllables, so that another letter is another word."""
    return _syllables().fullmatch(word) is not None
