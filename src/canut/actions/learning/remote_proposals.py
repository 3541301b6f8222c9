"""Request proposals for new tasks from a project's remote model, in a job.

Each request carries the training data of the version. One job requests a few hundred tasks at a
time and a few thousand in total; the rest waits for the next job. After a failure the address is
left alone for ten minutes, and the page displays this.
"""

from typing import NamedTuple

import numpy as np
from django.tasks import TaskResultStatus, task

from canut.actions.learning.drift import find_drift, has_new, place_tasks
from canut.actions.learning.loop import Speaker, propose
from canut.actions.learning.remote_model_client import lesson_read
from canut.actions.learning.training import ENDPOINT, far_model
from canut.actions.learning.training_data import items_of, subject_of
from canut.actions.platform import system_clock
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
    """When a remote model failed to answer properly, and why."""

    at_ms: int
    why: str


def silence_of(project_id: int) -> Silence | None:
    """Return when and why the remote model last failed; None if its last answer was fine."""
    stored = Fact.objects.filter(name=_name(project_id)).values_list("value", flat=True).first()
    if stored is None:
        return None
    moment, _, reason = stored.partition(" ")
    return Silence(int(moment), reason)


def note_silence(project_id: int, reason: Refusal | None, now_ms: int) -> None:
    """Record that the remote model failed; clear the record if the reason is None."""
    if reason is None:
        Fact.objects.filter(name=_name(project_id)).delete()
    else:
        keep_fact(_name(project_id), f"{now_ms} {str(reason)[:WORDS]}")


def ask_far_soon(project: Project, now_ms: int) -> bool:
    """Enqueue a request to the remote model if there are new tasks; return whether it is."""
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
    """Request labels for the oldest tasks that have no proposal."""
    ask_far_model(Project.objects.get(pk=project_id), system_clock.now_ms())


def ask_far_model(project: Project, now_ms: int) -> int:
    """Request proposals for new tasks from the remote model; return how many came."""
    trained, rule = last_trained(project.pk), rule_of_loop(project.pk)
    if trained is None:
        return 0
    try:
        speaker = _speaker_of(project, trained)
        count = propose(speaker, rule, now_ms, only_new=True, most=MOST) if speaker else 0
    except Refusal as refusal:
        note_silence(project.pk, refusal, now_ms)
        return 0
    note_silence(project.pk, None, now_ms)
    if count:
        find_drift(project, now_ms)
        place_tasks(project.pk)
    return count


def _speaker_of(project: Project, trained: Trained) -> Speaker | None:
    """Load a version with its training data; None if address or labels have changed."""
    subject = subject_of(project)
    remote = far_model(subject, rule_of_loop(project.pk))
    weights = Trained.objects.values_list("weights", flat=True).get(pk=trained.pk)
    if remote is None or weights is None or trained.form != ENDPOINT:
        return None
    if remote.name != trained.author.name or subject.labels != trained.labels:
        return None
    tasks, chances = lesson_read(bytes(weights))
    items = Task.objects.filter(project=project, withdrawn=None)
    there = np.isin(tasks, list(items.values_list("id", flat=True)))
    model = remote.make()
    model.fit(items_of(subject, tasks[there].tolist()), chances[there])
    return Speaker(subject, trained, model, AT_ONCE)


def _name(project_id: int) -> str:
    return f"endpoint-silent-{project_id}"
