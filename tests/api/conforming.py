"""The service judged by schemathesis against its own OpenAPI document, as each role."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from api import accounts
from api.store import Store
from api.usecases import users
from features.tables import Table
from serving import Server, tokens

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
ROLES = (None, "enterprise", "county", "planner", "admin")
"""None: nobody is signed in."""


def every_role(url: str) -> dict[str, str]:
    """Tokens of an account of every role, in a store with a few rows."""
    found, store = tokens(url), Store.open(url)
    store.write(
        [
            Table.from_rows("enterprises", [
                {"id": "E-0001", "name": "甬江机械", "kind": "company", "region": "330109",
                 "industry": "34", "phone": "0571-1234567"},
            ]),
            Table.from_rows("resources", [
                {"id": "R-0001", "name": "江山地块", "kind": "land", "region": "330881",
                 "land_mu": 20.0, "phone": "0570-7654321"},
            ]),
        ]
    )  # fmt: skip
    users.add(store, "county", "county", region="江山市", password="a long enough password")
    users.add(store, "enterprise", "enterprise", enterprise="E-0001",
              password="a long enough password")  # fmt: skip
    return {**found, **{name: accounts.token_for(store, name) for name in ("county", "enterprise")}}


@dataclass(frozen=True)
class Judgement:
    """What one run came to."""

    role: str
    cases: int
    failed: bool
    report: str


def judged(
    running: Server, role: str | None, folder: Path, phases: str, most: int, *options: str
) -> Judgement:
    """Run schemathesis with all its checks as one role.

    Parameters
    ----------
    phases : str
        Of examples, coverage, fuzzing, stateful; with commas.
    most : int
        Most cases that fuzzing makes of an operation.
    """
    token = "" if role is None else running.tokens[role]
    # The document itself is shown to whoever is signed in.
    file = folder / "openapi.json"
    if not file.exists():
        with running.client("admin") as admin:
            file.write_text(json.dumps(admin.get("/openapi.json").json()), "utf-8")
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(CONFIGURATION),
        "run", str(file), "--url", running.url, "--checks", "all", "--phases", phases,
        "--max-examples", str(most), "--continue-on-failure", "--max-failures", "100",
        "--max-response-time", "120", "--request-timeout", "120", "--workers", "2", "--seed",
        "2006", "--no-color", "--warnings", "off", *options,
    ]  # fmt: skip
    if token:
        command += ["--header", f"Authorization: Bearer {token}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    report = (done.stdout + done.stderr).replace(token or "\0", "…")
    counted = re.search(r"([\d,]+) generated", report)
    cases = int(counted[1].replace(",", "")) if counted else 0
    return Judgement(role or "anonymous", cases, done.returncode != 0, report)
