"""Form of a new API key: name, role, scope and duration."""

from django import forms
from django.http import QueryDict

from canut.actions.integrations.api_keys import MOST_DAYS, NAME_LENGTH, KeyIn
from canut.store.models import Organisation, Project, Role
from canut.web.kit.fields import select
from canut.web.kit.forms import PlainForm, words
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import WholeField


class KeyForm(PlainForm):
    """A new key; keys that run the instance are made by the command only."""

    name = words(lazy_message("form.api_key_form.what_the_program"), max_length=NAME_LENGTH)
    role = select(
        lazy_message("common.role"),
        (
            (Role.REQUESTER, lazy_message("form.api_key_form.request_change_projects_take")),
            (Role.WORKER, lazy_message("common.work_answer_tasks")),
            (Role.REVIEWER, lazy_message("common.review_read_the_results")),
            (Role.AUDITOR, lazy_message("common.audit_read_everything")),
        ),
    )
    place = select(lazy_message("form.api_key_form.where"))
    days = WholeField(
        label=lazy_message("form.api_key_form.days_it_works"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=90,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        organisations: list[Organisation],
        projects: list[Project],
    ) -> None:
        super().__init__(data)
        self._places: dict[str, Organisation | Project] = {
            **{f"o{target.pk}": target for target in organisations},
            **{f"p{target.pk}": target for target in projects},
        }
        named = [
            *((f"o{target.pk}", target.name) for target in organisations),
            *((f"p{target.pk}", target.title) for target in projects),
        ]
        self.offer("place", named)

    def wanted(self) -> KeyIn:
        """Return the requested key."""
        target = self._places[self.cleaned_data["place"]]
        return KeyIn(
            self.cleaned_data["name"],
            Role(self.cleaned_data["role"]),
            self.cleaned_data["days"],
            organisation=target if isinstance(target, Organisation) else None,
            project=target if isinstance(target, Project) else None,
        )
