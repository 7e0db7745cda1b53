"""Annual national accounts: growth from year to year, each link from one vintage."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pandas as pd

from shishu.datasets.catalogue import figures, receipt
from shishu.errors import DataError
from shishu.sources import Source

#: Bases of levels, the one to prefer first. Levels of two bases are never divided by one another.
BASES = ("after 5th census", "after 4th census", "before 5th census")
#: Vintages of real growth, the one to prefer first.
RELEASES = ("final verification", "first release")
_GROWTH = "_real_growth"


@dataclass(frozen=True, slots=True, eq=False)
class Accounts:
    """Growth of annual series, link by link.

    Attributes
    ----------
    links : DataFrame
        One row a ``series`` and ``year`` (the index): ``growth``, level over that of the year before; ``basis``,
        the vintage that both levels are of; ``kind``, ``nominal`` or ``volume``.
    source : Source
    region : str
        ``CN`` or a region's name; tables of another region can't follow them.
    """

    links: pd.DataFrame
    source: Source
    region: str = "CN"

    @classmethod
    def build(cls, levels: pd.DataFrame, source: Source | None = None, region: str = "CN") -> "Accounts":
        """Chain series from their levels.

        Each pair of neighbouring years takes the first basis of ``BASES`` that has both. Where none has, published
        real growth (series ``NAME_real_growth``, in percent) stands in, with the price unchanged.

        Parameters
        ----------
        levels : DataFrame
            Columns ``series``, ``year``, ``value``, ``vintage`` and ``basis`` (empty: compares with no other level).

        Examples
        --------
        >>> rows = [("va", 2017, 100.0, "a", BASES[0]), ("va", 2018, 110.0, "a", BASES[0]),
        ...         ("va", 2018, 105.0, "b", BASES[1]), ("va", 2019, 126.0, "b", BASES[1]),
        ...         ("va_real_growth", 2020, 5.0, "first release", "")]
        >>> a = Accounts.build(pd.DataFrame(rows, columns=["series", "year", "value", "vintage", "basis"]))
        >>> a.links
                     growth             basis     kind
        series year
        va     2018    1.10  after 5th census  nominal
               2019    1.20  after 4th census  nominal
               2020    1.05     first release   volume
        """
        links: dict[tuple[str, int], tuple[float, str, str]] = {}
        plain = levels.astype({"series": str, "vintage": str, "basis": str})
        for release in reversed(RELEASES):
            for row in plain[(plain["vintage"] == release) & plain["series"].str.endswith(_GROWTH)].itertuples():
                links[row.series.removesuffix(_GROWTH), int(row.year)] = (1 + row.value / 100, release, "volume")
        for basis in reversed(BASES):
            known = {(r.series, int(r.year)): float(r.value) for r in plain[plain["basis"] == basis].itertuples()}
            for (series, year), value in known.items():
                if (series, year - 1) in known:
                    links[series, year] = (value / known[series, year - 1], basis, "nominal")
        index = pd.MultiIndex.from_tuples(sorted(links), names=["series", "year"])
        rows = [links[key] for key in sorted(links)]
        frame = pd.DataFrame(rows, index=index, columns=["growth", "basis", "kind"])
        return cls(frame, source or Source(id="own"), region)

    def has(self, series: str, year: int) -> bool:
        """Whether growth of a series in a year is known."""
        return (series, year) in self.links.index

    def link(self, year: int, *series: str) -> float:
        """Growth in one year: of the first series that has it.

        Raises
        ------
        DataError
            None has it; the years that the first series has are named.
        """
        for name in series:
            if self.has(name, year):
                return float(self.links.loc[(name, year), "growth"])
        known = self.years(series[0])
        raise DataError("accounts-year", series=series[0], year=year, known=_spans(known) or "-")

    def growth(self, first: int, last: int, *series: str) -> float:
        """Growth from one year to a later one, link by link; in each year of the first series that has it.

        >>> accounts = load_accounts()
        >>> round(accounts.growth(2012, 2017, "va_tertiary"), 4)
        1.7877
        """
        product = 1.0
        for year in range(first + 1, last + 1):
            product *= self.link(year, *series)
        return product

    def years(self, series: str) -> list[int]:
        """Years in which growth of a series is known."""
        names = self.links.index.get_level_values("series")
        return sorted(int(y) for y in self.links.index.get_level_values("year")[names == series])

    @property
    def last(self) -> int:
        """Last year with growth of value added of all three industries."""
        return min(max(self.years(name), default=0) for name in ("va_primary", "va_secondary", "va_tertiary"))


def _spans(years: Iterable[int]) -> str:
    """Years as runs: ``2011-2024, 2030``."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


@cache
def load_accounts() -> Accounts:
    """Annual national accounts of China that ship inside, 2010-2025.

    >>> links = load_accounts().links.loc["va_info_software"]
    >>> links.loc[2019:2021].round(4).to_numpy().tolist()
    [[1.1377, 'after 4th census', 'nominal'], [1.169, 'first release', 'volume'], [1.172, 'first release', 'volume']]
    """
    name = "accounts-cn-annual"
    return Accounts.build(figures(name), receipt(name))
