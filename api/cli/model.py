"""``train``, ``evaluate``, ``models``: the ranking model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from api.cli.console import language, print_json, say_line, step, table
from api.cli.options import AsJson, Lang, day
from features.language import say


def train(
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="cli.train.as_of")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="cli.train.force")] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Fit, judge and publish the ranking model."""
    from api.store import Store
    from api.usecases import train as usecase

    report = usecase.run(Store.open(), as_of=day(as_of), force=force, progress=step("cli.step"))
    if as_json:
        print_json(report.as_dict())
    else:
        from api.reports import match_terminal, model_terminal

        print(match_terminal.as_text(model_terminal.training_view(report, language(lang))), end="")


def evaluate(
    learning_curve: Annotated[
        bool, typer.Option("--learning-curve", help="cli.evaluate.learning_curve")
    ] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Judge the published model on history it has not seen."""
    from api.store import Store
    from api.usecases import evaluate as usecase

    found = usecase.run(
        Store.open(), learning_curve=learning_curve, progress=step("cli.step"),
        sized=step("cli.learned_from"),
    )  # fmt: skip
    if as_json:
        print_json(found.as_dict())
    else:
        from api.reports import match_terminal, model_terminal

        print(match_terminal.as_text(model_terminal.evaluation_view(found, language(lang))), end="")


def models(
    use: Annotated[str | None, typer.Option("--use", metavar="ID", help="cli.models.use")] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """List the trained models, or put another one in use."""
    from api.store import Store
    from api.usecases import models as usecase

    found = usecase.listed() if use is None else usecase.put_in_use(Store.open(), use)
    if as_json:
        print_json(found)
    elif use is None:
        _list(found)
    else:
        say_line("cli.models.in_use", id=use)


def _list(found: Mapping[str, Any]) -> None:
    """Every model in a row, the one that answers marked; what is wrong with one below them."""
    active = found["active"]
    if not found["models"]:
        say_line("cli.models.none")
        return
    table(
        [
            say(f"cli.models.heading.{name}")
            for name in ("id", "trained_as_of", "oldest", "newest", "cut", "state")
        ],
        [
            (
                one["id"],
                one.get("trained_as_of"),
                *((one.get("learned_from") or {}).get(end) for end in ("oldest", "newest")),
                one.get("cut") if one.get("tested", True) else say("cli.models.untested"),
                say(_state(one, active["id"])),
            )
            for one in found["models"]
        ],
    )
    for one in found["models"]:
        if not one["usable"]:
            say_line("cli.models.unusable", id=one["id"], why=one["why"][language(None)])
    if active["id"] == "rule":
        say_line("cli.models.rule")
    say_line("cli.models.next")


def _state(one: Mapping[str, Any], active: str) -> str:
    if not one["usable"]:
        return "cli.models.state.unusable"
    return f"cli.models.state.{'in_use' if one['id'] == active else 'kept'}"
