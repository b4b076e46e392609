"""The province at a glance: each county's projects, and what flows along which line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.store import Store
from api.usecases import dates, register_tables
from features.pairing import PairingInForce, pairing_in_force
from features.regions import Regions
from matcher import register as registers
from matcher.rates import Rates, rate_table
from matcher.register import Register


@dataclass(frozen=True)
class Overview:
    """Figures of a day.

    Attributes
    ----------
    total : Rates
    regions : list of Rates
        By receiving county.
    lines : list of Rates
        By pair line (developed, receiving).
    pairing : PairingInForce
    """

    register: Register
    total: Rates
    regions: list[Rates]
    lines: list[Rates]
    pairing: PairingInForce
    made_up: bool


def run(store: Store, *, as_of: date | None = None, pairing: str | None = None) -> Overview:
    """The register of a day, by county and by line, beside the pairing in force.

    Raises
    ------
    features.pairing.UnknownPairing
    """
    day = dates.as_of(store, as_of)
    tables = register_tables.read(store, registers.READ, ("regions", "pairings"))
    regions = Regions.built_in().with_rows(tables["regions"])
    register = Register.of(tables, regions, day)
    return Overview(
        register=register,
        total=rate_table(register)[0],
        regions=rate_table(register, "region"),
        lines=rate_table(register, "line"),
        pairing=pairing_in_force(tables["pairings"], pairing, day, regions),
        made_up=store.properties().get("made_up") == "true",
    )
