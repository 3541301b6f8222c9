"""Make the tables of an empty database in one go, as all changes together would have left them.

Replaying every change costs 15 s of processor, nearly all of it for drawing each model anew at each
step. Here the changes are only read, the models drawn once, the tables made, the few steps in the
databases' own words run, and every change noted as applied. A test compares both ways.
"""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.special import RunPython

OURS = "store"


def make_tables() -> None:
    """Make all tables of an empty database, in one transaction, and note all changes as applied.

    Of our own changes, those that run code are run on the finished tables: they make what Django
    has no words for, and each can be run again. There are no rows that would have to be moved.
    """
    executor = MigrationExecutor(connection)
    loader = executor.loader
    plan = executor.migration_plan(loader.graph.leaf_nodes())
    state = loader.project_state()
    executor.recorder.ensure_schema()
    with connection.schema_editor() as editor:
        for model in state.apps.get_models():  # none is a proxy or kept by others so far
            editor.create_model(model)
        while editor.deferred_sql:  # keys and indexes, which the code below may look for
            editor.execute(editor.deferred_sql.pop(0), None)
        for migration, _ in plan:
            executor.recorder.record_applied(migration.app_label, migration.name)
            if migration.app_label == OURS:
                for operation in migration.operations:
                    if isinstance(operation, RunPython):
                        operation.code(state.apps, editor)
