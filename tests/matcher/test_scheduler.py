"""Batch lists on a real Dask scheduler with two workers: the same bytes as on this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from made_market import made
from matcher.batch import SchedulerError, all_lists
from matcher.batch_files import BatchWriter

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(*arguments: str, folder: Path) -> subprocess.Popen[bytes]:
    """A ``dask`` process of our own, in a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a scheduler with two workers on the loopback."""
    folder = tmp_path_factory.mktemp("dask")
    address = f"tcp://127.0.0.1:{free_port()}"
    started = [
        start("scheduler", "--host", "127.0.0.1", "--port", address.rsplit(":", 1)[1],
              "--no-dashboard", folder=folder),
    ]  # fmt: skip
    started += [
        start("worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny",
              "--no-dashboard", "--local-directory", str(folder / str(i)), folder=folder)
        for i in range(2)
    ]  # fmt: skip
    try:
        _wait_for_workers(address, 2)
        yield address
    finally:
        for process in started:
            os.killpg(process.pid, signal.SIGTERM)
        for process in started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    deadline = time.monotonic() + 60
    while True:
        try:
            with Client(address, timeout=2, set_as_default=False) as client:
                client.wait_for_workers(count, timeout=60)
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_a_scheduler_with_two_workers_gives_the_bytes_of_one_and_two_processes(
    scheduler: str, tmp_path: Path
) -> None:
    ranking = made(600, 40)
    content = {}
    for name, how in (("one", {}), ("two", {"workers": 2}), ("dask", {"scheduler": scheduler})):
        out = tmp_path / f"{name}.csv"
        with BatchWriter(out) as writer:
            for block in all_lists(ranking, "enterprise", top=5, **how):  # type: ignore[arg-type]
                writer.write(block)
        assert writer.rows > 1000
        content[name] = out.read_bytes()
    assert content["one"] == content["two"] == content["dask"]


def test_an_address_where_none_listens_is_a_clear_error() -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(SchedulerError) as told:
        list(all_lists(made(20, 10), "enterprise", scheduler=address))
    assert told.value.exit_status == 1
    assert address in told.value.message["zh"] and address in told.value.message["en"]


def test_something_that_is_no_address_is_a_clear_error() -> None:
    with pytest.raises(SchedulerError):
        list(all_lists(made(20, 10), "enterprise", scheduler="nowhere at all"))
