"""Six more workbooks, written after the proposal was built, to see what it had not thought of."""

from __future__ import annotations

import datetime as dt

import openpyxl
from openpyxl.styles import Font

from tests.features.ugly_workbooks import CONFIRM, D, Ugly, rows


def _offset(book: openpyxl.Workbook) -> None:
    """Begins at C4, units in a row of their own, credit codes as ids, a total above the data."""
    page = book.active
    page.title = "基本情况"
    lines = [
        ["附件2："],
        [None, "嘉兴市 企业 基本情况 统计表"],
        [],
        [
            "统一社会信用代码",
            "单位名称",
            "法定代表人",
            "县（市、区）",
            "国民经济行业",
            "从业人员",
            "主营业务收入",
            "能耗",
            "经营范围",
            "成立日期",
        ],
        [None, None, None, None, None, "人", "千元", "吨标煤", None, None],
        ["合计", None, None, None, None, 1650, 235000, 2100],
        [
            "91330400MA2800001X",
            "平湖箱包厂",
            "孙一",
            "平湖市",
            "C19",
            "1，200",
            150000,
            900,
            "箱包",
            dt.datetime(1999, 9, 9),
        ],
        [
            "91330400MA2800002Y",
            "海盐紧固件公司",
            "周二",
            "海盐县",
            "紧固件制造",
            450,
            "85,000.00",
            1200,
            "螺栓、螺母",
            "2002-07-01",
        ],
        [
            "91330400MA2800003Z",
            "秀洲光伏",
            "吴三",
            "秀洲",
            "光伏设备及元器件制造",
            None,
            "暂无",
            "—",
            "组件\n电池片",
            "2007年",
        ],
        [],
        ["说明：能耗按等价值计算"],
    ]
    for r, line in enumerate(lines, 1):
        for c, value in enumerate(line, 3):
            page.cell(r, c, value)
    page["C1"].font = Font(bold=True)


def _three_levels(book: openpyxl.Workbook) -> None:
    """Three levels, ticks for the kind, county merged, a column for remarks that is full."""
    page = book.active
    page.title = "Sheet1"
    rows(
        page,
        ["山区县资源摸底（2008年度）", None, None, None, None, None, None, None, None],
        ["县", "资源名称", "资源种类", None, None, "规模及价格", None, None, "备注"],
        [None, None, "土地", "厂房", "旅游", "用地", None, "起拍价", None],
        [None, None, None, None, None, "总面积(公顷)", "最低投资额(亿元)", "(元/平方米)", None],
        ["遂昌县", "云峰地块", "√", None, None, "3.5", "0.5", 144, "三通一平"],
        [None, "金竹老厂", None, "√", None, 0.75, None, None, "需修缮"],
        ["松阳县", "大木山茶园", None, None, "√", 20, "1.25", None, "4A"],
        ["庆元县", "屏都地块", "√", "×", None, "不详", "面议", 96.5, ""],
    )
    for area in ("A1:I1", "A2:A4", "B2:B4", "C2:E2", "C3:C4", "D3:D4", "E3:E4", "F2:H2", "F3:G3",
                 "I2:I4", "A5:A6"):  # fmt: skip
        page.merge_cells(area)


def _funds(book: openpyxl.Workbook) -> None:
    """Tranches with a subtotal after each project, the unit in the title, projects by name."""
    page = book.active
    page.title = "到位资金"
    rows(
        page,
        ["山海协作项目资金到位台账（单位：元）"],
        ["项目名称", "到账日期", "到账金额", "款项性质", "凭证文号"],
        ["甲乙联合项目", "2008.7.1", 8000000, "投资款", "验资〔2008〕12号"],
        ["", "2008.9.15", "3,500,000.50", "投资款", "验资〔2008〕20号"],
        ["小计", None, 11500000.5, None, None],
        ["硅材料项目", "2008-10-08", 600000, "财政贴息", None],
        ["小计", None, 600000, None, None],
        ["总计", None, 12100000.5, None, None],
    )
    page.merge_cells("A3:A4")


def _by_county(book: openpyxl.Workbook) -> None:
    """A sheet for each county, named so; figures with 约 and 余; prices in 元/亩."""
    first = [["健跳港区岸线", "港口", "约200", 65000], ["沙柳工业地块", "土地", 80, "72000元/亩"]]
    second = [["苍山标准厂房", "厂房", "—", None], ["石梁景区", "旅游资源", "100余", None]]
    for i, (county, lines) in enumerate([("三门县", first), ("天台县", second)]):
        page = book.active if i == 0 else book.create_sheet()
        page.title = county
        rows(page, ["项目", "类型", "占地（亩）", "参考地价（元/亩）"], *lines,
             ["制表：王某", "日期：2008.7.1"])  # fmt: skip


def _halves(book: openpyxl.Workbook) -> None:
    """One table printed in two halves beside each other; people in 百人; wages a year."""
    page = book.active
    page.title = "劳务"
    head = ["序号", "劳务基地", "县别", "富余劳动力（百人）", "人均年工资（元）"]
    rows(
        page,
        ["劳务输出基地一览"],
        [*head, *head],
        [1, "岱山渔嫂队", "岱山", 3, 13200, 3, "嵊泗女工队", "嵊泗县", "2.5", 12600],
        [2, "衢山船工队", "岱山县", 1.2, "15,600", None, None, None, None, None],
    )


def _register(book: openpyxl.Workbook) -> None:
    """Problems of projects: long texts, several dates, people by name."""
    page = book.active
    page.title = "困难问题"
    rows(
        page,
        ["项目困难问题协调解决情况表"],
        [
            "序号",
            "涉及项目",
            "存在的问题",
            "反映时间",
            "责任单位",
            "办理时限",
            "办结日期",
            "办理结果",
            "满意度",
        ],
        [
            "（1）",
            "硅材料项目",
            "1.用电增容未批；\n2.道路未通。",
            "2008年9月1日",
            "县供电局",
            "2008-10-01",
            None,
            None,
            None,
        ],
        [
            "（2）",
            "甲乙联合项目",
            "招工难",
            "2008.9.20",
            "人社局",
            "2008.11.30",
            "2008.11.2",
            "已招300人",
            5,
        ],
    )


UGLIER = [
    Ugly("偏移统计", _offset, {"enterprises": [
        {"id": "91330400MA2800001X", "name": "平湖箱包厂", "contact": "孙一", "region": "330482",
         "industry": "19", "employees": 1200, "revenue_wan": 15000.0, "energy_need_tce": 900.0,
         "description": "箱包", "founded": 1999},
        {"id": "91330400MA2800002Y", "name": "海盐紧固件公司", "contact": "周二",
         "region": "330424", "industry": "3482", "employees": 450, "revenue_wan": 8500.0,
         "energy_need_tce": 1200.0, "description": "螺栓、螺母", "founded": 2002},
        {"id": "91330400MA2800003Z", "name": "秀洲光伏", "contact": "吴三", "region": "330411",
         "industry": "3825", "description": "组件\n电池片", "founded": 2007},
    ]}, [CONFIRM]),
    Ugly("三级表头", _three_levels, {"resources": [
        {"name": "云峰地块", "kind": "land", "region": "331123", "land_mu": 52.5,
         "min_investment_wan": 5000.0, "land_price_wan_per_mu": 9.6},
        {"name": "金竹老厂", "kind": "factory", "region": "331123", "land_mu": 11.25},
        {"name": "大木山茶园", "kind": "tourism", "region": "331124", "land_mu": 300.0,
         "min_investment_wan": 12500.0},
        {"name": "屏都地块", "kind": "land", "region": "331126",
         "land_price_wan_per_mu": 96.5 / 15},
    ]}, [CONFIRM]),
    Ugly("资金台账", _funds, {"funds": [
        {"project_id": "P1", "date": D(2008, 7, 1), "amount_wan": 800.0, "kind": "investment",
         "document": "验资〔2008〕12号"},
        {"project_id": "P1", "date": D(2008, 9, 15), "amount_wan": 350.00005,
         "kind": "investment", "document": "验资〔2008〕20号"},
        {"project_id": "P2", "date": D(2008, 10, 8), "amount_wan": 60.0, "kind": "subsidy"},
    ]}, [], {"projects": {"P1": "甲乙联合项目", "P2": "硅材料项目"}}),
    Ugly("分县资源", _by_county, {"resources": [
        {"name": "健跳港区岸线", "kind": "port", "region": "331022", "land_mu": 200.0,
         "land_price_wan_per_mu": 6.5},
        {"name": "沙柳工业地块", "kind": "land", "region": "331022", "land_mu": 80.0,
         "land_price_wan_per_mu": 7.2},
        {"name": "苍山标准厂房", "kind": "factory", "region": "331023"},
        {"name": "石梁景区", "kind": "tourism", "region": "331023", "land_mu": 100.0},
    ]}, [CONFIRM]),
    Ugly("劳务两栏", _halves, {"resources": [
        {"name": "岱山渔嫂队", "kind": "labour", "region": "330921", "labour_supply": 300,
         "wage_yuan_month": 1100.0},
        {"name": "衢山船工队", "kind": "labour", "region": "330921", "labour_supply": 120,
         "wage_yuan_month": 1300.0},
        {"name": "嵊泗女工队", "kind": "labour", "region": "330922", "labour_supply": 250,
         "wage_yuan_month": 1050.0},
    ]}),
    Ugly("困难问题", _register, {"problems": [
        {"project_id": "P2", "text": "1.用电增容未批；\n2.道路未通。", "raised_on": D(2008, 9, 1),
         "owner": "县供电局", "due_on": D(2008, 10, 1)},
        {"project_id": "P1", "text": "招工难", "raised_on": D(2008, 9, 20), "owner": "人社局",
         "due_on": D(2008, 11, 30), "answered_on": D(2008, 11, 2), "answer": "已招300人",
         "rating": 5},
    ]}, [], {"projects": {"P1": "甲乙联合项目", "P2": "硅材料项目"}}),
]  # fmt: skip
