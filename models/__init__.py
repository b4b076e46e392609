"""Rankers: the expert rule, the stage model, baselines, evaluation, explanation.

The names below are meant for users; each is loaded when it is first asked for, so that a command
imports only what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.fitting import fit_stages as fit_stages
    from models.history import Introductions as Introductions
    from models.history import introductions as introductions
    from models.rule import expert_rule as expert_rule
    from models.stages import StageModel as StageModel

__all__ = [
    "Introductions",
    "StageModel",
    "expert_rule",
    "fit_stages",
    "introductions",
]

_HOME = {
    "Introductions": "models.history",
    "StageModel": "models.stages",
    "expert_rule": "models.rule",
    "fit_stages": "models.fitting",
    "introductions": "models.history",
}


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
