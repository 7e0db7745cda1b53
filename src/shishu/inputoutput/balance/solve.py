"""The iteration: sweeps and Newton steps, whatever the system of totals is.

Convergence is judged on the totals. A system says how far a point is off, what a sweep makes of it, and what a
Newton step does; the multipliers of all systems are those of a convex dual (see ``vectors`` and ``flat``).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, Literal, Protocol, TypeVar

import numpy as np

from shishu.progress import Progress
from shishu.table import Array

Method = Literal["newton", "sweeps"]
T = TypeVar("T")

#: Sweeps before the first Newton step: one brings the totals near enough for it.
WARM_SWEEPS = 1
#: Steps in which the residual must halve, and sweeps in which it must fall by a tenth, or the solver has stalled.
STEPS, PATIENCE = 40, 1000
#: Iterations after which it is worth asking whether totals can be met at all: most problems are solved by then.
DOUBT = 12
#: Residual to which single precision serves.
ROUGH = 1e-4
#: Longest step in a log multiplier: a cell moves by e^8 at most.
LONGEST = 8.0


class System(Protocol[T]):
    """Totals to be met by multipliers."""

    @property
    def begin(self) -> T:
        """Multipliers of 1."""

    @property
    def few(self) -> int:
        """So many sweeps cost no more than the Newton steps that they would save: "auto" then goes on sweeping."""

    @property
    def rough(self) -> "System[T] | None":
        """The same in single precision, for the first part of the way; None where that wouldn't pay."""

    def resumed(self, point: T, /) -> T:
        """A point of ``rough``, in full precision."""

    def residual(self, point: T, /) -> float:
        """Largest relative error of a total."""

    def sweep(self, point: T, /) -> T:
        """One round of closed forms: each group of multipliers in turn meets its own totals."""

    def step(self, point: T, forcing: float, /) -> T | None:
        """One Newton step that leaves about ``forcing`` of the errors; None where no step goes down."""


@dataclass(frozen=True, slots=True, eq=False)
class Solution(Generic[T]):
    """Where the iteration ended.

    Attributes
    ----------
    point
        Multipliers and what follows from them.
    method : {"newton", "sweeps"}
        The last iteration's.
    iterations : int
        Newton steps and sweeps.
    residual : float
    stalled : bool
        Whether it ended without progress.
    """

    point: T
    method: Method
    iterations: int
    residual: float
    stalled: bool


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """When to stop.

    Attributes
    ----------
    tol : float
        Residual to reach.
    max_iter : int
        Newton steps and sweeps, together.
    report : callable
        Called with the residual after each iteration.
    doubt : callable
        Called once, after ``DOUBT`` iterations; raises if totals can't be met.
    """

    tol: float
    max_iter: int
    report: Callable[[float], None]
    doubt: Callable[[], None]


def aim(tol: float, max_iter: int, progress: Progress, doubt: Callable[[], None]) -> Aim:
    """Half the tolerance, so that the matrix meets it too; progress on a log scale from where the residual began."""
    first: list[float] = []

    def report(residual: float) -> None:
        if not first:
            first.append(min(max(residual, 2 * tol), 1e300))
        left = min(max(residual, tol), first[0])
        progress("balance", math.log(first[0] / left) / math.log(first[0] / tol))

    return Aim(tol / 2, int(max_iter), report, doubt)


def solve(system: System[T], aim: Aim, solver: str, explain: Callable[[T], None]) -> Solution[T]:
    """Balance by sweeps, by Newton steps, or by what promises to be faster.

    ``explain`` is called where the iteration ends short of its aim, and raises if it finds why.
    """
    with np.errstate(all="ignore"):  # a step too far overflows, and is shortened
        if solver == "sweeps":
            found = sweeps(system, system.begin, aim)
        else:
            found = _newton_in_two(system, aim, few=system.few if solver == "auto" else 0)
        if not found.residual <= aim.tol:
            aim.doubt()
            explain(found.point)
            if solver == "auto" and found.stalled:
                again = sweeps(system, system.begin, replace(aim, max_iter=aim.max_iter - found.iterations))
                return replace(again, iterations=again.iterations + found.iterations)
        return found


def _newton_in_two(system: System[T], aim: Aim, few: int) -> Solution[T]:
    """Newton steps in single precision as long as they serve, then in full."""
    if system.rough is None:
        return newton(system, system.begin, aim, few)
    near = newton(system.rough, system.rough.begin, replace(aim, tol=max(aim.tol, ROUGH)), few)
    rest = replace(aim, max_iter=aim.max_iter - near.iterations)
    if near.residual <= ROUGH:
        found = newton(system, system.resumed(near.point), rest, few, warm=0)
    else:
        found = newton(system, system.begin, rest, few)
    return replace(found, iterations=found.iterations + near.iterations)


def sweeps(system: System[T], point: T, aim: Aim) -> Solution[T]:
    """Sweep until totals are met; stalls when the residual has not fallen by a tenth in ``PATIENCE`` sweeps."""
    residual = mark = system.residual(point)
    iterations = 0
    while residual > aim.tol and iterations < aim.max_iter:
        point = system.sweep(point)
        residual = system.residual(point)
        iterations += 1
        aim.report(residual)
        if iterations == DOUBT:
            aim.doubt()
        if iterations % PATIENCE == 0:
            if not residual < 0.9 * mark:
                return Solution(point, "sweeps", iterations, residual, stalled=True)
            mark = residual
    return Solution(point, "sweeps", iterations, residual, stalled=False)


def newton(system: System[T], point: T, aim: Aim, few: int, warm: int = WARM_SWEEPS) -> Solution[T]:
    """Newton steps after a few sweeps, and sweeps again where ``few`` of them seem to do."""
    residual, previous = system.residual(point), np.inf
    method: Method = "newton"
    marks: list[float] = []
    while residual > aim.tol and len(marks) < aim.max_iter:
        further: T | None
        if len(marks) < warm or _sweeps_left(residual, previous, aim.tol) <= few:
            previous = residual
            method, further = "sweeps", system.sweep(point)
        else:
            previous = np.inf  # how far a Newton step came says nothing of sweeps
            method, further = "newton", system.step(point, max(0.5 * aim.tol / residual, min(0.05, residual)))
        if further is None:
            return Solution(point, method, len(marks), residual, stalled=True)
        point = further
        residual = system.residual(point)
        marks.append(residual)
        aim.report(residual)
        if len(marks) == DOUBT:
            aim.doubt()
        if len(marks) > STEPS and not min(marks[-STEPS:]) < 0.5 * min(marks[:-STEPS]):
            return Solution(point, method, len(marks), residual, stalled=True)
    return Solution(point, method, len(marks), residual, stalled=False)


def _sweeps_left(residual: float, previous: float, tol: float) -> float:
    """How many more sweeps would do if the residual goes on falling as it did."""
    if not 0 < residual < previous < np.inf:
        return np.inf
    return math.log(tol / residual) / math.log(residual / previous)


def searched(move: Callable[[float], T], slope_at: Callable[[T], float], slope: float, step: Array) -> T | None:
    """Where a step down the dual ends, shortened until it is safe; None where it can't be.

    The dual is convex, so its slope along a step rises. A step is short enough when the slope at its end has not
    risen to a quarter of what it fell by at its beginning; no value of the dual is needed.
    """
    if not slope < 0:
        return None
    share = min(1.0, LONGEST / max(float(np.abs(step).max()), np.finfo(float).tiny))
    for _ in range(40):
        further = move(share)
        rise = slope_at(further)
        if rise <= -0.25 * slope:
            return further
        share *= min(0.9, max(0.1, slope / (slope - rise))) if np.isfinite(rise) else 0.1
    return None
