"""What was found, in sentences for the client: told with intervals, and what is not known."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.commissions.results import (
    figures_of_results,
    outcome_now,
    outcome_told,
    tell_acceptance,
)
from canut.actions.commissions.texts import TextFields, write_text
from canut.actions.platform.system_clock import now_ms
from canut.core.commissions.acceptance import AcceptanceVerdict
from canut.core.commissions.findings import what_is_known, what_is_not_known
from canut.store.commissions.commissions import commission_of
from canut.store.models import PlainText, Project
from canut.store.projects.versions import question_or_none
from canut.store.quality.results import first_question_text
from canut.web.commissions.wording import finding_in_words, findings_as_text, outcome_in_words
from canut.web.kit.access import get_person, roles_in
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now


def found(request: HttpRequest, project: Project) -> HttpResponse:
    """Tell what was found, whether it is accepted, and what is not known."""
    row, figures = commission_of(project.pk), figures_of_results(project)
    outcome = outcome_now(row) if row else None
    earlier = outcome_told(row) if row else None
    is_over = project.state == Project.State.CLOSED
    may_tell = outcome is not None and (
        is_over or outcome.verdict is not AcceptanceVerdict.UNDECIDED
    )
    context = {
        "project": project,
        "commission": row,
        "ask": first_question_text(question_or_none(project.pk)),
        "known": [finding_in_words(each) for each in what_is_known(figures)],
        "unknown": [finding_in_words(each) for each in what_is_not_known(figures)],
        "outcome": outcome_in_words(outcome) if outcome else "",
        "told": outcome_in_words(earlier) if earlier else "",
        "is_same": earlier == outcome,
        "may_tell": may_tell and earlier is None,
        "writes": bool(roles_in(get_person(request), project) & REQUESTERS.roles),
    }
    return render(request, "commissions/findings.html", context)


def tell(request: HttpRequest, project: Project) -> HttpResponse:
    """Tell the client whether the results are accepted; once."""
    tell_acceptance(project, by=get_person(request), now_ms=now_ms())
    messages.success(request, message_now("page.findings.told_now"))
    return redirect("findings", project.slug)


def as_text(request: HttpRequest, project: Project) -> HttpResponse:
    """Keep what was found as a text of the page's language, which readers can test."""
    figures = figures_of_results(project)
    text = write_text(
        project,
        TextFields(
            PlainText.Of.RESULT,
            message_now("page.findings.title"),
            two_sided(),
            findings_as_text(what_is_known(figures), what_is_not_known(figures)),
        ),
        by=get_person(request),
        now_ms=now_ms(),
    )
    messages.success(request, message_now("page.texts.stored", version=text.version))
    return redirect("text", project.slug, text.pk)
