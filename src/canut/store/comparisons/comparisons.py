"""Comparisons of a project, the people in them, and when somebody saw no proposals."""

from collections import defaultdict
from collections.abc import Sequence

from canut.core.comparisons.assignment import Arm
from canut.core.comparisons.plan import Subject
from canut.store.tables.comparisons import ComparedPerson, Comparison
from canut.store.tables.people import Membership, Person, Role

FOREVER = 2**62
LIVE = (Comparison.State.OPEN, Comparison.State.HELD)


def comparisons_of(project_id: int) -> list[Comparison]:
    """List the comparisons of a project, newest first."""
    rows = Comparison.objects.filter(project=project_id).order_by("-id")
    return list(rows.select_related("opened_by", "held_by", "resumed_by", "ethics_ok_by"))


def live_comparison(project_id: int) -> Comparison | None:
    """Return the comparison of a project that is open or held."""
    return Comparison.objects.filter(project=project_id, state__in=LIVE).first()


def open_comparisons(projects: Sequence[int]) -> set[int]:
    """Return which projects compare two presentations now."""
    rows = Comparison.objects.filter(project__in=projects, state=Comparison.State.OPEN)
    return set(rows.values_list("project", flat=True))


def place_of(worker_id: int) -> ComparedPerson | None:
    """Return a worker's place in the newest comparison they took part in."""
    rows = ComparedPerson.objects.filter(worker=worker_id).order_by("-comparison_id")
    return rows.select_related("comparison").first()


def place_in(comparison_id: int, worker_id: int) -> ComparedPerson | None:
    """Return a worker's place in one comparison."""
    return ComparedPerson.objects.filter(comparison=comparison_id, worker=worker_id).first()


def places_of(comparison_id: int) -> list[ComparedPerson]:
    """List everybody in a comparison, in the order in which they came."""
    rows = ComparedPerson.objects.filter(comparison=comparison_id).order_by("id")
    return list(rows.select_related("worker"))


def hidden_times(project_id: int) -> dict[str, list[tuple[int, int]]]:
    """Return when a worker saw no proposals for a comparison, by their random id."""
    rows = ComparedPerson.objects.filter(
        comparison__project=project_id, comparison__subject=Subject.PROPOSALS, arm=Arm.B
    )
    times: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for public_id, begin, end in rows.values_list("worker__public_id", "joined_ms", "left_ms"):
        times[public_id].append((begin, FOREVER if end is None else end))
    return dict(times)


def is_representative(person_id: int) -> bool:
    """Return whether a person is an elected representative now."""
    roles = Membership.objects.filter(person=person_id, ended_at=None)
    return roles.filter(role=Role.REPRESENTATIVE).exists()


def representatives_of(organisation_id: int) -> list[Person]:
    """List the elected representatives of those who work for an organisation."""
    rows = Membership.objects.filter(
        organisation=organisation_id, role=Role.REPRESENTATIVE, ended_at=None
    )
    people = {row.person.pk: row.person for row in rows.select_related("person").order_by("id")}
    return list(people.values())
