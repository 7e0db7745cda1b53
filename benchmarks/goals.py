"""What was measured in this run, as ratios beside the goals. Printed when the run ends; nothing is asserted."""

from dataclasses import dataclass

#: CPU seconds by job, size and contender, and for memory copies of the matrix above the ready input.
MEASURED: dict[tuple[str, str, str], float] = {}


@dataclass(frozen=True)
class Goal:
    """Ours at most so many times a peer, or so much by itself (seconds, copies)."""

    job: str
    size: str
    ours: str
    peer: str | None
    most: float
    unit: str = ""


GOALS = [
    Goal("RAS, realistic", "3465", "shishu", "POT", 0.1),
    Goal("RAS, realistic", "3465", "shishu", "MARIO", 0.05),
    Goal("RAS, realistic", "3465", "copies", None, 1.1, "copies"),
    Goal("RAS, realistic", "1302", "shishu", "POT", 0.1),
    Goal("RAS, realistic", "1302", "shishu", "MARIO", 0.05),
    Goal("RAS, realistic", "1302", "copies", None, 1.1, "copies"),
    Goal("GRAS", "42x50", "shishu", None, 0.0005, "s"),
    Goal("GRAS", "42x50", "shishu", "textbook", 0.0005 / 0.0011),
    Goal("GRAS", "1302x1457", "shishu", None, 0.05, "s"),
    Goal("GRAS", "1302x1457", "shishu", "textbook", 0.05 / 3.9),
    Goal("draws of digitisation", "10000 x 42 x 20", "shishu", None, 10.0, "s"),
]


def lines() -> list[str]:
    """Ratios of ours to everybody else, then the goals."""
    found = []
    for (job, size, peer), theirs in MEASURED.items():
        ours = MEASURED.get((job, size, "shishu"))
        if ours and peer not in ("shishu", "copies"):
            found.append(f"{job}, {size}: {1000 * ours:.4g} ms, {ours / theirs:.3f} x {peer} ({1000 * theirs:.4g} ms)")
        elif peer == "copies":
            found.append(f"{job}, {size}: {theirs:.2f} copies of the matrix")
    goals = []
    for goal in GOALS:
        ours = MEASURED.get((goal.job, goal.size, goal.ours))
        base = 1.0 if goal.peer is None else MEASURED.get((goal.job, goal.size, goal.peer))
        if ours is None or base is None:
            continue
        against = f" x {goal.peer}" if goal.peer else f" {goal.unit}"
        verdict = "reached" if ours / base <= goal.most else "MISSED"
        goals.append(f"{verdict:8}{goal.job}, {goal.size}: {ours / base:.3g}{against}, goal {goal.most:.2g}")
    return found + ([""] if goals else []) + goals
