"""The chapter on integration tiers: what each figure shows, in one sentence."""

from collections.abc import Iterator

from shishu.charts import tiers as charts
from shishu.charts.view import Drawing, View


def figures(view: View) -> Iterator[tuple[str, Drawing, str, tuple[str, ...]]]:
    """Figures of the chapter, in order."""
    yield "dendrogram", charts.dendrogram(view), _dendrogram(view), ("tier", "tier_input_share")
    yield "tier-structure", charts.structure(view), _structure(view), ("tier_value_added_share",)
    drawing = charts.contributions(view)
    if drawing is not None:
        used = ("tier_contribution", "tier_contribution_real")
        yield "tier-contributions", drawing, _contributions(view), used
    yield "tier-stability", charts.stability(view), _stability(view), ("tier_jaccard", "tier_rand")


def _dendrogram(view: View) -> str:
    tier = view.pick("tier", view.compared)
    top = tier[tier["value"] == 1]["name"]
    mean = view.pick("tier_input_share").set_index("sector")["value"]
    key = "sentence-dendrogram" if len(mean) else "sentence-dendrogram-plain"
    counts = view.say("list-comma").join(str(n) for n in tier["value"].value_counts().sort_index())
    facts = {"first": f"{mean.iloc[0]:.1f}", "last": f"{mean.iloc[-1]:.1f}"} if len(mean) else {}
    return view.say(key, year=view.latest, number=len(tier), k=int(tier["value"].max()), counts=counts,
                    top=view.say("list-comma").join(top), **facts)  # fmt: skip


def _structure(view: View) -> str:
    data = view.pick("tier_value_added_share")
    wide = data.pivot_table(index="sector", columns="period", values="value")
    first, last = wide.columns.min(), wide.columns.max()
    bounds = data[data["period"] == last].set_index("sector")
    low, high = bounds["low"], bounds["high"]
    facts = {
        "year": last, "tier": view.tier("1"), "share": f"{wide.loc['1', last]:.1f}",
        "band": "" if low.isna().all() else view.say("structure-band", low=f"{low['1']:.1f}", high=f"{high['1']:.1f}"),
    }  # fmt: skip
    if first == last:
        return view.say("sentence-structure-one", **facts)
    change = wide[last] - wide[first]
    return view.say(
        "sentence-structure", **facts, first=first, share_first=f"{wide.loc['1', first]:.1f}",
        gain=view.tier(change.idxmax()), gain_value=f"{change.max():+.1f}",
        loss=view.tier(change.idxmin()), loss_value=f"{change.min():+.1f}",
    )  # fmt: skip


def _contributions(view: View) -> str:
    data = view.pick("tier_contribution")
    last = data["period"].max()
    part = data[data["period"] == last].set_index("sector")["value"]
    return view.say(
        "sentence-contributions", start=last[:4], end=last[-4:], tier=view.tier("1"), value=f"{part['1']:.1f}",
        largest=view.tier(part.idxmax()), most=f"{part.max():.1f}",
    )  # fmt: skip


def _stability(view: View) -> str:
    whole = view.pick("tier_rand").set_index("detail")["value"]
    tiers = view.pick("tier_jaccard")
    flows = tiers[tiers["detail"] == "flows perturbed"].set_index("sector")["value"]
    others = whole.drop("flows perturbed")
    return view.say(
        "sentence-stability", rand=f"{whole['flows perturbed']:.2f}", weakest=view.tier(flows.idxmin()),
        jaccard=f"{flows.min():.2f}", worst=charts.scenario(view, others.idxmin()), worst_rand=f"{others.min():.2f}",
    )  # fmt: skip
