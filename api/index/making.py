"""How an index comes about: named by the rows it shows, made by a process of its own."""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from api import settings
from api.index import contents, folder
from api.store import Store, generations
from api.store.changes import Read
from api.usecases import dates
from api.usecases import ranking as rankings
from features.tables import Table
from matcher.ranking import Ranking

log = logging.getLogger("shanhai.http")

TABLES: Final = (*rankings.READ, *rankings.OWN)
SIDES: Final = ("enterprises", "resources")
_LOOKS_EVERY: Final = 0.1


@dataclass(frozen=True)
class State:
    """The rows that an index is made from, as they were at one moment.

    Attributes
    ----------
    words : tuple of (table, word)
        And that of the store; see :mod:`api.store.generations`.
    day : date
    made_up : bool
    read : api.store.changes.Read
        Which rows of either side were read, and when; states are compared without it.
    """

    words: tuple[tuple[str, str], ...]
    day: date
    made_up: bool
    read: Read = field(default_factory=Read, compare=False, repr=False)

    @classmethod
    def of(cls, store: Store) -> State:
        """The state of a store's rows now."""
        return cls.told(*store.generations(TABLES))

    @classmethod
    def told(cls, words: dict[str, str], properties: dict[str, str]) -> State:
        """The state of which a store says these words and properties."""
        return cls(
            tuple(sorted(words.items())), dates.of_properties(properties),
            properties.get("made_up") == "true",
        )  # fmt: skip

    def on(self, day: date) -> State:
        """The same rows on another day."""
        return replace(self, day=day)

    def differs_in(self, other: State) -> set[str]:
        """Tables in which another state's rows are others; more than tables, where it is not
        of the same day and store."""
        mine, theirs = dict(self.words), dict(other.words)
        found = {name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)}
        if (self.day, self.made_up) != (other.day, other.made_up):
            found.add("properties")
        return found

    def resembles(self, other: State) -> bool:
        """Whether another state is of the same store and day, whatever its rows."""
        mine, theirs = dict(self.words), dict(other.words)
        same = mine.get(generations.STORE) == theirs.get(generations.STORE)
        return same and (self.day, self.made_up) == (other.day, other.made_up)

    @property
    def name(self) -> str:
        """Name of its index; another program makes another one."""
        told = repr((program(), self.words, self.day, self.made_up))
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def by_the_rule(store: Store, state: State, pairing: str | None) -> Ranking:
    """The ranking of the rows as they are, on the day of a state."""
    tables = rankings.read_tables(store)
    found = rankings.by_the_rule(tables, state.day, pairing=pairing, made_up=state.made_up)
    return replace(found, read_at=settings.stamp(), rows_name=f"{state.name} {pairing}")


def make(store: Store) -> str:
    """Make the index of the rows as they are; returns its name."""
    words, properties, tables, read = store.snapshot(rankings.READ, own=rankings.OWN, stamped=SIDES)
    state = State.told(words, properties)
    arrays, document = _packed(tables, state)
    told = {
        "words": words, "made_up": state.made_up, "read_at": read.at, "stamps": read.stamps,
        "program": program(),
    }  # fmt: skip
    folder.write(state.name, arrays, {**document, "state": told})
    return state.name


def latest(state: State) -> tuple[State, Ranking] | None:
    """The index made last that differs from a state in rows alone, and what it says.

    With what binds laid over it, it serves until the next is made.
    """
    for name in folder.latest():
        found = loaded(name)
        if found is not None and found[0].resembles(state):
            return found
    return None


def _packed(tables: dict[str, Table], state: State) -> tuple[contents.Arrays, dict[str, object]]:
    found = rankings.by_the_rule(tables, state.day, made_up=state.made_up)
    return contents.packed(found, tables)


class _Making:
    """Has a process of its own make something, and ends it when all is to end."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """End the process that makes one."""
        if self._child is not None:
            with suppress(OSError):
                self._child.terminate()

    def _status(self, stopping: threading.Event, *what: str) -> int:
        """How :mod:`api.index.child` ended that was told what to make."""
        self._child = subprocess.Popen(
            [sys.executable, "-m", "api.index.child", *what], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": path()},
        )  # fmt: skip
        if stopping.is_set():  # whoever said so may have found no process to end yet
            self.stop()
        with self._child as child:  # it ends when the pipe closes, as it does if this one is killed
            return child.wait()


class Maker(_Making):
    """Has indexes made, one at a time on this machine."""

    def index_of(self, state: State, stopping: threading.Event) -> tuple[State, Ranking] | None:
        """The index of a state, made where it is not there yet; see :func:`latest`.

        None: the rows have changed meanwhile, or it could not be made.
        """
        if (found := loaded(state.name)) is not None:
            return found
        with alone() as mine:
            if not mine:  # another worker has it made
                stopping.wait(_LOOKS_EVERY)
                return None
            if (found := loaded(state.name)) is not None:
                return found
            status = self._status(stopping)
            if status and not stopping.is_set():
                log.error("index", extra={"detail": f"status {status}"})
        return loaded(state.name)


class PartMaker(_Making):
    """Has parts of indexes made (scores, lists), one of a kind at a time on this machine.

    Parameters
    ----------
    kind : str
        As :mod:`api.index.child` is told.
    """

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind

    def made(self, name: str, index: str, model_id: str, stopping: threading.Event) -> bool | None:
        """Have a part made under a name; whether it was; None: another worker is at it, or all is
        to end."""
        with alone(self._kind) as mine:
            if not mine or stopping.is_set():
                return None
            if folder.there(name):  # another worker was at it until now
                return True
            status = self._status(stopping, self._kind, index, model_id)
        if status and not stopping.is_set() and folder.there(index):
            log.error(self._kind, extra={"detail": f"status {status}"})
        return not status


def loaded(name: str) -> tuple[State, Ranking] | None:
    """An index with the state of its rows; None: it is not there, or cannot be used here."""
    if not folder.there(name):
        return None
    try:
        arrays, document = folder.read(name)
        told = document["state"]
        if told["program"] != program():
            return None
        found = contents.unpacked(arrays, document)
        words = tuple(sorted(told["words"].items()))
        read = Read(told["read_at"], {name: told["stamps"][name] for name in SIDES})
        return State(words, found.market.as_of, bool(told["made_up"]), read), found
    except (folder.Unusable, KeyError, ValueError, TypeError, IndexError, AttributeError):
        log.exception("index")  # it is made anew
        return None


@contextmanager
def alone(what: str = "") -> Iterator[bool]:
    """Whether nobody else on this machine is making an index (or ``what``) of this home."""
    if os.name != "posix":
        yield True
        return
    import fcntl

    settings.private_folder(folder.root())
    with (folder.root() / f".lock{what}").open("ab") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True


def path() -> str:
    """Where this program's packages are, for a process of its own."""
    here = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")]))


@cache
def program(*more: str) -> str:
    """What changes whenever the code does that an index is made with, or that of these folders."""
    made = hashlib.sha256(f"{folder.FORMAT} {sys.version}".encode())
    for package in ("features", "models", "matcher", "data", *more):
        for file in sorted((Path(__file__).parents[2] / package).glob("*.*")):
            about = file.stat()
            made.update(f"{file.name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return made.hexdigest()
