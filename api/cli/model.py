"""``train``, ``evaluate``: the ranking model."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.console import language, print_json, step
from api.cli.options import AsJson, AsOf, Lang, day


def train(
    as_of: AsOf = None,
    force: Annotated[bool, typer.Option("--force", help="cli.train.force")] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Fit, judge and publish the ranking model."""
    from api.store import Store
    from api.usecases import train as usecase

    store = Store.open()
    report = usecase.noted(
        store, usecase.run(store, as_of=day(as_of), force=force, progress=step("cli.step"))
    )
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
