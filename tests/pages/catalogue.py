"""Every page there is, with who looks at it; a route of ``api/pages`` without a row here fails."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Shown:
    """A page as somebody may open it.

    Attributes
    ----------
    route : str
        The path as the route declares it.
    path : str
        An address of it on the demonstration's store; ``{draft}``, ``{job}``: what
        ``made.json`` in its home names.
    role : str or None
    map : bool
        Whether it shows a map, which may weigh more.
    """

    route: str
    path: str
    role: str | None
    map: bool = False

    def address(self, home: Path) -> str:
        """The path, what was made for it filled in."""
        if "{" not in self.path:
            return self.path
        return self.path.format(**json.loads((home / "made.json").read_text()))

    @property
    def name(self) -> str:
        """Name of its picture."""
        plain = "".join(letter if letter.isalnum() else "-" for letter in self.path.strip("/"))
        return f"{self.role or 'anonymous'}-{plain[:60] or 'home'}"


OWN, OTHER = "DEMO-R031", "DEMO-R001"
"""A resource of the account ``county``, and one elsewhere."""

NEAR, FAR = "DEMO-R022", "DEMO-R004"
"""Two places that the account ``enterprise`` may compare."""

PAGES = (
    Shown("/sign-in", "/sign-in", None),
    Shown("/offers", "/offers", "county"),
    Shown("/offers", "/offers", "planner"),
    Shown("/offers/{resource}", f"/offers/{OWN}", "county"),
    Shown("/offers/{resource}", f"/offers/{OWN}?why=DEMO-E022", "county"),
    Shown("/offers/{resource}", f"/offers/{OTHER}", "county"),
    Shown("/offers/{resource}", f"/offers/{OWN}?why=sy", "county"),
    Shown("/offers/{resource}", f"/offers/{OTHER}", "planner"),
    Shown("/offers/{resource}/with/{enterprise}", f"/offers/{OWN}/with/DEMO-E022", "county"),
    Shown("/offers/{resource}/terms", f"/offers/{OWN}/terms?land_price_wan_per_mu=15", "county"),
    Shown("/offers/{resource}/entry", f"/offers/{OWN}/entry", "county"),
    Shown("/new-offer", "/new-offer", "county"),
    Shown("/search", "/search", "county"),
    Shown("/search", "/search?find=jy", "planner"),
    Shown("/search", "/search?find=jy", "enterprise"),
    Shown("/enterprises/{enterprise}", "/enterprises/DEMO-E022", "county"),
    Shown("/planner", "/planner", "planner", map=True),
    Shown("/planner", "/planner?show=start_rate&lines=both", "planner", map=True),
    Shown("/rates", "/rates", "planner"),
    Shown("/rates", "/rates?by=region&programme=industry", "planner"),
    Shown("/rates", "/rates", "county"),
    Shown("/projects", "/projects?year=2008", "planner"),
    Shown("/projects", "/projects", "county"),
    Shown("/overdue", "/overdue", "planner"),
    Shown("/overdue", "/overdue?light=red", "county"),
    Shown("/uploads", "/uploads", "county"),
    Shown("/uploads/{draft}", "/uploads/{draft}", "county"),
    Shown("/uploads/{draft}/check", "/uploads/{draft}/check", "county"),
    Shown("/uploads/{draft}/check", "/uploads/{wrong}/check", "county"),
    Shown("/uploads/jobs/{job}", "/uploads/jobs/{job}", "county"),
    Shown("/prices", "/prices", "planner"),
    Shown("/audit", "/audit", "planner"),
    Shown("/audit", "/audit?what=lists", "planner"),
    Shown("/scenarios", "/scenarios", "planner"),
    Shown("/scenarios/new", "/scenarios/new", "planner"),
    Shown("/fit", "/fit", "enterprise"),
    Shown("/fit/compare", "/fit/compare", "enterprise"),
    Shown("/fit/compare", f"/fit/compare?place={NEAR}&place={FAR}", "enterprise", map=True),
    Shown("/own", "/own", "enterprise"),
    Shown("/interests", f"/interests?target={NEAR}", "enterprise"),
    Shown("/interests", "/interests?search=jy", "enterprise"),
)
"""All of them."""

NOT_PAGES = {
    "/", "/language", "/theme", "/offers/{resource}/list.{ending}", "/fit/list.{ending}",
    "/rates/report.{ending}", "/overdue/report.{ending}",
    "/uploads/templates/{table}.xlsx", "/uploads/{draft}/annotated.xlsx",
    "/scenarios/{job_id}/files/{name}", "/scenarios/{job_id}/report.{ending}",
    # There is none before one was asked for; test_planner_errands looks at them.
    "/scenarios/{job_id}", "/prices/{job_id}", "/prices/{job_id}/table.{ending}",
}  # fmt: skip
"""Routes of ``api/pages`` that lead on, or answer with a file."""
