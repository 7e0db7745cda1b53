"""Printed sizes of the digital economy beside ours: counterparts, what the gap is made of, and what can't be measured."""

import re

import pandas as pd
import pytest

import shishu
from shishu import InputOutputTable
from shishu.datasets import figures
from shishu.findings import Finding, to_frame
from shishu.study.audit.gaps import TOTALS, printed_parts, printed_product, releases
from shishu.study.audit.published import INSTITUTE, printed, size_figures
from shishu.study.chapters import Chapter
from shishu.study.config import SizeSettings, Study
from shishu.study.inputs import Inputs
from shishu.study.run import StudyResult

CHINESE = re.compile(r"[\u4e00-\u9fff]")
YEARS = (2016, 2018, 2020, 2021)
#: Made up, round: value added, digital industrialisation by definition, industrial digitisation by conversion.
TOTAL = {2016: 750_000.0, 2018: 900_000.0, 2020: 1_000_000.0, 2021: 1_140_000.0}
PAIR = {2016: 40_000.0, 2018: 50_000.0, 2020: 60_000.0, 2021: 70_000.0}
DIGITISED = {2016: 30_000.0, 2018: 34_000.0, 2020: 40_000.0, 2021: 50_000.0}
DEFINITIONS = {"pair": 1.0, "fine": 1.1, "core": 1.5}
CONVERSIONS = {"L1": 0.5, "L2": 1.0, "L3": 2.0, "L4": 1.5, "L5": 0.8}
MAJORS = {"01": 2.0, "02": 0.5, "03": 4.0, "04": 1.5}


def findings(years=YEARS, conversions=CONVERSIONS):
    """Findings as the chapter on the size has them."""
    found = []

    def add(measure, value, year, region="CN", sector="", status="estimated", **said):
        found.append(Finding(measure, value, region, str(year), sector, 0.9 * value, 1.1 * value, status, said))

    for year in years:
        for name, factor in DEFINITIONS.items():
            add("digital_industrialisation", factor * PAIR[year], year, definition=name)
            add("digital_industrialisation_share", 100 * factor * PAIR[year] / TOTAL[year], year, definition=name)
        for name, factor in conversions.items():
            part = factor * DIGITISED[year]
            add("industrial_digitisation", part, year, conversion=name)
            add("industrial_digitisation_share", 100 * part / TOTAL[year], year, conversion=name)
            add("digital_economy", PAIR[year] + part, year, conversion=name)
            add("digital_economy_share", 100 * (PAIR[year] + part) / TOTAL[year], year, conversion=name)
            for sector, share in {"primary": 0.1, "secondary": 0.4, "tertiary": 0.5}.items():
                add("industrial_digitisation", share * part, year, sector=sector, conversion=name)
                add("penetration", 100 * part / TOTAL[year], year, sector=sector, conversion=name)
        for name, share in MAJORS.items():
            add("core_component", share, year, by="major", component=name)
        for name, share in {"infrastructure": 6.0, "media": 2.0}.items():
            add("core_component", share, year, by="activity", component=name)
    for year, status in {2012: "observed", 2017: "observed", 2021: "projected"}.items():
        add("digital_industrialisation", 4000.0, year, region="浙江", status=status, definition="pair", start=2017)
        add("digital_industrialisation_share", 5.0, year, region="浙江", status=status, definition="pair", start=2017)
    for place, value in {"广东": 15_000.0, "浙江": 4000.0, "provinces": 60_000.0}.items():
        add("digital_industrialisation", value, 2020, region=place, definition="pair")
    return to_frame(found)


def judged(frame=None, lang="en", conversion="L2", region="CN"):
    """The audit of a study with these findings alone."""
    t = InputOutputTable.build([[150, 500], [200, 100]], {"consumption": [350, 1700]}, sectors=["1", "2"], year=2020,
                               region=region)  # fmt: skip
    study = Study(name="own", region=region, embedded=False, size=SizeSettings(conversion=conversion))
    chapters = {} if frame is None else {"size": Chapter("size", frame)}
    return shishu.audit(StudyResult(study, Inputs(study, {2020: t}), chapters), lang).set_index("id")


@pytest.fixture(scope="module")
def audited():
    return judged(findings())


# -- what is printed ---------------------------------------------------------------------------------


def test_series_say_where_they_are_printed():
    rows = figures("published-series")
    assert len(rows) == 88
    assert (rows["figure"] == "").sum() == 75
    assert (rows[["id", "series", "period", "printed", "unit", "publisher", "document", "source", "how"]] != "").all(
        axis=None
    )
    assert not set(rows["id"]) & set(figures("published-figures")["id"])
    for row in rows.itertuples():
        assert row.decimals == len(row.printed.partition(".")[2])


def test_what_two_sources_print_is_the_same_and_is_judged_once():
    rows = figures("published-series")
    again = rows[rows["figure"].isin(figures("published-figures")["id"])]
    assert len(again) == 9
    for row in again.itertuples():
        assert size_figures()[row.id].value == size_figures()[row.figure].value
        assert size_figures()[row.id].what == size_figures()[row.figure].what
    assert not set(again["id"]) & set(printed()["id"])
    assert printed()["id"].is_unique


def test_parts_of_the_core_are_the_core():
    """Fifth economic census: 43 135 + 4 037 + 55 636 + 24 747 = 127 555, of it 33.8, 3.2, 43.6 and 19.4 percent."""
    said = size_figures()
    parts = [said[f"nbs-core-{name}-2023"].value for name in ("manufacturing", "services", "applications", "elements")]
    assert parts == [43135, 4037, 55636, 24747]
    assert sum(parts) == said["nbs-core-2023"].value == 127555
    assert [round(100 * part / 127555, 1) for part in parts] == [33.8, 3.2, 43.6, 19.4]


def test_parts_as_printed():
    """R22: 8.35 and 37.18 trillion, 11.9 and 17.2 percent more than in 2020, so of 39.186: 2.266 + 13.925 points."""
    said = size_figures()
    growth = printed_parts(said["de-growth-2021"])
    assert (growth.di, growth.digitised) == (pytest.approx(2.2661, abs=1e-4), pytest.approx(13.9246, abs=1e-4))
    size = printed_parts(said["de-scale-2020"])  # 39.2, and "about 7.5"
    assert (size.di, size.digitised, size.implied) == (75_000, pytest.approx(317_000), True)
    share = printed_parts(said["de-share-2020"])  # 38.6 of GDP
    assert share.di == pytest.approx(38.6 * 7.5 / 39.2)
    gain = printed_parts(said["de-share-gain-2016-2021"])  # 6.9 to 7.3, 23.4 to 32.5
    assert (gain.di, gain.digitised) == (pytest.approx(0.4), pytest.approx(9.1))
    later = printed_parts(said["series-growth-2022"])  # 9.2 after 8.35, 41.0 after 37.18, of 45.5
    assert (later.di, later.digitised) == (pytest.approx(100 * 0.85 / 45.5), pytest.approx(100 * 3.82 / 45.5))
    assert not printed_parts(said["series-size-2017"])
    assert not printed_parts(said["series-growth-2018"])


def test_shares_of_the_institute_stand_over_gdp_as_first_released():
    shares = {name: f for name, f in size_figures().items() if f.what in TOTALS and f.publisher == INSTITUTE}
    assert len(shares) == 21
    for name, asked in shares.items():
        value, release = printed_product(asked)
        if asked.year > 2012:
            assert release == "first release", name
            assert value == releases()[asked.year]["first release"]
    assert printed_product(size_figures()["de-share-2021"])[0] == 1_143_670
    value, release = printed_product(size_figures()["series-share-2012"])  # 13.5 at 22.8 percent
    assert (round(value), release) == (592_105, "")
    assert printed_product(size_figures()["nbs-core-share-2023"])[1] == "after 5th census"
    assert printed_product(size_figures()["cai-niu-share-2018"])[1] == "after 4th census"
    assert printed_product(size_figures()["li-zhang-core-share-2018"], 922_057.0) == (922_057.0, "tables")
    assert pd.isna(printed_product(size_figures()["nbs-core-share-2016"])[0])


# -- our counterparts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "ours"),
    [
        ("de-scale-2021", 12.0),
        ("de-growth-2021", 20.0),
        ("de-growth-gap-2021", 6.0),
        ("de-share-2021", 100 * 120 / 1140),
        ("de-share-gain-2016-2021", 100 * 120 / 1140 - 100 * 70 / 750),
        ("di-scale-2021", 7.0),
        ("di-growth-2021", 100 / 6),
        ("di-share-gdp-2021", 100 * 70 / 1140),
        ("id-scale-2021", 5.0),
        ("id-growth-2021", 25.0),
        ("id-share-gdp-2021", 100 * 50 / 1140),
        ("penetration-tertiary-2020", 4.0),
        ("zj-core-2021", 4000.0),
        ("zj-core-share-2021", 5.0),
        ("series-di-part-2020", 60.0),
        ("nbs-core-share-2020", 9.0),
        ("nbs-core-part-applications-2023", 50.0),
        ("cai-niu-size-2018", 84_000.0),
        ("li-zhang-core-2018", 7.5),
    ],
)
def test_counterparts(audited, figure, ours):
    assert audited.loc[figure, "ours"] == pytest.approx(ours, rel=1e-12)


def test_the_gap_is_the_sum_of_its_parts(audited):
    """Whatever the print: the gap that is said is that of the row, and its components add up to it."""
    number = r"([+-][\d.,]+\d)"
    said = (
        audited["explanation"]
        .str.extract(rf"Printed less ours is {number}: {number} of it .*?, {number} industrial .*? and {number} that")
        .dropna()
    )
    assert len(said) == 12
    values = said.replace(",", "", regex=True).astype(float)
    assert (values[0] - values[[1, 2, 3]].sum(axis=1)).abs().max() <= 1.51  # of 1e8 CNY; each is rounded
    small = values[values.index != "cai-niu-size-2018"]
    assert (small[0] - small[[1, 2, 3]].sum(axis=1)).abs().max() < 0.0151
    assert (small[0] + audited.loc[small.index, "difference"]).abs().max() < 0.0051
    whole = audited.loc["de-scale-2021", "explanation"]
    assert "+33.50: +1.35 of it digital industrialisation (8.35 less 7.00)" in whole
    assert "+32.18 industrial digitisation (37.18 less 5.00 by L2) and -0.03 that" in whole


def test_definitions_and_the_place_of_the_print(audited):
    said = audited["explanation"]
    assert "ICT pair 7.00, fine digital sectors 7.70, core of 2021 10.50" in said["di-scale-2021"]
    assert "8.35 lies between fine digital sectors and core of 2021" in said["di-scale-2021"]
    assert "11.90 lies below all of them" in said["di-growth-2021"]
    assert "7.50 lies between fine digital sectors and core of 2021" in said["de-scale-2020"]
    half = findings((2021,))
    half = judged(half.assign(value=half["value"] / 2))
    assert "5.25. The printed 8.35 lies above all of them" in half.loc["di-scale-2021", "explanation"]


def test_shares_over_another_gdp(audited):
    """120 of 1143.67, the first release, where ours is of 1140."""
    said = audited.loc["de-share-2021", "explanation"]
    assert "GDP of 114.37 trillion (as first released), ours over 114.00 trillion" in said
    assert f"would be {100 * 120 / 1143.67:.2f} ({100 * 120 / 1143.67 - 100 * 120 / 1140:+.2f})" in said
    assert "as first released, 74.41 trillion instead of 75.00" in audited.loc["nbs-core-share-2016", "explanation"]


def test_majors_of_the_core(audited):
    """Printed: 9.9 percent of GDP, 33.8 percent of it manufacturing: 3.35; ours is 2.00 of 8.00."""
    said = audited.loc["nbs-core-part-manufacturing-2023", "explanation"]
    assert (
        "43,135 (100 million yuan), 3.35 percent of GDP; ours is 2.00 percent of value added, so +1.35 points" in said
    )
    assert "table of 2021" in said
    assert "infrastructure 6.00, media 2.00" in judged(with_2017())["explanation"]["xu-zhang-core-2017"]


def with_2017():
    """The findings of 2018, dated 2017."""
    frame = findings((2018,))
    return frame.assign(period=frame["period"].replace("2018", "2017"))


def test_printed_rates_are_added_up(audited):
    """Printed rates 8.9, 21.0, 40.7 on 10, 40 and 50 of 100 trillion: 29.64; printed 39.2 less 7.5."""
    said = audited.loc["penetration-primary-2020", "explanation"]
    assert (
        "come to 29.64 trillion of industrial digitisation; printed is 31.70 trillion by difference, ours 4.00" in said
    )


def test_the_conversion_is_that_of_the_study(audited):
    other = judged(findings(), conversion="L4")
    assert other.loc["id-scale-2021", "ours"] == pytest.approx(7.5)
    assert "by the conversion L4; by the others: L1 2.50, L2 5.00" in other.loc["id-scale-2021", "explanation"]
    assert "by the conversion L2; by the others: L1 2.50, L3 10.00" in audited.loc["id-scale-2021", "explanation"]


def test_a_conversion_is_a_variant_only_for_its_authors():
    """L3 that happens to give a printed figure agrees under L3 where the authors use it, and nowhere else."""
    fits = {2018: 85_000 / DIGITISED[2018], 2021: 371_800 / DIGITISED[2021]}
    for year, factor in fits.items():
        frame = findings((year,), {**CONVERSIONS, "L3": factor})
        verdicts = judged(frame)["verdict"]
        if year == 2018:
            assert verdicts["cai-niu-id-2018"] == "agrees under variant L3"
            assert verdicts["cai-niu-di-2018"] == "differs"
        else:
            assert verdicts["id-scale-2021"] == "differs"
    assert judged(findings((2018,), {**CONVERSIONS, "L3": fits[2018]}), conversion="L3").loc[
        "cai-niu-id-2018", "verdict"
    ] == "agrees"  # fmt: skip


# -- what isn't measured -----------------------------------------------------------------------------


def test_what_is_missing(audited):
    verdicts = audited["verdict"]
    assert verdicts["series-size-2017"] == "not measured: the year among those of the chapter on the size"
    assert verdicts["zj-core-2014"] == "not measured: input-output table of the province for the year"
    assert "2012 4,000, 2017 4,000" in audited.loc["zj-core-2014", "explanation"]
    provinces = [name for name in audited.index if name.startswith("prov-")]
    assert set(verdicts[provinces]) == {
        "not measured: ICT investment by province (industrial digitisation of a province)"
    }
    assert audited.loc["prov-trillion-2020", "explanation"].endswith("exceeds a trillion in: Guangdong.")
    bare = findings()
    bare = bare[bare["measure"] != "core_component"]
    assert judged(bare).loc["nbs-core-part-services-2023", "verdict"] == (
        "not measured: fine input-output table in the study"
    )


def test_without_the_chapter_or_for_another_region():
    judgeable = [name for name in size_figures() if name in set(printed()["id"])]
    assert set(judged()["verdict"][judgeable]) == {"not measured: chapter on the size in the study"}
    elsewhere = judged(region="江苏")["verdict"][judgeable]
    assert set(elsewhere) == {"not measured: accounts of ICT capital and value added by digital-economy class"}
    own = judged(findings()[lambda f: f["measure"].str.startswith("digital_industrialisation")])
    assert own.loc["de-scale-2021", "verdict"].startswith("not measured: accounts of ICT capital")
    assert own.loc["di-scale-2021", "ours"] == pytest.approx(7.0)


def test_years_after_the_last_table_are_projected(audited):
    assert "Ours of 2021 is projected, the last table being of 2020" in audited.loc["di-scale-2021", "explanation"]
    assert "projected" not in audited.loc["de-scale-2020", "explanation"]


def test_chinese(audited):
    zh = judged(findings(), "zh")
    names = list(size_figures().keys() & set(zh.index))
    assert zh.loc[names, "quantity"].str.contains(CHINESE).all()
    said = zh.loc[names, "explanation"]
    assert said[said != ""].str.contains(CHINESE).all()
    assert (
        not audited.loc[names, ["quantity", "region", "unit", "explanation"]]
        .apply(lambda column: column.str.contains(CHINESE))
        .any(axis=None)
    )
    words = said.str.replace(r"ICT|GDP|L\d", "", regex=True)
    assert not words.str.contains(r"[A-Za-z]{2,}").any()
    assert "其中数字产业化 +1.35（8.35 减 7.00）" in said["de-scale-2021"]
    assert set(zh.loc[names, "region"]) == {"全国", "浙江", "各省份"}
