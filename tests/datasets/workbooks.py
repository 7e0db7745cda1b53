"""Workbooks made in the styles of the bureaus' originals: grids of cells, written as .xlsx, .xls or CSV."""

import csv
import io
from dataclasses import dataclass

import numpy as np
import openpyxl
import xlwt

NAMES = {
    "rural_households": "农村居民\n消    费", "urban_households": "城镇居民消费", "government": "政府消费\n支    出",
    "fixed_capital": "固定资本\n形成总额", "inventories": "存货变动", "exports": "出  口", "outflow": "国内省外\n流    出",
    "net_outflow": "净流出", "imports": "进  口", "inflow": "国内省外\n流    入", "discrepancy": "其  他", "output": "总产出",
    "compensation": "劳动者报酬", "production_taxes": "生产税净额", "depreciation": "固定资产折旧",
    "operating_surplus": "营业盈余",
}  # fmt: skip
CODES = {
    "rural_households": "FU101", "urban_households": "FU102", "government": "FU103", "fixed_capital": "FU201",
    "inventories": "FU202", "exports": "EX", "outflow": "OF", "net_outflow": "NOF", "imports": "IM", "inflow": "IF",
    "discrepancy": "ERR", "output": "GO", "compensation": "VA001", "production_taxes": "VA002",
    "depreciation": "VA003", "operating_surplus": "VA004",
}  # fmt: skip


@dataclass
class Made:
    """A grid of cells and where its parts lie: sectors from row `top` and column `left`, both from 0."""

    cells: list
    top: int
    left: int
    n: int
    merged: list

    def column(self, code):
        """Place of the column of one code."""
        return next(j for j, cell in enumerate(self.cells[self.top - 1]) if cell == code)

    def row(self, code):
        """Place of the row of one code."""
        return next(i for i, row in enumerate(self.cells) if row[self.left - 1] == code)

    def drop_columns(self, *codes):
        """Leave columns out."""
        places = {self.column(code) for code in codes}
        self.cells = [[cell for j, cell in enumerate(row) if j not in places] for row in self.cells]
        return self

    def drop_rows(self, *codes):
        """Leave rows out."""
        places = {self.row(code) for code in codes}
        self.cells = [row for i, row in enumerate(self.cells) if i not in places]
        return self


def make(t, *, title="", unit="单位：万元", codes=lambda i, code: code, row_order=None, column_order=None, scale=1.0):
    """Sheet of a table: titles, four header rows and a row of codes, merged headings, sub-totals, notes.

    `codes` gives the cell of a sector's code; the orders are permutations of the sectors.
    """
    n = len(t.sectors)
    rows = list(range(n)) if row_order is None else list(row_order)
    columns = list(range(n)) if column_order is None else list(column_order)
    Z = t.intermediate.to_numpy()[np.ix_(rows, columns)] * scale
    final = {k: t.final_use[k].to_numpy()[rows] * scale for k in t.final_use}
    trade = {k: t.imports[k].to_numpy()[rows] * scale for k in t.imports}
    added = {k: t.value_added.loc[k].to_numpy()[columns] * scale for k in t.value_added.index}
    x, error = t.output.to_numpy() * scale, t.discrepancy.to_numpy() * scale
    right = []  # header cells from the top, code, values

    def put(one, two, three, code, values):
        right.append(((one, two, three), code, values))

    households = final["rural_households"] + final["urban_households"]
    consumption = households + final["government"]
    capital = final["fixed_capital"] + final["inventories"]
    put("", "中间使用\n合    计", "", "TIU", Z.sum(axis=1))
    put("最  终  使  用", "最终消费支出", "居民消费支出", "FU101", final["rural_households"])
    put("", "", "", "FU102", final["urban_households"])
    put("", "", "", "THC", households)
    put("", "", NAMES["government"], "FU103", final["government"])
    put("", "", "合  计", "TC", consumption)
    put("", "资本形成总额", NAMES["fixed_capital"], "FU201", final["fixed_capital"])
    put("", "", NAMES["inventories"], "FU202", final["inventories"])
    put("", "", "合计", "GCF", capital)
    for part in ("exports", "outflow", "net_outflow"):
        if part in final:
            put("", NAMES[part], "", CODES[part], final[part])
    put("", "最终使用\n合    计", "", "TFU", sum(final.values()))
    for part, values in trade.items():
        put(NAMES[part], "", "", CODES[part], values)
    put(NAMES["discrepancy"], "", "", "ERR", error[rows])
    put("总产出", "", "", "GO", x[rows])
    lowest = {"FU101": "农村居民", "FU102": "城镇居民", "THC": "小  计"}
    wrapped = [name[:6] + "\n" + name[6:] if len(name) > 8 else name for name in t.sectors.names_zh]
    width = 3 + n + len(right)
    blank = [""] * width
    head = [
        [
            "           产    出\n\n  投    入",
            "",
            "代码",
            "中    间    使    用",
            *[""] * (n - 1),
            *[h[0] for h, _, _ in right],
        ],
        ["", "", "", *[wrapped[j] for j in columns], *[h[1] for h, _, _ in right]],
        ["", "", "", *[""] * n, *[h[2] for h, _, _ in right]],
        ["", "", "", *[""] * n, *[lowest.get(code, "") for _, code, _ in right]],
        ["代码", "", "-", *[codes(j, t.sectors.codes[j]) for j in columns], *[code for _, code, _ in right]],
    ]
    cells = [[title, *blank[1:]], ["（按当年生产者价格计算）", *blank[1:]], [unit, *blank[1:]], *head]
    top = len(cells)
    values = np.column_stack([Z, *[v for _, _, v in right]])
    for place, i in enumerate(rows):
        label = ["中    间    投    入" if place == 0 else "", t.sectors.names_zh[i], codes(i, t.sectors.codes[i])]
        cells.append([*label, *values[place].tolist()])
    cells.append(["", "中间投入合计", "TII", *values.sum(axis=0).tolist()])
    for k, (part, v) in enumerate(added.items()):
        cells.append(
            ["增 加 值" if k == 0 else "", NAMES[part], CODES[part], *v.tolist(), v.sum(), *[""] * (len(right) - 1)]
        )
    total = sum(added.values())
    cells.append(["", "增加值合计", "TVA", *total.tolist(), total.sum(), *[""] * (len(right) - 1)])
    cells.append(["总  投  入", "", "TI", *x[columns].tolist(), x.sum(), *[""] * (len(right) - 1)])
    cells += [blank, ["注：本表由统计局核算处编制，总产出为生产者价格。", *blank[1:]]]
    merged = [((0, 0), (0, width - 1)), ((3, 0), (6, 1)), ((3, 3), (3, 2 + n)), ((top - 1, 0), (top - 1, 1))]
    merged += [((top, 0), (top + n, 0)), ((4, 3), (6, 3))]
    return Made(cells, top, 3, n, merged)


def write_xlsx(path, **sheets):
    """Workbook of Excel."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, made in sheets.items():
        page = book.create_sheet(name)
        for i, row in enumerate(made.cells, 1):
            for j, cell in enumerate(row, 1):
                if cell != "":
                    page.cell(i, j, cell)
                    if isinstance(cell, str) and cell.startswith("#"):
                        page.cell(i, j).data_type = "e"
        for (r0, c0), (r1, c1) in made.merged:
            page.merge_cells(start_row=r0 + 1, start_column=c0 + 1, end_row=r1 + 1, end_column=c1 + 1)
    book.save(path)
    return path


def write_xls(path, **sheets):
    """Workbook of Excel 97-2003, as WPS and the older originals."""
    book = xlwt.Workbook()
    for name, made in sheets.items():
        page = book.add_sheet(name)
        for i, row in enumerate(made.cells):
            for j, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("#"):
                    page.row(i).set_cell_error(j, cell)
                elif cell != "":
                    page.write(i, j, cell)
    book.save(str(path))
    return path


def write_csv(path, made, encoding="utf-8"):
    """The same grid as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(made.cells)
    path.write_bytes(text.getvalue().encode(encoding))
    return path
