"""Hard limits, match lists, batch lists.

The names below are meant for users; each is loaded when it is first asked for, so that a command
imports only what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matcher.batch import all_lists as all_lists
    from matcher.limits import Limits as Limits
    from matcher.lists import for_enterprise as for_enterprise
    from matcher.lists import for_pair as for_pair
    from matcher.lists import for_region as for_region
    from matcher.lists import for_resource as for_resource
    from matcher.match_list import MatchList as MatchList
    from matcher.match_list import PairAnswer as PairAnswer
    from matcher.ranking import Filters as Filters
    from matcher.ranking import Ranking as Ranking
    from matcher.rates import Rates as Rates
    from matcher.rates import rate_table as rate_table
    from matcher.register import Register as Register

__all__ = [
    "Filters",
    "Limits",
    "MatchList",
    "PairAnswer",
    "Ranking",
    "Rates",
    "Register",
    "all_lists",
    "for_enterprise",
    "for_pair",
    "for_region",
    "for_resource",
    "rate_table",
]

_HOME = {
    "Filters": "matcher.ranking",
    "Limits": "matcher.limits",
    "MatchList": "matcher.match_list",
    "PairAnswer": "matcher.match_list",
    "Ranking": "matcher.ranking",
    "Rates": "matcher.rates",
    "Register": "matcher.register",
    "all_lists": "matcher.batch",
    "for_enterprise": "matcher.lists",
    "for_pair": "matcher.lists",
    "for_region": "matcher.lists",
    "for_resource": "matcher.lists",
    "rate_table": "matcher.rates",
}


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
