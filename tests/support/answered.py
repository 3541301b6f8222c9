"""Projects whose answers are all in, written in bulk, for tests of what is made of them."""

import json
from collections.abc import Sequence

from django.db.models import Count, F, Q

from canut.store.models import Answer, TaskState
from tests.support.factories import NOW_MS, Made


def answer_all(made: Made, answers: Sequence[Sequence[object]]) -> None:
    """Write the answers of each task to question ``q``, one of each worker from the first on."""
    before = Answer.objects.filter(project=made.project).count()
    Answer.objects.bulk_create(
        Answer(
            task=task,
            worker=worker,
            project=made.project,
            question_version=made.question,
            values=json.dumps({"q": answer}),
            author_kind="human",
            client_key=f"{before}-{task.row}-{worker.pk}",
            counted=True,
            elapsed_ms=1_000,
            answered_ms=NOW_MS,
        )
        for task, each in zip(made.tasks, answers, strict=True)
        for worker, answer in zip(made.workers, each, strict=False)
    )
    counted = Answer.objects.filter(project=made.project, counted=True).values("task")
    for row in counted.annotate(times=Count("id")):
        TaskState.objects.filter(task=row["task"]).update(counted=row["times"])
    enough = Q(project=made.project, counted__gte=F("overlap"))
    TaskState.objects.filter(enough).update(state=TaskState.State.CLOSED)
