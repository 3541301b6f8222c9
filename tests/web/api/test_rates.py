"""How often a key may ask holds for all processes together, and costs next to nothing."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from canut.web.kit.api import rate_limits
from tests.support.databases import environment
from tests.web.api.program import program

LIMIT = 1_000
PART = LIMIT // rate_limits.PARTS
AT = 1_800_000_000.0
ASK = f"""
import django; django.setup()
from canut.web.kit.api import rate_limits
print(sum(rate_limits.count({{key}}, {AT}).requests >= 0 for _ in range({LIMIT})))
"""


@pytest.mark.django_db(transaction=True)
def test_two_processes_let_in_as_many_as_one() -> None:
    key = program("requester").key.pk
    env = environment() | {"CANUT_API_RATE": str(LIMIT)}
    command = [sys.executable, "-c", ASK.format(key=key)]

    asking = [
        subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    let_in = [int(one.communicate(timeout=120)[0]) for one in asking]

    assert sum(let_in) == LIMIT


@pytest.mark.django_db(transaction=True)
def test_threads_let_in_no_more_than_the_limit(settings: Settings) -> None:
    settings.API_RATE = LIMIT
    key = program("requester").key.pk

    def ask(_: int) -> int:
        try:
            return sum(rate_limits.count(key, AT).requests >= 0 for _ in range(LIMIT // 4))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        let_in = sum(pool.map(ask, range(8)))

    assert let_in == LIMIT


@pytest.mark.django_db
def test_request_costs_a_statement_once_in_a_hundredth_of_the_limit(settings: Settings) -> None:
    settings.API_RATE = LIMIT
    key = program("requester").key.pk

    with CaptureQueriesContext(connection) as asked:
        left = [rate_limits.count(key, AT).requests for _ in range(2 * PART)]
    with CaptureQueriesContext(connection) as refused:
        rate_limits.HELD[key] = rate_limits.KeyBudget(int(AT) // 60, 0, 0)
        over = rate_limits.count(key, AT)

    statements = [one["sql"] for one in asked.captured_queries if "store_apirate" in one["sql"]]
    assert left == list(range(LIMIT - 1, LIMIT - 1 - 2 * PART, -1))
    assert len(statements) == 2
    assert (over.requests, len(refused)) == (-1, 0)


@pytest.mark.django_db
def test_small_limit_is_counted_one_by_one(settings: Settings) -> None:
    settings.API_RATE = 3
    bot = program("requester")

    told = [bot.ask("GET", "key") for _ in range(5)]

    assert [one.status_code for one in told] == [200, 200, 200, 429, 429]
    assert told[3].json()["code"] == "rate-limit"
    assert told[3]["RateLimit"].startswith('"key";r=0;t=')
    assert 0 < int(told[3]["Retry-After"]) <= 60


@pytest.mark.django_db
def test_clock_that_is_behind_opens_no_other_minute(settings: Settings) -> None:
    settings.API_RATE = 1
    key = program("requester").key.pk
    first = rate_limits.count(key, AT).requests
    rate_limits.HELD.clear()  # another server, a minute behind

    behind = rate_limits.count(key, AT - 60).requests

    assert (first, behind) == (0, -1)
