"""The only path from a request to a person, a project, a worker or a task.

Each address in ``urls.py`` names its audience; ``guard`` admits only that. What a person may
not know about looks exactly like a missing page; what they know about but may not do is refused
with a reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from canut.core.errors import Forbidden, Missing
from canut.store.integrations.api_keys import keys_in
from canut.store.models import (
    Answer,
    ApiKey,
    Appeal,
    Decision,
    Invitation,
    Media,
    Membership,
    Organisation,
    Person,
    Project,
    Review,
    Role,
    Task,
    Thread,
    WaitingRejection,
    Worker,
)
from canut.store.participation.messages import threads_for
from canut.store.platform.instance import is_demo
from canut.store.sql.seats import Seat, find_seat
from canut.web.kit.audiences import OPERATORS, REQUESTERS, Audience
from canut.web.kit.client_address import is_from_this_machine
from canut.web.kit.messages import message_now
from canut.web.kit.request_gate import read_whole, workbench_gate
from canut.web.kit.work_rate import charge

type View = Callable[..., HttpResponseBase]
PIECES = {"image", "audio", "video"}
"""What a page asks for to show within itself, in the words of ``Sec-Fetch-Dest``."""


@dataclass(frozen=True)
class Route:
    """One address: its pattern, its view and its audience."""

    address: str
    view: View
    name: str
    audience: Audience
    methods: tuple[str, ...] = ("GET",)
    json: bool = False
    for_worker: bool = False
    after_days: int = 0


_BY_NAME: dict[str, Route] = {}


def page_of(request: HttpRequest) -> Route | None:
    """Return the requested route, even when a request is refused before its view."""
    match = request.resolver_match
    return _BY_NAME.get(match.url_name or "") if match else None


def may_open(name: str, roles: frozenset[Role]) -> bool:
    """Return whether somebody signed in with these roles may open an address that has no project.

    Args:
        name: of the route, such as ``work_home``.
        roles: all that the person has anywhere.
    """
    audience = _BY_NAME[name].audience
    return not audience.never & roles and (not audience.roles or bool(audience.roles & roles))


def is_read_by_people(request: HttpRequest) -> bool:
    """Return whether a person reads the response, not a script or an image request.

    A page in the place of a picture is seen by nobody, and its cookie would undo the forms of the
    page that is seen.
    """
    page = page_of(request)
    if page and page.json:
        return False
    return request.headers.get("Sec-Fetch-Dest") not in PIECES


def guard(page: Route) -> View:
    """Wrap a view so that only its audience reaches it, with ``project`` resolved.

    A view whose address holds ``<slug:project>`` receives the ``Project`` itself. Where the page is
    ``for_worker`` it receives the asking person's ``Worker`` there, and an endpoint of it their
    ``Seat``, which two statements find; where it says ``after_days``, so does somebody whose work
    there ended at most so long ago.
    """
    _BY_NAME[page.name] = page

    @wraps(page.view)
    def guarded(request: HttpRequest, **parts: Any) -> HttpResponseBase:  # noqa: ANN401 - parts of an address
        if request.method not in page.methods and not (
            request.method == "HEAD" and "GET" in page.methods
        ):
            return HttpResponseNotAllowed(page.methods)
        if page.for_worker and page.json:
            seated = at_seat(page, request, **parts)
            if seated is not None:
                return seated
        if page.audience.demo_only:
            _check_demo(request)
        if page.audience.signed_in and not request.user.is_authenticated:
            return _ask_to_sign_in(request)
        return page.view(request, **_resolve(request, page, parts))

    return guarded


def at_seat(
    page: Route, request: HttpRequest, project: str, **parts: object
) -> HttpResponseBase | None:
    """Answer a workbench request if the caller is a worker there; else return None."""
    read_whole(request)
    with workbench_gate:
        seat = _seat(request, project)
        if seat is None:
            return None
        charge(seat.person)
        return page.view(request, seat=seat, **parts)


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if not is_read_by_people(request):
        raise Forbidden("sign in first", code="signed-out")
    if request.method == "GET":
        return redirect_to_login(request.get_full_path())
    messages.error(request, message_now("page.access.session_ended"))
    return redirect_to_login(_page_before(request))


def _page_before(request: HttpRequest) -> str:
    """Return the page of ours that a form was sent from, where its text comes back; else home."""
    before = request.headers.get("referer", "")
    if not url_has_allowed_host_and_scheme(before, {request.get_host()}, request.is_secure()):
        return "/"
    parts = urlsplit(before)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"


def _resolve(request: HttpRequest, page: Route, parts: dict[str, Any]) -> dict[str, Any]:
    """Replace the names in an address by objects; refuse callers outside the audience."""
    roles = page.audience.roles
    if page.audience.never and _memberships(get_person(request), page.audience.never):
        raise Forbidden(f"this page is for: {page.audience.name}", role=page.audience.name)
    if page.for_worker:  # an endpoint comes here only to be refused in words
        worker = _worker(request, parts.pop("project"), roles, page.after_days)
        return parts | {"worker": worker}
    if "project" in parts:
        return parts | {"project": _project(request, parts["project"], roles)}
    if roles and not _memberships(get_person(request), roles):
        raise Forbidden(f"this page is for: {page.audience.name}", role=page.audience.name)
    return parts


def get_person(request: HttpRequest) -> Person:
    """Return the signed-in person; raises ``Forbidden`` if there is none."""
    if not isinstance(request.user, Person):
        raise Forbidden("sign in first", code="signed-out")
    return request.user


def list_projects(person: Person, roles: frozenset[Role]) -> list[Project]:
    """List the projects in which the person has any of these roles, newest first."""
    return list(projects_of(person, roles).select_related("organisation"))


def projects_of(person: Person, roles: frozenset[Role]) -> QuerySet[Project]:
    """Select the projects in which the person has any of these roles, newest first."""
    memberships = _memberships(person, roles)
    by_project = [m.project_id for m in memberships if m.project_id]
    by_organisation = [m.organisation_id for m in memberships if m.organisation_id]
    projects = Project.objects.filter(id__in=by_project) | Project.objects.filter(
        organisation_id__in=by_organisation
    )
    return projects.distinct().order_by("-created_at")


def roles_in(person: Person, project: Project) -> frozenset[Role]:
    """Return all roles the person has in the project, including its organisation's."""
    memberships = Membership.objects.filter(person=person, ended_at__isnull=True)
    memberships = memberships.filter(project=project) | memberships.filter(
        organisation=project.organisation_id
    )
    return frozenset(Role(role) for role in memberships.values_list("role", flat=True))


def roles_anywhere(request: HttpRequest) -> frozenset[Role]:
    """Return all roles the person has anywhere; empty if nobody is signed in."""
    person = getattr(request, "user", None)
    if not isinstance(person, Person):
        return frozenset()
    memberships = Membership.objects.filter(person=person, ended_at__isnull=True)
    return frozenset(Role(role) for role in memberships.values_list("role", flat=True).distinct())


def get_invitation(project: Project, number: int) -> Invitation:
    """Return an invitation of this project; raises ``Missing`` for any other."""
    invitation = Invitation.objects.filter(project=project, id=number).first()
    if invitation is None:
        raise Missing("no such invitation in this project")
    return invitation


def open_invitations(project: Project) -> list[Invitation]:
    """List the invitations of this project, newest first."""
    invitations = Invitation.objects.filter(project=project).select_related("panel")
    return list(invitations.order_by("-id"))


def get_picture(project: Project, sha256: str) -> Media:
    """Return a picture of this project; raises ``Missing`` for any other."""
    picture = Media.objects.filter(project=project, sha256=sha256).first()
    if picture is None:
        raise Missing("no such picture in this project", code="picture-missing")
    return picture


def get_thread(person: Person, number: int) -> Thread:
    """Return a thread this person may read; raises ``Missing`` for any other."""
    thread = next((candidate for candidate in list_threads(person) if candidate.pk == number), None)
    if thread is None:
        raise Missing("no such thread")
    return thread


def list_threads(person: Person) -> list[Thread]:
    """List the threads a person may read as author, requester or operator."""
    asking = [project.pk for project in list_projects(person, REQUESTERS.roles)]
    is_operator = bool(_memberships(person, OPERATORS.roles))
    return threads_for(person, asking, is_operator=is_operator)


def list_worked_projects(person: Person) -> list[Project]:
    """List the projects a person works or has worked in, newest first."""
    projects = Project.objects.filter(workers__person=person).select_related("organisation")
    return list(projects.order_by("-created_at"))


def get_organisation(number: int) -> Organisation:
    """Return an organisation; raises ``Missing`` if there is none."""
    organisation = Organisation.objects.filter(id=number).first()
    if organisation is None:
        raise Missing("no such organisation")
    return organisation


def get_task(project: Project, number: int) -> Task:
    """Return a published task of this project; raises ``Missing`` for any other."""
    task = Task.objects.select_related("now").filter(project=project, id=number).first()
    if task is None or not hasattr(task, "now"):
        raise Missing("no such task in this project")
    return task


def get_task_by_key(project: Project, key: str) -> Task:
    """Return the published task of this project with a key; raises ``Missing``."""
    tasks = Task.objects.filter(project=project, key=key.strip(), now__isnull=False)
    if (task := tasks.first()) is None:
        raise Missing(f"no task {key!r} in this project", code="task-unknown", key=key.strip())
    return task


def get_answer(project: Project, number: int) -> Answer:
    """Return an answer of this project; raises ``Missing`` for any other."""
    answers = Answer.objects.select_related("task", "worker", "question_version").filter(
        project=project, id=number
    )
    return _one(answers.first(), "answer")


def get_review(project: Project, number: int) -> Review:
    """Return a review of this project, held by anyone; raises ``Missing`` for any other."""
    return _one(Review.objects.filter(project=project, id=number).first(), "review")


def get_member_worker(membership: Membership) -> Worker:
    """Return the worker of a membership."""
    workers = Worker.objects.filter(project=membership.project_id, person=membership.person_id)
    return _one(workers.first(), "worker")


def get_worker(project: Project, number: int) -> Worker:
    """Return a worker of this project; raises ``Missing`` for any other."""
    return _one(Worker.objects.filter(project=project, id=number).first(), "worker")


def get_decision(project: Project, number: int) -> Decision:
    """Return a decision made in this project; raises ``Missing`` for any other."""
    return _one(Decision.objects.filter(project=project, id=number).first(), "decision")


def get_decision_about(person: Person, number: int) -> Decision:
    """Return a decision about this person; raises ``Missing`` for any other."""
    return _one(Decision.objects.filter(person=person, id=number).first(), "decision")


def get_appeal(number: int) -> Appeal:
    """Return an appeal; the action checks whether this person may answer it."""
    return _one(Appeal.objects.filter(id=number).first(), "appeal")


def get_waiting_rejection(number: int) -> WaitingRejection:
    """Return a rejection that waited; the action checks whether this person may decide it."""
    return _one(WaitingRejection.objects.filter(id=number).first(), "rejection")


def _one[Row](row: Row | None, noun: str) -> Row:
    if row is None:
        raise Missing(f"no such {noun} here")
    return row


def speaks_for_organisation(person: Person, project: Project) -> bool:
    """Return whether a person is a requester of the whole organisation."""
    memberships = _memberships(person, REQUESTERS.roles)
    return any(membership.organisation_id == project.organisation_id for membership in memberships)


def get_membership(project: Project, number: int) -> Membership:
    """Return a membership of this project; raises ``Missing`` for any other."""
    membership = Membership.objects.filter(
        project=project, id=number, ended_at__isnull=True
    ).first()
    if membership is None:
        raise Missing("no such membership in this project")
    return membership


def list_keys(person: Person) -> list[ApiKey]:
    """List the keys of a person's organisations and projects, newest first."""
    organisations = [row.pk for row in list_organisations(person, REQUESTERS.roles)]
    return keys_in(organisations, [row.pk for row in list_projects(person, REQUESTERS.roles)])


def get_key(person: Person, number: int) -> ApiKey:
    """Return a key of a person's organisations or projects; raises ``Missing`` for others."""
    return _one(next((key for key in list_keys(person) if key.pk == number), None), "key")


def list_organisations(person: Person, roles: frozenset[Role]) -> list[Organisation]:
    """List the organisations in which the person has any of these roles."""
    organisation_ids = [m.organisation_id for m in _memberships(person, roles) if m.organisation_id]
    return list(Organisation.objects.filter(id__in=organisation_ids).order_by("name"))


def get_person_by_name(username: str) -> Person:
    """Return the person with a sign-in name; raises ``Missing`` if there is none."""
    person = Person.objects.filter(username__iexact=username.strip(), is_active=True).first()
    if person is None:
        raise Missing(f"nobody signs in as {username!r}", code="person-unknown", name=username)
    return person


def get_demo_person(role: Role) -> Person:
    """Return the demo's person for a role; raises ``Missing`` before the demo exists."""
    person = Person.objects.filter(username=f"demo-{role}").first()
    if person is None:
        raise Missing(f"the demo has nobody for the role {role}")
    return person


def is_shared(person: Person) -> bool:
    """Return whether this is one of the demo's shared accounts."""
    return person.username.startswith("demo-") and is_demo()


def _memberships(person: Person, roles: frozenset[Role]) -> list[Membership]:
    return list(Membership.objects.filter(person=person, role__in=roles, ended_at__isnull=True))


def _project(request: HttpRequest, slug: str, roles: frozenset[Role]) -> Project:
    project = Project.objects.select_related("organisation").filter(slug=slug).first()
    if project is None:
        raise Missing(f"no project {slug!r}")
    if not roles:
        return project
    own_roles = roles_in(get_person(request), project)
    if not own_roles:
        raise Missing(f"no project {slug!r}")
    if not own_roles & roles:
        needed = ", ".join(sorted(roles))
        raise Forbidden(f"in this project you are {', '.join(sorted(own_roles))}; needs: {needed}")
    return project


def _seat(request: HttpRequest, slug: str) -> Seat | None:
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return find_seat(key, slug) if key else None


def _worker(request: HttpRequest, slug: str, roles: frozenset[Role], after_days: int = 0) -> Worker:
    rows = Worker.objects.select_related("project").filter(
        project__slug=slug, person=get_person(request)
    )
    worker = rows.filter(ended_at=None).first()
    if worker is None and after_days:
        since = timezone.now() - timedelta(days=after_days)
        worker = rows.filter(ended_at__gte=since).order_by("-ended_at").first()
    if worker is None:
        _project(request, slug, roles)
        raise Forbidden("you do not work in this project", code="not-a-worker")
    return worker


def _check_demo(request: HttpRequest) -> None:
    if not is_from_this_machine(request) or not is_demo():
        raise Missing("only a demo on this machine has this page")
