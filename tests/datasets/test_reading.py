"""Workbooks and CSV in every style that bureaus use give the same table; each mistake is named with its place."""

import importlib.util
import io
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import shishu
from shishu.datasets.reading.plausible import national_value_added
from shishu.errors import (
    BalanceError,
    EmptySectorWarning,
    ImbalanceWarning,
    InputError,
    LayoutWarning,
    NegativeValueWarning,
)
from shishu.table import InputOutputTable

spec = importlib.util.spec_from_file_location("workbooks", Path(__file__).with_name("workbooks.py"))
workbooks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(workbooks)
make, write_xlsx, write_xls, write_csv = workbooks.make, workbooks.write_xlsx, workbooks.write_xls, workbooks.write_csv

TITLE = "中国2017年投入产出表"
CITY = "试验市2017年投入产出表"


@pytest.fixture(scope="module")
def nation():
    """National table of 2017 at 42 sectors."""
    return shishu.load_table(year=2017)


@pytest.fixture
def city():
    """Invented table of four sectors with all trade columns; balanced by its output and operating surplus."""
    rng = np.random.default_rng(20170101)
    n = 4
    Z = rng.uniform(5, 20, (n, n)).round(3)
    final = {
        "rural_households": rng.uniform(5, 10, n), "urban_households": rng.uniform(20, 40, n),
        "government": rng.uniform(5, 10, n), "fixed_capital": rng.uniform(30, 50, n),
        "inventories": rng.uniform(-2, 2, n), "exports": rng.uniform(20, 40, n), "outflow": rng.uniform(20, 40, n),
    }  # fmt: skip
    trade = {"imports": rng.uniform(10, 20, n), "inflow": rng.uniform(10, 20, n)}
    error = rng.uniform(-1, 1, n)
    x = Z.sum(axis=1) + sum(final.values()) - sum(trade.values()) + error
    added = {"compensation": 0.4 * x, "production_taxes": 0.05 * x, "depreciation": 0.05 * x}
    added["operating_surplus"] = x - Z.sum(axis=0) - sum(added.values())
    names = ("农林牧渔产品和服务", "煤炭采选产品", "通信设备、计算机和其他电子设备", "信息传输、软件和信息技术服务")
    sectors = shishu.datasets.recognise(("01", "02", "03", "04"), names)
    return InputOutputTable.build(
        Z, final, sectors=sectors, value_added=added, imports=trade, output=x, discrepancy=error, year=2017,
        region="试验市",
    )  # fmt: skip


def assert_same(read, table, tolerance=1e-12):
    """Same labels in the same order and the same figures, relative to output."""
    assert read.sectors.codes == table.sectors.codes
    assert read.sectors.names_zh == table.sectors.names_zh
    size = table.output.max()
    for block in ("intermediate", "final_use", "value_added", "imports", "output", "discrepancy"):
        ours, theirs = getattr(read, block), getattr(table, block)
        if ours.ndim == 2:
            assert list(ours.index) == list(theirs.index)
            assert list(ours.columns) == list(theirs.columns)
        np.testing.assert_allclose(ours.to_numpy(), theirs.to_numpy(), rtol=0, atol=tolerance * size)
    assert (read.year, read.region, read.unit) == (table.year, table.region, table.unit)


def assert_says(error, *facts):
    """Both languages name the facts."""
    for lang in ("en", "zh"):
        message = error.message(lang)
        for fact in facts:
            assert str(fact) in message, message
    assert error.message("en") != error.message("zh")


def refuse(path, kind=InputError, **options):
    """Error of a file that can't be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(kind) as caught:
            shishu.read_table(path, **options)
    return caught.value


# -- layouts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_workbook_as_published(tmp_path, nation, write):
    path = write(tmp_path / "表.xls", Sheet1=make(nation, title=TITLE))
    t = shishu.read_table(path)
    assert_same(t, nation)
    assert t.sectors.id == "cn-42-2017"
    assert t.source.title == TITLE
    assert len(t.source.sha256) == 64
    assert "Sheet1" in t.source.note


def test_provincial_trade_and_own_sectors(tmp_path, city):
    t = shishu.read_table(write_xlsx(tmp_path / "a.xlsx", 流量表=make(city, title=CITY)))
    assert_same(t, city)
    assert t.sectors.group("digital") == ("03", "04")


@pytest.mark.parametrize(
    "codes",
    [
        lambda i, code: float(code),
        lambda i, code: code.lstrip("0"),
        lambda i, code: code.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        lambda i, code: int(code) if i > 1 else f" {code} ",  # "01" beside 10
    ],
    ids=["floats", "short text", "full width", "mixed"],
)
def test_codes_in_any_form(tmp_path, nation, codes):
    assert_same(shishu.read_table(write_xlsx(tmp_path / "a.xlsx", s=make(nation, title=TITLE, codes=codes))), nation)


def test_names_alone_will_do(tmp_path, nation):
    made = make(nation, title=TITLE)
    del made.cells[made.top - 1]
    for row in made.cells:
        del row[2]
    made.merged = []
    assert_same(shishu.read_table(write_xlsx(tmp_path / "a.xlsx", s=made)), nation)


def test_codes_alone_will_do(tmp_path, nation):
    made = make(nation, title=TITLE)
    made.cells[3:7] = []
    for row in made.cells[4:]:
        row[0:2] = ["", ""]
    made.merged = []
    with pytest.warns(LayoutWarning, match="cn-42-2017"):
        t = shishu.read_table(write_xlsx(tmp_path / "a.xlsx", s=made))
    assert_same(t, nation)


def test_rows_and_columns_in_other_orders_align_by_label(tmp_path, city):
    made = make(city, title=CITY, column_order=[2, 0, 3, 1])
    assert_same(shishu.read_table(write_xlsx(tmp_path / "a.xlsx", s=made)), city)
    made = make(city, title=CITY, row_order=[3, 1, 0, 2])
    t = shishu.read_table(write_xlsx(tmp_path / "b.xlsx", s=made))
    assert t.sectors.codes == ("04", "02", "01", "03")
    codes = list(city.sectors.codes)
    np.testing.assert_allclose(t.intermediate.loc[codes, codes], city.intermediate)
    np.testing.assert_allclose(t.final_use.loc[codes], city.final_use)
    np.testing.assert_allclose(t.value_added[codes], city.value_added)
    np.testing.assert_allclose(t.output[codes], city.output)


def test_numbers_as_text(tmp_path, city):
    made = make(city, title=CITY)
    for row in made.cells[made.top : made.top + city.output.size]:
        for j in range(made.left, len(row)):
            row[j] = f" {row[j]:,.9f} ".translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert_same(shishu.read_table(write_xlsx(tmp_path / "a.xlsx", s=made)), city, 1e-10)


@pytest.mark.parametrize("nothing", ["", "-", "—", "…", " －－ "])
def test_empty_and_dashes_are_zero(tmp_path, city, nothing):
    made = make(city, title=CITY)
    made.drop_columns("TIU", "ERR").drop_rows("TII", "TVA", "TI")
    gap = float(city.intermediate.iloc[1, 2])
    made.cells[made.top + 1][made.left + 2] = nothing
    made.cells[made.top + 1][made.column("GO")] -= gap + float(city.discrepancy.iloc[1])
    for i in (0, 2, 3):
        made.cells[made.top + i][made.column("GO")] -= float(city.discrepancy.iloc[i])
    surplus = made.cells[made.row("VA004")]
    for j in range(4):
        surplus[made.left + j] -= float(city.discrepancy.iloc[j]) + (gap if j == 1 else 0) - (gap if j == 2 else 0)
    t = shishu.read_table(write_xlsx(tmp_path / "a.xlsx", s=made))
    assert t.intermediate.iloc[1, 2] == 0
    assert not t.discrepancy.any()


def test_all_empty_column_is_absent(tmp_path, city):
    made = make(city, title=CITY)
    place = made.column("FU202") + 1
    for i, row in enumerate(made.cells):
        row.insert(place, "FU301" if i == made.top - 1 else "")
    assert_same(shishu.read_table(write_xlsx(tmp_path / "a.xlsx", s=made)), city)


def test_net_outflow(tmp_path, city):
    net = city.final_use["exports"] + city.final_use["outflow"] - city.total_imports
    final = city.final_use.drop(columns=["exports", "outflow"]).assign(net_outflow=net)
    t = InputOutputTable.build(
        city.intermediate, dict(final.items()), sectors=city.sectors, value_added=dict(city.value_added.T.items()),
        output=city.output, discrepancy=city.discrepancy, year=2002, region="试验市",
    )  # fmt: skip
    made = make(t, title="试验市2002年投入产出表")
    assert_same(shishu.read_table(write_xlsx(tmp_path / "a.xlsx", s=made)), t)


def test_totals_alone_are_stored_as_totals(tmp_path, city):
    made = make(city, title=CITY).drop_columns("FU101", "FU102", "THC", "FU103", "FU201", "FU202")
    made.drop_rows("VA001", "VA002", "VA003", "VA004").merged = []
    t = shishu.read_table(write_csv(tmp_path / "a.csv", made))
    assert list(t.final_use) == ["consumption", "capital_formation", "exports", "outflow"]
    assert list(t.value_added.index) == ["value_added"]
    np.testing.assert_allclose(t.demand("consumption"), city.demand("consumption"))


def test_total_of_trade_beside_its_parts(tmp_path, city):
    def with_totals(wrong):
        made = make(city, title=CITY)
        for part, other, code, name in (("EX", "OF", "OUT", "流出合计"), ("IM", "IF", "IN", "流入合计")):
            first, second = made.column(part), made.column(other)
            for i, row in enumerate(made.cells):
                inside = made.top <= i < made.top + made.n + 1
                total = row[first] + row[second] if inside else {made.top - 1: code, made.top - 4: name}.get(i, "")
                row.insert(second + 1, total)
                if wrong and inside and part == "EX":
                    row[second] = 0.0
        made.merged = []
        return made

    assert_same(shishu.read_table(write_xlsx(tmp_path / "a.xlsx", s=with_totals(wrong=False))), city)
    with pytest.warns(LayoutWarning, match="exports"):
        t = shishu.read_table(write_xlsx(tmp_path / "b.xlsx", s=with_totals(wrong=True)))
    np.testing.assert_allclose(t.final_use["outflow"], city.final_use["exports"] + city.final_use["outflow"])
    assert "exports" not in t.final_use


def test_imports_printed_negative(tmp_path, city):
    made = make(city, title=CITY)
    place = made.column("IM")
    for row in made.cells[made.top : made.top + made.n + 1]:
        row[place] = -row[place]
    with pytest.warns(LayoutWarning, match="imports"):
        t = shishu.read_table(write_xlsx(tmp_path / "a.xlsx", s=made))
    assert_same(t, city)


def test_what_is_beyond_the_table_is_named(tmp_path, city):
    made = make(city, title=CITY)
    made.cells[-2] = ["", "从业人员", "", *range(1, len(made.cells[0]) - 2)]
    with pytest.warns(LayoutWarning, match="从业人员"):
        t = shishu.read_table(write_xlsx(tmp_path / "a.xlsx", s=made))
    assert_same(t, city)


def test_names_that_differ_are_named_and_codes_followed(tmp_path, city):
    made = make(city, title=CITY)
    made.cells[made.top - 4][made.left + 1] = "煤炭产品"
    with pytest.warns(LayoutWarning, match="煤炭采选产品 / 煤炭产品"):
        assert_same(shishu.read_table(write_xlsx(tmp_path / "a.xlsx", s=made)), city)


# -- sheets ----------------------------------------------------------------------------------------


def coefficients(t):
    """Sheet of coefficients, as published beside the flows: no final use, no output."""
    made = make(t, title="直接消耗系数表")
    codes = [
        c for c in made.cells[made.top - 1] if isinstance(c, str) and c.isalnum() and not c.isdigit() and c != "代码"
    ]
    return made.drop_columns(*codes)


def test_the_flow_table_is_chosen(tmp_path, city):
    book = write_xlsx(tmp_path / "a.xlsx", 说明=note(), 直接消耗系数=coefficients(city), 流量=make(city, title=CITY))
    assert_same(shishu.read_table(book), city)


def note():
    """Sheet without a table."""
    return workbooks.Made([["编制说明"], ["本表……"]], 0, 0, 0, [])


def test_several_tables_ask_for_a_choice(tmp_path, city):
    book = write_xlsx(tmp_path / "a.xlsx", 甲=make(city, title=CITY), 乙=make(city, title=CITY))
    assert_says(refuse(book), "甲, 乙", "--sheet")
    assert_same(shishu.read_table(book, sheet="乙"), city)
    assert_says(refuse(book, sheet="丙"), "丙", "甲, 乙")


# -- CSV -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_as_a_sheet(tmp_path, nation, encoding):
    assert_same(shishu.read_table(write_csv(tmp_path / "a.csv", make(nation, title=TITLE), encoding)), nation)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_csv_as_we_write_it(tmp_path, nation, lang):
    path = tmp_path / "全国2017.csv"
    nation.to_frame(lang).to_csv(path, encoding="utf-8-sig")
    t = shishu.read_table(path, unit="1e4 CNY")
    assert_same(t, nation)
    assert t.sectors.id == "cn-42-2017"


def test_csv_long(tmp_path, nation):
    path = tmp_path / "io-cn-2017-42.csv"
    shishu.datasets.export("io-cn-2017-42", path)
    with pytest.warns(LayoutWarning, match="cn-42-2017"):
        t = shishu.read_table(path, unit="万元")
    assert_same(t, nation)


def test_csv_long_with_the_bureaus_codes(tmp_path, city):
    sheet = city.to_frame().drop(columns="name").rename(columns=workbooks.CODES, index=workbooks.CODES)
    long = sheet.rename(index={"total_input": "TI"}).rename_axis("行").reset_index()
    long = long.melt(id_vars="行", var_name="列", value_name="数值").dropna()
    path = tmp_path / "城市.csv"
    long.sample(frac=1, random_state=1).to_csv(path, index=False, encoding="gb18030")
    t = shishu.read_table(path, year=2017, region="试验市", unit="万元")
    codes = list(city.sectors.codes)
    np.testing.assert_allclose(t.intermediate.loc[codes, codes], city.intermediate)
    np.testing.assert_allclose(t.value_added.loc[city.value_added.index, codes], city.value_added)


def test_csv_long_with_a_cell_twice(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("row,column,value\n01,01,1\n01,01,2\n", encoding="utf-8")
    assert_says(refuse(path), "a.csv", 3, "01, 01")


def test_csv_by_origin_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    shishu.datasets.export("io-cn-2017-42-origin", path)
    assert refuse(path).key == "read-origin"


# -- year, region, unit ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "unit", "standard"),
    [
        ("试验市2017年投入产出表", "单位：亿元", "1e8 CNY"),
        ("试验市二〇一七年投入产出表", "（按当年价格计算，亿元）", "1e8 CNY"),
        ("2017年试验市42部门投入产出表", "Unit: 100 million yuan", "1e8 CNY"),
        ("２０１７年试验市投入产出表", "单 位 ： 百 万 元", "1e6 CNY"),
    ],
)
def test_title_and_unit(tmp_path, city, title, unit, standard):
    t = shishu.read_table(write_xlsx(tmp_path / "a.xlsx", s=make(city, title=title, unit=unit)))
    assert (t.year, t.region, t.unit) == (2017, "试验市", standard)


@pytest.mark.parametrize(
    ("name", "year", "region"),
    [("2002_10江苏.csv", 2002, "江苏"), ("全国_2017.csv", 2017, "CN"), ("chn_2017_42.csv", 2017, "CN"),
     ("2017年试验市投入产出表.csv", 2017, "试验市"), ("Jiangsu 2017.csv", 2017, "江苏")],
)  # fmt: skip
def test_file_name(tmp_path, nation, city, name, year, region):
    made = make(nation if region == "CN" else city, unit="单位：万元", scale=1e6 if region == "江苏" else 1)
    t = shishu.read_table(write_csv(tmp_path / name, made))
    assert (t.year, t.region) == (year, region)


@pytest.mark.parametrize(
    ("given", "missing", "option"),
    [({"region": "试验市", "unit": "万元"}, "year", "--year 2017"), ({"year": 2017, "unit": "万元"}, "region", "--region 江苏"),
     ({"year": 2017, "region": "试验市"}, "unit", "--unit 万元")],
)  # fmt: skip
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_what_stands_nowhere_is_asked_for(tmp_path, city, given, missing, option, ending):
    path = tmp_path / f"a{ending}"
    made = make(city, unit="")
    write_csv(path, made) if ending == ".csv" else write_xlsx(path, s=made)
    error = refuse(path, **given)
    assert error.key == f"read-ask-{missing}"
    assert_says(error, path.name, option, f"{missing}=")


def test_arguments_win_but_warn(tmp_path, city):
    path = write_xlsx(tmp_path / "a.xlsx", s=make(city, title=CITY))
    with pytest.warns(LayoutWarning, match="2017"):
        assert shishu.read_table(path, year=2018).year == 2018
    with pytest.warns(LayoutWarning, match="试验市"):
        assert shishu.read_table(path, region="苏州市").region == "苏州市"
    assert shishu.read_table(path, year=2017, region="试验市", unit="万元").year == 2017


def test_unit_that_contradicts_the_sheet(tmp_path, city):
    path = write_xlsx(tmp_path / "a.xlsx", s=make(city, title=CITY))
    assert_says(refuse(path, unit="亿元"), "亿元", "万元", "10000")
    assert refuse(path, unit="两").key == "unit-unknown"


@pytest.mark.parametrize(
    ("region", "scale", "unit", "fitting"),
    [("CN", 1.0, "亿元", "万元"), ("CN", 1e-4, "万元", "亿元"), ("江苏", 0.1, "亿元", "万元"), ("江苏", 1e-5, "万元", "亿元"),
     ("苏州市", 0.02, "亿元", "万元"), ("CN", 3.0, "万元", ""), ("CN", 0.4, "万元", "")],
)  # fmt: skip
def test_unit_wrong_by_a_factor(tmp_path, nation, region, scale, unit, fitting):
    path = write_csv(tmp_path / "a.csv", make(nation, unit="", scale=scale))
    error = refuse(path, year=2017, region=region, unit=unit)
    assert error.key == ("read-implausible" if fitting else "read-implausible-unit")
    assert_says(error, region, 2017, fitting, error.facts["factor"])


@pytest.mark.parametrize(("region", "scale"), [("CN", 0.9), ("江苏", 1.05), ("西藏", 0.002), ("某县", 1e-6)])
def test_plausible_tables_pass(tmp_path, nation, region, scale):
    path = write_csv(tmp_path / "a.csv", make(nation, unit="", scale=scale))
    assert shishu.read_table(path, year=2017, region=region, unit="万元").region == region


def test_national_value_added_between_and_beyond_the_tables():
    # NBS tables, shared data/io/nbs-national/SOURCE.md: 1992 2.664, 2010 40.365, 2018 92.206 trillion yuan.
    assert national_value_added(2018) / 1e12 == pytest.approx(92.206, abs=1e-3)
    assert national_value_added(2010) / 1e12 == pytest.approx(40.365, rel=0.06)
    assert national_value_added(1992) / 1e12 == pytest.approx(2.664, rel=0.2)
    assert national_value_added(2024) / 1e12 == pytest.approx(134.9, rel=0.1)  # GDP as in R25


# -- files that can't be read --------------------------------------------------------------------------


def test_no_file(tmp_path):
    assert_says(refuse(tmp_path / "无.xlsx"), "无.xlsx")
    assert refuse(tmp_path).key == "read-no-file"


@pytest.mark.parametrize(
    ("content", "looks"),
    [(b"%PDF-1.7\n%abc", "PDF"), (b"a,b\n1,2\n", "TXT"), (b"<html><table></table></html>", "HTML"), (b"", "?")],
)
@pytest.mark.parametrize("ending", [".xlsx", ".xls"])
def test_not_a_workbook(tmp_path, content, looks, ending):
    path = tmp_path / f"a{ending}"
    path.write_bytes(content)
    assert_says(refuse(path), path.name, looks, ".csv")


def test_damaged_workbook(tmp_path, city):
    whole = write_xlsx(tmp_path / "a.xlsx", s=make(city, title=CITY)).read_bytes()
    old = write_xls(tmp_path / "a.xls", s=make(city, title=CITY)).read_bytes()
    for k, part in enumerate([whole[:700], whole[: len(whole) // 2], whole[:-30], old[:1500]]):
        path = tmp_path / f"damaged{k}.xlsx"
        path.write_bytes(part)
        assert_says(refuse(path), path.name)
    path = tmp_path / "a.csv"
    path.write_bytes(whole)
    assert_says(refuse(path), "a.csv", "ZIP")


def test_protected_workbook(tmp_path, city):
    ooxml = pytest.importorskip("msoffcrypto.format.ooxml")
    plain = write_xlsx(tmp_path / "a.xlsx", s=make(city, title=CITY)).read_bytes()
    path = tmp_path / "protected.xlsx"
    with path.open("wb") as target:
        ooxml.OOXMLFile(io.BytesIO(plain)).encrypt("secret", target)
    error = refuse(path)
    assert error.key == "read-password"
    assert_says(error, "protected.xlsx")


def test_no_table(tmp_path, city):
    assert_says(
        refuse(write_xlsx(tmp_path / "a.xlsx", 说明=note(), 空=workbooks.Made([], 0, 0, 0, []))), "a.xlsx", "说明, 空"
    )
    path = tmp_path / "a.csv"
    path.write_text("", encoding="utf-8")
    assert refuse(path).key == "read-no-table"
    pd.DataFrame({"a": [1, 2]}).to_csv(path)
    assert refuse(path).key == "read-no-table"


# -- mistakes on the sheet -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "rows", "key", "looked_for"),
    [
        (["GO"], [], "read-no-output", "总产出"),
        ([], ["VA001", "VA002", "VA003", "VA004", "TVA"], "read-no-value-added", "劳动者报酬"),
        (
            ["FU101", "FU102", "THC", "FU103", "TC", "FU201", "FU202", "GCF", "EX", "OF", "TFU"],
            [],
            "read-no-final-use",
            "FU101",
        ),
    ],
)
def test_missing_block(tmp_path, city, columns, rows, key, looked_for):
    made = make(city, title=CITY).drop_columns(*columns).drop_rows(*rows)
    error = refuse(write_csv(tmp_path / "a.csv", made))
    assert error.key == key
    assert_says(error, "a.csv", looked_for)


@pytest.mark.parametrize("code", ["GO", "EX"])
def test_empty_output_is_missing(tmp_path, city, code):
    made = make(city, title=CITY)
    for row in made.cells[made.top : made.top + made.n + 1]:
        row[made.column("GO")] = ""
    assert refuse(write_xlsx(tmp_path / "a.xlsx", s=made)).key == "read-no-output"


def test_missing_sectors(tmp_path, city):
    made = make(city, title=CITY)
    del made.cells[made.top : made.top + made.n]
    made.merged = []
    assert refuse(write_xlsx(tmp_path / "a.xlsx", s=made)).key in ("read-column-unknown", "read-no-sectors")


def test_words_in_a_number_cell(tmp_path, city):
    made = make(city, title=CITY)
    made.cells[made.top + 1][made.left + 2] = "约12"
    assert_says(refuse(write_xlsx(tmp_path / "a.xlsx", 流量=made)), "流量", made.top + 2, "F", "约12")


@pytest.mark.parametrize("fault", ["#DIV/0!", "#REF!", "#NAME?"])
@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_error_values(tmp_path, city, fault, write):
    made = make(city, title=CITY)
    made.cells[made.top + 2][made.left] = fault
    made.merged = []
    error = refuse(write(tmp_path / "a.xls", 流量=made))
    assert error.key == "read-cell-fault"
    assert_says(error, "流量", made.top + 3, "D", fault)


def test_not_a_number_in_csv(tmp_path, city):
    made = make(city, title=CITY)
    made.cells[made.top][made.column("EX")] = "NaN"
    assert_says(refuse(write_csv(tmp_path / "a.csv", made)), "a.csv", made.top + 1, "NaN")


def test_sector_twice(tmp_path, city):
    made = make(city, title=CITY)
    made.cells[made.top + 1][2] = "01"
    assert_says(refuse(write_xlsx(tmp_path / "a.xlsx", s=made)), "s", f"{made.top + 1}, {made.top + 2}")
    made = make(city, title=CITY)
    made.cells[made.top - 1][made.left + 1] = "01"
    assert_says(refuse(write_xlsx(tmp_path / "a.xlsx", s=made)), "D, E")


def test_unknown_code(tmp_path, city):
    made = make(city, title=CITY)
    made.cells[made.top - 1][made.left + 1] = "07"
    made.cells[made.top - 4][made.left + 1] = "煤炭采选"
    assert_says(refuse(write_xlsx(tmp_path / "a.xlsx", s=made)), "s", "E", "07 煤炭采选", "煤炭采选产品")
    made = make(city, title=CITY)
    place = made.row("VA002")
    made.cells[place][1:3] = ["生产税额净值", "VA009"]
    assert_says(refuse(write_xlsx(tmp_path / "a.xlsx", s=made)), place + 1, "VA009", "生产税净额")


def test_unknown_column_inside(tmp_path, city):
    made = make(city, title=CITY)
    place = made.column("EX")
    made.cells[made.top - 1][place] = ""
    made.cells[made.top - 4][place] = "出口额度"
    error = refuse(write_xlsx(tmp_path / "a.xlsx", s=made))
    assert error.key == "read-column-unknown"
    assert_says(error, "出口额度", "出口")


def test_part_twice(tmp_path, city):
    made = make(city, title=CITY)
    made.cells[made.top - 1][made.column("OF")] = "EX"
    assert_says(refuse(write_xlsx(tmp_path / "a.xlsx", s=made)), "exports", "s")
    made = make(city, title=CITY)
    made.cells[made.row("VA002")][1:3] = ["劳动者报酬", "VA001"]
    assert_says(refuse(write_xlsx(tmp_path / "a.xlsx", s=made)), "compensation")


def test_names_crossed(tmp_path, city):
    made = make(city, title=CITY)
    head = made.cells[made.top - 4]
    head[made.left], head[made.left + 1] = head[made.left + 1], head[made.left]
    assert_says(refuse(write_xlsx(tmp_path / "a.xlsx", s=made)), "D", made.top + 2, "煤炭采选产品")


def bare_of_sums(made):
    """Leave sub-totals out, so that the table's own checks speak."""
    made.drop_columns("TIU", "THC", "TC", "GCF", "TFU").drop_rows("TII", "TVA", "TI").merged = []
    return made


def test_negative_output(tmp_path, city):
    made = bare_of_sums(make(city, title=CITY))
    made.cells[made.top][made.column("GO")] *= -1
    error = refuse(write_xlsx(tmp_path / "a.xlsx", s=made))
    assert error.facts["error"].key == "output-negative"
    assert_says(error, "s", made.top + 1, "01")


def test_flows_without_output(tmp_path, city):
    made = bare_of_sums(make(city, title=CITY))
    row = made.cells[made.top]
    row[made.column("ERR")] -= row[made.column("GO")]
    row[made.column("GO")] = 0.0
    surplus = made.cells[made.row("VA004")]
    surplus[made.left] -= float(city.output.iloc[0])
    assert_says(refuse(write_xlsx(tmp_path / "a.xlsx", s=made)), "01")


def test_spectral_radius(tmp_path, city):
    made = bare_of_sums(make(city, title=CITY))
    for k in range(4):
        made.cells[made.top + k][made.left + k] += 2 * float(city.output.iloc[k])
        made.cells[made.top + k][made.column("ERR")] -= 2 * float(city.output.iloc[k])
        made.cells[made.row("VA004")][made.left + k] -= 2 * float(city.output.iloc[k])
    error = refuse(write_xlsx(tmp_path / "a.xlsx", s=made))
    assert error.facts["error"].key == "spectral-radius"
    assert_says(error, "s")


def test_imbalance(tmp_path, city):
    made = bare_of_sums(make(city, title=CITY))
    made.cells[made.top + 2][made.column("EX")] += 0.05 * float(city.output.iloc[2])
    error = refuse(write_xlsx(tmp_path / "a.xlsx", s=made), BalanceError)
    assert_says(error, "03", made.top + 3)


@pytest.mark.parametrize("code", ["TIU", "THC", "TC", "GCF", "TFU"])
def test_sum_of_a_row_that_differs(tmp_path, city, code):
    made = make(city, title=CITY)
    made.cells[made.top + 1][made.column(code)] += 0.05 * float(city.output.iloc[1])
    error = refuse(write_xlsx(tmp_path / "a.xlsx", 流量=made), BalanceError)
    assert_says(error, "流量", code, "煤炭采选产品")


@pytest.mark.parametrize("code", ["TII", "TVA", "TI"])
def test_sum_of_a_column_that_differs(tmp_path, city, code):
    made = make(city, title=CITY)
    made.cells[made.row(code)][made.left + 1] *= 1.5
    assert_says(refuse(write_xlsx(tmp_path / "a.xlsx", 流量=made), BalanceError), "流量", code, "煤炭采选产品")


def test_sum_a_little_off_is_a_warning(tmp_path, city):
    made = make(city, title=CITY)
    made.cells[made.row("TVA")][made.left + 1] *= 1.0001
    with pytest.warns(ImbalanceWarning, match="TVA"):
        assert_same(shishu.read_table(write_xlsx(tmp_path / "a.xlsx", s=made)), city)


def test_unusual_tables_load_with_their_warnings(tmp_path, city):
    made = bare_of_sums(make(city, title=CITY))
    x = float(city.output.iloc[3])
    moved = x + float(city.value_added["04"].sum()) * 0
    for row in made.cells[made.top : made.top + 4]:  # sector 04 buys nothing and makes nothing
        row[made.column("ERR")] += row[made.left + 3]
        row[made.left + 3] = 0.0
    last = made.cells[made.top + 3]
    last[made.column("ERR")] -= moved
    last[made.column("GO")] = 0.0
    for code in ("VA001", "VA002", "VA003", "VA004"):
        made.cells[made.row(code)][made.left + 3] = 0.0
    made.cells[made.top][made.left + 1] -= 100.0
    made.cells[made.top][made.column("ERR")] += 100.0
    made.cells[made.row("VA004")][made.left + 1] += 100.0
    path = write_xlsx(tmp_path / "a.xlsx", s=made)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        t = shishu.read_table(path)
    assert {w.category for w in caught} == {EmptySectorWarning, NegativeValueWarning}
    assert t.output["04"] == 0
