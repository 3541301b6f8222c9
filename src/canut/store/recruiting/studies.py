"""Read studies, who took part, places of quotas, and what people say of themselves."""

from collections.abc import Collection
from typing import NamedTuple

from canut.core.clock import DAY_MS, Ms
from canut.core.recruiting.studies import COMPLETES, Meaning
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


class NextPart(NamedTuple):
    """A later part of a study for one person: when it opens, and when it closes; None for never."""

    study: Study
    opens_ms: Ms
    closes_ms: Ms | None

    def is_open(self, now_ms: Ms) -> bool:
        """Return whether the person may take part now."""
        return self.opens_ms <= now_ms and not self.is_over(now_ms)

    def is_over(self, now_ms: Ms) -> bool:
        """Return whether it is too late."""
        return self.closes_ms is not None and now_ms >= self.closes_ms


def study_of(project_id: int) -> Study | None:
    """Return what makes a project a study; None if it is none."""
    rows = Study.objects.filter(project=project_id)
    return rows.select_related("project", "gives", "follows__project").first()


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


def part_after(participation: Participation, study: Study) -> NextPart | None:
    """Return when a part is open to who took part in the one before; None if not to them."""
    returned_ms = participation.returned_ms
    is_completed = participation.meaning in COMPLETES and participation.withdrawn_ms is None
    if returned_ms is None or not is_completed:
        return None
    opens_ms = returned_ms + study.wait_days * DAY_MS
    closes_ms = opens_ms + study.open_days * DAY_MS if study.open_days else None
    return NextPart(study, opens_ms, closes_ms)


def own_part(study: Study, person: Person) -> NextPart | None:
    """Return when a later part of a study is open to a person; None if not to them."""
    earlier = participation_in(person, study.follows_id or 0)
    return part_after(earlier, study) if earlier else None


def next_parts_of(person: Person, now_ms: Ms) -> list[NextPart]:
    """List the parts a person may take or will, by day: not over, open to work, not begun."""
    completed = Participation.objects.filter(
        worker__person=person, meaning__in=COMPLETES, withdrawn_ms=None
    )
    begun = Participation.objects.filter(worker__person=person).values("study")
    parts: list[NextPart] = []
    for earlier in completed.order_by("id"):
        rows = Study.objects.filter(follows=earlier.study_id).exclude(pk__in=begun)
        for study in rows.select_related("project__organisation", "follows__project"):
            part = part_after(earlier, study)
            if part and study.project.is_lending and not part.is_over(now_ms):
                parts.append(part)
    return sorted(parts, key=lambda part: (part.opens_ms, part.study.pk))


def parts_opened_since(since_ms: Ms, now_ms: Ms) -> list[tuple[int, int]]:
    """List later parts that opened to somebody since a moment and are open still.

    Returns:
        Pairs of the later study and the person, of whom nobody has begun that part.
    """
    opened: list[tuple[int, int]] = []
    for study in Study.objects.exclude(follows=None).select_related("project").order_by("pk"):
        if not study.project.is_lending:
            continue
        wait_ms = study.wait_days * DAY_MS
        took_part = Participation.objects.filter(study=study).values("worker__person")
        earlier = Participation.objects.filter(
            study=study.follows_id or 0,
            meaning__in=COMPLETES,
            withdrawn_ms=None,
            returned_ms__gte=since_ms - wait_ms,
            returned_ms__lte=now_ms - wait_ms,
            worker__person__isnull=False,
        ).exclude(worker__person__in=took_part)
        for row in earlier.select_related("worker").order_by("id"):
            part = part_after(row, study)
            if part and part.is_open(now_ms) and row.worker.person_id is not None:
                opened.append((study.pk, row.worker.person_id))
    return opened


def count_open_to(study: Study, now_ms: Ms) -> tuple[int, int]:
    """Count who completed the part before this one, and who of them may take part now."""
    earlier = Participation.objects.filter(study=study.follows_id or 0)
    parts = [part for row in earlier if (part := part_after(row, study))]
    return len(parts), sum(part.is_open(now_ms) for part in parts)


def studies_of(organisation_id: int) -> list[Study]:
    """List the studies of an organisation, newest first."""
    rows = Study.objects.filter(project__organisation=organisation_id)
    return list(rows.select_related("project").order_by("-pk"))


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
