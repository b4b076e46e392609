"""Writers of one file take turns; who no longer waits for a write has none."""

from __future__ import annotations

import os
import queue
import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

import pytest

from api.store.gathering import Gathered
from api.store.turns import Turns


def test_writers_of_a_file_have_their_turns_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.store.turns.PATIENCE", 60.0)
    at_work, most, had = 0, 0, 0
    counting = threading.Lock()

    def write(turns: Turns) -> None:
        nonlocal at_work, most, had
        for _ in range(20):
            with turns.mine():
                with counting:
                    at_work, had = at_work + 1, had + 1
                    most = max(most, at_work)
                time.sleep(0.0005)
                with counting:
                    at_work -= 1

    # Each has opened the lock for itself, as processes do.
    writers = [
        threading.Thread(target=write, args=(Turns(tmp_path / "x.db"),), daemon=True)
        for _ in range(4)
    ]
    for one in writers:
        one.start()
    for one in writers:
        one.join(60)
    assert not any(one.is_alive() for one in writers)
    assert (most, had) == (1, 4 * 20)


@pytest.mark.skipif(os.name != "posix", reason="turns are taken by a lock of POSIX systems")
def test_a_stopped_process_that_has_the_turn_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.store.turns.PATIENCE", 0.05)
    file = tmp_path / "x.db"
    holder = os.fork()
    if not holder:
        with Turns(file).mine():
            os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)
    turns, had = Turns(file), queue.SimpleQueue[str]()

    def write(which: str) -> None:
        with turns.mine():
            had.put(which)

    try:
        os.waitpid(holder, os.WUNTRACED)  # it has the turn, and stands still
        for which in ("first", "next"):
            threading.Thread(target=write, args=(which,), daemon=True).start()
            assert had.get(timeout=20) == which
        os.kill(holder, signal.SIGCONT)
        os.waitpid(holder, 0)
    finally:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(holder, signal.SIGKILL)
            os.waitpid(holder, 0)
    # Nothing of the wait that was given up is left behind: the turn goes round again.
    for one in threading.enumerate():
        if one.name == "turn":
            one.join(20)
    monkeypatch.setattr("api.store.turns.PATIENCE", 20.0)
    with Turns(file).mine():
        threading.Thread(target=write, args=("after",), daemon=True).start()
        with pytest.raises(queue.Empty):
            had.get(timeout=0.1)
    assert had.get(timeout=20) == "after"


def test_who_waits_for_a_turn_has_it_when_the_one_before_fails(tmp_path: Path) -> None:
    first, second = Turns(tmp_path / "x.db"), Turns(tmp_path / "x.db")
    had = threading.Event()

    def wait() -> None:
        with second.mine():
            had.set()

    with pytest.raises(OSError, match="disk full"), first.mine():
        waits = threading.Thread(target=wait, daemon=True)
        waits.start()
        assert not had.wait(0.2)
        raise OSError("disk full")
    assert had.wait(20)


def test_where_no_file_can_be_locked_nobody_waits(tmp_path: Path) -> None:
    first, second = (Turns(tmp_path / "nowhere" / "x.db") for _ in range(2))
    with first.mine(), second.mine():
        assert not (tmp_path / "nowhere").exists()


def test_a_write_that_nobody_waits_for_any_more_is_not_made_and_harms_no_other() -> None:
    came: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def write(rows: Sequence[int]) -> None:
        begun.set()
        go_on.wait(20)
        came.extend(rows)

    gathered = Gathered(write)
    first = gathered.put(1)
    assert begun.wait(20)
    given_up, other = gathered.put(2), gathered.put(3)
    assert given_up.cancel()
    go_on.set()
    waited: list[Future[None]] = [first, other]
    for one in waited:
        one.result(20)
    assert came == [1, 3] and not first.cancel()
