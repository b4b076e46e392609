"""Five more workbooks as counties keep them: for other purposes, in other words.

Home processing, merchants elsewhere, quarterly money, two lists under one title, firms that may
move. Everything in them is made up.
"""

from __future__ import annotations

import openpyxl

from tests.features.ugly_workbooks import CONFIRM, D, Ugly, rows


def _processing(book: openpyxl.Workbook) -> None:
    """Townships as group rows with marks, ids like 1-1, a total in a two-level head, signatures."""
    page = book.active
    page.title = "上半年"
    rows(
        page,
        ["遂昌县来料加工情况调查表"],
        ["（2008年上半年）", None, None, None, None, None, None, "填报：县妇联"],
        ["编号", "加工点", "加工品种", "经纪人", "手机", "从业人员", None,
         "人均月加工费（元）", "累计发放加工费（万元）", "能否扩大"],
        [None, None, None, None, None, "合计", "其中女性"],
        ["▲妙高镇（2个）"],
        ["1-1", "北街加工点", "串珠、饰品", "叶阿姨", "13905780001", 45, 40, "620", 16.5, "能"],
        ["1-2", "溪滨加工点", "缝纫", "周师傅", "0578-8123456", "近30", 28, "约700", 9.8, "暂不"],
        ["▲石练镇"],
        ["2-1", "柳村加工点", "竹制品", "吴菊香", None, 120, 88, 550, 40, "能"],
        ["小 计", None, None, None, None, 195, 156, None, 66.3],
        ["说明：1.从业人员含季节性用工；2.加工费按6个月平均。"],
        ["县妇联经办人：方敏"],
    )  # fmt: skip
    for area in ("A1:J1", "F3:G3", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "H3:H4",
                 "I3:I4", "J3:J4", "A5:J5", "A8:J8"):  # fmt: skip
        page.merge_cells(area)


def _merchants(book: openpyxl.Workbook) -> None:
    """People and firms in one column, where they come from beside where they are, 亿 and 万."""
    page = book.active
    rows(
        page,
        ["省外浙商返乡投资意向汇总（2008年11月）"],
        ["序", "姓名或企业", "现经商地", "籍贯", "从事行业", "身家规模（万）", "有意返乡项目",
         "意向投资（亿元人民币）", "意向地", "手机", "来源商会"],
        [1, "金兴集团", "北京市", "永康", "五金", ">5000", "工具制造", 1.2, "缙云县", "1380010",
         "北京浙江企业商会"],
        [2, "郑和平", "云南昆明", "青田", "水电", "3000万", "小水电开发", "8000万元", "景宁",
         "1390871", "云南浙商会"],
        [3, "远洋食品公司", "上海", "江山", "食品", "不便透露", "蜂产品深加工", "0.35",
         "江山或常山", "1390021"],
        [4, "林氏兄弟", "意大利米兰", "青田", "服装", "", None, "—", "青田县", None,
         "意大利华侨总会"],
        ["", "以上共4户"],
    )  # fmt: skip


def _quarters(book: openpyxl.Workbook) -> None:
    """A sheet a year, the unit in a corner, money by quarters, days in five ways."""
    page = book.active
    page.title = "2007年"
    unit = [None] * 11 + ["金额单位：万元"]
    head = ["序号", "项　目", "投资单位", "落户县", "签约时间", "合同投资", "资金到位", None, None,
            None, "形象进度", "动工", "投产", "备注"]  # fmt: skip
    below = [None] * 6 + ["1季", "2季", "3季", "累计"]
    rows(
        page,
        ["2007年度山海协作产业项目资金进度表", *unit],
        head, below,
        ["1", "年产5万吨钙粉", "建德钙业有限公司", "常山县", "2007-3-15", "8000万元", 2000, 1500,
         1500, 5000, "主体完工", "2007.6", "—", "0571-1"],
        ["2", "高山蔬菜基地", "萧山绿园农业公司", "磐安县", "2007年5月", "600", 100, 0, "", 100,
         "土地流转", "—", "—"],
        ["合计", None, None, None, None, "8600"],
        ["注：投产为实际投产时间"],
    )  # fmt: skip
    other = book.create_sheet("2008年")
    rows(
        other,
        ["2008年度山海协作产业项目资金进度表", *unit],
        head, below,
        ["1", "阀门铸件", "瑞安阀门厂", "缙云县", "二〇〇八年二月二十日", "3,200", 500, "—", 700,
         1200, "试生产", "2008年4月", "2008年10月底"],
        ["2", "水电站扩容", "宁波电力投资公司", "云和县", "20080709", "2.3亿", 3000, None, None,
         3000, "在建", "08.9.1"],
    )  # fmt: skip
    for each in (page, other):
        each.merge_cells("A1:K1")
        each.merge_cells("G2:J2")


def _two_lists(book: openpyxl.Workbook) -> None:
    """One title over two lists, each with a row of units below its head, some units foreign."""
    page = book.active
    page.title = "汇总"
    rows(
        page,
        ["可供招商资源（松阳县）"],
        [],
        ["一、闲置厂房"],
        ["厂房坐落", "建筑面积", "占地", "租金", "可用时间", "权属单位", "联系方式"],
        [None, "（平方米）", "（平方米）", "（元/平方米·月）"],
        ["西屏镇工业路8号", 3600, 5336, "6.5", "现房", "原农机厂", "8061234"],
        ["古市镇粮站", 1200, 2001, "面议", "2009年1月起", "县粮食局", "8065555"],
        ["小计", 4800, 7337],
        [],
        ["二、高效农业基地（土地流转）"],
        ["基地名称", "所在乡镇", "面积", "适宜发展", "流转年限", "流转费", "联系方式"],
        [None, None, "（公顷）", None, "（年）", "（元/亩·年）"],
        ["新兴万亩茶园", "新兴乡", 20, "茶叶", "30", "400", "8067777"],
        ["玉岩香榧基地", "玉岩镇", "3.5", "香榧", "50年", "约300", "8067778"],
        ["（以上面积均为初步测算）"],
    )


def _movers(book: openpyxl.Workbook) -> None:
    """Two periods of one figure, its unit in one cell only, a range, trades merged downwards."""
    page = book.active
    page.title = "工业企业"
    rows(
        page,
        ["附件3："],
        ["有意向外转移企业调查摸底表（嵊州市经贸局　2008.10.15）"],
        ["行　业", "单位", "产品", "产值", "", "利税", "职工（人）", "能耗（吨标煤）", "迁建意愿",
         "", "", "其他"],
        [None, None, None, "07年", "08年1-9月", None, None, None, "投资（万元）", "用地（亩）",
         "去向"],
        ["领带服饰", "巴贝丝绸公司", "真丝领带", "21000万元", "1.6亿", 1800, 650, 1200, 3000,
         "50", "衢州", "强烈"],
        [None, "佳利领带厂", "领带面料", 4500, 3100, 260, 180, "", "800", "12-15", "均可", "一般"],
        ["厨具电器", "百力灶具", "燃气灶", 9000, 7000, "", 320, "880", "2000", 30, "江山", "观望"],
        [None, "小计", "", 13500, 10100, "", 500, "", "2800"],
        ["机械", "三联风机厂", "风机", 6200, "5100", "—", "210人", "不详", "无", 0],
        ["合计", "4家"],
    )  # fmt: skip
    for area in ("A5:A6", "D3:E3", "I3:K3"):
        page.merge_cells(area)


OTHERS = [
    Ugly("遂昌加工点", _processing, {"resources": [
        {"name": "北街加工点", "kind": "processing_base", "region": "331123",
         "description": "串珠、饰品", "labour_supply": 45, "wage_yuan_month": 620.0,
         "contact": "叶阿姨", "phone": "13905780001"},
        {"name": "溪滨加工点", "kind": "processing_base", "region": "331123",
         "description": "缝纫", "labour_supply": 30, "wage_yuan_month": 700.0,
         "contact": "周师傅", "phone": "0578-8123456"},
        {"name": "柳村加工点", "kind": "processing_base", "region": "331123",
         "description": "竹制品", "labour_supply": 120, "wage_yuan_month": 550.0,
         "contact": "吴菊香"},
    ]}, [CONFIRM]),
    Ugly("浙商返乡", _merchants, {"enterprises": [
        {"name": "金兴集团", "kind": "merchant", "industry": "33", "description": "工具制造",
         "budget_wan": 12000.0, "phone": "1380010"},
        {"name": "郑和平", "kind": "merchant", "industry": "4413", "description": "小水电开发",
         "budget_wan": 8000.0, "phone": "1390871"},
        {"name": "远洋食品公司", "kind": "merchant", "industry": "14",
         "description": "蜂产品深加工", "budget_wan": 3500.0, "phone": "1390021"},
        {"name": "林氏兄弟", "kind": "merchant", "industry": "18"},
    ]}, [CONFIRM]),
    Ugly("资金进度", _quarters, {"projects": [
        {"name": "年产5万吨钙粉", "enterprise_ids": ("E1",), "region": "330822",
         "agreed_wan": 8000.0, "signed_on": D(2007, 3, 15), "started_on": D(2007, 6, 1)},
        {"name": "高山蔬菜基地", "enterprise_ids": ("E2",), "region": "330727",
         "agreed_wan": 600.0, "signed_on": D(2007, 5, 1)},
        {"name": "阀门铸件", "enterprise_ids": ("E3",), "region": "331122", "agreed_wan": 3200.0,
         "signed_on": D(2008, 2, 20), "started_on": D(2008, 4, 1),
         "production_on": D(2008, 10, 31)},
        {"name": "水电站扩容", "enterprise_ids": ("E4",), "region": "331125",
         "agreed_wan": 23000.0, "signed_on": D(2008, 7, 9), "started_on": D(2008, 9, 1)},
    ]}, [CONFIRM], {"enterprises": {
        "E1": "建德钙业有限公司", "E2": "萧山绿园农业公司", "E3": "瑞安阀门厂",
        "E4": "宁波电力投资公司",
    }}),
    Ugly("松阳资源", _two_lists, {"resources": [
        {"name": "西屏镇工业路8号", "kind": "factory", "region": "331124", "land_mu": 8.004,
         "phone": "8061234"},
        {"name": "古市镇粮站", "kind": "factory", "region": "331124", "land_mu": 3.0015,
         "phone": "8065555"},
        {"name": "新兴万亩茶园", "kind": "farmland", "region": "331124", "land_mu": 300.0,
         "description": "茶叶", "phone": "8067777"},
        {"name": "玉岩香榧基地", "kind": "farmland", "region": "331124", "land_mu": 52.5,
         "description": "香榧", "phone": "8067778"},
    ]}, [CONFIRM, ("tables[1].columns.kind.value", "farmland")]),
    Ugly("嵊州转移", _movers, {"enterprises": [
        {"name": "巴贝丝绸公司", "region": "330683", "industry": "18", "description": "真丝领带",
         "employees": 650, "revenue_wan": 21000.0, "budget_wan": 3000.0, "land_need_mu": 50.0,
         "energy_need_tce": 1200.0},
        {"name": "佳利领带厂", "region": "330683", "industry": "18", "description": "领带面料",
         "employees": 180, "revenue_wan": 4500.0, "budget_wan": 800.0},
        {"name": "百力灶具", "region": "330683", "industry": "385", "description": "燃气灶",
         "employees": 320, "revenue_wan": 9000.0, "budget_wan": 2000.0, "land_need_mu": 30.0,
         "energy_need_tce": 880.0},
        {"name": "三联风机厂", "region": "330683", "industry": "34", "description": "风机",
         "employees": 210, "revenue_wan": 6200.0, "budget_wan": 0.0, "land_need_mu": 0.0},
    ]}, [CONFIRM, ("tables[0].columns.industry.words.厨具电器", "385"),
         ("tables[0].columns.land_need_mu.words.12-15", "")]),
]  # fmt: skip
