"""Call people who gave no name by the project that invited them, and a number.

The running release survives it: it shows what it showed. One row is written at a time; stopped half
way, it goes on where it was, with the same numbers.
"""

from django.db import migrations
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
        if not person.known_as:
            person.known_as = f"{project.title[:LONGEST_TITLE].strip()} {counts[project.pk]}"
            person.save(update_fields=["known_as"])


def forget(_apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Do nothing: the column goes with its own migration."""


class Migration(migrations.Migration):
    """Fill the column for who is here."""

    atomic = False
    dependencies = (("store", "0018_pilot_people"),)

    operations = (migrations.RunPython(call_by_project, forget),)
