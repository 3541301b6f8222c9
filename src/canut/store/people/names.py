"""Names of people in a project, for whoever may see them.

The requesters of a project, and operators, see a name. Others see the person's number in the
project, which says nothing outside it; reviews stay blind. Exports and programs have the random id.
Reads only.
"""

from canut.store.tables.people import InvitationUse, Membership, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.work import Worker

SEE_NAMES = (Role.REQUESTER, Role.OPERATOR)


def sees_names(person: Person, project: Project) -> bool:
    """Return whether a person sees the names of those who work in a project."""
    roles = Membership.objects.filter(person=person, ended_at=None, role__in=SEE_NAMES)
    here = roles.filter(project=project) | roles.filter(organisation=project.organisation_id)
    return (here | roles.filter(role=Role.OPERATOR)).exists()


def name_of_worker(worker: Worker) -> str:
    """Return the name of who answered; empty for a program or somebody who is gone."""
    return str(worker.person) if worker.person else ""


def names_of(worker_ids: list[int]) -> dict[int, str]:
    """Return the names of workers, by the number of their row."""
    rows = Worker.objects.filter(id__in=worker_ids).select_related("person")
    return {worker.pk: name_of_worker(worker) for worker in rows}


def count_people(project_id: int) -> int:
    """Count the people who may work in a project now."""
    return Worker.objects.filter(project=project_id, ended_at=None).exclude(person=None).count()


def numbers_of(project_id: int) -> dict[int, int]:
    """Return the number of each worker in a project, from 1, in the order they came."""
    workers = Worker.objects.filter(project=project_id).order_by("id").values_list("id", flat=True)
    return {worker: number for number, worker in enumerate(workers, 1)}


def comes_from(person_id: int, organisation_id: int) -> bool:
    """Return whether the first link a person used was one of this organisation."""
    first = InvitationUse.objects.filter(person=person_id).order_by("id").first()
    return first is not None and first.invitation.project.organisation_id == organisation_id
