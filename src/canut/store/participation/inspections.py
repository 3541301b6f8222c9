"""What an inspector's file and the Fairwork grid read of this instance. Reads only.

``now_ms`` is the moment the figures are of; nothing here names a person.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import F, Max, Q, Sum
from django.db.models.functions import ExtractIsoYear, ExtractWeek
from django.utils.crypto import salted_hmac

from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.participation.fairwork import Evidence
from canut.core.participation.inspector_file import DecidedRow, InspectionScope, PaidPart
from canut.core.people.readability import bars_contact
from canut.core.people.terms_of_use import NOTICE_DAYS
from canut.store.participation.impact_assessments import is_overdue, newest_assessment
from canut.store.participation.policies import terms_in_force, terms_texts
from canut.store.tables.decisions import ADVERSE, Appeal, Decision
from canut.store.tables.ledger import Log, PlatformEntry
from canut.store.tables.participation import (
    InspectionLink,
    InspectionOpening,
    InspectorFile,
    OversightReport,
    TermsAccepted,
)
from canut.store.tables.pay import ChainVersion, Payment, Period, Statement
from canut.store.tables.people import Membership, Organisation, Role, Terms
from canut.store.tables.projects import LENDING, Project
from canut.store.tables.time import WorkedDay
from canut.store.tables.work import Answer, Worker

RANDOM_ID = 16
SWITCH = "system "
LEAST_EVIDENCE = 20
MOST_DAYS_TO_PAY = 16
DAY_HOURS, WEEK_HOURS = 10, 48


def paid_parts(scope: InspectionScope) -> Iterator[PaidPart]:
    """Yield the statements of the closed periods that end in the scope, by period and person."""
    statements = Statement.objects.filter(
        period__state=Period.State.CLOSED,
        period__last_day__gte=scope.first,
        period__last_day__lte=scope.last,
    ).select_related("period")
    for row in statements.order_by("period", "person", "id").iterator():
        inputs = json.loads(row.content)["given"]
        if inputs["place"].startswith(scope.place):
            yield PaidPart(
                row.person_id,
                inputs["place"],
                inputs["status"],
                row.currency,
                row.period.last_day.isoformat()[:7],
                row.time_ms,
                row.gross_micro,
                row.top_up_micro,
            )


def decided_rows(scope: InspectionScope) -> list[DecidedRow]:
    """List the decisions of the scope under random ids, with how their appeals ended."""
    begin_ms, end_ms = _bounds(scope)
    decisions = Decision.objects.filter(at_ms__gte=begin_ms, at_ms__lt=end_ms)
    if scope.place:
        there = Terms.objects.filter(place__startswith=scope.place).values("person")
        decisions = decisions.filter(person__in=there)
    return [_decided(decision) for decision in decisions.select_related("appeal").order_by("id")]


def _decided(decision: Decision) -> DecidedRow:
    appeal: Appeal | None = getattr(decision, "appeal", None)
    days, outcome = "", "not appealed"
    if appeal is not None:
        outcome = appeal.outcome or "waits"
        if appeal.answered_ms is not None:
            days = f"{(appeal.answered_ms - appeal.at_ms) / DAY_MS:.1f}"
    return DecidedRow(
        salted_hmac("inspector-file", str(decision.pk), algorithm="sha256").hexdigest()[:RANDOM_ID],
        decision.person_id,
        str(decision.kind),
        decision.code,
        decision.rule,
        decision.made_by_id is not None,
        days,
        outcome,
    )


def chain_rows(scope: InspectionScope) -> list[dict[str, str]]:
    """List who is between client and worker in each project, and what each keeps."""
    _, end_ms = _bounds(scope)
    newest: dict[int, ChainVersion] = {}
    chains = ChainVersion.objects.filter(at_ms__lt=end_ms).select_related("project")
    for chain in chains.prefetch_related("parties").order_by("project", "number"):
        newest[chain.project_id] = chain
    return [
        {
            "project": chain.project.slug,
            "client": chain.client,
            "client_country": chain.country,
            "currency": chain.currency,
            "price": f"{chain.price_micro / 1_000_000:.6f}",
            "role": party.role,
            "name": party.name,
            "country": party.country,
            "share": f"{party.share_micro / 1_000_000:.6f}",
        }
        for chain in newest.values()
        for party in sorted(chain.parties.all(), key=lambda party: party.position)
    ]


def rule_switches(end_ms: int) -> list[dict[str, object]]:
    """List when each automated system was switched, as the platform log has it."""
    entries = PlatformEntry.objects.filter(type="policy.set", created_ms__lt=end_ms, sealed=None)
    facts = [
        (json.loads(payload), at_ms)
        for payload, at_ms in entries.order_by("id").values_list("payload", "created_ms")
    ]
    return [
        {"system": entry["name"].removeprefix(SWITCH), "on": bool(entry["new"]), "at_ms": at_ms}
        for entry, at_ms in facts
        if str(entry.get("name", "")).startswith(SWITCH)
    ]


def platform_checkpoint() -> str:
    """Return the last signed checkpoint of the platform log; empty where there is none."""
    return Log.objects.filter(project=None).values_list("checkpoint", flat=True).first() or ""


def operator_names() -> list[str]:
    """List the organisations that run this instance."""
    operators = Organisation.objects.filter(kind=Organisation.Kind.OPERATOR)
    return list(operators.order_by("id").values_list("name", flat=True))


def files_made(most: int) -> list[InspectorFile]:
    """List the inspector's files that were made, newest first."""
    return list(InspectorFile.objects.select_related("made_by").order_by("-id")[:most])


def statement_texts(scope: InspectionScope, username: str) -> dict[str, bytes]:
    """Return a person's statements of the scope, as stored, by hash."""
    statements = Statement.objects.filter(
        person__username=username,
        period__last_day__gte=scope.first,
        period__last_day__lte=scope.last,
    )
    rows = statements.order_by("id").values_list("sha256", "content")
    return {f"statements/{sha256}.json": content.encode() for sha256, content in rows}


def fairwork_evidence(now_ms: int, today: date) -> dict[str, Evidence]:
    """Count what the ten Fairwork thresholds are told by; what cannot be counted is left out."""
    return {
        "late": _late(today),
        "unpaid_answers": _few(
            Answer.objects.filter(payline__isnull=True).count(), Answer.objects.count()
        ),
        "short_evidence": _short_evidence(),
        "under_floor": _under_floor(),
        **_hours(),
        "assessment": _assessment(now_ms),
        "risk_said": _few(
            Project.objects.filter(state__in=LENDING, severity=None).count(),
            Project.objects.filter(state__in=LENDING).count(),
        ),
        "terms_accepted": _accepted(now_ms),
        "terms_notice": Evidence(f"{NOTICE_DAYS} d", fails=False),
        "nobody_barred": _barred(now_ms),
        "appeals_late": _appeals(now_ms),
        "automatic_against": _few(
            Decision.objects.filter(kind__in=ADVERSE, made_by=None).count(),
            Decision.objects.filter(kind__in=ADVERSE).count(),
        ),
        "equal_treatment": Evidence(
            f"{OversightReport.objects.exclude(kind=OversightReport.Kind.MONTH).count()}", None
        ),
        "representatives": _representatives(),
    }


def _bounds(scope: InspectionScope) -> tuple[int, int]:
    """Return the first moment of the scope and the first after it, in UTC."""
    epoch = date(1970, 1, 1)
    return (
        (scope.first - epoch).days * DAY_MS,
        (scope.last - epoch + timedelta(days=1)).days * DAY_MS,
    )


def _few(bad: int, cases: int) -> Evidence:
    """Return how many of all cases fail; without a case, nobody can tell."""
    return Evidence(f"{bad} / {cases}", None if cases == 0 else bad > 0)


def _late(today: date) -> Evidence:
    payments = Payment.objects.select_related("statement__period")
    days = [
        ((one.sent_at.date() if one.sent_at else today) - one.statement.period.last_day).days
        for one in payments
    ]
    return _few(sum(day > MOST_DAYS_TO_PAY for day in days), len(days))


def _short_evidence() -> Evidence:
    texts = Decision.objects.filter(kind=Decision.Kind.REJECTION).values_list("evidence", flat=True)
    return _few(sum(len(text.strip()) < LEAST_EVIDENCE for text in texts), len(texts))


def _under_floor() -> Evidence:
    bad = cases = 0
    for content in Statement.objects.values_list("content", flat=True).iterator():
        paid = json.loads(content)
        due = sum(project["due_micro"] or 0 for project in paid["projects"])
        bad += paid["pay"]["wages_micro"] < due
        cases += 1
    return _few(bad, cases)


def _hours() -> dict[str, Evidence]:
    day = WorkedDay.objects.aggregate(most=Max("ms"))["most"]
    weeks = WorkedDay.objects.annotate(year=ExtractIsoYear("day"), week=ExtractWeek("day"))
    sums = weeks.values("person", "year", "week").annotate(total=Sum("ms")).order_by("-total")
    week = sums.values_list("total", flat=True).first()
    return {
        name: Evidence("", None)
        if most is None
        else Evidence(f"{most / (HOUR_MS):.2f} h", most > hours * HOUR_MS)
        for name, most, hours in (
            ("longest_day", day, DAY_HOURS),
            ("longest_week", week, WEEK_HOURS),
        )
    }


def _assessment(now_ms: int) -> Evidence:
    newest = newest_assessment()
    is_late = is_overdue(newest, now_ms)
    return Evidence(str(newest.number) if newest else "0", is_late)


def _accepted(now_ms: int) -> Evidence:
    at_work = Worker.objects.filter(ended_at=None, person__is_service=False).values("person")
    people = at_work.distinct().count()
    accepted = TermsAccepted.objects.filter(number=terms_in_force(now_ms), person__in=at_work)
    lacking = people - accepted.values("person").distinct().count()
    return _few(lacking, people)


def _barred(now_ms: int) -> Evidence:
    texts = terms_texts(terms_in_force(now_ms)) or {}
    barred = sum(len(bars_contact(text)) for text in texts.values())
    return Evidence(str(barred), barred > 0)


def _appeals(now_ms: int) -> Evidence:
    late = Q(answered_ms=None, due_ms__lt=now_ms) | Q(answered_ms__gt=F("due_ms"))
    return _few(Appeal.objects.filter(late).count(), Appeal.objects.count())


def _representatives() -> Evidence:
    count = Membership.objects.filter(role=Role.REPRESENTATIVE, ended_at=None).count()
    return Evidence(str(count), count == 0)


def links_made(most: int) -> list[tuple[InspectionLink, list[InspectionOpening]]]:
    """List the links for authorities, newest first, each with its openings, oldest first."""
    links = list(InspectionLink.objects.select_related("made_by").order_by("-id")[:most])
    openings: dict[int, list[InspectionOpening]] = {link.pk: [] for link in links}
    for opening in InspectionOpening.objects.filter(link__in=links).order_by("id"):
        openings[opening.link_id].append(opening)
    return [(link, openings[link.pk]) for link in links]
