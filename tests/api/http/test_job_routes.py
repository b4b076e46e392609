"""Questions that take long are jobs: asked for, done aside, fetched by whoever asked, cancelled."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from api import jobs, settings
from api.http.jobs import Kind
from features.tables import Table
from service import HERE, Service

SCORES = "enterprise_id,resource_id,score\nA,x,3\nA,y,1\nB,x,2\n"
PLACES = "id,capacity\nx,1\ny,1\n"


@pytest.fixture
def market(service: Service) -> Service:
    """Two enterprises and six places that they could go to."""
    service.store.write(
        [
            Table.from_rows("enterprises", [
                {"id": f"E-{n}", "name": f"企业{n}", "kind": "company", "region": "330109",
                 "industry": "17", "budget_wan": 500.0, "land_need_mu": 10.0}
                for n in ("own", "two")
            ]),
            Table.from_rows("resources", [
                {"id": f"R-{n}", "name": f"地块{n}", "kind": "land", "region": HERE,
                 "land_mu": 30.0 * n, "land_price_wan_per_mu": 10.0 * n, "capacity": 1}
                for n in range(1, 7)
            ]),
        ]
    )  # fmt: skip
    return service


def ask(service: Service, role: str, path: str, **body: object) -> dict[str, Any]:
    """A question's job as its own address tells it, done."""
    sent = service.ask(role, "POST", f"/api/v1/{path}", json=body, headers={"Prefer": "wait=0"})
    assert sent.headers["location"].startswith(f"/api/v1/{path.partition('/')[0]}/")
    return service.done(role, sent)


def test_other_terms_are_asked_for_and_the_answer_is_fetched(market: Service) -> None:
    job = ask(market, "county", "whatif", resource_id="R-1", set={"land_price_wan_per_mu": 12})
    assert job["state"] == "done", job["error"]
    assert job["result"]["resource_id"] == "R-1"
    wrong = ask(market, "county", "whatif", resource_id="R-1", set={"surprise": 1})
    assert (wrong["state"], wrong["error"]["refused"]) == ("failed", True)
    asked = {"resource_id": "R-9", "set": {"land_mu": 1}}
    assert market.ask("county", "POST", "/api/v1/whatif", json=asked).status_code == 404
    assert market.store.lists()[-1].by == "county"


def test_an_allocation_comes_with_its_bound_and_as_a_file(market: Service) -> None:
    job = ask(market, "planner", "allocations", value="projects", time_limit=5)
    assert job["state"] == "done", job
    found = job["result"]
    assert found["objective"] <= found["bound"] + 1e-9 and len(found["allocation"]) == 2
    place = f"/api/v1/allocations/{job['id']}/table"
    file = market.ask("planner", "GET", place, headers={"Accept": "text/csv"})
    assert file.status_code == 200 and "E-own" in file.text
    book = market.ask("planner", "GET", f"{place}?format=xlsx")
    assert book.content[:2] == b"PK"
    assert market.ask("planner", "GET", place, headers={"Accept": "image/png"}).status_code == 406
    assert market.store.lists()[-1].by == "planner"


def test_scores_of_ones_own_are_allocated_and_nothing_of_them_stays(market: Service) -> None:
    sent = market.ask(
        "county", "POST", "/api/v1/allocations/from-scores", headers={"Prefer": "wait=0"},
        files={"scores": ("s.csv", SCORES.encode()), "resources": ("r.csv", PLACES.encode())},
        data={"time_limit": "5"},
    )  # fmt: skip
    job = market.done("county", sent)
    assert job["state"] == "done", job
    pairs = {(p["enterprise_id"], p["resource_id"]) for p in job["result"]["allocation"]}
    assert pairs == {("A", "x")} or job["result"]["objective"] == pytest.approx(3)
    assert market.store.own_rows("resources").columns["id"] == [f"R-{n}" for n in range(1, 7)]
    place = f"/api/v1/jobs/{job['id']}"
    assert market.ask("county", "DELETE", place).status_code == 204
    assert market.ask("county", "GET", place).status_code == 404
    assert not list((settings.home() / "jobs").iterdir())


def test_a_file_at_fault_is_told_row_by_row(market: Service) -> None:
    bad = SCORES.replace("3", "many")
    sent = market.ask("planner", "POST", "/api/v1/allocations/from-scores",
                      files={"scores": ("s.csv", bad.encode())},
                      headers={"Prefer": "wait=0"})  # fmt: skip
    job = market.done("planner", sent)
    assert job["state"] == "failed"
    assert [(f["row"], f["column"]) for f in job["error"]["findings"]] == [(2, "score")]


def test_all_lists_of_a_side_are_a_file(market: Service) -> None:
    job = ask(market, "planner", "batches", side="enterprises", top=2, format="csv")
    assert job["state"] == "done", job
    assert (job["result"]["queries"], job["result"]["rows"]) == (2, 4)
    place = f"/api/v1/batches/{job['id']}/lists"
    lines = market.ask("planner", "GET", place).text.splitlines()
    assert lines[0].startswith("query_id,rank,candidate_id") and len(lines) == 5
    assert market.store.lists()[-1].by == "planner"


def test_lists_from_ones_own_wishes_are_a_file(market: Service) -> None:
    wishes = "enterprise_id,resource_id,p_enterprise,p_resource\nA,x,0.5,0.5\nB,x,0.4,0.9\n"
    sent = market.ask(
        "county", "POST", "/api/v1/batches/from-preferences", headers={"Prefer": "wait=0"},
        files={"preferences": ("wishes.csv", wishes.encode())},
        data={"side": "enterprises", "format": "jsonl"},
    )  # fmt: skip
    job = market.done("county", sent)
    assert job["state"] == "done", job
    lines = market.ask("county", "GET", f"/api/v1/batches/{job['id']}/lists").text.splitlines()
    assert len(lines) == 2 and '"A"' in lines[0]


def test_newcomers_are_placed_on_ones_own_scores(market: Service) -> None:
    past = "year,week,enterprise_id,resource_id,score\n2007,1,P,x,2\n2008,2,Q,y,1\n"
    files = {
        "scores": ("s.csv", SCORES.encode()), "resources": ("r.csv", PLACES.encode()),
        "arrivals": ("a.csv", b"enterprise_id,week\nA,1\nB,2\n"), "past": ("p.csv", past.encode()),
    }  # fmt: skip
    sent = market.ask("county", "POST", "/api/v1/placements/from-scores", files=files,
                      headers={"Prefer": "wait=0"})  # fmt: skip
    job = market.done("county", sent)
    assert job["state"] == "done", job
    assert [p["enterprise_id"] for p in job["result"]["placements"]] == ["A", "B"]
    file = market.ask("county", "GET", f"/api/v1/placements/{job['id']}/table?format=csv")
    assert file.status_code == 200 and "A" in file.text


def test_placing_and_judging_without_history_fail_with_a_sentence(market: Service) -> None:
    arrivals = [{"enterprise_id": "E-own", "week": 3}]
    for path, body in (("placements", {"arrivals": arrivals}), ("evaluations", {})):
        job = ask(market, "planner", path, **body)
        assert job["state"] == "failed", job
        assert set(job["error"]["message"]) == {"zh", "en"}


def test_a_job_that_waits_is_cancelled_and_then_forgotten_by_whoever_asked(
    market: Service,
) -> None:
    sent = market.ask("planner", "POST", "/api/v1/batches", json={"side": "resources"},
                      headers={"Prefer": "wait=0"})  # fmt: skip
    place, key = sent.headers["location"], sent.json()["id"]
    assert market.ask("planner", "GET", f"{place}/lists").status_code == 409
    for path in (place, f"{place}/lists", f"/api/v1/jobs/{key}"):
        method = "DELETE" if path.endswith(f"/jobs/{key}") else "GET"
        said = [
            market.ask("county", method, path.replace(key, each)) for each in (key, "0" * 32)
        ]  # fmt: skip
        assert [answer.status_code for answer in said] == [404, 404]
        assert said[0].text.replace(key, "0" * 32) == said[1].text
    assert market.ask("planner", "DELETE", f"/api/v1/jobs/{key}").status_code == 204
    market.work()
    told = market.ask("planner", "GET", place).json()
    assert (told["state"], told["error"]["code"]) == ("failed", "jobs.cancelled")
    late = market.ask("planner", "DELETE", f"/api/v1/jobs/{key}?cancel=true")
    assert (late.status_code, late.json()["code"]) == (409, "jobs.ended_already")
    assert market.ask("planner", "DELETE", f"/api/v1/jobs/{key}").status_code == 204
    assert market.ask("planner", "GET", place).status_code == 404


def test_an_account_has_so_many_jobs_waiting_and_no_more(
    market: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.jobs.queue.MOST_OPEN", 2)

    def send() -> int:
        return market.ask("planner", "POST", "/api/v1/evaluations", json={},
                          headers={"Prefer": "wait=0"}).status_code  # fmt: skip

    assert [send(), send(), send()] == [202, 202, 429]
    market.work()
    assert send() == 202


def test_jobs_are_listed_page_by_page_the_newest_first_and_by_kind_and_state(
    service: Service,
) -> None:
    made = [
        (jobs.submit(service.store, kind, {}, by=by).id, kind, by)
        for kind, by in (("whatif", "county"), ("batch", "planner")) * 3
    ][::-1]
    assert jobs.claim(service.store, "somebody:1:1") is not None

    def pages(who: str, **asked: Any) -> list[list[str]]:
        found: list[list[str]] = []
        cursor: str | None = None
        while True:
            sent = {"limit": 2, **asked, **({} if cursor is None else {"cursor": cursor})}
            told = service.ask(who, "GET", "/api/v1/jobs", params=sent).json()
            found.append([job["id"] for job in told["jobs"]])
            if (cursor := told["next"]) is None:
                return found

    every = [key for key, *_ in made]
    assert pages("admin") == [every[:2], every[2:4], every[4:]]
    of_planner = [key for key, _, by in made if by == "planner"]
    assert pages("planner") == [of_planner[:2], of_planner[2:]]
    assert pages("planner", kind="whatif") == [[]]
    assert pages("admin", kind="batch", limit=3) == [of_planner]
    assert pages("admin", state="running") == [every[-1:]]
    # Whose jobs are seen does not hang on the cursor.
    cut = service.ask("county", "GET", f"/api/v1/jobs?cursor={of_planner[0]}").json()["jobs"]
    assert [job["id"] for job in cut] == [key for key, _, by in made[1:] if by == "county"]
    assert set(get_args(Kind)) == set(jobs.KINDS)
    for wrong in ("cursor=x", "limit=0", "kind=surprise", "state=surprise"):
        assert service.ask("admin", "GET", f"/api/v1/jobs?{wrong}").status_code == 422
