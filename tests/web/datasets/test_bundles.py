import argparse
import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from canut_verify.__main__ import main
from django.http import HttpResponse, StreamingHttpResponse
from pytest_django import Settings

from canut.actions.datasets import export_jobs
from canut.actions.datasets.bundles import FILES, policy_text, write_bundle
from canut.actions.datasets.export_jobs import write_export
from canut.actions.datasets.releases import folder_of, path_of, written_of
from canut.actions.ledger import log_keys
from canut.actions.platform.system_clock import now_ms
from canut.commands.bundle_files import Folder
from canut.core.datasets.bundle import verify_bundle
from canut.core.proofs.policy import read_policy
from canut.store.models import ExportFile
from canut.store.tables.datasets import Card
from tests.support.factories import NOW_MS, answer_next
from tests.support.instance import House


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Keep keys and files in a folder of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    yield tmp_path
    log_keys.forget_keys()


def at(house: House, more: str = "") -> str:
    return f"/projects/{house.project.slug}/export{more}"


def asked(house: House, **fields: str) -> ExportFile:
    """Press the button."""
    answer = house.client("requester").post(at(house, "/bundle"), fields)
    assert answer.status_code == 302, answer.content
    return ExportFile.objects.latest("id")


def made(house: House, **fields: str) -> ExportFile:
    """Press the button, and let the background work make it."""
    answer_next(house.worker)
    one = asked(house, **fields)
    write_export.func(one.pk)
    one.refresh_from_db()
    return one


def shown(house: House, more: str = "", language: str = "en") -> str:
    answer = house.client("requester").get(at(house, more), headers={"accept-language": language})
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


def unpacked(house: House, one: ExportFile, folder: Path) -> Path:
    """Take the file away and unpack it, as somebody would."""
    answer = house.client("requester").get(at(house, f"/bundles/{one.pk}"))
    assert isinstance(answer, StreamingHttpResponse)
    name = f"{house.project.slug}-1.zip"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    with zipfile.ZipFile(io.BytesIO(b"".join(answer))) as whole:
        assert whole.testzip() is None
        whole.extractall(folder)
    return folder / f"{house.project.slug}-1"


def test_dataset_from_the_page_verifies_once_it_is_unpacked(house: House, kept: Path) -> None:
    one = made(house, licence="CC-BY-4.0")

    folder = unpacked(house, one, kept / "away")

    (kept / "policy.txt").write_text(policy_text())
    assert main([str(folder), "--policy", str(kept / "policy.txt")]) == 0
    verdict = verify_bundle(Folder(folder), read_policy(policy_text().encode()))
    assert verdict.dataset == house.project.slug
    assert len(Folder(folder).paths) == FILES
    assert 'license: "CC-BY-4.0"' in (folder / "README.md").read_text()


def test_page_says_how_far_the_making_is_and_leads_on(house: House) -> None:
    answer_next(house.worker)
    one = asked(house)
    folder_of(one).mkdir(parents=True)
    (folder_of(one) / "rows.json").write_text("{}")

    assert written_of(one) == (1, FILES)
    assert f"1 file of {FILES}" in shown(house).replace("files", "file")
    assert "data-live" in shown(house, "/bundle")
    write_export.func(one.pk)
    over = house.client("requester").get(at(house, "/bundle"))
    assert (over.status_code, over["Location"]) == (302, f"{at(house)}#dataset")
    assert not folder_of(one).exists()


def test_asking_twice_makes_one_dataset(house: House) -> None:
    answer_next(house.worker)

    first, second = asked(house), asked(house)

    assert first == second
    assert ExportFile.objects.count() == 1


def test_job_that_was_killed_on_its_way_begins_anew(house: House) -> None:
    answer_next(house.worker)
    one = asked(house)
    write_bundle(house.project, folder_of(one), NOW_MS)
    (folder_of(one).with_name("bundle.part")).write_bytes(b"half")

    write_export.func(one.pk)

    one.refresh_from_db()
    assert (one.state, one.options["card"]) == ("done", 2)


def test_job_that_failed_for_good_says_so_and_can_be_asked_for_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.tasks import TaskResultStatus

    answer_next(house.worker)
    first = asked(house)
    monkeypatch.setattr(export_jobs, "last_job", lambda *_: TaskResultStatus.FAILED)

    assert "stopped on the way" in shown(house)
    second = asked(house)

    first.refresh_from_db()
    assert (first.state, second.pk > first.pk) == ("failed", True)


def test_earlier_cards_stay_in_sight_with_what_is_kept_of_them(house: House) -> None:
    first = made(house, licence="CC0-1.0", is_public="on")
    ExportFile.objects.filter(pk=first.pk).update(state="gone")
    made(house)

    page = shown(house)

    assert page.index("Card 2") < page.index("Card 1")
    assert "CC0-1.0" in page
    assert "file no longer kept" in page
    assert page.count(">ZIP") == 1
    assert [one.is_public for one in Card.objects.order_by("number")] == [True, False]


def test_file_that_a_copy_did_not_bring_back_is_not_offered(house: House) -> None:
    export = made(house)
    shutil.rmtree(path_of(export).parent)  # as in a folder that `canut restore` filled

    page = shown(house)

    assert "file no longer kept" in page
    assert ">ZIP" not in page
    answer = house.client("requester").get(
        at(house, f"/bundles/{export.pk}"), headers={"accept-language": "en"}
    )
    assert answer.status_code == 404
    assert "so does a return from a copy" in answer.content.decode()


def test_file_written_without_a_quorum_says_so_beside_its_button(house: House) -> None:
    one = made(house)
    said = "Written before enough witnesses had signed"
    assert one.options["lack"] == ""
    assert said not in shown(house)

    one.options = {**one.options, "lack": "too few witnesses saw this checkpoint"}
    one.save()

    assert said in shown(house)


def test_card_with_a_newer_one_says_so(house: House) -> None:
    made(house)
    assert "newer card" not in shown(house, "/cards/1/")

    made(house)

    assert "There is a newer card of this dataset: card 2." in shown(house, "/cards/1/")
    assert "newer card" not in shown(house, "/cards/2/")


def test_card_that_is_not_public_is_read_by_who_may_take_the_data(house: House) -> None:
    made(house)
    card = Card.objects.get()

    assert "What it cannot prove" in shown(house, "/cards/1/")
    file = house.client("requester").get(at(house, "/cards/1.json"))
    sheet = house.client("requester").get(at(house, "/cards/1.pdf"))
    assert file.content == card.content.encode()
    assert sheet.content.startswith(b"%PDF")
    assert house.client("requester").get(at(house, "/cards/2/")).status_code == 404
    assert house.client("stranger").get(f"/cards/{house.project.slug}/").status_code == 404


def test_plain_export_names_the_card_that_goes_with_it(house: House) -> None:
    before = house.client("requester").get(at(house, "/labels.csv"))
    assert "There is no labour card yet" in shown(house)
    made(house)

    after = house.client("requester").get(at(house, "/labels.csv"))

    assert not before.has_header("Link")
    assert after["Link"].startswith(f'<{at(house, "/cards/1.json")}>; rel="describedby"')
    assert shown(house).count("Give its labour card too: card 1") == 1


def test_without_an_answer_there_is_no_work_to_tell_of(house: House) -> None:
    answer = house.client("requester").post(at(house, "/bundle"), {})

    assert answer.status_code == 422
    assert not ExportFile.objects.exists()


@pytest.mark.parametrize("licence", ["CC BY 4.0", "<b>", "-x", "a" * 65])
def test_licence_is_named_as_spdx_does(house: House, licence: str) -> None:
    answer_next(house.worker)

    answer = house.client("requester").post(at(house, "/bundle"), {"licence": licence})

    assert answer.status_code == 422
    assert not ExportFile.objects.exists()


def test_dataset_of_another_project_is_not_found(house: House) -> None:
    one = made(house)
    ExportFile.objects.filter(pk=one.pk).update(project=house.draft)

    assert house.client("requester").get(at(house, f"/bundles/{one.pk}")).status_code == 404


def test_what_a_command_writes_has_its_card_beside_it(
    house: House, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from canut.__main__ import main as canut
    from canut.commands import export

    monkeypatch.setattr(export, "set_up", lambda _args: None)
    answer_next(house.worker)
    write_bundle(house.project, kept / "bundle", now_ms())

    assert canut(["export", house.project.slug, "-o", str(kept / "labels.csv")]) == 0

    beside = (kept / "labels.csv.labour-card.json").read_bytes()
    assert beside == (kept / "bundle/labour-card.json").read_bytes()


def test_refused_export_leaves_no_file_and_two_forms_have_two_summaries(
    house: House, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from canut.commands import export
    from canut.core.errors import Refusal

    monkeypatch.setattr(export, "set_up", lambda _args: None)
    answer_next(house.worker)
    parser = argparse.ArgumentParser()
    export.add_arguments(parser)

    def exported(*options: str) -> int:
        return export.run(parser.parse_args([house.project.slug, "--no-estimate", *options]))

    with pytest.raises(Refusal):
        exported("--what", "yolo-segment", "-o", str(kept / "labels.zip"))
    assert not [path.name for path in kept.glob("labels*")]

    (kept / "labels.zip").write_bytes(b"older")
    with pytest.raises(Refusal):
        exported("--what", "yolo-segment", "-o", str(kept / "labels.zip"))
    assert (kept / "labels.zip").read_bytes() == b"older"

    for form in ("csv", "jsonl"):
        assert exported("-o", str(kept / f"labels.{form}")) == 0
    names = {path.name for path in kept.glob("labels*.summary.json")}
    assert names == {"labels.csv.summary.json", "labels.jsonl.summary.json"}
    assert not list(kept.glob("*.part"))
