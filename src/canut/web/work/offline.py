"""Offline work: packs, draft answers, and the page that needs no server.

The page without a server (``shell``) holds nothing of anybody: what it shows is what this browser
keeps. The service worker hands it out when the network is away.
"""

from functools import cache

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language

from canut.actions.decisions.system_notices import check_shown
from canut.actions.platform.system_clock import now_ms
from canut.actions.work.draft_answers import keep_begun
from canut.actions.work.offline_packs import take_pack
from canut.core.errors import Missing
from canut.store.sql.seats import Seat
from canut.web.kit.json_body import read_json
from canut.web.kit.languages import language_now
from canut.web.kit.messages import message_now
from canut.web.work.schemas import DraftRequest, LeaseRequest, PackReply
from canut.web.work.workbench import json_answer, lent_data

INK, PAPER = "#951464", "#faf8f4"
LONGEST_MS = 2**53


def pack(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Lease tasks for offline work, for hours."""
    body = read_json(request.body, LeaseRequest)
    check_shown(seat.person, seat.project)
    leased_pack = take_pack(seat.worker, body.count, now_ms())
    reply = msgspec.structs.asdict(lent_data(seat, body, leased_pack.lent))
    leases = [task.lease for task in leased_pack.lent.tasks if not task.practice]
    return json_answer(
        PackReply(**reply, until_ms=leased_pack.until_ms, leases=leases, cut=leased_pack.is_cut)
    )


def save_draft(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Save a draft answer, to continue on another device."""
    draft = read_json(request.body, DraftRequest)
    at_ms = min(max(draft.at, 0), LONGEST_MS)
    keep_begun(seat.worker, draft.task, draft.version, draft.drafts, (at_ms, now_ms()))
    return HttpResponse(status=204)


def shell(request: HttpRequest) -> HttpResponse:
    """Send the empty workbench for offline use."""
    return render(request, "work/workbench_shell.html")


def back(request: HttpRequest) -> HttpResponse:
    """Record that the person is back online; the workbench then closes the pack."""
    return render(request, "work/back_online.html")


def service_worker(request: HttpRequest) -> HttpResponse:
    """Send the service worker, at the root so that it covers all addresses.

    Raises:
        Missing: the scripts are not built.
    """
    text = _built()
    if not text:
        raise Missing("the scripts are not built; run make")
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@cache
def _built() -> str:
    path = settings.PACKAGE / "web/static/dist/service-worker.js"
    return path.read_text("utf-8") if path.is_file() else ""


def manifest(request: HttpRequest) -> HttpResponse:
    """Send the web app manifest."""
    icon = static("icon.svg")
    described = {
        "id": "/",
        "name": "Canut",
        "short_name": "Canut",
        "description": message_now("page.offline.paid_tasks_one_decision"),
        "lang": get_language(),
        "dir": language_now().direction,
        "start_url": reverse("work_home"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": INK,
        "icons": [
            {"src": icon, "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            *(
                {"src": static(f"icon-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png"}
                for side in (192, 512)
            ),
        ],
    }
    answer = json_answer(described)
    answer["Content-Type"] = "application/manifest+json"
    return answer
