"""Form of a project's review rule: reviewers, share and price."""

from django import forms

from canut.actions.quality.reviews import ReviewRuleIn
from canut.core.errors import BadInput
from canut.core.pay.price import LONGEST_TASK_MS
from canut.store.tables.quality import ReviewRule
from canut.web.kit.fields import select
from canut.web.kit.forms import PlainForm, amount, micro_of, number
from canut.web.kit.messages import lazy_message
from canut.web.kit.refusals import words_of


class RuleForm(PlainForm):
    """How a project is reviewed."""

    second = select(
        lazy_message("form.review_forms.a_second_person"),
        (
            (ReviewRule.Second.NONE, lazy_message("form.review_forms.never")),
            (ReviewRule.Second.CHANGE, lazy_message("form.review_forms.when_the_first_changes")),
            (ReviewRule.Second.ALWAYS, lazy_message("form.review_forms.always")),
        ),
        lazy_message("form.review_forms.looks_without_seeing_what"),
    )
    below = number(lazy_message("form.review_forms.look_at_labels_less"), 0, 100)
    price = amount(
        lazy_message("form.review_forms.price_of_a_review"),
        lazy_message("form.review_forms.time_is_measured"),
    )
    share = number(
        lazy_message("form.review_forms.tasks_you_expect"),
        0,
        100,
        lazy_message("form.review_forms.money_for_so_many"),
    )
    seconds = number(
        lazy_message("form.review_forms.time_of_a_review"),
        1,
        LONGEST_TASK_MS // 1000,
        lazy_message("form.review_forms.empty_twice_the_time"),
        required=False,
    )

    def clean_price(self) -> int:
        """Parse the price of a review; 0 if only time is paid."""
        try:
            return micro_of(self.cleaned_data["price"]) or 0
        except BadInput as refusal:
            raise forms.ValidationError(words_of(refusal).detail) from refusal

    def rule(self) -> ReviewRuleIn:
        """Return the submitted rule."""
        data = self.cleaned_data
        return ReviewRuleIn(
            second=data["second"],
            below=data["below"] / 100,
            piece_micro=data["price"],
            share_per_mille=10 * data["share"],
            look_ms=1000 * (data["seconds"] or 0),
        )
