"""The usual list of every row of an index, written out beforehand and mapped by every worker.

A list that is written costs whoever asks for it little more than the asking. They are written by a
process of its own, once the rows have stood for as long as the writing takes, and hold for these
rows and this model only: until they are there, and as soon as a row has changed, lists are made as
ever, the same to the last byte.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Final

import numpy as np
from numpy.typing import NDArray

from api import settings
from api.index import folder, making, scored
from api.usecases.written_list import WrittenList
from features.market import Market
from matcher import lists
from matcher.ranking import Ranking
from models import artefact
from models.published import RULE_ID

#: Rows of both sides above which lists are not written (some 8 KB each).
MOST_ROWS: Final = 30_000
#: Seconds of processor that one list takes, as far as it matters here.
EACH_SECONDS: Final = 0.01

Places = NDArray[np.int64]


def name_of(index: str, model_id: str) -> str:
    """Name under which the lists of an index under a model are kept."""
    return f"{scored.name_of(index, model_id)}.lists"


def make(index: str, model_id: str) -> None:
    """Write the lists of an index under a stored model out, whose scores are there.

    Nothing is written once another index has taken its place, or another model.

    Raises
    ------
    models.artefact.ArtefactError
    api.index.folder.Unusable
    """
    ranking = scored.of_index(index, model_id)
    ranking.scorer.know(folder.read(scored.name_of(index, model_id))[0]["scores"])
    gc.freeze()  # what was read stays until the end, and need not be looked through again
    ends = [0]
    with TemporaryFile(dir=folder.root()) as file:  # they need not be in memory, beside the server
        for one in _packed(ranking):
            if not folder.there(index) or not _in_use(model_id):
                return
            file.write(one)
            ends.append(file.tell())
        file.flush()
        text = np.memmap(file, np.uint8, "r")
        arrays: folder.Arrays = {"text": text, "ends": np.array(ends, np.int64)}
        folder.write(name_of(index, model_id), arrays, {"program": _program()})


def _in_use(model_id: str) -> bool:
    """Whether lists are made by a model, as far as that can be told."""
    try:
        return (artefact.active(settings.model_folder()) or RULE_ID) == model_id
    except artefact.ArtefactError:
        return False


def _packed(ranking: Ranking) -> Iterator[bytes]:
    """The lists of all enterprises, then of all resources."""
    for one in ranking.market.enterprises.ids:
        yield WrittenList.of(lists.for_enterprise(ranking, one)).packed()
    for one in ranking.market.resources.ids:
        yield WrittenList.of(lists.for_resource(ranking, one)).packed()


def _program() -> str:
    return making.program("api/reports", "api/usecases", "api/store", "data/messages")


class WrittenLists:
    """The lists of a market's rows.

    Parameters
    ----------
    text : uint8 array
        One packed list after the other, it may be mapped from a file.
    ends : (e + r + 1,) array
        Where each ends and the next begins.
    read_at : str
        When the rows were read (UTC stamp).

    Raises
    ------
    ValueError
        If they are of another market.
    """

    def __init__(self, market: Market, text: NDArray[np.uint8], ends: Places, read_at: str) -> None:
        if len(ends) != len(market.enterprises) + len(market.resources) + 1:
            raise ValueError(len(ends))
        self._rows = {"enterprise": market.enterprises.index, "resource": market.resources.index}
        self._begins = {"enterprise": 0, "resource": len(market.enterprises)}
        self._text, self._ends, self._read_at = text.data, ends, read_at

    def of(self, side: str, one: str) -> WrittenList | None:
        """The list of a row; None: the market has no such row."""
        row = self._rows[side].get(one)
        if row is None:
            return None
        at = self._begins[side] + row
        packed = self._text[int(self._ends[at]) : int(self._ends[at + 1])]
        return WrittenList.unpacked(packed, self._read_at)


class Writing:
    """Gives the lists of an index under a model, written in the background.

    Parameters
    ----------
    least : int
        Pairs below which lists are not written.
    """

    def __init__(self, least: int = scored.LEAST_PAIRS) -> None:
        self.least = least
        self._maker = making.PartMaker("lists")
        self._failed: set[str] = set()

    def stop(self) -> None:
        """End the process that writes them."""
        self._maker.stop()

    def lists(
        self, index: str, ranking: Ranking, stood: float, stopping: threading.Event
    ) -> WrittenLists | None:
        """The lists of a ranking of an index; None: they are not there yet, or never will be.

        Parameters
        ----------
        stood : float
            Seconds for which the index has been in use.
        """
        market, about = ranking.market, ranking.model_about
        rows = len(market.enterprises) + len(market.resources)
        name = name_of(index, str(about["id"]))
        if about["degraded"] or name in self._failed or rows > MOST_ROWS:
            return None
        if not ranking.scorer.knows or not scored.wanted(market, self.least):
            return None
        if not folder.there(name):
            if stood < rows * EACH_SECONDS:
                return None
            made = self._maker.made(name, index, str(about["id"]), stopping)
            if made is False:
                self._failed.add(name)
            if not made or not folder.there(name):  # others are in use by now
                return None
        try:
            arrays, document = folder.read(name)
            if document["program"] == _program():
                return WrittenLists(market, arrays["text"], arrays["ends"], ranking.read_at)
        except (folder.Unusable, KeyError, ValueError):
            self._failed.add(name)
        folder.forget(name)
        return None
