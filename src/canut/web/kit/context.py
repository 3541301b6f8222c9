"""Template context of all pages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from canut.store.models import Role
from canut.store.platform.instance import is_demo
from canut.web.kit.access import page_of
from canut.web.kit.navigation import Navigation


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation, the current page, and the settings all templates use."""
    current = page_of(request)
    navigation = Navigation(request)
    return {
        "page_name": current.name if current else "",
        "this_page": request.get_full_path() if request.method == "GET" else _came_from(request),
        "is_demo": is_demo(),
        "sends_mail": settings.SENDS_MAIL,
        "support": settings.SUPPORT,
        "sign_in_service": (settings.SIGN_IN_SERVICE or {}).get("name", ""),
        "is_worker": Role.WORKER in navigation.roles,
        "is_reviewer": Role.REVIEWER in navigation.roles,
        "navigation": navigation,
    }


def _came_from(request: HttpRequest) -> str:
    """Return the page a form was sent from if it can be opened, else the first page."""
    current = page_of(request)
    return request.path if current and "GET" in current.methods else "/"
