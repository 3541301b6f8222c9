"""Create the demo: real pictures, answers of a simulated crowd, four one-click accounts.

Everything goes through the same actions as people's requests. Each step is stored before the next
begins, so that an interrupted demo can be resumed. A database with other data is not changed.
"""

import tempfile
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
from django.db import transaction
from django.utils import timezone

from canut.actions.datasets.material import describe_material
from canut.actions.decisions.system_notices import name_contact, note_shown
from canut.actions.imports.lifecycle import (
    ImportOptions,
    discard_import,
    publish_import,
    read_import,
    start_import,
)
from canut.actions.participation.impact_assessments import agree_to_assessment, make_assessment
from canut.actions.pay.funds import deposit_funds
from canut.actions.pay.intermediaries import write_chain
from canut.actions.people.accounts import add_member, add_operator, add_person, join_as_worker
from canut.actions.people.organisations import create_organisation
from canut.actions.people.work_terms import set_terms
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
from canut.actions.quality.estimates import estimate_labels
from canut.actions.tasks.known_labels import write_known
from canut.actions.time.task_times import keep_pace
from canut.actions.work.leases import lease_tasks, skip_task
from canut.actions.work.overlap import set_overlap
from canut.actions.work.submission import Submission, submit
from canut.core.clock import DAY_MS, Ms, from_ms, to_ms
from canut.core.decisions.system_notice import ALL, Contact
from canut.core.errors import Conflict
from canut.core.formats import sniff
from canut.core.money import Money
from canut.core.participation.effects_inventory import RISKS
from canut.core.pay.price import piece_price
from canut.demo.crowd import (
    WORKING_DAYS,
    Eyes,
    Habit,
    Session,
    everybody,
    plan_sessions,
)
from canut.demo.digits import Digits, doubt_of, name_of, read_digits, write_pictures
from canut.demo.origins import DIGITS, DIGITS_SOURCE
from canut.demo.pay_terms import CHAIN, DEPOSIT, TERMS
from canut.demo.status import MADE_BY_DEMO, READY, demo_flag
from canut.demo.texts import (
    AIMS,
    ENTRANCES,
    INSTRUCTIONS,
    OPERATOR,
    OPERATOR_NAME,
    ORGANISATION,
    SCHEMA,
    TITLE,
)
from canut.store.models import Import, Person, Project, Role

SLUG = "demo"
SEED = 1831
HOURLY_MICRO, TASK_MS, CURRENCY = 30_000_000, 4_000, "CAD"
PIECE_MICRO = piece_price(Money(HOURLY_MICRO, CURRENCY), TASK_MS).micro
FUNDS = Money(1_000_000_000, CURRENCY)
TRIED_BY, TRIED_TASKS = 12, 8
PILOT_OVERLAP, OVERLAP = 5, 3
PILOT_ANSWERS, ANSWERS = 1_300, 4_900
LENT_AT_ONCE = 10
SESSIONS = "demo_sessions"
HERE_DAYS = 31
"""Since when the people of the one-click entrances are here: before the month they work in."""

type Progress = Callable[[int, int], None]


class Plan(NamedTuple):
    """The sessions of the crowd, and what they see."""

    people: list[Habit]
    sessions: list[Session]
    eyes: Eyes
    midnight_ms: int


def prepare_demo(now_ms: Ms, progress: Progress | None = None) -> bool:
    """Create the demo, or finish an interrupted one; return whether there was work to do.

    Args:
        now_ms: the present; the crowd worked during the days before it.
        progress: called with the number of answers and their total.

    Raises:
        Conflict: ``not-a-demo``: the database holds something else.
        NotReady: the pictures are not installed.
    """
    if demo_flag(READY):
        return False
    if not demo_flag(MADE_BY_DEMO):
        if Person.objects.exists():
            raise Conflict(
                "this data folder holds an instance that the demo did not make;"
                " choose another with --data DIR",
                code="not-a-demo",
            )
        keep_fact(MADE_BY_DEMO, "1")
    digits = read_digits()
    project = Project.objects.filter(slug=SLUG).first() or _begin(now_ms)
    _bring_pictures(project, digits, to_ms(project.created_at))
    plan = plan_of(project, digits)
    _try_out(project, plan)
    _let_work(project, plan, progress or _silent)
    estimate_labels(project.id, now_ms)
    keep_pace(project, now_ms)
    keep_fact(READY, "1")
    return True


@transaction.atomic
def _begin(now_ms: Ms) -> Project:
    """Create the organisations, the one-click accounts, and the draft project."""
    first = timezone.localtime(from_ms(now_ms)).replace(hour=9, minute=0, second=0, microsecond=0)
    started_at = first - timedelta(days=WORKING_DAYS + 1)
    arrived_ms = to_ms(first - timedelta(days=HERE_DAYS))
    operator = add_operator("demo-operator", None, OPERATOR, arrived_ms, shown_name=OPERATOR_NAME)
    people = {  # what visitors do as the worker is no real person's work
        role: add_person(f"demo-{role}", shown_name, arrived_ms, simulated=role == Role.WORKER)
        for role, shown_name in ENTRANCES
    }
    assessed = make_assessment(dict.fromkeys(RISKS, 2), operator, to_ms(started_at))
    agree_to_assessment(assessed.number, operator, "Démonstration.", to_ms(started_at))
    name_contact(ALL, Contact(OPERATOR_NAME, "514 555-0142"), operator)
    requester = people[Role.REQUESTER]
    organisation = create_organisation(ORGANISATION, requester, to_ms(started_at), country="CA")
    add_member(operator, Role.OPERATOR, to_ms(started_at), organisation=organisation)
    project = create_project(
        organisation, TITLE, by=requester, now_ms=to_ms(started_at), simulated=True, slug=SLUG
    )
    write_question(project, SCHEMA, INSTRUCTIONS, by=requester, now_ms=to_ms(started_at))
    price = Price(CURRENCY, hourly_micro=HOURLY_MICRO, task_ms=TASK_MS)
    set_price(project, price, by=requester, now_ms=to_ms(started_at))
    write_aims(project, **AIMS)
    describe_material(project, DIGITS, DIGITS_SOURCE, by=requester, now_ms=to_ms(started_at))
    write_chain(project, CHAIN, by=requester, now_ms=to_ms(started_at))
    deposit_funds(project, FUNDS, DEPOSIT, by=operator, now_ms=to_ms(started_at))
    set_overlap(project.id, PILOT_OVERLAP, to_ms(started_at))
    add_member(people[Role.REVIEWER], Role.REVIEWER, to_ms(started_at), project=project)
    for number, _habit in enumerate(everybody(), 1):
        name = f"simulated-{number:02d}"
        simulated = add_person(name, f"Simulation {number:02d}", to_ms(started_at), simulated=True)
        set_terms(simulated, TERMS, by=operator, now_ms=to_ms(started_at))
        join_as_worker(project, simulated, to_ms(started_at))
        note_shown(simulated, to_ms(started_at))
    set_terms(people[Role.WORKER], TERMS, by=operator, now_ms=arrived_ms)
    join_as_worker(project, people[Role.WORKER], to_ms(started_at))
    note_shown(people[Role.WORKER], to_ms(started_at))
    return project


def _bring_pictures(project: Project, digits: Digits, now_ms: Ms) -> None:
    """Import and publish the pictures with known labels, and start the pilot."""
    if project.is_lending:
        return
    publishing = project.imports.filter(state=Import.State.PUBLISHING).first()
    if publishing:
        publish_import(publishing.id, now_ms)
    if not project.imports.filter(state=Import.State.PUBLISHED).exists():
        for half_read in project.imports.all():
            discard_import(half_read.id, now_ms)
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder, "digits.zip")
            write_pictures(digits, archive)
            source = start_import(
                project.id,
                archive,
                "digits",
                sniff(archive),
                ImportOptions(),
                by=project.created_by,
                now_ms=now_ms,
            )
            read_import(source.id, now_ms)
        truth = {name_of(n): str(digit) for n, digit in enumerate(digits.digit.tolist(), 1)}
        write_known(project.id, truth)
        publish_import(source.id, now_ms)
    set_risk(project, 0, [], Project.Modality.IMAGE)
    start_project(project, now_ms)


@transaction.atomic
def _try_out(project: Project, plan: Plan) -> None:
    """Simulate the pilot with a dozen people, then open the project."""
    if project.state != Project.State.PILOT:
        return
    workers = project.workers.filter(kind="simulated").order_by("id").values_list("id", flat=True)
    begin_ms = plan.midnight_ms - DAY_MS // 2
    for person, worker in enumerate(workers[: 2 * TRIED_BY : 2]):
        sit(worker, Session(2 * person, 0, TRIED_TASKS), begin_ms, plan, -1 - person)
    open_project(project, plan.midnight_ms)


def plan_of(project: Project, digits: Digits) -> Plan:
    """Return the same plan every time for the same project."""
    started_at = timezone.localtime(project.created_at)
    midnight = started_at.replace(hour=0, minute=0) + timedelta(days=1)
    sessions = plan_sessions(ANSWERS, np.random.default_rng(SEED))
    return Plan(everybody(), sessions, Eyes(digits, doubt_of(digits)), to_ms(midnight))


def _let_work(project: Project, plan: Plan, progress: Progress) -> None:
    """Simulate the remaining sessions; each is stored whole or not at all."""
    workers = list(
        project.workers.filter(kind="simulated").order_by("id").values_list("id", flat=True)
    )
    done = int(demo_flag(SESSIONS) or 0)
    answers = sum(session.answers for session in plan.sessions[:done])
    for number, session in enumerate(plan.sessions[done:], done):
        at_ms = plan.midnight_ms + session.start_ms
        with transaction.atomic():
            if answers < PILOT_ANSWERS <= answers + session.answers:
                set_overlap(project.id, OVERLAP, at_ms)
            sit(workers[session.person], session, at_ms, plan, number)
            keep_fact(SESSIONS, str(number + 1))
        answers += session.answers
        progress(answers, sum(session.answers for session in plan.sessions))


def sit(worker_id: int, session: Session, at_ms: int, plan: Plan, number: int) -> None:
    """Answer tasks one by one, until the session is over or none is left."""
    rng = np.random.default_rng([SEED, number + TRIED_BY])
    remaining = session.answers
    while remaining > 0:
        leased = lease_tasks(worker_id, min(LENT_AT_ONCE, remaining), at_ms).tasks
        if not leased:
            return
        for task in leased:
            picture = int(Path(task.data["file"]).stem) - 1
            answer = plan.eyes.answer(plan.people[session.person], picture, rng)
            at_ms += answer.elapsed_ms
            if answer.value is None:
                skip_task(worker_id, task.lease, "cannot-see", at_ms)
                continue
            key = str(uuid.UUID(bytes=rng.bytes(16), version=4))
            values = {"q": answer.value}
            submit(worker_id, Submission(task.lease, key, values, task.question_version), at_ms)
        remaining -= len(leased)


def _silent(_done: int, _total: int) -> None:
    """Report nothing."""
