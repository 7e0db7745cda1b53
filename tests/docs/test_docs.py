"""The documentation holds what it promises: every public name, measure, command, setting and message, and numbers that run."""

import ast
import contextlib
import doctest
import importlib
import io
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

import shishu
from shishu import accounts, cli, datasets, errors, firms, inputoutput, structure
from shishu.findings import measures
from shishu.i18n import LANGUAGES, catalogue
from shishu.study.config import Study

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "shishu"
PARTS = sorted(path.stem for path in (SOURCE / "i18n").glob("*.toml"))
READMES = ("README.md", "README.zh.md")
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


# -- generated pages ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    subprocess.run([sys.executable, ROOT / "scripts" / "build_docs.py", folder], check=True, capture_output=True)
    return folder


def test_generated_pages_are_current(generated):
    old = [
        path.relative_to(generated).as_posix()
        for path in sorted(generated.rglob("*.md"))
        if not (ROOT / path.relative_to(generated)).exists()
        or path.read_text(encoding="utf-8") != read(path.relative_to(generated))
    ]
    assert not old, f"out of date, run scripts/build_docs.py: {old}"


def test_no_generated_page_is_left_over(generated):
    kept = {path.relative_to(generated).as_posix() for path in generated.rglob("*.md")}
    left = [p for p in PAGES if p.startswith(("docs/measures/", "docs/reference/")) and p not in kept]
    assert not left, f"pages that nothing writes any more: {left}"


# -- names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "module", [shishu, accounts, datasets, firms, inputoutput, structure], ids=lambda module: module.__name__
)
def test_every_public_name_stands_in_the_reference(module):
    pages = "\n".join(read(page) for page in PAGES if page.startswith("docs/reference/"))
    for name in module.__all__:
        if name == "InputOutputTable":
            assert "::: shishu.table.InputOutputTable" in pages
        else:
            assert re.search(rf"{re.escape(f'{module.__name__}.{name}')}\b", pages), name


def test_every_error_stands_in_the_reference():
    page = read("docs/reference/errors.md")
    for name, value in vars(errors).items():
        if isinstance(value, type) and issubclass(value, errors._Message) and not name.startswith("_"):
            assert f"::: shishu.errors.{name}\n" in page
    for key in catalogue("errors"):
        assert f"| `{key}` |" in page


def test_every_measure_has_a_page_that_links_its_function():
    for measure in measures().values():
        page = read(f"docs/measures/{measure.id}.md")
        assert measure.name_en in page
        assert measure.name_zh in page
        assert f"`shishu.{measure.method}`" in page


def test_every_measure_names_a_function_that_exists():
    for measure in measures().values():
        module, _, name = f"shishu.{measure.method}".rpartition(".")
        assert callable(getattr(importlib.import_module(module), name)), measure.id


def leaves(command, path) -> Iterator:
    """Commands without sub-commands, with their path."""
    inner = getattr(command, "commands", {})
    if not inner:
        yield path, command
    for name, under in inner.items():
        yield from leaves(under, f"{path} {name}")


def test_every_command_and_option_stands_in_the_reference():
    page = read("docs/reference/cli.md")
    for path, command in leaves(typer.main.get_command(cli.app), "shishu"):
        section = re.search(rf"^## {path}\n(.*?)(?=^## |\Z)", page, flags=re.DOTALL | re.MULTILINE)
        assert section, path
        for parameter in command.params:
            for option in (o for o in parameter.opts if o.startswith("-")):
                assert option in section[1], f"{path} {option}"


def test_every_setting_is_documented():
    page = read("docs/study-toml.md")
    for name, field in Study.model_fields.items():
        assert f"| `{name}` |" in page
        for inner in getattr(field.annotation, "model_fields", {}):
            assert f"| `{inner}` |" in page


def test_every_dataset_is_documented():
    page = read("docs/data.md")
    assert [name for name in datasets.catalogue().index if f"`{name}`" not in page] == []


# -- words -------------------------------------------------------------------------------------------


def placeholders(text):
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name is not None})


@pytest.mark.parametrize("part", PARTS)
def test_both_languages_say_the_same(part):
    for key, said in catalogue(part).items():
        assert set(said) == set(LANGUAGES), key
        assert all(said[lang].strip() for lang in LANGUAGES), key
        assert placeholders(said["en"]) == placeholders(said["zh"]), key


def strings(node):
    """Literal texts and patterns of f-strings in a piece of code."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield re.escape(inner.value)
        elif isinstance(inner, ast.JoinedStr):
            parts = [re.escape(p.value) if isinstance(p, ast.Constant) else ".+" for p in inner.values]
            if any(p != ".+" for p in parts):
                yield "".join(parts)


@pytest.fixture(scope="module")
def code():
    return [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))]


def test_every_message_that_code_uses_exists(code):
    kinds = {name for name, v in vars(errors).items() if isinstance(v, type) and issubclass(v, errors._Message)}
    missing = []
    for tree in code:
        for node in ast.walk(tree):
            called = getattr(node, "func", None)
            if not isinstance(node, ast.Call) or getattr(called, "id", getattr(called, "attr", "")) not in kinds:
                continue
            first = node.args[0] if node.args else None
            chosen = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            for part in chosen:
                if isinstance(part, ast.Constant | ast.JoinedStr):
                    pattern = next(strings(part))
                    if not any(re.fullmatch(pattern, key) for key in catalogue("errors")):
                        missing.append(pattern)
    assert not missing


@pytest.mark.parametrize("part", PARTS)
def test_no_words_are_left_over(part, code):
    patterns = {pattern for tree in code for pattern in strings(tree)}
    exact = {p for p in patterns if ".+" not in p}
    open_ended = re.compile("|".join(sorted(p for p in patterns - exact if len(p.replace(".+", "")) >= 4)))
    templates = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.jinja"))
    left = [
        key
        for key in catalogue(part)
        if re.escape(key) not in exact
        and not open_ended.fullmatch(key)
        and not re.search(rf"'{re.escape(key)}'", templates)
    ]
    assert not left, f"words that nothing says: {left}"


# -- examples ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READMES)
def test_the_example_of_the_readme_prints_what_it_says(name):
    shown = re.search(r"```python\n(.*?)```\s+```text\n(.*?)```", read(name), flags=re.DOTALL)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(shown[1], name, "exec"), {})
    assert printed.getvalue() == shown[2]


@pytest.mark.parametrize("name", [page for page in PAGES if "```pycon" in read(page)])
def test_examples_of_a_page_run(name):
    blocks = re.findall(r"```pycon\n(.*?)```", read(name), flags=re.DOTALL)
    example = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, name, name, 0)
    told = io.StringIO()
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example, out=told.write)
    assert not told.getvalue(), told.getvalue()


# -- the rest ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name):
    page = read(name)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)|src=\"([^\"]+)\"", page):
        path = target[0] or target[1]
        assert path.startswith("https://") or (ROOT / path).exists(), path


def test_pictures_are_small():
    for lang in LANGUAGES:
        assert (ROOT / "docs" / "images" / f"report-{lang}.png").stat().st_size < 320_000


def test_version_is_said_once_and_everywhere_the_same():
    assert f"version: {shishu.__version__}\n" in read("CITATION.cff")
    assert f"## [{shishu.__version__}]" in read("CHANGELOG.md")


def test_the_site_builds_and_asks_for_nothing_outside(tmp_path):
    pytest.importorskip("mkdocs")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path],
        cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    outside = re.compile(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"']?(?:https?:)?//[^\"'> ]+")
    asked = {found for page in tmp_path.rglob("*.html") for found in outside.findall(page.read_text(encoding="utf-8"))}
    assert not asked
