"""Queries about pay that rest on rows; those on statements are in ``core.rules``. Reads only."""

import json
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import msgspec
from django.db.models import Exists, F, OuterRef, Q, Subquery

from canut.core.errors import Refusal
from canut.core.pay.exchange_rates import RateAge, age_of
from canut.core.pay.floor import Exchange
from canut.core.places.parameters import Places
from canut.store.pay.places import places
from canut.store.rules.evidence import (
    MOST_NEW_ROWS,
    MOST_ROWS,
    Evidence,
    EvidenceRow,
    Scope,
    tally,
)
from canut.store.rules.queries.people import newest_terms
from canut.store.tables.pay import (
    BankDetails,
    PayLine,
    Payment,
    PayPolicy,
    Period,
    Statement,
    VacationPayout,
)
from canut.store.tables.people import Terms
from canut.store.tables.time import WorkedDay
from canut.store.tables.work import Answer, Worker

MOST_DAYS = 16
MOST_PERIODS = 26
FIRST_DAYS = 31
ENDED_DAYS = 30
LIVING_WAGE = "living_wage.general"
OWN_RATE = "cnesst"
"""How the employer's own rate begins among the pay rules."""
UNPAID = (Terms.Status.VOLUNTEER, Terms.Status.OWN_STAFF)


def pay_lines(scope: Scope) -> Evidence:
    """Q02: an answer of a person has its pay line; goes on from the last answer it saw."""
    answers = Answer.objects.filter(pk__gt=scope.after).order_by("pk")
    if scope.person is not None:
        answers = answers.filter(worker__person=scope.person)
    beyond = list(answers.values_list("pk", flat=True)[MOST_NEW_ROWS - 1 : MOST_NEW_ROWS])
    until = beyond[0] if beyond else answers.values_list("pk", flat=True).last() or scope.after
    cases = answers.filter(Q(counted=True) | Q(surplus=True), pk__lte=until).exclude(
        Q(worker__kind=Worker.Kind.MODEL) | Q(project__is_own_staff=True)
    )
    bad = cases.exclude(Exists(PayLine.objects.filter(answer=OuterRef("pk"))))
    counted = tally(scope, "answer", cases, bad, "worker__person")
    return counted._replace(until=until, is_complete=not beyond)


def time_has_statement(scope: Scope) -> Evidence:
    """Q02b: whoever has counted time in a closed period has a statement of it."""
    rows: list[EvidenceRow] = []
    cases, people = 0, set[int]()
    unpaid = set(newest_terms().filter(status__in=UNPAID).values_list("person", flat=True))
    closed = Period.objects.filter(state=Period.State.CLOSED).order_by("-last_day")
    for period in closed[:MOST_PERIODS]:
        days = WorkedDay.objects.filter(
            day__gte=period.first_day, day__lte=period.last_day, ms__gt=0
        )
        if scope.person is not None:
            days = days.filter(person=scope.person)
        worked = set(days.values_list("person", flat=True).distinct()) - unpaid
        paid = Statement.objects.filter(period=period).values_list("person", flat=True)
        missing = worked - set(paid)
        cases += len(worked)
        people |= missing
        rows += [EvidenceRow("period", period.pk, person) for person in sorted(missing)]
    return Evidence(cases, len(rows), len(people), tuple(rows[:MOST_ROWS]))


def sent_in_time(scope: Scope) -> Evidence:
    """Q03: a payment leaves at most sixteen days after its period."""
    is_overdue = Q(state__in=(Payment.State.DUE, Payment.State.RETURNED), late_on__lt=scope.today)
    cases = Payment.objects.filter(Q(sent_at__isnull=False) | is_overdue, amount_micro__gt=0)
    late = is_overdue | Q(sent_at__date__gt=F("late_on"))
    return tally(scope, "payment", cases, cases.filter(late))


def pay_days(scope: Scope) -> Evidence:
    """Q03i: pay days follow each other closely; the first comes within a month."""
    if scope.person is not None:
        return Evidence(0, 0)
    periods = list(Period.objects.order_by("first_day").values_list("first_day", "pay_day"))
    if not periods:
        return Evidence(0, 0)
    gaps = [later - earlier for (_, earlier), (_, later) in pairwise(periods)]
    is_first_late = periods[0][1] - periods[0][0] > timedelta(days=FIRST_DAYS)
    bad = sum(gap > timedelta(days=MOST_DAYS) for gap in gaps) + is_first_late
    return Evidence(len(periods), bad)


def vacation_at_end(scope: Scope) -> Evidence:
    """Q20e: at the end of an employment no vacation pay is left."""
    ended = VacationPayout.objects.filter(
        why=VacationPayout.Why.END, at_ms__lt=scope.before_ms(ENDED_DAYS)
    )
    newest = Statement.objects.filter(person=OuterRef("person")).order_by("-end_ms", "-pk")
    states = ended.annotate(content=Subquery(newest.values("content")[:1]))
    bad = {payout.pk for payout in states if _is_left(payout.content)}
    return tally(scope, "payout", ended, ended.filter(pk__in=bad))


def exchange_rates(scope: Scope) -> Evidence:
    """Q31: a rate in use is fresh, and of two people's word."""
    newest = PayPolicy.objects.order_by("-number").first()
    if newest is None or scope.person is not None:
        return Evidence(0, 0)
    rates = newest.content.get("exchange", {})
    words = newest.content.get("rate_words", {})
    bad = sum(
        _age(rate, scope) is not RateAge.FRESH or not words.get(code, {}).get("confirmed_by")
        for code, rate in rates.items()
    )
    return Evidence(len(rates), bad)


def accounts(scope: Scope) -> Evidence:
    """Q33: money was sent to people who have an account."""
    sent = Payment.objects.filter(state__in=(Payment.State.SENT, Payment.State.CONFIRMED))
    details = BankDetails.objects.filter(person=OuterRef("person"))
    return tally(scope, "payment", sent, sent.exclude(Exists(details)))


def living_wages(scope: Scope) -> Evidence:
    """Q42: a living wage is known for each place of work."""
    if scope.person is not None:
        return Evidence(0, 0)
    codes = set(newest_terms().values_list("place", flat=True)) - {""}
    law = places()
    return Evidence(len(codes), sum(not _has_living_wage(law, code, scope) for code in codes))


def own_rate(scope: Scope) -> Evidence:
    """Q70: where somebody is employed in Québec the payer's own CNESST rate is set."""
    employed = newest_terms().filter(place="CA-QC", status=Terms.Status.EMPLOYEE)
    if scope.person is not None or not employed.exists():
        return Evidence(0, 0)
    newest = PayPolicy.objects.order_by("-number").first()
    own = newest.content.get("own_rates", {}) if newest else {}
    return Evidence(1, int(not any(name.startswith(OWN_RATE) for name in own)))


def _is_left(content: str | None) -> bool:
    vacation = json.loads(content)["pay"]["vacation"] if content else None
    return bool(vacation and vacation.get("balance_micro"))


def _age(rate: dict[str, str], scope: Scope) -> RateAge:
    return age_of(msgspec.convert(rate, Exchange), scope.today)


def _has_living_wage(law: Places, code: str, scope: Scope) -> bool:
    with suppress(Refusal):
        return law.found(LIVING_WAGE, code, scope.today) is not None
    return False
