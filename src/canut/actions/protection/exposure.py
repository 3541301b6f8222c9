"""Lease hard tasks within each person's exposure limits, and settle their exposure.

The dose of every task is reserved when it is leased, for the longest usual time of such a task,
across all projects and devices of the person; so live leases or an offline pack never exceed the
remaining limit. The limits are in ``core.protection.exposure``; the explanations in
``work.lease_blocks``.
"""

from collections.abc import Sequence
from functools import lru_cache

from django.db.backends.utils import CursorWrapper

from canut.core.clock import HOUR_MS
from canut.core.participation.policies_in_force import exposure_with
from canut.core.protection.exposure import (
    POLICY,
    THOUSAND,
    Bearer,
    Borne,
    ExposureCandidate,
    ExposureSelection,
    Veil,
    choose,
    dose,
    exposed_now,
    limits_for,
    retained_dose,
    share_seen,
)
from canut.store.protection.exposure import usual_longest_ms
from canut.store.sql import dialect
from canut.store.sql.dialect import BorneNow, HeldLease, LeaseCandidate, Reserved, WorkerNow
from canut.store.sql.exposure import READ_BORNE, borne_values
from canut.store.tables.protection import Protection

LONG_LOOK_MS = 60_000
REMEMBER_MS = 600_000
NOTED_EVERY_MS = HOUR_MS
SPARE = 3
VEILED = frozenset({"image", "video"})


def lend_within_limits(
    cursor: CursorWrapper, worker: WorkerNow, count: int, now_ms: int
) -> tuple[list[HeldLease], str]:
    """Lease up to ``count`` tasks within the limits; return the reason others were held.

    Returns:
        The new leases, and the reason; empty when no task was passed over.
    """
    stored_load, near = dialect().read_risk(cursor, worker, count * SPARE, now_ms)
    selection = _select_and_record(worker, stored_load, near, count, now_ms)
    if not selection.items:
        return [], selection.why or ""
    reserved = [Reserved(*candidate) for candidate in selection.items]
    return dialect().reserve(cursor, worker, reserved, now_ms), selection.why or ""


def choose_within_limits(
    cursor: CursorWrapper, worker: WorkerNow, near: Sequence[LeaseCandidate], now_ms: int
) -> tuple[Reserved | None, str]:
    """Choose one task from outside the queue, such as one to review, within the limits.

    The same limits hold, over the same doses: the caller stores the chosen task as a lease of the
    person, with its dose.

    Args:
        cursor: in a transaction in which the worker was read by ``read_worker``.
        worker: who is to look at it.
        near: tasks in the order they should be chosen.
        now_ms: milliseconds since 1970 UTC.

    Returns:
        The task with its dose or None, and what blocks others; empty when none was passed over.
    """
    cursor.execute(READ_BORNE, borne_values(worker, now_ms))
    stored_load = BorneNow(*cursor.fetchone())
    selection = _select_and_record(worker, stored_load, near, 1, now_ms)
    reserved = Reserved(*selection.items[0]) if selection.items else None
    return reserved, selection.why or ""


def _select_and_record(
    worker: WorkerNow,
    stored_load: BorneNow,
    near: Sequence[LeaseCandidate],
    count: int,
    now_ms: int,
) -> ExposureSelection:
    """Choose up to ``count`` tasks within every limit, each with its dose; record the exposure."""
    person_limits = person_limits_from(stored_load)
    current_load = load_from(stored_load, now_ms)
    policy = exposure_with(stored_load.most_day, stored_load.most_week, stored_load.most_run)
    limits = limits_for(policy, person_limits, now_ms)
    look_ms = longest_look_ms(worker.project, now_ms // REMEMBER_MS)
    candidates = [
        ExposureCandidate(task, severity, dose(POLICY, severity, worker.modality, look_ms))
        for task, severity in near
    ]
    selection = choose(policy, limits, current_load, candidates, count)
    if selection.items and worker.person is not None:
        is_exposed = any(not POLICY.is_calm(item.severity) for item in selection.items)
        if is_exposed:
            person_limits = exposed_now(POLICY, person_limits, now_ms)
        note_exposed(worker.person, person_limits, stored_load, now_ms)
    return selection


@lru_cache(maxsize=1024)
def longest_look_ms(project_id: int, _at: int) -> int:
    """Return the time a task's dose is reserved for; cached for ten minutes."""
    usual = usual_longest_ms(project_id)
    return LONG_LOOK_MS if usual is None else max(usual, POLICY.least_ms)


def settled_dose(
    severity: int | None, modality: str, reserved: int, elapsed_ms: int, revealed: int | None
) -> int | None:
    """Return the dose of an answered task; None in a project without risk.

    Args:
        severity: of the task when it was lent.
        modality: how it reaches the senses.
        reserved: what was set aside; 0 for a task that had come back and was answered after all.
        elapsed_ms: how long it was looked at, at most.
        revealed: thousandths of a veiled picture that the person uncovered; None without veil.
    """
    if severity is None:
        return None
    veil = Veil.NONE if revealed is None or modality not in VEILED else Veil.REVEAL
    share = share_seen(veil, THOUSAND if revealed is None else revealed)
    full_dose = dose(POLICY, severity, modality, elapsed_ms)
    return retained_dose(reserved or full_dose, full_dose, share)


def person_limits_from(stored_load: BorneNow) -> Bearer:
    """Return what limits the person, from their stored choices and exposure."""
    return Bearer(
        bool(stored_load.is_minor),
        stored_load.agreed == stored_load.categories,
        stored_load.lower_day,
        stored_load.first_ms,
        stored_load.began_ms,
        stored_load.last_ms,
    )


def load_from(stored_load: BorneNow, now_ms: int) -> Borne:
    """Return the person's load as it counts now.

    A break, or calm work in another project, counts as a calm task of this session.
    """
    recent = (stored_load.last_but_one, stored_load.last)
    severities = tuple(severity for severity in recent if severity is not None)
    calm_ms, last_ms = stored_load.calm_ms or 0, stored_load.last_seen_ms or 0
    session_ms = now_ms - POLICY.session_gap_ms
    worked_calmly = calm_ms > max(stored_load.last_lent_ms or 0, session_ms)
    paused = _is_away(stored_load, now_ms) and last_ms > session_ms
    if worked_calmly or paused or _has_rested(stored_load, now_ms):
        severities = (*severities, 0)
    is_same_streak = _pause_ms(stored_load, now_ms) == stored_load.pause_ms
    streak = stored_load.streak if is_same_streak else stored_load.held
    return Borne(stored_load.day, stored_load.week, streak, stored_load.worst, severities)


def _has_rested(stored: BorneNow, now_ms: int) -> bool:
    """Return whether a break has lasted long enough, without hard answers since."""
    break_ms = stored.break_ms
    return (
        break_ms is not None
        and POLICY.break_ms <= now_ms - break_ms < POLICY.session_gap_ms
        and (stored.last_seen_ms or 0) <= break_ms
    )


def _is_away(stored: BorneNow, now_ms: int) -> bool:
    """Return whether the person has had no hard task for the length of a break."""
    return not stored.held and now_ms - (stored.last_seen_ms or 0) >= POLICY.break_ms


def _pause_ms(stored: BorneNow, now_ms: int) -> int:
    """Return when the last break ended: one taken, or a while without hard tasks."""
    is_over = _has_rested(stored, now_ms) or (_is_away(stored, now_ms) and stored.streak > 0)
    return now_ms if is_over else stored.pause_ms


def note_exposed(person: int, bearer: Bearer, stored: BorneNow, now_ms: int) -> None:
    """Store the start of a person's exposure and their last break, if changed."""
    pause_ms = _pause_ms(stored, now_ms)
    is_same = pause_ms == stored.pause_ms and (bearer.first_ms, bearer.began_ms) == (
        stored.first_ms,
        stored.began_ms,
    )
    if is_same and (bearer.last_ms or 0) - (stored.last_ms or 0) < NOTED_EVERY_MS:
        return
    fields = {
        "first_ms": bearer.first_ms,
        "began_ms": bearer.began_ms,
        "last_ms": bearer.last_ms,
        "pause_ms": pause_ms,
    }
    if pause_ms == now_ms:
        fields["break_ms"] = None
    Protection.objects.update_or_create(person_id=person, defaults=fields)
