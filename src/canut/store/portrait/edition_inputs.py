"""What editions of the Portrait were computed from, and which cards are not public beside them."""

from collections.abc import Collection

from django.db.models import Count, QuerySet

from canut.core.portrait.counts import FEWEST
from canut.core.portrait.disclosure.edition_changes import EditionInputs
from canut.store.tables.datasets import Card
from canut.store.tables.learning import Trained
from canut.store.tables.portrait import PortraitInput, PortraitRelease
from canut.store.tables.work import Answer, Worker


def store_inputs(release: PortraitRelease, inputs: EditionInputs) -> None:
    """Insert the inputs of an edition, one row a person."""
    rows = (
        PortraitInput(release=release, person_id=person, amounts=dict(amounts))
        for person, amounts in inputs.people.items()
    )
    PortraitInput.objects.bulk_create(rows, batch_size=2_000)


def inputs_of(release: PortraitRelease) -> EditionInputs | None:
    """Return the inputs of an edition; None where none were stored."""
    if release.shared is None:
        return None
    rows = PortraitInput.objects.filter(release=release).values_list("person", "amounts")
    return EditionInputs(dict(rows), release.shared)


def last_editions() -> list[PortraitRelease]:
    """List the last edition of each quarter, oldest first."""
    rows = PortraitRelease.objects.order_by("period", "edition")
    return list({row.period: row for row in rows}.values())


def let_wait(release: PortraitRelease, now_ms: int) -> None:
    """Record that a correction of an edition waits."""
    PortraitRelease.objects.filter(pk=release.pk).update(waiting_ms=now_ms)


def people_by_project(begin_ms: int, end_ms: int) -> dict[int, set[int]]:
    """Return the real people who answered in each project between two times."""
    people: dict[int, set[int]] = {}
    rows = _answers_of_real().filter(answered_ms__gte=begin_ms, answered_ms__lt=end_ms)
    for project, person in rows.values_list("project", "worker__person").distinct():
        people.setdefault(project, set()).add(person)
    return people


def people_before(begin_ms: int) -> int:
    """Count the real people who answered before a time."""
    rows = _answers_of_real().filter(answered_ms__lt=begin_ms)
    return rows.values("worker__person").distinct().count()


def models_of_few() -> bool:
    """Return whether a model learnt in a project of fewer than twenty real people."""
    counts = (
        _answers_of_real()
        .filter(project__in=Trained.objects.values("project"))
        .values("project")
        .annotate(people=Count("worker__person", distinct=True))
        .order_by("project")
    )
    return any(0 < row["people"] < FEWEST for row in counts)


def public_card_projects(excluded: Collection[int]) -> set[int]:
    """Return the projects whose card anybody can read, without some."""
    cards = Card.objects.filter(is_public=True, is_simulated=False).exclude(project__in=excluded)
    return set(cards.values_list("project", flat=True))


def _answers_of_real() -> QuerySet[Answer]:
    return Answer.objects.filter(author_kind=Worker.Kind.HUMAN, worker__person__is_simulated=False)
