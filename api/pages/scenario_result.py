"""A simulation that is done, as words, tables, charts and a map for a template."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import data
from api import jobs
from api.pages import charts
from api.pages.county_map_view import Flow, Shade, county_map, legend
from api.pages.sheet_view import plain_cell
from api.reports.figures import amount, money, money_range, percent
from api.reports.simulation_names import FLOWS, REGIONS
from features.language import Language, say
from features.regions import Regions

_MOST_FLOWS = 25
_MONEY = ("investment_wan", "funded_wan")
_STAGES = ("signed", "started", "funded", "completed", "investment_wan", "funded_wan", "jobs")


def result_view(job: jobs.Job, regions: Regions, lang: Language) -> dict[str, Any]:
    """All that the page of a result shows.

    Returns
    -------
    dict
        ``cards``, ``chart``, tables (``compared``, ``stages``, ``regions``, ``flows``,
        ``binding``, ``floors``, ``targets``), ``map`` and ``assumptions``.
    """
    told = job.result or {}
    outlooks: list[dict[str, Any]] = told["scenarios"]
    own = outlooks[0]
    flows = table_of(job, FLOWS)
    return {
        "cards": _cards(own, lang), "as_of": told["as_of"], "model": told["model"]["id"],
        "chart": charts.bands(
            [(one["label"][lang], *(one["investment_wan"][k] for k in ("p10", "expected", "p90")))
             for one in outlooks], lang),
        "compared": _compared(outlooks, lang), "stages": _stages(own, lang),
        "regions": _regions(table_of(job, REGIONS), lang),
        "flows": _flows_table(flows, regions, lang),
        "flows_of": len(flows), "map": _map(own, flows, regions, lang),
        "binding": _binding(own, lang), "floors": _floors(own, lang),
        "targets": _targets(own, lang),
        "assumptions": [said[lang] for said in own["assumptions"]],
    }  # fmt: skip


def table_of(job: jobs.Job, name: str) -> list[dict[str, str]]:
    """A table that the simulation made; empty where its file is gone."""
    file = jobs.folder(job.id) / "made" / name
    if not file.is_file():
        return []
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


def _cards(own: Mapping[str, Any], lang: Language) -> list[tuple[str, str, str]]:
    """Name, figure and what stands small below it."""
    found = [(
        _word("planned", lang), f"{own['planned']:,}",
        say("report.simulation.outside", lang, share=percent(own["cross_pair_share"])),
    )]  # fmt: skip
    for name in ("signed", "investment_wan", "funded_wan", "jobs"):
        band = own[name]
        found.append((_word(name, lang), _figure(name, band["expected"], lang),
                      _band(name, band, lang)))  # fmt: skip
    if own["gap"] is not None:
        found.append((
            _word("gap", lang), percent(own["gap"]), say("report.simulation.gap_note", lang)
        ))  # fmt: skip
    return found


def _compared(outlooks: Sequence[Mapping[str, Any]], lang: Language) -> dict[str, Any]:
    names = ("arrangement", "planned", "signed", "investment_wan", "funded_wan", "jobs",
             "outside_share", "gini", "blocking_pairs", "better")  # fmt: skip
    rows = []
    for one in outlooks:
        against = one.get("against_the_scenario") or {}
        better = "—"
        if against:
            better = percent(float(against["investment_wan"]["share_of_draws_above"]))
        figures = [
            f"{_figure(name, one[name]['expected'], lang)} ({_band(name, one[name], lang)})"
            for name in ("signed", *_MONEY, "jobs")
        ]
        rows.append([
            one["label"][lang], f"{one['planned']:,}", *figures, percent(one["cross_pair_share"]),
            f"{one['gini']:.2f}", f"{one['blocking_pairs']:,}", better,
        ])  # fmt: skip
    return _table("compared", [_word(name, lang) for name in names], rows, lang)


def _stages(own: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    heads = [_word(name, lang) for name in ("what", "expected", "p10", "p50", "p90")]
    rows = [
        [_word(name, lang), *(_figure(name, own[name][k], lang)
                              for k in ("expected", "p10", "p50", "p90"))]
        for name in _STAGES
    ]  # fmt: skip
    return _table("stages", heads, rows, lang)


def _regions(rows: Sequence[Mapping[str, str]], lang: Language) -> dict[str, Any]:
    heads = [_word(n, lang) for n in ("region", "planned", "share", "signed", "investment_wan",
                                      "band", "outside_count")]  # fmt: skip
    kept = sorted(rows, key=lambda row: -float(row["investment_wan_expected"]))
    cells = [
        [
            row["region_name" if lang == "zh" else "region_name_en"], row["planned"],
            percent(float(row["share"])),
            f"{float(row['signed_expected']):.1f}",
            money(float(row["investment_wan_expected"]), lang),
            money_range(float(row["investment_wan_p10"]), float(row["investment_wan_p90"]), lang),
            row["cross_pair"],
        ]
        for row in kept
    ]  # fmt: skip
    return _table("regions", heads, cells, lang)


def _flows_table(
    rows: Sequence[Mapping[str, str]], regions: Regions, lang: Language
) -> dict[str, Any]:
    heads = [_word(n, lang) for n in ("from", "to", "inside", "planned", "investment_wan")]
    kept = sorted(rows, key=lambda row: -float(row["investment_wan_expected"]))[:_MOST_FLOWS]
    cells = [
        [
            _name(regions, row["developed_region"], lang),
            _name(regions, row["underdeveloped_region"], lang),
            say("report.yes" if row["paired"] == "true" else "report.no", lang), row["planned"],
            money(float(row["investment_wan_expected"]), lang),
        ]
        for row in kept
    ]  # fmt: skip
    return _table("flows", heads, cells, lang)


def _map(
    own: Mapping[str, Any], rows: Sequence[Mapping[str, str]], regions: Regions, lang: Language
) -> dict[str, Any]:
    shares: dict[str, float] = own["region_shares"]
    area = {row["code"]: float(row["area_km2"] or 0) for row in data.rows("regions")}
    drawn = [
        Flow(
            row["developed_region"], row["underdeveloped_region"],
            float(row["investment_wan_expected"]),
            f"{_name(regions, row['developed_region'], lang)} → "
            f"{_name(regions, row['underdeveloped_region'], lang)}: "
            f"{money(float(row['investment_wan_expected']), lang)}",
            row["paired"] == "true",
        )
        for row in rows
    ]  # fmt: skip
    shades = {code: Shade(share, percent(share)) for code, share in shares.items()}
    return county_map(
        regions, shades, drawn, lang, area=area, words=legend(shares.values(), percent)
    )


def _binding(own: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    """What binds, and what one more of it would bring of the objective."""
    worth = own["aims"][-1]["objective"]
    rows = []
    for one in own["binding"]:
        share = "max_share" in one["limit"]
        step = "a_unit"
        if share:
            step = "a_point"
        elif one["limit"].startswith("fairness.min"):
            step = "a_fewer"
        gain = _gain(one["shadow_price"] / (100 if share else 1), worth, lang)
        value = percent(one["value"]) if share else amount(one["value"])
        rows.append(
            [one["label"][lang], value, say(f"report.simulation.{step}", lang).format(gain=gain)]
        )
    heads = [_word(name, lang) for name in ("limit", "value", "one_more")]
    return _table("binding", heads, rows, lang)


def _floors(own: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    last = own["aims"][-1]
    base = abs(last["value"]) or 1.0
    rows = [
        [one["label"][lang], _gain(one["cost"], last["objective"], lang),
         percent(one["cost"] / base)]
        for one in own["floor_costs"]
    ]  # fmt: skip
    heads = [_word(name, lang) for name in ("floor", "cost", "cost_share")]
    return {**_table("binding", heads, rows, lang), "title": _word("floor_costs", lang)}


def _targets(own: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    labels = {row["indicator"]: row[f"label_{lang}"] for row in data.rows("targets")}
    rows = [[labels.get(name, name), percent(share)] for name, share in own["targets"].items()]
    return _table("targets", [_word(name, lang) for name in ("indicator", "of_plan")], rows, lang)


def _table(
    name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], lang: Language
) -> dict[str, Any]:
    """A table as :func:`api.pages.sheet_view.sheet_view` gives it; its first column is words."""
    words = 2 if name == "flows" else 1
    return {
        "title": say(f"report.simulation.head.{name}", lang), "lit": False, "notes": (),
        "total": len(rows), "head": [(label, i >= words) for i, label in enumerate(heads)],
        "rows": [
            [plain_cell(cell, i >= words) for i, cell in enumerate(row)]
            for row in rows
        ],
    }  # fmt: skip


def _word(name: str, lang: Language) -> str:
    return say(f"report.simulation.{name}", lang)


def _figure(name: str, value: float, lang: Language) -> str:
    return money(value, lang) if name in _MONEY else f"{value:,.0f}"


def _band(name: str, band: Mapping[str, float], lang: Language) -> str:
    if name in _MONEY:
        return money_range(band["p10"], band["p90"], lang)
    return f"{band['p10']:,.0f}–{band['p90']:,.0f}"


def _gain(value: float, objective: str, lang: Language) -> str:
    if objective in ("expected_investment", "nash_welfare"):
        return money(value, lang)
    return say(f"report.simulation.gain.{objective}", lang, value=amount(value))


def _name(regions: Regions, code: str, lang: Language) -> str:
    if code not in regions:
        return say("report.simulation.no_region", lang)
    return regions.name(code, lang=lang)
