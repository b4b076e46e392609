"""Where a role can go: the entries of the header, and the way back above a page."""

from __future__ import annotations

from collections.abc import Mapping

_UPLOADS = ("/uploads", "uploads")
_STAFF = (("/projects", "projects"), ("/rates", "rates"), ("/overdue", "overdue"))
_PLANNER = (
    ("/planner", "planner"), *_STAFF, ("/scenarios", "scenarios"), ("/prices", "prices"),
    ("/offers", "offers"), ("/audit", "audit"),
)  # fmt: skip
ENTRIES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "enterprise": (("/fit", "fit"), ("/own", "own"), ("/interests", "interests")),
    "county": (("/offers", "offers"), *_STAFF, _UPLOADS),
    "planner": _PLANNER,
    "admin": (*_PLANNER, _UPLOADS),
}
"""Address and name (of ``pages.menu``) of what each role finds in the header, its home first."""


def home_of(role: str) -> str:
    """The first page of a role."""
    return ENTRIES[role][0][0]


def entries(role: str | None, path: str) -> list[tuple[str, str, bool]]:
    """Address, name and whether one is there, of every entry for a role."""
    found = ENTRIES.get(role or "", ())
    return [(to, name, path == to or path.startswith(f"{to}/")) for to, name in found]
