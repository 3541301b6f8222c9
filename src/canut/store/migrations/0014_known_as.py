"""Call people who gave no name by the project that invited them, and a number.

The running release survives it: it shows what it showed. Going back loses what requesters called
people who gave no name.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

LONGEST_TITLE = 60


def call_by_project(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Number those who came by a link in the order they came; notes of old links were private."""
    uses = apps.get_model("store", "InvitationUse").objects.order_by("id")
    counts: dict[int, int] = {}
    called: set[int] = set()
    for use in uses.select_related("invitation__project", "person").iterator():
        person, project = use.person, use.invitation.project
        if person.pk in called or person.shown_name:
            continue
        called.add(person.pk)
        counts[project.pk] = counts.get(project.pk, 0) + 1
        person.known_as = f"{project.title[:LONGEST_TITLE].strip()} {counts[project.pk]}"
        person.save(update_fields=["known_as"])


def forget(_apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Do nothing: the column goes."""


class Migration(migrations.Migration):
    """Add the column, and fill it for who is here."""

    dependencies = (("store", "0013_waiting_rejections"),)

    operations = (
        migrations.AddField(
            model_name="person",
            name="known_as",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.RunPython(call_by_project, forget),
    )
