"""Run the deadlines of participation: late questions, elections, changes, reports.

This runs every few seconds, so each action starts only if a plain read finds something due.
"""

from functools import partial

from canut.actions.participation.accord_prices import remeasure_prices
from canut.actions.participation.crowd_months import report_month_if_due
from canut.actions.participation.elections import close_elections
from canut.actions.participation.messages import escalate_late
from canut.actions.participation.oversight import measure_daily, report_if_due
from canut.actions.participation.policy_changes import settle_changes
from canut.actions.participation.price_rounds import settle_rounds
from canut.actions.participation.recalls import close_recalls
from canut.actions.pay.place_packs import settle_packs
from canut.actions.platform.row_faults import attempt
from canut.actions.time.working_hours import watch_again
from canut.core.clock import DAY_MS
from canut.core.participation.accords import OPEN_STATES
from canut.core.participation.ballot import TERM_DAYS, ElectionKind
from canut.core.participation.policy_changes import OPINION_DAYS, ChangeState
from canut.store.models import (
    Election,
    EthicsRecall,
    EthicsTerm,
    Membership,
    PlacePack,
    PolicyChange,
    PriceRound,
    PriceVote,
    Role,
    Thread,
)


def run_deadlines(now_ms: int) -> int:
    """Run what is due; return how many things were done."""
    done = 0
    if Thread.objects.filter(due_ms__lte=now_ms, late_ms=None).exists():
        done += escalate_late(now_ms)
    if _is_vote_over(now_ms):
        done += close_elections(now_ms)
    proposed_ms = now_ms - OPINION_DAYS * DAY_MS
    waiting = PolicyChange.objects.filter(state=ChangeState.WAITING, proposed_ms__lte=proposed_ms)
    if waiting.exists():
        done += settle_changes(now_ms)
    alone = PlacePack.objects.filter(state=PlacePack.State.WAITING, alone_until_ms__lte=now_ms)
    if alone.exists():
        done += settle_packs(now_ms)
    if _is_round_due(now_ms):
        done += settle_rounds(now_ms)
    if EthicsRecall.objects.filter(counted_ms=None, closes_ms__lte=now_ms).exists():
        done += close_recalls(now_ms)
    done += watch_again(now_ms)
    if attempt("step", "measure_daily", partial(measure_daily, now_ms)):
        done += 1 + remeasure_prices(now_ms)
    reports = (report_month_if_due, report_if_due)
    sent = [attempt("step", report.__name__, partial(report, now_ms)) for report in reports]
    return done + sum(report is not None for report in sent)


def _is_vote_over(now_ms: int) -> bool:
    """Return whether a vote is due for counting, or a term of office has ended."""
    closed = Election.objects.filter(counted_ms=None, closes_ms__lte=now_ms)
    served = Membership.objects.filter(
        role=Role.REPRESENTATIVE,
        ended_at=None,
        election__closes_ms__lte=now_ms - TERM_DAYS[ElectionKind.REPRESENTATIVES] * DAY_MS,
    )
    reviewed = EthicsTerm.objects.filter(ended_ms=None, ends_ms__lte=now_ms)
    return closed.exists() or served.exists() or reviewed.exists()


def _is_round_due(now_ms: int) -> bool:
    """Return whether a vote on an offer is due for counting, or a price round is over."""
    votes = PriceVote.objects.filter(counted_ms=None, closes_ms__lte=now_ms)
    late = PriceRound.objects.filter(state__in=OPEN_STATES, closes_ms__lte=now_ms)
    return votes.exists() or late.exists()
