"""Forms of an instance's first steps, with what a browser and a machine let one propose."""

from collections.abc import Mapping
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_currency_name, get_territory_currencies
from django import forms
from django.http import HttpRequest, QueryDict

from canut.actions.projects.price_proposals import currency_of
from canut.core.places.zones import zone_of_place
from canut.store.pay.places import places
from canut.store.platform.home import Home
from canut.web.kit.fields import select
from canut.web.kit.formatting import locale
from canut.web.kit.forms import CURRENCIES, INPUT, PlainForm, words
from canut.web.kit.messages import lazy_message, message_now
from canut.web.kit.places import LETTERS, CountryField
from canut.web.people.places import place_choices


class OperatorForm(PlainForm):
    """The organisation that runs the instance, and what its first operator is called."""

    organisation = words(
        lazy_message("form.first_run.organisation"),
        lazy_message("form.first_run.stands_on"),
        max_length=120,
    )
    called = words(
        lazy_message("form.first_run.your_name"),
        lazy_message("form.first_run.people_read_it"),
        max_length=80,
    )


class HomeForm(PlainForm):
    """The country and region of the organisation; currency and clock follow until chosen."""

    country = CountryField(lazy_message("common.country"))
    region = select(lazy_message("form.first_run.region"), required=False)
    currency = select(lazy_message("common.currency"), required=False)
    zone = select(lazy_message("form.first_run.clock"), required=False)

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        country = str((data or initial or {}).get("country") or "").upper()
        regions = [(code, name) for code, name in place_choices() if "-" in code]
        own = [(code, name) for code, name in regions if code[:2] == country]
        others = [(code, name) for code, name in regions if code[:2] != country]
        self.offer("region", [("", message_now("form.first_run.whole_country")), *own, *others])
        by_place = message_now("form.first_run.as_the_place")
        named = [
            (code, f"{code} · {get_currency_name(code, locale=locale())}") for code in CURRENCIES
        ]
        self.offer("currency", [("", by_place), *named])
        zones = dict.fromkeys([*zones_of_country(country), *all_zones()])
        self.offer("zone", [("", by_place), *[(zone, zone) for zone in zones]])

    def clean(self) -> dict[str, Any]:
        """Refuse a region of another country, and a place whose currency is to be chosen."""
        data = super().clean() or self.cleaned_data
        country, region = data.get("country", ""), data.get("region", "")
        if country and region and region[:2] != country:
            self.add_error("region", message_now("form.first_run.other_country"))
        elif country and not self.home_chosen().currency:
            self.add_error("currency", message_now("form.first_run.choose_currency"))
        return data

    def home_chosen(self) -> Home:
        """Return what the fields set, with what follows from the place."""
        data = self.cleaned_data if self.is_bound else self.initial
        return home_of(
            data.get("region") or data.get("country") or "",
            data.get("currency") or "",
            data.get("zone") or "",
        )


class TestMailForm(PlainForm):
    """Where a test message goes."""

    __test__ = False
    address = forms.EmailField(
        label=lazy_message("form.first_run.test_address"),
        help_text=lazy_message("form.first_run.not_stored"),
        widget=forms.EmailInput(attrs=dict(INPUT) | {"autocomplete": "email"}),
        required=False,
    )


def home_of(place: str, currency: str = "", zone: str = "") -> Home:
    """Return what a place sets: its currency and its clock, where nobody chose another."""
    return Home(place, currency or currency_at(place), zone or zone_at(place))


def currency_at(place: str) -> str:
    """Return the currency of a place; empty where it is none that Canut pays in."""
    if not place:
        return ""
    known = currency_of(place)
    if known:
        return known
    used = get_territory_currencies(place[:2])
    return next((code for code in used if code in CURRENCIES), "")


def zone_at(place: str) -> str:
    """Return the clock of a place: its own, else the country's first one, else UTC."""
    zones = zones_of_country(place[:2])
    return zone_of_place(place) or (zones[0] if zones else "UTC")


def zones_of_country(country: str) -> list[str]:
    """List the time zones of a country, by name; the one of its places first."""
    territories: Mapping[str, str] = get_global("zone_territories")
    zones = sorted(zone for zone, territory in territories.items() if territory == country)
    usual = zone_of_place(country)
    return [usual, *(zone for zone in zones if zone != usual)] if usual in zones else zones


def all_zones() -> list[str]:
    """List the time zones of all countries, and UTC."""
    territories: Mapping[str, str] = get_global("zone_territories")
    return ["UTC", *sorted(zone for zone in territories if "/" in zone and zone[:4] != "Etc/")]


def likely_country(request: HttpRequest, zone: str) -> str:
    """Return the country to propose: the browser's, else that of the machine's clock."""
    for part in request.headers.get("Accept-Language", "").split(","):
        name = part.partition(";")[0].strip()
        try:
            territory = Locale.parse(name, sep="-").territory if name else None
        except (UnknownLocaleError, ValueError):
            continue
        if territory and len(territory) == LETTERS:
            return territory
    territories: Mapping[str, str] = get_global("zone_territories")
    country = territories.get(zone, "")
    return "" if zone == "UTC" or country == "001" else country


def has_law(place: str) -> bool:
    """Return whether the minimum wage of a place is described here."""
    return place in places().by_code
