"""Let models have one vote in running labels, or none; preview the effect.

All models together have one vote, that of the most confident, beside the people who answered: in
the running label only. The estimate of all answers, the overlap and pay ignore it. It applies from
a task's next answer on.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from canut.actions.tasks.consensus import Vote, weigh
from canut.store.learning.prelabels import voice_on
from canut.store.projects.versions import current_question
from canut.store.sql import common
from canut.store.tables.learning import ModelAnswer
from canut.store.tables.projects import Project
from canut.store.tables.tasks import TaskState

MOST_LOOKED_AT = 300


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of a models' vote on running labels, tried on the last tasks with both.

    Args:
        tasks: how many were tried: a model said something, and somebody answered.
        differ: how many have another label with that voice than without.
    """

    tasks: int
    differ: int


@transaction.atomic
def set_model_votes(project: Project, *, is_on: bool) -> None:
    """Give models a vote in running labels, or remove it."""
    Project.objects.filter(pk=project.pk).update(models_vote=is_on)
    project.models_vote = is_on


def effect_of(project: Project) -> Effect:
    """Try on the last tasks with both which labels change with a vote of models."""
    model_answers = ModelAnswer.objects.filter(task=OuterRef("task"))
    states = TaskState.objects.filter(project=project, counted__gt=0).filter(Exists(model_answers))
    tasks = list(states.order_by("-task").values_list("task_id", flat=True)[:MOST_LOOKED_AT])
    if not tasks:
        return Effect(0, 0)
    schema, differ = current_question(project.pk).schema, 0
    with connection.cursor() as cursor:
        for task in tasks:
            cursor.execute(common.READ_VOTES, (task,))
            votes = [Vote(*row) for row in cursor.fetchall()]
            if votes:
                voice = voice_on(cursor, task)
                differ += weigh(schema, votes, voice).label != weigh(schema, votes).label
    return Effect(len(tasks), differ)
