"""``python -m api.index.child``: make the index of the rows as they are, and end."""

from __future__ import annotations

import os

from api.index import folder, making
from api.store import Store


def main() -> None:
    """Make it, beside whatever else this machine has to do."""
    if hasattr(os, "nice"):
        os.nice(10)
    folder.forget_all_but({making.make(Store.open())})


if __name__ == "__main__":
    main()
