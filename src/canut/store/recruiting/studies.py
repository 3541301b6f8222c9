"""Read studies, who took part, places of quotas, and what people say of themselves."""

from collections.abc import Collection
from typing import NamedTuple

from canut.core.recruiting.studies import Meaning
from canut.store.tables.people import Person
from canut.store.tables.recruiting.studies import Participation, PrescreenAnswer, Study
from canut.store.tables.work import Worker


class QuotaState(NamedTuple):
    """One quota: its question and answer, how many are wanted, how many completed the study."""

    question: str
    answer: str
    wanted: int
    people: int

    @property
    def is_full(self) -> bool:
        """Return whether no place is left."""
        return self.people >= self.wanted


def study_of(project_id: int) -> Study | None:
    """Return what makes a project a study; None if it is none."""
    return Study.objects.filter(project=project_id).select_related("project", "gives").first()


def is_study(project_id: int) -> bool:
    """Return whether a project is a study on another site."""
    return Study.objects.filter(project=project_id).exists()


def participation_of(worker_id: int) -> Participation | None:
    """Return a worker's part in the study of their project; None before they begin."""
    rows = Participation.objects.filter(worker=worker_id).select_related("claim", "study")
    return rows.first()


def participation_in(person: Person, study_id: int) -> Participation | None:
    """Return a person's part in a study; None if they never began."""
    rows = Participation.objects.filter(study=study_id, worker__person=person)
    return rows.select_related("worker__project").first()


def participations_of(study_id: int) -> list[Participation]:
    """List who took part in a study, newest first."""
    rows = Participation.objects.filter(study=study_id).select_related("worker", "claim")
    return list(rows.order_by("-begun_ms", "-id"))


def quotas_of(study: Study) -> list[QuotaState]:
    """List the quotas of a study with the participations completed or under way for each."""
    active = Participation.objects.filter(study=study, withdrawn_ms=None)
    taking = active.filter(meaning__in=("", Meaning.COMPLETED, Meaning.ATTENTION))
    people = taking.values("worker__person")
    return [
        QuotaState(
            quota["question"],
            quota["answer"],
            quota["wanted"],
            PrescreenAnswer.objects.filter(
                person__in=people, question=quota["question"], answer=quota["answer"]
            ).count(),
        )
        for quota in study.quotas
    ]


def prescreening_of(person_id: int) -> dict[str, str]:
    """Return what a person says of themselves, by question."""
    rows = PrescreenAnswer.objects.filter(person=person_id)
    return dict(rows.values_list("question", "answer"))


def pseudonym_in_organisation(person: Person, organisation_id: int) -> str:
    """Return the pseudonym a person has in earlier parts of an organisation's studies, or none."""
    rows = Participation.objects.filter(
        worker__person=person,
        study__project__organisation=organisation_id,
        study__is_by_organisation=True,
    )
    return rows.order_by("id").values_list("participant", flat=True).first() or ""


def workers_by_name(project_id: int, names: Collection[str]) -> dict[str, Worker]:
    """Return workers of a project by their pseudonym in its study, or their random id."""
    workers = Worker.objects.filter(project=project_id, person__isnull=False)
    named = {worker.public_id: worker for worker in workers.filter(public_id__in=names)}
    rows = Participation.objects.filter(study=project_id, participant__in=names)
    for row in rows.select_related("worker__project"):
        named[row.participant] = row.worker
    return named
