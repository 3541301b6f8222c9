"""Keep how much silence counts: by each person's own wish, and as learnt from honest answers.

That silence counts twice for somebody was in their work terms, where others could read it; it moves
to their account, and the terms forget it.

The running release survives it: every column may be empty. Pages it opens meanwhile count silence
once. Going back puts the wish into the newest terms of each person who has some.
"""

from django.db import migrations, models

MOVE = """
UPDATE store_person SET assistive_ms = (
  SELECT t.at_ms FROM store_terms t WHERE t.person_id = store_person.id AND t.assistive
    AND NOT EXISTS (SELECT 1 FROM store_terms n
      WHERE n.person_id = t.person_id AND n.number > t.number))
"""
FORGET = "UPDATE store_terms SET assistive = FALSE WHERE assistive"
MOVE_BACK = """
UPDATE store_terms SET assistive = TRUE WHERE EXISTS (
  SELECT 1 FROM store_person p WHERE p.id = store_terms.person_id AND p.assistive_ms IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM store_terms n
    WHERE n.person_id = store_terms.person_id AND n.number > store_terms.number)
"""


class Migration(migrations.Migration):
    """Add the columns, then move what the terms hold."""

    dependencies = (("store", "0008_claim_states"),)
    operations = (
        migrations.AddField("person", "assistive_ms", models.BigIntegerField(null=True)),
        migrations.AddField("openpage", "silence_ms", models.IntegerField(null=True)),
        migrations.AddField("usualtime", "n_people", models.IntegerField(null=True)),
        migrations.AddField("usualtime", "silence_ms", models.IntegerField(null=True)),
        migrations.RunSQL(MOVE, MOVE_BACK),
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
    )
