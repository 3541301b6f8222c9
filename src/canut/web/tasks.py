"""What a page shows of a task: its text, or the address of its picture."""

import json
import time
from typing import NamedTuple

from django.urls import reverse

from canut.store.addresses import address_of
from canut.store.models import Project, QuestionVersion, Task

LONGEST_SHOWN = 400


class Shown(NamedTuple):
    """One thing to look at: ``image`` holds an address, ``text`` words; one of them is empty."""

    text: str
    image: str


def shown_task(
    project: Project,
    task: Task,
    question: QuestionVersion | None,
    size: int = 160,
    *,
    whole: bool = False,
) -> Shown:
    """Return what the question shows of the task; its first column before there is a question.

    Args:
        project: whose task it is.
        task: the task.
        question: what is asked about it.
        size: how large a picture of it is shown, in points of its longest side.
        whole: show all of a long text, which is cut short where it is one of many.
    """
    row = json.loads(task.data)
    if question is None:
        return Shown(_short(str(next(iter(row.values()), ""))), "")
    part = question.schema["show"][0]
    value = str(row.get(part["column"], ""))
    if part["as"] == "image":
        address = reverse("media", args=[project.slug, value]) if value else ""
        return Shown("", address and f"{address}?size={size}")
    return Shown(value if whole else _short(value), "")


def original_of(project: Project, task: Task, question: QuestionVersion | None) -> str:
    """Return an address that opens the task's picture itself for five minutes, empty without one.

    It needs no account: it can be opened beside, or sent to whoever must see just this.
    """
    if question is None or question.schema["show"][0]["as"] != "image":
        return ""
    value = str(json.loads(task.data).get(question.schema["show"][0]["column"], ""))
    return address_of(project.pk, value, int(time.time())) if value else ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
