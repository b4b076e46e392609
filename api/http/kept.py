"""What every list starts from, kept between requests while rows and model stay as they are."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from sqlalchemy import func, select

from api import settings
from api.store import Store
from api.usecases import dates, ranking

if TYPE_CHECKING:
    from matcher.ranking import Ranking

_MOST = 4
_SETTLED_SECONDS = 3
_building = threading.Lock()


def _state_of(store: Store) -> tuple[Any, ...] | None:
    """What changes whenever the rows or the model do; None: too fresh to be told from the next.

    Stamps count whole seconds, so two changes of one second look alike until it is over.
    """
    from api.store.layout import MERGES, PROPERTIES, ROWS

    with store.connection() as connection:
        found: list[Any] = []
        for name in (*ranking.READ, *ranking.OWN):
            held = ROWS[name]
            counted = select(func.count(), func.max(held.c.updated_at)).select_from(held)
            found.append(tuple(connection.execute(counted).one()))
        merges = select(func.count(), func.count(MERGES.c.undone_at)).select_from(MERGES)
        found.append(tuple(connection.execute(merges).one()))
        found += sorted(map(tuple, connection.execute(select(PROPERTIES)).all()))
    settled = datetime.fromtimestamp(time.time() - _SETTLED_SECONDS, UTC)
    edge = settled.strftime("%Y-%m-%dT%H:%M:%SZ")
    stamps = [part[1] for part in found[: len(ranking.READ) + len(ranking.OWN)]]
    if any(stamp is not None and str(stamp) > edge for stamp in stamps):
        return None
    folder = settings.model_folder()
    files = folder.iterdir() if folder.is_dir() else ()
    # A name with a dot is a pointer half-way: it is gone again as soon as another model is in use.
    kept = (file for file in files if not file.name.startswith("."))
    model = sorted((file.name, file.stat().st_mtime_ns) for file in kept)
    return (*found, *model)


def kept_ranking(app: FastAPI, store: Store, as_of: date | None, pairing: str | None) -> Ranking:
    """The ranking of a day and a pairing, as the store and the model are now.

    Raises
    ------
    features.pairing.UnknownPairing
    """
    kept: OrderedDict[Any, Ranking] = app.state.made.setdefault("rankings", OrderedDict())
    day = dates.as_of(store, as_of)
    # Where stamps stand still, they do not tell that a row has changed.
    state = None if os.environ.get("SOURCE_DATE_EPOCH") else _state_of(store)
    if state is None:
        return ranking.build(store, as_of=day, pairing=pairing)
    key = (day, pairing, state)
    found = kept.get(key)
    if found is not None:
        return found
    with _building:  # one builds, the others wait for it rather than build the same
        found = kept.get(key)
        if found is None:
            found = ranking.build(store, as_of=day, pairing=pairing)
            kept[key] = found
            while len(kept) > _MOST:
                kept.popitem(last=False)
    return found
