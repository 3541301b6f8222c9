"""The test of a qualification: a person begins it, answers its questions and hands it in.

Its form is written by a requester, so only what ``mturk_question_form`` lets through is shown, and
the names of its fields cannot be those of the page. Pictures and sounds may come from the hosts the
form names, which the page lists before it begins. Time is measured from the first sight of the
page.
"""

from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csp import get_nonce
from django.shortcuts import redirect, render
from django.utils.csp import build_policy

from canut.actions.platform.system_clock import now_ms
from canut.actions.work.qualification_tests import begin_test, form_of, hand_in_test, hosts_of
from canut.core.clock import SECOND_MS
from canut.core.errors import Missing
from canut.core.formats.platforms.mturk_question_form import QuestionForm
from canut.store.work.qualification_tests import OfferedTest, offered_test, paying_project
from canut.web.kit.access import get_person
from canut.web.kit.messages import message_now


def take(request: HttpRequest, number: int) -> HttpResponse:
    """Show the test of a qualification, begin it, or hand it in.

    Raises:
        Missing: ``qualification-gone``: it is not offered to this person.
        Conflict: it cannot be taken again, or not yet.
    """
    person = get_person(request)
    if request.POST.get("do") == "begin":
        begin_test(person, number, now_ms())
        return redirect("pool_test", number)
    if request.POST.get("do") == "hand_in":
        fields = {name: [str(text) for text in texts] for name, texts in request.POST.lists()}
        attempt = hand_in_test(person, number, fields, now_ms())
        is_scored = attempt.value is not None
        name = "page.pool_test.scored_now" if is_scored else "page.pool_test.sent_now"
        messages.success(request, message_now(name))
        return redirect("pool_test", number)
    offered = offered_test(person.pk, number)
    if offered is None:
        raise Missing("there is no such test here", code="qualification-gone")
    project = paying_project(person.pk, offered.qualification.organisation_id)
    hosts = hosts_of(_shown_test(offered))
    at_ms = now_ms()
    context = {
        "offered": offered,
        "qualification": offered.qualification,
        "attempt": offered.attempt,
        "project": project,
        "hosts": [host.partition("//")[2] for host in hosts],
        "form": _open_form(offered),
        "is_late": offered.attempt is not None and at_ms > offered.attempt.ends_ms,
        "may_begin": offered.begins_ms is not None and offered.begins_ms <= at_ms,
        "limit_ms": (offered.qualification.test_s or 0) * SECOND_MS,
        "surface": f"test:{number}",
        "works_for": project,
    }
    response = render(request, "recruiting/qualification_test.html", context)
    response["Content-Security-Policy"] = build_policy(_policy(hosts), get_nonce(request))
    return response


def _policy(hosts: Sequence[str]) -> dict[str, list[str]]:
    """Return the policy of every page, with pictures and sounds from some hosts too."""
    policy = dict(settings.SECURE_CSP)
    for name in ("img-src", "media-src"):
        policy[name] = [*policy[name], *hosts]
    return policy


def _shown_test(offered: OfferedTest) -> str:
    """Return the form of the open attempt, else the one that the next attempt gets."""
    is_open = offered.attempt is not None and offered.is_open
    return offered.attempt.test if is_open and offered.attempt else offered.qualification.test


def _open_form(offered: OfferedTest) -> QuestionForm | None:
    return form_of(_shown_test(offered)) if offered.is_open else None
