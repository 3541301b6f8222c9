"""What every page's template knows without asking."""

from typing import Any

from django.http import HttpRequest

from canut.store.instance import is_demo


def page(request: HttpRequest) -> dict[str, Any]:
    """Give the current address's name and whether this is a demo."""
    current = getattr(request, "page", None)
    return {"page_name": current.name if current else "", "is_demo": is_demo()}
