"""Django's ``migrate``, which makes an empty database's tables in one go (``store/fresh.py``)."""

from django.core.management.commands import migrate

from canut.store.fresh import make_tables
from canut.store.instance import is_empty


class Command(migrate.Command):
    """As Django's; an empty database gets all its tables first."""

    def handle(self, *args: object, **options: object) -> None:
        """Make the tables where there are none and all are asked for, then apply what waits."""
        asked = ("app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied")
        if not any(options.get(name) for name in asked) and is_empty():
            make_tables()
        super().handle(*args, **options)
