"""Floors and rates by jurisdiction, with their sources."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from canut.core.errors import Missing
from canut.store.models import Role
from canut.store.pay.places import ending_soon, in_force, places
from canut.store.platform.home import recent_home
from canut.web.kit.access import roles_anywhere

EARLIER_PLACE = "CA-QC"
"""The place that is shown first where nobody was asked where the instance is."""


def rates(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show one jurisdiction's values in force, their sources and their end dates."""
    today, by_code = timezone.localdate(), places().by_code
    code = code or first_place()
    if code not in by_code:
        raise Missing(f"no place {code!r} is known here", code="place-unknown", seen=code)
    is_operator = Role.OPERATOR in roles_anywhere(request)
    context = {
        "place": by_code[code],
        "codes": sorted(by_code),
        "values": in_force(by_code[code], today),
        "ending": ending_soon(today) if is_operator else [],
        "today": today,
    }
    return render(request, "pay/rates.html", context)


def first_place() -> str:
    """Return the place whose law is shown first: the instance's own, else one of its country."""
    by_code, chosen = places().by_code, recent_home()
    wished = EARLIER_PLACE if chosen is None else chosen.place
    within = [code for code in sorted(by_code) if wished and code[:2] == wished[:2]]
    return wished if wished in by_code else (within or sorted(by_code))[0]
