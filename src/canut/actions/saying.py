"""Do what time alone calls for in what workers say: late questions, elections, changes, reports."""

from canut.actions.elections import close_elections
from canut.actions.messages import escalate_late
from canut.actions.oversight import measure_daily, report_if_due
from canut.actions.policies import settle_changes


def do_what_is_due(now_ms: int) -> int:
    """Do it once; returns how many things were done."""
    done = escalate_late(now_ms) + close_elections(now_ms) + settle_changes(now_ms)
    return done + measure_daily(now_ms) + (report_if_due(now_ms) is not None)
