"""What decides here: the page, the PDF, what is shown before the first task, and the switches."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.decisions.automated_systems import note_read, switch_system
from canut.actions.decisions.system_notices import name_contact, note_shown, notice_now
from canut.actions.platform.system_clock import now_ms
from canut.core.decisions.system_notice import ALL, Contact
from canut.core.errors import Missing
from canut.store.decisions.system_notices import count_shown, is_shown, shown_to
from canut.store.models import Role
from canut.web.decisions.decision_view import lists_in_words, news_for
from canut.web.decisions.system_view import (
    ContactText,
    models_in_words,
    pdf_of_notice,
    systems_in_words,
)
from canut.web.kit.access import get_person, roles_anywhere
from canut.web.kit.messages import message_now

BENCH = "/work/"


def systems(request: HttpRequest) -> HttpResponse:
    """Show the automated rules that decide here and the acts that may be sanctioned."""
    is_operator = Role.OPERATOR in roles_anywhere(request)
    context = {
        **_notice(),
        "lists": lists_in_words(),
        "may_switch": is_operator,
        "counted": count_shown() if is_operator else None,
        "shown": shown_to(get_person(request))[:1] if request.user.is_authenticated else [],
    }
    return render(request, "decisions/systems.html", context)


def first(request: HttpRequest) -> HttpResponse:
    """Show what decides here before a first task, and again when a version changed."""
    person = get_person(request)
    context = {
        **_notice(),
        "next": _bench(request.GET.get("next", "")),
        "is_again": not is_shown(person.pk) and bool(shown_to(person)),
        "system_news": news_for(person, now_ms()),
    }
    return render(request, "decisions/systems_first.html", context)


def shown(request: HttpRequest) -> HttpResponse:
    """Keep that a person was shown the text, then go on to the tasks."""
    note_shown(get_person(request), now_ms())
    return redirect(_bench(request.POST.get("next", "")))


def notice_pdf(request: HttpRequest, language: str) -> HttpResponse:
    """Send the text as a PDF in English or French.

    Raises:
        Missing: there is no such language of it.
    """
    if language not in {"en", "fr"}:
        raise Missing("the text is in English and in French")
    answer = HttpResponse(pdf_of_notice(notice_now(now_ms()), language), "application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="canut-rules-{language}.pdf"'
    return answer


def leading_to(path: str) -> HttpResponse:
    """Lead to what is shown before the first task, and from there back to the tasks."""
    return redirect(f"{reverse('systems_first')}?next={path}")


def read(request: HttpRequest) -> HttpResponse:
    """Record that I have read the changes of the automated systems."""
    note_read(get_person(request), now_ms())
    return redirect("systems")


def switch(request: HttpRequest, name: str) -> HttpResponse:
    """Switch a rule off or on."""
    switch_system(
        name,
        on=request.POST.get("on") == "1",
        by=get_person(request),
        reason=request.POST.get("why", ""),
        now_ms=now_ms(),
    )
    messages.success(request, message_now("page.mine.switched_it_holds"))
    return redirect("systems")


def contact(request: HttpRequest) -> HttpResponse:
    """Name who answers for a system, or for all of them."""
    named = Contact(request.POST.get("name", ""), request.POST.get("reach", ""))
    name_contact(request.POST.get("system", ALL), named, get_person(request))
    messages.success(request, message_now("page.systems.named"))
    return redirect("systems")


def _notice() -> dict[str, Any]:
    """Return the text as it is now, in the page's language."""
    notice = notice_now(now_ms())
    listed, models = systems_in_words(notice.content), models_in_words(notice.content)
    named = {one.contact for one in listed} | {models.contact}
    return {
        "notice": notice,
        "systems": listed,
        "models": models,
        "one_contact": named.pop() if len(named) == 1 else None,
        "nobody": ContactText("", ""),
    }


def _bench(path: str) -> str:
    """Return where to go on: a page of tasks, else the list of projects."""
    parts = path.removeprefix(BENCH).rstrip("/")
    is_bench = path.startswith(BENCH) and parts.replace("-", "").replace("_", "").isalnum()
    return path if is_bench else reverse("work_home")
