"""How hard material is to look at, as pages and forms say it in their language.

The words are those of ``core.protection.risks``; what follows from a label is decided there too.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from canut.core.protection.risks import CATEGORIES, SEVERITIES, Bilingual
from canut.store.models import Project
from canut.web.kit.forms import SELECT, PlainForm
from canut.web.kit.languages import is_french


class Risk(NamedTuple):
    """A project's label: 0 to 4, None where nobody said; its kinds; whether agreeing is needed."""

    label: int | None
    words: str
    kinds: list[tuple[str, str]]
    is_asked: bool


def localised(words: Bilingual) -> str:
    """Return words in the page's language."""
    return words.fr if is_french() else words.en


def risk_in_words(project: Project) -> Risk:
    """Describe how hard a project's tasks are to look at."""
    label = project.label
    words = "" if label is None else localised(SEVERITIES[label])
    kinds = [(name, localised(CATEGORIES[name])) for name in project.risk_categories]
    return Risk(label, words, kinds, bool(label and kinds))


class RiskForm(PlainForm):
    """How hard the material is to look at, what it is, and through which sense it comes."""

    severity = forms.ChoiceField(
        label=_("How hard is it to look at?"), widget=forms.RadioSelect(attrs={"class": "radio"})
    )
    categories = forms.MultipleChoiceField(
        label=_("What kind of material, where it is not calm"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "check"}),
    )
    modality = forms.ChoiceField(
        label=_("How people perceive it"),
        choices=(
            ("text", _("text")),
            ("audio", _("sound")),
            ("image", _("pictures")),
            ("video", _("video")),
        ),
        widget=forms.Select(attrs=dict(SELECT)),
    )
    column = forms.ChoiceField(
        label=_("Column that says how hard each task is, optional"),
        help_text=_("A number from 0 to 4 in each row; where it is empty the answer above holds."),
        required=False,
        widget=forms.Select(attrs=dict(SELECT)),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        columns: Sequence[str],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        levels = [(str(n), f"{n}. {localised(words)}") for n, words in enumerate(SEVERITIES)]
        self.offer("severity", levels)
        self.offer("categories", [(name, localised(words)) for name, words in CATEGORIES.items()])
        self.offer("column", [("", _("none")), *((column, column) for column in columns)])
        self.fields["severity"].error_messages["required"] = _(
            "Choose one: people read it before they accept."
        )


class OwnLimitForm(PlainForm):
    """A person's own lower limit of a day."""

    minutes = forms.IntegerField(
        label=_("My own limit in 24 hours"),
        help_text=_("Empty for none of your own. Nobody else sees it; it holds at once."),
        min_value=0,
        required=False,
        widget=forms.NumberInput(attrs={"class": "inp num short"}),
    )
