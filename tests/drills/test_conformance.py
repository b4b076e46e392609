"""Drill: schemathesis, all checks and phases, at least 10,000 cases (``make drill``)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))
from api.store import Store
from conforming import ROLES, every_role, judged
from serving import serving

PHASES = "examples,coverage,fuzzing,stateful"
OF_AN_OPERATION = 20
CASES = 10_000


def test_what_the_service_answers_is_what_its_document_says(tmp_path: Path) -> None:
    home = tmp_path / "home"
    url = f"sqlite:///{home / 'shanhai.db'}"
    Store.open(url, create=True)
    with serving(home, url, every_role(url), workers=2) as running:
        found = [judged(running, role, tmp_path, PHASES, OF_AN_OPERATION) for role in ROLES]
        assert "Traceback" not in running.log.read_text("utf-8")
    for each in found:
        print(f"{each.role}: {each.cases} cases{', with failures' if each.failed else ''}")
    assert [each.report for each in found if each.failed] == []
    assert sum(each.cases for each in found) >= CASES
