"""Size of the digital economy as printed, beside ours: the reports, white papers, the statistics office, literature.

Our industrial digitisation is that of one conversion, a setting of the study; the others are told in the note. A
conversion is a variant only for the authors whose method it is.
"""

from collections.abc import Callable, Mapping
from math import isnan

from shishu.datasets.regions import PROVINCES
from shishu.i18n import language
from shishu.study.audit.evidence import Evidence
from shishu.study.audit.found import PERCENT, Found, grown
from shishu.study.audit.gaps import TRILLION, Words, printed_value
from shishu.study.audit.published import INSTITUTE, size_figures
from shishu.study.audit.verdict import Measured
from shishu.study.inputs import NATION

INDUSTRIES = ("primary", "secondary", "tertiary")
#: Majors of the core, as the classification numbers them.
MAJORS = {"manufacturing": "01", "services": "02", "applications": "03", "elements": "04"}
#: Conversions that are the method of authors themselves.
METHODS = {"Cai and Niu": "L3"}
#: Whose grouping the components by activity follow.
ACTIVITIES = "Xu and Zhang"
#: Province that the regional monitor is on.
ZHEJIANG = "浙江"


def measured(evidence: Evidence, figure: str) -> Measured:
    """Our counterpart of one printed figure on the size."""
    asked = size_figures()[figure]
    if "size" not in evidence.result.chapters:
        return Measured(missing="chapter-size" if evidence.result.inputs.region == NATION else "scale")
    words = Words(evidence, asked)
    for start, special in SPECIAL.items():
        if asked.what.startswith(start):
            return special(words)
    ours = words.ours()
    if isnan(ours):
        return Measured(missing="size-year" if words.sizes.years("digital_economy") else "scale")
    said = [told(words) for told in NOTES["penetration" if asked.what.startswith("penetration") else asked.what]]
    if asked.year > evidence.result.inputs.latest:
        said.append(words.say("projected", year=asked.year, latest=evidence.result.inputs.latest))
    return Measured(ours / asked.factor, _documented(words), " ".join(part for part in said if part))


def _documented(words: Words) -> dict[str, float]:
    """Conversions that the authors of a figure use themselves, unless ours is one of them."""
    own = METHODS.get(words.asked.publisher, words.sizes.conversion)
    value = words.sizes.of(words.asked.what, words.asked.year, own)
    return {} if own == words.sizes.conversion or isnan(value) else {own: value / words.asked.factor}


# -- what is told beside the two parts ---------------------------------------------------------------


def _interval(words: Words) -> str:
    return words.interval(words.sizes.found(words.asked.what, words.asked.year))


def _method(words: Words) -> str:
    """What the conversion of the authors gives."""
    if words.asked.publisher not in METHODS or words.asked.what.startswith("di"):
        return ""
    own = METHODS[words.asked.publisher]
    value = words.sizes.of(words.asked.what, words.asked.year, own)
    return words.say("method", conversion=own, value=words.shown(value))


def _growth_below(words: Words) -> str:
    """Growth of GDP that the two printed figures imply, and that of value added in our tables."""
    year = words.asked.year
    implied = printed_value(INSTITUTE, "growth", year) - words.asked.value
    ours = grown(words.sizes.total(year), words.sizes.total(year - 1))
    return words.say("growth-below", implied=f"{implied:.2f}", ours=f"{ours:.2f}")


def _rates(words: Words) -> str:
    """Whether the printed rates of the three industries add up to the printed industrial digitisation."""
    publisher, year = words.asked.publisher, words.asked.year
    parts = [
        printed_value(publisher, f"penetration-{name}", year) * words.sizes.industry(year, name) / PERCENT
        for name in INDUSTRIES
    ]
    printed = printed_value(publisher, "id", year)
    implied = isnan(printed)
    if implied:
        printed = printed_value(publisher, "size", year) - printed_value(publisher, "di", year)
    if isnan(sum(parts)) or isnan(printed):
        return ""
    return words.say("rates", sum=f"{sum(parts) / TRILLION:.2f}", printed=f"{printed / TRILLION:.2f}",
                     implied=words.say("implied") if implied else "",
                     ours=f"{words.sizes.of('id', year) / TRILLION:.2f}")  # fmt: skip


def _page(words: Words) -> str:
    """What the page says about the figure."""
    what = words.asked.what.split("-")[0]
    return words.say(f"page-{what}-{words.asked.year}") if words.asked.note else ""


def _activities(words: Words) -> str:
    """The core by activity, for the authors of that grouping."""
    if words.asked.publisher != ACTIVITIES:
        return ""
    found = words.sizes.components(words.asked.year, "activity")
    listed = {words.say(f"activity-{name}"): value for name, value in found.items()}
    return words.say("activities", listed=_shares(words, listed)) if found else ""


def _majors(words: Words) -> str:
    """The gap by majors of the core, in percent of GDP, printed less ours of the last fine table."""
    year = words.asked.year
    share = printed_value(words.asked.publisher, "core-share", year)
    fine = max((y for y in words.sizes.years("core_component") if y <= year), default=0)
    printed = {name: share * printed_value(words.asked.publisher, f"core-part-{name}", year) / PERCENT
               for name in MAJORS}  # fmt: skip
    if not fine or isnan(sum(printed.values())):
        return ""
    ours = words.sizes.components(fine, "major")
    listed = words.evidence.say("list").join(
        words.say("major", name=words.say(f"major-{name}"), printed=f"{value:.2f}", ours=f"{ours[MAJORS[name]]:.2f}",
                  gap=f"{value - ours[MAJORS[name]]:+.2f}")
        for name, value in printed.items()
    )  # fmt: skip
    return words.say("majors", year=year, table=fine, listed=listed, printed=f"{share:.2f}",
                     ours=f"{sum(ours.values()):.2f}")  # fmt: skip


def _shares(words: Words, values: Mapping[str, float]) -> str:
    return words.evidence.say("list").join(f"{name} {value:.2f}" for name, value in values.items())


#: What is said about a figure, in order.
NOTES: Mapping[str, tuple[Callable[[Words], str], ...]] = {
    "size": (Words.parts, Words.definitions, _method, Words.conversions, _interval),
    "share": (Words.parts, Words.definitions, _method, Words.product, Words.conversions, _interval),
    "share-gain": (Words.parts,),
    "growth": (Words.parts, Words.conversions),
    "growth-gap": (_growth_below, Words.conversions),
    "contribution": (Words.conversions,),
    "di": (_page, Words.definitions),
    "di-share": (Words.definitions, Words.product),
    "di-growth": (Words.definitions,),
    "di-part": (Words.conversions,),
    "id": (_page, _method, Words.conversions, _interval),
    "id-share": (Words.product, Words.conversions, _interval),
    "id-growth": (Words.conversions,),
    "penetration": (_page, Words.conversions, _interval, _rates),
    "core": (Words.definitions, _interval, _activities, _majors),
    "core-share": (Words.definitions, Words.product, _interval, _activities, _majors),
}


# -- figures that are not a total of the nation ------------------------------------------------------


def _part(words: Words) -> Measured:
    """A major's part of the core, from the last fine table."""
    asked, sizes = words.asked, words.sizes
    name = asked.what.removeprefix("core-part-")
    fine = max((y for y in sizes.years("core_component") if y <= asked.year), default=0)
    if not fine:
        return Measured(missing="table-fine")
    ours = sizes.components(fine, "major")
    value, whole = ours[MAJORS[name]], sum(ours.values())
    printed = printed_value(asked.publisher, f"core-{name}", asked.year)
    over = printed_value(asked.publisher, "core-share", asked.year) * asked.value / PERCENT
    note = words.say("part", table=fine, amount=f"{printed:,.0f}", year=asked.year, printed=f"{over:.2f}",
                     ours=f"{value:.2f}", gap=f"{over - value:+.2f}")  # fmt: skip
    return Measured(PERCENT * value / whole, note=note)


def _zhejiang(words: Words) -> Measured:
    """The core of Zhejiang: its table has the ICT pair alone."""
    asked, sizes = words.asked, words.sizes
    measure = "digital_industrialisation" + ("_share" if asked.what.endswith("-share") else "")
    found = sizes.row(measure, asked.year, "pair", region=ZHEJIANG)
    if isnan(found.value):
        tables = [y for y in sizes.years(measure, ZHEJIANG)
                  if sizes.row(measure, y, "pair", region=ZHEJIANG).status == "observed"]  # fmt: skip
        beside = {max((y for y in tables if y < asked.year), default=0), min((y for y in tables if y > asked.year),
                  default=0)} - {0}  # fmt: skip
        known = {str(y): sizes.row(measure, y, "pair", region=ZHEJIANG).value for y in sorted(beside)}
        return Measured(missing="province-year", note=words.say("province-beside", listed=words.listed(known))
                        if known else "")  # fmt: skip
    ratio = sizes.of("core", asked.year) / sizes.of("di", asked.year)
    said = [words.say("province", start=found.said.get("start", asked.year)), words.interval(found)]
    if not isnan(ratio):
        said.append(words.say("province-scope", ratio=f"{ratio:.2f}", scaled=words.shown(ratio * found.value)))
    return Measured(found.value, note=" ".join(part for part in said if part))


def _provinces(words: Words) -> Measured:
    """Counts of provinces by the size of the whole: only digital industrialisation is known of a province."""
    what, year = words.asked.what, words.asked.year
    measure = "digital_industrialisation" + ("" if what == "provinces-size" else "_share")
    found = words.sizes.regions(measure, year) if words.evidence.result.inputs.region == NATION else {}
    note = ""
    if found and what == "provinces-size":
        note = words.say("provinces-size", listed=_named(words, {p: f for p, f in found.items() if f.value > TRILLION}))
    elif found and what == "provinces-share":
        first = max(found, key=lambda place: found[place].value)
        note = words.say("provinces-share", name=_name(words, first), value=f"{found[first].value:.2f}")
    elif found and what == "provinces-above":
        nation = words.sizes.of("di-share", year)
        above = {place: one for place, one in found.items() if one.value > nation}
        note = words.say("provinces-above", number=len(above), value=f"{nation:.2f}", listed=_named(words, above))
    elif found:
        note = words.say("provinces-growth")
    return Measured(missing="provincial-digitisation", note=note)


def _named(words: Words, found: Mapping[str, Found]) -> str:
    """Names of provinces, the largest first."""
    ordered = sorted(found, key=lambda place: -found[place].value)
    return words.evidence.say("list").join(_name(words, place) for place in ordered) or "-"


def _name(words: Words, place: str) -> str:
    return place if language(words.evidence.lang) == "zh" else PROVINCES[place]


SPECIAL: Mapping[str, Callable[[Words], Measured]] = {
    "core-part-": _part,
    "province-core": _zhejiang,
    "provinces-": _provinces,
}
