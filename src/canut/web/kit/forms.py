"""The forms of pages: which fields they have and what each one says when it cannot be used.

Forms read text into values; whether a value may be is decided by the action that takes it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canut.core.errors import BadInput, Refusal
from canut.core.money import money_of
from canut.store.models import Organisation, Role
from canut.web.kit.refusals import words_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

INPUT = {"class": "inp"}
AREA = {"class": "inp area", "rows": 3}
SELECT = {"class": "inp sel"}
PRELABEL_COLUMNS = ("label_column", "score_column", "source_column")
NEEDED = _("Write something here.")
CURRENCIES = ("CAD", "EUR", "USD", "GBP", "CHF", "XOF", "MGA", "KES", "INR", "PHP", "BRL")


class PlainForm(forms.Form):
    """A form that draws no star, no colon and no inline style."""

    use_required_attribute = False  # the page says what is missing, in its own language

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        for field in self.fields.values():
            field.error_messages["required"] = NEEDED

    def offer(self, name: str, choices: Sequence[tuple[str, "StrOrPromise"]]) -> None:
        """Say what can be chosen in a field."""
        cast("forms.ChoiceField", self.fields[name]).choices = list(choices)


def words(
    label: "StrOrPromise",
    hint: "StrOrPromise" = "",
    *,
    area: bool = False,
    required: bool = True,
    max_length: int | None = None,
) -> forms.CharField:
    """Make a field of words, one line or several."""
    widget = forms.Textarea(attrs=dict(AREA)) if area else forms.TextInput(attrs=dict(INPUT))
    return forms.CharField(
        label=label, help_text=hint, widget=widget, required=required, max_length=max_length
    )


def number(
    label: "StrOrPromise",
    least: int,
    most: int,
    hint: "StrOrPromise" = "",
    *,
    required: bool = True,
) -> forms.IntegerField:
    """Make a field of a whole number; ``least`` and ``most`` are allowed too."""
    return forms.IntegerField(
        label=label,
        help_text=hint,
        min_value=least,
        max_value=most,
        required=required,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )


def amount(label: "StrOrPromise", hint: "StrOrPromise" = "") -> forms.CharField:
    """Make a field for an amount that may be left empty."""
    attrs = {"class": "inp num", "inputmode": "decimal"}
    return forms.CharField(
        label=label, help_text=hint, required=False, widget=forms.TextInput(attrs=attrs)
    )


def micro_of(text: object) -> int | None:
    """Read an amount; None for an empty one.

    Raises:
        BadInput: it is none, or not above 0.
    """
    plain = str(text or "").replace("$", "").strip()
    if not plain:
        return None
    micro = money_of(plain, CURRENCIES[0]).micro
    if micro <= 0:
        raise BadInput(f"amount is {plain!r}; expected one above 0", code="bad-amount", seen=plain)
    return micro


def attempt(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do something with a valid form and say whether it was done; a refusal stands in the form."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refusal as refusal:
        form.add_error(None, words_of(refusal).detail)
        return False
    return True


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


class BeginForm(PlainForm):
    """What a new project is called and whose it is; its files are read apart."""

    title = words(_("Name of the project"), _("Workers see it."), max_length=120)
    organisation = forms.ChoiceField(
        label=_("In the name of"), widget=forms.Select(attrs=dict(SELECT))
    )

    def __init__(
        self, data: QueryDict | None = None, *, organisations: Sequence[Organisation]
    ) -> None:
        super().__init__(data)
        choices = [(str(o.id), o.name) for o in organisations]
        self.offer("organisation", choices)
        if len(choices) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = choices[0][0]


def column_of_a_model(label: "StrOrPromise") -> forms.ChoiceField:
    """Make a field that chooses a column of what a model said."""
    return forms.ChoiceField(label=label, required=False, widget=forms.Select(attrs=dict(SELECT)))


class ColumnsForm(PlainForm):
    """Which column is judged, which one names the row, which one holds known answers."""

    judged = forms.ChoiceField(
        label=_("Column to judge"), widget=forms.RadioSelect(attrs={"class": "radio"})
    )
    id_column = forms.ChoiceField(
        label=_("Column that names each row, optional"),
        required=False,
        widget=forms.Select(attrs=dict(SELECT)),
    )
    known_column = forms.ChoiceField(
        label=_("Column of known answers, optional"),
        help_text=_("Workers never see it; it tells how often the labels are right."),
        required=False,
        widget=forms.Select(attrs=dict(SELECT)),
    )
    label_column = column_of_a_model(_("Column of its labels"))
    score_column = column_of_a_model(_("Column of its scores, from 0 to 1"))
    source_column = column_of_a_model(_("Column that names the model"))
    model = words(_("Name of the model, where no column says it"), required=False, max_length=120)
    version = words(_("Its version"), required=False, max_length=60)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        columns: Sequence[str],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        named = [(column, column) for column in columns]
        self.offer("judged", named)
        for name in ("id_column", "known_column", *PRELABEL_COLUMNS):
            self.offer(name, [("", _("none")), *named])

    def prelabels(self) -> list[forms.BoundField]:
        """Return the fields about what a model said."""
        return [self[name] for name in (*PRELABEL_COLUMNS, "model", "version")]

    def has_prelabels(self) -> bool:
        """Say whether some column of them is chosen, or wrongly filled in."""
        fields = self.prelabels()
        return any(field.errors for field in fields) or bool(self["label_column"].value())


class ManyInputs(forms.TextInput):
    """Several inputs of one name; the values come back as a list."""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> list[str]:
        """Take every value of the name."""
        return list(data.getlist(name)) if isinstance(data, QueryDict) else []


class Choices(forms.Field):
    """The possible answers, in the order of their keys; empty ones are left out."""

    widget = ManyInputs

    def clean(self, value: list[str] | None) -> list[str]:
        """Keep what was written; how many there may be is the question's business."""
        kept = [text.strip() for text in value or [] if text.strip()]
        if not kept and self.required:
            raise forms.ValidationError(NEEDED)
        return kept


class AimsForm(PlainForm):
    """Why the work is asked for, what could go wrong, and whose material it is."""

    business = words(_("What it is for"), _("The aim of whoever pays."), area=True, max_length=600)
    social = words(
        _("For whom"), _("Who is better off, beyond whoever pays."), area=True, max_length=600
    )
    ethical = words(
        _("What could go wrong"),
        _("For people, and what is done about it."),
        area=True,
        max_length=600,
    )
    whose = words(_("Whose words, images or gestures are they?"), max_length=600)
    consent = words(_("With what consent?"), max_length=600)
    paid = words(_("Were they paid for it?"), max_length=600)

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["ethical"].error_messages["required"] = _(
            "Say it in a sentence, or “nothing known”. People read it before they accept."
        )
        for name in ("whose", "consent", "paid"):
            self.fields[name].error_messages["required"] = _(
                "Write what you know, or “unknown”: it is allowed and will be shown."
            )
