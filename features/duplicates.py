"""Enterprises that are likely entered twice, with the evidence for it.

What two names have to do with each other (:mod:`features.name_likeness`) is the start; region,
trade, codes and telephone speak for or against. Each finding adds log-odds; the score is the
probability they amount to. Branches and sister companies are never listed.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from features.credit_code import credit_code, organisation_code
from features.duplicate_blocks import Blocks
from features.duplicate_judge import WEIGHTS, Entry, Evidence, Judge
from features.industries import Industries
from features.name_likeness import Likeness
from features.name_places import NamePlaces
from features.names import NameReader
from features.place_names import half_width
from features.regions import Regions
from features.tables import Table, Value

__all__ = ["Duplicates", "Evidence", "LikelyPair", "likely_duplicates"]

_SAID_FROM = 0.3
_LESSER = frozenset({"short", "short_formal", "abbreviation", "longer_trade"})
_TELEPHONE = 7

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class LikelyPair:
    """Two rows that are likely one enterprise.

    Attributes
    ----------
    a, b : str
        Their ids, in order.
    score : float
        The probability that they are one, as far as these rows tell.
    keep : str
        The id that is proposed to stay: the one with a credit code, else the fuller row.
    """

    a: str
    b: str
    score: float
    evidence: tuple[Evidence, ...]
    keep: str


@dataclass(frozen=True)
class Duplicates:
    """What was found.

    Attributes
    ----------
    pairs : list of LikelyPair
        The likeliest first.
    compared : int
        How many pairs of rows were compared.
    left_out : int
        Rows under keys that too many share, not compared under these.
    """

    pairs: list[LikelyPair]
    compared: int
    left_out: int


def likely_duplicates(
    enterprises: Table,
    regions: Regions,
    industries: Industries,
    *,
    at_least: float = 0.5,
    progress: Progress | None = None,
) -> Duplicates:
    """The pairs of enterprises that are likely one.

    Parameters
    ----------
    enterprises : Table
        Rows of the table ``enterprises``; own columns that hold credit codes are found.
    at_least : float
        The least score listed.
    progress : callable, optional
        Told how many pairs are compared, and of how many.
    """
    places = NamePlaces(regions)
    rows = _rows(enterprises, NameReader(places), regions)
    rows.sort(key=lambda row: row.id)
    blocks = Blocks(
        [row.name for row in rows],
        [_city(row, places) for row in rows],
        [row.region for row in rows],
        [_marks(row) for row in rows],
    )
    pairs = blocks.pairs()
    judge = Judge(rows, places, regions, industries)
    found: list[tuple[int, int, Likeness | None, list[Evidence]]] = []
    for count, (i, j) in enumerate(pairs):
        if progress is not None and count % 20_000 == 0:
            progress(count, len(pairs))
        judged = judge.pair(i, j)
        if judged is not None:
            found.append((i, j, *judged))
    if progress is not None:
        progress(len(pairs), len(pairs))
    _weigh_chance(found, rows)
    _count_rivals(found, rows, places)
    kept = [
        _listed(rows[i], rows[j], evidence)
        for i, j, _, evidence in found
        if _score(evidence) >= at_least
    ]
    kept.sort(key=lambda pair: (-pair.score, pair.a, pair.b))
    return Duplicates(kept, len(pairs), blocks.left_out)


def _rows(table: Table, reader: NameReader, regions: Regions) -> list[Entry]:
    own = [table[name] for name in table.own_columns]
    named = {
        name: table[name]
        for name in ("id", "name", "kind", "region", "industry", "phone", "founded", "description")
    }
    rows = []
    for i in range(len(table)):
        cells = {name: column[i] for name, column in named.items()}
        codes = [str(cells["id"]), *(str(column[i]) for column in own if column[i] is not None)]
        known = sum(column[i] is not None for column in table.columns.values())
        rows.append(_row(cells, codes, known, reader, regions))
    return rows


def _row(
    cells: dict[str, Value], codes: Sequence[str], known: int, reader: NameReader, regions: Regions
) -> Entry:
    region, founded = cells["region"], cells["founded"]
    here = str(region or "")
    if here in regions and regions[here].merged_into in regions:
        here = regions[here].merged_into
    return Entry(
        id=str(cells["id"]),
        name=reader.read(str(cells["name"] or "")),
        kind=str(cells["kind"] or "company"),
        region=here,
        industry=str(cells["industry"] or ""),
        credit=next((c for code in codes if (c := credit_code(code))), None),
        old_code=next((c for code in codes if (c := organisation_code(code))), None),
        phone=_telephone(cells["phone"]),
        founded=founded if isinstance(founded, int) else None,
        description=re.sub(r"\W", "", str(cells["description"] or "")),
        known=known,
    )


def _telephone(written: Value) -> str:
    digits = re.sub(r"[^0-9]", "", half_width(str(written or "")))
    digits = digits.removeprefix("86") if len(digits) > 11 else digits
    return digits if len(digits) >= _TELEPHONE and len(set(digits[-_TELEPHONE:])) > 1 else ""


def _city(row: Entry, places: NamePlaces) -> str:
    for place in (row.region, *reversed(row.name.places)):
        if place and (city := places.city(place)):
            return city
    return ""


def _marks(row: Entry) -> Iterable[str]:
    if row.credit:
        yield f"#{row.credit}"
    if row.old_code:
        yield f"#{row.old_code}"
    if row.phone:
        yield f"@{row.phone}"


def _weigh_chance(
    found: Sequence[tuple[int, int, Likeness | None, list[Evidence]]], rows: Sequence[Entry]
) -> None:
    """Weigh against names one character apart that so many are so by chance in this archive.

    Two rows of different cities with such names are two firms. As many as there are of them among
    all rows of different cities, so many are to be expected among those of one county.
    """
    homes = Counter(row.region for row in rows if row.region)
    cities: Counter[str] = Counter()
    for region, count in homes.items():
        cities[region[:4]] += count
    together = sum(n * (n - 1) for n in homes.values())
    apart = sum(cities.values()) ** 2 - sum(n * n for n in cities.values())
    plain = [evidence for _, _, like, evidence in found if like and like.code == "slip_plain"]
    strangers = sum(any(e.code == "region_apart" for e in evidence) for evidence in plain)
    chance = strangers * together / apart if apart else float(len(plain))
    for evidence in plain:
        evidence.append(Evidence("by_chance", -math.log1p(4 * chance), {}))


def _count_rivals(
    found: Sequence[tuple[int, int, Likeness | None, list[Evidence]]],
    rows: Sequence[Entry],
    places: NamePlaces,
) -> None:
    """Weigh against a short or placeless name that it fits several firms equally well."""
    fits: dict[int, list[tuple[float, int, list[Evidence]]]] = defaultdict(list)
    for i, j, like, evidence in found:
        if like is None or (evidence[0].code.startswith("same_") and "code" in evidence[0].code):
            continue
        a, b = rows[i].name, rows[j].name
        lesser = None
        if like.code in _LESSER:
            lesser = i if len(a.core) < len(b.core) else j
        elif bool(a.places) != bool(b.places):
            lesser = j if a.places else i
        if lesser is not None:
            weight = sum(e.weight for e in evidence)
            fits[lesser].append((weight, i + j - lesser, evidence))
    for options in fits.values():
        best = max(weight for weight, _, _ in options)
        near = [other for weight, other, _ in options if weight >= best - 1.5]
        cores = {rows[other].name.core for other in near}
        lie: list[tuple[str, ...]] = []
        for here in sorted({rows[other].name.places for other in near}):
            if here and all(places.between(here, there) == "apart" for there in lie):
                lie.append(here)
        rivals = max(len(cores), len(lie))
        if rivals > 1:
            against = WEIGHTS["rivals"] * math.log(rivals)
            for _, _, evidence in options:
                evidence.append(Evidence("rivals", against, {"count": rivals}))


def _score(evidence: Sequence[Evidence]) -> float:
    total = sum(e.weight for e in evidence)
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, total)))), 3)


def _listed(a: Entry, b: Entry, evidence: Sequence[Evidence]) -> LikelyPair:
    said = (evidence[0], *(e for e in evidence[1:] if not 0 < abs(e.weight) < _SAID_FROM))
    first, second = sorted((a, b), key=lambda row: row.id)
    stays = max(
        (first, second),
        key=lambda row: (
            credit_code(row.id) is not None,
            row.credit is not None,
            row.known,
            len(row.name.whole),
        ),
    )
    return LikelyPair(first.id, second.id, _score(evidence), said, stays.id)
