"""A service over an empty store, for every test."""

from __future__ import annotations

import pytest

from api.store import Store
from service import Service


@pytest.fixture
def service(store_url: str) -> Service:
    """A service with an account of every role."""
    return Service(Store.open(store_url))
