"""For all tests: a home of their own, the default language, properties without a stop-watch."""

from __future__ import annotations

import os
import tempfile

import pytest
from hypothesis import settings

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
