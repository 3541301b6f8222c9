"""Ask the model at a project's address about tasks that came since it learnt, as a job.

It is taught again, with each question, exactly what its version learnt. One job asks about a few
hundred tasks at a time and a few thousand in all; what is left waits for the next. An address that
does not answer is left alone for ten minutes, and the page says so.
"""

from typing import NamedTuple

import numpy as np
from django.tasks import TaskResultStatus, task
from django.utils import timezone

from canut.actions.learning.drift import find_drift, has_new, place_tasks
from canut.actions.learning.loop import Speaker, propose
from canut.actions.learning.remote_model_client import lesson_read
from canut.actions.learning.training import ENDPOINT, far_model
from canut.actions.learning.training_data import items_of, subject_of
from canut.actions.platform.instance_facts import keep_fact
from canut.core.errors import Refusal
from canut.store.learning.loop import last_trained, rule_of_loop
from canut.store.models import Project, Task
from canut.store.operations.jobs import last_job
from canut.store.tables.learning import Trained
from canut.store.tables.platform import Fact

AT_ONCE, MOST = 500, 5_000
REST_MS = 600_000
WORDS = 200
WAITING = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


class Silence(NamedTuple):
    """When a model's address did not answer as it should, and why."""

    at_ms: int
    why: str


def silence_of(project_id: int) -> Silence | None:
    """Say when and why the model at a project's address did not answer; None where it did last."""
    kept = Fact.objects.filter(name=_name(project_id)).values_list("value", flat=True).first()
    if kept is None:
        return None
    moment, _, why = kept.partition(" ")
    return Silence(int(moment), why)


def note_silence(project_id: int, why: Refusal | None, now_ms: int) -> None:
    """Keep that the address did not answer; forget it where ``why`` is None."""
    if why is None:
        Fact.objects.filter(name=_name(project_id)).delete()
    else:
        keep_fact(_name(project_id), f"{now_ms} {str(why)[:WORDS]}")


def ask_far_soon(project: Project, now_ms: int) -> bool:
    """Have the model at a project's address asked where tasks came; say whether it will be."""
    trained = last_trained(project.pk)
    if trained is None or trained.form != ENDPOINT or not has_new(project.pk):
        return False
    silence = silence_of(project.pk)
    if silence is not None and 0 <= now_ms - silence.at_ms < REST_MS:
        return False
    if last_job(ask_far.module_path, project.pk) in WAITING:
        return False
    ask_far.enqueue(project.pk)
    return True


@task
def ask_far(project_id: int) -> None:
    """Ask about the oldest of the tasks that no model said anything of."""
    ask_far_model(Project.objects.get(pk=project_id), _ms())


def ask_far_model(project: Project, now_ms: int) -> int:
    """Ask the model at a project's address about new tasks; return how many it told of."""
    trained, rule = last_trained(project.pk), rule_of_loop(project.pk)
    if trained is None:
        return 0
    try:
        speaker = _speaker_of(project, trained)
        told = propose(speaker, rule, now_ms, only_new=True, most=MOST) if speaker else 0
    except Refusal as why:
        note_silence(project.pk, why, now_ms)
        return 0
    note_silence(project.pk, None, now_ms)
    if told:
        find_drift(project, now_ms)
        place_tasks(project.pk)
    return told


def _speaker_of(project: Project, trained: Trained) -> Speaker | None:
    """Wake a version with what it learnt; None where the address or the labels are others now."""
    subject = subject_of(project)
    mine = far_model(subject, rule_of_loop(project.pk))
    weights = Trained.objects.values_list("weights", flat=True).get(pk=trained.pk)
    if mine is None or weights is None or trained.form != ENDPOINT:
        return None
    if mine.name != trained.author.name or subject.labels != trained.labels:
        return None
    tasks, chances = lesson_read(bytes(weights))
    there = np.isin(tasks, list(Task.objects.filter(project=project).values_list("id", flat=True)))
    model = mine.make()
    model.fit(items_of(subject, tasks[there].tolist()), chances[there])
    return Speaker(subject, trained, model, AT_ONCE)


def _name(project_id: int) -> str:
    return f"endpoint-silent-{project_id}"


def _ms() -> int:
    return int(timezone.now().timestamp() * 1000)
