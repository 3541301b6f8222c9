"""What is changed on many tasks at once, kept so that it can be undone, and the index of texts."""

from django.db import models

from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Import, Task


class Bulk(models.Model):
    """One change of many tasks: which were meant, how many were said, how many changed.

    ``chosen``: the filter, or the tasks, as they were asked for. ``after``: the last task that was
    looked at, from where a change that was cut short goes on. ``undoing_after``: the same for its
    undoing; ``kept``: tasks that had changed since and stayed as they were.
    """

    class Kind(models.TextChoices):
        """What changes."""

        PRIORITY = "priority"
        ANSWERS = "answers"
        ASIDE = "aside"
        RETURN = "return"
        REVIEW = "review"

    class State(models.TextChoices):
        """How far it is."""

        RUNNING = "running"
        DONE = "done"
        UNDOING = "undoing"
        UNDONE = "undone"

    project = models.ForeignKey(Project, models.CASCADE)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount = models.SmallIntegerField(default=0)
    chosen = models.JSONField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNNING)
    said = models.BigIntegerField()
    changed = models.BigIntegerField(default=0)
    kept = models.BigIntegerField(default=0)
    after = models.BigIntegerField(default=0)
    undoing_after = models.BigIntegerField(default=0)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()
    undone_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    undone_ms = models.BigIntegerField(null=True)


class BulkTask(models.Model):
    """One task of a change: what it said before, and what it was made to say."""

    bulk = models.ForeignKey(Bulk, models.CASCADE, related_name="tasks", db_index=False)
    task = models.ForeignKey(Task, models.CASCADE)
    before = models.CharField(max_length=12)
    became = models.CharField(max_length=12)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("bulk", "task"), name="bulk_task_once"),)


class TextIndex(models.Model):
    """How far the texts of an import can be searched: up to which row, and whether that is all.

    The words themselves are in ``store_tasktext``, which the migration makes: an FTS5 table on
    SQLite, a table of ``tsvector`` on PostgreSQL.
    """

    source = models.OneToOneField(Import, models.CASCADE, primary_key=True, related_name="texts")
    row = models.BigIntegerField(default=0)
    is_whole = models.BooleanField(default=False)


def bulks_of(project_id: int, most: int = 10) -> list[Bulk]:
    """List the last changes of many tasks in a project, newest first."""
    found = Bulk.objects.filter(project=project_id).select_related("made_by", "undone_by")
    return list(found.order_by("-id")[:most])
