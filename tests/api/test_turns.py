"""Writers of one file take turns; who no longer waits for a write has none."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest

from api.store.gathering import Gathered
from api.store.turns import Turns


def test_writers_of_a_file_have_their_turns_one_after_the_other(tmp_path: Path) -> None:
    at_work, most = 0, 0
    counting = threading.Lock()

    def write(turns: Turns) -> None:
        nonlocal at_work, most
        for _ in range(20):
            with turns.mine():
                with counting:
                    at_work += 1
                    most = max(most, at_work)
                time.sleep(0.0005)
                with counting:
                    at_work -= 1

    # Each has opened the lock for itself, as processes do.
    writers = [threading.Thread(target=write, args=(Turns(tmp_path / "x.db"),)) for _ in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(20)
    assert most == 1


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
