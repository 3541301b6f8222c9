"""Move a project from one state to the next, and record who did it and why.

The states are draft, pilot, open, paused, closed. A paused project can resume; a closed one only
accepts corrections and answers to tasks leased before. When a project is paused or closed, its
leases are released: a late answer is paid, and counts if the overlap allows. The requirements for
opening are in ``projects.setup`` and ``pilot``; no project lends past ``ethics_gate``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from canut.actions.ledger.entry_types import inscribe_start
from canut.actions.work.ethics_gate import check_may_lend
from canut.core.errors import Conflict, Incomplete, NotOpen
from canut.store.projects.removal import removal_of
from canut.store.sql import dialect
from canut.store.tables.people import Person
from canut.store.tables.projects import LENDING, Project, ProjectChange
from canut.store.tables.work import Lease

State = Project.State
REASON_LENGTH = 400
CHUNK = 200
AFTER: Mapping[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.PILOT, State.OPEN}),
    State.PILOT: frozenset({State.OPEN, State.PAUSED, State.CLOSED}),
    State.OPEN: frozenset({State.PILOT, State.PAUSED, State.CLOSED}),
    State.PAUSED: frozenset({State.PILOT, State.OPEN, State.CLOSED}),
    State.CLOSED: frozenset(),
}
EXPLAINED = frozenset({State.PAUSED, State.CLOSED})


@dataclass(frozen=True, slots=True)
class Because:
    """The author and reason of a state change; no author for a job or a command."""

    by: Person | None = None
    reason: str = ""


UNSAID = Because()


def check_not_ended(project: Project) -> None:
    """Check that a project is not closed, before any other check.

    Raises:
        Conflict: ``project-ended``.
    """
    if project.state == State.CLOSED:
        raise Conflict(
            "the project is closed and stays so; duplicate it to ask again", code="project-ended"
        )


def enter_state(project: Project, after: str, now_ms: int, because: Because = UNSAID) -> bool:
    """Set a project's next state in the caller's transaction; return whether it is new.

    Raises:
        NotOpen: a draft is paused or closed.
        Conflict: ``project-ended``: the project is closed, for ever; ``removal-asked``: it is about
            to be deleted, and lends nothing before that is taken back; ``ethics-…``: it is held,
            or waits for an opinion.
        Incomplete: ``change-unsaid``: a person pauses, ends or resumes it without a reason.
        Conflict: ``reason-too-long``.
    """
    locked = Project.objects.select_for_update(no_key=True).get(id=project.pk)
    before = locked.state
    if before == after:
        project.state = after
        return False
    check_not_ended(locked)
    if after not in AFTER[before]:
        raise NotOpen(f"a project that is {before} does not become {after}", state=before)
    if after in LENDING and removal_of(project.pk) is not None:
        raise Conflict("the project is on its way out; keep it first", code="removal-asked")
    if after in LENDING:
        check_may_lend(locked, now_ms)
    reason = because.reason.strip()
    needs_reason = after in EXPLAINED or before == State.PAUSED
    if because.by is not None and needs_reason and not reason:
        raise Incomplete(
            f"give a reason why the project becomes {after}; its workers may ask",
            code="change-unsaid",
            field="reason",
        )
    if len(reason) > REASON_LENGTH:
        raise Conflict(
            f"the reason has {len(reason)} characters; write at most {REASON_LENGTH}",
            code="reason-too-long",
            limit=REASON_LENGTH,
        )
    Project.objects.filter(id=project.pk).update(state=after)
    ProjectChange.objects.create(
        project=project,
        before=before,
        after=after,
        reason=reason,
        made_by=because.by,
        at_ms=now_ms,
    )
    project.state = after
    if before == State.DRAFT:
        inscribe_start(project, now_ms)
    return True


def take_back_leases(project_id: int, now_ms: int, reason: str) -> int:
    """Release every live lease of a project, in chunks; return how many.

    Raises:
        Conflict: ``still-lending``: the project still lends.
    """
    if Project.objects.get(id=project_id).state in LENDING:
        raise Conflict("the project still lends tasks; pause it first", code="still-lending")
    total = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            live = Lease.objects.filter(project_id=project_id, state=Lease.State.LIVE)
            leases = list(live.order_by("expires_ms").values_list("id", flat=True)[:CHUNK])
            if not leases:
                return total
            dialect().lock_tasks_of(cursor, leases)
            total += dialect().end_leases(cursor, leases, Lease.State.RELEASED, now_ms, reason)
