"""Accounts, tokens, the audit, the service itself, and every error."""

from __future__ import annotations

from api.accounts import ROLES
from api.http.described.shapes import (
    Schema,
    by_name,
    cell,
    closed,
    null,
    one_of,
    ref,
    several,
    stamp,
    text,
    whole,
    yes,
)  # fmt: skip

_NAME = text("Name of the account / 用户名")
_SCOPE: Schema = {
    "name": _NAME,
    "role": one_of("What it may do / 角色", *ROLES[1:]),
    "region": null(text("Region code: of a county its own / 县的地区代码")),
    "enterprise_id": null(text("Of an enterprise its own row / 企业编号")),
}
_SHUT: Schema = {
    "made_at": stamp("When it was made / 建立时间"),
    "disabled_at": null(stamp("When it was shut; null: open / 停用时间；空即可用")),
}

SCHEMAS: Schema = {
    "Finding": closed("What is wrong with one cell / 一处问题", {
        "file": text("File / 文件"), "sheet": null(text("Sheet of a workbook / 工作表")),
        "row": null(whole("Row, as Excel numbers them / 行号")),
        "column": null(text("Column / 列")), "value": null(text("What stands there / 原值")),
        "code": text("Stable name of the fault / 固定代码"),
        "level": one_of("How bad it is / 程度", "error", "warning"), "message": ref("Text"),
    }),
    "Problem": closed(
        "Why a request was refused (RFC 9457); `code` is stable / 请求未成的原因；code 固定不变",
        {"type": text("`urn:shanhai:problem:` and the code / 问题类型"),
         "title": text("In the language asked for / 标题"),
         "status": {"type": "integer", "description": "HTTP status / 状态码"},
         "code": text("Stable name; programs go by it / 固定代码，程序以此为准"),
         "detail": text("The sentence in the language asked for / 说明"),
         "message": ref("Text")},
        {"errors": several(closed("One value / 一个值", {
            "place": text("`query.top`, `body.stage` / 位置"),
            "reason": text("Why it will not do / 原因"), "message": ref("Text"),
        }), "Of `invalid_request`: every value that will not do / 每个不合的值"),
         "findings": several(ref("Finding"), "Of files and rows: what was found / 逐处问题"),
         "total": whole("How many findings there were in all / 问题总数"),
         "job": text("The job that failed so / 失败的任务")},
    ),
    "Session": closed("Who is signed in / 登录的是谁", _SCOPE),
    "User": closed("An account / 一个账户", {**_SCOPE, **_SHUT}),
    "NewAccount": closed("An account that was just added / 新建的账户", {
        **_SCOPE, **_SHUT,
        "password": null(text("The one that was made, shown this once; null: you chose it / "
                              "生成的密码，只显示一次；自定时为空")),
    }),
    "Users": closed("A page of the accounts, by name / 账户，按用户名", {
        "rows": several(ref("User"), "At most `limit` / 至多 limit 个"),
        "next": null(text("`cursor` of the next page; null on the last / 下一页的 cursor")),
    }),
    "NewPassword": closed("A new password, shown this once / 新密码，只显示一次", {
        "name": _NAME, "password": text("The password / 密码"),
        "tokens_ended": whole("Tokens that ended with the one before / 随旧密码失效的令牌数"),
    }),
    "NewToken": closed("A token, shown this once / 令牌，只显示一次", {
        "name": _NAME, "id": text("What it is revoked by / 吊销时所用的编号"),
        "token": text("Sent as Authorization: Bearer / 令牌"),
    }),
    "Tokens": closed("Tokens, never the token itself / 令牌编号", {
        "rows": several(closed("One token / 一个令牌", {
            "id": text("Its id / 编号"), "made_at": stamp("When it was made / 生成时间"),
        }), "Newest last / 新的在后"),
    }),
    "AuditLine": closed("Who did what / 谁做了什么", {
        "id": text("Sorts by time / 按时间排序的编号"), "at": stamp("When / 时间"),
        "by": text("Account; `cli:` and the system's user of a command / "
                   "账户；命令行为 cli:系统用户名"),
        "action": text("What was done / 动作"), "subject": text("To what / 对象"),
        "detail": by_name(cell("Columns, tables, a role, an address … / 列、表、角色、地址等"),
                          "Names of what was changed, never values / 改了哪些栏，不含内容"),
    }),
    "Audit": closed("A page of the audit, the latest first / 审计记录，新的在前", {
        "rows": several(ref("AuditLine"), "At most `limit` / 至多 limit 条"),
        "next": null(text("`cursor` of the next page; null on the last / 下一页的 cursor")),
    }),
    "Alive": closed("The process answers / 进程在运行", {
        "status": one_of("Always this / 固定", "alive"),
    }),
    "Ready": closed("Whether it can work / 能否工作", {
        "status": one_of("Whether store, index and model are there / 库、索引和模型是否可用",
                         "ready", "not ready"),
        "model": null(text("Id of the model in use / 所用模型")),
        "degraded": null(yes("A published model could not be used / 已发布的模型用不了")),
    }),
    "Document": {"type": "object", "description": "This document: OpenAPI 3.1 / 本文档"},
}  # fmt: skip
"""Name → schema."""
