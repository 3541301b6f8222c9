"""Queries about the workers' voice: representatives, policy changes, questions, reports.

Reads only.
"""

from django.db.models import Exists, F, OuterRef, Q

from canut.core.clock import DAY_MS
from canut.core.participation.ballot import TERM_DAYS, ElectionKind
from canut.core.participation.policy_changes import OPINION_DAYS, ChangeState
from canut.store.participation.accords import newest_prices
from canut.store.participation.impact_assessments import (
    assessment_in_force,
    is_overdue,
    newest_assessment,
)
from canut.store.rules.evidence import MOST_ROWS, Evidence, EvidenceRow, Scope, of_instance, tally
from canut.store.rules.queries.people import at_work
from canut.store.tables.participation import (
    Election,
    InspectorFile,
    OversightReport,
    PolicyChange,
    PolicyOpinion,
    Thread,
)
from canut.store.tables.pay import PayLine
from canut.store.tables.people import Membership, Role
from canut.store.tables.projects import Project, RateVersion
from canut.store.tables.time import Beat

FROM_PEOPLE = 10
HALF_YEAR_DAYS = 182
LATE_DAYS = 14


def representatives(scope: Scope) -> Evidence:
    """Q11: from ten people on, there are representatives or an election."""
    speaks = Membership.objects.filter(role=Role.REPRESENTATIVE, ended_at=None).exists()
    since_ms = scope.before_ms(TERM_DAYS[ElectionKind.REPRESENTATIVES])
    elections = Election.objects.filter(kind=ElectionKind.REPRESENTATIVES, opened_ms__gte=since_ms)
    opened = elections.exists()
    is_case = len(at_work(scope)) >= FROM_PEOPLE
    return of_instance(scope, is_case=is_case, is_bad=not (speaks or opened))


def policy_changes(scope: Scope) -> Evidence:
    """Q12: a protective rule changed after an opinion, or fourteen days."""
    heard = PolicyOpinion.objects.filter(change=OuterRef("pk"))
    cases = PolicyChange.objects.filter(state=ChangeState.IN_FORCE)
    soon = Q(takes_effect_ms__lt=F("proposed_ms") + OPINION_DAYS * DAY_MS)
    return tally(scope, "policy change", cases, cases.filter(soon & ~Exists(heard)), "")


def questions(scope: Scope) -> Evidence:
    """Q28: a question is answered before it is due."""
    is_overdue = Q(answered_ms=None, due_ms__lt=scope.now_ms)
    cases = Thread.objects.filter(due_ms__isnull=False).filter(
        Q(answered_ms__isnull=False) | is_overdue
    )
    late = is_overdue | Q(answered_ms__gt=F("due_ms")) | Q(late_ms__isnull=False)
    return tally(scope, "question", cases, cases.filter(late), "opened_by")


def half_year_report(scope: Scope) -> Evidence:
    """Q29: after half a year of work there is a report, and it is no older than that."""
    first: int | None = PayLine.objects.order_by("pk").values_list("at_ms", flat=True).first()
    due = scope.before_ms(HALF_YEAR_DAYS + LATE_DAYS)
    reports = OversightReport.objects.filter(kind=OversightReport.Kind.HALF, end_ms__gte=due)
    return of_instance(
        scope, is_case=first is not None and first < due, is_bad=not reports.exists()
    )


def impact_assessment(scope: Scope) -> Evidence:
    """Q13: where time is measured, an assessment that people could speak to is in force."""
    assessment = assessment_in_force()
    is_late = assessment is None or is_overdue(newest_assessment(), scope.now_ms)
    return of_instance(scope, is_case=Beat.objects.exists(), is_bad=is_late)


def inspector_file(scope: Scope) -> Evidence:
    """Q51: after half a year of work the file for the authority is made, each half year."""
    first: int | None = PayLine.objects.order_by("pk").values_list("at_ms", flat=True).first()
    due = scope.before_ms(HALF_YEAR_DAYS + LATE_DAYS)
    recent = InspectorFile.objects.filter(made_ms__gte=due)
    return of_instance(scope, is_case=first is not None and first < due, is_bad=not recent.exists())


def accord_prices(scope: Scope) -> Evidence:
    """Q49: an open project under a price agreement pays at least what it asks for.

    A project that was open before counts too: it is not bound, and its price is below all the same.
    """
    if scope.person is not None:
        return Evidence(0, 0)
    least = {
        price.project_id: price.minimum_micro
        for price in newest_prices(scope.now_ms)
        if price.project.state == Project.State.OPEN
    }
    rates = RateVersion.objects.filter(project__in=least).order_by("number")
    paid = dict(rates.values_list("project_id", "piece_micro"))
    bad = [number for number, micro in least.items() if paid.get(number, 0) < micro]
    rows = tuple(EvidenceRow("project", number) for number in bad[:MOST_ROWS])
    return Evidence(len(least), len(bad), 0, rows)


def groups(scope: Scope) -> Evidence:
    """Q30: in the newest report no group of ten people or more stands out."""
    newest = (
        OversightReport.objects.exclude(kind=OversightReport.Kind.MONTH).order_by("-end_ms").first()
    )
    if newest is None or scope.person is not None:
        return Evidence(0, 0)
    visible = [
        group
        for of_trait in newest.content.get("cuts", {}).values()
        for group in of_trait
        if not group.get("is_hidden")
    ]
    return Evidence(len(visible), sum(bool(group.get("stands_out")) for group in visible))
