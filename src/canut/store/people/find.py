"""Find people by their names. Reads only."""

from collections.abc import Collection

from canut.store.tables.people import Membership


def members_named(project_ids: Collection[int], words: str, most: int) -> list[Membership]:
    """List members of these projects whose name has these words, by name."""
    memberships = Membership.objects.filter(
        project__in=project_ids, ended_at=None, person__shown_name__icontains=words
    )
    return list(
        memberships.select_related("person", "project").order_by("person__shown_name")[:most]
    )
