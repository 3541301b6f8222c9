"""Form of a new webhook; the action decides whether its URL is allowed."""

from typing import TYPE_CHECKING

from django import forms

from canut.core.clock import HOUR_MS
from canut.web.integrations.webhook_words import EVENT_WORDS
from canut.web.kit.fields import tick, ticks
from canut.web.kit.forms import INPUT, PlainForm
from canut.web.kit.messages import lazy_message

if TYPE_CHECKING:
    from django.http import QueryDict

SINCE = (
    (str(HOUR_MS), lazy_message("form.webhook_forms.the_last_hour")),
    (str(24 * HOUR_MS), lazy_message("form.webhook_forms.the_last_day")),
    (str(7 * 24 * HOUR_MS), lazy_message("form.webhook_forms.the_last_week")),
    (str(30 * 24 * HOUR_MS), lazy_message("form.webhook_forms.the_last_30_days")),
)


class WebhookForm(PlainForm):
    """URL, events and scope of a webhook."""

    url = forms.CharField(
        label=lazy_message("form.webhook_forms.address_that_is_told"),
        help_text=lazy_message("form.webhook_forms.it_begins_with_https"),
        max_length=500,
        widget=forms.TextInput(attrs=INPUT | {"type": "url", "placeholder": "https://"}),
    )
    events = ticks(lazy_message("form.webhook_forms.tell_when"), EVENT_WORDS)
    for_organisation = tick(lazy_message("form.webhook_forms.for_every_project"))

    def __init__(self, data: "QueryDict | None" = None, *, may_speak_for_all: bool) -> None:
        super().__init__(data)
        self.fields["events"].error_messages["required"] = lazy_message(
            "form.webhook_forms.choose_at_least_one"
        )
        if not may_speak_for_all:
            del self.fields["for_organisation"]
