"""By which name somebody wants to be credited in a dataset, and who asked to be erased."""

from django.db import models
from django.db.models import Q

from canut.store.tables.people import Person
from canut.store.tables.work import Answer, Worker


class Credit(models.Model):
    """The name somebody chose for one project's dataset; deleted once they withdraw it."""

    worker = models.OneToOneField(Worker, models.CASCADE, primary_key=True)
    name = models.CharField(max_length=60)
    at_ms = models.BigIntegerField()


class Erasure(models.Model):
    """A person's wish that what the ledger keeps aside about them is erased, and when it was."""

    person = models.ForeignKey(Person, models.CASCADE)
    asked_ms = models.BigIntegerField()
    done_ms = models.BigIntegerField(null=True)
    entries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=Q(done_ms=None), name="erasure_once_at_a_time"
            ),
        )


def names_of(project_id: int) -> list[str]:
    """List the names people chose for a project's dataset; simulated people choose none."""
    found = Credit.objects.filter(
        worker__project=project_id,
        worker__kind=Worker.Kind.HUMAN,
        worker__person__is_simulated=False,
        worker__in=Answer.objects.filter(project=project_id, counted=True).values("worker"),
    )
    return list(found.order_by("name").values_list("name", flat=True))


def credit_of(worker_id: int) -> str:
    """Return the name somebody chose in a project; empty where none."""
    return Credit.objects.filter(worker=worker_id).values_list("name", flat=True).first() or ""


def last_erasure(person_id: int) -> Erasure | None:
    """Return the last time somebody asked to be erased."""
    return Erasure.objects.filter(person=person_id).order_by("-id").first()


def erasures_due() -> list[Erasure]:
    """List what was asked for and is not done."""
    return list(Erasure.objects.filter(done_ms=None).select_related("person").order_by("id"))
