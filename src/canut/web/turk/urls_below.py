"""The addresses below that of the interface: itself with a slash, and topics; never a redirect."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from canut.web.turk.topics import topics
from canut.web.turk.urls import view

topics_view = csrf_exempt(require_POST(topics))
urlpatterns = [path("", view), path("sns", topics_view), path("sns/", topics_view)]
