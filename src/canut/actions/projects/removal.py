"""Duplicate a project, archive it, or delete it after thirty days.

A project that paid nobody is deleted completely. Otherwise pay lines, the time of answers and the
ledger stay, as the law and the card require; the contents of tasks and answers and the pictures are
deleted.
"""

from datetime import timedelta
from itertools import batched

from django.db import transaction
from django.db.models import ProtectedError, Q

from canut.actions.datasets.material import copy_material
from canut.actions.platform.bulk_pacing import BulkPacer, in_chunks
from canut.actions.platform.row_faults import attempt_each
from canut.actions.projects.setup import create_project
from canut.actions.work.project_state import UNSAID, enter_state
from canut.core.clock import Ms, from_ms, to_ms
from canut.core.errors import Conflict, Missing
from canut.core.money import Money
from canut.core.pay.price import piece_price
from canut.store.media.files import forget_picture
from canut.store.models import Decision, Eligibility, FundsLine, Import, ImportProblem, Media
from canut.store.projects.removal import removal_of
from canut.store.tables.ledger import EntryPending
from canut.store.tables.pay import PayLine
from canut.store.tables.people import Person
from canut.store.tables.projects import (
    LENDING,
    Project,
    QuestionVersion,
    RateVersion,
    Removal,
    SetupDraft,
)
from canut.store.tables.tasks import RequesterPage, SavedView, Task, TaskPage, TaskState
from canut.store.tables.work import Answer, Begun, Flag
from canut.store.tasks.search_index import forget_texts
from canut.store.work.pilots import last_pace

GRACE = timedelta(days=30)
COPIED = (
    "aim_business",
    "aim_social",
    "aim_ethical",
    "origin_whose",
    "origin_consent",
    "origin_paid",
    "severity",
    "modality",
    "risk_categories",
    "severity_column",
    "floor_micro",
    "client_country",
    "purpose_hidden",
    "overlap",
    "overlap_most",
    "models_vote",
    "lease_seconds",
    "audit_per_mille",
    "tasks_a_person",
    "tasks_a_day",
)


@transaction.atomic
def duplicate_project(project: Project, title: str, *, by: Person, now_ms: Ms) -> Project:
    """Create a draft with the same question, price, aims and settings; no tasks, no people.

    Where the time of a task was measured, that time takes the place of the expected one, and the
    price of an answer follows where an hour was priced.

    Raises:
        Incomplete: the title is empty.
        Conflict: an ethics reviewer holds the project; a copy would escape the hold.
    """
    if project.held_ms is not None:
        raise Conflict(
            "an ethics reviewer holds the project; it is not copied meanwhile", code="ethics-held"
        )
    now = from_ms(now_ms)
    copy = create_project(
        project.organisation,
        title,
        by=by,
        now_ms=now_ms,
        own_staff=project.is_own_staff,
        simulated=project.is_simulated,
    )
    Project.objects.filter(pk=copy.pk).update(
        **{name: getattr(project, name) for name in COPIED},
        has_checks=bool(project.audit_per_mille),
    )
    question = QuestionVersion.objects.filter(project=project).order_by("-number").first()
    if question is not None:
        QuestionVersion.objects.create(
            project=copy,
            number=1,
            schema=question.schema,
            instructions=question.instructions,
            created_by=by,
            created_at=now,
        )
    rate = RateVersion.objects.filter(project=project).order_by("-number").first()
    if rate is not None:
        pace, task_ms, piece_micro = last_pace(project.pk), rate.task_ms, rate.piece_micro
        if pace is not None and pace.p50_ms > 0:
            task_ms = pace.p50_ms  # measured here: a better start than what was expected
            if rate.hourly_micro:
                hourly = Money(rate.hourly_micro, rate.currency)
                piece_micro = piece_price(hourly, task_ms).micro
        RateVersion.objects.create(
            project=copy,
            number=1,
            piece_micro=piece_micro,
            hourly_micro=rate.hourly_micro,
            by_hour_micro=rate.by_hour_micro,
            task_ms=task_ms,
            currency=rate.currency,
            created_by=by,
            created_at=now,
        )
    copy_material(project, copy, by=by, now_ms=now_ms)
    copy.refresh_from_db()
    return copy


@transaction.atomic
def put_away(project: Project, now_ms: int | None) -> None:
    """Archive a project; ``None`` restores it to the list.

    Raises:
        Conflict: ``still-lending``: it still lends tasks.
    """
    if now_ms is not None and project.state in LENDING:
        raise Conflict("the project still lends tasks; close it first", code="still-lending")
    Project.objects.filter(pk=project.pk).update(archived_ms=now_ms)


@transaction.atomic
def ask_removal(project: Project, *, by: Person, now_ms: Ms) -> Removal:
    """Schedule the deletion of a project in thirty days.

    Raises:
        Conflict: ``still-lending``: it still lends tasks; ``removal-asked``: that was asked before.
    """
    locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if locked.state in LENDING:
        raise Conflict("the project still lends tasks; close it first", code="still-lending")
    if removal_of(project.pk) is not None:
        raise Conflict("the project is on its way out already", code="removal-asked")
    return Removal.objects.create(
        project=project, asked_by=by, asked_ms=now_ms, due_ms=to_ms(from_ms(now_ms) + GRACE)
    )


@transaction.atomic
def take_back_removal(project: Project, now_ms: int) -> None:
    """Cancel the deletion of a project.

    Raises:
        Missing: nobody asked to delete it, or it is done.
    """
    waiting = Removal.objects.filter(project=project, taken_back_ms=None, done_ms=None)
    if not waiting.update(taken_back_ms=now_ms):
        raise Missing("nothing waits to be deleted", code="removal-none")


def remove_due(now_ms: Ms) -> int:
    """Delete the projects whose thirty days are over, and that lend nothing; return how many."""
    due = Removal.objects.filter(due_ms__lte=now_ms, taken_back_ms=None, done_ms=None)
    due = due.exclude(project__state__in=LENDING)
    numbers = list(due.order_by("id").values_list("id", flat=True))
    return attempt_each("removal", numbers, lambda number: _remove(number, now_ms))


def _remove(removal_id: int, now_ms: int) -> bool:
    removal = Removal.objects.select_related("project").get(id=removal_id)
    project = removal.project
    for sha256 in Media.objects.filter(project=project).values_list("sha256", flat=True):
        forget_picture(project.pk, sha256)  # before the rows that name the files to a next attempt
    if not (is_bare(project) and _delete_whole(project)):
        _strip(project, now_ms)
        Removal.objects.filter(pk=removal.pk).update(done_ms=now_ms, is_stripped=True)
    return True


def is_bare(project: Project) -> bool:
    """Return whether a project has no pay, entry, decision or money to keep."""
    permanent = (
        PayLine.objects,
        EntryPending.objects,
        Decision.objects,
        FundsLine.objects,
        Answer.objects,
    )
    named = Eligibility.objects.filter(Q(earned_in=project) | Q(team_of=project))
    return not named.exists() and not any(
        rows.filter(project=project).exists() for rows in permanent
    )


def _delete_whole(project: Project) -> bool:
    """Delete the rows in chunks, then the project itself.

    Returns:
        False where the first answer came while rows were deleted: it is paid, and stays.
    """
    Project.objects.filter(pk=project.pk).update(practice_task=None)
    tasks = list(Task.objects.filter(project=project).order_by("id").values_list("id", flat=True))
    try:
        with BulkPacer() as pace:
            for some in batched(tasks, 500, strict=False):
                with pace.chunk(len(some)):
                    forget_texts(some)
                    Task.objects.filter(id__in=some).delete()
        in_chunks(ImportProblem.objects.filter(source__project=project), lambda some: some.delete())
        in_chunks(Media.objects.filter(project=project), lambda some: some.delete())
        with transaction.atomic():
            project.delete()
    except ProtectedError:
        return False
    return True


def _strip(project: Project, now_ms: int) -> None:
    """Delete the contents of tasks and answers; keep who worked how long for what pay."""
    with transaction.atomic():
        if project.state == Project.State.PAUSED:
            enter_state(project, Project.State.CLOSED, now_ms, UNSAID)
        Project.objects.filter(pk=project.pk).update(archived_ms=now_ms)
    SetupDraft.objects.filter(project=project).delete()
    SavedView.objects.filter(project=project).delete()
    in_chunks(Flag.objects.filter(task__project=project), lambda some: some.delete())
    in_chunks(Begun.objects.filter(task__project=project), lambda some: some.delete())
    in_chunks(TaskPage.objects.filter(task__project=project), lambda some: some.delete())
    in_chunks(RequesterPage.objects.filter(project=project), lambda some: some.delete())
    in_chunks(ImportProblem.objects.filter(source__project=project), lambda some: some.delete())
    in_chunks(Media.objects.filter(project=project), lambda some: some.delete())
    with transaction.atomic():
        Import.objects.filter(project=project).update(name="", path="", warnings=[])
    tasks = list(Task.objects.filter(project=project).order_by("id").values_list("id", flat=True))
    with BulkPacer() as pace:
        for some in batched(tasks, 500, strict=False):
            with pace.chunk(len(some)):
                forget_texts(some)
                Task.objects.filter(id__in=some).update(data="{}", known=None, key="")
                TaskState.objects.filter(task_id__in=some).update(label=None, confidence=None)
                Answer.objects.filter(task_id__in=some).update(values="{}")
