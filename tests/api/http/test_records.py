"""Feedback on lists and the audit are read back: by whom they concern, filtered, page by page."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.errors import UsageError
from api.store import ListLog, audit
from api.usecases import dates
from service import Service

API = "/api/v1"


def given(service: Service, by: str, *candidates: str) -> str:
    """A list that an account was given; its id."""
    entry = ListLog(
        {"side": "enterprise", "id": "E-own", "name": "本企业"}, {}, "rule", date(2024, 1, 1),
        [{"candidate_id": each} for each in candidates], by=by,
    )  # fmt: skip
    service.store.log_list(entry)
    return entry.id


def rows(service: Service, role: str, path: str, **asked: Any) -> list[dict[str, Any]]:
    """All rows, two a page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        sent = {"limit": 2, **asked, **({} if cursor is None else {"cursor": cursor})}
        answer = service.ask(role, "GET", f"{API}/{path}", params=sent)
        assert answer.status_code == 200, answer.text
        found += answer.json()["rows"]
        cursor = answer.json()["next"]
        if cursor is None:
            return found
        assert len(answer.json()["rows"]) == 2


def test_feedback_is_read_back_by_who_gave_it_and_by_planners_and_by_nobody_else(
    service: Service,
) -> None:
    said: dict[str, list[str]] = {}
    for role in ("enterprise", "county", "planner"):
        place = f"{API}/matches/{given(service, role, 'R-1', 'R-2')}/feedback"
        for body in (
            {"verdict": "opened"}, {"verdict": "unfit", "candidate_id": "R-2", "reason": " 太远 "},
            {"verdict": "not_now", "candidate_id": "R-1"},
        ):  # fmt: skip
            made = service.ask(role, "POST", place, json=body)
            assert made.status_code == 201, made.text
            at = made.headers["location"]
            assert at == f"{API}/feedback/{made.json()['id']}"
            assert service.ask(role, "GET", at).json() == made.json()
            said.setdefault(role, []).append(at.rpartition("/")[2])
    every = [key for keys in said.values() for key in keys]
    for role in ("enterprise", "county"):
        assert [row["id"] for row in rows(service, role, "feedback")] == said[role][::-1]
        assert rows(service, role, "feedback", by="planner") == []
        other, nowhere = said["planner"][0], "0" * 28
        told = [service.ask(role, "GET", f"{API}/feedback/{key}") for key in (other, nowhere)]
        assert [answer.status_code for answer in told] == [404, 404]
        assert told[0].text.replace(other, nowhere) == told[1].text
    for role in ("planner", "admin"):
        assert [row["id"] for row in rows(service, role, "feedback")] == every[::-1]
    (unfit,) = rows(service, "planner", "feedback", by="county", verdict="unfit")
    assert (unfit["candidate_id"], unfit["reason"]) == ("R-2", "太远")
    assert unfit["query"] == {"side": "enterprise", "id": "E-own", "name": "本企业"}
    assert len(rows(service, "admin", "feedback", candidate_id="R-1")) == 3
    assert len(rows(service, "admin", "feedback", list_id=unfit["list_id"])) == 3
    today = unfit["at"][:10]
    assert rows(service, "admin", "feedback", until="2001-01-01", since="0001-01-01") == []
    assert len(rows(service, "admin", "feedback", since=today, until="9999-12-31")) == 9


def test_the_audit_is_asked_by_whom_what_to_what_and_when(service: Service) -> None:
    with service.store.connection(writer=True) as connection:
        for by, action, subject in (
            ("zhang", "update", "enterprises/E_1"), ("li", "update", "enterprises/E-1"),
            ("zhang", "delete", "enterprises/E_1/x"), ("zhang", "update", "enterprises2"),
            ("li", "import", "imports"),
        ):  # fmt: skip
            audit.note(connection, by, action, subject)  # type: ignore[arg-type]

    def subjects(**asked: str) -> list[str]:
        return [row["subject"] for row in rows(service, "admin", "audit", **asked)]

    assert subjects(by="zhang", action="update") == ["enterprises2", "enterprises/E_1"]
    whole = ["enterprises/E_1/x", "enterprises/E-1", "enterprises/E_1"]
    assert subjects(subject="enterprises") == whole
    assert subjects(subject="enterprises/E_1") == ["enterprises/E_1/x", "enterprises/E_1"]
    assert subjects(by="li", until="2001-01-01") == [] == subjects(subject="ENTERPRISES")
    assert subjects(by="li", since="2001-01-01") == ["imports", "enterprises/E-1"]


@pytest.mark.parametrize(("asked", "named"), [
    ("action=removed", "sign_in_refused"), ("since=2024-02-01&until=2024-01-31", "2024-02-01"),
    ("since=1706659200", "2008-03-01"), ("limit=201", "200"), ("subject=" + "x" * 201, "200"),
    ("cursor=../1", "query.cursor"), ("until=2024-02-30", "query.until"),
])  # fmt: skip
def test_a_filter_of_the_audit_that_will_not_do_is_refused_with_what_would(
    service: Service, asked: str, named: str
) -> None:
    answer = service.ask("admin", "GET", f"{API}/audit?{asked}")
    assert answer.status_code == 422 and named in answer.text


def test_a_day_begins_and_ends_as_the_calendar_in_zhejiang_has_it() -> None:
    day = date(2024, 3, 1)
    assert dates.stamps(day, day) == ("2024-02-29T16:00:00Z", "2024-03-01T16:00:00Z")
    assert dates.stamps(date.min, date.max) == dates.stamps(None, None) == (None, None)
    assert dates.stamps(date(1, 1, 2), None)[0] == "0001-01-01T16:00:00Z"
    with pytest.raises(UsageError, match="2024-03-02"):
        dates.stamps(date(2024, 3, 2), day)
