"""``migrate``, in Django's words: a new database is created at once, an older one step by step."""

from django.core.management.commands.migrate import Command as StepByStep
from django.db import connections

from canut.store.sql.migration_state import changed_tables_alone
from canut.store.sql.new_database import create_tables, is_new

PARTIAL = ("app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied")


class Command(StepByStep):
    """Create all tables of a new database from the models; leave the rest to Django."""

    def handle(self, *args: object, **options: object) -> None:
        """Run what was asked for; see ``canut.store.sql.new_database`` for what is at once."""
        connection = connections[str(options["database"])]
        if not any(options.get(option) for option in PARTIAL) and is_new(connection):
            create_tables(connection)
        with changed_tables_alone():
            super().handle(*args, **options)
