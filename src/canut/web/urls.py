"""Every address, on one page, with its audience."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from canut.web.access import (
    ANYONE,
    DEMO,
    MEDIA_READERS,
    OPERATORS,
    READERS,
    REQUESTERS,
    SIGNED_IN,
    WORKERS,
    Page,
    View,
    guard,
)
from canut.web.pages import (
    enter,
    exports,
    home,
    imports,
    invitations,
    media,
    people,
    projects,
    results,
    work,
    workbench,
)

GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the server answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def _workbench(end: str, view: View, name: str, method: str = "POST", *, json: bool = True) -> Page:
    """Name an address of the workbench; its view receives the worker."""
    address = f"work/<slug:project>/{end}"
    return Page(address, view, name, WORKERS, (method,), json=json, for_worker=True)


_P = "projects/<slug:project>/"
PAGES: tuple[Page, ...] = (
    Page("healthz", healthz, "healthz", ANYONE),
    Page("", home.home, "home", ANYONE),
    Page("language", home.language, "language", ANYONE, POST),
    Page("enter/<str:token>", enter.enter, "enter", ANYONE),
    Page("demo/enter/<str:role>", enter.demo_enter, "demo-enter", DEMO, POST),
    Page("join/<str:token>", invitations.join, "join", ANYONE, BOTH),
    Page("account", people.account, "account", SIGNED_IN),
    Page("account/name", people.name, "account-name", SIGNED_IN, BOTH),
    Page("organisations/", people.organisations, "organisations", OPERATORS, BOTH),
    Page("work/", work.work, "work", WORKERS),
    _workbench("", workbench.work, "workbench", "GET", json=False),
    _workbench("leases", workbench.lease, "workbench-lease"),
    _workbench("answers", workbench.answers, "workbench-answers"),
    _workbench("release", workbench.release, "workbench-release"),
    _workbench("skips", workbench.skip, "workbench-skip"),
    _workbench("flags", workbench.flag, "workbench-flag"),
    _workbench("beats", workbench.beats, "workbench-beats"),
    Page("projects/", results.projects, "projects", READERS),
    Page("projects/new", projects.new, "project-new", REQUESTERS, BOTH),
    Page(_P, results.project, "project", READERS),
    Page(_P + "setup", projects.setup, "project-setup", REQUESTERS),
    Page(_P + "setup/file", imports.file, "project-setup-file", REQUESTERS, POST),
    Page(_P + "setup/columns", imports.columns, "project-setup-columns", REQUESTERS, POST),
    Page(_P + "setup/rows", imports.rows, "project-setup-rows", REQUESTERS, POST),
    Page(_P + "setup/reading", imports.reading, "project-setup-reading", REQUESTERS),
    Page(_P + "setup/problems.csv", imports.problems, "project-setup-problems", REQUESTERS),
    Page(_P + "setup/question", projects.question, "project-setup-question", REQUESTERS, POST),
    Page(_P + "setup/aims", projects.aims, "project-setup-aims", REQUESTERS, POST),
    Page(_P + "setup/pay", projects.pay, "project-setup-pay", REQUESTERS, POST),
    Page(_P + "setup/start", projects.start, "project-setup-start", REQUESTERS, POST),
    Page(_P + "unsure", results.unsure, "project-unsure", READERS),
    Page(_P + "wrong", results.wrong, "project-wrong", READERS),
    Page(_P + "tasks/<int:number>", results.task, "project-task", READERS),
    Page(_P + "pay", results.pay, "project-pay", READERS),
    Page(_P + "estimate", results.estimate, "project-estimate", REQUESTERS, POST),
    Page(_P + "state", results.state, "project-state", REQUESTERS, POST),
    Page(_P + "overlap", results.overlap, "project-overlap", REQUESTERS, POST),
    Page(_P + "export", exports.exports, "project-export", REQUESTERS),
    Page(
        _P + "export/<str:what>.<str:form>", exports.export_file, "project-export-file", REQUESTERS
    ),
    Page(_P + "invitations", invitations.invitations, "project-invitations", REQUESTERS, BOTH),
    Page(
        _P + "invitations/<int:number>/revoke",
        invitations.revoke,
        "project-invitation-revoke",
        REQUESTERS,
        POST,
    ),
    Page(_P + "members", people.members, "project-members", REQUESTERS),
    Page(
        _P + "members/<int:number>/end",
        people.end_member,
        "project-member-end",
        REQUESTERS,
        POST,
    ),
    Page("media/<slug:project>/<str:sha256>", media.media, "media", MEDIA_READERS),
)

urlpatterns = [
    *(path(page.address, guard(page), name=page.name) for page in PAGES),
    path("accounts/", include("allauth.urls")),
]
handler400 = "canut.web.problems.bad_request"
handler403 = "canut.web.problems.denied"
handler404 = "canut.web.problems.not_found"
handler500 = "canut.web.problems.fault"
