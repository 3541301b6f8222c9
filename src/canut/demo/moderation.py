"""Create the demo's moderation project: hard content, announced, limited and chosen.

Six people tried it out. The visitors' worker among them has agreed to see such content, lowered
their own limit and answered a few tasks: their page of exposure has something to show.
Everything goes through the same actions as people's requests; the project is made whole or resumed.
"""

import tempfile
import uuid
from dataclasses import replace
from pathlib import Path

import numpy as np
from django.db import transaction

from canut.actions.datasets.material import describe_material
from canut.actions.imports.lifecycle import (
    ImportOptions,
    discard_import,
    publish_import,
    read_import,
    start_import,
)
from canut.actions.pay.funds import deposit_funds
from canut.actions.pay.intermediaries import write_chain
from canut.actions.people.accounts import join_as_worker
from canut.actions.projects.setup import (
    Price,
    create_project,
    open_project,
    set_price,
    start_project,
    write_aims,
    write_question,
)
from canut.actions.protection.risk_preferences import agree, set_own_limit, set_risk
from canut.actions.tasks.known_labels import write_known
from canut.actions.time.heartbeats import keep_beats, open_page
from canut.actions.work.leases import lease_tasks
from canut.actions.work.overlap import set_overlap
from canut.actions.work.submission import Submission, submit
from canut.core.clock import HOUR_MS, Ms
from canut.core.formats import sniff
from canut.core.money import Money
from canut.demo import comment_texts
from canut.demo.commission import write_demo_commission
from canut.demo.heartbeats import View, beats_of
from canut.demo.month import CHAIN, WORKER
from canut.demo.origins import MADE
from canut.demo.pay_terms import DEPOSIT
from canut.demo.texts import ORGANISATION
from canut.store.models import Import, Membership, Person, Project, Role, Worker

SLUG, SEED = "moderation", 1848
CATEGORIES = ("violence", "hate")
PRICE = Price("CAD", hourly_micro=32_000_000, task_ms=20_000)
FUNDS = Money(400_000_000, "CAD")
OVERLAP, PEOPLE, TASKS = 3, 6, 8
SECONDS, RIGHT = 16.0, 0.92
OWN_MINUTES = 10
BEFORE_MS = 3 * HOUR_MS
"""How long before the present people tried it out: within the day that limits count."""


def make_moderation(now_ms: Ms) -> bool:
    """Create the project, or finish an interrupted one; return whether there was work to do."""
    began_ms = now_ms - BEFORE_MS
    project = Project.objects.filter(slug=SLUG).first() or _begin(began_ms)
    if project.state == Project.State.OPEN:
        return False
    if project.state == Project.State.DRAFT:
        _bring_comments(project, began_ms)
        write_demo_commission(project, began_ms)
        start_project(project, began_ms)
    _try_out(project, began_ms, now_ms)
    return True


@transaction.atomic
def _begin(now_ms: Ms) -> Project:
    """Create the draft project, its money, and the people who agreed to such content."""
    requester = Person.objects.get(username="demo-requester")
    operator = Person.objects.get(username="demo-operator")
    membership = Membership.objects.select_related("organisation").filter(
        person=requester, role=Role.REQUESTER, organisation__isnull=False
    )[0]
    if membership.organisation is None:  # the filter left none
        raise AssertionError
    project = create_project(
        membership.organisation,
        comment_texts.TITLE,
        by=requester,
        now_ms=now_ms,
        simulated=True,
        slug=SLUG,
    )
    write_question(
        project, comment_texts.SCHEMA, comment_texts.INSTRUCTIONS, by=requester, now_ms=now_ms
    )
    set_price(project, PRICE, by=requester, now_ms=now_ms)
    write_aims(project, **comment_texts.AIMS)
    describe_material(project, MADE, by=requester, now_ms=now_ms)
    write_chain(project, replace(CHAIN, client=ORGANISATION), by=requester, now_ms=now_ms)
    deposit_funds(project, FUNDS, DEPOSIT, by=operator, now_ms=now_ms)
    set_overlap(project.id, OVERLAP, now_ms)
    simulated = Person.objects.filter(username__startswith="simulated-").order_by("id")
    for person in [*simulated[: PEOPLE - 1], Person.objects.get(username=WORKER)]:
        agree(person.pk, CATEGORIES, now_ms)
        join_as_worker(project, person, now_ms)
    set_own_limit(Person.objects.get(username=WORKER).pk, OWN_MINUTES, now_ms)
    return project


def _bring_comments(project: Project, now_ms: Ms) -> None:
    """Import and publish the comments, each with its risk level."""
    if not project.imports.filter(state=Import.State.PUBLISHED).exists():
        for half_read in project.imports.all():
            discard_import(half_read.id, now_ms)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "commentaires.csv")
            comment_texts.write_comments(SEED, path)
            options = ImportOptions("id", columns=("commentaire", "niveau"))
            source = start_import(
                project.id,
                path,
                "commentaires",
                sniff(path),
                options,
                by=project.created_by,
                now_ms=now_ms,
            )
            read_import(source.id, now_ms)
        write_known(project.id, dict(list(_truths().items())[::9]))
        publish_import(source.id, now_ms)
    set_risk(project, 1, CATEGORIES, Project.Modality.TEXT, column="niveau")


@transaction.atomic
def _try_out(project: Project, began_ms: Ms, now_ms: Ms) -> None:
    """Let everybody answer a few comments, then open the project."""
    workers = project.workers.select_related("person").order_by("id")
    for number, worker in enumerate(workers):
        _sit(worker, began_ms + (number + 1) * HOUR_MS // 4, np.random.default_rng([SEED, number]))
    open_project(project, now_ms)


def _sit(worker: Worker, begun_ms: Ms, rng: np.random.Generator) -> None:
    """Judge comments for some minutes, and send the heartbeats of the page."""
    truths, at_ms = _truths(), 5_000
    views = [View("queue", 0, at_ms)]
    session = open_page(worker.person_id or 0, worker.project_id, begun_ms)
    for _ in range(TASKS):
        leased = lease_tasks(worker.pk, 1, begun_ms + at_ms).tasks
        for task in leased:
            begin_ms = at_ms
            at_ms += int(SECONDS * rng.lognormal(0, 0.3) * 1000)
            views.append(View(f"item:{task.lease}", begin_ms, at_ms, is_answered=True))
            is_right = rng.random() < RIGHT and task.key in truths
            value = truths[task.key] if is_right else comment_texts.HIDE
            key = str(uuid.UUID(bytes=rng.bytes(16), version=4))
            submission = Submission(task.lease, key, {"q": value}, task.question_version)
            submit(worker.pk, submission, begun_ms + at_ms)
    beats = beats_of(session, views, rng)
    keep_beats(worker.person_id or 0, beats, begun_ms + at_ms)


def _truths() -> dict[str, str]:
    """Return what should be done with each comment, by its key."""
    comments = comment_texts.comments(SEED)
    return {
        comment_texts.key_of(number): comment.truth for number, comment in enumerate(comments, 1)
    }
