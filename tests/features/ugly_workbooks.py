"""Workbooks as counties keep them, each with what it truly says and the edits its map needs.

Everything in them is made up. A truth is a list of rows for each table, without ids that are
made; a column that is not in a row must be empty once it is stored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

D = dt.date
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Ugly:
    """One workbook.

    Attributes
    ----------
    edits : list of (path in the map, value)
        What a user changes by hand; the value ``DELETE`` takes the key away.
    stored : dict of str to dict
        Id → name of what the store holds already, by table.
    """

    name: str
    make: Callable[[openpyxl.Workbook], None]
    truth: dict[str, Rows]
    edits: Sequence[tuple[str, Any]] = ()
    stored: dict[str, dict[str, str]] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """Write it."""
        book = openpyxl.Workbook()
        self.make(book)
        file = folder / f"{self.name}.xlsx"
        book.save(file)
        return file


DELETE = object()
CONFIRM = ("confirmed", True)


def rows(page: Any, *lines: Sequence[Any]) -> None:
    """Append lines, empty ones too."""
    for line in lines:
        page.append(list(line))


def _land(book: openpyxl.Workbook) -> None:
    """Title, unit line, two-level merged head, serial numbers, subtotals, notes below."""
    page = book.active
    page.title = "工业用地"
    rows(
        page,
        ["衢州市2008年山海协作招商项目一览表"],
        ["填报单位：衢州市协作办", None, None, None, None, "单位：亩、万元"],
        ["序号", "项目名称", "所在县（市、区）", "用地", None, "最低投资额", "联系", None],
        [None, None, None, "面积", "地价（万元/亩）", None, "联系人", "电话"],
        [1, "轻工园一号地", "江山市", 120, 9.6, 1000, "王五", "0570-1234567"],
        [2, "木业区地块", "江山", "85.5", "—", "1,500", "赵六", 13800000000],
        ["小计", None, None, 205.5, None, 2500],
        [3, "东部新城三号", "常山县", 60, 8, "-", None, None],
        ["合计", None, None, 265.5, None, 2500],
        ["注：本表数据截至2008年6月底。"],
    )
    for area in ("A1:H1", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:F4", "G3:H3"):
        page.merge_cells(area)


def _enterprises(book: openpyxl.Workbook) -> None:
    """Industries by name, founding dates, revenue in 亿元, staff, 约 and 不详."""
    page = book.active
    page.title = "Sheet1"
    rows(
        page,
        ["萧山区对外投资意向企业摸底表"],
        [],
        ["序号", "企业名称", "所属行业", "成立时间", "职工人数\n(人)", "年销售收入（亿元）",
         "拟投资额（万元）", "意向合作方式", "联系人"],
        [1, "甲纺织有限公司", "纺织业", "1998年5月", 320, 1.1, "约3000", "合资、参股", "张三"],
        [2, "乙服装厂", "服装", 2001, "1,050", 0.35, 800, "租赁", "李四"],
        [3, "丙汽配股份公司", "汽车零部件", "2003.8", 88, "不详", "—", None, None],
        [4, "丁家具有限公司", "家具制造", dt.datetime(1995, 3, 2), 210, 2, 5000, "控股", "王五"],
        ["合计", None, None, None, 1668, 3.45, 8800],
    )  # fmt: skip
    page.merge_cells("A1:I1")


def _sheets(book: openpyxl.Workbook) -> None:
    """Several sheets: the kind is in the sheet's name, the county in the title."""
    page = book.active
    page.title = "厂房"
    rows(
        page,
        ["云和县可供合作资源"],
        ["序号", "厂房名称", "面积（平方米）", "可供时间"],
        [1, "木玩园标准厂房A", 2000, "2008-03-01"],
        [2, "木玩园标准厂房B", 3400, "2008年5月1日"],
    )
    page = book.create_sheet("劳动力")
    rows(
        page,
        ["云和县劳动力资源"],
        ["乡镇劳务基地", "可输出劳动力（人）", "工种", "期望工资（元/月）"],
        ["紧水滩劳务基地", "1200", "缝纫工、电焊工", 1100],
        ["赤石劳务基地", 450, "木工", "１，０００"],
    )
    page = book.create_sheet("说明")
    rows(page, ["本册由县发改局编制，供内部使用。"])


def _beside(book: openpyxl.Workbook) -> None:
    """Two tables beside each other, of different height."""
    page = book.active
    page.title = "汇总"
    rows(
        page,
        ["企业（鄞州区）", None, None, None, None, "资源（景宁县）"],
        ["企业名称", "行业", "用地需求（亩）", "用工需求", None, "项目名称", "项目类别",
         "土地面积（公顷）", "最低投资额（万元）"],
        ["甬电器厂", "家用电器", 30, 120, None, "澄照地块", "工业用地", 2.2, 800],
        ["甬针织公司", "针织", None, 300, None, "畲乡景区", "旅游开发", None, 2000],
        ["甬文具公司", "文教用品", 12.5, 80],
    )  # fmt: skip


def _below(book: openpyxl.Workbook) -> None:
    """Two tables one below the other, each with its own title."""
    page = book.active
    page.title = "2008"
    rows(
        page,
        ["一、龙游县土地资源"],
        ["编号", "地块名称", "面积(亩)", "欢迎行业"],
        ["LY-1", "城北一号", 200, "造纸、食品"],
        ["LY-2", "城北二号", 75, "机械制造"],
        [],
        ["二、龙游县劳动力资源"],
        ["编号", "劳务基地", "可供人数（万人）", "平均月工资（元）"],
        ["LY-L1", "湖镇劳务", 0.12, 1050],
        ["LY-L2", "溪口劳务", 0.3, 980],
    )


def _ticks(book: openpyxl.Workbook) -> None:
    """√ columns under a merged head, regions and industries by name, blanks for 'as above'."""
    page = book.active
    page.title = "意向表"
    rows(
        page,
        ["宁波市企业合作意向登记表"],
        [
            "企业名称",
            "所在地",
            "所属行业",
            "合作意向",
            None,
            None,
            None,
            "投资预算（万元）",
            "填报日期",
        ],
        [None, None, None, "投资办厂", "来料加工", "招工", "帮扶", None, None],
        ["甲公司", "慈溪市", "小家电", "√", None, "√", None, 2000, "2008.6.1"],
        ["乙公司", "余姚", "塑料制品", None, "√", None, None, None, "2008/6/3"],
        ["丙公司", "宁海县", "模具", "✓", "—", None, "√", "/", 20080605],
    )
    for area in ("A2:A3", "B2:B3", "C2:C3", "D2:G2", "H2:H3", "I2:I3"):
        page.merge_cells(area)


def _groups(book: openpyxl.Workbook) -> None:
    """Rows that head groups by county, empty printed rows, signatures below."""
    page = book.active
    page.title = "项目库"
    rows(
        page,
        ["丽水市山海协作项目库"],
        ["序号", "项目名称", "类别", "建设内容", "总面积（公顷）", "贴息率（%）"],
        ["一、莲都区（2个）"],
        [1, "莲都茶园", "种植基地", "有机茶基地", 10, 3],
        [2, "莲都厂房", "标准厂房", "三层", 0.8, 2.5],
        ["二、青田县"],
        [1, "青田石雕园", "旅游", "景区二期", 12.4, 3],
        [2, None, None, None, None, None],
        [3, None, None, None, None, None],
        [],
        ["填表人：张三", None, "审核：李四"],
    )


def _merged(book: openpyxl.Workbook) -> None:
    """County and kind merged over their rows; money in 元 in the header only."""
    page = book.active
    page.title = "帮扶项目"
    rows(
        page,
        ["县市区", "项目名称", "项目类型", "最低投资(元)", "起始日期", "截止日期"],
        ["泰顺县", "罗阳小学改建", "教育", 350000, "2008-03-01", "2008-12-31"],
        [None, "司前卫生院", "卫生", 1200000.5, "2008/4/1", "2009/3/31"],
        [None, "筱村道路", "基础设施", "2,000,000", "2008.5.1", "20091231"],
        ["文成县", "南田文化站", "文化", 80000, dt.datetime(2008, 6, 1), None],
        [None, "大峃培训点", "培训", None, None, None],
    )
    page.merge_cells("A2:A4")
    page.merge_cells("A5:A6")


def _outcomes(book: openpyxl.Workbook) -> None:
    """What came of introductions: firms and places by name, stages in their own words."""
    page = book.active
    page.title = "对接进展"
    rows(
        page,
        ["2008年山海协作项目对接洽谈情况表"],
        ["", "", "", "", "", "金额单位：亿元"],
        [
            "序号",
            "企业名称",
            "项目名称",
            "洽谈日期",
            "目前进展",
            "协议金额",
            "到位资金",
            "带动就业（人）",
        ],
        ["1", "甲厂", "澄照地块", "2008年3月1日", "已签约", 0.5, 0.12, 60],
        ["2", "乙厂", "畲乡 景区", "2008-04-15", "在谈", "—", "—", None],
        ["3", "甲厂", "畲乡景区", "2008.5.20", "洽谈未果", None, None, None],
        ["合  计", None, None, None, None, 0.5, 0.12, 60],
    )


def _projects(book: openpyxl.Workbook) -> None:
    """The register: two investors in a cell, months without a day, percent formats."""
    page = book.active
    page.title = "签约项目"
    rows(
        page,
        ["开化县山海协作签约项目登记表（2008年）"],
        [
            "项目名称",
            "投资方",
            "签约时间",
            "协议总投资（万元）",
            "用地面积（亩）",
            "开工时间",
            "合作形式",
            "贴息率",
        ],
        ["甲乙联合项目", "甲厂、乙厂", "2008年3月", 2600, 35, "2008年6月", "合资", 0.03],
        ["硅材料项目", "甲厂", "2008年4月", 12000, 80.5, None, "租赁", 0.025],
    )
    for row in (3, 4):
        page.cell(row, 8).number_format = "0.0%"


def _own_units(book: openpyxl.Workbook) -> None:
    """Cells that carry their own units, line breaks and blanks in narrow cells, a numbered head."""
    page = book.active
    page.title = "Sheet1"
    rows(
        page,
        ["缙云县合作资源简表"],
        ["项 目 名 称", "资源类型", "土地面积", "最低投资额", "劳动力", "联系方式"],
        ["甲", "乙", "1", "2", "3", "4"],
        ["壶镇\n工业地块", "工业用地", "50亩", "500万元", None, "0578-3100000"],
        ["五云来料加工点", "来料加工点", None, "20万元", "150人", "0578-3100001"],
        ["舒洪养殖场", "养殖基地", "2公顷", "1.2亿元", "30人", "0578-3100002"],
    )


def _parks(book: openpyxl.Workbook) -> None:
    """Parks: area in 平方公里, partner by name, a repeated head of a second page."""
    page = book.active
    page.title = "园区"
    head = ["园区名称", "所在地", "共建地区", "规划面积（平方公里）", "已用面积（亩）"]
    rows(
        page,
        ["山海协作园区情况"],
        head,
        ["江山协作园", "江山市", "柯桥区", 3.2, 1200],
        ["龙游协作园", "龙游县", "镇海区", 2, 850.5],
        [],
        head,
        ["莲都协作园", "莲都区", "义乌市", 1.5, "—"],
    )


UGLY = [
    Ugly("招商项目", _land, {"resources": [
        {"name": "轻工园一号地", "kind": "land", "region": "330881", "land_mu": 120.0,
         "land_price_wan_per_mu": 9.6, "min_investment_wan": 1000.0, "contact": "王五",
         "phone": "0570-1234567"},
        {"name": "木业区地块", "kind": "land", "region": "330881", "land_mu": 85.5,
         "min_investment_wan": 1500.0, "contact": "赵六", "phone": "13800000000"},
        {"name": "东部新城三号", "kind": "land", "region": "330822", "land_mu": 60.0,
         "land_price_wan_per_mu": 8.0},
    ]}),
    Ugly("企业摸底", _enterprises, {"enterprises": [
        {"name": "甲纺织有限公司", "region": "330109", "industry": "17", "founded": 1998,
         "employees": 320, "revenue_wan": 11000.0, "budget_wan": 3000.0,
         "forms": ("joint_venture", "equity"), "contact": "张三"},
        {"name": "乙服装厂", "region": "330109", "industry": "18", "founded": 2001,
         "employees": 1050, "revenue_wan": 3500.0, "budget_wan": 800.0, "forms": ("lease",),
         "contact": "李四"},
        {"name": "丙汽配股份公司", "region": "330109", "industry": "367", "founded": 2003,
         "employees": 88},
        {"name": "丁家具有限公司", "region": "330109", "industry": "21", "founded": 1995,
         "employees": 210, "revenue_wan": 20000.0, "budget_wan": 5000.0, "forms": ("holding",),
         "contact": "王五"},
    ]}, [CONFIRM]),
    Ugly("资源册", _sheets, {"resources": [
        {"name": "木玩园标准厂房A", "kind": "factory", "region": "331125", "land_mu": 3.0,
         "available_from": D(2008, 3, 1)},
        {"name": "木玩园标准厂房B", "kind": "factory", "region": "331125", "land_mu": 5.1,
         "available_from": D(2008, 5, 1)},
        {"name": "紧水滩劳务基地", "kind": "labour", "region": "331125", "labour_supply": 1200,
         "skills": ("缝纫工", "电焊工"), "wage_yuan_month": 1100.0},
        {"name": "赤石劳务基地", "kind": "labour", "region": "331125", "labour_supply": 450,
         "skills": ("木工",), "wage_yuan_month": 1000.0},
    ]}, [CONFIRM]),
    Ugly("两表并列", _beside, {
        "enterprises": [
            {"name": "甬电器厂", "region": "330212", "industry": "385", "land_need_mu": 30.0,
             "labour_need": 120},
            {"name": "甬针织公司", "region": "330212", "industry": "176", "labour_need": 300},
            {"name": "甬文具公司", "region": "330212", "industry": "241", "land_need_mu": 12.5,
             "labour_need": 80},
        ],
        "resources": [
            {"name": "澄照地块", "kind": "land", "region": "331127", "land_mu": 33.0,
             "min_investment_wan": 800.0},
            {"name": "畲乡景区", "kind": "tourism", "region": "331127",
             "min_investment_wan": 2000.0},
        ],
    }),
    Ugly("两表上下", _below, {"resources": [
        {"id": "LY-1", "name": "城北一号", "kind": "land", "region": "330825", "land_mu": 200.0,
         "industries": ("222", "14")},
        {"id": "LY-2", "name": "城北二号", "kind": "land", "region": "330825", "land_mu": 75.0,
         "industries": ("34",)},
        {"id": "LY-L1", "name": "湖镇劳务", "kind": "labour", "region": "330825",
         "labour_supply": 1200, "wage_yuan_month": 1050.0},
        {"id": "LY-L2", "name": "溪口劳务", "kind": "labour", "region": "330825",
         "labour_supply": 3000, "wage_yuan_month": 980.0},
    ]}, [CONFIRM]),
    Ugly("意向登记", _ticks, {"enterprises": [
        {"name": "甲公司", "region": "330282", "industry": "385", "intents": ("invest", "hire"),
         "budget_wan": 2000.0, "confirmed_on": D(2008, 6, 1)},
        {"name": "乙公司", "region": "330281", "industry": "292", "intents": ("outsource",),
         "confirmed_on": D(2008, 6, 3)},
        {"name": "丙公司", "region": "330226", "industry": "3525",
         "intents": ("invest", "support"), "confirmed_on": D(2008, 6, 5)},
    ]}, [CONFIRM]),
    Ugly("丽水项目库", _groups, {"resources": [
        {"name": "莲都茶园", "kind": "farmland", "region": "331102", "description": "有机茶基地",
         "land_mu": 150.0, "subsidy_rate": 0.03},
        {"name": "莲都厂房", "kind": "factory", "region": "331102", "description": "三层",
         "land_mu": 12.0, "subsidy_rate": 0.025},
        {"name": "青田石雕园", "kind": "tourism", "region": "331121", "description": "景区二期",
         "land_mu": 186.0, "subsidy_rate": 0.03},
    ]}),
    Ugly("温州帮扶", _merged, {"resources": [
        {"name": "罗阳小学改建", "kind": "education", "region": "330329",
         "min_investment_wan": 35.0, "available_from": D(2008, 3, 1),
         "available_until": D(2008, 12, 31)},
        {"name": "司前卫生院", "kind": "health", "region": "330329",
         "min_investment_wan": 120.00005, "available_from": D(2008, 4, 1),
         "available_until": D(2009, 3, 31)},
        {"name": "筱村道路", "kind": "infrastructure", "region": "330329",
         "min_investment_wan": 200.0, "available_from": D(2008, 5, 1),
         "available_until": D(2009, 12, 31)},
        {"name": "南田文化站", "kind": "culture", "region": "330328", "min_investment_wan": 8.0,
         "available_from": D(2008, 6, 1)},
        {"name": "大峃培训点", "kind": "training", "region": "330328"},
    ]}),
    Ugly("对接情况", _outcomes, {"outcomes": [
        {"enterprise_id": "E1", "resource_id": "R1", "date": D(2008, 3, 1), "stage": "signed",
         "amount_wan": 5000.0, "funded_wan": 1200.0, "jobs": 60},
        {"enterprise_id": "E2", "resource_id": "R2", "date": D(2008, 4, 15), "stage": "contacted"},
        {"enterprise_id": "E1", "resource_id": "R2", "date": D(2008, 5, 20), "stage": "declined"},
    ]}, [], {"enterprises": {"E1": "甲厂", "E2": "乙厂"},
             "resources": {"R1": "澄照地块", "R2": "畲乡景区"}}),
    Ugly("签约登记", _projects, {"projects": [
        {"name": "甲乙联合项目", "enterprise_ids": ("E1", "E2"), "region": "330824",
         "signed_on": D(2008, 3, 1), "agreed_wan": 2600.0, "land_mu": 35.0,
         "started_on": D(2008, 6, 1), "form": "joint_venture", "subsidy_rate": 0.03},
        {"name": "硅材料项目", "enterprise_ids": ("E1",), "region": "330824",
         "signed_on": D(2008, 4, 1), "agreed_wan": 12000.0, "land_mu": 80.5, "form": "lease",
         "subsidy_rate": 0.025},
    ]}, [CONFIRM], {"enterprises": {"E1": "甲厂", "E2": "乙厂"}, "resources": {}}),
    Ugly("缙云简表", _own_units, {"resources": [
        {"name": "壶镇工业地块", "kind": "land", "region": "331122", "land_mu": 50.0,
         "min_investment_wan": 500.0, "phone": "0578-3100000"},
        {"name": "五云来料加工点", "kind": "processing_base", "region": "331122",
         "min_investment_wan": 20.0, "labour_supply": 150, "phone": "0578-3100001"},
        {"name": "舒洪养殖场", "kind": "farmland", "region": "331122", "land_mu": 30.0,
         "min_investment_wan": 12000.0, "labour_supply": 30, "phone": "0578-3100002"},
    ]}),
    Ugly("园区情况", _parks, {"parks": [
        {"name": "江山协作园", "region": "330881", "partner_region": "330603", "area_mu": 4800.0,
         "filled_mu": 1200.0},
        {"name": "龙游协作园", "region": "330825", "partner_region": "330211", "area_mu": 3000.0,
         "filled_mu": 850.5},
        {"name": "莲都协作园", "region": "331102", "partner_region": "330782", "area_mu": 2250.0},
    ]}),
]  # fmt: skip
"""The twelve of issue 4."""
