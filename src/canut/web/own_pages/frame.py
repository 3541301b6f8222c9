"""Frame an own page inside the workbench, and hand its fields to the workbench.

The workbench frames this wrapper, and the wrapper frames the requester's page, so that the policy
of the workbench is the same for every task. The wrapper holds no word and no datum of the worker's.
"""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt

from canut.actions.own_pages.outside import finish_outside
from canut.actions.own_pages.seats import OpenedSeat, open_seat, received_fields
from canut.actions.people.worker_aliases import name_people
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing
from canut.store.models import Worker
from canut.store.own_pages.pages import page_of_task
from canut.store.own_pages.seats import hit_id_of, task_of_lease
from canut.store.projects.versions import current_question
from canut.store.sql.seats import Seat
from canut.store.tables.tasks import RequesterPage
from canut.web.work.workbench import json_answer

SANDBOX = "allow-scripts allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox"
"""What a requester's page may do; never be of our origin, never lead the window elsewhere."""


@xframe_options_sameorigin
def frame(request: HttpRequest, worker: Worker, lease: int) -> HttpResponse:
    """Show the page of a leased task in a frame of an opaque origin.

    Raises:
        LeaseGone: the lease is not this worker's, or has ended.
        Missing: the task has no page.
    """
    seat = open_seat(worker.pk, lease, now_ms())
    task = task_of_lease(lease)
    page = page_of_task(worker.project_id, task, current_question(worker.project_id).schema)
    if page is None:
        raise Missing("this task has no page; skip it and tell the requester")
    address = page_address(pages_origin(request), page, seat, hit_id_of(task), _alias(worker))
    return framed(request, address)


def framed(request: HttpRequest, address: str) -> HttpResponse:
    """Return the wrapper that frames an address and nothing else."""
    parts = urlsplit(address)
    context = {"address": address, "sandbox": SANDBOX}
    answer = render(request, "own_pages/frame.html", context)
    answer["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            f"frame-src {parts.scheme}://{parts.netloc}",
            "script-src 'self'",
            "style-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        )
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _alias(worker: Worker) -> str:
    """Return the name by which the requester knows a worker, in all its projects."""
    person = worker.person_id or 0
    return name_people(worker.project.organisation_id, [person])[person]


def page_address(
    origin: str, page: RequesterPage, seat: OpenedSeat, hit_id: str, worker_id: str
) -> str:
    """Return the address of a page with what Mechanical Turk gave pages, in the same order."""
    given = {
        "assignmentId": seat.public_id,
        "hitId": hit_id,
        "workerId": worker_id,
        "turkSubmitTo": submit_base(origin, seat.secret),
    }
    if page.form == RequesterPage.Form.EXTERNAL:
        return add_parameters(page.body, given)
    return f"{origin}{reverse('own_page', args=[seat.secret])}?{urlencode(given)}"


def add_parameters(address: str, given: Mapping[str, str]) -> str:
    """Return an address with parameters after its own, and before its fragment.

    Example:
        >>> add_parameters("https://a.example/b?c=1#d", {"hitId": "3"})
        'https://a.example/b?c=1&hitId=3#d'
    """
    address, _, fragment = address.partition("#")
    joined = f"{address}{'&' if '?' in address else '?'}{urlencode(given)}"
    return f"{joined}#{fragment}" if fragment else joined


def origin_of(request: HttpRequest) -> str:
    """Return the scheme and host that the browser asked, as pages are given whole addresses."""
    return request.build_absolute_uri("/").removesuffix("/")


def pages_origin(request: HttpRequest) -> str:
    """Return the origin that serves own pages: the operator's choice, else our own."""
    origin: str = settings.PAGES_URL or origin_of(request)
    return origin


def submit_base(origin: str, secret: str) -> str:
    """Return what a page puts before ``/mturk/externalSubmit``."""
    return f"{origin}/s/{secret}"


def outside(request: HttpRequest, worker: Worker, lease: int) -> HttpResponse:
    """Lead to the page of a task on another site, in a tab of its own.

    Raises:
        LeaseGone: the lease is not this worker's, or has ended.
        Missing: the page is not on another site.
    """
    seat = open_seat(worker.pk, lease, now_ms())
    task = task_of_lease(lease)
    page = page_of_task(worker.project_id, task, current_question(worker.project_id).schema)
    if page is None or page.form != RequesterPage.Form.EXTERNAL:
        raise Missing("the page of this task is not on another site; it stands in the workbench")
    address = page_address(pages_origin(request), page, seat, hit_id_of(task), _alias(worker))
    answer = redirect(address)
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    return answer


def finished(request: HttpRequest, seat: Seat, lease: int) -> HttpResponse:
    """Credit the time on a page of another site, and send the fields to hand in."""
    del request
    return json_answer({"fields": finish_outside(seat.worker, lease, now_ms())})


@csrf_exempt  # it changes nothing, and no other site can read what it answers
def received(request: HttpRequest, seat: Seat, lease: int) -> HttpResponse:
    """Send the fields that the page of a lease sent; null before it has."""
    del request
    return json_answer({"fields": received_fields(seat.worker, lease)})


def script_address(origin: str, name: str) -> str:
    """Return the whole address of a script that own pages load."""
    return f"{origin}{static(f'dist/{name}')}"
