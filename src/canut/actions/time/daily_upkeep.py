"""Run the daily upkeep of time: grant overdue claims, measure days, delete expired data.

Each task records when it last started, so that several processes and restarts run it once.
"""

from collections.abc import Callable
from functools import partial

from canut.actions.platform.instance_facts import keep_fact
from canut.actions.platform.row_faults import attempt, attempt_each
from canut.actions.time.claims import grant_due
from canut.actions.time.hours_caps import hold_over_hours
from canut.actions.time.retention import delete_expired, recompute_days
from canut.actions.time.time_caps import hold_last_fortnight
from canut.actions.time.unseen_time import hold_unseen
from canut.actions.time.usual_times import learn_usual_times
from canut.core.clock import DAY_MS, HOUR_MS, Ms
from canut.store.tables.platform import Fact
from canut.store.tables.projects import LENDING, Project

TEN_MINUTES_MS = 600_000


def run_daily_upkeep(now_ms: Ms) -> int:
    """Run what is due; return how many claims were granted for lack of a decision."""
    granted = attempt("step", "grant_due", partial(grant_due, now_ms)) or 0
    _at_most_every(TEN_MINUTES_MS, "days_made_exact_ms", recompute_days, now_ms)
    _at_most_every(HOUR_MS, "usual_times_learnt_ms", _learn_all, now_ms)
    _at_most_every(HOUR_MS, "unseen_held_ms", hold_unseen, now_ms)
    _at_most_every(HOUR_MS, "hours_held_ms", hold_over_hours, now_ms)
    _at_most_every(DAY_MS, "excess_held_ms", hold_last_fortnight, now_ms)
    _at_most_every(DAY_MS, "old_let_go_ms", delete_expired, now_ms)
    return granted


def _learn_all(now_ms: Ms) -> int:
    """Learn usual times of every project people may work in; return how many."""
    projects = Project.objects.filter(state__in=LENDING).values_list("id", flat=True)
    return attempt_each(
        "project", list(projects), lambda number: learn_usual_times(number, now_ms) is not None
    )


def _at_most_every(least_ms: int, name: str, act: Callable[[Ms], int], now_ms: Ms) -> None:
    last = int(Fact.objects.filter(name=name).values_list("value", flat=True).first() or 0)
    if now_ms - last >= least_ms:
        keep_fact(name, str(now_ms))
        attempt("step", name, partial(act, now_ms))
