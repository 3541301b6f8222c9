"""Form of a project's aims."""

from typing import Any

from django.http import QueryDict

from canut.web.kit.forms import PlainForm, words
from canut.web.kit.messages import lazy_message


class AimsForm(PlainForm):
    """Why the work is requested, what could go wrong, and whose material it is."""

    business = words(
        lazy_message("common.what_it_is_for"),
        lazy_message("form.setup_forms.the_aim_of_whoever"),
        area=True,
        max_length=600,
    )
    social = words(
        lazy_message("common.for_whom"),
        lazy_message("form.setup_forms.who_is_better_off"),
        area=True,
        max_length=600,
    )
    ethical = words(
        lazy_message("common.what_could_go_wrong"),
        lazy_message("form.setup_forms.for_people_and_what"),
        area=True,
        max_length=600,
    )
    whose = words(lazy_message("form.setup_forms.whose_words_images"), max_length=600)
    consent = words(lazy_message("form.setup_forms.with_what_consent"), max_length=600)
    paid = words(lazy_message("form.setup_forms.were_they_paid"), max_length=600)

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["ethical"].error_messages["required"] = lazy_message("form.setup_forms.say_it")
        for name in ("whose", "consent", "paid"):
            self.fields[name].error_messages["required"] = lazy_message(
                "form.setup_forms.write_what_you_know"
            )
