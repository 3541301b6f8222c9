"""Floors and rates by place: what everybody's pay rests on, with its sources."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from canut.core.errors import Missing
from canut.store.models import Role
from canut.store.pay.places import ending_soon, in_force, places
from canut.web.kit.access import roles_anywhere

FIRST = "CA-QC"


def rates(request: HttpRequest, code: str = "") -> HttpResponse:
    """Show one place's values in force, where each was read and until when it holds."""
    today, found = timezone.localdate(), places().by_code
    code = code or (FIRST if FIRST in found else min(found))
    if code not in found:
        raise Missing(f"no place {code!r} is known here", code="place-unknown", seen=code)
    is_operator = Role.OPERATOR in roles_anywhere(request)
    shown = {
        "place": found[code],
        "codes": sorted(found),
        "values": in_force(found[code], today),
        "ending": ending_soon(today) if is_operator else [],
        "today": today,
    }
    return render(request, "pay/rates.html", shown)
