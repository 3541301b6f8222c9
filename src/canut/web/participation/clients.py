"""Clients as workers see them: measured pay, and ratings by those who worked there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.participation.client_ratings import rate_client
from canut.actions.platform.system_clock import now_ms
from canut.store.models import Worker
from canut.store.participation.clients import client, rating_of
from canut.web.kit.access import get_organisation
from canut.web.kit.formatting import typed_amount
from canut.web.kit.forms import attempt
from canut.web.kit.messages import message_now
from canut.web.participation.forms import RatingForm


def one_client(request: HttpRequest, number: int) -> HttpResponse:
    """Show what an organisation pays as measured, and its ratings."""
    return render(
        request, "participation/client.html", {"client": client(get_organisation(number))}
    )


def rate(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Rate a client; the rating can be changed at any time."""
    before = rating_of(worker)
    initial = {}
    if before is not None:
        initial = {
            "recommend": before.recommend,
            "rejected": before.rejected,
            "comm": before.comm,
            "tos_violation": before.tos_violation,
            "broken": before.broken,
            "reward": "" if before.reward_micro is None else typed_amount(before.reward_micro),
            "currency": before.currency,
            "minutes": None if before.time_seconds is None else before.time_seconds // 60,
            "pending_days": before.pending_days,
            "text": before.text,
        }
    form = RatingForm(request.POST or None, initial=initial)
    if request.method == "POST" and attempt(
        form, lambda: rate_client(worker, form.rating(), form.cleaned_data["text"], now_ms())
    ):
        messages.success(request, message_now("page.clients.thank_you_others_see"))
        return redirect("client", worker.project.organisation_id)
    context = {
        "project": worker.project,
        "form": form,
        "client": client(worker.project.organisation),
    }
    return render(
        request, "participation/rate_client.html", context, status=422 if form.errors else 200
    )
