"""JSON Schemas in few words; each description in English and Chinese, as ``English / 中文``."""

from __future__ import annotations

from typing import Any

from features.schema import TABLES

Schema = dict[str, Any]
COMPONENTS = "#/components/schemas/"
_DAY = r"^\d{4}-\d\d-\d\d$"
_STAMP = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"


def text(said: str, **more: Any) -> Schema:
    """A string."""
    return {"type": "string", "description": said, **more}


def number(said: str, **more: Any) -> Schema:
    """A number; its unit is said in words."""
    return {"type": "number", "description": said, **more}


def whole(said: str, least: int = 0) -> Schema:
    """A whole number from ``least``."""
    return {"type": "integer", "description": said, "minimum": least}


def yes(said: str) -> Schema:
    """True or false."""
    return {"type": "boolean", "description": said}


def day(said: str) -> Schema:
    """A date."""
    return text(said, format="date", pattern=_DAY)


def stamp(said: str) -> Schema:
    """A moment, UTC."""
    return text(f"{said} (UTC)", format="date-time", pattern=_STAMP)


def one_of(said: str, *values: str) -> Schema:
    """One of these words."""
    return text(said, enum=list(values))


def ref(name: str, said: str | None = None) -> Schema:
    """A schema that is described under its own name."""
    found: Schema = {"$ref": COMPONENTS + name}
    return found if said is None else {**found, "description": said}


def null(schema: Schema) -> Schema:
    """The same, or null: not known, or none."""
    if "$ref" in schema or "anyOf" in schema:
        said = {"description": schema["description"]} if "description" in schema else {}
        bare = {name: value for name, value in schema.items() if name != "description"}
        return {"anyOf": [*bare.pop("anyOf", [bare]), {"type": "null"}], **said}
    found = {**schema, "type": [schema["type"], "null"]}
    return {**found, "enum": [*schema["enum"], None]} if "enum" in schema else found


def several(items: Schema, said: str) -> Schema:
    """A list."""
    return {"type": "array", "items": items, "description": said}


def by_name(values: Schema, said: str) -> Schema:
    """An object whose names are data: a region, a column, a stage."""
    return {"type": "object", "additionalProperties": values, "description": said}


def cell(said: str) -> Schema:
    """A value as a table holds it: a number, a text or a list; null: not known."""
    one = ["string", "number", "boolean"]
    return {"type": [*one, "array", "null"], "items": {"type": one}, "description": said}


def closed(said: str, fields: Schema, sometimes: Schema | None = None) -> Schema:
    """An object with all of ``fields``, perhaps some of ``sometimes``, and nothing else."""
    return {
        "type": "object", "description": said, "properties": {**fields, **(sometimes or {})},
        "required": list(fields), "additionalProperties": False,
    }  # fmt: skip


def column(table: str, name: str) -> str:
    """What a column of a table is called."""
    label = next(c.label for c in TABLES[table].columns if c.name == name)
    return f"{label['en']} / {label['zh']}"
