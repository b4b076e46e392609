"""Jobs: taken once, ended once, and nothing of a job that was cut off is stored by halves."""

from __future__ import annotations

import logging
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from sqlalchemy import update

from api.jobs import (
    KINDS,
    EndedAlready,
    Job,
    LostJob,
    NoSuchJob,
    child,
    claim,
    end_or_forget,
    found,
    heartbeat,
    listed,
    memory,
    queue,
    submit,
    work,
)  # fmt: skip
from api.jobs.holder import lost, new_holder
from api.jobs.runner import Runner
from api.store import Store, address, audit, job_words
from api.store import jobs as rows
from api.store.layout import JOBS
from api.usecases import backing_up, restoring
from models.baselines import BASELINES

ROOT = Path(__file__).parents[2]
SERVER = (
    "from api.jobs.runner import Runner as R; from api.store import Store as S; R(S.open()).run()"
)


@contextmanager
def serving(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A server process that does jobs, killed at the end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SHANHAI_DATABASE_URL": url}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER], env=environment, start_new_session=True
    )
    try:
        yield server
    finally:
        server.kill()
        server.wait()


def awaited(store: Store, key: str, *states: str) -> Job:
    """The job as soon as it is in one of these states."""
    until = time.monotonic() + 60
    while (job := found(store, key)).state not in states:
        assert time.monotonic() < until, job
        time.sleep(0.02)
    return job


def enterprises(count: int, region: str = "330109") -> bytes:
    lines = "".join(f"E{i},甬江{i},{region},17\n" for i in range(count))
    return f"id,name,region,industry\n{lines}".encode()


def import_of(store: Store, content: bytes) -> Job:
    request = {"files": ["enterprises.csv"]}
    return submit(store, "import", request, by="staff", files={"enterprises.csv": content})


def test_a_job_that_waits_is_found_with_all_that_was_asked(store: Store) -> None:
    job = submit(store, "train", {"as_of": "2025-01-01"}, by="staff")
    assert found(store, job.id) == job
    assert (job.state, job.by, job.request) == ("waiting", "staff", {"as_of": "2025-01-01"})
    assert listed(store, by="staff") == [job]
    assert listed(store, by="somebody else") == []


def test_a_job_nobody_asked_for_is_not_there(store: Store) -> None:
    with pytest.raises(NoSuchJob):
        found(store, "0" * 32)


def test_of_many_jobs_the_newest_are_listed_without_all_they_came_to(store: Store) -> None:
    made = [submit(store, "train", {}, by="staff") for _ in range(4)]
    claim(store, "one")
    with store.connection(writer=True) as connection:
        queue.end_within(connection, made[0].id, "one", {"much": "x" * 1000})
    assert listed(store, newest=2) == made[2:]
    assert listed(store)[0].result and listed(store, results=False)[0].result is None


def test_parts_of_what_jobs_came_to_are_read_without_the_rest(store: Store) -> None:
    key, other = (submit(store, kind, {}, by="staff").id for kind in ("simulation", "train"))
    claim(store, "one")
    plan = {"name": "公开-30", "planned": 12, "rest": "x" * 1000}
    with store.connection(writer=True) as connection:
        queue.end_within(connection, key, "one", {"scenarios": [plan]})
    assert [job.id for job in listed(store, kind="simulation")] == [key]
    paths = [("scenarios", 0, name) for name in ("name", "planned", "none")]
    with store.connection() as connection:
        assert rows.parts(connection, [key, other], *paths) == {
            key: ("公开-30", "12", None), other: (None, None, None)
        }  # fmt: skip


def test_what_is_added_to_a_request_at_the_same_time_is_all_kept(store: Store) -> None:
    key = submit(store, "simulation", {"as_of": None}, by="staff").id

    def add(n: int) -> bool:
        with store.connection(writer=True) as connection:
            return rows.keep_of_request(connection, key, {f"name{n}": n})

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(add, range(8)))
    assert found(store, key).request == {"as_of": None} | {f"name{n}": n for n in range(8)}


STEPS = {
    "import": ("checking",), "check": ("checking", "3/10"), "proposal": ("proposing",),
    "whatif": ("whatif",), "batch": ("3/10",), "placement": ("3/10",),
    "simulation": ("market", "pairs", "plans", "plans 2/8", "conflict", "draws", "report"),
    "allocation": ("loops", "prices", "annealing", "searching"),
    "train": ("rule", "model", "final", *BASELINES),
    "evaluation": ("rule", "published", "200", *BASELINES),
}  # fmt: skip


def test_where_a_job_stands_is_told_in_words_of_both_languages(store: Store) -> None:
    told = [job_words.said(k, "running", s, None) for k, steps in STEPS.items() for s in steps]
    told += [job_words.said("train", state, None, None) for state in rows.STATES]
    for words in told:
        assert re.search("[一-鿿]", words["zh"]) and not re.search("[一-鿿]", words["en"])
        assert not re.search("[a-z]_|：[a-z]", words["zh"] + words["en"])
    assert set(STEPS) == set(KINDS)
    cancelled, waiting = (submit(store, "train", {}, by="staff").id for _ in range(2))
    end_or_forget(store, cancelled, "staff")
    assert found(store, cancelled).said == {"zh": "已取消", "en": "cancelled"}
    assert found(store, cancelled).cancelled and not found(store, waiting).cancelled


def test_a_job_that_is_cancelled_cannot_be_ended_by_whoever_holds_it(store: Store) -> None:
    key = submit(store, "train", {}, by="staff").id
    holder = new_holder()
    assert claim(store, holder) is not None
    end_or_forget(store, key, "staff")
    assert (found(store, key).state, heartbeat(store, key, holder, None)) == ("failed", False)
    with pytest.raises(LostJob), store.connection(writer=True) as connection:
        queue.end_within(connection, key, holder, {})
    with pytest.raises(EndedAlready):  # who takes it for running hears that it is not
        end_or_forget(store, key, "staff", only_cancel=True)
    end_or_forget(store, key, "staff")
    with pytest.raises(NoSuchJob):
        found(store, key)


def test_jobs_are_taken_in_the_order_they_came(store: Store) -> None:
    asked = [submit(store, "train", {}, by="staff").id for _ in range(3)]
    taken = [claim(store, new_holder()) for _ in range(4)]
    assert [job.id for job in taken if job is not None] == asked
    assert taken[3] is None


def test_jobs_are_taken_by_turns_of_those_who_asked(store: Store) -> None:
    """One asks for five, another for two, a third for one: nobody waits for all of another's."""
    asked = {by: [submit(store, "whatif", {}, by=by).id for _ in range(n)]
             for by, n in (("much", 5), ("some", 2), ("one", 1))}  # fmt: skip
    taken: list[str] = []
    for n in range(4):  # two at work: of each account one runs, and the first ends
        job = claim(store, f"holder{n}")
        assert job is not None
        taken.append(job.by)
        if n == 1:
            assert queue.fail(store, asked["much"][0], "holder0", queue.problem("jobs.refused"))
    assert taken == ["much", "some", "one", "much"]
    rest = [job for n in range(4, 9) if (job := claim(store, f"holder{n}")) is not None]
    assert [job.id for job in rest if job.by == "much"] == asked["much"][2:]
    assert sorted(job.by for job in rest) == ["much"] * 3 + ["some"]


def test_an_account_has_only_a_few_long_jobs_open(store: Store) -> None:
    for _ in range(queue.MOST_LONG):
        submit(store, "simulation", {}, by="staff")
    with pytest.raises(queue.TooManyJobs):
        submit(store, "train", {}, by="staff")
    submit(store, "train", {}, by="another")
    submit(store, "import", {}, by="staff")


def test_of_many_who_take_jobs_at_once_no_two_get_the_same(store: Store) -> None:
    asked = [submit(store, "whatif", {}, by="staff").id for _ in range(24)]
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(lambda _: claim(store, new_holder()), range(30)))
    assert sorted(job.id for job in taken if job is not None) == sorted(asked)


def test_a_job_is_ended_once_and_by_its_holder_only(store: Store) -> None:
    key = submit(store, "train", {}, by="staff").id
    holder, other = new_holder(), new_holder()
    assert claim(store, holder) is not None
    assert not queue.fail(store, key, other, queue.problem("jobs.refused"))
    assert heartbeat(store, key, holder, "final")
    assert found(store, key).progress == "final"
    assert queue.fail(store, key, holder, queue.problem("jobs.refused"))
    assert not heartbeat(store, key, holder, "final")
    assert not queue.fail(store, key, holder, queue.problem("jobs.interrupted"))
    failed = found(store, key)
    assert failed.state == "failed"
    assert failed.error is not None and failed.error["code"] == "jobs.refused"


def test_a_process_that_is_seen_is_not_lost_and_of_any_other_the_lease_counts() -> None:
    own = new_holder()
    place, number, word = own.split()
    seen = place != "-"
    assert not lost(own, 100, 99)
    assert lost(own, 100, 100) == (not seen)  # a busy store keeps it from saying that it is there
    process, _, began = number.partition(":")
    again = f"{place} {process}:{int(began or 0) - 1} {word}"  # another had the number before
    assert lost(again, 100, 99) == seen
    gone = subprocess.Popen([sys.executable, "-c", ""])
    ended = f"{place} {gone.pid}:{began} {word}"
    for wait in (lambda: os.waitid(os.P_PID, gone.pid, os.WEXITED | os.WNOWAIT), gone.wait):
        wait()
        assert lost(ended, 100, 99) == seen
    for other in (f"elsewhere/{ended.partition('/')[2]}", f"{place} {process} {word}"):
        assert not lost(other, 100, 99)
        assert lost(other, 100, 100)
    assert queue.LEASE_SECONDS > 2 * address.BUSY_SECONDS


def test_files_of_another_stores_jobs_in_the_same_home_are_not_swept_away(
    store: Store, tmp_path: Path
) -> None:
    other = Store.open(f"sqlite:///{tmp_path / 'other.db'}", create=True)
    theirs, ours = import_of(other, enterprises(1)).id, import_of(store, enterprises(1)).id
    with store.connection(writer=True) as connection:
        connection.execute(JOBS.delete().where(JOBS.c.id == ours))
    for key in (theirs, ours):
        os.utime(queue.folder(key), (0, 0))
    queue.sweep(store)
    assert queue.folder(theirs).exists() and not queue.folder(ours).exists()
    backing_up.run(tmp_path / "backup.zip", url=store.address.url)
    lost = import_of(store, enterprises(1)).id
    restoring.run(tmp_path / "backup.zip", url=store.address.url, replace=True)
    for key in (theirs, lost):
        os.utime(queue.folder(key), (0, 0))
    queue.sweep(store)
    assert queue.folder(theirs).exists() and not queue.folder(lost).exists()


def test_what_a_holder_has_not_ended_is_given_up_and_nothing_of_another(store: Store) -> None:
    first, second = (submit(store, "train", {}, by="staff").id for _ in range(2))
    one, two = new_holder(), new_holder()
    assert claim(store, one) is not None and claim(store, two) is not None
    assert queue.give_up(store, one, queue.problem("jobs.interrupted")) == [first]
    assert queue.give_up(store, one, queue.problem("jobs.interrupted")) == []
    assert (found(store, first).state, found(store, second).state) == ("failed", "running")


def test_an_import_whose_job_was_given_up_for_lost_stores_nothing(store: Store) -> None:
    key = import_of(store, enterprises(3)).id
    holder = new_holder()
    job = claim(store, holder)
    assert job is not None
    with store.connection(writer=True) as connection:
        assert rows.fail_lost(connection, lambda *_: True, queue.problem("jobs.interrupted"))
    with pytest.raises(LostJob):
        work.run(store, job, holder, lambda step: None)
    assert len(store.table("enterprises", ["id"])) == 0
    assert found(store, key).state == "failed"


def test_what_a_job_was_given_goes_when_it_has_ended(store: Store) -> None:
    key = import_of(store, enterprises(3)).id
    given = queue.folder(key) / "given" / "enterprises.csv"
    assert given.read_bytes() == enterprises(3)
    queue.sweep(store)
    assert given.exists()
    holder = new_holder()
    assert claim(store, holder) is not None
    assert queue.fail(store, key, holder, queue.problem("jobs.refused"))
    queue.sweep(store)
    assert not given.parent.parent.exists()


def ended(store: Store, kind: str, at: str) -> str:
    """A job that was done at a moment, with a file that it made; its id."""
    key, holder = submit(store, kind, {}, by="staff").id, new_holder()
    assert claim(store, holder) is not None
    with store.connection(writer=True) as connection:
        queue.end_within(connection, key, holder, {"objective": 3.0})
        connection.execute(update(JOBS).where(JOBS.c.id == key).values(ended_at=at))
    made = queue.folder(key) / "made" / "allocation.csv"
    made.parent.mkdir(parents=True)
    made.write_bytes(b"enterprise_id,resource_id\n")
    return key


def test_a_job_is_forgotten_with_all_it_came_to_once_it_is_older_than_is_wanted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1204329600")  # 2008-03-01T00:00:00Z
    old = ended(store, "allocation", "2008-02-19T23:59:59Z")
    young = ended(store, "allocation", "2008-02-20T00:00:00Z")
    waiting = submit(store, "train", {}, by="staff").id
    assert queue.expire(store, 0) == 0 and len(listed(store)) == 3
    assert queue.expire(store, 10) == 1
    assert [job.id for job in listed(store)] == [young, waiting]
    assert not queue.folder(old).exists() and (queue.folder(young) / "made").exists()
    with store.connection() as connection:
        (noted,) = audit.noted(connection, limit=10)
    assert (noted["by"], noted["action"], noted["detail"]) == (
        audit.SERVICE, "expire", {"jobs": [old]},
    )  # fmt: skip
    assert queue.expire(store, 10) == 0


def test_a_server_forgets_old_jobs_by_itself(
    store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(store_url)
    old = ended(store, "allocation", "2008-03-01T00:00:00Z")
    monkeypatch.setenv("SHANHAI_JOB_DAYS", "7")
    with serving(store_url):
        awaited(store, import_of(store, enterprises(1)).id, "done")
    assert [job.kind for job in listed(store)] == ["import"]
    assert not queue.folder(old).exists()


def test_a_job_that_is_not_done_in_time_is_ended_and_says_so(store: Store) -> None:
    key = import_of(store, enterprises(3)).id
    runner = Runner(store, poll=0.05)
    runner._hours = 1e-5  # less than an interpreter takes to start
    assert runner._one()
    assert (found(store, key).error or {})["code"] == "jobs.too_long"
    assert len(store.table("enterprises", ["id"])) == 0 and not queue.folder(key).exists()


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="processes are seen otherwise there")
def test_what_a_job_has_started_ends_with_the_job(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, told = tmp_path / "program", tmp_path / "told"
    program.write_text(
        f"#!/bin/sh\nsleep 600 &\necho $! > {told}.new\nmv {told}.new {told}\nwait\n"
    )
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    import_of(store, enterprises(3))
    runner = Runner(store, poll=0.05)
    with ThreadPoolExecutor(1) as other:
        doing = other.submit(runner._one)
        until = time.monotonic() + 60
        while not told.exists():
            assert time.monotonic() < until
            time.sleep(0.02)
        started = int(told.read_text())
        assert alive(started)
        runner._hurried.set()
        assert doing.result(60)
    while alive(started):  # killed, but for the system to take it away
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="no such limit there")
def test_a_job_that_needs_more_memory_than_it_may_have_fails_and_the_limit_ends_with_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANHAI_JOB_MEMORY_MB", "500000")
    key = import_of(store, enterprises(3)).id
    job = claim(store, "one")
    assert job is not None
    before = resource.getrlimit(resource.RLIMIT_DATA)
    assert child.do(store, job, "one", lambda step: bytearray(600_000 << 20) and None) == 1
    error = found(store, key).error or {}
    assert error["code"] == "jobs.too_much_memory" and "500000" in error["message"]["en"]
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    # What has been taken stays, and no more is given.
    with memory.held_to(100), pytest.raises(MemoryError):
        bytearray(200 << 20)
    assert memory.allowed_mb() > 0


def test_a_stream_that_comes_with_a_job_is_kept_byte_for_byte(store: Store) -> None:
    content = os.urandom(3 << 20) + b"x"
    with TemporaryFile() as upload:
        upload.write(content)
        upload.seek(0)
        job = submit(store, "import", {"files": ["a.xlsx"]}, by="staff", files={"a.xlsx": upload})
    assert (queue.folder(job.id) / "given" / "a.xlsx").read_bytes() == content


@pytest.mark.parametrize("name", ["../a.csv", "a/b.csv", "..", ""])
def test_no_name_of_a_file_leads_out_of_the_jobs_folder(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        submit(store, "import", {"files": [name]}, by="staff", files={name: b"x"})
    assert listed(store) == []
    assert not queue.folder("x").parent.exists()


def test_a_server_imports_and_tells_what_is_wrong_row_by_row(store_url: str) -> None:
    store = Store.open(store_url)
    with serving(store_url):
        good = import_of(store, enterprises(3))
        bad = import_of(store, enterprises(2, region="Atlantis"))
        done = awaited(store, good.id, "done", "failed")
        failed = awaited(store, bad.id, "done", "failed")
    assert done.state == "done"
    assert done.result is not None
    assert done.result["counts"]["enterprises"] == {"added": 3, "changed": 0, "same": 0}
    assert failed.error is not None
    assert (failed.error["code"], failed.error["total"]) == ("jobs.findings", 2)
    assert [(f["row"], f["column"]) for f in failed.error["findings"]] == [
        (2, "region"), (3, "region"),
    ]  # fmt: skip
    assert len(store.table("enterprises", ["id"])) == 3


def test_an_import_whose_server_is_killed_has_failed_after_the_restart(store_url: str) -> None:
    store = Store.open(store_url)
    with serving(store_url) as server:
        key = import_of(store, enterprises(20_000)).id
        awaited(store, key, "running")
        server.send_signal(signal.SIGKILL)
        server.wait()
    with serving(store_url):
        failed = awaited(store, key, "done", "failed")
        # The transaction that stores rows notes the end too: failed is nothing stored.
        assert failed.error is not None and failed.error["code"] == "jobs.interrupted"
        assert len(store.table("enterprises", ["id"])) == 0
        again = import_of(store, enterprises(5))
        assert awaited(store, again.id, "done", "failed").state == "done"
    assert len(store.table("enterprises", ["id"])) == 5


@pytest.mark.parametrize("broken", ["/no/such/program", "a\0b"])
def test_a_job_that_cannot_even_be_begun_fails_in_words_and_the_next_is_taken(
    store: Store, broken: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", broken)
    logging.getLogger("shanhai.http").propagate = True
    asked = [submit(store, "train", {}, by="staff").id for _ in range(2)]
    runner = Runner(store, poll=0.05)
    runner.start()
    try:
        until = time.monotonic() + 60
        while not all(found(store, key).ended for key in asked):
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        runner.stop()
    for key in asked:
        error = found(store, key).error or {}
        assert error["code"] == "jobs.unforeseen" and {"zh", "en"} <= set(error["message"])
    traced = [record for record in caplog.records if record.exc_info]
    assert {record.__dict__["id"] for record in traced} == set(asked)
