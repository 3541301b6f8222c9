"""The page of layouts: make one, see the id that programs send, end one."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from canut.actions.platform.system_clock import now_ms
from canut.actions.turk.layouts import (
    LONGEST_BODY,
    LONGEST_NAME,
    end_layout,
    make_layout,
    variables_of,
)
from canut.core.errors import Missing
from canut.store.models import Organisation
from canut.store.turk.layouts import layout_named, layouts_of
from canut.web.kit.access import get_person, list_organisations
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.forms import SELECT, PlainForm, attempt, words
from canut.web.kit.messages import lazy_message, message_now

ROWS = 12


class LayoutForm(PlainForm):
    """A new layout of an organisation."""

    name = words(lazy_message("form.turk_layout.name"), max_length=LONGEST_NAME)
    organisation = forms.ChoiceField(
        label=lazy_message("form.openings.organisation"), widget=forms.Select(attrs=dict(SELECT))
    )
    body = words(
        lazy_message("form.turk_layout.body"),
        lazy_message("form.turk_layout.body_hint", brace_open="{", brace_close="}"),
        area=True,
        max_length=LONGEST_BODY,
    )

    def __init__(self, data: QueryDict | None = None, *, organisations: list[Organisation]) -> None:
        super().__init__(data)
        self.fields["body"].widget.attrs["rows"] = ROWS
        self._organisations = {str(row.pk): row for row in organisations}
        self.offer("organisation", [(str(row.pk), row.name) for row in organisations])

    def owner(self) -> Organisation:
        """Return the organisation it is made for."""
        return self._organisations[self.cleaned_data["organisation"]]


def layouts(request: HttpRequest) -> HttpResponse:
    """Show the layouts of my organisations; make one, or end one.

    Raises:
        Missing: ``layout-gone``: the one to end is none of theirs.
    """
    person = get_person(request)
    organisations = list_organisations(person, REQUESTERS.roles)
    if request.POST.get("do") == "end":
        return _end(request, organisations)
    form = LayoutForm(request.POST or None, organisations=organisations)
    if request.method == "POST" and attempt(
        form,
        lambda: make_layout(
            form.owner(),
            form.cleaned_data["name"],
            form.cleaned_data["body"],
            by=person,
            now_ms=now_ms(),
        ),
    ):
        messages.success(request, message_now("page.turk_layouts.made"))
        return redirect("turk_layouts")
    lines = [
        (layout, organisation, variables_of(layout.body))
        for organisation in organisations
        for layout in layouts_of(organisation.pk)
    ]
    context = {"form": form, "lines": lines, "organisations": organisations}
    return render(request, "turk/layouts.html", context, status=422 if form.errors else 200)


def _end(request: HttpRequest, organisations: list[Organisation]) -> HttpResponse:
    public_id = request.POST.get("layout", "")
    named = (layout_named(organisation.pk, public_id) for organisation in organisations)
    layout = next((each for each in named if each is not None), None)
    if layout is None:
        raise Missing("there is no such layout here", code="layout-gone")
    end_layout(layout, now_ms())
    messages.success(request, message_now("page.turk_layouts.ended"))
    return redirect("turk_layouts")
