"""The pairing as a picture: one HTML page with a map and the same in a table, no network needed.

Counties stand at their points over a patch as large as their area, so that the province shows
without outlines. Lines of the pairing are arcs, as wide as what was signed along them.
"""

from __future__ import annotations

from html import escape
from math import pi, sqrt
from typing import Final

import numpy as np

import data
from features.graph import PairingGraph
from features.graph_map import WIDTH, GraphMap
from features.language import LANGUAGES, Language, say, text

__all__ = ["page"]

COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#a0418c", "#8a6d00", "#3d5a80", "#b3404a")
"""Of equal weight on white and apart for colour-blind eyes (after Okabe and Ito)."""


def page(graph: PairingGraph, *, lang: Language, made_up: bool = False) -> str:
    """The whole page; opens in ``lang`` and holds both languages.

    Parameters
    ----------
    made_up : bool
        Whether the introductions are made up: then the page says so.
    """
    sheet = GraphMap.of(graph)
    style = (data.folder("graph") / "picture.css").read_text(encoding="utf-8")
    script = (data.folder("graph") / "picture.js").read_text(encoding="utf-8")
    mark = f'<p class="mark" role="note">{_both("graph.made_up")}</p>' if made_up else ""
    titles = {one: say("graph.title", one) for one in LANGUAGES}
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{lang}" data-title-zh="{titles["zh"]}" data-title-en="{titles["en"]}">',
            '<head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{titles[lang]} {graph.as_of.isoformat()}</title>",
            f"<style>\n{style}</style></head>",
            "<body>",
            f'<header><button id="switch" type="button">{_both("graph.switch")}</button>',
            f"<h1>{_both('graph.title')}</h1>{mark}",
            f"<p>{_heading(graph)}</p><p>{_summary(graph, sheet)}</p>{_left_out(graph)}</header>",
            "<main>",
            _figure(graph, sheet, lang),
            _table(graph, sheet),
            "</main>",
            f"<script>\n{script}</script>",
            "</body></html>\n",
        ]
    )


def _both(code: str, **values: object) -> str:
    """A sentence in both languages, of which the page shows one."""
    return "".join(
        f'<span lang="{one}">{escape(say(code, one, **values))}</span>' for one in LANGUAGES
    )


def _heading(graph: PairingGraph) -> str:
    names = "; ".join(sorted({name for name in graph.named if name}))
    return _both(
        "graph.as_of", day=graph.as_of.isoformat(), pairings=names or text("graph.no_pairing")
    )


def _summary(graph: PairingGraph, sheet: GraphMap) -> str:
    n = len(graph.regions)
    return _both(
        "graph.summary",
        givers=int(sheet.lines.any(axis=1).sum()),
        takers=int(sheet.lines.any(axis=0).sum()),
        lines=int(sheet.lines.sum()),
        contacts=int(graph.past.counts(n, 0).sum()),
        signed=int(graph.past.counts(n, 1).sum()),
        inside=int(graph.past.counts(n, 1)[graph.paired].sum()),
    )


def _left_out(graph: PairingGraph) -> str:
    """Whose introductions alone are counted, where not all are."""
    if not graph.told_of:
        return ""
    names = [code for code in graph.told_of if code in graph.regions]
    said = {
        one: "、".join(graph.regions.name(code, graph.as_of.year, lang=one) for code in names)
        for one in LANGUAGES
    }
    return f"<p>{_both('graph.told_of', places=said)}</p>"


def _figure(graph: PairingGraph, sheet: GraphMap, lang: Language) -> str:
    parts = [
        f'<figure><svg viewBox="0 0 {WIDTH:.0f} {sheet.height:.0f}" role="group" '
        f'aria-label="{escape(say("graph.picture", lang))}">'
    ]
    area = {row["code"]: float(row["area_km2"] or 0) for row in data.rows("regions")}
    parts.append('<g class="land">')
    for at in sheet.shown:
        radius = sqrt(area.get(graph.regions.codes[at], 0) / pi) * 1.18 * sheet.units_per_km
        parts.append(f'<circle cx="{sheet.x[at]:.1f}" cy="{sheet.y[at]:.1f}" r="{radius:.1f}"/>')
    parts.append('</g><g class="arcs">')
    drawn = set(sheet.shown)
    for kind, which in (("cross", sheet.others), ("line", sheet.lines)):
        for i, j in np.argwhere(which).tolist():
            if i in drawn and j in drawn:
                parts.append(_arc(graph, sheet, kind, i, j))
    parts.append('</g><g class="places">')
    labels = sheet.labels()
    for at in sheet.shown:
        parts.append(_place(graph, sheet, at, labels.get(at)))
    parts.append(f"</g></svg>{_legend(sheet)}</figure>")
    return "\n".join(parts)


def _arc(graph: PairingGraph, sheet: GraphMap, kind: str, i: int, j: int) -> str:
    signed = float(graph.line_signed[i, j])
    x0, y0, x1, y1 = (float(v) for v in (sheet.x[i], sheet.y[i], sheet.x[j], sheet.y[j]))
    bend = 0.16
    middle_x, middle_y = (x0 + x1) / 2 + (y1 - y0) * bend, (y0 + y1) / 2 - (x1 - x0) * bend
    colour = COLOURS[sheet.group[j] % len(COLOURS)] if kind == "line" else "#555"
    ends = f"{graph.regions.codes[i]} {graph.regions.codes[j]}"
    names = f"{sheet.name(i)} → {sheet.name(j)}: {signed:.0f}"
    strength = "some" if signed else "none"
    return (
        f'<path class="{kind} {strength}" data-ends="{escape(ends)}" stroke="{colour}" '
        f'stroke-width="{_width(signed):.2f}" d="M{x0:.1f} {y0:.1f}Q{middle_x:.1f} '
        f'{middle_y:.1f} {x1:.1f} {y1:.1f}"><title>{escape(names)}</title></path>'
    )


def _width(signed: float) -> float:
    return 0.7 if signed == 0 else 0.8 + 0.9 * sqrt(signed)


def _place(graph: PairingGraph, sheet: GraphMap, at: int, label: tuple[float, float] | None) -> str:
    x, y = float(sheet.x[at]), float(sheet.y[at])
    side, name = sheet.side(at), escape(sheet.name(at))
    code = escape(graph.regions.codes[at])
    if side == "neither":
        dot = f'<circle class="neither" cx="{x:.1f}" cy="{y:.1f}" r="2">'
        return f"{dot}<title>{name}</title></circle>"
    if side == "developed":
        mark = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
    else:
        mark = f'<rect x="{x - 4.6:.1f}" y="{y - 4.6:.1f}" width="9.2" height="9.2"/>'
    words = f'<text x="{label[0]:.1f}" y="{label[1]:.1f}">{name}</text>' if label else ""
    return (
        f'<g class="{side}" data-code="{code}" tabindex="0" role="img" aria-label="{name}">'
        f"<title>{name} {code}</title>{mark}{words}</g>"
    )


def _legend(sheet: GraphMap) -> str:
    groups = sorted(set(sheet.group.values()))
    bars = "".join(
        f'<path d="M0 {4 + 12 * k / max(1, len(groups) - 1):.1f}h34" '
        f'stroke="{COLOURS[g % len(COLOURS)]}" stroke-width="2"/>'
        for k, g in enumerate(groups)
    )
    widths = "".join(
        f'<path d="M{k * 24} 10h18" stroke="#555" stroke-width="{_width(v):.2f}"/>'
        for k, v in enumerate((1, 5, 20))
    )
    rows = [
        ('<circle class="developed" cx="10" cy="10" r="5"/>', 20, "graph.developed"),
        (
            '<rect class="underdeveloped" x="5" y="5" width="10" height="10"/>',
            20,
            "graph.underdeveloped",
        ),
        ('<circle class="neither" cx="10" cy="10" r="2"/>', 20, "graph.neither"),
        (bars, 34, "graph.paired_line"),
        (widths, 68, "graph.width"),
    ]
    if sheet.others.any():
        rows.append(
            (
                '<path class="cross" d="M0 10h34" stroke="#555" stroke-width="2"/>',
                34,
                "graph.cross_line",
            )
        )
    items = "".join(
        f'<li><svg width="{wide}" height="20" aria-hidden="true">{mark}</svg>{_both(code)}</li>'
        for mark, wide, code in rows
    )
    return (
        f"<figcaption><strong>{_both('graph.legend')}</strong><ul>{items}</ul>"
        f'<p class="hint">{_both("graph.hint")}</p></figcaption>'
    )


def _table(graph: PairingGraph, sheet: GraphMap) -> str:
    heads = (
        "graph.underdeveloped",
        "graph.partners",
        "graph.contacts",
        "graph.signed",
        "graph.others",
    )
    parts = [
        f"<table><caption>{_both('graph.table')}</caption><thead><tr>",
        *(f'<th scope="col">{_both(head)}</th>' for head in heads),
        "</tr></thead><tbody>",
    ]
    county = np.array([not graph.regions.is_prefecture(code) for code in graph.regions.codes])
    for at in np.flatnonzero(county).tolist():
        signed = graph.line_signed[county, at]
        if sheet.side(at) != "underdeveloped" and not signed.any():
            continue
        partners = np.flatnonzero(sheet.lines[:, at])
        order = sorted(partners.tolist(), key=lambda i: (-float(graph.line_signed[i, at]), i))
        words = "、".join(
            escape(sheet.name(i)) + _in_brackets(float(graph.line_signed[i, at])) for i in order
        )
        inside = float(graph.line_signed[partners, at].sum())
        code = escape(graph.regions.codes[at])
        parts.append(
            f'<tr data-code="{code}"><th scope="row">{escape(sheet.name(at))}</th>'
            f"<td>{words or _both('graph.no_partner')}</td>"
            f"<td>{graph.line_contacts[county, at].sum():.0f}</td><td>{signed.sum():.0f}</td>"
            f"<td>{signed.sum() - inside:.0f}</td></tr>"
        )
    return "\n".join([*parts, "</tbody></table>"])


def _in_brackets(signed: float) -> str:
    return f"（{signed:.0f}）" if signed else ""
