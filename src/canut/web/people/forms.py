"""Forms of a person's own account, organisations and invitations."""

import re
from datetime import datetime, timedelta

from django import forms
from django.utils import timezone

from canut.store.models import Role
from canut.web.kit.fields import select
from canut.web.kit.forms import INPUT, PlainForm, words
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import WholeField


class NameForm(PlainForm):
    """Name, password and optional e-mail address."""

    username = words(
        lazy_message("form.people.name_to_sign"),
        lazy_message("form.people.letters_digits_and"),
        max_length=60,
    )
    password = forms.CharField(
        label=lazy_message("form.people.password"),
        help_text=lazy_message("form.people.at_least_eight_characters"),
        widget=forms.PasswordInput(attrs={"class": "inp", "autocomplete": "new-password"}),
        strip=False,
    )
    email = forms.EmailField(
        label=lazy_message("form.people.e_mail_optional"),
        help_text=lazy_message("form.people.for_a_new_password"),
        widget=forms.EmailInput(attrs=dict(INPUT)),
        required=False,
    )


class CalledForm(PlainForm):
    """What a team calls somebody who gave no name."""

    name = words(
        lazy_message("form.people.what_you_call_them"),
        lazy_message("form.people.they_read_it_too"),
        max_length=40,
    )


class OrganisationForm(PlainForm):
    """An organisation and the account of its requester."""

    title = words(lazy_message("form.people.name_of_the_organisation"), max_length=120)
    requester = words(
        lazy_message("form.people.who_asks_for_labels"),
        lazy_message("form.people.the_name_that_person"),
        max_length=60,
    )


ROLES = (
    (Role.WORKER, lazy_message("common.work_answer_tasks")),
    (Role.REVIEWER, lazy_message("common.review_read_the_results")),
    (Role.REQUESTER, lazy_message("form.people.request_change_the_project")),
    (Role.AUDITOR, lazy_message("common.audit_read_everything")),
)
"""The roles that a link can give."""


class InvitationForm(PlainForm):
    """An invitation: role, end date, maximum uses and a private note."""

    role = select(lazy_message("common.role"), ROLES)
    days = WholeField(
        label=lazy_message("form.people.days_it_stays_open"),
        min_value=1,
        max_value=365,
        initial=14,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )
    max_uses = WholeField(
        label=lazy_message("common.people_it"),
        min_value=1,
        max_value=10_000,
        initial=20,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )
    note = words(
        lazy_message("form.people.name_of_the_link"),
        lazy_message("form.people.so_that_you_can_tell"),
        max_length=120,
        required=False,
    )
    emails = words(
        lazy_message("form.people.send_it_to_optional"),
        lazy_message("form.people.mail_addresses_one"),
        area=True,
        required=False,
        max_length=4_000,
    )

    def clean_emails(self) -> list[str]:
        """Parse the addresses, and refuse invalid ones before the link exists."""
        addresses = [
            address for address in re.split(r"[\s,;]+", self.cleaned_data["emails"]) if address
        ]
        for address in addresses:
            forms.EmailField().clean(address)
        return addresses

    def addresses(self) -> list[str]:
        """Return the recipients; empty if the instance sends no mail."""
        return self.cleaned_data.get("emails") or []

    def expires_at(self) -> datetime:
        """Return when the invitation expires."""
        return timezone.now() + timedelta(days=self.cleaned_data["days"])


class AddressForm(PlainForm):
    """The e-mail address, and the password as proof of ownership."""

    email = forms.EmailField(
        label=lazy_message("form.people.e_mail_optional"),
        help_text=lazy_message("form.people.leave_it_empty"),
        widget=forms.EmailInput(attrs=dict(INPUT) | {"autocomplete": "email"}),
        required=False,
    )
    password = forms.CharField(
        label=lazy_message("form.people.your_password"),
        help_text=lazy_message("form.people.an_address_can_get"),
        widget=forms.PasswordInput(attrs={"class": "inp", "autocomplete": "current-password"}),
        strip=False,
    )
