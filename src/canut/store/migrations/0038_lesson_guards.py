"""Let the database refuse to change an answer, a mark or a review of a lesson.

The running release survives it: it does not know the tables. Going back lets them be changed.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = "store_lessonanswer", "store_lessonmark", "store_lessonreview"
STAYS = "what somebody answered, marked or signed in a lesson stays as it was written"
REFUSE = """
CREATE OR REPLACE FUNCTION canut_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation'; END $$
"""


def create_lesson_guards(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    if not is_sqlite:
        schema_editor.execute(REFUSE, params=None)
    for table in TABLES:
        name = f"{table.removeprefix('store_')}_stays"
        schema_editor.execute(
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE UPDATE ON {table} FOR EACH ROW"
            f" BEGIN SELECT RAISE(ABORT, '{STAYS}'); END"
            if is_sqlite
            else f"CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION canut_refuse('{STAYS}')",
            params=None,
        )


def drop_lesson_guards(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table in TABLES:
        on = "" if is_sqlite else f" ON {table}"
        name = f"{table.removeprefix('store_')}_stays"
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}", params=None)


class Migration(migrations.Migration):
    """Create the guards; it touches no row, and can run again."""

    atomic = False
    dependencies = (("store", "0037_worker_words"),)
    operations = (migrations.RunPython(create_lesson_guards, drop_lesson_guards),)
