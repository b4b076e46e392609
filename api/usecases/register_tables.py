"""The register's tables, kept between the requests of a server while none of their rows change."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from weakref import WeakKeyDictionary

from api.store import Store
from features.tables import Table
from matcher import register as registers

_kept: WeakKeyDictionary[Store, dict[tuple[str, ...], tuple[dict[str, str], dict[str, Table]]]]
_kept = WeakKeyDictionary()
_reading = threading.Lock()


def read(store: Store, names: Iterable[str], own: Iterable[str]) -> Mapping[str, Table]:
    """Tables as :meth:`api.store.Store.tables` gives them, with the columns of a register.

    Whoever gets them must not change them: the next reader gets the same.

    Parameters
    ----------
    own : iterable of str
        Further tables, of which only the stored rows are wanted.
    """
    wanted, bare = tuple(names), tuple(own)
    words = store.generations((*wanted, *bare))[0]
    with _reading:  # one reads, the others wait rather than read the same
        kept = _kept.setdefault(store, {})
        found = kept.get((*wanted, *bare))
        if found is None or found[0] != words:
            # Rows that came since the words were read are read again at the next look.
            found = words, store.tables(wanted, registers.READ, own=bare)
            kept[(*wanted, *bare)] = found
    return found[1]
