"""Serve a requester's page under a capability, and receive what it sends.

No session and no cookie is read here: a page of an opaque origin has none to send. The policy in
the answer puts the page in a sandbox of its own, so that its address opened in a tab is as harmless
as in the frame. What is received is not an answer: the worker's own session hands it in.
"""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from canut.actions.own_pages.seats import receive_fields
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import BadAnswer, BadInput, Missing, Refusal, TooLarge
from canut.core.formats.platforms.mturk_question_form import read_question_form
from canut.core.formats.platforms.own_pages import (
    fill_columns,
    hosts_in,
    replace_turk_addresses,
)
from canut.core.formats.platforms.question_xml import read_xml
from canut.core.outside_text import read_whole
from canut.store.own_pages.pages import page_of_task
from canut.store.own_pages.seats import seat_by_secret, takes_fields
from canut.store.projects.versions import current_question
from canut.store.tables.tasks import RequesterPage, decode_row
from canut.web.kit.messages import message_now
from canut.web.kit.problems import title_of
from canut.web.own_pages.frame import origin_of, pages_origin, script_address, submit_base

MOST_BYTES = 2**20
MOST_FIELDS = 1_000
SUBMIT = "/mturk/externalSubmit"
RUNTIME, CROWD = "own-page.js", "crowd-html-elements.js"
SANDBOX = "sandbox allow-scripts allow-forms allow-modals allow-popups"


@xframe_options_exempt
def page(request: HttpRequest, secret: str) -> HttpResponse:
    """Send the page of a capability.

    Raises:
        Missing: there is no such capability, its lease is over, or its task has no page here.
    """
    seat = seat_by_secret(secret)
    requester_page = None
    if seat is not None and takes_fields(seat.lease, now_ms()):
        project = seat.lease.project_id
        requester_page = page_of_task(project, seat.lease.task_id, current_question(project).schema)
    if seat is None or requester_page is None or requester_page.form == RequesterPage.Form.EXTERNAL:
        raise Missing("there is no such page, or its task is over; open the task again")
    action = submit_base(pages_origin(request), secret) + SUBMIT
    row = decode_row(seat.lease.task.data)
    return serve(request, page_body(pages_origin(request), requester_page, row, action), action)


def serve(request: HttpRequest, body: str, action: str) -> HttpResponse:
    """Answer with a page under its policy; ``action``: where it may send to, empty for nowhere."""
    answer = HttpResponse(body, content_type="text/html; charset=utf-8")
    answer["Content-Security-Policy"] = page_policy(request, body, action)
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def page_body(origin: str, shown: RequesterPage, row: Mapping[str, str], action: str) -> str:
    """Return a page as it is served: filled in, with our scripts and the address to send to."""
    if shown.form == RequesterPage.Form.FORM:
        form = read_question_form(read_xml(shown.body))
        body = form.html(action, message_now("own_pages.submit"), get_language() or "en")
    else:
        body = shown.body
    if shown.form == RequesterPage.Form.LAYOUT:
        body = fill_columns(body, row)
    runtime = script_address(origin, RUNTIME)
    body = replace_turk_addresses(body, runtime, script_address(origin, CROWD), action)
    return f'<!doctype html><script src="{runtime}"></script>\n{body}'


def page_policy(request: HttpRequest, body: str, action: str) -> str:
    """Return the policy of a page: the hosts it names, our scripts, where it may send to."""
    origin = pages_origin(request)
    own = {each.partition("//")[2].lower() for each in (origin, canut_origin(request))}
    others = {host for host in hosts_in(body) if host.partition("//")[2] not in own}
    hosts = " ".join(sorted(others | {f"{origin}/static/"}))
    return "; ".join(
        (
            SANDBOX,
            "default-src 'none'",
            f"script-src 'unsafe-inline' {hosts}",
            f"style-src 'unsafe-inline' {hosts}",
            f"img-src data: blob: {hosts}",
            f"media-src data: blob: {hosts}",
            f"font-src data: {hosts}",
            f"connect-src {hosts}",
            f"form-action {action.removesuffix(SUBMIT) + '/' if action else "'none'"}",
            f"frame-ancestors {canut_origin(request)}",
            "base-uri 'none'",
        )
    )


def canut_origin(request: HttpRequest) -> str:
    """Return the origin of the workbench, which alone may frame a page."""
    return settings.URL.rstrip("/") if settings.PAGES_URL else origin_of(request)


@csrf_exempt
@xframe_options_exempt
def submit(request: HttpRequest, secret: str) -> HttpResponse:
    """Receive the form of a page; the capability in the address is the only proof."""
    try:
        pairs = _pairs(request)
        assignment = next((text for name, text in pairs if name == "assignmentId"), "")
        receive_fields(secret, assignment, pairs, now_ms())
    except Refusal as refusal:
        detail = ""
        if isinstance(refusal, BadAnswer):
            detail = str(refusal.facts.get("field", ""))
        context = {"title": title_of(refusal), "field": detail}
        return _reply(request, "own_pages/refused.html", _status(refusal), context)
    return _reply(request, "own_pages/received.html", 200, {})


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the names and texts of a form, in order.

    Raises:
        TooLarge: over 1 MiB, or over 1,000 fields; nothing is read of what is longer.
        BadInput: it holds a file.
    """
    if read_whole(request.headers.get("Content-Length", ""), MOST_BYTES) is None:
        raise TooLarge(
            f"the answer is over {MOST_BYTES} bytes, or does not say how long it is",
            code="own-page-answer-large",
            limit=MOST_BYTES,
        )
    pairs = [(name, text) for name, texts in request.POST.lists() for text in texts]
    if request.FILES:
        raise BadInput("a page cannot send files", code="own-page-file")
    if len(pairs) > MOST_FIELDS:
        raise TooLarge(
            f"{len(pairs)} fields; at most {MOST_FIELDS} are taken",
            code="own-page-answer-large",
            limit=MOST_FIELDS,
        )
    return pairs


def _status(refusal: Refusal) -> int:
    statuses: dict[type[Refusal], int] = {
        Missing: 404,
        TooLarge: 413,
        BadAnswer: 422,
        BadInput: 422,
    }
    return next((code for kind, code in statuses.items() if isinstance(refusal, kind)), 409)


def _reply(
    request: HttpRequest, template: str, status: int, context: dict[str, str]
) -> HttpResponse:
    """Answer with a tiny page that tells the frame around it, which takes it as a hint."""
    origin = pages_origin(request)
    script = script_address(origin, RUNTIME)
    answer = render(request, template, {**context, "script": script}, status=status)
    answer["Content-Security-Policy"] = (
        f"sandbox allow-scripts; default-src 'none'; script-src {origin}/static/;"
        " style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
        f" frame-ancestors {canut_origin(request)}"
    )
    answer["Cache-Control"] = "no-store"
    return answer
