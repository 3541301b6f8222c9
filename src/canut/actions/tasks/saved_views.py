"""Keep a filter of the list of tasks under a name, and delete it."""

from django.db import transaction

from canut.core.clock import Ms
from canut.core.errors import Conflict, Incomplete, Missing, TooLarge
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.tasks import SavedView

MOST_VIEWS = 12
LONGEST_NAME, LONGEST_QUERY = 60, 1_000


@transaction.atomic
def save_view(project: Project, person: Person, name: str, query: str, *, now_ms: Ms) -> SavedView:
    """Keep a filter for a person; one of the same name is replaced.

    Args:
        project: whose tasks it filters.
        person: who keeps it; nobody else sees it.
        name: at most 60 characters; longer ones are cut.
        query: the filter and its order, as the address of the list has them.
        now_ms: milliseconds since 1970 UTC.

    Raises:
        Incomplete: the name or the filter is empty.
        TooLarge: the filter is longer than 1,000 characters.
        Conflict: the person keeps 12 views here already.
    """
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name or not query:
        raise Incomplete("a view needs a name and a filter", field="name", code="view-unnamed")
    if len(query) > LONGEST_QUERY:
        raise TooLarge(
            f"the filter has {len(query)} characters; at most {LONGEST_QUERY}",
            code="view-too-long",
            limit=LONGEST_QUERY,
        )
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    own = SavedView.objects.filter(project=project, person=person)
    if own.exclude(name=name).count() >= MOST_VIEWS:
        raise Conflict(
            f"there are {MOST_VIEWS} views already; delete one", code="views-full", limit=MOST_VIEWS
        )
    view, _is_new = SavedView.objects.update_or_create(
        project=project, person=person, name=name, defaults={"query": query, "at_ms": now_ms}
    )
    return view


@transaction.atomic
def delete_view(project: Project, person: Person, view_id: int) -> str:
    """Delete a view of a person and return its name.

    Raises:
        Missing: the person keeps no such view here.
    """
    view = SavedView.objects.filter(pk=view_id, project=project, person=person).first()
    if view is None:
        raise Missing(f"view {view_id} is gone, or is not yours")
    view.delete()
    return view.name
