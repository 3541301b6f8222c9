"""Keep how a model was chosen as facts, not as a sentence in one language.

Not while the previous version runs: it writes the column that goes. Sentences are lost, forwards and
back, until the next estimate; no answer, no label. Estimates that saw all known answers are made
again by the next look around, so that the known answers that measure them are not those they saw.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0002_quality_of_estimates"),
    ]

    operations = [
        migrations.RemoveField(model_name="estimate", name="why"),
        migrations.AddField(
            model_name="estimate",
            name="choice",
            field=models.JSONField(null=True),
        ),
        migrations.RunSQL(
            "UPDATE store_estimate SET last_answer = 0 WHERE known > 0", migrations.RunSQL.noop
        ),
    ]
