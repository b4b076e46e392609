"""``targets``, ``overdue``, ``brief``, ``report``: what became of what was signed."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from api.cli.console import language, print_json
from api.cli.options import AsJson, AsOf, Lang, Out, OutNeeded, Pairing, choice, day
from api.cli.sheets import FormatOption, give, sheet_format, write


def targets(
    as_of: AsOf = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", metavar="CUT", help="cli.targets.by")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help="cli.targets.year")] = None,
    split: Annotated[
        Literal["province", "city", "county"], typer.Option("--split", help="cli.targets.split")
    ] = "province",
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="cli.targets.region")
    ] = None,
    developed: Annotated[
        str | None, typer.Option("--developed", metavar="REGION", help="cli.targets.developed")
    ] = None,
    signed_in: Annotated[
        int | None, typer.Option("--signed-in", metavar="YEAR", help="cli.targets.signed_in")
    ] = None,
    programme: Annotated[
        str | None, typer.Option("--programme", help="cli.targets.programme")
    ] = None,
    park: Annotated[str | None, typer.Option("--park", help="cli.targets.park")] = None,
    campaign: Annotated[str | None, typer.Option("--campaign", help="cli.targets.campaign")] = None,
    projects: Annotated[bool, typer.Option("--projects", help="cli.targets.projects")] = False,
    definitions: Annotated[
        bool, typer.Option("--definitions", help="cli.targets.definitions")
    ] = False,
    format_: FormatOption = None,
    out: Out = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show progress against the plan, and the rates."""
    from api import settings
    from api.reports import targets_report
    from api.store import Store
    from api.store.log import account
    from api.usecases import naming
    from api.usecases import targets as usecase
    from features.schema import PROGRAMMES, choice_label
    from matcher.rates import Filters

    form = sheet_format(format_, out)
    store = Store.open()
    regions = naming.regions_of(store)
    kinds = {name: choice_label("projects", "programme", name) for name in PROGRAMMES}
    report = usecase.run(
        store,
        as_of=day(as_of),
        year=year,
        level=split,
        by=_cuts(by),
        filters=Filters(
            region=None if region is None else regions.resolve(region),
            developed=None if developed is None else regions.resolve(developed),
            year=signed_in,
            programme=choice(programme, "--programme", kinds),
            park=park,
            campaign=campaign,
        ),
        with_projects=projects,
    )
    if as_json:
        print_json(targets_report.as_json(report, generated_at=settings.stamp()))
        return
    spoken = language(lang)
    document = targets_report.document(
        report,
        spoken,
        generated_at=settings.stamp(),
        made_by=account(),
        definitions=definitions or form == "xlsx",
    )
    give(document, form, out, spoken)


def _cuts(written: list[str] | None) -> list[str] | None:
    """What the rates are cut by, by name or by the heading of its column."""
    from features.language import text
    from matcher.rates import BY

    known = {name: text(f"register.cut.{name}") for name in BY}
    return [str(choice(each, "--by", known)) for each in written] if written else None


def overdue(
    as_of: AsOf = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="REGION", help="cli.overdue.region")
    ] = None,
    developed: Annotated[
        str | None, typer.Option("--developed", metavar="REGION", help="cli.overdue.developed")
    ] = None,
    light: Annotated[
        Literal["red", "yellow"] | None, typer.Option("--light", help="cli.overdue.light")
    ] = None,
    pairing: Pairing = None,
    format_: FormatOption = None,
    out: Out = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show what is behind."""
    from api import settings
    from api.reports import overdue_report
    from api.store import Store
    from api.store.log import account
    from api.usecases import naming
    from api.usecases import overdue as usecase
    from matcher.rates import Filters

    form = sheet_format(format_, out)
    store = Store.open()
    regions = naming.regions_of(store)
    filters = Filters(
        region=None if region is None else regions.resolve(region),
        developed=None if developed is None else regions.resolve(developed),
    )
    report = usecase.run(store, as_of=day(as_of), pairing=pairing, filters=filters)
    stamp = settings.stamp()
    if as_json:
        print_json(overdue_report.as_json(report, generated_at=stamp, light=light))
        return
    spoken = language(lang)
    document = overdue_report.document(
        report, spoken, generated_at=stamp, made_by=account(), light=light
    )
    give(document, form, out, spoken)


def brief(
    developed: Annotated[str, typer.Argument(metavar="DEVELOPED", help="cli.brief.developed")],
    underdeveloped: Annotated[
        str, typer.Argument(metavar="UNDERDEVELOPED", help="cli.brief.underdeveloped")
    ],
    as_of: AsOf = None,
    pairing: Pairing = None,
    format_: FormatOption = None,
    out: Out = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Write the brief of a pair line."""
    from api import settings
    from api.reports import overdue_report
    from api.store import Store
    from api.store.log import account
    from api.usecases import naming
    from api.usecases import overdue as usecase

    form = sheet_format(format_, out)
    store = Store.open()
    regions = naming.regions_of(store)
    found = usecase.brief(
        store,
        regions.resolve(developed),
        regions.resolve(underdeveloped),
        as_of=day(as_of),
        pairing=pairing,
    )
    stamp = settings.stamp()
    if as_json:
        print_json(overdue_report.brief_json(found, generated_at=stamp))
        return
    spoken = language(lang)
    document = overdue_report.brief_document(found, spoken, generated_at=stamp, made_by=account())
    give(document, form, out, spoken)


def report(
    kind: Annotated[Literal["supervision"], typer.Argument(metavar="KIND", help="cli.report.kind")],
    year: Annotated[int, typer.Option("--year", min=1900, max=2100, help="cli.report.year")],
    out: OutNeeded,
    as_of: AsOf = None,
    format_: FormatOption = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Write the yearly supervision report."""
    from api import settings
    from api.reports import supervision_report
    from api.store import Store
    from api.store.log import account
    from api.usecases import supervision as usecase

    form = sheet_format(format_, out)
    found = usecase.run(Store.open(), year, as_of=day(as_of))
    spoken = language(lang)
    document = supervision_report.document(
        found, spoken, generated_at=settings.stamp(), made_by=account()
    )
    if as_json:
        write(document, form, out, spoken)
        print_json({"kind": kind, "year": year, "file": str(out)})
        return
    give(document, form, out, spoken)
