"""Let the database refuse to change a share of a resale.

The running release survives it: it knows no shares. Going back lets shares be changed.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SHARE_STAYS = "a share of a resale stays as it was counted"
GUARD_ON_SQLITE = f"""
CREATE TRIGGER IF NOT EXISTS resale_share_stays BEFORE UPDATE ON store_resaleshare FOR EACH ROW
BEGIN SELECT RAISE(ABORT, '{SHARE_STAYS}'); END
"""
GUARD_ON_POSTGRES = f"""
CREATE OR REPLACE FUNCTION canut_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation'; END $$;
CREATE OR REPLACE TRIGGER resale_share_stays BEFORE UPDATE ON store_resaleshare FOR EACH ROW
EXECUTE FUNCTION canut_refuse('{SHARE_STAYS}')
"""


def share_guard(vendor: str) -> str:
    """Return the statement that creates the guard."""
    return GUARD_ON_SQLITE if vendor == "sqlite" else GUARD_ON_POSTGRES


def create_share_guard(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the guard; it can be created again."""
    schema_editor.execute(share_guard(schema_editor.connection.vendor), params=None)


def drop_share_guard(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the guard."""
    on = "" if schema_editor.connection.vendor == "sqlite" else " ON store_resaleshare"
    schema_editor.execute(f"DROP TRIGGER IF EXISTS resale_share_stays{on}", params=None)


class Migration(migrations.Migration):
    """Create the guard; it touches no row, and can run again."""

    atomic = False
    dependencies = (("store", "0035_representatives_statements"),)
    operations = (migrations.RunPython(create_share_guard, drop_share_guard),)
