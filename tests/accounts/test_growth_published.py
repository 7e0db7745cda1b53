"""Growth accounts that others published, recomputed from their own inputs: CIP 4.0 (China), EU KLEMS (Austria)."""

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from shishu.accounts import growth
from shishu.accounts.capital import rate_of_return, user_costs
from shishu.accounts.growth import growth_accounting, tornqvist

pytestmark = pytest.mark.shared


def long(frame, name):
    """Industries x years as one column."""
    labels = pd.MultiIndex.from_product([frame.index, frame.columns], names=["industry", "year"])
    return pd.Series(frame.to_numpy().ravel(), labels, name=name)


# -- China Industrial Productivity database 4.0 ------------------------------------------------------


def workbook(folder, number, sheet=0):
    """One of CIP's workbooks, industries x years; head in the third row."""
    rows = CalamineWorkbook.from_path(folder / f"CIP_4.0_(2023)_{number}.xlsx").get_sheet_by_index(sheet).to_python()
    head, body = rows[2], rows[3:]
    years = [place for place, name in enumerate(head) if isinstance(name, float)]
    return pd.DataFrame([[row[i] for i in years] for row in body], columns=[int(head[i]) for i in years])


@pytest.fixture(scope="module")
def cip(shared):
    """Workbook 4 by variable: (industry, year), the whole economy first."""
    folder = shared / "macro/cip4-china-klems"
    frame = pd.read_csv(folder / "cip4_growth_accounts_long.csv.xz")
    codes = frame["industry"].unique()
    wide = frame.pivot_table(index=["industry", "year"], columns="variable", values="value")
    wide = wide.loc[pd.MultiIndex.from_product([codes, sorted(frame["year"].unique())], names=["industry", "year"])]
    return folder, wide


@pytest.fixture(scope="module")
def industries(cip):
    """37 industries from the workbooks of inputs: compensation, capital input, hours, labour input."""
    folder, published = cip
    codes = published.index.get_level_values("industry").unique()[1:]
    sheets = {
        "value_added": ("1.2", 0), "capital": ("1.4", 0), "labour": ("1.4", 1),
        "K": ("2.3", 0), "hours": ("3.2", 0), "L": ("3.3", 0),
    }  # fmt: skip
    read = {name: long(workbook(folder, *place).set_axis(codes), name) for name, place in sheets.items()}
    values = pd.DataFrame({name: read[name] for name in ("value_added", "capital", "labour")})
    # Workbook 4 gives growth of real value added only: a level with that growth.
    volume = np.exp(published.loc[codes, "g(VA)"].fillna(0.0).groupby("industry").cumsum())
    quantities = pd.DataFrame({"value_added": volume, "capital": read["K"], "labour": read["L"]})
    return growth_accounting(values, quantities), values, read["hours"]


def furthest(ours, published):
    """Largest distance where the publisher has a figure."""
    compared = published.reindex(ours.index)
    assert compared.notna().all()
    return float((ours - compared).abs().max())


def test_cip_contributions_of_37_industries(cip, industries):
    _, published = cip
    accounts, _, hours = industries
    assert len(accounts.growth) == 37 * 30
    labour = accounts.split("labour", hours)
    # The stock of workbook 2.2 isn't the one of the accounts; the index of workbook 4 is.
    capital = accounts.split("capital", published["g(K-stock)"])
    for ours, name in (
        (capital["plain"], "Cv(K-stock)"),
        (capital["composition"], "Cv(K-quality)"),
        (labour["plain"], "Cv(hours)"),
        (labour["composition"], "Cv(L-quality)"),
        (accounts.residual, "TFP(VA basis)"),
    ):
        assert furthest(ours, published[name]) < 1e-9, name


def test_cip_on_the_basis_of_gross_output(cip):
    _, published = cip
    names = {"gross_output": "Nominal GO", "capital": "KC", "labour": "LC", "intermediate": "Nominal II"}
    volume = np.exp(published[["g(GO)", "g(II)"]].fillna(0.0).groupby("industry", sort=False).cumsum())
    values = pd.DataFrame({name: published[column] for name, column in names.items()})
    quantities = pd.DataFrame(
        {
            "gross_output": volume["g(GO)"],
            "capital": published["g(K-input)"],
            "labour": published["g(L-input)"],
            "intermediate": volume["g(II)"],
        }
    )
    accounts = growth_accounting(values, quantities, product="gross_output")
    capital, labour = (
        accounts.split("capital", published["g(K-stock)"]),
        accounts.split("labour", published["g(Hours)"]),
    )
    for ours, name in (
        (accounts.contributions["intermediate"], "Cg(II)"),
        (capital["plain"], "Cg(K-stock)"),
        (capital["composition"], "Cg(K-quality)"),
        (labour["plain"], "Cg(Hours)"),
        (labour["composition"], "Cg(L-quality)"),
        (accounts.residual, "TFP(GO basis)"),
    ):
        assert furthest(ours, published[name]) < 1e-9, name


# cip4-china-klems/SOURCE.md: mean percent a year of the whole economy: growth of value added, capital stock, capital
# quality, hours, labour quality, TFP.
CIP_MEANS = {
    (1988, 2000): (7.613, 5.324, -0.018, 0.804, 0.989, 0.513),
    (2001, 2007): (10.412, 6.809, 0.050, 1.027, 0.181, 2.346),
    (2008, 2012): (8.140, 7.255, 0.581, -0.836, 2.174, -1.034),
    (2013, 2017): (5.424, 5.138, 0.245, 0.005, 0.832, -0.797),
    (1988, 2017): (7.989, 5.961, 0.142, 0.450, 0.972, 0.465),
}


# As printed in docs/methods/growth-accounting.md, mean percent a year: TFP of the economy, that of industries weighted
# by value added, reallocation of capital, of labour.
CIP_REALLOCATION = {
    (1988, 2000): (0.513, 0.657, 0.069, -0.213),
    (2001, 2007): (2.346, 2.739, -1.044, 0.650),
    (2008, 2012): (-1.034, -0.299, -0.441, -0.294),
    (2013, 2017): (-0.797, -0.147, -0.630, -0.020),
    (1988, 2017): (0.465, 0.850, -0.392, 0.007),
}


@pytest.fixture(scope="module")
def economy(cip):
    """The whole economy from its own indices."""
    _, published = cip
    whole = published.loc["Total"]
    values = pd.DataFrame({"value_added": whole["Nominal VA"], "capital": whole["KC"], "labour": whole["LC"]})
    volume = np.exp(whole["g(VA)"].fillna(0.0).cumsum())
    quantities = pd.DataFrame({"value_added": volume, "capital": whole["g(K-input)"], "labour": whole["g(L-input)"]})
    return growth_accounting(values, quantities)


@pytest.mark.parametrize("period", CIP_MEANS, ids=lambda period: f"{period[0]}-{period[1]}")
def test_cip_means_of_the_economy(cip, economy, period):
    _, published = cip
    whole = published.loc["Total"]
    mean = economy.mean(*period).loc["total"]
    parts = []
    for factor, plain in (("capital", "g(K-stock)"), ("labour", "g(Hours)")):
        parts += economy.split(factor, whole[plain]).loc["total"].loc[period[0] : period[1]].mean().to_list()
    ours = [mean["growth"], *parts, mean["residual"]]
    assert [100 * x for x in ours] == pytest.approx(CIP_MEANS[period], abs=6e-4)


def test_cip_from_industries_to_the_economy(industries, economy):
    """Growth of the economy is that of its industries weighted by value added; the residual isn't."""
    accounts, values, _ = industries
    weights = growth.domar_weights(values["value_added"])
    summed = accounts.aggregate(weights)
    assert (summed["growth"].to_numpy() - economy.growth.to_numpy()) == pytest.approx(0.0, abs=1e-12)
    split = growth.reallocation(accounts, economy, weights)
    assert (split.iloc[:, 1:].sum(axis=1) - split["residual"]).abs().max() < 1e-14
    assert split["product"].abs().max() < 1e-12
    for period, expected in CIP_REALLOCATION.items():
        mean = 100 * split.loc[period[0] : period[1]].mean()
        assert mean.drop("product").to_list() == pytest.approx(expected, abs=5.1e-4)
    # SOURCE.md: reallocation of up to 1.6 points in a year.
    assert 100 * (split["residual"] - split["industries"]).abs().max() == pytest.approx(1.6, abs=0.05)


# -- EU KLEMS & INTANProd 2024, Austria --------------------------------------------------------------

ASSETS = ["IT", "CT", "Soft_DB", "TraEq", "OMach", "OCon", "Rstruc", "Cult", "RD", "OIPP"]
TANGIBLE_ICT = ["IT", "CT"]
CAPITAL = ["VAConTangNICT", "VAConTangICT", "VAConIntang"]
PARTS = ["VAConH", "VAConLC", *CAPITAL, "VAConTFP"]


class Austria:
    """Sheets of Austria's workbooks as industries x years, each read once."""

    def __init__(self, folder):
        self.folder, self.books, self.sheets = folder, {}, {}

    def rows(self, part, sheet):
        if part not in self.books:
            self.books[part] = CalamineWorkbook.from_path(self.folder / f"AT_{part} accounts.xlsx")
        rows = self.books[part].get_sheet_by_name(sheet).to_python()
        return pd.DataFrame(rows[1:], columns=rows[0])

    def __call__(self, sheet, part="growth"):
        if sheet not in self.sheets:
            frame = self.rows(part, sheet).set_index("nace_r2_code")
            years = [name for name in frame if str(name).isdigit()]
            self.sheets[sheet] = frame[years].apply(pd.to_numeric, errors="coerce").rename(columns=int)
        return self.sheets[sheet]


@pytest.fixture(scope="module")
def austria(shared):
    return Austria(shared / "macro/eu-klems-intanprod")


@pytest.fixture(scope="module")
def accounts(austria):
    """54 industries and aggregates with figures for all years."""
    nominal = {"value_added": austria("VA_CP"), "labour": austria("LAB"), "capital": austria("CAP")}
    real = {"value_added": austria("VA_Q"), "labour": austria("LAB_QI"), "capital": austria("CAP_QI")}
    hours = austria("H_EMP", "national")
    codes = [
        code
        for code in austria("VA_CP").index
        if all(frame.loc[code].notna().all() for frame in (*nominal.values(), *real.values(), hours))
        and all((frame.loc[code] > 0).all() for frame in (nominal["value_added"], *real.values(), hours))
    ]
    figures = [{name: frame.loc[codes] for name, frame in given.items()} for given in (nominal, real)]
    return growth_accounting(*figures), long(hours.loc[codes], "hours")


def test_austria_growth_is_the_sum_of_what_is_published(austria):
    off = (sum(austria(part) for part in PARTS) - austria("VA_G")).abs().drop(columns=1995)
    assert off.loc["TOT"].max() < 1e-6
    # Elsewhere too to the digits that single precision keeps; furthest in small industries with large terms.
    assert off.drop(index="H51").max().max() < 1e-5
    assert off.loc["H51"].max() == pytest.approx(2.2e-5, abs=1e-6)


def test_austria_hours_and_labour_composition(austria, accounts):
    ours, hours = accounts
    assert len(ours.growth.index.get_level_values("industry").unique()) == 54
    labour = 100 * ours.split("labour", hours)
    assert furthest(labour["plain"], long(austria("VAConH"), "hours")) < 1e-5
    published = long(austria("VAConLC"), "composition").reindex(labour.index)
    off = (labour["composition"] - published).abs().unstack()
    assert off.drop(columns=2011).max().max() < 1e-5
    # In 2011 the published contribution follows neither the published labour index nor the shares by type, in no
    # industry at all: in the whole economy 0.068 beside -0.067 points.
    assert off[2011].min() > 1e-3
    assert published["TOT", 2011] == pytest.approx(0.068, abs=5e-4)
    assert labour.loc[("TOT", 2011), "composition"] == pytest.approx(-0.067, abs=5e-4)


def test_austria_sum_of_our_contributions_is_growth(austria, accounts):
    ours, _ = accounts
    parts = ours.contributions.sum(axis=1) + ours.residual
    assert (parts - ours.growth).abs().max() < 1e-15
    # H51 in 2020 falls by 155 log points; to the digits published.
    assert furthest(100 * ours.growth, long(austria("VA_G"), "growth")) < 2e-5
    published = long(austria("VA_G"), "growth").loc["TOT"].loc[1996:]
    assert 100 * ours.growth["TOT"].to_numpy() == pytest.approx(published.to_numpy(), abs=1e-6)


def test_austria_labour_composition_from_kinds_of_workers(austria):
    """Eighteen kinds by education, age and gender: what is published from 2010 on, 2011 apart."""
    kinds = {}
    for sheet in ("Share_E", "Share_W"):
        frame = austria.rows("labour", sheet).drop(columns="country").set_index(["code", "education", "age", "gender"])
        years = [str(year) for year in range(2009, 2022)]
        kinds[sheet] = frame[years].apply(pd.to_numeric, errors="coerce").rename(columns=int).dropna()
    codes = [c for c in kinds["Share_W"].index.get_level_values(0).unique() if c in austria("LAB").index]
    shares, paid = (
        frame.loc[codes].rename_axis(columns="year").stack().unstack(["education", "age", "gender"]).loc[codes]  # noqa: PD013
        for frame in (kinds["Share_E"], kinds["Share_W"])
    )
    for frame in (shares, paid):
        frame.columns = ["-".join(kind) for kind in frame.columns]
    # Shares are percent of hours: what they don't add up to isn't growth.
    quality = growth.composition(shares, paid, total=pd.Series(1.0, shares.index))["composition"]
    assert len(quality) == 22 * 12
    income = long(austria("LAB"), "share") / long(austria("VA_CP"), "share")
    mean = income.groupby("nace_r2_code" if "nace_r2_code" in income.index.names else "industry").rolling(2).mean()
    contribution = 100 * quality * mean.droplevel(0).reindex(quality.index)
    published = long(austria("VAConLC"), "composition").reindex(quality.index)
    off = (contribution - published).abs().unstack()
    assert off.drop(columns=2011).max().max() < 1e-5
    assert off[2011].max() > 1


def test_austria_ict_split_beside_ours(austria):
    """Published contribution of tangible ICT beside ours from stocks, prices and surplus; no tolerance.

    ICT compensation isn't in the files. Ours: depreciation read off each industry's investment and stocks
    (median over years), an endogenous rate of return, Hall and Jorgenson's user cost.
    """
    figures = {(k, a): austria(f"{k}_{a}", "capital") for k in ("Kq", "Iq", "Ip") for a in ASSETS}
    compared = []
    for code in austria("VA_CP").index:
        stocks, invested, prices = (
            pd.DataFrame({a: figures[k, a].loc[code] for a in ASSETS}) for k in ("Kq", "Iq", "Ip")
        )
        used = [a for a in ASSETS if (stocks[a] > 0).all() and (prices[a] > 0).all() and invested[a].notna().all()]
        surplus = austria("CAP").loc[code]
        if not set(TANGIBLE_ICT) <= set(used) or surplus.isna().any():
            continue
        stocks, invested, prices = stocks[used], invested[used], prices[used] / 100
        lost = ((invested + stocks.shift() - stocks) / stocks.shift()).iloc[1:].median()
        costs = user_costs(prices, rate_of_return(surplus, stocks, prices, lost), lost)
        years = costs.index
        shares = (costs * stocks.loc[years])[TANGIBLE_ICT].div(austria("VA_CP").loc[code, years], axis=0)
        ours = 100 * tornqvist(shares.T.to_numpy(), stocks.loc[years, TANGIBLE_ICT].T.to_numpy()).sum(axis=0)
        compared.append(
            pd.DataFrame({"ours": ours, "published": austria("VAConTangICT").loc[code, years[1:]]}).assign(code=code)
        )
    both = pd.concat(compared)
    assert len(compared) == 44
    assert np.isfinite(both[["ours", "published"]]).all().all()
    # How far, as printed in docs/methods/growth-accounting.md.
    off = (both["ours"] - both["published"]).abs()
    whole = both[both["code"] == "TOT"]
    found = [off.mean(), off.median(), off.max(), both["ours"].corr(both["published"]), whole["ours"].mean(),
             whole["published"].mean()]  # fmt: skip
    assert [round(float(x), 3) for x in found] == [0.021, 0.009, 0.58, 0.993, 0.048, 0.056]
