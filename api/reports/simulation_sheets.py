"""A simulation as tables for Excel and Word: all that its page shows, and all pairs by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import data
from api.reports.sheets import Cell, Document, Form, Heading, Sheet
from features.language import Language, say
from features.regions import Regions
from models.stages import STAGES

Row = Mapping[str, str]
_BANDS: tuple[tuple[str, bool], ...] = (
    ("signed", False), ("investment_wan", True), ("funded_wan", True), ("jobs", False),
)  # fmt: skip
"""Figures that come with a band, and whether they are money."""
_ENDS = ("p10", "p90")
_MONEY = ("investment_wan", "funded_wan")


@dataclass(frozen=True)
class Made:
    """What a simulation left behind.

    Attributes
    ----------
    told : dict
        Its summary, as of the outer contract.
    pairs, regions, flows : sequence of dict
        The rows of its tables.
    names : dict
        Of enterprises and resources: id → name and code of the region.
    """

    told: Mapping[str, Any]
    pairs: Sequence[Row]
    regions: Sequence[Row]
    flows: Sequence[Row]
    names: Mapping[str, Mapping[str, tuple[str, str]]]


def document(
    made: Made, regions: Regions, lang: Language, *, name: str, generated_at: str, made_by: str,
    made_up: bool,
) -> Document:  # fmt: skip
    """All that a planner hands on, figures as figures."""
    own = made.told["scenarios"][0]
    sheets = (
        _compared(made.told["scenarios"], lang), _stages(own, lang), _pairs(made, regions, lang),
        _regions(made.regions, lang), _flows(made.flows, regions, lang), _limits(own, lang),
        _floors(own, lang), _targets(own, lang),
        Sheet(_head("assumptions", lang), _head("assumptions", lang), (), [],
              tuple(said[lang] for said in own["assumptions"])),
    )  # fmt: skip
    origin = "report.mark" if made_up else "report.data_own"
    return Document(
        title=say("report.simulation.title", lang, name=name), sheets=sheets,
        about=(
            (say("report.about.data", lang), say(origin, lang)),
            (say("register.about.as_of", lang), str(made.told["as_of"])),
            (say("report.about.model", lang), str(made.told["model"]["id"])),
            (say("report.about.generated_at", lang),
             say("report.about.generated_value", lang, stamp=generated_at)),
            (say("report.about.made_by", lang), made_by),
        ),
        mark=say("report.mark", lang) if made_up else None,
    )  # fmt: skip


def _compared(outlooks: Sequence[Mapping[str, Any]], lang: Language) -> Sheet:
    headings = [_column("arrangement", lang, width=22), _column("planned", lang, "count")]
    for name, is_money in _BANDS:
        headings += [_column(name, lang, "amount", end=end, money=is_money)
                     for end in ("", *_ENDS)]  # fmt: skip
    headings += [_column("outside_share", lang, "percent"), _column("gini", lang, "amount"),
                 _column("blocking_pairs", lang, "count"), _column("better", lang, "percent"),
                 _column("gap", lang, "percent")]  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in outlooks:
        bands = [float(one[name][end]) for name, _ in _BANDS for end in ("expected", *_ENDS)]
        against = one.get("against_the_scenario") or {}
        better = against["investment_wan"]["share_of_draws_above"] if against else None
        rows.append((one["label"][lang], one["planned"], *bands, one["cross_pair_share"],
                     one["gini"], one["blocking_pairs"], better, one["gap"]))  # fmt: skip
    return _sheet("compared", headings, rows, lang)


def _stages(own: Mapping[str, Any], lang: Language) -> Sheet:
    ends = ("expected", "p10", "p50", "p90")
    headings = [_column("what", lang, width=22), *(_column(end, lang, "amount") for end in ends)]
    rows: list[tuple[Cell, ...]] = [
        (_column(name, lang, money=name in _MONEY).label, *(float(own[name][end]) for end in ends))
        for name in (*STAGES, *_MONEY, "jobs")
    ]  # fmt: skip
    return _sheet("stages", headings, rows, lang)


def _pairs(made: Made, regions: Regions, lang: Language) -> Sheet:
    headings = [
        *_named("enterprise", "from", lang), *_named("resource", "to", lang),
        _column("inside", lang, width=8),
        *(Heading(f"p_{stage}", say(f"report.column.p_{stage}", lang), "percent", 9)
          for stage in STAGES),
        Heading("expected_investment_wan",
                say("report.column.expected_investment_wan", lang), "amount", 11),
    ]  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for row in made.pairs:
        sides: list[Cell] = []
        for table in ("enterprises", "resources"):
            key = row[f"{table[:-1]}_id"]
            name, region = made.names[table].get(key, ("", ""))
            sides += [key, name, _place(regions, region, lang)]
        chances = [float(row[f"p_{stage}"]) for stage in STAGES]
        rows.append((*sides, row["paired"] == "true", *chances,
                     _number(row["expected_investment_wan"])))  # fmt: skip
    rows.sort(key=lambda row: (-float(row[-1] or 0), str(row[0])))  # type: ignore[arg-type]
    return _sheet("chosen", headings, rows, lang)


def _named(side: str, place: str, lang: Language) -> list[Heading]:
    return [
        Heading(f"{side}_id", say("report.column.candidate_id", lang), width=12, on_screen=False),
        Heading(side, say(f"report.simulation.{side}", lang), width=26), _column(place, lang),
    ]  # fmt: skip


def _regions(found: Sequence[Row], lang: Language) -> Sheet:
    headings = [
        _column("region", lang, width=16), _column("planned", lang, "count"),
        _column("share", lang, "percent"), _column("signed", lang, "amount"),
        *(_column("investment_wan", lang, "amount", end=end, money=True) for end in ("", *_ENDS)),
        _column("outside_count", lang, "count"),
    ]  # fmt: skip
    name = "region_name" if lang == "zh" else "region_name_en"
    rows: list[tuple[Cell, ...]] = [
        (row[name], int(row["planned"]), float(row["share"]), float(row["signed_expected"]),
         *(float(row[f"investment_wan_{end}"]) for end in ("expected", *_ENDS)),
         int(row["cross_pair"]))
        for row in found
    ]  # fmt: skip
    rows.sort(key=lambda row: -float(row[4] or 0))  # type: ignore[arg-type]
    return _sheet("regions", headings, rows, lang)


def _flows(found: Sequence[Row], regions: Regions, lang: Language) -> Sheet:
    headings = [
        _column("from", lang, width=16), _column("to", lang, width=16), _column("inside", lang),
        _column("planned", lang, "count"), _column("investment_wan", lang, "amount", money=True),
    ]  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (_place(regions, row["developed_region"], lang),
         _place(regions, row["underdeveloped_region"], lang), row["paired"] == "true",
         int(row["planned"]), float(row["investment_wan_expected"]))
        for row in found
    ]  # fmt: skip
    rows.sort(key=lambda row: -float(row[-1] or 0))  # type: ignore[arg-type]
    return _sheet("flows", headings, rows, lang)


def _limits(own: Mapping[str, Any], lang: Language) -> Sheet:
    """What binds, and what one more of it would bring of the last aim."""
    headings = [
        _column("limit", lang, width=36), _column("value", lang, "amount"),
        _column("share", lang, "percent"), _column("loosened", lang, width=16),
        _of_the_aim("one_more", own, lang),
    ]  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in own["binding"]:
        value, price = float(one["value"]), float(one["shadow_price"])
        said = say(f"report.simulation.loosened_by.{_step(one['limit'])}", lang)
        if _step(one["limit"]) == "a_point":
            rows.append((one["label"][lang], None, value, said, price / 100))
        else:
            rows.append((one["label"][lang], value, None, said, price))
    return _sheet("limits", headings, rows, lang,
                  notes=(say("report.simulation.note.binding", lang),))  # fmt: skip


def _step(limit: str) -> str:
    """By how much a limit is loosened, where one asks what that would bring."""
    if "max_share" in limit:
        return "a_point"
    return "a_fewer" if limit.startswith("fairness.min") else "a_unit"


def _floors(own: Mapping[str, Any], lang: Language) -> Sheet:
    """What each requirement of fairness costs of the last aim."""
    base = abs(float(own["aims"][-1]["value"])) or 1.0
    headings = [_column("floor", lang, width=36), _of_the_aim("cost", own, lang),
                _column("cost_share", lang, "percent")]  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (one["label"][lang], float(one["cost"]), float(one["cost"]) / base)
        for one in own["floor_costs"]
    ]
    return _sheet("floors", headings, rows, lang)


def _of_the_aim(name: str, own: Mapping[str, Any], lang: Language) -> Heading:
    """A column of what is gained or lost of the last aim, with its unit in the heading."""
    unit = f"report.simulation.in_unit.{own['aims'][-1]['objective']}"
    label = say(unit, lang, label=say(f"report.simulation.{name}", lang))
    return Heading(name, label, "amount", 16)


def _targets(own: Mapping[str, Any], lang: Language) -> Sheet:
    labels = {row["indicator"]: row[f"label_{lang}"] for row in data.rows("targets")}
    headings = [_column("indicator", lang, width=30), _column("of_plan", lang, "percent")]
    rows: list[tuple[Cell, ...]] = [
        (labels.get(name, name), float(share)) for name, share in own["targets"].items()
    ]
    return _sheet("targets", headings, rows, lang)


def _column(
    name: str, lang: Language, form: Form = "text", *, end: str = "", money: bool = False,
    width: float = 11.0,
) -> Heading:  # fmt: skip
    label = say(f"report.simulation.{name}", lang)
    if end:
        label = f"{label} {end}"
    if money:
        label = say("report.simulation.in_wan", lang, label=label)
    return Heading(f"{name}_{end}" if end else name, label, form, width)


def _sheet(
    name: str, headings: Sequence[Heading], rows: list[tuple[Cell, ...]], lang: Language,
    notes: tuple[str, ...] = (),
) -> Sheet:  # fmt: skip
    return Sheet(_head(name, lang), _head(name, lang), tuple(headings), rows, notes)


def _head(name: str, lang: Language) -> str:
    return say(f"report.simulation.head.{name}", lang)


def _place(regions: Regions, code: str, lang: Language) -> str:
    if code not in regions:
        return say("report.simulation.no_region", lang)
    return regions.name(code, lang=lang)


def _number(written: str) -> float | None:
    return float(written) if written else None
