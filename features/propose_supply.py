"""Columns that a sheet does not have: said by titles, by rows that head others, or made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from features.columns import Column
from features.heading_words import SURE
from features.language import text
from features.map_cells import word
from features.place_names import AmbiguousRegion, UnknownRegion
from features.proposal import Context, Proposal
from features.propose_cells import Draft, Reading
from features.schema import TableSpec, choice_label
from features.sheet_layout import Block, group_label
from features.value_words import choice, choices_within, industry

__all__ = ["group_value", "groups", "identify", "region_said", "supply"]

_MADE_OF = {
    "funds": ("project_id", "date", "amount_wan", "kind", "document"),
    "problems": ("project_id", "raised_on", "text"),
    "projects": ("name", "region", "enterprise_ids", "signed_on", "agreed_wan"),
    "events": ("name", "date_from", "place"),
    "resources": ("name", "region", "kind", "park", "description", "land_mu", "labour_supply",
                  "min_investment_wan", "contact"),
    "enterprises": ("name", "region", "industry", "description", "contact"),
}  # fmt: skip


def groups(proposal: Proposal, reading: Reading) -> None:
    """Rows that head others and say their region or kind."""
    block = proposal.block
    if not block.groups:
        return
    labels = [(row, group_label(label)) for row, label in block.groups]
    for name in ("region", "kind"):
        if name not in proposal.spec.names or name in proposal.drafts:
            continue
        column = proposal.spec.column(name)
        values = [
            (row, group_value(proposal.spec, column, label, reading)) for row, label in labels
        ]
        if all(value for _, value in values) and labels[0][0] < block.rows[0]:
            example = text("propose.by_groups", example=block.groups[0][1])
            draft = Draft(name, {"by_rows": _parts(block, values)}, SURE, example)
            for (_, label), (_, value) in zip(labels, values, strict=True):
                if column.choices and choice(proposal.spec.name, column, label).certainty < SURE:
                    meant = choice_label(proposal.spec.name, name, str(value))
                    draft.doubt("word_likely", word=label, meant=meant)
            proposal.drafts[name] = draft
            proposal.group_column = name
            return


def _parts(block: Block, values: Sequence[tuple[int, str | None]]) -> list[dict[str, object]]:
    """The rows below each group's heading, with what it says; groups without rows left out."""
    parts: list[dict[str, object]] = []
    for i, (row, value) in enumerate(values):
        last = values[i + 1][0] - 1 if i + 1 < len(values) else block.rows[-1]
        if last > row:
            parts.append({"from": row + 1, "to": last, "value": value})
    return parts


def group_value(spec: TableSpec, column: Column, label: str, reading: Reading) -> str | None:
    """What a label says of the rows below it; None where it says nothing of the column."""
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


def supply(proposal: Proposal, column: Column, context: Context, reading: Reading) -> None:
    """A column that must be there and is not: said by title, sheet or file, or left open."""
    spec, name = proposal.spec, column.name
    needed = (column.required and name != "id") or (spec.name, name) in (
        ("enterprises", "region"), ("enterprises", "industry"), ("projects", "region"),
    )  # fmt: skip
    if (spec.name, name) == ("enterprises", "kind"):
        found = _choice_said(proposal, column, context, by_heading=False)
        if found is not None and found.entry["value"] == "merchant":  # company is assumed
            proposal.drafts[name] = found
        return
    if not needed or _not_of_kind(proposal, name):
        return
    open_ = Draft(name, {"value": None}, 0, text("propose.no_column"))
    open_.doubt("value_missing", label=column.label, column=name)
    if column.kind == "region":
        found = region_said(context, reading)
    elif column.kind == "choice":
        found = _choice_said(proposal, column, context)
    else:
        found = None
    placed = spec.name == "projects" and "resource_id" in proposal.drafts
    if found is None and name == "region" and placed:
        return
    proposal.drafts[name] = found or open_


def _not_of_kind(proposal: Proposal, name: str) -> bool:
    """Whether the kind that all rows have goes without the column, as merchants do."""
    kind = proposal.drafts.get("kind")
    merchants = kind is not None and kind.entry.get("value") == "merchant"
    return merchants and name in ("region", "industry")


def region_said(context: Context, reading: Reading) -> Draft | None:
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
            if which in ("file", "sheet_title") or reading.regions.is_prefecture(found[0]):
                draft.certainty = 0.7
                draft.doubt("said_of_all", value=reading.regions.name(found[0]), said=said)
            return draft
    return None


def _choice_said(
    proposal: Proposal, column: Column, context: Context, *, by_heading: bool = True
) -> Draft | None:
    name = proposal.drafts.get("name") if by_heading else None
    heading = (
        [("heading", str(name.entry["heading"]))] if name and name.position is not None else []
    )
    for which, said in [*heading, *context.texts()]:
        found = choices_within(proposal.spec.name, column, said)
        if len(found) == 1:
            (value,) = found
            evidence = text(f"propose.by_{which}", said=said, heading=said)
            draft = Draft(column.name, {"value": value}, SURE, evidence)
            if which in ("file", "sheet_title"):
                draft.certainty = 0.7
                draft.doubt("said_of_all", value=value, said=said)
            return draft
        if found:
            return None
    return None


def identify(proposal: Proposal) -> None:
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
