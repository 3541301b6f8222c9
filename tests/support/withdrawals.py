"""A project of pictures with answers and a model, from which somebody withdraws one."""

import hashlib
import io
import json
from dataclasses import dataclass

from django.test import TestCase
from PIL import Image

from canut.actions.datasets.withdrawals import (
    WithdrawalFields,
    WithdrawalReply,
    ask_withdrawal,
    decide_withdrawal,
    read_withdrawal,
)
from canut.actions.learning.training import train
from canut.actions.people.accounts import add_member
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.store.media.files import keep_picture
from canut.store.models import (
    Import,
    Media,
    Organisation,
    Person,
    Project,
    Role,
    Task,
    TaskState,
    Trained,
)
from canut.store.tables.datasets import WithdrawalRequest
from tests.support.factories import NOW, NOW_MS, SCHEMA, Made, make_person, make_project

MINUTE_MS = 60_000
FIRST_PICTURE = 3
"""The row of the picture that is withdrawn."""


def picture(number: int) -> bytes:
    """Draw a picture of its own for each number; even ones are dark."""
    shade = 40 if number % 2 == 0 else 210
    image = Image.new("RGB", (24, 24), (shade, shade, shade))
    image.putpixel((number % 24, number // 24 % 24), (255, 0, number % 256))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@dataclass
class Gallery:
    """A project of pictures, its people, and a clock that tests move."""

    made: Made
    requester: Person
    operator: Person
    tasks: list[Task]
    now_ms: int = NOW_MS

    @property
    def project(self) -> Project:
        """The project of the pictures."""
        return self.made.project

    @property
    def withdrawn(self) -> Task:
        """The task whose picture is withdrawn, as it is now."""
        return Task.objects.get(pk=self.tasks[FIRST_PICTURE].pk)

    def answer_all(self) -> None:
        """Let the worker answer every task, rightly."""
        worker = self.made.worker
        rows = {task.pk: task.row for task in self.tasks}
        while True:
            self.now_ms += MINUTE_MS
            leases = lease_tasks(worker.pk, 1, self.now_ms).tasks
            if not leases:
                return
            label = "oui" if rows[leases[0].task] % 2 == 0 else "non"
            answer = Submission(leases[0].lease, f"{self.now_ms}", {"q": label})
            submit(worker.pk, answer, self.now_ms + 4_000)

    def train(self) -> Trained:
        """Teach a new version."""
        self.now_ms += MINUTE_MS
        return train(self.project, self.now_ms)

    def ask(self, **more: str) -> tuple[WithdrawalRequest, str]:
        """Ask to withdraw the picture by its hash; return the request and its word."""
        self.now_ms += MINUTE_MS
        sha256 = hashlib.sha256(picture(FIRST_PICTURE)).hexdigest()
        fields = WithdrawalFields(**({"sha256": sha256, "contact": "me@example.org"} | more))
        token = ask_withdrawal(self.project.slug, fields, self.now_ms)
        return read_withdrawal(token), token

    def grant(self, request: WithdrawalRequest) -> WithdrawalRequest:
        """Let the requester grant it for the task of the picture."""
        self.now_ms += MINUTE_MS
        reply = WithdrawalReply("granted", "It is you.", [self.withdrawn.pk])
        with TestCase.captureOnCommitCallbacks(execute=True):
            return decide_withdrawal(request.pk, reply, by=self.requester, now_ms=self.now_ms)


def make_gallery(count: int = 60) -> Gallery:
    """Make a project of pictures, of a client, on an instance that somebody else runs."""
    shown = {**SCHEMA, "show": [{"column": "image", "as": "image"}]}
    made = make_project(tasks=0, overlap=1, schema=shown)
    project = made.project
    source = Import.objects.create(
        project=project, state="published", name="a", path="a", format="images",
        created_by=project.created_by, created_at=NOW,
    )  # fmt: skip
    rows = []
    for row in range(count):
        facts = keep_picture(project.pk, picture(row))
        Media.objects.create(project=project, **facts._asdict())
        data = json.dumps({"image": facts.sha256}, separators=(",", ":"))
        rows.append(Task(project=project, source=source, row=row, key=f"{row}.png", data=data))
    tasks = Task.objects.bulk_create(rows)
    TaskState.objects.bulk_create(
        TaskState(task=task, project=project, overlap=1) for task in tasks
    )
    requester, operator = make_person(shown_name="Paul Tessier"), make_person(shown_name="Inès Roy")
    runs = Organisation.objects.create(name="La Coop", kind="operator", created_at=NOW)
    since_ms = NOW_MS - 1
    add_member(requester, Role.REQUESTER, since_ms, organisation=project.organisation)
    add_member(operator, Role.OPERATOR, since_ms, organisation=runs)
    return Gallery(made, requester, operator, tasks)
