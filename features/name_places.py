"""The places in a company's name (杭州萧山…, …（宁波）…, Zhejiang …), and how two of them lie."""

from __future__ import annotations

import re
from collections.abc import Sequence

import data
from features.regions import Regions

__all__ = ["NamePlaces"]

_SUFFIX = re.compile(r"^(.{2,}?)(?:自治[县州]|地区|[区县市])$")
_PEOPLES = re.compile(r"^(.{2,}?)(?:[^族]{1,3}族)+$")
_UNKNOWN = re.compile(r"([^省市县区]{2,3}?)(?:省|市(?![政场容郊民])|县)(?=..)")
_NO_PLACE = re.compile(r"[超门都城上夜集股]市|[都]市")
_TOWN = re.compile(r"[^镇乡村]{2,3}(?:镇|乡|街道)(?=..)")
_ZONE = re.compile(r"[^区园]{0,4}(?:开发区|高新区|工业园区|工业园|产业集聚区|新区)(?=..)")
_NATION = "中国"
_LONGEST = 9


class NamePlaces:
    """Places as they stand in names; a place is a code of its own.

    Parameters
    ----------
    regions : Regions
        Those of the store; other provinces and cities come from ``data/places_elsewhere.csv``,
        names of before 2006 from ``data/former_places.csv``.
    """

    def __init__(self, regions: Regions) -> None:
        self._parent: dict[str, str] = {}
        self._kin: set[tuple[str, str]] = set()
        self.forms: dict[str, str] = {}
        self._english: dict[str, str] = {}
        self._above: dict[str, tuple[str, ...]] = {}
        self._cities: dict[str, str] = {}
        for row in data.rows("places_elsewhere"):
            self._parent[row["name"]] = row["province"] or _NATION
            for form in (row["name"], row["full_name"]):
                self.forms[form] = row["name"]
            if row["english"]:
                self._english[row["english"].replace(" ", "")] = row["name"]
        self._take_regions(regions)
        for row in data.rows("former_places"):
            self.forms.setdefault(row["name"], row["code"])
        self.forms[_NATION] = _NATION

    def _take_regions(self, regions: Regions) -> None:
        cities = [code for code in regions.codes if regions.is_prefecture(code)]
        counties = [code for code in regions.codes if not regions.is_prefecture(code)]
        own: dict[str, str] = {}
        for code in (*cities, *counties):
            region = regions[code]
            here = region.merged_into if region.merged_into in regions else code
            home = region.prefecture if region.prefecture != code else "浙江"
            if home not in regions and not code.startswith("33"):
                home = _NATION
            self._parent.setdefault(here, home if home != here else _NATION)
            if region.split_from in regions:
                self._kin |= {(here, region.split_from), (region.split_from, here)}
            for name in region.names:
                own.setdefault(name, here)
            english = re.sub(r"[^a-z]", "", _plain_english(region.name_en))
            if english:
                self._english.setdefault(english, here)
        for code in (*cities, *counties):
            for name in regions[code].names:
                for short in _shortened(name):
                    own.setdefault(short, own[name])
        for code in cities:
            if not code.startswith("33"):
                self._parent[code] = _NATION
        self.forms.update(own)

    def at_start(self, name: str) -> tuple[tuple[str, ...], str, str]:
        """The places that a folded name begins with.

        Returns
        -------
        The places' codes, the last of them as it is written, and the rest of the name.
        """
        found: list[str] = []
        last = ""
        while name:
            code, length = self._first(name)
            if not length and found:
                match = _TOWN.match(name) or _ZONE.match(name)
                length = match.end() if match else 0
            if not length:
                break
            if code:
                found.append(code)
                last = name[:length]
            name = name[length:]
        return tuple(dict.fromkeys(found)), last, name

    def _first(self, name: str) -> tuple[str, int]:
        for length in range(min(_LONGEST, len(name)), 1, -1):
            code = self.forms.get(name[:length])
            if code is not None:
                return code, length
        match = _UNKNOWN.match(name)
        if match and not _NO_PLACE.search(match[0]):
            return match[1], match.end()
        return "", 0

    def whole(self, written: str) -> str | None:
        """The place that a text is, as a whole."""
        codes, _, rest = self.at_start(written)
        return codes[-1] if codes and rest in ("", "市", "县", "区", "省") else None

    def in_english(self, words: Sequence[str]) -> tuple[str, int]:
        """The place that English words begin with, and how many words it takes (0: none)."""
        for count in (3, 2, 1):
            code = self._english.get("".join(words[:count])) if len(words) >= count else None
            if code is not None:
                return code, count
        return "", 0

    def above(self, place: str) -> tuple[str, ...]:
        """The place and all it lies in, the nearest first."""
        known = self._above
        if place not in known:
            chain = [place]
            while (parent := self._parent.get(chain[-1])) and parent not in chain:
                chain.append(parent)
            known[place] = tuple(chain)
        return known[place]

    def city(self, place: str) -> str:
        """The prefecture-level city a place is or lies in; empty where it is not known."""
        if place not in self._cities:
            cities = [code for code in self.above(place) if re.fullmatch(r"[0-9]{4}00", code)]
            alone = place if self._parent.get(place) not in (None, _NATION) else ""
            self._cities[place] = cities[0] if cities else alone
        return self._cities[place]

    def related(self, a: str, b: str) -> str:
        """``same``, ``within`` (one lies in the other) or ``apart``."""
        if a == b:
            return "same"
        near = a in self.above(b) or b in self.above(a) or (a, b) in self._kin
        return "within" if near else "apart"

    def between(self, a: Sequence[str], b: Sequence[str]) -> str:
        """How the places of two names lie: ``same``, ``within``, ``unsaid`` or ``apart``.

        ``apart`` if either names a place that has nothing to do with any of the other's.
        """
        if not a or not b:
            return "unsaid"
        for some, others in ((a, b), (b, a)):
            if any(all(self.related(x, y) == "apart" for y in others) for x in some):
                return "apart"
        return "same" if self._finest(a) == self._finest(b) else "within"

    def _finest(self, places: Sequence[str]) -> str:
        return max(places, key=lambda place: len(self.above(place)))


def _plain_english(name: str) -> str:
    plain = re.sub(
        r"(?: \w+(?= Autonomous))? (?:Autonomous County|County|District|City)$", "", name
    )
    return plain.lower()


def _shortened(name: str) -> list[str]:
    short: list[str] = []
    while match := (_PEOPLES if short else _SUFFIX).match(name):
        name = match[1]
        short.append(name)
    return short
