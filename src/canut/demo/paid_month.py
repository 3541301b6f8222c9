"""Pay the demo's month: closed periods, sent payments, unfair rejections undone on appeal.

Everything goes through the actions that people's clicks go through. Of the two periods the first is
paid and confirmed by most, the second is due; what looks like padding waits for a human.
"""

import contextlib
from datetime import timedelta

import numpy as np
from django.db import transaction
from django.utils import timezone

from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal
from canut.actions.decisions.rejections import reject_answer
from canut.actions.participation.oversight import measure_daily
from canut.actions.pay.payments import confirm, mark_sent
from canut.actions.pay.periods import close_period, make_period
from canut.actions.people.accounts import add_member, add_person
from canut.actions.platform.instance_facts import keep_fact
from canut.actions.portrait.drawings import publish_quarter
from canut.actions.portrait.inputs import quarter_of
from canut.actions.quality.estimates import estimate_labels
from canut.actions.time.claims import grant_time
from canut.actions.time.heartbeats import keep_beats, open_page
from canut.actions.time.task_times import keep_pace
from canut.actions.time.time_caps import hold_excess
from canut.actions.time.usual_times import learn_usual_times
from canut.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, Ms, to_ms
from canut.core.errors import Conflict, Incomplete
from canut.demo.heartbeats import View, beats_of
from canut.demo.month import (
    DAYS,
    PADS,
    SEED,
    SLUG,
    WORKER,
    WRONGED,
    begin,
    bring_reviews,
    everybody,
    first_day,
    set_rates,
    simulate_work,
)
from canut.demo.status import MONTH, demo_flag
from canut.store.models import Answer, Decision, OpenPage, Payment, Period, Person, Project, Role

HALF = DAYS // 2
LOOKED_MS = 45 * MINUTE_MS
REJECTED = 3
COMMITTEE, COMMITTEE_NAME = "demo-recours", "Sacha (comité de recours)"
EARLY_MS = 4 * DAY_MS
NOTE = "virement, démonstration"
SAYS = "Les avis ne sont pas lus jusqu’au bout."
OBJECTS = "J’ai lu chaque avis en entier\u202f; relisez la dernière phrase, elle dit le contraire."
ANSWERS = "Relu\u00a0: ce qui est répondu suit les consignes. La décision est annulée."


def make_month(now_ms: Ms) -> bool:
    """Create the month, or finish an interrupted one; return whether there was work to do."""
    if demo_flag(MONTH):
        return False
    project = Project.objects.filter(slug=SLUG).first() or begin(now_ms)
    bring_reviews(project)
    simulate_work(project, now_ms)
    _let_the_worker_look_for_work(now_ms)
    learn_usual_times(project.id, to_ms(first_day(now_ms) + timedelta(days=HALF)))
    _decide_wrongly_and_undo(project, now_ms)
    _hold_padding(project, now_ms)
    _close_and_pay(now_ms)
    keep_pace(project, now_ms)
    estimate_labels(project.id, now_ms)
    measure_daily(now_ms)
    _release(now_ms)
    keep_fact(MONTH, "1")
    return True


def _let_the_worker_look_for_work(now_ms: Ms) -> None:
    """Give the person behind the worker's button some paid time in each half of the month.

    So their statements also have time on Canut's own pages. It is morning: they work later.
    """
    person = Person.objects.filter(username=WORKER).first()
    if person is None:
        return
    own_pages = OpenPage.objects.filter(person=person, project=None)
    if own_pages.filter(opened_ms__lt=now_ms - DAY_MS).exists():
        return
    rng = np.random.default_rng(SEED)
    for half in range(2):
        begun_ms = to_ms(first_day(now_ms) + timedelta(days=half * HALF + 2)) + 9 * HOUR_MS
        session = open_page(person.pk, None, begun_ms)
        beats = beats_of(session, [View("queue", 0, LOOKED_MS)], rng)
        keep_beats(person.pk, beats, begun_ms + LOOKED_MS)


def _release(now_ms: Ms) -> None:
    """Release the simulated quarter, unless real people worked in it, or it is released."""
    with contextlib.suppress(Conflict):
        publish_quarter(quarter_of(now_ms - DAY_MS), now_ms)


def _decide_wrongly_and_undo(project: Project, now_ms: Ms) -> None:
    """Reject good answers of two people; an independent reviewer undoes it on appeal.

    The visitors' worker is one of them, with an early answer: rejection, appeal and decision fall
    in the first period, which is paid.
    """
    begin_ms = to_ms(first_day(now_ms))
    of_project = Answer.objects.filter(project=project, counted=True)
    wronged = of_project.filter(worker__person__username=everybody()[WRONGED].name)
    late = wronged.filter(answered_ms__lt=begin_ms + HALF * DAY_MS).order_by("-answered_ms")
    of_worker = of_project.filter(
        worker__person__username=WORKER, answered_ms__gte=begin_ms + EARLY_MS
    )
    for answers in (late[:REJECTED], of_worker.order_by("answered_ms")[:1]):
        _reject_and_overturn(project, list(answers))


@transaction.atomic
def _reject_and_overturn(project: Project, answers: list[Answer]) -> None:
    """Reject one person's answers, let them appeal, and overturn it; nothing if it is done."""
    if Decision.objects.filter(answer__in=answers, kind=Decision.Kind.REJECTION).exists():
        return
    committee = Person.objects.filter(username=COMMITTEE).first() or add_person(
        COMMITTEE, COMMITTEE_NAME, to_ms(project.created_at)
    )
    add_member(committee, Role.REVIEWER, to_ms(project.created_at), project=project)
    at_ms = max((item.answered_ms for item in answers), default=0) + DAY_MS // 4
    for answer in answers:
        rejection = reject_answer(
            answer.id, by=project.created_by, code="off-instructions", evidence=SAYS, now_ms=at_ms
        )
        if answer.worker.person is None:  # nobody of this month is
            raise AssertionError
        filed_appeal = appeal(
            rejection.id, by=answer.worker.person, words=OBJECTS, now_ms=at_ms + DAY_MS // 8
        )
        reply = AppealReply("overturned", ANSWERS)
        answer_appeal(filed_appeal.id, reply, by=committee, now_ms=at_ms + DAY_MS)


def _hold_padding(project: Project, now_ms: Ms) -> None:
    """Hold back time far above usual, in each half of the month; accept that of the slow."""
    padder = everybody()[PADS].name
    people = list(project.workers.filter(kind="simulated").values_list("person_id", flat=True))
    begin_ms = to_ms(first_day(now_ms))
    for half in range(2):
        since_ms = begin_ms + half * HALF * DAY_MS
        until_ms = since_ms + HALF * DAY_MS
        held = hold_excess([p for p in people if p], project.id, since_ms, until_ms, now_ms)
        for claim in held:
            if claim.person.username != padder:
                grant_time(claim.id, by=project.created_by, words="", now_ms=now_ms)


def _close_and_pay(now_ms: Ms) -> None:
    """Close both halves of the month; send the first, and confirm all but two payments."""
    operator = Person.objects.get(username="demo-operator")
    day = timezone.localtime(first_day(now_ms)).date()
    for half in range(2):
        first = day + timedelta(days=half * HALF)
        last = first + timedelta(days=HALF - 1)
        period = Period.objects.filter(first_day=first).first() or make_period(first, last, now_ms)
        if period.state == Period.State.OPEN:
            set_rates(operator, last, now_ms)
            try:
                close_period(period.pk, operator, now_ms)
            except Incomplete:  # a rate of the year is not known yet: the page says which
                return
    paid = Payment.objects.filter(statement__period__first_day=day, state=Payment.State.DUE)
    for index, payment in enumerate(paid.select_related("person").order_by("id")):
        mark_sent(payment.pk, NOTE, now_ms)
        if index > 1 or payment.person.username == WORKER:
            confirm(payment.pk, now_ms)
