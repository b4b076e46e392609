"""The equilibrium of a store's market: worked out once, kept for the lists that follow.

It lies in the home folder under a name that is the hash of all it was made from: tables, model,
date, pairing and filters. Whatever changes, another name is looked for.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np

from api import settings
from features.tables import Table
from matcher.balanced import Balance, balance
from matcher.crowding import Crowding
from matcher.ranking import Filters, Ranking, Side

#: Raised whenever the same market would come to something else.
_METHOD: Final = "1"
#: Results kept at most; the oldest go.
_KEPT: Final = 24


def balanced(
    ranking: Ranking,
    tables: Mapping[str, Table] | None,
    candidates: Side,
    *,
    top: int,
    filters: Filters,
    progress: Callable[[int, float], None] | None = None,
) -> Balance:
    """See :func:`matcher.balanced.balance`.

    Parameters
    ----------
    tables : mapping of name to Table, or None
        What the ranking was made from; None: its ``rows_name`` says it.
    """
    file = folder() / f"{_name(ranking, tables, candidates, top, filters)}.npz"
    found = _read(file)
    if found is None:
        found = balance(ranking, candidates, top=top, filters=filters, progress=progress)
        # Where nothing can be kept, the next list works it out again.
        with suppress(OSError):
            _write(file, found)
    return found


def is_kept(ranking: Ranking, candidates: Side, *, top: int, filters: Filters) -> bool:
    """Whether :func:`balanced` of a ranking that says its ``rows_name`` has only to be read."""
    return (folder() / f"{_name(ranking, None, candidates, top, filters)}.npz").exists()


def folder() -> Path:
    """Where results are kept."""
    return settings.home() / "cache" / "congestion"


def _name(
    ranking: Ranking,
    tables: Mapping[str, Table] | None,
    candidates: Side,
    top: int,
    filters: Filters,
) -> str:
    made = hashlib.sha256()
    market = ranking.market
    head = (
        _METHOD, candidates, top, sorted(filters.__dict__.items()), market.as_of, market.pairing,
        sorted((name, str(value)) for name, value in ranking.model_about.items()),
    )  # fmt: skip
    made.update(repr(head).encode())
    if tables is None:
        made.update(ranking.rows_name.encode())
    for name, table in sorted((tables or {}).items()):
        for column, cells in sorted(table.columns.items()):
            made.update(repr((name, column, cells)).encode())
    return made.hexdigest()[:32]


def _read(file: Path) -> Balance | None:
    """What is kept; None where there is nothing, or nothing that can be read."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            said = json.loads(str(kept["about"]))
            found = {kind: Crowding(*figures) for kind, figures in said["found"].items()}
            return Balance(said["kind"], found, said["scale"], kept["log_u"], kept["log_v"])
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None


def _write(file: Path, found: Balance) -> None:
    for part in (file.parent.parent, file.parent):
        settings.private_folder(part)
    said = {
        "kind": found.kind, "scale": found.scale,
        "found": {kind: [came.matches, came.top_share] for kind, came in found.found.items()},
    }  # fmt: skip
    draft = file.with_name(f".{file.stem}.{os.getpid()}.part")
    try:
        with draft.open("wb") as out:
            np.savez(out, about=json.dumps(said), log_u=found.log_u, log_v=found.log_v)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    kept = sorted(file.parent.glob("*.npz"), key=lambda one: (one.stat().st_mtime, one.name))
    for old in kept[:-_KEPT]:
        old.unlink(missing_ok=True)
