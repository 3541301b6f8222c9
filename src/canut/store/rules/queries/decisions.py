"""Queries about decisions and appeals. Reads only."""

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Length, Trim

from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import APPEAL_DAYS
from canut.core.pay.lost_days import LOST_DAYS
from canut.store.decisions.sanctions import SANCTIONS
from canut.store.rules.evidence import Evidence, Scope, tally
from canut.store.tables.decisions import ADVERSE, Appeal, Decision, Sanction
from canut.store.tables.pay import PayAdjustment
from canut.store.tables.time import Claim
from canut.store.tables.work import Answer
from canut.store.time.claim_deciders import claims_without_decider

LEAST_EVIDENCE = 20
PAID_WITHIN_MS = 2 * DAY_MS


def rejections(scope: Scope) -> Evidence:
    """Q05: a rejection has an act, an author and words."""
    cases = Decision.objects.filter(kind=Decision.Kind.REJECTION)
    bad = cases.alias(length=Length(Trim("evidence"))).filter(
        Q(code="") | Q(made_by=None) | Q(length__lt=LEAST_EVIDENCE)
    )
    return tally(scope, "decision", cases, bad)


def adverse(scope: Scope) -> Evidence:
    """Q06: what goes against somebody was decided by a person."""
    cases = Decision.objects.filter(kind__in=ADVERSE)
    bad = cases.filter(Q(made_by=None) | ~Q(system="") | Q(made_by__is_service=True))
    return tally(scope, "decision", cases, bad)


def in_words(scope: Scope) -> Evidence:
    """Q07: a decision has words in both languages, and a system's its rule and factors."""
    cases = Decision.objects.all()
    by_system = ~Q(system="") & (Q(rule="") | Q(factors=[]))
    bad = cases.filter(Q(text_en="") | Q(text_fr="") | by_system)
    return tally(scope, "decision", cases, bad)


def in_french(scope: Scope) -> Evidence:
    """Q58: a decision is in French."""
    cases = Decision.objects.all()
    return tally(scope, "decision", cases, cases.filter(text_fr=""))


def appeals(scope: Scope) -> Evidence:
    """Q08: an appeal is answered in time, by somebody else."""
    is_late = Q(answered_ms__gt=F("at_ms") + APPEAL_DAYS * DAY_MS)
    is_overdue = Q(answered_ms=None, due_ms__lt=scope.now_ms)
    by_author = Q(answered_by=F("author"), author__isnull=False, outcome=Appeal.Outcome.UPHELD)
    cases = Appeal.objects.filter(Q(answered_ms__isnull=False) | is_overdue)
    return tally(scope, "appeal", cases, cases.filter(is_late | is_overdue | by_author), "by")


def waiting_time(scope: Scope) -> Evidence:
    """Q09: somebody can decide on time that waits."""
    cases = Claim.objects.filter(state=Claim.State.PENDING)
    return tally(scope, "claim", cases, claims_without_decider())


def sanctions(scope: Scope) -> Evidence:
    """Q48: no sanction for an act after an appeal about it was won, without a new fact."""
    later = Answer.objects.filter(
        worker__person=OuterRef("by"),
        answered_ms__gt=OuterRef("decision__at_ms"),
        answered_ms__lt=OuterRef(OuterRef("decision__at_ms")),
    )
    won = Appeal.objects.filter(
        ~Exists(later),
        outcome=Appeal.Outcome.OVERTURNED,
        by=OuterRef("decision__person"),
        decision__code=OuterRef("decision__code"),
        decision__kind__in=SANCTIONS,
        answered_ms__lte=OuterRef("decision__at_ms"),
    )
    cases = Sanction.objects.all()
    return tally(scope, "decision", cases, cases.filter(Exists(won)), "decision__person")


def lost_days(scope: Scope) -> Evidence:
    """Q50: days lost by a decision that was undone have their line of pay."""
    paid = PayAdjustment.objects.filter(decision=OuterRef("pk"), reason=LOST_DAYS)
    cases = Decision.objects.filter(
        kind__in=SANCTIONS,
        undone_ms__lt=scope.now_ms - PAID_WITHIN_MS,
        worker__person__isnull=False,
        project__is_own_staff=False,
    )
    return tally(scope, "decision", cases, cases.exclude(Exists(paid)))
