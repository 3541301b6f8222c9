"""The inspector's file and the Fairwork grid, for who watches over this instance."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.participation.inspection_links import (
    AUTHORITY_LENGTH,
    LINK_DAYS,
    is_usable,
    make_link,
    note_sent,
    open_link,
    scope_of,
    use_link,
)
from canut.actions.participation.inspector_files import DEMAND_LENGTH
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import from_ms
from canut.core.errors import Missing, Refusal
from canut.core.ledger.representative_statements import StatementAbout
from canut.core.messages import message
from canut.core.participation.fairwork import SOURCE
from canut.core.participation.inspector_file import InspectionScope
from canut.store.participation.inspections import files_made, links_made
from canut.store.participation.representative_statements import file_subject
from canut.store.tables.participation import InspectorFile
from canut.store.tables.people import Role
from canut.web.kit.access import get_person, roles_anywhere
from canut.web.kit.forms import PlainForm, words
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import DayField
from canut.web.kit.refusals import words_of
from canut.web.participation.representative_statements import SpokenSection, spoken_section
from canut.web.rules.inspector_pack import build, fairwork_csv, fairwork_grid

MOST_LISTED = 50
HALF_YEAR = 182


class InspectForm(PlainForm):
    """Days, place and written demand of an inspector's file."""

    first = DayField(
        label=lazy_message("page.inspect.from"),
        widget=forms.DateInput(attrs={"class": "inp num", "type": "date"}, format="%Y-%m-%d"),
    )
    last = DayField(
        label=lazy_message("page.inspect.to"),
        widget=forms.DateInput(attrs={"class": "inp num", "type": "date"}, format="%Y-%m-%d"),
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
    authority = words(
        lazy_message("page.inspect.authority"),
        lazy_message("page.inspect.authority_hint"),
        required=False,
        max_length=AUTHORITY_LENGTH,
    )


def inspect(request: HttpRequest) -> HttpResponse:
    """List the inspector's files and links; build a file and send it, or make a link."""
    moment = now_ms()
    today = from_ms(moment).date()
    first = today - timedelta(days=HALF_YEAR)
    initial = {"first": first.isoformat(), "last": today.isoformat()}
    form = InspectForm(request.POST or None, initial=initial)
    roles = roles_anywhere(request)
    if Role.OPERATOR not in roles:
        del form.fields["demand"]  # the authority writes to who runs the instance
    if not roles & {Role.OPERATOR, Role.REPRESENTATIVE}:
        del form.fields["authority"]
    link = ""
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
            if "link" in request.POST:
                token = make_link(scope, data.get("authority", ""), get_person(request), moment)
                path = reverse("inspect_link", args=[token])
                link = f"{settings.URL.rstrip('/')}{path}"
            else:
                built = build(scope, moment, get_person(request))
                return _sent(built.content, _file_name(scope))
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
    context = {
        "form": form,
        "files": _files(request),
        "link": link,
        "link_days": LINK_DAYS,
        "links": [
            (stored, is_usable(stored, moment), openings)
            for stored, openings in links_made(MOST_LISTED)
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "participation/inspect.html", context, status=status)


def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show an authority what its link sends, or send the file, once; without an account."""
    moment = now_ms()
    if request.method == "POST":
        used = use_link(token, moment)
        if used is not None:
            scope = scope_of(used)
            built = build(scope, moment)
            note_sent(used, built.kept.sha256)
            answer = _sent(built.content, _file_name(scope))
            answer["Cache-Control"] = "private, no-store"
            return answer
        return redirect("inspect_link", token)
    opened = open_link(token, moment)
    context = {"link": opened, "is_usable": is_usable(opened, moment)}
    answer = render(request, "participation/inspect_link.html", context)
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _files(request: HttpRequest) -> list[tuple[InspectorFile, SpokenSection | None]]:
    """List the files; beside the newest of each scope stands what representatives say of it."""
    seen: set[str] = set()
    rows = []
    for row in files_made(MOST_LISTED):
        subject = file_subject(row)
        is_newest = subject not in seen
        seen.add(subject)
        spoken = spoken_section(request, StatementAbout.FILE, subject) if is_newest else None
        rows.append((row, spoken))
    return rows


def _file_name(scope: InspectionScope) -> str:
    return f"canut-inspection-{scope.first}-{scope.last}.zip"


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
