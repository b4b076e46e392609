"""schemathesis, all checks, of every role but the administrator."""

from __future__ import annotations

from pathlib import Path

from api.store import Store
from conforming import every_role, judged
from serving import serving

ROLES = (None, "enterprise", "county", "planner")


def test_what_the_service_answers_is_what_its_document_says(tmp_path: Path) -> None:
    home = tmp_path / "home"
    url = f"sqlite:///{home / 'shanhai.db'}"
    Store.open(url, create=True)
    with serving(home, url, every_role(url)) as running:
        found = [judged(running, role, tmp_path, "fuzzing", 2) for role in ROLES]
        assert "Traceback" not in running.log.read_text("utf-8")
    print({each.role: each.cases for each in found})
    assert [each.report for each in found if each.failed] == []
    assert sum(each.cases for each in found) >= 1000
