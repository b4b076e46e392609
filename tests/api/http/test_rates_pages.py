"""Every link of the rates leads on, for a county of either side and for a whole city."""

from __future__ import annotations

from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import networkx as nx
import pytest
from test_pages import Elements, seen

from api import accounts
from api.store import accounts as account_rows
from features.tables import Table
from matcher.rates import BY
from service import HERE, THERE, Service

GIVING, NEIGHBOUR = "330109", "330802"
"""萧山区, and 柯城区, which is of the same city as :data:`HERE`."""
SEAT = {"E-x": GIVING, "E-n": "330206"}
PROJECTS = {
    "P-own": ("E-x", HERE), "P-far": ("E-n", HERE), "P-city": ("E-x", NEIGHBOUR),
    "P-other": ("E-n", THERE),
}  # fmt: skip
SEES = {
    HERE: {"P-own", "P-far"},
    GIVING: {"P-own", "P-city"},
    "330800": {"P-own", "P-far", "P-city"},  # 衢州市
    "330200": {"P-far", "P-other"},  # 宁波市
}


@pytest.fixture
def filled(service: Service) -> Service:
    """Projects between two giving and three receiving counties; an account of each of SEES."""
    service.store.write([
        Table.from_rows("enterprises", [
            {"id": key, "name": key, "kind": "company", "industry": "17", "region": region}
            for key, region in SEAT.items()
        ]),
        Table.from_rows("projects", [
            {"id": key, "name": key, "enterprise_ids": (who,), "region": region,
             "signed_on": date(2024, 3, 1), "agreed_wan": 100.0, "programme": "industry",
             "park": "山海园", "campaign": "春"}
            for key, (who, region) in PROJECTS.items()
        ]),
    ])  # fmt: skip
    for region in SEES:
        with service.store.connection(writer=True) as connection:
            name = f"c{region}"
            account_rows.add(connection, name, "county", "", region=region, enterprise_id=None)
        service.tokens[region] = accounts.token_for(service.store, name)
    return service


def test_every_figure_leads_to_its_own_projects_and_to_nobody_elses(filled: Service) -> None:
    for region, own in SEES.items():
        wanted: set[str] = set()
        for by in BY:
            links = Elements(seen(filled, region, f"/rates?by={by}").text).values("href")
            led = {unescape(one) for one in links if one.startswith(("/rates?", "/projects?"))}
            assert any(link.startswith("/projects?") for link in led), by
            wanted |= led
        listed: set[str] = set()
        for link in wanted:
            shown = seen(filled, region, link)
            assert shown.status_code == 200, (region, link)
            if link.startswith("/projects?"):
                told = {key for key in PROJECTS if f">{key}<" in shown.text}
                assert told == {key for key in own if _passes(key, link)}, (region, link)
                listed |= told
        assert listed == own


def _passes(key: str, link: str) -> bool:
    """Whether a project is of the places that an address names."""
    who, where = PROJECTS[key]
    asked = parse_qs(urlsplit(link).query)
    sides = (("region", where), ("developed", SEAT[who]))
    return all(
        code.startswith(place.removesuffix("00"))
        for name, code in sides for place in asked.get(name, ())
    )  # fmt: skip


def test_no_county_asks_for_another_on_its_own_side(filled: Service) -> None:
    for region, asked in (
        (HERE, f"region={THERE}"), (HERE, f"region={NEIGHBOUR}"), (GIVING, "developed=330206"),
        ("330800", f"region={THERE}"), ("330200", f"developed={GIVING}"),
    ):  # fmt: skip
        assert seen(filled, region, f"/projects?{asked}").status_code == 422
        assert filled.ask(region, "GET", f"/api/v1/rates?{asked}").status_code == 422


def test_a_city_asks_for_one_of_its_counties_wherever_it_asks(filled: Service) -> None:
    for asked in (
        f"rates?region={NEIGHBOUR}", f"overdue?region={NEIGHBOUR}",
        f"brief?developed={GIVING}&underdeveloped={NEIGHBOUR}",
    ):  # fmt: skip
        assert filled.ask("330800", "GET", f"/api/v1/{asked}").status_code == 200, asked
        other = asked.replace(NEIGHBOUR, THERE)
        assert filled.ask("330800", "GET", f"/api/v1/{other}").status_code == 422, other


def test_a_county_is_told_of_introductions_that_it_has_a_side_of(filled: Service) -> None:
    filled.store.write([
        Table.from_rows("resources", [
            {"id": f"R-{where}", "name": where, "kind": "land", "region": where}
            for where in {where for _, where in PROJECTS.values()}
        ]),
        Table.from_rows("outcomes", [
            {"enterprise_id": who, "resource_id": f"R-{where}", "date": date(2024, 3, 1),
             "stage": "signed"} for who, where in PROJECTS.values()
        ]),
    ])  # fmt: skip
    signed = {
        region: {(SEAT[who], where) for who, where in (PROJECTS[key] for key in own)}
        for region, own in {**SEES, "planner": set(PROJECTS)}.items()
    }
    for account, pairs in signed.items():
        said = filled.ask(account, "GET", "/api/v1/graph?format=graphml")
        read = nx.parse_graphml(said.text, force_multigraph=True)
        lines = read.edges(data=True)
        assert {(i, j) for i, j, of in lines if of["kind"] == "signed"} == pairs, account
        assert any(of["kind"] == "pairing" for *_, of in lines)
        picture = filled.ask(account, "GET", "/api/v1/graph?format=html").text
        assert f"{len(pairs)} signatures" in picture
        assert ("left out" in picture) == (account != "planner")
