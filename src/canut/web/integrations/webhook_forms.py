"""The form of a new webhook; whether its address may be called is decided by the action."""

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from canut.web.integrations.webhook_words import EVENT_WORDS
from canut.web.kit.forms import INPUT, PlainForm

if TYPE_CHECKING:
    from django.http import QueryDict

HOUR_MS = 3_600_000
SINCE = (
    (str(HOUR_MS), _("the last hour")),
    (str(24 * HOUR_MS), _("the last day")),
    (str(7 * 24 * HOUR_MS), _("the last week")),
    (str(30 * 24 * HOUR_MS), _("the last 30 days")),
)


class WebhookForm(PlainForm):
    """Where to tell, of what, and of which projects."""

    url = forms.CharField(
        label=_("Address that is told"),
        help_text=_("It begins with https:// and answers with a status from 200 to 299."),
        max_length=500,
        widget=forms.TextInput(attrs=INPUT | {"type": "url", "placeholder": "https://"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Tell when"),
        choices=EVENT_WORDS,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "check"}),
    )
    for_organisation = forms.BooleanField(
        label=_("For every project of the organisation"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "check"}),
    )

    def __init__(self, data: "QueryDict | None" = None, *, may_speak_for_all: bool) -> None:
        super().__init__(data)
        self.fields["events"].error_messages["required"] = _("Choose at least one.")
        if not may_speak_for_all:
            del self.fields["for_organisation"]
