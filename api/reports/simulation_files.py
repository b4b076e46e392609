"""A simulation as the folder of the outer contract: one summary, three tables, one page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from api.reports.match_csv import harmless
from api.reports.simulation_names import ALLOCATION, FLOWS, NAMES, PAGE, REGIONS, SUMMARY
from matcher.draws import OF_PAIRS
from matcher.outlook import rounded
from matcher.simulation import Simulation
from models.stages import STAGES

Cell = str | int | float | bool | None


def write(found: Simulation, folder: Path) -> tuple[str, ...]:
    """Write all files into a folder; returns their names."""
    from api.reports.simulation_page import page

    document = json.dumps(found.as_dict(), ensure_ascii=False, indent=2, allow_nan=False)
    (folder / SUMMARY).write_text(document + "\n", encoding="utf-8", newline="\n")
    for name, rows in (
        (ALLOCATION, allocation(found)),
        (REGIONS, regions(found)),
        (FLOWS, flows(found)),
    ):
        (folder / name).write_bytes(_csv(rows))
    (folder / PAGE).write_text(page(found), encoding="utf-8", newline="\n")
    return NAMES


def allocation(found: Simulation) -> Iterator[Sequence[Cell]]:
    """The scenario's pairs, best first by enterprise id; the header first."""
    yield (
        "enterprise_id", "resource_id", "paired", *(f"p_{stage}" for stage in STAGES),
        "expected_investment_wan",
    )  # fmt: skip
    pairs, market = found.pairs, found.ranking.market
    for p in found.outlooks[0].chosen.tolist():
        money = float(pairs.chance[0][p] * pairs.amount_wan[p])
        yield (
            market.enterprises.ids[int(pairs.enterprise[p])],
            market.resources.ids[int(pairs.resource[p])],
            bool(pairs.paired[p]),
            *(round(float(chance), 6) for chance in pairs.chance[:, p]),
            None if np.isnan(money) else round(money, 2),
        )


def regions(found: Simulation) -> Iterator[Sequence[Cell]]:
    """Receiving regions: what is planned for each and what is to be expected of it."""
    yield (
        "region", "region_name", "region_name_en", "resources", "planned", "share", "cross_pair",
        "signed_expected", "signed_p10", "signed_p50", "signed_p90",
        "investment_wan_expected", "investment_wan_p10", "investment_wan_p50",
        "investment_wan_p90", "jobs_expected", "land_mu", "labour", "energy_tce",
    )  # fmt: skip
    pairs, market = found.pairs, found.ranking.market
    chosen = found.outlooks[0].chosen
    places = market.resources.fields["region"][np.flatnonzero(pairs.offered)]
    for i, g in enumerate(found.receiving.tolist()):
        here = pairs.region[chosen] == g
        rows = chosen[here]
        signed, money = found.signed_by_region[i], found.investment_by_region[i]
        code = market.regions.codes[g]
        yield (
            code, market.regions.name(code), market.regions.name(code, lang="en"),
            int((places == g).sum()), len(rows), rounded(len(rows) / max(1, len(chosen))),
            int((~pairs.paired[rows]).sum()),
            *signed.as_dict().values(), *money.as_dict().values(),
            rounded(float(found.by_pair["jobs"][here].sum())),
            *(rounded(float(used)) for used in pairs.use[rows, :3].sum(axis=0)),
        )  # fmt: skip


def flows(found: Simulation) -> Iterator[Sequence[Cell]]:
    """What goes from each developed region to each underdeveloped one."""
    yield (
        "developed_region", "developed_name", "underdeveloped_region", "underdeveloped_name",
        "paired", "planned", "signed_expected", "investment_wan_expected", "jobs_expected",
    )  # fmt: skip
    pairs, market = found.pairs, found.ranking.market
    for home, region, here in by_line(found):
        rows = found.outlooks[0].chosen[here]
        names = [
            ("", "") if at < 0 else (market.regions.codes[at], market.regions.name(
                market.regions.codes[at])) for at in (home, region)
        ]  # fmt: skip
        yield (
            *names[0], *names[1], bool(pairs.paired[rows[0]]), len(rows),
            *(rounded(float(found.by_pair[what][here].sum())) for what in OF_PAIRS),
        )  # fmt: skip


def by_line(found: Simulation) -> Iterator[tuple[int, int, np.ndarray]]:
    """Home region (-1 = not known), receiving region, and which chosen pairs join the two."""
    pairs, chosen = found.pairs, found.outlooks[0].chosen
    lines = np.stack([pairs.home[chosen], pairs.region[chosen]], axis=1)
    for home, region in np.unique(lines, axis=0).tolist():
        yield home, region, (lines == (home, region)).all(axis=1)


def _csv(rows: Iterator[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, CRLF, no cell that a spreadsheet would run."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([_cell(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return harmless(value) if isinstance(value, str) else repr(value)
