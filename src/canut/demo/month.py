"""Make a month of paid work: two dozen simulated people in three places, measured and paid.

Two are slow, one stays on the page for nothing, one has good work rejected and wins the appeal.
Everything goes through the actions that people's clicks go through; each sitting is kept before the
next begins, so a month that was interrupted is gone on with. What is paid for it, and how, is in
``paid_month``.
"""

import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np
from django.db import transaction
from django.utils import timezone

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
from canut.core.clock import Ms, from_ms, to_ms
from canut.core.formats import sniff
from canut.core.money import Money
from canut.core.pay.floor import Exchange
from canut.core.pay.intermediaries import Party, PartyRole
from canut.core.places.parameters import Status
from canut.demo import sample_reviews
from canut.demo.heartbeats import View, beats_of
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
DAY_MS, MINUTE_MS = 86_400_000, 60_000
PADDING_MS = 20 * MINUTE_MS
SITTINGS_DONE = "month_sittings"


class Somebody(NamedTuple):
    """One person of the month: where, as what, how slow and how right."""

    name: str
    place: str
    zone: str
    status: Status
    seconds: float = 21.0
    right: float = 0.93
    pads: bool = False


class Sitting(NamedTuple):
    """When somebody sits down, in milliseconds after the first midnight, and for how long."""

    person: int
    start_ms: int
    length_ms: int


QUEBEC = ("CA-QC", "America/Toronto", Status.EMPLOYEE)
FRANCE = ("FR", "Europe/Paris", Status.SELF_EMPLOYED)
KENYA = ("KE-30", "Africa/Nairobi", Status.SELF_EMPLOYED)
SLOW, PADS, WRONGED = (3, 17), 11, 6
DEPOSIT = "Démonstration, argent inventé"
MADE_UP = "démonstration, cours inventé"
EXCHANGE = {
    code: Exchange(Decimal(rate), date(2026, 11, 1), MADE_UP)
    for code, rate in (("EUR", "1.60"), ("KES", "0.0107"))
}
PAYER = {"holder": "Canut, demonstration", "number": "00012345678", "bank": "081512345"}
RULES = PayRules(exchange=EXCHANGE, payer=PAYER, yearly_payroll_micro=60_000_000_000)
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
    """Return the two dozen: fourteen in Quebec, six in France, four in Nairobi."""
    places = [*[QUEBEC] * 14, *[FRANCE] * 6, *[KENYA] * 4]
    pace = np.random.default_rng(SEED).lognormal(0, 0.18, len(places))
    return [
        Somebody(
            f"mois-{number:02d}",
            *place,
            seconds=21.0 * float(pace[number]) * (2.1 if number in SLOW else 1.0),
            pads=number == PADS,
        )
        for number, place in enumerate(places)
    ]


def plan() -> list[Sitting]:
    """Return the same sittings every time, in the order of time; nobody sits twice at once."""
    rng = np.random.default_rng([SEED, 1])
    return sorted(
        (one for person in range(len(everybody())) for one in _sittings_of(person, rng)),
        key=lambda one: one.start_ms,
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
    """Make the client, the people with their terms, and the project as a draft."""
    begun = first_day(now_ms) - timedelta(hours=10)
    requester = Person.objects.get(username="demo-requester")
    operator = Person.objects.get(username="demo-operator")
    with transaction.atomic():
        set_policy(RULES, operator, to_ms(begun))
        client = create_organisation(sample_reviews.ORGANISATION, requester, to_ms(begun))
        project = create_project(
            client,
            sample_reviews.TITLE,
            by=requester,
            now_ms=to_ms(begun),
            simulated=True,
            slug=SLUG,
        )
        write_question(
            project,
            sample_reviews.SCHEMA,
            sample_reviews.INSTRUCTIONS,
            by=requester,
            now_ms=to_ms(begun),
        )
        price = Price(CURRENCY, hourly_micro=HOURLY_MICRO, task_ms=TASK_MS)
        set_price(project, price, by=requester, now_ms=to_ms(begun))
        write_aims(project, **sample_reviews.AIMS)
        write_chain(project, CHAIN, by=requester, now_ms=to_ms(begun))
        deposit_funds(project, FUNDS, DEPOSIT, by=operator, now_ms=to_ms(begun))
        set_overlap(project.id, OVERLAP, to_ms(begun))
        for one in everybody():
            person = add_person(one.name, f"Mois, {one.name[-2:]}", to_ms(begun), simulated=True)
            set_terms(
                person, TermsIn(one.place, one.zone, one.status), by=operator, now_ms=to_ms(begun)
            )
            join_as_worker(project, person, to_ms(begun))
    return project


def first_day(now_ms: Ms) -> datetime:
    """Return the first midnight of the month, by the instance's clock."""
    today = timezone.localtime(from_ms(now_ms)).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=DAYS + 1)


def bring_reviews(project: Project) -> None:
    """Import and publish the reviews, some with what each was made to say, and begin the pilot."""
    now = project.created_at
    if not project.imports.filter(state=Import.State.PUBLISHED).exists():
        for half_read in project.imports.all():
            discard_import(half_read.id, to_ms(now))
        with tempfile.TemporaryDirectory() as made:
            path = Path(made, "avis.csv")
            sample_reviews.write_reviews(SEED, path)
            options = ImportOptions("id", columns=("texte",), required=("texte",))
            source = start_import(
                project.id,
                path,
                "avis",
                sniff(path),
                options,
                by=project.created_by,
                now_ms=to_ms(now),
            )
            read_import(source.id, to_ms(now))
        write_known(project.id, dict(list(truths().items())[::12]))
        publish_import(source.id, to_ms(now))
    if project.state == Project.State.DRAFT:
        set_risk(project, 0, [], Project.Modality.TEXT)
        start_project(project, to_ms(now))


def truths() -> dict[str, str]:
    """Return what each review was made to say, by its key."""
    return {f"avis-{n:04d}": one.truth for n, one in enumerate(sample_reviews.reviews(SEED), 1)}


def simulate_work(project: Project, now_ms: Ms) -> None:
    """Let everybody try the tasks on the first day and work on the others, from where it stopped.

    A sitting is kept whole or not at all.
    """
    people, sittings, truth = everybody(), plan(), truths()
    held = project.workers.filter(kind="simulated").select_related("person")
    workers = {worker.person.username: worker for worker in held if worker.person}
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
    """What one sitting needs to know."""

    worker: int
    person: int
    project: int
    somebody: Somebody
    truth: dict[str, str]


def _sit(work: _Work, sitting: Sitting, begun_ms: int, rng: np.random.Generator) -> None:
    """Read and judge reviews for so long; what the page notes goes out as it would."""
    session = open_page(work.person, work.project, begun_ms)
    at_ms = int(rng.uniform(4_000, 15_000))
    views = [View("queue", 0, at_ms)]
    while at_ms < sitting.length_ms:
        lent = lease_tasks(work.worker, LENT_AT_ONCE, begun_ms + at_ms).tasks
        for task in lent:
            begin_ms = at_ms
            at_ms += int(work.somebody.seconds * rng.lognormal(0, 0.35) * 1000)
            surface = "practice" if task.practice else f"item:{task.lease}"
            views.append(View(surface, begin_ms, at_ms, is_answered=True))
            key = str(uuid.UUID(bytes=rng.bytes(16), version=4))
            values = {"q": _said(work, task.key, rng)}
            submission = Submission(task.lease, key, values, task.question_version)
            submit(work.worker, submission, begun_ms + at_ms)
        if not lent:
            break
    if work.somebody.pads:
        views.append(View(views[-1].surface, at_ms, at_ms + PADDING_MS))
    beats = beats_of(session, views, rng)
    for first in range(0, len(beats), SENT_AT_ONCE):
        some = beats[first : first + SENT_AT_ONCE]
        keep_beats(work.person, work.project, some, begun_ms + some[-1].mono_ms)


def _said(work: _Work, key: str, rng: np.random.Generator) -> str:
    """Say what the review was made to say, or something else now and then."""
    others = (sample_reviews.GOOD, sample_reviews.BAD, sample_reviews.MIXED)
    if rng.random() < work.somebody.right and key in work.truth:
        return work.truth[key]
    return others[int(rng.integers(len(others)))]
