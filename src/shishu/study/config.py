"""A study: which tables, which sectors are digital, which settings; a TOML file that anyone can write."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shishu.errors import DataError, InputError
from shishu.labels import nearest
from shishu.structure.clustering import Linkage, Scaling, Variable

#: Endings of files that are read as tables.
TABLE_ENDINGS = (".xlsx", ".xls", ".csv")
#: Series that a study of the size may be given, as settings that name files.
OWN_SERIES = ("value_added", "investment", "factors", "differential")
ChapterName = Literal["linkage", "tiers", "annual", "size", "regions", "monitor"]
Supply = Literal["output", "output and imports"]
Blocks = Literal["industries", "sectors", "none"]
Conversion = Literal["L1", "L2", "L3", "L4"]
CHAPTERS: tuple[ChapterName, ...] = get_args(ChapterName)


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TierSettings(_Settings):
    """How sectors are sorted into tiers."""

    k: int = Field(5, ge=2, le=20, description="number of tiers")
    variables: tuple[Variable, ...] = Field(
        ("input_share", "output_share"),
        min_length=1,
        description="digital inputs and outputs that sectors are compared by",
    )
    scaling: Scaling = Field("log z-score", description="how variables are brought to one scale")
    linkage: Linkage = Field("ward", description="how the distance of clusters is taken")
    floor: float = Field(
        0.01, gt=0, lt=1, description="share of the maximum at which logarithms are floored; chosen for stability"
    )
    partition: Literal["latest", "each year"] = Field(
        "latest", description="one partition, that of the latest observed table, or one a year"
    )


class Uncertainty(_Settings):
    """How far the flows of a table may be off, for the intervals."""

    sigma: float = Field(0.05, ge=0, le=1, description="standard deviation of the log error of a flow")
    draws: int = Field(200, ge=20, le=100_000, description="number of perturbed tables")
    seed: int = Field(2025, description="the same seed gives the same draws")
    level: float = Field(0.9, gt=0, lt=1, description="share of draws inside an interval")


class RegionSettings(_Settings):
    """Digital inputs of the provinces."""

    base: int = Field(2007, description="year of provincial tables that growth is counted from")
    estimate: int = Field(2021, description="year without provincial tables that is estimated")
    blocks: Blocks = Field(
        "industries",
        description="what the estimates of all provinces add up to: flows that move as in the nation by industry, with "
        "digital products apart, or by sector; or nothing, each province by itself",
    )


class SizeSettings(_Settings):
    """Size of the digital economy: how many draws, and the user's own series."""

    first: int = Field(2002, ge=1990, description="first year; cumulated levels start from it")
    draws: int = Field(1000, ge=20, le=1_000_000, description="draws of the assumptions, for the intervals")
    importance: int = Field(256, ge=0, description="size of the sample for Sobol indices, a power of two; 0: none")
    conversion: Conversion = Field(
        "L2", description="conversion that figures show where only one can be; all are computed"
    )
    value_added: Path | None = Field(
        None,
        description="own value added: year, primary, secondary, tertiary (1e8 CNY, or the unit in brackets); their "
        "growth in percent: primary_growth and so on",
    )
    investment: Path | None = Field(
        None, description="own ICT investment: year, hardware, telecom, software (1e8 CNY, or the unit in brackets)"
    )
    factors: Path | None = Field(
        None, description="own labour and capital: year, employment, capital (constant prices); without, no L3"
    )
    differential: Path | None = Field(
        None, description="own price differential: year, hardware, telecom, software (log points)"
    )

    def files(self) -> dict[str, Path]:
        """Own series, by what they are."""
        return {name: path for name in OWN_SERIES if (path := getattr(self, name)) is not None}


class Study(_Settings):
    """One study: the same settings give the same findings.

    Tables come from the embedded ones of ``region`` (``years`` chooses) and from the workbooks and CSV
    files in ``folder``; a file of a year that is embedded too takes its place.
    """

    name: str = Field(description="short name of the study")
    title_en: str = Field("", description="title of the English report")
    title_zh: str = Field("", description="title of the Chinese report")
    region: str = Field(
        "CN", description="region of the tables: CN, a province (广东, Guangdong or 44), or empty: as the files say"
    )
    embedded: bool = Field(True, description="use the tables that ship inside, where they are of this region")
    years: tuple[int, ...] = Field((), description="years to use; none named: all")
    folder: Path | None = Field(None, description="folder of the study: tables in it are read")
    tables: tuple[Path, ...] = Field((), description="further tables to read")
    digital: tuple[str, ...] = Field((), description="digital sectors by code or name; none: the ICT pair")
    unit: str | None = Field(None, description="unit of the files, where they don't say")
    year: int | None = Field(None, description="year of a single file, where it doesn't say")
    supply: Supply | None = Field(
        None,
        description="what the Ghosh inverse distributes; not set: output for the nation, with imports for a region",
    )
    chapters: tuple[ChapterName, ...] = Field(CHAPTERS, description="chapters to compute, in order")
    tiers: TierSettings = Field(TierSettings(), description="how sectors are sorted into tiers")
    regions: RegionSettings = Field(RegionSettings(), description="how provinces are compared and estimated")
    size: SizeSettings = Field(SizeSettings(), description="size of the digital economy, and own series for it")
    uncertainty: Uncertainty = Field(Uncertainty(), description="how far flows may be off, for the intervals")
    outline: Path | None = Field(
        None, description="GeoJSON of provinces to draw instead of the outline inside; a property names the province"
    )

    def files(self) -> list[Path]:
        """Tables handed over by the user, in order of their names."""
        found = list(self.tables)
        series = {path.resolve() for path in self.size.files().values()}
        if self.folder is not None:
            found += [
                path
                for path in sorted(self.folder.iterdir())
                if path.suffix.lower() in TABLE_ENDINGS
                and not path.name.startswith(("~$", "."))
                and path.resolve() not in series
            ]
        return found


def studies() -> list[str]:
    """Names of the embedded studies."""
    return sorted(p.name.removesuffix(".toml") for p in files(__package__).joinpath("studies").iterdir())


def load_study(what: str | Path | Study = "china") -> Study:
    """Study by name, from a TOML file, from a folder of tables, or of one table.

    Raises
    ------
    DataError
        No such study or file.
    InputError
        A setting that can't be; the message names it.

    Examples
    --------
    >>> load_study("china").tiers.k
    5
    """
    if isinstance(what, Study):
        return what
    path = Path(what)
    if str(what) in studies():
        text = files(__package__).joinpath("studies", f"{what}.toml").read_text(encoding="utf-8")
        return _parsed(text, f"{what}.toml", None)
    if path.is_dir():
        inside = path / "study.toml"
        if inside.exists():
            return load_study(inside)
        return _own(Study(name=path.resolve().name, embedded=False, folder=path), path)
    if not path.exists():
        raise DataError("study-unknown", study=str(what), nearest=nearest(str(what), studies()),
                        known=", ".join(studies()))  # fmt: skip
    if path.suffix.lower() in TABLE_ENDINGS:
        return Study(name=path.stem, embedded=False, tables=(path,), region="")
    if path.suffix.lower() == ".toml":
        return _parsed(path.read_text(encoding="utf-8"), path.name, path.resolve().parent)
    raise InputError("study-ending", path=path.name, known=", ".join([".toml", *TABLE_ENDINGS]))


def _own(study: Study, folder: Path) -> Study:
    if not study.files():
        raise InputError("study-empty", folder=str(folder), known=", ".join(TABLE_ENDINGS))
    return study.model_copy(update={"region": ""})


def _parsed(text: str, where: str, folder: Path | None) -> Study:
    try:
        fields = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError("study-toml", path=where, reason=str(error)) from None
    as_run = fields.pop("run", None)  # what a run wrote beside its settings: the files there are its output
    if folder is not None:
        if as_run is None:
            fields.setdefault("folder", str(folder))
        fields["tables"] = [str(folder / table) for table in fields.get("tables", [])]
        if "outline" in fields:
            fields["outline"] = str(folder / str(fields["outline"]))
        own = fields.get("size", {})
        if isinstance(own, dict):
            own |= {name: str(folder / str(own[name])) for name in OWN_SERIES if name in own}
    try:
        return Study.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        setting = ".".join(str(part) for part in first["loc"])
        raise InputError("study-setting", path=where, setting=setting, reason=first["msg"],
                         given=repr(first.get("input"))) from None  # fmt: skip
