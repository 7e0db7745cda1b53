"""Charts of the provinces' digital industrialisation: valid, complete, and with names that have room."""

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest

from shishu.charts import geo, provincial
from shishu.charts.view import View
from shishu.datasets.regions import PROVINCES
from shishu.findings import measures, to_frame
from shishu.i18n import catalogue
from shishu.inputoutput import digital_sectors
from shishu.progress import silent
from shishu.report.chapters.provincial import figures as drawn
from shishu.study import gather, load_study
from shishu.study.chapters.provincial import findings

FIGURES = ["size-provinces", "size-provinces-map", "size-provinces-rank"]


@cache
def found(*years):
    inputs = gather(load_study("china").model_copy(update={"years": years}))
    rows = {}
    for year, t in inputs.tables.items():
        added, digital = t.total_value_added, digital_sectors(t)
        rows[year] = {"value": added[digital].sum(), "share": added[digital].sum() / added.sum()}
    return to_frame(findings(inputs, pd.DataFrame(rows).T, silent))


def view_of(frame, lang, outline=None):
    return View(frame, {}, {}, "", "", lang, {"sigma": 0.05, "level": 0.9}, {}, False, outline)


@pytest.fixture(scope="module")
def frame():
    return found()


@pytest.fixture(scope="module", params=["zh", "en"])
def view(request, frame):
    return view_of(frame, request.param)


@pytest.fixture(scope="module")
def figures(view):
    return {name: (drawing, sentence, used) for name, drawing, sentence, used in drawn(view)}


def test_figures_in_order_valid_and_said(view, figures):
    assert list(figures) == FIGURES
    for name, (drawing, sentence, used) in figures.items():
        drawing.chart.to_dict(validate=True)
        assert drawing.period == "2020"
        assert "nan" not in sentence
        assert "{" not in sentence
        assert set(used) <= set(measures())
        assert {f"figure-{name}", f"note-{name}"} <= set(catalogue("report"))


def test_every_province_is_drawn(figures):
    for name in FIGURES:
        data = figures[name][0].data
        assert set(data["region"]) == set(PROVINCES), name
        assert not data.isna().to_numpy().any(), name


def test_bubbles_have_their_intervals(figures):
    drawing = figures["size-provinces"][0]
    for name in ("value", "share", "growth"):
        assert (drawing.data[f"{name}_low"] < drawing.data[name]).all()
        assert (drawing.data[name] < drawing.data[f"{name}_high"]).all()
    tooltip = json.dumps(drawing.spec["layer"][0]["encoding"]["tooltip"])
    assert all(f'"{name}_{end}"' in tooltip for name in ("value", "share", "growth") for end in ("low", "high"))


@pytest.mark.parametrize("width", sorted(provincial.PLACED))
def test_names_do_not_run_into_each_other(view, figures, width):
    data = figures["size-provinces"][0].data
    x_ends, y_ends = np.log(provincial._padded(data["share"], 1.22)), provincial._span(data["growth"])
    named = provincial._placed(data, x_ends, y_ends, width)
    assert len(named) >= 20
    assert named["name"].iloc[0] == data["name"].iloc[0]
    x = (np.log(named["share"]) - x_ends[0]) / (x_ends[1] - x_ends[0]) * width + named["dx"]
    y = (y_ends[1] - named["growth"]) / (y_ends[1] - y_ends[0]) * provincial.BUBBLES + named["dy"]
    size = 11 if view.lang == "zh" else 6
    boxes = [(a, b, a + size * len(n)) for a, b, n in zip(x, y, named["name"], strict=True)]
    for i, (left, middle, right) in enumerate(boxes):
        assert left >= 0
        assert right <= width
        for other, at, end in boxes[i + 1 :]:
            assert right <= other or end <= left or abs(middle - at) >= provincial.LETTERS


def test_map_says_that_it_is_a_sketch(view, figures):
    drawing = figures["size-provinces-map"][0]
    shapes = [shape["properties"]["region"] for shape in drawing.spec["datasets"]["outline"]]
    assert set(PROVINCES) | {geo.INSET} <= set(shapes)
    title, note = view.say("figure-size-provinces-map"), view.say("note-size-provinces-map")
    assert ("示意图" in title and "审图号" in note) or ("sketch map" in title and "approval number" in note)


def test_own_outline_has_its_own_note(frame, tmp_path):
    assert "study's own" in view_of(frame, "en", tmp_path / "own.geojson").say("note-size-provinces-map")


def test_ranks_are_in_order_with_both_years(figures):
    drawing = figures["size-provinces-rank"][0]
    ranks = drawing.data.iloc[:, 2:]
    assert ranks.shape[1] == 8
    assert drawing.data.iloc[:, 3].tolist() == list(range(1, 32))
    assert (ranks.iloc[:, 2] <= ranks.iloc[:, 1]).all()
    assert (ranks.iloc[:, 1] <= ranks.iloc[:, 3]).all()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_alone_and_one_table_year(lang):
    alone = {name: sentence for name, _, sentence, _ in drawn(view_of(found(2012, 2017), lang))}
    assert list(alone) == FIGURES
    one = {name: (drawing, sentence) for name, drawing, sentence, _ in drawn(view_of(found(2017, 2020), lang))}
    assert list(one) == FIGURES
    single = {name: sentence for name, _, sentence, _ in drawn(view_of(found(2017), lang))}
    assert list(single) == FIGURES[1:]
    for sentence in (*alone.values(), *(said for _, said in one.values()), *single.values()):
        assert "nan" not in sentence
    for drawing, _ in one.values():
        drawing.chart.to_dict(validate=True)


def test_no_provinces_no_figures():
    assert list(drawn(view_of(to_frame([]), "en"))) == []
