"""Register templates, template tags and translations of pages with Django."""

from django.apps import AppConfig


class Web(AppConfig):
    """The app of pages; it has no tables."""

    name = "canut.web"
    label = "web"
