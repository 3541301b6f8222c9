"""Create a month of paid work: two dozen simulated people in three jurisdictions, and one more.

Two are slow, one stays on the page for nothing, two have good work rejected and win the appeal: one
of them is the one more, the person behind the worker's button, whose pages show this month.
Everything goes through the same actions as people's requests; each session is stored before the
next begins, so that an interrupted month can be resumed. ``paid_month`` pays it.
"""

import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np
from django.db import transaction
from django.utils import timezone

from canut.actions.datasets.material import describe_material
from canut.actions.decisions.system_notices import note_shown
from canut.actions.imports.lifecycle import (
    ImportOptions,
    discard_import,
    publish_import,
    read_import,
    start_import,
)
from canut.actions.pay.funds import deposit_funds
from canut.actions.pay.intermediaries import ChainIn, write_chain
from canut.actions.pay.pay_rules import PayRules, set_policy
from canut.actions.people.accounts import add_person, join_as_worker
from canut.actions.people.double_silence import set_double_silence
from canut.actions.people.organisations import create_organisation
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.actions.platform.instance_facts import keep_fact
from canut.actions.projects.setup import (
    Price,
    create_project,
    open_project,
    set_price,
    start_project,
    write_aims,
    write_question,
)
from canut.actions.protection.risk_preferences import set_risk
from canut.actions.tasks.known_labels import write_known
from canut.actions.time.heartbeats import keep_beats, open_page
from canut.actions.work.leases import lease_tasks
from canut.actions.work.overlap import set_overlap
from canut.actions.work.submission import Submission, submit
from canut.core.clock import DAY_MS, MINUTE_MS, Ms, from_ms, to_ms
from canut.core.formats import sniff
from canut.core.money import Money
from canut.core.pay.exchange_rates import RateWord
from canut.core.pay.floor import Exchange
from canut.core.pay.intermediaries import Party, PartyRole
from canut.core.places.parameters import Status
from canut.demo import sample_reviews
from canut.demo.heartbeats import View, beats_of
from canut.demo.origins import MADE
from canut.demo.status import demo_flag
from canut.store.models import Import, Person, Project

SLUG, SEED = "mois", 1834
HOURLY_MICRO, TASK_MS, CURRENCY = 28_000_000, 21_000, "CAD"
FUNDS = Money(6_000_000_000, CURRENCY)
DAYS, PILOT_DAYS = 28, 1
PILOT_MINUTES = 8
SITTINGS, MINUTES = 9, 26
OVERLAP = 3
LENT_AT_ONCE = 5
SENT_AT_ONCE = 12

PADDING_MS = 20 * MINUTE_MS
SITTINGS_DONE = "month_sittings"


class Somebody(NamedTuple):
    """One person of the month: jurisdiction, status, speed and accuracy."""

    name: str
    place: str
    zone: str
    status: Status
    seconds: float = 21.0
    right: float = 0.93
    pads: bool = False


class Sitting(NamedTuple):
    """The start of a session in milliseconds after the first midnight, and its length."""

    person: int
    start_ms: int
    length_ms: int


QUEBEC = ("CA-QC", "America/Toronto", Status.EMPLOYEE)
SELF_EMPLOYED = ("CA-QC", "America/Toronto", Status.SELF_EMPLOYED)
FRANCE = ("FR", "Europe/Paris", Status.SELF_EMPLOYED)
KENYA = ("KE-30", "Africa/Nairobi", Status.SELF_EMPLOYED)
SLOW, PADS, WRONGED = (3, 17), 11, 6
WORKER = "demo-worker"
DEPOSIT = "Démonstration, argent inventé"
MADE_UP = "démonstration, cours inventé"
EXCHANGE = {"EUR": Decimal("1.60"), "KES": Decimal("0.0107")}
PAYER = {"holder": "Canut, demonstration", "number": "00012345678", "bank": "081512345"}
EMPLOYER = {"name": "Canut (démonstration)", "address": "adresse inventée, Montréal (Québec)"}
RULES = PayRules(
    payer=PAYER,
    yearly_payroll_micro=60_000_000_000,
    employer=EMPLOYER,
    job="Annotation de données",
)
CHAIN = ChainIn(
    sample_reviews.ORGANISATION,
    "CA",
    price_micro=230_000,
    between=(
        Party(PartyRole.OPERATOR, Money(18_000, CURRENCY), "Canut, démonstration", "CA"),
        Party(PartyRole.INTERMEDIARY, Money(30_000, CURRENCY), "Relais", "FR"),
    ),
)


def everybody() -> list[Somebody]:
    """Return the people: 14 in Quebec, 6 in France, 4 in Nairobi, last the visitors' worker."""
    places = [*[QUEBEC] * 14, *[FRANCE] * 6, *[KENYA] * 4, SELF_EMPLOYED]
    pace = np.random.default_rng(SEED).lognormal(0, 0.18, len(places))
    return [
        Somebody(
            WORKER if jurisdiction is SELF_EMPLOYED else f"mois-{number:02d}",
            *jurisdiction,
            seconds=21.0 * float(pace[number]) * (2.1 if number in SLOW else 1.0),
            pads=number == PADS,
        )
        for number, jurisdiction in enumerate(places)
    ]


def plan() -> list[Sitting]:
    """Return the same sessions every time, ordered by time; a person's never overlap."""
    rng = np.random.default_rng([SEED, 1])
    return sorted(
        (sitting for person in range(len(everybody())) for sitting in _sittings_of(person, rng)),
        key=lambda sitting: sitting.start_ms,
    )


def _sittings_of(person: int, rng: np.random.Generator) -> Iterator[Sitting]:
    tried = int(rng.integers(13 * 60, 20 * 60)) * MINUTE_MS
    yield Sitting(person, tried, PILOT_MINUTES * MINUTE_MS)
    days = PILOT_DAYS + rng.choice(DAYS - PILOT_DAYS, SITTINGS, replace=False)
    for day in sorted(days.tolist()):
        minute = int(rng.integers(13 * 60, 21 * 60))
        length = max(10.0, rng.normal(MINUTES, 6))
        yield Sitting(person, day * DAY_MS + minute * MINUTE_MS, int(length * MINUTE_MS))


def begin(now_ms: Ms) -> Project:
    """Create the client, the people with their terms, and the draft project."""
    started_at = first_day(now_ms) - timedelta(hours=10)
    requester = Person.objects.get(username="demo-requester")
    operator = Person.objects.get(username="demo-operator")
    with transaction.atomic():
        set_rates(operator, timezone.localtime(started_at).date(), to_ms(started_at))
        client = create_organisation(sample_reviews.ORGANISATION, requester, to_ms(started_at))
        project = create_project(
            client,
            sample_reviews.TITLE,
            by=requester,
            now_ms=to_ms(started_at),
            simulated=True,
            slug=SLUG,
        )
        write_question(
            project,
            sample_reviews.SCHEMA,
            sample_reviews.INSTRUCTIONS,
            by=requester,
            now_ms=to_ms(started_at),
        )
        price = Price(CURRENCY, hourly_micro=HOURLY_MICRO, task_ms=TASK_MS)
        set_price(project, price, by=requester, now_ms=to_ms(started_at))
        write_aims(project, **sample_reviews.AIMS)
        describe_material(project, MADE, by=requester, now_ms=to_ms(started_at))
        write_chain(project, CHAIN, by=requester, now_ms=to_ms(started_at))
        deposit_funds(project, FUNDS, DEPOSIT, by=operator, now_ms=to_ms(started_at))
        set_overlap(project.id, OVERLAP, to_ms(started_at))
        for number, profile in enumerate(everybody()):
            person = Person.objects.filter(username=profile.name).first() or _hire(
                profile, operator, to_ms(started_at), is_slow=number in SLOW
            )
            join_as_worker(project, person, to_ms(started_at))
            note_shown(person, to_ms(started_at))
    return project


def _hire(profile: Somebody, operator: Person, now_ms: Ms, *, is_slow: bool) -> Person:
    """Create a simulated person with their work terms."""
    person = add_person(profile.name, f"Mois, {profile.name[-2:]}", now_ms, simulated=True)
    terms = TermsIn(profile.place, profile.zone, profile.status)
    set_terms(person, terms, by=operator, now_ms=now_ms)
    set_double_silence(person, is_double=is_slow, now_ms=now_ms)
    return person


def set_rates(operator: Person, day: date, now_ms: Ms) -> None:
    """Set the demo's pay rules, with invented rates of this day on the operator's word alone."""
    rates = {code: Exchange(rate, day, MADE_UP) for code, rate in EXCHANGE.items()}
    words = {code: RateWord(CURRENCY, operator.pk, reason=MADE_UP) for code in rates}
    set_policy(replace(RULES, exchange=rates, rate_words=words), operator, now_ms)


def first_day(now_ms: Ms) -> datetime:
    """Return the first midnight of the month in the instance's time zone."""
    today = timezone.localtime(from_ms(now_ms)).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=DAYS + 1)


def bring_reviews(project: Project) -> None:
    """Import and publish the reviews, some with known labels, and start the pilot."""
    now_ms = to_ms(project.created_at)
    if not project.imports.filter(state=Import.State.PUBLISHED).exists():
        for half_read in project.imports.all():
            discard_import(half_read.id, now_ms)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "avis.csv")
            sample_reviews.write_reviews(SEED, path)
            options = ImportOptions("id", columns=("texte",), required=("texte",))
            source = start_import(
                project.id,
                path,
                "avis",
                sniff(path),
                options,
                by=project.created_by,
                now_ms=now_ms,
            )
            read_import(source.id, now_ms)
        write_known(project.id, dict(list(truths().items())[::12]))
        publish_import(source.id, now_ms)
    if project.state == Project.State.DRAFT:
        set_risk(project, 0, [], Project.Modality.TEXT)
        start_project(project, now_ms)


def truths() -> dict[str, str]:
    """Return the true label of each review, by its key."""
    return {
        f"avis-{n:04d}": review.truth for n, review in enumerate(sample_reviews.reviews(SEED), 1)
    }


def simulate_work(project: Project, now_ms: Ms) -> None:
    """Simulate the pilot on the first day and work on the others; resumable.

    A session is stored completely or not at all.
    """
    people, sittings, truth = everybody(), plan(), truths()
    names = [somebody.name for somebody in people]
    joined = project.workers.filter(person__username__in=names).select_related("person")
    workers = {worker.person.username: worker for worker in joined if worker.person}
    midnight_ms = to_ms(first_day(now_ms))
    done = int(demo_flag(SITTINGS_DONE) or 0)
    for number, sitting in enumerate(sittings[done:], done):
        if project.state == Project.State.PILOT and sitting.start_ms >= PILOT_DAYS * DAY_MS:
            open_project(project, to_ms(datetime.fromtimestamp(midnight_ms / 1000 + 86_400, UTC)))
        somebody = people[sitting.person]
        worker = workers[somebody.name]
        work = _Work(worker.id, worker.person_id or 0, project.id, somebody, truth)
        rng = np.random.default_rng([SEED, 2, number])
        with transaction.atomic():
            _sit(work, sitting, midnight_ms + sitting.start_ms, rng)
            keep_fact(SITTINGS_DONE, str(number + 1))


class _Work(NamedTuple):
    """The parameters of one session."""

    worker: int
    person: int
    project: int
    somebody: Somebody
    truth: dict[str, str]


def _sit(work: _Work, sitting: Sitting, begun_ms: int, rng: np.random.Generator) -> None:
    """Read and judge reviews for some time, and send the heartbeats of the page."""
    session = open_page(work.person, work.project, begun_ms)
    at_ms = int(rng.uniform(4_000, 15_000))
    views = [View("queue", 0, at_ms)]
    while at_ms < sitting.length_ms:
        leased = lease_tasks(work.worker, LENT_AT_ONCE, begun_ms + at_ms).tasks
        for task in leased:
            begin_ms = at_ms
            at_ms += int(work.somebody.seconds * rng.lognormal(0, 0.35) * 1000)
            surface = "practice" if task.practice else f"item:{task.lease}"
            views.append(View(surface, begin_ms, at_ms, is_answered=True))
            key = str(uuid.UUID(bytes=rng.bytes(16), version=4))
            values = {"q": _said(work, task.key, rng)}
            submission = Submission(task.lease, key, values, task.question_version)
            submit(work.worker, submission, begun_ms + at_ms)
        if not leased:
            break
    if work.somebody.pads:
        views.append(View(views[-1].surface, at_ms, at_ms + PADDING_MS))
    beats = beats_of(session, views, rng)
    for first in range(0, len(beats), SENT_AT_ONCE):
        some = beats[first : first + SENT_AT_ONCE]
        keep_beats(work.person, some, begun_ms + some[-1].mono_ms)


def _said(work: _Work, key: str, rng: np.random.Generator) -> str:
    """Return the true label, or sometimes another one."""
    others = (sample_reviews.GOOD, sample_reviews.BAD, sample_reviews.MIXED)
    if rng.random() < work.somebody.right and key in work.truth:
        return work.truth[key]
    return others[int(rng.integers(len(others)))]
