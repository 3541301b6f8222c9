"""Apply exposure limits to people who read appeals about hard material.

An appeal about a hard task reserves a dose when it is taken, as leasing the task does: within
everybody's limits, the person's own and the categories they agreed to, across all projects and
devices. The material stays veiled until they uncover it; otherwise the dose is returned. The limits
are in ``core.protection.exposure``; access to appeals is in ``decisions.appeals``.
"""

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from canut.actions.protection.exposure import (
    load_from,
    longest_look_ms,
    note_exposed,
    person_limits_from,
)
from canut.core.decisions.deadlines import HOLD_MS
from canut.core.errors import Conflict, Missing
from canut.core.participation.policies_in_force import exposure_with
from canut.core.protection.exposure import (
    ExposureCandidate,
    block_reason,
    dose,
    exposed_now,
    limits_for,
    retained_dose,
)
from canut.store.decisions.automated_systems import is_on
from canut.store.models import TaskState
from canut.store.sql import exposure
from canut.store.sql.dialect import BorneNow
from canut.store.tables.decisions import Appeal, AppealLook
from canut.store.tables.people import Person
from canut.store.tables.projects import Project

REMEMBER_MS = 600_000
CALM = 0


def severity_of(appeal: Appeal) -> int:
    """Return the risk level of an appeal's material; 0 if no answer was judged."""
    answer, project = appeal.decision.answer, appeal.decision.project
    if answer is None or project is None:
        return 0
    own = TaskState.objects.filter(task=answer.task_id).values_list("severity", flat=True).first()
    return (project.severity or 0) if own is None else own


def reserve_look(appeal: Appeal, by: Person, now_ms: int) -> AppealLook | None:
    """Reserve the dose of reading an appeal, or resume the reading.

    Returns:
        The reservation; None for an appeal about nothing hard.

    Raises:
        Conflict: the dose exceeds what this person may bear now.
    """
    severity, project = severity_of(appeal), appeal.decision.project
    if severity == 0 or project is None:
        return None
    until_ms = now_ms + HOLD_MS
    looks = AppealLook.objects.filter(appeal=appeal, bearer=by)
    if looks.filter(ended_ms__gt=now_ms).update(ended_ms=until_ms):
        return looks.get()
    weight = bear_look(by, project, severity, now_ms, "appeal-hard")
    look, _ = AppealLook.objects.update_or_create(
        appeal=appeal,
        bearer=by,
        defaults={
            "severity": severity,
            "dose": weight,
            "lent_ms": now_ms,
            "seen_ms": None,
            "ended_ms": until_ms,
        },
    )
    return look


def bear_look(by: Person, project: Project, severity: int, now_ms: int, code: str) -> int:
    """Check that a look at a hard task fits what a person may bear now; return its dose.

    Args:
        by: who looks; locked against leases to them.
        project: whose task it is.
        severity: of the task, 1 to 4.
        now_ms: the moment, in milliseconds since 1970 UTC.
        code: how the code of a refusal begins.

    Returns:
        The dose of the longest usual look, in thousandths.

    Raises:
        Conflict: the dose exceeds what this person may bear now.
    """
    stored_load = _borne_now(by.pk, project.pk, now_ms)
    policy = exposure_with(stored_load.most_day, stored_load.most_week, stored_load.most_run)
    look_ms = longest_look_ms(project.pk, now_ms // REMEMBER_MS)
    candidate = ExposureCandidate(0, severity, dose(policy, severity, project.modality, look_ms))
    person_limits = person_limits_from(stored_load)
    limits = limits_for(policy, person_limits, now_ms)
    load = load_from(stored_load, now_ms)
    load = load._replace(run=(*load.run, CALM))  # words are read before it
    block = block_reason(policy, limits, load, candidate)
    if block is not None and is_on("exposure"):
        raise Conflict(
            f"reading this does not fit now: {block}",
            code=f"{code}-{block}",
            severity=severity,
        )
    if not policy.is_calm(severity):
        note_exposed(by.pk, exposed_now(policy, person_limits, now_ms), stored_load, now_ms)
    return candidate.dose


@transaction.atomic
def uncover(appeal_id: int, *, by: Person, now_ms: int) -> AppealLook:
    """Record that a person reading an appeal uncovers its material.

    Raises:
        Missing: they do not read it now, or it is about nothing hard.
    """
    reads = Appeal.objects.filter(id=appeal_id, held_by=by, held_until_ms__gt=now_ms)
    look = AppealLook.objects.select_for_update().filter(appeal=appeal_id, bearer=by).first()
    if look is None or not reads.exists():
        raise Missing(f"you do not read the appeal {appeal_id} now", code="appeal-missing")
    if look.seen_ms is None:
        look.seen_ms = now_ms
        look.save(update_fields=["seen_ms"])
    return look


def settle_look(appeal: Appeal, by: Person, now_ms: int) -> None:
    """Reduce the dose of an answered appeal to what was looked at."""
    look = AppealLook.objects.filter(appeal=appeal, bearer=by).first()
    project = appeal.decision.project
    if look is None or project is None:
        return
    weight = 0
    if look.seen_ms is not None:
        ms = max(0, min(now_ms, look.ended_ms) - look.seen_ms)
        weight = retained_dose(look.dose, dose(exposure_with(None, None, None), look.severity,
                                      project.modality, ms))  # fmt: skip
    look.dose, look.ended_ms = weight, min(now_ms, look.ended_ms)
    look.save(update_fields=["dose", "ended_ms"])


def _borne_now(person_id: int, project_id: int, now_ms: int) -> BorneNow:
    """Read a person's exposure, locked against leases to them in any project."""
    with connection.cursor() as cursor:
        _lock(cursor, person_id)
        cursor.execute(exposure.READ_BORNE, exposure.borne_of(person_id, project_id, now_ms))
        return BorneNow(*cursor.fetchone())


def _lock(cursor: CursorWrapper, person_id: int) -> None:
    """Take the lock that leasing takes; SQLite has one for the whole file."""
    if connection.vendor == "postgresql":
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (person_id,))
