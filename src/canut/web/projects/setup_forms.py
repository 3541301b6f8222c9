"""."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from canut.web.kit.forms import PlainForm, words


class AimsForm(PlainForm):
    """Why the work is asked for, what could go wrong, and whose material it is."""

    business = words(_("What it is for"), _("The aim of whoever pays."), area=True, max_length=600)
    social = words(
        _("For whom"), _("Who is better off, beyond whoever pays."), area=True, max_length=600
    )
    ethical = words(
        _("What could go wrong"),
        _("For people, and what is done about it."),
        area=True,
        max_length=600,
    )
    whose = words(_("Whose words, images or gestures are they?"), max_length=600)
    consent = words(_("With what consent?"), max_length=600)
    paid = words(_("Were they paid for it?"), max_length=600)

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["ethical"].error_messages["required"] = _(
            "Say it in a sentence, or “nothing known”. People read it before they accept."
        )
        for name in ("whose", "consent", "paid"):
            self.fields[name].error_messages["required"] = _(
                "Write what you know, or “unknown”: it is allowed and will be shown."
            )
