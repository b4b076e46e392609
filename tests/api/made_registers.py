"""A store with a small register: two counties, two firms, one project of both, one pair twice."""

from __future__ import annotations

from datetime import date

from api.store import Store
from features.tables import Table, Value

Row = dict[str, Value]

XIAOSHAN, KEQIAO, JIANGSHAN = "330109", "330603", "330881"

PROJECTS: list[Row] = [
    {"id": "P1", "name": "一期", "enterprise_ids": ("E1",), "resource_id": "R1",
     "agreed_wan": 1000.0, "signed_on": date(2006, 2, 1), "planned_start": date(2006, 4, 1),
     "started_on": date(2006, 5, 1), "production_on": date(2006, 9, 1), "campaign": "百村",
     "planned_completion": date(2006, 12, 31)},
    {"id": "P2", "name": "二期", "enterprise_ids": ("E1",), "resource_id": "R1",
     "agreed_wan": 500.0, "signed_on": date(2006, 6, 1), "planned_start": date(2006, 8, 1)},
    {"id": "P3", "name": "合办", "enterprise_ids": ("E1", "E2"), "resource_id": "R1",
     "agreed_wan": None, "signed_on": date(2006, 7, 1), "planned_start": date(2006, 12, 1),
     "programme": "social"},
    {"id": "P4", "name": "明年的", "enterprise_ids": ("E2",), "region": JIANGSHAN,
     "agreed_wan": 80.0, "signed_on": date(2007, 1, 5)},
]  # fmt: skip
FUNDS: list[Row] = [
    {"id": "F1", "project_id": "P1", "date": date(2006, 3, 1), "amount_wan": 250.0,
     "kind": "investment"},
    {"id": "F2", "project_id": "P1", "date": date(2007, 3, 1), "amount_wan": 750.0,
     "kind": "investment"},
    {"id": "F3", "project_id": "P3", "date": date(2006, 8, 1), "amount_wan": 40.0,
     "kind": "aid"},
]  # fmt: skip
PROBLEMS: list[Row] = [
    {"id": "W1", "project_id": "P1", "raised_on": date(2006, 10, 1), "text": "用电增容未批",
     "due_on": date(2006, 11, 1), "owner": "县供电局"},
    {"id": "W2", "project_id": "P2", "raised_on": date(2006, 12, 1), "text": "土地证未办结",
     "answered_on": date(2006, 12, 20), "answer": "已补办"},
    {"id": "W3", "project_id": "P2", "raised_on": date(2006, 12, 25), "text": "招工不满"},
]  # fmt: skip
VISITS: list[Row] = [
    {"date": date(2006, 6, 1), "developed_region": "330100", "underdeveloped_region": "330800",
     "kind": "high_level"},
    {"date": date(2007, 2, 1), "developed_region": XIAOSHAN,
     "underdeveloped_region": JIANGSHAN, "kind": "trade"},
]  # fmt: skip


def filled(url: str) -> Store:
    """The store at ``url`` with the register in it."""
    store = Store.open(url)
    rows: dict[str, list[Row]] = {
        "enterprises": [
            {"id": "E1", "name": "甲", "kind": "company", "region": XIAOSHAN, "industry": "17"},
            {"id": "E2", "name": "乙", "kind": "company", "region": KEQIAO, "industry": "17"},
        ],
        "resources": [
            {"id": "R1", "name": "地", "kind": "land", "region": JIANGSHAN, "capacity": 4},
        ],
        "projects": PROJECTS, "funds": FUNDS, "problems": PROBLEMS, "visits": VISITS,
    }  # fmt: skip
    store.write({name: Table.from_rows(name, found) for name, found in rows.items()})
    return store
