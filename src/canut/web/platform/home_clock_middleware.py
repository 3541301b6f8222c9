"""Show moments by the clock of the instance, which its operator chose with its place."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from canut.store.platform.home import recent_home


class HomeClockMiddleware:
    """Let Django's local time be that of the instance while it answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer by the chosen clock; by that of the settings as long as none was chosen."""
        try:
            chosen = recent_home()
        except (DatabaseFault, OSError):  # whoever asks the database for the page says so
            chosen = None
        if chosen is None:
            return self.get_response(request)
        with timezone.override(ZoneInfo(chosen.zone)):
            return self.get_response(request)
