"""Words by which the parts of a table are known: the bureaus' codes, Chinese and English names.

A part is called by its label in `InputOutputTable`; sub-totals and totals, which are checked and not
stored, have labels of their own.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

from shishu.datasets.reading.cells import code
from shishu.labels import plain

#: Sub-total -> its parts, in columns; the first group of parts that is printed counts.
COLUMN_PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "households": ("rural_households", "urban_households"),
        "consumption": ("households", "government"),
        "capital_formation": ("fixed_capital", "inventories"),
    }
)
#: Totals of trade -> their parts, from abroad and from other regions.
TRADE_PARTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"outflow_total": ("exports", "outflow"), "inflow_total": ("imports", "inflow")}
)

COLUMN_CODES: Mapping[str, str] = MappingProxyType(
    {
        "TIU": "intermediate_use",
        "FU101": "rural_households",
        "FU102": "urban_households",
        "THC": "households",
        "FU103": "government",
        "TC": "consumption",
        "FU201": "fixed_capital",
        "FU202": "inventories",
        "GCF": "capital_formation",
        "TCF": "capital_formation",
        "EX": "exports",
        "OF": "outflow",
        "OUT": "outflow_total",
        "FU302": "outflow_total",
        "NOF": "net_outflow",
        "FU301": "net_outflow",
        "TFU": "final_use",
        "IM": "imports",
        "IF": "inflow",
        "IN": "inflow_total",
        "FU304": "inflow_total",
        "ERR": "discrepancy",
        "GO": "output",
    }
)
ROW_CODES: Mapping[str, str] = MappingProxyType(
    {
        "TII": "intermediate_inputs",
        "VA001": "compensation",
        "VA002": "production_taxes",
        "VA003": "depreciation",
        "VA004": "operating_surplus",
        "TVA": "value_added",
        "TI": "total_input",
    }
)

_COLUMN_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "intermediate_use": "中间(使用|需求)(合计|小计|总计)?|(total)?intermediateuses?|totalintermediatedemand",
        "rural_households": "农村(居民)?(消费)?(支出)?|rural_?(households?)?(consumption)?(expenditure)?",
        "urban_households": "(城镇|城市|非农业)(居民)?(消费)?(支出)?|urban_?(households?)?(consumption)?(expenditure)?",
        "households": "居民(最终)?消费(支出)?(合计|小计)?|(total)?households?(consumption)?(expenditure)?",
        "government": "(政府|社会|公共)(最终)?消费(支出)?|government(consumption)?(expenditure)?",
        "consumption": "最终消费(支出)?(合计|总计)?|(total)?(final)?consumption(expenditure)?",
        "fixed_capital": "固定(资本|资产)(形成)?(总额)?|(gross)?fixed_?capital(formation)?",
        "inventories": "(存货|库存)(增加|变动|变化|净增加)(额)?|(changes?in)?inventories|inventorychanges?",
        "capital_formation": "资本形成(总额)?(合计)?|(total)?(gross)?capital_?formation",
        "exports": "(货物和服务)?出口(总额)?|exports?",
        "outflow": "(国内)?[省市区]+[外际]?(流出|调出)|国内(流出|调出)|(domestic)?outflows?(tootherprovinces)?",
        "outflow_total": "(出口和)?(流出|调出)(合计|总计)?|(流出|调出)和出口|total_?outflows?|outflow_total",
        "net_outflow": "净(流出|调出|出口)(合计)?|(货物和服务)净(流出|出口)|net_?(outflows?|exports?)",
        "final_use": "最终(使用|需求)(合计|小计|总计)?|total_?final_?(uses?|demand)|final_use",
        "imports": "(货物和服务)?进口(总额)?|imports?",
        "inflow": "(国内)?[省市区]+[外际]?(流入|调入)|国内(流入|调入)|(domestic)?inflows?(fromotherprovinces)?",
        "inflow_total": "(进口和)?(流入|调入)(合计|总计)?|(流入|调入)和进口|total_?inflows?|inflow_total",
        "discrepancy": "其他|其它|误差(项)?|统计误差|平衡项|(statistical)?discrepancy|errors?|others?",
        "output": "总产出(合计)?|(total|gross)?_?outputs?",
    }
)
_ROW_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "intermediate_inputs": "中间投入(合计|小计|总计)?|(total)?_?intermediate_?inputs?",
        "compensation": "(劳动者|劳动|雇员)(报酬|收入)|compensation(ofemployees)?",
        "production_taxes": "生产税净额|(net)?(taxeson)?production_?(taxes)?",
        "depreciation": "(固定资产)?折旧|depreciation(offixed(assets|capital))?|consumptionoffixedcapital",
        "operating_surplus": "营业盈余(总额)?|operating_?surplus",
        "value_added": "(增加值|最初投入)(合计|总计)?|(total|gross)?value[-_]?added",
        "total_input": "总投入(合计)?|total_?inputs?",
        "imported_inputs": "imported_inputs|(中间投入)?进口品(投入)?(合计)?",
    }
)
#: What 合计 or 小计 adds up, by the heading that it stands under.
_UNDER_COLUMNS = (
    ("居民", "households"),
    ("最终消费|consumption", "consumption"),
    ("资本形成|capitalformation", "capital_formation"),
    ("流出|调出|outflow", "outflow_total"),
    ("流入|调入|inflow", "inflow_total"),
    ("最终使用|最终需求|finaluse|finaldemand", "final_use"),
    ("中间使用|中间需求|intermediateuse", "intermediate_use"),
)
_UNDER_ROWS = (
    ("增加值|最初投入|valueadded", "value_added"),
    ("中间投入|intermediateinput", "intermediate_inputs"),
)
_TOTAL = re.compile("合计|小计|总计|(sub)?-?total")
#: Headings of the label columns, and of the row of codes.
_HEADING = re.compile(
    "-|(部门|产品|行业)?(代码|编码|代号|名称)|序号|部门|code|name|name_zh|name_en|sectors?|origin|(row)?label"
)
#: Headings that group the rows or columns under them and also name a total: weak signs of a table.
_WEAK = re.compile(
    "中间(使用|需求|投入)|最终(使用|需求)|增加值|最初投入|其他|其它|others?|valueadded|居民.*|最终消费.*|资本形成.*"
)

#: What is looked for, in messages.
LOOKED_FOR: Mapping[str, str] = MappingProxyType(
    {
        "output": "GO, 总产出, gross output",
        "value_added": "VA001–VA004, TVA, 劳动者报酬, 生产税净额, 固定资产折旧, 营业盈余, 增加值合计, value added",
        "final_use": "FU101, FU102, FU103, FU201, FU202, EX, 居民消费, 政府消费, 资本形成总额, 出口, consumption",
        "sectors": "01, 02, …, 农林牧渔产品和服务, …",
    }
)
#: Official name of each part, for "did you mean".
KNOWN_COLUMNS = (
    "中间使用合计", "农村居民消费", "城镇居民消费", "居民消费", "政府消费", "最终消费", "固定资本形成总额", "存货变动",
    "资本形成总额", "出口", "国内省外流出", "净流出", "最终使用合计", "进口", "国内省外流入", "其他", "总产出",
)  # fmt: skip
KNOWN_ROWS = ("中间投入合计", "劳动者报酬", "生产税净额", "固定资产折旧", "营业盈余", "增加值合计", "总投入")


def is_heading(cell: object) -> bool:
    """Whether a cell heads a column of labels (代码, 部门名称, code …)."""
    return bool(_HEADING.fullmatch(plain(cell)))


def is_weak(name: str) -> bool:
    """Whether a name may be a mere heading over several rows or columns."""
    return bool(_WEAK.fullmatch(plain(name)))


def column_part(code_text: str, names: Sequence[str], above: Sequence[str] = ()) -> str | None:
    """Part of the table that a column holds; ``None`` for a sector or something unknown.

    Parameters
    ----------
    code_text : str
        Code in the header, or ``""``. A known code counts before a name.
    names : sequence of str
        Names the column may have, likeliest first.
    above : sequence of str
        Headings over it, the nearest first: what 合计 adds up.

    Examples
    --------
    >>> column_part("", ["合计"], ["最终消费支出", "最终使用"])
    'consumption'
    """
    known = COLUMN_CODES.get(code(code_text)) or _named(code_text, _COLUMN_NAMES)
    return known or _by_name(names, above, _COLUMN_NAMES, _UNDER_COLUMNS)


def row_part(code_text: str, names: Sequence[str], above: Sequence[str] = ()) -> str | None:
    """Part of the table that a row holds; ``None`` for a sector or something unknown.

    A name counts before a code: in the tables before 2002 VA001 is depreciation, VA002 compensation.

    >>> row_part("VA001", ["固定资产折旧"])
    'depreciation'
    """
    named = _by_name(names, above, _ROW_NAMES, _UNDER_ROWS)
    if named or not code_text:
        return named
    if code(code_text).startswith("VA0") and any(names):
        return None
    return ROW_CODES.get(code(code_text)) or _named(code_text, _ROW_NAMES)


def _named(name: str, vocabulary: Mapping[str, str]) -> str | None:
    folded = plain(name)
    if not folded or not _any_of(tuple(vocabulary.values())).fullmatch(folded):
        return None
    return next(part for part, pattern in vocabulary.items() if re.fullmatch(pattern, folded))


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """All patterns as one: most cells of a sheet match none."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _by_name(
    names: Sequence[str], above: Sequence[str], vocabulary: Mapping[str, str], under: Sequence[tuple[str, str]]
) -> str | None:
    for name in names:
        if part := _named(name, vocabulary):
            return part
        if _TOTAL.fullmatch(plain(name)):
            for heading in map(plain, above):
                for pattern, part in under:
                    if re.search(pattern, heading):
                        return part
    return None
