"""Let the database itself refuse to take anything from a log, or to change it.

An entry stays as it is; a tile keeps the hashes it has and may only gain some; a log keeps its name
and never ends earlier than it did. Each step can be run again. A later migration that makes one of
these tables anew on SQLite drops its guards: it must run ``make_guards`` after it.
"""

from typing import NamedTuple

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


class Guard(NamedTuple):
    """One refusal: on which table, of what, when (in both databases' words), said how."""

    name: str
    table: str
    event: str
    when: str
    said: str


ENTRY_STAYS = "an entry of the log stays as it is"
TILE_STAYS = "a tile of the log keeps the hashes it has"
LOG_STAYS = "a log keeps its name and its entries"
IS_OTHER_TILE = (
    "NEW.log_id <> OLD.log_id OR NEW.level <> OLD.level OR NEW.place <> OLD.place"
    " OR substr(NEW.body, 1, length(OLD.body)) <> OLD.body"
)
IS_OTHER_LOG = (
    "NEW.size < OLD.size OR NEW.origin <> OLD.origin"
    " OR coalesce(NEW.project_id, 0) <> coalesce(OLD.project_id, 0)"
)
GUARDS = (
    Guard("logentry_stays", "store_logentry", "UPDATE", "1 = 1", ENTRY_STAYS),
    Guard("logentry_remains", "store_logentry", "DELETE", "1 = 1", ENTRY_STAYS),
    Guard("logtile_grows", "store_logtile", "UPDATE", IS_OTHER_TILE, TILE_STAYS),
    Guard("logtile_remains", "store_logtile", "DELETE", "1 = 1", TILE_STAYS),
    Guard("log_grows", "store_log", "UPDATE", IS_OTHER_LOG, LOG_STAYS),
    Guard("log_remains", "store_log", "DELETE", "1 = 1", LOG_STAYS),
)
REFUSE_ON_POSTGRES = """
CREATE OR REPLACE FUNCTION canut_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation'; END $$
"""


def make_guards(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    if not is_sqlite:
        schema_editor.execute(REFUSE_ON_POSTGRES, params=None)
    for guard in GUARDS:
        begin = f"TRIGGER{' IF NOT EXISTS' if is_sqlite else ''} {guard.name} BEFORE {guard.event}"
        if is_sqlite:
            refuse = f"BEGIN SELECT RAISE(ABORT, '{guard.said}'); END"
        else:
            refuse = f"EXECUTE FUNCTION canut_refuse('{guard.said}')"
        schema_editor.execute(
            f"CREATE {'' if is_sqlite else 'OR REPLACE '}{begin} ON {guard.table} "
            f"FOR EACH ROW WHEN ({guard.when}) {refuse}",
            params=None,
        )


def drop_guards(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for guard in GUARDS:
        on = "" if is_sqlite else f" ON {guard.table}"
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{on}", params=None)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("store", "0020_logs"),
    ]

    operations = [
        migrations.RunPython(make_guards, drop_guards),
    ]
