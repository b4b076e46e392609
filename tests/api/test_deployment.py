"""What the page of deployment says is done here, and works."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg

import postgresql
from api.cli.main import command
from api.settings import SETTINGS
from api.store import Store, engine, version
from api.usecases import users
from deployment_page import block, blocks, lines, text
from made_tables import enterprises
from running import ROOT, shanhai
from whole_stores import got, older_store

BACKUPS = "/var/backups/shanhai"


def test_every_setting_is_on_the_page_and_nothing_else_is_set() -> None:
    names = {setting.name for setting in SETTINGS}
    for name in names:
        assert f"| `{name}` |" in text()
    assert set(re.findall(r"SHANHAI_[A-Z_]+", text())) <= names


def test_every_command_of_the_page_is_understood_by_the_program() -> None:
    program = command()
    found = lines()
    assert {words[1] for words in found} >= {"init", "user", "serve", "backup", "restore"}
    for _, name, *arguments in found:
        program.commands[name].make_context(name, arguments)


def test_the_page_allows_for_the_connections_that_a_worker_may_open() -> None:
    each = engine.KEPT + engine.MORE
    assert f"{2 * each} connections ({each} to read, {each} to write)" in text()
    assert f"读、写各 {each} 个" in text()


def test_every_make_target_of_the_page_is_there() -> None:
    made = (ROOT / "Makefile").read_text("utf-8")
    wanted = re.findall(r"\bmake (\w+)", "\n".join(blocks("sh")))
    assert wanted and all(f"\n{target}:" in made for target in wanted)


def units() -> dict[str, str]:
    """The unit files of the page by name."""
    found = re.findall(
        r"`/etc/systemd/system/([\w.-]+)`：\n\n```ini\n(.*?)^```$", text(), re.DOTALL | re.MULTILINE
    )
    return dict(found)


def test_the_unit_files_are_understood(tmp_path: Path) -> None:
    assert set(units()) == {"shanhai.service", "shanhai-backup.service", "shanhai-backup.timer"}
    here = str(Path(sys.executable).with_name("python"))
    for name, content in units().items():
        parsed = configparser.ConfigParser(strict=True, interpolation=None)
        parsed.optionxform = str  # type: ignore[assignment,method-assign]
        parsed.read_string(content)
        assert "Unit" in parsed
        # What is not on this machine: the program, and the user it runs as.
        content = content.replace("/opt/shanhai/.venv/bin/shanhai serve", f"{here} serve")
        content = re.sub("^(User|Group)=.*\n", "", content, flags=re.MULTILINE)
        (tmp_path / name).write_text(content, "utf-8")
    if shutil.which("systemd-analyze") is None:
        return  # a machine without systemd has nothing that could read them more closely
    assert complaints(tmp_path) == []
    service = tmp_path / "shanhai.service"
    service.write_text(service.read_text("utf-8").replace("on-failure", "sometimes"), "utf-8")
    assert any("sometimes" in line for line in complaints(tmp_path))


def complaints(folder: Path) -> list[str]:
    """What systemd says of the unit files in a folder."""
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(folder / name) for name in units())],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [line for line in done.stderr.splitlines() if str(folder) in line or "shanhai" in line]


def test_the_service_stops_later_than_its_requests_and_jobs_do() -> None:
    from api.jobs.runner import Runner

    served = (ROOT / "api" / "cli" / "serve.py").read_text("utf-8")
    (requests,) = map(int, re.findall(r"timeout_graceful_shutdown=(\d+)", served))
    (seconds,) = map(int, re.findall(r"TimeoutStopSec=(\d+)", units()["shanhai.service"]))
    (jobs,) = Runner.stop.__defaults__ or ()
    assert seconds > requests + jobs


def test_a_store_is_made_on_a_server_as_the_page_says(_server: postgresql.Server) -> None:
    (statements,) = blocks("sql")
    for statement in statements.strip().split(";")[:-1]:
        # The test's own administrator has the name that the page gives the new role.
        _server.execute(statement.replace("shanhai", "staff"))
    address = re.findall("^#SHANHAI_DATABASE_URL=(.*)$", text(), re.MULTILINE)[0]
    url = address.replace("shanhai", "staff").replace("5432", str(_server.port))
    try:
        made = shanhai("init", "--json", SHANHAI_DATABASE_URL=url)
        assert made.json["after"] == version.HEAD, made.err
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
    finally:
        _server.execute("DROP DATABASE staff WITH (FORCE)")
        _server.execute("DROP ROLE staff")


def run_block(content: str, folder: Path, url: str) -> str:
    """Run a block of the page by a shell, on paths of the test."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "shanhai").write_text(
        f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m api.cli.main "$@"\n', "utf-8"
    )
    (programs / "shanhai").chmod(0o755)
    backups = folder / "backups"
    backups.mkdir()
    done = subprocess.run(
        ["sh", "-eux", "-c", content.replace(BACKUPS, str(backups))],
        capture_output=True, text=True, check=False, timeout=300, cwd=folder,
        env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}",
             "SHANHAI_DATABASE_URL": url},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_drill_is_done_step_by_step_and_touches_nothing(store_url: str, tmp_path: Path) -> None:
    store = Store.open(store_url)
    users.add(store, "root", "admin", password="a long enough password")
    store.write({"enterprises": enterprises(3, "甬江制衣")})
    before = got(store_url)
    drill = block("sh", "restore --dry-run")
    kept = drill.replace("rm -r ", f"cp -r {BACKUPS}/drill kept; rm -r ")
    said = run_block(kept, tmp_path, store_url)
    assert "root" in said
    exported = (tmp_path / "kept" / "enterprises.csv").read_text("utf-8-sig")
    assert exported.count("甬江制衣") == 3
    after = got(store_url)
    (noted,) = [line for line in after.pop("audit") if line not in before["audit"]]
    assert noted["action"] == "backup"
    assert after == {name: rows for name, rows in before.items() if name != "audit"}
    assert list((tmp_path / "backups").iterdir()) == []


def test_the_upgrade_is_done_as_the_page_says(other_url: str, tmp_path: Path) -> None:
    held = older_store(other_url, version.REVISIONS[-2])
    commands = "\n".join(" ".join(words) for words in lines(of="before-upgrade.zip"))
    run_block(commands, tmp_path, other_url)
    assert Store.open(other_url).table("enterprises", ["name"])["name"] == held
    saved = tmp_path / "backups" / "before-upgrade.zip"
    checked = shanhai("restore", "--dry-run", "--json", saved)
    assert checked.json["before"] == version.REVISIONS[-2]


def test_every_night_a_backup_is_made_and_old_ones_go(store_url: str, tmp_path: Path) -> None:
    unit = units()["shanhai-backup.service"]
    (started,) = re.findall("^ExecStart=/bin/sh -ec '(.*)'$", unit, re.MULTILINE)
    old = "mkdir -p {0}; touch -d '40 days ago' {0}/shanhai-old.zip; touch {0}/other.zip"
    begun = f"{old.format(BACKUPS)}\n{started.replace('%%', '%')}\n"
    run_block(begun + begun.splitlines()[1], tmp_path, store_url)
    found = sorted(file.name for file in (tmp_path / "backups").iterdir())
    assert found[0] == "other.zip" and re.fullmatch(r"shanhai-20\d\d-\d\d-\d\d\.zip", found[1])
    assert len(found) == 2


def test_the_page_is_found_from_the_readme() -> None:
    assert "docs/deployment.md" in (ROOT / "README.md").read_text("utf-8")
