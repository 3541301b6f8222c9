"""Create all other tables, each with its indexes and constraints.

It stands apart from the first migration because Django applies ours last: the steps of other apps
then redraw one model each instead of all of them, which saves two seconds on an empty database.

An empty database is created: no release runs before it. Going back drops all tables but that of
people, and what is in them.
"""

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateTables(Operation):
    """Create many tables with the models drawn once; separately, each table redraws all models."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, tables: list[migrations.CreateModel]) -> None:
        self.tables = tables

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        vars(state).pop("apps", None)  # drawn again at the next use, with all tables
        for table in self.tables:
            table.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self.tables)} tables"


TABLES = [
    migrations.CreateModel(
        name="Organisation",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("name", models.CharField(max_length=120)),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("requester", "Requester"),
                        ("operator", "Operator"),
                        ("intermediary", "Intermediary"),
                    ],
                    max_length=12,
                ),
            ),
            ("country", models.CharField(blank=True, max_length=2)),
            ("created_at", models.DateTimeField()),
        ],
    ),
    migrations.CreateModel(
        name="Membership",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="memberships",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "organisation",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.CASCADE, to="store.organisation"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.CASCADE, to="store.project"
                ),
            ),
            (
                "role",
                models.CharField(
                    choices=[
                        ("requester", "Requester"),
                        ("worker", "Worker"),
                        ("reviewer", "Reviewer"),
                        ("operator", "Operator"),
                        ("auditor", "Auditor"),
                        ("representative", "Representative"),
                    ],
                    max_length=14,
                ),
            ),
            (
                "election",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, to="store.election"
                ),
            ),
            ("created_at", models.DateTimeField()),
            ("ended_at", models.DateTimeField(null=True)),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("organisation__isnull", True), ("project__isnull", True), _connector="XOR"
                    ),
                    name="membership_of_one_thing",
                ),
                models.CheckConstraint(
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
                models.UniqueConstraint(
                    condition=models.Q(("ended_at__isnull", True), ("organisation__isnull", False)),
                    fields=("person", "role", "organisation"),
                    name="membership_once_in_organisation",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("ended_at__isnull", True), ("project__isnull", False)),
                    fields=("person", "role", "project"),
                    name="membership_once_in_project",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Invitation",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="invitations",
                    to="store.project",
                ),
            ),
            (
                "role",
                models.CharField(
                    choices=[
                        ("requester", "Requester"),
                        ("worker", "Worker"),
                        ("reviewer", "Reviewer"),
                        ("operator", "Operator"),
                        ("auditor", "Auditor"),
                        ("representative", "Representative"),
                    ],
                    max_length=14,
                ),
            ),
            ("note", models.CharField(blank=True, max_length=120)),
            (
                "created_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("created_at", models.DateTimeField()),
            ("expires_at", models.DateTimeField()),
            ("max_uses", models.PositiveIntegerField()),
            ("uses", models.PositiveIntegerField(default=0)),
            ("revoked_at", models.DateTimeField(null=True)),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("uses__lte", models.F("max_uses"))),
                    name="invitation_within_uses",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="InvitationUse",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "invitation",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, to="store.invitation"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("used_at", models.DateTimeField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("invitation", "person"), name="invitation_used_once"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="OneTimeLink",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("token_hash", models.CharField(max_length=64, unique=True)),
            ("leads_to", models.CharField(max_length=200)),
            ("created_at", models.DateTimeField()),
            ("expires_at", models.DateTimeField()),
            ("used_at", models.DateTimeField(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="Project",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("slug", models.SlugField(max_length=60, unique=True)),
            ("title", models.CharField(max_length=120)),
            (
                "organisation",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to="store.organisation"
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("draft", "Draft"),
                        ("pilot", "Pilot"),
                        ("open", "Open"),
                        ("paused", "Paused"),
                        ("closed", "Closed"),
                    ],
                    default="draft",
                    max_length=6,
                ),
            ),
            ("aim_business", models.TextField(blank=True)),
            ("aim_social", models.TextField(blank=True)),
            ("aim_ethical", models.TextField(blank=True)),
            ("origin_whose", models.TextField(blank=True)),
            ("origin_consent", models.TextField(blank=True)),
            ("origin_paid", models.TextField(blank=True)),
            ("is_own_staff", models.BooleanField(default=False)),
            ("is_simulated", models.BooleanField(default=False)),
            ("severity", models.PositiveSmallIntegerField(null=True)),
            (
                "modality",
                models.CharField(
                    choices=[
                        ("text", "Text"),
                        ("audio", "Audio"),
                        ("image", "Image"),
                        ("video", "Video"),
                    ],
                    default="text",
                    max_length=5,
                ),
            ),
            ("severity_most", models.PositiveSmallIntegerField(default=0)),
            ("severity_column", models.CharField(blank=True, max_length=200)),
            ("risk_categories", models.JSONField(default=list)),
            ("floor_micro", models.BigIntegerField(null=True)),
            ("client_country", models.CharField(blank=True, max_length=6)),
            (
                "purpose_hidden",
                models.CharField(blank=True, db_default="", default="", max_length=300),
            ),
            ("overlap", models.PositiveSmallIntegerField(default=3)),
            ("overlap_most", models.PositiveSmallIntegerField(null=True)),
            ("overlap_rule", models.PositiveIntegerField(db_default=0, default=0)),
            ("has_checks", models.BooleanField(db_default=False, default=False)),
            ("audit_per_mille", models.PositiveSmallIntegerField(db_default=0, default=0)),
            ("models_vote", models.BooleanField(db_default=False, default=False)),
            ("tasks_a_person", models.PositiveIntegerField(null=True)),
            ("tasks_a_day", models.PositiveSmallIntegerField(null=True)),
            ("archived_ms", models.BigIntegerField(null=True)),
            ("lease_seconds", models.PositiveIntegerField(default=900)),
            (
                "practice_task",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="store.task",
                ),
            ),
            (
                "created_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("created_at", models.DateTimeField()),
            ("opened_at", models.DateTimeField(null=True)),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("overlap__gte", 1)), name="project_overlap_at_least_1"
                ),
                models.CheckConstraint(
                    condition=models.Q(("severity", None), ("severity__lte", 4), _connector="OR"),
                    name="project_severity_up_to_4",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("state", "draft"),
                        models.Q(
                            ("aim_business", ""),
                            ("aim_social", ""),
                            ("aim_ethical", ""),
                            ("origin_whose", ""),
                            ("origin_consent", ""),
                            ("origin_paid", ""),
                            _connector="OR",
                            _negated=True,
                        ),
                        _connector="OR",
                    ),
                    name="project_says_why_before_opening",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="QuestionVersion",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="questions",
                    to="store.project",
                ),
            ),
            ("number", models.PositiveIntegerField()),
            ("schema", models.JSONField()),
            ("instructions", models.TextField(blank=True)),
            (
                "created_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("created_at", models.DateTimeField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("project", "number"), name="question_version_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="RateVersion",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="rates",
                    to="store.project",
                ),
            ),
            ("number", models.PositiveIntegerField()),
            ("piece_micro", models.BigIntegerField()),
            ("hourly_micro", models.BigIntegerField(db_default=0, default=0)),
            ("by_hour_micro", models.BigIntegerField(db_default=0, default=0)),
            ("task_ms", models.BigIntegerField(db_default=0, default=0)),
            ("currency", models.CharField(max_length=3)),
            (
                "created_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("created_at", models.DateTimeField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("project", "number"), name="rate_version_once"),
                models.CheckConstraint(
                    condition=models.Q(("piece_micro__gte", 0)), name="rate_not_negative"
                ),
                models.CheckConstraint(
                    condition=models.Q(("by_hour_micro__gte", 0)), name="rate_hour_not_negative"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Worker",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="workers",
                    to="store.project",
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="workers",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[("human", "Human"), ("model", "Model"), ("simulated", "Simulated")],
                    default="human",
                    max_length=9,
                ),
            ),
            ("public_id", models.CharField(max_length=16)),
            ("cursor_priority", models.IntegerField(default=0)),
            ("cursor_task", models.BigIntegerField(default=0)),
            ("practised_ms", models.BigIntegerField(null=True)),
            ("accuracy", models.FloatField(null=True)),
            ("agreed", models.BigIntegerField(null=True)),
            ("compared", models.BigIntegerField(null=True)),
            ("created_at", models.DateTimeField()),
            ("ended_at", models.DateTimeField(null=True)),
            ("is_limited", models.BooleanField(db_default=False, default=False)),
            ("check_cursor", models.BigIntegerField(db_default=0, default=0)),
            ("checks_answered", models.PositiveIntegerField(db_default=0, default=0)),
            ("checks_right", models.PositiveIntegerField(db_default=0, default=0)),
            ("barred", models.CharField(blank=True, db_default="", default="", max_length=13)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("project", "public_id"), name="worker_id_once"),
                models.UniqueConstraint(
                    fields=("project", "person"), name="worker_once_in_project"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Import",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="imports",
                    to="store.project",
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("reading", "Reading"),
                        ("ready", "Ready"),
                        ("publishing", "Publishing"),
                        ("published", "Published"),
                        ("discarded", "Discarded"),
                        ("failed", "Failed"),
                    ],
                    default="reading",
                    max_length=10,
                ),
            ),
            ("name", models.CharField(max_length=200)),
            ("path", models.TextField()),
            ("format", models.CharField(max_length=20)),
            ("reading", models.JSONField(default=dict)),
            ("warnings", models.JSONField(default=list)),
            ("rows_good", models.BigIntegerField(default=0)),
            ("rows_bad", models.BigIntegerField(default=0)),
            ("bytes_total", models.BigIntegerField(default=0)),
            ("bytes_read", models.BigIntegerField(default=0)),
            ("failure", models.JSONField(null=True)),
            (
                "created_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("created_at", models.DateTimeField()),
            ("published_at", models.DateTimeField(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="ImportProblem",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "source",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="problems",
                    to="store.import",
                ),
            ),
            ("line", models.BigIntegerField()),
            ("column", models.CharField(blank=True, max_length=200)),
            ("code", models.CharField(max_length=40)),
            ("facts", models.JSONField(default=dict)),
        ],
    ),
    migrations.CreateModel(
        name="Media",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.project"),
            ),
            ("sha256", models.CharField(max_length=64)),
            ("content_type", models.CharField(max_length=40)),
            ("width", models.PositiveIntegerField()),
            ("height", models.PositiveIntegerField()),
            ("size_bytes", models.BigIntegerField()),
            ("smaller", models.JSONField(null=True)),
            ("duration_ms", models.BigIntegerField(null=True)),
            ("channels", models.PositiveSmallIntegerField(null=True)),
            ("rate", models.PositiveIntegerField(null=True)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("project", "sha256"), name="media_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="Task",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    db_constraint=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    to="store.project",
                ),
            ),
            (
                "source",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.import"
                ),
            ),
            ("row", models.BigIntegerField()),
            ("key", models.CharField(max_length=200)),
            ("data", models.TextField()),
            ("known", models.TextField(null=True)),
        ],
        options={
            "indexes": [
                models.Index(fields=["source", "row"], name="task_of_import"),
                models.Index(
                    condition=models.Q(("known__isnull", False)),
                    fields=["project", "id"],
                    name="task_known",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="TaskState",
        fields=[
            (
                "task",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="now",
                    serialize=False,
                    to="store.task",
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    to="store.project",
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("open", "Open"),
                        ("closed", "Closed"),
                        ("practice", "Practice"),
                        ("aside", "Aside"),
                        ("gold", "Gold"),
                        ("audit", "Audit"),
                    ],
                    default="open",
                    max_length=8,
                ),
            ),
            ("priority", models.IntegerField(default=0)),
            ("overlap", models.PositiveSmallIntegerField()),
            ("counted", models.PositiveSmallIntegerField(default=0)),
            ("live", models.PositiveSmallIntegerField(default=0)),
            ("label", models.TextField(null=True)),
            ("confidence", models.FloatField(null=True)),
            ("exported_ms", models.BigIntegerField(null=True)),
            ("severity", models.PositiveSmallIntegerField(null=True)),
            ("reviewed_ms", models.BigIntegerField(null=True)),
            ("flagged_ms", models.BigIntegerField(null=True)),
            ("rule", models.PositiveIntegerField(db_default=0, default=0)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(
                        (
                            "counted__lt",
                            django.db.models.expressions.CombinedExpression(
                                models.F("overlap"), "-", models.F("live")
                            ),
                        ),
                        ("state", "open"),
                    ),
                    fields=["project", "priority", "task"],
                    name="task_queue",
                ),
                models.Index(
                    condition=models.Q(("confidence__isnull", False)),
                    fields=["project", "confidence", "task"],
                    name="task_by_confidence",
                ),
                models.Index(fields=["project", "state", "task"], name="task_by_state"),
                models.Index(
                    models.F("project"),
                    django.db.models.functions.text.Substr("label", 1, 100),
                    models.F("task"),
                    condition=models.Q(("label__isnull", False)),
                    name="task_by_label",
                ),
                models.Index(
                    condition=models.Q(("flagged_ms__isnull", False)),
                    fields=["project", "task"],
                    name="task_flagged",
                ),
                models.Index(
                    condition=models.Q(("state__in", ("gold", "audit"))),
                    fields=["project", "state", "task"],
                    name="task_checks",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("state", "practice"),
                        ("live", 0),
                        (
                            "live__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("overlap"), "-", models.F("counted")
                            ),
                        ),
                        _connector="OR",
                    ),
                    name="task_never_over_overlap",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Lease",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "task",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.task"
                ),
            ),
            (
                "worker",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.worker"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.project"
                ),
            ),
            (
                "state",
                models.SmallIntegerField(
                    choices=[
                        (-2, "Reviewed"),
                        (-1, "Reviewing"),
                        (0, "Live"),
                        (1, "Answered"),
                        (2, "Skipped"),
                        (3, "Released"),
                        (4, "Expired"),
                        (5, "Review Over"),
                    ],
                    default=0,
                ),
            ),
            ("lent_ms", models.BigIntegerField()),
            ("expires_ms", models.BigIntegerField()),
            ("ended_ms", models.BigIntegerField(null=True)),
            ("reason", models.CharField(blank=True, default="", max_length=200)),
            (
                "bearer",
                models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("severity", models.PositiveSmallIntegerField(null=True)),
            ("dose", models.PositiveIntegerField(db_default=0, default=0)),
        ],
        options={
            "indexes": [
                models.Index(fields=["task"], name="lease_of_task"),
                models.Index(
                    condition=models.Q(("state", 0)),
                    fields=["project", "expires_ms"],
                    name="lease_to_expire",
                ),
                models.Index(
                    condition=models.Q(("state", 0)), fields=["worker"], name="lease_held"
                ),
                models.Index(
                    condition=models.Q(("bearer__isnull", False)),
                    fields=["bearer", "ended_ms"],
                    name="lease_of_bearer",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("state__lte", 2)),
                    fields=("worker", "task"),
                    name="lease_taken",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Answer",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "task",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.task"
                ),
            ),
            (
                "worker",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.worker"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.project"
                ),
            ),
            (
                "question_version",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to="store.questionversion"
                ),
            ),
            (
                "lease",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.SET_NULL, to="store.lease"
                ),
            ),
            ("values", models.TextField()),
            (
                "author_kind",
                models.CharField(
                    choices=[("human", "Human"), ("model", "Model"), ("simulated", "Simulated")],
                    max_length=9,
                ),
            ),
            ("client_key", models.CharField(max_length=36)),
            ("counted", models.BooleanField()),
            ("surplus", models.BooleanField(default=False)),
            (
                "replaces",
                models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    to="store.answer",
                ),
            ),
            ("elapsed_ms", models.BigIntegerField()),
            ("answered_ms", models.BigIntegerField()),
        ],
        options={
            "indexes": [
                models.Index(fields=["project", "id"], name="answer_of_project"),
                models.Index(fields=["task"], name="answer_of_task"),
                models.Index(fields=["worker", "id"], name="answer_of_worker"),
                models.Index(
                    condition=models.Q(("replaces__isnull", False)),
                    fields=["replaces"],
                    name="answer_replaced",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(fields=("worker", "client_key"), name="answer_key_once"),
                models.UniqueConstraint(
                    condition=models.Q(("counted", True)),
                    fields=("task", "worker"),
                    name="answer_counted_once",
                ),
                models.CheckConstraint(
                    condition=models.Q(("counted", True), ("surplus", True), _negated=True),
                    name="answer_counted_or_surplus",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Flag",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "task",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.task"),
            ),
            (
                "worker",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.worker"),
            ),
            ("text", models.CharField(max_length=500)),
            ("flagged_ms", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="ModelAuthor",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.project"),
            ),
            ("name", models.CharField(max_length=120)),
            ("version", models.CharField(blank=True, default="", max_length=60)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("project", "name", "version"), name="model_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="ModelAnswer",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "task",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.task"
                ),
            ),
            (
                "author",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, to="store.modelauthor"
                ),
            ),
            ("label", models.TextField()),
            ("score", models.FloatField(null=True)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("task", "author"), name="model_answer_once"),
                models.CheckConstraint(
                    condition=models.Q(
                        ("score", None),
                        models.Q(("score__gte", 0), ("score__lte", 1)),
                        _connector="OR",
                    ),
                    name="model_score_share",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Decided",
        fields=[
            (
                "task",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="decided",
                    serialize=False,
                    to="store.task",
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.project"
                ),
            ),
            ("outcome", models.CharField(max_length=9)),
            ("decided_ms", models.BigIntegerField()),
            (
                "version",
                models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    to="store.modelauthor",
                ),
            ),
            ("label_ms", models.BigIntegerField(default=0)),
            ("correct_ms", models.BigIntegerField(default=0)),
            ("verify_ms", models.BigIntegerField(default=0)),
            ("adjudicate_ms", models.BigIntegerField(default=0)),
            ("impersonate_ms", models.BigIntegerField(default=0)),
            ("simulated_ms", models.BigIntegerField(default=0)),
            ("machine_ms", models.BigIntegerField(default=0)),
            ("is_simulated", models.BooleanField(default=False)),
            ("shown", models.PositiveSmallIntegerField(default=0)),
            ("kept", models.PositiveSmallIntegerField(default=0)),
            ("unseen", models.PositiveSmallIntegerField(default=0)),
            ("same", models.PositiveSmallIntegerField(default=0)),
            ("acts", models.TextField()),
        ],
        options={
            "indexes": [models.Index(fields=["project", "decided_ms"], name="decided_when")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("outcome__in", ["untouched", "audited", "accepted", "corrected", "human"])
                    ),
                    name="decided_outcome",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ActorsNoted",
        fields=[
            (
                "project",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    serialize=False,
                    to="store.project",
                ),
            ),
            ("seen", models.CharField(max_length=200)),
            ("seconds", models.FloatField(default=0)),
            ("at_ms", models.BigIntegerField()),
            ("before_ms", models.BigIntegerField(default=0)),
            ("open_ms", models.BigIntegerField(default=0)),
        ],
    ),
    migrations.CreateModel(
        name="Decision",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="decisions",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "worker",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, to="store.worker"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, to="store.project"
                ),
            ),
            (
                "answer",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, to="store.answer"
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("rejection", "Rejection"),
                        ("restriction", "Restriction"),
                        ("suspension", "Suspension"),
                        ("closure", "Closure"),
                        ("time_refused", "Time Refused"),
                        ("time_held", "Time Held"),
                        ("time_granted", "Time Granted"),
                        ("not_lent", "Not Lent"),
                        ("quality", "Quality"),
                        ("price", "Price"),
                        ("correction", "Correction"),
                    ],
                    max_length=12,
                ),
            ),
            ("code", models.CharField(max_length=40)),
            ("system", models.CharField(blank=True, max_length=40)),
            ("rule", models.CharField(blank=True, max_length=40)),
            ("inputs", models.JSONField(default=dict)),
            ("factors", models.JSONField(default=list)),
            ("text_en", models.TextField()),
            ("text_fr", models.TextField()),
            ("evidence", models.TextField(blank=True)),
            (
                "made_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("at_ms", models.BigIntegerField()),
            ("undone_ms", models.BigIntegerField(null=True)),
        ],
        options={
            "indexes": [models.Index(fields=["person", "at_ms"], name="decision_of_person")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("text_en", ""), _negated=True),
                        models.Q(("text_fr", ""), _negated=True),
                        models.Q(("code", ""), _negated=True),
                    ),
                    name="decision_in_words",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("made_by", None),
                            models.Q(("system", ""), _negated=True),
                            models.Q(("rule", ""), _negated=True),
                            models.Q(("factors", []), _negated=True),
                        ),
                        models.Q(("made_by__isnull", False), ("system", "")),
                        _connector="OR",
                    ),
                    name="decision_by_rule_or_person",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            (
                                "kind__in",
                                (
                                    "rejection",
                                    "restriction",
                                    "suspension",
                                    "closure",
                                    "time_refused",
                                ),
                            ),
                            _negated=True,
                        ),
                        models.Q(
                            ("made_by__isnull", False),
                            models.Q(("evidence", ""), _negated=True),
                            models.Q(("made_by", models.F("person")), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="decision_against_by_person",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("kind", "rejection"), ("undone_ms__isnull", True)),
                    fields=("answer",),
                    name="decision_rejects_once",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Sanction",
        fields=[
            (
                "decision",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT,
                    primary_key=True,
                    serialize=False,
                    to="store.decision",
                ),
            ),
            (
                "worker",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="store.worker"
                ),
            ),
            ("from_ms", models.BigIntegerField()),
            ("until_ms", models.BigIntegerField()),
            ("daily", models.PositiveSmallIntegerField(null=True)),
            ("lifted_ms", models.BigIntegerField(null=True)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("lifted_ms__isnull", True)),
                    fields=["worker", "until_ms"],
                    name="sanction_in_force",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("until_ms__gt", models.F("from_ms"))), name="sanction_ends"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Appeal",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "decision",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="appeal",
                    to="store.decision",
                ),
            ),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="appeals",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "author",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("words", models.TextField()),
            ("disputed", models.JSONField(default=dict)),
            ("at_ms", models.BigIntegerField()),
            ("due_ms", models.BigIntegerField()),
            (
                "held_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("held_until_ms", models.BigIntegerField(null=True)),
            (
                "answered_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("answer", models.TextField(blank=True)),
            (
                "outcome",
                models.CharField(
                    blank=True,
                    choices=[("upheld", "Upheld"), ("overturned", "Overturned")],
                    max_length=10,
                ),
            ),
            ("answered_ms", models.BigIntegerField(null=True)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("answered_ms", None)),
                    fields=["due_ms"],
                    name="appeal_waiting",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("words", ""), _negated=True), name="appeal_in_words"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "due_ms",
                            django.db.models.expressions.CombinedExpression(
                                models.F("at_ms"), "+", models.Value(1209600000)
                            ),
                        )
                    ),
                    name="appeal_due_in_14_days",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("answered_ms", None), ("outcome", ""), ("answer", "")),
                        models.Q(
                            ("answered_ms__isnull", False),
                            models.Q(("answer", ""), _negated=True),
                            models.Q(("outcome", ""), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="appeal_answered_in_words",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("outcome", ""),
                        ("answered_by__isnull", False),
                        models.Q(
                            ("outcome", "overturned"), ("answered_ms__gt", models.F("due_ms"))
                        ),
                        _connector="OR",
                    ),
                    name="appeal_lost_to_nobody_never",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("outcome", "upheld"), _negated=True),
                        ("answered_ms__lte", models.F("due_ms")),
                        _connector="OR",
                    ),
                    name="appeal_upheld_in_time",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("answered_by", None),
                            models.Q(("answered_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        models.Q(
                            ("held_by", None),
                            models.Q(("held_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    name="appeal_not_answered_by_oneself",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("author", None),
                        models.Q(
                            models.Q(
                                models.Q(("outcome", "upheld"), _negated=True),
                                models.Q(("answered_by", models.F("author")), _negated=True),
                                _connector="OR",
                            ),
                            models.Q(
                                ("held_by", None),
                                models.Q(("held_by", models.F("author")), _negated=True),
                                _connector="OR",
                            ),
                        ),
                        _connector="OR",
                    ),
                    name="appeal_not_upheld_by_author",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("held_by", None), ("held_until_ms", None)),
                        models.Q(("held_by__isnull", False), ("held_until_ms__isnull", False)),
                        _connector="OR",
                    ),
                    name="appeal_held_until",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="AppealLook",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "appeal",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="store.appeal"
                ),
            ),
            (
                "bearer",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("severity", models.PositiveSmallIntegerField()),
            ("dose", models.PositiveIntegerField()),
            ("lent_ms", models.BigIntegerField()),
            ("seen_ms", models.BigIntegerField(null=True)),
            ("ended_ms", models.BigIntegerField()),
        ],
        options={
            "indexes": [models.Index(fields=["bearer", "ended_ms"], name="appeal_look_counts")],
            "constraints": [
                models.UniqueConstraint(fields=("bearer", "appeal"), name="appeal_look_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="Begun",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "worker",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="begun",
                    to="store.worker",
                ),
            ),
            (
                "task",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="begun",
                    to="store.task",
                ),
            ),
            ("question_version", models.PositiveIntegerField()),
            ("drafts", models.TextField()),
            ("begun_ms", models.BigIntegerField()),
            ("kept_ms", models.BigIntegerField(db_index=True)),
        ],
        options={
            "constraints": [models.UniqueConstraint(fields=("worker", "task"), name="begun_once")],
        },
    ),
    migrations.CreateModel(
        name="EntryPending",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="store.project"),
            ),
            ("type", models.CharField(max_length=30)),
            ("payload", models.TextField()),
            ("nonce", models.BinaryField(max_length=32)),
            ("commitment", models.BinaryField(max_length=32)),
            ("created_ms", models.BigIntegerField()),
            ("answer", models.BigIntegerField(null=True)),
            ("sealed_by", models.BigIntegerField(null=True)),
            ("sealed", models.BinaryField(null=True)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("answer__isnull", False)),
                    fields=["answer"],
                    name="entry_of_answer",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="PlatformEntry",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("type", models.CharField(max_length=30)),
            ("payload", models.TextField()),
            ("nonce", models.BinaryField(max_length=32)),
            ("commitment", models.BinaryField(max_length=32)),
            ("created_ms", models.BigIntegerField()),
            ("place", models.BigIntegerField(null=True, unique=True)),
            ("statement", models.BigIntegerField(db_index=True, null=True)),
            ("sealed_by", models.BigIntegerField(null=True)),
            ("sealed", models.BinaryField(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="Log",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.OneToOneField(
                    null=True, on_delete=django.db.models.deletion.PROTECT, to="store.project"
                ),
            ),
            ("origin", models.CharField(max_length=300, unique=True)),
            ("key", models.CharField(max_length=500)),
            ("size", models.BigIntegerField(default=0)),
            ("parts", models.BinaryField(default=b"")),
            ("checkpoint", models.TextField(default="")),
            ("signed_ms", models.BigIntegerField(default=0)),
        ],
    ),
    migrations.CreateModel(
        name="LogEntry",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "log",
                models.ForeignKey(
                    db_constraint=False,
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    to="store.log",
                ),
            ),
            ("place", models.BigIntegerField()),
            ("body", models.BinaryField()),
            (
                "pending",
                models.OneToOneField(
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    to="store.entrypending",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("log", "place"), name="one_entry_a_place")
            ],
        },
    ),
    migrations.CreateModel(
        name="LogTile",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "log",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="store.log"
                ),
            ),
            ("level", models.PositiveSmallIntegerField()),
            ("place", models.BigIntegerField()),
            ("body", models.BinaryField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("log", "level", "place"), name="one_tile_a_place")
            ],
        },
    ),
    migrations.CreateModel(
        name="Cosignature",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "log",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="store.log"
                ),
            ),
            ("witness", models.CharField(max_length=300)),
            ("size", models.BigIntegerField()),
            ("checkpoint", models.TextField()),
            ("line", models.TextField()),
            ("at_s", models.BigIntegerField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("log", "witness"), name="one_word_a_witness")
            ],
        },
    ),
    migrations.CreateModel(
        name="Countersignature",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("statement", models.BigIntegerField(unique=True)),
            ("says", models.CharField(max_length=9)),
            ("did", models.CharField(max_length=100)),
            ("signature", models.CharField(max_length=100)),
            ("at_ms", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="SequencerPosition",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("until", models.BigIntegerField(default=0)),
            ("behind", models.JSONField(default=list)),
        ],
        options={"db_table": "store_taken"},
    ),
    migrations.CreateModel(
        name="PayPolicy",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("number", models.PositiveIntegerField(unique=True)),
            ("content", models.JSONField()),
            (
                "set_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("at_ms", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="PlaceFile",
        fields=[
            ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
            ("name", models.CharField(max_length=40)),
            ("content", models.TextField()),
        ],
    ),
    migrations.CreateModel(
        name="Period",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("first_day", models.DateField(unique=True)),
            ("last_day", models.DateField(unique=True)),
            (
                "state",
                models.CharField(
                    choices=[("open", "Open"), ("closing", "Closing"), ("closed", "Closed")],
                    default="open",
                    max_length=7,
                ),
            ),
            ("pay_day", models.DateField()),
            (
                "policy",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, to="store.paypolicy"
                ),
            ),
            ("run", models.CharField(blank=True, max_length=32)),
            ("done", models.PositiveIntegerField(default=0)),
            ("total", models.PositiveIntegerField(default=0)),
            ("failure", models.JSONField(null=True)),
            (
                "closed_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("closed_at", models.DateTimeField(null=True)),
            ("measured_ms", models.BigIntegerField(null=True)),
            ("created_at", models.DateTimeField()),
            ("places", models.ManyToManyField(to="store.placefile")),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("last_day__gte", models.F("first_day"))),
                    name="period_has_days",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state", "closed"), _negated=True),
                        models.Q(
                            ("closed_at__isnull", False),
                            ("closed_by__isnull", False),
                            ("measured_ms__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="period_closed_by_somebody",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Statement",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "period",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="store.period"),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="statements",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("currency", models.CharField(max_length=3)),
            ("content", models.TextField()),
            ("sha256", models.CharField(max_length=64)),
            ("time_ms", models.BigIntegerField()),
            ("top_up_micro", models.BigIntegerField()),
            ("gross_micro", models.BigIntegerField()),
            ("vacation_micro", models.BigIntegerField()),
            ("net_micro", models.BigIntegerField()),
            ("pay_year", models.PositiveSmallIntegerField()),
            ("begin_ms", models.BigIntegerField()),
            ("end_ms", models.BigIntegerField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("period", "person", "currency"), name="statement_once"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Contributed",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "statement",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, to="store.statement"
                ),
            ),
            ("name", models.CharField(max_length=40)),
            ("payer", models.CharField(max_length=13)),
            ("base_micro", models.BigIntegerField()),
            ("micro", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="StatementCost",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "statement",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="costs",
                    to="store.statement",
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, to="store.project"
                ),
            ),
            ("answers", models.PositiveIntegerField()),
            ("time_ms", models.BigIntegerField()),
            ("pieces_micro", models.BigIntegerField()),
            ("hours_micro", models.BigIntegerField()),
            ("top_up_micro", models.BigIntegerField()),
            ("on_top_micro", models.BigIntegerField()),
            ("reviews", models.PositiveIntegerField(db_default=0, default=0)),
            ("reviews_micro", models.BigIntegerField(db_default=0, default=0)),
            ("review_ms", models.BigIntegerField(db_default=0, default=0)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("statement", "project"), name="cost_once"),
                models.CheckConstraint(
                    condition=models.Q(
                        ("hours_micro__gte", 0),
                        ("on_top_micro__gte", 0),
                        ("pieces_micro__gte", 0),
                        ("top_up_micro__gte", 0),
                    ),
                    name="cost_not_negative",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PaidTime",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "period",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="store.period"),
            ),
            (
                "person",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, to="store.project"
                ),
            ),
            ("day", models.DateField()),
            ("ms", models.BigIntegerField()),
        ],
        options={
            "indexes": [models.Index(fields=["person", "day"], name="paid_of_person")],
            "constraints": [
                models.CheckConstraint(condition=models.Q(("ms__gt", 0)), name="paid_time_is_some")
            ],
        },
    ),
    migrations.CreateModel(
        name="DryRun",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "period",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.period"),
            ),
            ("rows", models.JSONField()),
            ("problems", models.JSONField()),
            ("left_out", models.JSONField()),
            (
                "made_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("made_at", models.DateTimeField()),
        ],
    ),
    migrations.CreateModel(
        name="Estimate",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="estimates",
                    to="store.project",
                ),
            ),
            ("model", models.CharField(max_length=20)),
            ("answers", models.BigIntegerField()),
            ("tasks", models.BigIntegerField()),
            ("iterations", models.IntegerField()),
            ("converged", models.BooleanField()),
            ("seconds", models.FloatField()),
            ("last_answer", models.BigIntegerField()),
            ("agreement", models.FloatField(null=True)),
            ("choice", models.JSONField(null=True)),
            ("chosen_answers", models.BigIntegerField(db_default=0)),
            ("known", models.BigIntegerField(db_default=0)),
            ("temperature", models.FloatField(db_default=1.0)),
            ("alpha", models.FloatField(null=True)),
            ("alpha_low", models.FloatField(null=True)),
            ("alpha_high", models.FloatField(null=True)),
            ("frozen", models.JSONField(null=True)),
            ("labels", models.JSONField(null=True)),
            ("confusion", models.JSONField(null=True)),
            ("created_at", models.DateTimeField()),
        ],
    ),
    migrations.CreateModel(
        name="Consensus",
        fields=[
            (
                "task",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    serialize=False,
                    to="store.task",
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.project"),
            ),
            (
                "estimate",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.estimate"),
            ),
            ("label", models.TextField()),
            ("confidence", models.FloatField()),
            ("majority_label", models.TextField()),
            ("majority_share", models.FloatField()),
        ],
    ),
    migrations.CreateModel(
        name="Habits",
        fields=[
            (
                "worker",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="habits",
                    serialize=False,
                    to="store.worker",
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.project"),
            ),
            (
                "estimate",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.estimate"),
            ),
            ("low", models.FloatField(null=True)),
            ("high", models.FloatField(null=True)),
            ("chances", models.BinaryField(null=True)),
            ("evidence", models.JSONField(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="Terms",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="terms",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("number", models.PositiveIntegerField()),
            ("place", models.CharField(max_length=6)),
            ("zone", models.CharField(max_length=40)),
            (
                "status",
                models.CharField(
                    choices=[
                        ("employee", "Employee"),
                        ("self_employed", "Self Employed"),
                        ("volunteer", "Volunteer"),
                        ("own_staff", "Own Staff"),
                    ],
                    max_length=13,
                ),
            ),
            ("is_minor", models.BooleanField(default=False)),
            ("assistive", models.BooleanField(default=False)),
            ("pace_granted", models.PositiveIntegerField(default=1000)),
            ("facts", models.JSONField(default=dict)),
            (
                "set_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("at_ms", models.BigIntegerField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("person", "number"), name="terms_once"),
                models.CheckConstraint(
                    condition=models.Q(("pace_granted__gte", 1000)),
                    name="terms_pace_at_least_usual",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Card",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="cards",
                    to="store.project",
                ),
            ),
            ("number", models.PositiveIntegerField()),
            ("made_ms", models.BigIntegerField()),
            ("people", models.PositiveIntegerField()),
            ("is_simulated", models.BooleanField()),
            ("is_public", models.BooleanField(default=False)),
            ("content", models.TextField()),
            ("sha256", models.CharField(max_length=64)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("project", "number"), name="card_once")
            ],
        },
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
            (
                "worker",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE, to="store.worker"
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.project"),
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
                    choices=[("yes", "YES"), ("with-care", "WITH_CARE"), ("no", "NO")], max_length=9
                ),
            ),
            ("text", models.TextField(blank=True)),
            ("at_ms", models.BigIntegerField()),
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
            (
                "organisation",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE, to="store.organisation"
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
        ],
        options={
            "constraints": [
                models.CheckConstraint(
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
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Confirmation",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "worker",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.worker"),
            ),
            ("statement", models.BigIntegerField()),
            ("currency", models.CharField(max_length=3)),
            ("tag", models.CharField(max_length=64)),
            ("key", models.CharField(max_length=64)),
            ("seed", models.CharField(max_length=64)),
            ("steps", models.PositiveIntegerField()),
            ("end", models.CharField(max_length=64)),
            ("signature", models.CharField(max_length=128)),
            ("nonce", models.CharField(max_length=64)),
            ("at_ms", models.BigIntegerField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("worker", "statement"), name="confirmed_once"),
                models.UniqueConstraint(fields=("end",), name="chain_once"),
            ],
        },
    ),
    migrations.CreateModel(
        name="Credit",
        fields=[
            (
                "worker",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    serialize=False,
                    to="store.worker",
                ),
            ),
            ("name", models.CharField(max_length=60)),
            ("at_ms", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="Erasure",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("asked_ms", models.BigIntegerField()),
            ("done_ms", models.BigIntegerField(null=True)),
            ("entries", models.PositiveIntegerField(default=0)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("done_ms", None)),
                    fields=("person",),
                    name="erasure_once_at_a_time",
                )
            ],
        },
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
            (
                "organisation",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to="store.organisation"
                ),
            ),
            ("seats", models.PositiveSmallIntegerField()),
            (
                "opened_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("opened_ms", models.BigIntegerField()),
            ("voting_ms", models.BigIntegerField()),
            ("closes_ms", models.BigIntegerField()),
            ("voters", models.PositiveIntegerField()),
            ("box", models.JSONField(default=list)),
            ("counted_ms", models.BigIntegerField(null=True)),
            ("result", models.JSONField(null=True)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("counted_ms", None)),
                    fields=("organisation",),
                    name="election_one_at_a_time",
                )
            ],
        },
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
            (
                "election",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="candidates",
                    to="store.election",
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("text", models.TextField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("election", "person"), name="candidate_once")
            ],
        },
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
            (
                "election",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="electorate",
                    to="store.election",
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("has_voted", models.BooleanField(default=False)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("election", "person"), name="voter_once")
            ],
        },
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
            (
                "person",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("at_ms", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="Eligibility",
        fields=[
            (
                "project",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    serialize=False,
                    to="store.project",
                ),
            ),
            ("languages", models.JSONField(default=list)),
            (
                "earned_in",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="store.project",
                ),
            ),
            ("at_least", models.PositiveSmallIntegerField(default=0)),
            (
                "team_of",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="store.project",
                ),
            ),
            ("place", models.CharField(blank=True, max_length=12)),
            ("legal_reason", models.CharField(blank=True, max_length=400)),
            (
                "set_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("set_ms", models.BigIntegerField()),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("place", ""),
                        models.Q(("legal_reason", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="place_with_legal_reason",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Speaks",
        fields=[
            (
                "person",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    serialize=False,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("languages", models.JSONField(default=list)),
            ("said_ms", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="ExportFile",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.project"),
            ),
            ("what", models.CharField(max_length=20)),
            ("form", models.CharField(max_length=20)),
            ("options", models.JSONField(default=dict)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("done", "Done"),
                        ("failed", "Failed"),
                        ("gone", "Gone"),
                    ],
                    default="waiting",
                    max_length=7,
                ),
            ),
            ("token", models.CharField(max_length=32)),
            ("size_bytes", models.BigIntegerField(null=True)),
            ("failure", models.CharField(blank=True, default="", max_length=40)),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("asked_at", models.DateTimeField()),
            ("done_at", models.DateTimeField(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="FundsLine",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="funds",
                    to="store.project",
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("deposit", "Deposit"),
                        ("reserve", "Reserve"),
                        ("release", "Release"),
                        ("charge", "Charge"),
                    ],
                    max_length=7,
                ),
            ),
            ("micro", models.BigIntegerField()),
            ("currency", models.CharField(max_length=3)),
            ("note", models.CharField(blank=True, max_length=200)),
            (
                "period",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="charges",
                    to="store.period",
                ),
            ),
            (
                "by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("at_ms", models.BigIntegerField()),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("micro__gt", 0)), name="funds_above_nothing"
                ),
                models.UniqueConstraint(
                    fields=("period", "project", "currency"), name="period_charged_once"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ChainVersion",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="chains",
                    to="store.project",
                ),
            ),
            ("number", models.PositiveIntegerField()),
            ("client", models.CharField(max_length=120)),
            ("country", models.CharField(max_length=2)),
            ("price_micro", models.BigIntegerField()),
            ("currency", models.CharField(max_length=3)),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("at_ms", models.BigIntegerField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("project", "number"), name="chain_version_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="ChainParty",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "chain",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="parties",
                    to="store.chainversion",
                ),
            ),
            ("position", models.PositiveSmallIntegerField()),
            (
                "role",
                models.CharField(
                    choices=[
                        ("intermediary", "intermediary"),
                        ("operator", "operator"),
                        ("undisclosed", "undisclosed"),
                        ("worker", "worker"),
                    ],
                    max_length=12,
                ),
            ),
            ("name", models.CharField(blank=True, max_length=120)),
            ("country", models.CharField(blank=True, max_length=2)),
            ("share_micro", models.BigIntegerField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("chain", "position"), name="chain_position_once"),
                models.CheckConstraint(
                    condition=models.Q(("share_micro__gte", 0)), name="chain_share_at_least_0"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Gold",
        fields=[
            (
                "task",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="gold",
                    serialize=False,
                    to="store.task",
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.project"),
            ),
            (
                "source",
                models.CharField(
                    choices=[("import", "Import"), ("review", "Review")], max_length=6
                ),
            ),
            ("why", models.CharField(blank=True, max_length=400)),
            ("before", models.TextField(blank=True)),
            (
                "made_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("made_ms", models.BigIntegerField()),
            ("ended_ms", models.BigIntegerField(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="GoldChange",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "gold",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="changes",
                    to="store.gold",
                ),
            ),
            ("before", models.TextField()),
            ("after", models.TextField(blank=True)),
            ("reason", models.CharField(max_length=400)),
            ("workers", models.PositiveIntegerField()),
            (
                "made_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("at_ms", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="AuditAnswer",
        fields=[
            (
                "answer",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    serialize=False,
                    to="store.answer",
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.project"),
            ),
            (
                "task",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.task"),
            ),
            ("label", models.TextField()),
            ("said", models.TextField()),
        ],
    ),
    migrations.CreateModel(
        name="Fact",
        fields=[
            ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
            ("value", models.TextField()),
        ],
    ),
    migrations.CreateModel(
        name="ApiKey",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="keys",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("name", models.CharField(max_length=60)),
            ("prefix", models.CharField(max_length=12)),
            ("token_hash", models.CharField(max_length=64, unique=True)),
            (
                "role",
                models.CharField(
                    choices=[
                        ("requester", "Requester"),
                        ("worker", "Worker"),
                        ("reviewer", "Reviewer"),
                        ("operator", "Operator"),
                        ("auditor", "Auditor"),
                        ("representative", "Representative"),
                    ],
                    max_length=14,
                ),
            ),
            (
                "organisation",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.CASCADE, to="store.organisation"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.CASCADE, to="store.project"
                ),
            ),
            (
                "made_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("made_at", models.DateTimeField()),
            ("expires_at", models.DateTimeField()),
            ("revoked_at", models.DateTimeField(null=True)),
            ("used_on", models.DateField(null=True)),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("organisation", None), ("project", None), _connector="OR"),
                    name="key_of_one_thing_at_most",
                ),
                models.CheckConstraint(
                    condition=models.Q(("role", "representative"), _negated=True),
                    name="key_represents_nobody",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ApiRate",
        fields=[
            (
                "key",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    serialize=False,
                    to="store.apikey",
                ),
            ),
            ("minute", models.BigIntegerField()),
            ("used", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="ApiReply",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "key",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.apikey"),
            ),
            ("name", models.CharField(max_length=255)),
            ("asked", models.CharField(max_length=64)),
            ("status", models.PositiveSmallIntegerField(null=True)),
            ("body", models.BinaryField(default=bytes)),
            ("at_ms", models.BigIntegerField()),
        ],
        options={
            "indexes": [models.Index(fields=["at_ms"], name="reply_to_forget")],
            "constraints": [models.UniqueConstraint(fields=("key", "name"), name="reply_once")],
        },
    ),
    migrations.CreateModel(
        name="ApiUpload",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.project"),
            ),
            ("token", models.CharField(max_length=32, unique=True)),
            ("received", models.BigIntegerField(default=0)),
            (
                "source",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.SET_NULL, to="store.import"
                ),
            ),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("at", models.DateTimeField()),
        ],
    ),
    migrations.CreateModel(
        name="PayLine",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "answer",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT, to="store.answer"
                ),
            ),
            (
                "worker",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="store.worker"
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="store.project"),
            ),
            (
                "rate_version",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to="store.rateversion"
                ),
            ),
            ("piece_micro", models.BigIntegerField()),
            ("currency", models.CharField(max_length=3)),
            ("elapsed_ms", models.BigIntegerField()),
            ("time_basis", models.CharField(choices=[("elapsed", "Elapsed")], max_length=8)),
            ("at_ms", models.BigIntegerField()),
        ],
        options={
            "indexes": [models.Index(fields=["worker", "at_ms"], name="pay_of_worker")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("elapsed_ms__gte", 0), ("piece_micro__gte", 0)),
                    name="pay_not_negative",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="PayAdjustment",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "worker",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="store.worker"),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="store.project"),
            ),
            (
                "answer",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, to="store.answer"
                ),
            ),
            (
                "decision",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="store.decision"),
            ),
            ("piece_micro", models.BigIntegerField()),
            ("currency", models.CharField(max_length=3)),
            ("reason", models.CharField(max_length=200)),
            ("at_ms", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="OpenPage",
        fields=[
            ("session", models.CharField(max_length=36, primary_key=True, serialize=False)),
            (
                "person",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.CASCADE, to="store.project"
                ),
            ),
            ("opened_ms", models.BigIntegerField()),
            ("assistive", models.BooleanField(default=False)),
        ],
        options={
            "indexes": [models.Index(fields=["person", "opened_ms"], name="page_of_person")],
        },
    ),
    migrations.CreateModel(
        name="Beat",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.CASCADE, to="store.project"
                ),
            ),
            ("session", models.CharField(max_length=36)),
            ("seq", models.IntegerField()),
            ("mono_ms", models.BigIntegerField()),
            ("visible", models.BooleanField()),
            ("focused", models.BooleanField()),
            ("surface", models.CharField(max_length=60)),
            ("buckets", models.JSONField()),
            ("media_ms", models.IntegerField(default=0)),
            ("previous", models.CharField(max_length=64)),
            ("received_ms", models.BigIntegerField()),
        ],
        options={
            "indexes": [models.Index(fields=["person", "received_ms"], name="beat_of_person")],
            "constraints": [models.UniqueConstraint(fields=("session", "seq"), name="beat_once")],
        },
    ),
    migrations.CreateModel(
        name="Letter",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("kind", models.CharField(max_length=12)),
            ("number", models.BigIntegerField()),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("made_ms", models.BigIntegerField()),
            ("due_ms", models.BigIntegerField(null=True)),
            ("tries", models.PositiveSmallIntegerField(default=0)),
            ("sent_ms", models.BigIntegerField(null=True)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("due_ms__isnull", False)),
                    fields=["due_ms"],
                    name="letter_due",
                )
            ],
            "constraints": [
                models.UniqueConstraint(fields=("kind", "number", "person"), name="letter_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="ProjectChange",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="changes",
                    to="store.project",
                ),
            ),
            ("before", models.CharField(max_length=8)),
            ("after", models.CharField(max_length=8)),
            ("reason", models.CharField(blank=True, max_length=400)),
            (
                "made_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("at_ms", models.BigIntegerField()),
        ],
        options={
            "indexes": [models.Index(fields=["project", "id"], name="change_of_project")],
        },
    ),
    migrations.CreateModel(
        name="LoopRule",
        fields=[
            (
                "project",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="loop",
                    serialize=False,
                    to="store.project",
                ),
            ),
            (
                "role",
                models.CharField(
                    choices=[("train", "Train"), ("verify", "Verify"), ("imitate", "Imitate")],
                    default="train",
                    max_length=7,
                ),
            ),
            ("shows", models.BooleanField(default=False)),
            ("takes_over", models.BooleanField(default=False)),
            ("hidden_per_mille", models.PositiveSmallIntegerField(default=100)),
            ("bar_per_mille", models.PositiveSmallIntegerField(default=980)),
            ("endpoint", models.CharField(blank=True, default="", max_length=400)),
            ("at_ms", models.BigIntegerField(default=0)),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("hidden_per_mille__gte", 10),
                        ("hidden_per_mille__lte", 1000),
                        ("bar_per_mille__gte", 500),
                        ("bar_per_mille__lte", 1000),
                    ),
                    name="loop_rule_range",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Trained",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="trained",
                    to="store.project",
                ),
            ),
            (
                "author",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="trained",
                    to="store.modelauthor",
                ),
            ),
            ("form", models.CharField(max_length=20)),
            ("base", models.CharField(blank=True, default="", max_length=120)),
            ("labels", models.JSONField(default=list)),
            ("answers", models.BigIntegerField()),
            ("tasks", models.BigIntegerField()),
            ("labels_ms", models.BigIntegerField()),
            ("simulated_ms", models.BigIntegerField(default=0)),
            ("last_answer", models.BigIntegerField()),
            ("held_out", models.BigIntegerField()),
            ("right", models.BigIntegerField()),
            ("by_people", models.FloatField()),
            ("ece", models.FloatField(null=True)),
            ("temperature", models.FloatField(default=1.0)),
            ("curve", models.JSONField(default=list)),
            ("bands", models.JSONField(default=list)),
            ("weights", models.BinaryField(null=True)),
            ("fit_ms", models.BigIntegerField()),
            (
                "made_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("made_ms", models.BigIntegerField()),
            ("exported_ms", models.BigIntegerField(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="Incident",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="incidents",
                    to="store.project",
                ),
            ),
            (
                "author",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, to="store.modelauthor"
                ),
            ),
            ("facts", models.JSONField(default=dict)),
            ("tasks", models.BigIntegerField(default=0)),
            ("at_ms", models.BigIntegerField()),
            ("repaired_ms", models.BigIntegerField(null=True)),
            (
                "repaired_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("repair", models.CharField(blank=True, default="", max_length=500)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("repaired_ms", None)),
                    fields=("project",),
                    name="incident_open_once",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Bulk",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.project"),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("priority", "Priority"),
                        ("answers", "Answers"),
                        ("aside", "Aside"),
                        ("return", "Return"),
                        ("review", "Review"),
                    ],
                    max_length=8,
                ),
            ),
            ("amount", models.SmallIntegerField(default=0)),
            ("chosen", models.JSONField()),
            (
                "state",
                models.CharField(
                    choices=[
                        ("running", "Running"),
                        ("done", "Done"),
                        ("undoing", "Undoing"),
                        ("undone", "Undone"),
                    ],
                    default="running",
                    max_length=7,
                ),
            ),
            ("said", models.BigIntegerField()),
            ("changed", models.BigIntegerField(default=0)),
            ("kept", models.BigIntegerField(default=0)),
            ("after", models.BigIntegerField(default=0)),
            ("undoing_after", models.BigIntegerField(default=0)),
            (
                "made_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("at_ms", models.BigIntegerField()),
            (
                "undone_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("undone_ms", models.BigIntegerField(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="BulkTask",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "bulk",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="tasks",
                    to="store.bulk",
                ),
            ),
            (
                "task",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.task"),
            ),
            ("before", models.CharField(max_length=12)),
            ("became", models.CharField(max_length=12)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("bulk", "task"), name="bulk_task_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="TextIndex",
        fields=[
            (
                "source",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="texts",
                    serialize=False,
                    to="store.import",
                ),
            ),
            ("row", models.BigIntegerField(default=0)),
            ("is_whole", models.BooleanField(default=False)),
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
                "project",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, to="store.project"
                ),
            ),
            (
                "task",
                models.ForeignKey(
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    to="store.task",
                ),
            ),
            (
                "to",
                models.CharField(
                    choices=[("requester", "Requester"), ("operator", "Operator")], max_length=9
                ),
            ),
            (
                "opened_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("opened_ms", models.BigIntegerField()),
            ("due_ms", models.BigIntegerField(null=True)),
            ("answered_ms", models.BigIntegerField(null=True)),
            ("late_ms", models.BigIntegerField(null=True)),
            ("is_for_all", models.BooleanField(default=False)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("due_ms__isnull", False), ("late_ms__isnull", True)),
                    fields=["due_ms"],
                    name="thread_to_answer",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("is_for_all", True), _negated=True),
                        models.Q(("project__isnull", False), ("answered_ms__isnull", False)),
                        _connector="OR",
                    ),
                    name="thread_for_all_is_answered",
                )
            ],
        },
    ),
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
                "thread",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="messages",
                    to="store.thread",
                ),
            ),
            (
                "author",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
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
        name="ChannelMessage",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "author",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("is_representative", models.BooleanField()),
            ("text", models.TextField()),
            ("at_ms", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="PanelLink",
        fields=[
            (
                "invitation",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="panel",
                    serialize=False,
                    to="store.invitation",
                ),
            ),
            (
                "panel",
                models.CharField(
                    choices=[
                        ("prolific", "Prolific"),
                        ("cloudresearch", "Cloudresearch"),
                        ("other", "Other"),
                    ],
                    max_length=13,
                ),
            ),
            ("code", models.CharField(max_length=60)),
            ("return_url", models.URLField(blank=True, max_length=400)),
            ("tasks", models.PositiveIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="Recruited",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.project"),
            ),
            (
                "invitation",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.SET_NULL, to="store.invitation"
                ),
            ),
            ("panel", models.CharField(max_length=13)),
            ("member", models.CharField(blank=True, max_length=100)),
            ("study", models.CharField(blank=True, max_length=100)),
            ("session", models.CharField(blank=True, max_length=100)),
            ("came_ms", models.BigIntegerField()),
            ("finished_ms", models.BigIntegerField(null=True)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("project", "person"), name="recruited_once"),
                models.UniqueConstraint(
                    condition=models.Q(("member", ""), _negated=True),
                    fields=("project", "panel", "member"),
                    name="panel_member_once",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PaymentFile",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "kind",
                models.CharField(choices=[("pain.001", "Bank"), ("csv", "Mobile")], max_length=8),
            ),
            ("message", models.CharField(max_length=35, unique=True)),
            ("currency", models.CharField(max_length=3)),
            ("total_micro", models.BigIntegerField()),
            ("payments", models.PositiveIntegerField()),
            ("sha256", models.CharField(max_length=64)),
            ("sealed", models.BinaryField()),
            (
                "made_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("made_at", models.DateTimeField()),
        ],
    ),
    migrations.CreateModel(
        name="Payment",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "statement",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT, to="store.statement"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="payments",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("amount_micro", models.BigIntegerField()),
            ("currency", models.CharField(max_length=3)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("due", "Due"),
                        ("sent", "Sent"),
                        ("confirmed", "Confirmed"),
                        ("returned", "Returned"),
                    ],
                    default="due",
                    max_length=9,
                ),
            ),
            ("due_on", models.DateField()),
            ("late_on", models.DateField()),
            ("sent_at", models.DateTimeField(null=True)),
            ("confirmed_at", models.DateTimeField(null=True)),
            (
                "file",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, to="store.paymentfile"
                ),
            ),
            ("note", models.CharField(blank=True, max_length=300)),
        ],
        options={
            "indexes": [models.Index(fields=["state", "due_on"], name="payment_by_state")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("amount_micro__gte", 0)), name="payment_not_negative"
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="BankDetails",
        fields=[
            (
                "person",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    serialize=False,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("kind", models.CharField(max_length=8)),
            ("sealed", models.BinaryField()),
            ("sealed_by", models.BigIntegerField(null=True)),
            ("set_at", models.DateTimeField()),
        ],
    ),
    migrations.CreateModel(
        name="BankReading",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="bank_readings",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("why", models.CharField(max_length=200)),
            ("at", models.DateTimeField()),
        ],
    ),
    migrations.CreateModel(
        name="PersonKey",
        fields=[
            ("id", models.BigIntegerField(primary_key=True, serialize=False)),
            ("person", models.BigIntegerField()),
            ("use", models.CharField(choices=[("work", "Work"), ("pay", "Pay")], max_length=4)),
            ("under", models.CharField(max_length=16)),
            ("wrapped", models.BinaryField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("person", "use", "under"), name="key_once_a_use")
            ],
        },
    ),
    migrations.CreateModel(
        name="Erased",
        fields=[
            ("mark", models.CharField(max_length=64, primary_key=True, serialize=False)),
            ("at_ms", models.BigIntegerField()),
            ("pay_ms", models.BigIntegerField(null=True)),
        ],
    ),
    migrations.CreateModel(
        name="Pilot",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="pilot",
                    to="store.project",
                ),
            ),
            ("begun_ms", models.BigIntegerField()),
            ("sample", models.PositiveIntegerField()),
            ("passed_ms", models.BigIntegerField(null=True)),
            (
                "passed_rate",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="store.rateversion",
                ),
            ),
            ("tried", models.JSONField(default=list)),
        ],
    ),
    migrations.CreateModel(
        name="TaskPace",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.project"
                ),
            ),
            ("at_ms", models.BigIntegerField()),
            ("tasks", models.PositiveIntegerField()),
            ("people", models.PositiveIntegerField()),
            ("by_beats", models.PositiveIntegerField()),
            ("p50_ms", models.BigIntegerField()),
            ("p90_ms", models.BigIntegerField()),
            ("currency", models.CharField(max_length=3)),
            ("median_micro", models.BigIntegerField()),
            ("lowest_decile_micro", models.BigIntegerField()),
        ],
        options={
            "indexes": [models.Index(fields=["project", "at_ms"], name="pace_of_project")],
        },
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
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
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
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("state", "in_force")),
                    fields=["name", "takes_effect_ms"],
                    name="policy_in_force",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state", "in_force"), _negated=True),
                        (
                            "takes_effect_ms__gte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("proposed_ms"), "+", models.Value(1209600000)
                            ),
                        ),
                        models.Q(
                            ("agreed__gt", 0), ("takes_effect_ms__gte", models.F("proposed_ms"))
                        ),
                        _connector="OR",
                    ),
                    name="policy_heard_or_waited",
                ),
                models.CheckConstraint(
                    condition=models.Q(("reason", ""), _negated=True), name="policy_says_why"
                ),
                models.UniqueConstraint(
                    condition=models.Q(("state__in", ("waiting", "refused"))),
                    fields=("name", "currency"),
                    name="policy_one_change_at_a_time",
                ),
            ],
        },
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
            (
                "change",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="opinions",
                    to="store.policychange",
                ),
            ),
            (
                "by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("agrees", models.BooleanField()),
            ("text", models.TextField()),
            ("at_ms", models.BigIntegerField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("change", "by"), name="policy_opinion_once"),
                models.CheckConstraint(
                    condition=models.Q(("text", ""), _negated=True), name="policy_opinion_in_words"
                ),
            ],
        },
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
            (
                "published_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("published_ms", models.BigIntegerField()),
            ("takes_effect_ms", models.BigIntegerField()),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
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
                )
            ],
        },
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
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("number", models.PositiveIntegerField()),
            ("language", models.CharField(max_length=2)),
            ("sha256", models.CharField(max_length=64)),
            ("at_ms", models.BigIntegerField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("person", "number"), name="terms_accepted_once")
            ],
        },
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
            ("kind", models.CharField(choices=[("now", "Now"), ("half", "Half")], max_length=4)),
            ("begin_ms", models.BigIntegerField()),
            ("end_ms", models.BigIntegerField()),
            ("content", models.JSONField()),
            ("made_ms", models.BigIntegerField()),
        ],
        options={
            "constraints": [models.UniqueConstraint(fields=("kind", "end_ms"), name="report_once")],
        },
    ),
    migrations.CreateModel(
        name="PortraitRelease",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("period", models.CharField(max_length=7)),
            ("edition", models.PositiveIntegerField()),
            ("made_ms", models.BigIntegerField()),
            ("is_simulated", models.BooleanField()),
            ("content", models.TextField()),
            ("sha256", models.CharField(max_length=64)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("period", "edition"), name="portrait_release_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="Proposal",
        fields=[
            (
                "task",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="proposal",
                    serialize=False,
                    to="store.task",
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.project"
                ),
            ),
            (
                "author",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, to="store.modelauthor"
                ),
            ),
            ("label", models.TextField()),
            ("score", models.FloatField()),
            ("source", models.CharField(max_length=190)),
            ("is_hidden", models.BooleanField()),
            ("is_shown", models.BooleanField(default=False)),
            ("at_ms", models.BigIntegerField()),
            ("took_ms", models.BigIntegerField(null=True)),
            ("back_ms", models.BigIntegerField(null=True)),
        ],
        options={
            "indexes": [
                models.Index(fields=["project", "is_hidden", "task"], name="proposal_of_project")
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("score__gte", 0), ("score__lte", 1)),
                    name="proposal_score_share",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("is_hidden", False),
                        models.Q(("is_shown", False), ("took_ms", None)),
                        _connector="OR",
                    ),
                    name="proposal_hidden_is_unseen",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="WorkedDay",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("day", models.DateField()),
            ("ms", models.BigIntegerField()),
            ("at_ms", models.BigIntegerField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("person", "day"), name="worked_day_once"),
                models.CheckConstraint(
                    condition=models.Q(("ms__gte", 0)), name="worked_day_not_negative"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="UsualTime",
        fields=[
            (
                "project",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    serialize=False,
                    to="store.project",
                ),
            ),
            ("n_items", models.IntegerField()),
            ("median_ms", models.BigIntegerField()),
            ("mean_ms", models.BigIntegerField()),
            ("at_ms", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="Claim",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.CASCADE, to="store.project"
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[("asked", "Asked"), ("held", "Held"), ("contest", "Contest")],
                    max_length=7,
                ),
            ),
            (
                "why",
                models.CharField(
                    choices=[
                        ("paper", "Paper"),
                        ("crashed", "Crashed"),
                        ("other", "Other"),
                        ("too_long", "Too Long"),
                        ("not_right", "Not Right"),
                    ],
                    max_length=9,
                ),
            ),
            ("words", models.TextField(blank=True)),
            ("begin_ms", models.BigIntegerField()),
            ("end_ms", models.BigIntegerField()),
            ("accepted", models.JSONField(default=list)),
            ("pending", models.JSONField(default=list)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("accepted", "Accepted"),
                        ("pending", "Pending"),
                        ("granted", "Granted"),
                        ("refused", "Refused"),
                    ],
                    max_length=8,
                ),
            ),
            ("made_ms", models.BigIntegerField()),
            ("due_ms", models.BigIntegerField()),
            ("settled_ms", models.BigIntegerField(null=True)),
            (
                "decision",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, to="store.decision"
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(fields=["person", "begin_ms"], name="claim_of_person"),
                models.Index(
                    condition=models.Q(("state", "pending")),
                    fields=["due_ms"],
                    name="claim_to_decide",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("begin_ms__lte", models.F("end_ms"))),
                    name="claim_ends_after_it_begins",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state", "refused"), _negated=True),
                        ("decision__isnull", False),
                        _connector="OR",
                    ),
                    name="claim_refused_by_decision",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Credited",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.CASCADE, to="store.project"
                ),
            ),
            ("surface", models.CharField(max_length=60)),
            ("begin_ms", models.BigIntegerField()),
            ("end_ms", models.BigIntegerField()),
            ("why", models.CharField(max_length=9)),
            ("allowance_ms", models.IntegerField()),
        ],
        options={
            "indexes": [models.Index(fields=["person", "begin_ms"], name="credited_of_person")],
        },
    ),
    migrations.CreateModel(
        name="CreditedUntil",
        fields=[
            (
                "person",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    serialize=False,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("until_ms", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="RecordOpening",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="openings",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "opened_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("page", models.CharField(max_length=60)),
            ("why", models.CharField(max_length=200)),
            ("at_ms", models.BigIntegerField()),
        ],
        options={
            "indexes": [models.Index(fields=["person", "at_ms"], name="opening_of_person")],
        },
    ),
    migrations.CreateModel(
        name="Protection",
        fields=[
            (
                "person",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    serialize=False,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("lower_day", models.PositiveIntegerField(null=True)),
            ("first_ms", models.BigIntegerField(null=True)),
            ("began_ms", models.BigIntegerField(null=True)),
            ("last_ms", models.BigIntegerField(null=True)),
            ("pause_ms", models.BigIntegerField(default=0)),
            ("break_ms", models.BigIntegerField(null=True)),
            ("rest_until_ms", models.BigIntegerField(default=0)),
            ("rest_why", models.CharField(blank=True, max_length=12)),
            ("watched_ms", models.BigIntegerField(default=0)),
            ("week_ms", models.BigIntegerField(default=0)),
            ("spans", models.JSONField(default=list)),
        ],
    ),
    migrations.CreateModel(
        name="RiskChoice",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("category", models.CharField(max_length=20)),
            ("agreed", models.BooleanField()),
            ("at_ms", models.BigIntegerField()),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("person", "category"), name="risk_choice_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="ReviewRule",
        fields=[
            (
                "project",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    serialize=False,
                    to="store.project",
                ),
            ),
            (
                "second",
                models.CharField(
                    choices=[("none", "None"), ("change", "Change"), ("always", "Always")],
                    default="none",
                    max_length=6,
                ),
            ),
            ("below", models.FloatField(default=0.8)),
            ("piece_micro", models.BigIntegerField(default=0)),
            ("share_per_mille", models.PositiveSmallIntegerField(db_default=100, default=100)),
            ("look_ms", models.BigIntegerField(db_default=0, default=0)),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("below__gte", 0), ("below__lte", 1), ("piece_micro__gte", 0)
                    ),
                    name="review_rule_range",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Review",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "task",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="reviews",
                    to="store.task",
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.CASCADE, to="store.project"
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("settled", "Settled"),
                        ("dropped", "Dropped"),
                    ],
                    default="waiting",
                    max_length=7,
                ),
            ),
            (
                "why",
                models.SmallIntegerField(
                    choices=[(0, "Asked"), (1, "Flagged"), (2, "Answered"), (3, "Unsure")]
                ),
            ),
            ("round", models.SmallIntegerField(default=1)),
            ("confidence", models.FloatField(default=0.0)),
            (
                "asked_by",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("asked_ms", models.BigIntegerField()),
            (
                "holder",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="store.worker",
                ),
            ),
            ("held_until_ms", models.BigIntegerField(null=True)),
            ("settled_ms", models.BigIntegerField(null=True)),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("state", "waiting")),
                    fields=["project", "why", "confidence", "id"],
                    name="review_queue",
                )
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("state", "waiting")),
                    fields=("task",),
                    name="review_waits_once",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("held_until_ms", None), ("holder", None)),
                        models.Q(("held_until_ms__isnull", False), ("holder__isnull", False)),
                        models.Q(("state", "waiting"), _negated=True),
                        _connector="OR",
                    ),
                    name="review_held_until",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Verdict",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "review",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="verdicts",
                    to="store.review",
                ),
            ),
            (
                "task",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="verdicts",
                    to="store.task",
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.project"),
            ),
            (
                "worker",
                models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, to="store.worker"
                ),
            ),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("accepted", "Accepted"),
                        ("chosen", "Chosen"),
                        ("corrected", "Corrected"),
                    ],
                    max_length=9,
                ),
            ),
            (
                "answer",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.SET_NULL, to="store.answer"
                ),
            ),
            ("values", models.TextField()),
            ("label", models.TextField()),
            ("consensus", models.TextField(blank=True)),
            ("words", models.CharField(blank=True, max_length=500)),
            ("piece_micro", models.BigIntegerField()),
            ("currency", models.CharField(blank=True, max_length=3)),
            ("elapsed_ms", models.BigIntegerField()),
            ("at_ms", models.BigIntegerField()),
        ],
        options={
            "indexes": [models.Index(fields=["worker", "at_ms"], name="verdict_of_worker")],
            "constraints": [
                models.UniqueConstraint(fields=("review", "worker"), name="verdict_once"),
                models.CheckConstraint(
                    condition=models.Q(("elapsed_ms__gte", 0), ("piece_micro__gte", 0)),
                    name="verdict_not_negative",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ReviewedLabel",
        fields=[
            (
                "task",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="reviewed",
                    serialize=False,
                    to="store.task",
                ),
            ),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.project"),
            ),
            (
                "verdict",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="store.verdict"),
            ),
            ("decided_by", models.CharField(max_length=60)),
            ("counted", models.PositiveSmallIntegerField()),
            ("at_ms", models.BigIntegerField()),
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
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="brought",
                    to=settings.AUTH_USER_MODEL,
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
        ],
        options={
            "constraints": [
                models.UniqueConstraint(fields=("person", "sha256"), name="record_brought_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="Removal",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "project",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="removals",
                    to="store.project",
                ),
            ),
            (
                "asked_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("asked_ms", models.BigIntegerField()),
            ("due_ms", models.BigIntegerField()),
            ("taken_back_ms", models.BigIntegerField(null=True)),
            ("done_ms", models.BigIntegerField(null=True)),
            ("is_stripped", models.BooleanField(default=False)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("done_ms", None), ("taken_back_ms", None)),
                    fields=("project",),
                    name="removal_once_at_a_time",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="SignIn",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("session_key", models.CharField(max_length=40, unique=True)),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("device", models.CharField(blank=True, max_length=40)),
            ("at_ms", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="Remembered",
        fields=[
            ("cache_key", models.CharField(max_length=255, primary_key=True, serialize=False)),
            ("value", models.TextField()),
            ("expires", models.DateTimeField(db_index=True)),
        ],
    ),
    migrations.CreateModel(
        name="SystemsRead",
        fields=[
            (
                "person",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    serialize=False,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("at_ms", models.BigIntegerField()),
        ],
    ),
    migrations.CreateModel(
        name="Webhook",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("public_id", models.CharField(max_length=32, unique=True)),
            (
                "project",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="webhooks",
                    to="store.project",
                ),
            ),
            (
                "organisation",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.CASCADE, to="store.organisation"
                ),
            ),
            ("url", models.CharField(max_length=500)),
            ("events", models.JSONField()),
            ("sealed", models.BinaryField()),
            ("sealed_before", models.BinaryField(null=True)),
            ("before_until_ms", models.BigIntegerField(default=0)),
            (
                "state",
                models.CharField(
                    choices=[("active", "Active"), ("paused", "Paused"), ("stopped", "Stopped")],
                    default="active",
                    max_length=7,
                ),
            ),
            ("failures", models.PositiveIntegerField(default=0)),
            ("rest_until_ms", models.BigIntegerField(default=0)),
            (
                "created_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                ),
            ),
            ("created_at", models.DateTimeField()),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("organisation__isnull", False), ("project", None)),
                        models.Q(("organisation", None), ("project__isnull", False)),
                        _connector="OR",
                    ),
                    name="webhook_of_one_thing",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Delivery",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            (
                "webhook",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="deliveries",
                    to="store.webhook",
                ),
            ),
            ("message", models.CharField(max_length=40)),
            ("event", models.CharField(max_length=40)),
            ("body", models.TextField()),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("delivered", "Delivered"),
                        ("failed", "Failed"),
                    ],
                    default="waiting",
                    max_length=9,
                ),
            ),
            ("attempts", models.PositiveSmallIntegerField(default=0)),
            ("created_ms", models.BigIntegerField()),
            ("next_ms", models.BigIntegerField()),
            ("tried_ms", models.BigIntegerField(null=True)),
            ("took_ms", models.PositiveIntegerField(default=0)),
            ("code", models.PositiveSmallIntegerField(default=0)),
            ("error", models.CharField(blank=True, default="", max_length=20)),
            ("response", models.TextField(blank=True, default="")),
        ],
        options={
            "indexes": [
                models.Index(fields=["webhook", "id"], name="delivery_of_webhook"),
                models.Index(
                    condition=models.Q(("state", "waiting")),
                    fields=["next_ms"],
                    name="delivery_waiting",
                ),
                models.Index(fields=["created_ms"], name="delivery_by_age"),
            ],
        },
    ),
    migrations.CreateModel(
        name="Watched",
        fields=[
            (
                "project",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    serialize=False,
                    to="store.project",
                ),
            ),
            ("is_ready", models.BooleanField(default=False)),
            ("looked_ms", models.BigIntegerField(default=0)),
            ("took_ms", models.PositiveIntegerField(default=0)),
            ("last_answer", models.BigIntegerField(default=0)),
            ("answers_ms", models.BigIntegerField(default=0)),
        ],
    ),
    migrations.CreateModel(
        name="TaskTold",
        fields=[
            ("task_id", models.BigIntegerField(primary_key=True, serialize=False)),
            (
                "project",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="store.project"),
            ),
        ],
    ),
]


class Migration(migrations.Migration):
    dependencies = [("store", "0001_initial")]

    operations = [CreateTables(TABLES)]
