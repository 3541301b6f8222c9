"""A project's money, for its requesters: price, chain, pilot, funds, bill."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.participation.accord_prices import LeastPrice
from canut.actions.participation.place_questions import ask_places
from canut.actions.pay.bills import sums_of
from canut.actions.pay.fund_release import ended_of
from canut.actions.pay.funds import deposit_funds
from canut.actions.platform import system_clock
from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.setup import set_price
from canut.actions.work.pilot import PilotStatus, judge_with_these, places_said
from canut.core.errors import BadInput, Incomplete, Refusal
from canut.core.money import Money
from canut.store.models import Project, Role
from canut.store.pay.funds import chain_of, funds_lines
from canut.store.projects.versions import rate_or_none
from canut.store.work.pilots import card_of, has_paid_people, last_pace, pilot_of
from canut.web.kit.access import get_person, roles_in
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.formatting import typed_amount
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.pay.opening_road import road_of
from canut.web.pay.price_forms import (
    ChainForm,
    DepositForm,
    RaiseForm,
    chain_initial,
    pay_initial,
    pays_of,
)

LINES_SHOWN = 50


def funds(request: HttpRequest, project: Project) -> HttpResponse:
    """Record a deposit, or show what was typed again with what is wrong in it."""
    form, rate = DepositForm(request.POST), rate_or_none(project.id)
    if rate is None:
        raise Incomplete("set the price of an answer first", field="price")
    is_tried = project.state == Project.State.PILOT
    if form.is_valid():
        money = Money(form.cleaned_data["amount"], rate.currency)
        by, note = get_person(request), form.cleaned_data["note"]
        try:
            deposit_funds(project, money, note, by=by, now_ms=now_ms())
        except BadInput as refusal:
            form.add_error("amount", words_of(refusal).detail)
    if form.is_valid():
        messages.success(request, message_now("page.price.written_down"))
    elif project.state == Project.State.DRAFT:  # its page asks for no deposit by hand
        messages.error(request, message_now("page.price.write_an_amount_above"))
    else:
        show = _pilot_page if is_tried else bill_page
        return show(request, project, deposit=form, status=422)
    if project.state == Project.State.DRAFT:
        return redirect("project_setup", project.slug)
    return redirect("project_pilot" if is_tried else "project_bill", project.slug)


def pilot(request: HttpRequest, project: Project) -> HttpResponse:
    """Show the progress of the pilot, the measured pay, and the price that would suffice."""
    return _pilot_page(request, project)


def judge(request: HttpRequest, project: Project) -> HttpResponse:
    """Judge the pilot with those who are done."""
    judge_with_these(project, now_ms())
    messages.success(request, message_now("page.road.judged_with_these"))
    return redirect("project_pilot", project.slug)


def ask(request: HttpRequest, project: Project) -> HttpResponse:
    """Ask those who have not said where they work."""
    missing, _places = places_said(project, now_ms())
    number = ask_places(project, missing, by=get_person(request), now_ms=now_ms())
    messages.success(request, message_now("page.road.they_are_asked", n=number))
    return redirect("project_pilot", project.slug)


def price(request: HttpRequest, project: Project) -> HttpResponse:
    """Set a new price once the pilot has answers."""
    form, rate = RaiseForm(request.POST), rate_or_none(project.id)
    if rate is None or project.state == Project.State.DRAFT:
        raise Incomplete("set the price in the steps of the draft", field="price")
    if form.is_valid():
        try:
            set_price(
                project, form.price_in(rate.currency), by=get_person(request), now_ms=now_ms()
            )
        except Refusal as refusal:
            form.add_error("price", words_of(refusal).detail)
        else:
            messages.success(request, message_now("page.price.kept_answers_from_now"))
            return redirect("project_pilot", project.slug)
    return _pilot_page(request, project, form=form, status=422)


def bill(request: HttpRequest, project: Project) -> HttpResponse:
    """Show all parts of what the project has cost, and who received them."""
    return bill_page(request, project)


def _pilot_page(
    request: HttpRequest,
    project: Project,
    *,
    form: RaiseForm | None = None,
    deposit: DepositForm | None = None,
    status: int = 200,
) -> HttpResponse:
    rate, now_ms = rate_or_none(project.id), system_clock.now_ms()
    initial, pace = pay_initial(project, rate), last_pace(project.id)
    if pace is not None and initial.get("seconds"):
        initial["seconds"] = typed_amount(pace.p50_ms * 1000)
    context: dict[str, object] = {
        "project": project,
        "rate": rate,
        "pilot": pilot_of(project.id),
        "is_paid": has_paid_people(project),
        "form": form or RaiseForm(initial=initial),
        "deposit_form": deposit or DepositForm(),
        "operates": Role.OPERATOR in roles_in(get_person(request), project),
        "card": card_of(project),
    }
    try:
        road = road_of(project, rate, now_ms)
        context["road"] = road
        context["standing"], context["cover"] = road.standing, road.cover
        context["accord_below"] = road.below
        context["offered"] = _offered(project, road.standing, road.below)
        if road.cover and road.cover.missing.micro and deposit is None:
            missing = typed_amount(road.cover.missing.micro)
            context["deposit_form"] = DepositForm(initial={"amount": missing})
    except Refusal as refusal:
        context["fault"] = words_of(refusal)
    return render(request, "work/pilot.html", context, status=status)


def bill_page(
    request: HttpRequest,
    project: Project,
    *,
    form: ChainForm | None = None,
    deposit: DepositForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the bill, with the submitted form of the chain or of a deposit if there is one."""
    roles = roles_in(get_person(request), project)
    context = {
        "project": project,
        "sums": sums_of(project, system_clock.now_ms()),
        "ended": ended_of(project, system_clock.now_ms()),
        "lines": funds_lines(project.id, LINES_SHOWN),
        "deposit_form": deposit or DepositForm(),
        "chain_form": form or ChainForm(initial=chain_initial(project, chain_of(project.id))),
        "manages": bool(roles & REQUESTERS.roles),
        "is_paid": has_paid_people(project),
        "operates": Role.OPERATOR in roles,
        "card": card_of(project),
    }
    return render(request, "pay/bill.html", context, status=status)


def _offered(
    project: Project, standing: PilotStatus, below: LeastPrice | None
) -> dict[str, str] | None:
    """Format the proposed price for the form: hourly with its time, else per piece.

    Args:
        project: which one.
        standing: the verdict of its pilot.
        below: the least price of an accord, where the price is under it.
    """
    verdict, rate = standing.verdict, rate_or_none(project.id)
    if rate is not None and below is not None:
        return {
            "pays": "both" if rate.by_hour_micro else "piece",
            "hourly": typed_amount(rate.by_hour_micro) if rate.by_hour_micro else "",
            "seconds": typed_amount(rate.task_ms * 1000) if rate.by_hour_micro else "",
            "price": typed_amount(below.piece.micro),
            "floor": typed_amount(project.floor_micro) if project.floor_micro else "",
        }
    if rate is None or verdict is None or verdict.may_open or verdict.proposed is None:
        return None
    floor = typed_amount(project.floor_micro) if project.floor_micro else ""
    if verdict.proposed_by_hour is not None:
        return {
            "pays": pays_of(rate),
            "hourly": typed_amount(verdict.proposed_by_hour.micro),
            "seconds": typed_amount(rate.task_ms * 1000),
            "price": typed_amount(rate.piece_micro) if rate.piece_micro else "",
            "floor": floor,
        }
    if verdict.proposed_hourly is None or verdict.time is None:
        return {"price": typed_amount(verdict.proposed.micro), "floor": floor}
    seconds = typed_amount(verdict.time.p50_ms * 1000)
    hourly = typed_amount(verdict.proposed_hourly.micro)
    return {"hourly": hourly, "seconds": seconds, "floor": floor}


def redirect_to(name: str, project: Project, anchor: str) -> HttpResponse:
    """Redirect to an anchor of a page of the project."""
    answered = redirect(name, project.slug)
    answered["Location"] += f"#{anchor}"
    return answered
