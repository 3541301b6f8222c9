"""Fields written without a template are Django's own, to the character."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from canut.web.kit.form_renderer import FormRenderer

MEAN = """a"<b>&'ç"""
CHOICES = [
    ("", "—"),
    (MEAN, MEAN),
    (2, gettext_lazy("Yes")),
    (MEAN, [("in", mark_safe("<b>bold</b>")), (0, 12345)]),
    (None, "nothing"),
]
WIDGETS = [
    forms.Select({"class": MEAN, "required": True, "disabled": False}, CHOICES),
    forms.SelectMultiple({"data-n": 3}, CHOICES),
    forms.TextInput({MEAN: MEAN}),
    forms.NumberInput({"min": 0, "max": 12345}),
    forms.EmailInput(),
    forms.URLInput(),
    forms.PasswordInput(render_value=True),
    forms.HiddenInput(),
    forms.DateInput(),
    forms.TimeInput(),
    forms.DateTimeInput(),
    forms.CheckboxInput({"aria-label": MEAN}),
    forms.Textarea(),
    forms.RadioSelect(choices=CHOICES[:2]),
]


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", [None, "", "in", MEAN, 2, 12345.5, False, [MEAN, "in"]], ids=repr)
def test_widget_is_the_same_as_by_its_template(widget: forms.Widget, value: object) -> None:
    attributes = {"id": f"id_{MEAN}", "aria-describedby": "help"}

    ours = widget.render("n[]", value, attributes, FormRenderer())

    assert ours == widget.render("n[]", value, attributes, DjangoTemplates())


def test_option_with_a_template_of_its_own_keeps_it() -> None:
    class Own(forms.Select):
        option_template_name = "django/forms/widgets/radio_option.html"

    own = Own(choices=CHOICES[:2])

    assert own.render("n", "", None, FormRenderer()) == own.render("n", "", None, DjangoTemplates())
