"""Files of the OECD and of WIOD: small ones made here in their layouts, and those of the shared data, year by year."""

import lzma
import warnings

import numpy as np
import pandas as pd
import pytest

import shishu
from shishu.datasets import figures, load_oecd_table, read_interregional, sector_list
from shishu.datasets.reading.oecd import EDITIONS
from shishu.errors import BalanceError, EmptySectorWarning, ImbalanceWarning, InputError, LayoutWarning

EXACT = 1e-12  # short sums in double precision, as a share of the largest
ONE_DECIMAL = 6e-5  # SOURCE.md: columns of the OECD's tables, rounded to one decimal
ROWS = 2e-4  # SOURCE.md: rows of the same
TRILLIONS = {1995: 0.691, 2007: 3.181, 2012: 7.72, 2017: 11.33, 2018: 12.79}  # SOURCE.md: value added, US dollars
WORLD = {2007: 101, 2011: 108}  # largest difference of a row, million US dollars; SOURCE.md says at most 113


def says(error, *facts):
    """Both languages name the facts."""
    for lang in ("en", "zh"):
        for fact in facts:
            assert str(fact) in error.message(lang), error.message(lang)
    assert error.message("en") != error.message("zh")


def refuse(read, path, *, kind=InputError, **options):
    """Error of a file that can't be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(kind) as caught:
            read(path, **options)
    return caught.value


def write(path, rows):
    """CSV of some rows; .xz packs it."""
    text = "\n".join(",".join(map(str, row)) for row in rows).encode("utf-8")
    path.write_bytes(lzma.compress(text) if path.suffix == ".xz" else text)
    return path


# -- OECD ------------------------------------------------------------------------------------------

Z = np.array([[10, 20, 5], [4, 30, 6], [2, 8, 9.0]])
#: Households, non-profit, government, fixed capital, inventories, abroad, non-residents, exports, imports.
USES = np.array([[20, 1, 2, 3, -1, 1, 2, 9, -4], [30, 0, 5, 20, 2, 0, 1, 12, -10], [25, 2, 20, 4, 0, 3, 1, 6, -2.0]])
TAXES = np.array([[0, 0.5, 0], [1, 2, -0.5]])
HEADS = ["HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "CONS_ABR", "CONS_NONRES", "EXPO", "IMPO"]
X = Z.sum(axis=1) + USES.sum(axis=1)


def oecd_rows(codes=("01T02", "10T12", "62T63"), *, row="TTL_{}", column="D{}", corner="", heads=HEADS):
    """A total table as the OECD publishes it."""
    total = Z.sum(axis=0) + TAXES.sum(axis=0)
    rows = [[corner, *(column.format(code) for code in codes), *heads]]
    rows += [[row.format(code), *Z[i], *USES[i]] for i, code in enumerate(codes)]
    rows += [["TXS_IMP_FNL", *TAXES[0], *[0] * 9], ["TXS_INT_FNL", *TAXES[1], *[1] * 9]]
    rows += [["TTL_INT_FNL", *total, *[2] * 9], ["VALU", *(X - total), *[""] * 9], ["OUTPUT", *X, *[""] * 9]]
    return rows


def assert_oecd(t):
    """Every block of the invented table."""
    close = np.testing.assert_allclose
    close(t.intermediate, Z)
    close(t.output, X)
    close(t.final_use["households"], USES[:, [0, 1, 5]].sum(axis=1))
    close(t.final_use[["government", "fixed_capital", "inventories"]], USES[:, [2, 3, 4]])
    close(t.final_use["exports"], USES[:, [6, 7]].sum(axis=1))
    close(t.imports["imports"], -USES[:, 8])
    close(t.value_added.loc["product_taxes"], TAXES.sum(axis=0))
    close(t.total_value_added, X - Z.sum(axis=0) - TAXES.sum(axis=0))
    assert (t.unit, t.treatment) == ("1e6 USD", "competitive")


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("CHN2018ttl.csv", {}),
        ("CHN2018ttl.csv.xz", {"corner": "V1"}),
        ("CHN2018ttl.csv", {"codes": ("A01_02", "C10T12", "D"), "column": "{}"}),
        ("CHN2018ttl.csv", {"row": "TTL_{}: name", "column": "D{}: name", "heads": [f"{h}: what" for h in HEADS]}),
        ("CHN2018ttl.csv", {"heads": [{"CONS_ABR": "DPABR"}.get(h, h) for h in HEADS]}),
    ],
    ids=["2021", "packed", "2023", "names behind codes", "purchases abroad"],
)
def test_total_table_as_published(tmp_path, name, layout):
    t = shishu.read_table(write(tmp_path / name, oecd_rows(**layout)))
    assert_oecd(t)
    assert (t.region, t.year, t.source.publisher) == ("CN", 2018, "OECD")
    first = layout.get("codes", ("01T02",))[0]
    assert t.sectors.codes[0] == first


@pytest.mark.parametrize("edition", EDITIONS)
def test_codes_of_an_edition_are_our_list(tmp_path, edition):
    """The embedded table in the published layout gives the embedded table again."""
    stored = figures("io-oecd-cn-1995-2018")
    sheet = stored[stored["year"] == 2018].astype({"row": str, "column": str})
    sheet = sheet.pivot_table(index="row", columns="column", values="value").fillna(0.0)
    ours = list(sector_list("oecd-45").codes)
    sheet = sheet.reindex(index=[*ours, "TXS_INT_FNL", "VALU", "OUTPUT"], columns=[*ours, *HEADS], fill_value=0.0)
    names = dict(zip(ours, edition.split(), strict=True))
    divisions = edition[0].isdigit()
    sheet.index = [f"TTL_{names[label]}" if label in names else label for label in sheet.index]
    sheet.columns = [("D" if divisions else "") + names[label] if label in names else label for label in sheet.columns]
    sheet.to_csv(tmp_path / "CHN2018ttl.csv")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        t = shishu.read_table(tmp_path / "CHN2018ttl.csv")
    stored = load_oecd_table(2018)
    assert t.sectors == stored.sectors
    for block in ("intermediate", "final_use", "imports", "value_added", "output"):
        pd.testing.assert_frame_equal(
            pd.DataFrame(getattr(t, block)), pd.DataFrame(getattr(stored, block)), rtol=EXACT, check_like=True
        )
    assert t.sectors.group("digital") == ("17", "34", "35")


def several_years(path, *, drop=()):
    """The long layout: a column of years, codes and names."""
    rows = [["year", "code", "name_en", "1", "2", "3", *HEADS]]
    for year in (1995, 1996):
        body = oecd_rows(("01", "02", "3"), row="{}", column="{}")[1:]
        rows += [[year, code, f"name {code}", *cells] for code, *cells in body if code not in drop]
    return write(path, rows)


def test_file_of_several_years(tmp_path):
    path = several_years(tmp_path / "oecd_CHN.csv.xz")
    t = shishu.read_table(path, year=1996)
    assert_oecd(t)
    assert (t.year, t.sectors.codes, t.sectors.names_en) == (1996, ("01", "02", "03"), ("name 01", "name 02", "name 3"))
    says(refuse(shishu.read_table, path), "1995, 1996", "--year")
    says(refuse(shishu.read_table, path, year=2020), 2020, "1995, 1996")


def test_region_and_year_are_told_where_the_name_is_silent(tmp_path):
    path = write(tmp_path / "total.csv", oecd_rows())
    says(refuse(shishu.read_table, path), "--year")
    says(refuse(shishu.read_table, path, year=2018), "--region")
    t = shishu.read_table(path, year=2018, region="JPN")
    assert (t.region, t.year) == ("JPN", 2018)


def test_wrong_files_of_the_oecd(tmp_path):
    def error(change, **options):
        rows = oecd_rows()
        change(rows)
        return refuse(shishu.read_table, write(tmp_path / "CHN2018ttl.csv", rows), **options)

    says(error(lambda rows: rows.pop()), "OUTPUT", "HFCE")
    says(error(lambda rows: rows[1].__setitem__(0, "DOM_01T02")), "DOM_01T02", "ttl", 2)
    says(error(lambda rows: rows[2].__setitem__(2, "many")), "many", "C", 3)
    says(error(lambda rows: rows[2].__setitem__(0, "TTL_11")), "11", 3)
    says(error(lambda rows: rows[2].__setitem__(0, "TTL_01T02")), "01T02", "2, 3")
    says(error(lambda rows: rows[0].__setitem__(2, "D01T02")), "01T02", "B, C")
    says(error(lambda rows: None, unit="万元"), "万元", "1e6 USD")
    says(error(lambda rows: None, imports="domestic"), "domestic", "CHN2018ttl.csv")
    says(error(lambda rows: rows[-3].__setitem__(1, 40), kind=BalanceError), "TTL_INT_FNL", "01T02", 40)
    says(error(lambda rows: rows[-1].__setitem__(1, 60), kind=BalanceError), "01T02")


def test_columns_that_belong_to_no_row_are_named(tmp_path):
    rows = [[*row, 7 if i else "EXTRA"] for i, row in enumerate(oecd_rows())]
    with pytest.warns(LayoutWarning, match=r"N \(EXTRA\)"):
        assert_oecd(shishu.read_table(write(tmp_path / "CHN2018ttl.csv", rows)))


def test_damaged_packing(tmp_path):
    path = tmp_path / "CHN2018ttl.csv.xz"
    path.write_bytes(b"code,01,HFCE")
    says(refuse(shishu.read_table, path), "CHN2018ttl.csv.xz", "TXT/CSV")


@pytest.fixture(scope="module")
def oecd(shared):
    """The OECD's tables of China as one frame."""
    return shared / "io" / "oecd-chn" / "oecd2021_CHN_1995_2018_45.csv.xz"


@pytest.mark.shared
@pytest.mark.parametrize("year", range(1995, 2019))
def test_oecd_year(oecd, year):
    """Identities as SOURCE.md states them, and the same table as the embedded one."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        t = shishu.read_table(oecd, year=year)
    assert {w.category for w in caught} <= {ImbalanceWarning, EmptySectorWarning}
    assert (t.region, t.year, t.unit, t.sectors.id) == ("CN", year, "1e6 USD", "oecd-45")
    x = t.output[t.output > 0]
    rows = (t.intermediate.sum(axis=1) + t.total_final_use - t.total_imports - t.output)[x.index]
    columns = (t.intermediate.sum() + t.value_added.sum() - t.output)[x.index]
    assert (rows.abs() / x).max() < ROWS
    assert (columns.abs() / x).max() < 2 * ONE_DECIMAL + ROWS  # without the rounded sub-total between them
    if year in TRILLIONS:
        digits = 3 if year < 2012 else 2
        assert round(t.total_value_added.sum() / 1e6, digits) == TRILLIONS[year]
    stored = load_oecd_table(year)
    for block in ("intermediate", "final_use", "imports", "value_added", "output"):
        pd.testing.assert_frame_equal(pd.DataFrame(getattr(t, block)), pd.DataFrame(getattr(stored, block)))


# -- WIOD, a country -------------------------------------------------------------------------------

HOME, FOREIGN = np.array([[10, 5], [4, 20]]), np.array([[2, 1], [0, 3]])
HOME_USES = np.array([[30, 1, 5, 8, -1], [40, 0, 20, 9, 2]])
FOREIGN_USES = np.array([[3, 0, 0, 2, 0], [1, 0, 0, 4, -1]])
SOLD = np.array([[6, 2], [3, 3]])
MADE = HOME.sum(axis=1) + HOME_USES.sum(axis=1) + SOLD.sum(axis=1)


def wiod_rows(years=(2000, 2001)):
    """A national table as the shared data have it; output is one above the sum of the first row, by rounding."""
    rows = [["year", "block", "row", "c1", "c2", *(f"FD{k}" for k in range(1, 6))]]
    rows[0] += ["EX_intermediate", "EX_final", "OUTPUT"]
    for year in years:
        rows += [[year, "domestic", f"c{i + 1}", *HOME[i], *HOME_USES[i], *SOLD[i], MADE[i]] for i in (0, 1)]
        rows += [[year, "imported", f"c{i + 1}", *FOREIGN[i], *FOREIGN_USES[i], "", "", ""] for i in (0, 1)]
    return rows


@pytest.mark.parametrize("treatment", ["competitive", "domestic", "imported"])
def test_national_table_of_wiod(tmp_path, treatment):
    path = write(tmp_path / "wiod_CHN.csv", wiod_rows())
    t = shishu.read_table(path, year=2001, imports=treatment)
    t.check()
    flows = {"competitive": HOME + FOREIGN, "domestic": HOME, "imported": FOREIGN}[treatment]
    uses = {"competitive": HOME_USES + FOREIGN_USES, "domestic": HOME_USES, "imported": FOREIGN_USES}[treatment]
    np.testing.assert_array_equal(t.intermediate, flows)
    np.testing.assert_array_equal(t.final_use["households"], uses[:, :2].sum(axis=1))
    np.testing.assert_array_equal(t.final_use[["government", "fixed_capital", "inventories"]], uses[:, 2:])
    assert (t.region, t.year, t.unit, t.treatment) == ("CN", 2001, "1e6 USD", treatment)
    assert t.output.to_list() == MADE.tolist()
    if treatment != "imported":
        assert t.total_value_added.to_list() == (MADE - HOME.sum(axis=0) - FOREIGN.sum(axis=0)).tolist()
        assert t.final_use["exports"].to_list() == SOLD.sum(axis=1).tolist()
    if treatment != "domestic":
        assert t.total_imports.to_list() == (FOREIGN.sum(axis=1) + FOREIGN_USES.sum(axis=1)).tolist()
    else:
        assert t.imported_inputs.to_list() == FOREIGN.sum(axis=0).tolist()


def test_rounding_of_wiod_loads_with_a_warning(tmp_path):
    rows = wiod_rows((2001,))
    rows[1][-1] += 0.5
    with pytest.warns(ImbalanceWarning, match="c1"):
        shishu.read_table(write(tmp_path / "wiod_CHN.csv", rows))


def test_wrong_files_of_wiod(tmp_path):
    def error(change, **options):
        rows = wiod_rows()
        change(rows)
        return refuse(shishu.read_table, write(tmp_path / "wiod_CHN.csv", rows), **options)

    says(error(lambda rows: None), "2000, 2001", "--year")
    says(error(lambda rows: rows.pop(), year=2001), "imported c2", 2001)
    says(error(lambda rows: rows[0].__setitem__(5, "HFCE"), year=2001), "FD1")
    says(error(lambda rows: rows[2].__setitem__(4, "n/a"), year=2000), "n/a", "E", 3)
    says(error(lambda rows: None, year=2001, unit="亿元"), "亿元", "1e6 USD")
    says(error(lambda rows: rows[1].__setitem__(-1, 200), year=2000, kind=BalanceError), "c1")


@pytest.mark.shared
@pytest.mark.parametrize("year", range(1995, 2012))
def test_wiod_year(shared, year):
    """Rows add up to output but for rounding; both origins together are the competitive table."""
    path = shared / "io" / "wiod-2013" / "wiod_CHN_1995_2011_35.csv.xz"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole, home, foreign = (
            shishu.read_table(path, year=year, imports=kind) for kind in ("competitive", "domestic", "imported")
        )
    assert (whole.region, whole.unit, whole.sectors.id) == ("CN", "1e6 USD", "wiod-35")
    assert whole.sectors.group("digital") == ("c14", "c27")
    np.testing.assert_array_equal(whole.intermediate, home.intermediate + foreign.intermediate)
    gap = home.intermediate.sum(axis=1) + home.total_final_use - home.output
    assert gap.abs().max() < 100
    assert (home.imported_inputs == foreign.intermediate.sum()).all()
    np.testing.assert_allclose(whole.total_value_added, home.total_value_added)
    if year == 2011:
        assert round(whole.output.sum() / 1e6, 2) == 22.27


# -- WIOD, the world -------------------------------------------------------------------------------


def world_rows():
    """A world of two countries and two sectors, in whole millions."""
    names = ["CHN.c1", "CHN.c2", "USA.c1", "USA.c2"]
    flows = np.arange(1, 17).reshape(4, 4) * 10
    final = np.arange(1, 41).reshape(4, 10) * 10
    output = flows.sum(axis=1) + final.sum(axis=1)
    heads = ["code", *names, *(f"{region}.f{k}" for region in ("CHN", "USA") for k in range(1, 6)), "OUTPUT"]
    return [heads, *([name, *flows[i], *final[i], output[i]] for i, name in enumerate(names))], flows, final, output


@pytest.mark.parametrize("name", ["wiot_2007.csv", "wiot_2007.csv.xz"])
def test_world_table(tmp_path, name):
    rows, flows, final, output = world_rows()
    t = read_interregional(write(tmp_path / name, rows))
    assert (t.year, t.unit, t.regions.codes, t.sectors.codes) == (2007, "1e6 USD", ("CHN", "USA"), ("c1", "c2"))
    assert t.regions.name("CHN", "zh") == "中国"
    np.testing.assert_array_equal(t.flows, flows)
    np.testing.assert_array_equal(t.output, output)
    np.testing.assert_array_equal(t.final_use["USA"]["households"], final[:, [5, 6]].sum(axis=1))
    np.testing.assert_array_equal(t.final_use["CHN"]["inventories"], final[:, 4])
    np.testing.assert_array_equal(t.total_value_added, output - flows.sum(axis=0))
    assert not t.discrepancy.any()


def test_order_of_rows_follows_labels(tmp_path):
    rows, flows, *_ = world_rows()
    t = read_interregional(write(tmp_path / "wiot_2007.csv", [rows[0], rows[3], rows[1], rows[4], rows[2]]))
    np.testing.assert_array_equal(t.flows, flows)


def test_rounding_of_the_world_table_is_its_discrepancy(tmp_path):
    rows, *_ = world_rows()
    rows[2][-1] += 3
    with pytest.warns(ImbalanceWarning, match=r"China c2 .* by 3 1e6 USD"):
        t = read_interregional(write(tmp_path / "wiot_2007.csv", rows))
    assert t.discrepancy.to_list() == [0, 3, 0, 0]


def test_wrong_world_tables(tmp_path):
    def error(change, name="wiot_2007.csv", **options):
        rows, *_ = world_rows()
        change(rows)
        return refuse(read_interregional, write(tmp_path / name, rows), **options)

    says(error(lambda rows: None, name="world.csv"), "--year")
    says(error(lambda rows: None, unit="万元"), "万元", "1e6 USD")
    says(error(lambda rows: rows[0].__setitem__(5, "CHN.g1")), "CHN.f1", 1)
    says(error(lambda rows: rows.pop()), "USA.c2")
    says(error(lambda rows: rows[3].__setitem__(2, "many")), "many", "C", 4)
    says(error(lambda rows: rows[1].__setitem__(-1, 900), kind=BalanceError), "c1")
    path = write(tmp_path / "wiot_2007.csv", world_rows()[0])
    says(refuse(shishu.read_table, path), "read_interregional")
    says(refuse(read_interregional, tmp_path / "none_2007.csv"), "none_2007.csv")


@pytest.mark.shared
@pytest.mark.parametrize("year", [2007, 2011])
def test_world_of_wiod(shared, year):
    """Identities and totals as SOURCE.md states them; China in it is its national table, cell by cell."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        t = read_interregional(shared / "io" / "wiod-2013" / f"wiot_{year}_41x35.csv.xz")
    assert {w.category for w in caught} == {ImbalanceWarning, EmptySectorWarning}
    assert (len(t.regions), t.regions.id, t.sectors.id, t.year) == (41, "wiod-41", "wiod-35", year)
    assert t.discrepancy.abs().max() == WORLD[year] <= 113
    if year == 2011:
        assert round(t.output.sum() / 1e6, 1) == 141.8
        assert round(t.output["CHN"].sum() / 1e6, 2) == 22.27
    path = shared / "io" / "wiod-2013" / "wiod_CHN_1995_2011_35.csv.xz"
    own = t.region("CHN")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        national, home = (shishu.read_table(path, year=year, imports=kind) for kind in ("competitive", "domestic"))
    np.testing.assert_array_equal(t.block("CHN", "CHN"), home.intermediate)
    for block in ("intermediate", "output", "total_imports", "total_value_added"):
        np.testing.assert_array_equal(getattr(own, block), getattr(national, block))
