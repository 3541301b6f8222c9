"""The forms of a person's own account."""

import re
from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canut.store.models import Role
from canut.web.kit.forms import INPUT, SELECT, PlainForm, words


class NameForm(PlainForm):
    """How to come back: a name, a password, perhaps an address."""

    username = words(_("Name to sign in with"), _("Letters, digits and . - _ @ +"), max_length=60)
    password = forms.CharField(
        label=_("Password"),
        help_text=_("At least eight characters, not a common word."),
        widget=forms.PasswordInput(attrs={"class": "inp", "autocomplete": "new-password"}),
        strip=False,
    )
    email = forms.EmailField(
        label=_("E-mail, optional"),
        help_text=_("For a new password, and to hear of pay, decisions and answers."),
        widget=forms.EmailInput(attrs=dict(INPUT)),
        required=False,
    )


class OrganisationForm(PlainForm):
    """An organisation and the account that asks for labels in its name."""

    title = words(_("Name of the organisation"), max_length=120)
    requester = words(
        _("Who asks for labels in its name"),
        _("The name that person signs in with; yours to begin with."),
        max_length=60,
    )


class InvitationForm(PlainForm):
    """A link: which role, until when, for how many, and a note to oneself."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=(
            (Role.WORKER, _("work: answer tasks")),
            (Role.REVIEWER, _("review: read the results")),
            (Role.REQUESTER, _("request: change the project")),
            (Role.AUDITOR, _("audit: read everything")),
        ),
        widget=forms.Select(attrs=dict(SELECT)),
    )
    days = forms.IntegerField(
        label=_("Days it stays open"),
        min_value=1,
        max_value=365,
        initial=14,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )
    max_uses = forms.IntegerField(
        label=_("People it is for, at most"),
        min_value=1,
        max_value=10_000,
        initial=20,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )
    note = words(
        _("Note, optional"),
        _("Where you will send it; only you see this."),
        max_length=120,
        required=False,
    )
    emails = words(
        _("Send it to, optional"),
        _("Mail addresses, one a line. They are kept nowhere."),
        area=True,
        required=False,
        max_length=4_000,
    )

    def clean_emails(self) -> list[str]:
        """Read the addresses, and refuse what is none before the link is made."""
        given = [one for one in re.split(r"[\s,;]+", self.cleaned_data["emails"]) if one]
        for one in given:
            forms.EmailField().clean(one)
        return given

    def addresses(self) -> list[str]:
        """Return whom the link is sent to; nobody where no mail leaves."""
        return self.cleaned_data.get("emails") or []

    def expires_at(self) -> datetime:
        """Return the moment the link closes."""
        return timezone.now() + timedelta(days=self.cleaned_data["days"])


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
