"""A backup holds all of a store, and a restore makes all of it again, on either database."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from api import accounts, jobs, settings
from api.backups.layout import BackupRefused
from api.errors import UsageError, UserError
from api.store import Store, served, version
from api.store.errors import NewerStore, NotInitialised, Served
from api.store.layout import METADATA
from api.store.transfer import LEFT_OUT, VERSION_TABLE
from api.usecases import backing_up, restoring, users
from made_tables import enterprises
from models import artefact
from running import shanhai
from whole_stores import Contents, contents, got, job, older_store, put

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _any_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Where a test writes its backup to."""
    return tmp_path / "backup.zip"


def model(weight: float) -> str:
    """A published model in the home of the test; its id."""
    found = artefact.write(
        settings.model_folder(), {"features": ["a"]}, {"w": np.array([weight])},
        dated=date(2008, 3, 1),
    )  # fmt: skip
    artefact.publish(settings.model_folder(), found)
    return found


def at_home(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("SHANHAI_HOME", str(folder))


@hypothesis_settings(
    max_examples=3, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(held=contents)
def test_every_row_of_every_table_comes_back_from_the_other_database_and_again(
    held: Contents, store_url: str, other_url: str, tmp_path: Path
) -> None:
    put(Store.open(store_url), held)
    before = got(store_url)
    there, back = tmp_path / "there.zip", tmp_path / "back.zip"
    backing_up.run(there, url=store_url, replace=True)
    restoring.run(there, url=other_url, replace=True)
    assert got(other_url) == before
    backing_up.run(back, url=other_url, replace=True)
    put(Store.open(store_url), {})
    restoring.run(back, url=store_url, replace=True)
    assert got(store_url) == before


def test_both_databases_write_the_same_bytes_of_the_same_rows(
    store_url: str, other_url: str, tmp_path: Path
) -> None:
    from api.backups import reading

    letters = ["b", "B", "a-1", "a.1", "a_1", "10", "9", "企", "ü", "Z"]
    rows = [{**row("E"), "row_key": key, "id": key} for key in letters]
    put(Store.open(store_url), {"enterprises": rows})
    one, other = tmp_path / "one.zip", tmp_path / "other.zip"
    backing_up.run(one, url=store_url)
    restoring.run(one, url=other_url)
    backing_up.run(other, url=other_url)
    with reading.opened(one) as first, reading.opened(other) as second:
        assert first.manifest.members == second.manifest.members
        assert first.manifest.database != second.manifest.database


def row(key: str, **cells: object) -> dict[str, Any]:
    """The cells of an enterprise."""
    empty = dict.fromkeys(METADATA.tables["enterprises"].c.keys())
    return {**empty, "row_key": key, "id": key, "added_at": "x", "updated_at": "x", **cells}


def test_a_backup_holds_every_table_but_those_of_the_moment(store_url: str, backup: Path) -> None:
    made = backing_up.run(backup, url=store_url)
    assert set(made.counts) == set(METADATA.tables) - set(LEFT_OUT)


def test_accounts_and_tokens_hold_after_a_restore_and_everybody_signs_in_anew(
    store_url: str, other_url: str, backup: Path
) -> None:
    store = Store.open(store_url)
    users.add(store, "root", "admin", password=PASSWORD)
    token = accounts.token_for(store, "root")
    session = accounts.sign_in(store, "root", PASSWORD)
    backing_up.run(backup, url=store_url)
    restoring.run(backup, url=other_url)
    other = Store.open(other_url)
    assert accounts.of_token(other, token) == session.account
    assert accounts.of_session(other, session.secret) is None
    assert accounts.sign_in(other, "root", PASSWORD).account == session.account
    restoring.run(backup, url=store_url, replace=True)
    assert accounts.of_session(store, session.secret) is None


def test_the_models_and_the_one_in_use_and_own_rules_come_along(
    store_url: str, other_url: str, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = model(1), model(2)
    artefact.publish(settings.model_folder(), first)
    (settings.home() / "overdue_rules.toml").write_text("# our own", "utf-8")
    made = backing_up.run(backup, url=store_url)
    assert made.models == 2
    at_home(monkeypatch, tmp_path / "new home")
    restoring.run(backup, url=other_url)
    root = settings.model_folder()
    assert set(artefact.stored(root)) == {first, second} and artefact.active(root) == first
    assert artefact.read(root / second)[1]["w"] == 2
    assert (settings.home() / "overdue_rules.toml").read_text("utf-8") == "# our own"


def test_a_damaged_model_is_left_out_and_told(store_url: str, backup: Path) -> None:
    first, second = model(1), model(2)
    (settings.model_folder() / first / "arrays.npz").write_bytes(b"x")
    made = backing_up.run(backup, url=store_url)
    assert made.models == 1 and first in made.warnings[0]["en"] and first in made.warnings[0]["zh"]
    assert second not in str(made.warnings)


def test_what_a_simulation_came_to_is_kept_and_a_job_that_was_not_done_has_failed(
    store_url: str, other_url: str, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {state: f"{i:032x}" for i, state in enumerate(("done", "waiting", "running", "failed"))}
    put(Store.open(store_url), {"jobs": [job(key, state) for state, key in keys.items()]})
    made = jobs.folder(keys["done"]) / "made"
    made.mkdir(parents=True)
    (made / "allocation.csv").write_bytes(b"enterprise_id\n")
    (made / "sub").mkdir()
    (warning,) = backing_up.run(backup, url=store_url).warnings
    assert str(made / "sub") in warning["en"] and str(made / "sub") in warning["zh"]
    at_home(monkeypatch, tmp_path / "new home")
    assert restoring.run(backup, url=other_url).open_jobs == 2
    store = Store.open(other_url)
    states = {state: jobs.found(store, key).state for state, key in keys.items()}
    failed = "failed"
    assert states == {"done": "done", "waiting": failed, "running": failed, "failed": failed}
    error = jobs.found(store, keys["waiting"]).error
    assert error is not None and error["code"] == "backup.open_job"
    allocation = jobs.folder(keys["done"]) / "made" / "allocation.csv"
    assert allocation.read_bytes() == b"enterprise_id\n"


#: The oldest, and every third since; the drill of killed migrations has them all.
OLDER = version.REVISIONS[:-1:3]


@pytest.mark.parametrize("revision", OLDER)
def test_a_store_of_an_older_layout_is_backed_up_as_it_is_and_restored_migrated(
    revision: str, store_url: str, other_url: str, backup: Path
) -> None:
    older = older_store(other_url, revision)
    made = backing_up.run(backup, url=other_url)
    assert (made.revision, Store.at(other_url).revision()) == (revision, revision)
    restoring.run(backup, url=store_url, replace=True)
    assert Store.open(store_url).table("enterprises", ["id", "name"])["name"] == older
    restoring.run(backup, url=other_url, replace=True)
    assert Store.open(other_url).table("enterprises", ["id", "name"])["name"] == older


def test_a_store_that_is_not_empty_is_left_alone_unless_it_may_be_replaced(
    store_url: str, other_url: str, backup: Path
) -> None:
    store, other = Store.open(store_url), Store.open(other_url, create=True)
    store.write({"enterprises": enterprises(3, "新")})
    other.write({"enterprises": enterprises(5, "旧")})
    held = got(store_url)
    backing_up.run(backup, url=store_url)
    before = got(other_url)
    with pytest.raises(BackupRefused, match="--replace"):
        restoring.run(backup, url=other_url)
    assert got(other_url) == before
    assert restoring.run(backup, url=other_url, replace=True).replaced == 5
    assert got(other_url) == held


def test_a_store_whose_rows_are_all_deleted_is_empty(
    store_url: str, other_url: str, backup: Path
) -> None:
    backing_up.run(backup, url=store_url)
    other = Store.open(other_url, create=True)
    other.write({"enterprises": enterprises(1)})
    assert other.delete("enterprises", "E-00000")
    assert restoring.run(backup, url=other_url).replaced == 0


def test_models_that_the_backup_does_not_know_are_kept_unless_they_may_be_replaced(
    store_url: str, backup: Path
) -> None:
    first = model(1)
    backing_up.run(backup, url=store_url)
    second = model(2)
    with pytest.raises(BackupRefused, match="1 models"):
        restoring.run(backup, url=store_url)
    assert artefact.active(settings.model_folder()) == second
    restoring.run(backup, url=store_url, replace=True)
    assert artefact.stored(settings.model_folder()) == (first,)
    assert artefact.active(settings.model_folder()) == first


def test_nothing_is_made_where_a_restore_into_nothing_fails(
    store_file: Path, backup: Path, tmp_path: Path
) -> None:
    url, target = f"sqlite:///{store_file}", tmp_path / "target" / "shanhai.db"
    put(Store.open(url), {"accounts": []})
    backing_up.run(backup, url=url)
    model(1)
    with pytest.raises(BackupRefused):
        restoring.run(backup, url=f"sqlite:///{target}")
    assert list(target.parent.iterdir()) == []


def in_force(url: str) -> tuple[Contents, str | None, str]:
    """Rows, model in use and rules."""
    rules = settings.home() / "overdue_rules.toml"
    return got(url), artefact.active(settings.model_folder()), rules.read_text("utf-8")


def test_a_restore_that_fails_at_any_step_leaves_all_as_it_was_or_says_that_the_rows_are_new(
    store_file: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, rules = f"sqlite:///{store_file}", settings.home() / "overdue_rules.toml"
    store = Store.open(url)
    store.write({"enterprises": enterprises(1, "旧")})
    model(1)
    rules.write_text("# of the backup", "utf-8")
    wanted = in_force(url)
    backing_up.run(backup, url=url)
    store.write({"enterprises": enterprises(1, "新")})
    shutil.rmtree(settings.model_folder())
    model(2)
    rules.write_text("# later", "utf-8")
    steps = said = 0

    def restored_but(failing: int) -> str | None:
        """Why it failed, where one operation on files finds the disk full."""
        left = failing

        def full(real: Callable[..., Any]) -> Callable[..., Any]:
            def operation(*about: Any, **more: Any) -> Any:
                nonlocal left
                left -= 1
                if left == 0:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return real(*about, **more)

            return operation

        with monkeypatch.context() as disk:
            for of, name in ((os, "fsync"), (Path, "rename"), (Path, "replace")):
                disk.setattr(of, name, full(getattr(of, name)))
            try:
                restoring.run(backup, url=url, replace=True)
            except UserError as error:
                return error.code
        return None

    for steps in range(1, 99):
        before = in_force(url)
        code = restored_but(steps)
        if code is None:
            break
        if code == "backup.only_rows":
            said += 1
            assert got(url) == wanted[0]
        else:
            assert code == "usecase.cannot_write" and in_force(url) == before and not said
        folders = (settings.home(), settings.model_folder())
        assert not [one for place in folders for one in place.iterdir() if ".new" in one.name]
    assert steps > 5 and said >= 2 and in_force(url) == wanted


def test_nothing_is_restored_where_the_model_in_use_cannot_be_replaced(
    store_file: Path, backup: Path
) -> None:
    url = f"sqlite:///{store_file}"
    model(1)
    backing_up.run(backup, url=url)
    Store.open(url).write({"enterprises": enterprises(1)})
    before = got(url)
    active = settings.model_folder() / "active"
    active.unlink()
    active.mkdir()
    with pytest.raises(UserError):
        restoring.run(backup, url=url, replace=True)
    assert got(url) == before


def test_rules_that_the_backup_does_not_have_are_in_force_no_longer(
    store_file: Path, backup: Path
) -> None:
    url, rules = f"sqlite:///{store_file}", settings.home() / "overdue_rules.toml"
    backing_up.run(backup, url=url)
    settings.private_folder(rules.parent)
    rules.write_text("# later", "utf-8")
    restoring.run(backup, url=url)
    assert rules.exists()
    restoring.run(backup, url=url, replace=True)
    assert not rules.exists()


def test_no_service_starts_into_a_restore_where_none_ever_ran(tmp_path: Path) -> None:
    store = Store.at(f"sqlite:///{tmp_path / 'new' / 'shanhai.db'}")
    store.make_room()
    with served.alone(store.address):
        with pytest.raises(Served):
            served.hold(store.address)
        with pytest.raises(Served), served.alone(store.address):
            pass
    assert list((tmp_path / "new").iterdir()) == []
    held = served.hold(store.address)
    assert held is not None
    with held, pytest.raises(Served), served.alone(store.address):
        pass


def test_a_dry_run_tells_what_is_in_a_backup_and_changes_nothing(
    store_url: str, backup: Path
) -> None:
    Store.open(store_url).write({"enterprises": enterprises(3)})
    first = model(1)
    backing_up.run(backup, url=store_url)
    second = model(2)
    found = restoring.run(backup, url=store_url, dry_run=True)
    assert (found.counts["enterprises"], found.models) == (3, 1)
    assert set(artefact.stored(settings.model_folder())) == {first, second}
    assert len(Store.open(store_url).table("enterprises", ["id"])) == 3


def test_a_store_that_is_not_there_or_newer_is_not_backed_up_nor_restored_into(
    store_url: str, other_url: str, backup: Path, tmp_path: Path
) -> None:
    with pytest.raises(NotInitialised):
        backing_up.run(backup, url=f"sqlite:///{tmp_path / 'none.db'}")
    backing_up.run(backup, url=store_url)
    with Store.open(other_url, create=True).connection(writer=True) as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(NewerStore):
        backing_up.run(tmp_path / "newer.zip", url=other_url)
    with pytest.raises(NewerStore):
        restoring.run(backup, url=other_url, replace=True)
    assert Store.at(other_url).revision() == "9999"


def test_only_its_owner_can_read_a_backup_and_no_other_file_is_replaced(
    store_url: str, backup: Path
) -> None:
    backing_up.run(backup, url=store_url)
    assert backup.stat().st_mode & 0o777 == 0o600
    before = backup.read_bytes()
    Store.open(store_url).write({"enterprises": enterprises(1)})
    with pytest.raises(UsageError, match="--replace"):
        backing_up.run(backup, url=store_url)
    assert backup.read_bytes() == before
    assert backing_up.run(backup, url=store_url, replace=True).counts["enterprises"] == 1


def test_a_backup_without_room_leaves_the_one_before_and_nothing_half_done(
    store_file: Path, backup: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{store_file}"
    backing_up.run(backup, url=url)
    before = backup.read_bytes()
    put(Store.open(url), {"audit": [
        {"id": str(i), "at": "x", "by": os.urandom(4000).hex(), "action": "x", "subject": "x",
         "detail": "{}"} for i in range(100)
    ]})  # fmt: skip
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            backing_up.run(backup, url=url, replace=True)
        except UserError as error:
            os._exit(3 if error.code == "usecase.cannot_write" else 4)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    assert backup.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if "backup" in each.name] == ["backup.zip"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_commands_tell_what_they_did(store_url: str, other_url: str, backup: Path,
                                         lang: str) -> None:  # fmt: skip
    Store.open(store_url).write({"enterprises": enterprises(2)})
    here, there = {"SHANHAI_DATABASE_URL": store_url}, {"SHANHAI_DATABASE_URL": other_url}
    made = shanhai("backup", backup, lang=lang, **here)
    assert made.status == 0 and ("0600" in made.out or "owner" in made.out or "本人" in made.out)
    checked = shanhai("restore", backup, "--dry-run", lang=lang, **there)
    assert checked.status == 0 and str(backup) in checked.out
    restored = shanhai("restore", backup, "--json", lang=lang, **there)
    assert restored.json["counts"]["enterprises"] == 2
    again = shanhai("restore", backup, lang=lang, **there)
    assert (again.status, again.out) == (2, "") and "--replace" in again.err
    backup.write_bytes(backup.read_bytes()[:-1])
    cut = shanhai("restore", backup, lang=lang, **there)
    assert (cut.status, cut.out) == (2, "") and len(cut.err.strip().splitlines()) == 1
    missing = shanhai("restore", "none.zip", lang=lang, **there)
    assert (missing.status, missing.out) == (2, "") and "none.zip" in missing.err
    assert json.loads(json.dumps(restored.json["open_jobs"])) == 0
