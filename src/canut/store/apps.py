"""Register the app that holds all tables."""

from django.apps import AppConfig


class Store(AppConfig):
    """The only Django app with tables of Canut."""

    name = "canut.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
