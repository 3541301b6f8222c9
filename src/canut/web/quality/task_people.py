"""Who answered one task, with what, and how it differs from the label of now, in words.

Whoever runs the project reads people's names. A reviewer or an auditor reads a number: who looks
at answers without having asked for them judges the answer, not the person.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from django.http import HttpRequest

from canut.core.errors import BadInput
from canut.core.kinds import (
    MARKING,
    Schema,
    compare_values,
    is_plain_choice,
    questions_of,
    values_of_label,
)
from canut.store.decisions.appeals import rejections_of
from canut.store.models import Answer, Decision, Task, TaskState
from canut.store.quality import results
from canut.web.kit.formatting import whole_share
from canut.web.kit.messages import message_now
from canut.web.people.tags import name_for

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HIDING_KEYS = 9
FEWEST_COMPARED = 2
type Values = Mapping[str, object]


class Difference(NamedTuple):
    """How an answer differs from the label of now, in words, and whether it agrees with it."""

    words: str
    agrees: bool


class TaskAnswer(NamedTuple):
    """One answer as the page of its task shows it.

    ``key`` hides its marks, ``state`` is why it does not count, ``rejection`` stands.
    """

    letter: str
    style: int
    key: str
    name: str
    answer: Answer
    label: str
    differs: Difference | None
    state: str
    rejection: Decision | None

    @property
    def may_be_rejected(self) -> bool:
        """Return whether a rejection would change something."""
        return self.answer.counted or self.answer.surplus


def answers_by_person(
    request: HttpRequest, task: Task, schema: Schema | None, consensus: str
) -> list[TaskAnswer]:
    """List the answers to a task that nobody replaced, in the order they came.

    Args:
        request: of who looks, and calls people by name or by number.
        task: the task.
        schema: its questions; None before there are any.
        consensus: the label of now; empty where there is none.
    """
    every = results.answers_of(task)
    replaced = {answer.replaces_id for answer in every}
    rejections = rejections_of(task)
    latest = [answer for answer in every if answer.pk not in replaced]
    people = []
    for at, answer in enumerate(latest):
        letter = LETTERS[at] if at < len(LETTERS) else str(at + 1)
        label = results.label_of_answer(answer)
        people.append(
            TaskAnswer(
                letter,
                at + 1,
                str(at + 1) if at < HIDING_KEYS else "",
                name_for(request, answer.worker),
                answer,
                label,
                difference(schema, label, consensus) if schema and consensus else None,
                _state(answer, task, rejections),
                rejections.get(answer.pk),
            )
        )
    return people


def difference(schema: Schema, label: str, consensus: str) -> Difference | None:
    """Compare an answer with the label of now, in words; None where one cannot be read."""
    if label == consensus:
        return Difference(message_now("page.task_people.as_the_label"), agrees=True)
    try:
        own, standing = values_of_label(schema, label), values_of_label(schema, consensus)
    except BadInput:
        return None
    compared = compare_values(schema, own, standing)
    if not any(question["kind"] in MARKING for question in questions_of(schema)):
        is_near = compared.agrees and not is_plain_choice(schema)
        code = "page.task_people.near" if is_near else "page.task_people.otherwise"
        return Difference(message_now(code), agrees=is_near)
    missing, added = _counted_apart(schema, own, standing)
    words = [
        message_now(code, count=count, label=name)
        for code, counts in (
            ("page.task_people.missing", missing),
            ("page.task_people.added", added),
        )
        for name, count in counts.items()
    ]
    if not words:
        is_same = compared.agrees
        same, otherwise = "page.task_people.same_marks", "page.task_people.placed_otherwise"
        words.append(message_now(same if is_same else otherwise))
    overlap = message_now("page.task_people.overlap", share=whole_share(1 - compared.distance))
    return Difference(
        " · ".join([*words, overlap]),
        agrees=compared.agrees and not (missing or added),
    )


def who_differs(people: Sequence[TaskAnswer]) -> str:
    """Say in one sentence whether people agree; empty below two answers that can be read."""
    compared = [(each.name, each.differs) for each in people if each.answer.counted]
    differing = [(name, differs) for name, differs in compared if differs and not differs.agrees]
    if len(compared) < FEWEST_COMPARED or any(differs is None for _name, differs in compared):
        return ""
    if not differing:
        return message_now("page.task_people.all_agree", n=len(compared))
    if len(differing) == 1:
        name, differs = differing[0]
        return message_now("page.task_people.one_differs", who=name, how=differs.words)
    return message_now("page.task_people.some_differ", n=len(differing), count=len(compared))


def _counted_apart(
    schema: Schema, own: Values, standing: Values
) -> tuple[Counter[str], Counter[str]]:
    """Count the marks of the label that an answer lacks, and those it has besides, by label."""
    missing, added = Counter[str](), Counter[str]()
    for question in questions_of(schema):
        if question["kind"] not in MARKING:
            continue
        name = str(question["id"])
        labels = cast("list[dict[str, str]]", question["labels"])
        names = {item["value"]: item["label"] for item in labels}
        mine, theirs = (Counter(_labels(values.get(name), names)) for values in (own, standing))
        missing.update(theirs - mine)
        added.update(mine - theirs)
    return missing, added


def _labels(value: object, names: Mapping[str, str]) -> list[str]:
    items = value["spans"] if isinstance(value, dict) else value or []
    return [names[item["label"]] for item in cast("list[dict[str, str]]", items)]


def _state(answer: Answer, task: Task, rejections: Mapping[int, Decision]) -> str:
    """Return the message of why an answer does not count; empty where it does."""
    if answer.counted:
        return ""
    if answer.pk in rejections:
        return message_now("page.task.not_accepted")
    if answer.surplus:
        return message_now("page.task.surplus")
    if task.now.state == TaskState.State.PRACTICE:
        return message_now("common.practice")
    if task.now.state == TaskState.State.GOLD:
        return message_now("page.task_people.check")
    return message_now("page.task.replaced")
