"""Stored tables → arrays: one row a profile, holes marked, order by id.

From here on nobody looks at cells: numbers are float32 with NaN for "not known", categories are
indices with -1 for "not known", texts are vectors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features import chains as chain_table
from features import intents as intent_table
from features.industries import Industries
from features.regions import Regions
from features.schema import (
    ENTERPRISE_KINDS,
    FORMS,
    INTENTS,
    PROGRAMME_OF,
    PROGRAMMES,
    RESOURCE_KINDS,
)
from features.skills import skill_fields
from features.tables import Table, Value
from features.text import (
    LONGEST,
    FloatArray,
    Progress,
    TextEncoder,
    centred,
    place_pattern,
    unit_rows,
    what_is_done,
)
from features.trade_reading import read_trades, trades_named, without_section

ENTERPRISE_NUMBERS = (
    "founded", "employees", "revenue_wan", "growth", "budget_wan", "land_need_mu", "labour_need",
    "energy_need_tce", "pollution_level",
)  # fmt: skip
RESOURCE_NUMBERS = (
    "land_mu", "land_price_wan_per_mu", "labour_supply", "wage_yuan_month", "energy_quota_tce",
    "min_investment_wan", "max_pollution", "subsidy_rate", "capacity",
)  # fmt: skip

#: Numbers are kept within this: products of two stay finite in float32.
LARGEST = 1e15


@dataclass(frozen=True)
class Profiles:
    """One side of the market as arrays.

    Attributes
    ----------
    side : str
        ``enterprise`` or ``resource``.
    ids : tuple of n str
        Sorted by code point; row i of every field belongs to ``ids[i]``.
    fields : dict of str to (n, ...) array
        What pair features read, by name.
    own : dict of str to (n,) array
        The user's ``x_`` columns: float32 with NaN, or objects (str, None).
    table : Table
        The rows themselves, in the same order, for what is only shown.
    """

    side: str
    ids: tuple[str, ...]
    fields: dict[str, NDArray[Any]]
    own: dict[str, NDArray[Any]]
    table: Table

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def index(self) -> dict[str, int]:
        """Row of each id."""
        return {name: i for i, name in enumerate(self.ids)}


@dataclass(frozen=True)
class Texts:
    """What turns descriptions into vectors and chain positions.

    Attributes
    ----------
    encoder : TextEncoder
    chains : chains.Chains
    phrases : (l, 2, k) array
        Centred vectors of the chain links' phrases.
    typical : (d,) array
        Mean vector of the phrases: what all such texts share.
    directions : (d, k) array
        Along which the phrases differ most.
    places : re.Pattern
        Region names, which are taken out of a text before it is encoded.
    """

    encoder: TextEncoder
    chains: chain_table.Chains
    phrases: FloatArray
    typical: FloatArray
    directions: FloatArray
    places: re.Pattern[str]

    @classmethod
    def prepare(cls, encoder: TextEncoder, regions: Regions) -> Texts:
        """Encode the built-in phrases once."""
        chains = chain_table.built_in()
        if encoder.name not in _PHRASES:
            _PHRASES[encoder.name] = chain_table.centred_phrases(
                chain_table.phrase_vectors(chains, encoder)
            )
        return cls(
            encoder,
            chains,
            *_PHRASES[encoder.name],
            place_pattern(regions.name(c) for c in regions.codes),
        )


#: What an encoder makes of the built-in phrases, by its name: phrases, mean, directions.
_PHRASES: dict[str, tuple[FloatArray, FloatArray, FloatArray]] = {}


def enterprise_profiles(
    table: Table,
    regions: Regions,
    industries: Industries,
    texts: Texts,
    progress: Progress | None = None,
) -> Profiles:
    """Profiles of the developed-area side.

    Parameters
    ----------
    table : Table
        ``enterprises`` as stored.
    """
    table = _by_id(table)
    fields: dict[str, NDArray[Any]] = {c: _numbers(table[c]) for c in ENTERPRISE_NUMBERS}
    fields["kind"] = _choice(table["kind"], ENTERPRISE_KINDS, default="company")
    fields["region"] = _indices(table["region"], regions.index)
    fields["industry"] = _indices(table["industry"], industries.index)
    fields["intents"] = _intents(table["intents"], fields["kind"])
    fields["intent_kind"] = intent_table.kinds_asked_for(fields["intents"])
    fields["forms"] = _many(table["forms"], FORMS)
    _add_window(fields, table)
    codes: list[tuple[str, ...]] = [(str(c),) if c else () for c in table["industry"]]
    written = [
        _joined(d) or _joined(n) for d, n in zip(table["description"], table["name"], strict=True)
    ]
    _add_texts(fields, texts, industries, codes, written, progress)
    return Profiles("enterprise", _ids(table), fields, own_arrays(table), table)


def resource_profiles(
    table: Table,
    regions: Regions,
    industries: Industries,
    texts: Texts,
    progress: Progress | None = None,
) -> Profiles:
    """Profiles of the underdeveloped-area side.

    A resource that lies in another county (飞地) has that county as its ``site``; it still
    belongs to the ``region`` that benefits.
    """
    table = _by_id(table)
    fields: dict[str, NDArray[Any]] = {c: _numbers(table[c]) for c in RESOURCE_NUMBERS}
    fields["capacity"] = np.where(np.isnan(fields["capacity"]), np.float32(1), fields["capacity"])
    fields["kind"] = _choice(table["kind"], RESOURCE_KINDS, default=None)
    programmes = [PROGRAMMES.index(PROGRAMME_OF[k]) for k in RESOURCE_KINDS]
    fields["programme"] = np.array([*programmes, -1], np.int8)[fields["kind"]]
    fields["region"] = _indices(table["region"], regions.index)
    site = _indices(table["enclave_region"], regions.index)
    fields["site"] = np.where(site < 0, fields["region"], site)
    fields["forms"] = _many(table["forms"], FORMS)
    fields["park"], _ = categories(table["park"])
    codes: list[tuple[str, ...]] = [
        tuple(str(c) for c in v) if isinstance(v, tuple) else () for v in table["industries"]
    ]
    fields["welcome"] = _welcome(codes, industries)
    _add_window(fields, table)
    written = [
        "，".join(w for w in map(_joined, pair) if w)
        for pair in zip(table["name"], table["description"], strict=True)
    ]
    _add_texts(fields, texts, industries, codes, written, progress)
    return Profiles("resource", _ids(table), fields, own_arrays(table), table)


def add_trades(
    enterprises: Profiles, resources: Profiles, texts: Texts, industries: Industries
) -> tuple[str, ...]:
    """Fields of the trades that are read from codes and texts of both sides; the trades.

    ``trade_share`` and ``trade_near``, a column a trade: :class:`features.trade_reading.Reading`.
    """
    own: list[tuple[str, ...]] = [(str(c),) if c else () for c in enterprises.table["industry"]]
    own += [
        tuple(map(str, v)) if isinstance(v, tuple) else () for v in resources.table["industries"]
    ]
    codes = [without_section(one, industries) for one in own]
    named = trades_named(codes)
    vectors = texts.encoder.encode([industries.name(code) for code in named])
    reading = read_trades(
        [text for side in (enterprises, resources) for text in _described(side)],
        codes,
        np.concatenate([enterprises.fields["text"], resources.fields["text"]]),
        centred(vectors, texts.typical, texts.directions) if named else vectors,
        named,
        np.repeat([0, 1], [len(enterprises), len(resources)]),
    )
    for side, rows in (
        (enterprises, slice(0, len(enterprises))), (resources, slice(len(enterprises), None)),
    ):  # fmt: skip
        side.fields["trade_share"] = reading.shares[rows]
        if side is resources:
            side.fields["trade_near"] = reading.near[rows]
        found = chain_table.evidence(
            texts.chains, codes[rows], list(side.fields["written"]), side.fields["text"],
            texts.phrases, (reading.trades, reading.shares[rows]), one=side is enterprises,
        )  # fmt: skip
        side.fields["link"], side.fields["link_weight"] = chain_table.positions(
            found, one=side is enterprises
        )
    for relation, strength in chain_table.wanted(
        texts.chains, resources.fields["link"], resources.fields["link_weight"]
    ).items():
        resources.fields[f"chain_{relation}"] = strength.T
    return reading.trades


def _described(side: Profiles) -> list[str]:
    """What each row is described as doing; a mere name is no text from which words are learned.

    Names are made alike ("第8企业"): their words would become those of whichever trade was read
    into a few of them, and then speak louder than codes.
    """
    pairs = zip(side.fields["business"], side.table["description"], strict=True)
    return [str(business) if described is not None else "" for business, described in pairs]


def add_skills(enterprises: Profiles, resources: Profiles) -> None:
    """Fields that compare skills: they need the vocabulary of both sides."""
    enterprises.fields["skills"], resources.fields["skills"] = skill_fields(
        enterprises.table["skills"], resources.table["skills"]
    )


def categories(values: Sequence[Value]) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Indices (-1 = not known) into the sorted distinct values."""
    names = tuple(sorted({str(v) for v in values if v is not None}))
    index = {v: i for i, v in enumerate(names)}
    return np.array([-1 if v is None else index[str(v)] for v in values], np.int32), names


def _by_id(table: Table) -> Table:
    ids = [str(v) for v in table["id"]]
    order = sorted(range(len(ids)), key=ids.__getitem__)
    return table if order == list(range(len(ids))) else table.take(order)


def _ids(table: Table) -> tuple[str, ...]:
    return tuple(str(v) for v in table["id"])


def _joined(value: Value) -> str:
    return "" if value is None else str(value).strip()


def _numbers(values: Sequence[Value]) -> NDArray[np.float32]:
    return np.clip(np.array(values, np.float64), -LARGEST, LARGEST).astype(np.float32)


def _choice(values: Sequence[Value], names: Sequence[str], default: str | None) -> NDArray[np.int8]:
    index: dict[Value, int] = {name: i for i, name in enumerate(names)}
    missing = -1 if default is None else index[default]
    return np.array([missing if v is None else index[v] for v in values], np.int8)


def _many(values: Sequence[Value], names: Sequence[str]) -> NDArray[np.float32]:
    """(n, names) array of 0 and 1; a row of NaN where nothing is known."""
    index = {name: i for i, name in enumerate(names)}
    out = np.full((len(values), len(names)), np.nan, np.float32)
    for i, chosen in enumerate(values):
        if isinstance(chosen, tuple) and chosen:
            out[i] = 0.0
            out[i, [index[str(c)] for c in chosen]] = 1.0
    return out


def _intents(values: Sequence[Value], kind: NDArray[np.int8]) -> NDArray[np.float32]:
    """Declared intents; an institution that declares none offers what institutions do."""
    out = _many(values, INTENTS)
    silent = np.isnan(out[:, 0]) & (kind == ENTERPRISE_KINDS.index("institution"))
    out[silent] = [float(i in ("train", "support")) for i in INTENTS]
    return out


def _indices(values: Sequence[Value], index: dict[str, int]) -> NDArray[np.int32]:
    return np.array([-1 if v is None else index.get(str(v), -1) for v in values], np.int32)


def _welcome(codes: Sequence[tuple[str, ...]], industries: Industries) -> NDArray[np.int32]:
    known = [[industries.index[c] for c in own if c in industries.index] for own in codes]
    out = np.full((len(codes), max([1, *map(len, known)])), -1, np.int32)
    for i, own in enumerate(known):
        out[i, : len(own)] = own
    return out


def _add_window(fields: dict[str, NDArray[Any]], table: Table) -> None:
    for column in ("available_from", "available_until"):
        fields[column] = np.array(
            [v.toordinal() if isinstance(v, date) else np.nan for v in table[column]], np.float32
        )


def _add_texts(
    fields: dict[str, NDArray[Any]],
    texts: Texts,
    industries: Industries,
    codes: Sequence[tuple[str, ...]],
    written: Sequence[str],
    progress: Progress | None,
) -> None:
    business = [what_is_done(w, texts.places)[:LONGEST] for w in written]
    fields["business"] = np.array([*business, None], object)[:-1]
    vectors = texts.encoder.encode(business, progress)
    fields["text"] = centred(vectors, texts.typical, texts.directions)
    names = sorted({industries.name(c) for own in codes for c in own if c in industries.index})
    meaning = dict(zip(names, texts.encoder.encode(names), strict=True))
    trade = np.zeros_like(vectors)
    for i, own in enumerate(codes):
        for code in own:
            if code in industries.index:
                trade[i] += meaning[industries.name(code)]
    fields["trade"] = centred(unit_rows(trade), texts.typical, texts.directions)
    fields["written"] = np.array([*written, None], object)[:-1]


def own_arrays(table: Table) -> dict[str, NDArray[Any]]:
    """The user's own columns as arrays; see :attr:`Profiles.own`."""
    own: dict[str, NDArray[Any]] = {}
    for column in table.own_columns:
        values = table[column]
        numeric = all(v is None or isinstance(v, int | float) for v in values)
        own[column] = _numbers(values) if numeric else np.array(values, object)
    return own


def add_own(enterprises: Profiles, resources: Profiles) -> None:
    """Fields of the user's own columns; text columns of one name share their categories."""
    for side, other in ((enterprises, resources), (resources, enterprises)):
        for column, values in side.own.items():
            if values.dtype != object:
                side.fields[column] = values
            else:
                both = [*values, *other.own.get(column, np.array([], object))]
                side.fields[column] = categories(both)[0][: len(values)]
