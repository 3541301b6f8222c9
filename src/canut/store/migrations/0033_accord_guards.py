"""Let the database refuse to change an offer, a signature, or an accord.

The running release survives it: it changes none of them. Going back lets them be changed.
"""

from collections.abc import Iterator

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

STAYS = {
    "store_priceoffer": "an offer stays as it was made",
    "store_accordsignature": "a signature stays",
    "store_accord": "an accord stays as it was signed",
}
REFUSE_ON_POSTGRES = """
CREATE OR REPLACE FUNCTION canut_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation'; END $$
"""


def accord_guards(vendor: str) -> Iterator[str]:
    if vendor != "sqlite":
        yield REFUSE_ON_POSTGRES
    for table, words in STAYS.items():
        if vendor == "sqlite":
            yield (
                f"CREATE TRIGGER IF NOT EXISTS {table}_stays BEFORE UPDATE ON {table} "
                f"FOR EACH ROW BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
        else:
            yield (
                f"CREATE OR REPLACE TRIGGER {table}_stays BEFORE UPDATE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION canut_refuse('{words}')"
            )


def create_guards(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in accord_guards(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def drop_guards(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in STAYS:
        on = "" if schema_editor.connection.vendor == "sqlite" else f" ON {table}"
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_stays{on}", params=None)


class Migration(migrations.Migration):
    """Create the guards; it touches no row, and can run again."""

    atomic = False
    dependencies = (("store", "0032_resales"),)
    operations = (migrations.RunPython(create_guards, drop_guards),)
