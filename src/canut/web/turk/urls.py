"""The addresses of the Mechanical Turk interface: with and without a slash, never a redirect."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from canut.web.turk.endpoint import endpoint

view = csrf_exempt(require_POST(endpoint))
urlpatterns = [path("", view)]
