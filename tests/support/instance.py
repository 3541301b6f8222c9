"""An organisation with one person a role, an open project and a draft, for tests of pages."""

import io
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from django.db.models import F
from django.test import Client
from django.utils import timezone
from PIL import Image

from canut.actions.datasets.releases import path_of
from canut.actions.operations.jobs import read_soon
from canut.actions.participation.inspection_links import make_link
from canut.actions.people.accounts import add_member, create_invitation, join_as_worker
from canut.actions.platform.system_clock import now_ms
from canut.actions.platform.uploads import keep_upload
from canut.actions.portrait import releases
from canut.actions.portrait.deposits import accept_deposit, bring_deposit
from canut.actions.portrait.inputs import quarter_named
from canut.actions.projects.drafts import begin_import, choose_columns
from canut.actions.projects.setup import create_project, write_question
from canut.actions.time.claims import ClaimIn, contest
from canut.core.clock import DAY_MS, to_ms
from canut.core.participation.inspector_file import InspectionScope
from canut.core.portrait.attacks.release_attacks import Attack, AttackInputs, successful_attacks
from canut.core.portrait.privacy import Release
from canut.store.media.files import keep_picture
from canut.store.models import (
    Claim,
    Deposit,
    ExportFile,
    Invitation,
    Media,
    Membership,
    ModelAuthor,
    Organisation,
    Person,
    Project,
    Role,
    Task,
    Trained,
    Worker,
)
from canut.store.portrait.inputs import release_of
from tests.support.claims import have_been_here
from tests.support.deposits import write_package
from tests.support.factories import (
    NOW,
    NOW_MS,
    SCHEMA,
    make_person,
    make_project,
    make_representative,
)

CSV = "id;text;note\n0007;« très bon »;5\n0008;moyen;3\n0009;court\n".encode("cp1252")
ATTACKED: dict[str, Sequence[Attack]] = {}
"""The attacks that succeed, by the hash of what was attacked."""


@dataclass
class House:
    """What a page may be asked about."""

    organisation: Organisation
    project: Project
    draft: Project
    people: dict[str, Person]
    worker: Worker
    tasks: list[Task]
    invitation: Invitation
    membership: Membership
    picture: str
    cookies: dict[str, SimpleCookie] = field(default_factory=dict)

    def sign_in(self, roles: Iterable[str]) -> None:
        """Sign people in once, for every browser that is opened for them later."""
        self.cookies = {role: self.client(role).cookies for role in roles}

    def client(self, role: str) -> Client:
        """Return a browser in which a person of that role is signed in; nobody for a stranger."""
        client = Client()
        if role in self.cookies:
            client.cookies = deepcopy(self.cookies[role])
        elif role != "stranger":
            client.force_login(self.people[role])
        return client


def make_house() -> House:
    """Make an organisation at work, and another one beside it."""
    made = make_project(tasks=3, overlap=2)
    Task.objects.filter(project=made.project).update(row=F("row") + 1)  # 0 is for practice
    organisation = made.project.organisation
    people = {str(role): make_person(shown_name=str(role)) for role in Role}
    given = [role for role in Role if role != Role.REPRESENTATIVE]
    for role in given:
        add_member(people[role], role, NOW_MS, organisation=organisation)
    make_representative(people["representative"], organisation)
    people["other"] = make_person(shown_name="other")
    elsewhere = Organisation.objects.create(name="Ailleurs", kind="requester", created_at=NOW)
    for role in given:
        add_member(people["other"], role, NOW_MS, organisation=elsewhere)
    make_representative(people["other"], elsewhere)
    people["nobody"] = make_person(shown_name="nobody")
    worker = join_as_worker(made.project, people["worker"], NOW_MS)
    return House(
        organisation=organisation,
        project=made.project,
        draft=make_draft(organisation, people["requester"]),
        people=people,
        worker=worker,
        tasks=made.tasks,
        invitation=make_invitation(made.project, people["requester"]),
        membership=add_member(make_person(), Role.AUDITOR, NOW_MS, project=made.project),
        picture=make_picture(made.project),
    )


def make_draft(organisation: Organisation, by: Person, content: bytes = CSV) -> Project:
    """Make a draft whose file is read and whose question is written."""
    draft = create_project(organisation, "Brouillon", by=by, now_ms=NOW_MS)
    begun = begin_import(draft, keep_upload("avis.csv", [content]), by=by, now_ms=NOW_MS)
    read_soon(choose_columns(begun, judged="text", id_column="id", known_column=""))
    write_question(draft, SCHEMA, "", by=by, now_ms=NOW_MS)
    return draft


def make_invitation(project: Project, by: Person, role: Role = Role.WORKER) -> Invitation:
    """Make a link that is open for long."""
    return create_invitation(
        project,
        role,
        by=by,
        expires_at=NOW.replace(year=NOW.year + 20),
        max_uses=2,
        note="affiche",
        now_ms=NOW_MS,
    )


def make_picture(project: Project) -> str:
    """Keep a tiny picture in the project and return its hash."""
    out = io.BytesIO()
    Image.new("L", (8, 8), 90).save(out, "PNG")
    kept = keep_picture(project.pk, out.getvalue())
    Media.objects.create(
        project=project,
        sha256=kept.sha256,
        content_type=kept.content_type,
        width=kept.width,
        height=kept.height,
        size_bytes=kept.size_bytes,
    )
    return kept.sha256


def make_contest(house: House) -> Claim:
    """Let the worker say that an hour of theirs, on no project's page, is not right."""
    now = timezone.now()
    begin = int((now - timedelta(hours=30)).timestamp() * 1000)
    have_been_here(house.people["worker"], None, begin)
    given = ClaimIn(None, begin, begin + 3_600_000, words="Pas juste")
    return contest(house.people["worker"], given, to_ms(now))


def make_dataset(house: House) -> ExportFile:
    """Have a dataset that can be taken away."""
    one = ExportFile.objects.create(
        project=house.project,
        what="bundle",
        form="zip",
        state=ExportFile.State.DONE,
        token=token_hex(16),
        by=house.people["requester"],
        asked_at=NOW,
    )
    path_of(one).parent.mkdir(parents=True)
    path_of(one).write_bytes(b"PK")
    return one


def a_release() -> str:
    """Return the name of a release of the Portrait, made the first time it is asked for."""
    quarter = quarter_named("2025Q4")
    found = release_of(quarter.name, 1)
    if found is None:
        with patch.object(releases, "successful_attacks", _attacks_on):
            releases.draft_quarter(quarter, NOW_MS - 8 * DAY_MS)
            found = releases.release_quarter(quarter, NOW_MS)
    return found.name


def _attacks_on(release: Release, scene: AttackInputs) -> Sequence[Attack]:
    """Attack each figure that is the same once: hundreds of tests make the same release."""
    if release.sha256 not in ATTACKED:
        ATTACKED[release.sha256] = successful_attacks(release, scene)
    return ATTACKED[release.sha256]


def an_inspection_link(house: House) -> str:
    """Return the token of a link that sends an inspector's file."""
    scope = InspectionScope(date(2026, 1, 1), date(2026, 6, 30))
    return make_link(scope, "Inspection", house.people["operator"], now_ms())


def an_edition() -> dict[str, Any]:
    """Return the parts of the address of that release."""
    period, _, edition = a_release().rpartition("-")
    return {"period": period, "edition": int(edition)}


def a_series() -> str:
    """Return a figure that the release has."""
    a_release()
    return "population.active"


def a_deposit() -> int:
    """Return the number of a deposit that was accepted, made the first time it is asked for."""
    first = Deposit.objects.first()
    if first is None:
        with TemporaryDirectory() as folder:
            first = bring_deposit([write_package(Path(folder))], None, NOW_MS)
        accept_deposit(first.pk, None, NOW_MS)
    return first.pk


def make_model(house: House) -> Trained:
    """Have a model that learnt there."""
    number = str(Trained.objects.count() + 1)
    author = ModelAuthor.objects.create(project=house.project, name="canut-text", version=number)
    return Trained.objects.create(
        project=house.project,
        author=author,
        form="text",
        answers=10,
        tasks=5,
        labels_ms=50_000,
        last_answer=1,
        held_out=5,
        right=4,
        by_people=0.9,
        fit_ms=1,
        made_ms=1,
        weights=b"PK",
    )
