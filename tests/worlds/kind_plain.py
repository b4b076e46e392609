"""A world of plain linear effects in which the expert rule is wrong and pairing means nothing."""

from __future__ import annotations

from tests.worlds.field_terms import add_field
from tests.worlds.ground import Ground
from tests.worlds.trades import add_trades


def tell(made: Ground) -> None:
    """Far places, dear land and good wages attract; being paired only decides who is introduced."""
    add_trades(made, 0.8, coarse=0.2, digits=3)
    add_field(
        made, distance=0.7, land_met=0.5, labour_met=0.2, energy_met=0.7, land_price=0.6, wage=0.5,
        subsidy=-0.3, capacity=0.5, size=-0.3, growth=0.3, pollution=0.3,
    )  # fmt: skip
    made.pairing_pull = 3.0
