"""One market under the models that are or may be in use, each made ready once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import Final

from api import settings
from api.usecases.ranking import with_model
from matcher.ranking import Ranking
from models import artefact, published
from models.published import Published

#: Models that are kept ready.
_MOST: Final = 3


class ModelsAtHand:
    """Rankings of one market.

    Attributes
    ----------
    base : Ranking
        By the rule.
    whole : bool
        Whether what rows of one side share is kept, so that a list's scores cost less; where
        the scores of all pairs are to be read, it would only fill memory.
    """

    def __init__(self, base: Ranking, *, whole: bool = True) -> None:
        self.base, self.whole = base, whole
        self._ready: OrderedDict[str, Ranking] = OrderedDict()
        self._applied: tuple[Ranking, dict[str, Ranking]] | None = None
        self._in_use: tuple[object, Published] | None = None
        self._tried: set[str] = set()
        self._lock = threading.RLock()

    def ranking(self, over: Ranking | None = None) -> Ranking:
        """The market under the model in use.

        Parameters
        ----------
        over : Ranking, optional
            The same market by the rule, of whose limits, interests and history this one is to be.
        """
        used = self._published()
        found = self._under(used)
        if over is None:
            return found
        with self._lock:
            if self._applied is None or self._applied[0] is not over:
                self._applied = over, {}
            key = str(used.about)
            if key not in self._applied[1]:
                self._applied[1][key] = replace(
                    found, limits=over.limits, interests=over.interests, known=over.known,
                    signed_there=over.signed_there, rows_name=over.rows_name,
                ).made_ready_as(found)  # fmt: skip
            return self._applied[1][key]

    def at_once(self) -> Ranking | None:
        """The market under the model in use, where nothing need be read or made for it."""
        held = self._in_use
        if held is None or held[0] != _mark():
            return None
        return self._ready.get(str(held[1].about))

    def ready(self) -> tuple[Ranking, ...]:
        """The rankings that are ready, that of the model in use first."""
        first = self.ranking()
        with self._lock:
            return first, *(one for one in self._ready.values() if one is not first)

    def prepare(self, model_id: str) -> None:
        """Make a stored model ready.

        Raises
        ------
        models.artefact.ArtefactError
        """
        self._under(published.read(settings.model_folder(), model_id))

    def prepare_stored(self) -> None:
        """Make the latest stored models ready, so that any of them can be put in use at once."""
        for model_id in artefact.stored(settings.model_folder())[-(_MOST - 1) :]:
            if model_id not in self._tried:
                self._tried.add(model_id)
                try:
                    self.prepare(model_id)
                except artefact.ArtefactError:
                    continue  # whoever puts it in use is told

    def _published(self) -> Published:
        """The model in use, read again when another one was put there."""
        mark = _mark()
        held = self._in_use
        if held is None or held[0] != mark:
            held = mark, published.load(settings.model_folder())
            self._in_use = held
        return held[1]

    def _under(self, used: Published) -> Ranking:
        key = str(used.about)
        found = self._ready.get(key)
        if found is None:
            with self._lock:
                found = self._ready.get(key)
                if found is None:
                    fitting = published.on(used, self.base.market)
                    found = with_model(self.base, fitting)
                    if self.whole:
                        found.scorer.keep_whole()
                    found.made_ready()
                    self._ready[key] = found
                    self._make_room(key)
        return found

    def _make_room(self, newest: str) -> None:
        """Let go of rankings until few enough are left, never of that of the model in use."""
        held = self._in_use
        stay = {newest, "" if held is None else str(held[1].about)}
        while len(self._ready) > _MOST:
            del self._ready[next(key for key in self._ready if key not in stay)]


def _mark() -> object:
    """What changes whenever another model is put in use, or a first one is stored."""
    root = settings.model_folder()
    try:
        pointer = (root / "active").lstat()
        return pointer.st_mtime_ns, pointer.st_ino, pointer.st_size
    except OSError:
        return artefact.stored(root)
