"""The form of a new key: which program, what it may do, where, and how long."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from canut.actions.integrations.api_keys import MOST_DAYS, NAME_LENGTH, KeyIn
from canut.store.models import Organisation, Project, Role
from canut.web.kit.forms import SELECT, PlainForm, words


class KeyForm(PlainForm):
    """A key; a program that runs the instance is let in by the command alone."""

    name = words(_("What the program is called"), max_length=NAME_LENGTH)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=(
            (Role.REQUESTER, _("request: change projects, take results out")),
            (Role.WORKER, _("work: answer tasks")),
            (Role.REVIEWER, _("review: read the results")),
            (Role.AUDITOR, _("audit: read everything")),
        ),
        widget=forms.Select(attrs=dict(SELECT)),
    )
    place = forms.ChoiceField(label=_("Where"), widget=forms.Select(attrs=dict(SELECT)))
    days = forms.IntegerField(
        label=_("Days it works"),
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
