"""Let what models said of tasks have one voice in their running labels, or none; say what it does.

One voice for all models together, the surest's, beside the people who answered: in the label shown
while answers come in. The estimate of all answers, how many people are asked, and pay never hear
it. It counts from a task's next answer on.
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
    """What a voice of models does to running labels, as tried on the last tasks that have both.

    Args:
        tasks: how many were tried: a model said something, and somebody answered.
        differ: how many have another label with that voice than without.
    """

    tasks: int
    differ: int


@transaction.atomic
def set_model_votes(project: Project, *, is_on: bool) -> None:
    """Give models a voice in running labels, or take it away."""
    Project.objects.filter(pk=project.pk).update(models_vote=is_on)
    project.models_vote = is_on


def effect_of(project: Project) -> Effect:
    """Try on the last tasks that have both which labels change with a voice of models."""
    said = ModelAnswer.objects.filter(task=OuterRef("task"))
    found = TaskState.objects.filter(project=project, counted__gt=0).filter(Exists(said))
    tasks = list(found.order_by("-task").values_list("task_id", flat=True)[:MOST_LOOKED_AT])
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
