"""For all tests: a home of their own, the default language, properties without a stop-watch."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# As the program does, and before numpy is there: test processes do not fight over the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

settings.register_profile("shanhai", deadline=None)
settings.load_profile("shanhai")

_home = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """No test may see, let alone change, the store and the settings of whoever runs it."""
    for name in [name for name in os.environ if name.startswith("SHANHAI_")]:
        del os.environ[name]
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    config.stash[_home] = tempfile.TemporaryDirectory(prefix="shanhai-tests-")
    os.environ["SHANHAI_HOME"] = config.stash[_home].name


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_home].cleanup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that no process works alone at the end.

    Files of few tests that each wait for a browser, a notebook or a server are handed out before
    those of many short ones.
    """
    items.sort(key=_turn)


_LONG = ("pages", "notebooks", "api", "matcher")
"""Folders of tests, those with the longest tests first."""


def _turn(item: pytest.Item) -> int:
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    return _LONG.index(folder) if folder in _LONG else len(_LONG)
