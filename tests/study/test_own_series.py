"""A region's own series: held against its tables, split by sector, carried back; what can't be is refused."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shishu.accounts import central, ict_investment, industry_growth, levels
from shishu.errors import InputError
from shishu.study import Study, load_study
from shishu.study.chapters.basis import basis_of
from shishu.study.chapters.own_series import own_economy, own_value_added
from shishu.study.config import SizeSettings
from shishu.study.inputs import gather

INDUSTRIES = {"primary": "第一产业", "secondary": "第二产业", "tertiary": "第三产业"}


@pytest.fixture(scope="module")
def zhejiang():
    """Tables of Zhejiang of 2012 and 2017."""
    return gather(Study(name="own", region="浙江", years=(2012, 2017)))


@pytest.fixture
def study(zhejiang, tmp_path):
    """Inputs with the user's series: frames by name of the setting, and other settings of the chapter."""

    def made(digital=(), **given):
        settings = {}
        for name, value in given.items():
            if isinstance(value, pd.DataFrame):
                settings[name] = tmp_path / f"{name}.csv"
                value.rename_axis("年份").to_csv(settings[name], encoding="utf-8-sig")
            else:
                settings[name] = value
        chosen = zhejiang.study.model_copy(update={"size": SizeSettings(**settings), "digital": digital})
        return replace(zhejiang, study=chosen)

    return made


def industries(inputs, year):
    """Value added of the three industries in a table."""
    t = inputs.compared[year]
    return {name: float(t.total_value_added[list(t.sectors.group(name))].sum()) for name in INDUSTRIES}


def series(inputs, years, factor=1.0):
    """Value added that grows by 8 % a year and meets the table of 2017."""
    known = industries(inputs, 2017)
    rows = {y: {INDUSTRIES[n]: factor * v * 1.08 ** (y - 2017) for n, v in known.items()} for y in years}
    return pd.DataFrame(rows).T


def invested(years):
    return pd.DataFrame({"硬件": 100.0, "通信设备": 150.0, "软件": 200.0}, index=years)


# -- value added -------------------------------------------------------------------------------------


def test_between_tables_industries_grow_evenly(study):
    inputs = study()
    made = own_value_added(inputs)
    assert made.values.columns.to_list() == list(range(2012, 2018))
    start, end = industries(inputs, 2012), industries(inputs, 2017)
    members = list(inputs.sectors.group("tertiary"))
    for year in (2014, 2016):
        expected = start["tertiary"] * (end["tertiary"] / start["tertiary"]) ** ((year - 2012) / 5)
        assert made.values.loc[members, year].sum() == pytest.approx(expected)
    for year, t in inputs.compared.items():
        np.testing.assert_allclose(made.values[year], t.total_value_added, rtol=1e-12)
    assert made.status.to_list() == ["observed", *["estimated"] * 4, "observed"]
    assert not made.revised


def test_industries_are_the_users_and_sectors_the_tables(study):
    inputs = study(value_added=series(study(), range(2015, 2020)))
    made = own_value_added(inputs)
    assert made.status.to_dict() == dict(zip(range(2015, 2020), ("estimated",) * 2 + ("observed",) + ("projected",) * 2,
                                             strict=True))  # fmt: skip
    members = list(inputs.sectors.group("secondary"))
    known = inputs.compared[2017].total_value_added[members]
    np.testing.assert_allclose(made.values.loc[members, 2019], known * 1.08**2, rtol=1e-9)
    early = inputs.compared[2012].total_value_added[members]
    share = 0.4 * early / early.sum() + 0.6 * known / known.sum()
    np.testing.assert_allclose(made.values.loc[members, 2015], share * known.sum() / 1.08**2, rtol=1e-9)


def test_a_revised_series_keeps_its_level_and_is_no_observation(study):
    inputs = study(value_added=series(study(), range(2016, 2019), 1.04))
    made = own_value_added(inputs)
    assert made.revised
    assert made.status[2017] == "estimated"
    assert made.values[2017].sum() == pytest.approx(1.04 * inputs.compared[2017].total_value_added.sum())
    basis = basis_of(inputs)
    assert basis.gaps == ("no-own-investment", "no-own-factors", "own-revised")
    assert basis.industrialisation.loc[(2017, "pair"), "status"] == "estimated"
    assert basis.industrialisation.loc[(2012, "pair"), "status"] == "observed"  # the table of a year without series
    assert basis.tables[2017] == ("io-provinces-2017-42", "value_added.csv")


@pytest.mark.parametrize(
    ("change", "key", "named"),
    [
        (lambda f: f * 1e4, "own-size", ("value_added.csv", "万元 (1e4 CNY)", "2017")),
        (lambda f: (f / 1e4).rename(columns=lambda c: f"{c}（亿元）"), "own-size", ("万亿元 (1e12 CNY)",)),
        (lambda f: f.assign(第二产业=f["第二产业"] * 30), "own-size-unit", ("第二产业", "30")),
        (lambda f: -f, "own-size-unit", ("第",)),
        (lambda f: f.assign(第二产业增速=107.5), "own-growth-index", ("第二产业增速", "107.5")),
        (lambda f: f.assign(第二产业增速=0.075), "own-growth-fraction", ("第二产业增速", "0.075")),
        (lambda f: f.set_axis(range(1999, 2003)), "own-before", ("2002", "2012")),
    ],
)
def test_value_added_that_cannot_be(study, change, key, named):
    frame = series(study(), range(2016, 2020))
    inputs = study(value_added=change(frame), first=2012)
    with pytest.raises(InputError) as caught:
        own_value_added(inputs)
    assert caught.value.key == key
    for lang in ("en", "zh"):
        assert all(name in caught.value.message(lang) for name in named), caught.value.message(lang)


# -- investment --------------------------------------------------------------------------------------


def test_investment_is_carried_back_with_the_nations(study):
    inputs = study(value_added=series(study(), range(2014, 2020)), investment=invested(range(2015, 2020)))
    made = own_economy(inputs, own_value_added(inputs))
    assert made.economy.years == tuple(range(2015, 2020))
    assert made.economy.invested[0] == 2015 - 12
    nation = ict_investment(last=2015).values  # with annual tables, which change nothing before
    for place, asset in enumerate(("hardware", "software", "telecom")):
        own = {"hardware": 100.0, "software": 200.0, "telecom": 150.0}[asset]
        expected = own * nation.loc[2003:2014, asset] / nation.loc[2015, asset]
        np.testing.assert_allclose(made.economy.investment[place, :12], expected)
    assert (made.economy.error[:, :12] > 0).all()
    assert (made.economy.error[:, 12:] == 0).all()
    assert made.gaps == ("own-no-growth", "own-years-apart", "own-carried")
    assert made.economy.base == 2019


def test_growth_is_the_users_else_the_nations(study):
    frame = series(study(), range(2016, 2020)).assign(第三产业增速=[np.nan, 6.0, 7.0, np.nan])
    inputs = study(value_added=frame, investment=invested(range(2000, 2020)))
    made = own_economy(inputs, own_value_added(inputs)).economy
    sector = made.sectors.index(inputs.sectors.group("tertiary")[0])
    nation = industry_growth(range(2016, 2020)).loc["tertiary"]
    np.testing.assert_allclose(made.growth[sector], [nation[2016], np.log(1.06), np.log(1.07), nation[2019]])
    np.testing.assert_allclose(made.price[sector, 1:], 1.08 / np.exp(made.growth[sector, 1:]))


def test_sectors_without_value_added_do_no_harm(study):
    inputs = study(investment=invested(range(1995, 2018)))
    economy = own_economy(inputs, own_value_added(inputs)).economy
    assert (economy.value_added == 0).any()  # Zhejiang extracts no oil
    for values in levels(economy, central()).levels.values():
        assert np.isfinite(values[..., 1:]).all()


def test_without_two_years_there_is_no_growth(study):
    frame = series(study(), range(2018, 2022))
    inputs = study(value_added=frame, investment=invested(range(2000, 2019)))
    made = own_economy(inputs, own_value_added(inputs))
    assert made.economy is None
    assert made.gaps == ("own-years-apart", "own-one-year")
    assert basis_of(inputs).investment is not None


def test_levels_that_need_other_factors(study):
    given = {"value_added": series(study(), range(2016, 2022)), "investment": invested(range(2000, 2022))}
    factors = pd.DataFrame(
        {"就业人员": 100.0 + np.arange(6) ** 2, "资本存量": 1.1 ** np.arange(6)}, index=range(2016, 2022)
    )
    inputs = study(factors=factors, conversion="L3", **given)
    assert own_economy(inputs, own_value_added(inputs)).economy.complete
    few = study(factors=factors, **{**given, "value_added": given["value_added"].loc[:2018]})
    assert "own-few-years" in own_economy(few, own_value_added(few)).gaps
    for change, key in (
        ({"conversion": "L3"}, "own-conversion"),
        ({"factors": factors.loc[2018:]}, "own-factors-years"),
        ({"factors": factors.assign(就业人员=-1.0)}, "own-factors-positive"),
        ({"investment": invested(range(1995, 2000))}, "own-years"),
        ({"investment": 1e4 * invested(range(2000, 2022))}, "own-investment-size"),
        ({"investment": 0 * invested(range(2000, 2022))}, "own-investment-size-unit"),
    ):
        wrong = study(**{**given, **change})
        with pytest.raises(InputError) as caught:
            own_economy(wrong, own_value_added(wrong))
        assert caught.value.key == key
        assert caught.value.message("zh") != caught.value.message("en")


# -- the how-to ---------------------------------------------------------------------------------------


def blocks(page, kind):
    """Fenced blocks of a how-to."""
    text = (Path(__file__).parents[2] / "docs" / "how-to" / page).read_text(encoding="utf-8")
    return re.findall(rf"```{kind}\n(.*?)```", text, flags=re.DOTALL)


def test_the_folder_of_the_how_to_runs(tmp_path):
    pages = ("own-province.md", "own-province.zh.md")
    sheets, chinese = ([text for text in blocks(page, "text") if text.startswith("年份")] for page in pages)
    assert sheets == chinese
    settings, other = (tomllib.loads(blocks(page, "toml")[0]) for page in pages)
    assert settings == other
    assert settings["embedded"] is False
    for name, sheet in zip(("value_added", "investment", "factors"), sheets, strict=True):
        (tmp_path / settings["size"][name]).write_text(sheet, encoding="utf-8")
    text = blocks(pages[0], "toml")[0].replace("embedded = false", "embedded = true")  # the tables that ship inside
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    basis = basis_of(gather(load_study(tmp_path)))
    assert basis.economy.complete
    assert basis.economy.years == tuple(range(2012, 2023))
    assert set(basis.gaps) == {"own-revised", "own-carried"}


# -- the basis ---------------------------------------------------------------------------------------


def test_own_digital_sectors_have_no_core(study):
    basis = basis_of(study(digital=("19",)))
    assert set(basis.industrialisation.index.get_level_values("definition")) == {"pair"}
    assert basis.gaps[-1] == "own-digital"


def test_the_core_of_every_year_by_the_nations_ratio(study):
    made = basis_of(study(value_added=series(study(), range(2010, 2022)))).industrialisation
    values = made["value"].unstack()
    ratio = values["core"] / values["pair"]
    assert ratio[2015] == pytest.approx(ratio[2012] + (ratio[2017] - ratio[2012]) * 0.6)
    assert ratio[2021] == pytest.approx(ratio[2020])
    assert set(made.xs("core", level="definition")["status"]) == {"estimated", "projected"}
