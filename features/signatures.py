"""What outcomes of an import say of signatures that are on record nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from features.references import Known
from features.remarks import Remarks
from features.row_reader import Part
from features.schema import STAGES
from features.tables import Table

__all__ = ["signed_of", "unsigned_endings"]

_SIGNED = frozenset(STAGES[1:])


def signed_of(outcomes: Table | None, projects: Table | None) -> Iterator[tuple[str, str]]:
    """The pairs (enterprise, resource) that rows say were signed."""
    if outcomes is not None:
        sides = zip(outcomes["enterprise_id"], outcomes["resource_id"], strict=True)
        for (e, r), stage in zip(sides, outcomes["stage"], strict=True):
            if stage in _SIGNED:
                yield str(e), str(r)
    if projects is not None and {"enterprise_ids", "resource_id"} <= projects.columns.keys():
        for named, r in zip(projects["enterprise_ids"], projects["resource_id"], strict=True):
            for key in named if isinstance(named, tuple) and r is not None else ():
                yield str(key), str(r)


def unsigned_endings(
    parts: Sequence[Part], projects: Table | None, known: Known, remarks: Remarks
) -> None:
    """Remark on what ended after a signature (``failed``) that is on record nowhere.

    It counts as signed, and so would whatever came to nothing before, were it written so.
    """
    rows = [
        (part, i, (str(part.columns["enterprise_id"][i]), str(part.columns["resource_id"][i])))
        for part in parts
        if part.columns.keys() >= {"enterprise_id", "resource_id", "stage"}
        for i in range(len(part.rows))
    ]
    ended = [row for row in rows if row[0].columns["stage"][row[1]] == "failed"]
    if not ended:
        return
    signed = {pair for part, i, pair in rows if part.columns["stage"][i] in _SIGNED}
    signed |= set(signed_of(None, projects))
    doubtful = [row for row in ended if row[2] not in signed]
    stored = known.signed() if doubtful else frozenset()
    for part, i, pair in doubtful:
        if pair not in stored:
            position = next((p for p, n in part.header.names.items() if n == "stage"), 0)
            remarks.add(part.place, "ended_unsigned", row=part.rows[i], column="stage",
                        value="failed", position=position, level="warning")  # fmt: skip
