"""CSV files that are bad as a whole or in their shape.

Each case: file name, bytes, and the findings expected as (code, row, column, value).
"""

from __future__ import annotations

Said = tuple[str, int | None, str | None, str | None]

_HEAD = "id,name,kind,region,industry\n"
_ROW = "E2,示例公司,company,萧山区,1761\n"
_GOOD = _HEAD + _ROW
_ANY_TABLE = "id,name,region\nE2,示例公司,萧山区\n"
"""It may be a park as well as an enterprise."""
_FUNDS = "id,project_id,date,amount_wan,kind\n"
_FUND = "F1,P1,2008-07-01,10,investment\n"


def _case(name: str, content: str | bytes, *said: Said) -> tuple[str, bytes, list[Said]]:
    return name, content.encode() if isinstance(content, str) else content, list(said)


E = "enterprises.csv"

ENCODINGS = [
    _case(E, b"", ("empty_file", None, None, E)),
    _case(E, b" \r\n\r\n", ("empty_file", None, None, E)),
    _case(E, b"\xef\xbb\xbf", ("empty_file", None, None, E)),
    _case(E, _GOOD.encode("utf-16"), ("encoding", None, None, "UTF-16")),
    _case(E, b"\xfe\xff" + _GOOD.encode("utf-16-be"), ("encoding", None, None, "UTF-16")),
    _case(E, _GOOD.encode("utf-32"), ("encoding", None, None, "UTF-32")),
    _case(E, _GOOD.encode("utf-16-le"), ("unsupported_file", None, None, E)),
    _case(E, _GOOD.encode()[:-13], ("damaged_utf8", 2, None, "E8 90")),
    _case(
        E,
        _GOOD.replace("示例公司", "示例示例").encode().replace(b"\xa4", b"\xff", 1),
        ("damaged_utf8", 2, None, "E7"),
    ),
    _case(E, b"\xef\xbb\xbf" + _GOOD.encode("gb18030"), ("damaged_utf8", 2, None, "2C")),
    _case(E, _HEAD.encode() + b"E2,caf\xe9,company,\xff\xff,1761\n", ("encoding", 2, None, "E9")),
    _case(
        E, _HEAD.encode() + b"E2,\x80\x81\xff,company,330109,1761\n", ("encoding", 2, None, "80")
    ),
    _case(
        E,
        _HEAD.encode() + b"E2,\xaa\xa1\xaa\xa2,company,330109,1761\n",
        ("encoding", 2, None, "U+E000"),
    ),
    _case(
        E,
        _GOOD.replace("示例公司", "臺灣積體電路公司").encode("big5", "replace"),
        ("encoding", 2, None, "U+E677"),
    ),
    _case(
        E,
        _HEAD.encode() + "E2,トヨタ自動車,company,330109,29\n".encode("shift-jis"),
        ("encoding", 2, None, "僩"),
    ),
    _case(
        E,
        _HEAD.encode() + "E2,Müller Söhne,company,330109,29\n".encode("latin-1"),
        ("encoding", 2, None, "黮"),
    ),
    _case(
        E,
        _HEAD.encode() + "E2,Общество,company,330109,29\n".encode("cp1251"),
        ("encoding", 2, None, "U+E2D6"),
    ),
    _case(E, b"\x89PNG\r\n\x1a\n" + b"\0" * 40, ("unsupported_file", None, None, E)),
    _case(E, b"%PDF-1.4\n", ("unsupported_file", None, None, E)),
    _case(E, b"{\\rtf1\\ansi}", ("unsupported_file", None, None, E)),
    _case(E, b"\x1f\x8b\x08\x00abc", ("unsupported_file", None, None, E)),
    _case(
        E, b"<html><table><tr><td>id</td></tr></table></html>", ("unsupported_file", None, None, E)
    ),
    _case(E, b"<?xml version='1.0'?><rows/>", ("unsupported_file", None, None, E)),
    _case(E, b"PK\x03\x04", ("workbook_named_otherwise", None, None, E)),
    _case(E, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, ("old_workbook", None, None, E)),
    _case("enterprise.csv", _ANY_TABLE, ("file_not_named", None, None, "enterprise.csv")),
    _case("companies.csv", _ANY_TABLE, ("file_not_named", None, None, "companies.csv")),
    _case("enterprises (1).csv", _ANY_TABLE, ("file_not_named", None, None, "enterprises (1).csv")),
    _case("enterprises.txt", _GOOD, ("unsupported_suffix", None, None, "enterprises.txt")),
    _case("enterprises.tsv", _GOOD, ("unsupported_suffix", None, None, "enterprises.tsv")),
    _case("enterprises", _GOOD, ("unsupported_suffix", None, None, "enterprises")),
    _case("enterprises.json", "[]", ("unsupported_suffix", None, None, "enterprises.json")),
    _case("enterprises.ods", b"PK\x03\x04", ("unsupported_suffix", None, None, "enterprises.ods")),
]

QUOTES = [
    _case(E, _HEAD + 'E2,"示例公司,company,萧山区,1761\n', ("broken_quotes", 2, None, '"')),
    _case(E, _GOOD + 'E3,"示例"公司,company,萧山区,1761\n', ("broken_quotes", 3, None, '"')),
    _case(E, _GOOD + 'E3,"a""b,company,萧山区,1761\nE4,x,company,萧山区,1761\n',
          ("broken_quotes", 3, None, '"')),
    _case(E, _HEAD + "E2," + "长" * 1_000_001 + ",company,萧山区,1761\n",
          ("cell_too_large", 2, None, "1000000")),
    _case(E, _HEAD + "E2,示例公司,company,萧山区\n", ("too_few_cells", 2, None, "萧山区")),
    _case(E, _GOOD + "E3,示例公司,comp", ("too_few_cells", 3, None, "comp")),
    _case(E, _HEAD + "E2,示例,公司,company,萧山区,1761\n",
          ("too_many_cells", 2, None, "1761")),
    _case(E, _HEAD + "E2,示例公司,company,萧山区,1761,多\n", ("too_many_cells", 2, None, "多")),
    _case("funds.csv", _FUNDS + "F1,P1,2008-07-01,1,000,investment\n",
          ("too_many_cells", 2, None, "investment")),
]  # fmt: skip

_SEPARATORS = [
    _case(E, _GOOD.replace(",", sign),
          ("wrong_column_separator", 1, None, _HEAD.strip().replace(",", sign)))
    for sign in (";", "\t", "，", "|")
]  # fmt: skip

HEADERS = [
    *_SEPARATORS,
    _case(E, _ROW, ("no_header", 1, None, "E2, 示例公司, company, 萧山区, 1761")),
    _case(E, "a,b,c\n1,2,3\n", ("no_header", 1, None, "a, b, c")),
    _case(E, "企业档案一览表,,,,\n" + _GOOD, ("title_row", 1, None, "企业档案一览表")),
    _case(E, "浙江省,,,,\n2008年,,,,\n" + _GOOD, ("title_row", 1, None, "浙江省")),
    _case(E, "\n\n填报单位：某局\n" + _GOOD, ("title_row", 3, None, "填报单位：某局")),
    _case(E, "名称,,,,\n" + _GOOD, ("title_row", 1, None, "名称")),
    _case(E, _GOOD.replace("name", "nmae"),
          ("unknown_column", 1, "nmae", "nmae"), ("missing_column", 1, "name", None)),
    _case(E, "id,name,kind,region,industry,成立日期\nE2,示例公司,company,萧山区,1761,\n",
          ("unknown_column", 1, "成立日期", "成立日期")),
    _case(E, "id,name,kind,region,industry,营业收入(亿元)\nE2,示例公司,company,萧山区,1761,1\n",
          ("unknown_column", 1, "营业收入(亿元)", "营业收入(亿元)")),
    _case(E, "id,name,kind,region,industry,X_a\nE2,示例公司,company,萧山区,1761,1\n",
          ("unknown_column", 1, "X_a", "X_a")),
    _case(E, "id,name,kind,region,industry,x_\nE2,示例公司,company,萧山区,1761,1\n",
          ("unknown_column", 1, "x_", "x_")),
    _case(E, "id,name,kind,region,industry,x_a b\nE2,示例公司,company,萧山区,1761,1\n",
          ("unknown_column", 1, "x_a b", "x_a b")),
    _case(E, "id,name,kind,region,industry,land_mu\nE2,示例公司,company,萧山区,1761,1\n",
          ("unknown_column", 1, "land_mu", "land_mu")),
    _case(E, "id,name,kind,region,industry,a,b\nE2,示例公司,company,萧山区,1761,1,2\n",
          ("unknown_column", 1, "a", "a"), ("unknown_column", 1, "b", "b")),
    _case(E, "id,name,kind,region,industry,na\x07me\nE2,示例公司,company,萧山区,1761,\n",
          ("control_character", 1, "na\x07me", "na\x07me")),
    _case(E, "name,kind,region,industry\n示例公司,company,萧山区,1761\n",
          ("missing_column", 1, "id", None)),
    _case("outcomes.csv", "enterprise_id,resource_id\nE1,R1\n",
          ("missing_column", 1, "date", None), ("missing_column", 1, "stage", None)),
    _case("resources.csv", "id,name\nR2,地块\n",
          ("missing_column", 1, "kind", None), ("missing_column", 1, "region", None)),
    _case(E, "id,name,kind,region,industry,name\nE2,示例公司,company,萧山区,1761,乙\n",
          ("doubled_column", 1, "name", "name")),
    _case(E, "id,name,kind,region,industry,名称\nE2,示例公司,company,萧山区,1761,乙\n",
          ("doubled_column", 1, "name", "名称")),
    _case(E, "id,name,kind,region,industry,ＩＤ\nE2,示例公司,company,萧山区,1761,乙\n",
          ("doubled_column", 1, "id", "ＩＤ")),
    _case(E, "id,name,kind,region,industry,x_a,x_a\nE2,示例公司,company,萧山区,1761,1,2\n",
          ("doubled_column", 1, "x_a", "x_a")),
    _case(E, "id,name,kind,region,industry,,budget_wan\nE2,示例公司,company,萧山区,1761,甲,1\n",
          ("column_without_header", 2, None, "甲")),
    _case(E, "id,name,kind,region,industry,\n" + _ROW.strip() + ",\nE3,乙,company,萧山区,17,注\n",
          ("column_without_header", 3, None, "注")),
    _case(E, "id,name,kind\nE2,示例公司,company\n",
          ("missing_region", 2, "region", None), ("missing_industry", 2, "industry", None)),
]  # fmt: skip

ROWS = [
    _case(E, _GOOD + "合计,,,,\n", ("total_row", 3, "id", "合计")),
    _case(E, _GOOD + "总 计,1,,,\n", ("total_row", 3, "id", "总 计")),
    _case(E, _GOOD + "小计：,1,,,\n", ("total_row", 3, "id", "小计：")),
    _case(E, _GOOD + ",合计,,,\n", ("total_row", 3, "name", "合计")),
    _case(E, _GOOD + "Total,1,,,\n", ("total_row", 3, "id", "Total")),
    _case(E, _GOOD + "GRAND TOTAL,1,,,\n", ("total_row", 3, "id", "GRAND TOTAL")),
    _case(E, _GOOD + "全省合计,1,,,\n", ("total_row", 3, "id", "全省合计")),
    _case("funds.csv", _FUNDS + _FUND + ",,,10,合计\n",
          ("missing_value", 3, "id", None), ("missing_value", 3, "project_id", None),
          ("missing_value", 3, "date", None), ("unknown_choice", 3, "kind", "合计")),
    _case(E, _GOOD + _HEAD, ("repeated_header", 3, "id", "id")),
    _case(E, _GOOD + "注：数据截至2008年底,,,,\n", ("stray_row", 3, "id", "注：数据截至2008年底")),
    _case(E, _HEAD + "一、杭州市,,,,\n" + _ROW, ("stray_row", 2, "id", "一、杭州市")),
    _case(E, _GOOD + ",,,,备注\n", ("stray_row", 3, "industry", "备注")),
    _case(E, _GOOD + _ROW, ("duplicate_key", 3, "id", "E2")),
    _case(E, _GOOD + "\n" + _ROW.replace("E2", "Ｅ２"), ("duplicate_key", 4, "id", "E2")),
    _case(E, _GOOD + _ROW + _ROW,
          ("duplicate_key", 3, "id", "E2"), ("duplicate_key", 4, "id", "E2")),
    _case("outcomes.csv", "enterprise_id,resource_id,date,stage\nE1,R1,2008-03-01,signed\n"
          "E1,R1,2008/3/1,started\n",
          ("duplicate_key", 3, "enterprise_id", "E1, R1, 2008-03-01")),
    _case("pairings.csv", "pairing,developed_region,underdeveloped_region,valid_from\n"
          "a,绍兴县,江山市,2008-01-01\na,柯桥区,江山,2008年1月1日\n",
          ("duplicate_key", 3, "pairing", "a, 330603, 330881, 2008-01-01")),
    _case("targets.csv", "indicator,year,region,value\na,2008,,1\na,2008,,2\n",
          ("duplicate_key", 3, "indicator", "a, 2008")),
    _case("interests.csv", "side,id,target,level\nregion,江山市,E1,yes\nregion,330881,E1,no\n",
          ("duplicate_key", 3, "side", "region, 330881, E1")),
    _case(E, "id,name,kind,region\nE2,示例,company,萧山区\n",
          ("missing_industry", 2, "industry", None)),
    _case(E, "id,name,kind,industry\nE2,示例,company,17\n", ("missing_region", 2, "region", None)),
    _case(E, "id,name,region\nE2,示例,萧山区\n", ("missing_industry", 2, "industry", None)),
    _case(E, "id,name,kind,region\nE2,医院,institution,\n", ("missing_region", 2, "region", None)),
    _case("projects.csv", "id,name,enterprise_ids,resource_id\nP2,项目,E1,\n",
          ("missing_place", 2, "region", None)),
    _case(E, "id,name,kind,region,industry,available_from,available_until\n"
          "E2,示例,company,萧山区,17,2008-03-02,2008-03-01\n",
          ("dates_reversed", 2, "available_until", "2008-03-01")),
    _case("events.csv", "id,name,date_from,opens,closes\nEV2,会,2008-10-21,17:00,9:00\n",
          ("times_reversed", 2, "closes", "9:00")),
    _case("interests.csv", "side,id,target,level\nresource,E1,E1,yes\n",
          ("unknown_side", 2, "id", "E1")),
    _case("interests.csv", "side,id,target,level\nregion,桐芦县,E1,yes\n",
          ("unknown_side", 2, "id", "桐芦县")),
    _case(E, _HEAD + "E 2,,firm,桐芦县,99\n",
          ("bad_id", 2, "id", "E 2"), ("missing_value", 2, "name", None),
          ("unknown_choice", 2, "kind", "firm"), ("unknown_region", 2, "region", "桐芦县"),
          ("unknown_industry", 2, "industry", "99")),
    _case(E, "id,name,kind,region,industry,x_a\nE2,示例,company,萧山区,17,1\n"
          "E3,示例,company,萧山区,17,١\n", ("digits_other_script", 3, "x_a", "١")),
    _case(E, "id,name,kind,region,industry,x_a\nE2,示例,company,萧山区,17,1\n"
          "E3,示例,company,萧山区,17,inf\n", ("number_not_finite", 3, "x_a", "inf")),
]  # fmt: skip

BAD_TEXT_FILES = ENCODINGS + QUOTES + HEADERS + ROWS
