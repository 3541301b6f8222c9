"""Store a person's choices about hard material, and a project's risk declarations.

A person agrees or declines by category, at any time and without disadvantage: only the leasing of
such tasks reads it. A worker may raise the risk level of a task, never lower it. The effect on
leasing is in ``exposure``.
"""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Greatest

from canut.actions.protection.exposure import LONG_LOOK_MS
from canut.core.errors import BadInput, Incomplete, LeaseGone
from canut.core.protection.exposure import MOST_SEVERE, POLICY, dose
from canut.core.protection.risks import CATEGORIES, check_risk
from canut.store.imports import bulk_rows
from canut.store.models import Import, Lease, Project, Protection, RiskChoice, TaskState
from canut.store.protection.exposure import exposure_at
from canut.store.sql import dialect

CALM_PART = 3
LAST_ROW = 2**62
UNNAMED = "other"
DECLINED = "declined"


@transaction.atomic
def agree(person_id: int, categories: Sequence[str], now_ms: int) -> None:
    """Record that a person agrees to see some categories.

    Raises:
        BadInput: no such category.
    """
    _choose(person_id, categories, now_ms, agreed=True)


@transaction.atomic
def decline(
    person_id: int, categories: Sequence[str], now_ms: int, viewed: Sequence[int] = ()
) -> int:
    """Record that a person declines some categories, and release their leases of them.

    At once and for good, until they agree again. Tasks already viewed are skipped and their
    time counts as usual; the others go back unseen.

    Args:
        person_id: whose choice.
        categories: by name.
        now_ms: the moment.
        viewed: leases of tasks they have looked at.

    Returns:
        How many tasks were taken back.

    Raises:
        BadInput: no such category.
    """
    _choose(person_id, categories, now_ms, agreed=False)
    named = Q()
    for category in categories:
        named |= Q(project__risk_categories__icontains=f'"{category}"')
    leases_held = Lease.objects.filter(
        named, bearer_id=person_id, state=Lease.State.LIVE, dose__gt=0
    )
    by_worker: dict[int, list[int]] = {}
    for worker, lease in leases_held.values_list("worker_id", "id"):
        by_worker.setdefault(worker, []).append(lease)
    ended = 0
    with connection.cursor() as cursor:
        for leases in by_worker.values():
            dialect().lock_tasks_of(cursor, leases)
            looked_at = [lease for lease in leases if lease in viewed]
            unseen = [lease for lease in leases if lease not in viewed]
            Lease.objects.filter(id__in=unseen).update(dose=0)
            ends = dialect().end_leases
            ended += ends(cursor, looked_at, Lease.State.SKIPPED, now_ms, DECLINED)
            ended += ends(cursor, unseen, Lease.State.RELEASED, now_ms, DECLINED)
    return ended


def _choose(person_id: int, categories: Sequence[str], now_ms: int, *, agreed: bool) -> None:
    unknown = set(categories) - CATEGORIES.keys()
    if unknown or not categories:
        raise BadInput(
            f"no category {', '.join(sorted(unknown))}; choose among {', '.join(CATEGORIES)}",
            code="risk-category",
        )
    for category in categories:
        RiskChoice.objects.update_or_create(
            person_id=person_id,
            category=category,
            defaults={"agreed": agreed, "at_ms": now_ms},
        )


@transaction.atomic
def set_own_limit(person_id: int, minutes: int | None, now_ms: int) -> None:
    """Set a person's own lower daily limit; it applies from now on.

    Args:
        person_id: whose limit; nobody else sees it.
        minutes: of moderate pictures, or as much of anything else; None for no limit of their own.
        now_ms: the moment.

    Raises:
        BadInput: over the limit of everybody, or under nothing.
    """
    most = exposure_at(now_ms).day // 1000
    if minutes is not None and not 0 <= minutes <= most:
        raise BadInput(
            f"{minutes} asked for; choose 0 to {most}", code="own-limit", limit=most, seen=minutes
        )
    lower = None if minutes is None else minutes * 1000
    Protection.objects.update_or_create(person_id=person_id, defaults={"lower_day": lower})


@transaction.atomic
def begin_break(person_id: int, now_ms: int) -> int:
    """Record the start of a break; return when it has lasted long enough."""
    Protection.objects.update_or_create(person_id=person_id, defaults={"break_ms": now_ms})
    return now_ms + POLICY.break_ms


@transaction.atomic
def raise_severity(worker_id: int, lease_id: int, severity: int) -> int:
    """Raise the risk level of a task; it can never be lowered.

    The person's dose of it is computed again, and so is the project's risk level, which states the
    highest of its tasks.

    Returns:
        The severity the task has now.

    Raises:
        BadInput: no such severity.
        LeaseGone: the task was never lent to this worker.
    """
    if not 0 <= severity <= MOST_SEVERE:
        raise BadInput(
            f"severity {severity}; choose one of 0 to {MOST_SEVERE}", code="risk-severity"
        )
    lease = (
        Lease.objects.select_related("project", "worker")
        .filter(pk=lease_id, worker_id=worker_id)
        .first()
    )
    if lease is None:
        raise LeaseGone(
            f"lease {lease_id} is not one of yours; ask for tasks again", lease=lease_id
        )
    state = TaskState.objects.select_for_update().get(task_id=lease.task_id)
    before = lease.project.severity or 0 if state.severity is None else state.severity
    if severity <= before:
        return before
    TaskState.objects.filter(task_id=lease.task_id).update(severity=severity)
    Project.objects.filter(pk=lease.project_id).update(
        severity_most=Greatest(F("severity_most"), severity)
    )
    if not lease.project.risk_categories:
        Project.objects.filter(pk=lease.project_id).update(risk_categories=[UNNAMED])
    weights, old = POLICY.severity, lease.severity or 0
    grown = dose(POLICY, severity, lease.project.modality, LONG_LOOK_MS)
    if lease.dose and weights[old]:
        grown = -(-lease.dose * weights[severity] // weights[old])
    Lease.objects.filter(pk=lease_id).update(
        severity=severity, dose=grown, bearer_id=lease.worker.person_id
    )
    return severity


@transaction.atomic
def set_risk(
    project: Project, severity: int, categories: Sequence[str], modality: str, column: str = ""
) -> None:
    """Set the risk level of a project's tasks, before anybody accepts one.

    Args:
        project: not yet open, or made safer to accept: its label is never lowered later.
        severity: 0 to 4, of tasks without their own.
        categories: what it is; one at least from severity 1 on.
        modality: text, audio, image or video.
        column: of the file, that gives tasks their own severity as a number of 0 to 4.

    Raises:
        BadInput: no such severity, category or modality, or a label below the one people accepted.
    """
    names = check_risk(max(severity, int(bool(column))), list(categories))
    if modality not in Project.Modality.values:
        raise BadInput(
            f"no modality {modality!r}; choose among {', '.join(Project.Modality.values)}",
            code="risk-modality",
        )
    is_new = project.state == Project.State.DRAFT
    if not is_new and (
        severity < (project.severity or 0) or set(project.risk_categories) - set(names)
    ):
        raise BadInput(
            "people accepted this project under its label; it can be raised, never lowered",
            code="risk-lowered",
        )
    project.severity, project.risk_categories, project.modality = severity, names, modality
    project.severity_column = column
    project.save(update_fields=["severity", "risk_categories", "modality", "severity_column"])
    if not is_new:
        return
    TaskState.objects.filter(project=project, severity__isnull=False).update(severity=None)
    for source in project.imports.filter(state=Import.State.PUBLISHED) if column else ():
        bulk_rows.label_tasks(source.id, column, 0, LAST_ROW)
    follow_labels(project.id)


def follow_labels(project_id: int) -> None:
    """Raise the project's risk level to the highest of its tasks."""
    tasks = TaskState.objects.filter(project_id=project_id, severity__isnull=False)
    hardest = tasks.aggregate(most=Max("severity", default=0))["most"]
    Project.objects.filter(pk=project_id).exclude(severity_most=hardest).update(
        severity_most=hardest
    )


def check_opening(project: Project) -> None:
    """Check that a project declares its risk level and includes enough calm tasks.

    Own staff may open without saying, and so may what was open before a label was asked for.

    Raises:
        Incomplete: nothing is said; or the tasks are moderate or harder, and fewer than a third
            are calm: nobody could be lent the others.
    """
    project.refresh_from_db(fields=["severity_most"])
    if project.severity is None and (project.is_own_staff or project.opened_at is not None):
        return
    if project.severity is None:
        raise Incomplete(
            "say how hard the material is to look at before opening the project", field="severity"
        )
    if (project.label or 0) < POLICY.exposed_from:
        return
    tasks = TaskState.objects.filter(project=project).exclude(state=TaskState.State.PRACTICE)
    calm = Q(severity__lt=POLICY.exposed_from)
    if project.severity < POLICY.exposed_from:
        calm |= Q(severity=None)
    total, n_calm = tasks.count(), tasks.filter(calm).count()
    if n_calm * CALM_PART < total:
        raise Incomplete(
            f"{n_calm} of {total} tasks are calm; at least one in {CALM_PART} must be, since one"
            " comes before and between the others: name the column that says how hard each is",
            code="too-few-calm",
            field="calm",
            seen=n_calm,
            total=total,
        )
