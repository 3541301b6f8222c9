"""Tell Django that the tables live here."""

from django.apps import AppConfig


class Store(AppConfig):
    """The one app that has tables of ours."""

    name = "canut.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
