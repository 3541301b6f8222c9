"""Tell Django where templates, tags and words of pages are."""

from django.apps import AppConfig


class Web(AppConfig):
    """Has no tables."""

    name = "canut.web"
    label = "web"
