"""The demonstration's store with an account of every role, made once a run and copied."""

from __future__ import annotations

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
from api.usecases import users
from tests.api.serving import ROOT, Server, serving

PASSWORD = "correct horse battery"
COUNTY, ENTERPRISE = "缙云县", "DEMO-E022"
"""Whom the accounts ``county`` and ``enterprise`` stand for, as in ``shanhai demo``."""
ROLES = ("county", "enterprise", "planner", "admin")
"""Each role's account is named as the role."""

_MAKE = """
from importlib.resources import as_file
import tomllib
import data
from api.store import Store
from api.usecases import importing, init, train
init.run()
store = Store.open()
about = tomllib.loads(data.folder("demo").joinpath("about.toml").read_text(encoding="utf-8"))
store.set_properties({"made_up": "true", "as_of": about["as_of"].isoformat()})
with as_file(data.folder("demo")) as folder:
    importing.run(store, [folder])
train.run(store, force=True)
"""


def make(home: Path) -> None:
    """Make the store, its model and the accounts in a folder.

    In a process of its own: the demonstration is not to be made with what tests have loaded.
    """
    home.mkdir(parents=True)
    environment = {**os.environ, "SHANHAI_HOME": str(home), "PYTHONPATH": str(ROOT)}
    environment.pop("SHANHAI_DATABASE_URL", None)
    subprocess.run([sys.executable, "-c", _MAKE], env=environment, check=True, cwd=ROOT)
    store = Store.open(f"sqlite:///{home / 'shanhai.db'}")
    scopes = {"county": {"region": COUNTY}, "enterprise": {"enterprise": ENTERPRISE}}
    for role in ROLES:
        users.add(store, role, role, password=PASSWORD, **scopes.get(role, {}))


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
