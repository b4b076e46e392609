"""The store: SQLAlchemy over SQLite (default) or PostgreSQL, behind typed tables."""

from api.store.errors import StoreError
from api.store.log import ListLog
from api.store.store import Store

__all__ = ["ListLog", "Store", "StoreError"]
