"""Read what is recruited on Prolific by its API: the account, the study, the top-ups."""

from django.db.models import Sum

from canut.store.tables.people import Person
from canut.store.tables.recruiting.prolific import (
    ProlificAccount,
    ProlificStudy,
    TopUp,
    TopUpBatch,
)

PAID_OR_SENT = (TopUpBatch.State.SENT, TopUpBatch.State.PAID)


def has_account(organisation_id: int) -> bool:
    """Return whether an organisation gave its token of Prolific."""
    return ProlificAccount.objects.filter(organisation=organisation_id).exists()


def prolific_study_of(project_id: int) -> ProlificStudy | None:
    """Return a project's study at Prolific; None if it has none."""
    return ProlificStudy.objects.filter(project=project_id).select_related("project").first()


def batches_of(study: ProlificStudy) -> list[TopUpBatch]:
    """List the batches of top-ups of a study, newest first."""
    return list(TopUpBatch.objects.filter(study=study).order_by("-id"))


def find_batch(study: ProlificStudy, number: int) -> TopUpBatch | None:
    """Return a batch of a study; None if there is no such batch."""
    return TopUpBatch.objects.filter(study=study, pk=number).first()


def sent_by_person(study: ProlificStudy) -> dict[int, int]:
    """Return the micro-units of top-ups that were sent, or may have been, by person."""
    rows = TopUp.objects.filter(batch__study=study, batch__state__in=PAID_OR_SENT)
    sums = rows.values("person_id").annotate(sum=Sum("micro")).order_by("person_id")
    return {row["person_id"]: row["sum"] for row in sums}


def top_ups_of(person: Person, project_id: int) -> list[TopUp]:
    """List a person's top-ups through Prolific in a project that were paid, newest first."""
    rows = TopUp.objects.filter(
        person=person, batch__study=project_id, batch__state=TopUpBatch.State.PAID
    )
    return list(rows.select_related("batch__study").order_by("-id"))
