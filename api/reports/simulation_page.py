"""A simulation as one page that a planner can hand on: no network, both languages, print.

Every picture has its table; what is assumed stands in the page, and a mark where data is made up.
"""

from __future__ import annotations

from html import escape
from typing import Final

import numpy as np

import data
from api.reports import simulation_limits as limits
from api.reports import simulation_pictures as pictures
from api.reports.figures import money, money_range, percent
from api.reports.html_parts import Cell, both, bullets, say_both, table
from api.reports.simulation_files import by_line
from features.language import LANGUAGES, Language, Text, catalogue, current_language, text
from matcher.outlook import Band, Outlook
from matcher.simulation import Simulation

#: Lines of pairing and pairs that the page shows; the rest is in the tables beside it.
LINES, PAIRS = 25, 20


def page(found: Simulation, lang: Language | None = None) -> str:
    """The whole page; opens in ``lang`` and holds both languages."""
    lang = lang or current_language()
    style = (data.folder("simulation") / "report.css").read_text(encoding="utf-8")
    script = (data.folder("simulation") / "report.js").read_text(encoding="utf-8")
    name = found.scenario.name
    titles = text("report.simulation.title", name=name)
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{lang}" data-title-zh="{escape(titles["zh"])}" '
        f'data-title-en="{escape(titles["en"])}">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(titles[lang])}</title>",
        f"<style>\n{style}</style></head>",
        "<body>",
        _header(found, titles),
        "<main>",
        _cards(found.outlooks[0]),
        *(section(found) for section in _SECTIONS),
        "</main>",
        _footer(found),
        f"<script>\n{script}</script>",
        "</body></html>\n",
    ]
    return "\n".join(part for part in parts if part)


def _header(found: Simulation, titles: Text) -> str:
    mark = ""
    if found.ranking.made_up:
        mark = f'<p class="mark-note" role="note">{say_both("report.simulation.made_up")}</p>'
    market = found.ranking.market
    pairing = found.scenario.pairing or ", ".join(sorted({n for n in market.graph.named if n}))
    about = say_both(
        "report.simulation.about",
        day=market.as_of.isoformat(), pairing=pairing,
        model=str(found.ranking.model_about["id"]),
        enterprises=f"{len(np.unique(found.pairs.enterprise)):,}",
        resources=f"{int(found.pairs.offered.sum()):,}",
        objective=_aims(found),
    )  # fmt: skip
    return (
        f'<header><button id="switch" type="button">{say_both("graph.switch")}</button>'
        f"<h1>{both(titles)}</h1>{mark}<p>{about}</p></header>"
    )


def _aims(found: Simulation) -> Text:
    """The aims in order, as words."""
    names = [text(f"objective.{aim.objective}") for aim in found.scenario.aims]
    return {lang: " → ".join(name[lang] for name in names) for lang in LANGUAGES}


def _cards(own: Outlook) -> str:
    signed, jobs = own.bands["signed"], own.bands["jobs"]
    last = own.last
    cards: list[tuple[str, Cell, Cell]] = [
        ("planned", f"{len(own.chosen):,}",
         text("report.simulation.outside", share=percent(own.cross_pair_share))),
        ("signed", f"{signed.expected:,.0f}", _band(signed)),
        ("investment_wan", _money(own.bands["investment_wan"].expected),
         _money_band(own.bands["investment_wan"])),
        ("funded_wan", _money(own.bands["funded_wan"].expected),
         _money_band(own.bands["funded_wan"])),
        ("jobs", f"{jobs.expected:,.0f}", _band(jobs)),
        ("gap", percent(last.gap), text("report.simulation.gap_note")),
    ]  # fmt: skip
    items = "".join(
        f"<li>{say_both(f'report.simulation.{name}')}<strong>{both(large)}</strong>"
        f"<small>{both(small)}</small></li>"
        for name, large, small in cards
    )
    return f'<ul class="cards">{items}</ul>'


def _compared(found: Simulation) -> str:
    """Arrangements beside each other: picture, table, how sure the difference is."""
    if len(found.outlooks) < 2:
        return ""
    names = ("arrangement", "planned", "signed", "investment_wan", "funded_wan", "jobs",
             "outside_share", "gini", "blocking_pairs", "better")  # fmt: skip
    rows = [_arrangement(one) for one in found.outlooks]
    shown = table(
        text("report.simulation.arrangements"),
        [text(f"report.simulation.{name}") for name in names], rows,
        figures=range(1, len(names)), first=True,
    )  # fmt: skip
    return _section("compared", _picture(pictures.arrangements(found)), shown)


def _arrangement(one: Outlook) -> list[Cell]:
    better: Cell = "—"
    if one.against:
        better = percent(float(one.against["investment_wan"]["share_of_draws_above"]))
    return [
        one.label, f"{len(one.chosen):,}",
        f"{one.bands['signed'].expected:,.0f} ({_band(one.bands['signed'])})",
        _money(one.bands["investment_wan"].expected), _money(one.bands["funded_wan"].expected),
        f"{one.bands['jobs'].expected:,.0f}", percent(one.cross_pair_share), f"{one.gini:.2f}",
        f"{one.blocking_pairs:,}", better,
    ]  # fmt: skip


def _stages(found: Simulation) -> str:
    own = found.outlooks[0]
    rows: list[list[Cell]] = [
        [text(f"report.simulation.{name}"), f"{own.bands[name].expected:,.0f}",
         f"{own.bands[name].p10:,.0f}", f"{own.bands[name].p50:,.0f}",
         f"{own.bands[name].p90:,.0f}"]
        for name in ("signed", "started", "funded", "completed")
    ]  # fmt: skip
    rows += [
        [text(f"report.simulation.{name}"), *map(_money, _four(own.bands[name]))]
        for name in ("investment_wan", "funded_wan")
    ]
    rows.append([text("report.simulation.jobs"), *(f"{v:,.0f}" for v in _four(own.bands["jobs"]))])
    heads = [text(f"report.simulation.{n}") for n in ("what", "expected", "p10", "p50", "p90")]
    shown = table(text("report.simulation.stages"), heads, rows, figures=range(1, 5))
    return _section("stages", _picture(pictures.stages(own, len(own.chosen))), shown)


def _regions(found: Simulation) -> str:
    market, pairs = found.ranking.market, found.pairs
    chosen, rows = found.outlooks[0].chosen, []
    order = sorted(
        range(len(found.receiving)), key=lambda i: (-found.investment_by_region[i].expected, i)
    )
    for i in order:
        g = int(found.receiving[i])
        code = market.regions.codes[g]
        own = chosen[pairs.region[chosen] == g]
        signed, funds = found.signed_by_region[i], found.investment_by_region[i]
        name: Cell = {"zh": market.regions.name(code), "en": market.regions.name(code, lang="en")}
        rows.append(
            [name, f"{len(own):,}", percent(len(own) / max(1, len(chosen))),
             f"{signed.expected:.1f} ({_band(signed)})", _money(funds.expected),
             _money_band(funds), f"{(~pairs.paired[own]).sum():,}"]
        )  # fmt: skip
    names = ("region", "planned", "share", "signed", "investment_wan", "band", "outside_count")
    heads = [text(f"report.simulation.{name}") for name in names]
    shown = table(text("report.simulation.by_region"), heads, rows, figures=range(1, 7))
    return _section("regions", _picture(pictures.by_region(found)), shown)


def _flows(found: Simulation) -> str:
    paired, regions = found.pairs.paired[found.outlooks[0].chosen], found.ranking.market.regions
    agreed = found.by_pair["investment_wan"]
    lines = [
        (home, region, float(agreed[here].sum()), bool(paired[here][0]), int(here.sum()))
        for home, region, here in by_line(found)
    ]
    lines.sort(key=lambda line: (-line[2], line[0], line[1]))

    def name(at: int) -> Cell:
        if at < 0:
            return text("report.simulation.no_region")
        code = regions.codes[at]
        return {"zh": regions.name(code), "en": regions.name(code, lang="en")}

    rows: list[list[Cell]] = [
        [name(home), name(region), text("report.yes" if paired else "report.no"), f"{count:,}",
         _money(wan)]
        for home, region, wan, paired, count in lines[:LINES]
    ]  # fmt: skip
    heads = [text(f"report.simulation.{n}")
             for n in ("from", "to", "inside", "planned", "investment_wan")]  # fmt: skip
    caption = text("report.simulation.top_flows", shown=len(rows), total=len(lines))
    legend = (
        f'<p class="legend"><b class="inside"></b>{say_both("report.simulation.legend_inside")}'
        f'<b class="outside"></b>{say_both("report.simulation.legend_outside")}</p>'
    )
    drawn = pictures.flow_map(found, [line[:4] for line in lines])
    return _section(
        "flows", f'<figure class="map-box">{drawn}</figure>{legend}',
        table(caption, heads, rows, figures=(3, 4)),
    )  # fmt: skip


def _binding(found: Simulation) -> str:
    return _section("binding", *limits.tables(found.outlooks[0]))


def _targets(found: Simulation) -> str:
    own = found.outlooks[0]
    if not own.targets:
        return ""
    labels = {row["indicator"]: {"zh": row["label_zh"], "en": row["label_en"]}
              for row in data.rows("targets")}  # fmt: skip
    rows: list[list[Cell]] = [
        [labels.get(name, name), percent(share)] for name, share in own.targets.items()
    ]
    heads = [text(f"report.simulation.{n}") for n in ("indicator", "of_plan")]
    return _section("targets", table(text("report.simulation.targets"), heads, rows, figures=(1,)))


def _links(found: Simulation) -> str:
    """The best pairing that was found, where it was asked for: what is new in it."""
    best = next((one for one in found.outlooks if one.links), None)
    if best is None:
        return ""
    market = found.ranking.market
    regions, index = market.regions, market.regions.index
    partners: dict[str, list[tuple[str, bool]]] = {}
    for home, region in best.links:
        old = bool(market.graph.paired[index[home], index[region]])
        partners.setdefault(region, []).append((home, old))
    rows: list[list[Cell]] = []
    for region in sorted(partners):
        cells = [
            {
                "zh": "、".join(regions.name(h) for h, o in partners[region] if o == old) or "—",
                "en": ", ".join(regions.name(h, lang="en") for h, o in partners[region] if o == old)
                or "—",
            }
            for old in (True, False)
        ]
        name: Cell = {"zh": regions.name(region), "en": regions.name(region, lang="en")}
        rows.append([name, *cells])
    heads = [text(f"report.simulation.{n}") for n in ("region", "kept_links", "new_links")]
    kept = sum(old for lines in partners.values() for _, old in lines)
    caption = text("report.simulation.links", kept=kept, total=len(best.links))
    return _section("links", f"<details><summary>{both(caption)}</summary>"
                    f"{table(caption, heads, rows)}</details>")  # fmt: skip


def _chosen(found: Simulation) -> str:
    pairs, market = found.pairs, found.ranking.market
    chosen = found.outlooks[0].chosen
    order = chosen[np.lexsort((chosen, -pairs.investment[chosen]))][:PAIRS]
    e_names, r_names = market.enterprises.table["name"], market.resources.table["name"]
    rows: list[list[Cell]] = [
        [str(e_names[int(pairs.enterprise[p])]), str(r_names[int(pairs.resource[p])]),
         text("report.yes" if pairs.paired[p] else "report.no"),
         percent(float(pairs.chance[0][p])), percent(float(pairs.chance[3][p])),
         _money(float(pairs.investment[p]))]
        for p in order.tolist()
    ]  # fmt: skip
    names = ("enterprise", "resource", "inside", "p_signed", "p_completed", "investment_wan")
    heads = [text(f"report.simulation.{name}") for name in names]
    caption = text("report.simulation.largest", shown=len(rows), total=len(chosen))
    return _section("chosen", table(caption, heads, rows, figures=(3, 4, 5)))


def _assumptions(found: Simulation) -> str:
    own = found.outlooks[0]
    common = bullets(own.assumptions)
    for one in found.outlooks[1:]:
        extra = [said for said in one.assumptions if said not in own.assumptions]
        if extra:
            common += f"<h3>{both(one.label)}</h3>{bullets(extra)}"
    return _section("assumptions", common)


_SECTIONS: Final = (
    _compared, _stages, _regions, _flows, _binding, _targets, _links, _chosen, _assumptions,
)  # fmt: skip


def _footer(found: Simulation) -> str:
    return "<footer>" + say_both(
        "report.simulation.made_with",
        draws=f"{found.scenario.draws:,}", seed=found.scenario.seed,
        trained=str(found.ranking.model_about.get("trained_as_of") or "—"),
        model=str(found.ranking.model_about["id"]),
    ) + "</footer>"  # fmt: skip


def _section(name: str, *parts: str) -> str:
    note = ""
    if f"report.simulation.note.{name}" in catalogue():
        note = f'<p class="note">{say_both(f"report.simulation.note.{name}")}</p>'
    inner = "".join(parts)
    return f"<section><h2>{say_both(f'report.simulation.head.{name}')}</h2>{note}{inner}</section>"


def _picture(drawn: str) -> str:
    return f'<figure class="picture">{drawn}</figure>'


def _four(band: Band) -> tuple[float, float, float, float]:
    return band.expected, band.p10, band.p50, band.p90


def _band(band: Band) -> str:
    return f"{band.p10:,.0f}–{band.p90:,.0f}"


def _money(value_wan: float) -> Text:
    return {lang: money(value_wan, lang) for lang in LANGUAGES}


def _money_band(band: Band) -> Text:
    return {lang: money_range(band.p10, band.p90, lang) for lang in LANGUAGES}
