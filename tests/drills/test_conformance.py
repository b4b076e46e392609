"""Drill: schemathesis, all checks and phases, at least 10,000 cases on SQLite and on PostgreSQL.

Role by role (``-k "postgresql and admin"``); the last test adds up what those before it came to.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))
from conforming import ROLES, every_role, judged
from serving import Server, serving
from writing import store_address

PHASES = "examples,coverage,fuzzing,stateful"
OF_AN_OPERATION = 5
CASES = 10_000


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Each database in turn, with a server of its own."""
    return str(request.param)


@pytest.fixture(scope="module")
def server(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home: Path = tmp_path_factory.mktemp("served")
    with (
        store_address(database, home) as url,
        serving(home, url, every_role(url), workers=2) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def counted(database: str) -> dict[str, int]:
    """Cases of each role that has had its turn on a database."""
    return {}


@pytest.mark.parametrize("role", ROLES)
def test_what_the_service_answers_a_role_is_what_its_document_says(
    server: Server, role: str | None, counted: dict[str, int], tmp_path: Path
) -> None:
    found = judged(server, role, tmp_path, PHASES, OF_AN_OPERATION)
    counted[found.role] = found.cases
    print(f"{found.role}: {found.cases} cases")
    assert not found.failed, found.report
    assert "Traceback" not in server.log.read_text("utf-8")


def test_the_cases_of_all_roles_together_are_as_many_as_were_wanted(
    counted: dict[str, int],
) -> None:
    print(f"together {sum(counted.values())}: {counted}")
    assert sum(counted.values()) >= CASES
