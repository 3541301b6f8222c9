"""Forms of working time: claims, disputes, and decisions about them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict

from canut.store.models import Project
from canut.store.tables.time import Claim
from canut.web.kit.fields import select
from canut.web.kit.forms import PlainForm, words
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import DayField, WholeField

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CLOCK = {"class": "inp", "type": "time"}
WHY = (
    (Claim.Why.PAPER.value, lazy_message("form.time.i_read_on_paper")),
    (Claim.Why.CRASHED.value, lazy_message("form.time.the_page")),
    (Claim.Why.OTHER.value, lazy_message("form.time.something_else")),
)


def clock(label: "StrOrPromise") -> forms.TimeField:
    """Return a field for a time of day."""
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs=dict(CLOCK), format="%H:%M"),
        error_messages={"invalid": lazy_message("form.time.write_an_hour_such")},
    )


class ClaimForm(PlainForm):
    """A claim of time on a day."""

    day = DayField(widget=forms.HiddenInput())
    begin = clock(lazy_message("common.from"))
    end = clock(lazy_message("common.to"))
    project = select(lazy_message("common.project"))
    why = forms.ChoiceField(
        label=lazy_message("form.time.what_happened"), choices=WHY, widget=forms.RadioSelect()
    )
    words = words(lazy_message("form.time.in_a_few_words"), required=False, max_length=2000)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        projects: Sequence[Project],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.offer("project", [(str(project.pk), project.title) for project in projects])


class ContestForm(PlainForm):
    """A disputed part of a day, and the actual working time."""

    day = DayField(widget=forms.HiddenInput())
    project = WholeField(widget=forms.HiddenInput(), required=False)
    begin = clock(lazy_message("form.time.i_was_at_work"))
    end = clock(lazy_message("common.to"))
    words = words(lazy_message("form.time.what_is_not_right"), area=True, max_length=2000)


class ClaimDecisionForm(PlainForm):
    """A decision about a claim, and its reasons."""

    words = words(
        lazy_message("form.time.your_reasons"),
        lazy_message("form.time.the_person_reads_them"),
        area=True,
        required=False,
        max_length=2000,
    )
