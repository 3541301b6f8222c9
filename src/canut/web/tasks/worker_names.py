"""Who may read the names of the workers of a project, and who is meant by one."""

from canut.store.models import Role
from canut.store.work.worker_names import names_in

NAMES_READ_BY = frozenset({Role.REQUESTER, Role.OPERATOR})


def id_of(project_id: int, text: str, roles: frozenset[Role]) -> str:
    """Return the random id of the worker a reader means by a name or an id; the text if none."""
    if not roles & NAMES_READ_BY:
        return text
    names = names_in(project_id)
    if text in names:
        return text
    typed = text.casefold()
    return next((public_id for public_id, name in names.items() if name.casefold() == typed), text)
