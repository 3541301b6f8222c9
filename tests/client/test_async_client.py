"""The asynchronous client does what the other does, on the same server and the same rough roads."""

import asyncio
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from canut_client import AsyncClient, AsyncRetryPolicy, Client, ConnectionLostError, RefusedError
from canut_client import rows as upload_rows
from tests.browser.instance import Instance
from tests.client.projects import AIMS
from tests.client.rough import Road, rough_road
from tests.support.factories import SCHEMA


@pytest.fixture
def road(server: Instance) -> Iterator[Road]:
    with rough_road(server.url) as laid:
        yield laid


class Waits:
    """The seconds a client would have waited."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def sleep(self, seconds: float) -> None:
        """Note the seconds and wait a little."""
        self.seconds.append(seconds)
        await asyncio.sleep(min(seconds, 0.05))


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def retry(waits: Waits) -> AsyncRetryPolicy:
    return AsyncRetryPolicy(retries=4, sleep=waits.sleep)


async def open_project(client: AsyncClient, rows: int) -> str:
    """Create a project of own staff and open it; return its name."""
    project = (await client.begin_project("Avis", own_staff=True)).id
    await client.write_aims(project, **AIMS)
    await client.write_risk(project, 0)
    await client.ask(project, SCHEMA)
    await client.price(project, "CAD")
    await client.set_overlap(project, 1)
    await client.add_tasks(project, [{"id": f"{n}", "text": f"avis {n}"} for n in range(rows)])
    await client.start(project)
    return project


def test_both_clients_have_the_same_methods_and_parameters() -> None:
    signatures = [
        {
            name: list(inspect.signature(method).parameters)
            for name, method in vars(kind).items()
            if inspect.isfunction(method) and not name.startswith("_")
        }
        for kind in (Client, AsyncClient)
    ]

    assert signatures[0] == signatures[1]
    assert len(signatures[0]) > 30


def test_synchronous_modules_are_up_to_date() -> None:
    check = [sys.executable, "tools/sync_client.py", "--check"]

    assert subprocess.run(check, check=False).returncode == 0


def test_project_is_worked_through_and_exported(
    server: Instance, requester: str, worker: str, tmp_path: Path
) -> None:
    async def work() -> list[str | None]:
        async with (
            AsyncClient(server.url, requester) as client,
            AsyncClient(server.url, worker) as bot,
        ):
            project = await open_project(client, rows=3)
            leases = (await bot.lease(project, 3)).leases
            receipts = await asyncio.gather(
                *(bot.answer(project, lease.id, {"q": "oui"}) for lease in leases[:2])
            )
            await bot.release(project, [leases[2].id])
            await client.export(project, tmp_path / "labels.csv")
            assert len({receipt.id for receipt in receipts}) == 2
            assert len(await client.results_table(project)) == 3
            return [result.label async for result in client.results(project)]

    assert asyncio.run(work()) == ["oui", "oui", None]
    assert (tmp_path / "labels.csv").read_text().count("\n") == 4


def test_busy_server_and_lost_connection_are_retried(
    road: Road, requester: str, waits: Waits, retry: AsyncRetryPolicy
) -> None:
    road.ahead = {"GET": [503, 429, "lost", "unheard"]}

    async def fetch_key() -> str:
        async with AsyncClient(road.url, requester, retry=retry) as client:
            return (await client.key()).role

    assert asyncio.run(fetch_key()) == "requester"
    assert len(waits.seconds) == 4
    assert waits.seconds[1] == 7.0


def test_post_whose_response_is_lost_is_done_once(
    road: Road, requester: str, retry: AsyncRetryPolicy
) -> None:
    road.ahead = {"POST": ["unheard"]}

    async def create_one() -> int:
        async with AsyncClient(road.url, requester, retry=retry) as client:
            before = len([project async for project in client.projects()])
            await client.begin_project("Avis", own_staff=True)
            return len([project async for project in client.projects()]) - before

    assert asyncio.run(create_one()) == 1
    names = [name for name in road.names if name]
    assert (len(names), len(set(names))) == (2, 1)


def test_interrupted_upload_and_download_are_resumed(
    road: Road,
    requester: str,
    retry: AsyncRetryPolicy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(upload_rows, "CHUNK_BYTES", 20_000)
    rows = [{"id": f"{n}", "text": "é" * 20} for n in range(1_000)]

    async def transfer() -> int:
        async with AsyncClient(road.url, requester, retry=retry) as client:
            project = (await client.begin_project("Avis", own_staff=True)).id
            road.ahead = {"PATCH": ["", "cut", "unheard", 503, "lost"]}
            imported = await client.add_tasks(project, rows, id_column="id")
            road.ahead = {"GET": ["unheard"]}
            await client.export(project, tmp_path / "labels.jsonl")
            road.ahead = {"GET": ["lost"] * 30}
            with pytest.raises(ConnectionLostError):
                await client.export(project, tmp_path / "other.jsonl")
            return imported.tasks

    assert asyncio.run(transfer()) == 1_000
    assert [file.name for file in tmp_path.iterdir()] == ["labels.jsonl"]


def test_refusal_has_its_code(server: Instance, requester: str) -> None:
    async def fetch_missing() -> None:
        async with AsyncClient(server.url, requester) as client:
            await client.project("no-such-project")

    with pytest.raises(RefusedError) as caught:
        asyncio.run(fetch_missing())

    assert (caught.value.status, caught.value.code) == (404, "missing")
