"""Record who ended a membership, who connected an outside model, and time that no server saw.

Workers who left by their own wish are taken from the decisions that say so; other memberships that
ended before count as ended by somebody else, so that old links do not undo it.

The running release survives it: both columns may be empty. Going back loses who ended a membership.
"""

import django.db.models.deletion
from django.db import migrations, models


OWN_WISHES = """
UPDATE store_membership SET ended_by_id = person_id
WHERE role = 'worker' AND ended_at IS NOT NULL AND EXISTS (
  SELECT 1 FROM store_decision d
  WHERE d.person_id = store_membership.person_id AND d.project_id = store_membership.project_id
    AND d.kind = 'closure' AND d.code = 'own-wish' AND d.undone_ms IS NULL)
"""


class Migration(migrations.Migration):
    """Add the columns, then fill the first where it is known."""

    dependencies = (("store", "0003_guards"),)
    operations = (
        migrations.AddField(
            "membership",
            "ended_by",
            models.ForeignKey(
                "store.person",
                django.db.models.deletion.SET_NULL,
                null=True,
                related_name="+",
                db_index=False,
            ),
        ),
        migrations.AddField(
            "looprule",
            "endpoint_by",
            models.ForeignKey(
                "store.person",
                django.db.models.deletion.SET_NULL,
                null=True,
                related_name="+",
                db_index=False,
            ),
        ),
        migrations.RunSQL(OWN_WISHES, migrations.RunSQL.noop),
        migrations.AlterField(
            "claim",
            "why",
            models.CharField(
                max_length=9,
                choices=[
                    ("paper", "Paper"),
                    ("crashed", "Crashed"),
                    ("other", "Other"),
                    ("too_long", "Too Long"),
                    ("not_right", "Not Right"),
                    ("unseen", "Unseen"),
                ],
            ),
        ),
    )
