"""Let a task have more answers than a small integer counts, and list its answers from any of them on.

SQLite keeps any whole number in these columns: there only the index of a task's answers is written
anew. PostgreSQL would write all tasks anew in
one transaction for a wider type. Instead new columns are filled step by step beside the old ones,
while a trigger keeps them equal, and take their names at the end. A run that was interrupted begins
again. The running release survives it. Going back leaves the wider columns, which it reads as well.
"""

from django.db import migrations, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

COLUMNS = ("overlap", "counted", "live")
STEP = 10_000
BESIDE = (
    *(
        f"ALTER TABLE store_taskstate ADD COLUMN IF NOT EXISTS {name}_wide integer NOT NULL DEFAULT 0"
        for name in COLUMNS
    ),
    """CREATE OR REPLACE FUNCTION taskstate_widens() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    NEW.overlap_wide := NEW.overlap; NEW.counted_wide := NEW.counted; NEW.live_wide := NEW.live;
    RETURN NEW; END $$""",
    """CREATE OR REPLACE TRIGGER taskstate_widens BEFORE INSERT OR UPDATE ON store_taskstate
    FOR EACH ROW EXECUTE FUNCTION taskstate_widens()""",
)
FILL = (
    "WITH step AS (SELECT task_id FROM store_taskstate WHERE task_id > %s ORDER BY task_id LIMIT %s),"
    " filled AS (UPDATE store_taskstate s SET overlap_wide = overlap FROM step"
    " WHERE s.task_id = step.task_id) SELECT max(task_id) FROM step"
)
CHECKS = {
    **{f"store_taskstate_{name}_check": f"{name}_wide >= 0" for name in COLUMNS},
    "task_never_over_overlap": "state = 'practice' OR live_wide = 0"
    " OR live_wide <= overlap_wide - counted_wide",
}
INDEXES = {
    "task_queue": "store_taskstate (project_id, priority, task_id)"
    " WHERE counted_wide < overlap_wide - live_wide AND state = 'open'",
    "answer_of_task": "store_answer (task_id, id)",
}
PROJECTS = (
    "ALTER TABLE store_project ALTER COLUMN overlap TYPE integer,"
    " ALTER COLUMN overlap_most TYPE integer"
)


def swap() -> list[str]:
    """Return what puts the wide columns and the new indexes in the place of the old ones."""
    return [
        "DROP TRIGGER taskstate_widens ON store_taskstate",
        "DROP FUNCTION taskstate_widens()",
        "DROP INDEX IF EXISTS task_queue",
        "DROP INDEX IF EXISTS answer_of_task",
        *(f"ALTER TABLE store_taskstate DROP CONSTRAINT IF EXISTS {name}" for name in CHECKS),
        *(f"ALTER TABLE store_taskstate DROP COLUMN {name}" for name in COLUMNS),
        *(f"ALTER TABLE store_taskstate ALTER {name}_wide DROP DEFAULT" for name in COLUMNS),
        *(f"ALTER TABLE store_taskstate RENAME COLUMN {name}_wide TO {name}" for name in COLUMNS),
        *(
            f"ALTER TABLE store_taskstate RENAME CONSTRAINT {name}_wide TO {name}"
            for name in CHECKS
        ),
        *(f"ALTER INDEX {name}_wide RENAME TO {name}" for name in INDEXES),
    ]


OF_SQLITE = (
    "DROP INDEX IF EXISTS answer_of_task",
    'CREATE INDEX "answer_of_task" ON "store_answer" ("task_id", "id")',
)


def widen(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Widen the columns of PostgreSQL, with work going on meanwhile."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            with transaction.atomic(using=connection.alias):
                for statement in OF_SQLITE:
                    cursor.execute(statement)
            return
        cursor.execute(PROJECTS)
        with transaction.atomic(using=connection.alias):
            for statement in BESIDE:
                cursor.execute(statement)
        last = 0
        while last is not None:
            cursor.execute(FILL, (last, STEP))
            (last,) = cursor.fetchone()
        for name, condition in CHECKS.items():
            table = "ALTER TABLE store_taskstate"
            cursor.execute(f"{table} DROP CONSTRAINT IF EXISTS {name}_wide")
            cursor.execute(f"{table} ADD CONSTRAINT {name}_wide CHECK ({condition}) NOT VALID")
            cursor.execute(f"{table} VALIDATE CONSTRAINT {name}_wide")
        for name, place in INDEXES.items():
            table, _, columns = place.partition(" ")
            cursor.execute(f"DROP INDEX IF EXISTS {name}_wide")
            cursor.execute(f"CREATE INDEX CONCURRENTLY {name}_wide ON {table} {columns}")
        with transaction.atomic(using=connection.alias):
            for statement in swap():
                cursor.execute(statement)


class Migration(migrations.Migration):
    """Widen the columns; let the index of a task's answers end in their ids."""

    atomic = False
    dependencies = (("store", "0052_prolific"),)

    operations = (
        migrations.SeparateDatabaseAndState(
            database_operations=(migrations.RunPython(widen, migrations.RunPython.noop),),
            state_operations=(
                migrations.AlterField("project", "overlap", models.PositiveIntegerField(default=3)),
                migrations.AlterField(
                    "project", "overlap_most", models.PositiveIntegerField(null=True)
                ),
                migrations.AlterField("taskstate", "overlap", models.PositiveIntegerField()),
                migrations.AlterField(
                    "taskstate", "counted", models.PositiveIntegerField(default=0)
                ),
                migrations.AlterField("taskstate", "live", models.PositiveIntegerField(default=0)),
                migrations.RemoveIndex("answer", "answer_of_task"),
                migrations.AddIndex(
                    "answer", models.Index(fields=("task", "id"), name="answer_of_task")
                ),
            ),
        ),
    )
