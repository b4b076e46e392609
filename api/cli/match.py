"""``match``: one list, one pair, or all lists."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.console import counter, language, print_json, say_line
from api.cli.options import AsJson, AsOf, Lang, Out, Pairing, choice, day
from api.errors import UsageError
from features.language import Language

if TYPE_CHECKING:
    from matcher.match_list import MatchList, PairAnswer

Format = Literal["table", "json", "csv", "xlsx", "docx"]
Side = Literal["enterprises", "resources"]
_BINARY = ("xlsx", "docx")
#: Options that mean nothing for all lists at once, for one pair, for one list.
_MEANINGLESS = {
    "all": ("--format", "--contacts"),
    "pair": (
        "--programme", "--kind", "--cross-pair", "--hide-known", "--top", "--congestion",
        "--workers", "--scheduler",
    ),
    "list": ("--workers", "--scheduler"),
}  # fmt: skip
_BATCH = (".parquet", ".csv", ".jsonl")


def match(
    enterprise: Annotated[
        str | None, typer.Option("--enterprise", metavar="ID", help="cli.match.enterprise")
    ] = None,
    resource: Annotated[
        str | None, typer.Option("--resource", metavar="ID", help="cli.match.resource")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="R", help="cli.match.region")
    ] = None,
    all_: Annotated[
        Side | None,
        typer.Option("--all", help="cli.match.all"),
    ] = None,
    programme: Annotated[
        str | None,
        typer.Option(
            "--programme", metavar="industry|rural|labour|social", help="cli.match.programme"
        ),
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="K", help="cli.match.kind")] = None,
    top: Annotated[
        int | None, typer.Option("--top", metavar="N", help="cli.match.top", min=1)
    ] = None,
    cross_pair: Annotated[
        Literal["allow", "only", "forbid"],
        typer.Option("--cross-pair", help="cli.match.cross_pair"),
    ] = "allow",
    pairing: Pairing = None,
    congestion: Annotated[
        Literal["off", "on"], typer.Option("--congestion", help="cli.match.congestion")
    ] = "off",
    preferences: Annotated[
        Path | None, typer.Option("--preferences", metavar="FILE", help="cli.match.preferences")
    ] = None,
    examination: Annotated[
        Literal["fast", "slow"], typer.Option("--examination", help="cli.match.examination")
    ] = "fast",
    hide_known: Annotated[bool, typer.Option("--hide-known", help="cli.match.hide_known")] = False,
    as_of: AsOf = None,
    contacts: Annotated[bool, typer.Option("--contacts", help="cli.match.contacts")] = False,
    format_: Annotated[Format | None, typer.Option("--format", help="cli.match.format")] = None,
    out: Out = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="cli.match.workers", min=1)
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", metavar="ADDRESS", help="cli.match.scheduler")
    ] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """One match list with probabilities and reasons; one pair; or all lists."""
    programme, kind = _programme(programme), _kind(kind)
    filters: dict[str, Any] = {
        "programme": programme,
        "kind": kind,
        "cross_pair": cross_pair,
        "pairing": pairing,
        "hide_known": hide_known,
        "as_of": day(as_of),
        "top": 20 if top is None else top,
        "congestion": congestion == "on",
        "solving": _sweeps(),
    }
    _check_question(enterprise, resource, region, all_)
    if preferences is None and examination != "fast":
        raise UsageError("cli.match.examination_needs")
    if preferences is not None and all_ is None:
        raise UsageError("cli.match.preferences_need_all", option="--preferences")
    _check_options(
        "all" if all_ is not None else "pair" if enterprise and resource else "list",
        given := {
            "--programme": programme is not None,
            "--kind": kind is not None,
            "--top": top is not None,
            "--cross-pair": cross_pair != "allow",
            "--hide-known": hide_known,
            "--congestion": congestion == "on",
            "--contacts": contacts,
            "--format": format_ is not None,
            "--workers": workers is not None,
            "--scheduler": scheduler is not None,
        },
    )
    if all_ is not None and preferences is not None:
        given |= {"--as-of": as_of is not None, "--pairing": pairing is not None}
        given |= {"--top": False, "--congestion": False}
        for option in (name for name, is_given in given.items() if is_given):
            raise UsageError("cli.match.not_with_preferences", option=option)
        from api.cli.preferences import lists_from

        lists_from(
            all_, preferences, on=congestion == "on", slow=examination == "slow",
            top=filters["top"], out=_batch_file(out), as_json=as_json,
        )  # fmt: skip
        return
    if all_ is not None:
        _all(all_, _batch_file(out), workers or 1, scheduler, filters, as_json=as_json)
        return
    form = _format(format_, out, as_json)
    from api.store import Store
    from api.usecases import match as usecase

    store = Store.open()
    answer = usecase.run(
        store,
        enterprise=enterprise,
        resource=resource,
        region=region,
        progress=counter("cli.match.reading_texts"),
        **filters,
    )
    _give(rendered(answer, form, language(lang), contacts=contacts), out)
    usecase.hand_out(store, answer)


def _all(
    side: Side,
    out: Path,
    workers: int,
    scheduler: str | None,
    filters: dict[str, Any],
    *,
    as_json: bool,
) -> None:
    """Write the lists of all enterprises or all resources."""
    from api.store import Store
    from api.usecases import match as usecase

    report = usecase.run_all(
        Store.open(),
        side,
        workers=workers,
        scheduler=scheduler,
        out=out,
        progress=counter("cli.match.making_lists"),
        **filters,
    )
    if as_json:
        print_json(report.as_dict())
    else:
        say_line("cli.match.wrote_all", file=out)
        if report.congestion:
            from api.cli.preferences import say_crowding

            say_crowding(report.congestion)


def _sweeps() -> Callable[[int, float], None]:
    """What tells each sweep of an equilibrium; how many there will be nobody knows."""
    told = counter("cli.match.balancing")
    return lambda sweep, missed: told(sweep, sweep + 1)


def _check_question(
    enterprise: str | None, resource: str | None, region: str | None, all_: str | None
) -> None:
    asked = [name for name in (enterprise, resource, region, all_) if name is not None]
    pair = enterprise is not None and resource is not None and len(asked) == 2
    if len(asked) != 1 and not pair:
        raise UsageError("cli.match.which" if not asked else "cli.match.too_many")


def _check_options(question: str, given: Mapping[str, bool]) -> None:
    """Refuse options that mean nothing for what is asked.

    Raises
    ------
    UsageError
        At the first that would be ignored.
    """
    for option in _MEANINGLESS[question]:
        if given[option]:
            raise UsageError(f"cli.match.not_for_{question}", option=option)


def _programme(written: str | None) -> str | None:
    """The programme meant by its name or its label."""
    from features.schema import PROGRAMMES, choice_label

    known = {name: choice_label("projects", "programme", name) for name in PROGRAMMES}
    return choice(written, "--programme", known)


def _kind(written: str | None) -> str | None:
    """The kind of resource or of enterprise meant by its name or its label."""
    from features.schema import ENTERPRISE_KINDS, RESOURCE_KINDS, choice_label

    known = {name: choice_label("resources", "kind", name) for name in RESOURCE_KINDS}
    known |= {name: choice_label("enterprises", "kind", name) for name in ENTERPRISE_KINDS}
    return choice(written, "--kind", known)


def _batch_file(out: Path | None) -> Path:
    """The file for all lists.

    Raises
    ------
    UsageError
        If none is named, or in no format of a batch.
    """
    if out is None or out.suffix.lower() not in _BATCH:
        raise UsageError("cli.match.batch_out", endings=", ".join(_BATCH))
    return out


def _format(wanted: Format | None, out: Path | None, as_json: bool) -> Format:
    """The format asked for, else the one that the file's ending says, else a table."""
    if as_json:
        return "json"
    ending = out.suffix.lower().lstrip(".") if out is not None else ""
    named: dict[str, Format] = {
        "json": "json", "csv": "csv", "xlsx": "xlsx", "docx": "docx", "txt": "table",
    }  # fmt: skip
    if wanted is None and out is not None and ending not in named and not out.is_dir():
        raise UsageError("cli.match.unknown_ending", file=out)
    form = wanted or named.get(ending, "table")
    if form in _BINARY and out is None:
        raise UsageError("cli.match.needs_out", format=form)
    return form


def _give(content: bytes, out: Path | None) -> None:
    """The finished list to stdout, or into a file."""
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    from api.usecases.output import write_bytes

    write_bytes(out, content)
    say_line("cli.wrote", file=out)


def rendered(
    answer: MatchList | PairAnswer, form: Format, lang: Language, *, contacts: bool = False
) -> bytes:
    """A list, or the answer on a pair, as the bytes of a format."""
    from api import reports
    from api.store.log import account
    from matcher.match_list import MatchList

    made = reports.Provenance(reports.stamp(), account())
    if form == "table":
        from api.reports import match_terminal

        if isinstance(answer, MatchList):
            view = match_terminal.match_list_view(answer, made, lang, contacts=contacts)
        else:
            view = match_terminal.pair_view(answer, made, lang, contacts=contacts)
        return match_terminal.as_text(view).encode()
    if isinstance(answer, MatchList):
        return reports.match_file(answer, form, made, lang, contacts=contacts)
    return reports.pair_file(answer, form, made, lang, contacts=contacts)
