"""The main job on the built-in data, in a store of its own."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import as_file
from pathlib import Path

import numpy as np

import data
from api import settings
from api.store import Store
from api.usecases import importing, init, match, ranking, simulate, train
from api.usecases.importing import ImportReport
from api.usecases.output import write_bytes
from api.usecases.simulate import SimulationReport
from api.usecases.train import TrainReport
from matcher.match_list import MatchList, PairAnswer

#: Who asks in the demonstration: a county's promotion team, and an enterprise.
COUNTY = "缙云县"
ENTERPRISE = "DEMO-E022"


@dataclass(frozen=True)
class DemoResult:
    """What the demonstration made.

    Attributes
    ----------
    home : Path
        Folder of the demonstration's own store and model.
    store : Store
        For :func:`api.usecases.match.hand_out`, once the lists are shown.
    barred : str
        A resource that a hard limit keeps from the enterprise.
    scenario : Path
        The planner's scenario, to be changed and simulated again.
    simulated : SimulationReport
    """

    home: Path
    store: Store
    imported: ImportReport
    trained: TrainReport
    county: MatchList | PairAnswer
    enterprise: MatchList | PairAnswer
    barred: str
    scenario: Path
    simulated: SimulationReport


def run(told: Callable[[str], None] = lambda step: None, *, top: int = 3) -> DemoResult:
    """Set up the store, import, train, list.

    The process works in ``SHANHAI_HOME/demo`` from here on; the user's own store is not touched.

    Parameters
    ----------
    told : callable
        Told each step's name as it begins.
    top : int
        Length of the lists.
    """
    home = settings.home() / "demo"
    settings.private_folder(settings.home())
    settings.private_folder(home)
    os.environ["SHANHAI_HOME"] = str(home)
    os.environ.pop("SHANHAI_DATABASE_URL", None)
    told("store")
    _start_afresh(home)
    init.run()
    store = Store.open()
    about = tomllib.loads(data.folder("demo").joinpath("about.toml").read_text(encoding="utf-8"))
    store.set_properties({"made_up": "true", "as_of": about["as_of"].isoformat()})
    told("import")
    with as_file(data.folder("demo")) as folder:
        imported = importing.run(store, [Path(folder)])
    told("train")
    trained = train.run(store, force=True)
    told("lists")
    county = match.run(store, region=COUNTY, top=top)
    enterprise = match.run(store, enterprise=ENTERPRISE, top=top)
    barred = _barred(store)
    told("simulate")
    scenario = home / "scenario.json"
    write_bytes(scenario, (data.folder("simulation") / "demo.json").read_bytes())
    simulated = simulate.run(store, scenario, out=home / "scenario")
    return DemoResult(
        home=home,
        store=store,
        imported=imported,
        trained=trained,
        county=county,
        enterprise=enterprise,
        barred=barred,
        scenario=scenario,
        simulated=simulated,
    )


def _barred(store: Store) -> str:
    found = ranking.build(store)
    own = np.array([found.market.enterprises.index[ENTERPRISE]])
    everything = np.arange(len(found.market.resources))
    out = np.flatnonzero(found.limits.barred(own, everything)[0])
    return found.market.resources.ids[int(out[0])]


def _start_afresh(home: Path) -> None:
    """Leave nothing of an earlier demonstration but the text vectors, which hold for any data."""
    for name in ("shanhai.db", "shanhai.db-wal", "shanhai.db-shm"):
        with suppress(FileNotFoundError):
            (home / name).unlink()
