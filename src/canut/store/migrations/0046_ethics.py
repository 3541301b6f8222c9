"""Keep opinions, holds, overrides, terms and recalls of ethics reviewers, and what an hour pays.

The database refuses to change or delete an opinion, a reply, a word, a vote or an override. The
running release survives it: it knows none of the tables, and a project has no hold before. Going
back forgets them, and lets held projects lend again.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = (
    "store_ethicsopinion",
    "store_ethicsreply",
    "store_ethicsword",
    "store_ethicsvote",
    "store_ethicsoverride",
)
STAYS = "what was said or signed about a project stays as it was written"
EVENTS = {"stays": "UPDATE", "remains": "DELETE"}
REFUSE_ON_POSTGRES = """
CREATE OR REPLACE FUNCTION canut_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation'; END $$
"""


def create_ethics_guards(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    if not is_sqlite:
        schema_editor.execute(REFUSE_ON_POSTGRES, params=None)
    for table in TABLES:
        for word, event in EVENTS.items():
            name = f"{table.removeprefix('store_')}_{word}"
            schema_editor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table} FOR EACH ROW"
                f" BEGIN SELECT RAISE(ABORT, '{STAYS}'); END"
                if is_sqlite
                else f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW"
                f" EXECUTE FUNCTION canut_refuse('{STAYS}')",
                params=None,
            )


def drop_ethics_guards(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for table in TABLES:
        for word in EVENTS:
            on = "" if is_sqlite else f" ON {table}"
            name = f"{table.removeprefix('store_')}_{word}"
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}", params=None)


class Migration(migrations.Migration):
    """Create the tables, then the guards, which can run again."""

    atomic = False
    dependencies = (("store", "0045_comparisons"),)

    operations = (
        migrations.CreateModel(
            name="EthicsOpinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("go", "GO"), ("change", "CHANGE"), ("hold", "HOLD")], max_length=6
                    ),
                ),
                ("reasons", models.TextField()),
                ("points", models.JSONField(default=list)),
                ("grounds", models.JSONField(default=list)),
                ("facts", models.JSONField(default=list)),
                ("at_ms", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name="election",
            name="kind",
            field=models.CharField(
                choices=[("representatives", "REPRESENTATIVES"), ("ethics", "ETHICS")],
                db_default="representatives",
                default="representatives",
                max_length=15,
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="held_ms",
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="EthicsHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("begins_ms", models.BigIntegerField()),
                ("renewed_ms", models.BigIntegerField(null=True)),
                ("renewal_words", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "HELD"),
                            ("lapsed", "LAPSED"),
                            ("lifted", "LIFTED"),
                            ("council", "COUNCIL"),
                            ("ended", "ENDED"),
                            ("overridden", "OVERRIDDEN"),
                        ],
                        default="held",
                        max_length=10,
                    ),
                ),
                ("ended_ms", models.BigIntegerField(null=True)),
                ("lift_words", models.TextField(blank=True)),
                (
                    "appeal",
                    models.CharField(
                        choices=[
                            ("none", "NONE"),
                            ("open", "OPEN"),
                            ("upheld", "UPHELD"),
                            ("won", "WON"),
                        ],
                        default="none",
                        max_length=6,
                    ),
                ),
                ("appeal_words", models.TextField(blank=True)),
                ("appeal_closes_ms", models.BigIntegerField(default=0)),
                ("override_barred", models.BooleanField()),
                (
                    "appealed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opinion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hold",
                        to="store.ethicsopinion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EthicsOverride",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reasons", models.TextField()),
                ("at_ms", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "hold",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="override",
                        to="store.ethicshold",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EthicsRecall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reasons", models.TextField()),
                ("opened_ms", models.BigIntegerField()),
                ("closes_ms", models.BigIntegerField()),
                ("voters", models.PositiveIntegerField()),
                ("box", models.JSONField(default=list)),
                ("counted_ms", models.BigIntegerField(null=True)),
                ("result", models.JSONField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EthicsRecallVoter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("has_voted", models.BooleanField(default=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="electorate",
                        to="store.ethicsrecall",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EthicsReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("point", models.PositiveSmallIntegerField()),
                ("text", models.TextField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opinion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="store.ethicsopinion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EthicsReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=60)),
                ("title", models.CharField(max_length=120)),
                ("client", models.CharField(max_length=120)),
                ("masked", models.CharField(blank=True, max_length=400)),
                ("risk", models.PositiveSmallIntegerField()),
                ("asked_ms", models.BigIntegerField(null=True)),
                ("due_ms", models.BigIntegerField(null=True)),
                ("cleared_ms", models.BigIntegerField(null=True)),
                (
                    "cleared_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("free", "FREE"),
                            ("cleared", "CLEARED"),
                            ("by-words", "BY_WORDS"),
                            ("in-silence", "IN_SILENCE"),
                            ("nobody", "NOBODY"),
                            ("unasked", "UNASKED"),
                            ("waits-opinion", "WAITS_OPINION"),
                            ("waits-words", "WAITS_WORDS"),
                            ("waits-change", "WAITS_CHANGE"),
                            ("held", "HELD"),
                        ],
                        max_length=13,
                    ),
                ),
                ("ethical_aim", models.TextField(blank=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="ethics",
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EthicsQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("asked_ms", models.BigIntegerField()),
                ("due_ms", models.BigIntegerField()),
                ("answer", models.TextField(blank=True)),
                ("answered_ms", models.BigIntegerField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="store.ethicsreview",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="ethicsopinion",
            name="review",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="opinions",
                to="store.ethicsreview",
            ),
        ),
        migrations.CreateModel(
            name="EthicsLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("task", models.BigIntegerField()),
                ("severity", models.PositiveSmallIntegerField()),
                ("dose", models.PositiveIntegerField()),
                ("seen_ms", models.BigIntegerField()),
                ("ended_ms", models.BigIntegerField()),
                (
                    "bearer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="store.ethicsreview",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EthicsAssisted",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("go", "GO"), ("change", "CHANGE"), ("hold", "HOLD")], max_length=6
                    ),
                ),
                ("reasons", models.TextField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opinion",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.ethicsopinion",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assisted",
                        to="store.ethicsreview",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EthicsTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_deputy", models.BooleanField(default=False)),
                ("begins_ms", models.BigIntegerField()),
                ("ends_ms", models.BigIntegerField()),
                ("ended_ms", models.BigIntegerField(null=True)),
                (
                    "ended_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("over", "Over"),
                            ("resigned", "Resigned"),
                            ("recalled", "Recalled"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "election",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.election",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ethics_terms",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="ethicsrecall",
            name="term",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recalls",
                to="store.ethicsterm",
            ),
        ),
        migrations.AddField(
            model_name="ethicsopinion",
            name="term",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="store.ethicsterm",
            ),
        ),
        migrations.CreateModel(
            name="EthicsVote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lifts", models.BooleanField()),
                ("text", models.TextField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="votes",
                        to="store.ethicshold",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EthicsWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agrees", models.BooleanField()),
                ("text", models.TextField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="words",
                        to="store.ethicsreview",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EthicsHour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour_micro", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("at_ms", models.BigIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "at_ms"], name="ethics_hour_of_person")],
            },
        ),
        migrations.CreateModel(
            name="EthicsLevy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("micro", models.BigIntegerField()),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.period",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="store.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("period", "project", "currency"), name="ethics_levy_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("micro__gt", 0)), name="ethics_levy_above_nothing"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EthicsNominee",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cv", models.TextField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cv", ""), _negated=True), name="ethics_nominee_has_cv"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="ethicshold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_ms", None), ("state__in", ("held", "lapsed"))),
                    models.Q(
                        models.Q(("state__in", ("held", "lapsed")), _negated=True),
                        ("ended_ms__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="ethics_hold_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicshold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("renewal_words", ""), ("renewed_ms", None)),
                    models.Q(
                        ("renewed_ms__isnull", False),
                        models.Q(("renewal_words", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="ethics_hold_renewed_with_words",
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicshold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "overridden"), _negated=True),
                    models.Q(("override_barred", False), ("renewed_ms__isnull", False)),
                    _connector="OR",
                ),
                name="ethics_hold_override_allowed",
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(("reasons", ""), _negated=True), name="ethics_override_in_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsrecallvoter",
            constraint=models.UniqueConstraint(
                fields=("recall", "person"), name="ethics_recall_voter_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsreply",
            constraint=models.UniqueConstraint(
                fields=("opinion", "point"), name="ethics_reply_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsreply",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="ethics_reply_in_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cleared_by", ""), ("cleared_ms", None)),
                    models.Q(
                        ("cleared_ms__isnull", False), models.Q(("cleared_by", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="ethics_cleared_by_rule",
            ),
        ),
        migrations.AddIndex(
            model_name="ethicslook",
            index=models.Index(fields=["bearer", "ended_ms"], name="ethics_look_counts"),
        ),
        migrations.AddConstraint(
            model_name="ethicslook",
            constraint=models.UniqueConstraint(
                fields=("bearer", "review", "task"), name="ethics_look_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsassisted",
            constraint=models.UniqueConstraint(
                fields=("review", "by"), name="ethics_assisted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsassisted",
            constraint=models.CheckConstraint(
                condition=models.Q(("reasons", ""), _negated=True), name="ethics_assisted_in_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsterm",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_ms", None)),
                fields=("person",),
                name="ethics_term_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsterm",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_ms__gt", models.F("begins_ms"))),
                name="ethics_term_has_length",
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsterm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_ms", None), ("ended_why", "")),
                    models.Q(
                        ("ended_ms__isnull", False), models.Q(("ended_why", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="ethics_term_ended_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsrecall",
            constraint=models.UniqueConstraint(
                condition=models.Q(("counted_ms", None)),
                fields=("term",),
                name="ethics_recall_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsrecall",
            constraint=models.CheckConstraint(
                condition=models.Q(("reasons", ""), _negated=True), name="ethics_recall_in_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsopinion",
            constraint=models.CheckConstraint(
                condition=models.Q(("reasons", ""), _negated=True), name="ethics_opinion_in_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsvote",
            constraint=models.UniqueConstraint(fields=("hold", "by"), name="ethics_vote_once"),
        ),
        migrations.AddConstraint(
            model_name="ethicsvote",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="ethics_vote_in_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="ethicsword",
            constraint=models.UniqueConstraint(fields=("review", "by"), name="ethics_word_once"),
        ),
        migrations.AddConstraint(
            model_name="ethicsword",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="ethics_word_in_words"
            ),
        ),
        migrations.RunPython(create_ethics_guards, drop_ethics_guards),
    )
