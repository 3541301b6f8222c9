"""The forms about one's own time: adding some, saying that some is not right, deciding on it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from canut.store.models import Project
from canut.store.tables.time import Claim
from canut.web.kit.forms import SELECT, PlainForm, words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CLOCK = {"class": "inp", "type": "time"}
WHY = (
    (Claim.Why.PAPER.value, _("I read on paper, or prepared the work")),
    (Claim.Why.CRASHED.value, _("The page or the network crashed")),
    (Claim.Why.OTHER.value, _("Something else")),
)


def clock(label: "StrOrPromise") -> forms.TimeField:
    """Make a field for an hour of the day."""
    return forms.TimeField(
        label=label,
        widget=forms.TimeInput(attrs=dict(CLOCK), format="%H:%M"),
        error_messages={"invalid": _("Write an hour such as 14:05.")},
    )


class ClaimForm(PlainForm):
    """Time to add to a day."""

    day = forms.DateField(widget=forms.HiddenInput())
    begin = clock(_("From"))
    end = clock(_("To"))
    project = forms.ChoiceField(label=_("Project"), widget=forms.Select(attrs=dict(SELECT)))
    why = forms.ChoiceField(label=_("What happened"), choices=WHY, widget=forms.RadioSelect())
    words = words(_("In a few words, optional"), required=False, max_length=2000)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        projects: Sequence[Project],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.offer("project", [(str(one.pk), one.title) for one in projects])


class ContestForm(PlainForm):
    """What is not right on a day, and from when to when one was at work."""

    day = forms.DateField(widget=forms.HiddenInput())
    project = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    begin = clock(_("I was at work from"))
    end = clock(_("To"))
    words = words(_("What is not right"), area=True, max_length=2000)


class ClaimDecisionForm(PlainForm):
    """What somebody decides on time that waits, and why."""

    words = words(
        _("Your reasons"),
        _("The person reads them, with your name. To refuse, they are needed."),
        area=True,
        required=False,
        max_length=2000,
    )
