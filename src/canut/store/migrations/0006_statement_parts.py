"""Let a person have several statements in a period, one for each part with one status.

The running release survives it: it writes one statement a period and currency, as before. Going back
refuses while somebody has two, and loses nothing.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Replace the constraint of statements."""

    dependencies = (("store", "0005_payment_file_sent"),)

    operations = (
        migrations.RemoveConstraint(model_name="statement", name="statement_once"),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(
                fields=("period", "person", "currency", "begin_ms"), name="statement_once"
            ),
        ),
    )
