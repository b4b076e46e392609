"""Tables, reference trees, profiles and pair features.

The names below are meant for users; each is loaded when it is first asked for, so that a command
imports only what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from features.findings import Finding as Finding
    from features.findings import FindingsError as FindingsError
    from features.industries import Industries as Industries
    from features.market import Market as Market
    from features.regions import Regions as Regions
    from features.tables import Table as Table
    from features.text import default_encoder as default_encoder

__all__ = [
    "Finding",
    "FindingsError",
    "Industries",
    "Market",
    "Regions",
    "Table",
    "default_encoder",
]

_HOME = {
    "Finding": "features.findings",
    "FindingsError": "features.findings",
    "Industries": "features.industries",
    "Market": "features.market",
    "Regions": "features.regions",
    "Table": "features.tables",
    "default_encoder": "features.text",
}


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
