"""Put a project on the public board of the instance, and take it off.

What the board says of a project comes from what is measured and declared, never from its client:
hourly pay, risk, who is behind it. So publishing asks for nothing but a number of people.
"""

from django.db import transaction

from canut.actions.people.accounts import create_invitation
from canut.core.clock import DAY_MS, Ms, from_ms
from canut.core.errors import BadInput, Conflict, NotOpen
from canut.store.recruiting.board import entry_of
from canut.store.tables.people import Invitation, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.recruiting.crowd import BoardEntry

BOARD_DAYS = 90
MOST_PLACES = 10_000
NOTE = "board"


@transaction.atomic
def publish_on_board(project: Project, places: int, *, by: Person, now_ms: Ms) -> BoardEntry:
    """Put a project on the board; so many people can join from there, for ninety days.

    Raises:
        NotOpen: ``board-closed``: the project lends no tasks.
        Forbidden, BadInput: ``board-staff``: its own staff does it, or nobody real;
            ``board-places``.
        Conflict: ``board-twice``.
    """
    if project.is_own_staff or project.is_simulated:
        raise BadInput("only paid work of real people is on the board", code="board-staff")
    if not project.is_lending:
        raise NotOpen(
            f"the project is {project.state}; open it first",
            code="board-closed",
            state=project.state,
        )
    if not 1 <= places <= MOST_PLACES:
        raise BadInput(
            f"{places} people could join; choose 1 to {MOST_PLACES}",
            code="board-places",
            limit=MOST_PLACES,
        )
    Project.objects.select_for_update().get(pk=project.pk)
    if entry_of(project.pk) is not None:
        raise Conflict("the project is on the board already", code="board-twice")
    invitation = create_invitation(
        project,
        Role.WORKER,
        by=by,
        expires_at=from_ms(now_ms + BOARD_DAYS * DAY_MS),
        max_uses=places,
        note=NOTE,
        now_ms=now_ms,
    )
    return BoardEntry.objects.create(project=project, invitation=invitation, by=by, at_ms=now_ms)


@transaction.atomic
def take_off_board(project: Project, now_ms: Ms) -> None:
    """Take a project off the board; its link ends, and who joined by it stays."""
    for entry in BoardEntry.objects.filter(project=project, ended_ms=None):
        Invitation.objects.filter(pk=entry.invitation_id, revoked_at=None).update(
            revoked_at=from_ms(now_ms)
        )
        BoardEntry.objects.filter(pk=entry.pk).update(ended_ms=now_ms)
