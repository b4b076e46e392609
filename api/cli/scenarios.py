"""``simulate``, ``whatif``: a planner's scenario, a place's other terms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import WIDTH, language, print_json, say_line, step, table
from api.cli.options import AsJson, AsOf, Lang, day
from features.language import Language, say

if TYPE_CHECKING:
    from matcher.simulation import Simulation


def simulate(
    scenario: Annotated[
        Path, typer.Argument(metavar="SCENARIO.json", help="cli.simulate.scenario")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="cli.simulate.out")],
    as_of: AsOf = None,
    workers: Annotated[
        int, typer.Option("--workers", metavar="N", help="cli.simulate.workers", min=1)
    ] = 1,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Simulate a planner's scenario."""
    from api.store import Store
    from api.usecases import simulate as usecase
    from features.findings import FindingsError

    try:
        report = usecase.run(
            Store.open(), scenario, out=out, as_of=day(as_of), workers=workers,
            progress=step("cli.simulate.step"),
        )  # fmt: skip
    except FindingsError as refused:
        if not as_json:
            raise
        findings = [finding.as_dict() for finding in refused.findings]
        print_json({"ok": False, "findings": findings, "total": refused.total})
        raise typer.Exit(2) from None
    if as_json:
        print_json(report.as_dict())
        return
    show(report.simulation, language(lang))
    say_line("cli.simulate.done", folder=report.out, files=", ".join(report.files))


def show(found: Simulation, lang: Language) -> None:
    """The arrangements beside each other, as a table of at most 100 columns."""
    from api.reports.figures import money, money_range, percent

    if found.ranking.made_up:
        say_line("cli.simulate.made_up")
    columns = ("plan", "planned", "signed", "investment", "in_place", "jobs", "cross", "gap")
    rows = []
    for one in found.outlooks:
        signed, funds = one.bands["signed"], one.bands["investment_wan"]
        rows.append(
            [
                one.label[lang],
                len(one.chosen),
                f"{signed.expected:.0f} ({signed.p10:.0f}–{signed.p90:.0f})",
                f"{money(funds.expected, lang)}\n({money_range(funds.p10, funds.p90, lang)})",
                money(one.bands["funded_wan"].expected, lang),
                f"{one.bands['jobs'].expected:,.0f}",
                percent(one.cross_pair_share),
                percent(one.last.gap),
            ]
        )
    table([say(f"cli.simulate.column.{name}", lang) for name in columns], rows,
          right=range(1, len(columns)))  # fmt: skip
    binding = found.outlooks[0].binding
    if binding:
        from api.cli.wrapping import wrapped

        limits = say("requirement.and", lang).join(one.label[lang] for one in binding[:5])
        print(wrapped(say("cli.simulate.binds", lang, limits=limits), WIDTH))


def whatif(
    resource: Annotated[str, typer.Argument(metavar="RESOURCE", help="cli.whatif.resource")],
    terms: Annotated[
        list[str] | None, typer.Option("--set", metavar="TERM=VALUE", help="cli.whatif.set")
    ] = None,
    introductions: Annotated[
        int, typer.Option("--introductions", metavar="N", help="cli.whatif.introductions", min=1)
    ] = 20,
    as_of: AsOf = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """What other terms of a place would change."""
    from api.store import Store
    from api.usecases import whatif as usecase

    store = Store.open()
    found = usecase.run(store, resource, terms or [], as_of=day(as_of), introductions=introductions)
    if as_json:
        print_json(found.as_dict())
    else:
        from api.cli.wrapping import wrapped
        from api.reports.whatif_terminal import as_text

        print(wrapped(as_text(found, language(lang)), WIDTH), end="")
    usecase.hand_out(store, found)
