"""Messages about work: threads with a deadline, and the workers' channel.

A thread between a worker and whoever asks or runs the instance has a moment by which it is to be
answered. What workers and their representatives write to each other is a table of its own, which no
page of an operator reads.
"""

from typing import NamedTuple

from django.db import models
from django.db.models import Exists, OuterRef, Q

from canut.store.tables.participation import ChannelMessage, Message, Thread
from canut.store.tables.people import Person
from canut.store.tables.quality import Verdict
from canut.store.tables.work import Flag


def threads_for(
    person: Person, asking: list[int], *, is_operator: bool, most: int = 100
) -> list[Thread]:
    """List the threads a person may read: overdue first, then newest.

    Args:
        person: who reads; what they opened is theirs.
        asking: the projects they ask in.
        is_operator: they also read what is for the operator and what is late.
        most: how many at most.
    """
    visible = Q(opened_by=person) | Q(project_id__in=asking, to=Thread.To.REQUESTER)
    if is_operator:
        visible |= Q(to=Thread.To.OPERATOR) | Q(late_ms__isnull=False)
    threads = Thread.objects.filter(visible).select_related("project", "task", "opened_by")
    waiting_first = models.F("due_ms").asc(nulls_last=True)
    return list(threads.prefetch_related("messages").order_by(waiting_first, "-id")[:most])


def messages_of(thread: Thread) -> list[Message]:
    """List the messages of a thread, oldest first."""
    return list(Message.objects.filter(thread=thread).order_by("id"))


class FlaggedTask(NamedTuple):
    """A task somebody reported, and whether it was reviewed since."""

    flag: Flag
    is_reviewed: bool


def flagged_by(person: Person, most: int = 20) -> list[FlaggedTask]:
    """List the tasks a person reported last, newest first."""
    since = Verdict.objects.filter(review__task=OuterRef("task"), at_ms__gt=OuterRef("flagged_ms"))
    flags = Flag.objects.filter(worker__person=person).annotate(reviewed=Exists(since))
    rows = flags.select_related("task", "worker__project").order_by("-id")[:most]
    return [FlaggedTask(flag, bool(flag.reviewed)) for flag in rows]


def said_to_all(project_id: int, most: int = 50) -> list[tuple[str, str]]:
    """List a project's public questions with their answers, newest first."""
    threads = Thread.objects.filter(project_id=project_id, is_for_all=True).order_by("-id")[:most]
    pairs = []
    for thread in threads.prefetch_related("messages"):
        texts = sorted(thread.messages.all(), key=lambda message: message.pk)
        question = next(message.text for message in texts if message.voice == Message.Voice.WORKER)
        answers = [message.text for message in texts if message.voice != Message.Voice.WORKER]
        pairs.append((question, "\n".join(answers)))
    return pairs


def channel(most: int = 200) -> list[ChannelMessage]:
    """List the last messages of the workers' channel, newest first."""
    return list(ChannelMessage.objects.select_related("author").order_by("-id")[:most])
