"""Make the pictures of the README from a run of the main study: docs/images/report-en.png and report-zh.png.

Takes the folder of a finished run in English, or runs the study. Needs Playwright and Chromium. The pictures are
abridged: title, the first sentences of the summary and the first figure.

    python scripts/readme_pictures.py [FOLDER]
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import shishu

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
WIDTH = 900
SENTENCES = 3
LARGEST = 320_000
#: Leaves the title, the first sentences and the first figure, and says where the picture ends.
ABRIDGE = """(sentences) => {
  const hide = (element) => { if (element) element.style.display = "none"; };
  hide(document.querySelector("nav"));
  [...document.querySelectorAll(".summary li")].slice(sentences).forEach(hide);
  const section = document.querySelector("main section:not(.summary)");
  for (const element of section.children) if (element.tagName !== "FIGURE") hide(element);
  const figure = section.querySelector("figure");
  hide(figure.querySelector("p"));
  document.querySelector("header.top").style.paddingTop = "20px";
  return figure.querySelector(".chart").getBoundingClientRect().bottom + 12;
}"""


def picture(page_file: Path, image: Path, chromium: str) -> None:
    """Draw one report and keep its beginning."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": 1600})
        page.goto(page_file.resolve().as_uri())
        page.wait_for_selector("html[data-drawn=true]")
        bottom = page.evaluate(ABRIDGE, SENTENCES)
        page.screenshot(path=image, full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": bottom})
        browser.close()
    size = image.stat().st_size
    if size > LARGEST:
        raise SystemExit(f"{image.name} has {size} bytes, more than {LARGEST}")
    print(f"{image.name}: {size} bytes")


def main() -> None:
    """Both pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("No Chromium was found; install it (make system-deps).")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary, "out")
        if not (folder / "report.html").exists():
            shishu.run("china", folder, lang="en")
        picture(folder / "report.html", IMAGES / "report-en.png", chromium)
        picture(folder / "report.zh.html", IMAGES / "report-zh.png", chromium)


if __name__ == "__main__":
    main()
