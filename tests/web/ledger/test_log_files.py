"""Read a log as an outsider does: by its addresses alone, with its public key, trusting nobody."""

from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from canut.actions.ledger import log_keys
from canut.actions.ledger.entries import record_entry
from canut.actions.ledger.sequencer import log_of, sequence
from canut.core.ledger.log import append, check_tiles, edge_of, edge_root, read_entry
from canut.core.proofs.checkpoint import Checkpoint, open_checkpoint
from canut.core.proofs.note import read_key
from canut.core.proofs.tiles import Tile, path_of, read_bundle
from canut.store.models import Project
from tests.support.factories import NOW_MS, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_key(settings: Settings, tmp_path: Path) -> None:
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()


def noted(project: Project, entries: int) -> None:
    with transaction.atomic():
        for number in range(entries):
            record_entry(project.pk, "answer", {"n": number}, NOW_MS, number.to_bytes(32))


def fetched(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert answer["Access-Control-Allow-Origin"] == "*"
    return answer.content


def read_log(client: Client, prefix: str, key: str) -> tuple[Checkpoint, list[bytes]]:
    """Read and check a whole log by its files."""
    at_end, _ = open_checkpoint(fetched(client, f"{prefix}/checkpoint"), [read_key(key)])

    def tile(asked: Tile) -> bytes:
        return fetched(client, f"{prefix}/{path_of(asked)}")

    edge = edge_of(tile, at_end.size)
    check_tiles(tile, edge)
    assert edge_root(edge) == at_end.root
    entries: list[bytes] = []
    for place in range(-(-at_end.size // 256)):
        width = min(256, at_end.size - place * 256)
        part = "" if width == 256 else f".p/{width}"
        raw = fetched(client, f"{prefix}/tile/entries/{place:03d}{part}")
        entries += read_bundle(raw, width)
    assert edge_root(append(edge_of(tile, 0), entries).edge) == at_end.root
    return at_end, entries


def test_outsider_reads_and_checks_all_logs_by_their_addresses(client: Client) -> None:
    projects = [make_project().project for _ in range(2)]
    for project, count in zip(projects, (300, 5), strict=True):
        noted(project, count)
    sequence(NOW_MS)
    noted(projects[1], 1)
    sequence(NOW_MS + 1000)

    sizes = {}
    for project in projects:
        at_end, entries = read_log(client, f"/log/{project.pk}", log_of(project.pk).key)
        sizes[at_end.origin] = at_end.size
        assert {read_entry(one).kind for one in entries} == {"answer"}
    _, shown = read_log(client, "/log", log_of(None).key)

    last = {one["o"]: one["n"] for one in (read_entry(entry).facts for entry in shown)}
    assert last == sizes
    assert sorted(sizes.values()) == [6, 300]


def test_files_are_kept_for_good_and_the_checkpoint_is_asked_for_anew(client: Client) -> None:
    project = make_project().project
    noted(project, 2)
    sequence(NOW_MS)

    assert "immutable" in client.get(f"/log/{project.pk}/tile/0/000.p/2")["Cache-Control"]
    assert client.get(f"/log/{project.pk}/checkpoint")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "file",
    [
        "tile/0/000",
        "tile/0/000.p/3",
        "tile/0/0",
        "tile/9/000",
        "tile/entries/001.p/1",
        "tile/0/000.p/256",
        "tile/0/../000.p/2",
        "tile/entries/",
        "secret.key",
        "checkpoint/x",
    ],
)
def test_what_the_log_does_not_hold_is_missing(client: Client, file: str) -> None:
    project = make_project().project
    noted(project, 2)
    sequence(NOW_MS)

    assert client.get(f"/log/{project.pk}/{file}").status_code == 404
    assert client.get(f"/log/0/{file}").status_code == 404


def test_before_anything_is_logged_there_is_no_log(client: Client) -> None:
    assert client.get("/log/checkpoint").status_code == 404


def test_log_without_an_entry_has_no_checkpoint_yet(client: Client) -> None:
    log_of(None)

    assert client.get("/log/checkpoint").status_code == 404
