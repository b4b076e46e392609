"""What each parameter means: those of the tables' routes are their columns, the rest stand here."""

from __future__ import annotations

from collections.abc import Mapping

PREFER = "Prefer"

SAID: Mapping[str, str] = {
    "enterprise_id": "Whose list, or with `resource_id` which pair / 企业编号",
    "resource_id": "Whose list, or with `enterprise_id` which pair / 资源编号",
    "region": "Name or code of a county or city / 县市的名称或代码",
    "developed": "Developed side: name or code / 发达一方的名称或代码",
    "underdeveloped": "Underdeveloped side: name or code / 欠发达一方的名称或代码",
    "top": "At most so many matches / 至多列出几个",
    "cross_pair": "Whether candidates outside the pairing are listed: allow, only those, or not / "
                  "结对之外的候选：允许、只要、不要",
    "congestion": "Whether lists allow for crowding / 是否考虑扎堆",
    "pairing": "Name of a pairing; default: the one in force / 结对安排的名称，默认用现行的",
    "programme": "Only of this programme / 只要这一工程",
    "kind": "Only candidates of this kind / 只要这一类别",
    "hide_known": "Leave out pairs that have an outcome already / 不列已有记录的配对",
    "as_of": "Nothing dated later is looked at; default: today, or the demonstration's date / "
             "截止日，默认今天（演示库为其日期）",
    "format": "Format of the answer; goes before `Accept` / 回答的格式，优先于 Accept",
    "q": "Words that stand in any text column / 在文字栏里查找",
    "cursor": "`next` of the page before / 上一页的 next",
    "limit": "Rows a page / 每页行数",
    "key": "Key of the row; parts of a key are joined by `/` / 行的键，多栏的键以 / 相连",
    "If-Match": "The `ETag` that was read; `*` changes whatever stands there, unread / "
                "读到的 ETag；* 表示不论现状都改",
    PREFER: "`wait=SECONDS`, at most 30: how long the answer may wait for the job (RFC 7240); "
            "anything else is passed over / 至多等几秒（不超过 30），其他写法不予理会",
    "name": "Name of the account / 用户名",
    "token_id": "Id of the token, not the token / 令牌的编号，不是令牌本身",
    "table": "Name of a table / 表名",
    "list_id": "X-List-Id of the list / 清单编号",
    "job_id": "Id of the job / 任务编号",
    "cancel": "Only cancel: 409 if it has ended / 只取消，已结束的答 409",
    "dry_run": "Only check; nothing is stored / 只检查，不存",
    "at_least": "Least likelihood to be told / 可能性的下限",
    "stale_days": "Rows confirmed longer ago count as stale / 超过多少天算过时",
    "year": "Calendar year; default: that of `as_of` / 年份，默认为截止日所在年",
    "split": "For which regions targets are told / 按省、市或县列出",
    "definitions": "Also how each figure is counted, in files / 文件里附口径",
    "role": "Only accounts of this role / 只要这种角色的",
    "disabled": "Only disabled accounts, or (false) only those that are not / 只要已停用或未停用的",
    "signed_in": "Only projects signed in this year / 只要这一年签约的",
    "park": "Only projects in this park / 只要这个园区的",
    "campaign": "Only projects of this campaign / 只要这次活动的",
    "projects": "Also the projects one by one / 同时逐个列出项目",
    "light": "Only what is at least so far behind / 只列至少这样滞后的",
    "by": "Only what this account did or said / 只看这个账户的",
    "action": "Only this deed / 只看这种动作",
    "subject": "Only what was done to this, or to what is in it: `users`, `users/zhang` / "
               "只看这个对象或其中各项",
    "since": "First day, as the calendar in China has it / 从哪一天起（北京时间）",
    "until": "Last day, likewise / 到哪一天为止（含）",
    "candidate_id": "Only what was said of this match / 只看对这个候选的",
    "verdict": "Only this verdict / 只看这种结果",
    "feedback_id": "Id of the feedback / 反馈的编号",
}  # fmt: skip
"""Name → what it means, English and Chinese."""

OF_ONE: Mapping[tuple[str, str], str] = {
    ("/users", "region"): "Only accounts of this county: name or code / 只要这个县的，名称或代码",
    ("/users", "enterprise_id"): "Only accounts of this enterprise / 只要这家企业的",
    ("/jobs", "kind"): "Only jobs that do this / 只要这一类任务",
    ("/jobs", "state"): "Only jobs that stand so / 只要处于这一状态的任务",
    ("/rates", "by"): "What the rates are cut by; may be repeated / 按什么分类，可多个",
    ("/simulations/{job_id}/files/{name}", "name"): "Name of the file / 文件名",
    ("/reports/supervision", "year"): "Year that is reported on / 报告年份",
}
"""(Path, name) → what it means there, where that is something else."""
