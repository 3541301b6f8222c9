"""How many statements lending takes where tasks are hard to look at, and what they read."""

import pytest
from django.db import connection

from canut.actions.protection.exposure import longest_look_ms
from canut.actions.work.leases import lease_tasks
from canut.store.models import Lease, Protection, TaskState
from canut.store.sql import exposure
from tests.store.sql.test_statements import fill, scans, statements
from tests.support.exposure import make_risky
from tests.support.factories import NOW_MS, make_project

pytestmark = pytest.mark.django_db


def test_lease_in_a_project_with_risk_needs_one_more_statement() -> None:
    made = make_risky([0, 2, 0, 2, 0, 2, 0, 2])
    lease_tasks(made.worker.pk, 2, NOW_MS)  # when somebody is exposed is noted once an hour
    longest_look_ms(made.project.pk, NOW_MS // 600_000)

    said = statements(lambda: lease_tasks(made.worker.pk, 5, NOW_MS + 1000))

    assert Lease.objects.count() == 5
    assert len(said) <= 5


def test_hours_cost_no_statement_where_there_is_no_risk() -> None:
    made = make_project(tasks=9)
    Protection.objects.create(person_id=made.worker.person_id or 0, rest_until_ms=NOW_MS)

    said = statements(lambda: lease_tasks(made.worker.pk, 3, NOW_MS))

    assert len(said) <= 4


@pytest.mark.parametrize("analyzed", [False, True])
def test_lending_with_risk_reads_no_table_from_end_to_end(analyzed: bool) -> None:
    made = make_risky([0, 2])
    fill(made)
    TaskState.objects.filter(project=made.project, task_id__gt=made.tasks[1].pk).update(severity=0)
    if analyzed:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    said = statements(lambda: lease_tasks(made.worker.pk, 5, NOW_MS))

    reads = [sql for sql in said if "riskchoice" in sql or "placed" in sql]
    assert reads
    small = {"store_riskchoice", "store_terms", "store_protection"}
    small |= {"store_policychange", "store_appeallook", "store_ethicslook"}  # empty here
    assert {sql: found for sql in reads if (found := set(scans(sql)) - small)} == {}
    assert exposure.NEAR < 1000
