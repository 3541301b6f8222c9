"""Keys of people lie apart from copies and end sooner; whoever was erased stays so in a copy."""

import json
import os
import stat
import subprocess
import sys
import tarfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from canut.actions.operations.backup_keys import read_keys
from canut.core.errors import BadFile
from tests.commands.running import canut, database

pytestmark = pytest.mark.process

BEGIN = """
import json, django
django.setup()
from django.conf import settings
from canut.actions.people.bank_accounts import own_account, set_account
from canut.actions.ledger.sequencer import log_of, sequence
from canut.core.pay.payment_file import Account
from canut.core.ledger.log import check_tiles
from canut.store.ledger.logs import edge_of, read_tile
from canut.store.models import EntryPending, Erased, Person, PersonKey, PlatformEntry, Worker
from canut.store.platform.person_keys import open_entries
from tests.support.factories import NOW, NOW_MS, answer_next, make_project
"""
WORK = """
made = make_project(tasks=20, workers=2, overlap=2)
for worker in made.workers:
    set_account(worker.person, "bank", Account(holder="Ada", iban="DE89370400440532013000"), NOW_MS)
    for _ in range(20):
        answer_next(worker)
while sequence(NOW_MS):
    pass
print(json.dumps([
    [one.person.username, bytes(key.wrapped).hex(), [e.payload for e in open_entries(
        EntryPending.objects.filter(sealed_by=key.pk)).values()][:1]]
    for one in made.workers for key in [PersonKey.objects.get(person=one.person_id, use="work")]
]))
"""
SEEN = """
told = {}
for worker in Worker.objects.select_related("person").order_by("pk"):
    entries = EntryPending.objects.filter(answer__in=worker.answer_set.values("id"))
    account = own_account(worker.person)
    told[worker.person.username] = [len(open_entries(entries)), account and account.ends]
log = log_of(worker.project_id)
check_tiles(lambda tile: read_tile(log, tile), edge_of(log))
print(json.dumps({
    "people": told, "sealed": EntryPending.objects.exclude(sealed=None).count(),
    "erased": Erased.objects.count(), "size": log.size,
}))
"""


def inside(data: Path, code: str) -> Any:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("CANUT_", "DATABASE_URL"))}
    named = {"CANUT_DATA": str(data), "DJANGO_SETTINGS_MODULE": "canut.settings"}
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code],
        env=env | named, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def people(instance: Path) -> list[tuple[str, bytes, str]]:
    found = inside(instance, WORK)
    return [(name, bytes.fromhex(key), payload) for name, key, (payload,) in found]


def backup(data: Path, name: str, **given: str) -> tuple[Path, str]:
    copy = data.parent / name
    words = [f"--{key}={value}" for key, value in given.items()]
    made = canut("backup", str(copy), *words, data=data)
    assert made.returncode == 0, made.stderr
    return copy, made.stdout


def unpacked(copy: Path, into: Path) -> list[bytes]:
    with tarfile.open(copy) as tar:
        tar.extractall(into, filter="data")
    return [one.read_bytes() for one in into.rglob("*") if one.is_file()]


def test_a_copy_holds_no_key_and_its_keys_open_it(
    instance: Path, people: list[tuple[str, bytes, str]], tmp_path: Path
) -> None:
    copy, told = backup(instance, "copy.tar")
    keys = tmp_path / "keys/copy.keys"

    held = unpacked(copy, tmp_path / "open")

    assert str(keys) in told
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.parent.stat().st_mode) == 0o700
    for _, wrapped, payload in people:
        assert not any(wrapped[1:] in one or payload.encode() in one for one in held)
    back = canut("restore", str(copy), data=tmp_path / "back")
    assert back.returncode == 0, back.stderr
    assert "Keys of people that are back: 4." in back.stdout
    seen = inside(tmp_path / "back", SEEN)
    assert seen["people"] == {name: [20, "3000"] for name, _, _ in people}


def test_whoever_was_erased_since_is_erased_in_the_copy_that_comes_back(
    instance: Path, people: list[tuple[str, bytes, str]], tmp_path: Path
) -> None:
    copy, _ = backup(instance, "copy.tar")
    (gone, wrapped, payload), (stays, *_) = people
    assert canut("erase", gone, data=instance).returncode == 0
    (tmp_path / "keys/erased.txt").write_text((tmp_path / "keys/erased.txt").read_text() + "cut")

    back = canut("restore", str(copy), data=tmp_path / "back")

    assert back.returncode == 0, back.stderr
    assert "Erased again since the copy: 1 people." in back.stdout
    seen = inside(tmp_path / "back", SEEN)
    assert seen["people"] == {gone: [0, "3000"], stays: [20, "3000"]}
    assert (seen["sealed"], seen["erased"], seen["size"]) == (20, 1, 40)
    files = [one.read_bytes() for one in (tmp_path / "back").rglob("*") if one.is_file()]
    assert not any(wrapped[1:] in one or payload.encode() in one for one in files)
    again, _ = backup(tmp_path / "back", "again.tar", keys=str(tmp_path / "other/again.keys"))
    assert len(read_keys(tmp_path / "other/again.keys").erased) == 1
    assert again.exists()


def test_keys_of_a_later_day_open_an_older_copy_but_for_those_erased(
    instance: Path, people: list[tuple[str, bytes, str]], tmp_path: Path
) -> None:
    copy, _ = backup(instance, "copy.tar")
    assert canut("erase", people[0][0], "--with-pay", data=instance).returncode == 0
    backup(instance, "later.tar", keys=str(tmp_path / "apart/later.keys"))
    for one in (tmp_path / "keys").iterdir():
        one.unlink()

    back = canut(
        "restore", str(copy), "--keys", str(tmp_path / "apart/later.keys"), data=tmp_path / "back"
    )

    assert back.returncode == 0, back.stderr
    assert "Erased again since the copy: 1 people." in back.stdout
    seen = inside(tmp_path / "back", SEEN)
    assert seen["people"] == {people[0][0]: [0, None], people[1][0]: [20, "3000"]}


def test_without_keys_it_says_what_is_lost_and_goes_on_only_when_told(
    instance: Path, people: list[tuple[str, bytes, str]], tmp_path: Path
) -> None:
    copy, _ = backup(instance, "copy.tar")
    (tmp_path / "keys/copy.keys").unlink()

    refused = canut("restore", str(copy), data=tmp_path / "back")
    nothing = not (tmp_path / "back").exists() or not any((tmp_path / "back").iterdir())
    back = canut("restore", str(copy), "--without-keys", data=tmp_path / "back")

    assert refused.returncode == 1
    assert "--without-keys" in refused.stderr
    assert nothing
    assert back.returncode == 0, back.stderr
    assert "Without keys, 40 entries" in back.stdout
    assert "2 bank accounts" in back.stdout
    seen = inside(tmp_path / "back", SEEN)
    assert seen["people"] == {name: [0, None] for name, _, _ in people}
    assert seen["size"] == 40
    worked = inside(tmp_path / "back", WORK)
    assert len(worked) == 2


def test_keys_past_their_time_go_with_the_next_backup(instance: Path, tmp_path: Path) -> None:
    backup(instance, "old.tar")
    old, other = tmp_path / "keys/old.keys", tmp_path / "keys/other.keys"
    first, rest = old.read_text().split("\n", 1)
    made = json.loads(first)
    long_ago = datetime.now(UTC) - timedelta(days=31)
    made["made_at"] = long_ago.isoformat(timespec="seconds")
    old.write_text(json.dumps(made) + "\n" + rest)
    other.write_text("not of ours\n")
    backup(instance, "mid.tar")

    _, told = backup(instance, "new.tar")

    assert not old.exists()
    assert "old.keys" not in told  # it went with the one before
    assert {one.name for one in (tmp_path / "keys").glob("*.keys")} == {
        "mid.keys",
        "new.keys",
        "other.keys",
    }


def test_a_harmed_keys_file_brings_nothing_back(
    instance: Path, people: list[tuple[str, bytes, str]], tmp_path: Path
) -> None:
    assert people
    copy, _ = backup(instance, "copy.tar")
    keys = tmp_path / "keys/copy.keys"
    text = keys.read_bytes()
    lines = text.splitlines(keepends=True)
    harms = [b"", text.replace(b" work ", b" pay ", 1), b"".join([lines[0], *lines[2:]])]

    for harmed in [*harms, *(text[:size] for size in range(0, len(text) - 1, 7))]:
        keys.write_bytes(harmed)
        with pytest.raises(BadFile):
            read_keys(keys)
    back = canut("restore", str(copy), data=tmp_path / "back")

    assert back.returncode == 1
    assert "copy.keys" in back.stderr
    assert not (tmp_path / "back").exists()


def test_a_restore_that_was_cut_short_is_finished_by_the_same_one(
    instance: Path, people: list[tuple[str, bytes, str]], tmp_path: Path
) -> None:
    copy, _ = backup(instance, "copy.tar")
    other, _ = backup(instance, "other.tar")
    data = tmp_path / "back"
    cut = (
        "from pathlib import Path\nfrom canut.actions.operations import restore\n"
        "def stop(*_): raise SystemExit(9)\n"
        "restore.bring_keys = stop\n"
        "try:\n"
        f"    restore.restore_backup(Path({str(copy)!r}), restore.BackupContents(), NOW_MS)\n"
        "except SystemExit: print('true')\n"
    )
    assert inside(data, cut) is True

    served = canut("doctor", data=data), canut("migrate", data=data)
    wrong = canut("restore", str(other), data=data)
    with closing(database(data)) as held:
        held.execute("PRAGMA journal_mode=WAL")
        held.execute("DELETE FROM store_payline")
        held.commit()
        left = (data / "canut.sqlite3-wal").read_bytes()
    (data / "canut.sqlite3-wal").write_bytes(left)  # as a process that was killed leaves it
    again = canut("restore", str(copy), data=data)

    assert served[1].returncode == 1
    assert "canut restore" in served[1].stderr
    assert wrong.returncode == 1
    assert again.returncode == 0, again.stderr
    assert not (data / "restoring").exists()
    with closing(database(data)) as held:
        assert held.execute("SELECT count(*) FROM store_payline").fetchone() == (40,)
    seen = inside(data, SEEN)
    assert seen["people"] == {name: [20, "3000"] for name, _, _ in people}
