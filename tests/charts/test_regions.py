"""Charts of the provinces: valid, with the data they show, and on an outline of the user's own."""

import json

import pytest

from shishu import datasets
from shishu.charts import geo
from shishu.datasets.regions import PROVINCES
from shishu.errors import InputError
from shishu.report import build
from shishu.study import StudyResult, compute, load_study
from shishu.study.config import Uncertainty

FIGURES = ["region-inputs", "region-shares", "region-growth", "region-maps", "region-links", "region-estimate"]


def only(**settings):
    return load_study("china").model_copy(
        update={"uncertainty": Uncertainty(draws=20), "chapters": ("regions",), **settings}
    )


@pytest.fixture(scope="module")
def result(china):
    """The chapter alone; it rests on no other."""
    return StudyResult(only(), china.inputs, {"regions": china.chapters["regions"]})


@pytest.fixture(scope="module", params=["zh", "en"])
def figures(request, result):
    (section,) = build(result, request.param).sections
    return {figure.id: figure for figure in section.figures}


def test_figures_in_order_and_valid(figures):
    assert list(figures) == FIGURES
    for figure in figures.values():
        figure.drawing.chart.to_dict(validate=True)
        assert figure.sources
        assert figure.note


def test_every_province_is_drawn(figures):
    for name, number in (("region-inputs", 31), ("region-shares", 31), ("region-growth", 30), ("region-maps", 31),
                         ("region-estimate", 31)):  # fmt: skip
        assert len(figures[name].drawing.data) == number, name
        assert not figures[name].drawing.data.isna().to_numpy().any(), name


def test_ranked_by_what_they_show(figures):
    for name, column in (("region-inputs", -1), ("region-shares", 4), ("region-growth", -1)):
        assert figures[name].drawing.data.iloc[:, column].is_monotonic_decreasing, name


def test_both_maps_have_land_values_and_the_islands(figures):
    spec = figures["region-maps"].drawing.spec
    assert len(spec["concat"]) == 2
    drawn = [shape["properties"]["region"] for shape in spec["datasets"]["outline"]]
    assert set(PROVINCES) <= set(drawn)
    assert geo.INSET in drawn
    for panel, industry in zip(spec["concat"], ("secondary", "tertiary"), strict=True):
        layers = json.dumps(panel)
        assert f'"{industry}"' in layers
        assert geo.INSET.encode("unicode-escape").decode() in layers


def test_sketch_map_says_so(figures):
    figure = figures["region-maps"]
    assert ("示意图" in figure.title and "审图号" in figure.note) or (
        "sketch map" in figure.title and "approval number" in figure.note
    )


def test_links_hold_all_provinces_and_both_years(figures):
    spec = figures["region-links"].drawing.spec
    flows = spec["datasets"]["flows"]
    assert len({flow["name"] for flow in flows}) == 31
    assert {flow["period"] for flow in flows} == {"2007", "2017"}
    (chosen,) = spec["params"]
    assert chosen["value"] == chosen["bind"]["options"][0] in {"北京", "Beijing"}
    assert len(chosen["bind"]["options"]) == 31
    table = figures["region-links"].drawing.data
    assert set(table["name"]) == {chosen["value"]}


def test_growth_is_shown_as_a_multiple(figures, result):
    """The measure is the increase; the axis says multiple, so 1 more."""
    spec = figures["region-growth"].drawing.spec
    rows = next(rows for rows in spec["datasets"].values() if "times" in rows[0])
    assert all(row["times"] == pytest.approx(row["value"] + 1) for row in rows)


def test_estimates_lie_beside_the_tables(figures):
    table = figures["region-estimate"].drawing.data
    known, made = table.columns[2], table.columns[3]
    assert "2017" in known
    assert "2021" in made
    assert (table["low"] < table[made]).all()
    assert (table[made] < table["high"]).all()


@pytest.mark.parametrize(("lang", "words"), [("zh", "底图由本研究自行提供"), ("en", "outline of the study's own")])
def test_an_outline_of_ones_own(result, tmp_path, lang, words):
    path = tmp_path / "standard.geojson"
    shapes = datasets.outline()
    kept = [{**f, "properties": {"名称": f["properties"]["region"]}} for f in shapes["features"]]
    path.write_text(json.dumps({**shapes, "features": kept}, ensure_ascii=False), encoding="utf-8")
    study = result.study.model_copy(update={"outline": path})
    (section,) = build(type(result)(study, result.inputs, result.chapters), lang).sections
    figure = next(f for f in section.figures if f.id == "region-maps")
    assert words in figure.note
    assert len(figure.drawing.named["outline"]) == len(kept)


def test_an_outline_without_a_province_is_refused(result, tmp_path):
    path = tmp_path / "half.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    study = result.study.model_copy(update={"outline": path})
    with pytest.raises(InputError, match=r"half\.geojson"):
        build(type(result)(study, result.inputs, result.chapters), "en")


def test_outline_stands_beside_the_study(tmp_path):
    text = "name = 'x'\noutline = 'map/standard.geojson'\n"
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    assert load_study(tmp_path).outline == tmp_path / "map" / "standard.geojson"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_year_alone_draws_without_growth(lang):
    (section,) = build(compute(only(years=(2017,))), lang).sections
    assert [figure.id for figure in section.figures] == [name for name in FIGURES if name != "region-growth"]
    assert len(section.gaps) == 1
    for figure in section.figures:
        assert "nan" not in figure.sentence


def test_no_provinces_no_figures():
    (section,) = build(compute(only(years=(2018, 2020))), "en").sections
    assert section.figures == ()
    assert section.gaps == ("The study has no tables of provinces.",)
