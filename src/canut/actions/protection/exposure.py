"""Lend what is hard to look at within each person's limits, and settle what they bore of it.

The dose of every task is reserved when it is lent, at the longest such a task usually takes, over
all projects and devices of the person; so a hand, or a pack that is taken offline, never holds more
than is left, however long it is kept. The limits themselves are decided in
``core.protection.exposure``; what the person is told in ``held_back``.
"""

from collections.abc import Sequence
from functools import lru_cache

from django.db.backends.utils import CursorWrapper

from canut.core.participation.policies_in_force import exposure_with
from canut.core.protection.exposure import (
    POLICY,
    THOUSAND,
    Bearer,
    Borne,
    ExposureCandidate,
    Veil,
    choose,
    dose,
    exposed_now,
    limits_of,
    retained_dose,
    share_seen,
)
from canut.store.protection.exposure import usual_longest_ms
from canut.store.sql import dialect
from canut.store.sql.dialect import BorneNow, Candidate, HeldLease, Reserved, WorkerNow
from canut.store.sql.exposure import READ_BORNE, borne_values
from canut.store.tables.protection import Protection

LONG_LOOK_MS = 60_000
REMEMBER_MS = 600_000
NOTED_EVERY_MS = 3_600_000
SPARE = 3
VEILED = frozenset({"image", "video"})


def lend_within_limits(
    cursor: CursorWrapper, worker: WorkerNow, count: int, now_ms: int
) -> tuple[list[HeldLease], str]:
    """Lend up to ``count`` tasks that keep every limit; say what kept others back.

    Returns:
        The new leases, and the reason; empty when nothing was kept back.
    """
    seen, near = dialect().read_risk(cursor, worker, count * SPARE, now_ms)
    new, why = _chosen(worker, seen, near, count, now_ms)
    return (dialect().reserve(cursor, worker, new, now_ms) if new else []), why


def choose_within_limits(
    cursor: CursorWrapper, worker: WorkerNow, near: Sequence[Candidate], now_ms: int
) -> tuple[Reserved | None, str]:
    """Choose one of some tasks that do not come from the queue, such as those to review.

    The same limits hold, over the same doses: what is chosen is to be kept as a lease of the
    person, with its dose.

    Args:
        cursor: in a transaction in which the worker was read by ``read_worker``.
        worker: who is to look at it.
        near: tasks in the order they should be chosen.
        now_ms: milliseconds since 1970 UTC.

    Returns:
        The task with its dose or None, and what kept others back; empty when nothing did.
    """
    cursor.execute(READ_BORNE, borne_values(worker, now_ms))
    new, why = _chosen(worker, BorneNow(*cursor.fetchone()), near, 1, now_ms)
    return (new[0] if new else None), why


def _chosen(
    worker: WorkerNow, seen: BorneNow, near: Sequence[Candidate], count: int, now_ms: int
) -> tuple[list[Reserved], str]:
    """Choose up to ``count`` tasks that keep every limit, each with its dose; note the exposure."""
    bearer, borne = bearer_of(seen), borne_by(seen, now_ms)
    policy = exposure_with(seen.most_day, seen.most_week, seen.most_run)
    look_ms = longest_look_ms(worker.project, now_ms // REMEMBER_MS)
    items = [
        ExposureCandidate(task, severity, dose(POLICY, severity, worker.modality, look_ms))
        for task, severity in near
    ]
    chosen = choose(policy, limits_of(policy, bearer, now_ms), borne, items, count)
    new = [Reserved(*item) for item in chosen.items]
    if new and worker.person is not None:
        is_exposed = any(not POLICY.is_calm(item.severity) for item in new)
        now = exposed_now(POLICY, bearer, now_ms) if is_exposed else bearer
        note_exposed(worker.person, now, seen, now_ms)
    return new, chosen.why or ""


@lru_cache(maxsize=1024)
def longest_look_ms(project_id: int, _at: int) -> int:
    """Return the time a task's dose is reserved for; read again every ten minutes."""
    usual = usual_longest_ms(project_id)
    return LONG_LOOK_MS if usual is None else max(usual, POLICY.least_ms)


def settled_dose(
    severity: int | None, modality: str, reserved: int, elapsed_ms: int, revealed: int | None
) -> int | None:
    """Return what an answered task weighs; None in a project without risk.

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
    seen = dose(POLICY, severity, modality, elapsed_ms)
    return retained_dose(reserved or seen, seen, share)


def bearer_of(seen: BorneNow) -> Bearer:
    """Return who is asked, as the limits see them."""
    return Bearer(
        bool(seen.is_minor),
        seen.agreed == seen.categories,
        seen.lower_day,
        seen.first_ms,
        seen.began_ms,
        seen.last_ms,
    )


def borne_by(seen: BorneNow, now_ms: int) -> Borne:
    """Read what counts; a break, or calm work in another project, stands for a calm task."""
    run = tuple(one for one in (seen.last_but_one, seen.last) if one is not None)
    calm_ms, last_ms = seen.calm_ms or 0, seen.last_seen_ms or 0
    worked_calmly = calm_ms > max(seen.last_lent_ms or 0, now_ms - POLICY.session_gap_ms)
    paused = _is_away(seen, now_ms) and now_ms - last_ms < POLICY.session_gap_ms
    if worked_calmly or paused or _has_rested(seen, now_ms):
        run = (*run, 0)
    streak = seen.streak if _pause_ms(seen, now_ms) == seen.pause_ms else seen.held
    return Borne(seen.day, seen.week, streak, seen.worst, run)


def _has_rested(seen: BorneNow, now_ms: int) -> bool:
    """Whether a break that was begun has lasted, with nothing hard answered meanwhile."""
    begun = seen.break_ms
    return (
        begun is not None
        and POLICY.break_ms <= now_ms - begun < POLICY.session_gap_ms
        and (seen.last_seen_ms or 0) <= begun
    )


def _is_away(seen: BorneNow, now_ms: int) -> bool:
    """Whether nothing hard has been in hand for as long as a break."""
    return not seen.held and now_ms - (seen.last_seen_ms or 0) >= POLICY.break_ms


def _pause_ms(seen: BorneNow, now_ms: int) -> int:
    """Return when the last break ended: one that was taken, or a while without such a task."""
    is_over = _has_rested(seen, now_ms) or (_is_away(seen, now_ms) and seen.streak > 0)
    return now_ms if is_over else seen.pause_ms


def note_exposed(person: int, bearer: Bearer, seen: BorneNow, now_ms: int) -> None:
    """Keep since when somebody is exposed and when their last break was; only when it changed."""
    pause_ms = _pause_ms(seen, now_ms)
    is_same = pause_ms == seen.pause_ms and (bearer.first_ms, bearer.began_ms) == (
        seen.first_ms,
        seen.began_ms,
    )
    if is_same and (bearer.last_ms or 0) - (seen.last_ms or 0) < NOTED_EVERY_MS:
        return
    now = {
        "first_ms": bearer.first_ms,
        "began_ms": bearer.began_ms,
        "last_ms": bearer.last_ms,
        "pause_ms": pause_ms,
    }
    if pause_ms == now_ms:
        now["break_ms"] = None
    Protection.objects.update_or_create(person_id=person, defaults=now)
