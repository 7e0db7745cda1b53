"""Write the generated pages of the documentation and the generated parts of the hand-written ones.

Measures, settings, commands, messages, data and the audit are taken from the code, the catalogues and a run
of the main study, so that no page repeats by hand what the code says.

    python scripts/build_docs.py           # into this repository
    python scripts/build_docs.py FOLDER    # the same files, elsewhere
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

os.environ["SHISHU_LANG"] = "en"  # read when the command line is imported

import pandas as pd
import typer

import shishu
from shishu import accounts, cli, datasets, firms, inputoutput, structure
from shishu.datasets.classifications import COMMON, PARENTS, TARGETS, breaks, concordance, lists, sector_list
from shishu.datasets.official import LISTS
from shishu.findings import Measure, measures
from shishu.i18n import catalogue as texts
from shishu.study import StudyResult, audit, compute, load_study
from shishu.study.audit import ARITHMETIC, kind
from shishu.study.audit.published import size_figures
from shishu.study.config import Study

ROOT = Path(__file__).resolve().parents[1]
#: Hand-written pages that hold generated blocks, ``<!-- begin: name -->`` to ``<!-- end: name -->``.
MIXED = ("README.md", "README.zh.md", "docs/data.md", "docs/replication.md")
NOTE = "<!-- Written by scripts/build_docs.py; change it there. -->\n\n"

#: Function of a measure -> page of its method.
METHODS = {
    "inputoutput.digital_inputs": "digital-inputs",
    "inputoutput.digital_outputs": "digital-inputs",
    "inputoutput.digital_inputs_by_group": "provinces",
    "inputoutput.digital_purchases": "provinces",
    "inputoutput.update_tables_jointly": "provinces",
    "accounts.conversions": "industrial-digitisation",
    "accounts.core_by_class": "digital-industrialisation",
    "accounts.digital_gdp": "digital-industrialisation",
    "accounts.digital_industrialisation": "digital-industrialisation",
    "accounts.ict_investment": "ict-investment",
    "accounts.importance": "industrial-digitisation",
    "accounts.levels": "industrial-digitisation",
    "accounts.productive_stock": "capital",
    "accounts.satellite_account": "digital-industrialisation",
    "accounts.synergy_slope": "industrial-digitisation",
    "accounts.provincial_errors": "provinces-size",
    "accounts.provincial_growth": "provinces-size",
    "accounts.provincial_ranks": "provinces-size",
    "accounts.provincial_residual": "provinces-size",
    "datasets.Indicators": "indicators",
    "inputoutput.linkages": "linkages",
    "inputoutput.import_content": "imports",
    "inputoutput.extraction_losses": "extraction",
    "inputoutput.digital_demand": "final-demand",
    "inputoutput.induced": "final-demand",
    "inputoutput.structural_decomposition": "decomposition",
    "inputoutput.update_errors": "updating",
    "table.InputOutputTable": "table",
    "structure.tiers": "tiers",
    "structure.tier_shares": "tiers",
    "structure.growth_contributions": "tiers",
    "structure.stability": "uncertainty",
}
#: Public objects by page: module that documents them, then names.
REFERENCE: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "table": ("The table", "shishu.table", ("InputOutputTable", "unit", "FINAL_USE", "VALUE_ADDED", "IMPORTS")),
    "study": (
        "Studies",
        "shishu.study",
        ("Study", "load_study", "studies", "gather", "Inputs", "compute", "StudyResult", "audit"),
    ),
    "labels": ("Labels and concordances", "shishu.labels", ("Classification", "Concordance", "plain", "nearest")),
    "findings": (
        "Findings, measures and sources",
        "shishu.findings",
        ("Finding", "Measure", "measures", "to_frame", "COLUMNS"),
    ),
}


def grid(header: tuple[str, ...], rows: Iterator[tuple[object, ...]] | list[tuple[object, ...]]) -> str:
    """Table in Markdown."""

    def line(cells: tuple[object, ...]) -> str:
        return "| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in cells) + " |"

    return "\n".join([line(header), line(("---",) * len(header)), *map(line, rows)]) + "\n"


# -- measures ----------------------------------------------------------------------------------------


def shown(value: float, unit: str) -> str:
    """A value with the digits that its unit deserves."""
    if pd.isna(value):
        return ""
    whole = f"{value:,.0f}"
    return {"1e8 CNY": whole, "ratio": f"{value:.3f}", "tier": whole, "rank": whole}.get(unit, f"{value:.2f}")


def values(measure: Measure, found: pd.DataFrame, result: StudyResult) -> str:
    """What the main study finds: by year for groups and tiers, the five largest of the latest year for sectors."""
    part = found[found["measure"] == measure.id]
    special = {"provinces": of_provinces, "provinces-size": of_ranked, "updating": of_errors,
               "indicators": of_indicators}.get(METHODS[measure.method])  # fmt: skip
    if measure.method.startswith("accounts.") and (part["region"] == "CN").any():
        special = of_size
    if special is not None:
        return special(measure, part)
    details = part["parameters"].str.extract(r'"(?:demand|scenario)": "([^"]*)"', expand=False).fillna("")
    part = part.assign(detail=details)
    if measure.id in {"tier_jaccard", "tier_rand"}:
        part = part[part["detail"] != "flows perturbed"]
        rows = part.assign(column=part["sector"].map(lambda s: f"tier {s}" if s else "overall"), row=part["detail"])
        return wide(rows, "scenario", measure.unit)
    if measure.id.startswith("tier_") and measure.id != "tier_input_share":
        return wide(part.assign(column="tier " + part["sector"], row=part["period"]), "period", measure.unit)
    if measure.id == "tier_input_share":
        return grid(
            ("tier", result.inputs.latest), [(r.sector, shown(r.value, measure.unit)) for r in part.itertuples()]
        )
    together = part[(part["sector"] == "digital") & ~part["parameters"].str.contains('"variant": "oecd"')]
    if len(together):
        together = together.sort_values("period", kind="stable")
        marked = together["period"] + together["status"].map(
            {"estimated": " (estimated)", "projected": " (projected)"}
        ).fillna("")
        marked = marked.where(together["parameters"].str.contains('"variant"'), together["period"])
        rows = together.assign(row=marked, column=together["detail"].replace("", "digital sectors"))
        return wide(rows, "period", measure.unit)
    t = result.inputs.tables[result.inputs.latest]
    own = part["parameters"].str.contains(f'"list": "{t.sectors.id}"') & (part["period"] == str(t.year))
    chosen = part[own].sort_values("value", ascending=measure.id == "tier", kind="stable").head(5)
    rows = [
        (f"`{r.sector}`", t.sectors.name(str(r.sector), "en"), shown(r.value, measure.unit))
        for r in chosen.itertuples()
    ]
    return grid(("code", "sector", t.year), rows)


def of_errors(measure: Measure, part: pd.DataFrame) -> str:
    """Errors of tables left out: by experiment, margins and method."""
    stated = pd.DataFrame([json.loads(p) for p in part["parameters"]], index=part.index)
    what = stated["of"] + ", " + part["sector"].replace("", "all")
    column = part["period"] + ", " + stated["margins"] + " margins, " + stated["method"]
    return wide(part.assign(row=what, column=column), "of", measure.unit)


def of_provinces(measure: Measure, part: pd.DataFrame) -> str:
    """The provinces together by period; of a measure on single provinces, the five largest of the last tables."""
    stated = [json.loads(p) for p in part["parameters"]]
    facts = [str(s.get("area") or s.get("basis") or s.get("rule") or "") for s in stated]
    part = part.assign(detail=facts, role=[s.get("role", "") for s in stated])
    together = part[(part["region"] == "provinces") & (part["role"] != "variant")]
    if len(together):
        periods = together["period"].where(together["role"] == "", together["period"] + " (estimate)")
        details = together["detail"].map(lambda d: f", {d.replace('_', ' ')}" if d else "")
        rows = together.assign(row=periods + details, column=together["sector"].replace("", "all"))
        return wide(rows, "provinces together", measure.unit)
    last = part[(part["status"] == "observed") & (part["region"] != "CN")]
    top = last[last["period"] == last["period"].max()].nlargest(5, "value")
    names, sectors = datasets.regions(), sector_list(COMMON)
    lines: list[tuple[object, ...]] = [
        (names.name(r.region, "en"), sectors.name(r.sector, "en") if r.sector else "all", shown(r.value, measure.unit))
        for r in top.itertuples()
    ]
    return grid(("province", "sector", last["period"].max()), lines)


#: What tells findings on size apart.
SIZED = ("definition", "conversion", "asset", "part", "component")


def of_size(measure: Measure, part: pd.DataFrame) -> str:
    """The nation by year and by what tells the findings apart."""
    part = part[part["region"] == "CN"]
    stated = [json.loads(p) for p in part["parameters"]]
    if "assumption" in stated[0]:
        part = part.assign(row=[s["assumption"] for s in stated], column=[s["conversion"] for s in stated])
        return wide(part, "assumption", measure.unit)
    kinds = [" ".join(str(s[name]) for name in SIZED if name in s) for s in stated]
    columns = [" ".join(filter(None, pair)) or measure.unit for pair in zip(kinds, part["sector"], strict=True)]
    rows = part.assign(column=columns, row=part["period"])
    if measure.id in {"industrial_digitisation", "industrial_digitisation_share"}:
        rows = rows[rows["sector"] == ""]
    by = ["period", "column"] if "conversion" in stated[0] else ["period"]
    return wide(rows.sort_values(by, kind="stable"), "year", measure.unit)


def of_ranked(measure: Measure, part: pd.DataFrame) -> str:
    """The provinces together by period; else the first five of the last period, with their intervals."""
    stated = [json.loads(p) for p in part["parameters"]]
    facts = [", ".join(str(s[name]) for name in ("of", "rule") if name in s) for s in stated]
    part = part.assign(column=facts, row=part["period"])
    if (part["region"] == "provinces").any():
        return wide(part.assign(column=part["column"].replace("", "all")), "provinces together", measure.unit)
    last = part[part["period"] == part["period"].max()]
    last = last[last["column"] == last["column"].iloc[0]]
    top = last.sort_values("value", ascending=measure.unit == "rank", kind="stable").head(5)
    names = datasets.regions()
    lines = [
        (names.name(r.region, "en"), *(shown(v, measure.unit) for v in (r.value, r.low, r.high)))
        for r in top.itertuples()
    ]
    return grid((last["column"].iloc[0] or "province", last["period"].iloc[0], "low", "high"), lines)


def of_indicators(measure: Measure, part: pd.DataFrame) -> str:
    """Every indicator of the nation with the years that it has, and its last figure."""
    own = part[part["region"] == "CN"].sort_values("period", kind="stable")
    names = datasets.indicator_list()
    lines: list[tuple[object, ...]] = [
        (f"`{name}`", names.at[name, "name_en"], years(rows["period"]), shown(rows["value"].iloc[-1], measure.unit))
        for name, rows in own.groupby("sector")
    ]
    return grid(("sector", "indicator", "years", "last figure"), lines)


def years(periods: "pd.Series[str]") -> str:
    """First and last year and how many there are."""
    held = sorted(set(periods))
    return held[0] if len(held) == 1 else f"{held[0]}-{held[-1]} ({len(held)})"


def wide(rows: pd.DataFrame, first: str, unit: str) -> str:
    """Rows by columns, both in order of appearance."""
    columns = list(dict.fromkeys(rows["column"]))
    cells = {(r.row, r.column): shown(r.value, unit) for r in rows.itertuples()}
    lines = [(row, *(cells.get((row, c), "") for c in columns)) for row in dict.fromkeys(rows["row"])]
    return grid((first, *columns), lines)


def reference_text(measure: Measure) -> str:
    """Literature of a measure; where it rests on the method page alone, that page."""
    parts = [p for p in measure.reference.split("; ") if not p.startswith("Methods ")]
    return "; ".join(parts) or "see the method page"


def titles() -> dict[str, str]:
    """Title of each method page, as its first heading says."""
    pages = sorted((ROOT / "docs" / "methods").glob("*.md"))
    return {p.stem: p.read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ") for p in pages}


def measure_pages(result: StudyResult) -> Iterator[tuple[str, str]]:
    """One page a measure, and the page that lists them."""
    found, names = result.findings(), titles()
    for measure in measures().values():
        page = METHODS[measure.method]
        facts = [
            ("id", f"`{measure.id}`"),
            ("unit", measure.unit),
            ("definition", measure.definition_en),
            ("定义", measure.definition_zh),
            ("function", f"[`shishu.{measure.method}`][{home('shishu.' + measure.method)}]"),
            ("method", f"[{names[page]}](../methods/{page}.md)"),
            ("reference", reference_text(measure)),
        ]
        part = found[found["measure"] == measure.id]["sector"]
        largest = f"the largest of {result.inputs.latest}"
        brief = (
            measure.id.startswith(("tier", "indicator_"))
            or (part == "digital").any()
            or page.startswith("provinces")
            or (measure.method.startswith("accounts."))
        )
        what = "in brief" if brief else largest
        yield (
            f"docs/measures/{measure.id}.md",
            (
                f"# {measure.name_en} · {measure.name_zh}\n\n{NOTE}{grid(('', ''), facts)}\n"
                f"## In the study `china`, {what}\n\n{values(measure, found, result)}\n"
                f'All of it: `found = shishu.run("china").findings()`, then '
                f'`found[found["measure"] == "{measure.id}"]`; or the file `findings.csv` of a run.\n'
            ),
        )
    rows = []
    for m in measures().values():
        page = METHODS[m.method]
        rows.append((f"[{m.name_en}]({m.id}.md)", m.name_zh, m.unit, f"[{names[page]}](../methods/{page}.md)"))
    yield (
        "docs/measures/index.md",
        (
            f"# Measures\n\n{NOTE}Every number that shishu hands over is of one of these measures. The dictionary is "
            f"one file, `src/shishu/measures.csv`: name, unit and definition in Chinese and English, function and "
            f"reference; the report, the tables and these pages read it.\n\n"
            + grid(("measure", "指标", "unit", "method"), rows)
        ),
    )


# -- reference ---------------------------------------------------------------------------------------


def home(path: str) -> str:
    """Where a public object is written: a package may hold a module and a function of one name."""
    module, _, name = path.rpartition(".")
    found = getattr(import_module(module), name)
    return f"{found.__module__}.{found.__qualname__}" if hasattr(found, "__qualname__") else path


def entry(path: str, heading: str = "") -> str:
    """One object, documented from its docstring."""
    heading = heading or path
    label = heading.rpartition(".")[2]
    return f"::: {home(path)}\n    options:\n      heading: {heading}\n      toc_label: {label}\n\n"


def reference_pages() -> Iterator[tuple[str, str]]:
    """One page a public module."""
    homes = shishu._HOMES  # noqa: SLF001 - the map of public names is what the page is about
    modules = [name for name in shishu.__all__ if homes.get(name) == f"shishu.{name}"]
    names = [name for name in shishu.__all__ if name in homes and name not in modules]
    linked = "\n".join(f"- [`shishu.{name}`]({name}.md)" for name in modules)
    body = "".join(entry(f"{homes[name]}.{name}", f"shishu.{name}") for name in names if name != "InputOutputTable")
    yield (
        "docs/reference/index.md",
        (
            f"# shishu\n\n{NOTE}`shishu.__version__` is the version. [`shishu.InputOutputTable`](table.md) is the "
            f"table that all methods take. Modules:\n\n{linked}\n\n{body}"
        ),
    )
    for module in (accounts, datasets, firms, inputoutput, structure):
        path = module.__name__
        listed = [name for name in module.__all__ if name != "InputOutputTable"]
        also = "The table itself: [`InputOutputTable`](table.md).\n\n" if "InputOutputTable" in module.__all__ else ""
        body = "".join(entry(f"{path}.{name}") for name in listed)
        yield f"docs/reference/{path.split('.')[1]}.md", f"# {path}\n\n{NOTE}{module.__doc__}\n\n{also}{body}"
    for page, (title, path, listed) in REFERENCE.items():
        body = "".join(entry(f"{path}.{name}") for name in listed)
        extra = entry("shishu.sources.Source") if page == "findings" else ""
        if page == "study":
            settings = ("TierSettings", "SizeSettings", "Uncertainty")
            extra = "".join(entry(f"shishu.study.config.{name}", name) for name in settings)
        yield f"docs/reference/{page}.md", f"# {title}\n\n{NOTE}{body}{extra}"
    kinds = [name for name, value in vars(shishu.errors).items()
             if isinstance(value, type) and issubclass(value, Exception) and not name.startswith("_")]  # fmt: skip
    rows = [(f"`{key}`", said["en"], said["zh"]) for key, said in texts("errors").items()]
    yield (
        "docs/reference/errors.md",
        (
            f"# Errors and warnings\n\n{NOTE}All errors come from `ShishuError`, all warnings from `ShishuWarning`. "
            f"A message says what is wrong, where, by how much and what to do; words in braces are filled in.\n\n"
            + "".join(entry(f"shishu.errors.{name}", name) for name in kinds)
            + f"## Messages\n\n{grid(('key', 'English', '中文'), rows)}"
        ),
    )


def commands(command: Any, name: str, parent: Any = None) -> Iterator[tuple[str, str]]:
    """Path and help of a command and of those under it."""
    context = command.context_class(command, info_name=name, parent=parent, terminal_width=88, max_content_width=88)
    yield context.command_path, command.get_help(context)
    for inner, under in getattr(command, "commands", {}).items():
        yield from commands(under, inner, context)


def command_page() -> str:
    """The command line, from its own help."""
    body = "".join(
        f"## {path}\n\n```text\n{said.rstrip()}\n```\n\n"
        for path, said in commands(typer.main.get_command(cli.app), "shishu")
    )
    return (
        f"# Command line\n\n{NOTE}Each command is one call of the library. `--lang zh` makes help, messages and report "
        f"Chinese; without it the setting `SHISHU_LANG`, else the system's language, decides. An error that you can "
        f"mend is one sentence, and the exit code is 2.\n\n{body.rstrip()}\n"
    )


# -- settings ----------------------------------------------------------------------------------------


def settings_page() -> str:
    """All settings of a study, from its schema."""
    schema = Study.model_json_schema()
    inner = {name: schema["$defs"][field["$ref"].rsplit("/", 1)[1]] for name, field in schema["properties"].items()
             if "$ref" in field}  # fmt: skip
    parts = [f"## The study\n\n{settings_table(schema)}"]
    parts += [f"## `[{name}]`\n\n{part['description']}\n\n{settings_table(part)}" for name, part in inner.items()]
    example = (ROOT / "src" / "shishu" / "study" / "studies" / "china.toml").read_text(encoding="utf-8")
    return (
        f"# A study's settings\n\n{NOTE}A study is a TOML file. `shishu run FILE` runs it; `shishu run FOLDER` runs "
        f"`study.toml` in the folder. The same settings and tables give the same findings. A setting that does not "
        f"exist is an error, so a slip of the pen never passes in silence. The output folder holds `study.toml` "
        f"again, with versions and hashes: running that file repeats the run.\n\n"
        f"The main study:\n\n```toml\n{example}```\n\nEvery setting has a default but `name`.\n\n" + "\n".join(parts)
    )


def settings_table(schema: Mapping[str, Any]) -> str:
    """Settings of one section: name, what it may be, default, meaning."""
    rows: list[tuple[object, ...]] = []
    for name, field in schema["properties"].items():
        default = "" if name in schema.get("required", ()) or "$ref" in field else f"`{toml(field.get('default'))}`"
        rows.append((f"`{name}`", allowed(field), default if default != "`none`" else "", field["description"]))
    return grid(("setting", "may be", "default", "meaning"), rows)


def toml(value: object) -> str:
    """A default as one would write it in TOML."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def allowed(field: Mapping[str, Any]) -> str:
    """What a setting may be, in words."""
    if "$ref" in field:
        return "section"
    if "anyOf" in field:
        return " or ".join(allowed(part) for part in field["anyOf"] if part.get("type") != "null")
    if "enum" in field:
        return ", ".join(f"`{v}`" for v in field["enum"])
    if field.get("type") == "array":
        return f"list of {allowed(field['items'])}"
    words = {"string": "file or folder" if field.get("format") == "path" else "text", "integer": "whole number",
             "number": "number", "boolean": "`true`, `false`"}  # fmt: skip
    bounds = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "below"}
    limits = " ".join(f"{word} {field[key]:g}" for key, word in bounds.items() if key in field)
    return f"{words[field['type']]} {limits}".strip()


# -- data --------------------------------------------------------------------------------------------


def datasets_table() -> str:
    """Every dataset that ships inside."""
    rows = [(f"`{name}`", s["title"], s["year"], s["unit"], s["note"]) for name, s in datasets.catalogue().iterrows()]
    return grid(("dataset", "title", "year", "unit", "note"), rows)


def common_table() -> str:
    """The common list, and what each line holds in every vintage."""
    newest = [name for name, parent in PARENTS.items() if parent == COMMON]
    held: dict[str, dict[str, list[str]]] = {name: {} for name in newest}
    for name in newest:
        steps = concordance(name)
        for code, parent in zip(steps.source.codes, steps.parent, strict=True):
            held[name].setdefault(parent, []).append(code)
    years = {name: ", ".join(str(y) for (y, n), used in sorted(LISTS.items()) if used == name) for name in newest}
    ordered = sorted(newest, key=lambda name: years[name])
    common, notes = sector_list(COMMON), breaks()
    rows = [
        (c, f"{en}<br>{zh}", *(" ".join(held[name][c]) for name in ordered))
        for c, en, zh in zip(common.codes, common.names_en, common.names_zh, strict=True)
    ]
    listed = "".join(f"- **{c} {common.name(c, 'en')}**: {note}\n" for c, note in notes.items())
    table = grid(("code", "sector", *(years[name] for name in ordered)), rows)
    return f"{table}\nWhat keeps years from comparing exactly:\n\n{listed}"


def joint_table() -> str:
    """The list on which tables of NBS and the OECD compare, and what each line holds on both sides."""
    sides = (concordance(COMMON), concordance("oecd-45"))
    target, notes = sides[0].target, breaks(sides[0].target.id)

    def held(code: str) -> Iterator[str]:
        for side in sides:
            yield " ".join(c for c, parent in zip(side.source.codes, side.parent, strict=True) if parent == code)

    rows = [
        (c, f"{en}<br>{zh}", *held(c), notes.get(c, ""))
        for c, en, zh in zip(target.codes, target.names_en, target.names_zh, strict=True)
    ]
    return grid(("code", "sector", "`cn-common`", "`oecd-45`", "what the two count elsewhere"), rows)


def regions_table() -> str:
    """Provinces with their groups and the years of their tables."""
    rows = [
        (f"`{r.code}`", name, r.name_en, r.area, r.belt, ", ".join(map(str, datasets.table_years(region=str(name)))))
        for name, r in datasets.region_places().iterrows()
    ]
    return grid(("code", "name", "English", "area", "belt", "tables"), rows)


def lists_table() -> str:
    """Sector lists and their parents."""
    rows: list[tuple[object, ...]] = []
    for name in lists():
        years = ", ".join(str(y) for (y, _), used in sorted(LISTS.items()) if used == name)
        if name == "oecd-45":
            years = f"{datasets.oecd_years()[0]}-{datasets.oecd_years()[-1]}"
        rows.append((f"`{name}`", len(sector_list(name)), years, f"`{TARGETS[name]}`" if name in TARGETS else ""))
    return grid(("list", "sectors", "tables", "adds up to"), rows)


# -- audit -------------------------------------------------------------------------------------------


def measured_table(rows: pd.DataFrame) -> str:
    """Figures that are measured, beside ours."""
    lines: list[tuple[object, ...]] = [
        (f"`{r.id}`<br>{r.quantity}", r.period, r.published, f"{r.ours:,.4f}", r.unit, r.verdict)
        for r in rows.itertuples()
    ]
    return grid(("figure", "period", "published", "ours", "unit", "verdict"), lines)


def explanations(rows: pd.DataFrame) -> str:
    """Explanation of each figure, once for those that share it."""
    said: dict[str, list[str]] = {}
    for r in rows.itertuples():
        said.setdefault(str(r.explanation), []).append(f"`{r.id}`")
    return "".join(f"- {', '.join(ids)}: {explanation}\n" for explanation, ids in said.items())


#: Columns of the table on the size: what is measured, by whom, heading.
SIZES = (
    ("CAICT", "size", "size, trillion CNY"),
    ("CAICT", "share", "share, %"),
    ("CAICT", "di", "digital industrialisation, trillion CNY"),
    ("CAICT", "id", "industrial digitisation, trillion CNY"),
    ("NBS", "core-share", "core (NBS), %"),
)


def size_table(rows: pd.DataFrame) -> str:
    """Sizes as printed and ours, a row a year."""
    judged, asked = rows.set_index("id"), size_figures()
    cells = {
        (one.publisher, one.what, one.period): f"{judged.loc[name, 'published']} / {judged.loc[name, 'ours']:.2f}"
        for name, one in asked.items()
        if name in judged.index and pd.notna(judged.loc[name, "ours"])
    }
    years = sorted({year for publisher, what, year in cells if (publisher, what) in {c[:2] for c in SIZES}})
    lines = [(year, *(cells.get((publisher, what, year), "") for publisher, what, _ in SIZES)) for year in years]
    return grid(("printed / ours", *(heading for *_, heading in SIZES)), lines)


def audit_blocks(rows: pd.DataFrame) -> dict[str, str]:
    """Blocks on the audit: figures of the reports, and series of others apart."""
    reported = rows["id"].isin(datasets.figures("published-figures")["id"])
    reports, series = rows[reported], rows[~reported]
    known = reports[reports["ours"].notna()]
    follows = known["id"].isin(ARITHMETIC)
    own = known[~follows]
    missing = rows[rows["ours"].isna()]["verdict"].str.removeprefix("not measured: ").value_counts(sort=False)
    variant = int(own["verdict"].str.contains(" under variant ").sum())
    plain = int((own["verdict"] == "agrees").sum() + (own["verdict"] == "agrees truncated").sum())
    near, apart = (int((own["verdict"] == name).sum()) for name in ("within one last digit", "differs"))
    also = int((series["verdict"] == "differs").sum())
    zh = texts("report")
    counted = [part["verdict"].map(kind).value_counts(sort=False) for part in (reports, series)]
    kinds = list(dict.fromkeys([*counted[0].index, *counted[1].index]))
    return {
        "audit-short": (
            f"Of the {len(reports)} figures of the reports, {len(known)} are measured and "
            f"{len(reports) - len(known)} are not, because the data they need do not ship or do not exist. Of the "
            f"{len(known)}, {int(follows.sum())} follow by arithmetic from other printed figures, and {len(own)} are "
            f"computed from the official tables and series or quoted from the same statistics: {plain} agree with "
            f"the default method, {variant} agree under a documented variant, {near} "
            f"{'is' if near == 1 else 'are'} within one last digit, and {apart} differ. Of {len(series)} further "
            f"figures on the size of the digital economy, by white papers of other years, the statistics office and "
            f"the literature, {also} differ from ours.\n"
        ),
        "audit-short-zh": (
            f"两份报告等材料中的 {len(reports)} 个公布数字，目前测算了 {len(known)} 个，"
            f"其余 {len(reports) - len(known)} 个因所需数据尚未内置或并不存在而未测算。"
            f"在测算的 {len(known)} 个中，{int(follows.sum())} 个由其他公布数字推算即得，"
            f"{len(own)} 个根据官方投入产出表和统计序列计算或直接引用同一统计："
            f"按默认方法一致的 {plain} 个，按成文变体一致的 {variant} 个，"
            f"末位相差一的 {near} 个，不一致的 {apart} 个。"
            f"另有各年白皮书、国家统计局和文献关于数字经济规模的 {len(series)} 个数字，"
            f"其中 {also} 个与本研究不一致。\n"
        ),
        "audit-verdicts": grid(
            ("verdict", "判定", "figures of the reports", "series and totals of others"),
            [(v, zh[f"verdict-{v}"]["zh"], *(int(part.get(v, 0)) for part in counted)) for v in kinds],
        ),
        "audit-tables": measured_table(own),
        "audit-explanations": explanations(own),
        "audit-size": size_table(rows),
        "audit-series": measured_table(series[series["ours"].notna()]),
        "audit-series-explanations": explanations(series[series["ours"].notna()]),
        "audit-arithmetic": measured_table(known[follows]),
        "audit-missing": grid(("what is missing", "figures"), list(missing.items())),
    }


# -- all ---------------------------------------------------------------------------------------------


def main_study() -> StudyResult:
    """The main study; no page shows an interval, so the fewest draws do."""
    study = load_study("china")
    return compute(study.model_copy(update={"uncertainty": study.uncertainty.model_copy(update={"draws": 20})}))


def pages() -> dict[str, str]:
    """Every file that holds something generated: path in the repository -> text."""
    result = main_study()
    made = {
        **dict(measure_pages(result)),
        **dict(reference_pages()),
        "docs/reference/cli.md": command_page(),
        "docs/study-toml.md": settings_page(),
    }
    blocks = {
        **audit_blocks(audit(result, "en")),
        "datasets": datasets_table(),
        "lists": lists_table(),
        "common": common_table(),
        "joint": joint_table(),
        "regions": regions_table(),
    }
    for name in MIXED:
        made[name] = filled((ROOT / name).read_text(encoding="utf-8"), lambda block: blocks[block])
    return {name: text.rstrip() + "\n" for name, text in made.items()}


def filled(page: str, block: Callable[[str], str]) -> str:
    """A page with its generated blocks made anew."""

    def new(match: re.Match[str]) -> str:
        return f"{match[1]}\n\n{block(match[2]).strip()}\n\n{match[3]}"

    return re.sub(r"(<!-- begin: ([\w-]+) -->).*?(<!-- end: \2 -->)", new, page, flags=re.DOTALL)


def write(folder: Path) -> list[str]:
    """Write all pages under a folder; returns their paths."""
    made = pages()
    for name, text in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sorted(made)


if __name__ == "__main__":
    written = write(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
    print(f"{len(written)} pages")
