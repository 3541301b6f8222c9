"""Create a new database at once: the tables that the migrations end in, and what they add to them.

Step by step, Django builds its picture of all tables anew at nearly every change: a quarter of a
minute of processor for a database that holds nothing yet. ``tests/upgrade/test_upgrade.py`` holds
both ways to the same shape.
"""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython
from django.db.migrations.recorder import MigrationRecorder

OURS = "store"


def is_new(connection: BaseDatabaseWrapper) -> bool:
    """Return whether the database has no table, and the migrations of Canut are in use.

    A first start that was cut short step by step left tables: it is finished step by step.
    """
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            return False
    return OURS in MigrationLoader(connection).migrated_apps


def create_tables(connection: BaseDatabaseWrapper) -> None:
    """Create all tables, indexes, constraints and guards, and note every migration as applied.

    All of it is one transaction: cut short, it leaves nothing. A migration's ``RunSQL`` moves rows,
    and there are none; its ``RunPython`` creates what models cannot say, and may be run again.
    """
    loader = MigrationLoader(connection)
    leaves = loader.graph.leaf_nodes()
    apps = loader.project_state(leaves).apps
    with connection.constraint_checks_disabled(), transaction.atomic(using=connection.alias):
        with connection.schema_editor() as editor:
            for model in apps.get_models():  # none of them is a proxy, which has no table
                editor.create_model(model)
        with connection.schema_editor() as editor:
            for node in loader.graph.forwards_plan(loader.graph.leaf_nodes(OURS)[0]):
                migration = loader.graph.nodes[node]
                for operation in migration.operations if node[0] == OURS else ():
                    if isinstance(operation, RunPython):
                        operation.code(apps, editor)
        recorder = MigrationRecorder(connection)
        for app, name in sorted(loader.disk_migrations):
            recorder.record_applied(app, name)
