"""Columns of ticks on somebody else's sheet → lists of choices."""

from __future__ import annotations

from collections.abc import Iterator

from features.columns import Column
from features.heading_words import SURE, meaning
from features.language import text
from features.map_cells import is_dash, is_ticked
from features.proposal import Proposal
from features.propose_cells import Draft
from features.schema import TableSpec, choice_label
from features.sheet_cells import letters
from features.sheet_layout import Block
from features.value_words import choice

__all__ = ["ticks"]

_TICK_SIGNS = frozenset("√✓✔☑■●Vv")


def ticks(proposal: Proposal) -> dict[int, str]:
    """Columns of ticks, gathered into lists; position → column of ours, or nothing."""
    block, spec = proposal.block, proposal.spec
    groups: dict[str, list[int]] = {}
    for position in block.positions():
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
                    draft.doubt(
                        "word_likely",
                        word=said,
                        meant=choice_label(spec.name, column.name, guess.value),
                    )
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
