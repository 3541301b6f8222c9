"""HITs of very many assignments: how many they take, and what a page of them costs."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from canut.core.turk.states import AssignmentStatus
from canut.store.models import TaskState
from tests.support.turk import answer_hit, hire, make_hit, make_requester, multiply, project_of
from tests.web.turk.test_hits import refused

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
MOST = 100_000
MANY = 120


def plan_of(sql: str) -> str:
    """Return how the database reads a statement, where it has reason to use an index."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for costly in (
                "seqscan",
                "bitmapscan",
                "sort",
            ):  # of so few rows it would else do these
                cursor.execute(f"SET LOCAL enable_{costly} = off")
            cursor.execute(f"EXPLAIN (COSTS OFF) {sql}")
            return "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[3] for row in cursor.fetchall())


def page_of(turk: Any, hit: str, token: str | None) -> tuple[dict[str, Any], list[str]]:
    """Read a page of assignments; return it, and the statements it took."""
    with CaptureQueriesContext(connection) as said:
        after = {"NextToken": token} if token else {}
        page = turk.list_assignments_for_hit(HITId=hit, MaxResults=20, **after)
    return page, [query["sql"] for query in said.captured_queries]


def test_hit_of_a_known_type_is_made_in_sixteen_statements(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    turk = make_requester().turk
    make_hit(turk, UniqueRequestToken="first")

    with django_assert_max_num_queries(18):  # of them two begin and end the transaction
        make_hit(turk, UniqueRequestToken="second")


def test_a_hit_takes_a_hundred_thousand_assignments_and_no_more() -> None:
    turk = make_requester().turk
    hit = make_hit(turk, MaxAssignments=MOST - 1)["HITId"]

    turk.create_additional_assignments_for_hit(HITId=hit, NumberOfAdditionalAssignments=1)

    state = TaskState.objects.filter(task__hit__public_id=hit)
    state.update(counted=MOST - 1, live=1)
    assert list(state.values_list("overlap", "counted", "live")) == [(MOST, MOST - 1, 1)]
    pending = turk.get_hit(HITId=hit)["HIT"]["NumberOfAssignmentsPending"]
    assert pending == 1
    one_more = {"HITId": hit, "NumberOfAdditionalAssignments": 1}
    code, words = refused(lambda: turk.create_additional_assignments_for_hit(**one_more))
    assert code == "AWS.MechanicalTurk.InvalidMaximumAssignmentsIncrease"
    assert str(MOST) in words
    assert str(MOST) in refused(lambda: make_hit(turk, MaxAssignments=MOST + 1))[1]


def test_last_page_of_assignments_is_read_as_the_first_is() -> None:
    turk = make_requester().turk
    hit = make_hit(turk, MaxAssignments=MOST)
    answer = answer_hit(hire(project_of(hit)))
    multiply(answer, MANY - 1)

    listed, costs, token = [], [], None
    while True:
        page, statements = page_of(turk, hit["HITId"], token)
        if not page["Assignments"]:
            break
        listed += [row["AssignmentId"] for row in page["Assignments"]]
        costs.append(statements)
        token = page["NextToken"]

    assert len(set(listed)) == len(listed) == MANY
    assert len(costs[-1]) <= len(costs[1]) == len(costs[2])
    (reading,) = [sql for sql in costs[-1] if 'ORDER BY "store_answer"."id"' in sql]
    plan = plan_of(reading)
    if connection.vendor == "postgresql":
        assert "Index Scan using answer_of_task on store_answer" in plan, plan
        assert "(id > " in plan, plan
        assert "Sort" not in plan, plan
    else:
        assert re.search(
            r"store_answer USING INDEX answer_of_task \(task_id=\? AND \w*id>\?\)", plan
        )
        assert "TEMP B-TREE" not in plan, plan


def test_assignments_of_one_state_are_chosen_by_the_database() -> None:
    turk = make_requester().turk
    hit = make_hit(turk, MaxAssignments=MOST)
    answer = answer_hit(hire(project_of(hit)))
    multiply(answer, MANY - 1)
    asked = {"HITId": hit["HITId"], "MaxResults": 100}
    names = [row["AssignmentId"] for row in turk.list_assignments_for_hit(**asked)["Assignments"]]
    turk.approve_assignment(AssignmentId=names[3])

    listed = {
        status: turk.list_assignments_for_hit(**asked, AssignmentStatuses=[status])["Assignments"]
        for status in AssignmentStatus
    }

    assert [row["AssignmentId"] for row in listed[AssignmentStatus.APPROVED]] == [names[3]]
    assert listed[AssignmentStatus.REJECTED] == []
    waiting = [row["AssignmentId"] for row in listed[AssignmentStatus.SUBMITTED]]
    assert len(waiting) == 100
    assert names[3] not in waiting
    with CaptureQueriesContext(connection) as said:
        turk.list_assignments_for_hit(**asked, AssignmentStatuses=["Approved"])
    assert all("LIMIT" in q["sql"] for q in said if 'ORDER BY "store_answer"' in q["sql"])
