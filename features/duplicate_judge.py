"""What speaks for and against two rows being one enterprise, as log-odds with a sentence each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from features.industries import Industries
from features.language import Language, Text, text
from features.name_likeness import Likeness, likeness
from features.name_places import NamePlaces
from features.names import Name
from features.regions import Regions

__all__ = ["WEIGHTS", "Entry", "Evidence", "Judge"]

#: What the rest of two rows adds to the likeness of their names (log-odds).
WEIGHTS = {
    "same_code": 12.0, "same_old_code": 8.0, "same_phone": 2.0, "same_description": 1.0,
    "place_same": 0.8, "province_same": 0.2, "place_within": -0.4, "place_elsewhere": -4.0,
    "region_same": 1.5, "city_same": 0.6, "region_within": 0.9, "region_near": -2.2,
    "region_apart": -2.5,
    "industry_same": 0.8, "industry_division": 0.4, "industry_other": -1.2, "section_other": -2.2,
    "legal_same": 0.3, "legal_other": -0.4, "group_other": -0.4, "kind_other": -1.5,
    "founded_same": 0.5, "founded_other": -0.7, "rivals": -1.5,
}  # fmt: skip
_HOPELESS = -3.0
"""Log-odds of names, places and trade that nothing further makes up for."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding about two rows, and what it adds (log-odds)."""

    code: str
    weight: float
    values: dict[str, object]

    @property
    def text(self) -> Text:
        """The finding in words."""
        return text(f"duplicate.{self.code}", **self.values)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is compared of a row."""

    id: str
    name: Name
    kind: str
    region: str
    industry: str
    credit: str | None
    old_code: str | None
    phone: str
    founded: int | None
    description: str
    known: int


class Judge:
    """Weighs what speaks for and against two rows being one enterprise."""

    def __init__(
        self,
        rows: Sequence[Entry],
        places: NamePlaces,
        regions: Regions,
        industries: Industries,
    ) -> None:
        self.rows, self.places, self.regions, self.industries = rows, places, regions, industries
        signs: dict[str, int] = defaultdict(int)
        for brand in {row.name.brand for row in rows if not row.name.english}:
            for sign in set(brand):
                signs[sign] += 1
        self.signs = dict(signs)
        # What is asked of millions of pairs is a number each: tuples of texts are slow to compare.
        ids: dict[object, int] = {}
        self._placed = [ids.setdefault(row.name.places, len(ids)) for row in rows]
        self._told_apart = [
            ids.setdefault((row.name.branch, row.name.numbers), len(ids)) for row in rows
        ]
        self._coded = [row.credit is not None or row.old_code is not None for row in rows]
        self._between: dict[tuple[int, int], str] = {}
        self._regions: dict[tuple[str, str], Evidence] = {}
        self._trades: dict[tuple[str, str], Evidence] = {}

    def pair(self, i: int, j: int) -> tuple[Likeness | None, list[Evidence]] | None:
        """The likeness of two rows' names and all evidence; None where they are not one."""
        a, b = self.rows[i], self.rows[j]
        if self._told_apart[i] != self._told_apart[j] and not (self._coded[i] and self._coded[j]):
            return None
        if a.credit and a.credit == b.credit:
            like = likeness(a.name, b.name, self.signs)
            return like, [_said("same_code", value=a.credit), *_names_too(like)]
        if a.credit and b.credit:
            return None
        key = (self._placed[i], self._placed[j])
        where = self._between.get(key)
        if where is None:
            where = self._between[key] = self.places.between(a.name.places, b.name.places)
        if a.old_code and a.old_code == b.old_code:
            like = likeness(a.name, b.name, self.signs)
            return like, [_said("same_old_code", value=a.old_code), *_names_too(like)]
        if where == "apart":
            return None
        like = likeness(a.name, b.name, self.signs)
        if like is None:
            return None
        evidence = [Evidence(like.code, like.weight, dict(like.values))]
        evidence += self._of_places(a, b, where)
        if (trades := self._of_trades(a, b)) is not None:
            evidence.append(trades)
        if sum(e.weight for e in evidence) < _HOPELESS and like.code != "slip_plain":
            return None
        evidence += _of_the_rest(a, b)
        return like, evidence

    def _of_places(self, a: Entry, b: Entry, where: str) -> list[Evidence]:
        found = []
        if where in ("same", "within"):
            wide = where == "same" and not any(map(self.places.city, a.name.places))
            found.append(_said("province_same" if wide else f"place_{where}"))
        if a.region and b.region:
            key = (a.region, b.region)
            if key not in self._regions:
                self._regions[key] = self._of_regions(*key)
            found.append(self._regions[key])
        if where == "unsaid":
            for one, other in ((a, b), (b, a)):
                if not one.name.places or not other.region or other.name.places:
                    continue
                if self.places.between(one.name.places, (other.region,)) == "apart":
                    found.append(_said("place_elsewhere", region=self._region(other.region)))
        return found

    def _of_regions(self, a: str, b: str) -> Evidence:
        related = self.places.related(a, b)
        if related == "apart":
            city = self.places.city(a)
            related = "near" if city and city == self.places.city(b) else "apart"
        wide = related == "same" and self.places.city(a) == a
        code = "city_same" if wide else f"region_{related}"
        return _said(code, a=self._region(a), b=self._region(b))

    def _region(self, code: str) -> Text:
        if code not in self.regions:
            return {"zh": code, "en": code}
        return {"zh": self.regions.name(code), "en": self.regions.name(code, lang="en")}

    def _of_trades(self, a: Entry, b: Entry) -> Evidence | None:
        if not a.industry or not b.industry:
            return None
        key = (a.industry, b.industry)
        if key not in self._trades:
            self._trades[key] = self._of_codes(*key)
        return self._trades[key]

    def _of_codes(self, x: str, y: str) -> Evidence:
        said = {"a": self._trade(x), "b": self._trade(y)}
        if x == y or (min(len(x), len(y)) >= 3 and (x.startswith(y) or y.startswith(x))):
            return _said("industry_same", **said)
        if x[:2] == y[:2]:
            return _said("industry_division", **said)
        known = [self.industries.index.get(code) for code in (x, y)]
        sections = {self.industries.section[at] for at in known if at is not None}
        return _said("section_other" if len(sections) == 2 else "industry_other", **said)

    def _trade(self, code: str) -> Text:
        if code not in self.industries.index:
            return {"zh": code, "en": code}
        named: tuple[Language, ...] = ("zh", "en")
        return {lang: f"{code} {self.industries.name(code, lang)}" for lang in named}


def _said(code: str, /, **values: object) -> Evidence:
    return Evidence(code, WEIGHTS[code], values) if values else _PLAIN[code]


_PLAIN = {code: Evidence(code, weight, {}) for code, weight in WEIGHTS.items()}


def _names_too(like: Likeness | None) -> list[Evidence]:
    """What the names say beside a code, which needs none of it."""
    if like is None:
        return [Evidence("names_differ", 0.0, {})]
    return [Evidence(like.code, max(0.0, like.weight), dict(like.values))]


def _of_the_rest(a: Entry, b: Entry) -> list[Evidence]:
    found = []
    x, y = a.name.legal, b.name.legal
    if x and x == y:
        found.append(_said("legal_same"))
    elif x and y and "factory" in (x, y):
        found.append(_said("legal_other"))
    if a.name.group != b.name.group:
        found.append(_said("group_other"))
    if a.kind != b.kind:
        found.append(_said("kind_other"))
    if a.phone and a.phone == b.phone:
        found.append(_said("same_phone", value=a.phone))
    if len(a.description) >= 8 and a.description == b.description:
        found.append(_said("same_description"))
    if a.founded is not None and b.founded is not None:
        apart = abs(a.founded - b.founded)
        if apart != 1:
            code = "founded_other" if apart else "founded_same"
            found.append(_said(code, a=a.founded, b=b.founded))
    return found
