"""The report holds what the findings say, in both languages, and every number in it is a finding."""

import re

import altair as alt
import pytest

LANGUAGES = ("zh", "en")
FIGURES = {
    "digital-inputs", "coefficients", "linkage-map", "import-content", "extraction", "demand", "decomposition",
    "dendrogram", "tier-structure", "tier-contributions", "tier-stability",
    "annual-size", "annual-inputs", "annual-errors",
    "size-national", "size-structure", "size-core", "size-methods", "size-penetration", "size-importance",
    "size-provinces", "size-provinces-map", "size-provinces-rank",
    "region-inputs", "region-shares", "region-growth", "region-maps", "region-links", "region-estimate",
    "monitor-infrastructure", "monitor-industries", "monitor-digitisation", "monitor-trade", "monitor-provinces",
}  # fmt: skip


@pytest.fixture(params=LANGUAGES)
def report(request, reports):
    return reports[request.param]


def test_every_figure_is_there(report):
    assert {figure.id for section in report.sections for figure in section.figures} == FIGURES


def test_charts_are_valid_and_hold_data(report):
    """Specs are written without a check against the schema, for speed: here they are checked."""
    for section in report.sections:
        for figure in section.figures:
            spec = figure.drawing.chart.to_dict(validate=True)
            named = figure.drawing.named
            assert {**spec, "datasets": {**spec.get("datasets", {}), **named}} == figure.drawing.spec
            assert sum(len(rows) for rows in figure.drawing.spec["datasets"].values()) > 5, figure.id
            assert isinstance(figure.drawing.chart, (alt.Chart, alt.LayerChart, alt.ConcatChart))


def test_every_figure_has_sentence_source_and_table(report):
    for section in report.sections:
        for figure in section.figures:
            assert len(figure.sentence) > 20, figure.id
            assert "nan" not in figure.sentence, figure.id
            assert figure.sources, figure.id
            assert len(figure.drawing.data), figure.id


def test_chinese_is_chinese(reports):
    for section in reports["zh"].sections:
        for figure in section.figures:
            said = re.sub(r"5G|ICT|L[1-5](?!\d)", "", figure.title + figure.sentence)
            latin = re.sub(r"[^A-Za-z]", "", said)
            assert not latin, (figure.id, latin)
            axes = " ".join(re.findall(r'"title": "([^"]*)"', figure.drawing.chart.to_json(validate=False)))
            assert not re.search(r"[A-Za-z]{3,}", axes.replace("null", "")), (figure.id, axes)


def test_numbers_of_sentences_are_findings(china, reports):
    """Every decimal number of a sentence is a finding, or follows from findings in its figure's data."""
    values = china.findings()["value"].abs()
    pool = {f"{v:.{d}f}" for v in [*values, *(values / 1e4)] for d in (1, 2, 3)}
    bounds = china.findings()[["low", "high"]].abs().stack()
    pool |= {f"{v:.{d}f}" for v in [*bounds, *(bounds / 1e4)] for d in (1, 2, 3)}
    official = china.findings()["measure"].str.startswith("indicator_")  # said in millions and billions
    pool |= {f"{v / factor:.{d}f}" for v in values[official] for factor in (10, 100, 1e5) for d in (1, 2)}
    derived = {
        "demand", "decomposition", "digital-inputs", "tier-structure", "import-content", "tier-stability",
        "size-structure",
    }  # fmt: skip
    for section in reports["en"].sections:
        for figure in section.figures:
            strange = [n for n in re.findall(r"\d+\.\d+", figure.sentence) if n not in pool]
            if figure.id not in derived:  # those hold medians, ratios, differences and weighted means, tested below
                assert not strange, (figure.id, strange)


def test_derived_numbers(china, reports):
    """Ratios, medians and sums of sentences, computed anew from findings."""
    found = china.findings()
    sections = {s.id: {f.id: f.sentence for f in s.figures} for s in reports["en"].sections}

    def value(measure, period, sector="digital"):
        chosen = (found["measure"] == measure) & (found["period"] == period) & (found["sector"] == sector)
        return found.loc[chosen, "value"].iloc[0]

    times = [value(f"digital_{k}", "2020") / value(f"digital_{k}", "2002") for k in ("consumption", "investment")]
    assert "{:.1f}, {:.1f},".format(*times) in sections["linkage"]["demand"]
    technology = found.loc[found["measure"] == "output_change_technology", "value"].sum()
    demand = found.loc[found["measure"] == "output_change_demand", "value"].sum()
    assert f"by {(technology + demand) / 1e4:+.2f} trillion yuan" in sections["linkage"]["decomposition"]
    assert f"{technology / 1e4:+.2f} of it by technology" in sections["linkage"]["decomposition"]
    common = found[found["parameters"].str.contains('"list": "cn-common"') & (found["period"] == "2020")]
    share = common[(common["measure"] == "digital_input_share") & ~common["sector"].isin(["19", "29"])]["value"]
    assert f"to {share.median():.1f} %" in sections["linkage"]["digital-inputs"]


def test_derived_parts_of_the_digital_economy(china, reports):
    """Digital industrialisation over the digital economy, first and last year, computed anew from findings."""
    found = china.findings()
    found = found[found["region"] == "CN"].set_index("period")
    own = found[(found["measure"] == "digital_industrialisation") & found["parameters"].str.contains('"pair"')]["value"]
    headline = found["parameters"].str.contains(f'"{china.study.size.conversion}"')
    whole = found[(found["measure"] == "digital_economy") & headline]["value"]
    first, last = (100 * own[year] / whole[year] for year in (whole.index.min(), whole.index.max()))
    said = {f.id: f.sentence for s in reports["en"].sections for f in s.figures}["size-structure"]
    assert f"{first:.1f} %" in said
    assert f"{last:.1f} %" in said


def test_summary_and_audit(report):
    assert len(report.summary) == 18  # three sentences a chapter
    assert len(report.audit) == 259
    assert sum(report.verdicts.values()) == 259


def test_sources_have_receipts(report):
    for source in report.sources:
        assert source.publisher
        assert source.citation
        assert len(source.sha256) == 64
