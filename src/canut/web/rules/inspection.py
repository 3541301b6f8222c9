"""The inspector's file and the Fairwork grid, for who watches over this instance."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.actions.participation.inspector_files import DEMAND_LENGTH
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import from_ms
from canut.core.errors import Missing, Refusal
from canut.core.messages import message
from canut.core.participation.fairwork import SOURCE
from canut.core.participation.inspector_file import InspectionScope
from canut.store.participation.inspections import files_made
from canut.store.tables.people import Role
from canut.web.kit.access import get_person, roles_anywhere
from canut.web.kit.forms import PlainForm, words
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import DayField
from canut.web.kit.refusals import words_of
from canut.web.rules.inspector_pack import build, fairwork_csv, fairwork_grid

MOST_LISTED = 50
HALF_YEAR = 182


class InspectForm(PlainForm):
    """Days, place and written demand of an inspector's file."""

    first = DayField(
        label=lazy_message("page.inspect.from"),
        widget=forms.DateInput(attrs={"class": "inp num", "type": "date"}),
    )
    last = DayField(
        label=lazy_message("page.inspect.to"),
        widget=forms.DateInput(attrs={"class": "inp num", "type": "date"}),
    )
    place = words(
        lazy_message("common.place"),
        lazy_message("page.inspect.place_hint"),
        required=False,
        max_length=6,
    )
    demand = words(
        lazy_message("page.inspect.demand"),
        lazy_message("page.inspect.demand_hint"),
        required=False,
        max_length=DEMAND_LENGTH,
    )


def inspect(request: HttpRequest) -> HttpResponse:
    """List the inspector's files that were made; build one and send it."""
    moment = now_ms()
    today = from_ms(moment).date()
    first = today - timedelta(days=HALF_YEAR)
    initial = {"first": first.isoformat(), "last": today.isoformat()}
    form = InspectForm(request.POST or None, initial=initial)
    if Role.OPERATOR not in roles_anywhere(request):
        del form.fields["demand"]  # the authority writes to who runs the instance
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        scope = InspectionScope(
            data["first"],
            data["last"],
            data["place"].upper(),
            two_sided(),
            data.get("demand", ""),
        )
        try:
            built = build(scope, moment, get_person(request))
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            return _sent(built.content, f"canut-inspection-{scope.first}-{scope.last}.zip")
    files = files_made(MOST_LISTED)
    context = {"form": form, "files": files}
    status = 422 if form.errors else 200
    return render(request, "participation/inspect.html", context, status=status)


def fairwork(request: HttpRequest) -> HttpResponse:
    """Show the ten Fairwork thresholds with the evidence of this instance; never a point."""
    side = two_sided()
    rows = [
        (
            row.threshold,
            message(side, f"fairwork.{row.threshold}"),
            [
                (message(side, f"fairwork_evidence.{code}"), one.value, one.fails)
                for code, one in row.evidence
            ],
            row.document,
        )
        for row in fairwork_grid(now_ms())
    ]
    context = {"rows": rows, "source": SOURCE, "at_ms": now_ms()}
    return render(request, "participation/fairwork.html", context)


def fairwork_as(request: HttpRequest, form: str) -> HttpResponse:
    """Send the Fairwork grid as a CSV.

    Raises:
        Missing: there is no such form of it.
    """
    if form != "csv":
        raise Missing("the grid is a page and a csv")
    answer = HttpResponse(fairwork_csv(now_ms(), two_sided()), content_type="text/csv")
    answer["Content-Disposition"] = 'attachment; filename="fairwork.csv"'
    return answer


def _sent(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
