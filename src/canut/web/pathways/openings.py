"""Openings: publish one for an organisation, end it, take a client's down."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.pathways.openings import (
    day_of_openings,
    end_opening,
    publish_opening,
    take_down_opening,
)
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing, Refusal
from canut.core.pathways.openings import (
    LONGEST_APPLY,
    LONGEST_PLACE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_HOURS,
    REASONS,
    OpeningTerms,
    reason_in_words,
)
from canut.core.pathways.pathways import TARGETS, shipped_table
from canut.store.models import Role
from canut.store.pathways.openings import open_openings, openings_of, organisations_of
from canut.web.kit.access import get_person, roles_anywhere
from canut.web.kit.forms import (
    CURRENCIES,
    SELECT,
    PlainForm,
    amount,
    attempt,
    micro_of,
    number,
    words,
)
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import lazy_message, message_now
from canut.web.kit.numbers import DayField, number_named
from canut.web.kit.refusals import words_of
from canut.web.pathways.wording import occupation_names, opening_view

ISO = "%Y-%m-%d"
PERIODS = (
    ("year", lazy_message("form.openings.a_year")),
    ("month", lazy_message("form.openings.a_month")),
    ("hour", lazy_message("form.openings.an_hour")),
)


class JobOpeningForm(PlainForm):
    """An opening as it is typed."""

    organisation = forms.ChoiceField(
        label=lazy_message("form.openings.organisation"), widget=forms.Select(attrs=dict(SELECT))
    )
    occupation = forms.ChoiceField(
        label=lazy_message("form.openings.occupation"), widget=forms.Select(attrs=dict(SELECT))
    )
    title_fr = words(lazy_message("form.openings.title_fr"), max_length=LONGEST_TITLE)
    title_en = words(lazy_message("form.openings.title_en"), max_length=LONGEST_TITLE)
    text_fr = words(
        lazy_message("form.openings.text_fr"), area=True, required=False, max_length=LONGEST_TEXT
    )
    text_en = words(
        lazy_message("form.openings.text_en"), area=True, required=False, max_length=LONGEST_TEXT
    )
    place = words(
        lazy_message("form.openings.place"),
        lazy_message("form.openings.place_hint"),
        max_length=LONGEST_PLACE,
    )
    low = amount(lazy_message("form.openings.low"))
    high = amount(lazy_message("form.openings.high"))
    currency = forms.ChoiceField(
        label=lazy_message("form.openings.currency"),
        widget=forms.Select(attrs=dict(SELECT)),
        choices=[(code, code) for code in CURRENCIES],
    )
    per = forms.ChoiceField(
        label=lazy_message("form.openings.per"),
        widget=forms.Select(attrs=dict(SELECT)),
        choices=PERIODS,
    )
    hours_week = number(lazy_message("form.openings.hours_week"), 1, MOST_HOURS)
    apply_to = words(
        lazy_message("form.openings.apply_to"),
        lazy_message("form.openings.apply_hint"),
        max_length=LONGEST_APPLY,
    )
    until = DayField(
        label=lazy_message("form.openings.until"),
        widget=forms.DateInput(attrs={"class": "inp", "type": "date"}, format=ISO),
    )


def openings(request: HttpRequest) -> HttpResponse:
    """List my organisations' openings, and publish one."""
    person = get_person(request)
    organisations = organisations_of(person)
    names = occupation_names()
    form = JobOpeningForm(request.POST or None)
    form.offer("organisation", [(str(own.pk), own.name) for own in organisations])
    form.offer("occupation", [(key, names[key]) for key in (*TARGETS, *shipped_table().origins)])
    if request.method == "POST" and attempt(
        form,
        lambda: publish_opening(
            person, number_named(form.cleaned_data["organisation"]), _terms(form), now_ms()
        ),
    ):
        messages.success(request, message_now("page.openings.published"))
        return redirect("openings")
    return _page(request, form, "", 422 if form.errors else 200)


def end(request: HttpRequest, number: int) -> HttpResponse:
    """End an opening of one of my organisations."""
    try:
        end_opening(get_person(request), number, now_ms())
    except Refusal as refusal:
        return _refused(request, refusal)
    messages.success(request, message_now("page.openings.ended_now"))
    return redirect("openings")


def take_down(request: HttpRequest, number: int) -> HttpResponse:
    """Take a client's opening down, for a reason of the list."""
    reason, evidence = request.POST.get("reason", ""), request.POST.get("evidence", "")
    try:
        take_down_opening(number, get_person(request), reason, evidence, now_ms())
    except Refusal as refusal:
        return _refused(request, refusal)
    messages.success(request, message_now("page.openings.take_down_now"))
    return redirect("openings")


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Show the page with what was refused; what does not exist is not found."""
    if isinstance(refusal, Missing):
        raise refusal
    text = words_of(refusal)
    return _page(request, None, f"{text.title}. {text.detail}", 422)


def _page(
    request: HttpRequest, form: JobOpeningForm | None, problem: str, status: int
) -> HttpResponse:
    person = get_person(request)
    today = day_of_openings(now_ms())
    own = organisations_of(person)
    own_ids = {organisation.pk for organisation in own}
    is_operator = Role.OPERATOR in roles_anywhere(request)
    others = [row for row in open_openings(today) if row.organisation_id not in own_ids]
    is_french = two_sided() == "fr"
    context = {
        "form": form,
        "problem": problem,
        "organisations": own,
        "lines": [opening_view(row) for row in openings_of(own_ids)],
        "others": [opening_view(row) for row in others] if is_operator else [],
        "reasons": [
            (reason, reason_in_words(reason).fr if is_french else reason_in_words(reason).en)
            for reason in REASONS
        ],
        "today": today,
    }
    return render(request, "pathways/openings.html", context, status=status)


def _terms(form: JobOpeningForm) -> OpeningTerms:
    fields = form.cleaned_data
    low = micro_of(fields["low"]) or 0
    return OpeningTerms(
        occupation=fields["occupation"],
        title_en=fields["title_en"],
        title_fr=fields["title_fr"],
        text_en=fields["text_en"],
        text_fr=fields["text_fr"],
        place=fields["place"],
        low_micro=low,
        high_micro=micro_of(fields["high"]) or low,
        currency=fields["currency"],
        per=fields["per"],
        hours_week=fields["hours_week"],
        apply_to=fields["apply_to"],
        until=fields["until"],
    )
