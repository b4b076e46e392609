"""A simulation as a workbook: all its page tells, under headings of its own, in figures."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

import data
from api import jobs
from api.accounts import Account
from api.pages.scenario_file import document_of
from api.reports import simulation_files
from api.reports.sheet_files import rendered
from api.store import Store
from api.store.jobs import Job
from api.usecases.targets import plan_of
from features.language import LANGUAGES, Language, say
from features.tables import Table
from matcher.scenario import Ceilings, Scenario
from matcher.simulation import Simulation, simulate
from models.stages import STAGES
from tests.matcher.planned_market import gains_of, market

SCENARIO = Scenario(
    "试", pairing="official-2006", max_cross_share=0.2, min_projects_per_region=2,
    max_share_per_region=0.4, draws=5, compare_with=("open",),
    ceilings=Ceilings(projects=9, energy_tce=3000),
)  # fmt: skip
STAMP = "2009-01-01T00:00:00Z"
CHOSEN = say("report.simulation.head.chosen", "zh")
PLANNER = Account("planner", "planner", None, None, STAMP, None)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    """A simulation against the plan's targets."""
    url = f"sqlite:///{tmp_path_factory.mktemp('plan') / 'own.db'}"
    plan = plan_of(Store.open(url, create=True).tables(("targets",), own=("regions",)))
    ranking = market(0, 12, 4)
    return simulate(ranking, gains_of(ranking), SCENARIO, reached=np.ones(4), targets=plan)


@pytest.fixture
def store(tmp_path: Path, found: Simulation) -> Store:
    """The two sides of the simulation."""
    store = Store.open(f"sqlite:///{tmp_path / 'own.db'}", create=True)
    sides = found.ranking.market.enterprises, found.ranking.market.resources
    for name, side in zip(("enterprises", "resources"), sides, strict=True):
        rows = [{k: row[k] for k in ("id", "name", "kind", "region")} for row in side.table.rows()]
        store.write({name: Table.from_rows(name, rows)})
    return store


@pytest.fixture
def job(found: Simulation) -> Job:
    """The simulation as a job that is done."""
    made = Job("0" * 32, "simulation", "planner", "done", {}, STAMP, STAMP, STAMP, None,
               found.as_dict(), None)  # fmt: skip
    (jobs.folder(made.id) / "made").mkdir(parents=True)
    simulation_files.write(found, jobs.folder(made.id) / "made")
    return made


def workbook(store: Store, job: Job, lang: Language) -> Any:
    """The file as Excel would read it."""
    document = document_of(store, job, PLANNER, lang)
    return openpyxl.load_workbook(io.BytesIO(rendered(document, "xlsx", lang, author="planner")))


def table(book: Any, name: str, lang: Language) -> list[dict[str, Any]]:
    """The rows of a sheet by its headings; what stands below them is left out."""
    head, *rows = book[say(f"report.simulation.head.{name}", lang)[:31]].values
    return [dict(zip(head, row, strict=True)) for row in rows if row[1:] != (None,) * len(row[1:])]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_limits_and_costs_of_fairness_stand_as_figures_under_their_own_headings(
    store: Store, job: Job, found: Simulation, lang: Language
) -> None:
    own, book = found.outlooks[0], workbook(store, job, lang)
    limits, costs = table(book, "limits", lang), table(book, "floors", lang)
    assert own.binding and own.floor_costs
    assert any(one.share for one in own.binding) and not all(one.share for one in own.binding)
    value, share = (say(f"report.simulation.{name}", lang) for name in ("value", "share"))
    for row, one in zip(limits, own.binding, strict=True):
        label, *_, gain = row.values()
        assert label == one.label[lang]
        assert row[share if one.share else value] == pytest.approx(one.value, rel=1e-5)
        assert row[value if one.share else share] is None
        assert gain == pytest.approx(one.shadow_price / (100 if one.share else 1), rel=1e-5)
    for row, cost in zip(costs, own.floor_costs, strict=True):
        assert list(row.values()) == [
            cost.label[lang], pytest.approx(cost.cost, rel=1e-5),
            pytest.approx(cost.cost / own.last.value, rel=1e-4),
        ]  # fmt: skip
        assert say("report.simulation.cost_share", lang) in row


def test_the_workbook_tells_what_the_page_tells(store: Store, job: Job, found: Simulation) -> None:
    own, book = found.outlooks[0], workbook(store, job, "en")
    ends, stages = ("expected", "p10", "p50", "p90"), table(book, "stages", "en")
    assert [list(row.values())[1:] for row in stages] == [
        [pytest.approx(own.bands[name].as_dict()[end], rel=1e-5) for end in ends]
        for name in (*STAGES, "investment_wan", "funded_wan", "jobs")
    ]
    assert own.targets
    targets = [list(row.values()) for row in table(book, "targets", "en")]
    labels = {row["indicator"]: row["label_en"] for row in data.rows("targets")}
    assert targets == [
        [labels[name], pytest.approx(share, rel=1e-4)] for name, share in own.targets.items()
    ]
    first, other = table(book, "compared", "en")
    assert first["From the best possible"] == pytest.approx(own.last.gap, abs=1e-6)
    above = found.outlooks[1].against["investment_wan"]["share_of_draws_above"]
    assert (first["Draws with more money"], other["Draws with more money"]) == (None, above)


def test_an_enterprise_merged_since_is_told_by_the_name_it_has_now(store: Store, job: Job) -> None:
    gone = str(workbook(store, job, "zh")[CHOSEN]["A2"].value)
    kept = next(key for key in store.keys("enterprises") if key != gone)
    store.merge({gone: kept})
    rows = store.table("enterprises", ["id", "name"]).rows()
    name = next(row["name"] for row in rows if row["id"] == kept)
    sheet = workbook(store, job, "zh")[CHOSEN]
    assert (sheet["A2"].value, sheet["B2"].value) == (gone, name)
