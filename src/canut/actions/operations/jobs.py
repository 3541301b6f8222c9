"""Jobs requested by people: stored in the database and run one by one.

A job stores ids only and reads the data when it runs.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Q
from django.tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from canut.actions.imports.lifecycle import is_small, publish_import, read_import
from canut.actions.learning.one_first import end as end_one_first
from canut.actions.learning.remote_proposals import note_silence
from canut.actions.learning.training import check_ready, train
from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.setup import start_project
from canut.actions.quality.estimates import estimate_labels, is_stale
from canut.actions.work.overlap import ask_overlap, spread_overlap, tasks_behind
from canut.actions.work.project_state import UNSAID, Because
from canut.core.errors import Incomplete, Refusal
from canut.store.learning.loop import rule_of_loop
from canut.store.models import Answer, Import, Person, Project, TaskState
from canut.store.operations.jobs import last_job, workers_here

STARTING = "starting"
FEW_TASKS = 5_000
FEW_ANSWERS = 20_000
FEW_LABELS = 300


@dataclass(frozen=True)
class OverlapChange:
    """A change of a project's overlap that not every task follows yet.

    Args:
        done: the tasks that do.
        total: every published task, practice left out.
        is_stopped: its job failed; somebody has to ask again.
    """

    done: int
    total: int
    is_stopped: bool


def read_soon(source: Import) -> None:
    """Read a small file at once, a large one in a job."""
    if is_small(source):
        read_import(source.id, now_ms(), pace=False)
    else:
        read_rows.enqueue(source.id)


def publish_soon(source: Import, because: Because = UNSAID) -> None:
    """Publish the rows and open their project: at once if few, else in a job.

    Who starts it, and why, is noted on the import, for the project's history.
    """
    _note_starting(source.id, because)
    if is_small(source):
        publish_and_open.call(source.id)
    else:
        publish_and_open.enqueue(source.id)


def set_overlap_soon(project_id: int, overlap: int, most: int | None = None) -> bool:
    """Set a project's overlap: few tasks follow at once, many in a job.

    Returns:
        Whether every task has followed.

    Raises:
        BadInput: ``overlap`` or ``most`` is out of range.
        Missing: there is no such project.
    """
    ask_overlap(project_id, overlap, now_ms(), most)
    if len(tasks_behind(project_id)[: FEW_TASKS + 1]) > FEW_TASKS:
        follow_overlap.enqueue(project_id)
        return False
    follow_overlap.call(project_id)
    return True


def overlap_change(project_id: int) -> OverlapChange | None:
    """Return the progress of an overlap change running as a job; None if it is complete."""
    status = last_job(follow_overlap.module_path, project_id)
    if status is None or status == TaskResultStatus.SUCCESSFUL:
        return None
    tasks = TaskState.objects.filter(project_id=project_id).exclude(state=TaskState.State.PRACTICE)
    follows = Q(overlap=F("project__overlap"), project__overlap_most=None)
    follows |= Q(rule=F("project__overlap_rule"), project__overlap_most__isnull=False)
    counts = tasks.aggregate(done=Count("task_id", filter=follows), total=Count("task_id"))
    if counts["done"] == counts["total"]:
        return None
    return OverlapChange(**counts, is_stopped=status == TaskResultStatus.FAILED)


def estimate_soon(project_id: int) -> bool:
    """Estimate the labels at once from few answers, in a job from many.

    Returns:
        Whether it is done; asking again while the job waits asks for nothing more.

    Raises:
        Incomplete: the project asks nothing yet.
    """
    answers = Answer.objects.filter(project_id=project_id)
    if len(answers.values_list("id").order_by()[: FEW_ANSWERS + 1]) <= FEW_ANSWERS:
        estimate_again.call(project_id)
        return True
    if not is_estimate_waiting(project_id):
        estimate_again.enqueue(project_id)
    return False


def refresh_labels(project_id: int) -> bool:
    """Estimate the labels if something changed since they were: at once or soon.

    Returns:
        Whether they are those of all answers now; see ``estimate_soon``.
    """
    try:
        return not is_stale(project_id) or estimate_soon(project_id)
    except Incomplete:  # it asks nothing yet: there is nothing to estimate
        return True


def is_estimate_waiting(project_id: int) -> bool:
    """Return whether an estimate of labels is running or enqueued."""
    status = last_job(estimate_again.module_path, project_id)
    return status in {TaskResultStatus.READY, TaskResultStatus.RUNNING}


def train_soon(project: Project, by: Person) -> bool:
    """Train a model at once on few labels; in a job on many, or if it is remote.

    Returns:
        Whether it is done; asking again while the job waits asks for nothing more.

    Raises:
        BadInput: what is asked cannot be learnt, or people said too little yet.
        NotReady: ``learn-missing``.
    """
    n_labels = check_ready(project)
    if n_labels <= FEW_LABELS and not rule_of_loop(project.pk).endpoint:
        train_model.call(project.pk, by.pk)
        return True
    if not is_training(project.pk):
        train_model.enqueue(project.pk, by.pk)
    return False


def teach_soon(project_id: int) -> None:
    """Train a new version in a job, where one person is asked first and tasks wait for it."""
    if not is_training(project_id):
        train_model.enqueue(project_id, None)


def is_training(project_id: int) -> bool:
    """Return whether the training of a model is running or enqueued."""
    jobs = DBTaskResult.objects.filter(task_path=train_model.module_path)
    waiting = jobs.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING])
    return any(job.args_kwargs["args"][0] == project_id for job in waiting)


def are_jobs_run() -> bool:
    """Return whether some process of this instance runs jobs now."""
    return bool(workers_here(now_ms()))


@task
def estimate_again(project_id: int) -> None:
    """Estimate the labels from all answers at the time of the run."""
    estimate_labels(project_id, now_ms())


@task
def train_model(project_id: int, person_id: int | None) -> None:
    """Train a new version on all labels at the time of the run."""
    by = None if person_id is None else Person.objects.filter(pk=person_id).first()
    try:
        train(Project.objects.get(id=project_id), now_ms(), by=by)
    except Refusal as why:
        if person_id is None:  # nobody waits for the message: tasks wait for the version
            end_one_first(project_id, now_ms(), is_failure=True)
        if not rule_of_loop(project_id).endpoint:
            raise
        note_silence(project_id, why, now_ms())
    except Exception:
        end_one_first(project_id, now_ms(), is_failure=True)
        raise
    else:
        note_silence(project_id, None, now_ms())


@task
def follow_overlap(project_id: int) -> None:
    """Update every task to its project's overlap."""
    spread_overlap(project_id, now_ms())


@task
def read_rows(import_id: int) -> None:
    """Read a large file in a job."""
    read_import(import_id, now_ms(), pace=True)


@task
def publish_and_open(import_id: int) -> None:
    """Publish the rows, then open the project: a pilot first if people are paid."""
    try:
        source = Import.objects.select_related("project").get(id=import_id)
        if source.state != Import.State.PUBLISHED:  # what was missing may have been money
            publish_import(import_id, now_ms())
        project = Project.objects.get(id=source.project_id)
        start_project(project, now_ms(), _because(source))
    finally:
        _note_starting(import_id, None)


@transaction.atomic
def _note_starting(import_id: int, because: Because | None) -> None:
    """Mark the import as waiting for its job, to prevent a second one; None clears it."""
    source = Import.objects.select_for_update().get(id=import_id)
    reading = {name: value for name, value in source.reading.items() if name != STARTING}
    if because is not None:
        by = because.by.pk if because.by else None
        reading[STARTING] = {"by": by, "reason": because.reason.strip()}
    source.reading = reading
    source.save(update_fields=["reading"])


def _because(source: Import) -> Because:
    """Return who requested the start of an import's project, and why, as stored."""
    noted = source.reading.get(STARTING)
    if not isinstance(noted, dict):
        return UNSAID
    return Because(Person.objects.filter(pk=noted["by"]).first(), noted["reason"])
