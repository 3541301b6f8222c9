"""The form of how a project is reviewed: by whom, how much of it, at which price."""

from django import forms
from django.utils.translation import gettext_lazy

from canut.actions.quality.reviews import RuleIn
from canut.core.errors import BadInput
from canut.core.pay.price import LONGEST_TASK_MS
from canut.store.tables.quality import ReviewRule
from canut.web.kit.forms import SELECT, PlainForm, amount, micro_of
from canut.web.kit.refusals import words_of


class RuleForm(PlainForm):
    """How a project is reviewed."""

    second = forms.ChoiceField(
        label=gettext_lazy("A second person"),
        help_text=gettext_lazy(
            "Looks without seeing what the first decided. A third settles differences."
        ),
        choices=(
            (ReviewRule.Second.NONE, gettext_lazy("never")),
            (ReviewRule.Second.CHANGE, gettext_lazy("when the first changes the label")),
            (ReviewRule.Second.ALWAYS, gettext_lazy("always")),
        ),
        widget=forms.Select(attrs=dict(SELECT)),
    )
    below = forms.IntegerField(
        label=gettext_lazy("Look at labels less sure than, in %"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )
    price = amount(
        gettext_lazy("Price of a review, optional"),
        gettext_lazy("Time is measured, and never paid below the floor, whatever the price."),
    )
    share = forms.IntegerField(
        label=gettext_lazy("Tasks you expect to be reviewed, in %"),
        help_text=gettext_lazy("Money for so many is locked first; what is over is freed."),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )
    seconds = forms.IntegerField(
        label=gettext_lazy("Time of a review, in seconds, optional"),
        help_text=gettext_lazy("Empty: twice the time of a task, until ten reviews are measured."),
        required=False,
        min_value=1,
        max_value=LONGEST_TASK_MS // 1000,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )

    def clean_price(self) -> int:
        """Read the price of a review; 0 where only time is paid."""
        try:
            return micro_of(self.cleaned_data["price"]) or 0
        except BadInput as refusal:
            raise forms.ValidationError(words_of(refusal).detail) from refusal

    def rule(self) -> RuleIn:
        """Return what was written."""
        given = self.cleaned_data
        return RuleIn(
            second=given["second"],
            below=given["below"] / 100,
            piece_micro=given["price"],
            share_per_mille=10 * given["share"],
            look_ms=1000 * (given["seconds"] or 0),
        )
