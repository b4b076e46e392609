"""What is worked out of a whole market for who asks: once, and for each account so much."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.buckets import Buckets
from api.index.once import Once
from api.usecases.kept import TooManyMarkets


def test_many_who_ask_for_one_thing_at_once_have_it_made_once() -> None:
    once = Once(Buckets(1e-9, 1.0))  # whoever is given what is made for another, pays nothing
    begun, go_on = threading.Event(), threading.Event()
    made: list[int] = []

    def make() -> list[int]:
        begun.set()
        go_on.wait(60)
        made.append(1)
        return made

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(once.made, "first", "key", make)
        begun.wait(60)
        others = [pool.submit(once.made, "first", "key", make) for _ in range(3)]
        while once._places._value:  # until all three wait
            time.sleep(0.01)
        with pytest.raises(TooManyMarkets):
            once.made("another", "other key", make)
        go_on.set()
        assert all(one.result(60) is made for one in (first, *others))
    assert made == [1]


def test_two_things_are_made_one_after_the_other() -> None:
    once, lock, most = Once(Buckets(1e-9, 9.0)), threading.Lock(), []

    def make() -> None:
        assert lock.acquire(blocking=False)
        most.append(1)
        lock.release()

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(once.made, "a", key, make) for key in range(4)]:
            done.result(60)
    assert len(most) == 4


def test_what_fails_is_told_to_who_asked_and_made_again_for_the_next() -> None:
    once = Once(Buckets(1e-9, 2.0))

    def fail() -> None:
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        once.made("a", "key", fail)
    assert once.made("a", "key", lambda: 1) == 1
    with pytest.raises(TooManyMarkets):
        once.made("a", "key", lambda: 1)
