"""Content of a task on pages: its text, or the URL of its media."""

import json
import time
from collections.abc import Mapping
from typing import NamedTuple, cast

from django.urls import reverse

from canut.core.kinds import Schema, cells_of
from canut.core.kinds.chat import turns_of
from canut.store.media.signed_urls import address_of
from canut.store.models import Project, QuestionVersion, Task
from canut.store.tasks.row_texts import NAME_AFTER, texts_of_row
from canut.web.kit.messages import message_now

LONGEST_SHOWN = 400
MOST_NAMES = 3

ROLES = {
    "user": "page.task_view.the_person",
    "assistant": "page.task_view.the_assistant",
    "system": "page.task_view.instruction_to_the_machine",
}


class TaskContent(NamedTuple):
    """One item: ``image`` and ``sound`` are URLs, ``text`` is text; only one is set.

    ``beside`` holds what else the question shows, each with the name of its column.
    """

    text: str
    image: str
    beside: tuple[tuple[str, "TaskContent"], ...] = ()
    sound: str = ""


def shown_task(
    project: Project,
    task: Task,
    question: QuestionVersion | None,
    size: int = 160,
    *,
    whole: bool = False,
) -> TaskContent:
    """Return what the question shows of the task; the first column without a question.

    Args:
        project: whose task it is.
        task: the task.
        question: what is asked about it.
        size: how large a picture of it is shown, in points of its longest side.
        whole: show all of a long text, which is cut short where it is one of many, and all columns.
    """
    row = json.loads(task.data)
    if question is None:
        return TaskContent(_short(next(iter(texts_of_row(row).values()), "")), "")
    columns = columns_of(question.schema)
    parts = [
        (column, _shown(project, str(row.get(column, "")), shown_as, size))
        for column, shown_as in (columns.items() if whole else [*columns.items()][:1])
    ]
    if not parts:
        return TaskContent(task.key, "")
    (_, first), *others = parts
    text = first.text if whole else _short(first.text)
    return first._replace(text=text, beside=tuple(others))


def name_of_task(task: Task, question: QuestionVersion | None = None) -> str:
    """Return what people know a task by: the names of its files as they came, else its key.

    Args:
        task: the task.
        question: what is asked about it; the files that it shows come first, and alone.
    """
    row = json.loads(task.data)
    columns = columns_of(question.schema) if question else {}
    shown = [str(row.get(f"{column}{NAME_AFTER}", "")) for column in columns]
    names = [*filter(None, shown)] or [
        str(value) for column, value in row.items() if column.endswith(NAME_AFTER) and value
    ]
    more = f" +{len(names) - MOST_NAMES}" if len(names) > MOST_NAMES else ""
    return " · ".join(names[:MOST_NAMES]) + more or task.key


def columns_of(schema: Schema) -> dict[str, str]:
    """Return the columns a question shows: its context first, then those of its kinds."""
    parts = cast("list[Mapping[str, str]]", schema["show"])
    return {display["column"]: display["as"] for display in parts} | cells_of(schema)


def judged_now(schema: Schema) -> tuple[str, str, list[str]]:
    """Return the judged column, how it is shown, and the image columns."""
    columns = columns_of(schema)
    first = next(iter(columns), "")
    pictures = [column for column, shown_as in columns.items() if shown_as == "image"]
    return first, columns.get(first, "text"), pictures


def said_by(role: str, text: str) -> str:
    """Format one turn of a conversation, with its speaker."""
    role_name = ROLES.get(role)
    return message_now(
        "page.task_view.who_text", who=message_now(role_name) if role_name else role, text=text
    )


def _shown(project: Project, value: str, shown_as: str, size: int) -> TaskContent:
    if shown_as == "image":
        address = reverse("media", args=[project.slug, value]) if value else ""
        return TaskContent("", address and f"{address}?size={size}")
    if shown_as == "audio":
        return TaskContent(
            "", "", sound=reverse("media", args=[project.slug, value]) if value else ""
        )
    if shown_as == "turns":
        value = "\n\n".join(
            said_by(utterance["role"], utterance["text"]) for utterance in turns_of(value)
        )
    return TaskContent(value, "")


def original_of(project: Project, task: Task, question: QuestionVersion | None) -> str:
    """Return a URL of the task's original picture, valid for five minutes; empty without one.

    It needs no account: it can be opened beside, or sent to whoever must see just this.
    """
    column, shown_as = next(iter(columns_of(question.schema).items() if question else ()), ("", ""))
    if shown_as != "image":
        return ""
    value = str(json.loads(task.data).get(column, ""))
    return address_of(project.pk, value, int(time.time())) if value else ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
