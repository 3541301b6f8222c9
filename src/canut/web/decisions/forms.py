"""The forms of decisions and appeals: reasons, evidence, words, and how an appeal ends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from canut.actions.decisions.appeals import WORDS_LENGTH
from canut.actions.decisions.automated_systems import WHY_LENGTH
from canut.actions.decisions.rejections import EVIDENCE_LENGTH
from canut.actions.decisions.sanctions import MOST_DAILY, MOST_DAYS
from canut.web.kit.forms import SELECT, PlainForm, words


class RejectForm(PlainForm):
    """Why an answer is not accepted, and what shows it."""

    code = forms.ChoiceField(label=_("Reason, of the list in force"), widget=forms.RadioSelect())
    evidence = words(
        _("What shows it"),
        _("In your words; the person reads it."),
        area=True,
        max_length=EVIDENCE_LENGTH,
    )


class LimitForm(RejectForm):
    """What somebody's work is limited to, why, and for how long."""

    kind = forms.ChoiceField(
        label=_("Limit"),
        choices=(
            ("restriction", _("restrict: so many tasks a day")),
            ("suspension", _("suspend: no task")),
        ),
        initial="restriction",
        widget=forms.RadioSelect(),
    )
    days = forms.IntegerField(
        label=_("For how many days"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=7,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )
    daily = forms.IntegerField(
        label=_("Tasks a day, where restricted"),
        min_value=1,
        max_value=MOST_DAILY,
        initial=20,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )
    field_order = ("kind", "days", "daily", "code", "evidence")


class AppealForm(PlainForm):
    """Why somebody objects to a decision, and what it rests on wrongly."""

    name = forms.ChoiceField(
        label=_("A fact that is wrong, optional"),
        required=False,
        widget=forms.Select(attrs=dict(SELECT)),
    )
    value = words(_("What it should be"), required=False, max_length=500)
    words = words(_("Why this is not right"), area=True, max_length=WORDS_LENGTH)

    def disputed(self) -> dict[str, str]:
        """Return the disputed fact, if one is named."""
        name = self.cleaned_data.get("name")
        return {str(name): str(self.cleaned_data["value"])} if name else {}


class ReplyForm(PlainForm):
    """How an appeal ends, and why."""

    outcome = forms.ChoiceField(
        label=_("The decision"),
        choices=(
            ("overturned", _("is undone: the person is right")),
            ("upheld", _("stands")),
        ),
        widget=forms.RadioSelect(),
    )
    accepts = forms.BooleanField(
        label=_("What the person says is wrong is to be corrected, although the decision stands"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "check"}),
    )
    words = words(_("Why, in words"), _("The person reads it."), area=True, max_length=WORDS_LENGTH)


class WhyForm(PlainForm):
    """One reason in words."""

    why = words(_("Why"), max_length=WHY_LENGTH)
