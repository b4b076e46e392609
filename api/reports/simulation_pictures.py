"""Pictures of a simulation as inline SVG of our own; each has a table beside it in the page.

Words inside a picture are there in both languages; the page shows one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10, sqrt

import numpy as np

from api.reports.figures import money
from features.graph_map import WIDTH, GraphMap
from features.language import LANGUAGES, Text, text
from matcher.outlook import Band, Outlook
from matcher.simulation import Simulation

#: Width of a picture that stands alone, its left margin for names, height of a line.
WIDE, NAMES, LINE = 760.0, 224.0, 34.0
#: Letters of a name that the margin holds, and of a small one: the longest county of the province
#: has thirty in English.
LONGEST, LONGEST_SMALL = {"zh": 14, "en": 28}, {"zh": 16, "en": 33}


def words(
    said: Text, x: float, y: float, *, anchor: str = "start", kind: str = "", size: float = 0,
    only: str = "",
) -> str:  # fmt: skip
    """A text of a picture, in both languages or only one."""
    attributes = f' class="{kind}"' if kind else ""
    attributes += f' font-size="{size:g}"' if size else ""
    return "".join(
        f'<text lang="{lang}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{attributes}>'
        f"{escape(said[lang])}</text>"
        for lang in LANGUAGES
        if only in ("", lang)
    )


def svg(parts: Sequence[str], wide: float, high: float, label: Text, kind: str = "") -> str:
    """A picture that a screen reader names in the page's languages."""
    name = " / ".join(label[lang] for lang in LANGUAGES)
    return (
        f'<svg class="{kind}" viewBox="0 0 {wide:.0f} {high:.0f}" role="img" '
        f'aria-label="{escape(name)}">' + "".join(parts) + "</svg>"
    )


def arrangements(found: Simulation) -> str:
    """Agreed money of each arrangement: the band as a bar, what is expected as a mark."""
    bands = [one.bands["investment_wan"] for one in found.outlooks]
    axis = Axis.over([0.0, *(b.p90 for b in bands), *(b.expected for b in bands)])
    high = LINE * len(bands) + 44
    parts = axis.grid(high - 30)
    for i, (one, band) in enumerate(zip(found.outlooks, bands, strict=True)):
        y = 18 + i * LINE
        kind = "own" if i == 0 else "other"
        parts.append(words(_short(one.label), NAMES - 10, y + 5, anchor="end", kind="name"))
        parts.append(
            f'<rect class="band {kind}" x="{axis.at(band.p10):.1f}" y="{y - 7:.1f}" '
            f'width="{max(1.0, axis.at(band.p90) - axis.at(band.p10)):.1f}" height="14" rx="4"/>'
            f'<circle class="mark {kind}" cx="{axis.at(band.expected):.1f}" cy="{y:.1f}" r="6"/>'
        )
    return svg(parts, WIDE, high, text("report.simulation.arrangements"), "bars")


def stages(one: Outlook, planned: int) -> str:
    """From planned to completed: bars with their bands."""
    names = ("signed", "started", "funded", "completed")
    axis = Axis.over([0.0, float(planned)])
    rows = [("planned", Band(planned, planned, planned, planned))]
    rows += [(name, one.bands[name]) for name in names]
    high = LINE * len(rows) + 44
    parts = axis.grid(high - 30, whole=True)
    for i, (name, band) in enumerate(rows):
        y = 18 + i * LINE
        parts.append(
            words(text(f"report.simulation.{name}"), NAMES - 10, y + 5, anchor="end", kind="name")
        )
        parts.append(
            f'<rect class="bar own" x="{axis.at(0):.1f}" y="{y - 9:.1f}" '
            f'width="{axis.at(band.expected) - axis.at(0):.1f}" height="18" rx="3"/>'
        )
        if name != "planned":
            parts.append(_whisker(axis, band, y))
    return svg(parts, WIDE, high, text("report.simulation.stages"), "bars")


def by_region(found: Simulation) -> str:
    """What each receiving region is to expect, the largest first."""
    order = sorted(
        range(len(found.receiving)), key=lambda i: (-found.investment_by_region[i].expected, i)
    )
    bands = [found.investment_by_region[i] for i in order]
    axis = Axis.over([0.0, *(band.p90 for band in bands)])
    line = 22.0
    high = line * len(bands) + 40
    parts = axis.grid(high - 30)
    regions = found.ranking.market.regions
    for row, (i, band) in enumerate(zip(order, bands, strict=True)):
        y = 14 + row * line
        code = regions.codes[int(found.receiving[i])]
        said = {"zh": regions.name(code), "en": regions.name(code, lang="en")}
        short = _short(said, LONGEST_SMALL)
        parts.append(words(short, NAMES - 10, y + 4, anchor="end", kind="name small"))
        parts.append(
            f'<rect class="bar own" x="{axis.at(0):.1f}" y="{y - 6:.1f}" '
            f'width="{axis.at(band.expected) - axis.at(0):.1f}" height="12" rx="2"/>'
        )
        parts.append(_whisker(axis, band, y))
    return svg(parts, WIDE, high, text("report.simulation.by_region"), "bars")


def _whisker(axis: Axis, band: Band, y: float) -> str:
    low, top = axis.at(band.p10), axis.at(band.p90)
    return (
        f'<path class="whisker" d="M{low:.1f} {y:.1f}H{top:.1f}M{low:.1f} {y - 4:.1f}v8'
        f'M{top:.1f} {y - 4:.1f}v8"/>'
    )


def flow_map(found: Simulation, lines: Sequence[tuple[int, int, float, bool]]) -> str:
    """The pairing graph with what would flow along it.

    Parameters
    ----------
    lines : sequence of (home, region, expected investment in 万元, paired)
    """
    graph = found.ranking.market.graph
    sheet = GraphMap.of(graph)
    most = max((wan for *_, wan, _ in lines), default=1.0)
    parts = ['<g class="links">']
    for i, j in np.argwhere(sheet.lines).tolist():
        if i in sheet.shown and j in sheet.shown:
            parts.append(f'<path class="link" d="{_arc(sheet, i, j)}"/>')
    parts.append('</g><g class="flows">')
    for home, region, wan, paired in sorted(lines, key=lambda line: line[2]):
        if home < 0 or home not in sheet.shown or region not in sheet.shown:
            continue
        names = " → ".join(sheet.name(at) for at in (home, region))
        title = f"{names}: {money(wan, 'zh')} / {money(wan, 'en')}"
        parts.append(
            f'<path class="flow {"inside" if paired else "outside"}" '
            f'stroke-width="{1 + 9 * sqrt(wan / most):.1f}" d="{_arc(sheet, home, region)}">'
            f"<title>{escape(title)}</title></path>"
        )
    parts.append('</g><g class="places">')
    for at, (x, y) in sorted(sheet.labels().items()):
        code = graph.regions.codes[at]
        said = {"zh": sheet.name(at), "en": graph.regions.name(code, lang="en").rsplit(" ", 1)[0]}
        mark_x, mark_y = float(sheet.x[at]), float(sheet.y[at])
        if sheet.side(at) == "developed":
            parts.append(f'<circle class="from" cx="{mark_x:.1f}" cy="{mark_y:.1f}" r="5"/>')
        else:
            parts.append(
                f'<rect class="to" x="{mark_x - 4.6:.1f}" y="{mark_y - 4.6:.1f}" width="9.2" '
                'height="9.2"/>'
            )
        # Places were found for the Chinese names; a longer English one must not leave the sheet.
        left = {"zh": x, "en": min(x, WIDTH - 6.2 * len(said["en"]))}
        parts += [words(said, left[lang], y, size=11, only=lang) for lang in LANGUAGES]
    parts.append("</g>")
    return svg(parts, WIDTH, sheet.height, text("report.simulation.flows"), "map")


def _arc(sheet: GraphMap, i: int, j: int) -> str:
    x0, y0, x1, y1 = (float(v) for v in (sheet.x[i], sheet.y[i], sheet.x[j], sheet.y[j]))
    middle_x, middle_y = (x0 + x1) / 2 + (y1 - y0) * 0.16, (y0 + y1) / 2 - (x1 - x0) * 0.16
    return f"M{x0:.1f} {y0:.1f}Q{middle_x:.1f} {middle_y:.1f} {x1:.1f} {y1:.1f}"


def _short(name: Text, most: Mapping[str, int] = LONGEST) -> Text:
    """A name that fits beside a bar."""
    return {
        lang: said if len(said) <= most[lang] else said[: most[lang] - 1].rstrip() + "…"
        for lang, said in name.items()
    }


@dataclass(frozen=True)
class Axis:
    """A scale from 0 with round steps."""

    top: float
    step: float

    @classmethod
    def over(cls, values: Sequence[float]) -> Axis:
        """The scale that holds all values, with about five steps."""
        largest = max(values) or 1.0
        rough = largest / 5
        power = 10 ** floor(log10(rough))
        step = next(power * k for k in (1, 2, 2.5, 5, 10) if power * k >= rough)
        return cls(ceil(largest / step) * step, step)

    def at(self, value: float) -> float:
        """Position of a value."""
        return NAMES + (WIDE - NAMES - 30) * min(max(value, 0.0), self.top) / self.top

    def grid(self, bottom: float, *, whole: bool = False) -> list[str]:
        """Lines and figures below them: money, or whole numbers."""
        parts = []
        for k in range(round(self.top / self.step) + 1):
            value = k * self.step
            x = self.at(value)
            parts.append(f'<path class="grid" d="M{x:.1f} 2V{bottom:.1f}"/>')
            said: Text = {
                lang: f"{value:,.0f}" if whole or not k else money(value, lang)
                for lang in LANGUAGES
            }
            parts.append(words(said, x, bottom + 18, anchor="middle", kind="tick"))
        return parts
