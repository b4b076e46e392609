"""The regions: county-level units of Zhejiang then and now, and what people call them.

Units and their 2006 selves come from ``data/regions.csv``. A user may add partner counties
from elsewhere with :meth:`Regions.with_rows`. Whatever is written in a cell becomes one code
by :meth:`Regions.resolve`; everything downstream knows codes and positions only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt

import data
from features.language import Language
from features.place_names import AmbiguousRegion, PlaceNames, UnknownRegion
from features.tables import Table, Value

__all__ = ["AmbiguousRegion", "Region", "Regions", "UnknownRegion"]

_SAID = ("name", "name_en", "code_2006", "name_2006", "written_as", "merged_into", "split_from")

FloatArray = npt.NDArray[np.float64]

LAST_YEAR_OF_2006_NAMES = 2012
"""Not one unit was renamed from 2006 to 2012; the first were 柯桥区 and 上虞区 in 2013."""


@dataclass(frozen=True)
class Region:
    """One county-level unit, or one whole prefecture-level city.

    Attributes
    ----------
    code : str
        Present code; the 2006 code of a unit merged away since.
    prefecture : str
        Code of the prefecture-level city it belongs to.
    city : str
        That city's name (empty = not known).
    name_en, city_en : str
        Both in English; empty = not known.
    code_2006, name_2006, written_as : str
        Its code and name in 2006, the plan's spelling; empty where there is none.
    merged_into, split_from : str
        Code of the unit it went into, or inherits from; empty where there is none.
    side : str or None
        ``developed``, ``underdeveloped``, ``none`` (said to stand on neither) or None (not said).
    lat, lon : float
        Degrees; NaN = not known.
    """

    code: str
    name: str
    prefecture: str
    city: str = ""
    code_2006: str = ""
    name_2006: str = ""
    written_as: str = ""
    merged_into: str = ""
    split_from: str = ""
    side: str | None = None
    lat: float = np.nan
    lon: float = np.nan
    name_en: str = ""
    city_en: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All names it goes by, the present one first."""
        found = (self.name, self.name_2006, self.written_as)
        return tuple(dict.fromkeys(name for name in found if name))


class Regions:
    """All regions, in a fixed order: county-level units by code, then whole prefectures.

    Attributes
    ----------
    codes : tuple of str, length n
    index : dict of str to int
        Position of a code in ``codes``.
    points : (n, 2) array, degrees
        Latitude and longitude; NaN = not known; a prefecture has the mean of its members.
    prefecture : tuple of str, length n
        Code of the prefecture of each (of a prefecture: its own).
    side : tuple of (str or None), length n
        ``developed`` or ``underdeveloped`` under the 2006 plan, with what 龙港市 and 临平区
        inherit. A prefecture has a side if its members stand on that side or on none.
    """

    def __init__(self, counties: Iterable[Region], cities: Iterable[Region] = ()) -> None:
        units = {unit.code: unit for unit in sorted(counties, key=lambda unit: unit.code)}
        self._members: dict[str, tuple[str, ...]] = {}
        for unit in units.values():
            if unit.prefecture != unit.code:
                known = self._members.get(unit.prefecture, ())
                self._members[unit.prefecture] = (*known, unit.code)
        whole = {city.code: city for city in cities}
        for code, members in self._members.items():
            named = next((units[m].city for m in members if units[m].city), code)
            english = next((units[m].city_en for m in members if units[m].city_en), "")
            whole.setdefault(code, Region(code, named, code, name_en=english))
        self._cities = {code: whole[code] for code in sorted(whole)}
        self._regions = units | self._cities
        self.codes: tuple[str, ...] = tuple(self._regions)
        self.index: dict[str, int] = {code: i for i, code in enumerate(self.codes)}
        self.prefecture: tuple[str, ...] = tuple(r.prefecture for r in self._regions.values())
        self.side: tuple[str | None, ...] = tuple(self._side(code) for code in self.codes)
        self.points: FloatArray = np.array([self._point(code) for code in self.codes])
        self._old_codes = {r.code_2006: r.code for r in units.values() if r.code_2006}
        self._names = PlaceNames(
            {code: region.names for code, region in self._regions.items()},
            self._old_codes,
            self._members,
            self._cities,
            {code: region.name_en for code, region in self._regions.items() if region.name_en},
        )

    @classmethod
    def built_in(cls) -> Regions:
        """Zhejiang's units, from ``data/regions.csv`` (read once)."""
        return _built_in()

    def with_rows(self, table: Table) -> Regions:
        """These regions with a user's rows of the table ``regions`` added or replacing.

        A row of a known code (present or of 2006) replaces what it says; a cell not known
        leaves what is built in; the side ``none`` takes a side away. A six-digit code that
        ends in ``00`` is a whole prefecture-level city.
        """
        counties = {c: r for c, r in self._regions.items() if c not in self._cities}
        cities = dict(self._cities)
        for row in table.rows():
            written = _cell(row, "code")
            code = written if written in self.index else self._old_codes.get(written, written)
            is_city = code in cities or bool(re.fullmatch(r"[0-9]{4}00", code))
            kept = cities if is_city else counties
            home = code if is_city else self._home(code, row)
            old = kept.get(code, Region(code, code, home))
            said = {c: _cell(row, c) for c in _SAID if _cell(row, c)}
            kept[code] = replace(
                old,
                **said,
                prefecture=home if _cell(row, "prefecture_code") else old.prefecture,
                city=_cell(row, "prefecture") or old.city,
                city_en=_cell(row, "prefecture_en") or old.city_en,
                side=_cell(row, "side_2006") or old.side,
                lat=_degrees(row, "lat", old.lat),
                lon=_degrees(row, "lon", old.lon),
            )
        return Regions(counties.values(), cities.values()) if len(table) else self

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, code: object) -> bool:
        return code in self.index

    def __getitem__(self, code: str) -> Region:
        """The region of a code as :attr:`codes` has it."""
        return self._regions[code]

    def name(self, code: str, year: int | None = None, lang: Language = "zh") -> str:
        """Present name of a region, or the one it bore in ``year`` (as far as 2006 tells).

        In English the present name whatever the year; the Chinese one where there is no other.
        """
        region = self._regions[code]
        if lang == "en" and region.name_en:
            return region.name_en
        if year is not None and year <= LAST_YEAR_OF_2006_NAMES:
            return region.name_2006 or region.name
        return region.name

    def is_prefecture(self, code: str) -> bool:
        """Whether a code stands for a whole prefecture-level city."""
        return code in self._cities

    def members(self, code: str) -> tuple[str, ...]:
        """Counties of a prefecture, those merged away too; ``(code,)`` for a county."""
        return self._members.get(code, (code,))

    def heirs(self, code: str) -> tuple[str, ...]:
        """Units split off since that inherit this one's pairings (苍南县: 龙港市)."""
        return tuple(r.code for r in self._regions.values() if r.split_from == code)

    def resolve(self, written: str) -> str:
        """Code of the region that is meant by what is written.

        Accepted: a present or 2006 code; a present name, 2006 name or the plan's spelling;
        each without its suffix (区, 县, 市, 自治县) where that is unambiguous, and after
        province or prefecture (浙江省杭州市萧山区, 杭州萧山); full-width letters and digits;
        blanks around and between; the English name, with or without County, District or City
        (Sanmen County, sanmen).

        Raises
        ------
        UnknownRegion
            With what may have been meant.
        AmbiguousRegion
            Where a name without suffix fits several (绍兴: the city, or 绍兴县 of 2006).
        """
        return self._names.resolve(written)

    def _home(self, code: str, row: Mapping[str, Value]) -> str:
        """Prefecture code of a user's county: given, else by name, else by its own code."""
        if given := _cell(row, "prefecture_code"):
            return self._regions[given].prefecture if given in self._regions else given
        named = [c for c in self._names.called(_cell(row, "prefecture")) if c in self._cities]
        if named:
            return named[0]
        return f"{code[:4]}00" if re.fullmatch(r"[0-9]{6}", code) else code

    def _side(self, code: str) -> str | None:
        if code in self._cities and self._regions[code].side is None:
            sides = {self._side(member) for member in self._members.get(code, ())} - {None}
            return sides.pop() if len(sides) == 1 else None
        asked: set[str] = set()
        while self._regions[code].side is None and code not in asked:
            asked.add(code)
            if self._regions[code].split_from in self._regions:
                code = self._regions[code].split_from
        side = self._regions[code].side
        return None if side == "none" else side

    def _point(self, code: str) -> tuple[float, float]:
        region = self._regions[code]
        if code not in self._cities or not np.isnan(region.lat):
            return region.lat, region.lon
        members = (self._regions[member] for member in self._members.get(code, ()))
        known = [(r.lat, r.lon) for r in members if not np.isnan(r.lat)]
        if not known:
            return np.nan, np.nan
        return sum(p[0] for p in known) / len(known), sum(p[1] for p in known) / len(known)


@cache
def _built_in() -> Regions:
    return Regions(
        Region(
            code=row["code"],
            name=row["name"],
            prefecture=row["prefecture_code"],
            city=row["prefecture"],
            name_en=row["name_en"],
            city_en=row["prefecture_en"],
            code_2006=row["code_2006"],
            name_2006=row["name_2006"],
            written_as=row["written_as"],
            merged_into=row["merged_into"],
            split_from=row["split_from"],
            side=row["side_2006"] or None,
            lat=float(row["lat"] or "nan"),
            lon=float(row["lon"] or "nan"),
        )
        for row in data.rows("regions")
    )


def _cell(row: Mapping[str, Value], column: str) -> str:
    value = row.get(column)
    return value if isinstance(value, str) else ""


def _degrees(row: Mapping[str, Value], column: str, otherwise: float) -> float:
    value = row.get(column)
    return float(value) if isinstance(value, int | float) else otherwise
