"""Forms of answer collection: overlap, priority, eligibility, checks, panels.

They read text into values; whether a value may be is decided by the action that takes it.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from canut.actions.integrations.panels import CODE_LENGTH, URL_LENGTH, PanelIn
from canut.actions.quality.gold import MOST_AT_ONCE, MOST_PER_MILLE, WHY_LENGTH
from canut.actions.work.eligibility import MOST_A_DAY, MOST_A_PERSON, EligibilityRules
from canut.actions.work.overlap import SURVEY_LIMIT
from canut.core.quality.allocation.overlap import LEAST, MOST
from canut.store.models import Project
from canut.store.tables.integrations import PanelLink
from canut.store.tables.work import Eligibility, Qualification
from canut.web.kit.fields import radio, select
from canut.web.kit.forms import PlainForm, number, words
from canut.web.kit.messages import lazy_message

PER_CENT = 10  # thousandths in one of a hundred


class AskingForm(PlainForm):
    """The same overlap for all tasks, or as many answers as each label needs."""

    how = radio(
        lazy_message("form.collection_forms.how_many_people_answer"),
        (
            ("fixed", lazy_message("form.collection_forms.the_same_number_for_each")),
            ("sure", lazy_message("form.collection_forms.as_many")),
        ),
    )
    overlap = number(
        lazy_message("form.collection_forms.the_same_number"), 1, SURVEY_LIMIT, required=False
    )
    least = number(
        lazy_message("form.collection_forms.until_sure_at_least"), LEAST, MOST, required=False
    )
    most = number(
        lazy_message("form.collection_forms.until_sure_up_to"), LEAST, MOST, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Require the numbers of the selected mode."""
        data = super().clean() or {}
        needed = ("overlap",) if data.get("how") == "fixed" else ("least", "most")
        for name in needed:
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, lazy_message("form.collection_forms.write_a_number_here"))
        return data

    def least_asked(self) -> int:
        """Return the minimum number of answers per task."""
        data = self.cleaned_data
        return int(data["overlap"] if data["how"] == "fixed" else data["least"])

    def most_asked(self) -> int | None:
        """Return the maximum number of answers; None if all tasks get the same."""
        data = self.cleaned_data
        return None if data["how"] == "fixed" else int(data["most"])


class FirstForm(PlainForm):
    """Tasks to answer first, or to put back in the usual order."""

    named = words(
        lazy_message("form.collection_forms.keys_of_tasks_one"),
        lazy_message("form.collection_forms.as_in_the_first"),
        area=True,
        max_length=20_000,
    )
    place = radio(
        lazy_message("common.when"),
        (
            ("first", lazy_message("form.collection_forms.before_all_others")),
            ("usual", lazy_message("form.collection_forms.in_their_usual_place")),
        ),
        initial="first",
    )

    def keys(self) -> list[str]:
        """Return the submitted keys."""
        return str(self.cleaned_data["named"]).splitlines()

    def is_first(self) -> bool:
        """Return whether the tasks come first."""
        return bool(self.cleaned_data["place"] == "first")


class VoiceForm(PlainForm):
    """Whether pre-labels count as one vote in the running consensus."""

    voice = radio(
        lazy_message("common.what_a_model_said"),
        (
            ("none", lazy_message("form.collection_forms.is_kept_beside")),
            ("one", lazy_message("form.collection_forms.counts_as_one_voice")),
        ),
    )

    def is_on(self) -> bool:
        """Return whether models have a vote."""
        return bool(self.cleaned_data["voice"] == "one")


class GoldForm(PlainForm):
    """A reviewed task that becomes a gold check."""

    key = words(lazy_message("form.collection_forms.key_of_the_task"), max_length=200)
    label = words(lazy_message("common.what_is_right"), max_length=400)
    why = words(
        lazy_message("common.why_optional"),
        lazy_message("form.collection_forms.read_by_whoever_answered"),
        required=False,
        max_length=WHY_LENGTH,
    )

    def said(self) -> tuple[str, str]:
        """Return the right label, and why."""
        return self.cleaned_data["label"].strip(), self.cleaned_data["why"]


class CorrectForm(PlainForm):
    """A gold check whose known label was wrong."""

    key = words(lazy_message("form.collection_forms.key_of_the_check"), max_length=200)
    label = words(
        lazy_message("common.what_is_right"),
        lazy_message("form.collection_forms.left_empty_the_task"),
        required=False,
        max_length=400,
    )
    reason = words(lazy_message("form.collection_forms.what_was_wrong"), max_length=WHY_LENGTH)

    def said(self) -> tuple[str, str]:
        """Return the right label, and what was wrong."""
        return self.cleaned_data["label"].strip(), self.cleaned_data["reason"]


class FromImportForm(PlainForm):
    """How many tasks with a known label become gold."""

    wanted = number(lazy_message("form.collection_forms.how_many_become_gold"), 1, MOST_AT_ONCE)

    def count(self) -> int:
        """Return the number of tasks."""
        return int(self.cleaned_data["wanted"])


class AuditForm(PlainForm):
    """The share of closed tasks to audit, per thousand."""

    share = number(lazy_message("form.collection_forms.closed_tasks_asked_once"), 0, MOST_PER_MILLE)

    def per_mille(self) -> int:
        """Return the share per thousand."""
        return int(self.cleaned_data["share"])


class LanguagesForm(PlainForm):
    """The languages a person works in."""

    given = words(
        lazy_message("form.collection_forms.languages_i_work_in"),
        lazy_message("form.collection_forms.codes_of_two_letters"),
        max_length=120,
        required=False,
    )

    def languages(self) -> tuple[str, ...]:
        """Return the submitted language codes."""
        return codes(self.cleaned_data["given"])


def codes(text: str) -> tuple[str, ...]:
    """Parse language codes, separated by commas or spaces."""
    return tuple(dict.fromkeys(text.replace(",", " ").lower().split()))


class WhoForm(PlainForm):
    """Who may work in a project, and the limits per person."""

    given = words(
        lazy_message("form.collection_forms.languages_any_of_these"),
        lazy_message("form.collection_forms.codes_of_two_letters_separated"),
        max_length=120,
        required=False,
    )
    earned_in = select(lazy_message("form.collection_forms.score_earned"), required=False)
    at_least = number(
        lazy_message("form.collection_forms.right_in_a_hundred"),
        0,
        99,
        lazy_message("form.collection_forms.the_low_end"),
        required=False,
    )
    team_of = select(lazy_message("form.collection_forms.only_the_people_of"), required=False)
    qualification = select(
        lazy_message("form.collection_forms.qualification"),
        hint=lazy_message("form.collection_forms.qualification_hint"),
        required=False,
    )
    place = words(
        lazy_message("form.collection_forms.place_only_where"),
        lazy_message("form.collection_forms.how_its_code_begins"),
        max_length=12,
        required=False,
    )
    legal_reason = words(
        lazy_message("form.collection_forms.the_law_that_asks"),
        lazy_message("form.collection_forms.kept_and_read"),
        max_length=400,
        required=False,
    )
    a_person = number(
        lazy_message("form.collection_forms.tasks_for_one_person"), 1, MOST_A_PERSON, required=False
    )
    a_day = number(
        lazy_message("form.collection_forms.tasks_for_one_person_in_24"),
        1,
        MOST_A_DAY,
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        others: Sequence[Project],
        qualifications: Sequence[Qualification] = (),
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self._others = {str(project.pk): project for project in others}
        self._qualifications = {str(own.pk): own for own in qualifications}
        self.offer(
            "qualification",
            [
                ("", lazy_message("form.collection_forms.no_qualification")),
                *((key, own.name) for key, own in self._qualifications.items()),
            ],
        )
        named = [(key, project.title) for key, project in self._others.items()]
        self.offer(
            "earned_in", [("", lazy_message("form.collection_forms.no_score_asked_for")), *named]
        )
        self.offer(
            "team_of", [("", lazy_message("form.collection_forms.everybody_invited")), *named]
        )

    @staticmethod
    def of(project: Project, stored: Eligibility | None) -> dict[str, Any]:
        """Return the initial values of the form."""
        caps = {"a_person": project.tasks_a_person, "a_day": project.tasks_a_day}
        if stored is None:
            return caps
        return caps | {
            "given": ", ".join(stored.languages),
            "earned_in": str(stored.earned_in_id or ""),
            "at_least": stored.at_least // PER_CENT or None,
            "team_of": str(stored.team_of_id or ""),
            "qualification": str(stored.qualification_id or ""),
            "place": stored.place,
            "legal_reason": stored.legal_reason,
        }

    def caps(self) -> tuple[int | None, int | None]:
        """Return the maximum tasks per person, in total and in 24 hours."""
        return self.cleaned_data["a_person"], self.cleaned_data["a_day"]

    def asked(self) -> EligibilityRules:
        """Return the submitted eligibility."""
        data = self.cleaned_data
        return EligibilityRules(
            languages=codes(data["given"]),
            earned_in=self._others.get(data["earned_in"]),
            at_least=(data["at_least"] or 0) * PER_CENT,
            team_of=self._others.get(data["team_of"]),
            place=data["place"],
            legal_reason=data["legal_reason"],
            qualification=self._qualifications.get(data["qualification"]),
        )


class SubmissionsForm(PlainForm):
    """The export of a panel's submissions, read once and not stored."""

    file = forms.FileField(
        label=lazy_message("form.collection_forms.submissions"),
        help_text=lazy_message("form.collection_forms.submissions_hint"),
        required=False,
        widget=forms.FileInput(attrs={"class": "inp", "accept": ".csv,text/csv"}),
    )


class PanelForm(PlainForm):
    """A panel link: which panel, its return URL, and what completes the work."""

    panel = select(
        lazy_message("form.collection_forms.panel"),
        (
            (PanelLink.Panel.PROLIFIC, "Prolific"),
            (PanelLink.Panel.CLOUDRESEARCH, "CloudResearch"),
            (PanelLink.Panel.OTHER, lazy_message("form.collection_forms.another_one_such")),
        ),
    )
    code = words(
        lazy_message("form.collection_forms.completion_code"),
        lazy_message("form.collection_forms.the_panel_gives"),
        max_length=CODE_LENGTH,
    )
    return_url = words(
        lazy_message("form.collection_forms.address_to_go_back"),
        lazy_message("form.collection_forms.it_begins_with_https"),
        max_length=URL_LENGTH,
        required=False,
    )
    tasks = number(lazy_message("form.collection_forms.answers_that_finish"), 1, 10_000)
    people = number(lazy_message("common.people_it"), 1, 10_000)

    def asked(self) -> PanelIn:
        """Return the submitted panel link."""
        data = self.cleaned_data
        return PanelIn(
            data["panel"], data["code"], data["return_url"], data["tasks"], data["people"]
        )
