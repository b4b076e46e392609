"""Which routes do what a command does, or why none does; a test holds it against both."""

from __future__ import annotations

from collections.abc import Mapping

OF_COMMANDS: Mapping[str, tuple[str, ...] | dict[str, str]] = {
    "demo": {
        "zh": "演示自建一个库并训练模型，只用于单机试用；服务的库不应混入虚构数据。",
        "en": "It makes a store of its own, for a first look on one machine; made-up data have no "
        "place in the store of a service.",
    },
    "init": {
        "zh": "库的版本要在服务停止时升级：服务遇到旧版或新版的库都不启动。",
        "en": "A store is migrated while no service runs: one does not start on another layout.",
    },
    "serve": {"zh": "就是服务本身。", "en": "It is the service itself."},
    "backup": {
        "zh": "备份含全部口令摘要和各县数据，只在服务器上由管理员留存。",
        "en": "A backup holds every password hash and every county's rows; it stays on the server.",
    },
    "restore": {
        "zh": "恢复会换掉整个库，须在服务停止时于服务器上进行。",
        "en": "It replaces the whole store, on the server, while no service runs.",
    },
    "import": ("POST /imports", "GET /jobs/{job_id}", "POST /maps"),
    "template": ("GET /templates/{table}",),
    "record": ("POST /records",),
    "interest": ("POST /declarations",),
    "delete": ("DELETE /{table}/{key}",),
    "duplicates": ("GET /duplicates", "POST /merges", "DELETE /merges/latest"),
    "completeness": ("GET /completeness",),
    "match": (
        "GET /matches", "POST /batches", "GET /batches/{job_id}", "GET /batches/{job_id}/lists",
        "POST /batches/from-preferences",
    ),
    "train": ("POST /models",),
    "evaluate": ("POST /evaluations", "GET /evaluations/{job_id}"),
    "models": ("GET /models", "PUT /models/active"),
    "graph": ("GET /graph",),
    "allocate": (
        "POST /allocations", "POST /allocations/from-scores", "GET /allocations/{job_id}",
        "GET /allocations/{job_id}/table",
    ),
    "place": (
        "POST /placements", "POST /placements/from-scores", "GET /placements/{job_id}",
        "GET /placements/{job_id}/table",
    ),
    "simulate": (
        "POST /simulations", "GET /simulations/{job_id}", "GET /simulations/{job_id}/allocation",
        "GET /simulations/{job_id}/files/{name}",
    ),
    "whatif": ("POST /whatif", "GET /whatif/{job_id}"),
    "targets": ("GET /progress", "GET /rates"),
    "overdue": ("GET /overdue",),
    "brief": ("GET /brief",),
    "report": ("GET /reports/supervision",),
    "export": ("GET /exports/{table}",),
    "audit": ("GET /audit",),
    "user": (
        "GET /users", "POST /users", "GET /users/{name}", "PUT /users/{name}",
        "DELETE /users/{name}", "POST /users/{name}/tokens", "GET /users/{name}/tokens",
        "DELETE /users/{name}/tokens/{token_id}", "POST /users/{name}/password",
    ),
}  # fmt: skip
"""Command → its routes under ``/api/v1`` (``{table}``: of every table), or why it has none."""

OPTIONS_LEFT_OUT: Mapping[str, dict[str, str]] = {
    "match --scheduler, --workers; simulate --workers": {
        "zh": "用哪些机器计算由服务器决定，不由请求的人指定地址。",
        "en": "Where work is done is for the server to say; nobody names it an address to call.",
    },
    "import --annotate": {
        "zh": "问题按行列在回答里；需要批注副本时用命令行。",
        "en": "Findings come row by row in the answer; the annotated copy is made by the command.",
    },
}
"""Options of these commands that no route takes, and why."""
