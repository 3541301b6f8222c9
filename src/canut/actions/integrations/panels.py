"""Let in people whom a panel sends, and send them back with the code that proves their work.

Panels put what they call a person in the address they send them to. It is kept to settle with the
panel, and never leaves with a dataset: only counts of ten and more do. The same member of a panel
comes in once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from canut.actions.people.accounts import create_invitation
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
    """How a panel's people come and go back.

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
    """What a panel calls a person, its study and the visit; empty where it did not say."""

    member: str = ""
    study: str = ""
    session: str = ""


@dataclass(frozen=True, slots=True)
class Back:
    """How far somebody sent by a panel is; ``code`` and ``address`` once they have finished."""

    panel: str
    done: int
    wanted: int
    code: str = ""
    address: str = ""

    @property
    def is_finished(self) -> bool:
        """Whether the code may be shown."""
        return bool(self.code)


@transaction.atomic
def make_panel_link(project: Project, asked: PanelIn, *, by: Person, now: datetime) -> Invitation:
    """Make a link for a panel.

    Raises:
        BadInput: an unknown panel, an address that is not https, or a number that cannot be meant.
        Incomplete: no completion code.
    """
    if asked.panel not in PARAMETERS:
        raise BadInput(f"there is no panel {asked.panel!r}", code="panel-unknown")
    code, address = asked.code.strip(), asked.return_url.strip()
    if not code:
        raise Incomplete("give the completion code of the panel", code="panel-code", field="code")
    if len(code) > CODE_LENGTH or not code.isascii() or any(sign.isspace() for sign in code):
        raise BadInput("a completion code is letters and digits", code="panel-code", field="code")
    parts = urlsplit(address)
    if address and (parts.scheme != "https" or not parts.netloc or len(address) > URL_LENGTH):
        raise BadInput(f"{address!r} is no https address", code="panel-address")
    if not 1 <= asked.tasks <= NAME_LENGTH * NAME_LENGTH:
        raise BadInput(f"{asked.tasks} answers finish the work", code="panel-tasks")
    made = create_invitation(
        project,
        Role.WORKER,
        by=by,
        expires_at=now + LIFE,
        max_uses=asked.people,
        note=str(Panel(asked.panel).label),
        now=now,
    )
    PanelLink.objects.create(
        invitation=made, panel=asked.panel, code=code, return_url=address, tasks=asked.tasks
    )
    return made


def read_sent(panel: str, given: Mapping[str, str]) -> PanelVisit:
    """Read what a panel put in the address; what is too long is no id of theirs.

    Example:
        >>> read_sent("prolific", {"PROLIFIC_PID": "5f", "STUDY_ID": "s"})
        PanelVisit(member='5f', study='s', session='')
    """

    def first(names: tuple[str, ...]) -> str:
        found = next((given[name].strip() for name in names if given.get(name)), "")
        return found if len(found) <= NAME_LENGTH and found.isprintable() else ""

    return PanelVisit(*(first(names) for names in PARAMETERS[panel]))


def note_recruited(
    invitation: Invitation, person: Person | None, given: Mapping[str, str], now_ms: int
) -> Recruited | None:
    """Keep who sent a person; nothing where the link is no panel's, or they came before.

    Raises:
        Conflict: ``panel-member-known``: that member of the panel is here as somebody else.
    """
    link = PanelLink.objects.filter(invitation=invitation).first()
    if link is None or person is None:
        return None
    check_new(invitation, person, given)
    sent = read_sent(link.panel, given)
    try:
        with transaction.atomic():
            kept, _is_new = Recruited.objects.get_or_create(
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
    return kept


def check_new(invitation: Invitation, person: Person | None, given: Mapping[str, str]) -> None:
    """See that the member of a panel who comes is not here already as somebody else.

    Raises:
        Conflict: ``panel-member-known``.
    """
    link = PanelLink.objects.filter(invitation=invitation).first()
    member = read_sent(link.panel, given).member if link else ""
    if link is None or not member:
        return
    here = Recruited.objects.filter(project=invitation.project, panel=link.panel, member=member)
    if here.exclude(person=person).exists():
        raise _known()


def way_back(worker: Worker, now_ms: int) -> Back | None:
    """Say how far somebody sent by a panel is, and how to go back; None for anybody else."""
    kept = (
        Recruited.objects.filter(project=worker.project_id, person=worker.person_id)
        .select_related("invitation__panel")
        .first()
    )
    if kept is None or kept.invitation is None:
        return None
    link = kept.invitation.panel
    done = Answer.objects.filter(worker=worker, replaces=None).values("task").distinct().count()
    if done < link.tasks and kept.finished_ms is None:
        return Back(link.panel, done, link.tasks)
    if kept.finished_ms is None:
        Recruited.objects.filter(pk=kept.pk, finished_ms=None).update(finished_ms=now_ms)
    usual = BACK.get(Panel(link.panel), "").format(code=link.code)
    return Back(link.panel, done, link.tasks, link.code, link.return_url or usual)


def _known() -> Conflict:
    return Conflict(
        "this member of the panel is here already, in another browser; go on there",
        code="panel-member-known",
    )
