"""What people write to each other about work: threads with a clock, and their messages.

A thread between a worker and whoever asks or runs the instance has a moment by which it is to be
answered. What workers and their representatives write to each other is a table of its own, which no
page of an operator reads.
"""

from django.db import models
from django.db.models import Q

from canut.store.tables.participation import ChannelMessage, Message, Thread
from canut.store.tables.people import Person


def threads_for(
    person: Person, asking: list[int], *, is_operator: bool, most: int = 100
) -> list[Thread]:
    """List the threads a person may read, those that wait longest first, then the newest.

    Args:
        person: who reads; what they opened is theirs.
        asking: the projects they ask in.
        is_operator: they also read what is for the operator and what is late.
        most: how many at most.
    """
    mine = Q(opened_by=person) | Q(project_id__in=asking, to=Thread.To.REQUESTER)
    if is_operator:
        mine |= Q(to=Thread.To.OPERATOR) | Q(late_ms__isnull=False)
    found = Thread.objects.filter(mine).select_related("project", "task", "opened_by")
    waiting_first = models.F("due_ms").asc(nulls_last=True)
    return list(found.prefetch_related("messages").order_by(waiting_first, "-id")[:most])


def messages_of(thread: Thread) -> list[Message]:
    """List the messages of a thread, oldest first."""
    return list(Message.objects.filter(thread=thread).order_by("id"))


def said_to_all(project_id: int, most: int = 50) -> list[tuple[str, str]]:
    """List questions of a project with their answers that everybody there reads, newest first."""
    threads = Thread.objects.filter(project_id=project_id, is_for_all=True).order_by("-id")[:most]
    found = []
    for thread in threads.prefetch_related("messages"):
        texts = sorted(thread.messages.all(), key=lambda one: one.pk)
        asked = next(one.text for one in texts if one.voice == Message.Voice.WORKER)
        answers = [one.text for one in texts if one.voice != Message.Voice.WORKER]
        found.append((asked, "\n".join(answers)))
    return found


def channel(most: int = 200) -> list[ChannelMessage]:
    """List what was last said in the workers' channel, newest first."""
    return list(ChannelMessage.objects.select_related("author").order_by("-id")[:most])
