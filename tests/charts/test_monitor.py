"""Small charts of official indicators: each with its unit and last figure; gaps stay open and breaks are marked."""

import re

import pytest

from shishu.charts import monitor as charts
from shishu.charts.theme import WIDTH, panel_width
from shishu.datasets import indicator_list, load_indicators
from shishu.report import build
from shishu.report.svg import save_chart
from shishu.study import compute, load_study

FIGURES = ["monitor-infrastructure", "monitor-industries", "monitor-digitisation", "monitor-trade", "monitor-provinces"]


@pytest.fixture(scope="module")
def result():
    return compute(load_study("china").model_copy(update={"years": (2020,), "chapters": ("monitor",)}))


@pytest.fixture(scope="module")
def both(result):
    """Figures by language and id."""
    built = {lang: build(result, lang).sections[0] for lang in ("zh", "en")}
    return {lang: {figure.id: figure for figure in section.figures} for lang, section in built.items()}


@pytest.fixture(params=["zh", "en"])
def figures(request, both):
    return both[request.param]


@pytest.fixture
def english(both):
    return both["en"]


def pages(figures):
    return {name: figures[name].drawing for name in FIGURES[:4]}


def panel(figures, name):
    """Chart of one indicator, by its name."""
    for drawing in pages(figures).values():
        for each in drawing.spec["concat"]:
            if each["title"]["text"] == name:
                return each
    raise AssertionError(name)


def test_figures_in_order_valid_and_explained(figures):
    assert list(figures) == FIGURES
    for figure in figures.values():
        figure.drawing.chart.to_dict(validate=True)
        assert figure.sources
        assert figure.note
        assert "nan" not in figure.sentence


def test_every_chart_says_its_unit_and_last_year(figures):
    for drawing in pages(figures).values():
        assert drawing.spec["columns"] == 3
        assert len(drawing.spec["concat"]) == 6
        for each in drawing.spec["concat"]:
            (said,) = each["title"]["subtitle"]
            assert re.search(r"20\d\d", said) or "colours" in said or "颜色" in said
            wide = sum(1.0 if ord(letter) < 256 else 1.9 for letter in said)
            assert wide <= 42, said  # a third of a page
            assert sum(1.0 if ord(letter) < 256 else 1.9 for letter in each["title"]["text"]) <= 34


def test_years_without_a_figure_are_on_the_axis_and_stay_empty(figures):
    drawing = figures["monitor-industries"].drawing
    layer = drawing.spec["concat"][0]["layer"][0]
    years = layer["encoding"]["x"]["scale"]["domain"]
    assert years == list(range(charts.FIRST - charts.MARGIN, 2026))
    held = [row["year"] for row in drawing.named["telecom_revenue"]]
    assert held == [2010, 2011, 2015, 2016, 2020, 2022, 2023, 2024, 2025]
    assert not {2012, 2021} & set(held)


def test_lines_cross_neither_gaps_nor_breaks(figures):
    drawing = figures["monitor-infrastructure"].drawing
    rows = drawing.named["broadband_density"]
    runs = {}
    for row in rows:
        runs.setdefault(row["run"], []).append(row["year"])
    assert list(runs.values()) == [list(range(2010, 2015)), [2015, 2016, 2017], list(range(2018, 2024))]
    grown = figures["monitor-industries"].drawing.named
    (name,) = [name for name in grown if name.startswith("growth-")]
    runs = {}
    for row in grown[name]:
        runs.setdefault(row["run"], []).append(row["year"])
    assert [years for run, years in runs.items() if run.startswith("telecom")] == [
        [2010], [2015, 2016], [2020], [2022, 2023, 2024, 2025]
    ]  # fmt: skip


def test_a_rule_stands_where_a_basis_starts(figures):
    named = {name: rows for drawing in pages(figures).values() for name, rows in drawing.named.items()}
    starts = {name.removesuffix("-breaks"): [row["year"] for row in rows] for name, rows in named.items()
              if name.endswith("-breaks")}  # fmt: skip
    known = load_indicators()
    assert starts["rd_intensity"] == [2014, 2019, 2024]
    assert starts["information_value_added"] == [2020, 2025]
    for name, years in starts.items():
        assert years == [year for year, _, _ in known.breaks(name) if year > charts.FIRST]


def test_growth_in_the_colours_of_the_levels(english):
    drawing = english["monitor-industries"].drawing
    *levels, growth = drawing.spec["concat"]
    scale = growth["layer"][1]["encoding"]["color"]["scale"]
    bars = {each["title"]["text"]: each["layer"][0]["mark"]["color"] for each in levels}
    names = indicator_list().loc[scale["domain"], "name_en"]
    assert dict(zip(names, scale["range"], strict=True)) == bars


def test_units_are_scaled_as_readers_say_them(english, both):
    assert panel(english, "Software revenue")["title"]["subtitle"] == ["13.7 trillion yuan in 2024, +10.0 %"]
    assert panel(english, "5G base stations")["title"]["subtitle"] == ["4.84 million in 2025, +13.8 %"]
    assert panel(english, "R&D intensity")["title"]["subtitle"] == ["2.68 % in 2024, +0.11 points in 2023"]
    chinese = both["zh"]
    assert panel(chinese, "移动电话用户")["title"]["subtitle"] == ["2025年18.3亿，+2.1%"]
    assert panel(chinese, "5G基站")["title"]["subtitle"] == ["2025年484万，+13.8%"]


def test_tables_hold_every_figure_with_its_basis(english):
    table = english["monitor-digitisation"].drawing.data
    rows = table[table["name"] == "High-tech revenue"].set_index("period")
    assert rows.loc["2018", "basis"] == "firms from 20 million yuan, operating revenue"
    assert rows["growth"].isna().to_dict()["2018"]
    assert rows.loc["2019", "kind"] == "from levels of one basis"
    core = english["monitor-industries"].drawing.data
    assert "Digital core value added" in set(core["name"])


def test_provinces_are_ranked_with_the_nation_among_them(english):
    drawing = english["monitor-provinces"].drawing
    assert len(drawing.data) == 31
    assert drawing.period == "2023"
    (rows,) = drawing.spec["datasets"].values()
    assert len(rows) == 32
    assert [row["share"] for row in rows] == sorted((row["share"] for row in rows), reverse=True)
    assert next(row["share"] for row in rows if row["name"] == "China") == 2.65
    assert not drawing.data.isna().any(axis=None)


def test_what_is_drawn_is_in_the_dictionary():
    for listed in (charts.PANELS, charts.BESIDE):
        for names in listed.values():
            assert set(names) <= set(indicator_list().index)


def test_a_file_has_three_charts_a_row(english, tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr("vl_convert.vegalite_to_svg", lambda spec: written.append(spec) or "")
    save_chart(english["monitor-trade"].drawing, tmp_path / "x.svg")
    assert {each["width"] for each in written[0]["concat"]} == {panel_width(WIDTH, 3)}
