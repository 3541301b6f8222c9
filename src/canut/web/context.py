"""What every page's template knows without asking."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from canut.store.instance import is_demo
from canut.store.models import Role
from canut.web.access import page_of, roles_anywhere


class Room(NamedTuple):
    """One entry of the main navigation."""

    name: str
    url: str
    current: bool


PROJECT_ROLES = frozenset({Role.REQUESTER, Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})


def page(request: HttpRequest) -> dict[str, Any]:
    """Give the address, where the person may go, whether this is a demo, whether mail leaves."""
    current = page_of(request)
    name = current.name if current else ""
    return {
        "page_name": name,
        "this_page": request.get_full_path() if request.method == "GET" else _came_from(request),
        "is_demo": is_demo(),
        "sends_mail": settings.SENDS_MAIL,
        "support": settings.SUPPORT,
        "rooms": _rooms(request, name),
    }


def _rooms(request: HttpRequest, name: str) -> list[Room]:
    if not request.user.is_authenticated:
        return []
    roles = roles_anywhere(request)
    rooms = []
    if roles & PROJECT_ROLES:
        rooms.append(Room(_("Projects"), reverse("projects"), name.startswith("project")))
    if Role.WORKER in roles:
        rooms.append(Room(_("Work"), reverse("work_home"), name.startswith("work")))
    if Role.OPERATOR in roles:
        rooms.append(
            Room(_("Organisations"), reverse("organisations"), name.startswith("organisation"))
        )
    return rooms


def _came_from(request: HttpRequest) -> str:
    """Return the page a form was sent from when it can be read again, else the first page."""
    current = page_of(request)
    return request.path if current and "GET" in current.methods else "/"
