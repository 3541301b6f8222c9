"""A house with private marks, a foreign organisation beside it, and everybody who may ask."""

import time
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client

from canut.actions.ledger.inclusion_promises import forget_promisers
from canut.actions.ledger.rollback_detection import forget_ends
from canut.actions.people.accounts import add_member, join_as_worker
from canut.actions.time.heartbeats import open_page
from canut.actions.work.leases import lease_tasks
from canut.store.models import Membership, Organisation, Person, Project, Role, Task
from canut.store.sql.version_cache import forget_versions
from tests.hostile.asking import TOKEN, Application, Reply, Request
from tests.support.factories import (
    NOW,
    NOW_MS,
    answer_next,
    make_person,
    make_project,
    make_representative,
)
from tests.support.instance import House, make_house
from tests.web.api.program import Program, program

MARK = "marque-privee-7f3a"
"""Stands in what nobody outside the house may read."""
PROGRAM_ROLES = ("requester", "operator", "worker", "reviewer", "auditor")
OUTSIDE = "foreign "


@dataclass(frozen=True)
class Actor:
    """Somebody who asks: by a session's cookie or by a key.

    Args:
        name: the role, with ``foreign`` before it in the other organisation.
        cookies: what signs them in on pages.
        headers: what signs a program in.
        program: the program, where it is one.
    """

    name: str
    cookies: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    program: Program | None = None

    @property
    def is_outside(self) -> bool:
        """Return whether nothing private of the house is theirs to read.

        Whoever runs the instance runs it for every organisation: an operator is inside.
        """
        is_foreign = self.name.startswith(OUTSIDE)
        return self.name in {"stranger", "nobody"} or (is_foreign and "operator" not in self.name)

    def ask(self, request: Request) -> Request:
        """Sign a request with what this actor has."""
        headers = {**request.headers, **self.headers}
        cookies = {**request.cookies, **self.cookies, "csrftoken": TOKEN}
        return Request(
            request.method,
            request.template,
            request.parts,
            request.query,
            headers,
            cookies,
            request.body,
            request.kind,
        )


@dataclass
class Ground:
    """The house, the foreign project, and the actors of pages and of the API."""

    house: House
    foreign: Project
    people: list[Actor]
    programs: list[Actor]
    hints: dict[str, Any]


def make_ground() -> Ground:
    """Make the house and sign everybody in."""
    house = make_house()
    foreign_people, foreign = _foreign()
    _mark(house)
    people = [Actor("stranger")]
    house_people = {**house.people}
    house_people.pop("other")
    for name, person in {**house_people, **foreign_people}.items():
        client = Client()
        client.force_login(person)
        people.append(Actor(name, {"sessionid": client.cookies["sessionid"].value}))
    programs = [Actor("stranger"), Actor("session", people[2].cookies)]
    for prefix, organisation in (("", house.organisation), (OUTSIDE, foreign.organisation)):
        for role in PROGRAM_ROLES:
            bot = program(role, organisation=organisation)
            key = {"Authorization": f"Bearer {bot.token}"}
            programs.append(Actor(f"{prefix}{role}", {}, key, bot))
    return Ground(house, foreign, people, programs, _hints(house))


def _foreign() -> tuple[dict[str, Person], Project]:
    """Put one person of each role in another organisation, with a project of its own."""
    project = make_project(tasks=2, overlap=1).project
    elsewhere = Organisation.objects.get(name="Ailleurs")
    Project.objects.filter(pk=project.pk).update(organisation=elsewhere)
    project.refresh_from_db()
    people = {str(role): make_person(shown_name=f"{OUTSIDE}{role}") for role in Role}
    for role in Role:
        if role == Role.REPRESENTATIVE:
            make_representative(people[role], elsewhere)
        else:
            add_member(people[role], role, NOW_MS, organisation=elsewhere)
    join_as_worker(project, people[Role.WORKER], NOW_MS)
    return {f"{OUTSIDE}{role}": person for role, person in people.items()}, project


def _mark(house: House) -> None:
    """Write a mark into what is private: material, drafts, names, notes, answers."""
    Task.objects.filter(project=house.project).update(data=f'{{"text": "{MARK}-task"}}')
    Task.objects.filter(project=house.draft).update(data=f'{{"text": "{MARK}-row"}}')
    Project.objects.filter(pk=house.draft.pk).update(title=f"{MARK}-draft")
    house.invitation.note = f"{MARK}-note"
    house.invitation.save(update_fields=["note"])
    inside = [person.pk for name, person in house.people.items() if name not in {"other", "nobody"}]
    inside += Membership.objects.filter(project=house.project).values_list("person", flat=True)
    for person in Person.objects.filter(pk__in=inside):
        person.username = f"{MARK}-{person.pk}"
        person.save(update_fields=["username"])
    house.project.refresh_from_db()
    house.draft.refresh_from_db()
    house.membership.refresh_from_db()
    for person in house.people.values():
        person.refresh_from_db()


def _hints(house: House) -> dict[str, Any]:
    """Answer a task, lease another, open a page: what members of a body may name."""
    at_ms = int(time.time() * 1000)
    answer_next(house.worker, now_ms=at_ms - 60_000)
    (leased, *_more) = lease_tasks(house.worker.pk, 1, at_ms - 30_000).tasks
    session = open_page(house.people["worker"].pk, house.project.pk, at_ms - 60_000)
    return {
        "lease": leased.lease,
        "leases": [leased.lease],
        "have": [leased.lease],
        "seen": [leased.lease],
        "task": leased.task,
        "version": leased.question_version,
        "question_version": leased.question_version,
        "key": "k" * 32,
        "values": {"q": "oui"},
        "drafts": {"q": "oui"},
        "session": session,
        "count": 1,
    } | {"replaces": None, "revealed": None, "at": 0, "begun": NOW.isoformat()}


def undone(application: Application, request: Request) -> Reply:
    """Send a request and undo what it wrote, in tables and in what is remembered of them."""
    with transaction.atomic():
        reply = application.send(request)
        transaction.set_rollback(True)
    if request.method != "GET":
        forget_all()
    return reply


def forget_all() -> None:
    """Forget what is remembered of rows that are gone: their ids are given to the next."""
    forget_versions()
    forget_promisers()
    forget_ends()
