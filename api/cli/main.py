"""Entry point of ``shanhai``."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Annotated, cast

import typer
from typer.exceptions import TyperException

from api import settings
from api.cli import (
    allocating,
    audit,
    backups,
    completeness,
    demo,
    duplicates,
    files,
    match,
    model,
    pairings,
    place,
    register,
    rows,
    scenarios,
    serve,
    users,
)
from api.cli.command import Command, Group
from api.cli.console import prepare_streams, tell
from api.cli.options import Lang
from api.errors import UserError
from features import stamps
from features.findings import FindingsError
from features.language import say, text

app = typer.Typer(
    name="shanhai", cls=Group, add_completion=False, no_args_is_help=True, rich_markup_mode=None
)

_COMMANDS: dict[str, Callable[..., None]] = {
    "demo": demo.demo,
    "init": rows.init,
    "import": files.import_,
    "template": files.template,
    "record": rows.record,
    "interest": rows.interest,
    "delete": rows.delete,
    "duplicates": duplicates.duplicates,
    "completeness": completeness.completeness,
    "match": match.match,
    "train": model.train,
    "evaluate": model.evaluate,
    "models": model.models,
    "graph": pairings.graph,
    "allocate": allocating.allocate,
    "place": place.place,
    "simulate": scenarios.simulate,
    "targets": register.targets,
    "whatif": scenarios.whatif,
    "overdue": register.overdue,
    "brief": register.brief,
    "report": register.report,
    "export": files.export,
    "backup": backups.backup,
    "restore": backups.restore,
    "user": users.user,
    "audit": audit.audit,
    "serve": serve.serve,
}
for _name, _function in _COMMANDS.items():
    app.command(_name, cls=Command)(_function)


def _version(wanted: bool) -> None:
    if wanted:
        print(settings.program())
        raise typer.Exit


@app.callback()
def _program(
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="cli.option.version"),
    ] = False,
    lang: Lang = None,
) -> None:
    """Matching of enterprises and resources across the mountain-sea cooperation."""
    stamps.fixed()  # one that is set wrongly is told before anything is done


def command() -> Group:
    """The whole program as one command."""
    return cast(Group, typer.main.get_command(app))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit status: 0 done, 1 failed, 2 wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    prepare_streams()
    _take_language(given)
    sys.exit(_run(given))


def _take_language(given: Sequence[str]) -> None:
    """Let ``--lang`` hold for everything said from here on, wherever it stands."""
    for i, word in enumerate(given):
        value = word.partition("=")[2] if word.startswith("--lang=") else None
        if word == "--lang" and i + 1 < len(given):
            value = given[i + 1]
        if value in ("zh", "en"):
            os.environ["SHANHAI_LANG"] = value


def _run(given: Sequence[str]) -> int:
    try:
        status = command().main(list(given), prog_name="shanhai", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        tell(text("cli.interrupted"))
        return 130
    except UserError as error:
        tell(error.message)
        return error.exit_status
    except FindingsError as error:
        files.show_findings(error.findings, error.total)
        return 2
    except TyperException as error:
        return _usage(error)
    except Exception as error:
        return _unforeseen(error)


def _usage(error: TyperException) -> int:
    from api.cli import usage

    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message(), file=sys.stderr)
    else:
        tell(usage.said(error))
    return 2


def _unforeseen(error: Exception) -> int:
    """A core error that explains itself is told; of anything else the traceback goes to a file."""
    message = getattr(error, "message", None)
    if isinstance(message, dict) and {"zh", "en"} <= set(message):
        tell(message)
        return getattr(error, "exit_status", 2)
    if settings.debug():
        traceback.print_exc()
        return 1
    what = f"{type(error).__name__}: {error}".strip().splitlines()[0][:200]
    tell(say("cli.unforeseen", what=what, where=_logged(error)))
    return 1


def _moment() -> str:
    """The stamp of a log line; one that is fixed wrongly must not hide the failure itself."""
    try:
        return settings.stamp()
    except stamps.NotAMoment:
        return "?"


def _logged(error: Exception) -> str:
    """Append the traceback to the log; where it is, or that it could not be written."""
    file = settings.log_file()
    try:
        settings.private_folder(settings.home())
        settings.private_folder(file.parent)
        with file.open("a", encoding="utf-8") as log:
            log.write(f"{_moment()} {' '.join(sys.argv)}\n")
            log.writelines(traceback.format_exception(error))
    except Exception:  # the last resort must not fail in its turn
        return say("cli.no_log")
    return str(file)


if __name__ == "__main__":
    main()
