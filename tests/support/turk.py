"""Call the Mechanical Turk interface with a published client, within this process.

The client signs and parses as it does anywhere; only its socket is replaced by Django's handler.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from django.test import Client

from canut.actions.integrations.api_keys import KeyIn
from canut.actions.people.accounts import add_member, join_as_worker
from canut.actions.platform.system_clock import now_ms
from canut.actions.turk.keys import create_turk_key
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.clock import from_ms
from canut.core.pay.statement_input import BONUS
from canut.core.turk.profile import TurkProfile
from canut.store.models import (
    Answer,
    Assignment,
    Bonus,
    Lease,
    Organisation,
    PayAdjustment,
    Person,
    Project,
    Qualification,
    QualificationGrant,
    Role,
    TaskState,
    Worker,
    WorkerAlias,
)
from tests.support.factories import make_person

HOST = "testserver"
URL = f"http://{HOST}/mturk"
SAID = TurkProfile(
    is_own_staff=True,
    aim_business="To know the weather.",
    aim_social="Nobody else is touched.",
    aim_ethical="A wrong word misleads a reader.",
    origin_whose="Ours.",
    origin_consent="Ours to give.",
    origin_paid="By us.",
)
PAGE = (
    '<HTMLQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/'
    '2011-11-11/HTMLQuestion.xsd"><HTMLContent><![CDATA[<!DOCTYPE html><html><body>'
    '<crowd-form><crowd-input name="weather"></crowd-input></crowd-form></body></html>]]>'
    "</HTMLContent><FrameHeight>0</FrameHeight></HTMLQuestion>"
)
HIT_TYPE: dict[str, Any] = {
    "Title": "Say what the weather is",
    "Description": "One line of text",
    "Keywords": "text, weather",
    "Reward": "0.50",
    "AssignmentDurationInSeconds": 600,
    "AutoApprovalDelayInSeconds": 259_200,
}
HIT: dict[str, Any] = {"LifetimeInSeconds": 86_400, "Question": PAGE}


class _Body:
    """The body of a reply, as the client reads it."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self) -> Iterator[bytes]:
        """Yield the body."""
        yield self.content


@dataclass
class Requester:
    """An organisation with a signing key, a person in it, and a client."""

    organisation: Organisation
    person: Person
    access_id: str
    secret: str
    turk: Any


def connect(
    access_id: str, secret: str, url: str = URL, *, tries: int = 3, checks: bool = True
) -> Any:
    """Return a client of the interface, or of that of topics; its calls stay in this process."""
    service = "sns" if url.endswith("/sns") else "mturk"
    turk = boto3.client(
        service,
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=access_id,
        aws_secret_access_key=secret,
        config=Config(
            retries={"mode": "standard", "max_attempts": tries}, parameter_validation=checks
        ),
    )

    def answer(request: Any, **_other: Any) -> AWSResponse:
        headers = {
            name: text.decode() if isinstance(text, bytes) else text
            for name, text in request.headers.items()
        }
        kind = headers.pop("Content-Type", "")
        response = Client().post(
            request.url.removeprefix(f"http://{HOST}"),
            data=request.body,
            content_type=kind,
            headers={**headers, "Host": HOST},
        )
        replied = dict(response.items())
        raw: Any = _Body(response.content)
        return AWSResponse(request.url, response.status_code, replied, raw)

    turk.meta.events.register(f"before-send.{service}", answer)
    return turk


def make_requester(name: str = "Les Soies", profile: TurkProfile = SAID) -> Requester:
    """Make an organisation with a person and a signing key."""
    moment = now_ms()
    organisation = Organisation.objects.create(
        name=name, kind="requester", country="CA", created_at=from_ms(moment)
    )
    person = make_person()
    add_member(person, Role.REQUESTER, moment, organisation=organisation)
    made = create_turk_key(
        KeyIn("script", Role.REQUESTER, organisation=organisation),
        profile,
        by=person,
        now_ms=moment,
    )
    public = made.turk_key.access_id
    return Requester(organisation, person, public, made.secret, connect(public, made.secret))


def make_hit(turk: Any, **changes: Any) -> dict[str, Any]:
    """Create a HIT; return it. A member that is None is left out."""
    merged = {**HIT_TYPE, **HIT, **changes}
    members = {name: content for name, content in merged.items() if content is not None}
    hit: dict[str, Any] = turk.create_hit(**members)["HIT"]
    return hit


def project_of(hit: dict[str, Any]) -> Project:
    """Return the project of a HIT."""
    return Project.objects.get(hit_type__public_id=hit["HITTypeId"])


def hire(project: Project, person: Person | None = None) -> Worker:
    """Let somebody work in a project."""
    return join_as_worker(project, person or make_person(), now_ms())


def answer_hit(
    worker: Worker, weather: str = "rain", *, at_ms: int | None = None, took_ms: int = 1
) -> Answer:
    """Let a worker answer the next task of a project."""
    moment = now_ms() if at_ms is None else at_ms
    (lent,) = lease_tasks(worker.pk, 1, moment).tasks[:1]
    fields = {"taskAnswers": [json.dumps([{"weather": weather}])]}
    receipt = submit(
        worker.pk, Submission(lent.lease, f"key-{lent.lease}", {"page": fields}), moment + took_ms
    )
    return Answer.objects.get(pk=receipt.answer)


def multiply(answer: Answer, count: int) -> None:
    """Add as many answers like one, each of another worker with a lease and a name of its own."""
    worker, lease = answer.worker, answer.lease
    assert lease is not None
    fields = {"project": worker.project, "created_at": worker.created_at}
    workers = Worker.objects.bulk_create(
        [Worker(public_id=f"w{number}", **fields) for number in range(count)]
    )
    lent = {"task": answer.task, "project": worker.project, "state": lease.state}
    moments = {"lent_ms": lease.lent_ms, "expires_ms": lease.expires_ms}
    leases = Lease.objects.bulk_create([Lease(worker=one, **lent, **moments) for one in workers])
    Assignment.objects.bulk_create(
        [Assignment(public_id=f"3A{one.pk}", lease=one) for one in leases]
    )
    given = {
        name: getattr(answer, name)
        for name in ("task", "project", "question_version", "values", "author_kind", "counted")
    }
    times = {"elapsed_ms": answer.elapsed_ms, "answered_ms": answer.answered_ms}
    Answer.objects.bulk_create(
        [Answer(worker=one.worker, lease=one, client_key="k", **given, **times) for one in leases]
    )
    counted = Answer.objects.filter(task=answer.task, counted=True).count()
    TaskState.objects.filter(task=answer.task).update(counted=counted)


def know_at_requester(worker: Worker) -> None:
    """Let a worker with an answer have a name, a qualification and a bonus at their requester."""
    moment, person = now_ms(), worker.person
    organisation = worker.project.organisation
    assert person is not None
    WorkerAlias.objects.create(organisation=organisation, person=person, public_id="A2345")
    owned = Qualification.objects.create(
        public_id="3ABC", organisation=organisation, name="A", by=person, at_ms=moment
    )
    QualificationGrant.objects.create(
        qualification=owned, person=person, value=80, reason="Careful", at_ms=moment
    )
    adjustment = PayAdjustment.objects.create(
        worker=worker,
        project=worker.project,
        piece_micro=1,
        currency="CAD",
        reason=BONUS,
        at_ms=moment,
    )
    Bonus.objects.create(
        answer=Answer.objects.filter(worker=worker).order_by("pk")[0],
        adjustment=adjustment,
        reason="Careful work",
        at_ms=moment,
    )
