"""Who said that a payment file was sent, and when; files from before were sent when made."""

import django.db.models.deletion
from django.db import migrations, models

SENT_WHEN_MADE = "UPDATE store_paymentfile SET sent_at = made_at, sent_by_id = made_by_id"


class Migration(migrations.Migration):
    """Add the columns, then fill them for the files there are."""

    dependencies = (("store", "0004_removal"),)
    operations = (
        migrations.AlterField(
            "paymentfile",
            "kind",
            models.CharField(
                max_length=8,
                choices=[("pain.001", "Bank"), ("cpa-005", "Cpa"), ("csv", "Mobile")],
            ),
        ),
        migrations.AddField("paymentfile", "sent_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "paymentfile",
            "sent_by",
            models.ForeignKey(
                "store.person",
                django.db.models.deletion.PROTECT,
                null=True,
                related_name="+",
                db_index=False,
            ),
        ),
        migrations.RunSQL(SENT_WHEN_MADE, migrations.RunSQL.noop),
    )
