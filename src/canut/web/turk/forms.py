"""Form of a key of the Mechanical Turk interface: who signs, and what its projects state."""

from django import forms
from django.http import QueryDict

from canut.actions.integrations.api_keys import MOST_DAYS, NAME_LENGTH, KeyIn
from canut.core.outside_text import read_whole
from canut.core.protection.risks import CATEGORIES
from canut.core.turk.profile import LONGEST, MOST_RISK, TurkProfile
from canut.store.models import Organisation, Role
from canut.web.kit.fields import select
from canut.web.kit.forms import CURRENCIES, SELECT, PlainForm, words
from canut.web.kit.messages import lazy_message, message_now
from canut.web.kit.numbers import WholeField
from canut.web.kit.places import CountryField
from canut.web.protection.risk_forms import localised

GROUPS = (
    ("page.turk_key.group_program", ("name", "organisation")),
    ("page.turk_key.group_pay", ("who", "currency", "client", "client_country")),
    ("page.turk_key.group_aims", ("aim_business", "aim_social", "aim_ethical")),
    ("page.turk_key.group_origin", ("origin_whose", "origin_consent", "origin_paid")),
)
RARE = ("days", "risk", "category")


class TurkKeyForm(PlainForm):
    """A new signing key with its profile."""

    name = words(lazy_message("form.api_key_form.what_the_program"), max_length=NAME_LENGTH)
    organisation = forms.ChoiceField(
        label=lazy_message("form.openings.organisation"), widget=forms.Select(attrs=dict(SELECT))
    )
    days = WholeField(
        label=lazy_message("form.api_key_form.days_it_works"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=90,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )
    who = select(
        lazy_message("form.turk_key.who"),
        (
            ("paid", lazy_message("form.turk_key.paid")),
            ("staff", lazy_message("form.turk_key.staff")),
        ),
    )
    currency = forms.ChoiceField(
        label=lazy_message("form.openings.currency"),
        choices=[(code, code) for code in CURRENCIES],
        widget=forms.Select(attrs=dict(SELECT)),
    )
    client = words(lazy_message("form.turk_key.client"), required=False, max_length=NAME_LENGTH)
    client_country = CountryField(lazy_message("form.turk_key.client_country"), required=False)
    aim_business = words(lazy_message("form.turk_key.aim_business"), max_length=LONGEST)
    aim_social = words(lazy_message("form.turk_key.aim_social"), max_length=LONGEST)
    aim_ethical = words(lazy_message("form.turk_key.aim_ethical"), max_length=LONGEST)
    origin_whose = words(lazy_message("form.turk_key.origin_whose"), max_length=LONGEST)
    origin_consent = words(lazy_message("form.turk_key.origin_consent"), max_length=LONGEST)
    origin_paid = words(lazy_message("form.turk_key.origin_paid"), max_length=LONGEST)
    risk = select(
        lazy_message("form.turk_key.risk"),
        tuple((str(level), str(level)) for level in range(MOST_RISK + 1)),
    )
    category = forms.ChoiceField(
        label=lazy_message("form.turk_key.category"),
        required=False,
        widget=forms.Select(attrs=dict(SELECT)),
    )

    def __init__(self, data: QueryDict | None = None, *, organisations: list[Organisation]) -> None:
        super().__init__(data)
        self._organisations = {str(row.pk): row for row in organisations}
        self.offer("organisation", [(str(row.pk), row.name) for row in organisations])
        kinds = [(name, localised(text)) for name, text in CATEGORIES.items()]
        self.offer("category", [("", "–"), *kinds])

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields a key needs, under the heading of each group."""
        return [(message_now(title), [self[name] for name in names]) for title, names in GROUPS]

    def rare(self) -> list[forms.BoundField]:
        """Return the fields that mostly stay as they are."""
        return [self[name] for name in RARE]

    def has_rare_errors(self) -> bool:
        """Return whether a field that mostly stays as it is has an error."""
        return any(self[name].errors for name in RARE)

    def wanted(self) -> KeyIn:
        """Return the requested key."""
        organisation = self._organisations[self.cleaned_data["organisation"]]
        days: int = self.cleaned_data["days"]
        return KeyIn(self.cleaned_data["name"], Role.REQUESTER, days, organisation)

    def profile(self) -> TurkProfile:
        """Return what the projects of the key state."""
        typed = self.cleaned_data
        risk: int = read_whole(typed["risk"], MOST_RISK) or 0
        return TurkProfile(
            currency=typed["currency"],
            is_own_staff=typed["who"] == "staff",
            aim_business=typed["aim_business"],
            aim_social=typed["aim_social"],
            aim_ethical=typed["aim_ethical"],
            origin_whose=typed["origin_whose"],
            origin_consent=typed["origin_consent"],
            origin_paid=typed["origin_paid"],
            risk=risk,
            categories=(typed["category"] or "other",) if risk else (),
            client=typed["client"],
            client_country=typed["client_country"],
        )
