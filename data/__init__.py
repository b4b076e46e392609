"""Built-in tables: facts of the plan, regions, industries, chains, expert weights, messages.

Each file's origin is told in ``data/SOURCES.md``. Files are read through
:mod:`importlib.resources`, so the package works from a wheel as from a checkout.
"""

from __future__ import annotations

import csv
import io
from importlib import resources
from importlib.resources.abc import Traversable

__all__ = ["folder", "rows"]


def folder(name: str = "") -> Traversable:
    """A folder of built-in files (the package's own folder by default)."""
    root = resources.files(__name__)
    return root.joinpath(name) if name else root


def rows(name: str) -> list[dict[str, str]]:
    """The rows of the built-in table ``name`` (``regions`` reads ``regions.csv``).

    Every cell is text as written in the file; an empty cell is the empty string.
    """
    written = folder().joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(written, newline="")))
