"""Pages of deposits: what others counted, the figures of each, and the operator's form."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.platform.system_clock import now_ms
from canut.actions.portrait.deposits import (
    accept_deposit,
    bring_uploads,
    package_of,
    withdraw_deposit,
)
from canut.core.errors import Incomplete, Missing, Refusal
from canut.core.portrait.charts.deposits import draw_mark
from canut.core.portrait.deposits.descriptor import TABLE, description_fields
from canut.core.portrait.deposits.grades import DepositGrade
from canut.core.portrait.language import PortraitLanguage
from canut.store.models import Deposit, Role
from canut.store.portrait.deposits import (
    count_figures,
    deposit_numbered,
    deposits_public,
    deposits_waiting,
    figures_of,
    replacement_of,
)
from canut.store.portrait.words import words_waiting
from canut.web.kit.access import get_person, roles_anywhere
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.kit.refusals import words_of
from canut.web.portrait.deposit_wording import GRADES, SAMPLINGS, deposit_line, figure_line
from canut.web.portrait.wording import language_now

MOST_LINES = 400


def deposits(request: HttpRequest) -> HttpResponse:
    """List the deposits; an operator sees those that wait, and the form."""
    return _list(request)


def bring(request: HttpRequest) -> HttpResponse:
    """Check the files an operator brings, and store them as a deposit that waits."""
    replaces = request.POST.get("replaces", "")
    try:
        uploads = request.FILES.getlist("files")
        if not uploads:
            raise Incomplete("no file came", code="upload-empty", field="files")
        row = bring_uploads(
            uploads,
            get_person(request),
            now_ms(),
            replaces=number_named(replaces) if replaces else None,
        )
    except Refusal as refusal:
        words = words_of(refusal)
        return _list(request, f"{words.title}. {words.detail}", status=422)
    messages.success(request, message_now("page.deposits.it_waits"))
    return redirect("portrait_deposit", number=row.pk)


def deposit(request: HttpRequest, number: int) -> HttpResponse:
    """Show one deposit: how it was counted, every figure, its state."""
    row = _visible(request, number)
    return _one(request, row)


def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Accept a deposit that waits, or withdraw one."""
    try:
        if request.POST.get("what") == "accept":
            accept_deposit(number, get_person(request), now_ms())
            code = "page.deposits.is_in"
        else:
            withdraw_deposit(number, request.POST.get("reason", ""), now_ms())
            code = "page.deposits.is_withdrawn"
    except Missing:
        raise
    except Refusal as refusal:
        words = words_of(refusal)
        return _one(
            request, _visible(request, number), f"{words.title}. {words.detail}", status=422
        )
    messages.success(request, message_now(code))
    return redirect("portrait_deposit", number=number)


def package(request: HttpRequest, number: int) -> HttpResponse:
    """Send a deposit as a data package that another Portrait can take in."""
    row = _visible(request, number)
    answer = HttpResponse(package_of(row), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="canut-deposit-{row.pk}.zip"'
    return answer


def _visible(request: HttpRequest, number: int) -> Deposit:
    """Return a deposit that this person may see: a public one, or any for an operator."""
    row = deposit_numbered(number)
    if row is None or (row.accepted_ms is None and not _is_operator(request)):
        raise Missing("there is no such deposit", code="deposit-gone")
    return row


def _is_operator(request: HttpRequest) -> bool:
    return Role.OPERATOR in roles_anywhere(request)


def _list(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    voice, is_operator = PortraitLanguage(language_now()), _is_operator(request)
    public = [deposit_line(row, voice) for row in deposits_public()]
    context = {
        "problem": problem,
        "is_operator": is_operator,
        "public": public,
        "waiting": [deposit_line(row, voice) for row in deposits_waiting()] if is_operator else [],
        "in_force": [line for line in public if line.row.state == Deposit.State.IN],
        "words_waiting": len(words_waiting()) if is_operator else 0,
        "table": TABLE,
        "grades": [(draw_mark(mark), message_now(GRADES[mark])) for mark in DepositGrade],
    }
    return render(request, "portrait/deposits.html", context, status=status)


def _one(request: HttpRequest, row: Deposit, problem: str = "", status: int = 200) -> HttpResponse:
    voice = PortraitLanguage(language_now())
    figures, fields = figures_of(row, MOST_LINES), description_fields(row.descriptor)
    context = {
        "problem": problem,
        "is_operator": _is_operator(request),
        "line": deposit_line(row, voice),
        "row": row,
        "fields": fields,
        "contests": [
            (contest.fact, contest.fr if voice.is_french else contest.en)
            for contest in fields.contests
        ],
        "sampling": message_now(SAMPLINGS[row.sampling]),
        "figures": [figure_line(item, voice) for item in figures],
        "count": count_figures(row),
        "replacement": replacement_of(row) if row.state == Deposit.State.REPLACED else None,
    }
    return render(request, "portrait/deposit.html", context, status=status)
