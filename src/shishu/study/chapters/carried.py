"""Tables of the provinces carried to a year without any, and how far the same rule is off where tables are known."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shishu.datasets import figures, load_accounts
from shishu.datasets.classifications import COMMON
from shishu.errors import DataError
from shishu.findings import Finding
from shishu.inputoutput import annual_tables, update_tables_jointly
from shishu.progress import Progress
from shishu.study.config import Blocks
from shishu.study.inputs import Inputs
from shishu.table import InputOutputTable

PRODUCT = "grp-provinces-annual"
#: All sectors together, as a group.
ALL = ""
#: The same settings by name: what the estimate is, and what its variant is.
OTHER: Mapping[Blocks, Blocks] = {"industries": "none", "sectors": "none", "none": "industries"}
Tables = Mapping[str, InputOutputTable]
Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """How tables are carried: national growth by sector, growth of gross regional product, and joint balancing.

    Attributes
    ----------
    inputs : Inputs
    product : DataFrame
        Gross regional product of one vintage, provinces by years.
    groups : mapping of name to codes
        Groups of findings.
    """

    inputs: Inputs
    product: pd.DataFrame
    groups: Groups

    def reaches(self, start: int, target: int) -> bool:
        """Whether national tables and regional product allow to carry tables from one year to the other."""
        known = self.inputs.compared if self.inputs.sectors.id == COMMON else {}
        return start < target and start in known and {start, target} <= {*self.product.columns}

    def carry(self, tables: Tables, start: int, target: int, blocks: Blocks, *, ahead: bool) -> pd.DataFrame:
        """Digital inputs by region and group as the rule gives them.

        Parameters
        ----------
        ahead : bool
            Whether national tables from the target year on are withheld, as they are for a year to come.

        Returns
        -------
        DataFrame
            Index ``region``, ``group``; columns ``level`` and ``inputs``.
        """
        known = {year: t for year, t in self.inputs.compared.items() if year < target or not ahead}
        nation = annual_tables(known, load_accounts(), [target])[target]
        made = update_tables_jointly(
            tables,
            before=self.inputs.compared[start],
            after=nation,
            growth=self.product[target] / self.product[start],
            groups=blocks_of(self.groups, blocks),
        )
        return bought(made.tables, self.groups)


def bought(tables: Tables, groups: Groups) -> pd.DataFrame:
    """Digital inputs (``level``) and all intermediate inputs (``inputs``) by region and group, in the tables' unit.

    ``digital_inputs_by_group`` of many tables on one list at once.
    """
    codes = next(iter(tables.values())).sectors.codes
    members = np.array([np.isin(codes, list(group)) for group in groups.values()], dtype=float)
    digital = np.isin(codes, list(groups["digital"])).astype(float)
    Z = np.array([t.intermediate.to_numpy() for t in tables.values()])
    index = pd.MultiIndex.from_product([list(tables), list(groups)], names=["region", "group"])
    parts = {"level": (digital @ Z) @ members.T, "inputs": Z.sum(axis=1) @ members.T}
    return pd.DataFrame({name: values.ravel() for name, values in parts.items()}, index=index)


def blocks_of(groups: Groups, blocks: Blocks) -> dict[str, list[str]]:
    """Groups of sectors whose flows, summed over provinces, move as in the nation.

    By ``industries``: the three without the digital sectors, and each digital sector by itself.
    """
    if blocks == "none":
        return {}
    if blocks == "sectors":
        return {code: [code] for code in groups[ALL]}
    digital = list(groups["digital"])
    rest = {
        name: [code for code in groups[name] if code not in digital] for name in ("primary", "secondary", "tertiary")
    }
    return {**{name: codes for name, codes in rest.items() if codes}, **{code: [code] for code in digital}}


def estimate(
    inputs: Inputs, held: Mapping[int, Tables], groups: Groups, progress: Progress
) -> tuple[list[Finding], tuple[str, ...]]:
    """Findings on the estimated year and on the errors of the rule, and what could not be had.

    Parameters
    ----------
    held : mapping of year to tables by region
        Years with tables of (nearly) all provinces, on the common list.
    """
    settings = inputs.study.regions
    start, target = max(held, default=0), settings.estimate
    product = figures(PRODUCT).pivot_table(index="region", columns="year", values="value", observed=True)
    rule = Rule(inputs, product, groups)
    if not rule.reaches(start, target):
        return [], ("no-estimate",)
    progress(str(target), 0.5)
    try:
        made = {
            blocks: rule.carry(held[start], start, target, blocks, ahead=False)
            for blocks in (settings.blocks, OTHER[settings.blocks])
        }
    except DataError:  # the accounts don't reach that year
        return [], ("no-estimate",)
    tested = list(back_casts(rule, held, settings.blocks, progress))
    sources = tuple(dict.fromkeys([*(t.source.id for t in held[start].values()), PRODUCT, "accounts-cn-annual",
                                   *(t.source.id for t in inputs.tables.values())]))  # fmt: skip
    chosen = {"balance": "mrgras", "start": start, "blocks": settings.blocks, "role": "default",
              "tested": ", ".join(test.period for test in tested)}  # fmt: skip
    found = [*with_bands(made[settings.blocks], tested, inputs.study.uncertainty.level, str(target), chosen, sources)]
    other = {**chosen, "blocks": OTHER[settings.blocks], "role": "variant"}
    found += with_bands(made[OTHER[settings.blocks]], [], 0.0, str(target), other, sources)
    for test in tested:
        found += test.findings(chosen)
    return found, () if tested else ("no-bands",)


@dataclass(frozen=True, slots=True)
class BackCast:
    """The rule used for a year with tables, and what they say.

    Attributes
    ----------
    period : str
        ``start-target``.
    ours, actual, naive : DataFrame
        ``level`` and ``inputs`` by region and group: by the rule, in the tables, and the start's grown like
        gross regional product, so that shares stay.
    sources : tuple of str
    """

    period: str
    ours: pd.DataFrame
    actual: pd.DataFrame
    naive: pd.DataFrame
    sources: tuple[str, ...]

    def level_errors(self) -> pd.DataFrame:
        """Log of estimated over actual level, regions by groups; NaN where there is none."""
        a, b = (frame["level"].unstack("group") for frame in (self.ours, self.actual))
        return np.log(a.where(a > 0) / b.where(b > 0))

    def share_errors(self) -> pd.DataFrame:
        """Estimated less actual share, in points, regions by groups."""
        return shares(self.ours) - shares(self.actual)

    def findings(self, chosen: Mapping[str, object]) -> Iterator[Finding]:
        """Errors of the rule and, beside it, of leaving shares as they were."""
        for name, frame in ((str(chosen["blocks"]), self.ours), ("unchanged", self.naive)):
            median = (shares(frame) - shares(self.actual)).abs().median()
            summed, true = (part["level"].groupby(level="group").sum() for part in (frame, self.actual))
            for group in median.index:
                parameters = {"list": COMMON, "rule": name}
                for measure, value in (
                    ("estimate_error_share", median[group]),
                    ("estimate_error_level", 100.0 * (summed[group] / true[group] - 1.0)),
                ):
                    yield Finding(measure, float(value), "provinces", self.period, sector=str(group),
                                  status="estimated", parameters=parameters, sources=self.sources)  # fmt: skip


def shares(frame: pd.DataFrame) -> pd.DataFrame:
    """Digital inputs over intermediate inputs in percent, regions by groups; 0 where there are no inputs."""
    level, whole = (frame[name].unstack("group") for name in ("level", "inputs"))
    return (100.0 * level / whole.where(whole != 0)).fillna(0.0)


def back_casts(rule: Rule, held: Mapping[int, Tables], blocks: Blocks, progress: Progress) -> Iterator[BackCast]:
    """The rule for every year with tables that it reaches from the year with tables before."""
    for first, second in itertools.pairwise(sorted(held)):
        if not rule.reaches(first, second):
            continue
        progress(f"{first}-{second}", 0.7)
        both = [region for region in held[first] if region in held[second]]
        before = {region: held[first][region] for region in both}
        try:
            ours = rule.carry(before, first, second, blocks, ahead=True)
        except DataError:  # the accounts don't reach back
            continue
        growth = (rule.product[second] / rule.product[first])[both]
        start = bought(before, rule.groups)
        actual = bought({region: held[second][region] for region in both}, rule.groups)
        naive = start.mul(growth.reindex(start.index.get_level_values("region")).to_numpy(), axis=0)
        sources = {t.source.id: None for year in (first, second) for t in held[year].values()}
        yield BackCast(f"{first}-{second}", ours, actual, naive, (*sources, PRODUCT, "accounts-cn-annual"))


def with_bands(
    frame: pd.DataFrame,
    tested: Sequence[BackCast],
    level: float,
    period: str,
    chosen: Mapping[str, object],
    sources: tuple[str, ...],
) -> Iterator[Finding]:
    """Level and share of every province, and of all together, with the errors of the back-casts as bands.

    A province: the quantile q of the absolute errors (logs of levels, points of shares) over provinces and
    back-casts. All together: the largest error of a back-cast, since there is one a back-cast; but no less than
    independent errors of the provinces would leave, ``q sqrt(sum w^2)`` with weights w of the sum or mean.
    """
    variant = chosen["role"] == "variant"
    own = shares(frame)
    for group in frame.index.unique("group"):
        amount = frame["level"].xs(group, level="group")
        ratio = Spread.of([test.level_errors()[group] for test in tested], level)
        points = Spread.of([test.share_errors()[group] for test in tested], level)
        summed = [float(np.log(_sum(test.ours, group) / _sum(test.actual, group))) for test in tested]
        means = [float(test.share_errors()[group].mean()) for test in tested]
        found = [
            ("group_digital_input", "provinces", amount.sum(), ratio.together(summed, amount / amount.sum())),
            (
                "mean_digital_input_share",
                "provinces",
                own[group].mean(),
                points.together(means, own[group] * 0 + 1 / len(own)),
            ),
        ]
        if not variant:
            found += [("group_digital_input", region, value, ratio.one) for region, value in amount.items()]
            found += [("group_digital_input_share", region, value, points.one) for region, value in own[group].items()]
        for measure, region, value, spread in found:
            if measure == "group_digital_input":
                low, high = value * np.exp(-spread), value * np.exp(spread)
            else:
                low, high = max(value - spread, 0.0), min(value + spread, 100.0)
            yield Finding(measure, float(value), str(region), period, sector=str(group), low=float(low),
                          high=float(high), status="estimated", parameters={"list": COMMON, **chosen},
                          sources=sources)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spread:
    """How far estimates of one group are off: ``one``, of a single province; NaN where nothing was tested."""

    one: float

    @classmethod
    def of(cls, errors: "Sequence[pd.Series[float]]", level: float) -> "Spread":
        """Quantile of the absolute errors of all provinces and back-casts."""
        return cls(float(pd.concat(errors).abs().quantile(level)) if errors else float("nan"))

    def together(self, errors: Sequence[float], weights: "pd.Series[float]") -> float:
        """Of a sum or mean over provinces: the largest error seen, or what independent errors would leave."""
        return max([*map(abs, errors), self.one * float(np.sqrt((weights**2).sum()))])


def _sum(frame: pd.DataFrame, group: str) -> float:
    return float(frame["level"].xs(group, level="group").sum())
