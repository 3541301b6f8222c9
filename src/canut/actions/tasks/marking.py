"""Say of one task what its right answer is, or that nobody knows; whole files go by ``known``."""

from django.db import transaction

from canut.actions.tasks.answer_bounds import check_label
from canut.core.errors import Incomplete
from canut.store.tables.projects import question_or_none
from canut.store.tables.work import Task


@transaction.atomic
def mark_known(task: Task, label: str) -> None:
    """Note the right label of a task; it measures, and never touches the consensus.

    Raises:
        Incomplete: nothing is asked yet.
        BadAnswer: the question does not allow the label, or not of this task.
    """
    question = question_or_none(task.project_id)
    if question is None:
        raise Incomplete("write the question before marking known answers", field="question")
    check_label(task.pk, question.schema, label)
    Task.objects.filter(pk=task.pk).update(known=label)


@transaction.atomic
def unmark_known(task: Task) -> None:
    """Note that the right label of a task is not known; nothing happens where it was not."""
    Task.objects.filter(pk=task.pk).update(known=None)
