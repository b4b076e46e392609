"""What a form sent: plain fields, each once."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request

from api.errors import UserError
from api.http.hygiene import without_nul
from api.store.errors import StoreError
from features.language import Text

_MOST_FIELDS = 2000
"""A map of a wide workbook is the longest form."""


async def _fields(request: Request) -> dict[str, str]:
    body = without_nul(await request.body()).decode("utf-8", "replace")
    try:
        sent = parse_qs(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:  # more fields than any form here has
        return {}
    return {name: values[-1] for name, values in sent.items()}


Fields = Annotated[dict[str, str], Depends(_fields)]
"""The fields of a form (urlencoded), for a handler."""


async def _repeated(request: Request) -> dict[str, list[str]]:
    body = without_nul(await request.body()).decode("utf-8", "replace")
    try:
        return parse_qs(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}


Repeated = Annotated[dict[str, list[str]], Depends(_repeated)]
"""The fields of a form in which a name may stand several times, each with all its values."""


def refusal(error: UserError) -> Text:
    """What is said beside a form that was refused.

    Raises
    ------
    api.store.errors.StoreError
        If the store failed: that is no fault of the form, and names the place of the store.
    """
    if isinstance(error, StoreError) and error.exit_status != 2:
        raise error
    return error.message


def within(address: str) -> str:
    """An address on this host to go back to; the home page where it is none.

    Browsers take a backslash for a slash and leave out tabs and line breaks.
    """
    plain = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if plain and address.isprintable() and address.isascii() else "/"
