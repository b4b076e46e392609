"""Where a job stands, in words: its state, that it was cancelled, the step it is at."""

from __future__ import annotations

import re

from features.language import Text, catalogue, text

_STEPS = {
    "train": "cli.step", "evaluation": "cli.step", "simulation": "cli.simulate.step",
    "allocation": "cli.allocate.step",
}  # fmt: skip
"""Where the steps of a kind of job are said, as the same command says them on a terminal."""
CANCELLED = "jobs.cancelled"
"""Code of the error of a job that was cancelled."""


def said(kind: str, state: str, progress: str | None, code: object) -> Text:
    """What is told of a job.

    Parameters
    ----------
    progress : str or None
        The step it is at (``plans 2/8``), or how much is done (``3/10``).
    code : str or None
        Of its error.
    """
    if state == "running" and progress:
        return _step(kind, progress)
    return text("jobs.state.cancelled" if code == CANCELLED else f"jobs.state.{state}")


def _step(kind: str, progress: str) -> Text:
    if re.fullmatch(r"\d+/\d+", progress):
        return text("jobs.step.part", part=progress)
    if progress.isdigit():
        return text("cli.learned_from.other", name=progress)
    if (ranker := f"report.evaluation.rankers.{progress}") in catalogue():
        return text("jobs.step.judging", name=text(ranker))
    word, _, part = progress.partition(" ")
    known = (f"{_STEPS.get(kind, 'jobs.step')}.{word}{'_part' if part else ''}", "jobs.step.other")
    return text(next(one for one in known if one in catalogue()), name=progress, part=part)
