"""The files of a run: self-contained, whole, and readable by what people have."""

import json
import re
from xml.etree import ElementTree as ET

import openpyxl
import pandas as pd
import pytest
import vl_convert

from shishu.charts.theme import LETTERS
from shishu.findings import COLUMNS
from shishu.report.html import cell, script_json
from shishu.report.svg import paper
from shishu.study.config import CHAPTERS


@pytest.mark.parametrize("name", ["report.html", "report.en.html"])
def test_html_asks_nothing_of_the_network(written, name):
    html = (written[1] / name).read_text(encoding="utf-8")
    body = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    assert not re.search(r'(?:src|href)="https?:', body)
    assert not re.search(r"url\(\s*['\"]?https?:", body)
    assert "<link" not in body


def test_language_of_the_files(written):
    main, other = ((written[1] / name).read_text(encoding="utf-8") for name in ("report.html", "report.en.html"))
    assert 'lang="zh-CN"' in main
    assert 'lang="en"' in other
    assert 'href="report.en.html"' in main
    assert 'href="report.html"' in other


def test_links_inside_the_page_lead_somewhere(written):
    html = (written[1] / "report.html").read_text(encoding="utf-8")
    targets = set(re.findall(r' id="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= targets


def test_charts_are_svg_of_one_width(written):
    charts = sorted((written[1] / "charts").glob("*.svg"))
    assert len(charts) == 34
    for chart in charts:
        root = ET.parse(chart).getroot()
        assert root.tag.endswith("svg")
        assert 600 < float(root.get("width")) < 1300, chart.name


def test_tables_open_in_a_spreadsheet(written):
    for table in (written[1] / "tables").glob("*.csv"):
        assert table.read_bytes().startswith(b"\xef\xbb\xbf"), table.name
        assert len(pd.read_csv(table)), table.name
    book = openpyxl.load_workbook(written[1] / "findings.xlsx", read_only=True)
    assert book.sheetnames == [*CHAPTERS, "sources", "run"]


def test_findings_are_the_same_in_all_formats(written):
    result, folder = written
    parquet = pd.read_parquet(folder / "findings.parquet")
    assert list(parquet.columns) == list(COLUMNS)
    pd.testing.assert_frame_equal(parquet, result.findings(), check_dtype=False)
    text = pd.read_csv(folder / "findings.csv", dtype={"sector": str, "period": str}, keep_default_na=False,
                       na_values={"low": "", "high": "", "value": ""})  # fmt: skip
    assert text["value"].to_numpy() == pytest.approx(parquet["value"].to_numpy())
    assert (text["sector"] == parquet["sector"]).all()


def test_cells_read_well():
    assert [cell(v) for v in (123456.7, 12.345, 0.012345, float("nan"), "a")] == [
        "123,457",
        "12.35",
        "0.01235",
        "",
        "a",
    ]


def test_json_can_not_leave_its_script():
    assert "</script>" not in script_json({"name": "</script><!--"})


def test_labels_of_a_chart_file_are_whole_or_cut_by_characters(reports):
    """On paper no label is limited in pixels: that is for narrow pages, and slow."""
    drawn = {figure.id: paper(figure.drawing.spec) for section in reports["en"].sections for figure in section.figures}
    for name, spec in drawn.items():
        assert spec["config"]["axis"]["labelLimit"] == 0
        assert '"limit"' not in json.dumps({key: part for key, part in spec.items() if key != "datasets"}), name
    labels = [node.text for node in ET.fromstring(vl_convert.vegalite_to_svg(drawn["extraction"])).iter() if node.text]
    assert "Agriculture, forestry, animal husbandry and fishery" in labels
    cut = [label for label in labels if label.endswith("…")]
    assert cut
    assert {len(label) for label in cut} == {LETTERS}
