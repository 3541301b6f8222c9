"""Forms of models: what they may do in a project."""

from typing import TYPE_CHECKING

from django import forms

from canut.actions.learning.loop import LoopRuleIn
from canut.store.tables.learning import LoopRule
from canut.web.kit.fields import radio, tick
from canut.web.kit.forms import INPUT, PlainForm
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import NumberField

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PER_CENT = 10


def _per_cent(label: "StrOrPromise", least: float, most: float) -> NumberField:
    return NumberField(
        label=label,
        min_value=least,
        max_value=most,
        decimal_places=1,
        localize=True,
        widget=forms.TextInput(attrs={**INPUT, "class": "inp num short", "inputmode": "decimal"}),
    )


class LoopForm(PlainForm):
    """What models may do in a project."""

    shows = tick(lazy_message("form.learning.show_people_what"))
    takes_over = tick(lazy_message("form.learning.ask_nobody_about_what"))
    asks_one = tick(
        lazy_message("form.learning.ask_one_person_first"),
        lazy_message("form.learning.one_stands_where"),
    )
    hidden = _per_cent(lazy_message("form.learning.hidden_from_people_drawn"), 1, 100)
    bar = _per_cent(lazy_message("form.learning.how_near_to_peoples"), 50, 100)
    endpoint = forms.CharField(
        label=lazy_message("form.learning.address_of_a_model"),
        help_text=lazy_message("form.learning.it_is_taught"),
        required=False,
        max_length=400,
        widget=forms.URLInput(attrs=INPUT),
    )
    role = radio(
        lazy_message("form.learning.what_peoples_answers"),
        (
            (LoopRule.Role.TRAIN, lazy_message("form.learning.to_teach_machines")),
            (LoopRule.Role.VERIFY, lazy_message("form.learning.to_check_what_machines")),
            (LoopRule.Role.IMITATE, lazy_message("form.learning.to_be_delivered")),
        ),
    )

    def rule(self) -> LoopRuleIn:
        """Return the submitted rule."""
        data = self.cleaned_data
        return LoopRuleIn(
            role=data["role"],
            shows=data["shows"],
            takes_over=data["takes_over"],
            asks_one=data["asks_one"],
            hidden_per_mille=round(data["hidden"] * PER_CENT),
            bar_per_mille=round(data["bar"] * PER_CENT),
            endpoint=data["endpoint"].strip(),
        )


def _in_per_cent(per_mille: int) -> float:
    """Format a share as a percentage, without decimals if it is whole."""
    whole, remainder = divmod(per_mille, PER_CENT)
    return whole if remainder == 0 else per_mille / PER_CENT


def loop_form(rule: LoopRule) -> LoopForm:
    """Return the form, filled with the current rule."""
    return LoopForm(
        initial={
            "shows": rule.shows,
            "takes_over": rule.takes_over,
            "asks_one": rule.asks_one,
            "hidden": _in_per_cent(rule.hidden_per_mille),
            "bar": _in_per_cent(rule.bar_per_mille),
            "endpoint": rule.endpoint,
            "role": rule.role,
        }
    )
