"""What lists come to, with and without regard to crowding, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from features.language import Text, text


def crowding_said(found: Mapping[str, Any]) -> list[Text]:
    """Which lists went out and what they come to, then the others.

    Parameters
    ----------
    found : mapping
        ``lists``: the kind that went out; and of each kind ``expected_matches`` and
        ``top_5_percent_attention``. Empty where nothing was asked: nothing is said.
    """
    if not found:
        return []
    kinds = [found["lists"], *(k for k in found if k not in ("lists", found["lists"]))]
    return [
        text(
            "congestion.outcome" if kind == found["lists"] else "congestion.compared",
            kind=text(f"congestion.kind.{kind}"),
            matches=f"{found[kind]['expected_matches']:,.1f}",
            share=f"{found[kind]['top_5_percent_attention']:.1%}",
        )
        for kind in kinds
    ]
