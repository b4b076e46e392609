"""Why a request is not as it should be: the framework's findings in words of both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from features.language import Text, text

_ALIKE = {
    "int_type": "int", "int_parsing": "int", "int_from_float": "int", "int_parsing_size": "int",
    "float_type": "number", "float_parsing": "number", "finite_number": "number",
    "bool_type": "bool", "bool_parsing": "bool",
    "string_type": "text", "string_unicode": "text",
    "string_too_long": "text_too_long", "string_too_short": "text_too_short",
    "string_pattern_mismatch": "control_character",
    "literal_error": "choice", "enum": "choice",
    "greater_than_equal": "too_small", "less_than_equal": "too_large",
    "greater_than": "not_above", "less_than": "not_below",
    "value_error": "day", "date_type": "day", "date_parsing": "day",
    "date_from_datetime_parsing": "day", "date_from_datetime_inexact": "day",
    "list_type": "list", "too_long": "too_many", "too_short": "too_few",
    "dict_type": "object", "model_type": "object", "model_attributes_type": "object",
    "json_invalid": "json", "json_type": "json",
    "missing": "missing", "extra_forbidden": "extra",
}  # fmt: skip
"""Kind of the framework's finding → the sentence it is told by, ``http.value.…``."""


def said(finding: Mapping[str, Any]) -> Text:
    """One finding of the framework as a sentence; the value is not repeated, it may be secret."""
    known = _ALIKE.get(str(finding["type"]), "other")
    bounds = finding.get("ctx") or {}
    values: dict[str, object] = {
        "expected": str(bounds.get("expected", "")).replace(" or ", ", ").replace("'", ""),
        "most": bounds.get("max_length", bounds.get("le", bounds.get("lt", ""))),
        "least": bounds.get("min_length", bounds.get("ge", bounds.get("gt", ""))),
    }
    return text(f"http.value.{known}", **values)


def place_of(finding: Mapping[str, Any]) -> str:
    """Where in the request it stands: ``query.top``, ``body.set.land_mu``."""
    return ".".join(str(part) for part in finding["loc"])
