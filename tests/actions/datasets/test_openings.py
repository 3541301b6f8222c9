"""Rows that an auditor's seed draws are opened; what the log does not hold is told."""

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from canut.actions.datasets.bundles import policy_text, write_bundle
from canut.actions.datasets.openings import open_rows
from canut.actions.ledger import log_keys
from canut.commands import open_rows as command
from canut.commands import verify
from canut.commands.bundle_files import Folder
from canut.core.datasets.bundle import ANSWERS
from canut.core.datasets.row_opening import check_opening, draw_rows
from canut.core.errors import BadInput, BadProof, Missing, NotProven
from canut.core.proofs.canonical import canonical
from canut.store.models import PersonKey
from canut.store.tables.datasets import Card
from tests.core.ledger.bundles import Memory
from tests.support.factories import NOW_MS, answer_next, make_project

pytestmark = pytest.mark.django_db
WORKERS, TASKS, SEED, COUNT = 3, 4, "a-word-of-the-auditor", 7


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Write a bundle of twelve answers, under a key of this test's own."""
    settings.DATA, settings.LOG_KEY = tmp_path, ""
    log_keys.forget_keys()
    made = make_project(tasks=TASKS, workers=WORKERS, overlap=WORKERS)
    for number, worker in enumerate(made.workers):
        for task in range(TASKS):
            answer_next(worker, "oui" if (number + task) % 2 else "non", now_ms=NOW_MS + task)
    yield write_bundle(made.project, tmp_path / "bundle", NOW_MS).folder
    log_keys.forget_keys()


def bundle(folder: Path) -> Memory:
    files = Folder(folder)
    return Memory({path: files.read(path) for path in files.paths})


def test_rows_are_opened_and_checked_by_one_command(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opening, policy = tmp_path / "opening.json", tmp_path / "policy.txt"
    policy.write_text(policy_text())
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    given = [str(folder), "--seed", SEED, "--rows", str(COUNT), "-o", str(opening)]
    assert command.run(parser.parse_args(given)) == 0

    checker = argparse.ArgumentParser()
    verify.add_arguments(checker)
    asked = [str(folder), "--policy", str(policy), "--opening", str(opening), "--lang", "en"]
    assert verify.run(checker.parse_args(asked)) == 0

    told = " ".join(capsys.readouterr().out.split())
    assert f"PROVEN 7 of 7 rows drawn by the seed {SEED} are answers of the log" in told


def test_all_rows_can_be_drawn_and_each_has_an_entry_of_its_own(folder: Path) -> None:
    opening = json.loads(open_rows(bundle(folder), SEED, 100))

    assert [row["row"] for row in opening["rows"]] == list(range(WORKERS * TASKS))
    assert len({row["entry"] for row in opening["rows"]}) == WORKERS * TASKS


def test_another_seed_or_bundle_draws_other_rows() -> None:
    draws = [draw_rows(card, seed, 10_000, 50) for card in (b"a", b"b") for seed in ("s", "t")]

    assert len({tuple(draw) for draw in draws}) == 4
    assert all(draw == sorted(set(draw)) and len(draw) == 50 for draw in draws)
    for seed, count in (("", 1), ("with space", 1), ("s", 0), ("s", 10_001)):
        with pytest.raises(BadInput):
            draw_rows(b"a", seed, 10, count)


def test_data_that_were_changed_before_they_were_logged_are_told(folder: Path) -> None:
    files = bundle(folder)
    opening = open_rows(files, SEED, 100)
    rows = [json.loads(line) for line in files.files[ANSWERS].splitlines()]
    rows[5]["label"] = "non" if rows[5]["label"] == "oui" else "oui"
    changed = b"".join(json.dumps(row).encode() + b"\n" for row in rows)

    with pytest.raises(NotProven, match="row 5 of the data has another label than was logged"):
        check_opening(Memory({**files.files, ANSWERS: changed}), opening)

    rows[5]["values"] = rows[4]["values"] if rows[4]["task"] != rows[5]["task"] else "{}"
    rows[5]["task"] += 1
    changed = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    with pytest.raises(NotProven, match="row 5 of the data is not the answer that was logged"):
        check_opening(Memory({**files.files, ANSWERS: changed}), opening)


def row_left_out(opening: dict[str, Any]) -> None:
    opening["rows"].pop()


def fewer_asked_for(opening: dict[str, Any]) -> None:
    opening["count"] -= 1


def entry_twice(opening: dict[str, Any]) -> None:
    opening["rows"][1]["entry"] = opening["rows"][0]["entry"]


def another_nonce(opening: dict[str, Any]) -> None:
    opening["rows"][0]["nonce"] = "0" * 64


def another_payload(opening: dict[str, Any]) -> None:
    payload = json.loads(opening["rows"][0]["payload"])
    opening["rows"][0]["payload"] = canonical(payload | {"at": 0}).decode()


def another_question(opening: dict[str, Any]) -> None:
    opening["questions"]["1"] += " "


def another_bundle(opening: dict[str, Any]) -> None:
    opening["card"] = "0" * 64


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (row_left_out, "leaves out a row that the seed draws"),
        (fewer_asked_for, "leaves out a row that the seed draws"),
        (entry_twice, "two rows by the same entry"),
        (another_nonce, "opened by another payload than was logged"),
        (another_payload, "opened by another payload than was logged"),
        (another_question, "a question whose hash is not on the card"),
        (another_bundle, "of another bundle"),
    ],
)
def test_opening_that_is_not_so_is_refused(
    folder: Path, change: Callable[[dict[str, Any]], None], reason: str
) -> None:
    files = bundle(folder)
    opening = json.loads(open_rows(files, SEED, COUNT))
    change(opening)

    with pytest.raises(NotProven, match=reason):
        check_opening(files, canonical(opening))


def test_rows_of_an_erased_person_are_counted_and_not_opened(folder: Path) -> None:
    files = bundle(folder)
    PersonKey.objects.order_by("pk")[0].delete()

    lines = check_opening(files, open_rows(files, SEED, 100))

    assert lines[0].text.startswith("8 of 12 rows drawn")
    assert lines[1].text.startswith("4 drawn rows are of people who were erased")


def test_bundle_of_another_instance_or_no_opening_is_refused(folder: Path) -> None:
    files = bundle(folder)
    Card.objects.all().delete()

    with pytest.raises(Missing):
        open_rows(files, SEED, 1)
    with pytest.raises(BadProof):
        check_opening(files, b"{}")
