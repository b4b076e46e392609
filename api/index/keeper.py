"""The ranking that lists are made from, kept between requests and made anew when rows change.

A server's keeper works in the background: a process of its own reads the rows, makes the index and
leaves it on disk; every worker maps it. Until then lists come from the rows as they were, with what
binds at once laid over them (:mod:`api.index.live`). A row's own list waits for the rows as they
are. Without a background the keeper makes each ranking when it is asked for.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, TypeVar

from api.buckets import Buckets
from api.index import folder, making, scored, written
from api.index.live import RECORD, LaidOver, laid_over
from api.index.making import SIDES, State
from api.index.models_at_hand import ModelsAtHand
from api.index.once import WORKED_OUT, Once
from api.index.other_days import OTHER_DAYS, OtherDays
from api.store import Store
from api.usecases.written_list import WrittenList
from matcher.ranking import Ranking

_LOOKS_EVERY: Final = 0.5
_WAITS_AT_MOST: Final = 120.0
#: Lists that may wait for the next index at the same time.
_MOST_WAITING: Final = 8
_T = TypeVar("_T")


@dataclass(frozen=True)
class _Held:
    """An index in use: the state of the rows that it shows, its rankings by model, since when
    these rows have stood, and its written lists by what is said of the model."""

    state: State
    models: ModelsAtHand
    since: float
    written: dict[str, written.WrittenLists] = field(default_factory=dict)


class Keeper:
    """Keeps the rankings of a store.

    Parameters
    ----------
    background : bool
        Whether rankings are made anew by a process of their own.
    scores_from : int
        Pairs from which on their scores are kept beside the index (:mod:`api.index.scored`).
    """

    def __init__(
        self, store: Store, *, background: bool = False, scores_from: int = scored.LEAST_PAIRS
    ) -> None:
        self._store, self._background = store, background
        self._held: _Held | None = None
        self._over: tuple[Any, LaidOver] | None = None
        self._seen: State | None = None
        self._turn = threading.Condition()
        self._laying = threading.Lock()
        self._room = threading.BoundedSemaphore(_MOST_WAITING)
        self._days = Buckets(*OTHER_DAYS)
        self._others = OtherDays(store, self._days)
        self._once = Once(Buckets(*WORKED_OUT))
        self._asked, self._stopping = threading.Event(), threading.Event()
        self._maker, self._scoring = making.Maker(), scored.Scoring(scores_from)
        self._writing = written.Writing(scores_from)
        self._threads: list[threading.Thread] = []

    # -- for the server ---------------------------------------------------------------------------

    def start(self) -> None:
        """Load the index, or have it made, and keep it up to date."""
        if self._background and not self._threads:
            for name, work in (
                ("index", self._keep), ("scores", self._keep_scores), ("lists", self._keep_lists),
            ):  # fmt: skip
                self._threads.append(threading.Thread(target=work, name=name, daemon=True))
                self._threads[-1].start()

    def stop(self) -> None:
        """End what was started."""
        self._stopping.set()
        self._asked.set()
        self._maker.stop()
        self._scoring.stop()
        self._writing.stop()
        for thread in self._threads:
            thread.join(10)

    @property
    def ready(self) -> bool:
        """Whether a list can be answered without anything being made first."""
        return not self._background or self._held is not None

    def model(self) -> Mapping[str, object] | None:
        """What a list says of the model that answers; None: no index is there to say it.

        Whether a model goes with the rows is known only where the two have met.
        """
        held = self._held
        return None if held is None else held.models.ranking().model_about

    def prepare(self, model_id: str) -> None:
        """Make a stored model ready, so that putting it in use costs no list any time.

        Raises
        ------
        models.artefact.ArtefactError
        """
        if self._held is not None:
            self._held.models.prepare(model_id)

    # -- for a list -------------------------------------------------------------------------------

    def afford(self, name: str, as_of: date | None, pairing: str | None) -> None:
        """Count what an account asks for, where all of a market must be made for it.

        Raises
        ------
        TooManyMarkets
        """
        if as_of is None and pairing is None:
            return
        state = State.of(self._store)
        other = state if as_of is None else state.on(as_of)
        if pairing is not None or other != state:
            self._others.afford(name, other, pairing)

    def ranking(
        self,
        as_of: date | None = None,
        pairing: str | None = None,
        about: tuple[tuple[str, str], ...] = (),
    ) -> Ranking:
        """What a list of a day and a pairing is made from.

        Parameters
        ----------
        about : tuple of (side, id)
            Whose list it is: what is said of these rows is always as they are now.

        Raises
        ------
        features.pairing.UnknownPairing
        TooManyMarkets
            If too many wait for rankings of other days.
        """
        state = State.of(self._store)
        own = pairing is None and as_of in (None, state.day)
        if not own:
            return self._others.ranking(state if as_of is None else state.on(as_of), pairing)
        if not self._background:
            return self._others.made(state, pairing)
        found = self._at_hand(state, about)
        if found is not None:
            return found
        if not self._room.acquire(blocking=False):
            # After an import of everything all lists would wait, and nothing else were answered.
            found = self._at_hand(state, self._unheard_of(about))
            return found if found is not None else self._awaited(state, about)
        try:
            return self._awaited(state, about)
        finally:
            self._room.release()

    def once(self, name: str, key: Hashable, make: Callable[[], _T]) -> _T:
        """What is worked out of a whole market, counted for an account; see :class:`Once`.

        Raises
        ------
        TooManyMarkets
        """
        return self._once.made(name, key, make)

    def written(self, side: str, one: str) -> WrittenList | None:
        """The usual list of a row as it was written beforehand, of the rows as they are now.

        Nothing is made for it: whoever asks may be in a hurry.
        """
        held = self._held
        if held is None or not held.written or (ranking := held.models.at_once()) is None:
            return None
        found = held.written.get(str(ranking.model_about))
        if found is None or State.of(self._store) != held.state:
            return None
        return found.of(side, one)

    def _awaited(self, state: State, about: tuple[tuple[str, str], ...]) -> Ranking:
        """The ranking in which the rows are as they are now, once it is there."""
        until = time.monotonic() + _WAITS_AT_MOST
        while True:
            before = self._held
            found = self._at_hand(state, about)
            if found is not None:
                return found
            if not self._next(before, until):  # nothing comes: better late than never
                return self._others.made(state, None)
            state = State.of(self._store)

    def _unheard_of(self, about: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """Those rows that the index in use does not have."""
        held = self._held
        if held is None:
            return about
        market = held.models.base.market
        known = {"enterprise": market.enterprises.index, "resource": market.resources.index}
        return tuple((side, one) for side, one in about if one not in known[side])

    def _at_hand(self, state: State, about: tuple[tuple[str, str], ...]) -> Ranking | None:
        """The ranking of a state; None: one has to wait for the next index."""
        held = self._held
        if held is None:
            return None
        if held.state == state:
            return held.models.ranking()
        self._asked.set()
        changed = held.state.differs_in(state)
        if not changed <= {*RECORD, *SIDES}:
            return None
        key = held.state, state
        over = self._over
        if over is None or over[0] != key:
            with self._laying:  # not behind a ranking of another day, which takes far longer
                over = self._over
                if over is None or over[0] != key:
                    base = held.models.base
                    over = key, laid_over(
                        base, self._store, changed, held.state.read,
                        f"{held.state.name} {state.name}",
                    )  # fmt: skip
                    self._over = over
        if over[1].changed & frozenset(about):
            return None
        return held.models.ranking(over[1].ranking)

    def _next(self, before: _Held | None, until: float) -> bool:
        """Wait until another index than one before is in use; False: none came in time."""
        with self._turn:
            self._asked.set()
            return (
                self._turn.wait_for(
                    lambda: self._held is not before or self._stopping.is_set(),
                    max(0.0, until - time.monotonic()),
                )
                and not self._stopping.is_set()
            )

    # -- in the background ------------------------------------------------------------------------

    def _keep(self) -> None:
        asked = True
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self._look(asked=asked)
            except Exception:  # a database that is away comes back; lists say so meanwhile
                making.log.exception("index")
            if self._held is not None:
                self._held.models.prepare_stored()
            # At most half of the time goes into making indexes.
            self._stopping.wait(min(60.0, time.monotonic() - began))
            asked = self._asked.wait(_LOOKS_EVERY)
            self._asked.clear()

    def _look(self, *, asked: bool = True) -> None:
        """Bring the index up to date if it is not.

        While rows keep changing and nobody asks for a list, there is no need of one.
        """
        state = State.of(self._store)
        held, before, self._seen = self._held, self._seen, state
        if held is not None and (held.state == state or not (asked or state == before)):
            return
        if self._held is None and not folder.there(state.name):
            # What an earlier run left serves until the next is made.
            self._use(making.latest(state), earlier=True)
        self._use(self._maker.index_of(state, self._stopping))

    def _use(self, found: tuple[State, Ranking] | None, *, earlier: bool = False) -> None:
        """Let lists be made from an index; ``earlier``: until that of the rows as they are."""
        if found is None:
            return
        state, base = found
        named = replace(base, read_at=state.read.at, rows_name=state.name)
        models = ModelsAtHand(
            named, whole=not scored.wanted(named.market, self._scoring.least)
        )  # fmt: skip
        models.ranking().made_ready()
        with self._turn:
            # Rows that a server finds when it starts have probably stood for long.
            first = self._held is None or self._held.since == math.inf
            since = math.inf if earlier else -math.inf if first else time.monotonic()
            self._held = _Held(state, models, since)
            self._over = None
            self._turn.notify_all()

    def _keep_scores(self) -> None:
        """Have the scores of the models at hand worked out, and let lists read them."""
        while not self._stopping.wait(_LOOKS_EVERY):
            held, began = self._held, time.monotonic()
            if held is None:
                continue
            try:
                for ranking in held.models.ready():
                    if not self._scoring.give(held.state.name, ranking, self._stopping):
                        break
            except Exception:  # lists go on working them out
                making.log.exception("scores")
                self._stopping.wait(60)
            # As with indexes: at most half of the time.
            self._stopping.wait(min(60.0, time.monotonic() - began))

    def _keep_lists(self) -> None:
        """Have the lists of the model in use written out."""
        while not self._stopping.wait(_LOOKS_EVERY):
            held = self._held
            if held is None:
                continue
            try:
                ranking = held.models.ranking()
                if (about := str(ranking.model_about)) in held.written:
                    continue
                stood = time.monotonic() - held.since
                found = self._writing.lists(held.state.name, ranking, stood, self._stopping)
                if found is not None:
                    held.written[about] = found
            except Exception:  # lists go on being made
                making.log.exception("lists")
                self._stopping.wait(60)
