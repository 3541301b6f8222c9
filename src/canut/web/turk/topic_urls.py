"""The addresses of the topics' interface: with and without a slash, never a redirect."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from canut.web.turk.topics import topics

view = csrf_exempt(require_POST(topics))
urlpatterns = [path("", view)]
