"""Admit people sent by a panel, and send them back with the code that proves their work.

A panel puts its id of a person in the link. It is stored to settle with the panel, and never
exported with a dataset, except counts of ten and more. Each member of a panel can join once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from canut.actions.people.accounts import create_invitation
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Conflict, Incomplete
from canut.store.tables.integrations import PanelLink, Recruited
from canut.store.tables.people import Invitation, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.work import Answer, Worker

Panel = PanelLink.Panel
LIFE = timedelta(days=180)
CODE_LENGTH = 60
NAME_LENGTH = 100
URL_LENGTH = 400
PARAMETERS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    Panel.PROLIFIC: (("PROLIFIC_PID",), ("STUDY_ID",), ("SESSION_ID",)),
    Panel.CLOUDRESEARCH: (("participantId",), ("projectId", "studyId"), ("assignmentId",)),
    Panel.OTHER: (("participant", "pid", "id"), ("study",), ("session",)),
}
BACK = {Panel.PROLIFIC: "https://app.prolific.com/submissions/complete?cc={code}"}


@dataclass(frozen=True, slots=True)
class PanelIn:
    """A panel link as requested: panel, completion code, return address, tasks.

    Args:
        panel: whose they are.
        code: what proves that the work was done.
        return_url: where they go back to; the panel's usual address where it is empty.
        tasks: answers that finish the work.
        people: how many may come.
    """

    panel: str
    code: str
    return_url: str
    tasks: int
    people: int


@dataclass(frozen=True, slots=True)
class PanelVisit:
    """The panel's ids of a person, study and visit; empty if it sent none."""

    member: str = ""
    study: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True)
class Back:
    """A panel member's progress; ``code`` and ``address`` once they have finished."""

    panel: str
    done: int
    wanted: int
    code: str = ""
    address: str = ""

    @property
    def is_finished(self) -> bool:
        """Return whether the code may be displayed."""
        return bool(self.code)


@transaction.atomic
def make_panel_link(project: Project, panel_in: PanelIn, *, by: Person, now_ms: Ms) -> Invitation:
    """Create an invitation link for a panel.

    Raises:
        BadInput: an unknown panel, an address that is not https, or a number that cannot be meant.
        Incomplete: no completion code.
    """
    if panel_in.panel not in PARAMETERS:
        raise BadInput(f"there is no panel {panel_in.panel!r}", code="panel-unknown")
    code, address = panel_in.code.strip(), panel_in.return_url.strip()
    if not code:
        raise Incomplete("give the completion code of the panel", code="panel-code", field="code")
    if len(code) > CODE_LENGTH or not code.isascii() or any(sign.isspace() for sign in code):
        raise BadInput("a completion code is letters and digits", code="panel-code", field="code")
    parts = urlsplit(address)
    if address and (parts.scheme != "https" or not parts.netloc or len(address) > URL_LENGTH):
        raise BadInput(f"{address!r} is no https address", code="panel-address")
    if not 1 <= panel_in.tasks <= NAME_LENGTH * NAME_LENGTH:
        raise BadInput(f"{panel_in.tasks} answers finish the work", code="panel-tasks")
    invitation = create_invitation(
        project,
        Role.WORKER,
        by=by,
        expires_at=from_ms(now_ms) + LIFE,
        max_uses=panel_in.people,
        note=str(Panel(panel_in.panel).label),
        now_ms=now_ms,
    )
    PanelLink.objects.create(
        invitation=invitation,
        panel=panel_in.panel,
        code=code,
        return_url=address,
        tasks=panel_in.tasks,
    )
    return invitation


def read_sent(panel: str, query: Mapping[str, str]) -> PanelVisit:
    """Read the panel's ids from the query; a value that is too long is ignored.

    Example:
        >>> read_sent("prolific", {"PROLIFIC_PID": "5f", "STUDY_ID": "s"})
        PanelVisit(member='5f', study='s', session='')
    """

    def first(names: tuple[str, ...]) -> str:
        value = next((query[name].strip() for name in names if query.get(name)), "")
        return value if len(value) <= NAME_LENGTH and value.isprintable() else ""

    return PanelVisit(*(first(names) for names in PARAMETERS[panel]))


def note_recruited(
    invitation: Invitation, person: Person | None, query: Mapping[str, str], now_ms: int
) -> Recruited | None:
    """Record which panel sent a person; None for other links or repeated visits.

    Raises:
        Conflict: ``panel-member-known``: that member of the panel is here as somebody else.
    """
    link = PanelLink.objects.filter(invitation=invitation).first()
    if link is None or person is None:
        return None
    check_new(invitation, person, query)
    sent = read_sent(link.panel, query)
    try:
        with transaction.atomic():
            recruited, _is_new = Recruited.objects.get_or_create(
                project=invitation.project,
                person=person,
                defaults={
                    "invitation": invitation,
                    "panel": link.panel,
                    "member": sent.member,
                    "study": sent.study,
                    "session": sent.session,
                    "came_ms": now_ms,
                },
            )
    except IntegrityError:
        raise _known() from None
    return recruited


def check_new(invitation: Invitation, person: Person | None, query: Mapping[str, str]) -> None:
    """Check that the panel's member is not here already as somebody else.

    Raises:
        Conflict: ``panel-member-known``.
    """
    link = PanelLink.objects.filter(invitation=invitation).first()
    member = read_sent(link.panel, query).member if link else ""
    if link is None or not member:
        return
    here = Recruited.objects.filter(project=invitation.project, panel=link.panel, member=member)
    if here.exclude(person=person).exists():
        raise _known()


def way_back(worker: Worker, now_ms: int) -> Back | None:
    """Return a panel member's progress and return address; None for others."""
    recruited = (
        Recruited.objects.filter(project=worker.project_id, person=worker.person_id)
        .select_related("invitation__panel")
        .first()
    )
    if recruited is None or recruited.invitation is None:
        return None
    link = recruited.invitation.panel
    done = Answer.objects.filter(worker=worker, replaces=None).values("task").distinct().count()
    if done < link.tasks and recruited.finished_ms is None:
        return Back(link.panel, done, link.tasks)
    if recruited.finished_ms is None:
        Recruited.objects.filter(pk=recruited.pk, finished_ms=None).update(finished_ms=now_ms)
    usual = BACK.get(Panel(link.panel), "").format(code=link.code)
    return Back(link.panel, done, link.tasks, link.code, link.return_url or usual)


def _known() -> Conflict:
    return Conflict(
        "this member of the panel is here already, in another browser; go on there",
        code="panel-member-known",
    )
