"""What a command changes is noted in the audit, and by whose hand it was."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Any

import pytest

from api import accounts
from api.store import Store, audit
from api.usecases import users
from features.tables import Table
from made_tables import referred
from running import shanhai

WHO = f"cli:{getpass.getuser()}"


@pytest.fixture(autouse=True)
def _store_of_the_command(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHANHAI_DATABASE_URL", store_url)


def noted(store: Store) -> list[dict[str, Any]]:
    """What the audit holds, oldest first."""
    with store.connection() as connection:
        return audit.noted(connection, limit=200)[::-1]


def test_every_command_that_changes_rows_leaves_its_line_and_never_the_values(
    store: Store, tmp_path: Path
) -> None:
    store.write(referred())
    file = tmp_path / "enterprises.csv"
    file.write_text("id,name,region,industry,phone\nE1,甬江机械,330109,17,0571-1\n", "utf-8")
    out = tmp_path / "resources.csv"
    done = [
        shanhai("import", file, "--dry-run"),
        shanhai("import", file),
        shanhai("record", "E1", "A-1", "signed", "--date", "2008-03-01", "--amount-wan", "120"),
        shanhai("record", "E1", "A-1", "signed", "--date", "2008-03-01", "--amount-wan", "120"),
        shanhai("interest", "enterprise", "E1", "A-1", "no", "--reason", "太远"),
        shanhai("export", "resources", "--out", out),
        shanhai("delete", "interests", "enterprise", "E1", "A-1"),
    ]
    assert [each.status for each in done] == [0] * len(done), [each.err for each in done]
    lines = noted(store)
    assert {line["by"] for line in lines} == {WHO}
    assert [(line["action"], line["subject"]) for line in lines] == [
        ("import", "imports"), ("record", "outcomes/E1/A-1/2008-03-01"),
        ("declare", "interests/enterprise/E1/A-1/"), ("export", "exports/resources"),
        ("delete", "interests/enterprise/E1/A-1/"),
    ]  # fmt: skip
    assert lines[1]["detail"]["columns"] == [
        "amount_wan", "date", "enterprise_id", "resource_id", "stage",
    ]  # fmt: skip
    said = str([(line["subject"], line["detail"]) for line in lines])
    assert "0571" not in said and "120" not in said and "太远" not in said


def test_a_command_that_is_refused_leaves_no_line(store: Store, tmp_path: Path) -> None:
    store.write(referred())
    file = tmp_path / "enterprises.csv"
    file.write_text("id,name,region,industry\nE1,甬江机械,Atlantis,17\n", "utf-8")
    refused = [
        shanhai("import", file),
        shanhai("record", "A-1", "A-1", "signed", "--date", "2999-01-01"),
        shanhai("delete", "enterprises", "none"),
    ]
    assert {each.status for each in refused} == {2}
    assert noted(store) == []


def test_the_audit_is_read_and_narrowed_by_a_command_of_its_own(store: Store) -> None:
    users.add(store, "root", "admin", password="a long enough password", by="root")
    users.add(store, "zhang", "planner", password="a long enough password")
    users.disable(store, "zhang", by="root")

    def told(*options: str) -> list[tuple[str, str]]:
        rows = shanhai("audit", *options, "--json").json["rows"]
        return [(row["action"], row["subject"]) for row in rows]

    made = [("create", "users/zhang"), ("create", "users/root")]
    assert told() == [("disable", "users/zhang"), *made]
    assert told("--by", WHO) == made[:1] and told("--action", "create") == made
    assert told("--subject", "users/root") == made[1:] and told("--until", "2001-01-01") == []
    cut = shanhai("audit", "--top", "1", lang="en")
    assert "disable" in cut.out and "create" not in cut.out and "there are more" in cut.err
    for wrong in (("--action", "x"), ("--since", "x"), ("--top", "0"),
                  ("--since", "2009-02-01", "--until", "2009-01-01")):  # fmt: skip
        refused = shanhai("audit", *wrong)
        assert (refused.status, refused.out) == (2, "") and refused.err, wrong


def test_accounts_made_by_a_command_are_told_from_those_made_by_an_account(store: Store) -> None:
    users.add(store, "root", "admin", password="a long enough password", by="root")
    users.add(store, "zhang", "planner", password="a long enough password")
    accounts.token_for(store, "zhang")
    users.disable(store, "zhang")
    by = [(line["by"], line["action"]) for line in noted(store)]
    assert by == [("root", "create"), (WHO, "create"), (WHO, "token"), (WHO, "disable")]
    assert accounts.name_of(WHO) is None  # so that nobody can take the name


def test_a_merge_and_its_undoing_by_command_are_noted(store: Store, tmp_path: Path) -> None:
    store.write({"enterprises": Table.from_rows("enterprises", [
        {"id": key, "name": "甬江机械有限公司", "kind": "company", "region": "330109",
         "industry": "34"} for key in ("E1", "E2")
    ])})  # fmt: skip
    file = tmp_path / "pairs.csv"
    assert shanhai("duplicates", "--out", file).status == 0
    text = file.read_text("utf-8-sig").splitlines()
    assert len(text) == 2
    approved = tmp_path / "approved.csv"
    approved.write_text("a,b\nE1,E2\n", "utf-8")
    assert shanhai("duplicates", "--merge", approved).status == 0
    assert shanhai("duplicates", "--undo").status == 0
    lines = [(line["by"], line["action"], line["subject"]) for line in noted(store)]
    assert lines == [(WHO, "merge", "merges/1"), (WHO, "undo", "merges/1")]


def test_a_backup_is_noted_by_its_name_and_is_of_the_moment_before(
    store: Store, tmp_path: Path
) -> None:
    store.write(referred())
    assert shanhai("backup", tmp_path / "all.zip").status == 0
    (line,) = noted(store)
    assert (line["by"], line["action"], line["subject"]) == (WHO, "backup", "backups/all.zip")
