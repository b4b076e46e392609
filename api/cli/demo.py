"""``demo``: the main job on the built-in data, end to end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli.console import language, say_line, tell
from api.cli.options import Lang
from api.cli.scenarios import show as show_simulation
from features.language import Language, say

if TYPE_CHECKING:
    from api.store import Store
    from matcher.match_list import MatchList, PairAnswer


def demo(lang: Lang = None) -> None:
    """Run the main job in a store of its own."""
    from api.usecases import demo as usecase

    spoken = language(lang)
    own = os.environ.get("SHANHAI_HOME")
    say_line("demo.intro")
    found = usecase.run(lambda step: tell(say(f"demo.step.{step}")))
    counts = {name: sum(part.values()) for name, part in found.imported.counts.items()}
    print()
    say_line(
        "demo.done", enterprises=counts["enterprises"], resources=counts["resources"],
        outcomes=counts["outcomes"], projects=counts["projects"],
        introductions=found.trained.introductions,
    )  # fmt: skip
    print()
    say_line("demo.county", county=usecase.COUNTY)
    _show(found.store, found.county, spoken)
    say_line("demo.enterprise")
    _show(found.store, found.enterprise, spoken)
    workbook = found.home / "match-list.xlsx"
    _write_workbook(found.county, workbook, spoken)
    say_line("demo.planner")
    show_simulation(found.simulated.simulation, spoken)
    print()
    leave = f"export SHANHAI_HOME={own}" if own else "unset SHANHAI_HOME"
    say_line("demo.next", home=found.home, file=workbook, program=_program(), leave=leave,
             barred=found.barred, scenario=found.scenario,
             page=found.simulated.out / "report.html",
             enterprise=usecase.ENTERPRISE, county=usecase.COUNTY)  # fmt: skip


def _show(store: Store, answer: MatchList | PairAnswer, lang: Language) -> None:
    from api.cli.match import rendered
    from api.usecases.match import hand_out

    print(rendered(answer, "table", lang).decode())
    hand_out(store, answer)


def _write_workbook(answer: MatchList | PairAnswer, out: Path, lang: Language) -> None:
    from api.cli.match import rendered
    from api.usecases.output import write_bytes

    write_bytes(out, rendered(answer, "xlsx", lang))


def _program() -> str:
    """How the command was called here, so that the next one can be copied."""
    import sys

    called = Path(sys.argv[0])
    with_folder = os.path.relpath(called) if called.name == "shanhai" else "shanhai"
    return with_folder if not with_folder.startswith("..") else str(called)
