"""The forms of how many are asked, who, with which checks, and for which panel.

They read text into values; whether a value may be is decided by the action that takes it.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from canut.actions.integrations.panels import CODE_LENGTH, URL_LENGTH, PanelIn
from canut.actions.quality.gold import MOST_AT_ONCE, MOST_PER_MILLE, WHY_LENGTH
from canut.actions.work.eligibility import MOST_A_DAY, MOST_A_PERSON, EligibilityRules
from canut.actions.work.overlap import OVERLAP_LIMIT
from canut.core.quality.allocation.overlap import LEAST, MOST
from canut.store.models import Project
from canut.store.tables.integrations import PanelLink
from canut.store.tables.work import Eligibility
from canut.web.kit.forms import SELECT, PlainForm, number, words

PER_CENT = 10  # thousandths in one of a hundred


class AskingForm(PlainForm):
    """The same number of people for every task, or as many as its label needs."""

    how = forms.ChoiceField(
        label=_("How many people answer a task"),
        choices=(
            ("fixed", _("the same number for each")),
            ("sure", _("as many as it takes to be sure")),
        ),
        widget=forms.RadioSelect(attrs={"class": "radio"}),
    )
    overlap = number(_("The same number"), 1, OVERLAP_LIMIT, required=False)
    least = number(_("Until sure: at least"), LEAST, MOST, required=False)
    most = number(_("Until sure: up to"), LEAST, MOST, required=False)

    def clean(self) -> dict[str, Any]:
        """See that the numbers of the way chosen are there."""
        given = super().clean() or {}
        needed = ("overlap",) if given.get("how") == "fixed" else ("least", "most")
        for name in needed:
            if given.get(name) is None and name not in self.errors:
                self.add_error(name, _("Write a number here."))
        return given

    def least_asked(self) -> int:
        """Return how many answers a task gets, or gets at least."""
        given = self.cleaned_data
        return int(given["overlap"] if given["how"] == "fixed" else given["least"])

    def most_asked(self) -> int | None:
        """Return how many it gets at most; None where all get the same."""
        given = self.cleaned_data
        return None if given["how"] == "fixed" else int(given["most"])


class FirstForm(PlainForm):
    """Tasks to do before all others, or in their usual place again."""

    named = words(
        _("Keys of tasks, one a line"),
        _("As in the first column of an export."),
        area=True,
        max_length=20_000,
    )
    place = forms.ChoiceField(
        label=_("When"),
        choices=(("first", _("before all others")), ("usual", _("in their usual place"))),
        initial="first",
        widget=forms.RadioSelect(attrs={"class": "radio"}),
    )

    def keys(self) -> list[str]:
        """Return the keys that were written."""
        return str(self.cleaned_data["named"]).splitlines()

    def is_first(self) -> bool:
        """Say whether they come before all others."""
        return bool(self.cleaned_data["place"] == "first")


class VoiceForm(PlainForm):
    """Whether what models said counts as one voice in the running label."""

    voice = forms.ChoiceField(
        label=_("What a model said"),
        choices=(
            ("none", _("is kept beside the label, without a voice")),
            ("one", _("counts as one voice in the label, beside the people")),
        ),
        widget=forms.RadioSelect(attrs={"class": "radio"}),
    )

    def is_on(self) -> bool:
        """Say whether models have a voice."""
        return bool(self.cleaned_data["voice"] == "one")


class GoldForm(PlainForm):
    """A reviewed task that becomes a check."""

    key = words(_("Key of the task"), max_length=200)
    label = words(_("What is right"), max_length=400)
    why = words(
        _("Why, optional"),
        _("Read by whoever answered, afterwards."),
        required=False,
        max_length=WHY_LENGTH,
    )

    def said(self) -> tuple[str, str]:
        """Return what is right, and why."""
        return self.cleaned_data["label"].strip(), self.cleaned_data["why"]


class CorrectForm(PlainForm):
    """A check whose known answer was wrong."""

    key = words(_("Key of the check"), max_length=200)
    label = words(
        _("What is right"),
        _("Left empty, the task is gold no longer and is asked like any other."),
        required=False,
        max_length=400,
    )
    reason = words(_("What was wrong"), max_length=WHY_LENGTH)

    def said(self) -> tuple[str, str]:
        """Return what is right, and what was wrong."""
        return self.cleaned_data["label"].strip(), self.cleaned_data["reason"]


class FromImportForm(PlainForm):
    """How many tasks with a known answer become gold."""

    wanted = number(_("How many become gold"), 1, MOST_AT_ONCE)

    def count(self) -> int:
        """Return how many."""
        return int(self.cleaned_data["wanted"])


class AuditForm(PlainForm):
    """How many closed tasks in a thousand are asked once more."""

    share = number(_("Closed tasks asked once more, in a thousand"), 0, MOST_PER_MILLE)

    def per_mille(self) -> int:
        """Return how many in a thousand."""
        return int(self.cleaned_data["share"])


class LanguagesForm(PlainForm):
    """The languages somebody works in."""

    given = words(
        _("Languages I work in"),
        _("Codes of two letters, separated by commas: fr, en."),
        max_length=120,
        required=False,
    )

    def languages(self) -> tuple[str, ...]:
        """Return the codes that were written."""
        return codes(self.cleaned_data["given"])


def codes(text: str) -> tuple[str, ...]:
    """Read codes of languages, separated by commas or spaces."""
    return tuple(dict.fromkeys(text.replace(",", " ").lower().split()))


class WhoForm(PlainForm):
    """Who may work in a project, and how much one person gets."""

    given = words(
        _("Languages, any of these"),
        _("Codes of two letters, separated by commas: fr, en. Empty: any."),
        max_length=120,
        required=False,
    )
    earned_in = forms.ChoiceField(
        label=_("Score earned at the gold tasks of"),
        required=False,
        widget=forms.Select(attrs=dict(SELECT)),
    )
    at_least = number(
        _("Right, in a hundred, surely"),
        0,
        99,
        _("The low end of the 95 % interval counts, so a few lucky answers are not enough."),
        required=False,
    )
    team_of = forms.ChoiceField(
        label=_("Only the people of"), required=False, widget=forms.Select(attrs=dict(SELECT))
    )
    place = words(
        _("Place, only where a law asks for it"),
        _("How its code begins: CA, CA-QC, FR."),
        max_length=12,
        required=False,
    )
    legal_reason = words(
        _("The law that asks for it"),
        _("Kept, and read by whoever may not work because of it."),
        max_length=400,
        required=False,
    )
    a_person = number(_("Tasks for one person, at most"), 1, MOST_A_PERSON, required=False)
    a_day = number(_("Tasks for one person in 24 hours, at most"), 1, MOST_A_DAY, required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        others: Sequence[Project],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self._others = {str(one.pk): one for one in others}
        named = [(key, one.title) for key, one in self._others.items()]
        self.offer("earned_in", [("", _("no score asked for")), *named])
        self.offer("team_of", [("", _("everybody invited")), *named])

    @staticmethod
    def of(project: Project, kept: Eligibility | None) -> dict[str, Any]:
        """Return what the form shows first."""
        caps = {"a_person": project.tasks_a_person, "a_day": project.tasks_a_day}
        if kept is None:
            return caps
        return caps | {
            "given": ", ".join(kept.languages),
            "earned_in": str(kept.earned_in_id or ""),
            "at_least": kept.at_least // PER_CENT or None,
            "team_of": str(kept.team_of_id or ""),
            "place": kept.place,
            "legal_reason": kept.legal_reason,
        }

    def caps(self) -> tuple[int | None, int | None]:
        """Return the most tasks of one person, in all and in 24 hours."""
        return self.cleaned_data["a_person"], self.cleaned_data["a_day"]

    def asked(self) -> EligibilityRules:
        """Return what is asked of whoever works here."""
        given = self.cleaned_data
        return EligibilityRules(
            languages=codes(given["given"]),
            earned_in=self._others.get(given["earned_in"]),
            at_least=(given["at_least"] or 0) * PER_CENT,
            team_of=self._others.get(given["team_of"]),
            place=given["place"],
            legal_reason=given["legal_reason"],
        )


class PanelForm(PlainForm):
    """A link for a panel: whose people, how they go back, what finishes the work."""

    panel = forms.ChoiceField(
        label=_("Panel"),
        choices=(
            (PanelLink.Panel.PROLIFIC, "Prolific"),
            (PanelLink.Panel.CLOUDRESEARCH, "CloudResearch"),
            (PanelLink.Panel.OTHER, _("another one, such as a university’s")),
        ),
        widget=forms.Select(attrs=dict(SELECT)),
    )
    code = words(_("Completion code"), _("The panel gives it to you."), max_length=CODE_LENGTH)
    return_url = words(
        _("Address to go back to, optional"),
        _("It begins with https. Prolific’s own is known."),
        max_length=URL_LENGTH,
        required=False,
    )
    tasks = number(_("Answers that finish the work"), 1, 10_000)
    people = number(_("People it is for, at most"), 1, 10_000)

    def asked(self) -> PanelIn:
        """Return what was written."""
        given = self.cleaned_data
        return PanelIn(
            given["panel"], given["code"], given["return_url"], given["tasks"], given["people"]
        )
