"""Own series by year: headings, units and prices in brackets, notes, and what is refused in one sentence."""

import openpyxl
import pandas as pd
import pytest

from shishu.datasets.reading.yearly import ASSETS, DIFFERENTIAL, FACTORS, VALUE_ADDED, read_yearly
from shishu.errors import InputError

SHEET = "年份,硬件,软件\n2019,1,2\n2020,3,4\n"


def written(path, text, encoding="utf-8-sig"):
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(tmp_path, encoding):
    made = read_yearly(written(tmp_path / "投资.csv", SHEET, encoding), ASSETS)
    assert made.values.to_dict("list") == {"hardware": [1.0, 3.0], "software": [2.0, 4.0]}
    assert made.values.index.to_list() == [2019, 2020]
    assert (made.where, dict(made.units)) == ("投资.csv", {"hardware": "1e8 CNY", "software": "1e8 CNY"})


@pytest.mark.parametrize(
    ("head", "columns", "name", "factor"),
    [
        ("硬件（万元）", ASSETS, "hardware", 1e-4),
        ("硬件 (亿元, 当年价)", ASSETS, "hardware", 1.0),
        ("hardware (10,000 yuan)", ASSETS, "hardware", 1e-4),
        ("hardware (million yuan)", ASSETS, "hardware", 1e-2),
        ("Hardware (1e12 CNY)", ASSETS, "hardware", 1e4),
        ("第一产业增加值（元）", VALUE_ADDED, "primary", 1e-8),
        ("第三产业增速（％）", VALUE_ADDED, "tertiary_growth", 1.0),
        ("第三产业增长率（%，可比价）", VALUE_ADDED, "tertiary_growth", 1.0),
        ("就业人员（人）", FACTORS, "employment", 1e-4),
        ("资本存量（亿元，2005年不变价）", FACTORS, "capital", 1.0),
        ("资本存量（万元、2005年价）", FACTORS, "capital", 1e-4),
        ("软件（对数点）", DIFFERENTIAL, "software", 1.0),
        ("software", DIFFERENTIAL, "software", 1.0),
    ],
)
def test_units_in_brackets(tmp_path, head, columns, name, factor):
    path = written(tmp_path / "own.csv", f'年份\t"{head}"\n2020年\t2\n'.replace("\t", ";"))
    assert read_yearly(path, columns).values.loc[2020, name] == pytest.approx(2 * factor, rel=1e-12)


def test_a_bureaus_sheet(tmp_path):
    """Titles and a unit above, years as numbers or text, in any order, notes below, an empty column and line."""
    book = openpyxl.Workbook()
    lines = [
        ["浙江省信息通信技术投资"],
        [None, None, None, "单位：万元"],
        [],
        ["年  份", "软  件", None, "硬件（亿元）"],
        ["2021年", 30000, None, "1,234.5"],
        [],
        [2020, 20000, None, 7],
        ["注：2021年为初步数。"],
    ]
    for line in lines:
        book.active.append(line)
    book.save(tmp_path / "投资.xlsx")
    made = read_yearly(tmp_path / "投资.xlsx", ASSETS, ("hardware",))
    assert made.values.loc[2020].to_dict() == {"hardware": 7.0, "software": 2.0}
    assert made.values.loc[2021].to_dict() == {"hardware": 1234.5, "software": 3.0}
    assert dict(made.units) == {"hardware": "1e8 CNY", "software": "1e4 CNY"}


def test_frames_and_the_unit_of_silent_sheets():
    by_column = pd.DataFrame({"year": [2020, 2019], "software": [2, 1.5]})
    by_index = pd.DataFrame({"软件": [1.5, 2]}, index=[2019, 2020])
    for frame in (by_column, by_index):
        made = read_yearly(frame, ASSETS, unit="万元")
        assert made.values["software"].to_list() == pytest.approx([1.5e-4, 2e-4])
        assert made.where == "DataFrame"


def test_a_series_may_have_empty_cells_where_it_is_not_required(tmp_path):
    path = written(tmp_path / "own.csv", "年份,第一产业,第一产业增速\n2019,1,\n2020,3,4.5\n")
    growth = read_yearly(path, VALUE_ADDED, ("primary",)).values["primary_growth"]
    assert growth.isna().to_list() == [True, False]


@pytest.mark.parametrize(
    ("text", "key", "named"),
    [
        ("年份,硬件,软体\n2020,1,2\n", "yearly-column", ("软体", "软件")),
        ("年份,硬件,\n2020,1,2\n", "yearly-column", ("C",)),
        ("年份,资产,投资额,单位\n2020,硬件,1,亿元\n", "yearly-column", ("资产",)),
        ("年份,硬件\n2020,1\n", "yearly-missing", ("软件",)),
        ("年份,硬件,软件,计算机\n2020,1,2,3\n", "label-twice", ("硬件", "计算机")),
        ("年份,硬件,软件\n2020,1,2\n2020年,1,2\n", "label-twice", ("2020年",)),
        ("年份,硬件,软件\n2018,1,2\n2020,1,2\n", "yearly-gap", ("2019",)),
        ("年份,硬件,软件\n20年,1,2\n", "yearly-no-year", ("20年",)),
        ("年份,硬件,软件\n2019,1,2\n2020,,2\n", "yearly-empty", ("硬件", "2020")),
        ("年份,硬件,软件\n2019,1,约2\n", "read-cell-text", ("约2", "C")),
        ("年份,硬件,软件\n", "yearly-no-lines", ("own.csv",)),
        ("", "yearly-nothing", ("own.csv", "hardware")),
        ("年份,硬件,软件（万美元）\n2020,1,2\n", "yearly-unit", ("万美元", "万元")),
        ("年份,硬件（台）,软件\n2020,1,2\n", "yearly-unit", ("台",)),
        ("年份,硬件（2010年不变价）,软件\n2020,1,2\n", "yearly-current-prices", ("2010年不变价",)),
    ],
)
def test_refused(tmp_path, text, key, named):
    path = written(tmp_path / "own.csv", text)
    with pytest.raises(InputError) as caught:
        read_yearly(path, ASSETS, ("hardware", "software"))
    assert caught.value.key == key
    for lang in ("en", "zh"):
        assert all(name in caught.value.message(lang) for name in named), caught.value.message(lang)


@pytest.mark.parametrize(
    ("head", "columns", "key", "named"),
    [
        ("资本存量（亿元，当年价）", FACTORS, "yearly-constant-prices", "当年价"),
        ("就业人员（亿元）", FACTORS, "yearly-unit", "万人"),
        ("软件（%）", DIFFERENTIAL, "yearly-unit", "对数点"),
        ("第一产业增速（上年=100）", VALUE_ADDED, "yearly-unit", "上年=100"),
    ],
)
def test_a_unit_is_never_passed_over(head, columns, key, named):
    with pytest.raises(InputError) as caught:
        read_yearly(pd.DataFrame({head: [1.0]}, index=[2020]), columns)
    assert caught.value.key == key
    assert named in caught.value.message("zh")
