"""Pages to withdraw an item: the public form, its private page, and what the project answers.

The form says the same whether an item is here or not. The private page is reached by its address
alone.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language

from canut.actions.datasets.withdrawal_proofs import prove_withdrawal, versions_of
from canut.actions.datasets.withdrawals import (
    WithdrawalFields,
    WithdrawalReply,
    answer_withdrawal_appeal,
    appeal_withdrawal,
    ask_withdrawal,
    count_address,
    decide_withdrawal,
    erase_request,
    read_withdrawal,
)
from canut.actions.platform.system_clock import now_ms
from canut.core.datasets.withdrawal_deadlines import KEPT_DAYS, is_overdue
from canut.core.decisions.deadlines import appealable_until
from canut.core.errors import Missing
from canut.store.datasets.card_figures import public_card
from canut.store.datasets.withdrawals import (
    appeals_for,
    matches_of,
    may_answer_appeal,
    overdue_elsewhere,
    project_of_form,
    request_numbered,
    requests_in,
    tasks_of,
)
from canut.store.models import Person, Project, TrainingManifest
from canut.store.tables.datasets import WithdrawalRequest
from canut.store.tables.tasks import Task
from canut.web.datasets.withdrawal_forms import (
    WithdrawalAppealForm,
    WithdrawalAppealReplyForm,
    WithdrawalReplyForm,
    WithdrawForm,
)
from canut.web.kit.access import get_person, projects_of
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.client_address import client_address
from canut.web.kit.forms import attempt
from canut.web.kit.messages import message_now

State = WithdrawalRequest.State
APPEALABLE = (State.REFUSED, State.UNFOUND)


def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form to withdraw an item, and take it; lead to the private page."""
    project = project_of_form(slug)
    if project is None:
        raise Missing("there is no such project", code="withdrawal-project")
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    token: list[str] = []
    if form.is_bound and attempt(form, lambda: token.append(_ask(request, slug, form))):
        return redirect("withdrawal", token[0])
    context = {
        "form": form,
        "name": _public_name(project),
        "days": KEPT_DAYS,
    }
    return render(request, "datasets/withdraw.html", context, status=422 if form.errors else 200)


def private_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show a request to who made it: its state, its answer and its proofs."""
    row = read_withdrawal(token)
    form = WithdrawalAppealForm(request.POST if request.POST.get("what") == "appeal" else None)
    if request.POST.get("what") == "erase":
        if erase_request(token, now_ms()):
            messages.success(request, message_now("page.withdrawal.taken_back"))
            return redirect("withdraw", row.project.slug)
        messages.success(request, message_now("page.withdrawal.erased"))
        return redirect("withdrawal", token)
    if form.is_bound and attempt(
        form, lambda: appeal_withdrawal(token, form.cleaned_data["words"], now_ms())
    ):
        messages.success(request, message_now("page.withdrawal.appeal_sent"))
        return redirect("withdrawal", token)
    versions = versions_of(row)
    context = {
        "row": row,
        "name": _public_name(row.project),
        "address": request.build_absolute_uri(reverse("withdrawal", args=[token])),
        "items": tasks_of(row),
        "before": _version_name(versions.before),
        "after": _version_name(versions.after),
        "proof": reverse("withdrawal_proof", args=[token]) if versions.after else "",
        "may_appeal": row.state in APPEALABLE
        and row.appeal_ms is None
        and now_ms() <= appealable_until(row.decided_ms or 0),
        "may_erase": row.emptied_ms is None
        and (row.appeal_ms is None or row.appeal_answered_ms is not None),
        "form": form,
        "days": KEPT_DAYS,
    }
    answer = render(
        request, "datasets/withdrawal.html", context, status=422 if form.errors else 200
    )
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def proof(request: HttpRequest, token: str) -> HttpResponse:
    """Send the proof that the item was in a model, and is not in the newest."""
    del request
    content = prove_withdrawal(read_withdrawal(token), now_ms(), is_whole=True)
    answer = HttpResponse(content, content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="proof.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def withdrawals(request: HttpRequest) -> HttpResponse:
    """List the requests of one's projects, and the appeals that one may answer."""
    person, moment = get_person(request), now_ms()
    rows = requests_in(projects_of(person, REQUESTERS.roles))
    context = {
        "rows": [(row, _is_late(row, moment)) for row in rows],
        "appeals": appeals_for(person),
        "elsewhere": overdue_elsewhere(projects_of(person, REQUESTERS.roles), person, moment),
    }
    return render(request, "datasets/withdrawals.html", context)


def withdrawal_case(request: HttpRequest, number: int) -> HttpResponse:
    """Show one request with the tasks it matches; answer it, or the appeal of its refusal."""
    person, moment = get_person(request), now_ms()
    row, may_decide = _case(person, number)
    hears = row.appeal_ms is not None and row.appeal_answered_ms is None
    hears = hears and may_answer_appeal(person, row)
    matches = matches_of(row) if may_decide and row.state == State.WAITING else []
    form = _case_form(request, row, matches, hears=hears)
    if form.is_bound and attempt(form, lambda: _answer(form, row, person)):
        messages.success(request, message_now("page.withdrawals.answered"))
        return redirect("withdrawals")
    context = {
        "row": row,
        "form": form,
        "matches": _shown(matches, form),
        "may_decide": may_decide and row.state == State.WAITING,
        "hears": hears,
        "is_overdue": _is_late(row, moment),
        "items": tasks_of(row),
    }
    return render(
        request, "datasets/withdrawal_case.html", context, status=422 if form.errors else 200
    )


def _public_name(project: Project) -> str:
    """Return the title of a project that is public anyway; else its address."""
    return project.slug if public_card(project.slug) is None else project.title


def _is_late(row: WithdrawalRequest, moment: int) -> bool:
    return row.state == State.WAITING and is_overdue(row.due_ms, moment)


def _ask(request: HttpRequest, slug: str, form: WithdrawForm) -> str:
    count_address(client_address(request))
    fields = {name: str(value).strip() for name, value in form.cleaned_data.items()}
    return ask_withdrawal(
        slug, WithdrawalFields(**fields, language=get_language() or "fr"), now_ms()
    )


def _case(person: Person, number: int) -> tuple[WithdrawalRequest, bool]:
    """Return a request that concerns a person, and whether they may decide about it.

    Raises:
        Missing: there is none, or it is of a project of others.
    """
    row = request_numbered(number)
    own: set[int] = set()
    if row is not None:
        projects: list[Project] = list(projects_of(person, REQUESTERS.roles))
        own = {project.pk for project in projects}
    if row is None or not (row.project_id in own or may_answer_appeal(person, row)):
        raise Missing(f"there is no request {number}", code="withdrawal-missing")
    return row, row.project_id in own


def _case_form(
    request: HttpRequest, row: WithdrawalRequest, matches: list[Task], *, hears: bool
) -> WithdrawalReplyForm | WithdrawalAppealReplyForm:
    data = request.POST if request.method == "POST" else None
    if hears:
        return WithdrawalAppealReplyForm(data)
    choices = [(str(task.pk), task.key) for task in matches]
    ticked = [str(task.pk) for task in matches] if row.sha256 else []
    return WithdrawalReplyForm(data, matches=choices, initial={"tasks": ticked})


def _answer(
    form: WithdrawalReplyForm | WithdrawalAppealReplyForm, row: WithdrawalRequest, person: Person
) -> None:
    words = form.cleaned_data["words"]
    if isinstance(form, WithdrawalAppealReplyForm):
        outcome = form.cleaned_data["outcome"]
        answer_withdrawal_appeal(row.pk, outcome, words, by=person, now_ms=now_ms())
        return
    reply = WithdrawalReply(form.cleaned_data["state"], words, form.chosen())
    decide_withdrawal(row.pk, reply, by=person, now_ms=now_ms())


def _shown(
    matches: list[Task], form: WithdrawalReplyForm | WithdrawalAppealReplyForm
) -> list[tuple[Task, bool]]:
    """Pair each task that matches with whether it is ticked."""
    if isinstance(form, WithdrawalAppealReplyForm):
        return []
    ticked = set(form["tasks"].value() or ())
    return [(task, str(task.pk) in ticked) for task in matches]


def _version_name(manifest: TrainingManifest | None) -> dict[str, object] | None:
    """Return the name and day of a version, for the page."""
    if manifest is None:
        return None
    author = manifest.trained.author
    return {
        "name": f"{author.name} {author.version}".strip(),
        "day": manifest.trained.made_ms,
        "size": manifest.size,
    }
