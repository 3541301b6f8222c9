"""Keep lists of contacts, pools, the board, and which qualification a project asks for.

The running release survives it: it knows none of the tables, and asks for no qualification. Going
back forgets them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the tables."""

    dependencies = (("store", "0048_turk"),)

    operations = (
        migrations.CreateModel(
            name="InvitedList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("language", models.CharField(max_length=2)),
                ("refusals", models.JSONField(default=list)),
                ("at_ms", models.BigIntegerField()),
                ("erase_ms", models.BigIntegerField()),
                ("erased_ms", models.BigIntegerField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invited_lists",
                        to="store.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InvitedContact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "Email"), ("phone", "Phone")], max_length=5
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=254)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("by-hand", "By Hand"),
                            ("refused", "Refused"),
                        ],
                        max_length=7,
                    ),
                ),
                ("letter", models.TextField(blank=True, default="")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("due_ms", models.BigIntegerField(null=True)),
                ("sent_ms", models.BigIntegerField(null=True)),
                (
                    "invitation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact",
                        to="store.invitation",
                    ),
                ),
                (
                    "contacts",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="store.invitedlist",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PoolMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since_ms", models.BigIntegerField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pool",
                        to="store.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pools",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PoolGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("at_ms", models.BigIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pool_groups",
                        to="store.organisation",
                    ),
                ),
                ("members", models.ManyToManyField(related_name="groups", to="store.poolmember")),
            ],
        ),
        migrations.CreateModel(
            name="PoolCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at_ms", models.BigIntegerField()),
                ("declined_ms", models.BigIntegerField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invitation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pool_call",
                        to="store.invitation",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pool_calls",
                        to="store.project",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="store.poolmember",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BoardEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at_ms", models.BigIntegerField()),
                ("ended_ms", models.BigIntegerField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invitation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="board_entry",
                        to="store.invitation",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="board_entries",
                        to="store.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_ms", None)),
                        fields=("project",),
                        name="board_entry_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactRefusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="store.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "digest"), name="contact_refusal_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="invitedlist",
            index=models.Index(
                condition=models.Q(("erased_ms", None)),
                fields=["erase_ms"],
                name="invited_list_to_erase",
            ),
        ),
        migrations.AddIndex(
            model_name="invitedcontact",
            index=models.Index(
                condition=models.Q(("due_ms__isnull", False)),
                fields=["due_ms"],
                name="invited_contact_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitedcontact",
            constraint=models.UniqueConstraint(
                fields=("contacts", "line"), name="invited_contact_line"
            ),
        ),
        migrations.AddConstraint(
            model_name="poolmember",
            constraint=models.UniqueConstraint(
                fields=("organisation", "person"), name="pool_member_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="poolgroup",
            constraint=models.UniqueConstraint(
                fields=("organisation", "name"), name="pool_group_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="poolcall",
            constraint=models.UniqueConstraint(fields=("project", "member"), name="pool_call_once"),
        ),
        migrations.AddField(
            model_name="eligibility",
            name="qualification",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="store.qualification",
            ),
        ),
    )
