"""Store, use cases, command line, reports.

The names below are meant for users; each is loaded when it is first asked for, so that a command
imports only what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.store import Store as Store

__all__ = [
    "Store",
]

_HOME = {
    "Store": "api.store",
}


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
