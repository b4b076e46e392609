"""The tables: columns, labels, units, limits, keys; the one place that says them.

Templates, documents, the database and the checks of an import all follow from
:data:`TABLES`. Labels and explanations stand in ``data/messages/schema.toml`` under
``label.<table>.<column>`` and ``help.<table>.<column>`` (``any`` in the place of a table
serves every table that has such a column).
"""

from __future__ import annotations

from features.columns import (
    LONG,
    OPEN_KEYS,
    OWN_PREFIX,
    Column,
    TableSpec,
    amount,
    column,
    count,
    table,
)
from features.language import LANGUAGES, Text, catalogue, text

__all__ = [
    "ENDINGS", "ENTERPRISE_KINDS", "FORMS", "INTENTS", "KINDS_OF", "OPEN_KEYS", "OWN_PREFIX",
    "PROGRAMMES", "PROGRAMME_OF", "RESOURCE_KINDS", "STAGES", "TABLES", "Column", "TableSpec",
    "choice_label", "headers",
]  # fmt: skip

INTENTS = ("invest", "relocate", "outsource", "source", "hire", "train", "support")
FORMS = (
    "joint_venture", "holding", "equity", "technology_shares", "acquisition", "alliance",
    "merger", "lease", "trusteeship", "contracting", "three_party",
)  # fmt: skip
ENTERPRISE_KINDS = ("company", "institution", "merchant")
KINDS_OF = {
    "industry": (
        "land", "factory", "farmland", "tourism", "energy", "mineral", "port", "enterprise",
    ),
    "rural": ("village",),
    "labour": ("labour", "processing_base", "training"),
    "social": (
        "infrastructure", "education", "science", "culture", "health", "talent", "information",
    ),
}  # fmt: skip
PROGRAMMES = tuple(KINDS_OF)
PROGRAMME_OF = {kind: programme for programme, kinds in KINDS_OF.items() for kind in kinds}
RESOURCE_KINDS = tuple(PROGRAMME_OF)
STAGES = ("contacted", "signed", "started", "funded", "completed")
ENDINGS = ("declined", "failed")

_NAME = column("name", "text", required=True, example="萧山示例纺织有限公司")
_WINDOW = (
    column("available_from", "date", example="2008-03-01"),
    column("available_until", "date", example="2009-12-31"),
)
_STAFF = (
    column("contact", "text", staff_only=True, example="张三"),
    column("phone", "text", staff_only=True, example="0571-00000000"),
    column("officer", "text", staff_only=True, example="李四"),
)
_CONFIRMED = column("confirmed_on", "date", example="2008-02-15")
_FORMS = column("forms", "choices", choices=FORMS, example="joint_venture;lease")
_PAIR = (
    column("developed_region", "region", example="萧山区"),
    column("underdeveloped_region", "region", example="江山市"),
)
_GOAL = (
    column("indicator", "id", example="cooperation_projects"),
    column("year", "int", low=1900, high=2100, example="2010"),
    column("region", "region", example="衢州市"),
)

_ENTERPRISES = table("enterprises", own_columns=True, drafts=(
    column("id", "id", example="E-0001"),
    _NAME,
    column("kind", "choice", choices=ENTERPRISE_KINDS, default="company", example="company"),
    column("region", "region", example="萧山区"),
    column("industry", "code", example="1761"),
    column("description", "text", max_length=LONG, example="化纤面料织造与童装加工"),
    column("founded", "int", low=1800, high=2100, example="1998"),
    count("employees", "people", "320"),
    amount("revenue_wan", "wan", "12500"),
    column("growth", "float", low=-1, high=10, unit="fraction", example="0.08"),
    column("intents", "choices", choices=INTENTS, example="invest;outsource"),
    _FORMS,
    column("skills", "texts", example="缝纫工;挡车工"),
    amount("budget_wan", "wan", "3000"),
    amount("land_need_mu", "mu", "40"),
    count("labour_need", "people", "150"),
    amount("energy_need_tce", "tce", "800"),
    column("pollution_level", "int", low=0, high=3, example="1"),
    *_WINDOW, *_STAFF, _CONFIRMED,
))  # fmt: skip

_RESOURCES = table("resources", own_columns=True, drafts=(
    column("id", "id", example="R-0001"),
    column("name", "text", required=True, example="江山市示例轻工园区地块"),
    column("kind", "choice", required=True, choices=RESOURCE_KINDS, example="land"),
    column("region", "region", required=True, example="江山市"),
    column("enclave_region", "region", example="柯城区"),
    column("park", "text", example="示例山海协作园"),
    column("industries", "codes", example="17;18"),
    column("description", "text", max_length=LONG, example="三通一平工业用地，欢迎纺织服装企业"),
    _FORMS,
    column("skills", "texts", example="缝纫工"),
    amount("land_mu", "mu", "120"),
    amount("land_price_wan_per_mu", "wan_per_mu", "9.6"),
    count("labour_supply", "people", "600"),
    amount("wage_yuan_month", "yuan_month", "1100"),
    amount("energy_quota_tce", "tce", "5000"),
    amount("min_investment_wan", "wan", "1000"),
    column("max_pollution", "int", low=0, high=3, example="1"),
    column("subsidy_rate", "float", low=0, high=1, unit="fraction", example="0.03"),
    count("capacity", "partners", "3", default=1),
    *_WINDOW, *_STAFF, _CONFIRMED,
))  # fmt: skip

_OUTCOMES = table("outcomes", key=("enterprise_id", "resource_id", "date"), drafts=(
    column("enterprise_id", "id", references="enterprises", example="E-0001"),
    column("resource_id", "id", references="resources", example="R-0001"),
    column("date", "date", example="2008-03-01"),
    column("stage", "choice", required=True, choices=STAGES + ENDINGS, example="signed"),
    amount("amount_wan", "wan", "2600"),
    amount("funded_wan", "wan", "800"),
    count("jobs", "people", "120"),
))  # fmt: skip

_PROJECTS = table("projects", drafts=(
    column("id", "id", example="P-2008-001"),
    column("name", "text", required=True, example="示例织造项目"),
    column("enterprise_ids", "ids", required=True, references="enterprises", example="E-0001"),
    column("resource_id", "id", references="resources", example="R-0001"),
    column("region", "region", example="江山市"),
    column("park", "text", example="示例山海协作园"),
    column("programme", "choice", choices=PROGRAMMES, example="industry"),
    column("campaign", "text", example="2008年山海协作系列活动"),
    column("form", "choice", choices=FORMS, example="joint_venture"),
    column("source", "choice", choices=("list", "event", "visit", "other"), example="event"),
    column("event_id", "id", references="events", example="EV-2008"),
    amount("agreed_wan", "wan", "2600"),
    amount("loan_wan", "wan", "1000"),
    amount("loan_years", "years", "3", high=100),
    column("subsidy_rate", "float", low=0, high=1, unit="fraction", example="0.03"),
    amount("land_mu", "mu", "35"),
    column("criteria", "points", example="technology=8;jobs=6"),
    column("signed_on", "date", example="2008-03-01"),
    column("planned_start", "date", example="2008-06-01"),
    column("started_on", "date", example="2008-06-18"),
    column("production_on", "date", example="2009-05-01"),
    column("planned_completion", "date", example="2009-12-31"),
    column("completed_on", "date"),
    column("ended_on", "date"),
    column("end_reason", "text", max_length=LONG),
    count("jobs", "people", "120"),
    count("trained", "people", "80"),
    _STAFF[2],
))  # fmt: skip

_FUNDS = table("funds", drafts=(
    column("id", "id", example="F-0001"),
    column("project_id", "id", required=True, references="projects", example="P-2008-001"),
    column("date", "date", required=True, example="2008-07-01"),
    amount("amount_wan", "wan", "800", required=True),
    column("kind", "choice", required=True, choices=("investment", "aid", "subsidy"),
            example="investment"),
    column("document", "text", example="验资报告 2008-12 号"),
))  # fmt: skip

_PROBLEMS = table("problems", drafts=(
    column("id", "id", example="W-0001"),
    column("project_id", "id", required=True, references="projects", example="P-2008-001"),
    column("raised_on", "date", required=True, example="2008-09-01"),
    column("text", "text", required=True, max_length=LONG, example="用电增容未批"),
    column("owner", "text", example="市供电局"),
    column("due_on", "date", example="2008-10-01"),
    column("answered_on", "date"),
    column("answer", "text", max_length=LONG),
    column("rating", "int", low=1, high=5, example="4"),
))  # fmt: skip

_INTERESTS = table("interests", key=("side", "id", "target", "event_id"), drafts=(
    column("side", "choice", choices=("enterprise", "resource", "region"), example="enterprise"),
    column("id", "text", form="thing", example="E-0001"),
    column("target", "text", form="thing", example="R-0001"),
    column("level", "choice", required=True, choices=("must", "yes", "no"), example="must"),
    column("reason", "text", max_length=LONG, example="已实地考察"),
    column("event_id", "id", references="events"),
    column("until", "date", example="2009-12-31"),
))  # fmt: skip

_PARKS = table("parks", drafts=(
    column("id", "id", example="PK-01"),
    column("name", "text", required=True, example="示例山海协作园"),
    column("region", "region", required=True, example="江山市"),
    column("partner_region", "region", example="柯桥区"),
    amount("area_mu", "mu", "3000"),
    amount("filled_mu", "mu", "1200"),
    column("admission", "points", example="technology=5;jobs=4"),
))  # fmt: skip

_PAIRINGS = table(
    "pairings", key=("pairing", "developed_region", "underdeveloped_region", "valid_from"),
    drafts=(
        column("pairing", "id", example="my-pairing"),
        *_PAIR,
        column("valid_from", "date", example="2008-01-01"),
        column("valid_until", "date", example="2012-12-31"),
    ))  # fmt: skip

_REGIONS = table("regions", key=("code",), drafts=(
    column("code", "id", example="361127"),
    column("name", "text", required=True, example="余干县"),
    column("name_en", "text", example="Yugan County"),
    column("code_2006", "id"),
    column("name_2006", "text"),
    column("written_as", "text"),
    column("prefecture", "text", example="上饶市"),
    column("prefecture_en", "text", example="Shangrao City"),
    column("prefecture_code", "id", example="361100"),
    column("merged_into", "id"),
    column("split_from", "id"),
    column("side_2006", "choice", choices=("developed", "underdeveloped", "none")),
    column("pairing_group", "text"),
    column("mountain_26", "int", low=0, high=1),
    column("lat", "float", low=-90, high=90, unit="degrees", example="28.69"),
    column("lon", "float", low=-180, high=180, unit="degrees", example="116.69"),
    amount("area_km2", "km2", "2331"),
    count("population_2010", "people"),
    count("population_2020", "people"),
))  # fmt: skip

_INDUSTRIES = table("industries", key=("code",), drafts=(
    column("code", "id", example="1769"),
    column("name", "text", required=True, example="示例行业小类"),
    column("name_en", "text", example="an example class"),
    column("level", "int", low=1, high=4, example="4"),
    column("parent", "id", example="176"),
    column("section", "id", example="C"),
))  # fmt: skip

_EVENTS = table("events", drafts=(
    column("id", "id", example="EV-2008"),
    column("name", "text", required=True, example="2008年山海协作项目对接会"),
    column("place", "text", example="义乌市"),
    column("date_from", "date", required=True, example="2008-10-21"),
    column("date_until", "date", example="2008-10-22"),
    column("tables", "int", low=1, high=10000, example="20"),
    column("slot_minutes", "int", low=1, high=1440, unit="minutes", example="20"),
    column("opens", "text", form="time", example="09:00"),
    column("closes", "text", form="time", example="17:00"),
))  # fmt: skip

_VISITS = table(
    "visits", key=("date", "developed_region", "underdeveloped_region", "kind"), drafts=(
        column("date", "date", example="2008-11-05"),
        *_PAIR,
        column("kind", "choice", choices=("high_level", "trade"), example="high_level"),
        column("note", "text", max_length=LONG, example="党政代表团互访"),
    ))  # fmt: skip

_TARGETS = table("targets", key=("indicator", "year", "region"), drafts=(
    *_GOAL,
    column("unit", "text", example="个"),
    column("value", "float", required=True, example="300"),
))  # fmt: skip

_ACTUALS = table("actuals", key=("indicator", "year", "region"), drafts=(
    *_GOAL,
    column("value", "float", required=True, example="286"),
    column("source", "text", example="市统计局 2010 年公报"),
))  # fmt: skip

TABLES: dict[str, TableSpec] = {
    spec.name: spec
    for spec in (
        _REGIONS, _INDUSTRIES, _ENTERPRISES, _RESOURCES, _PARKS, _EVENTS, _OUTCOMES, _PROJECTS,
        _FUNDS, _PROBLEMS, _INTERESTS, _PAIRINGS, _VISITS, _TARGETS, _ACTUALS,
    )
}  # fmt: skip
"""All tables by name, in an order in which what is referred to comes first."""


def choice_label(table: str, column: str, value: str) -> Text:
    """What a choice is called in both languages."""
    own = f"choice_of.{table}.{column}.{value}"
    return text(own if own in catalogue() else f"choice.{value}")


def headers(spec: TableSpec) -> dict[str, str]:
    """Every header that names a column of the table, folded to lower case → its name."""
    found: dict[str, str] = {}
    for each in spec.columns:
        for header in (each.name, *(each.label[lang] for lang in LANGUAGES)):
            found.setdefault(header.lower(), each.name)
    return found
