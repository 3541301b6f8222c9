"""Recruiting on Prolific by its API: one page of a project, step by step."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.platform.system_clock import now_ms
from canut.actions.recruiting.prolific_client import connect_account, disconnect_account
from canut.actions.recruiting.prolific_studies import (
    DRAFT,
    Listing,
    approve_finished,
    create_prolific_study,
    forget_prolific_study,
    move_prolific_study,
    refresh_prolific_study,
)
from canut.actions.recruiting.prolific_top_ups import (
    TopUpPlan,
    cancel_batch,
    pay_top_ups,
    plan_top_ups,
    set_up_top_ups,
    settle_batch,
)
from canut.core.clock import MINUTE_MS
from canut.core.errors import Forbidden, Refusal
from canut.store.models import Project, TopUpBatch
from canut.store.recruiting.prolific import batches_of, has_account, prolific_study_of
from canut.store.recruiting.studies import study_of
from canut.web.kit.access import get_person, list_organisations
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.formatting import format_count
from canut.web.kit.forms import attempt
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.kit.refusals import words_of
from canut.web.recruiting.prolific_forms import ProlificStudyForm, ProlificTokenForm
from canut.web.recruiting.wording import batch_word, prolific_state_word, submission_word

USUAL_PLACES, USUAL_MINUTES = 20, 10


class Reading(NamedTuple):
    """What the page read at Prolific: how many in each state, the match, and who is owed."""

    states: list[tuple[str, int]]
    listing: Listing
    plan: TopUpPlan | None
    problem: str


def prolific(request: HttpRequest, project: Project) -> HttpResponse:
    """Connect Prolific, create and publish a study there, approve, and pay what is missing."""
    step = request.POST.get("do", "") if request.method == "POST" else ""
    token = ProlificTokenForm(request.POST if step == "token" else None)
    form = ProlificStudyForm(request.POST if step == "create" else None, initial=_usual(project))
    reading: Reading | None = None
    problem = ""
    try:
        if step == "token":
            if attempt(token, lambda: _connect(request, project, token)):
                messages.success(request, message_now("page.prolific.connected_now"))
                return redirect("project_prolific", project.slug)
        elif step == "create":
            if attempt(form, lambda: _create(request, project, form)):
                messages.success(request, message_now("page.prolific.created"))
                return redirect("project_prolific", project.slug)
        elif step == "read":
            reading = _read(project)
        elif step:
            messages.success(request, _act(request, project, step))
            return redirect("project_prolific", project.slug)
    except Refusal as refusal:
        words = words_of(refusal)
        problem = f"{words.title}. {words.detail}"
    study = prolific_study_of(project.pk)
    batches = batches_of(study) if study else []
    context = {
        "project": project,
        "study": study,
        "state": prolific_state_word(study.state) if study else "",
        "is_draft": study is not None and study.state == DRAFT,
        "is_connected": has_account(project.organisation_id),
        "speaks": _speaks_for(request, project),
        "token": token,
        "form": form,
        "is_own_site": study_of(project.pk) is not None,
        "reading": reading,
        "batches": [(batch, batch_word(batch.state)) for batch in batches],
        "open_batch": next((batch for batch in batches if batch.state in _OPEN), None),
        "problem": problem,
    }
    status = 422 if token.errors or form.errors or problem else 200
    return render(request, "recruiting/prolific.html", context, status=status)


_OPEN = (TopUpBatch.State.SET_UP, TopUpBatch.State.SENT)


def _act(request: HttpRequest, project: Project, step: str) -> str:
    """Do a step that needs no form; return the words of what followed."""
    number = number_named(request.POST.get("batch", "0"))
    by = get_person(request)
    if step == "pay":
        return batch_word(pay_top_ups(project, number, now_ms()).state)
    if step == "approve":
        count = approve_finished(project)
        return message_now("page.prolific.approved", n=count, count=format_count(count))
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "disconnect": (lambda: _disconnect(request, project), "page.prolific.disconnected"),
        "forget": (lambda: forget_prolific_study(project, now_ms()), "page.prolific.forgotten"),
        "set-up": (
            lambda: set_up_top_ups(project, by=by, now_ms=now_ms()),
            "page.prolific.set_up",
        ),
        "cancel": (lambda: cancel_batch(project, number), "page.prolific.cancelled"),
        "was-paid": (
            lambda: settle_batch(project, number, is_paid=True),
            "page.prolific.settled",
        ),
        "was-not-paid": (
            lambda: settle_batch(project, number, is_paid=False),
            "page.prolific.settled",
        ),
    }
    act, words = acts.get(step, (lambda: move_prolific_study(project, step), "page.prolific.moved"))
    act()
    return message_now(words)


def _disconnect(request: HttpRequest, project: Project) -> None:
    _check_speaks(request, project)
    disconnect_account(project.organisation_id)


def _read(project: Project) -> Reading:
    listing = refresh_prolific_study(project)
    states = Counter(row.submission.state for row in listing.rows)
    plan: TopUpPlan | None = None
    problem = ""
    try:
        plan = plan_top_ups(project, listing.rows, now_ms())
    except Refusal as refusal:
        words = words_of(refusal)
        problem = f"{words.title}. {words.detail}"
    counts = [(submission_word(state), count) for state, count in states.most_common()]
    return Reading(counts, listing, plan, problem)


def _connect(request: HttpRequest, project: Project, form: ProlificTokenForm) -> None:
    _check_speaks(request, project)
    by = get_person(request)
    token = form.cleaned_data["token"]
    connect_account(project.organisation_id, token, by=by, now_ms=now_ms())


def _create(request: HttpRequest, project: Project, form: ProlificStudyForm) -> object:
    by = get_person(request)
    return create_prolific_study(project, form.study_in(), by=by, now_ms=now_ms())


def _usual(project: Project) -> dict[str, object]:
    study = study_of(project.pk)
    minutes = study.longest_ms // MINUTE_MS if study else USUAL_MINUTES
    return {"title": project.title, "places": USUAL_PLACES, "minutes": minutes, "answers": 1}


def _speaks_for(request: HttpRequest, project: Project) -> bool:
    own = list_organisations(get_person(request), REQUESTERS.roles)
    return any(organisation.pk == project.organisation_id for organisation in own)


def _check_speaks(request: HttpRequest, project: Project) -> None:
    """Check that the person speaks for the organisation, whose token it is.

    Raises:
        Forbidden: ``prolific-organisation``.
    """
    if not _speaks_for(request, project):
        raise Forbidden("the token is the organisation's", code="prolific-organisation")
