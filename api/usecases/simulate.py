"""A planner's scenario, simulated on the stored tables and written as a folder of reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from api.errors import UsageError
from api.store import Store
from api.store.log import ListLog, command_line
from api.usecases import dates, naming, ranking
from api.usecases.output import fresh_folder
from api.usecases.targets import plan_of
from features.system_reasons import why

if TYPE_CHECKING:
    from matcher.simulation import Simulation

#: A scenario file is a page of text; more is something else.
_LARGEST = 1_000_000


@dataclass(frozen=True)
class SimulationReport:
    """What was written, and the figures it holds."""

    out: Path
    files: tuple[str, ...]
    simulation: Simulation

    def as_dict(self) -> dict[str, object]:
        """As a JSON object: where it is, and the summary."""
        return {
            "out": str(self.out), "files": list(self.files), **self.simulation.as_dict(),
        }  # fmt: skip


def run(
    store: Store,
    file: Path,
    *,
    out: Path,
    as_of: date | None = None,
    workers: int = 1,
    by: str | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> SimulationReport:
    """Simulate the scenario of a file and write the folder ``out``.

    Parameters
    ----------
    by : str, optional
        The account that asked; default: who runs this process.

    Raises
    ------
    UsageError
        If the file cannot be read, or ``out`` holds something else already.
    features.findings.FindingsError
        With all that is wrong with the scenario.
    matcher.scenario.InfeasibleScenario
        If its requirements conflict. In each case nothing is written.
    """
    from api.reports import simulation_files, simulation_names

    content = _content(file)
    with fresh_folder(out, simulation_names.NAMES) as draft:
        found = simulated(
            store, content, file.name, as_of=as_of, workers=workers, progress=progress
        )
        progress("report")
        files = simulation_files.write(found, draft)
    store.log_list(_log(found, out, by or command_line()))
    return SimulationReport(out, files, found)


def simulated(
    store: Store,
    content: bytes,
    name: str,
    *,
    as_of: date | None = None,
    workers: int = 1,
    progress: Callable[[str], None] = lambda step: None,
) -> Simulation:
    """The simulation of a scenario file's bytes; nothing is written.

    Parameters
    ----------
    name : str
        Of the file, for its findings.

    Raises
    ------
    features.findings.FindingsError, matcher.scenario.InfeasibleScenario
    """
    from features.pairing import lines
    from matcher.scenario_file import read_scenario
    from matcher.simulation import simulate
    from models.gains import fit_gains
    from models.posterior import steps_seen

    own = store.own_rows("pairings")
    scenario = read_scenario(
        content, regions=naming.regions_of(store),
        pairings={line.pairing for line in lines(own)}, places=naming.places_of(store), file=name,
    )  # fmt: skip
    progress("market")
    day = dates.as_of(store, as_of)
    tables = ranking.read_tables(store)
    history = ranking.known_history(tables, day)
    found = ranking.build(store, as_of=day, pairing=scenario.pairing)
    plan = plan_of(store.tables(("targets",), own=("regions",)))
    gains = fit_gains(found.market, history, found.amounts, tables["outcomes"], tables["projects"])
    return simulate(
        found, gains, scenario, reached=steps_seen(history),
        targets=plan, workers=workers, progress=progress,
    )  # fmt: skip


def _content(file: Path) -> bytes:
    try:
        if file.stat().st_size > _LARGEST:
            raise UsageError("simulate.too_large", file=file, most=f"{_LARGEST:,}")
        return file.read_bytes()
    except OSError as error:
        raise UsageError("simulate.cannot_read", file=file, reason=why(error)) from error


def _log(found: Simulation, out: Path, by: str) -> ListLog:
    return ListLog(
        query={"side": "scenario", "id": found.scenario.name},
        filters={"draws": found.scenario.draws, "seed": found.scenario.seed},
        model_id=str(found.ranking.model_about["id"]),
        as_of=found.ranking.market.as_of,
        by=by,
        rows=[{"planned": len(found.outlooks[0].chosen), "folder": out.name}],
    )
