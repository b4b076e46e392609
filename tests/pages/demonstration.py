"""The demonstration's store with an account of every role, made once a run and copied."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.store import Store
from tests.api.serving import ROOT, Server, serving

PASSWORD = "correct horse battery"
COUNTY, ENTERPRISE = "缙云县", "DEMO-E022"
"""Whom the accounts ``county`` and ``enterprise`` stand for, as in ``shanhai demo``."""
ROLES = ("county", "enterprise", "planner", "admin")
"""Each role's account is named as the role."""

_MAKE = """
from importlib.resources import as_file
import io, json, os, tomllib
from pathlib import Path
import data
from api.index import making
from api.store import Store
from api.usecases import drafts, importing, init, train, users
from tests.pages.workbooks import doubtful, faulty_rows
init.run()
store = Store.open()
about = tomllib.loads(data.folder("demo").joinpath("about.toml").read_text(encoding="utf-8"))
store.set_properties({"made_up": "true", "as_of": about["as_of"].isoformat()})
with as_file(data.folder("demo")) as folder:
    importing.run(store, [folder])
train.run(store, force=True)
password = os.environ["PAGES_PASSWORD"]
accounts = {
    role: users.add(store, role, role, password=password, **scope).account
    for role, scope in json.loads(os.environ["PAGES_ROLES"]).items()
}
draft = drafts.begin(store, accounts["county"], "项目.xlsx", io.BytesIO(doubtful()))
wrong = drafts.begin(store, accounts["county"], "resources.csv", io.BytesIO(faulty_rows()))
job = drafts.submit(store, accounts["county"], drafts.begin(
    store, accounts["county"], "另一份.xlsx", io.BytesIO(doubtful())
))
making.make(store)
Path(os.environ["SHANHAI_HOME"], "made.json").write_text(
    json.dumps({"draft": draft.key, "wrong": wrong.key, "job": job.id})
)
"""


def make(home: Path) -> None:
    """Make the store, its model, the accounts, a workbook half imported and a job in a folder.

    In a process of its own: the demonstration is not to be made with what tests have loaded.
    """
    home.mkdir(parents=True)
    scopes = {"county": {"region": COUNTY}, "enterprise": {"enterprise": ENTERPRISE}}
    environment = {
        **os.environ, "SHANHAI_HOME": str(home), "PYTHONPATH": str(ROOT),
        "PAGES_PASSWORD": PASSWORD,
        "PAGES_ROLES": json.dumps({role: scopes.get(role, {}) for role in ROLES}),
    }  # fmt: skip
    environment.pop("SHANHAI_DATABASE_URL", None)
    subprocess.run([sys.executable, "-c", _MAKE], env=environment, check=True, cwd=ROOT)


def shared(folder: Path) -> Path:
    """The home made by whichever test process came first; the others wait for it.

    Parameters
    ----------
    folder : Path
        A folder that all processes of the run share.
    """
    home, claim = folder / "demonstration", folder / "demonstration.claimed"
    made = folder / "demonstration.made"
    try:
        claim.touch(exist_ok=False)
    except FileExistsError:
        until = time.monotonic() + 600
        while not made.exists():
            assert time.monotonic() < until, "the demonstration was not made"
            time.sleep(0.2)
        return home
    make(home)
    made.touch()
    return home


@dataclass(frozen=True)
class Served:
    """A server over a copy of the demonstration."""

    server: Server
    home: Path

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.server.url

    @property
    def store(self) -> Store:
        """The store it serves."""
        return Store.open(f"sqlite:///{self.home / 'shanhai.db'}")


@contextmanager
def served(made: Path, home: Path) -> Iterator[Served]:
    """``shanhai serve`` in a process of its own over a copy that may be changed."""
    shutil.copytree(made, home)
    with serving(home, f"sqlite:///{home / 'shanhai.db'}", {}) as server:
        yield Served(server, home)
