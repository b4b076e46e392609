"""``python -m api.index.child``: make the index of the rows as they are, and end.

``python -m api.index.child INDEX MODEL``: work out the scores of an index under a stored model.
"""

from __future__ import annotations

import os
import sys

from api.index import folder, making
from api.store import Store


def main() -> None:
    """Make it, beside whatever else this machine has to do."""
    if hasattr(os, "nice"):
        os.nice(10)
    if len(sys.argv) == 3:
        from api.index import scored

        scored.make(*sys.argv[1:])
    else:
        folder.forget_all_but({making.make(Store.open())})


if __name__ == "__main__":
    main()
