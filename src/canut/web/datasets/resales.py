"""The client's page of a dataset's resales: declare one, confirm or refuse another's, withdraw."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.datasets.resales import (
    ResaleIn,
    confirm_resale,
    declare_resale,
    least_share,
    refuse_resale,
    withdraw_resale,
)
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import from_ms
from canut.core.errors import Missing, Refusal
from canut.core.outside_text import read_whole
from canut.core.pay.accounting.resale_shares import BuyerKind, ResaleForm
from canut.store.datasets.card_figures import cards_of
from canut.store.datasets.resales import resales_of
from canut.store.models import Project
from canut.store.projects.versions import rate_or_none
from canut.store.tables.datasets import Resale
from canut.web.kit.access import get_person
from canut.web.kit.fields import select
from canut.web.kit.formatting import calendar_day, share
from canut.web.kit.forms import PlainForm, amount, attempt, micro_of
from canut.web.kit.messages import lazy_message, message_now
from canut.web.kit.numbers import DayField
from canut.web.kit.refusals import words_of

MOST_CARDS = 50
MICRO_A_PER_MILLE = 100_000  # of a percentage typed as an amount
BUYERS = {
    BuyerKind.COMPANY: lazy_message("page.resales.buyer_company"),
    BuyerKind.PUBLIC: lazy_message("page.resales.buyer_public"),
    BuyerKind.RESEARCH: lazy_message("page.resales.buyer_research"),
    BuyerKind.NONPROFIT: lazy_message("page.resales.buyer_nonprofit"),
    BuyerKind.UNDISCLOSED: lazy_message("page.resales.buyer_undisclosed"),
}
FORMS = {
    ResaleForm.SALE: lazy_message("page.resales.form_sale"),
    ResaleForm.LICENCE: lazy_message("page.resales.form_licence"),
}
STATES = {
    Resale.State.DECLARED: "page.resales.state_declared",
    Resale.State.CONFIRMED: "page.resales.state_confirmed",
    Resale.State.REFUSED: "page.resales.state_refused",
    Resale.State.WITHDRAWN: "page.resales.state_withdrawn",
}


class ResaleDeclaration(PlainForm):
    """A resale as a client declares it."""

    version = select(lazy_message("page.resales.version"))
    form = select(
        lazy_message("page.resales.form"), [(form.value, text) for form, text in FORMS.items()]
    )
    buyer = select(
        lazy_message("page.resales.buyer"), [(kind.value, text) for kind, text in BUYERS.items()]
    )
    fee = amount(lazy_message("page.resales.fee"))
    share = amount(
        lazy_message("page.resales.share"), lazy_message("page.resales.share_may_be_empty")
    )
    on = DayField(
        label=lazy_message("page.resales.on"),
        widget=forms.DateInput(attrs={"class": "inp", "type": "date"}, format="%Y-%m-%d"),
    )

    def declared(self) -> ResaleIn:
        """Return the resale; raises ``BadInput`` if an amount is not valid."""
        data = self.cleaned_data
        return ResaleIn(
            version=read_whole(data["version"]) or 0,
            buyer=BuyerKind(data["buyer"]),
            form=ResaleForm(data["form"]),
            fee_micro=micro_of(data["fee"]) or 0,
            on=data["on"],
            share_per_mille=round((micro_of(data["share"]) or 0) / MICRO_A_PER_MILLE),
        )


def resales(request: HttpRequest, project: Project) -> HttpResponse:
    """List a dataset's resales, and declare one."""
    data = request.POST if request.method == "POST" else None
    form = ResaleDeclaration(data, initial={"on": from_ms(now_ms()).date()})
    cards = cards_of(project, MOST_CARDS)
    form.offer(
        "version",
        [
            (
                str(card.number),
                message_now(
                    "page.resales.version_of",
                    n=card.number,
                    day=calendar_day(card.made_ms),
                ),
            )
            for card in cards
        ],
    )
    by = get_person(request)

    def declare() -> None:
        declare_resale(project, form.declared(), by=by, now_ms=now_ms())

    if data is not None and attempt(form, declare):
        messages.success(request, message_now("page.resales.is_declared"))
        return redirect("project_resales", project.slug)
    rate, least = rate_or_none(project.pk), least_share()
    context = {
        "project": project,
        "form": form,
        "has_versions": bool(cards),
        "currency": rate.currency if rate else "",
        "least": share(least / 1000) if least else "",
        "lines": [
            {
                "line": line,
                "state": message_now(STATES[Resale.State(line.resale.state)]),
                "buyer": BUYERS[BuyerKind(line.resale.buyer)],
                "form": FORMS[ResaleForm(line.resale.form)],
                "share": line.resale.share_per_mille / 1000,
                "is_mine": line.resale.declared_by_id == by.pk,
            }
            for line in resales_of(project)
        ],
    }
    status = 422 if data is not None else 200
    return render(request, "datasets/resales.html", context, status=status)


def decide(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Confirm, refuse or withdraw a declared resale."""
    act, by, at_ms = request.POST.get("act", ""), get_person(request), now_ms()
    try:
        if act == "confirm":
            confirm_resale(project, number, by=by, now_ms=at_ms)
        elif act == "refuse":
            refuse_resale(project, number, by=by, now_ms=at_ms)
        else:
            withdraw_resale(project, number, request.POST.get("why", ""), by=by, now_ms=at_ms)
    except Missing:
        raise
    except Refusal as refusal:
        messages.error(request, words_of(refusal).detail)
    else:
        messages.success(request, message_now("page.resales.is_decided"))
    return redirect("project_resales", project.slug)
