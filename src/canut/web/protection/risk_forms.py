"""Risk levels in the page's language, and the forms about them.

The words are those of ``core.protection.risks``; what follows from a label is decided there too.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict

from canut.core.bilingual import Bilingual
from canut.core.protection.risks import CATEGORIES, SEVERITIES
from canut.store.models import Project
from canut.web.kit.fields import radio, select, ticks
from canut.web.kit.forms import PlainForm
from canut.web.kit.languages import is_french
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import WholeField


class Risk(NamedTuple):
    """A project's risk: level 0 to 4 or None, categories, and whether consent is required."""

    label: int | None
    words: str
    kinds: list[tuple[str, str]]
    is_asked: bool


def localised(words: Bilingual) -> str:
    """Return a text in the page's language."""
    return words.fr if is_french() else words.en


def risk_in_words(project: Project) -> Risk:
    """Describe how hard a project's tasks are to look at."""
    label = project.label
    words = "" if label is None else localised(SEVERITIES[label])
    kinds = [(name, localised(CATEGORIES[name])) for name in project.risk_categories]
    return Risk(label, words, kinds, bool(label and kinds))


class RiskForm(PlainForm):
    """The risk level of the material, its categories and its modality."""

    severity = radio(lazy_message("form.risk_forms.how_hard"))
    categories = ticks(lazy_message("form.risk_forms.what_kind_of_material"), required=False)
    modality = select(
        lazy_message("form.risk_forms.how_people_perceive_it"),
        (
            ("text", lazy_message("form.risk_forms.text")),
            ("audio", lazy_message("form.risk_forms.sound")),
            ("image", lazy_message("form.risk_forms.pictures")),
            ("video", lazy_message("form.risk_forms.video")),
        ),
    )
    column = select(
        lazy_message("form.risk_forms.column_that_says_how"),
        hint=lazy_message("form.risk_forms.a_number_from_0"),
        required=False,
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
        self.offer(
            "column",
            [("", lazy_message("common.none_inline")), *((column, column) for column in columns)],
        )
        self.fields["severity"].error_messages["required"] = lazy_message(
            "form.risk_forms.choose_one_people_read"
        )


class OwnLimitForm(PlainForm):
    """A person's own lower daily limit."""

    minutes = WholeField(
        label=lazy_message("form.risk_forms.my_own_limit"),
        help_text=lazy_message("form.risk_forms.empty_for_none"),
        min_value=0,
        required=False,
        widget=forms.NumberInput(attrs={"class": "inp num short"}),
    )
