"""What the Portrait asks of who did the work: decisions by who decided, models, hours both ways.

One place where the chain of actors meets the Portrait. What is not measured here is left empty, and
the Portrait says unknown.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from canut.actions.learning.provenance_report import hours_of, inside_in_all, inside_models, who_did
from canut.core.portrait.machine_figures import DecidedIn, Machines, ModelWork
from canut.store.tables.loop import repaired_between


def machines_between(
    projects: Sequence[int],
    months: Sequence[tuple[str, int, int]],
    rng: np.random.Generator,
    *,
    is_simulated: bool,
) -> Machines:
    """Gather who decided in some projects.

    Args:
        projects: by number.
        months: of the period: name, first and last moment, in milliseconds since 1970 UTC.
        rng: to draw people anew for intervals.
        is_simulated: the hands of these projects are the demo's.
    """
    decided: list[DecidedIn] = []
    seen: set[str] = set()
    for name, begin_ms, end_ms in months:
        who = who_did(projects, begin_ms, end_ms)
        new = sorted(set(who.by_version) - seen)
        seen.update(new)
        decided.append(DecidedIn(name, who.counts, ", ".join(new), who.is_simulated))
    models = [
        ModelWork(
            one.name, one.decisions, _seconds(one.embodied), _seconds(one.upkeep), one.is_simulated
        )
        for one in inside_models(projects)
        if one.decisions
    ]
    hours = hours_of(projects, rng, begin_ms=months[0][1], end_ms=months[-1][2])
    repaired = repaired_between(projects, months[0][1], months[-1][2])
    inside = inside_in_all(projects)
    return Machines(decided, models, hours, repaired, is_simulated, inside)


def _seconds(each: Fraction | None) -> float | None:
    return None if each is None else float(each)
