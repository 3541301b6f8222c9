"""Store what somebody who gave no name is called.

The running release survives it. Going back loses what requesters called people who gave no name.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the column; ``0019_names_of_people`` fills it for who is here."""

    dependencies = (("store", "0013_waiting_rejections"),)

    operations = (
        migrations.AddField(
            model_name="person",
            name="known_as",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
    )
