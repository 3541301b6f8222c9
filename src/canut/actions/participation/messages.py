"""Messages between people: questions with a deadline, answers, and escalation when late.

A question has two working days for its answer. After that the operator gets it too, and both sides
see this. An answer may be published to everybody in the project, without the asker's name. Access
to the workers' channel is decided in ``web.kit.access``.
"""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from canut.core.errors import Forbidden, Incomplete, Missing, TooMany
from canut.core.participation.message_deadlines import due_ms, plain_text
from canut.store.models import Lease, Membership, Person, Project, Role, Worker
from canut.store.tables.participation import ChannelMessage, Message, Thread

MOST_WAITING = 50
WHO_ASKS = (Role.REQUESTER, Role.OPERATOR)


@transaction.atomic
def ask_about(worker_id: int, lease_id: int, text: str, now_ms: int) -> Thread:
    """Ask the requester about a leased task; the answer helps everybody in the project.

    Repeating a question about the same task returns the same thread.

    Raises:
        Missing: the task was never lent to this worker.
        Incomplete, TooLarge: the text is empty or too long.
        TooMany: fifty questions of this person wait already.
    """
    lease = Lease.objects.filter(id=lease_id, worker_id=worker_id).first()
    person = Worker.objects.select_related("person").get(id=worker_id).person
    if lease is None or person is None:
        raise Missing("this task was never lent to you", code="lease-gone")
    project = Project.objects.get(id=lease.project_id)
    sent = Thread.objects.filter(opened_by=person, task=lease.task, messages__text=plain_text(text))
    before = sent.first()
    if before is not None:
        return before
    question = Thread(project=project, task=lease.task, to=Thread.To.REQUESTER, opened_by=person)
    return _open(question, text, now_ms)


@transaction.atomic
def write_to(
    person: Person, to: Thread.To, project: Project | None, text: str, now_ms: int
) -> Thread:
    """Write to the requester of a project one works or worked in, or to the operator.

    Raises:
        Incomplete: no project is named where one must be, or nothing is written.
        Missing: the person never worked in the project.
        TooLarge: the text is too long.
        TooMany: fifty questions of this person wait already.
    """
    if to == Thread.To.REQUESTER and project is None:
        raise Incomplete("say in which project", field="project")
    if project is not None and not Worker.objects.filter(project=project, person=person).exists():
        raise Missing("you never worked in this project")
    return _open(Thread(project=project, to=to, opened_by=person), text, now_ms)


@transaction.atomic
def answer_thread(
    person: Person, thread_id: int, text: str, now_ms: int, *, for_all: bool = False
) -> Message:
    """Add a message to a thread the person may read, and stop or start its clock.

    Args:
        person: who writes: its opener, a requester of the project, or an operator.
        thread_id: which thread.
        text: plain text.
        now_ms: when.
        for_all: show question and answer to everybody in the project, without a name.

    Raises:
        Missing: there is no such thread for this person.
        Incomplete, TooLarge: the text is empty or too long.
        Forbidden: a worker cannot show it to everybody.
    """
    thread = Thread.objects.select_for_update().filter(id=thread_id).first()
    voice = _voice(person, thread) if thread else None
    if thread is None or voice is None:
        raise Missing("no such thread")
    if for_all and (voice == Message.Voice.WORKER or thread.project_id is None):
        raise Forbidden(
            "only a requester or an operator publishes an answer to everybody", code="not-for-all"
        )
    message = Message.objects.create(
        thread=thread, author=person, voice=voice, text=plain_text(text), at_ms=now_ms
    )
    if voice == Message.Voice.WORKER:
        if thread.due_ms is None:
            thread.due_ms, thread.late_ms = _due(now_ms), None
    else:
        thread.due_ms, thread.late_ms, thread.answered_ms = None, None, now_ms
        thread.is_for_all = thread.is_for_all or for_all
    thread.save()
    return message


@transaction.atomic
def escalate_late(now_ms: int) -> int:
    """Pass overdue questions to the operator; return how many."""
    late = Thread.objects.filter(due_ms__lte=now_ms, late_ms=None)
    return late.update(late_ms=now_ms)


@transaction.atomic
def say_in_channel(person: Person, text: str, now_ms: int) -> ChannelMessage:
    """Write to the workers' channel, as a worker or a representative.

    Raises:
        Forbidden: the person asks for labels or runs an instance, or does not work here.
        Incomplete, TooLarge: the text is empty or too long.
    """
    roles = set(
        Membership.objects.filter(person=person, ended_at=None).values_list("role", flat=True)
    )
    if roles & {*WHO_ASKS} or not roles & {Role.WORKER, Role.REPRESENTATIVE}:
        raise Forbidden("this channel is for workers alone", code="workers-only")
    return ChannelMessage.objects.create(
        author=person,
        is_representative=Role.REPRESENTATIVE in roles,
        text=plain_text(text),
        at_ms=now_ms,
    )


def _open(thread: Thread, text: str, now_ms: int) -> Thread:
    """Store a new thread with its first message, and start its clock."""
    person = thread.opened_by
    waiting = Thread.objects.filter(opened_by=person, due_ms__isnull=False).count()
    if waiting >= MOST_WAITING:
        raise TooMany(f"{waiting} questions of yours wait; wait for an answer", code="too-many")
    plain = plain_text(text)
    thread.opened_ms, thread.due_ms = now_ms, _due(now_ms)
    thread.save()
    Message.objects.create(
        thread=thread, author=person, voice=Message.Voice.WORKER, text=plain, at_ms=now_ms
    )
    return thread


def _voice(person: Person, thread: Thread) -> Message.Voice | None:
    """Return the role in which a person may write in a thread; None if they may not read it."""
    if thread.opened_by_id == person.pk:
        return Message.Voice.WORKER
    roles = Membership.objects.filter(person=person, ended_at=None)
    is_operator = roles.filter(role=Role.OPERATOR).exists()
    if is_operator and (thread.to == Thread.To.OPERATOR or thread.late_ms is not None):
        return Message.Voice.OPERATOR
    if thread.to == Thread.To.REQUESTER and thread.project_id is not None:
        project = Project.objects.get(id=thread.project_id)
        here = roles.filter(project=project) | roles.filter(organisation=project.organisation_id)
        if here.filter(role__in=WHO_ASKS).exists():
            return Message.Voice.REQUESTER
    return None


def _due(now_ms: int) -> int:
    return due_ms(now_ms, ZoneInfo(settings.TIME_ZONE))
