"""API keys, replies stored by ``Idempotency-Key``, and open uploads.

A key stands for a program: a ``Person`` with ``is_service``, who may never reject, restrict or
suspend. Of the key itself only a hash is kept, with its first letters to tell it by. Who may make
one, and when it ends, is decided in ``actions.integrations.api_keys``.
"""

from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from canut.core.clock import Ms, from_ms
from canut.store.tables.integrations import ApiKey, ApiUpload
from canut.store.tables.people import Organisation, Person
from canut.store.tables.projects import Project


class Caller(NamedTuple):
    """The calling program, and its rights in the requested project.

    ``found`` and what follows are of the project named in the address: its number, organisation,
    and the program's worker there; none where there is no such project, or no worker. ``is_over``:
    the key's last moment has passed; ``is_noted``: it is noted already that it was used today.
    """

    key: int
    person: int
    role: str
    organisation: int | None
    project: int | None
    is_over: bool
    is_noted: bool
    found: int | None
    found_organisation: int | None
    worker: int | None
    has_left: bool

    @property
    def reaches(self) -> bool:
        """Return whether the key's scope holds the project of the address."""
        if self.found is None:
            return False
        if self.project is not None:
            return self.project == self.found
        return self.organisation is None or self.organisation == self.found_organisation


FIND = """
SELECT k.id, k.person_id, k.role, k.organisation_id, k.project_id, k.expires_at <= %s,
  coalesce(k.used_on = %s, FALSE), p.id, p.organisation_id, w.id, w.ended_at IS NOT NULL
FROM store_apikey k
JOIN store_person e ON e.id = k.person_id AND e.is_active
LEFT JOIN store_project p ON p.slug = %s
LEFT JOIN store_worker w ON w.project_id = p.id AND w.person_id = k.person_id
WHERE k.token_hash = %s AND k.revoked_at IS NULL
"""


def find_caller(token_hash: str, slug: str, now_ms: Ms) -> Caller | None:
    """Find a caller and their rights in a project in one query; None for an unknown key.

    Args:
        token_hash: of the key as it was sent.
        slug: of the project in the address; empty where there is none.
        now_ms: against which the key's last moment is held.
    """
    now = from_ms(now_ms)
    adapt = connection.ops
    moment, day = adapt.adapt_datetimefield_value(now), adapt.adapt_datefield_value(now.date())
    with connection.cursor() as cursor:
        cursor.execute(FIND, (moment, day, slug, token_hash))
        row = cursor.fetchone()
    if row is None:
        return None
    return Caller._make(
        (*row[:5], bool(row[5]), bool(row[6]), *row[7:10], bool(row[10])),
    )


TAKE = """
INSERT INTO store_apirate AS r (key_id, minute, used) VALUES (%s, %s, %s)
ON CONFLICT (key_id) DO UPDATE SET
  used = CASE WHEN r.minute >= excluded.minute THEN r.used ELSE 0 END + excluded.used,
  minute = CASE WHEN r.minute >= excluded.minute THEN r.minute ELSE excluded.minute END
RETURNING used
"""


def take_requests(key: int, minute: int, count: int) -> int:
    """Reserve requests of a minute in one statement; return the total reserved."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, (key, minute, count))
        return int(cursor.fetchone()[0])


def projects_within(caller: Caller, before: int | None, most: int) -> list[Project]:
    """List ``most`` projects of a key's scope that are older than one, newest first."""
    projects = Project.objects.select_related("organisation")
    if caller.project is not None:
        projects = projects.filter(id=caller.project)
    elif caller.organisation is not None:
        projects = projects.filter(organisation=caller.organisation)
    if before is not None:
        projects = projects.filter(id__lt=before)
    return list(projects.order_by("-id")[:most])


def organisations_within(caller: Caller) -> list[Organisation]:
    """List the organisations in whose name a key may create projects."""
    if caller.project is not None:
        return []
    organisations = Organisation.objects.order_by("id")
    return list(
        organisations.filter(id=caller.organisation) if caller.organisation else organisations
    )


def project_numbered(number: int) -> Project:
    """Return a project of a key's scope."""
    return Project.objects.select_related("organisation").get(id=number)


def person_numbered(number: int) -> Person:
    """Return the program behind a key."""
    return Person.objects.get(id=number)


def key_numbered(number: int) -> ApiKey | None:
    """Return a key; None if there is none."""
    keys = ApiKey.objects.select_related("organisation", "project__organisation", "person")
    return keys.filter(id=number).first()


def all_keys() -> list[ApiKey]:
    """List the keys of the instance, newest first."""
    return list(ApiKey.objects.select_related("organisation", "project").order_by("-id"))


def keys_in(organisations: list[int], projects: list[int]) -> list[ApiKey]:
    """List the keys of organisations with their projects, and of these projects."""
    within = Q(organisation__in=organisations) | Q(project__organisation__in=organisations)
    keys = ApiKey.objects.select_related("organisation", "project", "made_by")
    return list(keys.filter(within | Q(project__in=projects)).order_by("-id"))


def upload_named(project_id: int, token: str) -> ApiUpload | None:
    """Return an upload of a project; None if there is none."""
    return ApiUpload.objects.filter(project_id=project_id, token=token).first()
