"""Names of a simulation's files: known without all that makes one."""

from __future__ import annotations

from typing import Final

SUMMARY, ALLOCATION, REGIONS, FLOWS, PAGE = (
    "summary.json", "allocation.csv", "regions.csv", "pairing_flows.csv", "report.html",
)  # fmt: skip
NAMES: Final = (SUMMARY, ALLOCATION, REGIONS, FLOWS, PAGE)
