"""What lies between a printed size and ours: the two parts, definitions, conversions, the GDP below a share."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import isnan

from shishu.accounts.scope import QUANTILES
from shishu.datasets import figures
from shishu.study.audit.evidence import Evidence
from shishu.study.audit.found import PERCENT, Found, Sizes
from shishu.study.audit.published import Figure, by_what

TRILLION = 1e4
DEFINITIONS = ("pair", "fine", "core")
CONVERSIONS = ("L1", "L2", "L3", "L4", "L5")
#: Releases of GDP, the one of the time first.
RELEASES = ("first release", "final verification", "after 4th census", "after 5th census")
#: Share of a total and the total itself, as series have them.
TOTALS = {"share": "size", "di-share": "di", "id-share": "id", "core-share": "core"}


@dataclass(frozen=True, slots=True)
class Parts:
    """Digital industrialisation and industrial digitisation of a total, in the unit of the total.

    Attributes
    ----------
    di, digitised : float
    implied : bool
        Whether the second is the total less the first, not printed itself.
    """

    di: float
    digitised: float
    implied: bool = False

    def __bool__(self) -> bool:
        return not isnan(self.di + self.digitised)


def printed_value(publisher: str, what: str, year: int) -> float:
    """A printed figure in 1e8 CNY or percent; NaN where there is none."""
    found = by_what().get((publisher, what, year))
    return float("nan") if found is None else found.value


def printed_parts(asked: Figure) -> Parts:
    """The parts that the publisher of a total prints with it; NaN where it prints none."""

    def value(what: str, year: int = asked.year) -> float:
        return printed_value(asked.publisher, what, year)

    if asked.what == "size":
        return _completed(asked.value, value("di"), value("id"))
    if asked.what == "share":
        levels = _completed(value("size"), value("di"), value("id"))
        over = asked.value / value("size")
        stated = Parts(value("di-share"), value("id-share"))
        return stated or Parts(over * levels.di, over * levels.digitised, levels.implied)
    if asked.what == "share-gain":
        first = int(asked.period.split("-")[0])
        return Parts(value("di-share") - value("di-share", first), value("id-share") - value("id-share", first))
    if asked.what == "growth":
        now = _completed(value("size"), value("di"), value("id"))
        before = Parts(now.di / (1 + value("di-growth") / PERCENT), now.digitised / (1 + value("id-growth") / PERCENT))
        whole = before.di + before.digitised
        if not before:
            year = asked.year - 1
            whole = value("size", year)
            before = _completed(whole, value("di", year), value("id", year))
        di, digitised = now.di - before.di, now.digitised - before.digitised
        return Parts(PERCENT * di / whole, PERCENT * digitised / whole, now.implied or before.implied)
    return Parts(float("nan"), float("nan"))


def _completed(total: float, di: float, digitised: float) -> Parts:
    """Parts of a printed total, the second from the total where only the first is printed."""
    return Parts(di, total - di, implied=True) if isnan(digitised) else Parts(di, digitised)


def own_parts(sizes: Sizes, asked: Figure) -> Parts:
    """The parts of our total."""
    year = asked.year
    if asked.what in {"share", "share-gain"}:
        di, digitised = sizes.of("di-share", year), sizes.of("id-share", year)
        if asked.what == "share":
            return Parts(di, digitised)
        first = int(asked.period.split("-")[0])
        return Parts(di - sizes.of("di-share", first), digitised - sizes.of("id-share", first))
    di, digitised = sizes.of("di", year), sizes.of("id", year)
    if asked.what == "growth":
        whole = sizes.of("size", year - 1)
        di, digitised = di - sizes.of("di", year - 1), digitised - sizes.of("id", year - 1)
        return Parts(PERCENT * di / whole, PERCENT * digitised / whole)
    return Parts(di, digitised)


@cache
def releases() -> Mapping[int, Mapping[str, float]]:
    """GDP in 1e8 CNY by year and release."""
    frame = figures("accounts-cn-annual")
    rows = frame[frame["series"] == "gdp"]
    found: dict[int, dict[str, float]] = {}
    for year, release, value in zip(rows["year"], rows["vintage"], rows["value"], strict=True):
        found.setdefault(int(year), {})[str(release)] = float(value)
    return found


def printed_product(asked: Figure, tables: float = float("nan")) -> tuple[float, str]:
    """GDP that a printed share stands over: that of the first release that fits the printed digits, else as implied.

    Parameters
    ----------
    asked : Figure
        A share.
    tables : float
        Value added of the table of the year, which is tried last.

    Returns
    -------
    value : float
        1e8 CNY; NaN where the total isn't printed.
    release : str
        Empty where none fits.
    """
    total = by_what().get((asked.publisher, TOTALS[asked.what], asked.year))
    if total is None:
        return float("nan"), ""
    least, most = (PERCENT * t / s for t, s in zip(total.bounds, reversed(asked.bounds), strict=True))
    known = releases().get(asked.year, {})
    candidates = {**{name: known[name] for name in RELEASES if name in known}, "tables": tables}
    fits = [name for name, value in candidates.items() if least <= value <= most]
    return (candidates[fits[0]], fits[0]) if fits else (PERCENT * total.value / asked.value, "")


class Words:
    """Sentences on one printed figure and ours, in the language of the audit.

    Parameters
    ----------
    evidence : Evidence
    asked : Figure
    """

    def __init__(self, evidence: Evidence, asked: Figure) -> None:
        self.evidence = evidence
        self.asked = asked
        self.sizes: Sizes = evidence.sizes

    def ours(self) -> float:
        """Our counterpart, in 1e8 CNY or percent."""
        if self.asked.what == "share-gain":
            first, last = map(int, self.asked.period.split("-"))
            return self.sizes.of("share", last) - self.sizes.of("share", first)
        return self.sizes.of(self.asked.what, self.asked.year)

    def say(self, key: str, **facts: object) -> str:
        """One sentence."""
        return self.evidence.say(f"size-{key}", **facts)

    def shown(self, value: float, sign: str = "") -> str:
        """A value in the unit of the print; two decimals, none for amounts in 1e8 CNY."""
        amount = self.asked.value > 1e3 and self.asked.factor == 1.0
        return f"{value / self.asked.factor:{sign},.{0 if amount else 2}f}"

    def listed(self, values: Mapping[str, float]) -> str:
        """Names with their values."""
        return self.evidence.say("list").join(f"{name} {self.shown(value)}" for name, value in values.items())

    def parts(self) -> str:
        """The gap by component, or what ours consists of where the other side isn't printed."""
        printed, own = printed_parts(self.asked), own_parts(self.sizes, self.asked)
        conversion = self.sizes.conversion
        if not printed:
            return self.say("unparted", di=self.shown(own.di), id=self.shown(own.digitised), conversion=conversion)
        gap = self.asked.value - (own.di + own.digitised)
        di, digitised = printed.di - own.di, printed.digitised - own.digitised
        return self.say(
            "parts",
            gap=self.shown(gap, "+"),
            di=self.shown(di, "+"),
            di_printed=self.shown(printed.di),
            di_ours=self.shown(own.di),
            id=self.shown(digitised, "+"),
            id_printed=self.shown(printed.digitised),
            id_ours=self.shown(own.digitised),
            implied=self.say("implied") if printed.implied else "",
            conversion=conversion,
            rest=self.shown(gap - di - digitised, "+"),
        )

    def definitions(self) -> str:
        """Digital industrialisation by definition, and where the printed figure lies among them."""
        what = {"size": "di", "share": "di-share"}.get(self.asked.what, self.asked.what)
        printed = self.asked.value if what == self.asked.what else printed_parts(self.asked).di
        values = {name: self.sizes.of(what, self.asked.year, name) for name in DEFINITIONS}
        values = {self.say(name): v for name, v in values.items() if not isnan(v)}
        said = self.say("definitions", listed=self.listed(values))
        if isnan(printed) or len(values) < len(DEFINITIONS):
            return said
        return f"{said} {self.say('lies', printed=self.shown(printed), where=self.among(values, printed))}"

    def among(self, values: Mapping[str, float], printed: float) -> str:
        """Where a number lies among named ones."""
        ordered = sorted(values.items(), key=lambda pair: pair[1])
        below = [name for name, value in ordered if value <= printed]
        if not below:
            return self.say("below")
        if len(below) == len(ordered):
            return self.say("above")
        return self.say("between", first=below[-1], second=ordered[len(below)][0])

    def conversions(self) -> str:
        """Ours by the conversions that aren't the headline's."""
        values = {name: self.sizes.of(self.asked.what, self.asked.year, name)
                  for name in CONVERSIONS if name != self.sizes.conversion}  # fmt: skip
        known = {name: value for name, value in values.items() if not isnan(value)}
        if not known:
            return ""
        return self.say("conversions", conversion=self.sizes.conversion, listed=self.listed(known))

    def interval(self, found: Found) -> str:
        """The interval of ours, and on which side of its bounds the print is."""
        if isnan(found.low):
            return ""
        side = "inside" if found.low <= self.asked.value <= found.high else "outside"
        core = self.asked.what.startswith("core")  # its bounds are those of the unknown shares alone
        level = QUANTILES[1] - QUANTILES[0] if core else self.evidence.result.study.uncertainty.level
        bounds = {"low": self.shown(found.low), "high": self.shown(found.high)}
        return self.say("interval", level=f"{PERCENT * level:.0f}", **bounds, side=self.say(side))

    def product(self) -> str:
        """What another GDP below the line makes of a share."""
        year, ours = self.asked.year, self.sizes.of(self.asked.what, self.asked.year)
        total = self.sizes.total(year)
        first = releases().get(year, {}).get(RELEASES[0], float("nan"))
        below, name = printed_product(self.asked, total)
        if isnan(below):
            if isnan(first):
                return ""
            over = ours * total / first
            return self.say("product-first", first=f"{first / TRILLION:.2f}", ours=f"{total / TRILLION:.2f}",
                            over=self.shown(over), points=self.shown(over - ours, "+"))  # fmt: skip
        if name == "tables":
            return self.say("product-same", ours=f"{total / TRILLION:.2f}")
        over = ours * total / below
        release = self.say(f"release-{name.replace(' ', '-')}") if name else self.say("release-none")
        return self.say("product", implied=f"{below / TRILLION:.2f}", release=release, ours=f"{total / TRILLION:.2f}",
                        over=self.shown(over), points=self.shown(over - ours, "+"))  # fmt: skip
