"""Forms of a project's life cycle: reason of a state change, title of a copy.

They read text into values; whether a value may be is decided by the action that takes it.
"""

from canut.actions.work.project_state import REASON_LENGTH
from canut.web.kit.forms import PlainForm, words
from canut.web.kit.messages import lazy_message


class ReasonForm(PlainForm):
    """Why a project pauses, resumes or ends."""

    reason = words(
        lazy_message("common.why"),
        lazy_message("form.lifecycle_forms.it_stays"),
        max_length=REASON_LENGTH,
    )


class TitleForm(PlainForm):
    """The title of a project's copy."""

    title = words(
        lazy_message("form.lifecycle_forms.name_of_the_copy"),
        lazy_message("common.workers_see_it"),
        max_length=120,
    )
