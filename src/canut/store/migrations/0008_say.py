"""Begin what workers say: messages, ratings, elections, policies, terms of use, records brought.

Additions alone: the previous version may run beside it. Going back loses what was said.
"""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0007_price"),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "voice",
                    models.CharField(
                        choices=[
                            ("worker", "Worker"),
                            ("requester", "Requester"),
                            ("operator", "Operator"),
                        ],
                        max_length=9,
                    ),
                ),
                ("text", models.TextField()),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="OversightReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("now", "Now"), ("half", "Half")], max_length=4),
                ),
                ("begin_ms", models.BigIntegerField()),
                ("end_ms", models.BigIntegerField()),
                ("content", models.JSONField()),
                ("made_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="PolicyChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        choices=[
                            ("floor", "FLOOR"),
                            ("item_cap", "ITEM_CAP"),
                            ("period_cap", "PERIOD_CAP"),
                            ("exposure_day", "EXPOSURE_DAY"),
                            ("exposure_week", "EXPOSURE_WEEK"),
                            ("exposure_run", "EXPOSURE_RUN"),
                            ("hours_day", "HOURS_DAY"),
                            ("hours_week", "HOURS_WEEK"),
                        ],
                        max_length=20,
                    ),
                ),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("old", models.BigIntegerField(null=True)),
                ("new", models.BigIntegerField()),
                ("reason", models.TextField()),
                ("proposed_ms", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "WAITING"),
                            ("in_force", "IN_FORCE"),
                            ("refused", "REFUSED"),
                            ("withdrawn", "WITHDRAWN"),
                        ],
                        max_length=9,
                    ),
                ),
                ("agreed", models.PositiveSmallIntegerField(default=0)),
                ("takes_effect_ms", models.BigIntegerField(null=True)),
                ("settled_ms", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PolicyOpinion",
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
            ],
        ),
        migrations.CreateModel(
            name="TermsAccepted",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("language", models.CharField(max_length=2)),
                ("sha256", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="TermsOfUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                ("text_en", models.TextField()),
                ("text_fr", models.TextField()),
                ("published_ms", models.BigIntegerField()),
                ("takes_effect_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Thread",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "to",
                    models.CharField(
                        choices=[("requester", "Requester"), ("operator", "Operator")], max_length=9
                    ),
                ),
                ("opened_ms", models.BigIntegerField()),
                ("due_ms", models.BigIntegerField(null=True)),
                ("answered_ms", models.BigIntegerField(null=True)),
                ("late_ms", models.BigIntegerField(null=True)),
                ("is_for_all", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Voter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("has_voted", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="BroughtRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("instance", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.TextField()),
                ("answers", models.PositiveIntegerField()),
                ("projects", models.PositiveIntegerField()),
                ("elapsed_ms", models.BigIntegerField()),
                ("pay", models.JSONField(default=dict)),
                ("first_ms", models.BigIntegerField(null=True)),
                ("last_ms", models.BigIntegerField(null=True)),
                ("at_ms", models.BigIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="brought",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at_ms", models.BigIntegerField()),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChannelMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_representative", models.BooleanField()),
                ("text", models.TextField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClientMeasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("people", models.PositiveIntegerField(null=True)),
                ("middle_micro", models.BigIntegerField(null=True)),
                ("lowest_micro", models.BigIntegerField(null=True)),
                ("by_elapsed", models.PositiveIntegerField(null=True)),
                ("answers", models.PositiveIntegerField(null=True)),
                ("rejected_per_mille", models.PositiveIntegerField(null=True)),
                ("made_ms", models.BigIntegerField()),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, to="store.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClientRating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tos_violation", models.BooleanField()),
                ("broken", models.BooleanField()),
                ("reward_micro", models.BigIntegerField(null=True)),
                ("currency", models.CharField(max_length=3)),
                ("time_seconds", models.PositiveIntegerField(null=True)),
                ("pending_days", models.PositiveIntegerField(null=True)),
                (
                    "comm",
                    models.CharField(
                        choices=[
                            ("none", "NONE"),
                            ("good", "GOOD"),
                            ("acceptable", "ACCEPTABLE"),
                            ("unacceptable", "UNACCEPTABLE"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "rejected",
                    models.CharField(
                        choices=[("none", "NONE"), ("fairly", "FAIRLY"), ("unfairly", "UNFAIRLY")],
                        max_length=8,
                    ),
                ),
                (
                    "recommend",
                    models.CharField(
                        choices=[("yes", "YES"), ("with-care", "WITH_CARE"), ("no", "NO")],
                        max_length=9,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("at_ms", models.BigIntegerField()),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="store.project"
                    ),
                ),
                (
                    "worker",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, to="store.worker"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Election",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seats", models.PositiveSmallIntegerField()),
                ("opened_ms", models.BigIntegerField()),
                ("voting_ms", models.BigIntegerField()),
                ("closes_ms", models.BigIntegerField()),
                ("voters", models.PositiveIntegerField()),
                ("box", models.JSONField(default=list)),
                ("counted_ms", models.BigIntegerField(null=True)),
                ("result", models.JSONField(null=True)),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="store.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Candidate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="candidates",
                        to="store.election",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="membership",
            name="election",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="store.election"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("election__isnull", False), ("role", "representative")),
                    models.Q(
                        models.Q(("role", "representative"), _negated=True),
                        ("election__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="membership_represents_by_ballot",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="oversightreport",
            constraint=models.UniqueConstraint(fields=("kind", "end_ms"), name="report_once"),
        ),
        migrations.AddField(
            model_name="policychange",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="policyopinion",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="policyopinion",
            name="change",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="opinions",
                to="store.policychange",
            ),
        ),
        migrations.AddField(
            model_name="termsaccepted",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="termsofuse",
            name="published_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="thread",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="thread",
            name="project",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="store.project"
            ),
        ),
        migrations.AddField(
            model_name="thread",
            name="task",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="store.task",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="thread",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="store.thread",
            ),
        ),
        migrations.AddField(
            model_name="voter",
            name="election",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="electorate",
                to="store.election",
            ),
        ),
        migrations.AddField(
            model_name="voter",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="broughtrecord",
            constraint=models.UniqueConstraint(
                fields=("person", "sha256"), name="record_brought_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="clientmeasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("people__gte", 10),
                    models.Q(
                        ("answers", None),
                        ("lowest_micro", None),
                        ("middle_micro", None),
                        ("people", None),
                    ),
                    _connector="OR",
                ),
                name="client_measure_of_ten",
            ),
        ),
        migrations.AddConstraint(
            model_name="election",
            constraint=models.UniqueConstraint(
                condition=models.Q(("counted_ms", None)),
                fields=("organisation",),
                name="election_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.UniqueConstraint(
                fields=("election", "person"), name="candidate_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="policychange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "in_force"), _negated=True),
                    (
                        "takes_effect_ms__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("proposed_ms"), "+", models.Value(1209600000)
                        ),
                    ),
                    models.Q(("agreed__gt", 0), ("takes_effect_ms__gte", models.F("proposed_ms"))),
                    _connector="OR",
                ),
                name="policy_heard_or_waited",
            ),
        ),
        migrations.AddConstraint(
            model_name="policychange",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="policy_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="policychange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("waiting", "refused"))),
                fields=("name", "currency"),
                name="policy_one_change_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="policyopinion",
            constraint=models.UniqueConstraint(fields=("change", "by"), name="policy_opinion_once"),
        ),
        migrations.AddConstraint(
            model_name="policyopinion",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="policy_opinion_in_words"
            ),
        ),
        migrations.AddConstraint(
            model_name="termsaccepted",
            constraint=models.UniqueConstraint(
                fields=("person", "number"), name="terms_accepted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="termsofuse",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "takes_effect_ms__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("published_ms"), "+", models.Value(2592000000)
                        ),
                    ),
                    ("number__gt", 1),
                ),
                name="terms_of_use_in_good_time",
            ),
        ),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(
                condition=models.Q(("due_ms__isnull", False), ("late_ms__isnull", True)),
                fields=["due_ms"],
                name="thread_to_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="thread",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_for_all", True), _negated=True),
                    models.Q(("project__isnull", False), ("answered_ms__isnull", False)),
                    _connector="OR",
                ),
                name="thread_for_all_is_answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="voter",
            constraint=models.UniqueConstraint(fields=("election", "person"), name="voter_once"),
        ),
    ]
