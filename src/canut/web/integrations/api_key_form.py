"""The form of a new key: which program, what it may do, where, and how long."""

from django import forms
from django.http import QueryDict

from canut.actions.integrations.api_keys import MOST_DAYS, NAME_LENGTH, KeyIn
from canut.store.models import Organisation, Project, Role
from canut.web.kit.forms import SELECT, PlainForm, words
from canut.web.kit.messages import lazy_message


class KeyForm(PlainForm):
    """A key; a program that runs the instance is let in by the command alone."""

    name = words(lazy_message("form.api_key_form.what_the_program"), max_length=NAME_LENGTH)
    role = forms.ChoiceField(
        label=lazy_message("common.role"),
        choices=(
            (Role.REQUESTER, lazy_message("form.api_key_form.request_change_projects_take")),
            (Role.WORKER, lazy_message("common.work_answer_tasks")),
            (Role.REVIEWER, lazy_message("common.review_read_the_results")),
            (Role.AUDITOR, lazy_message("common.audit_read_everything")),
        ),
        widget=forms.Select(attrs=dict(SELECT)),
    )
    place = forms.ChoiceField(
        label=lazy_message("form.api_key_form.where"), widget=forms.Select(attrs=dict(SELECT))
    )
    days = forms.IntegerField(
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
            **{f"o{one.pk}": one for one in organisations},
            **{f"p{one.pk}": one for one in projects},
        }
        named = [
            *((f"o{one.pk}", one.name) for one in organisations),
            *((f"p{one.pk}", one.title) for one in projects),
        ]
        self.offer("place", named)

    def wanted(self) -> KeyIn:
        """Return the key that is asked for."""
        place = self._places[self.cleaned_data["place"]]
        return KeyIn(
            self.cleaned_data["name"],
            Role(self.cleaned_data["role"]),
            self.cleaned_data["days"],
            organisation=place if isinstance(place, Organisation) else None,
            project=place if isinstance(place, Project) else None,
        )
