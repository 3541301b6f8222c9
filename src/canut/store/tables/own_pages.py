"""Tables of own pages: what requesters wrote, which task shows which page, and who fills one in.

A page is stored once in a project, by the SHA-256 of what was sent, and never changed: the database
refuses it. A question of the kind ``page`` names the page of all its tasks, or each task has its
own in ``TaskPage``. A seat is one lease of such a task as the page sees it.
"""

from django.db import models
from django.db.models import Q

from canut.core.formats.platforms.mturk_question import PageForm
from canut.store.tables.projects import Project
from canut.store.tables.tasks import Task
from canut.store.tables.work import Lease


class OwnPage(models.Model):
    """One page. ``sent``: the document it came in, where ``body`` is a part of that; else empty.

    ``body``: HTML, the address of an outside page, or a QuestionForm as XML, by ``form``.
    ``hosts``: origins it loads from; those in the cells of a layout are not among them.
    """

    class Form(models.TextChoices):
        """What the body is."""

        HTML = PageForm.HTML.value
        EXTERNAL = PageForm.EXTERNAL.value
        FORM = PageForm.FORM.value
        LAYOUT = PageForm.LAYOUT.value

    project = models.ForeignKey(Project, models.CASCADE, related_name="own_pages", db_index=False)
    sha256 = models.CharField(max_length=64)
    form = models.CharField(max_length=8, choices=Form.choices)
    body = models.TextField()
    sent = models.TextField(blank=True)
    frame_height = models.PositiveIntegerField(default=0)
    hosts = models.JSONField(default=list)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "sha256"), name="own_page_once"),
            models.CheckConstraint(condition=~Q(body=""), name="own_page_not_empty"),
        )


class TaskPage(models.Model):
    """The page of one task, where its tasks have pages of their own.

    The cells of the task fill in a layout. ``public_id``: the id of the HIT as programs name it;
    empty where no program made the task.
    """

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="own_page")
    page = models.ForeignKey(OwnPage, models.PROTECT, related_name="tasks")
    public_id = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("public_id",), condition=~Q(public_id=""), name="task_page_id_once"
            ),
        )


class PageSeat(models.Model):
    """A lease as its page sees it: the id of the assignment, and what the page sent.

    ``secret_hash``: SHA-256 of the capability in the address that the page posts to; it ends with
    the lease. ``received``: JSON text of the fields, not an answer until the worker's own session
    hands it in; None once that is long over.
    """

    lease = models.OneToOneField(Lease, models.CASCADE, primary_key=True, related_name="page_seat")
    public_id = models.CharField(max_length=30, unique=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    received = models.TextField(null=True)  # noqa: DJ001 - nothing yet is not an empty form
    received_ms = models.BigIntegerField(null=True)
    opened_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(received=None) | Q(received_ms__isnull=False),
                name="seat_received_when",
            ),
        )
        indexes = (
            models.Index(
                fields=("received_ms",),
                condition=Q(received__isnull=False),
                name="seat_received",
            ),
        )
