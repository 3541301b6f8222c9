"""Every address, on one page, with its audience."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from canut.web.access import ANYONE, Page, guard


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the server answers."""
    return HttpResponse("ok\n", content_type="text/plain")


PAGES: tuple[Page, ...] = (Page("healthz", healthz, "healthz", ANYONE),)

urlpatterns = [
    *(path(page.address, guard(page), name=page.name) for page in PAGES),
    path("accounts/", include("allauth.urls")),
]
