"""From codes of GB/T 4754-2017 to classes of the digital economy of 2021: what is core, how much, and how sure."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from shishu.accounts.scope import core_classes, share_band
from shishu.datasets import digital_classification, industrial_classification
from shishu.datasets.codes import Reading, code_column, plain_code, read_codes
from shishu.datasets.reading.digital import check_digital_classification
from shishu.errors import CodeWarning, InputError, UncheckedWarning
from shishu.i18n import language, text
from shishu.labels import nearest

#: How sure a line is, the surest first.
STATUSES = ("certain", "unchecked", "ambiguous", "outside", "unknown")
#: Columns that ``classify`` adds.
COLUMNS = (
    "industry", "industry_name", "level", "digital", "digital_name", "core", "share", "low", "high", "efficiency",
    "status",
)  # fmt: skip
#: What stands between the names of several classes.
_BETWEEN = {"en": "; ", "zh": "；"}
#: Codes that a message names.
_NAMED = 5


@dataclass(frozen=True, slots=True, eq=False)
class Classified:
    """What ``classify`` found, a row for each row of the input, and what it couldn't be sure of.

    Attributes
    ----------
    frame : DataFrame
        Rows and index of the input, its columns where it had some, and ``COLUMNS``.
    codes : DataFrame
        A row for each distinct code in the order of appearance: ``COLUMNS``, ``unchecked`` (it rests on rows of the
        classification that aren't checked), ``lost_zero`` (its leading zero may be lost), ``counted`` (its share is
        that of the number of classes), ``rows``.
    """

    frame: pd.DataFrame
    codes: pd.DataFrame

    @property
    def counts(self) -> "pd.Series[int]":
        """Rows by status, in the order of ``STATUSES``."""
        return self.codes.groupby("status")["rows"].sum().reindex(list(STATUSES), fill_value=0)

    def having(self, status: str) -> "pd.Series[int]":
        """Codes of one status and their rows, the commonest first; a missing code is an empty text."""
        if status not in STATUSES:
            raise InputError("option-unknown", option="status", value=status, known=", ".join(STATUSES),
                             nearest=nearest(status, STATUSES))  # fmt: skip
        held = self.codes[self.codes["status"] == status]
        return held.set_index("industry")["rows"].sort_values(ascending=False, kind="stable")

    def notes(self) -> "dict[str, _Noted]":
        """What to look after: ``unchecked``, ``several`` (digital classes), ``counted``, ``lost-zero``, ``unknown``."""
        several = (self.codes["status"] == "ambiguous") & ~self.codes["lost_zero"]
        masks = {
            "unchecked": self.codes["unchecked"],
            "several": several,
            "counted": self.codes["counted"],
            "lost-zero": self.codes["lost_zero"],
            "unknown": self.codes["status"] == "unknown",
        }
        return {key: _Noted(self.codes[mask]) for key, mask in masks.items() if mask.any()}

    def message(self, lang: str | None = None) -> str:
        """Summary in one language: rows by what they are, and each thing to look after with its commonest codes."""
        share, rows = self.codes["share"], self.codes["rows"]
        parts = {
            "whole": share == 1.0,
            "part": (share > 0.0) & (share < 1.0),
            "none": share == 0.0,
            "unknown": share.isna(),
        }
        facts = {name: f"{rows[mask].sum():,}" for name, mask in parts.items()}
        said = [text("errors", "classified", lang, rows=f"{rows.sum():,}", **facts)]
        for key, noted in self.notes().items():
            said.append(text("errors", f"classified-{key}", lang, rows=noted.rows, codes=noted.message(lang)))
        return "\n".join(said)

    def __str__(self) -> str:
        return self.message()


@dataclass(frozen=True, slots=True, eq=False)
class _Noted:
    """Some codes and their rows, as a message names them: the commonest first."""

    codes: pd.DataFrame

    @property
    def rows(self) -> str:
        return f"{self.codes['rows'].sum():,}"

    def message(self, lang: str | None = None) -> str:
        most = self.codes.sort_values("rows", ascending=False, kind="stable").head(_NAMED)
        named = [code.replace(";", "/") or text("errors", "classified-empty", lang) for code in most["industry"]]
        rest = len(self.codes) - len(most)
        more = [text("errors", "classified-more", lang, number=rest)] if rest else []
        return ", ".join([*named, *more])


def classify(
    codes_or_frame: "pd.DataFrame | pd.Series[object] | Iterable[object] | str",
    *,
    column: str | None = None,
    classification: pd.DataFrame | None = None,
    weights: "pd.Series[float] | Mapping[str, float] | None" = None,
    lang: str | None = None,
) -> Classified:
    """Class of the digital economy of 2021 of industries of GB/T 4754-2017, whether core, and to which share.

    A class is core with share 1, or 0.5 where only part of it is (the asterisk of the order), with the band of a share
    of which nothing is known. A group, division or section has the mean over its classes,
    ``s = sum of w_c s_c / sum of w_c``, with ``w = 1`` or the weights given; its band is that of a share of which the
    mean alone is known, with weights that of its asterisk classes as if all erred alike.

    Codes are read as people write them: ``I65``, ``6511``, 6511, ``6511.0``, full width, with blanks. A number has no
    leading zero: where 391 stands among classes, it may be group 391 or class 0391; it is ``ambiguous`` and not taken
    for either, unless a section letter says which (``A391``). Nothing is dropped.

    Parameters
    ----------
    codes_or_frame : DataFrame, Series, sequence or str
        Codes, or a frame with a column of codes.
    column : str, optional
        Column of the frame. Default: the one named like a code of industries, or the only one.
    classification : DataFrame, optional
        Own classification in place of the embedded one (``read_digital_classification``).
    weights : Series or mapping, optional
        Value added or revenue by class of GB/T 4754-2017, not negative: needed for all classes of each group, division
        or section that stands in the input and is partly core.
    lang : {"en", "zh"}, optional
        Language of ``digital_name``; names of industries are those of the standard, in Chinese.

    Returns
    -------
    Classified
        Its ``frame`` has the rows and the index of the input, with these columns:

        ``industry`` (code as read; both readings where a zero may be lost), ``industry_name``, ``level``;
        ``digital`` (minor classes of 2021 in majors 01 to 04, middle classes for a division or section, joined by
        ``;``), ``digital_name``; ``core`` (whether any of it is core); ``share`` in [0, 1], ``low``, ``high`` (5 and
        95 % quantiles; 0 and 1 where the code is unknown); ``efficiency`` (minor classes of major 05, digital
        efficiency improvement, whose scope is inferred by division and which has no share); ``status``.

        ``certain``: the list is sure. ``unchecked``: it rests on rows of the classification that have not been compared
        with the official annex. ``ambiguous``: several minor classes name it (all are given, it counts once), or its
        zero may be lost. ``outside``: not core. ``unknown``: not in GB/T 4754-2017, or missing.

    Raises
    ------
    InputError
        No such column, or none to be found; a column of the result is taken; the classification is wrong; weights are
        missing, negative, or of codes that are no classes.

    Warns
    -----
    UncheckedWarning
        Rows rest on the classification where it isn't checked.
    CodeWarning
        Codes are unknown or may have lost a zero.

    References
    ----------
    National Bureau of Statistics of China (2021), Order No. 33; GB/T 4754-2017.

    Examples
    --------
    >>> found = classify(["6511", "I6520", 3911.0, "６５", "71", "0111"], lang="en")
    >>> found.frame[["industry", "level", "digital", "share", "status"]]
      industry     level    digital     share   status
    0     6511     class     030101  1.000000  certain
    1     6520     class     030401  1.000000  certain
    2     3911     class     010101  1.000000  certain
    3       65  division  0301;0304  1.000000  certain
    4       71  division       0203  0.153846  certain
    5     0111     class             0.000000  outside
    >>> print(found.message("en"))
    6 rows: 4 core, 1 core in part, 1 outside the core, 0 not told.
    1 rows (71) are groups, divisions or sections that are core in part: their share is that of the number of classes,
    with a wide band. Give codes of classes, or weights.
    """
    given, codes = _door(codes_or_frame, column)
    table = _embedded() if classification is None else _table(check_digital_classification(classification))
    places, read = read_codes(codes)
    if weights is not None:
        table = _weighted(table, _weights(weights, table), [code for reading in read for code in reading.codes])
    found = _found(read, table, "digital_name_" + language(lang))
    frame = found[list(COLUMNS)].take(places).set_axis(codes.index, axis=0)
    if given is not None:
        frame = pd.concat([given, frame], axis=1)
    result = Classified(frame, _distinct(found.assign(rows=np.bincount(places, minlength=len(read)))))
    noted = result.notes()
    for key, kind in (("unchecked", UncheckedWarning), ("lost-zero", CodeWarning), ("unknown", CodeWarning)):
        if key in noted:
            warnings.warn(kind(f"classified-{key}", rows=noted[key].rows, codes=noted[key]), stacklevel=2)
    return result


# -- the input ---------------------------------------------------------------------------------------


def _door(
    codes_or_frame: "pd.DataFrame | pd.Series[object] | Iterable[object] | str", column: str | None
) -> "tuple[pd.DataFrame | None, pd.Series[object]]":
    """The frame, where there is one, and its codes."""
    if isinstance(codes_or_frame, pd.DataFrame):
        name = code_column(codes_or_frame, column)
        taken = [name for name in COLUMNS if name in codes_or_frame and name != column]
        if taken:
            raise InputError("columns-taken", columns=", ".join(taken))
        return codes_or_frame, codes_or_frame[name]
    if column is not None:
        raise InputError("classify-no-frame", column=column)
    if isinstance(codes_or_frame, pd.Series):
        return None, codes_or_frame
    if isinstance(codes_or_frame, str):
        codes_or_frame = [codes_or_frame]
    if isinstance(codes_or_frame, Mapping) or not isinstance(codes_or_frame, Iterable):
        raise InputError("wrong-kind", what="codes_or_frame", kind="DataFrame, Series, list",
                         found=type(codes_or_frame).__name__)  # fmt: skip
    return None, pd.Series(list(codes_or_frame), dtype=object)


# -- what the classification says of each code -------------------------------------------------------


@cache
def _embedded() -> pd.DataFrame:
    return _table(digital_classification())


def _table(classification: pd.DataFrame) -> pd.DataFrame:
    """A row for every code of the standard, classes to sections, with what the classification says of it."""
    standard = industrial_classification()
    core = core_classes(classification)
    minors = core.groupby("industry", sort=False)["minor"].agg(tuple).to_dict()
    share = core.groupby("industry")["part"].sum().clip(upper=1.0).to_dict()
    unchecked = set(core.loc[core["unchecked"], "industry"])
    order = {code: place for place, code in enumerate(classification["code"])}
    improved = _improved(classification, standard.loc[standard["level"] == "class", "code"], share)
    members = _members(standard)
    shares = np.array([np.mean([share.get(one, 0.0) for one in members[code]]) for code in standard["code"]])
    rows = []
    for code, level, held in zip(standard["code"], standard["level"], shares, strict=True):
        classes = members[code]
        found = {minor for one in classes for minor in minors.get(one, ())}
        if level in {"division", "section"}:
            found = {minor[:-2] for minor in found}
        several = level == "class" and len(found) > 1
        rests = any(one in unchecked for one in classes)
        rows.append(
            {
                "digital": tuple(sorted(found, key=order.__getitem__)),
                "efficiency": ";".join(sorted({m for one in classes for m in improved[one]}, key=order.__getitem__)),
                "unchecked": rests,
                "counted": level != "class" and 0.0 < held < 1.0,
                "status": "outside" if not found else "ambiguous" if several else "unchecked" if rests else "certain",
            }
        )
    low, high = (band.round(12) for band in share_band(shares))
    names = {lang: dict(zip(classification["code"], classification[f"name_{lang}"], strict=True)) for lang in _BETWEEN}
    frame = pd.DataFrame(rows, index=pd.Index(standard["code"], name="code"))
    frame = frame.assign(share=shares, low=low, high=high)
    for lang, between in _BETWEEN.items():
        frame[f"digital_name_{lang}"] = [between.join(names[lang][c] for c in codes) for codes in frame["digital"]]
    return frame.assign(
        industry_name=standard["name_zh"].to_numpy(),
        level=standard["level"].to_numpy(),
        section=standard["section"].to_numpy(),
        digital=[";".join(codes) for codes in frame["digital"]],
    )


def _members(standard: pd.DataFrame) -> dict[str, list[str]]:
    """Classes of each code of the standard."""
    members: dict[str, list[str]] = {code: [] for code in standard["code"]}
    classes = standard[standard["level"] == "class"]
    for code, section in zip(classes["code"], classes["section"], strict=True):
        for above in (section, code[:2], code[:3], code):
            members[above].append(code)
    return members


def _improved(
    classification: pd.DataFrame, classes: "pd.Series[str]", share: Mapping[str, float]
) -> dict[str, tuple[str, ...]]:
    """Minor classes of digital efficiency improvement by class; a class that is core as a whole has none."""
    rest = classification[(classification["level"] == "minor") & ~classification["core"].astype(bool)]
    scopes = [
        (minor.code, tuple(filter(None, f"{minor.scope};{minor.industry_classes}".split(";"))))
        for minor in rest.itertuples()
    ]
    return {
        code: () if share.get(code) == 1.0 else tuple(minor for minor, scope in scopes if code.startswith(scope))
        for code in classes
    }


# -- weights -----------------------------------------------------------------------------------------


def _weights(weights: "pd.Series[float] | Mapping[str, float]", table: pd.DataFrame) -> "pd.Series[float]":
    """Weights by class, checked; a code of three digits may be a group or a class without its zero, and is refused."""
    given = pd.Series(pd.to_numeric(pd.Series(weights), errors="coerce"), dtype=float)
    given.index = pd.Index([plain_code(label).digits for label in given.index])
    strange = [str(label) for label, code in zip(pd.Series(weights).index, given.index, strict=True)
               if code not in table.index or table.loc[code, "level"] != "class"]  # fmt: skip
    if strange:
        raise InputError("weights-class", label=strange[0], count=len(strange))
    if given.index.has_duplicates:
        twice = given.index[given.index.duplicated()].unique()
        raise InputError("label-twice", labels=", ".join(twice), where="weights")
    wrong = given[~(np.isfinite(given) & (given >= 0.0))]
    if len(wrong):
        raise InputError("weights-value", code=wrong.index[0], value=wrong.iloc[0], count=len(wrong))
    return given


def _weighted(table: pd.DataFrame, weights: "pd.Series[float]", used: Iterable[str]) -> pd.DataFrame:
    """Shares of the groups, divisions and sections in use as weighted means over their classes."""
    table = table.copy()
    members = _members(industrial_classification())
    for code in dict.fromkeys(used):
        if not table.loc[code, "counted"]:
            continue
        absent = [one for one in members[code] if one not in weights.index]
        if absent:
            raise InputError("weights-missing", code=code, classes=", ".join(absent[:_NAMED]), count=len(absent))
        held = weights[members[code]].to_numpy()
        if held.sum() <= 0.0:
            raise InputError("weights-zero", code=code)
        for column in ("share", "low", "high"):
            table.loc[code, column] = float(held @ table.loc[members[code], column].to_numpy() / held.sum())
        table.loc[code, "counted"] = False
    return table


# -- the answer --------------------------------------------------------------------------------------


def _found(read: Sequence[Reading], table: pd.DataFrame, name: str) -> pd.DataFrame:
    """A row for each distinct cell."""
    first = table.reindex([reading.codes[0] if reading.codes else None for reading in read])
    known = np.array([bool(reading.codes) for reading in read])
    lost = np.array([len(reading.codes) > 1 for reading in read])
    share, low, high = (first[column].to_numpy(dtype=float, copy=True) for column in ("share", "low", "high"))
    low[~known], high[~known] = 0.0, 1.0
    words = {
        column: first[column].astype(object).where(known, "").to_numpy(dtype=object, copy=True)
        for column in ("industry_name", "level", "digital", name, "efficiency", "status")
    }
    words["status"][~known] = "unknown"
    unchecked = first["unchecked"].eq(True).to_numpy(copy=True)
    core = pd.array(share > 0.0, dtype="boolean")
    core[~known] = pd.NA
    for k in np.flatnonzero(lost).tolist():
        both = table.loc[list(read[k].codes)]
        least, most = both["share"].min(), both["share"].max()
        share[k] = least if least == most else np.nan
        low[k], high[k] = both["low"].min(), both["high"].max()
        core[k] = True if least > 0.0 else False if most == 0.0 else pd.NA
        unchecked[k] = both["unchecked"].any()
        for column in ("industry_name", "digital", name, "efficiency"):
            words[column][k] = ";".join(dict.fromkeys(filter(None, both[column])))
        words["level"][k], words["status"][k] = "", "ambiguous"
    return pd.DataFrame(
        {
            "industry": [reading.text for reading in read],
            "industry_name": words["industry_name"],
            "level": words["level"],
            "digital": words["digital"],
            "digital_name": words[name],
            "core": core,
            "share": share,
            "low": low,
            "high": high,
            "efficiency": words["efficiency"],
            "status": words["status"],
            "unchecked": unchecked,
            "lost_zero": lost,
            "counted": first["counted"].eq(True).to_numpy() & ~lost,
        }
    ).astype(dict.fromkeys(("industry_name", "level", "digital", "digital_name", "efficiency", "status"), "str"))


def _distinct(found: pd.DataFrame) -> pd.DataFrame:
    """A row for each distinct code that stands in the input."""
    held = found[found["rows"] > 0]
    rows = held.groupby(["industry", "status"], sort=False)["rows"].transform("sum")
    return held.assign(rows=rows).drop_duplicates(["industry", "status"], ignore_index=True)
