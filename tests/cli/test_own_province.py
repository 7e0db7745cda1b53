"""A user's own province, from a folder to the report: a workbook, value added, investment, labour and capital."""

import html
import importlib.util
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from shishu.accounts import ASSETS, ict_prices, national_series
from shishu.datasets import load_table
from shishu.i18n import text

spec = importlib.util.spec_from_file_location("workbooks", Path(__file__).parents[1] / "datasets" / "workbooks.py")
workbooks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(workbooks)

YEARS = range(2012, 2022)
TABLES = (2012, 2017)
HEADS = {"hardware": "硬件（万元）", "telecom": "通信设备（万元）", "software": "软件（万元）"}
INDUSTRIES = {"primary": "第一产业", "secondary": "第二产业", "tertiary": "第三产业"}
STUDY = """
name = "zhejiang"
title_zh = "浙江数字经济规模"
title_en = "The digital economy of Zhejiang"
region = "浙江"
embedded = false
chapters = ["size"]

[size]
first = 2012
draws = 20
importance = 0
"""


def tables():
    return {year: load_table("浙江", year).to_unit("1e8 CNY") for year in TABLES}


def value_added():
    """The tables' industries in their years, even growth between and after; growth in volume 2 points below."""
    known = {y: [t.total_value_added[list(t.sectors.group(i))].sum() for i in INDUSTRIES] for y, t in tables().items()}
    logs = np.log(pd.DataFrame(known, index=list(INDUSTRIES.values())).T)
    pace = (logs.loc[2017] - logs.loc[2012]) / 5
    frame = np.exp(pd.DataFrame({y: logs.loc[2012] + (y - 2012) * pace for y in YEARS}).T)
    for name in INDUSTRIES.values():
        frame[f"{name}增速"] = 100 * (np.exp(pace[name]) - 1) - 2
    return frame.rename_axis("年份")


def investment():
    """From twelve years before the first result on, as far as service lives reach."""
    start = {"hardware": 60.0, "telecom": 80.0, "software": 90.0}
    return pd.DataFrame({a: {y: v * 1.1 ** (y - 2005) for y in range(2000, 2022)} for a, v in start.items()})


def written(folder, *, series):
    """The user's folder; a study names the series that lie in it."""
    lines = [STUDY]
    for year, t in load_tables().items():
        made = workbooks.make(t, title=f"浙江省{year}年投入产出表")
        workbooks.write_xlsx(folder / f"浙江{year}.xlsx", **{str(year): made})
    if "value_added" in series:
        value_added().to_csv(folder / "增加值.csv", encoding="gb18030")
        lines.append('value_added = "增加值.csv"')
    if "investment" in series:
        own = investment().rename(columns=HEADS) * 1e4
        own.rename_axis("年份").to_csv(folder / "投资.csv", encoding="utf-8-sig")
        lines.append('investment = "投资.csv"')
    if "factors" in series:
        pace = np.arange(len(YEARS))
        own = pd.DataFrame({"就业人员": 3700 + 20 * np.sin(pace), "资本存量": 8e4 * 1.09**pace}, index=list(YEARS))
        own.rename_axis("年份").to_excel(folder / "要素.xlsx")
        lines.append('factors = "要素.xlsx"')
    (folder / "study.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder / "study.toml"


def load_tables():
    return {year: load_table("浙江", year) for year in TABLES}


def found(out, measure, period=None, **wanted):
    """Findings of one measure, one row a year."""
    rows = pd.read_parquet(out / "findings.parquet").query("measure == @measure")
    stated = rows["parameters"].map(json.loads)
    fits = [all(said.get(k) == v for k, v in wanted.items()) for said in stated]
    rows = rows[fits]
    return rows if period is None else rows[rows["period"] == str(period)].iloc[0]


def pages(out):
    """The report in both languages, as read."""
    return {lang: html.unescape((out / name).read_text(encoding="utf-8"))
            for lang, name in (("zh", "report.html"), ("en", "report.en.html"))}  # fmt: skip


def gaps(out):
    """Gaps of the report, by key; both languages have the same."""
    keys = {"no-own-value-added", "no-own-investment", "no-own-factors", "own-no-growth", "own-carried", "own-revised"}
    said = {
        lang: {key for key in keys if text("report", f"gap-{key}", lang) in page} for lang, page in pages(out).items()
    }
    assert said["zh"] == said["en"]
    return said["zh"]


def efficiency(asset, age):
    """What is left of an asset after some years: hyperbolic ageing, over normally distributed lives."""
    known = ASSETS[asset]
    lives = known.mean_life + known.sd * np.linspace(-4, 4, 2001)
    weight = norm.pdf(lives, known.mean_life, known.sd)
    serving = lives > age
    left = (lives[serving] - age) / (lives[serving] - known.beta * age)
    return float((weight[serving] * left).sum() / weight.sum())


def income_of_ict(year):
    """L1 of the sectors that aren't digital, vintage by vintage: user cost times stock, 亿元."""
    own, prices, index = investment(), ict_prices(base=2020), national_series()["deflator"]
    used = {}
    for y, t in tables().items():
        digital = list(t.sectors.group("digital"))
        services = t.intermediate.loc[digital[1]]
        held = t.value_added.loc["depreciation"]
        used[y] = 1 - (services[digital].sum() / services.sum() + held[digital].sum() / held.sum()) / 2
    last, total = max(YEARS), 0.0
    around = [y for y in range(year - 2, year + 3) if y <= last]
    inflation = np.mean([index[y] / index[y - 1] - 1 for y in around])
    for asset in own:
        price = prices[asset]
        left = [efficiency(asset, age) for age in range(17)]
        stock = 0.0
        for vintage in range(2005, year + 1):  # nothing lives longer
            part = np.interp(vintage, list(used), list(used.values()))
            stock += left[year - vintage] * own.loc[vintage, asset] / price[vintage] * part
        gain = np.mean([price[y] / price[y - 1] - 1 for y in around])
        factor = (1 + gain) / (1 + 0.04 + inflation)
        new = sum(left[age] * factor**age for age in range(17))
        old = sum(left[age] * factor ** (age - 1) for age in range(1, 17))
        cost = price[year - 1] * (0.04 + inflation + (1 - old / new) * (1 + gain) - gain)
        total += cost * stock
    return total


def test_a_folder_becomes_a_report(call, tmp_path):
    study = written(tmp_path, series=("value_added", "investment", "factors"))
    out = tmp_path / "out"
    code, said, err = call("run", study, "--out", out, "--lang", "zh", lang="zh")
    assert (code, err) == (0, ""), err
    assert str(out / "report.html") in said

    t = tables()[2017]
    pair = t.total_value_added[list(t.sectors.group("digital"))].sum()
    share = found(out, "digital_industrialisation_share", 2017, definition="pair")
    assert share["value"] == pytest.approx(100 * pair / t.total_value_added.sum(), rel=1e-6)
    assert (share["status"], share["region"]) == ("observed", "浙江")
    assert set(share["sources"].split(";")) == {"浙江2017.xlsx", "增加值.csv"}

    for year in (2019, 2021):
        level = found(out, "industrial_digitisation", conversion="L1")
        level = level[(level["sector"] == "") & (level["period"] == str(year))].iloc[0]
        assert level["value"] == pytest.approx(income_of_ict(year), rel=2e-4)
        assert level["low"] < level["high"]
        assert {"投资.csv", "要素.xlsx", "增加值.csv"} <= set(level["sources"].split(";"))
    economy = found(out, "digital_economy")
    by = economy.assign(conversion=[json.loads(p)["conversion"] for p in economy["parameters"]]).groupby("conversion")
    assert set(by.groups) == {"L1", "L2", "L3", "L4", "L5"}
    assert list(by.get_group("L2")["period"]) == [str(year) for year in YEARS]
    assert list(by.get_group("L2")["status"]) == ["estimated"] * 6 + ["projected"] * 4

    assert gaps(out) == set()
    for lang, page in pages(out).items():
        for name in ("浙江2012.xlsx", "增加值.csv", "投资.csv", "要素.xlsx"):
            assert name in page
        assert text("report", "figure-size-national", lang) in page
        assert str(tmp_path) not in page
    assert '"investment" = "../投资.csv"' in (out / "study.toml").read_text(encoding="utf-8")


def test_what_is_missing_is_named(call, tmp_path):
    study = written(tmp_path, series=())
    code, _, err = call("run", study, "--out", tmp_path / "out", "--lang", "zh", lang="zh")
    assert (code, err) == (0, ""), err
    assert gaps(tmp_path / "out") == {"no-own-value-added", "no-own-investment", "no-own-factors"}
    own = found(tmp_path / "out", "digital_industrialisation", definition="core").set_index("period")
    assert own.loc[["2012", "2017"], "status"].to_list() == ["estimated"] * 2
    pair = found(tmp_path / "out", "digital_industrialisation", definition="pair").set_index("period")
    assert (own["value"] > pair["value"]).all()
    assert found(tmp_path / "out", "industrial_digitisation").empty


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        ("value_added", "年份,第一产业,第二产业,第三产业\n2017,19960000,222070000,275700000\n", "万元 (1e4 CNY)"),
        ("investment", "年份,硬件,软件\n2017,1,2\n", "通信设备"),
        ("factors", None, "own.csv"),
    ],
)
def test_a_wrong_series_is_one_sentence(call, tmp_path, name, content, named):
    if content is not None:
        (tmp_path / "own.csv").write_text(content, encoding="utf-8")
    study = STUDY.replace("embedded = false", "years = [2017]") + f'{name} = "own.csv"\n'
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    code, out, err = call("run", tmp_path / "study.toml", "--out", tmp_path / "out", lang="zh")
    assert (code, out) == (2, "")
    assert err.startswith("错误：")
    assert err.count("\n") == 1
    assert named in err
    assert not (tmp_path / "out").exists()
