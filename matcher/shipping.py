"""What tasks in other processes start from, sent once a worker rather than once a task.

On this machine it lies in a file of a private folder: arrays are mapped into memory, so that all
workers share them. A Dask scheduler hands it to each of its workers before the first task.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from features.profiles import Profiles
from features.tables import Table
from matcher.ranking import Ranking

#: Columns that are only shown.
_SHOWN = ("name", "description", "contact", "phone", "officer")


@dataclass(frozen=True)
class Filed:
    """Where a ranking lies on this machine.

    Attributes
    ----------
    path : str
    """

    path: str

    @property
    def ranking(self) -> Ranking:
        """The ranking; read once a process."""
        return _read(self.path)


@lru_cache(maxsize=1)
def _read(path: str) -> Ranking:
    import joblib

    found: Ranking = joblib.load(path, mmap_mode="r")
    return found


@contextmanager
def filed(ranking: Ranking) -> Iterator[Filed]:
    """A ranking's scoring part in a file that is gone afterwards."""
    import joblib

    # Only its owner can enter the folder: what lies there is unpickled.
    folder = Path(tempfile.mkdtemp(prefix="shanhai-"))
    try:
        path = folder / "ranking"
        joblib.dump(scoring_part(ranking), path)
        yield Filed(str(path))
    finally:
        # A worker that still maps the file holds on to it on some systems.
        shutil.rmtree(folder, ignore_errors=True)


def scoring_part(ranking: Ranking) -> Ranking:
    """A ranking without what is only shown, and without what workers make again themselves."""
    market = replace(
        ranking.market,
        enterprises=_needed(ranking.market.enterprises),
        resources=_needed(ranking.market.resources),
    )
    return replace(ranking, market=market, limits=replace(ranking.limits, market=market))


def _needed(side: Profiles) -> Profiles:
    columns = {name: cells for name, cells in side.table.columns.items() if name not in _SHOWN}
    fields = {name: values for name, values in side.fields.items() if values.dtype != object}
    return replace(side, table=Table(side.table.name, columns), fields=fields)
