"""Queries and inserts that are written once do what Django's own do."""

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from canut.core.clock import from_ms
from canut.store.models import ApiKey, ApiReply, Organisation, Project, RequesterPage, TurkKey
from canut.store.sql.written_once import FixedInsert, FixedQuery, FixedUpdate, row_of
from tests.support.factories import NOW_MS, make_project
from tests.support.turk import make_requester

pytestmark = pytest.mark.django_db
NEW = {"form": "html", "body": "<p>é</p>", "hosts": ["https://a.example"], "at_ms": NOW_MS}


def test_query_runs_again_with_other_values_and_reads_columns_as_django_does() -> None:
    keys = [TurkKey.objects.get(access_id=make_requester(name).access_id) for name in ("A", "B")]
    query = FixedQuery(
        lambda access_id, now: ApiKey.objects.filter(
            turk__access_id=access_id, expires_at__gt=now, revoked_at=None
        ).values_list("pk", "turk__profile", "expires_at", "turk__sealed"),
        ["", from_ms(1)],
    )

    for key in keys:
        (row,) = query.rows(key.access_id, from_ms(NOW_MS))
        assert row[:3] == (key.pk, key.profile, key.key.expires_at)
        assert bytes(row[3]) == bytes(key.sealed)
    assert query.rows(keys[0].access_id, keys[0].key.expires_at) == []
    assert query.first("nobody", from_ms(NOW_MS)) is None


def test_query_that_compares_a_value_with_nothing_is_refused() -> None:
    query = FixedQuery(lambda _number: Organisation.objects.values_list("pk"), [-1])

    with pytest.raises(TypeError, match="compared with nothing"):
        query.rows(1)


def test_insert_stores_what_django_would_and_one_that_is_there_stays() -> None:
    project = make_project(tasks=1, workers=0).project
    insert = FixedInsert(RequesterPage)
    row = RequesterPage(project=project, sha256="1" * 64, **NEW)

    assert insert.add(row)
    stored = RequesterPage.objects.get(pk=row.pk)
    by_django = RequesterPage.objects.create(project=project, sha256="2" * 64, **NEW)
    apart = {"id", "sha256"}
    assert model_to_dict(stored, exclude=apart) == model_to_dict(by_django, exclude=apart)
    second = RequesterPage(project=project, sha256="1" * 64, **NEW)
    assert not insert.add(second, or_ignore=True)
    assert second.pk is None
    with pytest.raises(IntegrityError), transaction.atomic():
        insert.add(second)
    assert RequesterPage.objects.count() == 2


def test_update_changes_the_columns_of_one_row() -> None:
    make_requester()
    key = ApiKey.objects.get()
    replies = [
        ApiReply.objects.create(key=key, name=name, asked="", at_ms=NOW_MS) for name in ("a", "b")
    ]

    FixedUpdate(ApiReply, "status", "body").change(replies[0].pk, 200, b"\x00{}")

    changed, other = (ApiReply.objects.get(pk=reply.pk) for reply in replies)
    assert (changed.status, bytes(changed.body)) == (200, b"\x00{}")
    assert (other.status, bytes(other.body)) == (None, b"")


def test_row_read_in_part_has_its_columns_in_any_order_and_the_others_when_asked_for() -> None:
    project = make_project(tasks=1, workers=0).project
    names = ("slug", "id", "state")
    (columns,) = Project.objects.filter(pk=project.pk).values_list(*names)

    row = row_of(Project, names, columns)

    assert (row.slug, row.pk, row.state) == (project.slug, project.pk, project.state)
    assert row.title == project.title
