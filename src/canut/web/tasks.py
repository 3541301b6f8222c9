"""What a page shows of a task: its text, or the address of its picture."""

import json
from typing import NamedTuple

from django.urls import reverse

from canut.store.models import Project, QuestionVersion, Task

LONGEST_SHOWN = 400


class Shown(NamedTuple):
    """One thing to look at: ``image`` holds an address, ``text`` words; one of them is empty."""

    text: str
    image: str


def shown_task(
    project: Project, task: Task, question: QuestionVersion | None, *, whole: bool = False
) -> Shown:
    """Return what the question shows of the task; its first column before there is a question.

    A long text is cut short where it is one of many; ``whole`` shows all of it.
    """
    row = json.loads(task.data)
    if question is None:
        return Shown(_short(str(next(iter(row.values()), ""))), "")
    part = question.schema["show"][0]
    value = str(row.get(part["column"], ""))
    if part["as"] == "image":
        return Shown("", reverse("media", args=[project.slug, value]) if value else "")
    return Shown(value if whole else _short(value), "")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
