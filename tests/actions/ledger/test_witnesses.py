"""Witnesses are asked, their word is served with the checkpoint, and what they refuse is told."""

import argparse
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from canut.actions.datasets.bundles import policy_text, write_bundle
from canut.actions.ledger.entries import record_fact
from canut.actions.ledger.sequencer import log_of, sequence
from canut.actions.ledger.witnesses import ask_witnesses, published_checkpoint, quorum_lack
from canut.actions.people.accounts import add_member
from canut.commands import export
from canut.commands.bundle_files import Folder
from canut.commands.witness import Witness, serve
from canut.core.clock import to_ms
from canut.core.datasets.bundle import verify_bundle
from canut.core.errors import NotProven, NotReady
from canut.core.operations.findings import examine
from canut.core.proofs.note import read_key, write_key
from canut.core.proofs.policy import judge, read_policy
from canut.core.proofs.tlog_proof import read_proof, verify_proof
from canut.store.ledger.witness_problems import stored_witness_problems
from canut.store.models import Cosignature, Fact, Log, Organisation, Role
from canut.store.operations.health import read_readiness
from tests.support.factories import NOW, NOW_MS, answer_next, make_person, make_project

pytestmark = pytest.mark.django_db

EN = {"accept-language": "en"}


def grow() -> Log:
    with transaction.atomic():
        record_fact(None, "policy.set", {"new": 1}, NOW_MS)
    sequence(NOW_MS)
    return log_of(None)


@pytest.fixture
def listen(tmp_path: Path) -> Iterator[Callable[[str], tuple[Witness, str]]]:
    """Let a witness of this name listen; returns it and its address."""
    kept = []

    def begin(name: str) -> tuple[Witness, str]:
        made = Witness(tmp_path / name, name, [read_key(grow().key)])
        server = serve(made, "127.0.0.1", 0)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        kept.append((made, server))
        return made, f"http://127.0.0.1:{server.server_port}"

    yield begin
    for made, server in kept:
        server.shutdown()
        server.server_close()
        made.close()


@pytest.fixture
def policy(settings: Settings, tmp_path: Path) -> Callable[..., bytes]:
    """Write the policy: witnesses with their addresses, and how many are enough."""

    def write(witnesses: list[tuple[Witness, str]], least: int | str = "all") -> bytes:
        lines = [
            f"witness w{n} {write_key(one.signer.key)} {url}"
            for n, (one, url) in enumerate(witnesses)
        ]
        names = " ".join(f"w{n}" for n in range(len(witnesses)))
        text = "\n".join([*lines, f"group enough {least} {names}", "quorum enough", ""])
        path = tmp_path / "policy.txt"
        path.write_text(text)
        settings.WITNESSES = str(path)
        return f"log {log_of(None).key}\n{text}".encode()

    return write


def troubles() -> dict[str, str]:
    rows = Fact.objects.filter(name__startswith="witness ")
    return {one.name: json.loads(one.value)["problem"] for one in rows}


def test_checkpoint_is_served_with_the_word_of_its_witnesses(
    listen: Callable[[str], tuple[Witness, str]],
    policy: Callable[..., bytes],
    client: Client,
) -> None:
    trusted = read_policy(policy([listen("a.example"), listen("b.example")]))

    assert ask_witnesses() == 2

    judged = judge(client.get("/log/checkpoint").content, trusted)
    assert [one.name for one in judged.seen] == ["w0", "w1"]
    assert "w0, w1" in client.get("/ledger/0").content.decode()
    proof = read_proof(client.get("/ledger/0/0.tlog-proof").content)
    assert verify_proof(proof, proof.extra or b"", trusted).is_witnessed
    assert ask_witnesses() == 0


def test_log_that_moved_on_shows_its_last_witnessed_end_for_a_minute(
    listen: Callable[[str], tuple[Witness, str]], policy: Callable[..., bytes]
) -> None:
    policy([listen("a.example")])
    ask_witnesses()
    now_s = int(time.time())

    log = grow()

    assert (published_checkpoint(log, now_s).size, published_checkpoint(log, now_s).witnesses) == (
        log.size - 1,
        ("w0",),
    )
    late = published_checkpoint(log, now_s + 120)
    assert (late.size, late.witnesses) == (log.size, ())
    ask_witnesses()
    assert published_checkpoint(log, now_s + 120).size == log.size


def test_without_a_quorum_it_is_said_not_to_be_witnessed(
    listen: Callable[[str], tuple[Witness, str]],
    policy: Callable[..., bytes],
    client: Client,
) -> None:
    there = listen("a.example")
    away = (listen("b.example")[0], "http://127.0.0.1:1")
    trusted = read_policy(policy([there, away]))

    assert ask_witnesses() == 1

    page = client.get("/ledger/0", headers={"accept-language": "en"}).content.decode()
    assert "not witnessed" in page
    with pytest.raises(NotProven, match="'w1' did not sign"):
        judge(client.get("/log/checkpoint").content, trusted)
    assert troubles()["witness w0"] == ""
    assert troubles()["witness w1"].startswith("it cannot be asked")


def test_log_brought_back_to_an_earlier_end_is_told_by_its_witness(
    listen: Callable[[str], tuple[Witness, str]], policy: Callable[..., bytes]
) -> None:
    policy([listen("a.example")])
    with transaction.atomic():  # what happened since the copy was made
        grow()
        assert ask_witnesses() == 1
        transaction.set_rollback(True)

    assert ask_witnesses() == 0
    assert troubles()["witness w0"] == "it saw 2 entries; this log has 1: it was brought back"
    with transaction.atomic():  # another past of the same length
        record_fact(None, "policy.set", {"new": 2}, NOW_MS)
    sequence(NOW_MS)
    assert ask_witnesses() == 0
    assert "does not continue" in troubles()["witness w0"]


def test_witness_that_refuses_is_shown_to_who_runs_the_instance(
    listen: Callable[[str], tuple[Witness, str]],
    policy: Callable[..., bytes],
    settings: Settings,
    tmp_path: Path,
) -> None:
    settings.DATA = tmp_path
    made, address = listen("a.example")
    policy([(made, address)])
    assert ask_witnesses() == 1
    operator, client = make_person(), Client()
    house = Organisation.objects.create(name="La Maison", kind="operator", created_at=NOW)
    add_member(operator, Role.OPERATOR, NOW_MS, organisation=house)
    client.force_login(operator)
    assert stored_witness_problems() == ()
    assert "Did not sign" not in client.get("/ledger/0", headers=EN).content.decode()
    policy([(made, "http://127.0.0.1:9")])
    grow()

    assert ask_witnesses() == 0

    (problem,) = stored_witness_problems()
    assert problem.startswith("w0 (it cannot be asked: ")
    found = {finding.code: finding for finding in examine(read_readiness(NOW_MS))}
    assert found["witness-refuses"].facts["witnesses"] == problem
    page = client.get("/ledger/0", headers=EN).content.decode()
    assert "Did not sign the last time" in page
    assert "it cannot be asked" in page
    assert "Did not sign" not in Client().get("/ledger/0", headers=EN).content.decode()
    settings.WITNESSES = ""
    ask_witnesses()
    assert stored_witness_problems() == ()


def test_nobody_is_asked_where_nobody_is_named(settings: Settings) -> None:
    grow()
    assert ask_witnesses() == 0
    settings.WITNESSES = "/nowhere/policy.txt"

    with pytest.raises(NotReady, match="CANUT_WITNESSES"):
        ask_witnesses()
    assert not Cosignature.objects.exists()


def test_bundle_carries_the_word_of_witnesses_and_asks_for_it(
    listen: Callable[[str], tuple[Witness, str]],
    policy: Callable[..., bytes],
    settings: Settings,
    tmp_path: Path,
) -> None:
    settings.DATA = tmp_path
    made = make_project(tasks=2, workers=1)
    answer_next(made.worker)
    policy([listen("a"), listen("b")])

    folder = write_bundle(made.project, tmp_path / "bundle", to_ms(datetime.now(UTC))).folder

    text = policy_text()
    assert "http" not in text
    assert verify_bundle(Folder(folder), read_policy(text.encode())).is_witnessed
    settings.WITNESSES = ""
    assert policy_text().endswith("quorum none\n")
    alone = write_bundle(made.project, tmp_path / "alone", to_ms(datetime.now(UTC))).folder
    with pytest.raises(NotProven, match="too few witnesses"):
        verify_bundle(Folder(alone), read_policy(text.encode()))


def test_quorum_that_is_not_met_is_said_before_anybody_downloads(
    listen: Callable[[str], tuple[Witness, str]],
    policy: Callable[..., bytes],
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """At export, by doctor and on the card; and no longer once the witnesses have signed."""
    settings.DATA = tmp_path
    made = make_project(tasks=2, workers=1)
    answer_next(made.worker)
    there, other = listen("a"), listen("b")
    policy([there, (other[0], "http://127.0.0.1:9")])

    args = argparse.ArgumentParser()
    export.add_arguments(args)
    folder = str(tmp_path / "bundle")
    assert export.run(args.parse_args([made.project.slug, "--bundle", folder, "--public"])) == 0

    told = capsys.readouterr().err
    assert "Not witnessed: too few witnesses saw this checkpoint: 'enough' needs 2 of 2" in told
    assert "'w1' did not sign" in told
    with pytest.raises(NotProven, match="too few witnesses"):
        verify_bundle(Folder(Path(folder)), read_policy(policy_text().encode()))
    found = {finding.code: finding for finding in examine(read_readiness(NOW_MS))}
    assert "'w1' did not sign" in str(found["quorum-unmet"].facts["lack"])
    card = f"/cards/{made.project.slug}/"
    assert "Not witnessed: too few witnesses" in Client().get(card, headers=EN).content.decode()
    french = Client().get(card, headers={"accept-language": "fr"}).content.decode()
    assert "trop peu de témoins ont vu cet état du journal" in french

    policy([there, other])
    ask_witnesses()

    assert "Not witnessed" not in Client().get(card, headers=EN).content.decode()
    assert "quorum-unmet" not in {one.code for one in examine(read_readiness(NOW_MS))}
    again = write_bundle(made.project, tmp_path / "again", to_ms(datetime.now(UTC)))
    assert again.lack == ""


def test_log_is_no_witness_of_itself(settings: Settings, tmp_path: Path) -> None:
    log = grow()
    key = read_key(log.key)
    path = tmp_path / "policy.txt"
    path.write_text(f"witness own {write_key(key._replace(kind=4))}\nquorum own\n")
    settings.WITNESSES = str(path)

    assert "'own' has the key of a log" in quorum_lack(log, 0, NOW_MS // 1000)
