"""A table found on a sheet → which column is which of ours, what is sure and what is not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from features.grid import Raw
from features.heading_words import SURE, Meaning, meaning
from features.language import text
from features.map_cells import is_dash, word
from features.proposal import Context, Proposal
from features.propose_cells import Draft, Reading, fill
from features.propose_supply import group_value, groups, identify, region_said, supply
from features.propose_ticks import ticks as tick_columns
from features.schema import TABLES
from features.sheet_cells import letters
from features.sheet_layout import Block

__all__ = ["candidates", "propose"]

_HINTS = {
    "enterprises": r"企业|客商|浙商|公司|商会|厂家|用工单位|enterprise|compan",
    "resources": r"资源|招商|项目库|推介|地块|土地|厂房|劳动力|劳务|基地|载体|帮扶项目|resource",
    "projects": r"签约|履约|登记|合作项目|在建|实施项目|项目进展|协作项目|project",
    "outcomes": r"对接|洽谈|联系记录|跟踪|outcome|contact",
    "funds": r"资金到位|到位资金|到资|拨付|资金台账|fund",
    "problems": r"问题|困难|problem",
    "parks": r"园区|协作园|产业园|park",
    "visits": r"互访|来访|visit",
    "events": r"对接会|洽谈会|活动安排|活动计划|event",
    "pairings": r"结对|pairing",
}
_TELLING = {
    "outcomes": ("enterprise_id", "resource_id", "stage"), "projects": ("name", "enterprise_ids"),
    "funds": ("project_id", "amount_wan", "date"), "problems": ("project_id", "text"),
    "enterprises": ("name",), "resources": ("name",), "parks": ("name",),
    "visits": ("date", "developed_region", "underdeveloped_region"),
    "events": ("name", "date_from"),
    "pairings": ("developed_region", "underdeveloped_region"),
}  # fmt: skip
"""Columns without which a table is not proposed, whatever else it has."""

_TELLS = 0.55
"""How certain such a column must be."""

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_ELSEWHERE = re.compile("意向|拟|目标|合作|结对|迁|投向|来源|籍贯|祖籍|原籍")
"""Headings of places that are not where the thing itself is."""


def candidates(block: Block, context: Context) -> list[tuple[str, float]]:
    """The tables that a block may be, best first, with how well each fits."""
    found: list[tuple[str, float]] = []
    said = [*context.titles, context.sheet]
    for name, telling in _TELLING.items():
        means = [meaning(name, block.levels(p)) for p in block.positions()]
        best: dict[str, float] = {}
        for each in means:
            if each is not None and each.column not in ("serial", "unused"):
                best[each.column] = max(best.get(each.column, 0), each.certainty)
        if not all(best.get(column, 0) >= _TELLS for column in telling):
            continue
        score = sum(best.values()) - 0.4 * sum(m is None for m in means)
        score += 1.2 * sum(best[column] for column in telling) / len(telling)
        hits = [bool(re.search(_HINTS[name], t, re.IGNORECASE)) for t in said]
        score += 1.0 * any(hits[:-1] or [False]) + 0.8 * hits[-1]
        score += 0.3 * bool(re.search(_HINTS[name], context.file, re.IGNORECASE))
        found.append((name, score))
    return sorted(found, key=lambda f: (-f[1], f[0]))


def propose(name: str, block: Block, context: Context, reading: Reading) -> Proposal:
    """The proposal for a block as one table of ours."""
    proposal = Proposal(TABLES[name], block)
    ticks = tick_columns(proposal)
    taken = _assign(proposal, ticks)
    for position, found in taken.items():
        _take(proposal, position, found, reading)
    groups(proposal, reading)
    _by_values(proposal, ticks, context, reading)
    for column in proposal.spec.columns:
        if column.name not in proposal.drafts:
            supply(proposal, column, context, reading)
    identify(proposal)
    used = {d.position for d in proposal.drafts.values() if d.position is not None}
    used |= {p for p, column in ticks.items() if column}
    for position in block.positions():
        levels = block.levels(position)
        if position not in used and levels:
            proposal.unmapped[letters(position + 1)] = "/".join(levels)
            said = meaning(name, levels)
            given = any(c is not None for c in block.column(position))
            if given and (said is None or said.column not in ("serial", "unused")):
                proposal.left_out.append((letters(position + 1), "/".join(levels)))
    return proposal


def _assign(proposal: Proposal, ticks: dict[int, str]) -> dict[int, tuple[Meaning, bool]]:
    """Position → what it means, and whether another column means the same."""
    block = proposal.block
    best: dict[str, list[tuple[Meaning, int]]] = {}
    for position in block.positions():
        found = meaning(proposal.spec.name, block.levels(position))
        if position in ticks or found is None or found.column in ("serial", "unused"):
            continue
        best.setdefault(found.column, []).append((found, position))
    taken: dict[int, tuple[Meaning, bool]] = {}
    for rivals in best.values():
        # Of several years the last one counts; that there are several is said.
        rivals.sort(key=lambda r: (-r[0].certainty, -_year(block.levels(r[1])), r[1]))
        (said, position), *others = rivals
        taken[position] = said, any(r[0].certainty >= said.certainty for r in others)
    return taken


def _year(levels: Sequence[str]) -> int:
    return max((int(y) for level in levels for y in _YEAR.findall(level)), default=0)


def _take(proposal: Proposal, position: int, found: tuple[Meaning, bool], reading: Reading) -> None:
    block, (said, contested) = proposal.block, found
    levels = block.levels(position)
    heading = block.grid.heading(block.header_rows, position)
    entry: dict[str, object] = {"column": letters(position + 1), "heading": heading}
    draft = Draft(said.column, entry, said.certainty, text("propose.by_heading", heading=heading),
                  position)  # fmt: skip
    draft.cells = cells = _filled(proposal, draft, position)
    if not fill(draft, levels, cells, reading):
        return
    if contested:
        draft.doubt("contested", heading=heading)
    if draft.certainty < SURE:
        column = proposal.spec.column(said.column)
        draft.doubt("heading_likely", heading=heading, column=column.name, label=column.label)
    if said.column == "id" and not _are_ids(cells):
        return
    proposal.drafts[said.column] = draft


def _are_ids(cells: Sequence[Raw]) -> bool:
    said = [word(cell) for cell in cells]
    plain = all(re.fullmatch(r"[a-z0-9._-]{1,64}", s) for s in said)
    # Another file has the same: 1, 2, 3 or 1-1, 1-2, 2-1.
    serial = all(re.fullmatch(r"[0-9]{1,5}|[0-9]{1,3}(?:[.-][0-9]{1,3})+", s) for s in said)
    return plain and len(set(said)) == len(said) and not serial


def _filled(proposal: Proposal, draft: Draft, position: int) -> list[Raw]:
    """The cells of a column, merged areas and blanks filled in as the draft then says."""
    block = proposal.block
    column = proposal.spec.column(draft.name)
    cells = dict(zip(block.rows, block.column(position), strict=True))
    alike = column.kind in ("region", "choice", "code", "choices", "codes")
    alike = alike or column.references is not None or column.name in ("park", "officer", "name")
    whole = dict(cells)
    for top, left, bottom, right in block.grid.merged:
        inside = [r for r in block.rows if top <= r <= bottom]
        if not (left - 1 <= position < right) or top < block.rows[0] or not inside:
            continue
        value = block.grid.cell(top, left - 1)
        if value is None or (len(inside) < 2 and left - 1 == position):
            continue
        if alike and left - 1 == position:
            draft.entry["fill_down"] = "merged"
            whole.update(dict.fromkeys(inside, value))
        elif "fill_down" not in draft.entry:
            draft.entry["fill_down"] = "first"
            draft.doubt("merged_first", value=str(value))
    blank = [r for r, c in whole.items() if c is None or (isinstance(c, str) and not c.strip())]
    needed = column.required or column.name in ("region", "industry")
    first = whole[block.rows[0]]
    if blank and needed and alike and column.name != "name" and first is not None:
        draft.entry["fill_down"] = "blank"
        draft.doubt("blank_filled", rows=", ".join(map(str, blank[:6])))
        above: Raw = None
        for row in block.rows:
            above = above if row in blank else whole[row]
            whole[row] = above
    return list(whole.values())


def _by_values(
    proposal: Proposal, ticks: dict[int, str], context: Context, reading: Reading
) -> None:
    """A region or an industry that is needed, told by its cells where no heading is known."""
    block, spec = proposal.block, proposal.spec
    for name in ("region", "industry"):
        said = name == "region" and region_said(context, reading)
        if name not in spec.names or name in proposal.drafts or said:
            continue
        taken = {d.position for d in proposal.drafts.values()}
        for position in block.positions():
            heading = "".join(block.levels(position))
            if position in taken or position in ticks or _ELSEWHERE.search(heading):
                continue
            cells = [c for c in block.column(position) if c is not None and not is_dash(c)]
            if len(cells) < 2 or not all(isinstance(c, str) for c in cells):
                continue
            values = [group_value(spec, spec.column(name), str(c), reading) for c in cells]
            if all(values):
                _take(proposal, position, (Meaning(name, 0.7), False), reading)
                break
