"""Where answers went, and the ledger, as anybody reads it."""

import json

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from canut.actions.ledger.entries import record_entry, record_fact
from canut.actions.ledger.sequencer import log_of, sequence
from canut.core.ledger.log import opens, read_entry
from canut.core.proofs.note import read_key
from canut.core.proofs.policy import TrustPolicy
from canut.core.proofs.tlog_proof import read_proof, verify_proof
from canut.store.models import Answer, LogEntry
from canut.store.tables.datasets import Credit
from canut.store.tables.people import Erasure
from tests.support.factories import NOW_MS, Made, answer_next, make_person, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Made:
    """Make a project whose one worker answered twice."""
    made = make_project()
    made.worker.person = make_person()
    made.worker.save()
    for _ in range(2):
        answer_next(made.worker)
    return made


@pytest.fixture
def mine(made: Made) -> Client:
    client = Client(headers={"accept-language": "en"})
    assert made.worker.person
    client.force_login(made.worker.person)
    return client


def test_project_client_dataset_and_card_are_two_clicks_away(made: Made, mine: Client) -> None:
    with transaction.atomic():
        for kind in ("export", "card"):
            record_fact(made.project.pk, kind, {"sha256": kind[0] * 64}, NOW_MS)
    sequence(NOW_MS)

    first = mine.get(reverse("answers_went")).content.decode()
    path = reverse("answers_went_one", args=[made.project.pk])
    second = mine.get(path).content.decode()

    assert path in first
    assert "Les Soies" in first
    for said in ("Les Soies", "Labour card", "Dataset", "c" * 16, "e" * 16, "/ledger/0/"):
        assert said in second


def test_places_are_those_of_ones_own_answers_and_open_their_entries(
    made: Made, mine: Client
) -> None:
    keys = list(Answer.objects.order_by("id").values_list("client_key", flat=True))
    sequence(NOW_MS)
    answer_next(made.worker)
    late = Answer.objects.latest("id").client_key

    asked = {"keys": [*keys, late, "never"]}
    path = reverse("answers_went_places", args=[made.project.pk])
    told = mine.post(path, asked, content_type="application/json").json()["places"]

    assert sorted(told) == sorted([*keys, late])
    assert told[late]["place"] is None
    for key in keys:
        entry = LogEntry.objects.get(log=log_of(made.project.pk), place=told[key]["place"]).body
        payload = told[key]["payload"]
        assert json.loads(payload)["key"] == key
        assert opens(bytes(entry), payload.encode(), bytes.fromhex(told[key]["nonce"]))


def test_nobody_learns_where_anothers_answers_went(made: Made) -> None:
    other = Client()
    other.force_login(make_person())
    path = reverse("answers_went_places", args=[made.project.pk])

    assert other.get(reverse("answers_went_one", args=[made.project.pk])).status_code == 404
    assert other.post(path, {"keys": []}, content_type="application/json").status_code == 404


def test_anyone_reads_the_logs_and_what_is_sealed_stays_sealed(made: Made, client: Client) -> None:
    with transaction.atomic():
        record_fact(made.project.pk, "price.set", {"piece": 210_000, "currency": "CAD"}, NOW_MS)
        record_fact(None, "policy.set", {"floor": 16_600_000}, NOW_MS)
        record_entry(None, "statement", {"net": 12}, NOW_MS, bytes(32))
    sequence(NOW_MS)

    listed = client.get("/ledger/").content.decode()
    project = client.get(f"/ledger/{made.project.pk}").content.decode()
    whole = client.get("/ledger/0").content.decode()

    assert f"/ledger/{made.project.pk}" in listed
    assert "210000" in project
    assert made.worker.public_id not in project
    assert "16600000" in whole
    assert '"net"' not in whole


def test_older_entries_are_a_page_away(made: Made, client: Client) -> None:
    with transaction.atomic():
        for number in range(60):
            record_fact(made.project.pk, "price.set", {"piece": number}, NOW_MS)
    sequence(NOW_MS)
    path = f"/ledger/{made.project.pk}"

    first = client.get(path).content.decode()
    second = client.get(f"{path}?before=12").content.decode()

    assert f"{path}/61" in first
    assert f'{path}/11"' not in first
    assert f'{path}/11"' in second
    assert f'{path}/12"' not in second
    assert client.get(f"{path}?before=x").status_code == 200


def test_proof_file_of_an_entry_checks_offline(made: Made, client: Client) -> None:
    sequence(NOW_MS)
    log = log_of(made.project.pk)

    raw = client.get(f"/ledger/{made.project.pk}/1.tlog-proof").content

    proof = read_proof(raw)
    assert proof.extra is not None
    policy = TrustPolicy((read_key(log.key),), {}, {}, "none")
    assert verify_proof(proof, proof.extra, policy).checkpoint.size == log.size
    assert read_entry(proof.extra).kind == "answer"


def test_name_to_be_credited_by_is_kept_refused_in_words_and_withdrawn(
    made: Made, mine: Client
) -> None:
    path = reverse("answers_credit", args=[made.project.pk])
    page = reverse("answers_went_one", args=[made.project.pk])

    refused = mine.post(path, {"name": "ada@example.org"})
    assert refused.status_code == 422
    assert "An address is not" in refused.content.decode()
    assert "ada@example.org" in refused.content.decode()
    assert not Credit.objects.exists()

    assert mine.post(path, {"name": "Ada Lovelace"}).status_code == 302
    assert 'value="Ada Lovelace"' in mine.get(page).content.decode()

    assert mine.post(path, {"name": ""}).status_code == 302
    assert not Credit.objects.exists()
    assert "Withdraw it" not in mine.get(page).content.decode()


def test_wish_to_be_erased_is_kept_once_and_said(mine: Client) -> None:
    path = reverse("answers_erase")

    for _ in range(2):
        assert mine.post(path).status_code == 302

    assert Erasure.objects.filter(done_ms=None).count() == 1
    page = mine.get(reverse("answers_went")).content.decode()
    assert "It will be done within the hour." in page
    assert f'action="{path}"' not in page
