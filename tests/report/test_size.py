"""Sentences of the chapter on size say what the findings do."""

import pandas as pd

from shishu.charts.view import View
from shishu.findings import Finding, to_frame
from shishu.report.chapters.size import figures

#: Shares by conversion in two years; the one in the headline is the largest.
SHARES = {"L1": (10.0, 12.0), "L2": (20.0, 30.0), "L4": (15.0, 25.0)}


def test_the_other_conversions_are_the_others():
    found = [
        Finding(
            measure, factor * value, "CN", year, "", value - 1.0, value + 1.0, "estimated", {"conversion": name}, ()
        )
        for measure, factor in (("digital_economy_share", 1.0), ("digital_economy", 1e4))
        for name, values in SHARES.items()
        for year, value in zip(("2019", "2020"), values, strict=True)
    ]
    found += [
        Finding(
            "digital_industrialisation_share", 6.0, "CN", year, "", status="observed", parameters={"definition": "pair"}
        )
        for year in ("2019", "2020")
    ]
    bounds = ("outer_low", "outer_high", "inner_low", "inner_high")
    fan = pd.DataFrame({"period": [2019, 2020], **dict.fromkeys(bounds, 20.0)})
    view = View(to_frame(found), {"fan": fan}, {}, "", "", "en", {"sigma": 0.05, "level": 0.9}, {}, False)
    name, _, said, _ = next(figures(view))
    assert name == "size-national"
    assert "from 20.0 % of value added in 2019 to 30.0 % in 2020 (interval 29.0 to 31.0 %)" in said
    assert "the other conversions give 12.0 to 25.0 %" in said
