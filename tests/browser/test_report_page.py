"""The report in headless Chromium, in both languages, wide and narrow: drawn, quiet, offline, nothing cut off."""

import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium; `make system-deps` installs it"),
]
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


@pytest.fixture(scope="module")
def browser():
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture(scope="module", params=[(name, width) for name in ("report.html", "report.en.html")
                                        for width in (1440, 390)], ids=lambda p: f"{p[0]}-{p[1]}")  # fmt: skip
def page(request, browser, written):
    """One page for all tests of a language and a width: they look, or put back what they clicked."""
    name, width = request.param
    opened = browser.new_page(viewport={"width": width, "height": 900})
    opened.faults, opened.asked = [], []
    opened.on("console", lambda message: opened.faults.append(message.text) if message.type != "log" else None)
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.goto((written[1] / name).as_uri())
    opened.wait_for_selector("html[data-drawn=true]", timeout=60_000)
    yield opened
    opened.close()


def test_quiet_and_offline(page):
    assert page.faults == []
    assert len(page.asked) == 1  # the page itself


def test_every_chart_is_drawn(page):
    charts = page.locator(".chart svg.marks")
    assert charts.count() == 34
    for i in range(charts.count()):
        box = charts.nth(i).bounding_box()
        assert box["width"] > 200
        assert box["height"] > 100
        assert charts.nth(i).locator("path, text").count() > 20


def test_nothing_is_wider_than_the_page(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for box in page.locator(".chart").all():
        inside = box.evaluate("element => element.scrollWidth <= element.clientWidth + 1")
        assert inside, box.get_attribute("id")


def test_no_text_is_cut_off(page):
    """Every word of a chart lies inside the drawing."""
    outside = page.evaluate(
        """() => [...document.querySelectorAll('.chart svg.marks')].flatMap(svg => {
            const frame = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].filter(t => t.textContent && t.style.opacity !== '0').filter(t => {
                const box = t.getBoundingClientRect();
                return box.right > frame.right + 2 || box.left < frame.left - 2 || box.bottom > frame.bottom + 2;
            }).map(t => t.textContent);
        })"""
    )
    assert outside == []


def test_axis_labels_do_not_run_into_each_other(page):
    """Labels of one axis, as drawn, don't overlap."""
    overlaps = page.evaluate(
        """() => [...document.querySelectorAll('.role-axis-label')].flatMap(axis => {
            const boxes = [...axis.querySelectorAll('text')].filter(t => t.style.opacity !== '0' && t.textContent)
                .map(t => [t.textContent, t.getBoundingClientRect()]);
            const hit = (a, b) => a.left < b.right - 2 && b.left < a.right - 2 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
            return boxes.flatMap(([s, a], i) => boxes.slice(i + 1).filter(([, b]) => hit(a, b)).map(([u]) => s + ' / ' + u));
        })"""
    )
    assert overlaps == []


def test_audit_filter(page):
    page.locator('button[data-verdict="differs"]').click()
    shown = page.locator("#audit-table tbody tr:visible")
    assert 0 < shown.count() < 259
    assert {row.get_attribute("data-verdict") for row in shown.all()} == {"differs"}
    page.locator('button[data-verdict=""]').click()
    assert shown.count() == 259


def test_data_table_and_download(page):
    figure = page.locator("#figure-digital-inputs")
    summary = figure.locator("details").last.locator("summary")
    summary.click()
    assert figure.locator("table tbody tr").count() == 38
    with page.expect_download() as started:
        figure.locator("a[download='digital-inputs.csv']").click()
    content = started.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == 39
    summary.click()


def test_a_province_is_chosen(page):
    """The linkage map follows the list of provinces; a province without a table in a year is told so."""
    figure = page.locator("#figure-region-links")
    chosen = figure.locator("select")
    assert chosen.locator("option").count() == 31

    def widths():
        lines = figure.locator("svg.marks line[stroke-linecap=round]").all()
        return [line.get_attribute("stroke-width") for line in lines]

    first = widths()
    assert len(first) > 100
    chosen.select_option(index=18)  # 广东
    page.wait_for_timeout(300)
    assert widths() != first
    chosen.select_option(index=25)  # 西藏 has no table of 2007
    page.wait_for_timeout(300)
    said = figure.locator("svg.marks text").all_text_contents()
    assert any("2007" in text and text != "2007" for text in said)
    chosen.select_option(index=0)
    assert page.faults == []
