"""Forms of decisions and appeals: reasons, evidence, text, outcome."""

from django import forms

from canut.actions.decisions.appeals import WORDS_LENGTH
from canut.actions.decisions.automated_systems import WHY_LENGTH
from canut.actions.decisions.rejections import EVIDENCE_LENGTH
from canut.actions.decisions.sanctions import MOST_DAILY, MOST_DAYS
from canut.core.decisions.evidence import LEAST_LENGTH
from canut.web.kit.fields import select, tick
from canut.web.kit.forms import PlainForm, words
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import DayField, WholeField


class RejectForm(PlainForm):
    """Why an answer is rejected, with the evidence."""

    code = forms.ChoiceField(
        label=lazy_message("form.decisions.reason_of_the_list"), widget=forms.RadioSelect()
    )
    evidence = words(
        lazy_message("form.decisions.what_shows_it"),
        lazy_message("form.decisions.in_your_words", n=LEAST_LENGTH),
        area=True,
        max_length=EVIDENCE_LENGTH,
    )


class LimitForm(RejectForm):
    """A restriction or suspension: what, why, and for how long."""

    kind = forms.ChoiceField(
        label=lazy_message("common.limit"),
        choices=(
            ("restriction", lazy_message("form.decisions.restrict_so_many_tasks")),
            ("suspension", lazy_message("form.decisions.suspend_no_task")),
        ),
        initial="restriction",
        widget=forms.RadioSelect(),
    )
    days = WholeField(
        label=lazy_message("form.decisions.for_how_many_days"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=7,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )
    daily = WholeField(
        label=lazy_message("form.decisions.tasks_a_day_where"),
        min_value=1,
        max_value=MOST_DAILY,
        initial=20,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )
    fact_day = DayField(
        label=lazy_message("form.decisions.last_day_it_happened"),
        help_text=lazy_message("form.decisions.empty_is_the_last_answer"),
        required=False,
        widget=forms.DateInput(attrs={"class": "inp num", "type": "date"}),
    )
    field_order = ("kind", "days", "daily", "code", "fact_day", "evidence")


class AppealForm(PlainForm):
    """Why a person appeals a decision, and which fact is wrong."""

    name = select(lazy_message("common.a_fact"), required=False)
    value = words(lazy_message("common.what_it_should_be"), required=False, max_length=500)
    words = words(lazy_message("common.why_this"), area=True, max_length=WORDS_LENGTH)

    def disputed(self) -> dict[str, str]:
        """Return the disputed fact, if any."""
        name = self.cleaned_data.get("name")
        return {str(name): str(self.cleaned_data["value"])} if name else {}


class ReplyForm(PlainForm):
    """The outcome of an appeal and its reasons."""

    outcome = forms.ChoiceField(
        label=lazy_message("form.decisions.the_decision"),
        choices=(
            ("overturned", lazy_message("form.decisions.is_undone_the_person")),
            ("upheld", lazy_message("common.stands")),
        ),
        widget=forms.RadioSelect(),
    )
    accepts = tick(lazy_message("form.decisions.what_the_person_says"))
    words = words(
        lazy_message("form.decisions.why_in_words"),
        lazy_message("form.decisions.the_person_reads_it"),
        area=True,
        max_length=WORDS_LENGTH,
    )


class WhyForm(PlainForm):
    """A reason as free text."""

    why = words(lazy_message("common.why"), max_length=WHY_LENGTH)
