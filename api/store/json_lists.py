"""Whether a list stored as JSON text holds a key, asked so that a database looks the key up.

Asked whether the text holds the id of a row, it would look at every row for every text.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class ListedIn(FunctionElement[Any]):
    """Whether a key (first) is one of the texts that a cell (second) lists; not where it is NULL.

    The list goes first and is short: the row of each of its elements is found by an index.
    """

    inherit_cache = True
    name = "listed_in"

    def __init__(self, key: ColumnElement[Any], cell: ColumnElement[Any]) -> None:
        super().__init__(key, cell)


@compiles(ListedIn, "sqlite")
def _on_sqlite(element: ListedIn, compiler: Any, **options: Any) -> str:
    key, cell = (compiler.process(each, **options) for each in element.clauses)
    return f"{key} IN (SELECT value FROM json_each({cell}))"


@compiles(ListedIn, "postgresql")
def _on_postgresql(element: ListedIn, compiler: Any, **options: Any) -> str:
    key, cell = (compiler.process(each, **options) for each in element.clauses)
    listed = f"SELECT jsonb_array_elements_text(CAST({cell} AS jsonb))"
    return f"{key} = ANY (ARRAY({listed}))"
