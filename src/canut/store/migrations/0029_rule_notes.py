"""Let the database refuse to change a note on a rule.

The running release survives it: it changes no note. Going back lets notes be changed.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


NOTE_STAYS = "a note on a rule stays as it was written"
GUARD_ON_SQLITE = f"""
CREATE TRIGGER IF NOT EXISTS rule_note_stays BEFORE UPDATE ON store_rulereview FOR EACH ROW
BEGIN SELECT RAISE(ABORT, '{NOTE_STAYS}'); END
"""
GUARD_ON_POSTGRES = f"""
CREATE OR REPLACE FUNCTION canut_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation'; END $$;
CREATE OR REPLACE TRIGGER rule_note_stays BEFORE UPDATE ON store_rulereview FOR EACH ROW
EXECUTE FUNCTION canut_refuse('{NOTE_STAYS}')
"""


def note_guard(vendor: str) -> str:
    return GUARD_ON_SQLITE if vendor == "sqlite" else GUARD_ON_POSTGRES


def create_note_guard(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(note_guard(schema_editor.connection.vendor), params=None)


def drop_note_guard(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    on = "" if schema_editor.connection.vendor == "sqlite" else " ON store_rulereview"
    schema_editor.execute(f"DROP TRIGGER IF EXISTS rule_note_stays{on}", params=None)


class Migration(migrations.Migration):
    """Create the guard; it touches no row, and can run again."""

    atomic = False
    dependencies = (("store", "0028_portrait_inputs"),)
    operations = (migrations.RunPython(create_note_guard, drop_note_guard),)
