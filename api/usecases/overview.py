"""The province at a glance: each county's projects, and what flows along which line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.store import Store
from api.usecases import dates, register_tables
from features.pairing import PairingInForce
from matcher.rates import Filters, Rates
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
    reading = register_tables.read(store)
    register = register_tables.register(reading, day)
    return Overview(
        register=register,
        total=register_tables.rates(reading, register, None, Filters())[0],
        regions=register_tables.rates(reading, register, "region", Filters()),
        lines=register_tables.rates(reading, register, "line", Filters()),
        pairing=register_tables.pairing(reading, register, pairing),
        made_up=store.properties().get("made_up") == "true",
    )
