"""What people call a region, and which one they mean.

Names then and now, the plan's spelling, codes, prefixes and left-out suffixes all lead to one
code; what leads nowhere is answered with what may have been meant.
:class:`features.regions.Regions` says which names there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from features.language import Text, current_language, text

__all__ = ["AmbiguousRegion", "PlaceNames", "UnknownRegion", "excerpt", "half_width"]

_PROVINCE = ("浙江省", "浙江")
_PROVINCE_CODES = ("330000", "33")
_SUFFIX = re.compile(r"^(.{2,}?)(?:自治[县州]|地区|[区县市旗])$")
_PEOPLES = re.compile(r"^(.{2,}?)(?:[^族]{1,3}族)+$")
_ENGLISH_SUFFIX = re.compile(
    r"(?: \w+(?= Autonomous))? (?:Autonomous County|County|District|City)$"
)
_HALF_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
_LONGEST_SHOWN = 60
_MOST_SUGGESTIONS = 3


def half_width(written: str) -> str:
    """Full-width letters, digits and signs as ASCII, without surrounding blanks.

    Only these: digits of other scripts, circled or raised ones stay what they are (Unicode
    normalisation would make codes of them).
    """
    return written.translate(_HALF_WIDTH).strip()


def excerpt(written: str) -> str:
    """What was written, short enough for a message (a cell may hold a page of text)."""
    plain = written.strip()
    return plain if len(plain) <= _LONGEST_SHOWN else plain[:_LONGEST_SHOWN] + "…"


class UnknownRegion(ValueError):
    """No region is called so.

    Attributes
    ----------
    written : str
    suggestions : list of (name, code)
        What may have been meant, nearest first; may be empty.
    message : Text
    """

    def __init__(self, written: str, suggestions: Sequence[tuple[str, str]] = ()) -> None:
        self.written = written
        self.suggestions = list(suggestions)
        self.message = _unknown_message(written, self.suggestions)
        super().__init__(self.message[current_language()])


class AmbiguousRegion(ValueError):
    """More than one region is called so.

    Attributes
    ----------
    written : str
    candidates : list of (name, code)
    message : Text
    """

    def __init__(self, written: str, candidates: Sequence[tuple[str, str]]) -> None:
        self.written = written
        self.candidates = list(candidates)
        self.message = text(
            "region.ambiguous", written=excerpt(written), candidates=_listed(self.candidates)
        )
        super().__init__(self.message[current_language()])


class PlaceNames:
    """From anything written to a region's code.

    Parameters
    ----------
    names : mapping of code to its names, the present one first
    old_codes : mapping of a former code to the present one
    members : mapping of a prefecture-level city's code to its counties' codes
    cities : codes of all prefecture-level cities
    english : mapping of code to the English name, where there is one
    """

    def __init__(
        self,
        names: Mapping[str, tuple[str, ...]],
        old_codes: Mapping[str, str],
        members: Mapping[str, tuple[str, ...]],
        cities: Iterable[str],
        english: Mapping[str, str] | None = None,
    ) -> None:
        self._names, self._old_codes, self._members = names, old_codes, members
        self._cities = tuple(cities)
        self._full: dict[str, tuple[str, ...]] = {}
        self._short: dict[str, tuple[str, ...]] = {}
        for code, called in names.items():
            for name in called:
                self._full[name] = _with(self._full.get(name, ()), code)
                for short in _shortened(name):
                    self._short[short] = _with(self._short.get(short, ()), code)
        self._english: dict[str, tuple[str, ...]] = {}
        self._english_short: dict[str, tuple[str, ...]] = {}
        for code, name in (english or {}).items():
            whole, short = _folded(name), _folded(_ENGLISH_SUFFIX.sub("", name))
            if not short:
                continue
            self._english[whole] = _with(self._english.get(whole, ()), code)
            self._english_short[short] = _with(self._english_short.get(short, ()), code)

    def resolve(self, written: str) -> str:
        """See :meth:`features.regions.Regions.resolve`."""
        plain = half_width(written)
        if plain in self._names:
            return plain
        if plain in self._old_codes:
            return self._old_codes[plain]
        name = "".join(plain.split())
        found = self.called(name) or self._in_english(plain)
        if len(found) > 1:
            raise AmbiguousRegion(written, [(self._spelt(name, code), code) for code in found])
        if not found:
            raise UnknownRegion(written, self._suggestions(plain, name))
        return found[0]

    def called(self, name: str) -> tuple[str, ...]:
        """Codes of all regions that a name fits, with or without suffix and prefixes."""
        found = self._full.get(name) or self._short.get(name)
        if found:
            return found
        for province in _PROVINCE:
            if name.startswith(province):
                name = name[len(province) :]
                break
        found = self._full.get(name) or self._short.get(name)
        if found:
            return found
        inside: tuple[str, ...] = ()
        for city in self._cities:
            for prefix in self._prefixes(city):
                if name.startswith(prefix):
                    rest = name[len(prefix) :]
                    for code in self._full.get(rest) or self._short.get(rest, ()):
                        if code in self._members.get(city, ()):
                            inside = _with(inside, code)
        return inside

    def _in_english(self, written: str) -> tuple[str, ...]:
        """Codes of the regions that an English name fits, with or without what kind they are."""
        if not written.replace("\u2019", "'").isascii():
            return ()
        plain = re.sub(r",?\s*(zhejiang)?(\s+province)?$", "", written.strip(), flags=re.IGNORECASE)
        folded = _folded(plain)
        return self._english.get(folded) or self._english_short.get(folded, ())

    def _prefixes(self, city: str) -> Iterable[str]:
        for name in self._names[city]:
            yield from (name, *_shortened(name))

    def _spelt(self, part: str, code: str) -> str:
        """The name of a region that a part of it was written of (绍兴: 绍兴县, not 柯桥区)."""
        names = self._names[code]
        return next((name for name in names if name.startswith(part)), names[0])

    def _suggestions(self, plain: str, name: str) -> list[tuple[str, str]]:
        found: dict[str, str] = {}
        if re.fullmatch(r"[0-9]+", plain):
            for near in self._near_codes(plain):
                code = self._old_codes.get(near, near)
                found.setdefault(code, self._names[code][0])
        elif name and name not in _PROVINCE:
            for part, code in self._inside(name) or self._near_names(name):
                found.setdefault(code, self._spelt(part, code))
        return [(called, code) for code, called in found.items()][:_MOST_SUGGESTIONS]

    def _near_codes(self, plain: str) -> list[str]:
        if plain in _PROVINCE_CODES:
            return []
        known = [*self._names, *self._old_codes]
        longer = [code for code in known if plain.startswith(code)]  # a town's code
        return longer or [code for code in known if _apart(plain, code) == 1]

    def _inside(self, name: str) -> list[tuple[str, str]]:
        """Regions whose name stands in a longer text (萧山开发区, 宁波市萧山区); counties first."""
        for names in (self._full, self._short):
            found = [
                (part, code) for part, codes in names.items() if part in name for code in codes
            ]
            if found:
                return [(p, code) for p, code in found if code not in self._cities] or found
        return []

    def _near_names(self, name: str) -> list[tuple[str, str]]:
        """Regions whose name is one slip away, or two of a long one."""
        for most, shortest in ((1, 2), (2, 4)):
            for names in (self._full, self._short):
                near = [n for n in names if len(n) >= shortest and _apart(name, n) == most]
                if near:
                    return [(part, code) for part in near for code in names[part]]
        return []


def _folded(english: str) -> str:
    """Letters alone, in lower case (``Lin'an`` = ``linan``)."""
    return re.sub(r"[^a-z]", "", english.lower())


def _apart(a: str, b: str) -> int:
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(a, b, score_cutoff=2)


def _shortened(name: str) -> list[str]:
    """A name without its suffix (景宁畲族自治县: 景宁畲族, 景宁); at least two characters stay."""
    short: list[str] = []
    while match := (_PEOPLES if short else _SUFFIX).match(name):
        name = match[1]
        short.append(name)
    return short


def _with(codes: tuple[str, ...], code: str) -> tuple[str, ...]:
    return codes if code in codes else (*codes, code)


def _listed(found: Sequence[tuple[str, str]]) -> Text:
    each = [text("region.one", name=name, code=code) for name, code in found]
    joint = text("region.or")
    return {lang: joint[lang].join(one[lang] for one in each) for lang in joint}


def _unknown_message(written: str, suggestions: Sequence[tuple[str, str]]) -> Text:
    shown, plain = excerpt(written), half_width(written)
    if not plain:
        return text("region.empty")
    if plain in _PROVINCE or plain in _PROVINCE_CODES:
        return text("region.province", written=shown)
    if suggestions:
        return text("region.unknown_suggest", written=shown, suggestions=_listed(suggestions))
    return text("region.unknown", written=shown)
