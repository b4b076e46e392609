"""A match list as a data frame, for notebooks and for whoever goes on with pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from features.language import Language, current_language
from matcher.match_list import STAGES, MatchList

if TYPE_CHECKING:
    import pandas as pd


def as_frame(found: MatchList, lang: Language | None = None) -> pd.DataFrame:
    """One row a match, in order of rank, indexed by candidate.

    Columns: name, region, score, ``p_`` each stage, low and high (bounds of P(signed)),
    expected_investment_wan (万元, NaN = not known), paired, distance_km, known, via, reasons (one
    text, the reasons joined).
    """
    import pandas as pd

    lang = lang or current_language()
    rows = [
        {
            "candidate_id": match.candidate_id,
            "name": match.name,
            "region": match.region_name[lang],
            "score": match.score,
            **{f"p_{stage}": match.probability[stage] for stage in STAGES},
            "low": match.interval["signed"][0],
            "high": match.interval["signed"][1],
            "expected_investment_wan": match.expected_investment_wan,
            "paired": match.paired,
            "distance_km": match.distance_km,
            "known": match.known,
            "via": match.via,
            "reasons": "; ".join(reason.text[lang] for reason in match.reasons),
        }
        for match in found.matches
    ]
    return pd.DataFrame(rows).set_index("candidate_id") if rows else pd.DataFrame()
