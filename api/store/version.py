"""Which layouts of the store this program knows.

The list stands here, apart from the migrations, so that opening a store does not load Alembic.
A test holds it against the migrations.
"""

REVISIONS: tuple[str, ...] = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
"""Every revision, oldest first; the last is the layout of :mod:`api.store.layout`."""

HEAD = REVISIONS[-1]
