"""Scores of all pairs of an index under a model: worked out once, mapped by every worker.

The scores of a list are then read instead of worked out. They are those that would be worked out,
to the last bit; what bars a pair or prefers it is laid over them as over others. A process of its
own makes them; until they are there, lists work their scores out.
"""

from __future__ import annotations

import threading
from typing import Final

import numpy as np
from numpy.typing import NDArray

from api import settings
from api.index import folder, making
from api.usecases.ranking import with_model
from features.market import Market
from matcher.ranking import Ranking
from models import engine, published
from models.published import RULE_ID, Published

#: Pairs from which on reading scores is worth a file, and for which the file gets too large
#: (4 bytes a pair).
LEAST_PAIRS: Final = 1_000_000
MOST_PAIRS: Final = 100_000_000
#: Models of an index whose scores are kept on disk.
_MODELS: Final = 3
_AT_ONCE: Final = 256
_LOOKS_EVERY: Final = 0.5

Scores = NDArray[np.float32]


def wanted(market: Market, least: int = LEAST_PAIRS) -> bool:
    """Whether the scores of a market of this size are kept."""
    return least <= len(market.enterprises) * len(market.resources) <= MOST_PAIRS


def name_of(index: str, model_id: str) -> str:
    """Name under which the scores of an index under a model are kept."""
    return f"{index}.{model_id}"


def make(index: str, model_id: str) -> None:
    """Work the scores of an index under a stored model out and keep them.

    Raises
    ------
    models.artefact.ArtefactError
    api.index.folder.Unusable
        If the index is not there any more.
    """
    folder.write(name_of(index, model_id), {"scores": all_scores(of_index(index, model_id))}, {})
    models = dict.fromkeys(name.split(".")[1] for name in folder.parts_of(index))
    for old in list(models)[_MODELS:]:
        for name in folder.parts_of(index):
            if name.split(".")[1] == old:
                folder.forget(name)


def of_index(index: str, model_id: str) -> Ranking:
    """The ranking of an index under a stored model.

    Raises
    ------
    models.artefact.ArtefactError
    api.index.folder.Unusable
        If the index is not there any more, or the model does not fit it.
    """
    loaded = making.loaded(index)
    if loaded is None:
        raise folder.Unusable(index)
    base = loaded[1]
    used = Published()
    if model_id != RULE_ID:
        used = published.on(published.read(settings.model_folder(), model_id), base.market)
    if used.model_id != model_id:
        raise folder.Unusable(model_id)
    return with_model(base, used)


def all_scores(ranking: Ranking) -> Scores:
    """(r, e) scores of every pair, before declared interests; a resource's lie together."""
    e, r = (len(side) for side in (ranking.market.enterprises, ranking.market.resources))
    if e * r >= engine.WORTH_STARTING:
        engine.start()
    out = np.empty((r, e), np.float32)
    for start in range(0, e, _AT_ONCE):
        rows = np.arange(start, min(e, start + _AT_ONCE))
        out[:, start : start + _AT_ONCE] = ranking.scorer.scores(rows, np.arange(r)).T
    return out


class Scoring:
    """Gives rankings the scores of all their pairs, one after the other, in the background.

    Parameters
    ----------
    least : int
        Pairs below which lists go on working their scores out.
    """

    def __init__(self, least: int = LEAST_PAIRS) -> None:
        self.least = least
        self._maker = making.PartMaker("scores")
        self._failed: set[str] = set()

    def stop(self) -> None:
        """End the process that works scores out."""
        self._maker.stop()

    def give(self, index: str, ranking: Ranking, stopping: threading.Event) -> bool:
        """Let a ranking of an index read its scores; False: it has to be tried again later."""
        model_id = str(ranking.model_about["id"])
        name = name_of(index, model_id)
        if ranking.scorer.knows or name in self._failed or not wanted(ranking.market, self.least):
            return True
        if not folder.there(name):
            made = self._maker.made(name, index, model_id, stopping)
            if made is False:
                # An index that was replaced meanwhile has no need of them; others go on without.
                self._failed.add(name)
            if not made:
                return False
        try:
            ranking.scorer.know(folder.read(name)[0]["scores"])
        except (folder.Unusable, KeyError, ValueError):
            folder.forget(name)
            self._failed.add(name)
        return True
