"""A table found on a sheet → which column is which of ours, what is sure and what is not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from features.columns import Column
from features.grid import Raw
from features.heading_words import SURE, Meaning, meaning
from features.language import text
from features.map_cells import is_dash, is_ticked, word
from features.place_names import AmbiguousRegion, UnknownRegion
from features.propose_cells import Draft, Reading, fill
from features.schema import TABLES, TableSpec
from features.sheet_cells import letters
from features.sheet_layout import Block, group_label
from features.value_words import choice, choices_within, industry

__all__ = ["Context", "Proposal", "candidates", "propose"]

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
_ELSEWHERE = re.compile("意向|拟|目标|合作|结对|迁|投向|来源")
"""Headings of places that are not where the thing itself is."""

_TICK_SIGNS = frozenset("√✓✔☑■●Vv")
_MADE_OF = {
    "funds": ("project_id", "date", "amount_wan", "kind", "document"),
    "problems": ("project_id", "raised_on", "text"),
    "projects": ("name", "region", "enterprise_ids", "signed_on", "agreed_wan"),
    "events": ("name", "date_from", "place"),
    "resources": ("name", "region", "kind", "park", "description", "land_mu", "labour_supply",
                  "min_investment_wan", "contact"),
    "enterprises": ("name", "region", "industry", "description", "contact"),
}  # fmt: skip


@dataclass(frozen=True)
class Context:
    """What stands around a table: the names of file and sheet, the lines above it."""

    file: str
    sheet: str
    titles: Sequence[str]

    def texts(self) -> Iterator[tuple[str, str]]:
        """What may say something of all rows, nearest first: (which, text)."""
        if not re.fullmatch(r"(?i)sheet ?\d*|工作表\d*|表[一二三四五\d]*", self.sheet):
            yield "sheet", self.sheet
        yield from (("title", title) for title in self.titles)
        yield "file", self.file


@dataclass
class Proposal:
    """What is proposed for one table.

    Attributes
    ----------
    drafts : dict of str to Draft
        By column of ours.
    unmapped : dict of str to str
        Letters → heading of what is left out.
    left_out : list of (str, str)
        Of these, letters and heading of those that nobody could place.
    score : float
        How well it fits; the best table is taken.
    """

    spec: TableSpec
    block: Block
    drafts: dict[str, Draft] = field(default_factory=dict)
    unmapped: dict[str, str] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    group_column: str | None = None
    score: float = 0.0


def candidates(block: Block, context: Context) -> list[tuple[str, float]]:
    """The tables that a block may be, best first, with how well each fits."""
    found: list[tuple[str, float]] = []
    said = [*context.titles, context.sheet]
    for name, telling in _TELLING.items():
        means = [meaning(name, block.levels(p)) for p in _positions(block)]
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
    ticks = _ticks(proposal, reading)
    taken = _assign(proposal, ticks)
    for position, found in taken.items():
        _take(proposal, position, found, reading)
    _groups(proposal, reading)
    _by_values(proposal, ticks, context, reading)
    for column in proposal.spec.columns:
        if column.name not in proposal.drafts:
            _supply(proposal, column, context, reading)
    _identify(proposal, reading)
    used = {d.position for d in proposal.drafts.values() if d.position is not None}
    used |= {p for p, column in ticks.items() if column}
    for position in _positions(block):
        levels = block.levels(position)
        if position not in used and levels:
            proposal.unmapped[letters(position + 1)] = "/".join(levels)
            said = meaning(name, levels)
            given = any(c is not None for c in block.column(position))
            if given and (said is None or said.column not in ("serial", "unused")):
                proposal.left_out.append((letters(position + 1), "/".join(levels)))
    return proposal


def _positions(block: Block) -> list[int]:
    return [p for p in range(block.left, block.right + 1) if block.levels(p)]


def _assign(proposal: Proposal, ticks: dict[int, str]) -> dict[int, tuple[Meaning, bool]]:
    """Position → what it means, and whether another column means the same."""
    block = proposal.block
    best: dict[str, list[tuple[Meaning, int]]] = {}
    for position in _positions(block):
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
    serial = [str(i + 1) for i in range(len(said))]
    return plain and len(set(said)) == len(said) and said != serial


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


# -- ticks --------------------------------------------------------------------------------------


def _ticks(proposal: Proposal, reading: Reading) -> dict[int, str]:
    """Columns of ticks, gathered into lists; position → column of ours, or nothing."""
    block, spec = proposal.block, proposal.spec
    groups: dict[str, list[int]] = {}
    for position in _positions(block):
        cells = [c for c in block.column(position) if c is not None and not is_dash(c)]
        signs = [c for c in cells if isinstance(c, str) and c.strip() in _TICK_SIGNS]
        if signs and all(is_ticked(c) is not None for c in cells):
            levels = block.levels(position)
            groups.setdefault(levels[0] if len(levels) > 1 else "", []).append(position)
    found: dict[int, str] = dict.fromkeys((p for part in groups.values() for p in part), "")
    for head, positions in groups.items():
        for column, part in _tick_columns(spec, head, positions, block):
            entry: dict[str, object] = {"ticks": {}}
            draft = Draft(column.name, entry, 1.0, text("propose.by_ticks", heading=head or "√"))
            ticks: dict[str, str | None] = {}
            for position in part:
                said = block.levels(position)[-1]
                guess = choice(spec.name, column, said)
                ticks[letters(position + 1)] = guess.value or None
                if not guess.value:
                    draft.doubt("tick_unknown", heading=said)
                elif guess.certainty < SURE:
                    draft.doubt("word_likely", word=said, meant=guess.value)
            entry["ticks"] = ticks
            proposal.drafts[column.name] = draft
            found |= dict.fromkeys(part, column.name)
    return found


def _tick_columns(
    spec: TableSpec, head: str, positions: list[int], block: Block
) -> Iterator[tuple[Column, list[int]]]:
    """The columns of ours that a group of tick columns is, each with its part of them."""
    columns = [c for c in spec.columns if c.choices]
    said = meaning(spec.name, [head]) if head else None
    named = [c for c in columns if said is not None and c.name == said.column]
    if named:
        yield named[0], positions
        return
    left = list(positions)
    for column in sorted(columns, key=lambda c: c.kind != "choices"):
        part = [p for p in left if choice(spec.name, column, block.levels(p)[-1]).certainty >= 1]
        if part:
            yield column, part
            left = [p for p in left if p not in part]


def _by_values(
    proposal: Proposal, ticks: dict[int, str], context: Context, reading: Reading
) -> None:
    """A region or an industry that is needed, told by its cells where no heading is known."""
    block, spec = proposal.block, proposal.spec
    for name in ("region", "industry"):
        said = name == "region" and _region_said(context, reading)
        if name not in spec.names or name in proposal.drafts or said:
            continue
        taken = {d.position for d in proposal.drafts.values()}
        for position in _positions(block):
            heading = "".join(block.levels(position))
            if position in taken or position in ticks or _ELSEWHERE.search(heading):
                continue
            cells = [c for c in block.column(position) if c is not None and not is_dash(c)]
            if len(cells) < 2 or not all(isinstance(c, str) for c in cells):
                continue
            values = [_group_value(spec, spec.column(name), str(c), reading) for c in cells]
            if all(values):
                _take(proposal, position, (Meaning(name, 0.7), False), reading)
                break


# -- what has no column -------------------------------------------------------------------------


def _groups(proposal: Proposal, reading: Reading) -> None:
    """Rows that head others and say their region or kind."""
    block = proposal.block
    if not block.groups:
        return
    labels = [(row, group_label(label)) for row, label in block.groups]
    for name in ("region", "kind", "park"):
        if name not in proposal.spec.names or name in proposal.drafts:
            continue
        column = proposal.spec.column(name)
        values = [
            (row, _group_value(proposal.spec, column, label, reading)) for row, label in labels
        ]
        if name != "park" and all(value for _, value in values) and labels[0][0] < block.rows[0]:
            parts = []
            for i, (row, value) in enumerate(values):
                last = values[i + 1][0] - 1 if i + 1 < len(values) else block.rows[-1]
                parts.append({"from": row + 1, "to": last, "value": value})
            example = block.groups[0][1]
            proposal.drafts[name] = Draft(name, {"by_rows": parts}, SURE,
                                          text("propose.by_groups", example=example))  # fmt: skip
            proposal.group_column = name
            return


def _group_value(spec: TableSpec, column: Column, label: str, reading: Reading) -> str | None:
    if column.kind == "region":
        try:
            return reading.regions.name(reading.regions.resolve(label))
        except (UnknownRegion, AmbiguousRegion):
            return None
    if column.kind == "code":
        named = industry(reading.industries, label)
        return named.value if named.certainty >= SURE else None
    if column.choices:
        guess = choice(spec.name, column, label)
        return guess.value if guess.certainty >= 0.7 else None
    return None


def _supply(proposal: Proposal, column: Column, context: Context, reading: Reading) -> None:
    """A column that must be there and is not: said by title, sheet or file, or left open."""
    spec, name = proposal.spec, column.name
    needed = (column.required and name != "id") or (spec.name, name) in (
        ("enterprises", "region"), ("enterprises", "industry"), ("projects", "region"),
    )  # fmt: skip
    if not needed:
        return
    open_ = Draft(name, {"value": None}, 0, text("propose.no_column"))
    open_.doubt("value_missing", label=column.label, column=name)
    if column.kind == "region":
        found = _region_said(context, reading)
    elif column.kind == "choice":
        found = _choice_said(proposal, column, context)
    else:
        found = None
    placed = spec.name == "projects" and "resource_id" in proposal.drafts
    if found is None and name == "region" and placed:
        return
    proposal.drafts[name] = found or open_


def _region_said(context: Context, reading: Reading) -> Draft | None:
    for which, said in context.texts():
        try:
            codes = [reading.regions.resolve(said)]
        except UnknownRegion as problem:
            codes = [code for _, code in problem.suggestions]
            codes = [c for c in codes if any(n in said for n in reading.regions[c].names)]
        except AmbiguousRegion:
            codes = []
        counties = [c for c in dict.fromkeys(codes) if not reading.regions.is_prefecture(c)]
        found = counties or list(dict.fromkeys(codes))
        if len(found) == 1:
            evidence = text(f"propose.by_{which}", said=said)
            draft = Draft("region", {"value": reading.regions.name(found[0])}, SURE, evidence)
            if which == "file" or reading.regions.is_prefecture(found[0]):
                draft.certainty = 0.7
                draft.doubt("said_of_all", value=reading.regions.name(found[0]), said=said)
            return draft
    return None


def _choice_said(proposal: Proposal, column: Column, context: Context) -> Draft | None:
    name = proposal.drafts.get("name")
    heading = (
        [("heading", str(name.entry["heading"]))] if name and name.position is not None else []
    )
    for which, said in [*heading, *context.texts()]:
        found = choices_within(proposal.spec.name, column, said)
        if len(found) == 1:
            (value,) = found
            evidence = text(f"propose.by_{which}", said=said, heading=said)
            draft = Draft(column.name, {"value": value}, SURE, evidence)
            if which == "file":
                draft.certainty = 0.7
                draft.doubt("said_of_all", value=value, said=said)
            return draft
        if found:
            return None
    given = set(proposal.drafts)
    likely = {"labour_supply": "labour", "land_mu": "land"}
    kinds = [kind for name, kind in likely.items() if name in given]
    if proposal.spec.name == "resources" and len(kinds) == 1:
        draft = Draft(column.name, {"value": kinds[0]}, 0.5, text("propose.by_columns"))
        draft.doubt("said_of_all", value=kinds[0], said=text("propose.by_columns"))
        return draft
    return None


def _identify(proposal: Proposal, reading: Reading) -> None:
    """An id of the sheet's own, or one that is made of what tells the rows apart."""
    spec, block = proposal.spec, proposal.block
    if "id" not in spec.names or "id" in proposal.drafts:
        return
    usable = [n for n in _MADE_OF.get(spec.name, ("name", "region")) if n in proposal.drafts]
    least = 2 if len(usable) > 1 else 1
    made, rows = usable, _rows_of(proposal, usable)
    for count in range(least, len(usable)):
        fewer = _rows_of(proposal, usable[:count])
        if len(set(fewer)) == len(fewer):
            made, rows = usable[:count], fewer
            break
    draft = Draft("id", {"make": made}, SURE, text("propose.made_id"))
    often = Counter(rows)
    twice = [row for row, said in zip(block.rows, rows, strict=True) if often[said] > 1]
    if twice:
        draft.doubt("rows_alike", rows=", ".join(map(str, twice[:8])))
    proposal.drafts["id"] = draft


def _said_of(draft: Draft, row: int) -> str:
    """What a draft without a column says of a row."""
    parts = draft.entry.get("by_rows", ())
    by_row = [p["value"] for p in parts if p["from"] <= row <= p["to"]]
    return str(by_row[0] if by_row else draft.entry.get("value", ""))


def _rows_of(proposal: Proposal, names: Sequence[str]) -> list[tuple[str, ...]]:
    """What each row says in these columns."""
    count = len(proposal.block.rows)
    said: list[list[str]] = []
    for name in names:
        draft = proposal.drafts[name]
        if draft.cells:
            said.append([word(cell) for cell in draft.cells])
        else:
            said.append([_said_of(draft, row) for row in proposal.block.rows])
    return list(zip(*said, strict=True)) if said else [()] * count
