"""Forms of imports: a new project, and the meaning of its columns."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict

from canut.store.models import Organisation
from canut.web.kit.fields import radio, select
from canut.web.kit.forms import PlainForm, words
from canut.web.kit.messages import lazy_message

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


PRELABEL_COLUMNS = ("label_column", "score_column", "source_column")


class BeginForm(PlainForm):
    """Title and organisation of a new project; its files are read separately."""

    title = words(
        lazy_message("form.imports.name_of_the_project"),
        lazy_message("common.workers_see_it"),
        max_length=120,
        required=False,
    )
    organisation = select(lazy_message("form.imports.in_the_name_of"))

    def __init__(
        self, data: QueryDict | None = None, *, organisations: Sequence[Organisation]
    ) -> None:
        super().__init__(data)
        choices = [(str(o.id), o.name) for o in organisations]
        self.offer("organisation", choices)
        if len(choices) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = choices[0][0]


def column_of_a_model(label: "StrOrPromise") -> forms.ChoiceField:
    """Return a field that selects a column of model output."""
    return select(label, required=False)


class ColumnsForm(PlainForm):
    """Which column is judged, which one identifies the row, which one holds known labels."""

    judged = radio(lazy_message("form.imports.column_to_judge"))
    id_column = select(lazy_message("form.imports.column_that_names_each"), required=False)
    known_column = select(
        lazy_message("form.imports.column_of_known_answers"),
        hint=lazy_message("form.imports.workers_never_see"),
        required=False,
    )
    label_column = column_of_a_model(lazy_message("form.imports.column_of_its_labels"))
    score_column = column_of_a_model(lazy_message("form.imports.column_of_its_scores"))
    source_column = column_of_a_model(lazy_message("form.imports.column_that_names"))
    model = words(lazy_message("form.imports.name_of_the_model"), required=False, max_length=120)
    version = words(lazy_message("form.imports.its_version"), required=False, max_length=60)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        columns: Sequence[str],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        named = [(column, column) for column in columns]
        self.offer("judged", named)
        for name in ("id_column", "known_column", *PRELABEL_COLUMNS):
            self.offer(name, [("", lazy_message("common.none_inline")), *named])

    def prelabels(self) -> list[forms.BoundField]:
        """Return the fields about model pre-labels."""
        return [self[name] for name in (*PRELABEL_COLUMNS, "model", "version")]

    def has_prelabels(self) -> bool:
        """Return whether a pre-label column is selected or invalid."""
        fields = self.prelabels()
        return any(field.errors for field in fields) or bool(self["label_column"].value())
