"""An instance that moves to another address keeps the name of its logs, and its bundles verify."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from canut_verify.__main__ import main
from pytest_django import Settings

from canut.actions.datasets.bundles import policy_text, write_bundle
from canut.actions.ledger import log_keys
from canut.actions.ledger.inclusion_promises import forget_promisers
from canut.actions.ledger.log_keys import signer_of
from canut.actions.ledger.log_names import listed_origin, record_misnamed_logs
from canut.actions.ledger.sequencer import sequence
from canut.commands.bundle_files import Folder
from canut.core.clock import DAY_MS
from canut.core.datasets.bundle import verify_bundle
from canut.core.errors import NotReady
from canut.core.operations.findings import examine
from canut.core.proofs.note import write_key
from canut.core.proofs.policy import read_policy
from canut.store.models import Log, Project
from canut.store.operations.health import read_readiness
from canut.store.tables.ledger import PlatformEntry
from canut.store.tables.platform import Fact
from tests.support.factories import NOW_MS, Made, answer_next, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
ANOTHER = "127.0.0.1:8850/log"


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Keep the key in a folder of this test's own; no name was chosen yet."""
    settings.DATA, settings.LOG_KEY, settings.LOG_NAME = tmp_path, "", ""
    settings.URL = "http://127.0.0.1:8000"
    log_keys.forget_keys()
    forget_promisers()
    yield tmp_path
    log_keys.forget_keys()
    forget_promisers()


def answered() -> Made:
    made = make_project(tasks=2, workers=3, overlap=3)
    for number, worker in enumerate(made.workers):
        answer_next(worker, now_ms=NOW_MS + number)
    return made


def is_accepted(project: Project, folder: Path, now_ms: int = NOW_MS) -> bool:
    """Whether both readers accept a bundle made now."""
    made = write_bundle(project, folder / f"bundle-{project.pk}-{now_ms}", now_ms)
    policy = folder / "policy.txt"
    policy.write_text(policy_text())
    verify_bundle(Folder(made.folder), read_policy(policy.read_bytes()))
    return main([str(made.folder), "--policy", str(policy)]) == 0


@pytest.mark.parametrize("url", ["https://canut.example.org", "http://127.0.0.1:8850"])
def test_projects_begun_after_a_change_of_address_verify(
    settings: Settings, folder: Path, url: str
) -> None:
    first = answered().project
    sequence(NOW_MS)
    settings.URL = url
    second = answered().project

    assert is_accepted(first, folder)
    assert is_accepted(second, folder)

    name = Log.objects.get(project=None).origin
    assert Log.objects.get(project=second).origin == f"{name}/{second.pk}"
    assert name == Fact.objects.get(name="log-name").value


def test_log_named_after_another_address_is_found_recorded_and_verifies(folder: Path) -> None:
    answered()
    sequence(NOW_MS)
    project = answered().project
    own = f"{ANOTHER}/{project.pk}"
    Log.objects.create(project=project, origin=own, key=write_key(signer_of(own).key))
    assert is_accepted(project, folder)

    assert record_misnamed_logs(NOW_MS) == 1
    assert record_misnamed_logs(NOW_MS) == 0

    codes = {finding.code: finding for finding in examine(read_readiness(NOW_MS))}
    assert codes["logs-misnamed"].facts["projects"] == project.slug
    assert is_accepted(project, folder, NOW_MS + DAY_MS)
    assert "logs-misnamed" not in {one.code for one in examine(read_readiness(NOW_MS + DAY_MS))}
    entry = PlatformEntry.objects.get(type="log.named")
    assert own in entry.payload
    assert listed_origin(project.pk) in entry.payload
    assert Log.objects.get(project=project).origin == own


def test_name_is_a_random_word_where_no_public_address_is_set() -> None:
    name = listed_origin(None)

    assert name.startswith("canut-")
    assert name.endswith("/log")
    assert listed_origin(None) == name
    Fact.objects.filter(name="log-name").delete()
    assert listed_origin(None) != name


@pytest.mark.parametrize(
    ("url", "asked", "name"),
    [
        ("https://canut.example.org:8443", "", "canut.example.org/log"),
        ("https://canut.example.org", "labels.example/log", "labels.example/log"),
        ("http://127.0.0.1:8000", "coop.example/log", "coop.example/log"),
    ],
)
def test_name_is_the_one_asked_for_or_the_public_host(
    settings: Settings, url: str, asked: str, name: str
) -> None:
    settings.URL, settings.LOG_NAME = url, asked

    assert listed_origin(7) == f"{name}/7"


@pytest.mark.parametrize("asked", ["Canut", "a b/log", "x", "log+key", "é.example/log"])
def test_name_that_no_log_can_have_is_refused(settings: Settings, asked: str) -> None:
    settings.LOG_NAME = asked

    with pytest.raises(NotReady, match="CANUT_LOG_NAME"):
        listed_origin(None)
