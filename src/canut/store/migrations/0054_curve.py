"""Keep the learning curve of an estimate.

The running release survives it: it does not know the column, which may be empty. Going back forgets
the curves; the next estimate measures them again.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the column."""

    dependencies = (("store", "0053_overlap"),)

    operations = (migrations.AddField("estimate", "curve", models.JSONField(null=True)),)
