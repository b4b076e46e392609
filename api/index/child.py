"""``python -m api.index.child``: make the index of the rows as they are, and end.

``python -m api.index.child scores INDEX MODEL``: work out the scores of an index under a stored
model; ``lists``: write its lists out.
"""

from __future__ import annotations

import os
import sys

from api import parent
from api.index import folder, making
from api.log_lines import log_to_stderr
from api.store import Store


def main() -> None:
    """Make it, beside whatever else this machine has to do."""
    if hasattr(os, "nice"):
        os.nice(10)
    log_to_stderr()
    parent.end_with_it()
    if len(sys.argv) == 4:
        from api.index import scored, written

        make = {"scores": scored.make, "lists": written.make}[sys.argv[1]]
        make(*sys.argv[2:])
    else:
        folder.forget_all_but({making.make(Store.open())})


if __name__ == "__main__":
    main()
