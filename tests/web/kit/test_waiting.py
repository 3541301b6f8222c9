"""One statement says where something may wait, and a page with nothing waiting counts nothing."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canut.actions.decisions.notices import PLACES, unseen_counts
from canut.core.clock import DAY_MS
from canut.store.people.waiting import ANYTHING, may_wait
from canut.web.kit.navigation import WAITING
from tests.support.factories import NOW_MS, make_person
from tests.support.instance import House

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


def test_every_place_that_counts_is_asked_for() -> None:
    assert set(re.findall(r"SELECT '(\w+)'", ANYTHING)) == {*WAITING, *PLACES}


def test_nothing_waits_for_a_newcomer_and_one_statement_says_so() -> None:
    person = make_person()

    with CaptureQueriesContext(connection) as asked:
        assert unseen_counts(person, NOW_MS) == {}

    assert len(asked) == 1
    assert may_wait(person.pk, NOW_MS - DAY_MS) == frozenset()


def test_page_of_a_worker_counts_only_where_something_is(house: House) -> None:
    client = house.client("worker")
    client.get("/time/")

    with CaptureQueriesContext(connection) as asked:
        client.get("/time/")

    counted = [query["sql"] for query in asked if "COUNT(" in query["sql"]]
    assert counted == []
