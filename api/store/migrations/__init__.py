"""Alembic's folder: how a store's layout came to be, revision by revision."""
