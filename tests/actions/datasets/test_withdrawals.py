"""What follows when somebody withdraws an item, and what may not follow."""

import hashlib
import json
from pathlib import Path

import pytest
from canut_verify.__main__ import main
from pytest_django import Settings

from canut.actions.datasets import withdrawals
from canut.actions.datasets.bundles import policy_text, write_bundle
from canut.actions.datasets.label_exports import export_answers, export_labels
from canut.actions.datasets.material import describe_material
from canut.actions.datasets.withdrawal_proofs import prove_withdrawal
from canut.actions.datasets.withdrawals import (
    WithdrawalFields,
    WithdrawalReply,
    answer_withdrawal_appeal,
    appeal_withdrawal,
    ask_withdrawal,
    decide_withdrawal,
    empty_answered,
    erase_request,
    read_withdrawal,
    win_withdrawals_by_waiting,
)
from canut.actions.learning.model_cards import export_model
from canut.actions.ledger import log_keys
from canut.actions.quality.bulk_edit import BulkChange, change_many
from canut.actions.quality.gold import make_known
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.commands.bundle_files import Folder
from canut.core.clock import DAY_MS
from canut.core.datasets.bundle import verify_bundle
from canut.core.datasets.material import Consent, Gesture, MakerPay, MaterialPart
from canut.core.datasets.verdict_texts import said_in
from canut.core.errors import (
    BadInput,
    Conflict,
    Forbidden,
    Incomplete,
    Missing,
    Refusal,
    TooLate,
    TooMany,
)
from canut.core.proofs.policy import read_policy
from canut.store.datasets.withdrawals import (
    appeals_for,
    matches_of,
    withdrawn_count,
    withdrawn_tasks,
)
from canut.store.media.files import media_bytes
from canut.store.models import Answer, Lease, Media, PayLine, Person, Project, TaskState
from canut.store.sql.beat_lines import task_contents
from canut.store.tables.datasets import WithdrawalRequest, WithdrawnTask
from canut.store.tasks.filter_sql import Filter
from tests.support.factories import make_person
from tests.support.importing import brought
from tests.support.s3 import s3_server
from tests.support.withdrawals import FIRST_PICTURE, Gallery, make_gallery, picture

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
SHA256 = hashlib.sha256(picture(FIRST_PICTURE)).hexdigest()


@pytest.fixture
def gallery() -> Gallery:
    """Make a small project of pictures, which nobody has answered."""
    return make_gallery(6)


def refuse(gallery: Gallery, request: WithdrawalRequest, state: str = "refused") -> None:
    """Let the requester refuse a request."""
    reply = WithdrawalReply(state, "It is not you.")
    decide_withdrawal(request.pk, reply, by=gallery.requester, now_ms=gallery.now_ms)


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.case


def test_a_request_is_due_in_thirty_days_and_matches_what_it_names(gallery: Gallery) -> None:
    request, token = gallery.ask()
    assert request.due_ms - request.at_ms == 30 * DAY_MS
    assert [task.pk for task in matches_of(request)] == [gallery.withdrawn.pk]
    assert read_withdrawal(token) == request
    by_name, _ = gallery.ask(sha256="", words=f"{FIRST_PICTURE}.png")
    assert [task.pk for task in matches_of(by_name)] == [gallery.withdrawn.pk]
    nothing, _ = gallery.ask(sha256="", address="https://elsewhere.example/me.png")
    assert matches_of(nothing) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "withdrawal-nothing"),
        ({"sha256": "abc"}, "withdrawal-hash"),
        ({"words": "a" * 2_001}, "withdrawal-long"),
        ({"words": "a", "contact": "a" * 301}, "withdrawal-long"),
    ],
)
def test_a_request_is_bounded(gallery: Gallery, fields: dict[str, str], code: str) -> None:
    with pytest.raises((Incomplete, BadInput)) as refused:
        ask_withdrawal(gallery.project.slug, WithdrawalFields(**fields), gallery.now_ms)
    assert code_of(refused) == code


def test_a_project_takes_so_many_requests_and_a_draft_takes_none(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(withdrawals, "MOST_WAITING", 1)
    gallery.ask()
    with pytest.raises(TooMany):
        gallery.ask()
    Project.objects.update(state="draft")
    with pytest.raises(Missing):
        gallery.ask()
    with pytest.raises(Missing):
        read_withdrawal("1.forged")


def test_granted_it_is_lent_no_more_and_leaves_labels_answers_and_storage(gallery: Gallery) -> None:
    gallery.answer_all()
    request, _ = gallery.ask()
    gallery.grant(request)

    project, task = gallery.project.pk, gallery.withdrawn
    assert TaskState.objects.get(task=task).state == "aside"
    assert withdrawn_tasks(project) == {task.pk}
    assert withdrawn_count(project) == 1
    assert withdrawn_count(project, request.at_ms) == 0
    assert SHA256 not in task.data
    assert task.key == f"withdrawn-{task.pk}"
    with pytest.raises(Missing):
        media_bytes(project, SHA256, smooth=False)
    salted = Media.objects.get(project=project, size_bytes=0)
    assert salted.sha256 in task.data
    assert not Media.objects.filter(sha256=SHA256).exists()
    labels = b"".join(export_labels(project, "jsonl")).decode().splitlines()
    answers = b"".join(export_answers(project, "jsonl")).decode().splitlines()
    assert task.pk not in {json.loads(line)["task"] for line in [*labels, *answers]}
    assert len(labels) == len(answers) == 5


def test_the_worker_keeps_pay_and_time(gallery: Gallery) -> None:
    gallery.answer_all()
    lease = Lease.objects.get(task=gallery.withdrawn)
    before = (
        list(PayLine.objects.order_by("pk").values()),
        list(Answer.objects.order_by("pk").values()),
        task_contents([lease.pk]),
    )
    request, _ = gallery.ask()
    gallery.grant(request)
    after = (
        list(PayLine.objects.order_by("pk").values()),
        list(Answer.objects.order_by("pk").values()),
        task_contents([lease.pk]),
    )
    assert after == before
    assert before[2][0][3] == 1  # one picture to look at, before and after


def test_a_lease_under_way_ends_and_its_answer_is_paid(gallery: Gallery) -> None:
    worker = gallery.made.worker
    leases = lease_tasks(worker.pk, 6, gallery.now_ms).tasks
    lease = next(one for one in leases if one.task == gallery.withdrawn.pk)
    request, _ = gallery.ask()
    gallery.grant(request)
    ended = Lease.objects.get(pk=lease.lease)
    assert (ended.state, ended.reason) == (Lease.State.RELEASED, "consent withdrawn")
    again = lease_tasks(worker.pk, 6, gallery.now_ms).tasks
    assert gallery.withdrawn.pk not in {one.task for one in again}

    receipt = submit(worker.pk, Submission(lease.lease, "late", {"q": "non"}), gallery.now_ms)

    line = PayLine.objects.get(answer=receipt.answer)
    assert line.piece_micro > 0
    assert TaskState.objects.get(task=gallery.withdrawn).state == "aside"


def test_it_never_comes_back(gallery: Gallery) -> None:
    request, _ = gallery.ask()
    gallery.grant(request)
    task = gallery.withdrawn.pk
    change = BulkChange("return", Filter(gallery.project.pk), tasks=(task,))
    change_many(gallery.project, change, 1, by=gallery.requester, now_ms=gallery.now_ms)
    assert TaskState.objects.get(task=task).state == "aside"
    with pytest.raises(Conflict) as refused:
        make_known(task, "oui", "", by=gallery.requester, now_ms=gallery.now_ms)
    assert code_of(refused) == "task-withdrawn"


def test_a_file_shown_by_two_tasks_leaves_with_both(gallery: Gallery) -> None:
    other = gallery.tasks[0]
    other.data = gallery.withdrawn.data
    other.save()
    request, _ = gallery.ask()
    gallery.grant(request)
    assert withdrawn_tasks(gallery.project.pk) == {other.pk, gallery.withdrawn.pk}


def test_a_file_that_stays_in_another_task_is_not_deleted(gallery: Gallery) -> None:
    beside = json.loads(gallery.tasks[0].data)["image"]
    cells = {"image": SHA256, "left": beside}
    type(gallery.tasks[0]).objects.filter(pk=gallery.withdrawn.pk).update(data=json.dumps(cells))
    request, _ = gallery.ask()
    gallery.grant(request)
    assert media_bytes(gallery.project.pk, beside, smooth=False)
    assert beside not in gallery.withdrawn.data
    with pytest.raises(Missing):
        media_bytes(gallery.project.pk, SHA256, smooth=False)


def test_files_are_deleted_later_where_the_storage_did_not_answer(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_project: int, _sha256: str) -> None:
        raise ValueError("away")

    with monkeypatch.context() as patch:
        patch.setattr("canut.actions.datasets.withdrawal_effects.forget_picture", fail)
        request, _ = gallery.ask()
        gallery.grant(request)
        withdrawals.run_withdrawals(gallery.now_ms)
    assert WithdrawnTask.objects.get().files == [SHA256]
    withdrawals.run_withdrawals(gallery.now_ms)
    assert WithdrawnTask.objects.get().files == []
    with pytest.raises(Missing):
        media_bytes(gallery.project.pk, SHA256, smooth=False)


def test_a_decision_has_reasons_tasks_and_a_human(gallery: Gallery) -> None:
    request, _ = gallery.ask()
    robot = make_person(is_service=True)
    elsewhere = make_gallery(2).tasks[0].pk
    cases: tuple[tuple[WithdrawalReply, Person, str], ...] = (
        (WithdrawalReply("granted", "Yes."), gallery.requester, "withdrawal-tasks"),
        (WithdrawalReply("granted", "Yes.", [elsewhere]), gallery.requester, "withdrawal-tasks"),
        (WithdrawalReply("refused", " "), gallery.requester, "withdrawal-reasons"),
        (WithdrawalReply("maybe", "Yes."), gallery.requester, "withdrawal-outcome"),
        (WithdrawalReply("refused", "No."), robot, "service-actor"),
    )
    request_hash = request.sha256
    WithdrawalRequest.objects.filter(pk=request.pk).update(sha256="")
    for reply, by, code in cases:
        with pytest.raises(Refusal) as refused:
            decide_withdrawal(request.pk, reply, by=by, now_ms=gallery.now_ms)
        assert code_of(refused) == code
    WithdrawalRequest.objects.filter(pk=request.pk).update(sha256=request_hash)
    refuse(gallery, request)
    with pytest.raises(Conflict):
        refuse(gallery, request)


def test_a_refusal_is_appealed_and_answered_by_somebody_independent(gallery: Gallery) -> None:
    request, token = gallery.ask()
    with pytest.raises(Conflict):
        appeal_withdrawal(token, "It is me.", gallery.now_ms)
    refuse(gallery, request)
    appeal_withdrawal(token, "It is me.", gallery.now_ms)
    with pytest.raises(Conflict):
        appeal_withdrawal(token, "It is me.", gallery.now_ms)
    assert appeals_for(gallery.requester) == []
    assert appeals_for(gallery.operator) == [request]
    with pytest.raises(Forbidden):
        answer_withdrawal_appeal(
            request.pk, "upheld", "No.", by=gallery.requester, now_ms=gallery.now_ms
        )
    answer_withdrawal_appeal(
        request.pk, "overturned", "It is.", by=gallery.operator, now_ms=gallery.now_ms
    )
    assert read_withdrawal(token).state == "granted"
    assert withdrawn_count(gallery.project.pk) == 1


def test_an_appeal_that_nobody_answers_is_won(gallery: Gallery) -> None:
    request, token = gallery.ask()
    refuse(gallery, request)
    appeal_withdrawal(token, "It is me.", gallery.now_ms)
    assert win_withdrawals_by_waiting(gallery.now_ms + 14 * DAY_MS) == 0
    late_ms = gallery.now_ms + 14 * DAY_MS + 1
    with pytest.raises(TooLate):
        answer_withdrawal_appeal(request.pk, "upheld", "No.", by=gallery.operator, now_ms=late_ms)
    assert win_withdrawals_by_waiting(late_ms) == 1
    assert read_withdrawal(token).state == "granted"
    assert read_withdrawal(token).appeal_by is None


def test_where_nothing_is_found_a_won_appeal_opens_the_request_again(gallery: Gallery) -> None:
    request, token = gallery.ask(sha256="", words="my dog")
    refuse(gallery, request, "unfound")
    appeal_withdrawal(token, "Look again.", gallery.now_ms)
    win_withdrawals_by_waiting(gallery.now_ms + 15 * DAY_MS)
    assert read_withdrawal(token).state == "waiting"
    gallery.grant(read_withdrawal(token))
    assert read_withdrawal(token).state == "granted"


def test_an_appeal_comes_within_ninety_days(gallery: Gallery) -> None:
    request, token = gallery.ask()
    refuse(gallery, request)
    with pytest.raises(TooLate):
        appeal_withdrawal(token, "It is me.", gallery.now_ms + 91 * DAY_MS)


def test_who_asked_is_forgotten_and_may_erase_it_before(gallery: Gallery) -> None:
    first, first_token = gallery.ask(words="me", address="https://a.example")
    second, second_token = gallery.ask()
    _third, third_token = gallery.ask()
    assert erase_request(third_token, gallery.now_ms)
    with pytest.raises(Missing):
        read_withdrawal(third_token)
    gallery.grant(first)
    refuse(gallery, second)
    assert not erase_request(second_token, gallery.now_ms)
    erased = read_withdrawal(second_token)
    assert (erased.contact, erased.sha256, erased.answer) == ("", "", "It is not you.")
    assert empty_answered(gallery.now_ms + 117 * DAY_MS) == 0
    assert empty_answered(gallery.now_ms + 119 * DAY_MS) == 1
    emptied = read_withdrawal(first_token)
    assert (emptied.contact, emptied.address, emptied.words, emptied.sha256) == ("", "", "", "")
    assert emptied.state == "granted"


def test_an_appeal_that_waits_keeps_what_it_is_about(gallery: Gallery) -> None:
    request, token = gallery.ask()
    refuse(gallery, request)
    appeal_withdrawal(token, "It is me.", gallery.now_ms)
    with pytest.raises(Conflict):
        erase_request(token, gallery.now_ms)
    assert empty_answered(gallery.now_ms + 400 * DAY_MS) == 0


@pytest.mark.slow
@pytest.mark.usefixtures("loggable")
def test_it_was_in_the_first_model_and_is_absent_from_the_second(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, gallery = tmp_path, make_gallery()
    gallery.answer_all()
    first = gallery.train()
    assert first.manifest.size == 60
    request, _ = gallery.ask()
    gallery.grant(request)
    with pytest.raises(Conflict) as refused:
        export_model(first, gallery.now_ms)
    assert code_of(refused) == "model-withdrawn"
    with pytest.raises(Conflict) as untrained:
        prove_withdrawal(request, gallery.now_ms)
    assert code_of(untrained) == "absence-untrained"
    second = gallery.train()
    assert second.manifest.size == 59
    assert export_model(second, gallery.now_ms)

    proof = folder / "proof.json"
    proof.write_bytes(prove_withdrawal(request, gallery.now_ms, is_whole=True))
    (folder / "policy.txt").write_text(policy_text())
    (folder / "me.png").write_bytes(picture(FIRST_PICTURE))
    (folder / "other.png").write_bytes(picture(FIRST_PICTURE + 2))
    policy = ["--policy", str(folder / "policy.txt"), "--lang", "en"]
    assert main(["absence", str(proof), *policy, "--file", str(folder / "me.png")]) == 0
    text = capsys.readouterr().out
    assert "was in canut-image 1, one of 60 items" in text
    assert "is not in canut-image 2, which has 59 items" in text
    assert "NOT PROVEN  models that left before" in text
    assert main(["absence", str(proof), *policy, "--file", str(folder / "other.png")]) == 1
    capsys.readouterr()
    assert main(["absence", str(proof), "--lang", "fr"]) == 0
    assert "RECALCULÉ" in capsys.readouterr().out


@pytest.mark.slow
def test_a_file_is_deleted_from_s3_too(settings: Settings) -> None:
    with s3_server() as address:
        settings.MEDIA_STORAGE = f"s3://canut/gone?endpoint={address}&region=us-east-1"
        gallery = make_gallery(4)
        assert media_bytes(gallery.project.pk, SHA256, smooth=False)
        request, _ = gallery.ask()
        gallery.grant(request)
        with pytest.raises(Missing):
            media_bytes(gallery.project.pk, SHA256, smooth=False)
        other = json.loads(gallery.tasks[0].data)["image"]
        assert media_bytes(gallery.project.pk, other, smooth=False)


def test_the_same_file_does_not_come_in_again(gallery: Gallery, tmp_path: Path) -> None:
    request, _ = gallery.ask()
    gallery.grant(request)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "again.png").write_bytes(picture(FIRST_PICTURE))
    (tmp_path / "new" / "other.png").write_bytes(picture(40))
    source = brought(gallery.project, tmp_path / "new")
    assert [problem.code for problem in source.problems.all()] == ["picture-withdrawn"]
    assert source.rows_good == 1


def test_signed_card_says_how_many_were_withdrawn(
    gallery: Gallery, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    part = MaterialPart(Gesture.UPLOAD, consent=Consent.ASKED, payment=MakerPay.NO)
    describe_material(gallery.project, [part], by=gallery.requester, now_ms=gallery.now_ms)
    gallery.answer_all()
    told: list[int] = []
    for name in ("before", "after"):
        bundle = write_bundle(gallery.project, tmp_path / name, gallery.now_ms)
        figures = json.loads(bundle.card.content)["credentialSubject"]["figures"]
        told.append(figures["material"]["value"]["withdrawn"])
        policy = read_policy(policy_text().encode())
        lines = verify_bundle(Folder(bundle.folder), policy).lines
        texts = [said_in("en", line)[1] for line in lines]
        assert any(text.endswith(f"withdrawn: {told[-1]}") for text in texts)
        if name == "before":
            gallery.grant(gallery.ask()[0])
            gallery.now_ms += DAY_MS
    log_keys.forget_keys()

    assert told == [0, 1]
