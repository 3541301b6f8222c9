"""The forms of a person's own account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from canut.web.kit.forms import INPUT, PlainForm


class AddressForm(PlainForm):
    """Where letters go, and the password that shows whose account it is."""

    email = forms.EmailField(
        label=_("E-mail, optional"),
        help_text=_("Leave it empty to hear nothing by mail; the pages say everything."),
        widget=forms.EmailInput(attrs=dict(INPUT) | {"autocomplete": "email"}),
        required=False,
    )
    password = forms.CharField(
        label=_("Your password"),
        help_text=_("An address can get a new password, so this must be you."),
        widget=forms.PasswordInput(attrs={"class": "inp", "autocomplete": "current-password"}),
        strip=False,
    )
