"""One real server for the tests of the client, on the database of this run, and keys to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.browser.instance import Instance, free_port

WORKERS = 20
MAKE_KEYS = """
from canut.actions.platform.system_clock import now_ms
from canut.actions.integrations.api_keys import KeyIn, create_key

def make(role, **more):
    return create_key(KeyIn(role, role, **more), by=None, now_ms=now_ms()).token

keys = [make("requester"), *(make("worker", is_simulated=True) for _ in range({workers}))]
open({file!r}, "w").write("\\n".join(keys))
"""


@pytest.fixture(scope="session")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instance]:
    """Serve a fresh instance, with its background work."""
    data = tmp_path_factory.mktemp("client-data")
    made = Instance(data, free_port(), ["serve", "--with-jobs"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANUT_WEBHOOKS_INSIDE", "yes")
        patch.delenv("DATABASE_URL", raising=False)
        if request.config.getoption("--database") == "postgresql":
            patch.setenv("DATABASE_URL", _database(request.getfixturevalue("postgres")))
        made.canut("migrate")
        made.start()
        yield made
        made.stop()


def _database(reached: dict[str, Any]) -> str:
    """Make a database of our own on the server of this run; return its address."""
    host = reached["HOST"]
    with psycopg.connect(host=host, user="canut", dbname="postgres", autocommit=True) as admin:
        admin.execute("CREATE DATABASE of_client")
    return f"postgresql://canut@/of_client?host={host}"


@pytest.fixture(scope="session")
def keys(server: Instance, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Make one key that may begin projects, and twenty of simulated workers."""
    file = Path(tmp_path_factory.mktemp("keys")) / "keys.txt"
    server.python(MAKE_KEYS.format(workers=WORKERS, file=str(file)))
    return file.read_text().split()


@pytest.fixture(scope="session")
def requester(keys: list[str]) -> str:
    """Return a key that may begin projects."""
    return keys[0]


@pytest.fixture(scope="session")
def worker(keys: list[str]) -> str:
    """Return a key that may answer, as a simulated person."""
    return keys[1]
