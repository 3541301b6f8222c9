"""The forms of a project's life: why its state changes, what a copy is called.

They read text into values; whether a value may be is decided by the action that takes it.
"""

from django.utils.translation import gettext_lazy as _

from canut.actions.work.project_state import REASON_LENGTH
from canut.web.kit.forms import PlainForm, words


class ReasonForm(PlainForm):
    """Why a project pauses, goes on or ends."""

    reason = words(
        _("Why"),
        _("It stays in the project’s history, with your name."),
        max_length=REASON_LENGTH,
    )


class TitleForm(PlainForm):
    """What a copy of a project is called."""

    title = words(_("Name of the copy"), _("Workers see it."), max_length=120)
